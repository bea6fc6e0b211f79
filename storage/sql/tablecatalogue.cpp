#include "storage/sql/tablecatalogue.h"

#include "storage/sql/rowcells.h"
#include "storage/sql/sqlitecatalogue.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr qint64 countedRows = 10'000;

QString readingTables() {
    return QStringLiteral("read the tables of");
}

/// What the migrations 001 to 008 make.
constexpr std::array coreTables{
    "schema_version", "component_state",   "component_metrics", "port_metrics",  "system_health",
    "checkpoints",    "port_messages",     "dead_letter_queue", "sink_storage",  "component_statistics",
    "batches",        "messages",          "processed_events",  "metrics",       "connector_profiles",
    "client_configs", "service_proposals", "market_data",       "news_articles", "telemetry_events"};

TableInfo::Zone zoneOf(const TableInfo& info) {
    if (info.schema == "analytics_data" || info.name.startsWith("analytics_data_"))
        return TableInfo::Zone::User;
    if (info.isElsewhere)
        return TableInfo::Zone::Other;
    if (info.name.startsWith("portolan_"))
        return TableInfo::Zone::Portolan;
    const bool isCore = std::ranges::any_of(coreTables, [&](const char* name) { return info.name == name; });
    return isCore ? TableInfo::Zone::Core : TableInfo::Zone::Other;
}

/// All rows of a statement, each made by `make`.
template <class Row, class Make>
Result<std::vector<Row>> readAll(Connection& connection, const QString& sql, const QVariantList& bindings, Make make) {
    Result<QSqlQuery> query = connection.run(sql, bindings, readingTables());
    if (!query)
        return query.error();
    std::vector<Row> rows;
    RowWalk walk(connection, *query, readingTables());
    while (walk.next())
        rows.push_back(make(*query));
    if (walk.error())
        return *walk.error();
    return rows;
}

/// Partitions, and the chunks of a hypertable, are the children of their table.
const char* serverTables() {
    return "WITH RECURSIVE tree(root, part) AS (SELECT c.oid, c.oid FROM pg_catalog.pg_class AS c "
           "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') "
           "AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$|_timescaledb|timescaledb_|"
           "toolkit_experimental$)' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = "
           "CAST('pg_catalog.pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e') "
           "UNION ALL SELECT tree.root, i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = "
           "tree.part), whole AS (SELECT root, count(*) - 1 AS parts, "
           "sum(CASE WHEN p.relkind IN ('r', 'm') AND p.reltuples >= 0 THEN p.reltuples END) AS rows, "
           "bool_or(p.relkind IN ('r', 'm') AND p.reltuples < 0 AND p.relpages > 0 OR (p.relkind IN ('r', 'm') AND "
           "p.reltuples < 0 AND p.oid = root)) AS unknown, "
           "sum(pg_catalog.pg_total_relation_size(p.oid)) AS bytes "
           "FROM tree JOIN pg_catalog.pg_class AS p ON p.oid = tree.part GROUP BY root) "
           "SELECT n.nspname, c.relname, CAST(c.relkind AS text), CAST(c.relnatts AS bigint), (SELECT count(*) FROM "
           "pg_catalog.pg_index AS i WHERE i.indrelid = c.oid), (SELECT string_agg(a.attname, ', ' ORDER BY k.place) "
           "FROM pg_catalog.pg_index AS i, unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS k(number, place), "
           "pg_catalog.pg_attribute AS a WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND "
           "a.attnum = k.number), CAST(w.parts AS bigint), CAST(CASE WHEN w.unknown THEN NULL ELSE w.rows END AS "
           "bigint), CAST(w.bytes AS bigint), n.nspname <> current_schema FROM whole AS w JOIN pg_catalog.pg_class AS "
           "c ON c.oid = w.root "
           "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace ORDER BY n.nspname, c.relname";
}

QByteArray serverKind(const QByteArray& letter) {
    static const std::map<QByteArray, QByteArray> kinds{
        {"r", "table"}, {"p", "partitioned table"}, {"v", "view"}, {"m", "materialized view"}, {"f", "foreign table"}};
    const auto found = kinds.find(letter);
    return found == kinds.end() ? letter : found->second;
}

bool hasRowsOfItsOwn(const TableInfo& info) {
    return info.kind == "table" || info.kind == "partitioned table" || info.kind == "hypertable"
           || info.kind == "materialized view";
}

/// A small table is counted.
Result<void> countRows(Connection& connection, TableInfo& info) {
    if (info.rows || !hasRowsOfItsOwn(info))
        return {};
    const Result<QString> table = quotedTable(info, connection.dialect());
    if (!table)
        return table.error();
    // Somebody else's may be closed to us, and is listed all the same.
    const Result<QVariant> mayRead =
        connection.value(QStringLiteral("SELECT pg_catalog.has_table_privilege(CAST(? AS text), 'SELECT')"), {*table});
    if (!mayRead)
        return mayRead.error();
    if (!mayRead->toBool())
        return {};
    const Result<QVariant> counted =
        connection.value(QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM %1 LIMIT ?) AS looked").arg(*table),
                         {QVariant(countedRows + 1)});
    if (!counted)
        return counted.error();
    if (counted->toLongLong() <= countedRows) {
        info.rows = counted->toLongLong();
        info.isEstimate = false;
        return {};
    }
    return {};
}

Result<std::vector<TableInfo>> serverInfos(Connection& connection) {
    auto infos = readAll<TableInfo>(connection, QString::fromLatin1(serverTables()), {}, [](const QSqlQuery& row) {
        TableInfo info;
        info.schema = bytesAt(row, 0);
        info.name = bytesAt(row, 1);
        info.kind = serverKind(bytesAt(row, 2));
        info.columns = row.value(3).toLongLong();
        info.indexes = row.value(4).toLongLong();
        info.key = bytesAt(row, 5);
        info.parts = row.value(6).toLongLong();
        info.isElsewhere = row.value(9).toBool();
        if (hasRowsOfItsOwn(info)) {
            info.rows = integerAt(row, 7);
            info.bytes = integerAt(row, 8);
        }
        return info;
    });
    if (!infos)
        return infos;
    const Result<QVariant> hasHypertables =
        connection.value(QStringLiteral("SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL"));
    if (!hasHypertables)
        return hasHypertables.error();
    if (!hasHypertables->toBool())
        return infos;
    const auto hypertables = readAll<QByteArray>(
        connection,
        QStringLiteral("SELECT CAST(hypertable_schema AS text) || '.' || CAST(hypertable_name AS text) FROM "
                       "timescaledb_information.hypertables"),
        {}, [](const QSqlQuery& row) { return bytesAt(row, 0); });
    if (!hypertables)
        return hypertables.error();
    for (TableInfo& info : *infos) {
        if (std::ranges::find(*hypertables, info.schema + '.' + info.name) != hypertables->end())
            info.kind = "hypertable";
    }
    return infos;
}

TableDetail::Part partAt(const QSqlQuery& row) {
    return {bytesAt(row, 0), bytesAt(row, 1)};
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

/// What is compressed lies in a table of its own behind the chunk. Of a dimension of numbers the range is of these.
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
    auto chunks = readAll<TableDetail::Chunk>(
        connection, QString::fromUtf8(detail.info.kind == "hypertable" ? serverChunks() : serverPartitions()),
        {QString::fromUtf8(detail.info.schema), QString::fromUtf8(detail.info.name), TableDetail::mostChunks},
        [&](const QSqlQuery& row) {
            const QByteArray schema = bytesAt(row, 0);
            const QByteArray name = bytesAt(row, 1);
            return TableDetail::Chunk{schema == detail.info.schema ? name : schema + '.' + name, bytesAt(row, 2),
                                      integerAt(row, 3), row.value(4).toBool()};
        });
    if (!chunks)
        return chunks.error();
    detail.chunks = std::move(*chunks);
    return {};
}

Result<void> readServerDetail(Connection& connection, TableDetail& detail) {
    const QVariantList which{QString::fromUtf8(detail.info.schema), QString::fromUtf8(detail.info.name)};
    const QString table =
        QStringLiteral("(SELECT c.oid FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
                       "ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)");
    auto columns = readAll<TableDetail::Column>(
        connection,
        QStringLiteral(
            "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, "
            "coalesce(array_position(CAST(i.indkey AS smallint[]), a.attnum) + 1, 0), "
            "coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') FROM pg_catalog.pg_attribute AS a LEFT "
            "JOIN pg_catalog.pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary LEFT JOIN "
            "pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = "
            "%1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum")
            .arg(table),
        which, [](const QSqlQuery& row) {
            return TableDetail::Column{bytesAt(row, 0), bytesAt(row, 1), row.value(2).toBool(), row.value(3).toInt(),
                                       bytesAt(row, 4)};
        });
    if (!columns)
        return columns.error();
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
        auto parts = readAll<TableDetail::Part>(connection, QString::fromLatin1(asked.sql).arg(table), which, partAt);
        if (!parts)
            return parts.error();
        detail.*asked.part = std::move(*parts);
    }
    detail.columns = std::move(*columns);
    if (Result<void> chunks = readServerChunks(connection, detail); !chunks)
        return chunks;
    if (!detail.info.kind.endsWith("view"))
        return {};
    const Result<QVariant> definition =
        connection.value(QStringLiteral("SELECT pg_catalog.pg_get_viewdef(%1)").arg(table), which);
    if (!definition)
        return definition.error();
    detail.definition = definition->toString().toUtf8();
    return {};
}

} // namespace

Result<QString> quotedTable(const TableInfo& info, SqlDialect dialect) {
    const Result<QString> name = quoteIdentifier(QString::fromUtf8(info.name));
    if (!name || dialect == SqlDialect::Sqlite || info.schema.isEmpty())
        return name;
    const Result<QString> schema = quoteIdentifier(QString::fromUtf8(info.schema));
    return schema ? Result<QString>(*schema + QLatin1Char('.') + *name) : schema;
}

Result<std::vector<TableInfo>> readTables(Connection& connection) {
    const bool isSqlite = connection.dialect() == SqlDialect::Sqlite;
    auto infos = isSqlite ? readSqliteTables(connection) : serverInfos(connection);
    if (!infos)
        return infos;
    for (TableInfo& info : *infos) {
        info.zone = zoneOf(info);
        if (isSqlite)
            continue;
        if (const Result<void> counted = countRows(connection, info); !counted)
            return counted.error();
    }
    std::ranges::sort(*infos, {}, &TableInfo::path);
    return infos;
}

Result<TableDetail> readTableDetail(Connection& connection, const TableInfo& info) {
    if (connection.dialect() == SqlDialect::Sqlite)
        return readSqliteTableDetail(connection, info);
    TableDetail detail;
    detail.info = info;
    const Result<void> read = readServerDetail(connection, detail);
    return read ? Result<TableDetail>(std::move(detail)) : Result<TableDetail>(read.error());
}

} // namespace portolan
