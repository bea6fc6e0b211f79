#include "storage/sql/anytimes.h"

#include "storage/base/clock.h"
#include "storage/base/numbertext.h"
#include "storage/sql/columns/columnadapters.h"

#include <QRegularExpression>
#include <cmath>

namespace portolan {

namespace {

constexpr int mostLookedAt = 200;
constexpr double firstJulianDay = 2'378'496.5; // 1800-01-01
constexpr double lastJulianDay = 2'488'069.5;  // 2100-01-01

/// Reads "20260105T1230", "20260105123000" or "20260105": year, month, day, and the parts of the time that are there.
std::optional<Timestamp> compactTime(const QByteArray& text) {
    static const QRegularExpression form(
        QStringLiteral("^(\\d{4})(\\d\\d)(\\d\\d)(?:[T ]?(\\d\\d)(\\d\\d)(?:(\\d\\d(?:\\.\\d+)?))?)?Z?$"));
    const QRegularExpressionMatch match = form.match(QString::fromUtf8(text));
    if (!match.hasMatch())
        return std::nullopt;
    const auto part = [&](int number, const char* usual) {
        const QString found = match.captured(number);
        return found.isEmpty() ? QString::fromLatin1(usual) : found;
    };
    const QString iso = QStringLiteral("%1-%2-%3T%4:%5:%6Z")
                            .arg(part(1, ""), part(2, ""), part(3, ""), part(4, "00"), part(5, "00"), part(6, "00"));
    const auto time = parseIsoTime(iso.toLatin1());
    constexpr auto leastYear = std::chrono::year(1800);
    constexpr auto mostYear = std::chrono::year(2200);
    using namespace std::chrono;
    return time && *time >= sys_days(leastYear / January / 1) && *time < sys_days(mostYear / January / 1)
               ? time
               : std::nullopt;
}

/// The counts of what some values of a column are.
struct Tally {
    int iso = 0;
    int compact = 0; ///< texts, and whole numbers that read so
    int whole = 0;   ///< numbers
    int numbers = 0;
    int digits = 0; ///< texts that are numbers
    int julian = 0;
    bool hasFractions = false;
    QByteArray odd; ///< the first that is none of these
    bool isEmpty = true;

    void take(const QVariant& cell) {
        isEmpty = false;
        switch (cell.typeId()) {
        case QMetaType::LongLong:
        case QMetaType::Int:
            ++whole;
            compact += compactTime(QByteArray::number(cell.toLongLong())) ? 1 : 0;
            return takeNumber(cell.toDouble());
        case QMetaType::Double:
            return takeNumber(cell.toDouble());
        default:
            break;
        }
        const QByteArray text = cell.toString().trimmed().toUtf8();
        if (parseIsoTime(text))
            ++iso;
        else if (compactTime(text))
            ++compact;
        else if (const auto number = numberIn(text); number && std::isfinite(*number))
            ++digits;
        else if (odd.isEmpty())
            odd = text.left(40);
    }

    void takeNumber(double number) {
        ++numbers;
        julian += number >= firstJulianDay && number < lastJulianDay ? 1 : 0;
        hasFractions = hasFractions || number != std::floor(number);
    }
};

Result<Tally> lookAt(Connection& connection, const QString& table, const QString& quoted) {
    Result<QSqlQuery> rows = connection.run(QStringLiteral("SELECT %1 FROM %2 WHERE %1 IS NOT NULL LIMIT %3")
                                                .arg(quoted, table, QString::number(mostLookedAt)),
                                            {}, QStringLiteral("read the times of"));
    PORTOLAN_TRY(rows);
    Tally tally;
    QueryCursor walk(connection, *rows, QStringLiteral("read the times of"));
    while (walk.next())
        tally.take(rows->value(0));
    return walk.error() ? Result<Tally>(*walk.error()) : Result<Tally>(std::move(tally));
}

/// Makes the expression of a number, or a text of digits, as a number; NULL for all else.
QString numberOf(const QString& quoted, const QString& type, SqlDialect dialect) {
    if (dialect == SqlDialect::Sqlite)
        return QStringLiteral("(CASE typeof(%1) WHEN 'integer' THEN %1 WHEN 'real' THEN %1 WHEN 'text' THEN CASE WHEN "
                              "trim(%1) GLOB '*[0-9]*' AND trim(%1) NOT GLOB '*[^-+.0-9]*' THEN CAST(trim(%1) AS "
                              "NUMERIC) END END)")
            .arg(quoted);
    if (type == QLatin1String("double precision") || type == QLatin1String("real"))
        return quoted; // as numeric it would have fifteen digits
    if (isServerNumber(type))
        return QStringLiteral("CAST(%1 AS numeric)").arg(quoted);
    return QStringLiteral("(CASE WHEN btrim(CAST(%1 AS text)) ~ '^[-+]{0,1}[0-9]{1,20}([.][0-9]{1,20}){0,1}$' THEN "
                          "CAST(btrim(CAST(%1 AS text)) AS numeric) END)")
        .arg(quoted);
}

/// Makes whole microseconds since 1970 of a number of seconds or finer units since 1970; NULL outside of the years 1 to
/// 9999 and for a number that is not finite.
QString microsecondsOf(const QString& number, SqlDialect dialect) {
    const bool isSqlite = dialect == SqlDialect::Sqlite;
    const QString whole =
        isSqlite ? QStringLiteral("CAST(round(%1) AS INTEGER)") : QStringLiteral("CAST(round(%1) AS bigint)");
    return byUnixUnit(number, whole.arg(number + QStringLiteral(" * 1000000")),
                      whole.arg(number + QStringLiteral(" * 1000")), whole.arg(number),
                      isSqlite ? QStringLiteral("CAST(%1 / 1000 AS INTEGER)").arg(number)
                               : QStringLiteral("CAST(floor(%1 / 1000) AS bigint)").arg(number));
}

/// Makes microseconds since 1970 of a Julian day, in whole milliseconds: a double holds it to some ten microseconds.
QString microsecondsOfJulian(const QString& number, SqlDialect dialect) {
    const bool isSqlite = dialect == SqlDialect::Sqlite;
    return QStringLiteral(
               "(CASE WHEN %1 BETWEEN 1721425.5 AND 5373484.5 THEN CAST(round((%1 - 2440587.5) * %2) AS %3) * "
               "1000 END)")
        .arg(number, isSqlite ? QStringLiteral("86400000.0") : QStringLiteral("86400000"),
             isSqlite ? QStringLiteral("INTEGER") : QStringLiteral("bigint"));
}

/// Makes an ISO text of a compact time. A day that no calendar has is written too; its reader finds no time in it.
QString isoOfCompact(const QString& quoted, SqlDialect dialect) {
    const bool isSqlite = dialect == SqlDialect::Sqlite;
    const QString bare =
        QStringLiteral("replace(replace(replace(CAST(%1 AS TEXT), 'T', ''), ' ', ''), 'Z', '')").arg(quoted);
    const auto two = [&](int at) {
        return QStringLiteral("CASE WHEN length(%1) >= %2 THEN substr(%1, %3, 2) ELSE '00' END")
            .arg(bare, QString::number(at + 1), QString::number(at));
    };
    const QString seconds =
        QStringLiteral("CASE WHEN length(%1) >= 14 THEN substr(substr(%1, 13) || CASE WHEN length(%1) = 14 THEN "
                       "'.000' ELSE '000' END, 1, 6) ELSE '00.000' END")
            .arg(bare);
    const QString text =
        QStringLiteral("substr(%1, 1, 4) || '-' || substr(%1, 5, 2) || '-' || substr(%1, 7, 2) || 'T' || %2 "
                       "|| ':' || %3 || ':' || %4 || 'Z'")
            .arg(bare, two(9), two(11), seconds);
    const QString isCompact =
        isSqlite ? QStringLiteral("%1 GLOB '[0-9][0-9][0-9][0-9][0-1][0-9][0-3][0-9]*' AND %1 NOT GLOB '*[^.0-9]*' AND "
                                  "(length(%1) IN (8, 12, 14) OR (length(%1) > 15 AND substr(%1, 15, 1) = '.'))")
                       .arg(bare)
                 : QStringLiteral("%1 ~ '^[0-9]{4}[0-1][0-9][0-3][0-9]([0-9]{4}([0-9]{2}([.][0-9]+){0,1}){0,1}){0,1}$'")
                       .arg(bare);
    return QStringLiteral("(CASE WHEN %1 THEN %2 END%3)")
        .arg(isCompact, text, isSqlite ? QString() : QStringLiteral(" COLLATE \"C\""));
}

} // namespace

Result<TimesFound> findTimes(Connection& connection, const QString& table, const QString& quoted,
                             const SchemaInspector::Column& column) {
    const SqlDialect dialect = connection.dialect();
    const SqlColumn usual = columnAs(ColumnType::Time, quoted, column, dialect);
    if (dialect == SqlDialect::Postgresql && usual.keeping == ColumnEncoding::Plain && !isServerNumber(column.type))
        return TimesFound{usual};
    const Result<Tally> tally = lookAt(connection, table, quoted);
    PORTOLAN_TRY(tally);
    if (tally->isEmpty)
        return TimesFound{usual};
    const QString number = numberOf(quoted, column.type, dialect);
    if (tally->numbers > 0 && tally->julian == tally->numbers && (tally->hasFractions || tally->whole == 0))
        return TimesFound{microsecondsOfJulian(number, dialect), true};
    if (tally->iso > 0)
        return TimesFound{usual};
    if (tally->compact > 0 && tally->compact >= tally->numbers + tally->digits)
        return TimesFound{SqlColumn(isoOfCompact(quoted, dialect), ColumnEncoding::IsoText)};
    if (tally->numbers + tally->digits > 0)
        return TimesFound{microsecondsOf(number, dialect), true};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("The column %1 holds no times that are understood, as in \"%2\". Times are ISO 8601 "
                                "texts, or seconds, milli-, micro- or nanoseconds since 1970, or Julian days.")
                     .arg(column.name, QString::fromUtf8(tally->odd))};
}

} // namespace portolan
