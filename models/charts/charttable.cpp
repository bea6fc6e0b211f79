#include "models/charts/charttable.h"

#include "storage/base/numbertext.h"

#include <algorithm>

namespace portolan {

namespace {

QByteArray quoted(const QString& text) {
    QByteArray cell = text.toUtf8();
    if (!cell.contains(',') && !cell.contains('"') && !cell.contains('\n') && !cell.contains('\r'))
        return cell;
    return '"' + cell.replace('"', "\"\"") + '"';
}

} // namespace

void ChartTable::setLines(const std::vector<ChartLine>& lines) {
    beginResetModel();
    m_columns.clear();
    m_times.clear();
    for (const ChartLine& line : lines) {
        const QString title = line.unit.isEmpty() ? line.title : QStringLiteral("%1 (%2)").arg(line.title, line.unit);
        m_columns.push_back({title, line.points});
        if (!line.low.empty()) {
            m_columns.push_back({tr("%1, least").arg(title), line.low});
            m_columns.push_back({tr("%1, greatest").arg(title), line.high});
        }
        for (const QPointF& point : line.points)
            m_times.push_back(point.x());
    }
    std::ranges::sort(m_times);
    m_times.erase(std::unique(m_times.begin(), m_times.end()), m_times.end());
    endResetModel();
}

void ChartTable::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    if (!m_times.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0));
}

std::optional<double> ChartTable::valueAt(const Column& column, double time) const {
    const auto point = std::ranges::lower_bound(column.points, time, {}, &QPointF::x);
    return point != column.points.end() && point->x() == time ? std::optional(point->y()) : std::nullopt;
}

QByteArray ChartTable::toCsv() const {
    QByteArray text = "time";
    for (const Column& column : m_columns)
        text += ',' + quoted(column.title);
    text += "\r\n";
    for (const double time : m_times) {
        text += toExactIsoTime(chartTime(time));
        for (const Column& column : m_columns) {
            const auto value = valueAt(column, time);
            text += ',' + (value ? numberText(*value) : QByteArray());
        }
        text += "\r\n";
    }
    return text;
}

int ChartTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_times.size());
}

int ChartTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size()) + 1;
}

QVariant ChartTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const double time = m_times[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(index.column() == 0 ? Qt::AlignLeft | Qt::AlignVCenter
                                                       : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (index.column() == 0)
        return timeText(chartTime(time), m_display);
    const auto value = valueAt(m_columns[static_cast<std::size_t>(index.column() - 1)], time);
    return value ? QVariant(realText(*value)) : QVariant();
}

QVariant ChartTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Time") : m_columns[static_cast<std::size_t>(section - 1)].title;
}

} // namespace portolan
