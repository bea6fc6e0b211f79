#include "storage/series/sql/serieslayout.h"

#include "storage/series/samplesum.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/anytimes.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/tablelistingfactory.h"

#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using Kind = SeriesName::Kind;

/// Returns the name of a column as the catalogue has it, quoted.
Result<QString> quotedColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name) {
    const SchemaInspector::Column* column = table.column(name);
    if (!column)
        return Error{ErrorCode::NotFound, QStringLiteral("The table %1 has no column %2.").arg(tableName, name)};
    return quoteIdentifier(column->name);
}

bool hasIsoDefault(const SchemaInspector::Column& column) {
    return column.usual.contains(QLatin1String("strftime('%Y-%m-%dT%H:%M:%fZ'"));
}

/// Returns true when the table's times have our own default, which no other program writes so.
bool isOurIsoTime(const SchemaInspector::Entry& table) {
    return dialectOf(table) == SqlDialect::Sqlite && std::ranges::any_of(table.columns, hasIsoDefault);
}

Result<SqlColumn> timeColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name,
                             bool isOurs) {
    const Result<QString> quoted = quotedColumn(table, tableName, name);
    PORTOLAN_TRY(quoted);
    const SchemaInspector::Column& column = *table.column(name);
    const SqlDialect dialect = dialectOf(table);
    // Our own tables keep times in one form: we know them by their triggers or their default.
    const bool isIso = (dialect == SqlDialect::Sqlite && isOurs) || isOurIsoTime(table);
    return isIso ? SqlColumn(*quoted, ColumnEncoding::IsoText) : columnAs(ColumnType::Time, *quoted, column, dialect);
}

Result<QString> valueColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name) {
    Result<QString> quoted = quotedColumn(table, tableName, name);
    if (quoted && dialectOf(table) == SqlDialect::Postgresql && !isServerNumber(table.column(name)->type))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The column %1 of the table %2 holds no numbers.").arg(name, tableName)};
    return quoted;
}

Result<QString> keyColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name) {
    Result<QString> quoted = quotedColumn(table, tableName, name);
    if (!quoted)
        return quoted;
    const SqlColumn column = columnAs(ColumnType::Text, *quoted, *table.column(name), dialectOf(table));
    if (dialectOf(table) == SqlDialect::Postgresql && column.keeping != ColumnEncoding::Plain)
        return QStringLiteral("CAST(%1 AS text)").arg(column.expression);
    return column.expression;
}

Result<const SchemaInspector::Entry*> tableIn(const SchemaInspector& catalogue, const QString& name) {
    const auto exact = catalogue.entries().find(name);
    const SchemaInspector::Entry* table = exact == catalogue.entries().end() ? catalogue.find(name) : &exact->second;
    if (!table)
        return Error{ErrorCode::NotFound, QStringLiteral("The database has no table %1.").arg(name)};
    if (table->kind != SchemaInspector::Kind::Table)
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("%1 is no table but a view or virtual table, of which no series are read.").arg(name)};
    return table;
}

Result<bool> hasTriggers(Connection& connection, const QString& table) {
    constexpr int triggers = 3; // insert, update, delete
    const QString like = QStringLiteral("portolan\\_%\\_late\\_%");
    const bool isSqlite = connection.dialect() == SqlDialect::Sqlite;
    const QString sqlite = QStringLiteral("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? "
                                          "AND name LIKE ? ESCAPE '\\'");
    const QString server = QStringLiteral(
        "SELECT count(*) FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c "
        "ON c.oid = t.tgrelid WHERE c.relname = ? AND c.relnamespace = to_regnamespace(quote_ident(current_schema)) "
        "AND t.tgname LIKE ? AND t.tgenabled IN ('O', 'A')");
    const Result<QVariant> found = connection.value(isSqlite ? sqlite : server, {table, like});
    PORTOLAN_TRY(found);
    return found->toInt() == triggers;
}

/// Makes the parts that both kinds of layout have.
Result<SeriesLayout> layoutOf(const SchemaInspector::Entry& table, const QString& name, const QString& time,
                              bool isOurs) {
    const Result<QString> quoted = quoteIdentifier(name);
    Result<SqlColumn> column = timeColumn(table, name, time, isOurs);
    if (!quoted || !column)
        return quoted ? column.error() : quoted.error();
    SeriesLayout layout;
    layout.name = name;
    layout.table = *quoted;
    layout.time = std::move(*column);
    layout.dialect = dialectOf(table);
    return layout;
}

QString secondsText(Timestamp time) {
    return QString::fromLatin1(toIsoTime(time).first(19));
}

} // namespace

std::span<const SeriesTable> seriesTables() {
    static const std::vector<SeriesTable> tables{
        {Kind::Component,
         "component_metrics",
         "timestamp",
         "metric_unit",
         {"component_name", "metric_name"},
         {"metric_value"}},
        {Kind::Port,
         "port_metrics",
         "timestamp",
         nullptr,
         {"port_name"},
         {"messages_sent", "messages_received", "avg_send_duration_ms", "avg_receive_duration_ms", "avg_message_age_ms",
          "buffer_utilization"}},
        {Kind::Sensor, "metrics", "timestamp", nullptr, {"sensor_id"}, {"value"}},
        {Kind::Table, "telemetry_events", "time", nullptr, {}, {"value"}},
        {Kind::Table, "market_data", "time", nullptr, {}, {"open", "high", "low", "close", "volume"}},
    };
    return tables;
}

const SeriesTable* seriesTableNamed(const QString& table) {
    const auto found = std::ranges::find_if(
        seriesTables(), [&](const SeriesTable& each) { return table == QLatin1String(each.table); });
    return found == seriesTables().end() ? nullptr : &*found;
}

QString SeriesLayout::timeCell() const {
    if (areMicroseconds || time.keeping == ColumnEncoding::IsoText)
        return time.expression;
    return QStringLiteral("CAST(extract(epoch FROM %1) * 1000000 AS bigint)").arg(time.expression);
}

QString SeriesLayout::within() const {
    const QString place = areMicroseconds || time.keeping == ColumnEncoding::IsoText
                              ? QStringLiteral("?")
                              : QStringLiteral("CAST(? AS timestamptz)");
    return QStringLiteral("%1 >= %2 AND %1 < %2").arg(time.expression, place);
}

QVariantList SeriesLayout::bounds(TimeRange range) const {
    const Timestamp begin = std::clamp(range.begin, allTimes().begin, allTimes().end);
    const Timestamp end = std::clamp(range.end, allTimes().begin, allTimes().end);
    if (areMicroseconds)
        return {qint64(begin.time_since_epoch().count()), qint64(end.time_since_epoch().count())};
    if (time.keeping != ColumnEncoding::IsoText)
        return {microsecondsText(begin), microsecondsText(end)};
    return {secondsText(begin), secondsText(ceilTo(end, std::chrono::seconds(1)))};
}

std::optional<Timestamp> SeriesLayout::timeAt(const QVariant& cell) const {
    if (cell.isNull())
        return std::nullopt;
    if (time.keeping == ColumnEncoding::IsoText && !areMicroseconds)
        return parseIsoTime(cell.toString().toUtf8());
    return Timestamp(std::chrono::microseconds(cell.toLongLong()));
}

TimeRange allTimes() {
    using namespace std::chrono;
    return {sys_days(year(1) / January / 1), sys_days(year(9999) / December / 31)};
}

std::optional<double> sampleAt(const QVariant& cell) {
    if (cell.isNull())
        return std::nullopt;
    switch (cell.typeId()) {
    case QMetaType::Double:
    case QMetaType::LongLong:
    case QMetaType::Int: {
        const double value = cell.toDouble();
        return std::abs(value) <= greatestSample ? std::optional(value) : std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue,
                                      const SeriesTable& table) {
    const QString name = QLatin1String(table.table);
    const Result<const SchemaInspector::Entry*> entry = tableIn(catalogue, name);
    PORTOLAN_TRY(entry);
    const Result<bool> isRolled = hasTriggers(connection, name);
    const Result<bool> isAggregated = hasAggregates(connection, name);
    if (!isRolled || !isAggregated)
        return isRolled ? isAggregated.error() : isRolled.error();
    Result<SeriesLayout> layout = layoutOf(**entry, name, QLatin1String(table.time), *isRolled);
    if (!layout)
        return layout;
    QStringList indexed;
    for (const char* key : table.keys) {
        const Result<QString> column = keyColumn(**entry, name, QLatin1String(key));
        PORTOLAN_TRY(column);
        layout->keys.push_back(*column);
        indexed << (*entry)->column(QLatin1String(key))->name;
    }
    for (const char* value : table.values) {
        // A simplified table may have fewer figures.
        const SchemaInspector::Column* known = (*entry)->column(QLatin1String(value));
        const Result<QString> column =
            known ? valueColumn(**entry, name, QLatin1String(value)) : Result<QString>(QString());
        PORTOLAN_TRY(column);
        layout->values.push_back(*column);
    }
    if (table.unit && (*entry)->column(QLatin1String(table.unit)))
        layout->unit = *quotedColumn(**entry, name, QLatin1String(table.unit));
    indexed << (*entry)->column(QLatin1String(table.time))->name;
    const Result<bool> isIndexed = SchemaInspector::hasIndex(connection, name, indexed);
    PORTOLAN_TRY(isIndexed);
    layout->isIndexed = *isIndexed;
    layout->isRolled = *isRolled;
    layout->isAggregated = *isAggregated;
    return layout;
}

Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                      const QString& time, const QString& value) {
    const Result<const SchemaInspector::Entry*> entry = tableIn(catalogue, table);
    PORTOLAN_TRY(entry);
    Result<SeriesLayout> layout = layoutOf(**entry, table, time, false);
    if (!layout)
        return layout;
    const SchemaInspector::Column& times = *(*entry)->column(time);
    if (!isOurIsoTime(**entry)) {
        const Result<QString> quoted = quoteIdentifier(times.name);
        Result<TimesFound> found =
            quoted ? findTimes(connection, layout->table, *quoted, times) : Result<TimesFound>(quoted.error());
        PORTOLAN_TRY(found);
        layout->time = std::move(found->column);
        layout->areMicroseconds = found->areMicroseconds;
    }
    const Result<QString> column = valueColumn(**entry, table, value);
    PORTOLAN_TRY(column);
    layout->values.push_back(*column);
    const Result<bool> isIndexed = SchemaInspector::hasIndex(connection, table, {(*entry)->column(time)->name});
    PORTOLAN_TRY(isIndexed);
    layout->isIndexed = *isIndexed;
    return layout;
}

} // namespace portolan
