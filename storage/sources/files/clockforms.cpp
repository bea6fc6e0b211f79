#include "storage/sources/files/clockforms.h"

#include "storage/base/timeforms.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

bool areDigitsAlone(QByteArrayView text) {
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The time since midnight UTC that a clock with a zone says: as that of a day it is read with all zones.
std::optional<microseconds> readBareClock(QByteArrayView text) {
    if (const auto clock = readClock(text))
        return clock;
    const auto time = readTime("2026-01-05 " + text.trimmed().toByteArray(), TimeForm::YearFirst);
    return time ? std::optional(*time - sys_days(year(2026) / January / 5)) : std::nullopt;
}

/// Returns what follows the day that programs write before a bare time of day; nothing where there is no such day.
std::optional<QByteArrayView> clockAfterNoDay(QByteArrayView text) {
    static constexpr std::array<sys_days, 7> noDays{
        year(1899) / December / 30, year(1899) / December / 31, year(1900) / January / 1, year(1904) / January / 1,
        year(1970) / January / 1,   year(2000) / January / 1,   year(1) / January / 1};
    const QByteArrayView bare = text.trimmed();
    const auto end = std::ranges::find_if(bare, [](char c) { return c == ' ' || c == 'T'; });
    if (end == bare.end())
        return std::nullopt;
    const QByteArrayView day = bare.first(end - bare.begin());
    bool isNone = day == "1900-01-00"; // as sheets show their day 0
    for (const TimeForm form : {TimeForm::YearFirst, TimeForm::DayFirst, TimeForm::MonthFirst}) {
        const auto midnight = readTime(day, form);
        isNone = isNone || (midnight && std::ranges::find(noDays, floor<days>(*midnight)) != noDays.end());
    }
    return isNone ? std::optional(bare.sliced(day.size() + 1)) : std::nullopt;
}

/// "101112.25" with as many figures as the form has, as a clock with colons.
std::optional<microseconds> readFigures(QByteArrayView text, qsizetype figures) {
    const qsizetype point = text.indexOf('.');
    const QByteArrayView whole = point < 0 ? text : text.first(point);
    if (!areDigitsAlone(whole) || whole.size() > figures)
        return std::nullopt;
    const QByteArray padded = whole.toByteArray().rightJustified(figures, '0');
    QByteArray clock = padded.first(2) + ':' + (figures > 2 ? padded.sliced(2, 2) : QByteArray("00"));
    if (figures > 4)
        clock += ':' + padded.sliced(4, 2);
    if (point >= 0)
        clock += figures > 4 ? text.sliced(point).toByteArray() : QByteArray("x");
    return readClock(clock);
}

} // namespace

bool isBareClock(QByteArrayView text) {
    return text.contains(':') && readBareClock(text).has_value();
}

bool isDayClock(QByteArrayView text) {
    const auto clock = clockAfterNoDay(text);
    return clock && readBareClock(*clock).has_value();
}

std::optional<microseconds> readClockOf(QByteArrayView text, ClockForm form) {
    const QByteArrayView bare = text.trimmed();
    switch (form) {
    case ClockForm::Written: {
        if (bare.isEmpty())
            return std::nullopt;
        const auto clock = clockAfterNoDay(bare);
        return readBareClock(clock.value_or(bare));
    }
    case ClockForm::Seconds:
        return readFigures(bare, 6);
    case ClockForm::Minutes:
        return readFigures(bare, 4);
    case ClockForm::Hours:
        return readFigures(bare, 2);
    }
    Q_UNREACHABLE();
}

std::optional<ClockForm> numericClockForm(std::span<const QByteArrayView> texts) {
    const auto figures = [](QByteArrayView text) {
        const qsizetype point = text.indexOf('.');
        return point < 0 ? text.size() : point;
    };
    if (texts.empty())
        return std::nullopt;
    // Of figures that are fewer for the nights the longest tell.
    qsizetype most = 0;
    for (const QByteArrayView text : texts)
        most = std::max(most, figures(text.trimmed()));
    const ClockForm form = most > 4 ? ClockForm::Seconds : most > 2 ? ClockForm::Minutes : ClockForm::Hours;
    const auto isOne = [form](QByteArrayView text) { return readClockOf(text, form).has_value(); };
    return std::ranges::count_if(texts, isOne) * 10 >= std::ssize(texts) * 9 ? std::optional(form) : std::nullopt;
}

const char* clockFormText(ClockForm form) {
    switch (form) {
    case ClockForm::Written:
        return "HH:MM:SS";
    case ClockForm::Seconds:
        return "HHMMSS";
    case ClockForm::Minutes:
        return "HHMM";
    case ClockForm::Hours:
        return "hours, 0 to 24";
    }
    Q_UNREACHABLE();
}

} // namespace portolan
