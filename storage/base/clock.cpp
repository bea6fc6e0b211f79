#include "storage/base/clock.h"

#include "storage/base/timeforms.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

void putTwoDigits(char* at, unsigned value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
}

/// "YYYY-MM-DD HH:MM:SS" of one second. Neighbours in a listing mostly share their day, and often their second.
class SecondText {
public:
    [[nodiscard]] const std::array<char, 19>& of(sys_seconds second) {
        if (second == m_second)
            return m_text;
        const auto day = floor<days>(second);
        if (day != m_day)
            putDay(day);
        const auto ofDay = static_cast<unsigned>((second - day).count());
        putTwoDigits(m_text.data() + 11, ofDay / 3600);
        putTwoDigits(m_text.data() + 14, ofDay / 60 % 60);
        putTwoDigits(m_text.data() + 17, ofDay % 60);
        m_second = second;
        return m_text;
    }

private:
    void putDay(sys_days day) {
        const year_month_day date{day};
        const auto year = static_cast<unsigned>(std::clamp(static_cast<int>(date.year()), 0, 9999));
        putTwoDigits(m_text.data(), year / 100);
        putTwoDigits(m_text.data() + 2, year % 100);
        putTwoDigits(m_text.data() + 5, static_cast<unsigned>(date.month()));
        putTwoDigits(m_text.data() + 8, static_cast<unsigned>(date.day()));
        m_day = day;
    }

    sys_days m_day{};
    sys_seconds m_second{};
    std::array<char, 19> m_text{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1',
                                ' ', '0', '0', ':', '0', '0', ':', '0', '0'};
};

/// Writes "YYYY-MM-DD?HH:MM:SS" into 19 characters; returns the microseconds that are left of the second.
unsigned putDateTime(char* out, Timestamp time, char between) {
    thread_local SecondText last;
    const auto second = floor<seconds>(time);
    std::ranges::copy(last.of(second), out);
    out[10] = between;
    return static_cast<unsigned>((time - second).count());
}

/// Takes digits from the front of a text.
class Reader {
public:
    explicit Reader(QByteArrayView text) : m_rest(text) {}
    bool atEnd() const { return m_rest.isEmpty(); }
    char peek() const { return m_rest.isEmpty() ? '\0' : m_rest.front(); }
    bool take(char c) {
        if (peek() != c || atEnd())
            return false;
        m_rest = m_rest.sliced(1);
        return true;
    }
    std::optional<int> number(int digits) {
        if (m_rest.size() < digits)
            return std::nullopt;
        int value = 0;
        for (int i = 0; i < digits; ++i) {
            const char c = m_rest[i];
            if (c < '0' || c > '9')
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        m_rest = m_rest.sliced(digits);
        return value;
    }

private:
    QByteArrayView m_rest;
};

std::optional<microseconds> readFraction(Reader& reader) {
    int digits = 0;
    qint64 micros = 0;
    while (const auto digit = reader.number(1)) {
        if (++digits > 9)
            return std::nullopt;
        if (digits <= 6)
            micros = micros * 10 + *digit;
    }
    if (digits == 0)
        return std::nullopt;
    for (int i = digits; i < 6; ++i)
        micros *= 10;
    return microseconds(micros);
}

std::optional<minutes> readZone(Reader& reader) {
    if (reader.atEnd() || reader.take('Z') || reader.take('z'))
        return reader.atEnd() ? std::optional(minutes(0)) : std::nullopt;
    const bool west = reader.peek() == '-';
    if (!reader.take('+') && !reader.take('-'))
        return std::nullopt;
    const auto hour = reader.number(2);
    if (!hour || *hour > 15)
        return std::nullopt;
    int minute = 0;
    if (!reader.atEnd()) {
        reader.take(':');
        const auto given = reader.number(2);
        if (!given || *given > 59 || !reader.atEnd())
            return std::nullopt;
        minute = *given;
    }
    const auto offset = hours(*hour) + minutes(minute);
    return west ? -offset : offset;
}

std::optional<microseconds> readTimeOfDay(Reader& reader) {
    const auto hour = reader.number(2);
    if (!hour || *hour > 23 || !reader.take(':'))
        return std::nullopt;
    const auto minute = reader.number(2);
    if (!minute || *minute > 59)
        return std::nullopt;
    microseconds time = hours(*hour) + minutes(*minute);
    if (!reader.take(':'))
        return time;
    const auto second = reader.number(2);
    if (!second || *second > 59)
        return std::nullopt;
    time += seconds(*second);
    if (reader.take('.') || reader.take(',')) {
        const auto fraction = readFraction(reader);
        if (!fraction)
            return std::nullopt;
        time += *fraction;
    }
    return time;
}

/// Writes a time of another year than those with four digits as a server does whose zone is UTC.
QByteArray farTimeText(Timestamp time) {
    constexpr Timestamp cyclesBegin = sys_days(year(2000) / January / 1);
    const qint64 cycles = floor<days>(time - cyclesBegin).count() / gregorianCycle.count()
                          - (floor<days>(time - cyclesBegin).count() % gregorianCycle.count() < 0 ? 1 : 0);
    const Timestamp near = time - gregorianCycle * cycles;
    QByteArray text = toBatchFileTime(near);
    const qint64 y = text.first(4).toLongLong() + cycles * 400;
    text.replace(0, 4, QByteArray::number(y > 0 ? y : 1 - y).rightJustified(4, '0'));
    if (const auto micros = (near - floor<seconds>(near)).count(); micros > 0) {
        text += '.' + QByteArray::number(micros).rightJustified(6, '0');
        while (text.endsWith('0'))
            text.chop(1);
    }
    return text + (y > 0 ? "+00" : "+00 BC");
}

} // namespace

std::optional<FarTime> farTimeOf(QByteArrayView text) {
    constexpr QByteArrayView before(" BC");
    constexpr qsizetype usualDigits = 4; // of a year
    constexpr qsizetype mostDigits = 6;  // PostgreSQL's last year is 294276
    const bool isBefore = text.endsWith(before);
    const QByteArrayView rest = isBefore ? text.chopped(before.size()) : text;
    const qsizetype digits = rest.indexOf('-');
    if (digits < usualDigits || digits > mostDigits || (!isBefore && digits == usualDigits))
        return std::nullopt;
    bool isNumber = false;
    const qint64 written = rest.first(digits).toLongLong(&isNumber);
    if (!isNumber || written < 1)
        return std::nullopt;
    const qint64 year = isBefore ? 1 - written : written;
    const qint64 ofCycle = ((year % 400) + 400) % 400;
    const qint64 near = 2000 + ofCycle;
    return FarTime{QByteArray::number(near) + rest.sliced(digits).toByteArray(), (year - near) / 400};
}

Timestamp currentTime() {
    return time_point_cast<microseconds>(system_clock::now());
}

void putIsoTime(char* out, Timestamp time) {
    const unsigned micros = putDateTime(out, time, 'T');
    out[19] = '.';
    out[20] = static_cast<char>('0' + micros / 100'000);
    putTwoDigits(out + 21, micros / 1000 % 100);
    out[23] = 'Z';
}

QByteArray toIsoTime(Timestamp time) {
    if (isEndless(time))
        return time == endOfTime ? "infinity" : "-infinity";
    if (!hasFourDigitYear(time))
        return farTimeText(time);
    QByteArray text(isoTimeSize, Qt::Uninitialized);
    putIsoTime(text.data(), time);
    return text;
}

QByteArray toExactIsoTime(Timestamp time) {
    QByteArray text = toIsoTime(time);
    if (!hasFourDigitYear(time))
        return text;
    const auto after = (time - std::chrono::floor<milliseconds>(time)).count();
    if (after > 0)
        text.insert(isoTimeSize - 1, QByteArray::number(after).rightJustified(3, '0'));
    return text;
}

QByteArray toBatchFileTime(Timestamp time) {
    std::array<char, 19> text{};
    putDateTime(text.data(), time, ' ');
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::optional<Timestamp> parseIsoTime(QByteArrayView text) {
    Reader reader(text);
    const auto y = reader.number(4);
    if (!y || *y == 0 || !reader.take('-'))
        return std::nullopt;
    const auto m = reader.number(2);
    if (!m || !reader.take('-'))
        return std::nullopt;
    const auto d = reader.number(2);
    if (!d)
        return std::nullopt;
    const year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
    if (!date.ok())
        return std::nullopt;
    const Timestamp midnight = sys_days(date);
    if (reader.atEnd())
        return midnight;
    if (!reader.take('T') && !reader.take('t') && !reader.take(' '))
        return std::nullopt;
    const auto timeOfDay = readTimeOfDay(reader);
    if (!timeOfDay)
        return std::nullopt;
    const auto zone = readZone(reader);
    if (!zone)
        return std::nullopt;
    const Timestamp time = midnight + *timeOfDay - *zone;
    const year written = year_month_day(std::chrono::floor<days>(time)).year(); // a zone may lead out of our years
    return written >= year(1) && written <= year(9999) ? std::optional(time) : std::nullopt;
}

std::optional<microseconds> parseAge(QByteArrayView text) {
    constexpr qint64 longest = 366'000LL * 86'400; // seconds
    if (text.size() < 2 || !std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool ok = false;
    const qint64 count = text.chopped(1).toLongLong(&ok);
    const auto unit = [last = text.back()]() -> std::optional<seconds> {
        switch (last) {
        case 's':
            return seconds(1);
        case 'm':
            return minutes(1);
        case 'h':
            return hours(1);
        case 'd':
            return days(1);
        default:
            return std::nullopt;
        }
    }();
    if (!ok || !unit || count > longest / unit->count())
        return std::nullopt;
    return microseconds(*unit) * count;
}

std::optional<Timestamp> fromUnixNumber(double number) {
    constexpr double firstMilliseconds = 1e11;
    constexpr double lastMilliseconds = 253402300799999.0; // 9999-12-31T23:59:59.999Z
    if (!std::isfinite(number) || std::abs(number) > lastMilliseconds)
        return std::nullopt;
    const double factor = std::abs(number) >= firstMilliseconds ? 1e3 : 1e6;
    return Timestamp(microseconds(std::llround(number * factor)));
}

} // namespace portolan
