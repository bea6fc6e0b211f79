#include "models/alerts/alertmodel.h"

#include "models/alerts/alerttexts.h"
#include "models/list/format.h"

#include <algorithm>

namespace portolan {

namespace {

QString alertCell(const AlertReading& reading, int column) {
    const AlertRule& rule = reading.alert.rule;
    switch (column) {
    case AlertModel::State:
        return alertStateText(reading);
    case AlertModel::Name:
        return alertTitle(rule);
    case AlertModel::Value:
        return alertValueText(reading);
    case AlertModel::Limit:
        return alertLimitText(rule);
    case AlertModel::Window:
        return alertWindowText(rule);
    case AlertModel::Listing:
        return visibleText(rule.listing);
    case AlertModel::Filter:
        return visibleText(rule.filter);
    default:
        return {};
    }
}

} // namespace

void AlertModel::setDesk(AlertMonitor* desk) {
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = desk;
    if (desk)
        connect(desk, &AlertMonitor::changed, this, &AlertModel::read);
    read();
}

/// The same names in the same order: cells change. Else the rows are others.
void AlertModel::read() {
    std::vector<AlertReading> now = m_desk ? m_desk->readings() : std::vector<AlertReading>();
    const auto nameOf = [](const AlertReading& each) { return each.alert.rule.name; };
    if (std::ranges::equal(now, m_rows, {}, nameOf, nameOf)) {
        m_rows = std::move(now);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(now);
    endResetModel();
}

const AlertReading* AlertModel::readingAt(int row) const {
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

int AlertModel::rowOf(const QByteArray& name) const {
    const auto found =
        std::ranges::find_if(m_rows, [&](const AlertReading& each) { return each.alert.rule.name == name; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int AlertModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AlertModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant AlertModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const AlertReading& reading = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return alertCell(reading, index.column());
    case Qt::ToolTipRole:
        return reading.problem ? QVariant(reading.problem->text) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment((index.column() == Value ? Qt::AlignRight : Qt::AlignLeft))
                                   | Qt::AlignVCenter);
    case RankRole:
        return alertRank(reading);
    default:
        return {};
    }
}

QVariant AlertModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(section == Value ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case State:
        return tr("State");
    case Name:
        return tr("Alert");
    case Value:
        return tr("Now");
    case Limit:
        return tr("Fires");
    case Window:
        return tr("Within");
    case Listing:
        return tr("Rows of");
    case Filter:
        return tr("Filter");
    default:
        return {};
    }
}

} // namespace portolan
