#pragma once

#include <QList>
#include <QObject>

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
    /// Enables the panes that the store can feed; of the others it says why not.
    void showAbilities(const LiveStore& store);

Q_SIGNALS:
    void notice(const QString& text);

private:
    void addAction(int entry);
    void setReason(int entry, const QString& reason);
    void showSchema();
    void applyWanted(const QString& filter);

    Sidebar& m_sidebar;
    PaneStack& m_panes;
    FilterLine& m_filter;
    QWidget* m_window;
    QList<QAction*> m_actions;
    QString m_wantedFilter; ///< of a place whose rows are still being opened
};

} // namespace portolan
