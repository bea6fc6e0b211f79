#pragma once

#include "models/charts/chartlines.h"
#include "models/list/format.h"

#include <QAbstractTableModel>

namespace portolan {

/// The lines of a chart as a table: a row a time, a column a line; with a band its least and greatest beside it. GUI
/// thread.
class ChartTable final : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setLines(const std::vector<ChartLine>& lines);
    void setTimeDisplay(TimeDisplay display);
    /// As CSV (RFC 4180): ISO times, plain numbers, a header.
    [[nodiscard]] QByteArray toCsv() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Column {
        QString title;
        std::vector<QPointF> points; ///< by time
    };
    [[nodiscard]] std::optional<double> valueAt(const Column& column, double time) const;

    std::vector<Column> m_columns;
    std::vector<double> m_times;
    TimeDisplay m_display = TimeDisplay::Utc;
};

} // namespace portolan
