#pragma once

#include "models/alerts/alertmonitor.h"

#include <QAbstractTableModel>
#include <QPointer>

namespace portolan {

/// The alerts of a desk as a table, those that fire first. Rows are told apart by name, so that a look keeps the chosen
/// one. GUI thread.
class AlertModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { State, Name, Value, Limit, Window, Listing, Filter, ColumnCount };
    enum Role { RankRole = Qt::UserRole }; ///< alertRank()

    explicit AlertModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}
    /// Borrowed; null: none.
    void setDesk(AlertMonitor* desk);

    [[nodiscard]] const AlertReading* readingAt(int row) const; ///< null: there is no such row
    [[nodiscard]] int rowOf(const QByteArray& name) const;      ///< -1: none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void read();

    QPointer<AlertMonitor> m_desk;
    std::vector<AlertReading> m_rows;
};

} // namespace portolan
