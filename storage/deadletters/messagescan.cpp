#include "storage/deadletters/messagescan.h"

#include "storage/deadletters/wordscan.h"

#include <algorithm>

namespace portolan {

namespace {

using Kind = MessagePiece::Kind;

constexpr qsizetype longestQuoted = 128;
constexpr qsizetype longestMark = 3;
constexpr QByteArrayView textMark("\xef\xbb\xbf"); ///< with which some editors begin a file

bool isWordCharacter(char c) {
    const CharacterClass kind = classOf(c);
    return kind == CharacterClass::Letter || kind == CharacterClass::Digit;
}

bool isInWord(char c) {
    return isWordCharacter(c) || classOf(c) == CharacterClass::Joiner;
}

bool isDigitAt(QByteArrayView text, qsizetype at) {
    return at < text.size() && classOf(text[at]) == CharacterClass::Digit;
}

bool isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

bool endsUrl(char c) {
    return classOf(c) == CharacterClass::Blank || QByteArrayView("\"'`<>()[]{}|,;").contains(c);
}

/// Returns the end without what ends a sentence, which is no part of the path or URL before it.
qsizetype withoutSentenceEnd(QByteArrayView text, qsizetype begin, qsizetype end) {
    while (end > begin + 1 && QByteArrayView(".:!?").contains(text[end - 1]))
        --end;
    return end;
}

} // namespace

MessageScanner::MessageScanner(QByteArrayView message, std::vector<MessagePiece>& pieces)
    : m_text(message.first(std::min(message.size(), longestMessage)))
    , m_pieces(pieces)
    , m_at(m_text.startsWith(textMark) ? textMark.size() : 0)
    , m_cut(message.size() > longestMessage) {
    m_pieces.clear();
}

void MessageScanner::scan() {
    while (m_at < m_text.size()) {
        const CharacterClass kind = classOf(m_text[m_at]);
        if (kind == CharacterClass::Blank) {
            m_spaced = true;
            ++m_at;
        } else if (m_pieces.size() >= mostPieces) {
            m_cut = true;
            break;
        } else if (kind == CharacterClass::Mark && !wildcardAt(m_text, m_at)) {
            takeMark();
        } else {
            takeWord();
        }
    }
    if (m_cut)
        add({Kind::Masked});
}

void MessageScanner::add(MessagePiece piece) {
    piece.spaced = m_spaced;
    m_spaced = false;
    m_pieces.push_back(piece);
}

void MessageScanner::addMark(qsizetype end) {
    add({Kind::Mark, false, m_text.sliced(m_at, std::min(end - m_at, longestMark))});
    m_at = end;
}

void MessageScanner::addValue(qsizetype end) {
    add({Kind::Masked});
    m_at = end;
}

void MessageScanner::takeMark() {
    if (isQuote(m_text[m_at]) && takeQuoted())
        return;
    addMark(markEnd(m_text, m_at));
}

/// Takes the words in quotes: a single one is a value, and so is none; several are text.
bool MessageScanner::takeQuoted() {
    if (m_at > 0 && isWordCharacter(m_text[m_at - 1]))
        return false;
    const char quote = m_text[m_at];
    const qsizetype limit = std::min(m_text.size(), m_at + longestQuoted);
    qsizetype end = m_at + 1;
    while (end < limit && m_text[end] != quote && !(quote == '`' && m_text[end] == '\'')) {
        if (classOf(m_text[end]) == CharacterClass::Blank)
            return false;
        ++end;
    }
    if (end >= limit || (end + 1 < m_text.size() && isWordCharacter(m_text[end + 1])) || isKey(end + 1))
        return false;
    addMark(m_at + 1);
    addValue(end);
    addMark(end + 1);
    return true;
}

/// Returns true when "=" follows, and not "==".
bool MessageScanner::isAssigned(qsizetype at) const {
    while (isAt(m_text, at, ' '))
        ++at;
    return isAt(m_text, at, '=') && !isAt(m_text, at + 1, '=');
}

/// Returns true for the name of an object's member, which stays: {"user": …, "id": …}.
bool MessageScanner::isKey(qsizetype afterQuote) const {
    while (afterQuote < m_text.size() && m_text[afterQuote] == ' ')
        ++afterQuote;
    return isAt(m_text, afterQuote, ':') && !m_pieces.empty()
           && (m_pieces.back().is(Kind::Mark, "{") || m_pieces.back().is(Kind::Mark, ","));
}

void MessageScanner::takeWord() {
    if (const qsizetype end = std::max(pathEnd(), addressEnd()); end > m_at)
        return addValue(end);
    const qsizetype whole = wordEnd(m_text, m_at);
    if (whole == m_at) // a ruler: "......"
        return addMark(markEnd(m_text, m_at));
    if (isAt(m_text, whole, ':') && isAt(m_text, whole + 1, '/') && isAt(m_text, whole + 2, '/'))
        return addValue(urlEnd(whole + 3));
    const char first = m_text[m_at];
    if (first == '-' || first == '+') {
        if (!isDigitAt(m_text, m_at + 1)) // a dash, not a sign
            return addMark(m_at + 1);
        ++m_at;
    }
    const QByteArrayView word = withoutTail(m_text.sliced(m_at, whole - m_at));
    if (std::ranges::none_of(word, isWordCharacter) && !word.contains('<'))
        return addMark(m_at + word.size());
    const qsizetype end = m_at + word.size();
    MessagePiece piece = isAssigned(whole) ? maskedKey(word) : maskedWord(word);
    if (piece.kind == Kind::Word && isAt(m_text, end, ':') && isDigitAt(m_text, end + 1) && isDigitAt(m_text, end + 2)
        && isNameBeforePort(word))
        piece = {Kind::Masked};
    add(piece);
    m_at = end;
    if (whole > end)
        addMark(whole);
}

/// Returns the end of a path that begins here (/x, ./x, ../x, ~/x, C:\x, \\x); m_at: none does.
qsizetype MessageScanner::pathEnd() const {
    const auto inPath = [&](qsizetype at) { return at < m_text.size() && isInWord(m_text[at]); };
    qsizetype at = m_at;
    if (isAt(m_text, at, '~') || isAt(m_text, at, '.'))
        at += isAt(m_text, at + 1, '.') ? 2 : 1;
    const bool rooted = isAt(m_text, at, '/') && inPath(at + 1) && !isAt(m_text, at + 1, '/');
    const bool shared = isAt(m_text, m_at, '\\') && isAt(m_text, m_at + 1, '\\') && inPath(m_at + 2);
    const bool drive =
        classOf(m_text[m_at]) == CharacterClass::Letter && isAt(m_text, m_at + 1, ':')
        && (isAt(m_text, m_at + 2, '\\') || (isAt(m_text, m_at + 2, '/') && !isAt(m_text, m_at + 3, '/')));
    if (!rooted && !shared && !drive)
        return m_at;
    at = std::max(at + 1, m_at + 2);
    bool asked = false; // after the ? of a request
    while (at < m_text.size()) {
        asked = asked || (m_text[at] == '?' && inPath(at + 1));
        if (!isInWord(m_text[at]) && !(asked && QByteArrayView("?&=#").contains(m_text[at])))
            break;
        ++at;
    }
    return withoutSentenceEnd(m_text, m_at, at);
}

/// Returns the end of a hardware or IPv6 address that begins here; m_at: none does. It has at least three groups of up
/// to four hexadecimal digits, one of them with a decimal digit, or five groups of two.
qsizetype MessageScanner::addressEnd() const {
    qsizetype at = m_at;
    int groups = 0;
    bool digits = false;
    bool pairs = true;
    for (;; ++at) {
        const qsizetype begin = at;
        while (at < m_text.size() && at - begin < 5 && isHexDigit(m_text[at]))
            digits |= isDigitAt(m_text, at++);
        if (at - begin > 4 || (at == m_at))
            return m_at;
        pairs = pairs && at - begin == 2;
        ++groups;
        const bool more = at + 1 < m_text.size() && (isHexDigit(m_text[at + 1]) || m_text[at + 1] == ':');
        if (!isAt(m_text, at, ':') || !more)
            break;
    }
    if (groups < 3 || !(digits || (pairs && groups >= 5)) || (at < m_text.size() && isWordCharacter(m_text[at])))
        return m_at;
    while (at < m_text.size() && isInWord(m_text[at])) // "/64", "%eth0", an IPv4 address at its end
        ++at;
    return withoutSentenceEnd(m_text, m_at, at);
}

qsizetype MessageScanner::urlEnd(qsizetype from) const {
    const auto end = std::find_if(m_text.begin() + from, m_text.end(), endsUrl);
    return withoutSentenceEnd(m_text, m_at, end - m_text.begin());
}

} // namespace portolan
