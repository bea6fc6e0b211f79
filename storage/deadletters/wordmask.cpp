#include "storage/deadletters/wordmask.h"

#include "storage/deadletters/wordscan.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using Kind = MessagePiece::Kind;

constexpr qsizetype longestWord = 64;         ///< what is longer is data, not a word
constexpr qsizetype shortestHex = 8;          ///< of letters alone ("deadbeef"); shorter ones are English
constexpr qsizetype shortestIdentityHash = 5; ///< after the @ of a Java object

bool isHex(QByteArrayView text) {
    return std::ranges::all_of(text, isHexDigit);
}

bool isDigits(QByteArrayView text) {
    return std::ranges::all_of(text, [](char c) { return classOf(c) == CharacterClass::Digit; });
}

bool isLetter(char c) {
    return classOf(c) == CharacterClass::Letter;
}

/// Returns true for valid UTF-8 without C1 controls, U+2028 and U+2029, which end a line or cannot be read.
bool isPlainText(QByteArrayView text) {
    if (!text.isValidUtf8())
        return false;
    for (qsizetype i = 0; i + 1 < text.size(); ++i) {
        const auto at = [&](qsizetype k) { return static_cast<unsigned char>(text[k]); };
        if (at(i) == 0xc2 && at(i + 1) < 0xa0)
            return false;
        if (at(i) == 0xe2 && at(i + 1) == 0x80 && i + 2 < text.size() && (at(i + 2) == 0xa8 || at(i + 2) == 0xa9))
            return false;
    }
    return true;
}

template <std::size_t N>
bool isOneOf(QByteArrayView word, const std::array<QByteArrayView, N>& words) {
    return std::ranges::find(words, word) != words.end();
}

constexpr std::array<QByteArrayView, 12> topDomains{"com", "net",  "org",   "edu", "gov",      "mil",
                                                    "lan", "arpa", "local", "int", "internal", "localdomain"};
constexpr std::array<QByteArrayView, 7> secondDomains{"com", "edu", "co", "ac", "net", "org", "gov"};
constexpr std::array<QByteArrayView, 7> packageRoots{"com", "org", "net", "edu", "java", "javax", "sun"};

QByteArrayView lastLabel(QByteArrayView name) {
    return name.sliced(name.lastIndexOf('.') + 1);
}

/// Returns true for a name that ends as domains do and does not begin as packages of Java do: "ns.example.com",
/// "mx.example.co.uk".
bool isHostName(QByteArrayView word) {
    const qsizetype dot = word.lastIndexOf('.');
    if (dot <= 0 || dot + 1 == word.size())
        return false;
    if (!std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '-'; }))
        return false;
    const QByteArrayView last = lastLabel(word);
    const QByteArrayView rest = word.first(dot);
    if (isOneOf(rest.first(std::max<qsizetype>(rest.indexOf('.'), 0)), packageRoots) || isOneOf(rest, packageRoots))
        return false;
    return isOneOf(last, topDomains)
           || (last.size() == 2 && rest.contains('.') && isOneOf(lastLabel(rest), secondDomains));
}

struct WordFacts {
    qsizetype letters = 0;
    qsizetype digits = 0;
    qsizetype digitRuns = 0;
    qsizetype slashes = 0;
    qsizetype backslashes = 0;
    bool dots = false;
    bool signs = false; ///< @
    bool beyondAscii = false;
    bool wildcards = false;
};

WordFacts factsOf(QByteArrayView word) {
    WordFacts facts;
    bool inDigits = false;
    for (qsizetype i = 0; i < word.size(); ++i) {
        const char c = word[i];
        const CharacterClass kind = classOf(c);
        const bool digit = kind == CharacterClass::Digit;
        facts.letters += kind == CharacterClass::Letter;
        facts.digits += digit;
        facts.digitRuns += digit && !inDigits;
        facts.slashes += c == '/';
        facts.backslashes += c == '\\';
        facts.dots |= c == '.';
        facts.signs |= c == '@';
        facts.beyondAscii |= static_cast<unsigned char>(c) >= 0x80;
        facts.wildcards |= wildcardAt(word, i);
        inDigits = digit;
    }
    return facts;
}

/// Returns true when a word is a path, a component ("package/.Activity") or a mail address by its separators.
bool isPlace(QByteArrayView word, const WordFacts& facts) {
    if (facts.slashes >= 2 || facts.backslashes >= 2 || (facts.slashes == 1 && word.contains("/.")))
        return true;
    if (!facts.signs || !facts.dots)
        return false;
    const qsizetype sign = word.indexOf('@');
    return sign > 0 && word.lastIndexOf('.') > sign + 1;
}

bool isInName(char c) {
    return isLetter(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '$' || c == '@';
}

/// Returns the name at the front of a word with digits: "blk_", "node-D", "Thunderbird_A"; empty: it has none.
QByteArrayView nameBefore(QByteArrayView word) {
    qsizetype end = 0;
    qsizetype letters = 0;
    while (end < word.size() && isInName(word[end]))
        letters += isLetter(word[end++]);
    if (letters < 2)
        return {};
    const bool separated = !isLetter(word[end - 1]);
    const QByteArrayView rest = word.sliced(end);
    return separated || isDigits(rest) || rest == wildcard ? word.first(end) : QByteArrayView();
}

/// Returns true for a word with one short number in it, a name that has siblings: "s3_upload", "jk2_init".
bool hasSiblings(const WordFacts& facts) {
    return facts.digitRuns == 1 && facts.digits <= 2 && facts.letters >= 4 && !facts.wildcards;
}

MessagePiece withSiblings(QByteArrayView word) {
    const auto isDigit = [](char c) { return classOf(c) == CharacterClass::Digit; };
    const auto begin = std::ranges::find_if(word, isDigit);
    const auto end = std::find_if_not(begin, word.end(), isDigit);
    return {Kind::Named, false, word.first(begin - word.begin()), word.sliced(end - word.begin())};
}

MessagePiece maskedPlainWord(QByteArrayView word, const WordFacts& facts) {
    if (word.size() >= shortestHex && isHex(word))
        return {Kind::Masked};
    if (facts.dots && isHostName(word))
        return {Kind::Masked};
    const qsizetype sign = facts.signs ? word.indexOf('@') : -1;
    if (sign > 0 && word.size() - sign > shortestIdentityHash && isHex(word.sliced(sign + 1)))
        return {Kind::Named, false, word.first(sign + 1)};
    return {Kind::Word, false, word};
}

} // namespace

MessagePiece maskedWord(QByteArrayView word) {
    const WordFacts facts = factsOf(word);
    if (word.size() > longestWord || isPlace(word, facts) || (facts.beyondAscii && !isPlainText(word)))
        return {Kind::Masked};
    if (facts.digits == 0 && !facts.wildcards)
        return maskedPlainWord(word, facts);
    MessagePiece number{Kind::Masked};
    number.number = classOf(word[0]) == CharacterClass::Digit;
    if (number.number || isHex(word))
        return number;
    if (const QByteArrayView name = nameBefore(word); !name.isEmpty())
        return {Kind::Named, false, name};
    return hasSiblings(facts) ? withSiblings(word) : number;
}

MessagePiece maskedKey(QByteArrayView word) {
    MessagePiece piece = maskedWord(word);
    if (piece.kind == Kind::Masked && isLetter(word[0]) && word.size() <= longestWord && isPlainText(word)) {
        const auto isDigit = [](char c) { return classOf(c) == CharacterClass::Digit; };
        piece.text = word.first(std::ranges::find_if(word, isDigit) - word.begin());
    }
    if (piece.varies() && !piece.text.isEmpty())
        piece.kind = Kind::Key;
    return piece;
}

bool isNameBeforePort(QByteArrayView word) {
    const qsizetype dot = word.lastIndexOf('.');
    if (dot <= 0 || dot + 1 == word.size() || word.size() - dot > 3)
        return false;
    return std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_'; });
}

} // namespace portolan
