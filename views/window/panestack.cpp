#include "views/window/panestack.h"

#include "views/list/pane.h"
#include "views/style/taborder.h"
#include "views/window/makepane.h"

#include <QApplication>

namespace portolan {

PaneStack::PaneStack(QWidget* parent) : QStackedWidget(parent), m_panes(paneEntries().size()) {}

void PaneStack::make(int entry) {
    if (m_panes[static_cast<std::size_t>(entry)].pane)
        return;
    const QByteArrayView id = paneEntries()[static_cast<std::size_t>(entry)].id;
    Pane* const pane = makePane(id, this);
    if (!pane)
        return;
    m_panes[static_cast<std::size_t>(entry)].pane = pane;
    addWidget(pane);
    wire(pane);
    pane->setReplayDesk(m_told.replays);
    pane->setCannotReplay(m_told.cannotReplay);
    pane->setCannotReceive(m_told.cannotReceive);
    pane->setCheckDesk(m_told.checks);
    pane->setAlertDesk(m_told.alerts);
    pane->setStoreDesk(m_told.store);
    pane->setOverviewDesk(m_told.overview);
    pane->setPaused(m_told.paused);
    pane->setTimeDisplay(m_told.times);
    pane->restoreLayout(m_told.layouts.value(QString::fromLatin1(id)).toByteArray());
    placeInTabOrder(*this, *pane);
}

Pane* PaneStack::paneOf(int entry) {
    make(entry);
    return m_panes[static_cast<std::size_t>(entry)].pane;
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

QString PaneStack::filterText() const {
    return m_panes[static_cast<std::size_t>(m_entry)].filterText;
}

void PaneStack::setChannel(StoreWorker* channel) {
    m_channel = channel;
    for (Kept& kept : m_panes) {
        kept.filterText.clear();
        if (kept.pane && kept.channel) // nothing asks a store that is left
            kept.pane->setChannel(nullptr);
        kept.channel = nullptr;
    }
    catchUp();
}

void PaneStack::setReplayDesk(ReplayController* desk) {
    m_told.replays = desk;
    forEach([desk](Pane& pane) { pane.setReplayDesk(desk); });
}

void PaneStack::setCannotReplay(const QString& reason) {
    m_told.cannotReplay = reason;
    forEach([&reason](Pane& pane) { pane.setCannotReplay(reason); });
}

void PaneStack::setCannotReceive(const QString& reason) {
    m_told.cannotReceive = reason;
    forEach([&reason](Pane& pane) { pane.setCannotReceive(reason); });
}

void PaneStack::setCheckDesk(CheckController* desk) {
    m_told.checks = desk;
    forEach([desk](Pane& pane) { pane.setCheckDesk(desk); });
}

void PaneStack::setAlertDesk(AlertMonitor* desk) {
    m_told.alerts = desk;
    forEach([desk](Pane& pane) { pane.setAlertDesk(desk); });
}

void PaneStack::setStoreDesk(StoreController* desk) {
    m_told.store = desk;
    forEach([desk](Pane& pane) { pane.setStoreDesk(desk); });
}

void PaneStack::setOverviewDesk(OverviewPoller* desk) {
    m_told.overview = desk;
    forEach([desk](Pane& pane) { pane.setOverviewDesk(desk); });
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
    if (!kept.pane && !m_channel)
        return;
    make(m_entry);
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
    m_told.paused = paused;
    forEach([paused](Pane& pane) { pane.setPaused(paused); });
}

void PaneStack::setTimeDisplay(TimeDisplay display) {
    m_told.times = display;
    forEach([display](Pane& pane) { pane.setTimeDisplay(display); });
}

QVariantMap PaneStack::saveLayouts() const {
    QVariantMap layouts = m_told.layouts;
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        if (m_panes[i].pane)
            layouts[QLatin1String(paneEntries()[i].id)] = m_panes[i].pane->saveLayout();
    }
    return layouts;
}

void PaneStack::restoreLayouts(const QVariantMap& layouts) {
    m_told.layouts = layouts;
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        if (m_panes[i].pane)
            m_panes[i].pane->restoreLayout(layouts.value(QLatin1String(paneEntries()[i].id)).toByteArray());
    }
}

} // namespace portolan
