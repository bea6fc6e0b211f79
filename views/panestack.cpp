#include "views/panestack.h"

#include "views/pane.h"
#include "views/panes.h"

#include <QApplication>

namespace portolan {

PaneStack::PaneStack(QWidget* parent) : QStackedWidget(parent) {
    for (const PaneEntry& entry : paneEntries()) {
        Pane* const pane = makePane(entry.id, this);
        m_panes.push_back({pane});
        if (!pane)
            continue;
        if (count() == 0)
            m_entry = static_cast<int>(m_panes.size()) - 1;
        addWidget(pane);
        wire(pane);
    }
}

void PaneStack::wire(Pane* pane) {
    const auto onlyShown = [this, pane](auto signal) {
        return [this, pane, signal](const auto&... values) {
            if (this->pane() == pane)
                (this->*signal)(values...);
        };
    };
    connect(pane, &Pane::inspected, this, onlyShown(&PaneStack::inspected));
    connect(pane, &Pane::inspectionFailed, this, onlyShown(&PaneStack::inspectionFailed));
    connect(pane, &Pane::nothingInspected, this, onlyShown(&PaneStack::nothingInspected));
    connect(pane, &Pane::clearFilterWanted, this, onlyShown(&PaneStack::clearFilterWanted));
    connect(pane, &Pane::pauseWanted, this, onlyShown(&PaneStack::pauseWanted));
    connect(pane, &Pane::bundleWanted, this, &PaneStack::bundleWanted);
    connect(pane, &Pane::alertsWanted, this, &PaneStack::alertsWanted);
    connect(pane, &Pane::notice, this, &PaneStack::notice);
    connect(pane, &Pane::paneWanted, this, &PaneStack::paneWanted);
    connect(pane, &Pane::filterSchemaChanged, this, [this, pane] { // another list of it
        for (Kept& kept : m_panes) {
            if (kept.pane == pane)
                kept.filterText = pane->filterText();
        }
        if (this->pane() == pane)
            Q_EMIT filterSchemaChanged();
    });
}

Pane* PaneStack::pane() const {
    return paneOf(m_entry);
}

QString PaneStack::filterText() const {
    return m_panes[static_cast<std::size_t>(m_entry)].filterText;
}

void PaneStack::setChannel(Channel* channel) {
    m_channel = channel;
    for (Kept& kept : m_panes) {
        kept.filterText.clear();
        if (kept.pane && kept.channel) // nothing asks a store that is left
            kept.pane->setChannel(nullptr);
        kept.channel = nullptr;
    }
    catchUp();
}

void PaneStack::setReplayDesk(ReplayDesk* desk) {
    forEach([desk](const PaneEntry&, Pane& pane) { pane.setReplayDesk(desk); });
}

void PaneStack::setCannotReplay(const QString& reason) {
    forEach([&reason](const PaneEntry&, Pane& pane) { pane.setCannotReplay(reason); });
}

void PaneStack::setCheckDesk(CheckDesk* desk) {
    forEach([desk](const PaneEntry&, Pane& pane) { pane.setCheckDesk(desk); });
}

void PaneStack::setAlertDesk(AlertDesk* desk) {
    forEach([desk](const PaneEntry&, Pane& pane) { pane.setAlertDesk(desk); });
}

void PaneStack::setStoreDesk(StoreDesk* desk) {
    forEach([desk](const PaneEntry&, Pane& pane) { pane.setStoreDesk(desk); });
}

void PaneStack::setOverviewDesk(OverviewDesk* desk) {
    forEach([desk](const PaneEntry&, Pane& pane) { pane.setOverviewDesk(desk); });
}

void PaneStack::show(int entry, const QString& filterText) {
    if (!paneOf(entry) || entry == m_entry)
        return;
    shown().filterText = filterText;
    m_entry = entry;
    catchUp();
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    setCurrentWidget(pane());
    if (hadFocus) // which went to whatever was there to be seen
        pane()->focusList();
    Q_EMIT nothingInspected();
    Q_EMIT filterSchemaChanged();
}

void PaneStack::catchUp() {
    Kept& kept = shown();
    if (kept.channel != m_channel)
        kept.pane->setChannel(m_channel);
    else if (kept.stale && m_channel)
        kept.pane->refresh();
    kept.channel = m_channel;
    kept.stale = false;
}

void PaneStack::refresh() {
    for (Kept& kept : m_panes)
        kept.stale = true;
    catchUp();
}

void PaneStack::refreshAll() {
    pane()->refreshAll();
}

void PaneStack::setPaused(bool paused) {
    forEach([paused](const PaneEntry&, Pane& pane) { pane.setPaused(paused); });
}

void PaneStack::setTimeDisplay(TimeDisplay display) {
    forEach([display](const PaneEntry&, Pane& pane) { pane.setTimeDisplay(display); });
}

QVariantMap PaneStack::saveLayouts() const {
    QVariantMap layouts;
    forEach([&](const PaneEntry& entry, const Pane& pane) { layouts[QLatin1String(entry.id)] = pane.saveLayout(); });
    return layouts;
}

void PaneStack::restoreLayouts(const QVariantMap& layouts) {
    forEach([&](const PaneEntry& entry, Pane& pane) {
        pane.restoreLayout(layouts.value(QLatin1String(entry.id)).toByteArray());
    });
}

} // namespace portolan
