#include "storage/schedule/schedulespec.h"

#include <QByteArrayList>
#include <QString>
#include <ctime>

namespace portolan {

namespace {

using namespace std::chrono;

/// Every date of a calendar comes within so many days, 29 February over the turn of a century included.
constexpr int longestWait = 366 * 9;
constexpr int mostMissed = 1'000;

constexpr std::array monthNames{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array dayNames{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

Error noSpec(QByteArrayView text, const QString& why) {
    return {ErrorCode::Usage,
            QStringLiteral("\"%1\" is no time to run at: %2. Say 15m, 2h, 1d, \"daily 02:00\", \"weekly sun "
                           "03:00\", or cron's five fields as \"0 2 * * 1-5\".")
                .arg(QString::fromUtf8(text), why)};
}

QString whyNot(const ScheduleSpec::Mistake& mistake) {
    using Kind = ScheduleSpec::Mistake::Kind;
    const auto none = [&](const char* field) {
        return QStringLiteral("\"%1\" is no %2").arg(QString::fromUtf8(mistake.word), QLatin1String(field));
    };
    switch (mistake.kind) {
    case Kind::NoInterval:
        return QStringLiteral("it is no interval");
    case Kind::ShortInterval:
        return QStringLiteral("an interval is a minute at least");
    case Kind::TimeOfDay:
        return QStringLiteral("the time of day is as 02:00");
    case Kind::FieldCount:
        return QStringLiteral("cron has five fields");
    case Kind::Minute:
        return none("minute");
    case Kind::Hour:
        return none("hour");
    case Kind::Day:
        return none("day of the month");
    case Kind::Month:
        return none("month");
    case Kind::Weekday:
        return none("day of the week");
    }
    Q_UNREACHABLE();
}

/// A field of cron: its least and greatest number, and the names that stand for numbers.
struct CronField {
    ScheduleSpec::Mistake::Kind kind; ///< of what is none
    int least;
    int most;
    std::span<const char* const> names = {};
    int firstName = 0; ///< the number of the first of them
};

std::optional<int> numberOf(QByteArrayView text, const CronField& field) {
    for (std::size_t i = 0; i < field.names.size(); ++i) {
        if (text.compare(field.names[i], Qt::CaseInsensitive) == 0)
            return field.firstName + static_cast<int>(i);
    }
    bool ok = false;
    const int number = text.toInt(&ok);
    return ok && number >= field.least && number <= field.most && text.front() != '+' ? std::optional(number)
                                                                                      : std::nullopt;
}

/// Sets the numbers of a field: "*", "*/5", "1-5", "1,3", "10-30/10", by commas. Returns false for what is none.
template <std::size_t size>
bool readField(QByteArrayView text, const CronField& field, std::bitset<size>& numbers) {
    for (const QByteArray& part : text.toByteArray().split(',')) {
        const QByteArrayList steps = part.split('/');
        const QByteArrayList ends = steps.front().split('-');
        int first = field.least;
        int last = field.most;
        if (steps.size() > 2 || ends.size() > 2 || part.isEmpty() || steps.front().isEmpty())
            return false;
        if (steps.front() != "*") {
            const auto from = ends.front().isEmpty() ? std::nullopt : numberOf(ends.front(), field);
            const auto until = ends.back().isEmpty() ? std::nullopt : numberOf(ends.back(), field);
            if (!from || !until)
                return false;
            first = *from;
            last = ends.size() == 1 && steps.size() == 2 ? field.most : *until;
        }
        bool ok = true;
        const int step = steps.size() == 2 ? steps.back().toInt(&ok) : 1;
        if (!ok || step < 1 || first > last)
            return false;
        for (int number = first; number <= last; number += step)
            numbers.set(static_cast<std::size_t>(number) % size);
    }
    return true;
}

/// The time by which local time is ahead of UTC.
seconds offsetAt(sys_seconds at) {
    const std::time_t time = at.time_since_epoch().count();
    std::tm local{};
    return localtime_r(&time, &local) ? seconds(local.tm_gmtoff) : seconds(0);
}

/// Returns the first instant at which local clocks show this time or a later one: `wall` is the time that they show, as
/// if it were UTC. A change of the clocks lies between two days at most once.
sys_seconds instantOf(sys_seconds wall) {
    const seconds before = offsetAt(wall - days(1));
    const seconds after = offsetAt(wall + days(1));
    if (offsetAt(wall - before) == before)
        return wall - before;
    if (offsetAt(wall - after) == after)
        return wall - after;
    // Clocks jump over it: the jump is looked for.
    sys_seconds early = wall - days(1);
    sys_seconds late = wall + days(1);
    while (late - early > seconds(1)) {
        const sys_seconds middle = early + (late - early) / 2;
        (offsetAt(middle) == before ? early : late) = middle;
    }
    return late;
}

sys_days localDay(Timestamp at) {
    const auto whole = floor<seconds>(at);
    return floor<days>(whole + offsetAt(whole));
}

} // namespace

Result<ScheduleSpec> ScheduleSpec::parse(QByteArrayView text) {
    ScheduleSpec spec;
    if (const auto mistake = spec.read(text))
        return noSpec(text, whyNot(*mistake));
    return spec;
}

std::optional<ScheduleSpec::Mistake> ScheduleSpec::mistakeIn(QByteArrayView text) {
    return ScheduleSpec().read(text);
}

std::optional<ScheduleSpec::Mistake> ScheduleSpec::read(QByteArrayView text) {
    using Kind = Mistake::Kind;
    const QByteArrayList words = text.toByteArray().simplified().split(' ');
    if (words.size() == 1) {
        m_every = parseAge(words.front());
        if (!m_every)
            return Mistake{Kind::NoInterval};
        return *m_every < minutes(1) ? std::optional(Mistake{Kind::ShortInterval}) : std::nullopt;
    }
    QByteArrayList fields = words;
    const bool isDaily = words.size() == 2 && words.front().compare("daily", Qt::CaseInsensitive) == 0;
    const bool isWeekly = words.size() == 3 && words.front().compare("weekly", Qt::CaseInsensitive) == 0;
    if (isDaily || isWeekly) {
        const QByteArrayList clock = words.back().split(':');
        if (clock.size() != 2 || clock.back().size() != 2)
            return Mistake{Kind::TimeOfDay};
        fields = {clock.back(), clock.front(), "*", "*", isWeekly ? words[1] : QByteArray("*")};
    }
    if (fields.size() != 5)
        return Mistake{Kind::FieldCount};
    const std::array<CronField, 5> cron{{{Kind::Minute, 0, 59},
                                         {Kind::Hour, 0, 23},
                                         {Kind::Day, 1, 31},
                                         {Kind::Month, 1, 12, monthNames, 1},
                                         {Kind::Weekday, 0, 7, dayNames, 0}}};
    const std::array<bool, 5> areRead{readField(fields[0], cron[0], m_minutes), readField(fields[1], cron[1], m_hours),
                                      readField(fields[2], cron[2], m_days), readField(fields[3], cron[3], m_months),
                                      readField(fields[4], cron[4], m_weekdays)};
    for (std::size_t i = 0; i < areRead.size(); ++i) {
        if (!areRead[i])
            return Mistake{cron[i].kind, fields[qsizetype(i)]};
    }
    m_isAnyHour = m_hours.all();
    m_isAnyDay = fields[2].startsWith('*');
    m_isAnyWeekday = fields[4].startsWith('*');
    return std::nullopt;
}

/// Cron's rule: where both days are said, either is enough.
bool ScheduleSpec::isDay(sys_days day) const {
    const year_month_day date(day);
    if (!m_months.test(static_cast<unsigned>(date.month())))
        return false;
    const bool isDate = m_days.test(static_cast<unsigned>(date.day()));
    const bool isWeekday = m_weekdays.test(weekday(day).c_encoding());
    return m_isAnyDay || m_isAnyWeekday ? isDate && isWeekday : isDate || isWeekday;
}

std::optional<Timestamp> ScheduleSpec::nextOn(sys_days day, Timestamp after) const {
    if (!isDay(day))
        return std::nullopt;
    if (m_isAnyHour) {
        const sys_seconds end = instantOf(day + days(1));
        for (sys_seconds at = instantOf(day); at < end; at += minutes(1)) {
            const auto shown = at + offsetAt(at);
            const auto minute = duration_cast<minutes>(shown - floor<hours>(shown)).count();
            if (at > after && m_minutes.test(static_cast<std::size_t>(minute)))
                return Timestamp(at);
        }
        return std::nullopt;
    }
    for (int minute = 0; minute < 24 * 60; ++minute) {
        if (!m_hours.test(static_cast<std::size_t>(minute / 60))
            || !m_minutes.test(static_cast<std::size_t>(minute % 60)))
            continue;
        const sys_seconds at = instantOf(day + minutes(minute));
        if (at > after)
            return Timestamp(at);
    }
    return std::nullopt;
}

std::optional<Timestamp> ScheduleSpec::next(Timestamp after, std::optional<Timestamp> due) const {
    if (m_every) {
        const Timestamp from = due.value_or(after);
        if (from > after)
            return from;
        return from + ((after - from) / *m_every + 1) * *m_every;
    }
    const sys_days first = localDay(after);
    for (int i = 0; i <= longestWait; ++i) {
        if (const auto found = nextOn(first + days(i), after))
            return found;
    }
    return std::nullopt;
}

int ScheduleSpec::missedUntil(Timestamp due, Timestamp now) const {
    int missed = 0;
    for (std::optional<Timestamp> at = next(due, due); at && *at <= now && missed < mostMissed; at = next(*at, due))
        ++missed;
    return missed;
}

} // namespace portolan
