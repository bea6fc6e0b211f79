#include "storage/sources/files/numberform.h"

#include "storage/base/timeforms.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

bool isFigure(char c) {
    return c >= '0' && c <= '9';
}

/// The blanks and apostrophes that mark thousands, as one blank each; nothing else is changed.
QByteArray withPlainBlanks(QByteArrayView text) {
    static constexpr std::array<QByteArrayView, 5> marks{"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x99",
                                                         "'"};
    QByteArray plain = text.trimmed().toByteArray();
    for (const QByteArrayView mark : marks) {
        if (plain.contains(mark))
            plain.replace(mark, " ");
    }
    // The minus of typographers.
    if (plain.startsWith("\xe2\x88\x92"))
        plain.replace(0, 3, "-");
    return plain.trimmed();
}

struct Parts {
    QByteArrayView sign;
    QByteArrayView whole;    ///< with its marks
    char decimal = '\0';     ///< NUL: there is no fraction
    QByteArrayView fraction; ///< figures alone
    QByteArrayView exponent; ///< with its e
    char mark = '\0';        ///< of thousands
};

bool areFigures(QByteArrayView text) {
    return std::ranges::all_of(text, isFigure);
}

/// The mark between groups of three; nothing: it is no grouped number.
std::optional<char> groupMark(QByteArrayView whole) {
    const auto at = std::ranges::find_if_not(whole, isFigure);
    const char mark = *at;
    qsizetype before = at - whole.begin();
    if (before < 1 || before > 3 || (mark != ' ' && mark != ',' && mark != '.'))
        return std::nullopt;
    for (; before < whole.size(); before += 4) {
        const qsizetype next = whole.indexOf(mark, before + 1);
        const qsizetype end = next < 0 ? whole.size() : next;
        if (whole[before] != mark || end - before != 4 || !areFigures(whole.sliced(before + 1, 3)))
            return std::nullopt;
    }
    return mark;
}

/// The parts of a number whose decimal mark is `decimal`.
std::optional<Parts> numberParts(QByteArrayView text, char decimal) {
    Parts parts;
    if (text.startsWith('-') || text.startsWith('+')) {
        parts.sign = text.first(1);
        text = text.sliced(1);
    }
    qsizetype e = text.indexOf('e');
    e = e < 0 ? text.indexOf('E') : e;
    if (e >= 0) {
        parts.exponent = text.sliced(e);
        text = text.first(e);
        QByteArrayView figures = parts.exponent.sliced(1);
        if (figures.startsWith('-') || figures.startsWith('+'))
            figures = figures.sliced(1);
        if (figures.isEmpty() || !areFigures(figures))
            return std::nullopt;
    }
    const qsizetype at = text.indexOf(decimal);
    parts.whole = at < 0 ? text : text.first(at);
    if (at >= 0) {
        parts.decimal = decimal;
        parts.fraction = text.sliced(at + 1);
    }
    if (!areFigures(parts.fraction) || (parts.whole.isEmpty() && parts.fraction.isEmpty()))
        return std::nullopt;
    if (!areFigures(parts.whole)) {
        const auto mark = groupMark(parts.whole);
        if (!mark || *mark == decimal)
            return std::nullopt;
        parts.mark = *mark;
    }
    return parts;
}

/// The fraction cannot be a group of thousands.
bool isDecisive(const Parts& parts) {
    return parts.decimal != '\0'
           && (parts.mark != '\0' || parts.fraction.size() != 3 || parts.whole.size() > 3 || parts.whole.isEmpty()
               || parts.whole.startsWith('0') || !parts.exponent.isEmpty());
}

} // namespace

void look(NumberEvidence& evidence, QByteArrayView text) {
    const QByteArray plain = withPlainBlanks(text);
    const auto point = numberParts(plain, '.');
    const auto comma = numberParts(plain, ',');
    if (!point && !comma) {
        ++evidence.texts;
        return;
    }
    ++evidence.numbers;
    const bool isPoint = point && (isDecisive(*point) || (point->decimal != '\0' && !comma));
    const bool isComma = comma && (isDecisive(*comma) || (comma->decimal != '\0' && !point));
    // 1,234,567 and 1 234: no fraction, and one reading alone.
    const bool isGrouped = (point && point->mark != '\0' && (!comma || comma->mark != '\0'))
                           || (comma && comma->mark != '\0' && !point) || (isPoint && point->mark != '\0')
                           || (isComma && comma->mark != '\0');
    if (isPoint || (!comma && point && point->mark == ','))
        ++evidence.point;
    else if (isComma || (!point && comma && comma->mark == '.'))
        ++evidence.comma;
    else if (comma && comma->decimal == ',')
        ++evidence.ambiguousComma;
    else if (point && point->decimal == '.')
        ++evidence.ambiguousPoint;
    evidence.grouped += isGrouped ? 1 : 0;
}

std::optional<QByteArray> plainNumber(QByteArrayView text, NumberForm form) {
    if (form.decimal == '.' && isDecimalNumber(text))
        return text.startsWith('+') ? text.sliced(1).toByteArray() : text.toByteArray();
    const QByteArray plain = withPlainBlanks(text);
    const auto parts = numberParts(plain, form.decimal);
    if (!parts || (parts->mark != '\0' && !form.isGrouped))
        return std::nullopt;
    QByteArray number = parts->sign == "-" ? "-" : "";
    for (const char c : parts->whole) {
        if (isFigure(c))
            number += c;
    }
    if (parts->whole.isEmpty())
        number += '0';
    if (!parts->fraction.isEmpty())
        number += '.' + parts->fraction.toByteArray();
    number += parts->exponent;
    return isDecimalNumber(number) ? std::optional(number) : std::nullopt;
}

bool isMissingValue(QByteArrayView text) {
    static constexpr std::array<QByteArrayView, 14> words{"",     "NA",   "N/A",  "n/a",  "#N/A", "NaN", "nan",
                                                          "-NaN", "-nan", "null", "NULL", "None", "-",   "NAN"};
    const QByteArrayView bare = text.trimmed();
    return bare.size() <= 4 && std::ranges::find(words, bare) != words.end();
}

} // namespace portolan
