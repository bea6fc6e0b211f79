#include "storage/deadletters/wordscan.h"

namespace portolan {

namespace {

bool isRuler(char c) {
    return c == '.' || c == '-' || c == '+' || c == '*';
}

bool standsAlone(char c) {
    switch (c) {
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '<':
    case '>':
    case '"':
    case '\'':
    case '`':
        return true;
    default:
        return false;
    }
}

bool isLetterAt(QByteArrayView text, qsizetype at) {
    return at >= 0 && at < text.size() && classOf(text[at]) == CharacterClass::Letter;
}

} // namespace

qsizetype wordEnd(QByteArrayView text, qsizetype begin) {
    qsizetype at = begin;
    while (at < text.size()) {
        switch (classOf(text[at])) {
        case CharacterClass::Letter:
        case CharacterClass::Digit:
            ++at;
            continue;
        case CharacterClass::Joiner:
            if (isRuler(text[at]) && isAt(text, at + 1, text[at]))
                return at;
            ++at;
            continue;
        case CharacterClass::Mark:
            if (wildcardAt(text, at)) {
                at += wildcard.size();
                continue;
            }
            if (text[at] == '\'' && at > begin && isLetterAt(text, at - 1) && isLetterAt(text, at + 1)) {
                ++at;
                continue;
            }
            return at;
        case CharacterClass::Blank:
            return at;
        }
    }
    return at;
}

qsizetype markEnd(QByteArrayView text, qsizetype begin) {
    qsizetype at = begin + 1;
    if (standsAlone(text[begin]))
        return at;
    while (isAt(text, at, text[begin]))
        ++at;
    return at;
}

QByteArrayView withoutTail(QByteArrayView word) {
    while (word.size() > 1 && (word.back() == '.' || word.back() == '-' || word.back() == '+'))
        word.chop(1);
    return word;
}

} // namespace portolan
