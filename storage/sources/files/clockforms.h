#pragma once

#include <QByteArrayView>
#include <chrono>
#include <optional>
#include <span>

namespace portolan {

/// The form in which a column writes the times of day whose dates another column has.
enum class ClockForm {
    Written, ///< 10:11:12, 1:05 PM, 10:11Z, or after a day that stands for none: 1899-12-30 10:11:12
    Seconds, ///< 101112, 93000, 101112.25
    Minutes, ///< 1011, 930
    Hours    ///< 0 to 24
};

/// Reads a time of day as what has passed since midnight UTC of its date; with a zone that may be less than nothing.
[[nodiscard]] std::optional<std::chrono::microseconds> readClockOf(QByteArrayView text, ClockForm form);

/// Returns true for "10:11", also with a zone.
[[nodiscard]] bool isBareClock(QByteArrayView text);
/// Returns true for a time of day after a day that programs write where there is none: 1899-12-30 10:11:12 (Access and
/// sheets), 1900-01-01, 1904-01-01, 1970-01-01, 2000-01-01, 0001-01-01.
[[nodiscard]] bool isDayClock(QByteArrayView text);

/// The form of numbers that nine of ten are times of day in; nothing: there is none.
[[nodiscard]] std::optional<ClockForm> numericClockForm(std::span<const QByteArrayView> texts);

/// "HH:MM:SS", as operators name the form.
[[nodiscard]] const char* clockFormText(ClockForm form);

} // namespace portolan
