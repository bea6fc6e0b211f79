#include "storage/export/namedspan.h"

#include <QDateTime>
#include <algorithm>
#include <array>
#include <utility>

namespace portolan {

namespace {

using std::chrono::milliseconds;

constexpr std::array<std::pair<NamedSpan, const char*>, 5> spanNames{{
    {NamedSpan::Today, "today"},
    {NamedSpan::Yesterday, "yesterday"},
    {NamedSpan::LastNight, "last-night"},
    {NamedSpan::ThisWeek, "this-week"},
    {NamedSpan::LastWeek, "last-week"},
}};

constexpr int nightBegins = 20; ///< hours of the clock
constexpr int nightEnds = 8;
constexpr int daysAWeek = 7;

Timestamp timestampOf(const QDateTime& at) {
    return Timestamp(milliseconds(at.toMSecsSinceEpoch()));
}

} // namespace

QStringList namedSpanNames() {
    QStringList all;
    for (const auto& [span, name] : spanNames)
        all << QString::fromLatin1(name);
    return all;
}

QString namedSpanName(NamedSpan span) {
    return QString::fromLatin1(std::ranges::find(spanNames, span, &std::pair<NamedSpan, const char*>::first)->second);
}

std::optional<NamedSpan> namedSpan(const QString& name) {
    const auto found =
        std::ranges::find_if(spanNames, [&](const auto& each) { return name == QLatin1String(each.second); });
    return found == spanNames.end() ? std::nullopt : std::optional(found->first);
}

NamedTimes timesOf(NamedSpan span, Timestamp now, const QTimeZone& zone) {
    const QDateTime there =
        QDateTime::fromMSecsSinceEpoch(std::chrono::floor<milliseconds>(now).time_since_epoch().count(), zone);
    const QDate today = there.date();
    const auto dayBegins = [&](QDate day) { return timestampOf(day.startOfDay(zone)); };
    const auto at = [&](QDate day, int hour) { return timestampOf(QDateTime(day, QTime(hour, 0), zone)); };
    const QDate monday = today.addDays(1 - today.dayOfWeek());
    switch (span) {
    case NamedSpan::Today:
        return {dayBegins(today), now};
    case NamedSpan::Yesterday:
        return {dayBegins(today.addDays(-1)), dayBegins(today)};
    case NamedSpan::LastNight:
        return {at(today.addDays(-1), nightBegins), std::min(at(today, nightEnds), now)};
    case NamedSpan::ThisWeek:
        return {dayBegins(monday), now};
    case NamedSpan::LastWeek:
        return {dayBegins(monday.addDays(-daysAWeek)), dayBegins(monday)};
    }
    Q_UNREACHABLE();
}

} // namespace portolan
