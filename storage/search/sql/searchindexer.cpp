#include "storage/search/sql/searchindexer.h"

#include "storage/search/sql/serversearch.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowreader.h"

#include <QSqlRecord>
#include <QStringList>

namespace portolan {

namespace {

constexpr int rowsAStep = 1'000;
constexpr qsizetype bytesAStep = 1 << 20;
/// Numbers of entries are 64 bits: rows beyond these are looked at each time.
constexpr qint64 farthestRow = Q_INT64_C(1) << 59;

QString indexing() {
    return QStringLiteral("keep the search index of");
}

QString keyOf(const SearchedTable& table) {
    return table.hasRowKey ? QStringLiteral("t.rowid") : QStringLiteral("t.id");
}

/// The number of a row, its id, and its searched columns as bytes.
QString selectRows(const SearchedTable& table, SqlDialect dialect) {
    QStringList columns{keyOf(table), QStringLiteral("CAST(t.id AS TEXT)")};
    for (const ColumnSet::Column& column : table.schema().columns) {
        if (column.searched)
            columns << bytesOf(QStringLiteral("t.\"%1\"").arg(QString::fromUtf8(column.name)), dialect);
    }
    return QStringLiteral("SELECT %1 FROM %2 AS t").arg(columns.join(QLatin1String(", ")), QLatin1String(table.table));
}

/// Writes entries, each statement prepared once.
class Entries {
public:
    Entries(Connection& connection, const SearchedTable& table) : m_connection(connection), m_table(table) {}

    /// Of the row that a query stands at.
    [[nodiscard]] Result<void> put(const QSqlQuery& row) {
        std::vector<QByteArray> searched;
        for (int i = 2; i < row.record().count(); ++i)
            m_bytes += searched.emplace_back(bytesAt(row, i)).size();
        const qint64 number = row.value(0).toLongLong();
        const std::optional<QString> document = searchDocument(m_table.schema(), searched);
        if (!document)
            return run(m_keep,
                       QStringLiteral("INSERT INTO portolan_search_pending (kind, row_id, kept) VALUES (?, ?, 1)"),
                       {m_table.kind, number});
        return run(m_put, QStringLiteral("INSERT INTO portolan_search (rowid, document) VALUES (?, ?)"),
                   {number * SearchedTable::kinds + m_table.kind, *document});
    }

    [[nodiscard]] qsizetype bytes() const { return m_bytes; }

private:
    [[nodiscard]] Result<void> run(std::optional<QSqlQuery>& query, const QString& sql, const QVariantList& values) {
        if (query)
            return m_connection.rerun(*query, values, indexing());
        Result<QSqlQuery> first = m_connection.run(sql, values, indexing());
        PORTOLAN_TRY(first);
        query.emplace(std::move(*first));
        return {};
    }

    Connection& m_connection;
    const SearchedTable& m_table;
    std::optional<QSqlQuery> m_put;
    std::optional<QSqlQuery> m_keep;
    qsizetype m_bytes = 0;
};

/// The first row's number, less one; nothing where numbers go beyond what entries can have.
Result<std::optional<qint64>> beginOf(Connection& connection, const SearchedTable& table) {
    const Result<QVariant> first = connection.value(
        QStringLiteral("SELECT coalesce(min(%1), 1) - 1 FROM %2 AS t").arg(keyOf(table), QLatin1String(table.table)));
    PORTOLAN_TRY(first);
    const qint64 begin = first->toLongLong();
    return begin > -farthestRow ? std::optional(begin) : std::nullopt;
}

Result<void> forgetAll(Connection& connection) {
    for (const char* statement : {"INSERT INTO portolan_search (portolan_search) VALUES ('delete-all')",
                                  "DELETE FROM portolan_search_pending", "DELETE FROM portolan_search_state"}) {
        if (const Result<void> done = connection.execute(QString::fromLatin1(statement), {}, indexing()); !done)
            return done;
    }
    return {};
}

/// Makes entries for the rows that are noted as written after the index had passed them.
Result<qint64> putPending(Connection& connection, const SearchedTable& table, Entries& entries) {
    Result<QSqlQuery> due = connection.run(
        QStringLiteral(
            "SELECT DISTINCT row_id FROM (SELECT row_id FROM portolan_search_pending WHERE kind = ? AND kept "
            "= 0 ORDER BY id LIMIT ?)"),
        {table.kind, rowsAStep}, indexing());
    PORTOLAN_TRY(due);
    std::vector<qint64> rows;
    QueryCursor walk(connection, *due, indexing());
    while (walk.next())
        rows.push_back(due->value(0).toLongLong());
    if (walk.error())
        return *walk.error();
    qint64 put = 0;
    for (const qint64 number : rows) {
        PORTOLAN_TRY(
            connection.execute(QStringLiteral("DELETE FROM portolan_search_pending WHERE kind = ? AND row_id = ?"),
                               {table.kind, number}, indexing()));
        Result<QSqlQuery> row =
            connection.run(selectRows(table, connection.dialect()) + QStringLiteral(" WHERE %1 = ?").arg(keyOf(table)),
                           {number}, indexing());
        PORTOLAN_TRY(row);
        const Result<bool> isThere = connection.next(*row, indexing());
        PORTOLAN_TRY(isThere);
        if (!*isThere)
            continue;
        PORTOLAN_TRY(entries.put(*row));
        ++put;
        if (entries.bytes() > bytesAStep)
            break;
    }
    return put;
}

/// Makes entries for the rows after `until`, which is moved.
Result<qint64> putBehind(Connection& connection, const SearchedTable& table, Entries& entries, qint64& until) {
    Result<QSqlQuery> rows =
        connection.run(selectRows(table, connection.dialect())
                           + QStringLiteral(" WHERE %1 > ? AND %1 < ? ORDER BY %1 LIMIT ?").arg(keyOf(table)),
                       {until, farthestRow, rowsAStep}, indexing());
    PORTOLAN_TRY(rows);
    qint64 put = 0;
    QVariant key;
    QueryCursor walk(connection, *rows, indexing());
    while (entries.bytes() <= bytesAStep && walk.next()) {
        PORTOLAN_TRY(entries.put(*rows));
        until = rows->value(0).toLongLong();
        key = rows->value(1);
        ++put;
    }
    if (walk.error())
        return *walk.error();
    if (put == 0)
        return put;
    const Result<qint64> mark = SchemaInspector::mark(connection);
    PORTOLAN_TRY(mark);
    const Result<void> moved = connection.execute(
        QStringLiteral(
            "UPDATE portolan_search_state SET indexed_until = ?, row_key = ?, schema_mark = ? WHERE kind = ?"),
        {until, key, *mark, table.kind}, indexing());
    return moved ? Result<qint64>(put) : Result<qint64>(moved.error());
}

} // namespace

Result<void> SearchIndexer::learn(Connection& connection, const SchemaInspector& catalogue) {
    m_tables.clear();
    for (const SearchedTable& table : searchedTables()) {
        const Result<bool> indexed = isIndexed(connection, catalogue, table);
        PORTOLAN_TRY(indexed);
        if (*indexed)
            m_tables.push_back(&table);
    }
    return {};
}

Result<SearchIndexer::Step> SearchIndexer::step(Connection& connection, qint64& documents) {
    for (std::size_t i = 0; i < m_tables.size(); ++i) {
        const Result<Step> done = stepOf(connection, *m_tables[m_next++ % m_tables.size()], documents);
        if (!done || *done == Step::Worked)
            return done;
    }
    return Step::Nothing;
}

Result<SearchIndexer::Step> SearchIndexer::stepOf(Connection& connection, const SearchedTable& table,
                                                  qint64& documents) {
    if (connection.dialect() == SqlDialect::Postgresql) {
        const Result<bool> done = serverSearchStep(connection, table, documents);
        return done ? Result<Step>(*done ? Step::Worked : Step::Nothing) : Result<Step>(done.error());
    }
    const auto isDue = [&](const SearchState& state) {
        return connection.value(
            QStringLiteral("SELECT EXISTS (SELECT 1 FROM portolan_search_pending WHERE kind = ? AND "
                           "kept = 0) OR EXISTS (SELECT 1 FROM %1 AS t WHERE %2 > ? AND %2 < ?)")
                .arg(QLatin1String(table.table), keyOf(table)),
            {table.kind, state.indexedUntil, farthestRow});
    };
    // Mostly there is nothing to do, and no reason to keep others from writing.
    const Result<std::optional<SearchState>> before = readSearchState(connection, table);
    PORTOLAN_TRY(before);
    if (*before && (*before)->stands) {
        const Result<QVariant> due = isDue(**before);
        PORTOLAN_TRY(due);
        if (!due->toBool())
            return Step::Nothing;
    }
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<SearchState>> state = readSearchState(connection, table);
    PORTOLAN_TRY(state);
    if (*state && !(*state)->stands) {
        PORTOLAN_TRY(forgetAll(connection));
        const Result<void> committed = work->commit();
        return committed ? Result<Step>(Step::Worked) : Result<Step>(committed.error());
    }
    qint64 until = *state ? (*state)->indexedUntil : 0;
    if (!*state) {
        const Result<std::optional<qint64>> begin = beginOf(connection, table);
        PORTOLAN_TRY(begin);
        if (!*begin)
            return Step::Nothing;
        until = **begin;
        PORTOLAN_TRY(connection.execute(
            QStringLiteral("INSERT INTO portolan_search_state (kind, source_table, indexed_until, schema_mark) VALUES "
                           "(?, ?, ?, -1)"),
            {table.kind, QLatin1String(table.table), until}, indexing()));
    }
    qint64 put = 0;
    {
        Entries entries(connection, table); // its statements end before the transaction
        const Result<qint64> again = putPending(connection, table, entries);
        PORTOLAN_TRY(again);
        const Result<qint64> behind = putBehind(connection, table, entries, until);
        PORTOLAN_TRY(behind);
        put = *again + *behind;
    }
    PORTOLAN_TRY(work->commit());
    documents += put;
    return Step::Worked;
}

} // namespace portolan
