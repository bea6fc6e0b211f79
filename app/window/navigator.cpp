#include "app/window/navigator.h"

#include "app/window/livestore.h"
#include "models/list/panes.h"
#include "views/list/filterline.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/style/icons.h"
#include "views/window/panestack.h"
#include "views/window/sidebar.h"

#include <QAction>
#include <QKeySequence>
#include <utility>

namespace portolan {

Navigator::Navigator(Sidebar& sidebar, PaneStack& panes, FilterLine& filter, QWidget* window)
    : m_sidebar(sidebar)
    , m_panes(panes)
    , m_filter(filter)
    , m_window(window) {
    for (int entry = 0; entry < static_cast<int>(paneEntries().size()); ++entry)
        addAction(entry);
    connect(&m_sidebar, &Sidebar::paneChosen, this, [this](int entry) { m_panes.show(entry, m_filter.text()); });
    connect(&m_panes, &PaneStack::paneWanted, this, &Navigator::showPlace);
    connect(&m_panes, &PaneStack::filterSchemaChanged, this, &Navigator::showSchema);
}

void Navigator::addAction(int entry) {
    const PaneEntry& pane = paneEntries()[static_cast<std::size_t>(entry)];
    auto* const action =
        new QAction(themedIcon(QLatin1String(pane.icon)), tr("Go to %1").arg(paneName(pane)), m_window);
    action->setObjectName(QStringLiteral("go-to-") + QLatin1String(pane.id));
    if (entry < 9)
        action->setShortcut(QKeySequence(QStringLiteral("Alt+%1").arg(entry + 1)));
    connect(action, &QAction::triggered, this, [this, entry] {
        m_sidebar.setCurrentPane(entry);
        if (m_panes.isVisibleTo(m_window)) // a store is open
            m_panes.pane()->focusList();
    });
    m_window->addAction(action);
    m_actions << action;
    setReason(entry, panePending(pane));
}

void Navigator::setReason(int entry, const QString& reason) {
    m_sidebar.setPaneReason(entry, reason);
    m_actions[entry]->setEnabled(reason.isEmpty());
    m_actions[entry]->setToolTip(reason);
}

void Navigator::showAbilities(const LiveStore& store) {
    const auto entries = paneEntries();
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
        const PaneEntry& entry = entries[static_cast<std::size_t>(i)];
        setReason(i, entry.pending ? panePending(entry) : store.cannot(entry.feature));
    }
}

void Navigator::goTo(const QString& pane) {
    if (const int entry = paneEntryOf(pane); entry >= 0)
        m_actions[entry]->trigger();
}

void Navigator::showPlace(const QString& text, const QString& filter) {
    const PanePlace place = placeOf(text);
    const int entry = paneEntryOf(place.pane);
    if (entry < 0 || !m_actions[entry]->isEnabled()) {
        Q_EMIT notice(entry < 0 ? tr("No pane shows these rows.") : m_actions[entry]->toolTip());
        return;
    }
    m_sidebar.setCurrentPane(entry);
    m_wantedFilter.clear();
    if (m_panes.pane()->showPart(place.part))
        applyWanted(filter);
    else
        m_wantedFilter = filter;
}

/// Gives the focus to the rows that were meant: an export or a copy is of these.
void Navigator::applyWanted(const QString& filter) {
    m_filter.apply(filter);
    if (ListFrame* const list = filter.isEmpty() ? nullptr : m_panes.pane()->filteredList())
        list->focusTable();
}

void Navigator::showSchema() {
    Pane& pane = *m_panes.pane();
    m_filter.setSchema(pane.filterSchema(), m_panes.filterText());
    const QString wanted = std::exchange(m_wantedFilter, {});
    if (!wanted.isEmpty() && m_panes.isVisibleTo(m_window) && pane.filterSchema())
        applyWanted(wanted);
}

} // namespace portolan
