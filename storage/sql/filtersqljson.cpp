#include "storage/sql/filtersqljson.h"

#include "storage/base/jsonplace.h"

#include <QStringList>

namespace portolan {

namespace {

/// How a dialect looks at `json_place`, the value at the end of the path: JSON text in SQLite (numbers with all
/// their digits, which json_extract() would round), jsonb in PostgreSQL.
struct PlaceWords {
    const char* isScalar;
    const char* isNumber;
    const char* isSet;
    const char* text;
    const char* number;
    const char* wantedNumber;
};

constexpr PlaceWords sqliteWords{
    "substr(json_place, 1, 1) NOT IN ('{', '[')",
    "json_place GLOB '[-0-9]*'",
    "json_place <> 'null'",
    "CASE WHEN substr(json_place, 1, 1) = '\"' THEN json_place ->> '$' ELSE json_place END",
    "CAST(json_place AS REAL)",
    "CAST(? AS REAL)",
};

constexpr PlaceWords postgresqlWords{
    "jsonb_typeof(json_place) NOT IN ('object', 'array')",
    "jsonb_typeof(json_place) = 'number'",
    "jsonb_typeof(json_place) <> 'null'",
    "coalesce(json_place #>> '{}', 'null')",
    "CAST(json_place #>> '{}' AS numeric)",
    "CAST(? AS numeric)",
};

const PlaceWords& wordsOf(SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return sqliteWords;
    case SqlDialect::Postgresql:
        break;
    }
    return postgresqlWords;
}

QString latin(const char* text) {
    return QString::fromLatin1(text);
}

/// The spellings of a key in JSON text that are common: as it is, ASCII only (either case of hexadecimal digits),
/// and ASCII only with escaped slashes.
enum class Spelling { Plain, LowerHex, UpperHex, LowerHexSlash };
constexpr Spelling spellings[] = {Spelling::Plain, Spelling::LowerHex, Spelling::UpperHex, Spelling::LowerHexSlash};

QString spelled(const QString& key, Spelling spelling) {
    if (spelling == Spelling::Plain)
        return key;
    QString out;
    for (const QChar c : key) {
        if (c.unicode() >= 0x80) {
            const QString hex = QString::number(c.unicode(), 16).rightJustified(4, u'0');
            out += QStringLiteral("\\u") + (spelling == Spelling::UpperHex ? hex.toUpper() : hex);
        } else if (c == u'/' && spelling == Spelling::LowerHexSlash) {
            out += QStringLiteral("\\/");
        } else {
            out += c;
        }
    }
    return out;
}

bool isPlainKey(const QByteArray& key) {
    return !key.isEmpty() && !key.contains('"') && !key.contains('\\') && !key.contains('\0');
}

using Path = std::vector<std::variant<QByteArray, int>>;

QString sqlitePath(const Path& path, Spelling spelling) {
    QString text = QStringLiteral("$");
    for (const auto& step : path) {
        if (const auto* key = std::get_if<QByteArray>(&step))
            text += QStringLiteral(".\"") + spelled(wholeText(*key), spelling) + u'"';
        else
            text += u'[' + QString::number(std::get<int>(step)) + u']';
    }
    return text;
}

SqlFragment sqlitePlace(const QString& document, const Path& path) {
    QStringList paths;
    for (const Spelling spelling : spellings)
        paths << sqlitePath(path, spelling);
    paths.removeDuplicates();
    SqlFragment place;
    QStringList places;
    for (const QString& each : std::as_const(paths)) {
        places << QStringLiteral("%1 -> ?").arg(document);
        place.bindings << each;
    }
    const QString found = places.size() == 1 ? places.front() : QStringLiteral("coalesce(%1)").arg(places.join(u','));
    place.text = QStringLiteral("CASE WHEN json_valid(%1) THEN %2 END").arg(document, found);
    return place;
}

/// Step by step: unlike `#>`, `->` tells an object's key "0" from an array's index 0; but index 0 of a scalar is the
/// scalar itself, so an index asks for an array first.
SqlFragment postgresqlPlace(const QString& document, const Path& path) {
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

/// Both are numbers. In SQLite they compare as doubles, and plain integers that are one double (beyond 2^53) by
/// sign, length and digits; PostgreSQL's numeric is exact by itself.
SqlFragment compareNumbers(Comparison comparison, const QByteArray& wanted, SqlDialect dialect) {
    const PlaceWords& words = wordsOf(dialect);
    const QString number = QString::fromLatin1(wanted);
    const QString plain =
        QStringLiteral("%1 %2 %3").arg(latin(words.number), sqlOperator(comparison), latin(words.wantedNumber));
    if (dialect == SqlDialect::Postgresql || !isPlainInteger(wanted))
        return {plain, {number}};
    const bool negative = wanted.startsWith('-');
    // Row values (length, digits); a negative number is the smaller the longer it is, so its sides change places.
    const QString exact = negative ? QStringLiteral("(?, ?) %1 (length(json_place), json_place)")
                                   : QStringLiteral("(length(json_place), json_place) %1 (?, ?)");
    return {QStringLiteral("CASE WHEN CAST(json_place AS REAL) = CAST(? AS REAL) AND json_place <> '-0' "
                           "AND json_place NOT GLOB '*[.eE]*' THEN %1 ELSE %2 END")
                .arg(exact.arg(sqlOperator(comparison)), plain),
            {number, qlonglong(wanted.size()), number, number}};
}

SqlFragment compareScalar(const FilterTerm& term, const QByteArray& wanted, SqlDialect dialect) {
    const PlaceWords& words = wordsOf(dialect);
    const SqlFragment asText = compareText(u'(' + latin(words.text) + u')', term.comparison, wanted, dialect);
    if (!term.value.number)
        return asText;
    const SqlFragment asNumber = compareNumbers(term.comparison, wanted, dialect);
    return {QStringLiteral("CASE WHEN %1 THEN %2 ELSE %3 END").arg(latin(words.isNumber), asNumber.text, asText.text),
            asNumber.bindings + asText.bindings};
}

SqlFragment condition(const FilterTerm& term, SqlDialect dialect) {
    const PlaceWords& words = wordsOf(dialect);
    if (term.comparison == Comparison::IsSet)
        return {latin(words.isSet), {}};
    const auto* text = std::get_if<QByteArray>(&term.value.value);
    const QByteArray wanted = text ? *text : QByteArray();
    SqlFragment compared = term.comparison == Comparison::Contains
                               ? containsText(u'(' + latin(words.text) + u')', wanted, dialect)
                               : compareScalar(term, wanted, dialect);
    compared.text = latin(words.isScalar) + QStringLiteral(" AND ") + compared.text;
    return compared;
}

} // namespace

SqlFragment jsonCondition(const QString& document, const FilterTerm& term, SqlDialect dialect) {
    for (const auto& step : term.field.path) {
        const auto* key = std::get_if<QByteArray>(&step);
        if (key && !isPlainKey(*key)) // the parser refuses these
            return {QStringLiteral("(1=0)"), {}};
    }
    const SqlFragment place = dialect == SqlDialect::Sqlite ? sqlitePlace(document, term.field.path)
                                                            : postgresqlPlace(document, term.field.path);
    const SqlFragment compared = condition(term, dialect);
    return {QStringLiteral("EXISTS (SELECT 1 FROM (SELECT %1 AS json_place) AS found WHERE %2)")
                .arg(place.text, compared.text),
            place.bindings + compared.bindings};
}

} // namespace portolan
