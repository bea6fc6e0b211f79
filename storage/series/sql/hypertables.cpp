#include "storage/series/sql/hypertables.h"

#include "storage/series/samplesum.h"
#include "storage/sql/columns/filtersqltext.h"

#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <string_view>

namespace portolan {

namespace {

using namespace std::chrono;

/// The settings of a hypertable. Chunks have TimescaleDB's default length, or a month where our partitions have: a
/// question that names no time locks all of them with their indexes, and a day each would be too many.
struct Keeping {
    std::string_view table;
    const char* chunk;
    const char* segments; ///< the columns that compressed rows are segmented by
    const char* order;    ///< and ordered by; every column of a unique key is in one of the two
    const char* retention;
};
constexpr std::array<Keeping, 5> keepings{{
    {"component_metrics", "7 days", "component_name, metric_name", "timestamp DESC, id", "30 days"},
    {"port_metrics", "7 days", "port_name", "timestamp DESC, id", "2 years"},
    {"metrics", "1 month", "sensor_id", "timestamp DESC, event_id, id", "2 years"},
    {"telemetry_events", "7 days", "service, event_type", "time DESC, id", "2 years"},
    {"market_data", "7 days", "symbol", "time DESC, id", "2 years"},
}};

struct AggregateWidth {
    seconds width;
    const char* name;
    const char* bucket;
    const char* lag;   ///< rows younger than this are not refreshed
    const char* every; ///< how often the server refreshes it
};
constexpr std::array<AggregateWidth, rollupWidths.size()> aggregateWidths{{
    {seconds(10), "10s", "10 seconds", "2 minutes", "10 minutes"},
    {minutes(1), "1m", "1 minute", "5 minutes", "10 minutes"},
    {minutes(10), "10m", "10 minutes", "30 minutes", "30 minutes"},
    {hours(1), "1h", "1 hour", "2 hours", "1 hour"},
    {hours(24), "1d", "1 day", "1 day", "6 hours"},
}};

/// A table that a later migration makes a hypertable; it has no rollups, because its rows are no samples.
constexpr const char* newsTable = "news_articles";
constexpr Keeping newsKeeping{newsTable, "7 days", "source", "time DESC, id", "2 years"};

/// Returns the statements that compress chunks, and the policy that drops them, which does not run.
QStringList keepingStatements(const Keeping& keeping, const QString& functions) {
    const QString table = QLatin1String(keeping.table.data(), static_cast<qsizetype>(keeping.table.size()));
    return {QStringLiteral("ALTER TABLE %1 SET (timescaledb.compress, timescaledb.compress_segmentby = '%2', "
                           "timescaledb.compress_orderby = '%3')")
                .arg(table, QLatin1String(keeping.segments), QLatin1String(keeping.order)),
            QStringLiteral("SELECT %1.add_compression_policy('%2', INTERVAL '7 days')").arg(functions, table),
            QStringLiteral("SELECT %1.alter_job(%1.add_retention_policy('%2', INTERVAL '%3'), scheduled => false)")
                .arg(functions, table, QLatin1String(keeping.retention))};
}

QString doingAggregates() {
    return QStringLiteral("ask for the continuous aggregates of");
}

/// Returns the columns of one figure. As in SampleSum, the earliest of equal values counts, and of one instant the
/// least is the first and the greatest the last: first(value, time) would take any. Arrays compare by their elements in
/// turn, and unlike rows they may be aggregated in part. Seconds since 1970 as a double keep microseconds apart until
/// 2500.
QString figureColumns(const QString& value, const QString& time) {
    const QString at = QStringLiteral("CAST(extract(epoch FROM %1 AT TIME ZONE 'UTC') AS double precision)").arg(time);
    const QString samples = QStringLiteral(" FILTER (WHERE %1 BETWEEN -1e300 AND 1e300)").arg(value);
    const auto of = [&](const char* aggregate, const QString& what) {
        return QLatin1String(aggregate) + QLatin1Char('(') + what + QLatin1Char(')') + samples;
    };
    const auto second = [&](const char* aggregate, const QString& first, const QString& then) {
        return QStringLiteral("(%1)[2]").arg(of(aggregate, QStringLiteral("ARRAY[%1, %2]").arg(first, then)));
    };
    const std::array<std::pair<QString, const char*>, 10> columns{{
        {of("min", value), "min"},
        {of("max", value), "max"},
        {of("sum", value), "sum"},
        {of("count", value), "count"},
        {second("min", at, value), "first"},
        {second("max", at, value), "last"},
        {QStringLiteral("to_timestamp(%1)").arg(second("min", value, at)), "min_at"},
        {QStringLiteral("to_timestamp(-%1)").arg(second("max", value, QLatin1Char('-') + at)), "max_at"},
        {of("min", time), "first_at"},
        {of("max", time), "last_at"},
    }};
    QString text;
    for (const auto& [expression, name] : columns)
        text += QStringLiteral(",\n    ") + expression + QStringLiteral(" AS ") + value + QLatin1Char('_')
                + QLatin1String(name);
    return text;
}

QString aggregateStatement(const SeriesTable& table, const AggregateWidth& width, const Timescale& timescale) {
    const QString time = QLatin1String(table.time);
    QString columns;
    for (const char* key : table.keys)
        columns += QLatin1String(key) + QStringLiteral(", ");
    columns += QStringLiteral("%1.time_bucket(INTERVAL '%2', %3) AS bucket")
                   .arg(timescale.schema, QLatin1String(width.bucket), time);
    QStringList groups;
    for (std::size_t i = 0; i <= table.keys.size(); ++i)
        groups << QString::number(i + 1);
    for (const char* value : table.values)
        columns += figureColumns(QLatin1String(value), time);
    return QStringLiteral("CREATE MATERIALIZED VIEW %1 WITH (timescaledb.continuous, "
                          "timescaledb.materialized_only = false) AS\nSELECT %2\nFROM %3 GROUP BY %4 "
                          "WITH NO DATA")
        .arg(aggregateName(QLatin1String(table.table), width.width), columns, QLatin1String(table.table),
             groups.join(QStringLiteral(", ")));
}

} // namespace

Result<std::optional<Timescale>> findTimescale(Connection& connection) {
    using Found = std::optional<Timescale>;
    if (connection.dialect() != SqlDialect::Postgresql)
        return Found();
    // Without compression and aggregates it is of no use: "apache" is the licence that leaves them out.
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT extversion, CAST(CAST(extnamespace AS regnamespace) AS text) "
                                      "FROM pg_catalog.pg_extension WHERE extname = 'timescaledb' "
                                      "AND pg_catalog.current_setting('timescaledb.license', true) = 'timescale'"),
                       {}, doingAggregates());
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows);
    if (!found || !*found)
        return found ? Result<Found>(Found()) : Result<Found>(found.error());
    return Found(Timescale{rows->value(0).toString(), rows->value(1).toString()});
}

Result<bool> isHypertable(Connection& connection, const QString& table) {
    const Result<QVariant> found =
        connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM timescaledb_information.hypertables "
                                        "WHERE hypertable_schema = current_schema AND hypertable_name = ?)"),
                         {table});
    return found ? Result<bool>(found->toBool()) : Result<bool>(found.error());
}

Result<qint64> chunkBytes(Connection& connection, const QString& table) {
    const Result<std::optional<Timescale>> timescale = findTimescale(connection);
    if (!timescale || !*timescale)
        return timescale ? Result<qint64>(0) : Result<qint64>(timescale.error());
    const Result<QVariant> bytes = connection.value(
        QStringLiteral("SELECT CAST(coalesce(sum(total_bytes), 0) AS bigint) FROM %1.chunks_detailed_size("
                       "(SELECT CAST(format('%I.%I', hypertable_schema, hypertable_name) AS regclass) FROM "
                       "timescaledb_information.hypertables WHERE hypertable_schema = current_schema "
                       "AND hypertable_name = ?))")
            .arg((*timescale)->schema),
        {table});
    return bytes ? Result<qint64>(bytes->toLongLong()) : Result<qint64>(bytes.error());
}

QByteArray withoutPartitions(const QByteArray& statement) {
    static const QRegularExpression end(QStringLiteral("\\)\\s*PARTITION BY RANGE \\(\\w+\\);$"));
    QString text = QString::fromUtf8(statement);
    return text.replace(end, QStringLiteral(");")).toUtf8();
}

QStringList hypertableStatements(const SeriesTable& table, const Timescale& timescale) {
    const auto keeping = std::ranges::find(keepings, std::string_view(table.table), &Keeping::table);
    const QString name = QStringLiteral("'%1'").arg(QLatin1String(table.table));
    const QString& functions = timescale.schema;
    QStringList statements{
        QStringLiteral("SELECT %1.create_hypertable(%2, '%3', chunk_time_interval => INTERVAL '%4', "
                       "create_default_indexes => false)")
            .arg(functions, name, QLatin1String(table.time), QLatin1String(keeping->chunk)),
    };
    statements += keepingStatements(*keeping, functions);
    for (const AggregateWidth& width : aggregateWidths) {
        statements << aggregateStatement(table, width, timescale)
                   << QStringLiteral("SELECT %1.add_continuous_aggregate_policy('%2', start_offset => NULL, "
                                     "end_offset => INTERVAL '%3', schedule_interval => INTERVAL '%4')")
                          .arg(functions, aggregateName(QLatin1String(table.table), width.width),
                               QLatin1String(width.lag), QLatin1String(width.every));
    }
    return statements;
}

QStringList laterHypertableStatements(const QString& table, const Timescale& timescale) {
    if (table != QLatin1String(newsTable))
        return {};
    return QStringList{QStringLiteral("SELECT %1.create_hypertable('%2', 'time', chunk_time_interval => INTERVAL '%3', "
                                      "create_default_indexes => false, migrate_data => true)")
                           .arg(timescale.schema, table, QLatin1String(newsKeeping.chunk))}
           + keepingStatements(newsKeeping, timescale.schema);
}

/// Makes the table as 008_add_analytics does.
QStringList plainTableStatements(const QString& table) {
    if (table != QLatin1String(newsTable))
        return {};
    return {QStringLiteral("CREATE TEMPORARY TABLE portolan_news ON COMMIT DROP AS SELECT * FROM news_articles"),
            QStringLiteral("DROP TABLE news_articles"),
            QStringLiteral("CREATE TABLE news_articles (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "
                           "time TIMESTAMPTZ NOT NULL, title TEXT NOT NULL, content TEXT, source VARCHAR(255), "
                           "url TEXT, sentiment DOUBLE PRECISION, metadata JSONB)"),
            QStringLiteral("INSERT INTO news_articles SELECT * FROM portolan_news"),
            QStringLiteral("SELECT setval(pg_get_serial_sequence('news_articles', 'id'), max(id)) FROM news_articles "
                           "HAVING max(id) IS NOT NULL"),
            QStringLiteral("CREATE INDEX idx_news_articles_time ON news_articles (time)"),
            QStringLiteral("CREATE INDEX idx_news_articles_source ON news_articles (source, time)")};
}

QStringList aggregateDrops(const SeriesTable& table) {
    QStringList statements;
    for (const AggregateWidth& width : aggregateWidths)
        statements
            << QStringLiteral("DROP MATERIALIZED VIEW %1").arg(aggregateName(QLatin1String(table.table), width.width));
    return statements;
}

QString aggregateName(const QString& table, seconds width) {
    const auto found = std::ranges::find(aggregateWidths, width, &AggregateWidth::width);
    return QStringLiteral("portolan_%1_%2").arg(table, QLatin1String(found->name));
}

Result<bool> hasAggregates(Connection& connection, const QString& table) {
    if (connection.dialect() != SqlDialect::Postgresql)
        return false;
    QStringList names;
    for (const AggregateWidth& width : aggregateWidths)
        names << QLatin1Char('\'') + aggregateName(table, width.width) + QLatin1Char('\'');
    const Result<QVariant> found = connection.value(
        QStringLiteral("SELECT CASE WHEN to_regclass('_timescaledb_catalog.continuous_aggs_watermark') IS NULL THEN 0 "
                       "ELSE (SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = "
                       "to_regnamespace(quote_ident(current_schema)) "
                       "AND relkind = 'v' AND relname IN (%1)) END")
            .arg(names.join(QStringLiteral(", "))));
    PORTOLAN_TRY(found);
    return found->toULongLong() == aggregateWidths.size();
}

/// Reads the notes of writes into a range: in the table's log until an aggregate is refreshed, then in the logs of the
/// other aggregates. Their times are microseconds since 1970. Many writers leave many rows, but few hours.
Result<RolledState> readAggregatedState(Connection& connection, const QString& table, TimeRange asked) {
    const TimeRange range{std::max(asked.begin, allTimes().begin), std::min(asked.end, allTimes().end)};
    RolledState state;
    state.watermark = allTimes().end;
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "WITH aggregates AS (SELECT a.raw_hypertable_id AS source, a.mat_hypertable_id AS id, w.watermark "
            "FROM _timescaledb_catalog.hypertable AS h "
            "JOIN _timescaledb_catalog.continuous_agg AS a ON a.raw_hypertable_id = h.id "
            "JOIN _timescaledb_catalog.continuous_aggs_watermark AS w ON w.mat_hypertable_id = a.mat_hypertable_id "
            "WHERE h.schema_name = current_schema AND h.table_name = ?), "
            "written AS (SELECT watermark, lowest_modified_value AS low, greatest_modified_value AS high "
            "FROM aggregates JOIN _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log "
            "ON hypertable_id = source "
            "UNION ALL SELECT watermark, lowest_modified_value, greatest_modified_value "
            "FROM aggregates JOIN _timescaledb_catalog.continuous_aggs_materialization_invalidation_log "
            "ON materialization_id = id) "
            "SELECT DISTINCT CAST(floor(greatest(low, asked.first) / 3.6e9) AS bigint), "
            "CAST(floor(least(high, watermark - 1, asked.last) / 3.6e9) AS bigint) "
            "FROM written, (SELECT CAST(? AS bigint) AS first, CAST(? AS bigint) AS last) AS asked "
            "WHERE low <= asked.last AND high >= asked.first AND low < watermark AND asked.first < watermark"),
        {table, qint64(range.begin.time_since_epoch().count()), qint64(range.end.time_since_epoch().count()) - 1},
        doingAggregates());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, doingAggregates());
    while (walk.next()) {
        const qint64 last = rows->value(1).toLongLong();
        for (qint64 hour = rows->value(0).toLongLong(); hour <= last; ++hour)
            state.stale.insert(Timestamp(hours(hour)));
    }
    if (walk.error())
        return *walk.error();
    return state;
}

Result<void> refreshAggregates(Connection& connection, const Timescale& timescale, const QString& table,
                               Timestamp until) {
    for (const AggregateWidth& width : aggregateWidths) {
        const QByteArray end = toIsoTime(floorTo(until, width.width));
        const Result<void> refreshed =
            connection.execute(QStringLiteral("CALL %1.refresh_continuous_aggregate('%2', NULL, TIMESTAMPTZ '%3')")
                                   .arg(timescale.schema, aggregateName(table, width.width), QString::fromLatin1(end)),
                               {}, QStringLiteral("refresh the continuous aggregates of"));
        if (!refreshed)
            return refreshed;
    }
    return {};
}

} // namespace portolan
