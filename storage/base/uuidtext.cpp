#include "storage/base/uuidtext.h"

namespace portolan {

namespace {

constexpr qsizetype uuidDigits = 32;

bool isHyphenPlace(qsizetype at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

} // namespace

std::optional<QByteArray> canonicalUuid(QByteArrayView text) {
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
        text = text.sliced(1, text.size() - 2);
    const bool hasHyphens = text.size() == uuidDigits + 4;
    if (!hasHyphens && text.size() != uuidDigits)
        return std::nullopt;
    QByteArray uuid;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (hasHyphens && isHyphenPlace(i)) {
            if (c != '-')
                return std::nullopt;
            uuid += c;
            continue;
        }
        const bool isDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!isDigit)
            return std::nullopt;
        if (!hasHyphens && isHyphenPlace(uuid.size()))
            uuid += '-';
        uuid += c;
    }
    return uuid.toLower();
}

} // namespace portolan
