#include "storage/sql/sqlrows.h"

namespace portolan {

namespace {

/// The cursor behind the row of a one-row statement; at the start when there is none.
Result<Cursor> cursorOfRow(Connection& connection, const KeysetQuery& keyset, const KeysetQuery::Statement& statement) {
    Result<QSqlQuery> row = connection.run(statement.sql, statement.bindings, QStringLiteral("read"));
    if (!row)
        return row.error();
    const Result<bool> found = connection.next(*row);
    if (!found)
        return found.error();
    return *found ? keyset.cursorAt(*row, 0) : Result<Cursor>(Cursor());
}

/// From page to page over the index: SQLite steps over the keys in between without handing them out (a million in
/// 30 ms).
Result<Skeleton> byHops(Connection& connection, const KeysetQuery& keyset, const ListQuery& query, int pages) {
    Skeleton skeleton;
    skeleton.next = query.after;
    while (static_cast<int>(skeleton.starts.size()) < pages) {
        Result<Cursor> end = cursorOfRow(connection, keyset, keyset.hop(skeleton.next, query.limit - 1));
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
        end = cursorOfRow(connection, keyset, keyset.hop(skeleton.next, left->toInt() - 1));
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
