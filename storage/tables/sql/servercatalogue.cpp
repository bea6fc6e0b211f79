#include "storage/tables/sql/servercatalogue.h"

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/columns/servername.h"
#include "storage/sql/connection/statementlimit.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/sql/tabledirectory.h"

#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int countedServerRows = 10'000;
constexpr qint64 countedBytes = 4 * 1024 * 1024; ///< of a table that nobody has analysed yet
constexpr qsizetype countedAtOnce = 100;         ///< tables by one statement
constexpr std::chrono::milliseconds countPatience{2'000};

QString readingServerTables() {
    return QStringLiteral("read the tables of");
}

/// All rows of a statement, each made by `make`.
template <class Row, class Make>
Result<std::vector<Row>> serverRowsOf(Connection& connection, const QString& sql, const QVariantList& bindings,
                                      Make make) {
    Result<QSqlQuery> query = connection.run(sql, bindings, readingServerTables());
    PORTOLAN_TRY(query);
    std::vector<Row> rows;
    QueryCursor walk(connection, *query, readingServerTables());
    while (walk.next())
        rows.push_back(make(*query));
    if (walk.error())
        return *walk.error();
    return rows;
}

/// Those of the user's own: what is in a schema of the server's or of an extension is left out, and partitions.
constexpr const char* listedTables =
    "NOT c.relispartition AND n.nspname !~ "
    "'^(pg_|information_schema$|_timescaledb|timescaledb_|toolkit_experimental$)' "
    "AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = CAST('pg_catalog.pg_class' AS regclass) "
    "AND d.objid = c.oid AND d.deptype = 'e')";

/// Partitions, and the chunks of a hypertable, are the children of their table. A size is asked for under a lock, which
/// others may hold: then its table's is what the catalogue knows.
QString serverTablesSql(const char* which, bool measures) {
    return QStringLiteral(
               "WITH RECURSIVE locked AS MATERIALIZED (SELECT DISTINCT l.relation AS oid FROM pg_catalog.pg_locks AS l "
               "WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> "
               "pg_catalog.pg_backend_pid() "
               "AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = "
               "current_database())), "
               "shut AS MATERIALIZED (SELECT oid FROM locked UNION SELECT i.indrelid FROM pg_catalog.pg_index AS i "
               "JOIN "
               "locked ON locked.oid = i.indexrelid UNION SELECT t.oid FROM pg_catalog.pg_class AS t JOIN locked ON "
               "locked.oid = t.reltoastrelid), "
               "tree(root, part) AS (SELECT c.oid, c.oid FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS "
               "n "
               "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND %1 "
               "UNION ALL SELECT tree.root, i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = "
               "tree.part), whole AS (SELECT root, count(*) - 1 AS parts, "
               "sum(CASE WHEN p.relkind IN ('r', 'm', 'f') AND p.reltuples >= 0 THEN p.reltuples END) AS rows, "
               "bool_or(p.reltuples < 0 AND (p.relkind = 'f' OR (p.relkind IN ('r', 'm') AND (p.relpages > 0 OR p.oid "
               "= "
               "root)))) AS unknown, bool_or(p.relkind = 'f') AS has_foreign, bool_or(p.oid IN (SELECT oid FROM shut)) "
               "AS "
               "is_shut, sum(CASE WHEN %2 OR p.oid IN (SELECT oid FROM shut) THEN p.relpages * "
               "CAST(current_setting('block_size') AS bigint) ELSE pg_catalog.pg_total_relation_size(p.oid) END) AS "
               "bytes "
               "FROM tree JOIN pg_catalog.pg_class AS p ON p.oid = tree.part GROUP BY root) "
               "SELECT n.nspname, c.relname, CAST(c.relkind AS text), (SELECT count(*) FROM pg_catalog.pg_attribute AS "
               "a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), (SELECT count(*) FROM "
               "pg_catalog.pg_index AS i WHERE i.indrelid = c.oid), (SELECT string_agg(a.attname, ', ' ORDER BY "
               "k.place) "
               "FROM pg_catalog.pg_index AS i, unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS k(number, "
               "place), "
               "pg_catalog.pg_attribute AS a WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid AND "
               "k.place <= i.indnkeyatts AND a.attrelid = c.oid AND a.attnum = k.number), CAST(w.parts AS bigint), "
               "CAST(CASE WHEN w.unknown THEN NULL ELSE w.rows END AS "
               "bigint), CAST(w.bytes AS bigint), w.is_shut, c.relispopulated, pg_catalog.has_table_privilege(c.oid, "
               "'SELECT') AND NOT w.has_foreign, n.nspname <> current_schema FROM whole AS w JOIN pg_catalog.pg_class "
               "AS c ON c.oid = w.root "
               "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace ORDER BY n.nspname = current_schema "
               "DESC, n.nspname, c.relname")
        .arg(QString::fromLatin1(which), measures ? QStringLiteral("false") : QStringLiteral("true"));
}

QByteArray serverKind(const QByteArray& letter) {
    static const std::map<QByteArray, QByteArray> relationKinds{
        {"r", "table"}, {"p", "partitioned table"}, {"v", "view"}, {"m", "materialized view"}, {"f", "foreign table"}};
    const auto found = relationKinds.find(letter);
    return found == relationKinds.end() ? letter : found->second;
}

bool isCountedTable(const TableInfo& info) {
    return info.kind == "table" || info.kind == "partitioned table" || info.kind == "hypertable"
           || info.kind == "materialized view";
}

struct FoundTable {
    TableInfo info;
    bool mayCount = false;
};

FoundTable foundAt(const QSqlQuery& row) {
    FoundTable found;
    TableInfo& info = found.info;
    info.schema = bytesAt(row, 0);
    info.name = bytesAt(row, 1);
    info.kind = serverKind(bytesAt(row, 2));
    info.columns = row.value(3).toLongLong();
    info.indexes = row.value(4).toLongLong();
    info.key = bytesAt(row, 5);
    info.parts = row.value(6).toLongLong();
    info.isElsewhere = row.value(12).toBool();
    if (isCountedTable(info)) {
        info.rows = integerAt(row, 7);
        info.bytes = integerAt(row, 8);
    } else if (info.kind == "foreign table") {
        info.rows = integerAt(row, 7);
    }
    const bool isShut = row.value(9).toBool();
    if (isShut)
        info.problem =
            info.parts > 0 ? "another session has locked it, or a part of it" : "another session has locked it";
    if (!row.value(10).toBool()) {
        info.problem = "it was never filled (REFRESH MATERIALIZED VIEW does it)";
        info.rows.reset();
    }
    found.mayCount = isCountedTable(info) && info.problem.isEmpty() && row.value(11).toBool();
    return found;
}

Result<std::vector<FoundTable>> findTables(Connection& connection, const char* which, const QVariantList& bindings) {
    auto found = serverRowsOf<FoundTable>(connection, serverTablesSql(which, true), bindings, foundAt);
    if (!found && found.error().code == ErrorCode::Busy && !connection.postgresql()->isInTransaction())
        found =
            serverRowsOf<FoundTable>(connection, serverTablesSql(which, false), bindings, foundAt); // locked meanwhile
    if (!found)
        return found;
    const Result<QVariant> hasHypertables =
        connection.value(QStringLiteral("SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL"));
    PORTOLAN_TRY(hasHypertables);
    if (!hasHypertables->toBool())
        return found;
    const auto hypertables = serverRowsOf<QByteArray>(
        connection,
        QStringLiteral("SELECT CAST(hypertable_schema AS text) || '.' || CAST(hypertable_name AS text) FROM "
                       "timescaledb_information.hypertables"),
        {}, [](const QSqlQuery& row) { return bytesAt(row, 0); });
    PORTOLAN_TRY(hypertables);
    for (auto& [info, mayCount] : *found) {
        if (std::ranges::find(*hypertables, info.schema + '.' + info.name) != hypertables->end())
            info.kind = "hypertable";
    }
    return found;
}

/// Counts tables by one statement; together they cost as much time as one.
Result<void> countTables(Connection& connection, std::span<TableInfo* const> tables) {
    QStringList counts;
    for (const TableInfo* info : tables) {
        const Result<QString> table = quotedTable(*info, SqlDialect::Postgresql);
        PORTOLAN_TRY(table);
        counts << QStringLiteral("(SELECT count(*) FROM (SELECT 1 FROM %1 LIMIT %2) AS looked)")
                      .arg(*table, QString::number(countedServerRows + 1));
    }
    return withinLimit(connection, {countPatience, countPatience}, [&]() -> Result<void> {
        Result<QSqlQuery> query =
            connection.run(QStringLiteral("SELECT ") + counts.join(QStringLiteral(", ")), {}, readingServerTables());
        PORTOLAN_TRY(query);
        const Result<bool> row = connection.next(*query, readingServerTables());
        PORTOLAN_TRY(row);
        for (std::size_t i = 0; i < tables.size(); ++i) {
            const qint64 rows = query->value(static_cast<int>(i)).toLongLong();
            if (rows > countedServerRows)
                continue;
            tables[i]->rows = rows;
            tables[i]->isEstimate = false;
        }
        return {};
    });
}

/// Those that nobody has analysed are counted where they are small. A table that cannot be read says why, and keeps
/// nothing from the others.
Result<void> countNewTables(Connection& connection, std::span<TableInfo* const> tables) {
    for (std::size_t at = 0; at < tables.size(); at += countedAtOnce) {
        const auto some = tables.subspan(at, std::min<std::size_t>(countedAtOnce, tables.size() - at));
        const Result<void> counted = countTables(connection, some);
        if (counted)
            continue;
        if (connection.stopRequested() || !connection.isAlive())
            return counted;
        for (TableInfo* const& info : some) {
            const Result<void> alone = countTables(connection, std::span(&info, 1));
            if (!alone && (connection.stopRequested() || !connection.isAlive()))
                return alone;
            if (!alone)
                info->problem = alone.error().details.isEmpty() ? alone.error().text.toUtf8()
                                                                : alone.error().details.section(u'\n', 0, 0).toUtf8();
        }
    }
    return {};
}

/// Those that have rows of their own. Ends of times and numbers are told in order of their texts mostly; the default
/// one comes last.
const char* serverPartitions() {
    return "WITH RECURSIVE tree(part) AS (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class "
           "AS c ON c.oid = i.inhparent JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE "
           "n.nspname = ? AND c.relname = ? UNION ALL SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON "
           "i.inhparent = tree.part), newest AS (SELECT c.oid, n.nspname, c.relname, "
           "coalesce(pg_catalog.pg_get_expr(c.relpartbound, c.oid), '') COLLATE \"C\" AS bounds FROM tree JOIN "
           "pg_catalog.pg_class AS c ON c.oid = tree.part JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
           "WHERE c.relkind IN ('r', 'f') ORDER BY bounds DESC, relname DESC LIMIT ?) SELECT nspname, relname, bounds, "
           "CAST(pg_catalog.pg_total_relation_size(oid) AS bigint), 0 FROM newest ORDER BY bounds DESC, relname DESC";
}

/// Compressed rows lie in a table of their own, which counts for the chunk. A dimension of numbers has a range of
/// these.
const char* serverChunks() {
    return "SELECT chunk_schema, chunk_name, "
           "coalesce(CAST(range_start AS text), CAST(range_start_integer AS text), '') || ' … ' || "
           "coalesce(CAST(range_end AS text), CAST(range_end_integer AS text), ''), "
           "CAST(pg_catalog.pg_total_relation_size(CAST(format('%I.%I', chunk_schema, chunk_name) AS regclass)) + "
           "coalesce((SELECT pg_catalog.pg_total_relation_size(CAST(format('%I.%I', z.schema_name, z.table_name) AS "
           "regclass)) FROM _timescaledb_catalog.chunk AS c JOIN _timescaledb_catalog.chunk AS z ON z.id = "
           "c.compressed_chunk_id WHERE c.schema_name = newest.chunk_schema AND c.table_name = newest.chunk_name), 0) "
           "AS bigint), CASE WHEN is_compressed THEN 1 ELSE 0 END FROM (SELECT * FROM timescaledb_information.chunks "
           "WHERE hypertable_schema = ? AND hypertable_name = ? ORDER BY range_start DESC NULLS LAST, "
           "range_start_integer DESC NULLS LAST, chunk_name DESC LIMIT ?) AS newest ORDER BY range_start DESC NULLS "
           "LAST, range_start_integer DESC NULLS LAST, chunk_name DESC";
}

Result<void> readServerChunks(Connection& connection, TableDetail& detail) {
    if (detail.info.parts == 0)
        return {};
    auto chunks = serverRowsOf<TableDetail::Chunk>(
        connection, QString::fromUtf8(detail.info.kind == "hypertable" ? serverChunks() : serverPartitions()),
        {QString::fromUtf8(detail.info.schema), QString::fromUtf8(detail.info.name), TableDetail::mostChunks},
        [&](const QSqlQuery& row) {
            const QByteArray schema = bytesAt(row, 0);
            const QByteArray name = bytesAt(row, 1);
            return TableDetail::Chunk{schema == detail.info.schema ? name : schema + '.' + name, bytesAt(row, 2),
                                      integerAt(row, 3), row.value(4).toBool()};
        });
    PORTOLAN_TRY(chunks);
    detail.chunks = std::move(*chunks);
    return {};
}

} // namespace

Result<std::vector<TableInfo>> readServerTables(Connection& connection) {
    auto found = findTables(connection, listedTables, {});
    PORTOLAN_TRY(found);
    std::vector<TableInfo*> uncounted;
    for (auto& [info, mayCount] : *found) {
        if (mayCount && !info.rows && info.bytes.value_or(0) <= countedBytes)
            uncounted.push_back(&info);
    }
    PORTOLAN_TRY(countNewTables(connection, uncounted));
    std::vector<TableInfo> infos;
    for (auto& [info, mayCount] : *found)
        infos.push_back(std::move(info));
    return infos;
}

Result<std::optional<TableInfo>> serverTableNamed(Connection& connection, const QByteArray& path) {
    const QString name = QString::fromUtf8(path);
    auto found = findTables(connection, namedServerRelation, {name, name});
    PORTOLAN_TRY(found);
    if (found->empty())
        return std::optional<TableInfo>();
    found->front().info.zone = zoneOfTable(found->front().info);
    return std::optional(std::move(found->front().info));
}

Result<QByteArray> serverTableMark(Connection& connection, const QByteArray& path) {
    const QString name = QString::fromUtf8(path);
    const Result<QVariant> mark = connection.value(
        QStringLiteral(
            "WITH RECURSIVE tree(part) AS (SELECT c.oid FROM pg_catalog.pg_class AS c JOIN "
            "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', "
            "'f') AND %1 UNION ALL SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON "
            "i.inhparent = tree.part) SELECT md5(string_agg(concat_ws(' ', c.oid, c.xmin, a.attnum, a.xmin), "
            "',' ORDER BY c.oid, a.attnum)) FROM tree JOIN pg_catalog.pg_class AS c ON c.oid = tree.part LEFT "
            "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0")
            .arg(QString::fromLatin1(namedServerRelation)),
        {name, name});
    PORTOLAN_TRY(mark);
    return mark->toByteArray();
}

Result<TableDetail> readServerTableDetail(Connection& connection, const TableInfo& info) {
    TableDetail detail;
    detail.info = info;
    const QVariantList which{QString::fromUtf8(detail.info.schema), QString::fromUtf8(detail.info.name)};
    const QString table =
        QStringLiteral("(SELECT c.oid FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
                       "ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)");
    auto columns = serverRowsOf<TableDetail::Column>(
        connection,
        QStringLiteral(
            "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, %2, "
            "coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') FROM pg_catalog.pg_attribute AS a LEFT "
            "JOIN pg_catalog.pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary LEFT JOIN "
            "pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = "
            "%1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum")
            .arg(table, serverKeyPosition()),
        which, [](const QSqlQuery& row) {
            return TableDetail::Column{bytesAt(row, 0), bytesAt(row, 1), row.value(2).toBool(), row.value(3).toInt(),
                                       bytesAt(row, 4)};
        });
    PORTOLAN_TRY(columns);
    struct Asked {
        std::vector<TableDetail::Part> TableDetail::*part;
        const char* sql;
    };
    for (const Asked& asked :
         {Asked{&TableDetail::indexes,
                "SELECT c.relname, pg_catalog.pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index AS i JOIN "
                "pg_catalog.pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = %1 ORDER BY 1"},
          Asked{
              &TableDetail::constraints,
              "SELECT conname, pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE conrelid = %1 "
              "AND contype IN ('f', 'c') ORDER BY 1"},
          Asked{
              &TableDetail::triggers,
              "SELECT tgname, pg_catalog.pg_get_triggerdef(oid) FROM pg_catalog.pg_trigger WHERE tgrelid = %1 AND NOT "
              "tgisinternal ORDER BY 1"}}) {
        auto parts = serverRowsOf<TableDetail::Part>(connection, QString::fromLatin1(asked.sql).arg(table), which,
                                                     [](const QSqlQuery& row) {
                                                         return TableDetail::Part{bytesAt(row, 0), bytesAt(row, 1)};
                                                     });
        PORTOLAN_TRY(parts);
        detail.*asked.part = std::move(*parts);
    }
    detail.columns = std::move(*columns);
    PORTOLAN_TRY(readServerChunks(connection, detail));
    if (!detail.info.kind.endsWith("view"))
        return detail;
    const Result<QVariant> definition =
        connection.value(QStringLiteral("SELECT pg_catalog.pg_get_viewdef(%1)").arg(table), which);
    PORTOLAN_TRY(definition);
    detail.definition = definition->toString().toUtf8();
    return detail;
}

} // namespace portolan
