#include "models/inspect/hexmodel.h"

#include <algorithm>
#include <limits>

namespace portolan {

namespace {

constexpr int rowBytes = 8; ///< fits beside a list
/// A view keeps something for every row: those of a hundred megabytes would hold it up.
constexpr int rowsAtOnce = 16'384;

QString hexText(QByteArrayView bytes) {
    return QString::fromLatin1(bytes.toByteArray().toHex(' '));
}

QString characters(QByteArrayView bytes) {
    QString text;
    for (const char c : bytes)
        text += c >= 0x20 && c < 0x7F ? QLatin1Char(c) : QChar(u'·');
    return text;
}

} // namespace

HexModel::HexModel(QObject* parent) : QAbstractTableModel(parent) {}

void HexModel::setBytes(const QByteArray& bytes) {
    beginResetModel();
    m_bytes = bytes;
    m_rows = std::min(allRows(), rowsAtOnce);
    endResetModel();
}

int HexModel::allRows() const {
    constexpr qsizetype most = std::numeric_limits<int>::max();
    return static_cast<int>(std::min(most, (m_bytes.size() + rowBytes - 1) / rowBytes));
}

bool HexModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && m_rows < allRows();
}

void HexModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent))
        return;
    const int last = std::min(allRows(), m_rows + rowsAtOnce) - 1;
    beginInsertRows({}, m_rows, last);
    m_rows = last + 1;
    endInsertRows();
}

int HexModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_rows;
}

int HexModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 3;
}

QVariant HexModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    const qsizetype from = qsizetype{index.row()} * rowBytes;
    const QByteArrayView row =
        QByteArrayView(m_bytes).sliced(from, std::min<qsizetype>(rowBytes, m_bytes.size() - from));
    switch (index.column()) {
    case 0:
        return QString::number(from, 16).rightJustified(6, u'0');
    case 1:
        return hexText(row);
    default:
        return characters(row);
    }
}

QVariant HexModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation == Qt::Vertical)
        return {};
    return section == 0 ? tr("Offset") : section == 1 ? tr("Bytes") : tr("Text");
}

} // namespace portolan
