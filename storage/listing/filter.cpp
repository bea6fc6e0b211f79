#include "storage/listing/filter.h"

#include "storage/listing/filterlexer.h"
#include "storage/listing/filterterm.h"

#include <algorithm>

namespace portolan {

namespace {

// Generous for people, small enough that neither the parser's stack nor a database's expression limits are met.
constexpr qsizetype longestFilter = 65'536;
constexpr int deepestNesting = 100;
constexpr int mostTerms = 500;

/// Recursive descent over: or := and { "or" and } ; and := unary { ["and"] unary } ;
/// unary := { "not" } ( "(" or ")" | text | field ).
class FilterParser {
public:
    FilterParser(QStringView text, const ColumnSet& schema, Timestamp now)
        : m_text(text)
        , m_schema(schema)
        , m_terms(text, schema, now)
        , m_lexer(text) {}

    Result<FilterChild> parse();

private:
    using Kind = FilterToken::Kind;

    [[nodiscard]] std::optional<Error> checkCharacters() const;
    Result<void> advance();
    Result<FilterChild> parseOr(int depth);
    Result<FilterChild> parseAnd(int depth);
    [[nodiscard]] std::optional<QByteArray> waitingValue(const std::vector<FilterChild>& all) const;
    Result<FilterChild> parseUnary(int depth);
    Result<FilterChild> parseParentheses(int depth);
    Result<FilterChild> parseText();
    Result<FilterChild> parseField();
    [[nodiscard]] Result<void> countTerms(std::size_t added);
    [[nodiscard]] std::optional<Error> checkWord(const FilterLiteral& word) const;
    [[nodiscard]] bool beginsCondition() const;
    [[nodiscard]] Error expectedCondition() const;
    [[nodiscard]] Error refuse(qsizetype position, const QString& what) const {
        return filterError(m_text, position, what);
    }

    QStringView m_text;
    const ColumnSet& m_schema;
    FilterTerms m_terms;
    FilterLexer m_lexer;
    FilterToken m_token;
    std::size_t m_termCount = 0;
};

Result<FilterChild> FilterParser::parse() {
    if (const auto error = checkCharacters())
        return *error;
    PORTOLAN_TRY(advance());
    if (m_token.kind == Kind::End)
        return FilterChild();
    auto root = parseOr(0);
    if (root && m_token.kind == Kind::Close)
        return refuse(m_token.position, QStringLiteral("there is no \"(\" for this \")\"."));
    return root;
}

std::optional<Error> FilterParser::checkCharacters() const {
    if (m_text.size() > longestFilter)
        return refuse(longestFilter, QStringLiteral("a filter is at most %1 characters long.").arg(longestFilter));
    for (qsizetype i = 0; i < m_text.size(); ++i) {
        const bool pair = m_text[i].isHighSurrogate() && i + 1 < m_text.size() && m_text[i + 1].isLowSurrogate();
        if (m_text[i].isNull() || (m_text[i].isSurrogate() && !pair))
            return refuse(i,
                          QStringLiteral("expected text; this is no character (a NUL, or half of a surrogate pair)."));
        i += pair ? 1 : 0;
    }
    return std::nullopt;
}

Result<void> FilterParser::advance() {
    auto token = m_lexer.next();
    PORTOLAN_TRY(token);
    m_token = *std::move(token);
    return {};
}

bool FilterParser::beginsCondition() const {
    switch (m_token.kind) {
    case Kind::Open:
    case Kind::Not:
    case Kind::Text:
    case Kind::Field:
        return true;
    case Kind::End:
    case Kind::Close:
    case Kind::And:
    case Kind::Or:
        break;
    }
    return false;
}

Error FilterParser::expectedCondition() const {
    return refuse(m_token.position,
                  QStringLiteral("expected a condition here: a text, column:value or \"(\"; the words "
                                 "and, or, not are found as texts when put in quotes."));
}

Result<FilterChild> FilterParser::parseOr(int depth) {
    std::vector<FilterChild> any;
    while (true) {
        auto child = parseAnd(depth);
        if (!child)
            return child;
        any.push_back(*std::move(child));
        if (m_token.kind != Kind::Or)
            break;
        PORTOLAN_TRY(advance());
    }
    if (any.size() == 1)
        return any.front();
    return FilterChild(std::make_shared<FilterNode>(FilterNode{FilterOr{std::move(any)}}));
}

Result<FilterChild> FilterParser::parseAnd(int depth) {
    std::vector<FilterChild> all;
    std::vector<std::pair<std::size_t, FilterToken>> ages; // with their places in `all`
    do {
        if (m_token.kind == Kind::Field && m_terms.isAge(m_token))
            ages.emplace_back(all.size(), m_token);
        auto child = parseUnary(depth);
        if (!child)
            return child;
        all.push_back(*std::move(child));
        if (m_token.kind == Kind::And) {
            PORTOLAN_TRY(advance());
            if (!beginsCondition())
                return expectedCondition();
        }
    } while (beginsCondition());
    if (all.size() == 1)
        return all.front();
    // An index serves waiting rows or the others, not both: where a condition tells which, age goes by their time
    // alone.
    if (const auto value = waitingValue(all)) {
        for (const auto& [at, token] : ages) {
            auto age = m_terms.makeAgeOf(token, *value);
            if (!age)
                return age;
            all[at] = *std::move(age);
        }
    }
    return FilterChild(std::make_shared<FilterNode>(FilterNode{FilterAnd{std::move(all)}}));
}

/// Returns the value that one of these conditions demands of the schema's `waiting` column; nothing: none does.
std::optional<QByteArray> FilterParser::waitingValue(const std::vector<FilterChild>& all) const {
    for (const FilterChild& child : all) {
        if (const auto* const inner = std::get_if<FilterAnd>(&child->node)) {
            if (auto value = waitingValue(inner->children))
                return value;
        }
        const auto* const term = std::get_if<FilterTerm>(&child->node);
        if (!term || m_schema.waiting.timeColumn.isEmpty() || term->comparison != Comparison::Equal)
            continue;
        const auto* const text = std::get_if<QByteArray>(&term->value.value);
        if (text && m_schema.columns[static_cast<std::size_t>(term->field.column)].name == m_schema.waiting.column)
            return *text;
    }
    return std::nullopt;
}

Result<FilterChild> FilterParser::parseUnary(int depth) {
    bool negated = false;
    while (m_token.kind == Kind::Not) {
        negated = !negated; // two-valued logic: "not not x" is x
        PORTOLAN_TRY(advance());
    }
    auto child = [&]() -> Result<FilterChild> {
        switch (m_token.kind) {
        case Kind::Open:
            return parseParentheses(depth);
        case Kind::Text:
            return parseText();
        case Kind::Field:
            return parseField();
        case Kind::End:
        case Kind::Close:
        case Kind::And:
        case Kind::Or:
        case Kind::Not:
            break;
        }
        return expectedCondition();
    }();
    if (!child || !negated)
        return child;
    return FilterChild(std::make_shared<FilterNode>(FilterNode{FilterNot{*std::move(child)}}));
}

Result<FilterChild> FilterParser::parseParentheses(int depth) {
    const qsizetype open = m_token.position;
    if (depth >= deepestNesting)
        return refuse(open, QStringLiteral("expected at most %1 parentheses inside each other.").arg(deepestNesting));
    PORTOLAN_TRY(advance());
    auto child = parseOr(depth + 1);
    if (!child)
        return child;
    if (m_token.kind != Kind::Close)
        return refuse(open, QStringLiteral("this \"(\" is not closed."));
    PORTOLAN_TRY(advance());
    return child;
}

Result<FilterChild> FilterParser::parseText() {
    if (const auto error = checkWord(m_token.literal))
        return *error;
    const auto isSearched = [](const ColumnSet::Column& column) { return column.searched; };
    if (std::none_of(m_schema.columns.begin(), m_schema.columns.end(), isSearched))
        return refuse(m_token.position, QStringLiteral("this listing has no text to search; expected column:value."));
    PORTOLAN_TRY(countTerms(1));
    FilterChild child = std::make_shared<FilterNode>(FilterNode{FilterText{m_token.literal.text}});
    PORTOLAN_TRY(advance());
    return child;
}

/// Refuses `status=failed` and `1st:x`, which would search for that text and find nothing.
std::optional<Error> FilterParser::checkWord(const FilterLiteral& word) const {
    if (word.quoted)
        return std::nullopt;
    const auto operatorAt = std::ranges::find_if(word.text, [](char c) { return QByteArrayView(":~<>").contains(c); });
    const QByteArray asked = word.text.first(operatorAt - word.text.begin());
    if (operatorAt != word.text.end() && m_schema.find(asked))
        return refuse(word.position, QStringLiteral("a column whose name is no word goes in quotes: %1%2.")
                                         .arg(typedName(asked), QString(QLatin1Char(*operatorAt))));
    const qsizetype sign = word.text.indexOf('=');
    if (sign < 1)
        return std::nullopt;
    const bool negated = word.text[sign - 1] == '!';
    const QByteArray name = word.text.first(sign - (negated ? 1 : 0));
    if (!m_schema.find(name))
        return std::nullopt;
    const QString text = typedName(name);
    return refuse(word.position + QString::fromUtf8(name).size(),
                  QStringLiteral("\"=\" compares nothing; expected %1%2:value.")
                      .arg(negated ? QStringLiteral("not ") : QString(), text));
}

Result<FilterChild> FilterParser::parseField() {
    PORTOLAN_TRY(countTerms(m_token.values.size()));
    auto child = m_terms.make(m_token);
    if (!child)
        return child;
    PORTOLAN_TRY(advance());
    return child;
}

Result<void> FilterParser::countTerms(std::size_t added) {
    m_termCount += added;
    if (m_termCount > mostTerms)
        return refuse(m_token.position, QStringLiteral("expected at most %1 conditions in a filter.").arg(mostTerms));
    return {};
}

} // namespace

const ColumnSet::Column* ColumnSet::find(QByteArrayView name) const {
    const Column* alike = nullptr; // but for the case of its letters
    int count = 0;
    for (const Column& column : columns) {
        if (column.name == name)
            return &column;
        if (name.compare(column.name, Qt::CaseInsensitive) == 0) {
            alike = &column;
            ++count;
        }
    }
    return count == 1 ? alike : nullptr;
}

Result<Filter> parseFilter(const QString& text, const ColumnSet& schema, Timestamp now) {
    auto root = FilterParser(text, schema, now).parse();
    PORTOLAN_TRY(root);
    return Filter{text, *std::move(root)};
}

namespace {

/// Calls `take` with every term that has a relative time.
template <class Take>
void eachRelative(const FilterChild& child, const Take& take) {
    if (!child)
        return;
    const auto each = [&take](const std::vector<FilterChild>& children) {
        for (const FilterChild& inner : children)
            eachRelative(inner, take);
    };
    if (const auto* const term = std::get_if<FilterTerm>(&child->node)) {
        if (term->ago)
            take(*term);
    } else if (const auto* const all = std::get_if<FilterAnd>(&child->node)) {
        each(all->children);
    } else if (const auto* const any = std::get_if<FilterOr>(&child->node)) {
        each(any->children);
    } else if (const auto* const inverse = std::get_if<FilterNot>(&child->node)) {
        eachRelative(inverse->child, take);
    }
}

FilterChild measuredNode(const FilterChild& child, Timestamp now) {
    const auto each = [now](std::vector<FilterChild> children) {
        for (FilterChild& inner : children)
            inner = measuredNode(inner, now);
        return children;
    };
    FilterNode made = *child;
    if (auto* const term = std::get_if<FilterTerm>(&made.node)) {
        if (!term->ago)
            return child;
        term->value.value = valueBefore(term->field, now, *term->ago);
    } else if (auto* const all = std::get_if<FilterAnd>(&made.node)) {
        all->children = each(std::move(all->children));
    } else if (auto* const any = std::get_if<FilterOr>(&made.node)) {
        any->children = each(std::move(any->children));
    } else if (auto* const inverse = std::get_if<FilterNot>(&made.node)) {
        inverse->child = measuredNode(inverse->child, now);
    }
    return std::make_shared<FilterNode>(std::move(made));
}

} // namespace

std::optional<std::chrono::microseconds> leastAge(const Filter& filter) {
    std::optional<std::chrono::microseconds> least;
    eachRelative(filter.root, [&least](const FilterTerm& term) {
        const auto span = std::max<std::chrono::microseconds>(std::chrono::abs(*term.ago), std::chrono::seconds(1));
        least = std::min(least.value_or(span), span);
    });
    return least;
}

Filter measuredAt(const Filter& filter, Timestamp now) {
    return leastAge(filter) ? Filter{filter.source, measuredNode(filter.root, now)} : filter;
}

Filter both(const Filter& a, const Filter& b) {
    if (a.isEmpty())
        return b;
    if (b.isEmpty())
        return a;
    return Filter{QStringLiteral("(%1) (%2)").arg(a.source, b.source),
                  std::make_shared<FilterNode>(FilterNode{FilterAnd{{a.root, b.root}}})};
}

namespace {

Filter equalTerm(const ColumnSet& schema, const ColumnSet::Column& column, FilterValue wanted, QString source) {
    const FilterField field{static_cast<int>(&column - schema.columns.data()), column.type, {}};
    return Filter{std::move(source),
                  std::make_shared<FilterNode>(FilterNode{FilterTerm{field, Comparison::Equal, std::move(wanted)}})};
}

} // namespace

Filter equals(const ColumnSet& schema, QByteArrayView column, qint64 value) {
    const ColumnSet::Column* found = schema.find(column);
    Q_ASSERT_X(found && (found->type == ColumnType::Integer || found->type == ColumnType::Text), "equals",
               "no such column");
    FilterValue wanted;
    if (found->type == ColumnType::Integer)
        wanted.value = value;
    else
        wanted.value = QByteArray::number(value);
    return equalTerm(schema, *found, std::move(wanted),
                     QStringLiteral("%1:%2").arg(QString::fromUtf8(found->name), QString::number(value)));
}

Filter equals(const ColumnSet& schema, QByteArrayView column, const QByteArray& text) {
    const ColumnSet::Column* found = schema.find(column);
    Q_ASSERT_X(found && found->type == ColumnType::Text, "equals", "no such column");
    QString quoted = QString::fromUtf8(text);
    quoted.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return equalTerm(schema, *found, FilterValue{text, {}},
                     QStringLiteral("%1:\"%2\"").arg(QString::fromUtf8(found->name), quoted));
}

} // namespace portolan
