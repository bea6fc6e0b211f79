#include "storage/sql/columns/columnadapters.h"

#include "storage/sql/columns/filtersqljson.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

const QStringList& wholeNumbers() {
    static const QStringList types{QStringLiteral("integer"), QStringLiteral("bigint"), QStringLiteral("smallint")};
    return types;
}

bool isServerTime(const QString& type) {
    return type.startsWith(QLatin1String("timestamp")) || type == QLatin1String("date");
}

QString asText(const QString& name) {
    return QStringLiteral("CAST(%1 AS text)").arg(name);
}

QString dividedBy(const QString& number, const char* divisor) {
    return number + QLatin1String(" / ") + QLatin1String(divisor);
}

QString serverUnixTime(const QString& name) {
    const QString real = QStringLiteral("CAST(%1 AS double precision)").arg(name);
    const auto time = [&](const QString& seconds) { return QStringLiteral("to_timestamp(%1)").arg(seconds); };
    return byUnixUnit(name, time(real), time(dividedBy(real, "1000")), time(dividedBy(real, "1000000")),
                      time(dividedBy(real, "1000000000")));
}

SqlColumn serverTime(const QString& name, const QString& type) {
    if (isServerTime(type))
        return {name};
    if (isServerNumber(type))
        return {serverUnixTime(name)};
    return {serverTimeOfText(name)};
}

SqlColumn serverText(const QString& name, const QString& type) {
    if (isServerText(type))
        return {name};
    if (wholeNumbers().contains(type))
        return {name, ColumnEncoding::Integer};
    if (type == QLatin1String("uuid"))
        return {name, ColumnEncoding::Uuid};
    return {asText(name)};
}

SqlColumn serverInteger(const QString& name, const QString& type) {
    if (wholeNumbers().contains(type))
        return {name};
    return {QStringLiteral("(CASE WHEN CAST(%1 AS text) ~ '^-{0,1}[0-9]{1,18}$' THEN CAST(CAST(%1 AS text) AS bigint) "
                           "END)")
                .arg(name)};
}

SqlColumn serverJson(const QString& name, const QString& type) {
    if (type == QLatin1String("jsonb"))
        return {name};
    SqlColumn column{name};
    column.document = asJsonb(name);
    return column;
}

SqlColumn onServer(ColumnType type, const QString& name, const QString& declared) {
    switch (type) {
    case ColumnType::Time:
        return serverTime(name, declared);
    case ColumnType::Text:
        return serverText(name, declared);
    case ColumnType::Json:
        return serverJson(name, declared);
    case ColumnType::Integer:
        return serverInteger(name, declared);
    case ColumnType::Real:
    case ColumnType::Boolean:
    case ColumnType::Date:
    case ColumnType::Numeric:
    case ColumnType::Native:
        break;
    }
    return {name};
}

/// A column's affinity (SQLite, "Datatypes"): what is declared with INT holds whole numbers, with CHAR, CLOB or TEXT
/// texts.
bool isDeclaredInteger(const QString& type) {
    return type.contains(QLatin1String("INT"), Qt::CaseInsensitive);
}

bool isDeclaredText(const QString& type) {
    for (const char* word : {"CHAR", "CLOB", "TEXT"}) {
        if (type.contains(QLatin1String(word), Qt::CaseInsensitive))
            return !isDeclaredInteger(type);
    }
    return false;
}

/// Reads a value of SQLite as the whole number that it is, in whichever type it is kept; else as itself.
QString wholeOrStored(const QString& name) {
    return QStringLiteral("(CASE WHEN typeof(%1) = 'real' AND CAST(%1 AS INTEGER) <> %1 THEN %1 WHEN typeof(%1) IN "
                          "('text', 'blob') AND CAST(CAST(%1 AS INTEGER) AS TEXT) <> CAST(%1 AS TEXT) THEN %1 ELSE "
                          "CAST(%1 AS INTEGER) END)")
        .arg(name);
}

/// Returns true for our own tables: a default tells that their times have one form; another program's may have any.
bool keepsOwnTimes(const SchemaInspector::Entry& table) {
    return std::ranges::any_of(table.columns, [](const SchemaInspector::Column& column) {
        return column.usual.contains(QLatin1String("strftime('%Y-%m-%dT%H:%M:%fZ'"));
    });
}

constexpr const char* firstTimes[] = {"-62135596800", "-62135596800000", "-62135596800000000", "-9223372036854775807"};
// The greatest number of 64 bits stands for "never".
constexpr const char* lastTimes[] = {"99999999999", "253402300799999", "253402300799999999", "9223372036854775806"};

} // namespace

UnixUnit unixUnitOf(double number) {
    for (const UnixUnit unit : {UnixUnit::Seconds, UnixUnit::Milliseconds, UnixUnit::Microseconds}) {
        const auto at = static_cast<std::size_t>(unit);
        if (number >= QByteArrayView(firstTimes[at]).toDouble() && number <= QByteArrayView(lastTimes[at]).toDouble())
            return unit;
    }
    return UnixUnit::Nanoseconds;
}

QString byUnixUnit(const QString& number, const QString& ofSeconds, const QString& ofMilliseconds,
                   const QString& ofMicroseconds, const QString& ofNanoseconds) {
    QString cases = QStringLiteral("(CASE");
    std::size_t at = 0;
    for (const QString* made : {&ofSeconds, &ofMilliseconds, &ofMicroseconds, &ofNanoseconds}) {
        cases += QStringLiteral(" WHEN %1 BETWEEN %2 AND %3 THEN %4")
                     .arg(number, QLatin1String(firstTimes[at]), QLatin1String(lastTimes[at]), *made);
        ++at;
    }
    return cases + QStringLiteral(" END)");
}

bool isServerNumber(const QString& type) {
    return wholeNumbers().contains(type) || type == QLatin1String("numeric") || type == QLatin1String("real")
           || type == QLatin1String("double precision");
}

bool isServerText(const QString& type) {
    return type == QLatin1String("text") || type == QLatin1String("character varying");
}

ColumnEncoding keepingOf(const SchemaInspector::Column& column, ColumnEncoding usual, SqlDialect dialect) {
    const bool isTime = usual == ColumnEncoding::UnixMilliseconds || usual == ColumnEncoding::IsoText;
    if (dialect == SqlDialect::Sqlite || !isTime)
        return usual;
    if (isServerTime(column.type))
        return ColumnEncoding::Plain;
    return wholeNumbers().contains(column.type) ? ColumnEncoding::UnixMilliseconds : ColumnEncoding::IsoText;
}

const char* nothingOf(ColumnType type, ColumnEncoding keeping, SqlDialect dialect) {
    if (dialect == SqlDialect::Sqlite)
        return "NULL";
    if (keeping == ColumnEncoding::UnixMilliseconds || keeping == ColumnEncoding::Integer)
        return "CAST(NULL AS bigint)";
    if (keeping == ColumnEncoding::Bytes)
        return "CAST(NULL AS bytea)";
    switch (type) {
    case ColumnType::Integer:
        return "CAST(NULL AS bigint)";
    case ColumnType::Real:
        return "CAST(NULL AS double precision)";
    case ColumnType::Boolean:
        return "CAST(NULL AS boolean)";
    case ColumnType::Json:
        return "CAST(NULL AS jsonb)";
    case ColumnType::Time:
        return keeping == ColumnEncoding::Plain ? "CAST(NULL AS timestamptz)" : "CAST(NULL AS text)";
    case ColumnType::Date:
        return "CAST(NULL AS date)";
    case ColumnType::Numeric:
        return "CAST(NULL AS numeric)";
    case ColumnType::Native:
    case ColumnType::Text:
        return "CAST(NULL AS text)";
    }
    Q_UNREACHABLE();
}

bool isWholeNumber(const SchemaInspector::Column& column, SqlDialect dialect) {
    // In SQLite only the first one names a row's own number.
    return dialect == SqlDialect::Postgresql ? wholeNumbers().contains(column.type)
                                             : column.type.compare(wholeNumbers().front(), Qt::CaseInsensitive) == 0;
}

SqlColumn columnAs(ColumnType type, const QString& name, const SchemaInspector::Column& column, SqlDialect dialect) {
    if (dialect == SqlDialect::Postgresql)
        return onServer(type, name, column.type);
    switch (type) {
    case ColumnType::Time: {
        SqlColumn time{anyTimeAsIsoText(name), ColumnEncoding::IsoText};
        time.shown = QStringLiteral("coalesce(%1, CAST(%2 AS TEXT))").arg(time.expression, name);
        return time;
    }
    case ColumnType::Text:
        if (isDeclaredInteger(column.type))
            return {name, ColumnEncoding::Integer};
        return {isDeclaredText(column.type) ? name : asText(name)};
    case ColumnType::Integer:
        return {isDeclaredInteger(column.type) ? name : wholeOrStored(name)};
    case ColumnType::Json:
    case ColumnType::Real:
    case ColumnType::Boolean:
    case ColumnType::Date:
    case ColumnType::Numeric:
    case ColumnType::Native:
        break;
    }
    return {name};
}

QString anyTimeAsIsoText(const QString& name) {
    const QString seconds = byUnixUnit(name, name, dividedBy(name, "1000.0"), dividedBy(name, "1000000.0"),
                                       dividedBy(name, "1000000000.0"));
    return QStringLiteral("(CASE typeof(%1) WHEN 'text' THEN portolan_time(%1) WHEN 'blob' THEN NULL WHEN 'null' THEN "
                          "NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ', %2, 'unixepoch') END)")
        .arg(name, seconds);
}

QString serverTimeOfText(const QString& name) {
    const QString text = QStringLiteral("btrim(CAST(%1 AS text))").arg(name);
    const QString zone = QStringLiteral(" {0,1}([Zz]|UTC|GMT|[+-](0[0-9]|1[0-5])(:{0,1}[0-5][0-9]){0,1})");
    const QString leap = QStringLiteral("([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29");
    return QStringLiteral(
               "(CASE WHEN %1 ~ '^([0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|"
               "(0[13578]|1[02])-31)|%2)([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+){0,1}){0,1}(%3)"
               "{0,1}){0,1}$' AND left(%1, 4) <> '0000' THEN CAST(replace(%1, ',', '.') || CASE WHEN %1 ~ "
               "':.*[A-Zz+-]' THEN '' ELSE 'Z' END AS timestamptz) END)")
        .arg(text, leap, zone);
}

bool hasColumns(const SchemaInspector& catalogue, SqlDialect dialect, const char* needs) {
    const QStringList wanted = QString::fromLatin1(needs).split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(wanted, [&](QString place) {
        const bool mustBeWhole = place.endsWith(u'#');
        if (mustBeWhole)
            place.chop(1);
        const QString name = place.section(u'.', 0, 0);
        const SchemaInspector::Entry* table = catalogue.lacks(name, {}) ? nullptr : catalogue.table(name);
        const SchemaInspector::Column* column = table ? table->column(place.section(u'.', 1)) : nullptr;
        return column && (!mustBeWhole || dialect == SqlDialect::Sqlite || isWholeNumber(*column, dialect));
    });
}

QString comparableColumn(const SchemaInspector& catalogue, SqlDialect dialect, ColumnType type, const QString& place) {
    const QString tableName = place.section(u'.', 0, 0);
    const QString columnName = place.section(u'.', 1).section(u' ', 0, 0);
    const QString name = place.section(u' ', 1) + u'.' + columnName;
    const SchemaInspector::Entry* table = catalogue.table(tableName);
    const SchemaInspector::Column* column = table ? table->column(columnName) : nullptr;
    if (!column)
        return QLatin1String(nothingOf(type, ColumnEncoding::Plain, dialect));
    if (type == ColumnType::Boolean) // in another program's table on a server it may be a number
        return dialect == SqlDialect::Postgresql && isWholeNumber(*column, dialect)
                   ? QStringLiteral("(%1 <> 0)").arg(name)
                   : name;
    if (dialect == SqlDialect::Sqlite && keepsOwnTimes(*table))
        return name;
    return columnAs(ColumnType::Time, name, *column, dialect).expression;
}

} // namespace portolan
