#pragma once

#include "storage/base/bytes.h"
#include "storage/listing/filter.h"

#include <QStringView>
#include <optional>
#include <vector>

namespace portolan {

/// A value as typed after an operator.
struct FilterLiteral {
    QByteArray text; ///< UTF-8, quotes and escapes taken off
    bool quoted = false;
    qsizetype position = 0;
    [[nodiscard]] bool isStar() const { return !quoted && text == "*"; }
};

/// A piece of a filter: a parenthesis, a keyword, a bare word or phrase, or a whole `field operator value,value`.
struct FilterToken {
    enum class Kind { End, Open, Close, And, Or, Not, Text, Field };
    Kind kind = Kind::End;
    qsizetype position = 0; ///< where it begins; UTF-16 units, 0-based

    FilterLiteral literal; ///< Text

    QByteArray name;                                 ///< Field: the first part
    std::vector<std::variant<QByteArray, int>> path; ///< Field: the steps after it
    Comparison comparison = Comparison::Equal;       ///< Field
    std::vector<FilterLiteral> values;               ///< Field: at least one; several only for Equal
};

/// Makes the Usage error for a place in a filter: "Filter, position 7: …". `position` counts UTF-16 units from 0, the
/// text characters from 1.
[[nodiscard]] Error filterError(QStringView filter, qsizetype position, const QString& what);

/// Quotes a value or name for an error text, and cuts it after 40 characters.
[[nodiscard]] QString shownInError(QByteArrayView text);

/// Returns a column's name as it is typed in a filter: in quotes where it is no word ("Order Date").
[[nodiscard]] QString typedName(const QByteArray& name);

/// Cuts a filter into tokens. Knows no columns. Borrows the text, which holds no NUL character.
class FilterLexer {
public:
    explicit FilterLexer(QStringView text) : m_text(text) {}
    template <Temporary Text>
    explicit FilterLexer(const Text&& text) = delete;
    Result<FilterToken> next(); ///< kind End at the end; Error Usage with the position

private:
    [[nodiscard]] QChar peek(qsizetype ahead = 0) const;
    [[nodiscard]] bool atBoundary() const;
    void skipBlanks();
    bool tryField(FilterToken& token);
    bool finishName(FilterToken& token);
    bool tryStep(FilterToken& token);
    bool tryOperator(FilterToken& token);
    Result<FilterToken> finishField(FilterToken token);
    Result<FilterLiteral> readValue(bool endsAtComma);
    Result<FilterLiteral> readQuoted();
    Result<QString> readEscaped();
    std::optional<char16_t> readCodeUnit();
    Result<FilterToken> readWord(bool looksLikeName);
    [[nodiscard]] Error error(qsizetype position, const QString& what) const;
    [[nodiscard]] Error notAnIndex(qsizetype position) const;

    QStringView m_text;
    qsizetype m_at = 0;
};

} // namespace portolan
