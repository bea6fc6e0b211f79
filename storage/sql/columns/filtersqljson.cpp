#include "storage/sql/columns/filtersqljson.h"

#include "storage/sql/columns/sqlitejson.h"

#include <QUtf8StringView>
#include <algorithm>

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

SqlFragment condition(const FilterTerm& term) {
    if (term.comparison == Comparison::IsSet)
        return {isSet, {}};
    const auto* text = std::get_if<QByteArray>(&term.value.value);
    const QByteArray wanted = text ? *text : QByteArray();
    SqlFragment compared = term.comparison == Comparison::Contains
                               ? containsText(placeText, wanted, SqlDialect::Postgresql)
                               : compareScalar(term, wanted);
    compared.text = isScalar + QStringLiteral(" AND ") + compared.text;
    return compared;
}

} // namespace

SqlFragment jsonCondition(const QString& document, const FilterTerm& term, SqlDialect dialect) {
    if (dialect == SqlDialect::Sqlite)
        return sqliteJsonCondition(document, term);
    if (std::ranges::any_of(term.field.path, isNoName))
        return {QStringLiteral("(1=0)"), {}};
    const SqlFragment place = placeAt(document, term.field.path);
    const SqlFragment compared = condition(term);
    return {QStringLiteral("EXISTS (SELECT 1 FROM (SELECT %1 AS json_place) AS found WHERE %2)")
                .arg(place.text, compared.text),
            place.bindings + compared.bindings};
}

} // namespace portolan
