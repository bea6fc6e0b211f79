#include "models/hexmodel.h"

namespace portolan {

namespace {

constexpr int rowBytes = 8; ///< fits beside a list

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
    endResetModel();
}

int HexModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>((m_bytes.size() + rowBytes - 1) / rowBytes);
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
