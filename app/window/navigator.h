#pragma once

#include "models/list/format.h"
#include "storage/series/series.h"

#include <QList>
#include <QObject>
#include <optional>
#include <vector>

class QAction;

namespace portolan {

class FilterLine;
class LiveStore;
class PaneStack;
class Sidebar;

/// The ways to a pane: by its entry in the pane list, its action, and from rows that stand elsewhere. GUI thread.
class Navigator : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it; the actions are `window`'s.
    Navigator(Sidebar& sidebar, PaneStack& panes, FilterLine& filter, QWidget* window);

    /// Returns one action for each entry of the pane list.
    [[nodiscard]] const QList<QAction*>& actions() const { return m_actions; }
    void goTo(const QString& pane); ///< by its id in paneEntries(); one that is not there yet: nowhere
    /// A pane, or a part of it, with a filter; says so where it is not there.
    void showPlace(const QString& place, const QString& filter);
    /// Shows the row that was found, and chooses it where the filter leaves only that one.
    void showFound(const QString& place, const QString& filter);
    /// Shows the dead letters of a filter, and says how they are replayed.
    void showReplay(const QString& filter);
    /// Sets the window's time range: charts and timelines show it, and it is part of the filter of each list that goes
    /// by a time, in the field's own words, so that what is done with a list is done within it. Nothing: all times.
    void setTimes(std::optional<TimeRange> times);
    [[nodiscard]] const std::optional<TimeRange>& times() const { return m_times; }
    void askTimes(TimeDisplay display); ///< has two times typed, in the zone that the window shows
    void forgetTimes();                 ///< another store is shown
    /// Enables the panes that the store can feed; of the others it says why not.
    void showAbilities(const LiveStore& store);

Q_SIGNALS:
    void notice(const QString& text);
    void timesChanged();

private:
    void addAction(int entry);
    void setReason(int entry, const QString& reason);
    void showSchema();
    void applyWanted(const QString& filter);
    [[nodiscard]] QString withTimes(const QString& text);

    Sidebar& m_sidebar;
    PaneStack& m_panes;
    FilterLine& m_filter;
    QWidget* m_window;
    QList<QAction*> m_actions;
    std::optional<TimeRange> m_times;
    std::vector<TimeRange> m_earlier; ///< time ranges that filters of other panes may still have
    bool m_choosesRow = false;        ///< the place that is being opened is that of a row
    QString m_wantedFilter;           ///< of a place whose rows are still being opened
};

} // namespace portolan
