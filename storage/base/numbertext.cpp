#include "storage/base/numbertext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace portolan {

namespace {

/// PostgreSQL writes an exponent below and from here on (float8out: decimal exponents under -4 and from DBL_DIG on).
constexpr double leastWrittenOut = 1e-4;
constexpr double firstWithExponent = 1e15;

char* putWord(char* begin, const char* word) {
    const std::size_t size = std::strlen(word);
    std::memcpy(begin, word, size);
    return begin + size;
}

} // namespace

char* writeNumber(char* begin, double number) {
    if (std::isnan(number))
        return putWord(begin, "NaN");
    if (std::isinf(number))
        return putWord(begin, number < 0 ? "-Infinity" : "Infinity");
    const double size = std::abs(number);
    const bool isWrittenOut = size == 0 || (size >= leastWrittenOut && size < firstWithExponent);
    return std::to_chars(begin, begin + longestReal, number,
                         isWrittenOut ? std::chars_format::fixed : std::chars_format::scientific)
        .ptr;
}

QByteArray numberText(double number) {
    std::array<char, longestReal> digits{};
    return {digits.data(), writeNumber(digits.data(), number) - digits.data()};
}

std::optional<double> numberIn(QByteArrayView text) {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && after == end ? std::optional(number) : std::nullopt;
}

QString measuredText(double number, int decimals) {
    constexpr int mostPlaces = 20;
    constexpr std::size_t mostDigits = std::numeric_limits<double>::max_exponent10 + 4 + mostPlaces;
    if (!std::isfinite(number))
        return QString::fromLatin1(numberText(number));
    std::array<char, mostDigits> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed,
                                       std::clamp(decimals, 0, mostPlaces));
    return QString::fromLatin1(digits.data(), written.ptr - digits.data());
}

} // namespace portolan
