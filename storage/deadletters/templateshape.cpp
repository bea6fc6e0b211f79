#include "storage/deadletters/templateshape.h"

#include "storage/deadletters/wordscan.h"

#include <algorithm>

namespace portolan {

namespace {

bool isNumbered(QByteArrayView text) {
    return text.indexOf(wildcard) >= 0;
}

bool isWordLike(QByteArrayView text) {
    return std::ranges::any_of(
        text, [](char c) { return classOf(c) == CharacterClass::Letter || classOf(c) == CharacterClass::Digit; });
}

/// Dashes and pluses before a word, and dots, dashes and pluses after it, are marks of their own.
void addWord(QByteArrayView word, bool spaced, std::vector<TemplateToken>& tokens) {
    if (word.size() > 1 && (word[0] == '-' || word[0] == '+')) {
        tokens.push_back({word.first(1), spaced});
        word = word.sliced(1);
        spaced = false;
    }
    const QByteArrayView head = withoutTail(word);
    const bool numbered = isNumbered(head);
    tokens.push_back({head, spaced, numbered || isWordLike(head), numbered});
    if (head.size() < word.size())
        tokens.push_back({word.sliced(head.size()), false});
}

/// Marks the keys of assignments as names, also those with a number in them: r<*>=…
void nameKeys(std::vector<TemplateToken>& tokens) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (tokens[i].wildcard && tokens[i].text.size() > wildcard.size() && tokens[i + 1].text == "=")
            tokens[i].wildcard = false;
    }
}

} // namespace

void tokenize(QByteArrayView text, std::vector<TemplateToken>& tokens) {
    tokens.clear();
    bool spaced = false;
    for (qsizetype at = 0; at < text.size();) {
        if (classOf(text[at]) == CharacterClass::Blank) {
            spaced = true;
            ++at;
            continue;
        }
        const qsizetype end = wordEnd(text, at);
        if (end > at)
            addWord(text.sliced(at, end - at), spaced, tokens);
        else
            tokens.push_back({text.sliced(at, markEnd(text, at) - at), spaced});
        at = end > at ? end : markEnd(text, at);
        spaced = false;
    }
    nameKeys(tokens);
    if (std::ranges::none_of(tokens, [](const TemplateToken& token) { return token.word && !token.wildcard; })) {
        for (TemplateToken& token : tokens)
            token.wildcard = token.text == wildcard;
    }
}

} // namespace portolan
