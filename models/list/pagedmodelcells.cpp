// The part of PagedModel that makes cells, headers, and rows as text for the clipboard.

#include "models/list/pagedmodel.h"

#include "models/list/selectedrows.h"
#include "storage/base/numbertext.h"
#include "storage/storeworker.h"

#include <QCoreApplication>
#include <algorithm>
#include <limits>

namespace portolan {

namespace {

constexpr int mostCopiedRows = 100'000;
constexpr qsizetype mostCopiedBytes = 64 * 1024 * 1024;
const QString notYet = QStringLiteral("…");

/// Returns a number for screen readers and programs: plain digits without thin spaces.
QString numberForPrograms(const Value& value) {
    if (const auto* number = std::get_if<qint64>(&value))
        return QString::number(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QString::fromLatin1(numberText(*real));
    return {};
}

QString cellText(const Value& value, ColumnKind kind, TimeDisplay display) {
    if (const auto* time = std::get_if<Timestamp>(&value))
        return timeText(*time, kind == ColumnKind::WallTime ? TimeDisplay::Utc : display);
    if (const auto* text = std::get_if<QByteArray>(&value))
        return visibleText(*text);
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth ? PagedModel::tr("yes") : PagedModel::tr("no");
    if (const auto* length = std::get_if<qint64>(&value); length && kind == ColumnKind::Elapsed)
        return durationText(std::chrono::milliseconds(*length));
    if (const auto* length = std::get_if<qint64>(&value); length && kind == ColumnKind::Seconds)
        return spanText(std::chrono::seconds(*length));
    if (const auto* share = std::get_if<double>(&value); share && kind == ColumnKind::Share)
        return shareText(*share);
    if (const auto* real = std::get_if<double>(&value))
        return realText(*real);
    const auto* number = std::get_if<qint64>(&value);
    return number && kind == ColumnKind::Number ? groupedNumber(*number) : numberForPrograms(value);
}

QString timeTip(Timestamp time, TimeDisplay display) {
    const auto other = display == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc;
    return timeWithZone(time, display) + u'\n' + timeWithZone(time, other) + u'\n' + agoText(time, currentTime());
}

/// Returns true for columns whose cells are words that round a number.
bool isInWords(ColumnKind kind) {
    return kind == ColumnKind::Share || kind == ColumnKind::Elapsed || kind == ColumnKind::Seconds;
}

bool isNumber(ColumnKind kind) {
    return kind == ColumnKind::Number || kind == ColumnKind::Id || isInWords(kind);
}

/// Returns the exact number that the words of a cell stand for.
QVariant exactly(const Value& value, ColumnKind kind) {
    const QString number = numberForPrograms(value);
    if (number.isEmpty())
        return {};
    return number
           + (kind == ColumnKind::Elapsed   ? QStringLiteral(" ms")
              : kind == ColumnKind::Seconds ? QStringLiteral(" s")
                                            : QString());
}

/// Returns the data of a cell that is drawn as a line: its text, for those who do not see the line.
QVariant sparkCell(const Figures& figures, int role) {
    if (role == PagedModel::FiguresRole)
        return QVariant::fromValue(figures);
    return role == Qt::ToolTipRole || role == Qt::AccessibleTextRole ? QVariant(figuresText(figures)) : QVariant();
}

QVariant trendCell(const std::vector<double>& trend, int role) {
    if (role == PagedModel::TrendRole)
        return QVariant::fromValue(trend);
    if (role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    if (trend.empty())
        return PagedModel::tr("no samples known");
    const auto [least, greatest] = std::ranges::minmax(trend);
    return PagedModel::tr("the newest %n samples, from %1 to %2", nullptr, static_cast<int>(trend.size()))
        .arg(realText(least), realText(greatest));
}

} // namespace

/// Returns the pieces of segments that hold these rows; of a longer selection, a little more than `most` rows.
std::vector<RowPiece> PagedModel::piecesOf(const RowRuns& runs, int most) const {
    std::vector<RowPiece> pieces;
    int rows = 0;
    for (auto [first, last] : runs) {
        while (first <= last && rows <= most) {
            const auto place = m_segments.find(first);
            const Segment& segment = m_segments.at(place.segment);
            const int until = std::min(segment.count - 1, place.offset + last - first);
            pieces.push_back({segment, place.offset, until});
            rows += until - place.offset + 1;
            first += until - place.offset + 1;
        }
    }
    return pieces;
}

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
    if (column.kind == ColumnKind::Spark)
        return sparkCell(m_listing->figures(*block, offset, index.column()), role);
    if (column.kind == ColumnKind::Trend)
        return trendCell(m_listing->trend(*block, offset, index.column()), role);
    if (role == OutlineRole)
        return column.kind == ColumnKind::Outline ? QVariant::fromValue(m_listing->outline(*block, offset))
                                                  : QVariant();
    const QVariant shown = cell(m_listing->value(*block, offset, index.column()), column, role);
    const bool isText = role == Qt::DisplayRole || role == Qt::AccessibleTextRole;
    return isText && shown.isValid() && m_listing->isAtLeast(*block, offset, index.column())
               ? QVariant(QStringLiteral("≥ ") + shown.toString())
               : shown;
}

QVariant PagedModel::cell(const Value& value, const ModelColumn& column, int role) const {
    const auto* time = std::get_if<Timestamp>(&value);
    switch (role) {
    case Qt::DisplayRole:
        return cellText(value, column.kind, m_timeDisplay);
    case Qt::AccessibleTextRole:
        return isNumber(column.kind) && !isInWords(column.kind) ? QVariant(numberForPrograms(value)) : QVariant();
    case Qt::ToolTipRole:
        if (isInWords(column.kind)) // the words are rounded
            return exactly(value, column.kind);
        return time && column.kind != ColumnKind::WallTime ? QVariant(timeTip(*time, m_timeDisplay)) : QVariant();
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
    case Qt::ToolTipRole: // a column drawn from several values cannot be filtered
        return m_listing->schema().find(column.name) ? tr("Filter with “%1:…”").arg(QLatin1String(column.name))
                                                     : QVariant();
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
    const std::vector<RowPiece> pieces = piecesOf(runs, mostCopiedRows);
    int rows = 0;
    for (const auto& [first, last] : runs)
        rows += last - first + 1;
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
            auto choice = listing->rowsKeepPlaces() ? RowChoice{pieces, {}} : RowChoice();
            if (!listing->rowsKeepPlaces()) {
                const auto names = portolan::askIdentities(*listing, store, query, pieces, token);
                PORTOLAN_TRY(names);
                choice.identities.insert(names->begin(), names->end());
            }
            RowsText text(*listing, format, display);
            ChosenReader reader(*listing, store, query, std::move(choice));
            while (!reader.isAtEnd()) {
                const auto chosen = reader.next(token);
                PORTOLAN_TRY(chosen);
                text.add(*chosen);
                if (text.text().size() > mostCopiedBytes)
                    return Error{ErrorCode::Usage, tooLong};
            }
            return text.text();
        },
        context, std::move(reply));
}

void PagedModel::askIdentities(const RowRuns& runs, QObject* context,
                               std::function<void(Result<std::vector<QByteArray>>)> reply) {
    if (!m_channel)
        return;
    m_channel->ask(
        m_textAsker,
        [listing = m_listing, query = m_query, pieces = piecesOf(runs)](Store& store, const CancelToken& token) {
            return portolan::askIdentities(*listing, store, query, pieces, token);
        },
        context, std::move(reply));
}

void PagedModel::askChoice(const RowRuns& runs, QObject* context, std::function<void(Result<RowChoice>)> reply) {
    if (m_listing->rowsKeepPlaces()) {
        reply(RowChoice{piecesOf(runs), {}});
        return;
    }
    askIdentities(runs, context, [reply = std::move(reply)](Result<std::vector<QByteArray>> names) {
        if (names)
            reply(RowChoice{{}, {names->begin(), names->end()}});
        else
            reply(names.error());
    });
}

} // namespace portolan
