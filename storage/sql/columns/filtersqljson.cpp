#include "storage/sql/columns/filtersqljson.h"

#include "storage/json/jsonnumber.h"
#include "storage/json/jsontext.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/sqlitejson.h"

#include <QUtf8StringView>
#include <algorithm>
#include <optional>

namespace portolan {

namespace {

using Path = std::vector<std::variant<QByteArray, int>>;

// Looks of PostgreSQL at `json_place`, the value at the end of the path.
constexpr QLatin1String isValue("jsonb_typeof(json_place) IN ('string', 'number', 'boolean')");
constexpr QLatin1String isInOrder("jsonb_typeof(json_place) IN ('string', 'number')"); ///< beside a number
constexpr QLatin1String isNumber("jsonb_typeof(json_place) = 'number'");
constexpr QLatin1String isSet("jsonb_typeof(json_place) <> 'null'");
constexpr QLatin1String placeText("(json_place #>> '{}')");

/// Returns true for a name that no jsonb can have.
bool isNoName(const std::variant<QByteArray, int>& step) {
    const auto* key = std::get_if<QByteArray>(&step);
    return key && (key->contains('\0') || !QUtf8StringView(*key).isValidUtf8());
}

QString inQuotes(const QByteArray& text) {
    QByteArray quoted;
    appendJsonString(quoted, text);
    return wholeText(quoted);
}

/// Reads a place step by step: unlike `#>`, `->` tells an object's key "0" from an array's index 0; but index 0 of a
/// scalar is the scalar itself, so an index asks for an array first.
SqlFragment placeAt(const QString& document, const Path& path) {
    SqlFragment place{document, {}};
    for (const auto& step : path) {
        if (const auto* key = std::get_if<QByteArray>(&step)) {
            place.text += QStringLiteral(" -> CAST(? AS text)");
            place.bindings << wholeText(*key);
            continue;
        }
        place.text =
            QStringLiteral("(SELECT CASE WHEN jsonb_typeof(step) = 'array' THEN step -> CAST(? AS integer) END "
                           "FROM (SELECT %1 AS step) AS entered)")
                .arg(place.text);
        place.bindings.prepend(std::get<int>(step));
    }
    return place;
}

SqlFragment compareScalar(const FilterTerm& term, const QByteArray& wanted) {
    const SqlFragment asText = compareText(placeText, term.comparison, wanted, SqlDialect::Postgresql);
    if (!term.value.number)
        return asText;
    return {QStringLiteral("CASE WHEN %1 THEN CAST(json_place #>> '{}' AS numeric) %2 CAST(? AS numeric) ELSE %3 END")
                .arg(isNumber, sqlOperator(term.comparison), asText.text),
            QVariantList{QString::fromLatin1(wanted)} + asText.bindings};
}

/// Compares for equality with constants of jsonb: the values whose text is the wanted one. Nothing where these are not
/// known by themselves: a text in quotes that a number may be written as.
std::optional<SqlFragment> equalScalar(const FilterTerm& term, const QByteArray& wanted) {
    if (term.comparison != Comparison::Equal || (!term.value.number && isJsonNumber(wanted)))
        return std::nullopt;
    QStringList values;
    QVariantList bindings;
    if (term.value.number) { // 1.50 is 1.5
        values << QStringLiteral("CAST(? AS jsonb)");
        bindings << QString::fromLatin1(wanted);
    }
    if (isPostgresqlText(wanted)) {
        values << QStringLiteral("CAST(? AS jsonb)");
        bindings << inQuotes(wanted);
    }
    if (wanted == "true" || wanted == "false" || wanted == "null")
        values << QStringLiteral("CAST('%1' AS jsonb)").arg(QString::fromLatin1(wanted));
    if (values.isEmpty())
        return SqlFragment{QStringLiteral("FALSE"), {}};
    return SqlFragment{QStringLiteral("json_place = ANY (ARRAY[%1])").arg(values.join(QStringLiteral(", "))), bindings};
}

/// Compares the place as a time: an ISO text, or seconds or milliseconds since 1970, as fromUnixNumber() takes them.
SqlFragment compareTime(Comparison comparison, Timestamp wanted) {
    const QString number = QStringLiteral("CAST(json_place #>> '{}' AS numeric)");
    return {QStringLiteral("CASE jsonb_typeof(json_place) WHEN 'string' THEN %1 WHEN 'number' THEN CASE WHEN abs(%2) > "
                           "253402300799999 THEN NULL WHEN abs(%2) >= 1e11 THEN to_timestamp(CAST(%2 / 1000 AS double "
                           "precision)) ELSE to_timestamp(CAST(%2 AS double precision)) END END %3 CAST(? AS "
                           "timestamptz)")
                .arg(serverTimeOfText(QStringLiteral("json_place #>> '{}'")), number, sqlOperator(comparison)),
            {microsecondsText(wanted)}};
}

SqlFragment condition(const FilterTerm& term) {
    if (term.comparison == Comparison::IsSet)
        return {isSet, {}};
    if (const auto* const time = std::get_if<Timestamp>(&term.value.value))
        return compareTime(term.comparison, *time);
    const auto* text = std::get_if<QByteArray>(&term.value.value);
    const QByteArray wanted = text ? *text : QByteArray();
    if (auto equal = equalScalar(term, wanted))
        return std::move(*equal);
    SqlFragment compared = term.comparison == Comparison::Contains
                               ? containsText(placeText, wanted, SqlDialect::Postgresql)
                               : compareScalar(term, wanted);
    compared.text = (term.value.number ? isInOrder : isValue) + QStringLiteral(" AND ") + compared.text;
    return compared;
}

QString jsonPath(const Path& path) {
    QString text = QStringLiteral("$");
    for (const auto& step : path)
        text += u'.' + inQuotes(std::get<QByteArray>(step));
    return text;
}

/// Reads the place as the text of a scalar; NULL for null, as where there is nothing.
SqlFragment textAt(const QString& document, const Path& path) {
    SqlFragment text = placeAt(document, Path(path.begin(), path.end() - 1));
    text.text = QStringLiteral("(%1 ->> CAST(? AS text))").arg(text.text);
    text.bindings << wholeText(std::get<QByteArray>(path.back()));
    return text;
}

/// Returns the digits with which the texts of all equal numbers begin, the wanted one too; nothing where they do not.
std::optional<QByteArray> equalBeginnings(const QByteArray& wanted) {
    if (!isHeldNumber(wanted))
        return std::nullopt;
    QByteArray digits = jsonNumberText(wanted);
    while (digits.contains('.') && (digits.endsWith('0') || digits.endsWith('.')))
        digits.chop(1);
    return wanted.startsWith(digits) ? std::optional(digits) : std::nullopt;
}

/// Numbers in order, by jsonpath: it reads the place once, without making a value of it. A text is not comparable,
/// which is neither true nor false, and null is in no order.
SqlFragment maySatisfyNumber(const QString& document, const FilterTerm& term, const QByteArray& wanted) {
    const Path& path = term.field.path;
    const QString place = jsonPath(path);
    const bool isBelow = term.comparison == Comparison::Less || term.comparison == Comparison::LessOrEqual;
    const Comparison inverse = term.comparison == Comparison::Greater ? Comparison::LessOrEqual : Comparison::Less;
    const QString number = QString::fromLatin1(wanted);
    const QString told = isBelow ? QStringLiteral("%1 %2 %3").arg(place, sqlOperator(term.comparison), number)
                                 : QStringLiteral("!(%1 %2 %3) && exists(%1)").arg(place, sqlOperator(inverse), number);
    return {QStringLiteral("(jsonb_exists(%1, CAST(? AS text)) AND (%1 @@ CAST(? AS jsonpath)) IS NOT FALSE)")
                .arg(document),
            {wholeText(std::get<QByteArray>(path.front())), told}};
}

/// Makes a condition that holds wherever the term does, costs as little as the plainest question about the place, and
/// leaves few rows to the term itself.
std::optional<SqlFragment> maySatisfy(const QString& document, const FilterTerm& term, const QByteArray& wanted) {
    if (term.comparison == Comparison::IsSet || std::holds_alternative<Timestamp>(term.value.value))
        return std::nullopt;
    SqlFragment text = textAt(document, term.field.path);
    SqlFragment compared;
    if (term.comparison == Comparison::Equal && term.value.number) {
        const std::optional<QByteArray> digits = equalBeginnings(wanted);
        if (!digits)
            return std::nullopt;
        compared = {QStringLiteral("(%1 LIKE ?)").arg(text.text), {QString::fromLatin1(*digits) + u'%'}};
    } else if (term.comparison == Comparison::Equal && wanted != "null") {
        compared = compareText(text.text, term.comparison, wanted, SqlDialect::Postgresql);
    } else if (term.comparison != Comparison::Contains && term.value.number) {
        return isHeldNumber(wanted) ? std::optional(maySatisfyNumber(document, term, wanted)) : std::nullopt;
    } else {
        if (term.comparison == Comparison::Equal)
            text.text = QStringLiteral("coalesce(%1, 'null')").arg(text.text);
        compared = term.comparison == Comparison::Contains
                       ? containsText(text.text, wanted, SqlDialect::Postgresql)
                       : compareText(text.text, term.comparison, wanted, SqlDialect::Postgresql);
    }
    if (!compared.bindings.isEmpty()) // of a text that no row has there are none
        compared.bindings = text.bindings + compared.bindings;
    return compared;
}

/// Returns true when maySatisfy() says all of the term: no object's or array's text is this one, and null has none.
bool isTermItself(const FilterTerm& term, const QByteArray& wanted) {
    return term.comparison == Comparison::Equal && !term.value.number && wanted != "null" && !wanted.startsWith('{')
           && !wanted.startsWith('[');
}

/// Writes the place in its own words wherever a condition names it: what stands in a subquery for each row costs
/// several times as much, and keeps a server from looking in parallel.
SqlFragment inPlace(const SqlFragment& place, const SqlFragment& condition) {
    static const QLatin1String name("json_place");
    SqlFragment made{QStringLiteral("coalesce("), {}};
    auto bound = condition.bindings.begin();
    for (qsizetype at = 0; at < condition.text.size();) {
        if (QStringView(condition.text).sliced(at).startsWith(name)) {
            made.text += u'(' + place.text + u')';
            made.bindings += place.bindings;
            at += name.size();
            continue;
        }
        if (condition.text[at] == u'?')
            made.bindings << *bound++;
        made.text += condition.text[at++];
    }
    made.text += QStringLiteral(", FALSE)");
    return made;
}

} // namespace

/// Pairs of backslashes go first (as byte 1, which no document has): what is left begins an escape. Whole surrogate
/// pairs are put aside as byte 2.
QString asJsonb(const QString& document) {
    const QString text = QStringLiteral("CAST(%1 AS text)").arg(document);
    QString mended = QStringLiteral(R"(replace(replace(%1, E'\\\\', chr(1)), E'\\u0000', E'\\u0001'))").arg(text);
    mended = QStringLiteral("regexp_replace(%1, E'%2(u[dD][89abAB]..)%2(u[dD][c-fC-F]..)', "
                            R"(chr(2) || E'\\1' || chr(2) || E'\\2', 'g'))")
                 .arg(mended, QStringLiteral(R"(\\\\)"));
    mended = QStringLiteral(R"(regexp_replace(%1, E'\\\\u[dD][89a-fA-F]..', E'\\\\ufffd', 'g'))").arg(mended);
    mended = QStringLiteral(R"(replace(replace(%1, chr(2), E'\\'), chr(1), E'\\\\'))").arg(mended);
    return QStringLiteral(R"((CASE WHEN %2 NOT LIKE E'%\\\\u%' OR %2 !~ E'\\\\u(0000|[dD][89a-fA-F])' )"
                          "THEN CAST(%1 AS jsonb) ELSE CAST(%3 AS jsonb) END)")
        .arg(document, text, mended);
}

SqlFragment jsonCondition(const QString& document, const FilterTerm& term, SqlDialect dialect) {
    if (dialect == SqlDialect::Sqlite)
        return sqliteJsonCondition(document, term);
    if (std::ranges::any_of(term.field.path, isNoName))
        return {QStringLiteral("(1=0)"), {}};
    const SqlFragment place = placeAt(document, term.field.path);
    const SqlFragment compared = condition(term);
    const bool isOfNames =
        std::ranges::all_of(term.field.path, [](const auto& step) { return std::holds_alternative<QByteArray>(step); });
    if (isOfNames) { // an index is looked up in a subquery itself
        const auto* const text = std::get_if<QByteArray>(&term.value.value);
        const QByteArray wanted = text ? *text : QByteArray();
        auto may = maySatisfy(document, term, wanted);
        if (may && isTermItself(term, wanted))
            return std::move(*may);
        const SqlFragment found = inPlace(place, compared);
        return may ? SqlFragment{QStringLiteral("(%1 AND %2)").arg(may->text, found.text),
                                 may->bindings + found.bindings}
                   : found;
    }
    return {QStringLiteral("EXISTS (SELECT 1 FROM (SELECT %1 AS json_place) AS found WHERE %2)")
                .arg(place.text, compared.text),
            place.bindings + compared.bindings};
}

} // namespace portolan
