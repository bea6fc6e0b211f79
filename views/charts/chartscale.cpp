#include "views/charts/chartscale.h"

#include "storage/base/numbertext.h"
#include "storage/series/samplesum.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <array>
#include <cmath>
#include <limits>

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

/// A whole number times a power of ten: exact, however large or small.
struct Decimal {
    qint64 number = 0;
    int exponent = 0;

    [[nodiscard]] double value() const {
        return numberIn(QByteArray::number(number) + 'e' + QByteArray::number(exponent)).value_or(0);
    }
};

/// 1, 2 or 5 times a power of ten, and not less than `rough`, but for what a double's last digit makes of it.
Decimal niceStep(double rough) {
    const int exponent = static_cast<int>(std::floor(std::log10(rough)));
    const double share = rough / Decimal{1, exponent}.value();
    return share <= 1   ? Decimal{1, exponent}
           : share <= 2 ? Decimal{2, exponent}
           : share <= 5 ? Decimal{5, exponent}
                        : Decimal{1, exponent + 1};
}

/// The notation of the marks of one scale.
struct Notation {
    bool hasExponent = false;

    static Notation of(Decimal low, Decimal high) {
        constexpr double firstLong = 1e9;     // written out, it takes more room than with an exponent
        constexpr double firstTooLong = 1e15; // as numberText()
        constexpr double firstShort = 1e-6;
        constexpr qsizetype fewDigits = 4;
        const double size = std::max(std::abs(low.value()), std::abs(high.value()));
        qsizetype digits = 0;
        for (const qint64 number : {low.number, high.number, high.number - (high.number - low.number) / 2})
            digits = std::max(digits, significant(number).size());
        return {size >= firstTooLong || size < firstShort || (size >= firstLong && digits <= fewDigits)};
    }

    /// Without zeros at its end, of which a power of ten makes up.
    static QByteArray significant(qint64 number) {
        QByteArray digits = QByteArray::number(std::abs(number));
        while (digits.size() > 1 && digits.endsWith('0'))
            digits.chop(1);
        return digits;
    }

    [[nodiscard]] QString textOf(Decimal mark) const {
        const QString sign = mark.number < 0 ? QStringLiteral("−") : QString();
        QByteArray digits = QByteArray::number(std::abs(mark.number));
        if (mark.number == 0 && hasExponent)
            return QStringLiteral("0");
        if (hasExponent) {
            const auto exponent = mark.exponent + digits.size() - 1;
            digits = significant(mark.number);
            return sign + QLatin1Char(digits.front())
                   + (digits.size() > 1 ? QLocale().decimalPoint() + QLatin1String(digits.sliced(1)) : QString())
                   + (exponent < 0 ? QStringLiteral("e-") : QStringLiteral("e+"))
                   + QString::number(std::abs(exponent)).rightJustified(2, u'0');
        }
        if (mark.exponent >= 0)
            return sign + groupedNumber((digits + QByteArray(mark.exponent, '0')).toLongLong());
        digits = digits.rightJustified(1 - mark.exponent, '0');
        return sign + groupedNumber(digits.chopped(-mark.exponent).toLongLong()) + QLocale().decimalPoint()
               + QLatin1String(digits.last(-mark.exponent));
    }
};

/// Limits a value to what a scale can show: samples are within, and closer together they are one value.
double drawable(double value) {
    return std::isnan(value) ? 0 : std::clamp(value, -greatestSample, greatestSample);
}
constexpr double leastSpan = 1e-290;

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

/// Begins the marks again at each day: a day on which clocks are changed is an hour longer or shorter. Where clocks are
/// set back the next mark says its zone, so that the hour that comes twice reads differently.
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
            const bool isTurned =
                at > first && time.offsetFromUtc() < dateTime(at - step, marks.display).offsetFromUtc();
            const QString zone = isTurned ? u' ' + time.timeZoneAbbreviation() : QString();
            marks.add(time, (at == from ? dayLabel(day) : time.toString(format)) + zone, at == from);
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
    least = drawable(least);
    greatest = drawable(greatest);
    if (greatest <= least) { // one value: it stands in the middle
        const double room = least == 0 ? 1 : std::abs(least) * 0.1;
        least -= room;
        greatest += room;
    }
    const double size = std::max(std::abs(least), std::abs(greatest));
    const double lastDigit = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
    const int spaces = std::max(1, most - 1);
    const Decimal step = niceStep(std::max({(greatest - least) / spaces, 2 * lastDigit, leastSpan}));
    const double wide = step.value();
    const auto mark = [&](qint64 number) { return Decimal{number * step.number, step.exponent}; };
    auto first = static_cast<qint64>(std::floor(least / wide));
    auto last = static_cast<qint64>(std::ceil(greatest / wide));
    while (mark(first).value() > least)
        --first;
    while (mark(last).value() < greatest)
        ++last;
    const Notation notation = Notation::of(mark(first), mark(last));
    ValueScale scale{mark(first).value(), mark(last).value(), wide, {}};
    for (qint64 number = first; number <= last; ++number)
        scale.ticks.push_back({mark(number).value(), notation.textOf(mark(number)), false});
    return scale;
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
        const Decimal years = niceStep(static_cast<double>(least) / (365.0 * dayMs));
        markYears(marks, static_cast<int>(std::max(1.0, years.value())));
    }
    return std::move(marks.ticks);
}

} // namespace portolan
