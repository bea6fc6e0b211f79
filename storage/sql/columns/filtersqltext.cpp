#include "storage/sql/columns/filtersqltext.h"

#include "storage/base/timeforms.h"
#include "storage/json/jsonmeaning.h"
#include "storage/sql/columns/sqlitejson.h"

#include <QStringConverter>
#include <QUtf8StringView>
#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype longestPattern = 10'000; // SQLite refuses LIKE patterns over 50,000 bytes

/// Returns bytes that are not null: a null QByteArray would be bound as NULL.
QByteArray boundBytes(const QByteArray& bytes) {
    return bytes.isNull() ? QByteArray("") : bytes;
}

/// Returns true when SQLite, which takes UTF-16 texts, would take the head for a byte order mark and drop it.
bool beginsLikeByteOrderMark(const QByteArray& text) {
    return text.startsWith("\xEF\xBB\xBF") || text.startsWith("\xEF\xBF\xBE");
}

/// Returns true for a text with U+FFFE or U+FFFF: a database in UTF-16 takes these, in a bound text, for U+FFFD.
bool hasNoCharacter(const QByteArray& text) {
    return text.contains("\xEF\xBF\xBE") || text.contains("\xEF\xBF\xBF");
}

bool isBindableText(const QByteArray& text) {
    return QUtf8StringView(text).isValidUtf8() && !text.contains('\0') && !beginsLikeByteOrderMark(text)
           && !hasNoCharacter(text);
}

SqlFragment noRows() {
    return {QStringLiteral("(1=0)"), {}};
}

QByteArray lowered(QByteArray text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c | 0x20);
    }
    return text;
}

/// Makes "%needle%" with the needle's own wildcards and backslashes escaped.
QByteArray likePattern(const QByteArray& needle) {
    QByteArray pattern("%");
    for (const char c : needle) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

/// Returns true for a text that LIKE can find: it reads malformed UTF-8 as U+FFFD and ends at a NUL.
bool isLikeable(const QByteArray& needle) {
    return isBindableText(needle) && needle.size() <= longestPattern && !needle.contains("\xEF\xBF\xBD");
}

/// Looks for a text byte by byte, three times as slowly as LIKE.
SqlFragment containsBytes(const QString& expression, const QByteArray& needle, SqlDialect dialect) {
    if (dialect.isUtf16()) // lower() would take bytes for UTF-16
        return {QStringLiteral("portolan_contains(%1, ?)").arg(expression), {boundBytes(lowered(needle))}};
    return {QStringLiteral("(instr(CAST(lower(CAST(%1 AS TEXT)) AS BLOB), ?) > 0)").arg(expression),
            {boundBytes(lowered(needle))}};
}

/// Writes bytes as PostgreSQL's encode(…, 'escape') does.
QByteArray byteaEscaped(const QByteArray& bytes) {
    QByteArray out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\')
            out += "\\\\";
        else if (byte == 0 || byte >= 0x80)
            out += '\\' + QByteArray::number(byte, 8).rightJustified(3, '0');
        else
            out += c;
    }
    return out;
}

SqlFragment containsBytea(const QString& expression, const QByteArray& needle) {
    return {QStringLiteral("(lower(encode(%1, 'escape') COLLATE \"C\") LIKE ? ESCAPE '\\')").arg(expression),
            {QString::fromLatin1(likePattern(byteaEscaped(lowered(needle))))}};
}

/// Makes the expression of what withoutEscapes() makes of a document's text. Pairs of backslashes go first: what is
/// left begins an escape.
QString saidText(const QString& document) {
    static constexpr std::pair<const char*, int> escapes[] = {{"chr(92)", 1}, {"'\"'", 2}, {"'b'", 8}, {"'f'", 12},
                                                              {"'n'", 10},    {"'r'", 13}, {"'t'", 9}};
    QString said = document;
    for (const auto& [escape, character] : escapes)
        said = QStringLiteral("replace(%1, chr(92) || %2, chr(%3))")
                   .arg(said, QLatin1String(escape), QString::number(character));
    return said;
}

/// Looks for a text in a document of PostgreSQL's: in its text, and in what its strings say where they spell it
/// otherwise.
SqlFragment documentContains(const QString& document, const QByteArray& needle) {
    const QString text = QStringLiteral("CAST(%1 AS TEXT)").arg(document);
    SqlFragment contains = containsText(text, needle, SqlDialect::Postgresql);
    if (!needsEscapes(needle))
        return contains;
    const SqlFragment said = containsText(saidText(text), saidInString(needle), SqlDialect::Postgresql);
    return {QStringLiteral("(%1 OR %2)").arg(contains.text, said.text), contains.bindings + said.bindings};
}

} // namespace

bool isPostgresqlText(const QByteArray& text) {
    return QUtf8StringView(text).isValidUtf8() && !text.contains('\0');
}

QString wholeText(const QByteArray& utf8) {
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    const QString text = decoder(utf8);
    return text.isNull() ? QString::fromLatin1("") : text;
}

bool isCanonicalUuid(QByteArrayView text) {
    static constexpr QByteArrayView form("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    return std::ranges::equal(text, form, [](char c, char wanted) {
        return wanted == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

QString sqlOperator(Comparison comparison) {
    switch (comparison) {
    case Comparison::Equal:
        return QStringLiteral("=");
    case Comparison::Less:
        return QStringLiteral("<");
    case Comparison::LessOrEqual:
        return QStringLiteral("<=");
    case Comparison::Greater:
        return QStringLiteral(">");
    case Comparison::GreaterOrEqual:
        return QStringLiteral(">=");
    case Comparison::Contains:
    case Comparison::IsSet:
        break;
    }
    Q_ASSERT_X(false, "sqlOperator", "not a comparison by order");
    return QStringLiteral("=");
}

SqlFragment compareText(const QString& expression, Comparison comparison, const QByteArray& wanted,
                        SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        if (dialect.isUtf16() && comparison != Comparison::Equal) // its own order is that of UTF-16's bytes
            return compareBytes(expression, comparison, wanted, dialect);
        if (isBindableText(wanted))
            return {QStringLiteral("(%1 %2 ?)").arg(expression, sqlOperator(comparison)), {wholeText(wanted)}};
        if (dialect.isUtf16())
            return compareBytes(expression, comparison, wanted, dialect);
        return {QStringLiteral("(%1 %2 CAST(? AS TEXT))").arg(expression, sqlOperator(comparison)),
                {boundBytes(wanted)}};
    case SqlDialect::Postgresql:
        if (!isPostgresqlText(wanted))
            return noRows();
        // Equality of texts is of bytes in every usual collation and keeps the plain index; order is not.
        const QString collated =
            comparison == Comparison::Equal ? expression : expression + QStringLiteral(" COLLATE \"C\"");
        return {QStringLiteral("(%1 %2 ?)").arg(collated, sqlOperator(comparison)), {wholeText(wanted)}};
    }
    return noRows();
}

SqlFragment compareAsStored(const QString& expression, Comparison comparison, const QByteArray& wanted) {
    if (isBindableText(wanted))
        return {QStringLiteral("(%1 %2 ?)").arg(expression, sqlOperator(comparison)), {wholeText(wanted)}};
    return {QStringLiteral("(%1 %2 portolan_text(?))").arg(expression, sqlOperator(comparison)), {boundBytes(wanted)}};
}

SqlFragment compareBytes(const QString& expression, Comparison comparison, const QByteArray& wanted,
                         SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return {QStringLiteral("(%1 %2 ?)").arg(bytesOf(expression, dialect), sqlOperator(comparison)),
                {boundBytes(wanted)}};
    case SqlDialect::Postgresql:
        return {QStringLiteral("(%1 %2 CAST(? AS bytea))").arg(expression, sqlOperator(comparison)),
                {boundBytes(wanted)}};
    }
    return noRows();
}

SqlFragment containsText(const SqlColumn& column, ColumnType type, const QByteArray& needle, SqlDialect dialect) {
    const QString expression = column.expression;
    if (column.keeping == ColumnEncoding::AsStored)
        return containsText(expression, needle, dialect);
    if (!column.cast.isEmpty() && type != ColumnType::Json)
        return containsText(QStringLiteral("CAST(%1 AS TEXT)").arg(expression), needle, dialect);
    switch (type) {
    case ColumnType::Text:
        if (column.keeping == ColumnEncoding::Bytes)
            return dialect == SqlDialect::Sqlite ? containsBytes(expression, needle, dialect)
                                                 : containsBytea(expression, needle);
        if (column.keeping == ColumnEncoding::Integer || column.keeping == ColumnEncoding::Uuid)
            return containsText(QStringLiteral("CAST(%1 AS TEXT)").arg(expression), needle, dialect);
        return containsText(expression, needle, dialect);
    case ColumnType::Integer:
    case ColumnType::Numeric:
    case ColumnType::Native:
        return containsText(QStringLiteral("CAST(%1 AS TEXT)").arg(expression), needle, dialect);
    case ColumnType::Json: {
        const QString& document = column.document.isEmpty() ? expression : column.document;
        return dialect == SqlDialect::Sqlite ? sqliteJsonContains(document, needle)
                                             : documentContains(document, needle);
    }
    case ColumnType::Real:
    case ColumnType::Time:
    case ColumnType::Date:
    case ColumnType::Boolean:
        break;
    }
    return noRows(); // these have no one text
}

SqlFragment containsText(const QString& expression, const QByteArray& needle, SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        if (!isLikeable(needle))
            return containsBytes(expression, needle, dialect);
        return {QStringLiteral("(%1 LIKE ? ESCAPE '\\')").arg(expression), {QString::fromUtf8(likePattern(needle))}};
    case SqlDialect::Postgresql:
        if (!isPostgresqlText(needle))
            return noRows();
        return {QStringLiteral("(lower(%1 COLLATE \"C\") LIKE ? ESCAPE '\\')").arg(expression),
                {QString::fromUtf8(likePattern(lowered(needle)))}};
    }
    return noRows();
}

QString millisecondsText(std::chrono::sys_time<std::chrono::milliseconds> time) {
    using namespace std::chrono;
    if (!isEndless(time) && !hasFourDigitYear(time)) // among texts: after -infinity, before infinity
        return time < Timestamp() ? QStringLiteral("/") : QStringLiteral(":");
    return QString::fromLatin1(toIsoTime(time));
}

QString microsecondsText(Timestamp time) {
    if (!hasFourDigitYear(time))
        return QString::fromLatin1(toIsoTime(time));
    const auto rest = time - std::chrono::floor<std::chrono::milliseconds>(time);
    QString text = QString::fromLatin1(toIsoTime(time)).chopped(1);
    return text + QString::number(rest.count()).rightJustified(3, u'0') + u'Z';
}

} // namespace portolan
