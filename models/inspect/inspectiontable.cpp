#include "models/inspect/inspectiontable.h"

namespace portolan {

void InspectionTable::setTable(const Inspection::Table& table) {
    beginResetModel();
    m_table = table;
    endResetModel();
}

void InspectionTable::setTimeDisplay(TimeDisplay display) {
    beginResetModel();
    m_display = display;
    endResetModel();
}

int InspectionTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int InspectionTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_table.headers.size());
}

QVariant InspectionTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignTop | Qt::AlignLeft);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const auto& row = m_table.rows[static_cast<std::size_t>(index.row())];
    const Inspection::FactValue& value = row[static_cast<std::size_t>(index.column())];
    if (const auto* time = std::get_if<Timestamp>(&value)) {
        if (role == Qt::DisplayRole)
            return timeText(*time, m_display);
        const auto other = m_display == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc;
        return QString(timeWithZone(*time, other) + u'\n' + agoText(*time, currentTime()));
    }
    if (const auto* number = std::get_if<qint64>(&value))
        return groupedNumber(*number);
    return std::get<QString>(value);
}

QVariant InspectionTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | Qt::AlignLeft);
    return role == Qt::DisplayRole ? QVariant(m_table.headers.at(section)) : QVariant();
}

} // namespace portolan
