#include "storage/sql/columns/filtersqljson.h"

#include "storage/json/jsonnumber.h"
#include "storage/json/jsontext.h"
#include "storage/sql/columns/sqlitejson.h"

#include <QUtf8StringView>
#include <algorithm>
#include <optional>

namespace portolan {

namespace {

using Path = std::vector<std::variant<QByteArray, int>>;

// How PostgreSQL looks at `json_place`, the value at the end of the path.
constexpr QLatin1String isScalar("jsonb_typeof(json_place) NOT IN ('object', 'array')");
constexpr QLatin1String isNumber("jsonb_typeof(json_place) = 'number'");
constexpr QLatin1String isSet("jsonb_typeof(json_place) <> 'null'");
constexpr QLatin1String placeText("(coalesce(json_place #>> '{}', 'null'))");

/// A name that no jsonb can have.
bool isNoName(const std::variant<QByteArray, int>& step) {
    const auto* key = std::get_if<QByteArray>(&step);
    return key && (key->contains('\0') || !QUtf8StringView(*key).isValidUtf8());
}

/// Step by step: unlike `#>`, `->` tells an object's key "0" from an array's index 0; but index 0 of a scalar is the
/// scalar itself, so an index asks for an array first.
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

/// Equal, as one comparison with constants of jsonb: the values whose text is the wanted one. Nothing where these are
/// not known by themselves: a text in quotes that a number may be written as.
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
        QByteArray quoted;
        appendJsonString(quoted, wanted);
        bindings << wholeText(quoted);
    }
    if (wanted == "true" || wanted == "false" || wanted == "null")
        values << QStringLiteral("CAST('%1' AS jsonb)").arg(QString::fromLatin1(wanted));
    if (values.isEmpty())
        return SqlFragment{QStringLiteral("FALSE"), {}};
    return SqlFragment{QStringLiteral("json_place = ANY (ARRAY[%1])").arg(values.join(QStringLiteral(", "))), bindings};
}

SqlFragment condition(const FilterTerm& term) {
    if (term.comparison == Comparison::IsSet)
        return {isSet, {}};
    const auto* text = std::get_if<QByteArray>(&term.value.value);
    const QByteArray wanted = text ? *text : QByteArray();
    if (auto equal = equalScalar(term, wanted))
        return std::move(*equal);
    SqlFragment compared = term.comparison == Comparison::Contains
                               ? containsText(placeText, wanted, SqlDialect::Postgresql)
                               : compareScalar(term, wanted);
    compared.text = isScalar + QStringLiteral(" AND ") + compared.text;
    return compared;
}

/// The condition with the place in its own words wherever it is named: what stands in a subquery for each row costs
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

SqlFragment jsonCondition(const QString& document, const FilterTerm& term, SqlDialect dialect) {
    if (dialect == SqlDialect::Sqlite)
        return sqliteJsonCondition(document, term);
    if (std::ranges::any_of(term.field.path, isNoName))
        return {QStringLiteral("(1=0)"), {}};
    const SqlFragment place = placeAt(document, term.field.path);
    const SqlFragment compared = condition(term);
    const bool isOfNames =
        std::ranges::all_of(term.field.path, [](const auto& step) { return std::holds_alternative<QByteArray>(step); });
    if (isOfNames) // an index is looked up in a subquery itself
        return inPlace(place, compared);
    return {QStringLiteral("EXISTS (SELECT 1 FROM (SELECT %1 AS json_place) AS found WHERE %2)")
                .arg(place.text, compared.text),
            place.bindings + compared.bindings};
}

} // namespace portolan
