#include "storage/listing/filterlexer.h"

#include "storage/listing/filtertexts.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr int maxIndexDigits = 9; // array indexes stay within an int

bool isOperator(QChar c) {
    return c == u':' || c == u'~' || c == u'<' || c == u'>';
}

bool endsWord(QChar c) {
    return c.isNull() || c.isSpace() || c == u'(' || c == u')' || c == u'"';
}

bool endsKey(QChar c) {
    return endsWord(c) || isOperator(c) || c == u'.' || c == u'[' || c == u']' || c == u',' || c == u'=';
}

bool isNameStart(QChar c) {
    return c.isLetter() || c == u'_';
}

bool isNamePart(QChar c) {
    return c.isLetterOrNumber() || c == u'_';
}

FilterToken::Kind wordKind(QStringView word) {
    struct Keyword {
        QLatin1StringView text;
        FilterToken::Kind kind;
    };
    static constexpr Keyword keywords[] = {
        {QLatin1StringView("and"), FilterToken::Kind::And},
        {QLatin1StringView("or"), FilterToken::Kind::Or},
        {QLatin1StringView("not"), FilterToken::Kind::Not},
    };
    for (const Keyword& keyword : keywords) {
        if (word.compare(keyword.text, Qt::CaseInsensitive) == 0)
            return keyword.kind;
    }
    return FilterToken::Kind::Text;
}

/// Returns true when SQLite's JSON paths can say the key: they compare keys as they are spelled in the document, and
/// know no escapes.
bool isPlainKey(const QByteArray& key) {
    const auto isPlain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
    return !key.isEmpty() && std::all_of(key.begin(), key.end(), isPlain);
}

} // namespace

Error filterError(QStringView filter, qsizetype position, const QString& what) {
    const QStringView before = filter.first(std::min(position, filter.size()));
    const auto characters = std::count_if(before.begin(), before.end(), [](QChar c) { return !c.isLowSurrogate(); });
    return {ErrorCode::Usage, QStringLiteral("Filter, position %1: %2").arg(QString::number(characters + 1), what)};
}

QString shownInError(QByteArrayView text) {
    constexpr qsizetype longest = 40;
    const QString all = QString::fromUtf8(text.first(std::min<qsizetype>(text.size(), 4 * longest)));
    const bool cut = all.size() > longest || text.size() > 4 * longest;
    return u'"' + all.first(std::min(all.size(), longest)) + (cut ? QStringLiteral("…\"") : QStringLiteral("\""));
}

QString typedName(const QByteArray& name) {
    const QString text = QString::fromUtf8(name);
    const bool isWord = !text.isEmpty() && isNameStart(text.front())
                        && std::all_of(text.begin(), text.end(), isNamePart)
                        && wordKind(text) == FilterToken::Kind::Text;
    return isWord ? text : QString::fromUtf8(quotedPhrase(name));
}

Error FilterLexer::error(qsizetype position, const QString& what) const {
    return filterError(m_text, position, what);
}

QChar FilterLexer::peek(qsizetype ahead) const {
    return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : QChar();
}

Error FilterLexer::notAnIndex(qsizetype position) const {
    return error(position, QStringLiteral("expected an index in brackets; a key of a document goes after a point, in "
                                          "quotes where it is no word: data.\"odd key\":value."));
}

bool FilterLexer::atBoundary() const {
    return m_at >= m_text.size() || m_text[m_at].isSpace() || m_text[m_at] == u'(' || m_text[m_at] == u')';
}

void FilterLexer::skipBlanks() {
    while (m_at < m_text.size() && m_text[m_at].isSpace())
        ++m_at;
}

Result<FilterToken> FilterLexer::next() {
    skipBlanks();
    FilterToken token;
    token.position = m_at;
    if (m_at >= m_text.size())
        return token;
    const QChar c = peek();
    if (c == u'(' || c == u')') {
        ++m_at;
        token.kind = c == u'(' ? FilterToken::Kind::Open : FilterToken::Kind::Close;
        return token;
    }
    if (c == u'"') {
        auto phrase = readQuoted();
        PORTOLAN_TRY(phrase);
        const qsizetype end = m_at;
        token.name = phrase->text;
        if (finishName(token)) // a column whose name is no word
            return finishField(std::move(token));
        m_at = end;
        if (peek() == u'[' && peek(1) == u'"')
            return notAnIndex(m_at + 1);
        if (phrase->text.isEmpty())
            return error(token.position, QStringLiteral("expected a text between the quotes."));
        token.kind = FilterToken::Kind::Text;
        token.literal = *std::move(phrase);
        return token;
    }
    if (isOperator(c))
        return error(m_at, QStringLiteral("expected a column name before \"%1\".").arg(c));
    if (isNameStart(c) && tryField(token))
        return finishField(std::move(token));
    m_at = token.position;
    return readWord(isNameStart(c));
}

/// Takes `name.key[0]."odd key" operator`; false: no field begins here, and m_at is anywhere.
bool FilterLexer::tryField(FilterToken& token) {
    const qsizetype begin = m_at;
    while (isNamePart(peek()))
        ++m_at;
    token.name = m_text.sliced(begin, m_at - begin).toUtf8();
    return finishName(token);
}

/// Takes the steps and the operator that follow a field's first name.
bool FilterLexer::finishName(FilterToken& token) {
    token.path.clear();
    while (peek() == u'.' || peek() == u'[') {
        if (!tryStep(token))
            return false;
    }
    return tryOperator(token);
}

bool FilterLexer::tryStep(FilterToken& token) {
    const bool index = peek() == u'[';
    ++m_at;
    const qsizetype begin = m_at;
    if (index) {
        while (peek() >= u'0' && peek() <= u'9')
            ++m_at;
        if (m_at == begin || m_at - begin > maxIndexDigits || peek() != u']')
            return false;
        token.path.emplace_back(m_text.sliced(begin, m_at - begin).toInt());
        ++m_at;
        return true;
    }
    if (peek() == u'"') {
        const qsizetype close = m_text.indexOf(u'"', m_at + 1);
        if (close < 0)
            return false;
        token.path.emplace_back(m_text.sliced(m_at + 1, close - m_at - 1).toUtf8());
        m_at = close + 1;
        return true;
    }
    while (!endsKey(peek()))
        ++m_at;
    if (m_at == begin)
        return false;
    token.path.emplace_back(m_text.sliced(begin, m_at - begin).toUtf8());
    return true;
}

bool FilterLexer::tryOperator(FilterToken& token) {
    const QChar c = peek();
    if (!isOperator(c))
        return false;
    ++m_at;
    if (c == u':') {
        token.comparison = Comparison::Equal;
    } else if (c == u'~') {
        token.comparison = Comparison::Contains;
    } else {
        const bool orEqual = peek() == u'=';
        m_at += orEqual ? 1 : 0;
        if (c == u'<')
            token.comparison = orEqual ? Comparison::LessOrEqual : Comparison::Less;
        else
            token.comparison = orEqual ? Comparison::GreaterOrEqual : Comparison::Greater;
    }
    return true;
}

Result<FilterToken> FilterLexer::finishField(FilterToken token) {
    token.kind = FilterToken::Kind::Field;
    for (const auto& step : token.path) {
        const auto* key = std::get_if<QByteArray>(&step);
        if (key && !isPlainKey(*key))
            return error(token.position, QStringLiteral("a key of a document cannot be empty here, nor have quotes, "
                                                        "backslashes or control characters in it."));
    }
    const bool list = token.comparison == Comparison::Equal;
    while (true) {
        auto value = readValue(list);
        PORTOLAN_TRY(value);
        token.values.push_back(*std::move(value));
        if (!list || peek() != u',')
            return token;
        ++m_at;
    }
}

Result<FilterLiteral> FilterLexer::readValue(bool endsAtComma) {
    if (peek() == u'"') {
        auto quoted = readQuoted();
        PORTOLAN_TRY(quoted);
        if (!atBoundary() && !(endsAtComma && peek() == u','))
            return error(m_at, QStringLiteral("expected a blank after the closing quote."));
        return quoted;
    }
    FilterLiteral literal;
    literal.position = m_at;
    if (isOperator(peek()) || peek() == u'=')
        return error(m_at, QStringLiteral("expected a value; one operator is enough (column>5, column:text), and a "
                                          "value that begins with \"%1\" goes in quotes.")
                               .arg(peek()));
    while (!endsWord(peek()) && !(endsAtComma && peek() == u','))
        ++m_at;
    if (peek() == u'"' || (m_at > literal.position && peek() == u'('))
        return error(m_at, QStringLiteral("a value with \"%1\" in it goes in quotes as a whole (inside them \\\" is "
                                          "a quote and \\\\ a backslash).")
                               .arg(peek()));
    if (m_at == literal.position)
        return error(m_at, QStringLiteral("expected a value (\"\" is the empty text)."));
    literal.text = m_text.sliced(literal.position, m_at - literal.position).toUtf8();
    return literal;
}

Result<FilterLiteral> FilterLexer::readQuoted() {
    FilterLiteral literal;
    literal.quoted = true;
    literal.position = m_at;
    ++m_at;
    QString text;
    while (m_at < m_text.size()) {
        const QChar c = m_text[m_at++];
        if (c == u'"') {
            literal.text = text.toUtf8();
            return literal;
        }
        if (c != u'\\') {
            text += c;
            continue;
        }
        const Result<QString> escaped = readEscaped();
        PORTOLAN_TRY(escaped);
        text += *escaped;
    }
    return error(literal.position, QStringLiteral("this quote is not closed."));
}

/// Reads what follows a backslash in quotes, and returns the characters that it means.
Result<QString> FilterLexer::readEscaped() {
    const qsizetype begin = m_at - 1;
    const QChar c = peek();
    ++m_at;
    switch (c.unicode()) {
    case u'"':
    case u'\\':
        return QString(c);
    case u'n':
        return QStringLiteral("\n");
    case u'r':
        return QStringLiteral("\r");
    case u't':
        return QStringLiteral("\t");
    case u'u':
        break;
    default:
        return error(begin, QStringLiteral("expected \\\", \\\\, \\n, \\r, \\t or \\u with four digits (a backslash is "
                                           "written twice in quotes)."));
    }
    const std::optional<char16_t> first = readCodeUnit();
    if (!first || *first == 0)
        return error(begin, QStringLiteral("expected four hexadecimal digits after \\u, not all of them 0."));
    if (!QChar::isSurrogate(*first))
        return QString(QChar(*first));
    const bool isPair = QChar::isHighSurrogate(*first) && peek() == u'\\' && peek(1) == u'u';
    m_at += isPair ? 2 : 0;
    const std::optional<char16_t> second = isPair ? readCodeUnit() : std::nullopt;
    if (!second || !QChar::isLowSurrogate(*second))
        return error(begin, QStringLiteral("half a character: expected two surrogates, as in \\ud83d\\ude00."));
    return QString(QChar(*first)) + QChar(*second);
}

std::optional<char16_t> FilterLexer::readCodeUnit() {
    constexpr qsizetype digits = 4;
    constexpr int base = 16;
    const QStringView text = m_text.sliced(m_at, std::min(digits, m_text.size() - m_at));
    const auto isDigit = [](QChar c) {
        return (c >= u'0' && c <= u'9') || (c.toLower() >= u'a' && c.toLower() <= u'f' && c.unicode() < 0x80);
    };
    if (text.size() < digits || !std::all_of(text.begin(), text.end(), isDigit))
        return std::nullopt;
    m_at += digits;
    return static_cast<char16_t>(text.toUShort(nullptr, base));
}

/// Reads a bare word. Refuses one that looks like a name with an operator (`retry-count>3`): as a text to search for it
/// would find nothing.
Result<FilterToken> FilterLexer::readWord(bool looksLikeName) {
    FilterToken token;
    token.position = m_at;
    while (!endsWord(peek()))
        ++m_at;
    const QStringView word = m_text.sliced(token.position, m_at - token.position);
    const auto sign = std::find_if(word.begin(), word.end(), isOperator);
    if (looksLikeName && sign != word.end())
        return error(token.position,
                     QStringLiteral("expected the name of a column, or of a place in a document (data.key[0]), before "
                                    "\"%1\"; a text to search for goes in quotes.")
                         .arg(*sign));
    if (looksLikeName && word.endsWith(u'[') && peek() == u'"')
        return notAnIndex(m_at);
    token.kind = wordKind(word);
    token.literal = {word.toUtf8(), false, token.position};
    return token;
}

} // namespace portolan
