#pragma once

#include "storage/batches.h"
#include "storage/sql/keyset.h"
#include "storage/sql/searchindex.h"
#include "storage/sql/session.h"
#include "storage/sql/sqlrow.h"

#include <functional>

namespace portolan {

/// The starts of pages of a listing; see RowSource::skeleton().
[[nodiscard]] Result<Skeleton> sqlSkeleton(Connection& connection, const SqlListing& listing, const ListQuery& query,
                                           int pages);

/// The rows of a listing in a SQL store. `Row` is read from a query whose columns are the listing's, in its order.
template <class Row>
class SqlRows : public RowSource<Row> {
public:
    using Reader = Row (*)(const SqlRow&);
    /// The listing as this database has it now, or why it has none.
    using Finder = std::function<Result<const SqlListing*>(Connection&)>;

    SqlRows(Session& session, Finder finder, Reader reader)
        : m_session(session)
        , m_finder(std::move(finder))
        , m_reader(reader) {}

    Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) override {
        return m_session.read(token, [&](Connection& connection) { return readPage(connection, query); });
    }

    Result<Skeleton> skeleton(const ListQuery& query, int pages, const CancelToken& token) override {
        return m_session.read(token, [&](Connection& connection) -> Result<Skeleton> {
            const Result<const SqlListing*> listing = m_finder(connection);
            return listing ? sqlSkeleton(connection, **listing, query, pages) : listing.error();
        });
    }

    /// The row with this key. Error NotFound with `what` in words.
    Result<Row> one(qint64 key, const QString& what) {
        return m_session.read(m_session.token(),
                              [&](Connection& connection) { return readOne(connection, key, what); });
    }

private:
    Result<Page<Row>> readPage(Connection& connection, const ListQuery& query) {
        const Result<const SqlListing*> listing = m_finder(connection);
        if (!listing)
            return listing.error();
        const Result<SearchPlaces> places = searchPlaces(connection, **listing, query.filter);
        if (!places)
            return places.error();
        const Result<KeysetQuery> keyset = KeysetQuery::make(**listing, query, connection.dialect(), places->among);
        if (!keyset)
            return keyset.error();
        const KeysetQuery::Statement statement = keyset->page(query.after, qint64(query.limit) + 1);
        Result<SqlWalk> rows = run(connection, statement);
        if (!rows)
            return rows.error();
        Page<Row> page{{}, query.after, true};
        const int at = keyset->keysAt();
        QVariant sortValue;
        QVariant key;
        while (true) {
            const Result<bool> more = rows->next();
            if (!more)
                return more.error();
            page.last = !*more;
            if (!*more || static_cast<int>(page.rows.size()) == query.limit)
                break;
            const SqlRow row = rows->row();
            page.rows.push_back(m_reader(row));
            key = row.variant(at + 1);
            sortValue = keyset->sortsByKey() ? key : row.variant(at);
        }
        if (page.rows.empty())
            return page;
        Result<Cursor> next = keyset->cursorOf(sortValue, key);
        if (!next)
            return next.error();
        page.next = std::move(*next);
        return page;
    }

    Result<SqlWalk> run(Connection& connection, const KeysetQuery::Statement& statement) {
        return SqlWalk::run(connection, statement.sql, statement.bindings, QStringLiteral("read"), m_mayHold);
    }

    Result<Row> readOne(Connection& connection, qint64 key, const QString& what) {
        const Result<const SqlListing*> listing = m_finder(connection);
        if (!listing)
            return listing.error();
        const Result<KeysetQuery> keyset = KeysetQuery::make(**listing, ListQuery(), connection.dialect());
        if (!keyset)
            return keyset.error();
        const KeysetQuery::Statement statement = keyset->one(key);
        Result<SqlWalk> rows = run(connection, statement);
        if (!rows)
            return rows.error();
        const Result<bool> found = rows->next();
        if (!found)
            return found.error();
        if (!*found)
            return Error{ErrorCode::NotFound, QStringLiteral("There is no %1 in %2.").arg(what, connection.where())};
        return m_reader(rows->row());
    }

    Session& m_session;
    Finder m_finder;
    Reader m_reader;
    bool m_mayHold = true; ///< a server's rows may be asked for as it holds them
};

} // namespace portolan
