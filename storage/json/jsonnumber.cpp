#include "storage/json/jsonnumber.h"

#include "storage/json/jsonscanner.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <tuple>

namespace portolan {

namespace {

// PostgreSQL, "Numeric Types": what a numeric without precision holds.
constexpr qint64 mostWholeDigits = 131'072;
constexpr qint64 mostDecimals = 16'383;
constexpr qint64 farthestExponent = qint64(1) << 40; // beyond any number of digits that fit into memory

/// A JSON number taken apart: sign, digits without the zeros at either end, and how many of them (perhaps more, or
/// fewer than none) stand before the point.
struct Decimal {
    bool isNegative = false;
    QByteArray digits; ///< empty for zero
    qint64 whole = 0;
    qint64 decimals = 0; ///< as written, the exponent counted in
};

Decimal decimalOf(QByteArrayView number) {
    Decimal decimal;
    decimal.isNegative = number.startsWith('-');
    qsizetype end = number.size();
    qint64 exponent = 0;
    const qsizetype mark = std::max(number.indexOf('e'), number.indexOf('E'));
    if (mark >= 0) {
        QByteArrayView text = number.sliced(mark + 1);
        if (text.startsWith('+'))
            text = text.sliced(1);
        const auto read = std::from_chars(text.begin(), text.end(), exponent);
        if (read.ec == std::errc::result_out_of_range)
            exponent = text.startsWith('-') ? -farthestExponent : farthestExponent;
        exponent = std::clamp(exponent, -farthestExponent, farthestExponent);
        end = mark;
    }
    QByteArrayView mantissa = number.first(end).sliced(decimal.isNegative ? 1 : 0);
    const qsizetype point = mantissa.indexOf('.');
    const QByteArrayView before = point < 0 ? mantissa : mantissa.first(point);
    const QByteArrayView after = point < 0 ? QByteArrayView() : mantissa.sliced(point + 1);
    decimal.digits = before.toByteArray().append(after);
    decimal.whole = before.size() + exponent;
    decimal.decimals = std::max<qint64>(after.size() - exponent, 0);
    const auto isZero = [](char c) { return c == '0'; };
    const auto first = std::find_if_not(decimal.digits.cbegin(), decimal.digits.cend(), isZero);
    decimal.whole -= first - decimal.digits.cbegin();
    decimal.digits.remove(0, first - decimal.digits.cbegin());
    while (decimal.digits.endsWith('0'))
        decimal.digits.chop(1);
    if (decimal.digits.isEmpty()) {
        decimal.isNegative = false;
        decimal.whole = 0;
    }
    return decimal;
}

bool isNumeral(char c) {
    return c >= '0' && c <= '9';
}

/// A number of at most 18 digits before the point and after it, without an exponent: sizes of both parts, the second in
/// units of 1e-18.
struct SmallDecimal {
    bool isNegative = false;
    qint64 whole = 0;
    qint64 fraction = 0;
};

std::optional<SmallDecimal> smallDecimalOf(QByteArrayView number) {
    constexpr int most = 18;
    SmallDecimal small;
    small.isNegative = number.startsWith('-');
    const char* at = number.begin() + (small.isNegative ? 1 : 0);
    const auto take = [&](qint64& into) {
        int digits = 0;
        for (; at != number.end() && isNumeral(*at); ++at, ++digits) {
            if (digits == most)
                return most + 1;
            into = into * 10 + (*at - '0');
        }
        return digits;
    };
    if (take(small.whole) > most)
        return std::nullopt;
    if (at != number.end() && *at == '.') {
        ++at;
        int digits = take(small.fraction);
        if (digits > most)
            return std::nullopt;
        for (; digits < most; ++digits)
            small.fraction *= 10;
    }
    if (at != number.end())
        return std::nullopt;
    small.isNegative = small.isNegative && (small.whole != 0 || small.fraction != 0);
    return small;
}

bool isHeld(const Decimal& decimal) {
    return decimal.whole <= mostWholeDigits && decimal.decimals <= mostDecimals;
}

std::strong_ordering compareSizes(const Decimal& a, const Decimal& b) {
    if (a.digits.isEmpty() || b.digits.isEmpty())
        return a.digits.isEmpty() ? (b.digits.isEmpty() ? std::strong_ordering::equal : std::strong_ordering::less)
                                  : std::strong_ordering::greater;
    if (a.whole != b.whole)
        return a.whole <=> b.whole;
    return QByteArrayView(a.digits).compare(QByteArrayView(b.digits)) <=> 0;
}

QByteArrayView digitsOf(QByteArrayView integer) {
    return integer.startsWith('-') ? integer.sliced(1) : integer;
}

} // namespace

bool isJsonNumber(QByteArrayView text) {
    JsonScanner scanner(text);
    return scanner.takeNumber() && scanner.atEnd();
}

double jsonNumberValue(QByteArrayView number) {
    double value = 0.0;
    const auto result = std::from_chars(number.begin(), number.end(), value);
    if (result.ec != std::errc::result_out_of_range)
        return value;
    // Too large or too small: the exponent's sign tells, and without one it is a long row of digits.
    const qsizetype exponent = std::max(number.indexOf('e'), number.indexOf('E'));
    const bool tiny = exponent >= 0 ? number.sliced(exponent).contains('-') : number.startsWith("0.");
    const double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return number.startsWith('-') ? -size : size;
}

bool isPlainInteger(QByteArrayView number) {
    const QByteArrayView digits = digitsOf(number);
    if (digits.isEmpty() || !std::all_of(digits.begin(), digits.end(), isNumeral))
        return false;
    return digits.front() != '0' || number == "0";
}

QByteArray jsonNumberText(QByteArrayView number) {
    if (isPlainInteger(number))
        return number.toByteArray();
    const Decimal decimal = decimalOf(number);
    if (!isHeld(decimal))
        return number.toByteArray();
    QByteArray text = decimal.isNegative ? QByteArray("-") : QByteArray();
    const auto digitAt = [&](qint64 place) {
        return place >= 0 && place < decimal.digits.size() ? decimal.digits[place] : '0';
    };
    for (qint64 place = 0; place < decimal.whole; ++place)
        text += digitAt(place);
    if (decimal.whole <= 0)
        text += '0';
    if (decimal.decimals > 0)
        text += '.';
    for (qint64 place = 0; place < decimal.decimals; ++place)
        text += digitAt(decimal.whole + place);
    return text;
}

bool isHeldNumber(QByteArrayView number) {
    return isHeld(decimalOf(number));
}

std::strong_ordering compareJsonNumbers(QByteArrayView a, QByteArrayView b) {
    if (const auto p = smallDecimalOf(a), q = smallDecimalOf(b); p && q) {
        if (p->isNegative != q->isNegative)
            return p->isNegative ? std::strong_ordering::less : std::strong_ordering::greater;
        const auto& [less, more] = p->isNegative ? std::tie(*q, *p) : std::tie(*p, *q);
        return less.whole != more.whole ? less.whole <=> more.whole : less.fraction <=> more.fraction;
    }
    const Decimal x = decimalOf(a);
    const Decimal y = decimalOf(b);
    if (x.isNegative != y.isNegative)
        return x.isNegative ? std::strong_ordering::less : std::strong_ordering::greater;
    return x.isNegative ? compareSizes(y, x) : compareSizes(x, y);
}

} // namespace portolan
