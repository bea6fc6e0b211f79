#include "storage/deadletters/messagemask.h"

#include "storage/deadletters/messagescan.h"
#include "storage/deadletters/wordscan.h"

#include <algorithm>
#include <array>
#include <span>

namespace portolan {

namespace {

using Kind = MessagePiece::Kind;
using Words = std::span<const QByteArrayView>;

constexpr QByteArrayView days[] = {"Mon",    "Tue",     "Wed",       "Thu",      "Fri",    "Sat",      "Sun",
                                   "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr QByteArrayView months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr QByteArrayView zones[] = {"AM",  "PM",  "UTC", "GMT", "CET", "CEST", "BST", "IST", "JST",
                                    "EST", "EDT", "CST", "CDT", "MST", "MDT",  "PST", "PDT"};
constexpr QByteArrayView units[] = {
    "b",    "kb",    "mb",   "gb",          "tb",           "kib",         "mib",          "gib",        "tib",
    "byte", "bytes", "bit",  "bits",        "ns",           "us",          "ms",           "msec",       "msecs",
    "s",    "sec",   "secs", "second",      "seconds",      "min",         "mins",         "minute",     "minutes",
    "h",    "hr",    "hrs",  "hour",        "hours",        "day",         "days",         "mhz",        "ghz",
    "khz",  "hz",    "%",    "millisecond", "milliseconds", "microsecond", "microseconds", "nanosecond", "nanoseconds"};
constexpr qsizetype longestUnit = 12;
constexpr QByteArrayView truths[] = {"true", "false", "null", "nil", "none", "nan", "undefined"};
constexpr QByteArrayView answers[] = {"yes", "no", "on", "off"};

bool isOneOf(QByteArrayView word, Words words) {
    return std::ranges::find(words, word) != words.end();
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns true when a word is one of these (given in lower case), in any case.
bool isOneOfAnyCase(QByteArrayView word, Words words) {
    return std::ranges::any_of(words, [&](QByteArrayView other) {
        return word.size() == other.size() && lower(word[0]) == other[0] && std::ranges::equal(word, other, {}, lower);
    });
}

bool isValue(const MessagePiece& piece) {
    return piece.kind == Kind::Masked;
}

bool isMark(const MessagePiece& piece, char mark) {
    return piece.kind == Kind::Mark && piece.text.size() == 1 && piece.text[0] == mark;
}

/// Returns true when a mark may be between the values of a list.
bool isListMark(const MessagePiece& piece) {
    if (piece.kind != Kind::Mark)
        return false;
    switch (piece.text[0]) {
    case '#':
        return piece.text.size() <= 2;
    case ',':
    case ':':
    case '-':
    case '/':
    case '|':
    case '+':
    case ';':
        return piece.text.size() == 1;
    default:
        return false;
    }
}

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

/// Returns true for a part of a date: "Tue Jul 26 05:47:42 PDT 2005". Alone, "May" and "Sun" are words.
bool isOfDate(std::span<const MessagePiece> pieces, std::size_t i) {
    const QByteArrayView word = pieces[i].text;
    if (!isUpper(word[0]))
        return false;
    const bool afterValue = i > 0 && pieces[i - 1].varies();
    const auto continues = [&](std::size_t at) {
        return at < pieces.size() && (pieces[at].varies() || isOneOf(pieces[at].text, months));
    };
    if (isOneOf(word, months))
        return afterValue || (i + 1 < pieces.size() && pieces[i + 1].varies());
    if (isOneOf(word, days))
        return continues(i + 1) || (i + 1 < pieces.size() && isMark(pieces[i + 1], ',') && continues(i + 2));
    return afterValue && isOneOf(word, zones);
}

/// Returns true for a truth value that something has: "force=false", "enabled: true", "retry = no".
bool isTruth(std::span<const MessagePiece> pieces, std::size_t i) {
    if (i == 0)
        return false;
    const bool assigned = isMark(pieces[i - 1], '=');
    if (!assigned && !isMark(pieces[i - 1], ':'))
        return false;
    return isOneOfAnyCase(pieces[i].text, truths) || (assigned && isOneOfAnyCase(pieces[i].text, answers));
}

bool isUnit(QByteArrayView word) {
    return word.size() <= longestUnit && isOneOfAnyCase(word, units);
}

/// Returns true for a comparison before a number, as in "<1 sec", but not for "<1234>".
bool isComparison(std::span<const MessagePiece> before, const MessagePiece& piece, const MessagePiece* after) {
    if (!isValue(piece) || piece.spaced || before.empty() || (after && isMark(*after, '>')))
        return false;
    const MessagePiece& mark = before.back();
    return (isMark(mark, '<') || isMark(mark, '>')) && (mark.spaced || before.size() == 1);
}

/// Joins two neighbours of a list into the first: with its name where both have the same, else as a value without one.
void joinInto(MessagePiece& first, const MessagePiece& second) {
    if (first.kind == Kind::Named && second.kind == Kind::Named && first.text == second.text
        && first.tail == second.tail)
        return;
    first = {Kind::Masked, first.spaced};
}

/// Merges the end of the pieces, once: a list of values, of quoted values, and a value that is said again in brackets
/// ("18846 bytes (18.4 KB)").
bool mergeEnd(std::vector<MessagePiece>& pieces) {
    const std::size_t n = pieces.size();
    const auto at = [&](std::size_t fromEnd) -> MessagePiece& { return pieces[n - fromEnd]; };
    const auto drop = [&](std::size_t count, std::size_t keptFromEnd) {
        const MessagePiece last = at(1);
        pieces.resize(n - count);
        if (keptFromEnd > 0)
            joinInto(pieces.back(), last);
        return true;
    };
    if (n >= 2 && at(1).varies() && at(2).varies())
        return drop(1, 2);
    if (n >= 3 && at(1).varies() && at(3).varies() && isListMark(at(2)))
        return drop(2, 3);
    if (at(1).kind != Kind::Mark)
        return false;
    if (n >= 3 && isMark(at(1), ')') && isMark(at(2), '(') && at(2).spaced && at(3).varies())
        return drop(2, 0);
    if (n >= 4 && isMark(at(1), ')') && at(2).varies() && isMark(at(3), '(') && at(3).spaced && at(4).varies())
        return drop(3, 0);
    const char quote = at(1).text[0];
    if ((quote == '\'' || quote == '"') && n >= 7 && isValue(at(2)) && isMark(at(3), quote) && isMark(at(4), ',')
        && isMark(at(5), quote) && isValue(at(6)) && isMark(at(7), quote))
        return drop(4, 0);
    return false;
}

} // namespace

const QByteArray& MessageMask::mask(QByteArrayView message) {
    MessageScanner(message, m_pieces).scan();
    adaptToNeighbours();
    mergeLists();
    write();
    return m_text;
}

void MessageMask::adaptToNeighbours() {
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        MessagePiece& piece = m_pieces[i];
        if (piece.kind == Kind::Word && (isOfDate(m_pieces, i) || isTruth(m_pieces, i)))
            piece = {Kind::Masked, piece.spaced};
    }
}

void MessageMask::mergeLists() {
    m_merged.clear();
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        MessagePiece piece = m_pieces[i];
        if (i > 0 && m_pieces[i - 1].number && piece.kind == Kind::Word && isUnit(piece.text))
            continue;
        if (isComparison(m_merged, piece, i + 1 < m_pieces.size() ? &m_pieces[i + 1] : nullptr)) {
            piece.spaced = m_merged.back().spaced;
            m_merged.pop_back();
        }
        m_merged.push_back(piece);
        while (mergeEnd(m_merged)) {
        }
    }
}

void MessageMask::write() {
    qsizetype most = 0;
    for (const MessagePiece& piece : m_merged)
        most += 1 + piece.text.size() + wildcard.size() + piece.tail.size();
    m_text.resize(most);
    char* at = m_text.data();
    const auto put = [&](QByteArrayView text) { at = std::ranges::copy(text, at).out; };
    for (const MessagePiece& piece : m_merged) {
        if (piece.spaced && at != m_text.constData())
            *at++ = ' ';
        put(piece.text);
        if (piece.varies() || piece.kind == Kind::Key) {
            put(wildcard);
            put(piece.tail);
        }
    }
    m_text.resize(at - m_text.constData());
}

} // namespace portolan
