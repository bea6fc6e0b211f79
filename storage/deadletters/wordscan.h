#pragma once

#include <QByteArrayView>
#include <array>

namespace portolan {

/// The sign for whatever varies in a template.
inline constexpr QByteArrayView wildcard("<*>");

/// The class of a byte for the fingerprint's scanner.
enum class CharacterClass : quint8 {
    Blank,  ///< blanks and control characters
    Letter, ///< A–Z, a–z and every byte of a character beyond ASCII
    Digit,
    Joiner, ///< may be inside of words: _ - . / \ @ $ % + ~ *
    Mark,   ///< everything else: always a piece of its own
};

inline constexpr auto characterClasses = [] {
    std::array<CharacterClass, 256> table{};
    for (unsigned c = 0; c < 256; ++c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        const bool digit = c >= '0' && c <= '9';
        table[c] = c <= ' ' || c == 0x7f ? CharacterClass::Blank
                   : letter              ? CharacterClass::Letter
                   : digit               ? CharacterClass::Digit
                                         : CharacterClass::Mark;
    }
    for (const char c : {'_', '-', '.', '/', '\\', '@', '$', '%', '+', '~', '*'})
        table[static_cast<unsigned char>(c)] = CharacterClass::Joiner;
    return table;
}();

[[nodiscard]] constexpr bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

inline CharacterClass classOf(char c) {
    return characterClasses[static_cast<unsigned char>(c)];
}

/// Returns true when text[at] is there and is this character.
inline bool isAt(QByteArrayView text, qsizetype at, char c) {
    return at < text.size() && text[at] == c;
}

inline bool wildcardAt(QByteArrayView text, qsizetype at) {
    return at + 2 < text.size() && text[at] == '<' && text[at + 1] == '*' && text[at + 2] == '>';
}

/// Returns where the word that begins here ends; `begin` itself when none does. A word is letters, digits, joiners,
/// wildcards and an apostrophe between letters. Two equal dots, dashes, pluses or stars end it: they are rulers, not
/// words.
qsizetype wordEnd(QByteArrayView text, qsizetype begin);

/// Returns where a run of marks (or of joiners that are no word) ends. Brackets and quotes are runs of their own.
qsizetype markEnd(QByteArrayView text, qsizetype begin);

/// Returns the word without the dots, dashes and pluses at its end.
QByteArrayView withoutTail(QByteArrayView word);

} // namespace portolan
