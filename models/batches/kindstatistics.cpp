#include "models/batches/kindstatistics.h"

#include "models/list/format.h"
#include "storage/ingest/decoder.h"

#include <algorithm>

namespace portolan {

namespace {

struct ColumnHead {
    const char* title;
    Qt::Alignment alignment;
};

/// In the order of KindStatistics::Column.
const ColumnHead heads[] = {
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Kind"), Qt::AlignLeft | Qt::AlignVCenter},
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Stored"), Qt::AlignRight | Qt::AlignVCenter},
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Per second"), Qt::AlignRight | Qt::AlignVCenter},
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Newest, age"), Qt::AlignRight | Qt::AlignVCenter},
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Known before"), Qt::AlignRight | Qt::AlignVCenter},
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Rejected"), Qt::AlignRight | Qt::AlignVCenter},
    {QT_TRANSLATE_NOOP("portolan::KindStatistics", "Last rejection"), Qt::AlignLeft | Qt::AlignVCenter},
};
static_assert(std::size(heads) == KindStatistics::ColumnCount);

} // namespace

KindStatistics::KindStatistics(QObject* parent) : QAbstractTableModel(parent) {}

void KindStatistics::setStatus(const ReceiverStatus& status, Timestamp now) {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < status.kinds.size(); ++i) {
        const KindStatus& kind = status.kinds[i];
        if (kind.stored + kind.duplicates + kind.rejected > 0)
            rows.push_back({static_cast<MessageKind>(i), kind});
    }
    m_now = now;
    const bool sameKinds = std::ranges::equal(rows, m_rows, {}, &Row::kind, &Row::kind);
    if (!sameKinds)
        beginResetModel();
    m_rows = std::move(rows);
    if (!sameKinds)
        endResetModel();
    else if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Stored), index(rowCount() - 1, LastRejection));
}

int KindStatistics::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int KindStatistics::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString KindStatistics::text(const Row& row, int column) const {
    const KindStatus& status = row.status;
    switch (column) {
    case Kind:
        return QString::fromLatin1(kindName(row.kind));
    case Stored:
        return groupedNumber(status.stored);
    case Rate:
        return groupedNumber(qRound64(status.rate));
    case Newest:
        return status.newest ? ageText(*status.newest, m_now) : QString();
    case Known:
        return groupedNumber(status.duplicates);
    case Rejected:
        return groupedNumber(status.rejected);
    case LastRejection:
        return visibleText(status.lastRejection.toUtf8());
    }
    Q_UNREACHABLE();
}

QVariant KindStatistics::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return text(row, index.column());
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(heads[index.column()].alignment);
    return {};
}

QVariant KindStatistics::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(heads[section].alignment);
    return role == Qt::DisplayRole ? QVariant(tr(heads[section].title)) : QVariant();
}

} // namespace portolan
