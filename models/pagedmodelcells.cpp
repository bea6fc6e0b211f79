// The face of PagedModel: what cells and headers say, and rows as text for the clipboard.

#include "models/pagedmodel.h"

#include "storage/channel.h"

#include <QCoreApplication>

namespace portolan {

namespace {

constexpr int mostCopiedRows = 100'000;
constexpr qsizetype mostCopiedBytes = 64 * 1024 * 1024;
const QString notYet = QStringLiteral("…");

QString numberText(const Value& value, bool grouped) {
    if (const auto* number = std::get_if<qint64>(&value))
        return grouped ? groupedNumber(*number) : QString::number(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QString::number(*real, 'g', 6);
    return {};
}

QString cellText(const Value& value, ColumnKind kind, TimeDisplay display) {
    if (const auto* time = std::get_if<Timestamp>(&value))
        return timeText(*time, display);
    if (const auto* text = std::get_if<QByteArray>(&value))
        return visibleText(*text);
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth ? PagedModel::tr("yes") : PagedModel::tr("no");
    return numberText(value, kind == ColumnKind::Number);
}

QString timeTip(Timestamp time, TimeDisplay display) {
    const auto other = display == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc;
    return timeWithZone(time, display) + u'\n' + timeWithZone(time, other) + u'\n'
           + PagedModel::tr("%1 ago").arg(ageText(time, currentTime()));
}

bool isNumber(ColumnKind kind) {
    return kind == ColumnKind::Number || kind == ColumnKind::Id;
}

struct Piece {
    Segment segment;
    int first, last; ///< rows within it
};

} // namespace

int PagedModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_segments.rowCount();
}

int PagedModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_listing->columns().size());
}

QVariant PagedModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ModelColumn& column = m_listing->columns()[static_cast<std::size_t>(index.column())];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber(column.kind) ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole && role < Qt::UserRole)
        return {};
    const auto [block, offset] = look(index.row());
    if (role == LoadingRole)
        return block == nullptr;
    if (!block)
        return role == Qt::DisplayRole ? QVariant(notYet) : QVariant();
    return cell(m_listing->value(*block, offset, index.column()), column, role);
}

QVariant PagedModel::cell(const Value& value, const ModelColumn& column, int role) const {
    const auto* time = std::get_if<Timestamp>(&value);
    switch (role) {
    case Qt::DisplayRole:
        return cellText(value, column.kind, m_timeDisplay);
    case Qt::AccessibleTextRole: // read aloud and by programs: digits without the thin spaces
        return isNumber(column.kind) ? QVariant(numberText(value, false)) : QVariant();
    case Qt::ToolTipRole:
        return time ? QVariant(timeTip(*time, m_timeDisplay)) : QVariant();
    case TimestampRole:
        return time ? QVariant(static_cast<qint64>(time->time_since_epoch().count())) : QVariant();
    default:
        return {};
    }
}

QVariant PagedModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical || section < 0 || section >= columnCount())
        return {};
    const ModelColumn& column = m_listing->columns()[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return QCoreApplication::translate("Columns", column.title);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber(column.kind) ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::ToolTipRole:
        return tr("Filter with “%1:…”").arg(QLatin1String(column.name));
    default:
        return {};
    }
}

void PagedModel::setTimeDisplay(TimeDisplay display) {
    if (std::exchange(m_timeDisplay, display) != display && rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void PagedModel::askText(const RowRuns& runs, RowsTextFormat format, QObject* context,
                         std::function<void(Result<QByteArray>)> reply) {
    std::vector<Piece> pieces;
    int rows = 0;
    for (auto [first, last] : runs) {
        rows += last - first + 1;
        while (first <= last && rows <= mostCopiedRows) {
            const auto place = m_segments.find(first);
            Segment segment = m_segments.at(place.segment);
            segment.block = {};
            const int until = std::min(segment.count - 1, place.offset + last - first);
            pieces.push_back({segment, place.offset, until});
            first += until - place.offset + 1;
        }
    }
    if (!m_channel || rows > mostCopiedRows) {
        reply(Error{ErrorCode::Usage, tr("%1 rows are too many to copy (at most %2). Select fewer, or export them.")
                                          .arg(groupedNumber(rows), groupedNumber(mostCopiedRows))});
        return;
    }
    const QString tooLong = tr("The selected rows are over 64 MiB. Select fewer, or export them.");
    m_channel->ask(
        m_textAsker,
        [listing = m_listing, query = m_query, pieces, format, display = m_timeDisplay,
         tooLong](Store& store, const CancelToken& token) -> Result<QByteArray> {
            RowsText text(*listing, format, display);
            for (const Piece& piece : pieces) {
                auto block = askRows(*listing, store, query, piece.segment, RowExtent::Whole, token);
                if (!block)
                    return block.error();
                text.add(*block, piece.first, std::min(piece.last, block->count - 1));
                if (text.text().size() > mostCopiedBytes)
                    return Error{ErrorCode::Usage, tooLong};
            }
            return text.text();
        },
        context, std::move(reply));
}

} // namespace portolan
