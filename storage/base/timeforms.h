#pragma once

#include "storage/base/clock.h"

#include <limits>
#include <span>

namespace portolan {

/// Ways in which programs write a point in time. A time without a zone is UTC; fractions are cut to microseconds.
enum class TimeForm {
    Plain, ///< ISO 8601, or Unix seconds or milliseconds (fromUnixNumber())
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    WebKit,     ///< microseconds since 1601, as Chrome and Safari keep them
    FileTime,   ///< Windows: tenths of a microsecond since 1601
    MacSeconds, ///< seconds since 2001, as macOS and iOS keep them
    Ticks,      ///< .NET: tenths of a microsecond since the year 1
    JulianDays, ///< to the millisecond
    ExcelDays,  ///< serial days of a sheet, to the millisecond: 25569 is 1970-01-01
    Compact,    ///< 20260105, 20260105T101112.5Z, 202601051011
    Year,       ///< 1880: the beginning of that year
    YearFirst,  ///< 2026/1/5 10:11, 2026.01.05
    DayFirst,   ///< 05.01.2026 10:11:12, 5/1/2026
    MonthFirst, ///< 01/05/2026 10:11:12 PM
    MonthNamed, ///< Jan 5 2026, 5-Jan-2026 10:11, Mon, 05 Jan 2026 10:11:12 GMT
};

/// PostgreSQL's `infinity` and `-infinity` among its times: beyond all years that are written, and near enough to be
/// compared and subtracted. toIsoTime() and toExactIsoTime() write the word.
inline constexpr Timestamp endOfTime{std::chrono::microseconds(std::numeric_limits<qint64>::max() / 2)};
inline constexpr Timestamp beginningOfTime = Timestamp() - endOfTime.time_since_epoch();
[[nodiscard]] constexpr bool isEndless(Timestamp time) {
    return time == endOfTime || time == beginningOfTime;
}

/// Returns true for a time of the years 0001 to 9999, which parseIsoTime() reads. toIsoTime() and toExactIsoTime()
/// write any other as PostgreSQL shows it: "0044-03-15 00:00:00+00 BC", "12026-01-01 00:00:00+00".
[[nodiscard]] constexpr bool hasFourDigitYear(Timestamp time) {
    using namespace std::chrono;
    return time >= sys_days(year(1) / January / 1) && time < sys_days(year(10'000) / January / 1);
}

/// Reads a time as databases and their exports have it: as parseIsoTime() does, one of the two words, or of another
/// year, as a server shows it. Nothing for a year beyond those that compare with the two words.
[[nodiscard]] std::optional<Timestamp> parseDatabaseTime(QByteArrayView text);

/// Cuts a time as a server shows it into the same time of one of the years 2000 to 2399, of which there is an ISO text,
/// and the Gregorian cycles of 400 years between them; nothing where the text has neither "BC" nor a longer year.
struct FarTime {
    QByteArray near;
    qint64 cycles = 0;
};
[[nodiscard]] std::optional<FarTime> farTimeOf(QByteArrayView text);
constexpr std::chrono::days gregorianCycle(146'097);

/// Reads a text of this form, with blanks around it, as a time; nothing when it is no such text.
[[nodiscard]] std::optional<Timestamp> readTime(QByteArrayView text, TimeForm form);

/// Reads "10:11", "10:11:12.5", "1:05 PM": a time of day without a zone, as the time since midnight.
[[nodiscard]] std::optional<std::chrono::microseconds> readClock(QByteArrayView text);

/// Tells which forms the texts of a column have.
struct TimeFormGuess {
    std::optional<TimeForm> form; ///< nothing: they are no times
    bool isAmbiguous = false;     ///< day and month cannot be told apart: 01/02/2026
    bool isDoubtful = false;      ///< numbers that are of the years 1973 to 2099 in no unit: they may be no times
    bool areRecent = false;       ///< numbers of these years: those for which isNoTime() is true stand for no time
};

/// Returns true for a number that programs write, among others that are times, where there is no time yet: 0, -1, and
/// the least and the greatest of 64 bits.
[[nodiscard]] bool isNoTime(QByteArrayView text);

/// Finds the form in which nine of ten texts are times. The unit of numbers is told by the column's name ("t_ms", "time
/// [ns]", "year", "jd", "last_mac", Core Data's "ZDATE"), else by nine of ten being of the years 1973 to 2099 in it;
/// Excel's days, WebKit's microseconds and bare years (1800 to 2100) only where all of them are. Seconds that are all
/// of 2075 and later are doubtful: they may be counted from 1900 or 1904. Numbers that stand for no time do not count,
/// unless there are no others. `dayOrder`: DayFirst or MonthFirst, where it is known.
[[nodiscard]] TimeFormGuess timeFormOf(QByteArrayView name, std::span<const QByteArrayView> texts,
                                       std::optional<TimeForm> dayOrder = {});

/// Returns true when the digits, sign, point and exponent of the text make a number.
[[nodiscard]] bool isDecimalNumber(QByteArrayView text);

/// Returns "DD.MM.YYYY", as operators name the form.
[[nodiscard]] const char* timeFormText(TimeForm form);

} // namespace portolan
