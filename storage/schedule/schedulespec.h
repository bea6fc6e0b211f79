#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <array>
#include <bitset>
#include <optional>

namespace portolan {

/// A rule for when something runs again: "15m", "2h", "1d" (so long after the time before), "daily 02:00",
/// "weekly sun 03:00", or cron's five fields ("0 2 * * 1-5"), which go by the machine's local time. An hour that the
/// clocks skip runs right after the jump; one that they show twice runs once, unless every hour is meant.
class ScheduleSpec {
public:
    /// Error Usage: with what was expected.
    static Result<ScheduleSpec> parse(QByteArrayView text);

    /// The fault of a text that is no rule.
    struct Mistake {
        enum class Kind {
            NoInterval,
            ShortInterval, ///< less than a minute
            TimeOfDay,     ///< not as 02:00
            FieldCount,    ///< not cron's five
            Minute,        ///< `word` is none, as the following
            Hour,
            Day,
            Month,
            Weekday,
        };
        Kind kind = Kind::NoInterval;
        QByteArray word = {};
    };
    /// Returns what is wrong with a text; nothing: it is a rule.
    [[nodiscard]] static std::optional<Mistake> mistakeIn(QByteArrayView text);

    /// Returns the first time after a moment. `due`: a time of the rule, from which intervals are counted; nothing:
    /// they are counted from the moment. Nothing: it never comes (30 February).
    [[nodiscard]] std::optional<Timestamp> next(Timestamp after, std::optional<Timestamp> due = {}) const;

    /// Counts the times that have come up to `now` after `due`, which is one of them itself; a thousand at most.
    [[nodiscard]] int missedUntil(Timestamp due, Timestamp now) const;

private:
    std::optional<std::chrono::microseconds> m_every; ///< nothing: the fields below
    std::bitset<60> m_minutes;
    std::bitset<24> m_hours;
    std::bitset<32> m_days;
    std::bitset<13> m_months;
    std::bitset<7> m_weekdays; ///< from Sunday
    bool m_isAnyHour = false;
    bool m_isAnyDay = false;
    bool m_isAnyWeekday = false;

    [[nodiscard]] std::optional<Mistake> read(QByteArrayView text);
    [[nodiscard]] bool isDay(std::chrono::sys_days day) const;
    [[nodiscard]] std::optional<Timestamp> nextOn(std::chrono::sys_days day, Timestamp after) const;
};

} // namespace portolan
