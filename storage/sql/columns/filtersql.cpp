#include "storage/sql/columns/filtersql.h"

#include "storage/base/timeforms.h"
#include "storage/json/jsonnumber.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/filtersqljson.h"
#include "storage/sql/columns/filtersqltext.h"

#include <QStringList>

namespace portolan {

namespace {

QString nothing() {
    return QStringLiteral("(1=0)");
}

QString everything() {
    return QStringLiteral("(1=1)");
}

/// Joins in halves: 500 conditions are an expression ten levels deep, far from SQLite's limit of 1,000.
QString joinBalanced(std::span<const QString> parts, const QString& between) {
    if (parts.size() == 1)
        return parts.front();
    const auto half = parts.size() / 2;
    return u'(' + joinBalanced(parts.first(half), between) + between + joinBalanced(parts.subspan(half), between)
           + u')';
}

bool isKeptOut(const SqlColumn& column, Comparison comparison) {
    switch (comparison) {
    case Comparison::Greater:
    case Comparison::GreaterOrEqual:
        return column.keepsLowerOut;
    case Comparison::Less:
    case Comparison::LessOrEqual:
        return column.keepsUpperOut;
    case Comparison::Equal:
        return column.keepsLowerOut && column.keepsUpperOut;
    case Comparison::Contains:
    case Comparison::IsSet:
        break;
    }
    return false;
}

/// Writes conditions; the bindings are appended in the order in which the text says "?".
class FilterCompiler {
public:
    FilterCompiler(const ColumnSet& schema, std::span<const SqlColumn> columns, SqlDialect dialect)
        : m_schema(schema)
        , m_columns(columns)
        , m_dialect(dialect) {}

    QString compile(const FilterChild& child);
    QVariantList takeBindings() { return std::move(m_bindings); }

private:
    QString compileAll(const std::vector<FilterChild>& children, const QString& between, const QString& ofNone);
    QString compileText(const FilterText& text);
    QString compileTerm(const FilterTerm& term);
    QString compileAsStored(const QString& expression, const FilterTerm& term);
    QString compileByValue(const QString& expression, Comparison comparison, const QByteArray& wanted);
    QString compileTextColumn(const SqlColumn& column, const FilterTerm& term);
    QString compileIntegerText(const SqlColumn& column, const FilterTerm& term, const QByteArray& wanted);
    QString compileNative(const SqlColumn& column, const FilterTerm& term);
    QString compileUuid(const SqlColumn& column, const FilterTerm& term, const QByteArray& wanted);
    QString compileTime(const SqlColumn& column, const FilterTerm& term);
    QString compileDate(const SqlColumn& column, const FilterTerm& term);
    QString compare(const QString& expression, Comparison comparison, const QVariant& value);
    QString use(const SqlFragment& fragment);

    const ColumnSet& m_schema;
    std::span<const SqlColumn> m_columns;
    SqlDialect m_dialect;
    QVariantList m_bindings;
};

QString FilterCompiler::compile(const FilterChild& child) {
    if (!child)
        return everything();
    if (const auto* term = std::get_if<FilterTerm>(&child->node))
        return compileTerm(*term);
    if (const auto* text = std::get_if<FilterText>(&child->node))
        return compileText(*text);
    if (const auto* all = std::get_if<FilterAnd>(&child->node))
        return compileAll(all->children, QStringLiteral(" AND "), everything());
    if (const auto* any = std::get_if<FilterOr>(&child->node))
        return compileAll(any->children, QStringLiteral(" OR "), nothing());
    // A NULL below counts as false. AND and OR give TRUE in three-valued logic exactly when they do in two.
    const auto& inverse = std::get<FilterNot>(child->node);
    return QStringLiteral("(%1 IS NOT TRUE)").arg(compile(inverse.child));
}

QString FilterCompiler::compileAll(const std::vector<FilterChild>& children, const QString& between,
                                   const QString& ofNone) {
    std::vector<QString> parts;
    for (const FilterChild& child : children)
        parts.push_back(compile(child));
    return parts.empty() ? ofNone : joinBalanced(parts, between);
}

QString FilterCompiler::compileText(const FilterText& text) {
    std::vector<QString> parts;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (m_schema.columns[i].searched)
            parts.push_back(use(containsText(m_columns[i], m_schema.columns[i].type, text.text, m_dialect)));
    }
    return parts.empty() ? nothing() : joinBalanced(parts, QStringLiteral(" OR "));
}

QString FilterCompiler::use(const SqlFragment& fragment) {
    m_bindings += fragment.bindings;
    return fragment.text;
}

QString FilterCompiler::compare(const QString& expression, Comparison comparison, const QVariant& value) {
    m_bindings << value;
    return QStringLiteral("(%1 %2 ?)").arg(expression, sqlOperator(comparison));
}

QString FilterCompiler::compileTerm(const FilterTerm& term) {
    SqlColumn column = m_columns[static_cast<std::size_t>(term.field.column)];
    if (isKeptOut(column, term.comparison))
        column.expression.prepend(u'+'); // the expression is no longer what the index has
    const QString& expression = column.expression;
    if (!term.field.path.empty())
        return use(jsonCondition(column.document.isEmpty() ? expression : column.document, term, m_dialect));
    if (term.comparison == Comparison::IsSet) // of a row value IS NOT NULL asks for all of its parts
        return (column.cast.isEmpty() || m_dialect == SqlDialect::Sqlite ? QStringLiteral("(%1 IS NOT NULL)")
                                                                         : QStringLiteral("(%1 IS DISTINCT FROM NULL)"))
            .arg(expression);
    if (term.comparison == Comparison::Contains) {
        const auto* text = std::get_if<QByteArray>(&term.value.value);
        return use(containsText(column, term.field.type, text ? *text : QByteArray(), m_dialect));
    }
    if (m_schema.columns[static_cast<std::size_t>(term.field.column)].mayHoldTimes
        && std::holds_alternative<Timestamp>(term.value.value))
        return compileTime(columnAs(ColumnType::Time, expression, {{}, column.type}, m_dialect), term);
    if (column.keeping == ColumnEncoding::AsStored) {
        const auto* const text = std::get_if<QByteArray>(&term.value.value);
        return text && !column.cast.isEmpty() ? compileByValue(expression, term.comparison, *text)
                                              : compileAsStored(expression, term);
    }
    if (!column.cast.isEmpty())
        return compileNative(column, term);
    switch (term.field.type) {
    case ColumnType::Text:
        return compileTextColumn(column, term);
    case ColumnType::Time:
        return compileTime(column, term);
    case ColumnType::Date:
        return compileDate(column, term);
    case ColumnType::Json:
        return nothing(); // a whole document compares with nothing
    case ColumnType::Numeric:
    case ColumnType::Native:
    case ColumnType::Integer:
    case ColumnType::Real:
    case ColumnType::Boolean:
        break;
    }
    if (const auto* number = std::get_if<qint64>(&term.value.value))
        return compare(expression, term.comparison, qlonglong(*number));
    if (const auto* number = std::get_if<double>(&term.value.value))
        return compare(expression, term.comparison, *number);
    if (const auto* truth = std::get_if<bool>(&term.value.value))
        return compare(expression, term.comparison, *truth);
    return nothing();
}

/// Compares as the column is stored: the database applies the column's affinity to what is bound.
QString FilterCompiler::compileAsStored(const QString& expression, const FilterTerm& term) {
    if (const auto* text = std::get_if<QByteArray>(&term.value.value))
        return use(compareAsStored(expression, term.comparison, *text));
    if (const auto* number = std::get_if<qint64>(&term.value.value))
        return compare(expression, term.comparison, qlonglong(*number));
    if (const auto* number = std::get_if<double>(&term.value.value))
        return compare(expression, term.comparison, *number);
    return nothing();
}

/// Compares a computed column, which has no type: each of its values is compared as what it is, a text with the wanted
/// text and a number with the wanted number. The sign takes away the type that a CAST within it has.
QString FilterCompiler::compileByValue(const QString& expression, Comparison comparison, const QByteArray& wanted) {
    const QString bare = QStringLiteral("+%1").arg(expression);
    const QString asText = use(compareAsStored(bare, comparison, wanted));
    QString asNumber = QStringLiteral("NULL");
    if (isDecimalNumber(wanted)) {
        m_bindings << QString::fromLatin1(wanted);
        asNumber = QStringLiteral("(%1 %2 CAST(? AS NUMERIC))").arg(bare, sqlOperator(comparison));
    }
    return QStringLiteral("(CASE typeof(%1) WHEN 'text' THEN %2 WHEN 'blob' THEN NULL ELSE %3 END)")
        .arg(expression, asText, asNumber);
}

QString FilterCompiler::compileTextColumn(const SqlColumn& column, const FilterTerm& term) {
    const auto* wanted = std::get_if<QByteArray>(&term.value.value);
    if (!wanted)
        return nothing();
    switch (column.keeping) {
    case ColumnEncoding::Integer:
        return compileIntegerText(column, term, *wanted);
    case ColumnEncoding::Bytes:
        return use(compareBytes(column.expression, term.comparison, *wanted, m_dialect));
    case ColumnEncoding::Uuid:
        return compileUuid(column, term, *wanted);
    case ColumnEncoding::Plain:
    case ColumnEncoding::IsoText:
    case ColumnEncoding::UnixMilliseconds:
    case ColumnEncoding::AsStored:
        break;
    }
    return use(compareText(column.expression, term.comparison, *wanted, m_dialect));
}

/// Compares in the column's own type, by its own rules.
QString FilterCompiler::compileNative(const SqlColumn& column, const FilterTerm& term) {
    const auto* wanted = std::get_if<QByteArray>(&term.value.value);
    if (!wanted)
        return nothing();
    m_bindings << wholeText(*wanted);
    return QStringLiteral("(%1 %2 CAST(? AS %3))").arg(column.expression, sqlOperator(term.comparison), column.cast);
}

/// Compares UUIDs by their bytes, in whose order their texts are, too.
QString FilterCompiler::compileUuid(const SqlColumn& column, const FilterTerm& term, const QByteArray& wanted) {
    if (isCanonicalUuid(wanted)) {
        m_bindings << QString::fromLatin1(wanted);
        return QStringLiteral("(%1 %2 CAST(? AS uuid))").arg(column.expression, sqlOperator(term.comparison));
    }
    if (term.comparison == Comparison::Equal)
        return nothing();
    return use(
        compareText(QStringLiteral("CAST(%1 AS text)").arg(column.expression), term.comparison, wanted, m_dialect));
}

/// Compares texts that are all whole numbers, kept as numbers, so that the column's index serves.
QString FilterCompiler::compileIntegerText(const SqlColumn& column, const FilterTerm& term, const QByteArray& wanted) {
    const QString expression = column.expression;
    if (!isPlainInteger(wanted))
        return nothing();
    bool fits = false;
    const qlonglong number = wanted.toLongLong(&fits);
    if (fits)
        return compare(expression, term.comparison, number);
    const bool isBelow = term.comparison == Comparison::Less || term.comparison == Comparison::LessOrEqual;
    const bool allBelow = !wanted.startsWith('-');
    const bool holds = term.comparison != Comparison::Equal && isBelow == allBelow;
    return holds ? QStringLiteral("(%1 IS NOT NULL)").arg(expression) : nothing();
}

/// Compares a date as such, which no session's zone moves.
QString FilterCompiler::compileDate(const SqlColumn& column, const FilterTerm& term) {
    const auto* wanted = std::get_if<Timestamp>(&term.value.value);
    if (!wanted)
        return nothing();
    const QByteArray written = toIsoTime(*wanted);
    m_bindings << QString::fromLatin1(hasFourDigitYear(*wanted) ? written.first(10) : written);
    const QString place = m_dialect == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS date)") : QStringLiteral("?");
    return QStringLiteral("(%1 %2 %3)").arg(column.expression, sqlOperator(term.comparison), place);
}

QString FilterCompiler::compileTime(const SqlColumn& column, const FilterTerm& term) {
    using namespace std::chrono;
    const auto* wanted = std::get_if<Timestamp>(&term.value.value);
    if (!wanted)
        return nothing();
    const QString expression = column.expression;
    const bool native = column.keeping == ColumnEncoding::Plain && m_dialect == SqlDialect::Postgresql;
    if (native) {
        m_bindings << microsecondsText(*wanted);
        return QStringLiteral("(%1 %2 CAST(? AS timestamptz))").arg(expression, sqlOperator(term.comparison));
    }
    if (isEndless(*wanted) && column.keeping == ColumnEncoding::IsoText)
        return compare(expression, term.comparison, QString::fromLatin1(toIsoTime(*wanted)));
    // The column keeps whole milliseconds: x < 5.3 ms is x < 6, x <= 5.3 is x <= 5, and nothing equals 5.3.
    const auto down = floor<milliseconds>(*wanted);
    const bool exact = down == *wanted;
    if (!exact && term.comparison == Comparison::Equal)
        return nothing();
    const bool roundUp = term.comparison == Comparison::Less || term.comparison == Comparison::GreaterOrEqual;
    const auto kept = !exact && roundUp ? down + milliseconds(1) : down;
    if (column.keeping == ColumnEncoding::UnixMilliseconds)
        return compare(expression, term.comparison, qlonglong(kept.time_since_epoch().count()));
    return compare(expression, term.comparison, millisecondsText(kept));
}

} // namespace

SqlCondition compileFilter(const Filter& filter, const ColumnSet& schema, std::span<const SqlColumn> columns,
                           SqlDialect dialect) {
    Q_ASSERT(columns.size() == schema.columns.size());
    FilterCompiler compiler(schema, columns, dialect);
    QString condition = compiler.compile(filter.root);
    return {std::move(condition), compiler.takeBindings()};
}

} // namespace portolan
