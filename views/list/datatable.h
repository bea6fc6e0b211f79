#pragma once

#include "models/list/pagedmodel.h"

#include <QAction>
#include <QMouseEvent>
#include <QPointer>
#include <QTableView>
#include <QTimer>
#include <functional>
#include <memory>
#include <span>
#include <vector>

class QMenu;
class QPushButton;

namespace portolan {

class CellDelegate;

/// A PagedModel as a table: whole rows, fixed heights, sorted by a click on a header (a second one: the other way; a
/// third: the listing's own order). Follows the newest rows of a newest-first list; once the operator has scrolled or
/// selected, newer rows wait under a button at its top.
class DataTable : public QTableView {
    Q_OBJECT
public:
    /// `name` is the accessible name; `model` is borrowed.
    DataTable(const QString& name, PagedModel* model, QWidget* parent = nullptr);

    [[nodiscard]] PagedModel* paged() const { return m_model; }
    [[nodiscard]] RowRuns selectedRuns() const;
    [[nodiscard]] int currentRow() const; ///< the chosen row, -1 when there is none
    void chooseNothing();
    /// Keeps new rows waiting whatever the operator does (the live switch is off).
    void setPaused(bool paused);
    /// Sets the order at first and after a third click on a header; without it, newest first.
    void setOwnOrder(const Sort& order);
    /// Return and set the sort as by clicks on headers. No column, or an unknown one, is the listing's own order.
    [[nodiscard]] Sort sorting() const;
    void setSorting(const Sort& sort);

    /// The place of a column, by its storage name.
    struct ColumnPlace {
        QByteArray name;
        double characters = 0; ///< its width in characters of the table's face; 0: takes what is left
    };
    /// Returns the columns from left to right.
    [[nodiscard]] std::vector<ColumnPlace> arrangement() const;
    /// Arranges the columns. Those not named come after the others; unknown names are passed over.
    void arrange(std::span<const ColumnPlace> places);
    /// Makes a drag that begins on a row emit dragWanted(); a click then chooses when the button is let go.
    void setRowsDraggable(bool draggable) { m_draggable = draggable; }

    /// Draws the rows paler and lets their menu rest, for the reason given; empty: no longer.
    void setResting(const QString& why);
    [[nodiscard]] bool isResting() const { return !m_resting.isEmpty(); }
    /// Sets what the menu of a row offers besides the table's own actions; borrowed. `narrows` says whether the field
    /// `Filter` filters this list now.
    void setRowActions(const QList<QAction*>& actions);
    void setNarrows(std::function<bool()> narrows) { m_narrows = std::move(narrows); }

public Q_SLOTS:
    void copyRows(RowsTextFormat format);

Q_SIGNALS:
    void chosen(int row);  ///< -1: no row is chosen any more
    void copied(int rows); ///< so many are in the clipboard
    void failed(const QString& text);
    void pauseWanted();                                            ///< the space bar, while no row is chosen
    void peekWanted();                                             ///< the space bar on the chosen rows
    void toggleWanted(int row, bool open);                         ///< a group is to be opened or closed
    void narrowWanted(const QString& term);                        ///< one more condition for the filter
    void placeWanted(const QString& place, const QString& filter); ///< another pane, by the row
    void dragWanted(const portolan::RowRuns& rows);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    void rowsAboutToBeRemoved(const QModelIndex& parent, int first, int last) override;

private:
    void addRowActions(QMenu& menu);
    void addSteps(QMenu& menu, const QModelIndex& cell);
    void sizeRows();
    void sizeColumns();
    void sortBy(int column);
    [[nodiscard]] int character() const;
    void updateHold();
    void updateNewer();
    void placeNewer();
    void hover(int row);
    [[nodiscard]] OutlinePlace outlineOf(int row) const;
    bool toggle(int row, bool open);
    void showAges();

    PagedModel* m_model;
    CellDelegate* m_delegate;
    QPushButton* m_newer;
    QTimer m_ages; ///< shows ages again while nothing else happens
    Sort m_ownOrder{{}, true};
    bool m_paused = false;
    bool m_columnsSized = false;
    int m_hovered = -1;
    QString m_resting; ///< why the rows' actions rest
    QList<QPointer<QAction>> m_rowActions;
    std::function<bool()> m_narrows;
    bool m_draggable = false;
    std::unique_ptr<QMouseEvent> m_pressed; ///< the press on a row that may be dragged, until the button is let go
};

} // namespace portolan
