#include "storage/listing/filterterm.h"

#include "storage/base/timeforms.h"
#include "storage/base/uuidtext.h"
#include "storage/json/jsonnumber.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr std::size_t longestPath = 32;

FilterChild term(const FilterField& field, Comparison comparison, FilterValue value) {
    return std::make_shared<FilterNode>(FilterNode{FilterTerm{field, comparison, std::move(value)}});
}

FilterChild nodeOf(FilterTerm made) {
    return std::make_shared<FilterNode>(FilterNode{std::move(made)});
}

FilterChild all(std::vector<FilterChild> children) {
    return std::make_shared<FilterNode>(FilterNode{FilterAnd{std::move(children)}});
}

FilterChild anyOf(std::vector<FilterChild> children) {
    return std::make_shared<FilterNode>(FilterNode{FilterOr{std::move(children)}});
}

FilterChild negated(FilterChild child) {
    return std::make_shared<FilterNode>(FilterNode{FilterNot{std::move(child)}});
}

/// The last instant that there is for parseIsoTime and the databases' text forms.
constexpr Timestamp lastTime() {
    return sys_days(year(9999) / December / 31) + days(1) - microseconds(1);
}

constexpr Timestamp firstTime() {
    return sys_days(year(1) / January / 1);
}

/// The span that a time as typed covers: a day, a minute, a second or a fraction of one; [first, last], both within it.
struct TimeSpan {
    Timestamp first;
    Timestamp last;
};

/// Returns the length of the text's least unit; `text` is a valid time.
microseconds precisionOf(QByteArrayView text) {
    if (const auto far = farTimeOf(text))
        return precisionOf(far->near);
    constexpr qsizetype dateLength = 10;    // 2025-10-16
    constexpr qsizetype minutesLength = 16; // 2025-10-16T14:56
    constexpr qsizetype secondsLength = 19; // 2025-10-16T14:56:05
    if (text.size() == dateLength)
        return days(1);
    if (text.size() == minutesLength || text[minutesLength] != ':')
        return minutes(1);
    if (text.size() == secondsLength || (text[secondsLength] != '.' && text[secondsLength] != ','))
        return seconds(1);
    microseconds unit = seconds(1);
    for (qsizetype i = secondsLength + 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
        unit = std::max(unit / 10, microseconds(1));
    return unit;
}

std::optional<TimeSpan> readTimeSpan(QByteArrayView text) {
    const auto first = parseDatabaseTime(text);
    if (!first)
        return std::nullopt;
    if (isEndless(*first))
        return TimeSpan{*first, *first};
    return TimeSpan{*first, *first + precisionOf(text) - microseconds(1)};
}

/// Reads "-2h", two hours before the question, and "+2h", after it; nothing for other texts.
std::optional<microseconds> readRelative(QByteArrayView text) {
    if (text.isEmpty() || (text.front() != '-' && text.front() != '+'))
        return std::nullopt;
    const auto span = parseAge(text.sliced(1));
    if (!span)
        return std::nullopt;
    return text.front() == '-' ? *span : -*span;
}

/// Turns a comparison of ages into one of times: age > 2h is time < now - 2h.
Comparison mirrored(Comparison comparison) {
    switch (comparison) {
    case Comparison::Less:
        return Comparison::Greater;
    case Comparison::LessOrEqual:
        return Comparison::GreaterOrEqual;
    case Comparison::Greater:
        return Comparison::Less;
    case Comparison::GreaterOrEqual:
        return Comparison::LessOrEqual;
    case Comparison::Equal:
    case Comparison::Contains:
    case Comparison::IsSet:
        break;
    }
    return comparison;
}

bool isOrdering(Comparison comparison) {
    return mirrored(comparison) != comparison;
}

std::optional<qint64> readInteger(QByteArrayView text) {
    const QByteArrayView digits = text.startsWith('-') ? text.sliced(1) : text;
    if (digits.isEmpty() || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<double> readReal(QByteArrayView text) {
    if (!isJsonNumber(text))
        return std::nullopt;
    const double value = jsonNumberValue(text);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

using AnyNumber = decltype(FilterValue::value);

/// Reads a number as SQL does: whole where 64 bits hold it, else real.
std::optional<AnyNumber> readAnyNumber(QByteArrayView text) {
    if (const auto whole = readInteger(text))
        return AnyNumber(*whole);
    static constexpr QByteArrayView ofNumbers("0123456789.eE+-");
    if (!std::all_of(text.begin(), text.end(), [](char c) { return ofNumbers.contains(c); }))
        return std::nullopt;
    bool isNumber = false;
    const double value = text.toDouble(&isNumber);
    return isNumber ? std::optional(AnyNumber(value)) : std::nullopt;
}

/// Reads a number that documents can hold in every database; nothing for others, which are compared as texts.
std::optional<double> readHeldNumber(QByteArrayView text) {
    const auto value = readReal(text);
    return value && isHeldNumber(text) ? value : std::nullopt;
}

std::optional<bool> readBoolean(QByteArrayView text) {
    if (text.compare("true", Qt::CaseInsensitive) == 0)
        return true;
    if (text.compare("false", Qt::CaseInsensitive) == 0)
        return false;
    return std::nullopt;
}

/// Returns the usual form of an id that was written in capitals, in braces or without hyphens.
std::optional<QByteArray> usualForm(const FilterToken& token, const FilterField& field, const QByteArray& written) {
    const bool isId = token.name == "id" || token.name.endsWith("_id");
    if (!isId || field.type != ColumnType::Text || token.comparison != Comparison::Equal)
        return std::nullopt;
    auto usual = canonicalUuid(written);
    return usual && *usual != written ? usual : std::nullopt;
}

} // namespace

Timestamp timeBefore(Timestamp now, microseconds ago) {
    return std::clamp(now - ago, firstTime(), lastTime());
}

Timestamp valueBefore(const FilterField& field, Timestamp now, microseconds ago) {
    const Timestamp time = timeBefore(now, ago);
    return field.type == ColumnType::Date ? Timestamp(floor<days>(time)) : time;
}

Result<FilterChild> FilterTerms::make(const FilterToken& token) const {
    if (isAge(token))
        return makeAge(token);
    const auto field = resolve(token);
    PORTOLAN_TRY(field);
    std::vector<FilterChild> any;
    for (const FilterLiteral& literal : token.values) {
        auto child = makeTerm(*field, token.comparison, literal);
        PORTOLAN_TRY(child);
        any.push_back(*std::move(child));
        if (auto usual = usualForm(token, *field, literal.text))
            any.push_back(term(*field, Comparison::Equal, {std::move(*usual), {}}));
    }
    if (any.size() == 1)
        return any.front();
    return FilterChild(std::make_shared<FilterNode>(FilterNode{FilterOr{std::move(any)}}));
}

Result<FilterField> FilterTerms::resolve(const FilterToken& token) const {
    const auto alias = std::find_if(m_schema.jsonAliases.begin(), m_schema.jsonAliases.end(),
                                    [&](const auto& entry) { return entry.first == token.name; });
    const ColumnSet::Column* column = m_schema.find(token.name);
    if (!column && alias != m_schema.jsonAliases.end())
        column = m_schema.find(alias->second);
    if (!column)
        return refuse(token.position,
                      QStringLiteral("unknown column %1; %2.").arg(shownInError(token.name), knownColumns()));
    if (!token.path.empty() && column->type != ColumnType::Json)
        return refuse(
            token.position,
            QStringLiteral("column %1 is no document that one could reach into.").arg(shownInError(token.name)));
    if (token.path.size() > longestPath)
        return refuse(token.position, QStringLiteral("expected at most %1 steps into a document.").arg(longestPath));
    return FilterField{static_cast<int>(column - m_schema.columns.data()), column->type, token.path};
}

bool FilterTerms::isAge(const FilterToken& token) const {
    return token.name == "age" && token.path.empty() && !m_schema.find("age") && m_schema.find(m_schema.timeColumn);
}

FilterField FilterTerms::fieldOf(const QByteArray& column) const {
    const ColumnSet::Column* const found = m_schema.find(column);
    return {static_cast<int>(found - m_schema.columns.data()), found->type, {}};
}

/// Makes the comparison with the time that an age means; the caller sets its field.
Result<FilterTerm> FilterTerms::readAge(const FilterToken& token) const {
    const FilterLiteral& literal = token.values.front();
    if (!isOrdering(token.comparison))
        return refuse(token.position, QStringLiteral("expected >, >=, < or <= after \"age\", as in age>2h."));
    const auto age = parseAge(literal.text);
    if (!age)
        return refuse(
            literal.position,
            QStringLiteral("expected an age like 30s, 15m, 2h or 7d, not %1.").arg(shownInError(literal.text)));
    return FilterTerm{{}, mirrored(token.comparison), FilterValue{timeBefore(m_now, *age), {}}, *age};
}

FilterChild FilterTerms::ageBy(const QByteArray& timeColumn, FilterTerm age) const {
    age.field = fieldOf(timeColumn);
    return nodeOf(std::move(age));
}

Result<FilterChild> FilterTerms::makeAge(const FilterToken& token) const {
    const Result<FilterTerm> age = readAge(token);
    PORTOLAN_TRY(age);
    const ColumnSet::Waiting& waiting = m_schema.waiting;
    if (waiting.timeColumn.isEmpty())
        return ageBy(m_schema.timeColumn, *age);
    const FilterChild waits = term(fieldOf(waiting.column), Comparison::Equal, FilterValue{waiting.value, {}});
    std::vector<FilterChild> any{ageBy(waiting.timeColumn, *age)};
    if (m_schema.ended.values.empty()) {
        any.push_back(all({negated(waits), ageBy(m_schema.timeColumn, *age)}));
        return anyOf(std::move(any));
    }
    // Each part begins with what an index serves.
    std::vector<FilterChild> ends;
    for (const QByteArray& value : m_schema.ended.values)
        ends.push_back(term(fieldOf(waiting.column), Comparison::Equal, FilterValue{value, {}}));
    any.push_back(all({anyOf(std::move(ends)), ageBy(m_schema.ended.timeColumn, *age)}));
    any.push_back(all({negated(waits), negated(term(fieldOf(m_schema.ended.timeColumn), Comparison::IsSet, {})),
                       ageBy(m_schema.timeColumn, *age)}));
    return anyOf(std::move(any));
}

Result<FilterChild> FilterTerms::makeAgeOf(const FilterToken& token, const QByteArray& value) const {
    const Result<FilterTerm> age = readAge(token);
    PORTOLAN_TRY(age);
    const std::vector<QByteArray>& ended = m_schema.ended.values;
    if (std::ranges::find(ended, value) != ended.end())
        return anyOf({ageBy(m_schema.ended.timeColumn, *age),
                      all({negated(term(fieldOf(m_schema.ended.timeColumn), Comparison::IsSet, {})),
                           ageBy(m_schema.timeColumn, *age)})});
    return ageBy(value == m_schema.waiting.value ? m_schema.waiting.timeColumn : m_schema.timeColumn, *age);
}

Result<FilterChild> FilterTerms::makeTerm(const FilterField& field, Comparison comparison,
                                          const FilterLiteral& literal) const {
    if (comparison == Comparison::Equal && literal.isStar())
        return term(field, Comparison::IsSet, {});
    const ColumnSet::Column& column = m_schema.columns[static_cast<std::size_t>(field.column)];
    const bool isLoose = column.keeps != ColumnSet::Keeps::Typed;
    const bool isText = field.type == ColumnType::Text || field.type == ColumnType::Json
                        || field.type == ColumnType::Native || field.type == ColumnType::Numeric || isLoose;
    if (comparison == Comparison::Contains && !isText)
        return refuse(literal.position - 1,
                      QStringLiteral("expected : > >= < or <= after %1; ~ is for texts.").arg(nameOf(field)));
    if (comparison != Comparison::Contains && field.type == ColumnType::Json && field.path.empty())
        return refuse(literal.position,
                      QStringLiteral("%1 is a whole document: name a place in it (%2.name:value), "
                                     "or search it (%2~text).")
                          .arg(nameOf(field), QString::fromUtf8(m_schema.columns[std::size_t(field.column)].name)));
    const auto ago = isOrdering(comparison) && !literal.quoted ? readRelative(literal.text) : std::nullopt;
    if (ago && (column.mayHoldTimes || !field.path.empty()))
        return makeRelative(field, comparison, literal, *ago);
    if (ago && field.type == ColumnType::Text && !isLoose && !column.isNative)
        return refuse(literal.position,
                      QStringLiteral("%1 is no time, as %2 is one (in quotes it is compared as the text "
                                     "that it is).")
                          .arg(nameOf(field), shownInError(literal.text)));
    if (isLoose)
        return makeLoose(field, comparison, literal);
    if (column.isNative && field.path.empty())
        return comparison == Comparison::Contains ? term(field, comparison, FilterValue{literal.text, {}})
                                                  : makeNative(field, comparison, literal);
    if (field.type == ColumnType::Boolean && isOrdering(comparison))
        return refuse(literal.position,
                      QStringLiteral("%1 is true or false: expected \":\" and one of them.").arg(nameOf(field)));
    if (field.type == ColumnType::Time)
        return makeTime(field, comparison, literal);
    if (field.type == ColumnType::Date)
        return makeDate(field, comparison, literal);
    auto value = readValue(field, literal);
    PORTOLAN_TRY(value);
    return term(field, comparison, *std::move(value));
}

ColumnSet::Keeps FilterTerms::keepsOf(const FilterField& field) const {
    return m_schema.columns[static_cast<std::size_t>(field.column)].keeps;
}

/// Makes the term of a column that keeps anything: a number or a text; for a truth value, either way of keeping it.
Result<FilterChild> FilterTerms::makeLoose(const FilterField& field, Comparison comparison,
                                           const FilterLiteral& literal) const {
    const FilterChild asText = term(field, comparison, FilterValue{literal.text, {}});
    if (comparison == Comparison::Contains)
        return asText;
    const auto number = readAnyNumber(literal.text);
    if (number && (keepsOf(field) == ColumnSet::Keeps::Numbers || !literal.quoted))
        return term(field, comparison, FilterValue{*number, {}});
    const auto truth = readBoolean(literal.text);
    if (field.type == ColumnType::Boolean && truth && !literal.quoted) {
        const FilterChild asNumber = term(field, comparison, FilterValue{qint64(*truth), {}});
        return FilterChild(std::make_shared<FilterNode>(FilterNode{FilterOr{{asNumber, asText}}}));
    }
    const bool isOfNumbers = field.type == ColumnType::Integer || field.type == ColumnType::Real;
    if (isOfNumbers && !literal.quoted)
        return refuse(literal.position, QStringLiteral("%1 holds numbers: %2 is none (in quotes it is compared as the "
                                                       "text that it is).")
                                            .arg(nameOf(field), shownInError(literal.text)));
    return asText;
}

/// Makes a term of which the database judges the value; its position is for the database's error.
Result<FilterChild> FilterTerms::makeNative(const FilterField& field, Comparison comparison,
                                            const FilterLiteral& literal) const {
    using Compares = ColumnSet::Column::Compares;
    const Compares compares = m_schema.columns[static_cast<std::size_t>(field.column)].compares;
    if (compares == Compares::Never)
        return refuse(literal.position,
                      QStringLiteral("values of %1 have no comparison in the database: expected %1:* or %1~text.")
                          .arg(nameOf(field)));
    if (compares == Compares::Equal && isOrdering(comparison))
        return refuse(
            literal.position,
            QStringLiteral("values of %1 have no order in the database: expected : or ~.").arg(nameOf(field)));
    return nodeOf(FilterTerm{field, comparison, FilterValue{literal.text, {}}, {}, literal.position});
}

Result<FilterChild> FilterTerms::makeTime(const FilterField& field, Comparison comparison,
                                          const FilterLiteral& literal) const {
    if (const auto ago = readRelative(literal.text))
        return makeRelative(field, comparison, literal, *ago);
    const auto span = readTimeSpan(literal.text);
    if (!span)
        return refuse(
            literal.position,
            QStringLiteral("%1 is a time: expected one like 2025-10-16 or 2025-10-16T14:56:05Z, or -2h for two "
                           "hours ago, not %2.")
                .arg(nameOf(field), shownInError(literal.text)));
    const FilterValue first{span->first, {}};
    const FilterValue last{span->last, {}};
    switch (comparison) {
    case Comparison::Less:
    case Comparison::GreaterOrEqual:
        return term(field, comparison, first);
    case Comparison::Greater:
    case Comparison::LessOrEqual:
        return term(field, comparison, last);
    case Comparison::Equal:
    case Comparison::Contains:
    case Comparison::IsSet:
        break;
    }
    if (span->first == span->last)
        return term(field, Comparison::Equal, first);
    return all({term(field, Comparison::GreaterOrEqual, first), term(field, Comparison::LessOrEqual, last)});
}

Result<FilterChild> FilterTerms::makeRelative(const FilterField& field, Comparison comparison,
                                              const FilterLiteral& literal, microseconds ago) const {
    if (!isOrdering(comparison))
        return refuse(
            literal.position,
            QStringLiteral("no row is of the very moment of %1: expected >, >=, < or <= before it, as in %2>-2h.")
                .arg(shownInError(literal.text), nameOf(field)));
    return nodeOf(FilterTerm{field, comparison, FilterValue{valueBefore(field, m_now, ago), {}}, ago});
}

Result<FilterChild> FilterTerms::makeDate(const FilterField& field, Comparison comparison,
                                          const FilterLiteral& literal) const {
    if (const auto ago = readRelative(literal.text))
        return makeRelative(field, comparison, literal, *ago);
    const auto span = readTimeSpan(literal.text);
    if (!span || (!isEndless(span->first) && precisionOf(literal.text) != days(1)))
        return refuse(literal.position,
                      QStringLiteral("%1 is a date: expected one like 2025-10-16, or -7d for seven days ago, not %2.")
                          .arg(nameOf(field), shownInError(literal.text)));
    return term(field, comparison, FilterValue{span->first, {}});
}

Result<FilterValue> FilterTerms::readValue(const FilterField& field, const FilterLiteral& literal) const {
    const auto refused = [&](const QString& expected) {
        return refuse(
            literal.position,
            QStringLiteral("%1 holds %2: %3 is none.").arg(nameOf(field), expected, shownInError(literal.text)));
    };
    switch (field.type) {
    case ColumnType::Integer:
        if (const auto value = readInteger(literal.text))
            return FilterValue{*value, {}};
        return refused(QStringLiteral("whole numbers of 64 bits"));
    case ColumnType::Real:
        if (const auto value = readReal(literal.text))
            return FilterValue{*value, {}};
        return refused(QStringLiteral("numbers (like -1.5 or 2e6)"));
    case ColumnType::Numeric:
        if (isJsonNumber(literal.text))
            return FilterValue{literal.text, {}};
        return refused(QStringLiteral("numbers (like -1.5 or 2e6)"));
    case ColumnType::Boolean:
        if (const auto value = readBoolean(literal.text))
            return FilterValue{*value, {}};
        return refused(QStringLiteral("true or false"));
    case ColumnType::Json:
        return FilterValue{literal.text, literal.quoted ? std::nullopt : readHeldNumber(literal.text)};
    case ColumnType::Text:
    case ColumnType::Time:
    case ColumnType::Date:
    case ColumnType::Native:
        break;
    }
    return FilterValue{literal.text, {}};
}

Error FilterTerms::refuse(qsizetype position, const QString& what) const {
    return filterError(m_filter, position, what);
}

QString FilterTerms::nameOf(const FilterField& field) const {
    const QString name = QString::fromUtf8(m_schema.columns[static_cast<std::size_t>(field.column)].name);
    return field.path.empty() ? name : QStringLiteral("the place in %1").arg(name);
}

QString FilterTerms::knownColumns() const {
    QStringList names;
    for (const ColumnSet::Column& column : m_schema.columns)
        names << typedName(column.name);
    for (const auto& [alias, column] : m_schema.jsonAliases)
        names << QString::fromUtf8(alias) + u'.';
    if (m_schema.find(m_schema.timeColumn))
        names << QStringLiteral("age");
    return QStringLiteral("columns are ") + names.join(QStringLiteral(", "));
}

} // namespace portolan
