#pragma once

#include "storage/listing/rowsource.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/plannedquery.h"
#include "storage/sql/postgresql/serverstream.h"
#include "storage/sql/rowview.h"
#include "storage/sql/session.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

namespace portolan {

/// Finds the starts of pages of a listing; see RowSource::pageIndex().
[[nodiscard]] Result<PageIndex> sqlPageIndex(Connection& connection, const SqlListing& listing, const ListQuery& query,
                                             int pages);

/// The rows of a listing in a SQL store. `Row` is read from a query whose columns are the listing's, in its order.
template <class Row>
class SqlRowSource : public RowSource<Row> {
public:
    using Reader = Row (*)(const RowView&);
    /// Finds the listing as this database has it now, or says why it has none.
    using Finder = std::function<Result<const SqlListing*>(Connection&)>;

    SqlRowSource(Session& session, Finder finder, Reader reader)
        : m_session(session)
        , m_finder(std::move(finder))
        , m_reader(reader) {}

    Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) override {
        return m_session.read(token, [&](Connection& connection) { return readPage(connection, query); });
    }

    Result<DeferredPage<Row>> deferredPage(const ListQuery& query, const CancelToken& token) override {
        const bool isNext = m_stream && query.after == m_streamed.after && query.sort == m_streamed.sort
                            && query.filter.source == m_streamed.filter.source;
        if (!isNext)
            m_stream.reset();
        return m_session.read(token, [&](Connection& connection) -> Result<DeferredPage<Row>> {
            if (m_stream) {
                auto streamed = readOn(connection, query, token);
                if (!streamed || *streamed)
                    return streamed ? std::move(**streamed) : Result<DeferredPage<Row>>(streamed.error());
            }
            const Result<Question> question = questionOf(connection, query);
            PORTOLAN_TRY(question);
            if (connection.dialect() == SqlDialect::Sqlite) {
                const auto state = oneState(connection, *question);
                PORTOLAN_TRY(state);
                SqliteRowBuffer rows;
                for (const auto& [sql, bindings] : question->inTurn) {
                    PORTOLAN_TRY(rows.add(connection, sql, bindings, query.limit + 1, reading()));
                }
                const bool mayGoOn = rows.isFull();
                return deferred(std::move(rows), question->plan.keyset, query, mayGoOn);
            }
            if (m_mayHold && m_mayStream && question->plan.keyset.sweeps() && query.limit >= leastStreamed) {
                const auto all = question->plan.keyset.page(query.after, std::numeric_limits<qint64>::max());
                auto stream = ServerStream::open(m_session.url(), all.sql, all.bindings, reading(),
                                                 ServerStream::Kind::Parallel, token);
                if (!stream && stream.error().code == ErrorCode::Cancelled)
                    return stream.error();
                m_stream = stream ? std::move(*stream) : nullptr; // pages need no second connection
                m_mayStream = m_stream != nullptr;
                auto streamed = readOn(connection, query, token);
                if (!streamed || *streamed)
                    return streamed ? std::move(**streamed) : Result<DeferredPage<Row>>(streamed.error());
            }
            if (m_mayHold) {
                const auto& [sql, bindings] = question->inTurn.front(); // a server has one statement
                Result<PostgresqlResultSet> rows =
                    PostgresqlResultSet::run(connection, sql, bindings, reading(), PostgresqlResultSet::pageBytes);
                PORTOLAN_TRY(rows);
                m_mayHold = rows->isReadable();
                if (m_mayHold && rows->isWhole()) {
                    const bool mayGoOn = rows->isCut();
                    return deferred(std::move(*rows), question->plan.keyset, query, mayGoOn);
                }
            }
            Result<Page<Row>> page = readPage(connection, query);
            return page ? Result(DeferredPage<Row>::of(std::move(*page))) : Result<DeferredPage<Row>>(page.error());
        });
    }

    void endExport() override {
        m_stream.reset();
        m_mayStream = true;
    }

    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override {
        return m_session.read(token, [&](Connection& connection) -> Result<PageIndex> {
            const Result<const SqlListing*> listing = m_finder(connection);
            return listing ? sqlPageIndex(connection, **listing, query, pages) : listing.error();
        });
    }

    /// Reads the row with this number. Errors: NotFound names it as `what`; Unsupported, several rows have it.
    Result<Row> one(qint64 key, const QString& what) {
        return m_session.read(m_session.token(),
                              [&](Connection& connection) { return readOne(connection, key, what); });
    }

private:
    /// A page of a query, as a question to this database.
    struct Question {
        PlannedQuery plan;
        std::vector<KeysetQuery::Statement> inTurn;
    };
    Result<Question> questionOf(Connection& connection, const ListQuery& query) {
        const Result<const SqlListing*> listing = m_finder(connection);
        PORTOLAN_TRY(listing);
        Result<PlannedQuery> plan = planQuery(connection, **listing, query, qint64(query.limit) + 1);
        PORTOLAN_TRY(plan);
        auto inTurn = plan->keyset.pageInTurn(query.after, qint64(query.limit) + 1);
        return Question{std::move(*plan), std::move(inTurn)};
    }

    /// Begins a state that all statements of a question see while it is kept, so that a row that moves meanwhile is in
    /// the page once; nothing for a single statement.
    static Result<std::optional<ReadSnapshot>> oneState(Connection& connection, const Question& question) {
        if (question.inTurn.size() == 1)
            return std::optional<ReadSnapshot>();
        Result<ReadSnapshot> begun = ReadSnapshot::begin(connection);
        return begun ? Result(std::optional<ReadSnapshot>(std::move(*begun)))
                     : Result<std::optional<ReadSnapshot>>(begun.error());
    }

    /// The place after a row, from which a page goes on.
    class LastRow {
    public:
        void take(const KeysetQuery& keyset, const RowView& row) {
            m_keys.clear();
            for (int i = 1; i <= keyset.keyCount(); ++i)
                m_keys << row.variant(keyset.keysAt() + i);
            m_sortValue = keyset.sortsByKey() ? m_keys.front() : row.variant(keyset.keysAt());
        }
        Result<Cursor> cursor(const KeysetQuery& keyset) const { return keyset.cursorOf(m_sortValue, m_keys); }

    private:
        QVariant m_sortValue;
        QVariantList m_keys;
    };

    Result<Page<Row>> readPage(Connection& connection, const ListQuery& query) {
        const Result<Question> question = questionOf(connection, query);
        PORTOLAN_TRY(question);
        const auto state = oneState(connection, *question);
        PORTOLAN_TRY(state);
        Page<Row> page{{}, query.after, true};
        LastRow place;
        for (auto statement = question->inTurn.begin(); page.last && statement != question->inTurn.end(); ++statement) {
            Result<RowCursor> rows = run(connection, *statement);
            PORTOLAN_TRY(rows);
            while (page.last) {
                const Result<bool> more = rows->next();
                PORTOLAN_TRY(more);
                if (!*more)
                    break;
                page.last = static_cast<int>(page.rows.size()) < query.limit;
                if (!page.last)
                    break;
                const RowView row = rows->row();
                page.rows.push_back(m_reader(row));
                place.take(question->plan.keyset, row);
            }
        }
        if (page.rows.empty())
            return page;
        Result<Cursor> next = place.cursor(question->plan.keyset);
        PORTOLAN_TRY(next);
        page.next = std::move(*next);
        return page;
    }

    /// Makes a page of rows that were read; a row more than asked for tells that there is more.
    template <class Rows>
    Result<DeferredPage<Row>> deferred(Rows read, const KeysetQuery& keyset, const ListQuery& query,
                                       bool mayGoOn = false) const {
        const auto rows = std::make_shared<const Rows>(std::move(read));
        DeferredPage<Row> page;
        page.count = std::min(rows->count(), query.limit);
        page.last = !mayGoOn && rows->count() <= query.limit;
        page.next = query.after;
        if (page.count > 0) {
            LastRow place;
            place.take(keyset, RowView(*rows, page.count - 1));
            Result<Cursor> next = place.cursor(keyset);
            PORTOLAN_TRY(next);
            page.next = std::move(*next);
        }
        page.row = [rows, reader = m_reader, made = std::make_shared<Row>()](int at) -> const Row& {
            *made = reader(RowView(*rows, at));
            return *made;
        };
        return page;
    }

    /// Takes a page of the statement that sweeps all rows, which each page would sweep again. Nothing: there is none,
    /// or it has what is read in another way, or it broke: the page is read by its place.
    Result<std::optional<DeferredPage<Row>>> readOn(Connection& connection, const ListQuery& query,
                                                    const CancelToken& token) {
        if (!m_stream)
            return std::optional<DeferredPage<Row>>();
        const Result<const SqlListing*> listing = m_finder(connection);
        PORTOLAN_TRY(listing);
        const Result<KeysetQuery> keyset = KeysetQuery::make(**listing, query, connection.dialect());
        PORTOLAN_TRY(keyset);
        Result<PostgresqlResultSet> rows = m_stream->next(query.limit, token);
        m_mayHold = m_mayHold && (!rows || rows->isReadable());
        m_mayStream = m_mayHold && rows && rows->isWhole();
        if (!m_mayStream) {
            m_stream.reset();
            const bool isCancelled = !rows && rows.error().code == ErrorCode::Cancelled;
            return isCancelled ? rows.error() : Result(std::optional<DeferredPage<Row>>());
        }
        const bool mayGoOn = !m_stream->isAtEnd();
        auto page = deferred(std::move(*rows), *keyset, query, mayGoOn);
        PORTOLAN_TRY(page);
        m_streamed = query;
        m_streamed.after = page->next;
        if (!mayGoOn)
            m_stream.reset();
        return std::optional(std::move(*page));
    }

    static QString reading() { return QStringLiteral("read"); }

    Result<RowCursor> run(Connection& connection, const KeysetQuery::Statement& statement) {
        return RowCursor::run(connection, statement.sql, statement.bindings, reading(), m_mayHold);
    }

    Result<Row> readOne(Connection& connection, qint64 key, const QString& what) {
        const Result<const SqlListing*> listing = m_finder(connection);
        PORTOLAN_TRY(listing);
        const Result<KeysetQuery> keyset = KeysetQuery::make(**listing, ListQuery(), connection.dialect());
        PORTOLAN_TRY(keyset);
        const KeysetQuery::Statement statement = keyset->one(key);
        Result<RowCursor> rows = run(connection, statement);
        PORTOLAN_TRY(rows);
        const Result<bool> found = rows->next();
        PORTOLAN_TRY(found);
        if (!*found)
            return Error{ErrorCode::NotFound, QStringLiteral("There is no %1 in %2.").arg(what, connection.where())};
        Row row = m_reader(rows->row());
        const Result<bool> another = rows->next();
        PORTOLAN_TRY(another);
        if (*another)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("Several rows of %1 in %2 are %3: its id is only a part of the primary key.")
                             .arg((*listing)->table, connection.where(), what)};
        return row;
    }

    Session& m_session;
    Finder m_finder;
    Reader m_reader;
    bool m_mayHold = true; ///< see RowCursor::run()

    static constexpr int leastStreamed = 500; ///< rows of a page that others may follow
    std::unique_ptr<ServerStream> m_stream;
    bool m_mayStream = true; ///< its rows are all of those that are read as the server holds them
    ListQuery m_streamed;    ///< that its next page belongs to
};

} // namespace portolan
