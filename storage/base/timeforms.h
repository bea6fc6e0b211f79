#pragma once

#include "storage/base/clock.h"

#include <span>

namespace portolan {

/// Ways in which programs write a point in time. A time without a zone is UTC; fractions are cut to microseconds.
enum class TimeForm {
    Plain, ///< ISO 8601, or Unix seconds or milliseconds (fromUnixNumber())
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    JulianDays, ///< to the millisecond
    Compact,    ///< 20260105, 20260105T101112.5Z, 202601051011
    Year,       ///< 1880: the beginning of that year
    YearFirst,  ///< 2026/1/5 10:11, 2026.01.05
    DayFirst,   ///< 05.01.2026 10:11:12, 5/1/2026
    MonthFirst, ///< 01/05/2026 10:11:12 PM
    MonthNamed, ///< Jan 5 2026, 5-Jan-2026 10:11, Mon, 05 Jan 2026 10:11:12 GMT
};

/// The time that a text says in this form, with blanks around it; nothing when it is no such text.
[[nodiscard]] std::optional<Timestamp> readTime(QByteArrayView text, TimeForm form);

/// "10:11", "10:11:12.5", "1:05 PM": a time of day without a zone.
[[nodiscard]] std::optional<std::chrono::microseconds> readClock(QByteArrayView text);

/// Tells which forms the texts of a column have.
struct TimeFormGuess {
    std::optional<TimeForm> form; ///< nothing: they are no times
    bool isAmbiguous = false;     ///< day and month cannot be told apart: 01/02/2026
};

/// The form in which nine of ten of these texts are times; the column's name tells units ("t_ms", "time [ns]"), years
/// and Julian days where numbers could be anything. `dayOrder`: DayFirst or MonthFirst, where it is known.
[[nodiscard]] TimeFormGuess timeFormOf(QByteArrayView name, std::span<const QByteArrayView> texts,
                                       std::optional<TimeForm> dayOrder = {});

/// True: the digits, sign, point and exponent of the text make a number.
[[nodiscard]] bool isDecimalNumber(QByteArrayView text);

/// "DD.MM.YYYY", as operators name the form.
[[nodiscard]] const char* timeFormText(TimeForm form);

} // namespace portolan
