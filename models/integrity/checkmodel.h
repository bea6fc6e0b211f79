#pragma once

#include "models/inspect/inspection.h"
#include "models/integrity/checkcontroller.h"
#include "models/list/format.h"
#include "models/list/panes.h"

#include <QAbstractTableModel>
#include <vector>

namespace portolan {

/// The checks of a CheckController as a table: what was found first, then what could not be checked, then the rest in
/// its order. GUI thread.
class CheckModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { State, Name, Count, Detail, CheckedAt, Took, ColumnCount };
    enum Role { OutcomeRole = Qt::UserRole }; ///< CheckController::Outcome as int

    using QAbstractTableModel::QAbstractTableModel;
    /// Borrowed; null: none.
    void setDesk(CheckController* desk);
    void setTimeDisplay(TimeDisplay display);

    [[nodiscard]] const CheckController::Entry* entryAt(int row) const; ///< null: there is no such row
    /// Returns the link to the rows of a finding; nothing where no pane shows them.
    [[nodiscard]] std::optional<PaneLink> linkFrom(int row) const;
    [[nodiscard]] QString rowsText(const std::vector<int>& rows, bool withHeader) const; ///< tabs between cells

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void readAll();
    void take(int entry);
    [[nodiscard]] bool comesBefore(int a, int b) const;
    [[nodiscard]] QString text(const CheckController::Entry& entry, int column) const;

    CheckController* m_desk = nullptr;
    std::vector<int> m_rows; ///< entries of the desk, in the order of the rows
    TimeDisplay m_display = TimeDisplay::Utc;
};

/// A check, whole: what it promises, what it found, and the rows by name.
Inspection inspect(const CheckController::Entry& entry);

} // namespace portolan
