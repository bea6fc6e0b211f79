#include "storage/sql/sqlrowsource.h"

namespace portolan {

namespace {

/// The number of rows between two places, and the later place.
struct Hop {
    qint64 rows = 0;
    Cursor end;
};

/// Hops on by a number of rows. All hops but the first are the same statement, prepared once.
class Hopper {
public:
    Hopper(Connection& connection, const KeysetQuery& keyset) : m_connection(connection), m_keyset(keyset) {}

    Result<Hop> hop(const Cursor& from, qint64 rows) {
        const KeysetQuery::Statement statement = m_keyset.hop(from, rows);
        PORTOLAN_TRY(this->run(statement));
        const Result<bool> found = m_connection.next(*m_query);
        PORTOLAN_TRY(found);
        const qint64 passed = *found ? m_query->value(0).toLongLong() : 0;
        if (passed == 0)
            return Hop{0, from};
        Result<Cursor> end = m_keyset.cursorOf(m_query->value(1), {m_query->value(1)});
        return end ? Result<Hop>(Hop{passed, std::move(*end)}) : Result<Hop>(end.error());
    }

private:
    Result<void> run(const KeysetQuery::Statement& statement) {
        if (m_query && m_sql == statement.sql)
            return m_connection.rerun(*m_query, statement.bindings, QStringLiteral("read"));
        Result<QSqlQuery> query = m_connection.run(statement.sql, statement.bindings, QStringLiteral("read"));
        PORTOLAN_TRY(query);
        m_query.emplace(std::move(*query));
        m_sql = statement.sql;
        return {};
    }

    Connection& m_connection;
    const KeysetQuery& m_keyset;
    QString m_sql;
    std::optional<QSqlQuery> m_query;
};

/// Finds page starts by hops over the index: the database counts the keys in between without handing them out.
Result<PageIndex> byHops(Connection& connection, const KeysetQuery& keyset, const ListQuery& query, int pages) {
    PageIndex pageIndex;
    pageIndex.next = query.after;
    Hopper hopper(connection, keyset);
    while (static_cast<int>(pageIndex.starts.size()) < pages && !pageIndex.complete) {
        Result<Hop> hop = hopper.hop(pageIndex.next, query.limit);
        PORTOLAN_TRY(hop);
        pageIndex.complete = hop->rows < query.limit;
        if (hop->rows == 0)
            break;
        pageIndex.starts.push_back(std::exchange(pageIndex.next, std::move(hop->end)));
        pageIndex.counts.push_back(static_cast<int>(hop->rows));
    }
    return pageIndex;
}

/// Finds page starts in one pass over the keys: where there is a filter or a sort, every hop would do all of it again.
Result<PageIndex> byPassing(Connection& connection, const KeysetQuery& keyset, const ListQuery& query, int pages) {
    const qint64 wanted = qint64(pages) * query.limit;
    const KeysetQuery::Statement statement = keyset.keys(query.after, wanted + 1);
    Result<QSqlQuery> rows = connection.run(statement.sql, statement.bindings, QStringLiteral("read"));
    PORTOLAN_TRY(rows);
    PageIndex pageIndex;
    pageIndex.next = query.after;
    QVariant sortValue;
    QVariantList keyValues;
    qint64 passed = 0;
    const auto endPage = [&](int count) -> Result<void> {
        Result<Cursor> end = keyset.cursorOf(sortValue, keyValues);
        PORTOLAN_TRY(end);
        pageIndex.starts.push_back(std::exchange(pageIndex.next, std::move(*end)));
        pageIndex.counts.push_back(count);
        return {};
    };
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        if (passed == wanted)
            return pageIndex;
        sortValue = rows->value(0);
        keyValues.clear();
        for (int i = 1; i <= keyset.keyCount(); ++i)
            keyValues << rows->value(i);
        if (++passed % query.limit != 0)
            continue;
        PORTOLAN_TRY(endPage(query.limit));
    }
    if (walk.error())
        return *walk.error();
    pageIndex.complete = true;
    const auto rest = static_cast<int>(passed % query.limit);
    if (rest > 0) {
        PORTOLAN_TRY(endPage(rest));
    }
    return pageIndex;
}

} // namespace

Result<PageIndex> sqlPageIndex(Connection& connection, const SqlListing& listing, const ListQuery& query, int pages) {
    const Result<PlannedQuery> plan = planQuery(connection, listing, query, qint64(pages) * query.limit + 1);
    PORTOLAN_TRY(plan);
    const KeysetQuery& keyset = plan->keyset;
    return keyset.canHop() ? byHops(connection, keyset, query, pages) : byPassing(connection, keyset, query, pages);
}

} // namespace portolan
