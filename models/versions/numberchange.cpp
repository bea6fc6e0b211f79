#include "models/versions/numberchange.h"

#include "models/list/format.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace portolan {

namespace {

constexpr qsizetype exactDigits = 15; ///< of a double

struct ParsedNumber {
    double value = 0;
    std::optional<qint64> whole;
    bool isExact = false;
    std::optional<int> decimals; ///< nothing: it is written with an exponent
};

std::optional<ParsedNumber> parsedNumber(QByteArrayView text) {
    if (text.isEmpty() || (text[0] != '-' && (text[0] < '0' || text[0] > '9')))
        return std::nullopt;
    bool isNumber = false;
    const QByteArray bytes = text.toByteArray();
    ParsedNumber number;
    number.value = bytes.toDouble(&isNumber);
    if (!isNumber || !std::isfinite(number.value))
        return std::nullopt;
    bool isWhole = false;
    const qint64 whole = bytes.toLongLong(&isWhole);
    if (isWhole)
        number.whole = whole;
    number.isExact = isWhole || bytes.size() <= exactDigits;
    const bool isLong = bytes.size() > exactDigits && !isWhole;
    if (!isLong && !bytes.contains('e') && !bytes.contains('E')) {
        const qsizetype point = bytes.indexOf('.');
        number.decimals = point < 0 ? 0 : static_cast<int>(bytes.size() - point - 1);
    }
    return number;
}

QString signedText(const QString& text, bool isNegative) {
    return (isNegative ? QStringLiteral("−") : QStringLiteral("+")) + text;
}

} // namespace

QString numberChange(QByteArrayView before, QByteArrayView after) {
    const auto from = parsedNumber(before);
    const auto to = parsedNumber(after);
    if (!from || !to)
        return {};
    QString text;
    double delta = to->value - from->value;
    qint64 whole = 0;
    if (from->whole && to->whole && !__builtin_sub_overflow(*to->whole, *from->whole, &whole)
        && whole != std::numeric_limits<qint64>::min()) {
        if (whole == 0)
            return {};
        delta = static_cast<double>(whole);
        text = signedText(groupedNumber(std::abs(whole)), whole < 0);
    } else {
        if (delta == 0)
            return {};
        const double size = std::abs(delta);
        text =
            signedText(from->decimals && to->decimals ? measuredFigure(size, std::max(*from->decimals, *to->decimals))
                                                      : realText(size),
                       delta < 0);
        if (!from->isExact || !to->isExact)
            text = QStringLiteral("≈ ") + text;
    }
    if (from->value == 0)
        return text;
    const double percent = std::abs(delta / from->value) * 100;
    const QString share = percent < 0.1      ? QStringLiteral("< ") + measuredFigure(0.1, 1)
                          : percent >= 1'000 ? groupedNumber(static_cast<qint64>(std::min(percent, 9e15)))
                                             : measuredFigure(percent, percent < 10 ? 1 : 0);
    return text + QStringLiteral(" (") + (percent < 0.1 ? share : signedText(share, delta < 0)) + QStringLiteral(" %)");
}

} // namespace portolan
