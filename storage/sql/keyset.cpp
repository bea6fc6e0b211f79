#include "storage/sql/keyset.h"

#include <QStringList>

namespace portolan {

namespace {

using Statement = KeysetQuery::Statement;

/// How the sort value of a column travels: each is compared by the database exactly as it is bound.
enum class KeyForm { Integer, Real, Text, Bytes };

KeyForm formOf(ColumnType type, SqlKeeping keeping) {
    if (keeping == SqlKeeping::UnixMilliseconds || keeping == SqlKeeping::Integer)
        return KeyForm::Integer;
    switch (type) {
    case ColumnType::Integer:
    case ColumnType::Boolean:
        return KeyForm::Integer;
    case ColumnType::Real:
        return KeyForm::Real;
    case ColumnType::Time:
        return KeyForm::Text;
    case ColumnType::Text:
    case ColumnType::Json:
        return KeyForm::Bytes;
    }
    Q_UNREACHABLE();
}

bool isText(ColumnType type, SqlKeeping keeping) {
    return (type == ColumnType::Text || type == ColumnType::Json) && keeping == SqlKeeping::Plain;
}

Error foreignCursor() {
    return Error{ErrorCode::Usage,
                 QStringLiteral("The place to go on from belongs to another list; begin without it.")};
}

/// The value as a variant that is NULL for nothing else: Qt binds a null string or byte array as NULL.
QVariant toBinding(const Value& value, KeyForm form) {
    if (const auto* number = std::get_if<qint64>(&value))
        return QVariant(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real);
    const auto* bytes = std::get_if<QByteArray>(&value);
    if (!bytes)
        return {};
    if (form == KeyForm::Text)
        return bytes->isEmpty() ? QVariant(QStringLiteral("")) : QVariant(QString::fromUtf8(*bytes));
    return bytes->isNull() ? QVariant(QByteArray("")) : QVariant(*bytes);
}

bool fits(const Value& value, KeyForm form) {
    switch (form) {
    case KeyForm::Integer:
        return std::holds_alternative<qint64>(value);
    case KeyForm::Real:
        return std::holds_alternative<double>(value);
    case KeyForm::Text:
    case KeyForm::Bytes:
        return std::holds_alternative<QByteArray>(value);
    }
    Q_UNREACHABLE();
}

std::optional<Value> fromColumn(const QVariant& value, KeyForm form) {
    const int type = value.typeId();
    switch (form) {
    case KeyForm::Integer:
        return type == QMetaType::LongLong || type == QMetaType::Int ? std::optional<Value>(value.toLongLong())
                                                                     : std::nullopt;
    case KeyForm::Real:
        return type == QMetaType::Double ? std::optional<Value>(value.toDouble()) : std::nullopt;
    case KeyForm::Text:
        // Bytes that are no UTF-8 have become U+FFFD on the way and would be found elsewhere.
        return type == QMetaType::QString && !value.toString().contains(QChar::ReplacementCharacter)
                   ? std::optional<Value>(value.toString().toUtf8())
                   : std::nullopt;
    case KeyForm::Bytes:
        return type == QMetaType::QByteArray ? std::optional<Value>(value.toByteArray()) : std::nullopt;
    }
    Q_UNREACHABLE();
}

Statement anyOf(const std::vector<Statement>& conditions) {
    QStringList alternatives;
    QVariantList bindings;
    for (const Statement& condition : conditions) {
        alternatives << condition.sql;
        bindings << condition.bindings;
    }
    return {QLatin1Char('(') + alternatives.join(QStringLiteral(" OR ")) + QLatin1Char(')'), bindings};
}

} // namespace

Result<KeysetQuery> KeysetQuery::make(const SqlListing& listing, const ListQuery& query, SqlDialect dialect) {
    const FilterSchema& schema = *listing.schema;
    KeysetQuery made;
    made.m_listing = &listing;
    made.m_dialect = dialect;
    made.m_sort = listing.key;
    made.m_descending = query.sort.descending;
    if (!query.sort.column.isEmpty()) {
        const FilterSchema::Column* column = schema.find(query.sort.column);
        if (!column)
            return Error{ErrorCode::Usage,
                         QStringLiteral("There is no column %1 to sort by.").arg(QString::fromUtf8(query.sort.column))};
        made.m_sort = static_cast<int>(column - schema.columns.data());
    }
    if (query.limit < 1)
        return Error{ErrorCode::Usage, QStringLiteral("A page has at least one row.")};
    const auto sort = static_cast<std::size_t>(made.m_sort);
    const QString expression = QString::fromLatin1(listing.sql[sort].expression);
    const bool text = isText(schema.columns[sort].type, listing.sql[sort].keeping);
    made.m_sortExpression = text ? bytesOf(expression, dialect) : expression;
    made.m_keyExpression = QString::fromLatin1(listing.sql[static_cast<std::size_t>(listing.key)].expression);
    made.m_filter = compileFilter(query.filter, schema, listing.sql, dialect);
    made.m_canHop = query.filter.isEmpty() && made.sortsByKey();
    if (const Result<void> checked = made.checkCursor(query.after); !checked)
        return checked.error();
    return made;
}

Result<void> KeysetQuery::checkCursor(const Cursor& cursor) const {
    if (cursor.atStart())
        return {};
    const std::size_t expected = sortsByKey() ? 1 : 2;
    if (cursor.keys.size() != expected || !std::holds_alternative<qint64>(cursor.keys.back()))
        return foreignCursor();
    if (sortsByKey())
        return {};
    const auto sort = static_cast<std::size_t>(m_sort);
    const Value& value = cursor.keys.front();
    if (std::holds_alternative<std::monostate>(value))
        return m_listing->nullable[sort] ? Result<void>() : Result<void>(foreignCursor());
    const KeyForm form = formOf(m_listing->schema->columns[sort].type, m_listing->sql[sort].keeping);
    return fits(value, form) ? Result<void>() : Result<void>(foreignCursor());
}

Result<Cursor> KeysetQuery::cursorAt(const QSqlQuery& row, int at) const {
    return cursorOf(row.value(at), row.value(at + 1));
}

Result<Cursor> KeysetQuery::cursorOf(const QVariant& sortValue, const QVariant& key) const {
    const std::optional<Value> keyValue = fromColumn(key, KeyForm::Integer);
    const auto sort = static_cast<std::size_t>(m_sort);
    const KeyForm form = formOf(m_listing->schema->columns[sort].type, m_listing->sql[sort].keeping);
    const bool isNull = sortValue.isNull() && m_listing->nullable[sort];
    const std::optional<Value> value = isNull ? Value() : fromColumn(sortValue, form);
    if (!keyValue || !value)
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("A row of %1 holds a value of another type than its column %2 has, so the list "
                                    "cannot be sorted by it; sort by another column.")
                         .arg(m_listing->table, QString::fromUtf8(m_listing->schema->columns[sort].name))};
    if (sortsByKey())
        return Cursor{{*keyValue}};
    return Cursor{{*value, *keyValue}};
}

QString KeysetQuery::order() const {
    const QString direction = m_descending ? QStringLiteral(" DESC") : QStringLiteral(" ASC");
    if (sortsByKey())
        return QStringLiteral(" ORDER BY ") + m_keyExpression + direction;
    const bool nullable = m_listing->nullable[static_cast<std::size_t>(m_sort)];
    const QString nulls = !nullable      ? QString()
                          : m_descending ? QStringLiteral(" NULLS LAST")
                                         : QStringLiteral(" NULLS FIRST");
    return QStringLiteral(" ORDER BY ") + m_sortExpression + direction + nulls + QStringLiteral(", ") + m_keyExpression
           + direction;
}

QString KeysetQuery::sortColumns() const {
    return m_sortExpression + QStringLiteral(", ") + m_keyExpression;
}

QString KeysetQuery::allColumns() const {
    QStringList columns;
    for (std::size_t i = 0; i < m_listing->sql.size(); ++i) {
        const QString expression = QString::fromLatin1(m_listing->sql[i].expression);
        const bool text = isText(m_listing->schema->columns[i].type, m_listing->sql[i].keeping);
        columns.append(text ? bytesOf(expression, m_dialect) : expression);
    }
    return columns.join(QStringLiteral(", "));
}

/// One condition for all rows behind a cursor.
Statement KeysetQuery::behind(const Cursor& after) const {
    if (after.atStart())
        return {};
    std::vector<Statement> stretches = stretchesBehind(after);
    if (!sortsByKey() && !std::holds_alternative<std::monostate>(after.keys.front())) {
        // Row values find their place in an index; the two alternatives that they stand for do not.
        const QString than = m_descending ? QStringLiteral("<") : QStringLiteral(">");
        stretches[1] = {QStringLiteral("(%1, %2) %3 (?, ?)").arg(m_sortExpression, m_keyExpression, than),
                        stretches[0].bindings};
        stretches.erase(stretches.begin());
    }
    return anyOf(stretches);
}

/// The same in stretches that follow one another, each of which an index finds at once: the rest of the equal values,
/// the values beyond, and what of NULL lies behind these.
std::vector<Statement> KeysetQuery::stretchesBehind(const Cursor& after) const {
    const QString than = m_descending ? QStringLiteral("<") : QStringLiteral(">");
    const QVariant key = toBinding(after.keys.back(), KeyForm::Integer);
    const QString beyondKey = QStringLiteral("%1 %2 ?").arg(m_keyExpression, than);
    if (sortsByKey())
        return {{beyondKey, {key}}};
    const auto sort = static_cast<std::size_t>(m_sort);
    std::vector<Statement> stretches;
    if (std::holds_alternative<std::monostate>(after.keys.front())) {
        stretches.push_back({QStringLiteral("(%1 IS NULL AND %2)").arg(m_sortExpression, beyondKey), {key}});
        if (!m_descending)
            stretches.push_back({QStringLiteral("%1 IS NOT NULL").arg(m_sortExpression), {}});
        return stretches;
    }
    const KeyForm form = formOf(m_listing->schema->columns[sort].type, m_listing->sql[sort].keeping);
    const QVariant value = toBinding(after.keys.front(), form);
    stretches.push_back({QStringLiteral("(%1 = ? AND %2)").arg(m_sortExpression, beyondKey), {value, key}});
    stretches.push_back({QStringLiteral("%1 %2 ?").arg(m_sortExpression, than), {value}});
    if (m_descending && m_listing->nullable[sort])
        stretches.push_back({QStringLiteral("%1 IS NULL").arg(m_sortExpression), {}});
    return stretches;
}

/// Rows of the listing that the filter takes, at a place: a condition, or an empty one for all.
Statement KeysetQuery::select(const QString& what, const Statement& place) const {
    QStringList conditions;
    QVariantList bindings;
    if (m_filter.condition != QLatin1String("(1=1)")) {
        conditions << m_filter.condition;
        bindings << m_filter.bindings;
    }
    if (!place.sql.isEmpty()) {
        conditions << place.sql;
        bindings << place.bindings;
    }
    QString sql = QStringLiteral("SELECT %1 FROM %2 AS %3").arg(what, m_listing->table, m_listing->alias);
    if (!conditions.isEmpty())
        sql += QStringLiteral(" WHERE ") + conditions.join(QStringLiteral(" AND "));
    return {sql, bindings};
}

Statement KeysetQuery::selectBehind(const QString& what, const Cursor& after) const {
    return select(what, behind(after));
}

Statement KeysetQuery::page(const Cursor& after, qint64 rows) const {
    // The rows are chosen first, so that columns that must be computed are computed for these alone.
    const std::vector<Statement> places = after.atStart() ? std::vector<Statement>(1) : stretchesBehind(after);
    QStringList parts;
    QVariantList bindings;
    for (const Statement& place : places) {
        const Statement part = select(m_listing->alias + QStringLiteral(".*"), place);
        parts << QStringLiteral("SELECT * FROM (%1%2 LIMIT ?) AS part").arg(part.sql, order());
        bindings << part.bindings << QVariant(rows);
    }
    const QString sql =
        QStringLiteral("SELECT %1, %2 FROM (%3) AS %4%5 LIMIT ?")
            .arg(allColumns(), sortColumns(), parts.join(QStringLiteral(" UNION ALL ")), m_listing->alias, order());
    return {sql, bindings << QVariant(rows)};
}

Statement KeysetQuery::keys(const Cursor& after, qint64 rows) const {
    Statement statement = selectBehind(sortColumns(), after);
    statement.sql += order() + QStringLiteral(" LIMIT ?");
    statement.bindings << QVariant(rows);
    return statement;
}

Statement KeysetQuery::hop(const Cursor& after, qint64 skip) const {
    Statement statement = selectBehind(sortColumns(), after);
    statement.sql += order() + QStringLiteral(" LIMIT 1 OFFSET ?");
    statement.bindings << QVariant(skip);
    return statement;
}

Statement KeysetQuery::count(const Cursor& after, qint64 rows) const {
    Statement statement = selectBehind(QStringLiteral("1"), after);
    statement.sql = QStringLiteral("SELECT count(*) FROM (%1 LIMIT ?) AS counted").arg(statement.sql);
    statement.bindings << QVariant(rows);
    return statement;
}

Statement KeysetQuery::one(qint64 key) const {
    return Statement{QStringLiteral("SELECT %1 FROM %2 AS %3 WHERE %4 = ?")
                         .arg(allColumns(), m_listing->table, m_listing->alias, m_keyExpression),
                     {QVariant(key)}};
}

} // namespace portolan
