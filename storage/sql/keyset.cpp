#include "storage/sql/keyset.h"

#include "storage/base/clock.h"
#include "storage/sql/columns/filterchoices.h"
#include "storage/sql/columns/filtersqltext.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

using Statement = KeysetQuery::Statement;

bool isText(ColumnType type, ColumnEncoding keeping) {
    return (type == ColumnType::Text || type == ColumnType::Json) && keeping == ColumnEncoding::Plain;
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
    made.m_keys = {listing.key};
    made.m_keys.insert(made.m_keys.end(), listing.key.rest.begin(), listing.key.rest.end());
    if (!made.sortsByKey() && made.m_keys.size() > 1)
        std::erase_if(made.m_keys, [&](const SqlKeyPart& part) { return part.column == made.m_sort; });
    for (const SqlKeyPart& part : made.m_keys)
        made.m_keyExpressions << keyExpression(part, dialect);
    made.m_sortExpression = made.m_keyExpressions.front();
    if (!made.sortsByKey()) {
        const auto sort = static_cast<std::size_t>(*made.m_sort);
        const SqlColumn& column = listing.sql[sort];
        const bool text = isText(schema.columns[sort].type, column.keeping);
        const bool isFlag = schema.columns[sort].type == ColumnType::Boolean && dialect == SqlDialect::Postgresql;
        made.m_sortExpression = text     ? bytesOf(column.expression, dialect)
                                : isFlag ? QStringLiteral("CAST(%1 AS integer)").arg(column.expression)
                                         : column.expression;
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
                    && made.m_keys.size() == 1 && listing.key.kind == SqlKey::Kind::Integer;
    PORTOLAN_TRY(made.checkCursor(query.after));
    return made;
}

KeyForm KeysetQuery::sortForm() const {
    if (sortsByKey())
        return keyFormOf(m_keys.front());
    const auto sort = static_cast<std::size_t>(*m_sort);
    return keyFormOf(m_listing->schema->columns[sort].type, m_listing->sql[sort].keeping);
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
    if (cursor.keys.size() != keysFrom() + m_keys.size())
        return Cursor::foreign();
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        if (!fitsKey(cursor.keys[keysFrom() + i], keyFormOf(m_keys[i])))
            return Cursor::foreign();
    }
    const Value& value = cursor.keys.front();
    const bool known = std::holds_alternative<std::monostate>(value) ? sortsWithNulls() : fitsKey(value, sortForm());
    return known ? Result<void>() : Result<void>(Cursor::foreign());
}

Result<Cursor> KeysetQuery::cursorOf(const QVariant& sortValue, const QVariantList& keys) const {
    Cursor cursor;
    const auto add = [&](const std::optional<Value>& value) {
        if (value)
            cursor.keys.push_back(*value);
        return value.has_value();
    };
    bool areWhole = true;
    if (!sortsByKey()) {
        const bool isNull = sortValue.isNull() && sortsWithNulls();
        const std::optional<Value> value = isNull ? Value() : keyValueOf(sortValue, sortForm());
        areWhole = add(value ? std::optional(placeOf(*value)) : std::nullopt);
    }
    for (std::size_t i = 0; areWhole && i < m_keys.size(); ++i)
        areWhole = add(keyValueOf(keys[static_cast<qsizetype>(i)], keyFormOf(m_keys[i])));
    if (areWhole)
        return cursor;
    const QString column =
        m_sort ? QString::fromUtf8(m_listing->schema->columns[std::size_t(*m_sort)].name) : m_listing->key.expression;
    return Error{ErrorCode::Corrupt,
                 QStringLiteral("A row of %1 holds a value of another type than its column %2 has, so the list cannot "
                                "be sorted by it; sort by another column.")
                     .arg(m_listing->table, column)};
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
QString KeysetQuery::orderBy(const QString& sort, const QStringList& keys, bool withNulls) const {
    const QString direction = m_descending ? QStringLiteral(" DESC") : QStringLiteral(" ASC");
    QStringList terms;
    if (!sortsByKey()) {
        const QString nulls = !withNulls     ? QString()
                              : m_descending ? QStringLiteral(" NULLS LAST")
                                             : QStringLiteral(" NULLS FIRST");
        terms << sort + direction + nulls;
    }
    for (const QString& key : keys)
        terms << key + direction;
    return QStringLiteral(" ORDER BY ") + terms.join(QStringLiteral(", "));
}

QString KeysetQuery::orderByKeys() const {
    const QString direction = m_descending ? QStringLiteral(" DESC") : QStringLiteral(" ASC");
    return QStringLiteral(" ORDER BY ") + m_keyExpressions.join(direction + QStringLiteral(", ")) + direction;
}

/// Makes the order in which an index has the rows of a stretch: by the key alone where all have one value, which SQLite
/// does not see of an expression and would sort by.
QString KeysetQuery::orderIn(const KeyRange& stretch) const {
    const bool isOfOneValue =
        !sortsByKey() && (stretch.filter == &Choice::at || stretch.place.sql.endsWith(QLatin1String(" IS NULL")));
    return isOfOneValue ? orderByKeys() : orderBy(m_sortExpression, m_keyExpressions, false);
}

/// Makes the order of a sweep, which no index has, so that the server sorts the rows it found in place of passing all.
QString KeysetQuery::orderOfSweep(bool withNulls) const {
    const auto inArray = [](const QString& expression) { return QStringLiteral("(ARRAY[%1])[1]").arg(expression); };
    if (!sortsByKey())
        return orderBy(inArray(m_sortExpression), m_keyExpressions, withNulls);
    QStringList keys = m_keyExpressions;
    keys.front() = inArray(keys.front());
    return orderBy({}, keys, withNulls);
}

/// Returns the parts of the key as they are read, of these expressions of them.
QStringList KeysetQuery::keysRead(const QStringList& expressions) const {
    QStringList read;
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        const QString& expression = expressions[static_cast<qsizetype>(i)];
        read << (m_keys[i].kind == SqlKeyPart::Kind::Native ? QStringLiteral("CAST(%1 AS text)").arg(expression)
                                                            : expression);
    }
    return read;
}

/// Returns a name for each part of the key; `areMade`: after the expression that it names.
QStringList KeysetQuery::keysNamed(const QString& name, bool areMade) const {
    QStringList named;
    for (qsizetype i = 0; i < m_keyExpressions.size(); ++i) {
        const QString each = i == 0 ? name : name + QString::number(i);
        named << (areMade ? m_keyExpressions[i] + QStringLiteral(" AS ") + each : each);
    }
    return named;
}

QString KeysetQuery::sortColumns() const {
    const QString sort = sortsByKey() ? keysRead(m_keyExpressions).front() : m_sortExpression;
    return (QStringList(sort) + keysRead(m_keyExpressions)).join(QStringLiteral(", "));
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
        QStringList places{placeholderOf(sortForm())};
        for (const SqlKeyPart& part : m_keys)
            places << keyPlaceholder(part);
        stretches[1] = {QStringLiteral("(%1) %2 (%3)")
                            .arg((QStringList(m_sortExpression) + m_keyExpressions).join(QStringLiteral(", ")), than,
                                 places.join(QStringLiteral(", "))),
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

/// Makes the condition of the rows whose key comes after a place's.
Statement KeysetQuery::beyondKeys(const Cursor& after) const {
    QStringList places;
    QVariantList bindings;
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        places << keyPlaceholder(m_keys[i]);
        bindings << boundKey(after.keys[keysFrom() + i], keyFormOf(m_keys[i]));
    }
    const auto together = [&](const QStringList& parts) {
        return parts.size() == 1 ? parts.front() : QStringLiteral("(%1)").arg(parts.join(QStringLiteral(", ")));
    };
    return {QStringLiteral("%1 %2 %3")
                .arg(together(m_keyExpressions), m_descending ? QStringLiteral("<") : QStringLiteral(">"),
                     together(places)),
            bindings};
}

/// Returns the conditions of the stretches after a row: the rest of the equal values, the values beyond, and NULLs
/// where they come after these.
std::vector<Statement> KeysetQuery::rangesAfter(const Cursor& after) const {
    const QString than = m_descending ? QStringLiteral("<") : QStringLiteral(">");
    const Statement beyond = beyondKeys(after);
    if (sortsByKey())
        return {beyond};
    std::vector<Statement> stretches;
    if (std::holds_alternative<std::monostate>(after.keys.front())) {
        stretches.push_back({QStringLiteral("(%1 IS NULL AND %2)").arg(m_sortExpression, beyond.sql), beyond.bindings});
        if (!m_descending)
            stretches.push_back({QStringLiteral("%1 IS NOT NULL").arg(m_sortExpression), {}});
        return stretches;
    }
    const QVariant value = boundKey(after.keys.front(), sortForm());
    const QString place = placeholderOf(sortForm());
    stretches.push_back({QStringLiteral("(%1 = %2 AND %3)").arg(m_sortExpression, place, beyond.sql),
                         QVariantList{value} + beyond.bindings});
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

/// Selects up to `rows` rows after a place from each stretch for each choice and each of m_candidates, all in order.
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
    const bool isHidden = !std::ranges::all_of(m_keys, [](const SqlKeyPart& part) { return part.column.has_value(); });
    const QString& alias = m_listing->alias;
    const QString name = QStringLiteral("portolan_key");
    const QString what =
        isHidden ? (QStringList(alias + QStringLiteral(".*")) + keysNamed(name, true)).join(QStringLiteral(", "))
                 : alias + QStringLiteral(".*");
    const QStringList keys = isHidden ? keysNamed(alias + u'.' + name, false) : m_keyExpressions;
    const QStringList read = keysRead(keys);
    const Statement chosen = parts(what, after, rows);
    const QString& sort = sortsByKey() ? keys.front() : m_sortExpression;
    const QString sql = QStringLiteral("SELECT %1, %2, %3 FROM (%4) AS %5%6 LIMIT ?")
                            .arg(allColumns(), sortsByKey() ? read.front() : sort, read.join(QStringLiteral(", ")),
                                 chosen.sql, alias, orderBy(sort, keys, hasNullsAfter(after)));
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
        return limited(selectAfter(sortColumns(), after), orderBy(m_sortExpression, m_keyExpressions, false), rows);
    const QString name = QStringLiteral("sort_key");
    const QStringList named = keysNamed(name, false);
    const Statement chosen = parts(
        QStringLiteral("%1 AS sort_value, %2").arg(m_sortExpression, keysNamed(name, true).join(QStringLiteral(", "))),
        after, rows);
    const QString sort = sortsByKey() ? keysRead(named).front() : QStringLiteral("sort_value");
    const QString order = orderBy(QStringLiteral("sort_value"), named, hasNullsAfter(after));
    return {QStringLiteral("SELECT %1, %2 FROM (%3) AS chosen%4 LIMIT ?")
                .arg(sort, keysRead(named).join(QStringLiteral(", ")), chosen.sql, order),
            chosen.bindings + QVariantList{QVariant(rows)}};
}

Statement KeysetQuery::columns(const QString& named, const Cursor& after, qint64 rows) const {
    const QString name = QStringLiteral("sort_key");
    const QStringList keys = keysNamed(name, false);
    const QString what = QStringLiteral("%1, %2 AS sort_value, %3")
                             .arg(named, m_sortExpression, keysNamed(name, true).join(QStringLiteral(", ")));
    const Statement chosen = parts(what, after, rows);
    const QString order =
        orderBy(sortsByKey() ? keys.front() : QStringLiteral("sort_value"), keys, hasNullsAfter(after));
    return {QStringLiteral("SELECT * FROM (%1) AS chosen%2 LIMIT ?").arg(chosen.sql, order),
            chosen.bindings + QVariantList{QVariant(rows)}};
}

Statement KeysetQuery::hop(const Cursor& after, qint64 rows) const {
    Statement statement = selectAfter(m_keyExpressions.front() + QStringLiteral(" AS k"), after);
    statement.sql = QStringLiteral("SELECT count(*), %1(k) FROM (%2%3 LIMIT ?) AS passed")
                        .arg(m_descending ? QStringLiteral("min") : QStringLiteral("max"), statement.sql,
                             orderBy(m_sortExpression, m_keyExpressions, false));
    statement.bindings << QVariant(rows);
    return statement;
}

Statement KeysetQuery::walk(const Cursor& after, qint64 rows) const {
    return limited(select(m_listing->alias + QStringLiteral(".*"), conditionAfter(after), m_others, {}),
                   orderBy(m_sortExpression, m_keyExpressions, false), rows);
}

Statement KeysetQuery::countAmong(const Cursor& after, qint64 rows, qint64 most) const {
    const Statement walked = walk(after, rows);
    return {QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM (%1) AS %2 WHERE %3 LIMIT ?) AS found")
                .arg(walked.sql, m_listing->alias, m_documents.condition),
            walked.bindings + m_documents.bindings + QVariantList{QVariant(most)}};
}

Statement KeysetQuery::one(qint64 key) const {
    return Statement{QStringLiteral("SELECT %1 FROM %2 AS %3 WHERE %4 = ? LIMIT 2")
                         .arg(allColumns(), m_listing->table, m_listing->alias, m_listing->sql.front().expression),
                     {QVariant(key)}};
}

} // namespace portolan
