#pragma once

#include "storage/receive/receiver.h"

#include <QAbstractTableModel>
#include <vector>

namespace portolan {

/// The kinds of message that a receiver met, with what became of each: a row a kind, in the contract's order, none for
/// a kind that never came.
class KindStatistics : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Kind, Stored, Rate, Newest, Known, Rejected, LastRejection, ColumnCount };

    explicit KindStatistics(QObject* parent = nullptr);
    /// `now` is what ages are counted from.
    void setStatus(const ReceiverStatus& status, Timestamp now);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        MessageKind kind;
        KindStatus status;
    };
    [[nodiscard]] QString text(const Row& row, int column) const;

    std::vector<Row> m_rows;
    Timestamp m_now;
};

} // namespace portolan
