#include "views/chartscale.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <array>
#include <cmath>

namespace portolan {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr qint64 secondMs = 1'000;
constexpr qint64 minuteMs = 60 * secondMs;
constexpr qint64 hourMs = 60 * minuteMs;
constexpr qint64 dayMs = 24 * hourMs;

/// Distances of marks within a day, in milliseconds.
constexpr std::array<qint64, 26> shortSteps{1,
                                            2,
                                            5,
                                            10,
                                            20,
                                            50,
                                            100,
                                            200,
                                            500,
                                            secondMs,
                                            2 * secondMs,
                                            5 * secondMs,
                                            10 * secondMs,
                                            15 * secondMs,
                                            30 * secondMs,
                                            minuteMs,
                                            2 * minuteMs,
                                            5 * minuteMs,
                                            10 * minuteMs,
                                            15 * minuteMs,
                                            30 * minuteMs,
                                            hourMs,
                                            2 * hourMs,
                                            3 * hourMs,
                                            6 * hourMs,
                                            12 * hourMs};
constexpr std::array<int, 5> daySteps{1, 2, 5, 10, 15};
constexpr std::array<int, 4> monthSteps{1, 2, 3, 6};

qint64 millisecondsOf(Timestamp time) {
    return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

QDateTime dateTime(qint64 sinceEpoch, TimeDisplay display) {
    return QDateTime::fromMSecsSinceEpoch(sinceEpoch, display == TimeDisplay::Utc ? Qt::UTC : Qt::LocalTime);
}

QDateTime midnight(const QDate& date, TimeDisplay display) {
    return date.startOfDay(display == TimeDisplay::Utc ? Qt::UTC : Qt::LocalTime);
}

double niceStep(double rough) {
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double share = rough / power;
    return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power;
}

int decimalsOf(double step) {
    return std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 9);
}

struct Marks {
    TimeRange range;
    TimeDisplay display;
    std::vector<ChartTick> ticks{};

    void add(const QDateTime& at, const QString& label, bool strong) {
        const Timestamp time{milliseconds(at.toMSecsSinceEpoch())};
        if (range.contains(time))
            ticks.push_back({static_cast<double>(at.toMSecsSinceEpoch()), label, strong});
    }
};

QString dayLabel(const QDate& date) {
    /*: A day and its month, in the signs of QDate::toString(). */
    return QLocale().toString(date, QCoreApplication::translate("ChartScale", "d MMM"));
}

/// Each day begins its marks anew: a day on which clocks are changed is an hour longer or shorter.
void markWithinDays(Marks& marks, qint64 step) {
    const QString format = step < secondMs   ? QStringLiteral("HH:mm:ss.zzz")
                           : step < minuteMs ? QStringLiteral("HH:mm:ss")
                                             : QStringLiteral("HH:mm");
    const qint64 begin = millisecondsOf(marks.range.begin);
    const qint64 end = millisecondsOf(marks.range.end);
    QDate day = dateTime(begin, marks.display).date();
    for (; midnight(day, marks.display).toMSecsSinceEpoch() <= end; day = day.addDays(1)) {
        const qint64 from = midnight(day, marks.display).toMSecsSinceEpoch();
        const qint64 to = std::min(end, midnight(day.addDays(1), marks.display).toMSecsSinceEpoch() - 1);
        const qint64 first = begin <= from ? from : from + (begin - from) / step * step;
        for (qint64 at = first; at <= to; at += step) {
            const QDateTime time = dateTime(at, marks.display);
            marks.add(time, at == from ? dayLabel(day) : time.toString(format), at == from);
        }
    }
}

void markDays(Marks& marks, int step) {
    QDate day = dateTime(millisecondsOf(marks.range.begin), marks.display).date();
    const qint64 end = millisecondsOf(marks.range.end);
    for (; midnight(day, marks.display).toMSecsSinceEpoch() <= end; day = day.addDays(1)) {
        if ((day.day() - 1) % step == 0 && (step == 1 || day.day() <= 30 - step / 2))
            marks.add(midnight(day, marks.display), dayLabel(day), day.day() == 1);
    }
}

void markMonths(Marks& marks, int step) {
    QDate month = dateTime(millisecondsOf(marks.range.begin), marks.display).date();
    month.setDate(month.year(), (month.month() - 1) / step * step + 1, 1);
    const qint64 end = millisecondsOf(marks.range.end);
    for (; midnight(month, marks.display).toMSecsSinceEpoch() <= end; month = month.addMonths(step)) {
        const bool january = month.month() == 1;
        marks.add(midnight(month, marks.display),
                  QLocale().toString(month, january ? QStringLiteral("yyyy") : QStringLiteral("MMM")), january);
    }
}

void markYears(Marks& marks, int step) {
    const int first = dateTime(millisecondsOf(marks.range.begin), marks.display).date().year();
    const int last = dateTime(millisecondsOf(marks.range.end), marks.display).date().year();
    for (int year = first - first % step; year <= last; year += step)
        marks.add(midnight(QDate(year, 1, 1), marks.display), QString::number(year), true);
}

} // namespace

ValueScale valueScale(double least, double greatest, int most) {
    if (greatest <= least) { // one value: it stands in the middle
        const double room = least == 0 ? 1 : std::abs(least) * 0.1;
        least -= room;
        greatest += room;
    }
    ValueScale scale;
    scale.step = niceStep((greatest - least) / std::max(1, most - 1));
    scale.low = std::floor(least / scale.step) * scale.step;
    scale.high = std::ceil(greatest / scale.step) * scale.step;
    const auto steps = static_cast<int>(std::lround((scale.high - scale.low) / scale.step));
    for (int i = 0; i <= steps; ++i) {
        const double at = scale.low + i * scale.step;
        scale.ticks.push_back({at, valueText(std::abs(at) < scale.step / 1e6 ? 0 : at, scale.step), false});
    }
    return scale;
}

QString valueText(double value, double step) {
    constexpr double largest = 1e9;
    constexpr double smallest = 1e-6;
    if (std::abs(value) >= largest || (value != 0 && std::abs(value) < smallest && step < smallest))
        return realText(value);
    const int decimals = decimalsOf(step);
    const QString text = QString::number(std::abs(value), 'f', decimals);
    const qsizetype point = decimals > 0 ? text.indexOf(QLatin1Char('.')) : text.size();
    const QString whole = groupedNumber(text.first(point).toLongLong());
    const bool negative = value < 0 && text.toDouble() != 0;
    return (negative ? QStringLiteral("−") : QString()) + whole
           + (decimals > 0 ? QLocale().decimalPoint() + text.sliced(point + 1) : QString());
}

std::vector<ChartTick> timeTicks(TimeRange range, int most, TimeDisplay display) {
    Marks marks{range, display};
    if (range.isEmpty() || most < 1)
        return {};
    const qint64 least = std::max<qint64>(1, (millisecondsOf(range.end) - millisecondsOf(range.begin)) / most);
    const auto reaches = [least](qint64 step) { return step >= least; };
    if (const auto step = std::ranges::find_if(shortSteps, reaches); step != shortSteps.end()) {
        markWithinDays(marks, *step);
        return std::move(marks.ticks);
    }
    const auto daysReach = [least](int step) { return step * dayMs >= least; };
    const auto monthsReach = [least](int step) { return step * 30 * dayMs >= least; };
    if (const auto step = std::ranges::find_if(daySteps, daysReach); step != daySteps.end()) {
        markDays(marks, *step);
    } else if (const auto months = std::ranges::find_if(monthSteps, monthsReach); months != monthSteps.end()) {
        markMonths(marks, *months);
    } else {
        markYears(marks, static_cast<int>(std::max(1.0, niceStep(static_cast<double>(least) / (365.0 * dayMs)))));
    }
    return std::move(marks.ticks);
}

} // namespace portolan
