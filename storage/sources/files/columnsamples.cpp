#include "storage/sources/files/columnsamples.h"

#include <QByteArrayList>
#include <QSet>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr qsizetype longestSensorName = 100;
constexpr qint64 leastRowsOfSensor = 4;  ///< on the average
constexpr double leastUnixSeconds = 1e8; ///< in 1973: what a number must be whose column is only about a time
constexpr int noRank = 4;

Error askedBack(const QString& text) {
    return Error{ErrorCode::Usage, text};
}

/// The words of a name, in lower case, without what stands before and after them: "%time" is "time".
QByteArrayList nameWords(const QByteArray& name) {
    QByteArray text;
    char before = ' ';
    for (const char c : name) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        const bool isWord =
            isUpper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (isUpper && before >= 'a' && before <= 'z')
            text += ' ';
        text += isWord ? c : ' ';
        before = c;
    }
    return text.toLower().simplified().split(' ');
}

bool isNumeric(QByteArrayView text) {
    NumberEvidence evidence;
    look(evidence, text);
    return evidence.numbers == 1;
}

/// A number that is a time if it is anything: of 1973 or later as Unix time, or of these centuries as Julian days.
bool isTimeNumber(QByteArrayView text) {
    const auto point = plainNumber(text, {'.', false});
    const auto number = point ? point : plainNumber(text, {',', false});
    const double value = number ? number->toDouble() : 0;
    return value >= leastUnixSeconds || (value >= 2'378'496.5 && value < 2'500'000);
}

bool isClockDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Its name says that it is a time of day, if it is a time at all.
bool isClockName(const QByteArray& name) {
    static const QSet<QByteArray> names{"time",  "zeit",  "uhrzeit",    "clock",      "time of day", "tod",
                                        "hhmm",  "hms",   "hhmmss",     "hh mm",      "hh mm ss",    "hour",
                                        "hours", "hr",    "hrs",        "stunde",     "stunden",     "std",
                                        "heure", "hora",  "local time", "time local", "start time",  "time start",
                                        "begin", "start", "time utc",   "utc time",   "utc"};
    return names.contains(nameWords(name).join(' '));
}

bool isMinuteName(const QByteArray& name) {
    static const QSet<QByteArray> names{"minute", "minutes", "min", "mins", "mm", "minuten"};
    return names.contains(nameWords(name).join(' '));
}

bool isWrittenTime(QByteArrayView text) {
    const QByteArrayView texts[]{text};
    return timeFormOf({}, texts).form.has_value();
}

} // namespace

ColumnSamples::ColumnSamples(std::vector<QByteArray> names, std::span<const CsvRow> rows, char separator,
                             DialectWishes wishes)
    : m_rows(rows)
    , m_separator(separator)
    , m_wishes(wishes) {
    for (QByteArray& name : names)
        m_columns.push_back({std::move(name), {}, {}});
    for (const CsvRow& row : rows) {
        if (!row.mistake.isEmpty())
            continue;
        for (std::size_t i = 0; i < std::min(m_columns.size(), row.cells.size()); ++i) {
            const QByteArrayView text = QByteArrayView(row.cells[i]).trimmed();
            if (isMissingValue(text))
                continue;
            m_columns[i].texts.push_back(text);
            look(m_columns[i].numbers, text);
        }
    }
}

bool ColumnSamples::areNumbers(std::size_t column) const {
    const NumberEvidence& numbers = m_columns[column].numbers;
    return numbers.numbers >= 9 * numbers.texts;
}

bool ColumnSamples::areClocks(std::size_t column) const {
    const auto& texts = m_columns[column].texts;
    return !texts.empty() && std::ranges::count_if(texts, isBareClock) * 2 >= std::ssize(texts);
}

bool ColumnSamples::hasOther(std::size_t column, bool (ColumnSamples::*is)(std::size_t) const) const {
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i != column && (this->*is)(i))
            return true;
    }
    return false;
}

bool ColumnSamples::areDayClocks(std::size_t column) const {
    const auto& texts = m_columns[column].texts;
    return !texts.empty() && std::ranges::count_if(texts, isDayClock) * 10 >= std::ssize(texts) * 9
           && hasOther(column, &ColumnSamples::areDates);
}

/// Its times are dates alone, or all of them midnights.
bool ColumnSamples::areDates(std::size_t column) const {
    const auto& texts = m_columns[column].texts;
    if (!areWrittenTimes(column) && (areClocks(column) || guess(column).form != TimeForm::ExcelDays))
        return false;
    const auto form = guess(column).form;
    return form && std::ranges::all_of(texts, [&](QByteArrayView text) {
               const auto time = readTime(text, *form);
               return !time || *time == std::chrono::floor<std::chrono::days>(*time);
           });
}

ClockForm ColumnSamples::clockForm(std::size_t column) const {
    const auto form = areNumbers(column) ? numericClockForm(m_columns[column].texts) : std::nullopt;
    return form.value_or(ClockForm::Written);
}

TimeFormGuess ColumnSamples::guess(std::size_t column) const {
    if (m_wishes.times && *m_wishes.times != TimeForm::DayFirst && *m_wishes.times != TimeForm::MonthFirst)
        return {m_wishes.times, false};
    const Column& of = m_columns[column];
    if (of.numbers.comma == 0)
        return timeFormOf(of.name, of.texts, m_wishes.times);
    // 1392388200,5
    std::vector<QByteArray> plain;
    for (const QByteArrayView text : of.texts)
        plain.push_back(plainNumber(text, {',', true}).value_or(text.toByteArray()));
    const std::vector<QByteArrayView> views(plain.begin(), plain.end());
    return timeFormOf(of.name, views, m_wishes.times);
}

Result<TimeForm> ColumnSamples::timeForm(std::size_t column) const {
    const TimeFormGuess found = guess(column);
    if (found.isAmbiguous)
        return askedBack(
            QStringLiteral("The dates of the column \"%1\" can be read in two ways, as in %2. Say which: "
                           "--times dmy (day first) or --times mdy (month first).")
                .arg(QString::fromUtf8(m_columns[column].name), QString::fromUtf8(m_columns[column].texts.front())));
    return found.form.value_or(m_wishes.times.value_or(TimeForm::Plain));
}

Result<NumberForm> ColumnSamples::numberForm(std::size_t column) const {
    const NumberEvidence& own = m_columns[column].numbers;
    if (m_wishes.decimal)
        return NumberForm{*m_wishes.decimal, true};
    if (own.comma > own.point)
        return NumberForm{',', own.grouped + own.ambiguousPoint > 0};
    if (own.point > 0)
        return NumberForm{'.', own.grouped + own.ambiguousComma > 0};
    const auto any = [this](qint64 NumberEvidence::*what) {
        return std::ranges::any_of(m_columns, [&](const Column& each) { return each.numbers.*what > 0; });
    };
    const bool hasComma = any(&NumberEvidence::comma);
    const bool hasPoint = any(&NumberEvidence::point);
    const bool isAmbiguous = own.ambiguousComma > 0 || own.ambiguousPoint > 0;
    if (!isAmbiguous || hasComma != hasPoint) {
        const bool isComma = hasComma && !hasPoint;
        const qint64 marked = own.grouped + (isComma ? own.ambiguousPoint : own.ambiguousComma);
        return NumberForm{isComma ? ',' : '.', marked > 0};
    }
    if (!hasComma && own.ambiguousComma == 0 && m_separator == ',') // where commas part cells a point is decimal
        return NumberForm();
    const QByteArrayView text = *ambiguousNumber(column);
    const auto readBy = [&](char decimal) { return QString::fromUtf8(*plainNumber(text, {decimal, true})); };
    return askedBack(
        QStringLiteral("The numbers of the column \"%1\" can be read in two ways, as in %2. Say which: "
                       "--decimal comma (it is %3) or --decimal point (%4).")
            .arg(QString::fromUtf8(m_columns[column].name), QString::fromUtf8(text), readBy(','), readBy('.')));
}

bool ColumnSamples::areFormless(std::size_t column) const {
    const NumberEvidence& own = m_columns[column].numbers;
    if (m_wishes.decimal || own.comma > 0 || own.point > 0)
        return false;
    const auto any = [this](qint64 NumberEvidence::*what) {
        return std::ranges::any_of(m_columns, [&](const Column& each) { return each.numbers.*what > 0; });
    };
    return any(&NumberEvidence::comma) == any(&NumberEvidence::point);
}

std::optional<QByteArrayView> ColumnSamples::ambiguousNumber(std::size_t column) const {
    const auto isAmbiguous = [](QByteArrayView text) {
        NumberEvidence evidence;
        look(evidence, text);
        return evidence.ambiguousComma + evidence.ambiguousPoint > 0;
    };
    const auto& texts = m_columns[column].texts;
    const auto found = std::ranges::find_if(texts, isAmbiguous);
    return found == texts.end() ? std::nullopt : std::optional(*found);
}

bool ColumnSamples::areWrittenTimes(std::size_t column) const {
    if (isEmpty(column) || areClocks(column))
        return false;
    const auto form = guess(column).form;
    return form && (!areNumbers(column) || form == TimeForm::Compact);
}

/// Returns how much a column's name says that it is the time: 0 most, noRank nothing.
int ColumnSamples::rankOf(std::size_t column) const {
    static const QSet<QByteArray> names{"time",      "timestamp",   "datetime", "date",     "ts",   "zeit",     "datum",
                                        "date time", "zeitstempel", "epoch",    "unixtime", "unix", "unix time"};
    static const QSet<QByteArray> parts{"time", "timestamp", "datetime", "date", "stamp", "zeit", "datum"};
    static const QSet<QByteArray> spans{"year", "jahr", "month", "monat", "day", "tag", "jd", "julian"};
    const QByteArrayList words = nameWords(m_columns[column].name);
    const QByteArray whole = words.join(' ');
    static const QSet<QByteArray> units{"s", "sec", "ms", "us", "ns", "utc", "gmt"};
    const bool hasUnit = words.size() == 2 && units.contains(words.back());
    if (names.contains(whole) || (hasUnit && names.contains(words.front())))
        return 0;
    if (whole == "t" || (hasUnit && words.front() == "t"))
        return 2;
    const bool isNumber = std::ranges::all_of(whole, [](char c) { return c >= '0' && c <= '9'; }); // it has no name
    if (isNumber || std::ranges::any_of(words, [](const QByteArray& word) { return parts.contains(word); }))
        return 1;
    return std::ranges::any_of(words, [](const QByteArray& word) { return spans.contains(word); }) ? 3 : noRank;
}

bool ColumnSamples::mayBeTime(std::size_t column, int rank) const {
    if (isEmpty(column) || areClocks(column) || areDayClocks(column))
        return false;
    if (areWrittenTimes(column))
        return true;
    if (!areNumbers(column))
        return false;
    const auto form = guess(column).form;
    // 101112 beside dates.
    if (rank < noRank && guess(column).isDoubtful && hasOther(column, &ColumnSamples::areDates))
        return false;
    if (rank == 0 || rank == 2)
        return form.has_value();
    if (rank == 1)
        return (form != TimeForm::Plain && form != TimeForm::Year && form != TimeForm::ExcelDays)
               || std::ranges::all_of(m_columns[column].texts, [](QByteArrayView text) { return isTimeNumber(text); });
    return rank == 3 && (form == TimeForm::Year || form == TimeForm::JulianDays || form == TimeForm::ExcelDays);
}

std::optional<std::size_t> ColumnSamples::findTime() const {
    for (int rank = 0; rank <= noRank; ++rank) {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (rankOf(i) == rank && mayBeTime(i, rank))
                return areDates(i) ? exactOf(i).value_or(i) : i;
        }
    }
    return std::nullopt;
}

/// The column that has the days of these dates with their times of day.
std::optional<std::size_t> ColumnSamples::exactOf(std::size_t date) const {
    using namespace std::chrono;
    const auto dates = guess(date).form;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i == date || rankOf(i) > 1 || !areWrittenTimes(i) || areDates(i) || areDayClocks(i))
            continue;
        const auto times = guess(i).form;
        qint64 rows = 0;
        qint64 same = 0;
        for (const CsvRow& row : m_rows) {
            if (!row.mistake.isEmpty() || row.cells.size() <= std::max(i, date))
                continue;
            const auto day = readTime(row.cells[date], *dates);
            const auto time = readTime(row.cells[i], *times);
            rows += day && time ? 1 : 0;
            same += day && time && floor<days>(*time) == *day ? 1 : 0;
        }
        if (rows > 0 && same * 10 >= rows * 9)
            return i;
    }
    return std::nullopt;
}

Error ColumnSamples::notUnderstood(std::size_t date, std::size_t clock) const {
    return askedBack(
        QStringLiteral("The column \"%1\" beside the dates of \"%2\" looks like their time of day and is not "
                       "understood, as in %3. Say what it is: --columns 'date=%2,time=%1,value=*' takes it (rows whose "
                       "time is not read are rejected), --columns 'time=%2,value=COLUMN' takes the dates alone.")
            .arg(QString::fromUtf8(name(clock)), QString::fromUtf8(name(date)),
                 QString::fromUtf8(m_columns[clock].texts.front().first(
                     std::min<qsizetype>(m_columns[clock].texts.front().size(), 40)))));
}

Result<std::optional<std::size_t>> ColumnSamples::findClock(std::size_t date) const {
    if (!areDates(date))
        return std::optional<std::size_t>();
    const auto areThey = [&](std::size_t i) { return i != date && (areClocks(i) || areDayClocks(i)); };
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (isClockName(name(i)) && areThey(i))
            return std::optional(i);
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i == date || isEmpty(i) || !isClockName(name(i)) || areWrittenTimes(i))
            continue;
        if (areNumbers(i) && areFigureClocks(i))
            return std::optional(i);
        const auto& texts = m_columns[i].texts;
        const auto begun = std::ranges::count_if(texts, [](QByteArrayView text) { return isClockDigit(text.front()); });
        if (areNumbers(i) || begun * 2 >= std::ssize(texts))
            return notUnderstood(date, i);
    }
    for (const int most : {1, noRank}) {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (rankOf(i) <= most && areThey(i))
                return std::optional(i);
        }
    }
    return std::optional<std::size_t>();
}

/// Its numbers are times of day: 101112, 1011, or hours, where it is called so and no other column has the minutes.
bool ColumnSamples::areFigureClocks(std::size_t column) const {
    const auto form = numericClockForm(m_columns[column].texts);
    if (form != ClockForm::Hours)
        return form.has_value();
    const QByteArray first = nameWords(name(column)).front();
    return (first.startsWith('h') || first.startsWith("st"))
           && std::ranges::none_of(m_columns, [](const Column& each) { return isMinuteName(each.name); });
}

std::optional<std::size_t> ColumnSamples::findSensor(std::size_t time, std::optional<std::size_t> clock) const {
    const auto timeOf = [&](const CsvRow& row) { return row.cells[time] + '\n' + (clock ? row.cells[*clock] : ""); };
    const auto isWhole = [this](const CsvRow& row) {
        return row.mistake.isEmpty() && row.cells.size() >= m_columns.size();
    };
    QSet<QByteArray> times;
    qint64 rows = 0;
    for (const CsvRow& row : m_rows) {
        if (!isWhole(row))
            continue;
        times.insert(timeOf(row));
        ++rows;
    }
    if (times.size() == rows)
        return std::nullopt;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i == time || i == clock || areNumbers(i) || areWrittenTimes(i) || std::ssize(m_columns[i].texts) < rows)
            continue;
        QSet<QByteArray> places;
        QSet<QByteArray> sensors;
        for (const CsvRow& row : m_rows) {
            if (!isWhole(row) || row.cells[i].size() > longestSensorName)
                continue;
            places.insert(timeOf(row) + '\n' + row.cells[i]);
            sensors.insert(row.cells[i]);
        }
        if (places.size() == rows && sensors.size() * leastRowsOfSensor <= rows)
            return i;
    }
    return std::nullopt;
}

std::vector<std::size_t> ColumnSamples::findValues(const SeriesColumns& others) const {
    std::vector<std::size_t> values;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const bool isOther = i == others.time || i == others.clock || i == others.sensor;
        if (!isOther && !m_columns[i].name.isEmpty() && areNumbers(i))
            values.push_back(i);
    }
    return values;
}

bool isDataRow(const CsvRow& first, std::span<const CsvRow> others) {
    constexpr std::size_t compared = 50;
    const auto kindOf = [](QByteArrayView cell) {
        const QByteArrayView text = cell.trimmed();
        return isMissingValue(text)                     ? 'e'
               : isNumeric(text)                        ? (isTimeNumber(text) ? 't' : 'n')
               : isWrittenTime(text) || readClock(text) ? 't'
                                                        : 'w';
    };
    bool hasTime = false;
    bool hasWord = false;
    for (std::size_t i = 0; i < first.cells.size(); ++i) {
        const char kind = kindOf(first.cells[i]);
        hasWord = hasWord || kind == 'w';
        if (kind == 'n' || kind == 'e')
            continue;
        std::size_t times = 0;
        std::size_t numbers = 0;
        std::size_t words = 0;
        for (const CsvRow& row : others.first(std::min(others.size(), compared))) {
            const char below = i < row.cells.size() ? kindOf(row.cells[i]) : 'e';
            times += below == 't' ? 1 : 0;
            numbers += below == 'n' ? 1 : 0;
            words += below == 'w' ? 1 : 0;
        }
        // A word above numbers or times is a name.
        if (kind == 'w' && (others.empty() || times + numbers > words))
            return false;
        hasTime = hasTime || (kind == 't' && (others.empty() || times > words));
    }
    return hasTime || (!hasWord && first.cells.size() > 1);
}

} // namespace portolan
