#include "storage/base/timeforms.h"

#include <QByteArrayList>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <vector>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr double firstMicroseconds = 1e14;           ///< as milliseconds beyond the year 5138
constexpr double firstNanoseconds = 1e17;            ///< as microseconds beyond the year 5138
constexpr double firstUnixSecond = 1e8;              ///< of a time that is likely: in 1973
constexpr double firstOfOtherEpochs = 3'313'526'400; ///< 2075-01-01
constexpr double afterUnixSeconds = 4'102'444'800;   ///< 2100-01-01
constexpr seconds macBegin(978'307'200);             ///< 2001-01-01
constexpr seconds webKitBegin(-11'644'473'600);      ///< 1601-01-01
constexpr seconds ticksBegin(-62'135'596'800);       ///< 0001-01-01
constexpr qint64 excelDayOf1970 = 25'569;            ///< counted from 1899-12-30

bool isTimeDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isTimeLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes the parts of a written time from the front of a text.
class TimeText {
public:
    explicit TimeText(QByteArrayView text) : m_rest(text.trimmed()) {}

    [[nodiscard]] bool atEnd() const { return m_rest.isEmpty(); }
    [[nodiscard]] char peek() const { return m_rest.isEmpty() ? '\0' : m_rest.front(); }
    bool take(char c) {
        if (m_rest.isEmpty() || m_rest.front() != c)
            return false;
        m_rest = m_rest.sliced(1);
        return true;
    }
    /// Takes the next character if it is one of these; NUL: it is none.
    char takeOneOf(QByteArrayView chars) {
        const char c = peek();
        if (c == '\0' || !chars.contains(c))
            return '\0';
        m_rest = m_rest.sliced(1);
        return c;
    }
    /// Passes over blanks. Returns true when there were some.
    bool skipBlanks() {
        const qsizetype before = m_rest.size();
        while (take(' ') || take('\t')) {
        }
        return m_rest.size() != before;
    }
    std::optional<int> digits(int least, int most) {
        int value = 0;
        int count = 0;
        while (count < most && count < m_rest.size() && isTimeDigit(m_rest[count]))
            value = value * 10 + (m_rest[count++] - '0');
        if (count < least)
            return std::nullopt;
        m_rest = m_rest.sliced(count);
        return value;
    }
    [[nodiscard]] bool takeWord(QByteArrayView upper) {
        if (m_rest.size() < upper.size() || m_rest.first(upper.size()).toByteArray().toUpper() != upper)
            return false;
        if (m_rest.size() > upper.size() && isTimeLetter(m_rest[upper.size()]))
            return false;
        m_rest = m_rest.sliced(upper.size());
        return true;
    }
    [[nodiscard]] QByteArrayView rest() const { return m_rest; }

private:
    QByteArrayView m_rest;
};

std::optional<microseconds> fractionAt(TimeText& text) {
    qint64 micros = 0;
    int count = 0;
    for (; count < 9 && isTimeDigit(text.peek()); ++count) {
        const int digit = *text.digits(1, 1);
        if (count < 6)
            micros = micros * 10 + digit;
    }
    for (int i = count; i < 6; ++i)
        micros *= 10;
    return count > 0 && !isTimeDigit(text.peek()) ? std::optional(microseconds(micros)) : std::nullopt;
}

/// Reads hours, minutes and, where they follow, seconds, fraction and AM or PM.
std::optional<microseconds> clockAt(TimeText& text, bool hasColons) {
    const auto hour = text.digits(hasColons ? 1 : 2, 2);
    if (!hour || *hour > 24 || (hasColons && !text.take(':')))
        return std::nullopt;
    const auto minute = text.digits(2, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    microseconds time = hours(*hour) + minutes(*minute);
    if (hasColons ? text.take(':') : isTimeDigit(text.peek())) {
        const auto second = text.digits(2, 2);
        if (!second || *second > 59)
            return std::nullopt;
        time += seconds(*second);
        if (text.takeOneOf(".,") != '\0') {
            const auto part = fractionAt(text);
            if (!part)
                return std::nullopt;
            time += *part;
        }
    }
    if (time > hours(24)) // 24:00 itself is the next day's midnight
        return std::nullopt;
    text.skipBlanks();
    const bool isMorning = text.takeWord("AM");
    if (isMorning || text.takeWord("PM")) {
        if (*hour == 0 || *hour > 12)
            return std::nullopt;
        time += hours(isMorning ? (*hour == 12 ? -12 : 0) : (*hour == 12 ? 0 : 12));
        text.skipBlanks();
    }
    return time;
}

/// Reads the rest: nothing, Z, UTC, GMT or ±hh[[:]mm], which may be followed by UTC.
std::optional<minutes> zoneAt(TimeText& text) {
    text.skipBlanks();
    const char sign = text.takeOneOf("+-");
    minutes offset{0};
    if (sign != '\0') {
        const auto hour = text.digits(2, 2);
        if (!hour || *hour > 15)
            return std::nullopt;
        offset = hours(*hour);
        const bool hasColon = text.take(':');
        if (hasColon || isTimeDigit(text.peek())) {
            const auto minute = text.digits(2, 2);
            if (!minute || *minute > 59)
                return std::nullopt;
            offset += minutes(*minute);
        }
        text.skipBlanks();
    }
    if (!text.atEnd() && !text.takeWord("UTC") && !text.takeWord("GMT") && !(sign == '\0' && text.takeWord("Z")))
        return std::nullopt;
    return text.atEnd() ? std::optional(sign == '-' ? -offset : offset) : std::nullopt;
}

std::optional<Timestamp> midnightOf(int y, int m, int d) {
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
    return y > 0 && date.ok() ? std::optional(Timestamp(sys_days(date))) : std::nullopt;
}

/// Adds to a date the clock and the zone that may follow it.
std::optional<Timestamp> withClock(std::optional<Timestamp> date, TimeText& text, bool hasColons = true) {
    if (!date || text.atEnd())
        return date;
    bool isApart = text.take('T') || text.take('t') || text.take(',');
    isApart = text.skipBlanks() || isApart;
    if (!isApart && hasColons)
        return std::nullopt;
    const auto clock = clockAt(text, hasColons);
    const auto zone = clock ? zoneAt(text) : std::nullopt;
    return zone ? std::optional(*date + *clock - *zone) : std::nullopt;
}

std::optional<Timestamp> readYearFirst(TimeText text) {
    const auto y = text.digits(4, 4);
    const char mark = text.takeOneOf("-/.");
    const auto m = y && mark != '\0' ? text.digits(1, 2) : std::nullopt;
    const auto d = m && text.take(mark) ? text.digits(1, 2) : std::nullopt;
    return d ? withClock(midnightOf(*y, *m, *d), text) : std::nullopt;
}

/// Reads a date of two numbers before the year.
std::optional<Timestamp> readYearLast(TimeText text, bool isDayFirst) {
    const auto first = text.digits(1, 2);
    const char mark = first ? text.takeOneOf("-/.") : '\0';
    const auto second = mark != '\0' ? text.digits(1, 2) : std::nullopt;
    const auto y = second && text.take(mark) ? text.digits(4, 4) : std::nullopt;
    if (!y || isTimeDigit(text.peek()))
        return std::nullopt;
    return withClock(isDayFirst ? midnightOf(*y, *second, *first) : midnightOf(*y, *first, *second), text);
}

std::optional<Timestamp> readCompact(TimeText text) {
    const auto y = text.digits(4, 4);
    const auto m = y ? text.digits(2, 2) : std::nullopt;
    const auto d = m ? text.digits(2, 2) : std::nullopt;
    return d ? withClock(midnightOf(*y, *m, *d), text, false) : std::nullopt;
}

/// Returns 1 to 12; nothing for another word.
std::optional<int> monthNamed(QByteArrayView word) {
    static constexpr std::array<QByteArrayView, 12> names{"JANUARY",   "FEBRUARY", "MARCH",    "APRIL",
                                                          "MAY",       "JUNE",     "JULY",     "AUGUST",
                                                          "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER"};
    const QByteArray upper = word.toByteArray().toUpper();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool isShort = upper == names[i].first(3) || (i == 8 && upper == "SEPT");
        if (isShort || upper == names[i])
            return static_cast<int>(i) + 1;
    }
    return std::nullopt;
}

bool isWeekday(QByteArrayView word) {
    static constexpr std::array<QByteArrayView, 7> names{"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                                         "FRIDAY", "SATURDAY", "SUNDAY"};
    const QByteArray upper = word.toByteArray().toUpper();
    return upper.size() >= 3 && std::ranges::any_of(names, [&](QByteArrayView name) { return name.startsWith(upper); });
}

/// Reads a day, a month's name and a year in any order, and a clock anywhere after the month; a weekday is passed over.
std::optional<Timestamp> readMonthNamed(QByteArrayView text) {
    std::optional<int> y;
    std::optional<int> m;
    std::optional<int> d;
    QByteArray clock;
    QByteArray copy = text.trimmed().toByteArray();
    const qsizetype colon = copy.indexOf(':');
    for (qsizetype i = 0; i < (colon < 0 ? copy.size() : colon); ++i)
        copy[i] = QByteArrayView("-/,.").contains(copy[i]) ? ' ' : copy[i];
    const QByteArrayList words = copy.simplified().split(' ');
    for (const QByteArray& word : words) {
        const bool isNumber = std::ranges::all_of(word, isTimeDigit);
        if (isNumber && word.size() == 4 && !y)
            y = word.toInt();
        else if (word.contains(':') || !clock.isEmpty())
            clock += (clock.isEmpty() ? "" : " ") + word;
        else if (isNumber && word.size() <= 2 && !d)
            d = word.toInt();
        else if (const auto month = monthNamed(word); month && !m)
            m = month;
        else if (!isWeekday(word))
            return std::nullopt;
    }
    if (!y || !m)
        return std::nullopt;
    const auto date = midnightOf(*y, *m, d.value_or(1));
    if (clock.isEmpty() || !date)
        return date;
    TimeText rest(clock);
    const auto time = clockAt(rest, true);
    const auto zone = time ? zoneAt(rest) : std::nullopt;
    return zone ? std::optional(*date + *time - *zone) : std::nullopt;
}

/// Reads a number of units since 1970, `perSecond` of them in a second, exact to the microsecond.
std::optional<Timestamp> readUnits(QByteArrayView text, qint64 perSecond) {
    if (!isDecimalNumber(text))
        return std::nullopt;
    constexpr double lastSecond = 253402300799.0; // 9999-12-31T23:59:59Z
    double number = 0;
    const QByteArrayView unsignedText = text.startsWith('+') ? text.sliced(1) : text;
    std::from_chars(unsignedText.data(), unsignedText.data() + unsignedText.size(), number);
    if (!(std::abs(number) < 0x1p63) || std::abs(number) / static_cast<double>(perSecond) > lastSecond)
        return std::nullopt;
    if (unsignedText.contains('e') || unsignedText.contains('E'))
        return Timestamp(microseconds(std::llround(number / static_cast<double>(perSecond) * 1e6)));
    const bool isNegative = unsignedText.startsWith('-');
    const QByteArrayView digits = isNegative ? unsignedText.sliced(1) : unsignedText;
    const qsizetype point = digits.indexOf('.');
    const QByteArrayView whole = point < 0 ? digits : digits.first(point);
    QByteArray part =
        point < 0 ? QByteArray()
                  : digits.sliced(point + 1).first(std::min<qsizetype>(digits.size() - point - 1, 9)).toByteArray();
    while (part.size() < 9)
        part += '0';
    const qint64 units = whole.isEmpty() ? 0 : whole.toLongLong();
    const qint64 billionths = part.toLongLong();
    const qint64 micros = perSecond <= 1'000'000 ? units * (1'000'000 / perSecond) + billionths / (1'000 * perSecond)
                                                 : units / (perSecond / 1'000'000);
    return Timestamp(microseconds(isNegative ? -micros : micros));
}

std::optional<Timestamp> readJulian(QByteArrayView text) {
    constexpr qint64 epochDay = 2'440'587; // and a half: 1970-01-01 00:00:00
    constexpr double msPerDay = 86'400'000;
    if (!isDecimalNumber(text))
        return std::nullopt;
    const qsizetype point = text.indexOf('.');
    bool ok = false;
    const qint64 day = (point < 0 ? text : text.first(point)).toLongLong(&ok);
    if (!ok || day < 1'721'426 || day > 5'373'484)
        return std::nullopt;
    double part = 0;
    if (point >= 0)
        part = ("0" + text.sliced(point).toByteArray()).toDouble();
    const qint64 ms = std::llround((part - 0.5) * msPerDay);
    return Timestamp(milliseconds((day - epochDay) * static_cast<qint64>(msPerDay) + ms));
}

std::optional<Timestamp> readExcel(QByteArrayView text) {
    constexpr double lastDay = 2'958'466; // of 9999
    constexpr double msPerDay = 86'400'000;
    if (!isDecimalNumber(text))
        return std::nullopt;
    const double day = text.toByteArray().toDouble();
    if (day < 1 || day >= lastDay)
        return std::nullopt;
    return Timestamp(milliseconds(std::llround((day - static_cast<double>(excelDayOf1970)) * msPerDay)));
}

/// Reads a number of units since `begin`, `perSecond` of them in a second.
std::optional<Timestamp> readSince(QByteArrayView text, qint64 perSecond, seconds begin) {
    const auto time = readUnits(text, perSecond);
    const bool isTime = time && *time + begin >= sys_days(year(1) / January / 1)
                        && *time + begin < sys_days(year(10'000) / January / 1);
    return isTime ? std::optional(*time + begin) : std::nullopt;
}

std::optional<Timestamp> readPlain(QByteArrayView text) {
    if (const auto time = parseIsoTime(text))
        return time;
    double number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && rest == text.data() + text.size())
        return fromUnixNumber(number);
    return text.contains("24:") ? readYearFirst(TimeText(text)) : std::nullopt;
}

/// Finds the unit at the end of a column's name: "t_ms", "time [ns]", "stamp(us)".
std::optional<TimeForm> unitNamed(QByteArrayView name) {
    QByteArray text = name.trimmed().toByteArray().toLower();
    while (text.endsWith(')') || text.endsWith(']'))
        text.chop(1);
    qsizetype at = text.size();
    while (at > 0 && (isTimeLetter(text[at - 1]) || static_cast<unsigned char>(text[at - 1]) >= 0x80))
        --at;
    const QByteArray unit = text.sliced(at);
    using enum TimeForm;
    static constexpr std::array<std::pair<const char*, TimeForm>, 8> units{{
        {"s sec secs seconds", Seconds},
        {"ms msec millis milliseconds", Milliseconds},
        {"us usec \u00b5s micros microseconds", Microseconds},
        {"ns nanoseconds", Nanoseconds},
        {"mac", MacSeconds},
        {"filetime", FileTime},
        {"ticks", Ticks},
        {"webkit", WebKit},
    }};
    const auto found =
        std::ranges::find_if(units, [&](const auto& each) { return QByteArray(each.first).split(' ').contains(unit); });
    return at > 0 && found != units.end() ? std::optional(found->second) : std::nullopt;
}

/// Returns true for a name of Core Data's tables (ZTIMESTAMP), which keep times as macOS does.
bool isCoreDataName(QByteArrayView name) {
    const auto isNamed = [](char c) { return (c >= 'A' && c <= 'Z') || isTimeDigit(c) || c == '_'; };
    return name.size() > 3 && name.front() == 'Z' && std::ranges::all_of(name, isNamed);
}

bool isYearName(QByteArrayView name) {
    const QByteArray text = name.trimmed().toByteArray().toLower();
    return text == "year" || text == "jahr" || text == "yr";
}

/// Returns true when nine of ten are.
template <class Is>
bool mostAre(std::span<const QByteArrayView> texts, Is is) {
    return std::ranges::count_if(texts, is) * 10 >= std::ssize(texts) * 9;
}

bool isCompactDate(QByteArrayView text) {
    if (text.size() != 8 && text.size() != 12 && text.size() < 14)
        return false;
    const auto time = readCompact(TimeText(text));
    return time && *time >= sys_days(year(1900) / January / 1) && *time < sys_days(year(2100) / January / 1);
}

TimeFormGuess recent(TimeForm form) {
    return {form, false, false, true};
}

/// Returns the number of units in a second, for seconds to nanoseconds.
double unitsInSecond(TimeForm unit) {
    return unit == TimeForm::Seconds        ? 1
           : unit == TimeForm::Milliseconds ? 1e3
           : unit == TimeForm::Microseconds ? 1e6
                                            : 1e9;
}

/// Picks the numbers that tell a form: all of them, where none but numbers for no time are there.
std::vector<QByteArrayView> tellingNumbers(std::span<const QByteArrayView> texts) {
    std::vector<QByteArrayView> telling;
    std::ranges::copy_if(texts, std::back_inserter(telling), [](QByteArrayView text) { return !isNoTime(text); });
    return telling.empty() ? std::vector(texts.begin(), texts.end()) : telling;
}

TimeFormGuess numericForm(QByteArrayView name, std::span<const QByteArrayView> texts) {
    const auto isYear = [](QByteArrayView text) { return text.size() == 4 && std::ranges::all_of(text, isTimeDigit); };
    if (isYearName(name) && mostAre(texts, isYear))
        return {TimeForm::Year};
    if (mostAre(texts, isCompactDate))
        return {TimeForm::Compact};
    std::vector<double> numbers;
    for (const QByteArrayView text : texts)
        numbers.push_back(text.toByteArray().toDouble());
    const auto isUnix = [](double number, double unit) {
        return std::abs(number) >= firstUnixSecond * unit && std::abs(number) < afterUnixSeconds * unit;
    };
    const auto mostUnix = [&](double unit) {
        return std::ranges::count_if(numbers, [&](double number) { return isUnix(number, unit); }) * 10
               >= std::ssize(numbers) * 9;
    };
    if (const auto unit = unitNamed(name))
        return {unit, false, false, *unit <= TimeForm::Nanoseconds && mostUnix(unitsInSecond(*unit))};
    const auto areIn = [&](double least, double before, bool mustAll) {
        const auto count =
            std::ranges::count_if(numbers, [&](double number) { return number >= least && number < before; });
        return mustAll ? count == std::ssize(numbers) : count * 10 >= std::ssize(numbers) * 9;
    };
    // As seconds since 1970 these would be one day of January 1970.
    const bool isNamedJulian = name.toByteArray().toLower().contains("julian") || name.toByteArray().toLower() == "jd";
    if (isNamedJulian || areIn(2'378'496.5, 2'500'000, false))
        return {TimeForm::JulianDays};
    const auto countedBy = [&](seconds begin, double perSecond, bool mustAll) {
        const auto first = -static_cast<double>(begin.count());
        return areIn((firstUnixSecond + first) * perSecond, (afterUnixSeconds + first) * perSecond, mustAll);
    };
    if (isCoreDataName(name) && countedBy(macBegin, 1, false))
        return recent(TimeForm::MacSeconds);
    // Seconds since 1900 (NTP) and 1904 (LabVIEW) of these decades would be of these years as Unix seconds.
    if (areIn(firstOfOtherEpochs, afterUnixSeconds, true))
        return {TimeForm::Plain, false, true};
    const auto plain =
        std::ranges::count_if(numbers, [&](double number) { return isUnix(number, 1) || isUnix(number, 1e3); });
    if (plain * 10 >= std::ssize(numbers) * 9)
        return recent(TimeForm::Plain);
    if (mostUnix(1e6))
        return recent(TimeForm::Microseconds);
    if (countedBy(webKitBegin, 1e6, true))
        return recent(TimeForm::WebKit);
    // As nanoseconds these would be all of a year before 1991, or of 1973 and 1974.
    if (countedBy(ticksBegin, 1e7, false))
        return recent(TimeForm::Ticks);
    if (countedBy(webKitBegin, 1e7, false))
        return recent(TimeForm::FileTime);
    if (mostUnix(1e9))
        return recent(TimeForm::Nanoseconds);
    constexpr double firstExcelDay = 26'724;  // 1973-03-01
    constexpr double afterExcelDays = 73'051; // 2100-01-01
    if (areIn(firstExcelDay, afterExcelDays, true))
        return {TimeForm::ExcelDays};
    if (std::ranges::all_of(texts, isYear) && areIn(1'800, 2'101, true))
        return {TimeForm::Year};
    const double most = std::abs(*std::ranges::max_element(numbers, {}, [](double each) { return std::abs(each); }));
    return {most >= firstNanoseconds    ? TimeForm::Nanoseconds
            : most >= firstMicroseconds ? TimeForm::Microseconds
                                        : TimeForm::Plain,
            false, true};
}

/// Guesses the order of day and month for texts that read both ways.
TimeFormGuess dayOrMonthFirst(std::span<const QByteArrayView> texts, std::optional<TimeForm> known) {
    const auto isDay = [](QByteArrayView text) { return readTime(text, TimeForm::DayFirst).has_value(); };
    const auto isMonth = [](QByteArrayView text) { return readTime(text, TimeForm::MonthFirst).has_value(); };
    const bool isDayFirst = mostAre(texts, isDay);
    const bool isMonthFirst = mostAre(texts, isMonth);
    if (!isDayFirst && !isMonthFirst)
        return {};
    if (known && (*known == TimeForm::DayFirst ? isDayFirst : isMonthFirst))
        return {known, false};
    const auto days = std::ranges::count_if(texts, isDay);
    const auto months = std::ranges::count_if(texts, isMonth);
    if (days != months)
        return {days > months ? TimeForm::DayFirst : TimeForm::MonthFirst, false};
    const bool hasPoints = mostAre(texts, [](QByteArrayView text) { return text.trimmed().first(3).contains('.'); });
    return {TimeForm::DayFirst, !hasPoints};
}

} // namespace

bool isNoTime(QByteArrayView text) {
    const QByteArrayView bare = text.trimmed();
    static constexpr std::array<QByteArrayView, 3> none{"-1", "9223372036854775807", "-9223372036854775808"};
    const bool isZero = isDecimalNumber(bare) && bare.toByteArray().toDouble() == 0;
    return isZero || std::ranges::find(none, bare) != none.end();
}

bool isDecimalNumber(QByteArrayView text) {
    const QByteArrayView rest = text.startsWith('+') ? text.sliced(1) : text;
    double number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const bool isWhole = error == std::errc() && end == rest.data() + rest.size();
    return isWhole && std::isfinite(number) && !(text.startsWith('+') && rest.startsWith('-'));
}

std::optional<microseconds> readClock(QByteArrayView text) {
    TimeText rest(text);
    const auto clock = clockAt(rest, true);
    return clock && rest.atEnd() ? clock : std::nullopt;
}

std::optional<Timestamp> parseDatabaseTime(QByteArrayView text) {
    if (text == "infinity")
        return endOfTime;
    if (text == "-infinity")
        return beginningOfTime;
    const auto far = farTimeOf(text);
    if (!far)
        return parseIsoTime(text);
    const auto near = parseIsoTime(far->near);
    constexpr qint64 mostCycles = endOfTime.time_since_epoch() / gregorianCycle;
    if (!near || std::abs(far->cycles) > mostCycles)
        return std::nullopt;
    const Timestamp time = *near + gregorianCycle * far->cycles;
    return time > beginningOfTime && time < endOfTime ? std::optional(time) : std::nullopt;
}

std::optional<Timestamp> readTime(QByteArrayView text, TimeForm form) {
    const QByteArrayView bare = text.trimmed();
    switch (form) {
    case TimeForm::Plain:
        return readPlain(bare);
    case TimeForm::Seconds:
        return readUnits(bare, 1);
    case TimeForm::Milliseconds:
        return readUnits(bare, 1'000);
    case TimeForm::Microseconds:
        return readUnits(bare, 1'000'000);
    case TimeForm::Nanoseconds:
        return readUnits(bare, 1'000'000'000);
    case TimeForm::WebKit:
        return readSince(bare, 1'000'000, webKitBegin);
    case TimeForm::FileTime:
        return readSince(bare, 10'000'000, webKitBegin);
    case TimeForm::MacSeconds:
        return readSince(bare, 1, macBegin);
    case TimeForm::Ticks:
        return readSince(bare, 10'000'000, ticksBegin);
    case TimeForm::JulianDays:
        return readJulian(bare);
    case TimeForm::ExcelDays:
        return readExcel(bare);
    case TimeForm::Compact:
        return readCompact(TimeText(bare));
    case TimeForm::Year: {
        TimeText rest(bare);
        const auto y = rest.digits(4, 4);
        return y && rest.atEnd() ? midnightOf(*y, 1, 1) : std::nullopt;
    }
    case TimeForm::YearFirst:
        return readYearFirst(TimeText(bare));
    case TimeForm::DayFirst:
        return readYearLast(TimeText(bare), true);
    case TimeForm::MonthFirst:
        return readYearLast(TimeText(bare), false);
    case TimeForm::MonthNamed:
        return readMonthNamed(bare);
    }
    Q_UNREACHABLE();
}

TimeFormGuess timeFormOf(QByteArrayView name, std::span<const QByteArrayView> texts, std::optional<TimeForm> dayOrder) {
    if (texts.empty())
        return {};
    if (mostAre(texts, [](QByteArrayView text) { return isDecimalNumber(text.trimmed()); }))
        return numericForm(name, tellingNumbers(texts));
    if (mostAre(texts, [](QByteArrayView text) { return parseIsoTime(text.trimmed()).has_value(); }))
        return {TimeForm::Plain, false};
    for (const TimeForm form : {TimeForm::Compact, TimeForm::YearFirst, TimeForm::MonthNamed}) {
        if (mostAre(texts, [form](QByteArrayView text) { return readTime(text, form).has_value(); }))
            return {form, false};
    }
    return dayOrMonthFirst(texts, dayOrder);
}

const char* timeFormText(TimeForm form) {
    static constexpr std::array<const char*, 17> texts{"ISO 8601, or Unix seconds or milliseconds",
                                                       "Unix seconds",
                                                       "Unix milliseconds",
                                                       "Unix microseconds",
                                                       "Unix nanoseconds",
                                                       "microseconds since 1601",
                                                       "Windows file times",
                                                       "seconds since 2001",
                                                       ".NET ticks",
                                                       "Julian days",
                                                       "Excel's serial days",
                                                       "YYYYMMDDTHHMMSS",
                                                       "years",
                                                       "YYYY/MM/DD",
                                                       "DD.MM.YYYY",
                                                       "MM/DD/YYYY",
                                                       "month names"};
    return texts[static_cast<std::size_t>(form)];
}

} // namespace portolan
