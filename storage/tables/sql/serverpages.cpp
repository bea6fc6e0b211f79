// The pages of ServerTable.

#include "storage/sql/connection/statementlimit.h"
#include "storage/sql/postgresql/serverstream.h"
#include "storage/tables/sql/servertable.h"

#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr qint64 firstServerBlocks = 64; ///< of a table that are looked through at once; then twice as many
constexpr int pagesAtOnce = 40;          ///< of a page index
constexpr int leastStreamed = 500;       ///< rows of a page that others may follow; who asks for fewer wants no more
/// The time that a view's own order may take before its first rows have to do.
constexpr std::chrono::milliseconds sortPatience{5'000};

const QByteArray placeName("place");

Value serverCell(Value cell, ColumnType type) {
    if (const auto* const day = std::get_if<Timestamp>(&cell); day && type == ColumnType::Date)
        return toIsoTime(*day).first(10);
    if (const auto* const text = std::get_if<QByteArray>(&cell); text && type == ColumnType::Time) {
        if (const auto time = parseIsoTime(*text))
            return *time;
    }
    return cell;
}

/// The keys that a row's columns from `first` on are.
ServerPlace placeAt(const PostgresqlResultSet& rows, int row, int first, int keys) {
    ServerPlace place;
    for (int i = 0; i < keys; ++i)
        place.push_back(keyText(*rows.cell(row, first + i)));
    return place;
}

/// Rows as the server holds them, whose first columns are the table's. Their values are made where they are written.
class ServerRowsPage final : public ExportPage {
public:
    ServerRowsPage(ServerTable::Rows rows, const ColumnSet& schema) : m_rows(std::move(rows)) {
        next = std::move(m_rows.next);
        last = m_rows.last;
        std::ranges::transform(schema.columns, std::back_inserter(m_types), &ColumnSet::Column::type);
    }
    std::size_t size() const override { return static_cast<std::size_t>(m_rows.count); }
    void values(std::size_t row, std::vector<Value>& values) const override {
        auto at = static_cast<int>(row);
        auto stretch = m_rows.stretches.begin();
        for (; at >= stretch->count; ++stretch)
            at -= stretch->count;
        values.clear();
        for (std::size_t i = 0; i < m_types.size(); ++i)
            values.push_back(serverCell(*stretch->rows->cell(stretch->first + at, static_cast<int>(i)), m_types[i]));
    }

private:
    ServerTable::Rows m_rows;
    std::vector<ColumnType> m_types;
};

} // namespace

/// Once more with times as texts where one of them is none of ours.
Result<std::shared_ptr<const PostgresqlResultSet>>
ServerTable::run(Connection& connection, Question& question, const std::function<Statement(const Question&)>& make,
                 qint64 bytesRead) const {
    const qint64 mostBytes = question.isWrittenOut ? std::max<qint64>(PostgresqlResultSet::pageBytes - bytesRead, 1)
                                                   : std::numeric_limits<qint64>::max();
    while (true) {
        const Statement statement = make(question);
        Result<PostgresqlResultSet> rows =
            PostgresqlResultSet::run(connection, statement.sql, statement.bindings, doing(), mostBytes);
        PORTOLAN_TRY(rows);
        if (rows->isWhole() || question.timesAsText)
            return std::make_shared<const PostgresqlResultSet>(std::move(*rows));
        question.timesAsText = true;
    }
}

void ServerTable::take(Question& question, const std::shared_ptr<const PostgresqlResultSet>& read, int first,
                       char finding, int keys, Rows& rows) const {
    const int found = read->count() - first;
    const int taken = static_cast<int>(std::min<qint64>(found, question.query.limit - rows.count));
    rows.bytes += read->bytes();
    if (taken < found || read->isCut())
        rows.last = false;
    if (taken <= 0)
        return;
    rows.stretches.push_back({read, first, taken, finding, keys});
    rows.count += taken;
}

Page<TableRow> ServerTable::pageOf(const Rows& rows, Bring bring) const {
    Page<TableRow> page{{}, rows.next, rows.last};
    page.rows.reserve(static_cast<std::size_t>(rows.count));
    const int cells = cellsOf(bring);
    for (const KeyRange& stretch : rows.stretches) {
        const int keysAt = stretch.rows->columns() - stretch.keys;
        for (int at = stretch.first; at < stretch.first + stretch.count; ++at) {
            TableRow& row = page.rows.emplace_back();
            row.cells.reserve(static_cast<std::size_t>(cells));
            for (int i = 0; i < cells; ++i)
                row.cells.push_back(
                    serverCell(*stretch.rows->cell(at, i), m_schema.columns[static_cast<std::size_t>(i)].type));
            row.key = placeText(QByteArray(1, stretch.finding), placeAt(*stretch.rows, at, keysAt, stretch.keys));
        }
    }
    return page;
}

/// Rows of one order after a place, of which `given` that are equal to it were given already.
Result<void> ServerTable::readInOrder(Connection& connection, Question& question, const ServerOrder& order,
                                      const From& from, const std::optional<ServerPlace>& after, qint64 given,
                                      qint64 limit, Rows& rows) const {
    const int keysAt = cellsOf(question.bring);
    const bool isContent = question.finding == Finding::Content || question.identity == 1;
    for (const ServerOrder::Condition& stretch : order.after(after, given > 0)) {
        const qint64 wanted = limit + 1 - rows.count + given;
        const auto readStretch = [&] {
            return run(
                connection, question, [&](const Question& of) { return statement(of, order, from, stretch, wanted); },
                rows.bytes);
        };
        auto read = readStretch();
        PORTOLAN_TRY(read);
        const auto passedOver = [&] {
            int first = 0;
            while (first < given && first < (*read)->count() && placeAt(**read, first, keysAt, order.size()) == *after)
                ++first;
            return first;
        };
        int first = passedOver();
        if (first > 0 && first == (*read)->count() && (*read)->isCut()) { // all of its bytes went into them
            const bool isWrittenOut = std::exchange(question.isWrittenOut, false);
            read = readStretch();
            question.isWrittenOut = isWrittenOut;
            PORTOLAN_TRY(read);
            first = passedOver();
        }
        rows.hasMoved = rows.hasMoved || first < given;
        given = 0;
        const char finding = question.finding == Finding::Key ? 'k' : isContent ? 'c' : 'p';
        take(question, *read, first, finding, question.identity, rows);
        if (!rows.last)
            break;
    }
    return {};
}

namespace {

/// The cursor after a row, by the keys of the order; of rows that only their content tells apart also how many that
/// are equal to it went before.
Cursor cursorAfter(const ServerTable::Rows& rows, qint64 row, int keysAt, int keys, const QByteArray& name,
                   bool countsEqual, const Cursor& before) {
    std::vector<std::pair<const PostgresqlResultSet*, int>> all;
    for (const ServerTable::KeyRange& stretch : rows.stretches) {
        for (int i = 0; i < stretch.count && std::ssize(all) <= row; ++i)
            all.emplace_back(stretch.rows.get(), stretch.first + i);
    }
    const ServerPlace place = placeAt(*all.back().first, all.back().second, keysAt, keys);
    Cursor cursor{{placeText(name, place)}};
    if (!countsEqual)
        return cursor;
    qint64 equal = 0;
    for (auto at = all.rbegin(); at != all.rend() && placeAt(*at->first, at->second, keysAt, keys) == place; ++at)
        ++equal;
    if (equal == row + 1 && before.keys.size() == 2 && before.keys.front() == cursor.keys.front())
        equal += std::get<qint64>(before.keys.back());
    cursor.keys.emplace_back(equal);
    return cursor;
}

} // namespace

Result<ServerTable::Rows> ServerTable::readOrdered(Connection& connection, Question& question, qint64 limit) const {
    const bool isContent = question.finding == Finding::Content;
    std::optional<ServerPlace> after;
    qint64 given = 0;
    if (const Cursor& cursor = question.query.after; !cursor.atStart()) {
        const auto* text = std::get_if<QByteArray>(&cursor.keys.front());
        const auto* count = isContent && cursor.keys.size() == 2 ? std::get_if<qint64>(&cursor.keys[1]) : nullptr;
        after = text ? placeOf(*text, question.name) : std::nullopt;
        if (!after || std::ssize(*after) != question.order.size() || (isContent && !count)
            || cursor.keys.size() != (isContent ? 2U : 1U))
            return Cursor::foreign();
        given = count ? *count : 0;
    }
    Rows rows;
    rows.next = question.query.after;
    PORTOLAN_TRY(readInOrder(connection, question, question.order, whole(), after, given, limit, rows));
    if (rows.count > 0)
        rows.next = cursorAfter(rows, rows.count - 1, cellsOf(question.bring), question.order.size(), question.name,
                                isContent, question.query.after);
    return rows;
}

/// Blocks of one part, as many at once as it takes, until the page is full.
Result<void> ServerTable::readBlocks(Connection& connection, Question& question, const ServerShape::Part& part,
                                     const std::optional<QByteArray>& after, Rows& rows) const {
    const bool descending = question.query.sort.descending;
    const Result<QVariant> size =
        connection.value(QStringLiteral("SELECT coalesce(pg_catalog.pg_relation_size(CAST(CAST(? AS oid) AS regclass)) "
                                        "/ CAST(current_setting('block_size') AS bigint), 0)"),
                         {QString::fromLatin1(part.oid)});
    PORTOLAN_TRY(size);
    // A file that is gone has none: the statement about the first one says so.
    const qint64 blocks = std::max<qint64>(size->toLongLong(), 1);
    qint64 begin = descending ? blocks : 0;
    if (after)
        begin = after->mid(1, after->indexOf(',') - 1).toLongLong() + (descending ? 1 : 0);
    const QString than = descending ? QStringLiteral("<") : QStringLiteral(">");
    for (qint64 window = firstServerBlocks; descending ? begin > 0 : begin < blocks; window *= 2) {
        const qint64 low = descending ? std::max<qint64>(begin - window, 0) : begin;
        const qint64 high = descending ? begin : begin + window;
        ServerOrder::Condition place{QStringLiteral("t.ctid >= '(%1,0)' AND t.ctid < '(%2,0)'").arg(low).arg(high), {}};
        if (after) {
            place.sql += QStringLiteral(" AND t.ctid %1 CAST(? AS tid)").arg(than);
            place.bindings << QString::fromLatin1(*after);
        }
        const auto read = run(
            connection, question,
            [&](const Question& of) {
                return statement(of, of.order, this->of(part), place, of.query.limit + 1 - rows.count);
            },
            rows.bytes);
        PORTOLAN_TRY(read);
        const qint64 before = rows.count;
        take(question, *read, 0, 'p', 2, rows);
        if (rows.count > before) {
            const KeyRange& stretch = rows.stretches.back();
            rows.next = Cursor{{placeText(
                placeName, placeAt(*stretch.rows, stretch.first + stretch.count - 1, cellsOf(question.bring), 2))}};
        }
        if (!rows.last)
            return {};
        begin = descending ? low : high;
    }
    return {};
}

/// Reads one part after another.
Result<ServerTable::Rows> ServerTable::readByPlace(Connection& connection, Question& question) const {
    const bool descending = question.query.sort.descending;
    std::optional<ServerPlace> after;
    qint64 given = 0;
    if (const Cursor& cursor = question.query.after; !cursor.atStart()) {
        const auto* text = std::get_if<QByteArray>(&cursor.keys.front());
        after = text ? placeOf(*text, placeName) : std::nullopt;
        if (!after || after->size() < 2 || !after->front() || !(*after)[1])
            return Cursor::foreign();
        const auto* count = cursor.keys.size() == 2 ? std::get_if<qint64>(&cursor.keys[1]) : nullptr;
        given = count ? *count : 0;
    }
    std::vector<const ServerShape::Part*> parts;
    for (const ServerShape::Part& part : m_shape.parts)
        parts.push_back(&part);
    if (descending)
        std::ranges::reverse(parts);
    Rows rows;
    rows.next = question.query.after;
    const qulonglong reached = after ? after->front()->toULongLong() : 0;
    for (const ServerShape::Part* part : parts) {
        const qulonglong number = part->oid.toULongLong();
        if (after && (descending ? number > reached : number < reached))
            continue;
        const bool isWithin = after && number == reached;
        if (!part->isForeign) {
            const auto place = isWithin ? (*after)[1] : std::nullopt;
            PORTOLAN_TRY(readBlocks(connection, question, *part, place, rows));
        } else {
            Question foreign = question;
            foreign.identity = 1;
            const ServerOrder order(contentKeys(), descending, m_shape.isSqlAscii);
            std::optional<ServerPlace> place;
            if (isWithin)
                place = ServerPlace(after->begin() + 1, after->end());
            Rows read;
            read.count = rows.count; // the page's limits hold for all of its parts
            read.bytes = rows.bytes;
            PORTOLAN_TRY(readInOrder(connection, foreign, order, of(*part), place, isWithin ? given : 0,
                                     question.query.limit, read));
            const qint64 found = read.count - rows.count;
            rows.last = read.last;
            rows.hasMoved = rows.hasMoved || read.hasMoved;
            if (found > 0) {
                Rows own = read;
                own.count = found;
                Cursor next = cursorAfter(own, found - 1, cellsOf(question.bring), order.size(), placeName, true, {});
                auto keys = *placeOf(std::get<QByteArray>(next.keys.front()), placeName);
                if (isWithin && place && std::equal(keys.begin(), keys.end(), place->begin(), place->end()))
                    next.keys.back() = std::get<qint64>(next.keys.back()) + given;
                keys.insert(keys.begin(), part->oid);
                next.keys.front() = placeText(placeName, keys);
                rows.next = std::move(next);
                std::ranges::move(read.stretches, std::back_inserter(rows.stretches));
                rows.count = read.count;
                rows.bytes = read.bytes;
            }
        }
        if (!rows.last)
            break;
    }
    return rows;
}

/// The first rows of a view, in no order.
Result<ServerTable::Rows> ServerTable::readFirst(Connection& connection, Question& question) {
    const Cursor& cursor = question.query.after;
    if (cursor.atStart() || !m_first) {
        Question all = question;
        all.bring = Bring::Whole;
        all.isWrittenOut = false;
        const auto read = run(connection, all, [&](const Question& of) {
            return Statement{
                QStringLiteral("SELECT %1%2 FROM %3 AS t LIMIT %4")
                    .arg(m_shape.columns.empty() ? QString() : cellsSql(Bring::Whole, of.timesAsText) + u',', hashSql(),
                         m_table, QString::number(Tables::mostViewRows + 1)),
                {}};
        });
        PORTOLAN_TRY(read);
        m_first = *read;
        m_isCut = m_first->count() > Tables::mostViewRows;
    }
    const int count = std::min(m_first->count(), Tables::mostViewRows);
    qint64 at = 0;
    if (!cursor.atStart()) {
        const auto* number = std::get_if<qint64>(&cursor.keys.front());
        if (!number)
            return Cursor::foreign();
        at = *number;
    }
    Rows rows = rowsFrom(m_first, count, at, question, question.query.sort.descending);
    rows.next = Cursor{{at + rows.count}};
    return rows;
}

/// A page of rows that are held, from one of them on.
ServerTable::Rows ServerTable::rowsFrom(const std::shared_ptr<const PostgresqlResultSet>& all, qint64 count, qint64 at,
                                        const Question& question, bool isBackwards) const {
    Rows rows;
    const qint64 taken = std::clamp<qint64>(count - at, 0, question.query.limit);
    for (qint64 i = 0; isBackwards && i < taken; ++i)
        rows.stretches.push_back({all, static_cast<int>(count - 1 - at - i), 1, 'c', 1});
    if (!isBackwards && taken > 0)
        rows.stretches.push_back({all, static_cast<int>(at), static_cast<int>(taken), 'c', 1});
    rows.count = taken;
    rows.last = at + taken >= count;
    return rows;
}

/// The rows of a view in an order of the moment, which no second statement would go on with: of one that was kept.
Result<ServerTable::Rows> ServerTable::readKept(Connection& connection, const Question& question) {
    const Cursor& cursor = question.query.after;
    qint64 at = 0;
    if (!cursor.atStart()) {
        const auto* number = std::get_if<qint64>(&cursor.keys.front());
        const auto* keeper = cursor.keys.size() == 2 ? std::get_if<qint64>(&cursor.keys[1]) : nullptr;
        if (!m_kept.rows || !number || *number < 0 || !keeper || *keeper != m_keeper)
            return Error{
                ErrorCode::Usage,
                QStringLiteral("The order of %1 goes by values that change from moment to moment: a list of it "
                               "does not go on in another command. Ask for more rows at once (--limit), export "
                               "it, or sort it by a column that stays.")
                    .arg(QString::fromUtf8(m_info.path()))};
        at = *number;
    }
    const bool isOfQuestion = m_kept.rows && m_kept.filter == question.query.filter.source
                              && m_kept.sort.column == question.query.sort.column
                              && m_kept.sort.descending == question.query.sort.descending;
    if (!isOfQuestion && !cursor.atStart())
        return Cursor::foreign();
    if (cursor.atStart() && (!isOfQuestion || question.bring != Bring::Keys)) { // a page's keys are those of its rows
        Question all = question;
        all.bring = Bring::Whole;
        all.isWrittenOut = false;
        const qint64 most = std::max<qint64>(question.query.limit, Tables::mostViewRows);
        const auto read =
            run(connection, all, [&](const Question& of) { return statement(of, of.order, whole(), {}, most + 1); });
        PORTOLAN_TRY(read);
        m_kept = {*read, question.query.filter.source, question.query.sort, (*read)->count() > most};
    }
    Rows rows = rowsFrom(m_kept.rows, keptRows(), at, question, false);
    rows.next = Cursor{{at + rows.count, m_keeper}};
    rows.areCut = m_kept.isCut;
    return rows;
}

Result<ServerTable::Rows> ServerTable::read(Connection& connection, Question& question) {
    auto rows = readPage(connection, question);
    if (rows)
        noteRead(question.query, *rows);
    return rows;
}

void ServerTable::noteRead(const ListQuery& query, const Rows& rows) {
    m_hasMoved = rows.hasMoved || (m_hasMoved && !query.after.atStart());
    m_isKeptCut = rows.areCut;
}

Result<ServerTable::Rows> ServerTable::readPage(Connection& connection, Question& question) {
    const ListQuery& query = question.query;
    const bool isOwn = query.sort.column.isEmpty() && query.filter.isEmpty();
    if (question.finding == Finding::Place && query.sort.column.isEmpty())
        return readByPlace(connection, question);
    const auto readSorted = [&] {
        return isMomentary(question) ? readKept(connection, question) : readOrdered(connection, question, query.limit);
    };
    if (question.finding != Finding::Content || !isOwn)
        return readSorted();
    if (m_first)
        return readFirst(connection, question);
    auto rows = withinLimit(connection, {sortPatience, std::nullopt}, readSorted);
    if (rows || rows.error().code != ErrorCode::Timeout || !query.after.atStart())
        return rows;
    return readFirst(connection, question);
}

Result<Page<TableRow>> ServerTable::page(const ListQuery& query, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<Page<TableRow>> {
        Result<Question> question = ask(connection, query, Bring::Whole);
        PORTOLAN_TRY(question);
        const Result<Rows> rows = read(connection, *question);
        return rows ? pageOf(*rows, Bring::Whole) : Result<Page<TableRow>>(rows.error());
    });
}

Result<Page<TableRow>> ServerTable::Cells::page(const ListQuery& query, const CancelToken& token) {
    return m_table.m_session.read(token, [&](Connection& connection) -> Result<Page<TableRow>> {
        Result<Question> question = m_table.ask(connection, query, Bring::Cells);
        PORTOLAN_TRY(question);
        const Result<Rows> rows = m_table.read(connection, *question);
        return rows ? m_table.pageOf(*rows, Bring::Cells) : Result<Page<TableRow>>(rows.error());
    });
}

Result<PageIndex> ServerTable::Cells::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    return m_table.pageIndex(query, pages, token);
}

Result<PageIndex> ServerTable::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) { return readPageIndex(connection, query, pages); });
}

/// Several pages' keys by one statement, where they are in one order.
Result<PageIndex> ServerTable::readPageIndex(Connection& connection, const ListQuery& query, int pages) {
    PageIndex pageIndex;
    pageIndex.next = query.after;
    while (static_cast<int>(pageIndex.starts.size()) < pages && !pageIndex.complete) {
        ListQuery next = query;
        next.after = pageIndex.next;
        Result<Question> question = ask(connection, next, Bring::Keys);
        PORTOLAN_TRY(question);
        const bool isPlaced = question->finding == Finding::Place && query.sort.column.isEmpty();
        if (!isPlaced && !m_first && !isMomentary(*question))
            question->query.limit *= std::min(pages - static_cast<int>(pageIndex.starts.size()), pagesAtOnce);
        const bool hadFirst = m_first != nullptr;
        const Result<Rows> rows = read(connection, *question);
        PORTOLAN_TRY(rows);
        if (!hadFirst && m_first)
            continue; // once more, in no order
        for (qint64 at = 0; at < rows->count; at += query.limit) {
            pageIndex.starts.push_back(pageIndex.next);
            const qint64 count = std::min<qint64>(query.limit, rows->count - at);
            pageIndex.counts.push_back(static_cast<int>(count));
            pageIndex.next = at + count == rows->count
                                 ? rows->next
                                 : cursorAfter(*rows, at + count - 1, 0, question->order.size(), question->name,
                                               question->finding == Finding::Content, next.after);
        }
        pageIndex.complete = rows->last;
        if (rows->count == 0)
            break;
    }
    return pageIndex;
}

void ServerTable::endExport() {
    m_stream.reset();
    m_isStreamless = false;
    m_exported = {};
}

/// Goes on with the statement that is fetched from, or begins one after the page before; of rows that their content
/// tells apart with the first of them. Nothing: there is no connection for it, or it broke.
Result<std::optional<ServerTable::Rows>> ServerTable::readStreamed(Question& question, const CancelToken& token) {
    const bool isContent = question.finding == Finding::Content;
    std::optional<ServerPlace> after;
    if (!isContent && !question.query.after.atStart())
        after = placeOf(std::get<QByteArray>(question.query.after.keys.front()), question.name);
    question.timesAsText = question.timesAsText || isContent; // it is not begun again for a time that is none of ours
    Rows rows;
    rows.next = question.query.after;
    while (true) {
        if (!m_stream) {
            const Statement all =
                statement(question, question.order, whole(), question.order.allAfter(after, false), std::nullopt);
            auto stream =
                ServerStream::open(m_session.url(), all.sql, all.bindings, doing(), ServerStream::Kind::Fetched, token);
            if (!stream && stream.error().code == ErrorCode::Cancelled)
                return stream.error();
            m_isStreamless = !stream;
            if (m_isStreamless)
                return std::optional<Rows>();
            m_stream = std::move(*stream);
        }
        Result<PostgresqlResultSet> fetched = m_stream->next(question.query.limit, token);
        if (!fetched) {
            m_stream.reset();
            m_isStreamless = fetched.error().code != ErrorCode::Cancelled && fetched.error().code != ErrorCode::Timeout;
            return m_isStreamless ? Result(std::optional<Rows>()) : Result<std::optional<Rows>>(fetched.error());
        }
        if (!fetched->isWhole() && !question.timesAsText) {
            m_stream.reset();
            question.timesAsText = true;
            continue;
        }
        const auto read = std::make_shared<const PostgresqlResultSet>(std::move(*fetched));
        take(question, read, 0, 'c', question.identity, rows);
        rows.last = m_stream->isAtEnd();
        if (rows.count > 0)
            rows.next = cursorAfter(rows, rows.count - 1, cellsOf(question.bring), question.order.size(), question.name,
                                    isContent, question.query.after);
        if (rows.last)
            m_stream.reset();
        return std::optional(std::move(rows));
    }
}

/// Rows that only their content tells apart come from one statement, from the first row on: a second one would give
/// columns of the moment other values. A list of few rows is a page alone.
Result<ServerTable::Rows> ServerTable::readWrittenOut(Connection& connection, Question& question, bool isNext,
                                                      const CancelToken& token) {
    const ListQuery& query = question.query;
    const bool isContent = question.finding == Finding::Content;
    const bool isOwn = query.sort.column.isEmpty() && query.filter.isEmpty();
    const bool isUnsorted = isContent && isOwn && m_first;
    const bool mayStream = m_mayStream && !m_isStreamless;
    const bool isBegun = query.after.atStart() && query.limit >= leastStreamed && mayStream;
    const bool isStreamed = isContent ? isBegun || m_stream : isNext && mayStream;
    if (isStreamed && !isUnsorted && isSortedByServer(question)) {
        auto streamed = readStreamed(question, token);
        m_mayStream = streamed || streamed.error().code != ErrorCode::Timeout;
        if (streamed && *streamed)
            return std::move(**streamed);
        if (!streamed && (m_mayStream || (isContent && !query.after.atStart())))
            return streamed.error();
        if (!streamed && isContent && isOwn)
            return readFirst(connection, question);
        if (!streamed && isContent)
            return streamed.error();
        if (isContent && std::ranges::any_of(m_shape.columns, &ServerColumn::isMomentary)) {
            if (!query.after.atStart())
                return Error{ErrorCode::Connection,
                             QStringLiteral("The connection that read the rows of %1 broke, and another statement "
                                            "would give them other values. Export it again.")
                                 .arg(QString::fromUtf8(m_info.path()))};
            // Few rows are one statement's, too, however large they are.
            question.isWrittenOut = false;
            auto rows = readOrdered(connection, question, query.limit);
            if (!rows || rows->last)
                return rows;
            return Error{
                ErrorCode::Busy,
                QStringLiteral("The rows of %1 are written out by one statement on a connection of its own, and "
                               "the server has none left. Try again later.")
                    .arg(QString::fromUtf8(m_info.path()))};
        }
    }
    if (!isContent)
        return readPage(connection, question);
    if (isUnsorted)
        return readFirst(connection, question);
    auto rows = isMomentary(question) ? readKept(connection, question) : readOrdered(connection, question, query.limit);
    const bool isTooLarge = !rows && rows.error().code == ErrorCode::Timeout && query.after.atStart();
    return isTooLarge && isOwn ? readFirst(connection, question) : std::move(rows);
}

Result<std::unique_ptr<ExportPage>> ServerTable::exportPage(const ListQuery& query, const CancelToken& token) {
    const bool isNext = !query.after.atStart() && query.after == m_exported;
    if (!isNext)
        m_stream.reset();
    return m_session.read(token, [&](Connection& connection) -> Result<std::unique_ptr<ExportPage>> {
        Result<Question> question = ask(connection, query, Bring::Whole);
        PORTOLAN_TRY(question);
        question->isWrittenOut = true;
        Result<Rows> rows = readWrittenOut(connection, *question, isNext, token);
        PORTOLAN_TRY(rows);
        noteRead(query, *rows);
        m_exported = rows->next;
        return std::unique_ptr<ExportPage>(std::make_unique<ServerRowsPage>(std::move(*rows), m_schema));
    });
}

} // namespace portolan
