#include "views/window/panestack.h"

#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/list/panecontrols.h"
#include "views/style/scrollframe.h"
#include "views/style/taborder.h"
#include "views/window/makepane.h"

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
    auto* const frame = new ScrollFrame(this);
    frame->setContent(pane);
    addWidget(frame);
    m_panes[static_cast<std::size_t>(entry)].frame = frame;
    wire(pane);
    pane->setRefusals(m_refusals);
    offerToFill(*pane);
    pane->setPaused(m_paused);
    pane->setTimeDisplay(m_times);
    pane->setTimes(m_range);
    pane->restoreLayout(m_layouts.value(QString::fromLatin1(id)).toByteArray());
    placeInTabOrder(*this, *pane);
    auto* const controls = new PaneControls(id.toByteArray(), *pane);
    m_panes[static_cast<std::size_t>(entry)].controls = controls;
    connect(controls, &PaneControls::notice, this, &PaneStack::notice);
    Q_EMIT controlsMade(pane->actions());
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
    connect(pane, &Pane::inspected, this,
            [this, pane](const Inspection& inspection) { keepInspected(pane, &inspection); });
    connect(pane, &Pane::inspectionFailed, this, [this, pane] { keepInspected(pane, nullptr); });
    connect(pane, &Pane::nothingInspected, this, [this, pane] { keepInspected(pane, nullptr); });
    connect(pane, &Pane::inspected, this, onlyShown(&PaneStack::inspected));
    connect(pane, &Pane::inspectionFailed, this, onlyShown(&PaneStack::inspectionFailed));
    connect(pane, &Pane::nothingInspected, this, onlyShown(&PaneStack::nothingInspected));
    connect(pane, &Pane::peekWanted, this, onlyShown(&PaneStack::peekWanted));
    connect(pane, &Pane::narrowWanted, this, onlyShown(&PaneStack::narrowWanted));
    connect(pane, &Pane::clearFilterWanted, this, onlyShown(&PaneStack::clearFilterWanted));
    connect(pane, &Pane::pauseWanted, this, onlyShown(&PaneStack::pauseWanted));
    connect(pane, &Pane::bundleWanted, this, &PaneStack::bundleWanted);
    connect(pane, &Pane::storeWanted, this, &PaneStack::storeWanted);
    connect(pane, &Pane::timesWanted, this, &PaneStack::timesWanted);
    connect(pane, &Pane::replayWanted, this, &PaneStack::replayWanted);
    connect(pane, &Pane::alertsWanted, this, &PaneStack::alertsWanted);
    connect(pane, &Pane::receiveWanted, this, &PaneStack::receiveWanted);
    connect(pane, &Pane::notice, this, &PaneStack::notice);
    connect(pane, &Pane::paneWanted, this, &PaneStack::paneWanted);
    connect(pane, &Pane::filterSchemaChanged, this, [this, pane] { // another list of it
        for (PaneSlot& slot : m_panes) {
            if (slot.pane == pane)
                slot.filterText = pane->filterText();
        }
        if (this->pane() == pane)
            Q_EMIT filterSchemaChanged();
    });
}

void PaneStack::keepInspected(const Pane* pane, const Inspection* inspection) {
    for (PaneSlot& slot : m_panes) {
        if (slot.pane == pane)
            slot.inspected = inspection ? std::optional(*inspection) : std::nullopt;
    }
}

QString PaneStack::filterText() const {
    return m_panes[static_cast<std::size_t>(m_entry)].filterText;
}

void PaneStack::setContext(const PaneContext& context) {
    m_context = context;
    for (PaneSlot& slot : m_panes) {
        slot.filterText.clear();
        slot.inspected.reset();
        if (std::exchange(slot.hasStore, false)) // nothing asks a store that is left
            slot.pane->setContext({});
    }
    catchUp();
}

void PaneStack::setRefusals(const PaneRefusals& refusals) {
    m_refusals = refusals;
    forEach([this](Pane& pane) {
        pane.setRefusals(m_refusals);
        offerToFill(pane);
    });
}

/// An empty list offers what fills it.
void PaneStack::offerToFill(const Pane& pane) const {
    for (ListFrame* const list : pane.findChildren<ListFrame*>())
        list->setOffers(m_refusals.canSetUp, m_refusals.receive.isEmpty());
}

void PaneStack::show(int entry, const QString& filterText) {
    if (!paneOf(entry) || entry == m_entry)
        return;
    setResting({});
    shown().filterText = filterText;
    m_entry = entry;
    catchUp();
    const bool hadFocus = isAncestorOf(window()->focusWidget());
    setCurrentWidget(shown().frame);
    if (hadFocus) // which went to whatever was there to be seen
        pane()->focusList();
    Q_EMIT nothingInspected();
    Q_EMIT filterSchemaChanged();
    if (const auto again = shown().inspected) // its row is still chosen
        Q_EMIT inspected(*again);
}

void PaneStack::catchUp() {
    PaneSlot& slot = shown();
    if (std::exchange(slot.stale, false) && slot.hasStore)
        slot.pane->refresh();
    if (slot.hasStore || !m_context.channel)
        return;
    make(m_entry);
    slot.pane->setContext(m_context);
    slot.hasStore = true;
}

QList<QAction*> PaneStack::actionsInForce() {
    QList<QAction*> all = pane()->actions();
    const QList<QAction*> offered = shown().controls->offered();
    const QList<QAction*> controls = shown().controls->actions();
    all.removeIf([&](QAction* each) { return controls.contains(each) && !offered.contains(each); });
    for (QAction* const each : offered) {
        if (!all.contains(each))
            all << each;
    }
    return all;
}

void PaneStack::setResting(const QString& why) {
    if (shown().controls)
        shown().controls->setResting(why);
}

void PaneStack::refresh() {
    for (PaneSlot& slot : m_panes)
        slot.stale = true;
    catchUp();
}

void PaneStack::refreshAll() {
    pane()->refreshAll();
}

void PaneStack::setPaused(bool paused) {
    m_paused = paused;
    forEach([paused](Pane& pane) { pane.setPaused(paused); });
}

void PaneStack::setTimeDisplay(TimeDisplay display) {
    m_times = display;
    forEach([display](Pane& pane) { pane.setTimeDisplay(display); });
}

void PaneStack::setTimes(std::optional<TimeRange> times) {
    m_range = times;
    forEach([times](Pane& pane) { pane.setTimes(times); });
}

QVariantMap PaneStack::saveLayouts() const {
    QVariantMap layouts = m_layouts;
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        if (m_panes[i].pane)
            layouts[QLatin1String(paneEntries()[i].id)] = m_panes[i].pane->saveLayout();
    }
    return layouts;
}

void PaneStack::restoreLayouts(const QVariantMap& layouts) {
    m_layouts = layouts;
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        if (m_panes[i].pane)
            m_panes[i].pane->restoreLayout(layouts.value(QLatin1String(paneEntries()[i].id)).toByteArray());
    }
}

} // namespace portolan
