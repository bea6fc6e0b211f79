#include "storage/sql/anytimes.h"

#include "storage/base/clock.h"
#include "storage/base/numbertext.h"
#include "storage/base/timeforms.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/sqlite/sqlitevalue.h"

#include <array>
#include <vector>

namespace portolan {

namespace {

constexpr int mostLookedAt = 200; ///< values of a column

/// Some values of a column, sorted by what they may be.
struct ColumnLook {
    std::vector<QByteArray> numbers; ///< and texts that are numbers
    std::size_t iso = 0;
    std::size_t compact = 0; ///< texts that are no numbers
    QByteArray odd;          ///< the first that is none of these
    bool isEmpty = true;

    void take(const QVariant& cell) {
        isEmpty = false;
        const QByteArray text =
            cell.typeId() == QMetaType::Double ? numberText(cell.toDouble()) : cell.toString().trimmed().toUtf8();
        if (isDecimalNumber(text))
            numbers.push_back(text);
        else if (parseIsoTime(text))
            ++iso;
        else if (readTime(text, TimeForm::Compact))
            ++compact;
        else if (odd.isEmpty())
            odd = text.left(40);
    }
};

Result<ColumnLook> lookAt(Connection& connection, const QString& table, const QString& quoted) {
    Result<QSqlQuery> rows = connection.run(QStringLiteral("SELECT %1 FROM %2 WHERE %1 IS NOT NULL LIMIT %3")
                                                .arg(quoted, table, QString::number(mostLookedAt)),
                                            {}, QStringLiteral("read the times of"));
    PORTOLAN_TRY(rows);
    ColumnLook look;
    QueryCursor walk(connection, *rows, QStringLiteral("read the times of"));
    while (walk.next())
        look.take(rows->value(0));
    return walk.error() ? Result<ColumnLook>(*walk.error()) : Result<ColumnLook>(std::move(look));
}

/// The numbers of a form that are times, of the years 1 to 9999, and these times in whole microseconds since 1970, by
/// the dialect. %1 is the number.
struct NumberTimes {
    TimeForm form;
    const char* least;
    const char* most;
    const char* sqlite;
    const char* server;
};

// The greatest number of 64 bits stands for "never". A number of SQLite that is whole already is not rounded, which
// would make a double of it; a server's division has sixteen digits, its multiplication all.
constexpr std::array<NumberTimes, 11> numberTimes{{
    {TimeForm::Seconds, "-62135596800", "253402300799", "CAST(round(%1 * 1000000) AS INTEGER)",
     "CAST(round(%1 * 1000000) AS bigint)"},
    {TimeForm::Milliseconds, "-62135596800000", "253402300799999", "CAST(round(%1 * 1000) AS INTEGER)",
     "CAST(round(%1 * 1000) AS bigint)"},
    {TimeForm::Microseconds, "-62135596800000000", "253402300799999999", "CAST(%1 AS INTEGER)",
     "CAST(round(%1) AS bigint)"},
    {TimeForm::Nanoseconds, "-9223372036854775807", "9223372036854775806", "CAST(%1 / 1000 AS INTEGER)",
     "CAST(floor(%1 * 0.001) AS bigint)"},
    {TimeForm::WebKit, "-50491123200000000", "265046774399999999", "CAST(%1 AS INTEGER) - 11644473600000000",
     "CAST(round(%1) AS bigint) - 11644473600000000"},
    {TimeForm::FileTime, "-504911232000000000", "2650467743999999999", "CAST(%1 / 10 AS INTEGER) - 11644473600000000",
     "CAST(floor(%1 * 0.1) AS bigint) - 11644473600000000"},
    {TimeForm::MacSeconds, "-63113904000", "252423993599", "CAST(round(%1 * 1000000) AS INTEGER) + 978307200000000",
     "CAST(round(%1 * 1000000) AS bigint) + 978307200000000"},
    {TimeForm::Ticks, "0", "3155378975999999999", "CAST(%1 / 10 AS INTEGER) - 62135596800000000",
     "CAST(floor(%1 * 0.1) AS bigint) - 62135596800000000"},
    // A double holds a day to some ten microseconds: whole milliseconds are meant.
    {TimeForm::JulianDays, "1721425.5", "5373484.4999", "CAST(round((%1 - 2440587.5) * 86400000.0) AS INTEGER) * 1000",
     "CAST(round((%1 - 2440587.5) * 86400000) AS bigint) * 1000"},
    {TimeForm::ExcelDays, "1", "2958465.9999", "CAST(round((%1 - 25569) * 86400000.0) AS INTEGER) * 1000",
     "CAST(round((%1 - 25569) * 86400000) AS bigint) * 1000"},
    {TimeForm::Year, "1", "9999", "CAST(strftime('%s', printf('%04d-01-01', %1)) AS INTEGER) * 1000000",
     "CAST(extract(epoch FROM make_date(CAST(floor(%1) AS integer), 1, 1)) AS bigint) * 1000000"},
}};

QString whenIn(const NumberTimes& times, const char* least, const char* most, const QString& number,
               SqlDialect dialect) {
    QString micros = QLatin1String(dialect == SqlDialect::Sqlite ? times.sqlite : times.server);
    return QStringLiteral("WHEN %1 BETWEEN %2 AND %3 THEN %4 ")
        .arg(number, QLatin1String(least), QLatin1String(most), micros.replace(QLatin1String("%1"), number));
}

/// Converts a number in a form to whole microseconds since 1970; NULL for what is no time in it. A number that is not
/// finite is of no size. The sizes of Plain are those of fromUnixNumber(), and go on in the same way. Among recent
/// times isNoTime() tells which numbers are none; the least and the greatest are of no size as it is.
QString microsecondsOf(const TimeFormGuess& guess, const QString& number, SqlDialect dialect) {
    const TimeForm form = *guess.form;
    QString cases = guess.areRecent ? QStringLiteral("WHEN %1 IN (0, -1) THEN NULL ").arg(number) : QString();
    for (const NumberTimes& times : numberTimes) {
        if (times.form == form)
            cases += whenIn(times, times.least, times.most, number, dialect);
        else if (form == TimeForm::Plain && times.form <= TimeForm::Nanoseconds)
            cases += whenIn(times, times.least, times.form == TimeForm::Seconds ? "99999999999" : times.most, number,
                            dialect);
    }
    return QStringLiteral("(CASE %1END)").arg(cases);
}

/// Writes a compact time as an ISO text. One that is no day of a calendar is kept as it reads.
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

SqlColumn timeOfCompact(const QString& quoted, SqlDialect dialect) {
    const QString text = isoOfCompact(quoted, dialect);
    return dialect == SqlDialect::Postgresql
               ? SqlColumn(serverTimeOfText(text))
               : SqlColumn(QStringLiteral("portolan_time(%1)").arg(text), ColumnEncoding::IsoText);
}

} // namespace

QString numberOf(const QString& quoted, const SchemaInspector::Column& column, SqlDialect dialect) {
    if (dialect == SqlDialect::Sqlite) {
        const SqliteAffinity affinity = affinityOf(column.type.toUtf8());
        const bool keepsTexts = affinity == SqliteAffinity::Text || affinity == SqliteAffinity::Blob
                                || column.type.compare(QLatin1String("ANY"), Qt::CaseInsensitive) == 0;
        // Beside a number SQLite makes one of a text that is one whole; CAST takes what it begins with.
        return keepsTexts ? QStringLiteral("(CASE WHEN typeof(%1) <> 'text' THEN %1 WHEN CAST(%1 AS NUMERIC) = %1 THEN "
                                           "CAST(%1 AS NUMERIC) END)")
                                .arg(quoted)
                          : quoted;
    }
    const QString& type = column.type;
    if (type == QLatin1String("double precision") || type == QLatin1String("real"))
        return quoted; // as numeric it would have fifteen digits
    if (isServerNumber(type))
        return QStringLiteral("CAST(%1 AS numeric)").arg(quoted);
    return QStringLiteral("(CASE WHEN btrim(CAST(%1 AS text)) ~ '^[-+]{0,1}([0-9]{1,200}([.][0-9]{0,200}){0,1}|[.][0-9]"
                          "{1,200})([eE][-+]{0,1}[0-9]{1,3}){0,1}$' THEN CAST(btrim(CAST(%1 AS text)) AS numeric) END)")
        .arg(quoted);
}

Result<TimesFound> findTimes(Connection& connection, const QString& table, const QString& quoted,
                             const SchemaInspector::Column& column) {
    const SqlDialect dialect = connection.dialect();
    const bool isServer = dialect == SqlDialect::Postgresql;
    const SqlColumn usual = columnAs(ColumnType::Time, quoted, column, dialect);
    if (isServer && usual.expression == quoted) // a type of times
        return TimesFound{usual};
    const Result<ColumnLook> look = lookAt(connection, table, quoted);
    PORTOLAN_TRY(look);
    if (look->isEmpty)
        return TimesFound{usual};
    const std::vector<QByteArrayView> numbers(look->numbers.begin(), look->numbers.end());
    const TimeFormGuess guess = timeFormOf(column.name.toUtf8(), numbers);
    const bool areBoth = !isServer && guess.form == TimeForm::Plain && !guess.isDoubtful; // which its texts go with
    if (look->iso > 0 && look->iso >= look->compact && (look->iso >= numbers.size() || areBoth))
        return TimesFound{isServer ? SqlColumn(serverTimeOfText(quoted)) : usual};
    if (look->compact > 0 && look->compact >= numbers.size())
        return TimesFound{timeOfCompact(quoted, dialect)};
    if (guess.isDoubtful)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral(
                         "The numbers of the column %1, as in %2, are no times that are understood: few are of the "
                         "years 1973 to 2099 as seconds, milli-, micro- or nanoseconds since 1970 (seconds that are "
                         "all after 2074 may be counted from 1900 or 1904), and not all as WebKit's microseconds, "
                         "Windows file times, .NET ticks, Julian or Excel's days, or years. A name that ends with its "
                         "unit (%1_s, %1_ms, %1_mac) tells it.")
                         .arg(column.name, QString::fromLatin1(look->numbers.front()))};
    if (guess.form == TimeForm::Compact)
        return TimesFound{timeOfCompact(quoted, dialect)};
    if (guess.form)
        return TimesFound{microsecondsOf(guess, numberOf(quoted, column, dialect), dialect), true};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("The column %1 holds no times that are understood, as in \"%2\". Times are ISO 8601 "
                                "texts, or numbers of seconds to nanoseconds since 1970, of WebKit's microseconds, "
                                "Windows file times, .NET ticks, Julian or Excel's days, or years.")
                     .arg(column.name, QString::fromUtf8(look->odd))};
}

} // namespace portolan
