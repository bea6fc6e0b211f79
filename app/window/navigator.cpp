#include "app/window/navigator.h"

#include "app/window/livestore.h"
#include "models/list/panes.h"
#include "models/overview/statesentence.h"
#include "views/ask/timesdialog.h"
#include "views/list/filterline.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/style/icons.h"
#include "views/window/panestack.h"
#include "views/window/sidebar.h"

#include <QAction>
#include <QKeySequence>
#include <QRegularExpression>
#include <utility>

namespace portolan {

namespace {

/// Returns the column by which a pane's list goes through time; empty: it has none, or one that tells when something
/// was last so, which is no time that its rows are of.
QString timeColumnOf(QByteArrayView pane, const ColumnSet* schema) {
    static const QRegularExpression word(QStringLiteral("^\\w+$"));
    if (!schema || pane == "metrics" || schema->timeColumn.startsWith("last_"))
        return {};
    const QString column = QString::fromUtf8(schema->timeColumn);
    return word.match(column).hasMatch() ? column : QString();
}

} // namespace

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
    connect(&m_panes, &PaneStack::timesWanted, this, &Navigator::setTimes);
    connect(&m_panes, &PaneStack::replayWanted, this, &Navigator::showReplay);
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
        // A pane that can be filled offers that itself.
        setReason(i, entry.pending ? panePending(entry) : store.canSetUp() ? QString() : store.cannot(entry.feature));
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
    ListFrame* const list = filter.isEmpty() ? nullptr : m_panes.pane()->filteredList();
    if (list && std::exchange(m_choosesRow, false))
        list->chooseOnlyRow();
    else if (list)
        list->focusTable();
}

void Navigator::showFound(const QString& place, const QString& filter) {
    m_choosesRow = true;
    showPlace(place, filter);
}

void Navigator::showReplay(const QString& filter) {
    showPlace(QStringLiteral("dead-letters"), filter);
    Q_EMIT notice(tr("Only these letters are listed: Ctrl+R replays them."));
}

/// Returns a filter with the time range before it, in the place of an earlier one.
QString Navigator::withTimes(const QString& text) {
    const QByteArrayView id = paneEntries()[static_cast<std::size_t>(m_panes.entry())].id;
    const QString column = timeColumnOf(id, m_panes.pane()->filterSchema());
    if (column.isEmpty())
        return text;
    QString rest = text;
    for (const TimeRange& earlier : m_earlier) {
        const QString terms = rangeFilter(column, earlier);
        if (rest.startsWith(terms))
            rest = rest.sliced(terms.size()).trimmed();
    }
    if (!m_times)
        return rest;
    const QString terms = rangeFilter(column, *m_times);
    if (rest.isEmpty())
        return terms;
    static const QRegularExpression either(QStringLiteral("\\bor\\b"), QRegularExpression::CaseInsensitiveOption);
    const bool isOneTerm = !rest.contains(either) || (rest.startsWith(u'(') && rest.endsWith(u')'));
    return terms + u' ' + (isOneTerm ? rest : u'(' + rest + u')');
}

void Navigator::setTimes(std::optional<TimeRange> times) {
    if (m_times)
        m_earlier.push_back(*m_times);
    m_times = times;
    m_panes.setTimes(times);
    const QString timed = withTimes(m_filter.text());
    if (timed != m_filter.text())
        m_filter.apply(timed);
    Q_EMIT timesChanged();
}

void Navigator::askTimes(TimeDisplay display) {
    const Timestamp now = currentTime();
    auto* const dialog =
        new TimesDialog(m_times.value_or(TimeRange{now - std::chrono::hours(24), now}), display, m_window);
    connect(dialog, &TimesDialog::timesWanted, this, [this](TimeRange times) { setTimes(times); });
    dialog->open();
}

void Navigator::forgetTimes() {
    m_earlier.clear();
    m_times.reset();
    m_panes.setTimes(std::nullopt);
    Q_EMIT timesChanged();
}

void Navigator::showSchema() {
    Pane& pane = *m_panes.pane();
    m_filter.setSchema(pane.filterSchema(), m_panes.filterText());
    const QString timed = withTimes(m_panes.filterText());
    if (pane.filterSchema() && timed != m_panes.filterText() && m_panes.isVisibleTo(m_window))
        m_filter.apply(timed);
    const QString wanted = std::exchange(m_wantedFilter, {});
    if (!wanted.isEmpty() && m_panes.isVisibleTo(m_window) && pane.filterSchema())
        applyWanted(wanted);
}

} // namespace portolan
