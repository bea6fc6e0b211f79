#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"

#include <QAbstractTableModel>

namespace portolan {

/// A table of an Inspection as a view shows it. GUI thread.
class InspectionTable : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setTable(const Inspection::Table& table);
    void setTimeDisplay(TimeDisplay display);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    Inspection::Table m_table;
    TimeDisplay m_display = TimeDisplay::Utc;
};

} // namespace portolan
