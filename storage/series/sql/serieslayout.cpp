#include "storage/series/sql/serieslayout.h"

#include "storage/series/samplesum.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/anytimes.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/filtersqltext.h"

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
    return table.dialect == SqlDialect::Sqlite && std::ranges::any_of(table.columns, hasIsoDefault);
}

Result<SqlColumn> timeColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name,
                             bool isOurs) {
    const Result<QString> quoted = quotedColumn(table, tableName, name);
    PORTOLAN_TRY(quoted);
    const SchemaInspector::Column& column = *table.column(name);
    const SqlDialect dialect = table.dialect;
    // Our own tables keep times in one form: we know them by their triggers or their default.
    const bool isIso = (dialect == SqlDialect::Sqlite && isOurs) || isOurIsoTime(table);
    return isIso ? SqlColumn(*quoted, ColumnEncoding::IsoText) : columnAs(ColumnType::Time, *quoted, column, dialect);
}

Error noNumbers(const QString& column, const QString& table) {
    return {ErrorCode::Unsupported,
            QStringLiteral("The column %1 of the table %2 holds no numbers.").arg(column, table)};
}

Result<QString> valueColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name) {
    Result<QString> quoted = quotedColumn(table, tableName, name);
    if (quoted && table.dialect == SqlDialect::Postgresql && !isServerNumber(table.column(name)->type))
        return noNumbers(name, tableName);
    return quoted;
}

Result<QString> keyColumn(const SchemaInspector::Entry& table, const QString& tableName, const QString& name) {
    Result<QString> quoted = quotedColumn(table, tableName, name);
    if (!quoted)
        return quoted;
    const SqlColumn column = columnAs(ColumnType::Text, *quoted, *table.column(name), table.dialect);
    if (table.dialect == SqlDialect::Postgresql && column.keeping != ColumnEncoding::Plain)
        return QStringLiteral("CAST(%1 AS text)").arg(column.expression);
    return column.expression;
}

Error noTableNamed(const QString& name) {
    return {ErrorCode::NotFound, QStringLiteral("The database has no table %1.").arg(name)};
}

/// Finds a table in the catalogue; SQLite's in letters of either case. Null: it is none.
const SchemaInspector::Entry* tableIn(const SchemaInspector& catalogue, const QString& name) {
    const auto exact = catalogue.entries().find(name);
    const SchemaInspector::Entry* table = exact == catalogue.entries().end() ? catalogue.find(name) : &exact->second;
    return table && table->kind == SchemaInspector::Kind::Table ? table : nullptr;
}

/// Looks in the database for a table that the catalogue does not list, or not with its columns. Errors: NotFound;
/// Unsupported (a virtual table).
Result<SchemaInspector::Entry> entryNamed(Connection& connection, const SchemaInspector& catalogue,
                                          const QString& name) {
    Result<std::optional<SchemaInspector::Entry>> found = SchemaInspector::readNamed(connection, name);
    PORTOLAN_TRY(found);
    if (*found)
        return std::move(**found);
    if (catalogue.find(name))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is a virtual table, of which no series are read.").arg(name)};
    return noTableNamed(name);
}

/// Quotes a table's name, with its schema where it is known.
Result<QString> quotedName(const SchemaInspector::Entry& table, const QString& name) {
    Result<QString> quoted = quoteIdentifier(table.schema.isEmpty() ? name : table.spelling);
    const Result<QString> schema = quoted && !table.schema.isEmpty() ? quoteIdentifier(table.schema) : quoted;
    PORTOLAN_TRY(schema);
    return table.schema.isEmpty() ? *quoted : *schema + QLatin1Char('.') + *quoted;
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
    const Result<QString> quoted = quotedName(table, name);
    Result<SqlColumn> column = timeColumn(table, name, time, isOurs);
    if (!quoted || !column)
        return quoted ? column.error() : quoted.error();
    SeriesLayout layout;
    layout.name = name;
    layout.table = *quoted;
    layout.time = std::move(*column);
    layout.storedTime = *quotedColumn(table, name, time);
    layout.dialect = table.dialect;
    return layout;
}

QString secondsText(Timestamp time) {
    constexpr qsizetype toTheSecond = 19;
    return millisecondsText(std::chrono::floor<std::chrono::milliseconds>(time)).left(toTheSecond);
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

QString SeriesLayout::isNoTime() const {
    const QString place = areMicroseconds || time.keeping == ColumnEncoding::IsoText
                              ? QStringLiteral("?")
                              : QStringLiteral("CAST(? AS timestamptz)");
    QString none; // a server's own time is not NULL here, and an index finds both ends
    if (time.expression != storedTime)
        none = QStringLiteral(" OR %1 IS NULL").arg(time.expression);
    else if (dialect == SqlDialect::Sqlite)
        none = QStringLiteral(" OR %1 IS NULL").arg(anyTimeAsIsoText(storedTime));
    return QStringLiteral("(%1 < %2 OR %1 >= %2%3)").arg(time.expression, place, none);
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

QString isSample(const QString& value, SqlDialect dialect) {
    const QString isNumber = QStringLiteral("typeof(%1) IN ('real', 'integer') AND ").arg(value);
    return (dialect == SqlDialect::Sqlite ? isNumber : QString())
           + QStringLiteral("%1 BETWEEN -1e300 AND 1e300").arg(value);
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
    const SchemaInspector::Entry* const entry = tableIn(catalogue, name);
    if (!entry)
        return noTableNamed(name);
    const Result<bool> isRolled = hasTriggers(connection, name);
    const Result<bool> isAggregated = hasAggregates(connection, name);
    if (!isRolled || !isAggregated)
        return isRolled ? isAggregated.error() : isRolled.error();
    Result<SeriesLayout> layout = layoutOf(*entry, name, QLatin1String(table.time), *isRolled);
    if (!layout)
        return layout;
    QStringList indexed;
    for (const char* key : table.keys) {
        const Result<QString> column = keyColumn(*entry, name, QLatin1String(key));
        PORTOLAN_TRY(column);
        layout->keys.push_back(*column);
        indexed << entry->column(QLatin1String(key))->name;
    }
    for (const char* value : table.values) {
        // A simplified table may have fewer figures.
        const SchemaInspector::Column* known = entry->column(QLatin1String(value));
        const Result<QString> column =
            known ? valueColumn(*entry, name, QLatin1String(value)) : Result<QString>(QString());
        PORTOLAN_TRY(column);
        layout->values.push_back(*column);
    }
    if (table.unit && entry->column(QLatin1String(table.unit)))
        layout->unit = *quotedColumn(*entry, name, QLatin1String(table.unit));
    indexed << entry->column(QLatin1String(table.time))->name;
    const Result<bool> isIndexed = SchemaInspector::hasIndex(connection, name, indexed);
    PORTOLAN_TRY(isIndexed);
    layout->isIndexed = *isIndexed;
    layout->isRolled = *isRolled;
    layout->isAggregated = *isAggregated;
    return layout;
}

Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                      const QString& time, const QString& value) {
    const SchemaInspector::Entry* const listed = tableIn(catalogue, table);
    const Result<SchemaInspector::Entry> entry =
        listed ? Result<SchemaInspector::Entry>(*listed) : entryNamed(connection, catalogue, table);
    PORTOLAN_TRY(entry);
    Result<SeriesLayout> layout = layoutOf(*entry, table, time, false);
    if (!layout)
        return layout;
    if (!isOurIsoTime(*entry)) {
        Result<TimesFound> found = findTimes(connection, layout->table, layout->storedTime, *entry->column(time));
        PORTOLAN_TRY(found);
        layout->time = std::move(found->column);
        layout->areMicroseconds = found->areMicroseconds;
    }
    const Result<QString> stored = quotedColumn(*entry, table, value);
    PORTOLAN_TRY(stored);
    const SchemaInspector::Column& values = *entry->column(value);
    const bool isPlain = layout->dialect == SqlDialect::Postgresql && isServerNumber(values.type);
    if (layout->dialect == SqlDialect::Postgresql && !isPlain && !isServerText(values.type))
        return noNumbers(value, table);
    layout->storedValue = *stored;
    layout->values.push_back(isPlain ? *stored : numberOf(*stored, values, layout->dialect));
    if (!listed)
        return layout;
    const Result<bool> isIndexed = SchemaInspector::hasIndex(connection, table, {entry->column(time)->name});
    PORTOLAN_TRY(isIndexed);
    layout->isIndexed = *isIndexed;
    return layout;
}

} // namespace portolan
