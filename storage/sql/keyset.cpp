#include "storage/sql/keyset.h"

#include "storage/base/clock.h"
#include "storage/sql/columns/filterchoices.h"
#include "storage/sql/columns/filtersqltext.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

using Statement = KeysetQuery::Statement;

using KeyForm = KeysetQuery::KeyForm;

KeyForm formOf(ColumnType type, ColumnEncoding keeping) {
    if (keeping == ColumnEncoding::UnixMilliseconds || keeping == ColumnEncoding::Integer)
        return KeyForm::Integer;
    if (keeping == ColumnEncoding::Uuid)
        return KeyForm::Uuid;
    switch (type) {
    case ColumnType::Integer:
    case ColumnType::Boolean:
        return KeyForm::Integer;
    case ColumnType::Real:
        return KeyForm::Real;
    case ColumnType::Time:
    case ColumnType::Date:
    case ColumnType::Numeric:
        return KeyForm::Text;
    case ColumnType::Native:
    case ColumnType::Text:
    case ColumnType::Json:
        return KeyForm::Bytes;
    }
    Q_UNREACHABLE();
}

bool isText(ColumnType type, ColumnEncoding keeping) {
    return (type == ColumnType::Text || type == ColumnType::Json) && keeping == ColumnEncoding::Plain;
}

/// Returns the placeholder for a value of this form.
QString placeholder(KeyForm form) {
    return form == KeyForm::Uuid ? QStringLiteral("CAST(? AS uuid)") : QStringLiteral("?");
}

/// Makes a variant that is NULL for no value alone: Qt binds a null string or byte array as NULL, too.
QVariant toBinding(const Value& value, KeyForm form) {
    if (const auto* number = std::get_if<qint64>(&value))
        return QVariant(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real);
    const auto* bytes = std::get_if<QByteArray>(&value);
    if (!bytes)
        return {};
    if (form == KeyForm::Text || form == KeyForm::Uuid)
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
    case KeyForm::Uuid: {
        const auto* text = std::get_if<QByteArray>(&value);
        return text && isCanonicalUuid(*text);
    }
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
    case KeyForm::Uuid:
        // Bytes that are no UTF-8 have become U+FFFD on the way and would be found elsewhere.
        return type == QMetaType::QString && !value.toString().contains(QChar::ReplacementCharacter)
                   ? std::optional<Value>(value.toString().toUtf8())
                   : std::nullopt;
    case KeyForm::Bytes:
        return type == QMetaType::QByteArray ? std::optional<Value>(value.toByteArray()) : std::nullopt;
    }
    Q_UNREACHABLE();
}

/// Returns true when every row that the filter takes has a value in this column.
bool wantsValue(const FilterChild& child, int column) {
    if (!child)
        return false;
    if (const auto* term = std::get_if<FilterTerm>(&child->node))
        return term->field.column == column && term->field.path.empty();
    const auto wants = [column](const FilterChild& each) { return wantsValue(each, column); };
    if (const auto* all = std::get_if<FilterAnd>(&child->node))
        return std::ranges::any_of(all->children, wants);
    if (const auto* any = std::get_if<FilterOr>(&child->node))
        return !any->children.empty() && std::ranges::all_of(any->children, wants);
    return false;
}

/// Limits a statement to `rows` rows in this order.
Statement limited(Statement statement, const QString& order, qint64 rows) {
    statement.sql += order + QStringLiteral(" LIMIT ?");
    statement.bindings << QVariant(rows);
    return statement;
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

QString keyExpression(const SqlKey& key, SqlDialect dialect) {
    return key.kind == SqlKey::Kind::Text ? bytesOf(key.expression, dialect) : key.expression;
}

QString keyPlaceholder(const SqlKey& key) {
    return placeholder(key.kind == SqlKey::Kind::Uuid ? KeyForm::Uuid : KeyForm::Bytes);
}

QString readColumn(const SqlListing& listing, std::size_t column, SqlDialect dialect) {
    const SqlColumn& sql = listing.sql[column];
    const QString& expression = sql.shown.isEmpty() ? sql.expression : sql.shown;
    const bool text = isText(listing.schema->columns[column].type, listing.sql[column].keeping);
    if (text)
        return textOf(expression, dialect, listing.cut);
    return listing.cut > 0 ? cutValue(expression, dialect, listing.cut) : expression;
}

Result<KeysetQuery> KeysetQuery::make(const SqlListing& listing, const ListQuery& query, SqlDialect dialect,
                                      std::vector<SqlCondition> candidates) {
    const ColumnSet& schema = *listing.schema;
    KeysetQuery made;
    made.m_candidates = std::move(candidates);
    if (made.m_candidates.empty())
        made.m_candidates.emplace_back();
    made.m_listing = &listing;
    made.m_dialect = dialect;
    made.m_sort = listing.order ? listing.order : listing.key.column;
    made.m_descending = query.sort.descending;
    if (!query.sort.column.isEmpty()) {
        const ColumnSet::Column* column = schema.find(query.sort.column);
        if (!column)
            return Error{ErrorCode::Usage,
                         QStringLiteral("There is no column %1 to sort by.").arg(QString::fromUtf8(query.sort.column))};
        made.m_sort = static_cast<int>(column - schema.columns.data());
    }
    if (query.limit < 1)
        return Error{ErrorCode::Usage, QStringLiteral("A page has at least one row.")};
    made.m_keyExpression = keyExpression(listing.key, dialect);
    made.m_sortExpression = made.m_keyExpression;
    if (!made.sortsByKey()) {
        const auto sort = static_cast<std::size_t>(*made.m_sort);
        const SqlColumn& column = listing.sql[sort];
        const bool text = isText(schema.columns[sort].type, column.keeping);
        made.m_sortExpression = text ? bytesOf(column.expression, dialect) : column.expression;
    }
    made.m_filter = made.choiceOf(query.filter);
    if (dialect == SqlDialect::Postgresql && made.m_candidates.front().condition.isEmpty()) {
        const DocumentSplit split = splitByDocuments(query.filter);
        if (!split.documents.isEmpty()) {
            made.m_documents = compileFilter(split.documents, schema, listing.sql, dialect);
            made.m_others = compileFilter(split.others, schema, listing.sql, dialect);
        }
    }
    const bool isOwnOrder = made.m_sort && made.m_sort == listing.order;
    for (const Filter& choice : filterChoices(query.filter, isOwnOrder ? listing.splitBy : std::vector<int>()))
        made.m_choices.push_back(made.choiceOf(choice));
    made.m_skipsNull = !made.sortsByKey() && wantsValue(query.filter.root, *made.m_sort);
    made.m_canHop = query.filter.isEmpty() && listing.condition.isEmpty() && made.sortsByKey()
                    && listing.key.kind == SqlKey::Kind::Integer;
    PORTOLAN_TRY(made.checkCursor(query.after));
    return made;
}

KeyForm KeysetQuery::keyForm() const {
    switch (m_listing->key.kind) {
    case SqlKey::Kind::Integer:
        return KeyForm::Integer;
    case SqlKey::Kind::Uuid:
        return KeyForm::Uuid;
    case SqlKey::Kind::Text:
        return KeyForm::Bytes;
    }
    Q_UNREACHABLE();
}

KeyForm KeysetQuery::sortForm() const {
    if (sortsByKey())
        return keyForm();
    const auto sort = static_cast<std::size_t>(*m_sort);
    return formOf(m_listing->schema->columns[sort].type, m_listing->sql[sort].keeping);
}

bool KeysetQuery::sortsWithNulls() const {
    return !sortsByKey() && !m_skipsNull && m_listing->nullable[static_cast<std::size_t>(*m_sort)];
}

/// Returns true when NULLs can come after a place. Where none can, saying on which side they come would keep a server
/// from taking the rows as its index has them.
bool KeysetQuery::hasNullsAfter(const Cursor& after) const {
    return sortsWithNulls()
           && (m_descending || after.atStart() || std::holds_alternative<std::monostate>(after.keys.front()));
}

/// Compiles a filter. In SQLite the chosen bounds on the sort column, and those on the column of waiting rows, are kept
/// from the index (SqlColumn::keepsLowerOut): it enters by any bound, where PostgreSQL takes the best.
SqlCondition KeysetQuery::filterWithout(const Filter& filter, bool lower, bool upper) const {
    const ColumnSet& schema = *m_listing->schema;
    const ColumnSet::Waiting& waiting = schema.waiting;
    const bool isWaiting =
        !sortsByKey() && schema.columns[static_cast<std::size_t>(*m_sort)].name == waiting.timeColumn;
    if (sortsByKey() || m_dialect == SqlDialect::Postgresql || (!lower && !upper && !isWaiting))
        return compileFilter(filter, *m_listing->schema, m_listing->sql, m_dialect);
    std::vector<SqlColumn> columns = m_listing->sql;
    if (isWaiting) { // the index of the time has no others, and all that are equal would have to be sorted
        SqlColumn& column = columns[static_cast<std::size_t>(schema.find(waiting.column) - schema.columns.data())];
        column.keepsLowerOut = true;
        column.keepsUpperOut = true;
    }
    columns[static_cast<std::size_t>(*m_sort)].keepsLowerOut = lower;
    columns[static_cast<std::size_t>(*m_sort)].keepsUpperOut = upper;
    return compileFilter(filter, *m_listing->schema, columns, m_dialect);
}

KeysetQuery::Choice KeysetQuery::choiceOf(const Filter& filter) const {
    return {filterWithout(filter, false, false), filterWithout(filter, !m_descending, m_descending),
            filterWithout(filter, true, true)};
}

Result<void> KeysetQuery::checkCursor(const Cursor& cursor) const {
    if (cursor.atStart())
        return {};
    const std::size_t expected = sortsByKey() ? 1 : 2;
    if (cursor.keys.size() != expected || !fits(cursor.keys.back(), keyForm()))
        return Cursor::foreign();
    const Value& value = cursor.keys.front();
    const bool known = std::holds_alternative<std::monostate>(value) ? sortsWithNulls() : fits(value, sortForm());
    return known ? Result<void>() : Result<void>(Cursor::foreign());
}

Result<Cursor> KeysetQuery::cursorOf(const QVariant& sortValue, const QVariant& key) const {
    const std::optional<Value> keyValue = fromColumn(key, keyForm());
    const bool isNull = sortValue.isNull() && sortsWithNulls();
    const std::optional<Value> value = isNull ? Value() : fromColumn(sortValue, sortForm());
    if (!keyValue || !value) {
        const QString column = m_sort ? QString::fromUtf8(m_listing->schema->columns[std::size_t(*m_sort)].name)
                                      : m_listing->key.expression;
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("A row of %1 holds a value of another type than its column %2 has, so the list "
                                    "cannot be sorted by it; sort by another column.")
                         .arg(m_listing->table, column)};
    }
    if (sortsByKey())
        return Cursor{{*keyValue}};
    return Cursor{{placeOf(*value), *keyValue}};
}

/// Returns a sort value in the only form that cursors have it. A server's times come as its own text or already read,
/// and equal places of two pages must compare equal.
Value KeysetQuery::placeOf(Value value) const {
    const auto sort = static_cast<std::size_t>(*m_sort);
    const bool isServerTime = m_dialect == SqlDialect::Postgresql
                              && m_listing->sql[sort].keeping == ColumnEncoding::Plain
                              && m_listing->schema->columns[sort].type == ColumnType::Time;
    const auto* const text = std::get_if<QByteArray>(&value);
    const auto time = isServerTime && text ? parseIsoTime(*text) : std::nullopt;
    return time ? Value(toExactIsoTime(*time)) : value;
}

/// Makes the ORDER BY. `withNulls` says on which side NULLs come; within a stretch, where they are alone or absent,
/// that is left to the index.
QString KeysetQuery::orderBy(const QString& sort, const QString& key, bool withNulls) const {
    const QString direction = m_descending ? QStringLiteral(" DESC") : QStringLiteral(" ASC");
    if (sortsByKey())
        return QStringLiteral(" ORDER BY ") + key + direction;
    const QString nulls = !withNulls     ? QString()
                          : m_descending ? QStringLiteral(" NULLS LAST")
                                         : QStringLiteral(" NULLS FIRST");
    return QStringLiteral(" ORDER BY ") + sort + direction + nulls + QStringLiteral(", ") + key + direction;
}

/// Makes the order in which an index has the rows of a stretch: by the key alone where all have one value, which SQLite
/// does not see of an expression and would sort by.
QString KeysetQuery::orderIn(const KeyRange& stretch) const {
    const bool isOfOneValue =
        !sortsByKey() && (stretch.filter == &Choice::at || stretch.place.sql.endsWith(QLatin1String(" IS NULL")));
    return isOfOneValue ? QStringLiteral(" ORDER BY ") + m_keyExpression
                              + (m_descending ? QStringLiteral(" DESC") : QStringLiteral(" ASC"))
                        : orderBy(m_sortExpression, m_keyExpression, false);
}

/// No index has the elements of arrays: the server sorts what it has found, and need not pass the rows in order.
QString KeysetQuery::orderOfSweep(bool withNulls) const {
    const auto inArray = [](const QString& expression) { return QStringLiteral("(ARRAY[%1])[1]").arg(expression); };
    return sortsByKey() ? orderBy({}, inArray(m_keyExpression), withNulls)
                        : orderBy(inArray(m_sortExpression), m_keyExpression, withNulls);
}

QString KeysetQuery::sortColumns() const {
    return m_sortExpression + QStringLiteral(", ") + m_keyExpression;
}

QString KeysetQuery::allColumns() const {
    QStringList columns;
    for (std::size_t i = 0; i < m_listing->sql.size(); ++i) {
        if (std::ranges::find(m_listing->unread, static_cast<int>(i)) != m_listing->unread.end()) {
            columns.append(QStringLiteral("NULL"));
            continue;
        }
        columns.append(readColumn(*m_listing, i, m_dialect));
    }
    return columns.join(QStringLiteral(", "));
}

/// Makes a single condition for all rows after a cursor.
Statement KeysetQuery::conditionAfter(const Cursor& after) const {
    if (after.atStart())
        return {};
    std::vector<Statement> stretches = rangesAfter(after);
    if (!sortsByKey() && !std::holds_alternative<std::monostate>(after.keys.front())) {
        // Row values find their place in an index; the two alternatives that they stand for do not.
        const QString than = m_descending ? QStringLiteral("<") : QStringLiteral(">");
        stretches[1] = {
            QStringLiteral("(%1, %2) %3 (%4, %5)")
                .arg(m_sortExpression, m_keyExpression, than, placeholder(sortForm()), placeholder(keyForm())),
            stretches[0].bindings};
        stretches.erase(stretches.begin());
    }
    return anyOf(stretches);
}

/// Returns the rows after a cursor as stretches that follow one another, each of which an index finds at once.
std::vector<KeysetQuery::KeyRange> KeysetQuery::stretchesFrom(const Cursor& after) const {
    std::vector<KeyRange> stretches;
    if (!after.atStart()) {
        const bool isOfNulls = std::holds_alternative<std::monostate>(after.keys.front());
        for (Statement& place : rangesAfter(after)) {
            const bool isFirst = stretches.empty();
            stretches.push_back({std::move(place), isFirst     ? &Choice::at
                                                   : isOfNulls ? &Choice::whole
                                                               : &Choice::conditionAfter});
        }
        return stretches;
    }
    if (!sortsWithNulls())
        return {{Statement(), &Choice::whole}};
    stretches.push_back({{QStringLiteral("%1 IS NULL").arg(m_sortExpression), {}}, &Choice::at});
    stretches.push_back({{QStringLiteral("%1 IS NOT NULL").arg(m_sortExpression), {}}, &Choice::whole});
    if (m_descending)
        std::swap(stretches.front(), stretches.back());
    return stretches;
}

/// Returns the conditions of the stretches after a row: the rest of the equal values, the values beyond, and NULLs
/// where they come after these.
std::vector<Statement> KeysetQuery::rangesAfter(const Cursor& after) const {
    const QString than = m_descending ? QStringLiteral("<") : QStringLiteral(">");
    const QVariant key = toBinding(after.keys.back(), keyForm());
    const QString beyondKey = QStringLiteral("%1 %2 %3").arg(m_keyExpression, than, placeholder(keyForm()));
    if (sortsByKey())
        return {{beyondKey, {key}}};
    std::vector<Statement> stretches;
    if (std::holds_alternative<std::monostate>(after.keys.front())) {
        stretches.push_back({QStringLiteral("(%1 IS NULL AND %2)").arg(m_sortExpression, beyondKey), {key}});
        if (!m_descending)
            stretches.push_back({QStringLiteral("%1 IS NOT NULL").arg(m_sortExpression), {}});
        return stretches;
    }
    const QVariant value = toBinding(after.keys.front(), sortForm());
    const QString place = placeholder(sortForm());
    stretches.push_back({QStringLiteral("(%1 = %2 AND %3)").arg(m_sortExpression, place, beyondKey), {value, key}});
    stretches.push_back({QStringLiteral("%1 %2 %3").arg(m_sortExpression, than, place), {value}});
    if (m_descending && sortsWithNulls())
        stretches.push_back({QStringLiteral("%1 IS NULL").arg(m_sortExpression), {}});
    return stretches;
}

/// Selects `what` of the rows that the filter takes at a place: a condition, or an empty one for all.
Statement KeysetQuery::select(const QString& what, const Statement& place, const SqlCondition& filter,
                              const SqlCondition& candidates) const {
    QStringList conditions;
    QVariantList bindings;
    if (!m_listing->condition.isEmpty())
        conditions << m_listing->condition;
    if (!candidates.condition.isEmpty()) {
        conditions << candidates.condition;
        bindings << candidates.bindings;
    }
    if (filter.condition != QLatin1String("(1=1)")) {
        conditions << filter.condition;
        bindings << filter.bindings;
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

Statement KeysetQuery::selectAfter(const QString& what, const Cursor& after) const {
    return select(what, conditionAfter(after), after.atStart() ? m_filter.whole : m_filter.conditionAfter,
                  m_candidates.front());
}

/// Selects up to `rows` rows after a place from each stretch for each choice and each of m_among, all in order.
Statement KeysetQuery::parts(const QString& what, const Cursor& after, qint64 rows) const {
    if (m_sweeps) {
        Statement all = select(what, conditionAfter(after), m_filter.whole, {});
        all = limited(std::move(all), orderOfSweep(hasNullsAfter(after)), rows);
        return {QStringLiteral("SELECT * FROM (%1) AS part").arg(all.sql), all.bindings};
    }
    QStringList parts;
    QVariantList bindings;
    for (const KeyRange& stretch : stretchesFrom(after)) {
        const QString order = orderIn(stretch);
        for (const SqlCondition& candidates : m_candidates) {
            for (const Choice& choice : m_choices) {
                const Statement part = select(what, stretch.place, choice.*stretch.filter, candidates);
                parts << QStringLiteral("SELECT * FROM (%1%2 LIMIT ?) AS part").arg(part.sql, order);
                bindings << part.bindings << QVariant(rows);
            }
        }
    }
    return {parts.join(QStringLiteral(" UNION ALL ")), bindings};
}

Statement KeysetQuery::page(const Cursor& after, qint64 rows) const {
    // The rows are chosen first, so that columns that must be computed are computed for these alone.
    const bool isHidden = !m_listing->key.column;
    const QString& alias = m_listing->alias;
    const QString what = isHidden ? QStringLiteral("%1.*, %2 AS portolan_key").arg(alias, m_keyExpression)
                                  : alias + QStringLiteral(".*");
    const QString key = isHidden ? alias + QStringLiteral(".portolan_key") : m_keyExpression;
    const QString sort = sortsByKey() ? key : m_sortExpression;
    const Statement chosen = parts(what, after, rows);
    const QString sql = QStringLiteral("SELECT %1, %2, %3 FROM (%4) AS %5%6 LIMIT ?")
                            .arg(allColumns(), sort, key, chosen.sql, alias, orderBy(sort, key, hasNullsAfter(after)));
    return {sql, chosen.bindings + QVariantList{QVariant(rows)}};
}

std::vector<Statement> KeysetQuery::pageInTurn(const Cursor& after, qint64 rows) const {
    if (m_dialect != SqlDialect::Sqlite || !isInOnePart())
        return {page(after, rows)};
    std::vector<Statement> statements;
    const QString what = allColumns() + QStringLiteral(", ") + sortColumns();
    for (const KeyRange& stretch : stretchesFrom(after))
        statements.push_back(
            limited(select(what, stretch.place, m_choices.front().*stretch.filter, m_candidates.front()),
                    orderIn(stretch), rows));
    return statements;
}

Statement KeysetQuery::keys(const Cursor& after, qint64 rows) const {
    if (!sortsWithNulls() && isInOnePart() && !m_sweeps)
        return limited(selectAfter(sortColumns(), after), orderBy(m_sortExpression, m_keyExpression, false), rows);
    const Statement chosen =
        parts(QStringLiteral("%1 AS sort_value, %2 AS sort_key").arg(m_sortExpression, m_keyExpression), after, rows);
    const QString order = orderBy(QStringLiteral("sort_value"), QStringLiteral("sort_key"), hasNullsAfter(after));
    return {QStringLiteral("SELECT sort_value, sort_key FROM (%1) AS chosen%2 LIMIT ?").arg(chosen.sql, order),
            chosen.bindings + QVariantList{QVariant(rows)}};
}

Statement KeysetQuery::columns(const QString& named, const Cursor& after, qint64 rows) const {
    const QString what =
        QStringLiteral("%1, %2 AS sort_value, %3 AS sort_key").arg(named, m_sortExpression, m_keyExpression);
    const Statement chosen = parts(what, after, rows);
    const QString key = QStringLiteral("sort_key");
    const QString order = orderBy(sortsByKey() ? key : QStringLiteral("sort_value"), key, hasNullsAfter(after));
    return {QStringLiteral("SELECT * FROM (%1) AS chosen%2 LIMIT ?").arg(chosen.sql, order),
            chosen.bindings + QVariantList{QVariant(rows)}};
}

Statement KeysetQuery::hop(const Cursor& after, qint64 rows) const {
    Statement statement = selectAfter(m_keyExpression + QStringLiteral(" AS k"), after);
    statement.sql = QStringLiteral("SELECT count(*), %1(k) FROM (%2%3 LIMIT ?) AS passed")
                        .arg(m_descending ? QStringLiteral("min") : QStringLiteral("max"), statement.sql,
                             orderBy(m_sortExpression, m_keyExpression, false));
    statement.bindings << QVariant(rows);
    return statement;
}

Statement KeysetQuery::walk(const Cursor& after, qint64 rows) const {
    return limited(select(m_listing->alias + QStringLiteral(".*"), conditionAfter(after), m_others, {}),
                   orderBy(m_sortExpression, m_keyExpression, false), rows);
}

Statement KeysetQuery::countAmong(const Cursor& after, qint64 rows, qint64 most) const {
    const Statement walked = walk(after, rows);
    return {QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM (%1) AS %2 WHERE %3 LIMIT ?) AS found")
                .arg(walked.sql, m_listing->alias, m_documents.condition),
            walked.bindings + m_documents.bindings + QVariantList{QVariant(most)}};
}

Statement KeysetQuery::one(qint64 key) const {
    return Statement{QStringLiteral("SELECT %1 FROM %2 AS %3 WHERE %4 = ?")
                         .arg(allColumns(), m_listing->table, m_listing->alias, m_keyExpression),
                     {QVariant(key)}};
}

} // namespace portolan
