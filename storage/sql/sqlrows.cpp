#include "storage/sql/sqlrows.h"

namespace portolan {

namespace {

/// Finds the row so many rows behind a place. All hops but the first are the same statement, prepared once.
class Hopper {
public:
    Hopper(Connection& connection, const KeysetQuery& keyset) : m_connection(connection), m_keyset(keyset) {}

    /// At the start when there is no such row.
    Result<Cursor> hop(const Cursor& from, qint64 skip) {
        const KeysetQuery::Statement statement = m_keyset.hop(from, skip);
        if (const Result<void> run = this->run(statement); !run)
            return run.error();
        const Result<bool> found = m_connection.next(*m_query);
        if (!found)
            return found.error();
        return *found ? m_keyset.cursorAt(*m_query, 0) : Result<Cursor>(Cursor());
    }

private:
    Result<void> run(const KeysetQuery::Statement& statement) {
        if (m_query && m_sql == statement.sql)
            return m_connection.rerun(*m_query, statement.bindings, QStringLiteral("read"));
        Result<QSqlQuery> query = m_connection.run(statement.sql, statement.bindings, QStringLiteral("read"));
        if (!query)
            return query.error();
        m_query.emplace(std::move(*query));
        m_sql = statement.sql;
        return {};
    }

    Connection& m_connection;
    const KeysetQuery& m_keyset;
    QString m_sql;
    std::optional<QSqlQuery> m_query;
};

/// From page to page over the index: SQLite steps over the keys in between without handing them out (a million in
/// 30 ms).
Result<Skeleton> byHops(Connection& connection, const KeysetQuery& keyset, const ListQuery& query, int pages) {
    Skeleton skeleton;
    skeleton.next = query.after;
    Hopper hopper(connection, keyset);
    while (static_cast<int>(skeleton.starts.size()) < pages) {
        Result<Cursor> end = hopper.hop(skeleton.next, query.limit - 1);
        if (!end)
            return end.error();
        if (!end->atStart()) {
            skeleton.starts.push_back(skeleton.next);
            skeleton.counts.push_back(query.limit);
            skeleton.next = std::move(*end);
            continue;
        }
        skeleton.complete = true;
        const KeysetQuery::Statement counting = keyset.count(skeleton.next, query.limit);
        const Result<QVariant> left = connection.value(counting.sql, counting.bindings);
        if (!left)
            return left.error();
        if (left->toInt() == 0)
            return skeleton;
        end = hopper.hop(skeleton.next, left->toInt() - 1);
        if (!end)
            return end.error();
        skeleton.starts.push_back(skeleton.next);
        skeleton.counts.push_back(left->toInt());
        if (!end->atStart())
            skeleton.next = std::move(*end);
        return skeleton;
    }
    return skeleton;
}

/// In one pass over the keys: where there is a filter or a sort, every hop would do all of it again.
Result<Skeleton> byPassing(Connection& connection, const KeysetQuery& keyset, const ListQuery& query, int pages) {
    const qint64 wanted = qint64(pages) * query.limit;
    const KeysetQuery::Statement statement = keyset.keys(query.after, wanted + 1);
    Result<QSqlQuery> rows = connection.run(statement.sql, statement.bindings, QStringLiteral("read"));
    if (!rows)
        return rows.error();
    Skeleton skeleton;
    skeleton.next = query.after;
    QVariant sortValue;
    QVariant key;
    qint64 passed = 0;
    const auto endPage = [&](int count) -> Result<void> {
        Result<Cursor> end = keyset.cursorOf(sortValue, key);
        if (!end)
            return end.error();
        skeleton.starts.push_back(std::exchange(skeleton.next, std::move(*end)));
        skeleton.counts.push_back(count);
        return {};
    };
    while (true) {
        const Result<bool> more = connection.next(*rows);
        if (!more)
            return more.error();
        if (!*more)
            break;
        if (passed == wanted)
            return skeleton;
        sortValue = rows->value(0);
        key = rows->value(1);
        if (++passed % query.limit != 0)
            continue;
        if (const Result<void> ended = endPage(query.limit); !ended)
            return ended.error();
    }
    skeleton.complete = true;
    const auto rest = static_cast<int>(passed % query.limit);
    if (rest > 0) {
        if (const Result<void> ended = endPage(rest); !ended)
            return ended.error();
    }
    return skeleton;
}

} // namespace

Result<Skeleton> sqlSkeleton(Connection& connection, const SqlListing& listing, const ListQuery& query, int pages) {
    const Result<KeysetQuery> keyset = KeysetQuery::make(listing, query, connection.dialect());
    if (!keyset)
        return keyset.error();
    return keyset->canHop() ? byHops(connection, *keyset, query, pages) : byPassing(connection, *keyset, query, pages);
}

} // namespace portolan
