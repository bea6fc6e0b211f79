#include "storage/tables/sql/servertable.h"

#include "storage/listing/filterlexer.h"
#include "storage/sql/columns/filtersqljson.h"
#include "storage/sql/postgresql/filterencoding.h"
#include "storage/sql/postgresql/serverstream.h"
#include "storage/tables/sql/tabledirectory.h"

#include <QRandomGenerator>
#include <algorithm>

namespace portolan {

namespace {

using Compares = ColumnSet::Column::Compares;

/// So many columns of a view sort its rows, so many characters of a text; a hash of all of them tells the rest apart.
constexpr int mostSortColumns = 4;
constexpr int sortedCharacters = 200;

QString castToText(const QString& expression) {
    return QStringLiteral("CAST(%1 AS text)").arg(expression);
}

/// Numbers and texts of which some programs make their times.
bool mayHoldTimes(const ServerColumn& column) {
    return column.isText || column.type == ColumnType::Integer || column.type == ColumnType::Real
           || column.type == ColumnType::Numeric;
}

/// The text that the server shows of a value.
QString shownText(const ServerColumn& column) {
    return column.isAddress ? QStringLiteral("pg_catalog.abbrev(%1)").arg(column.expression)
                            : castToText(column.expression);
}

/// The first native term of a filter that the server does not take.
template <class Judge>
std::optional<Error> firstRefused(const FilterChild& child, Judge judge) {
    if (!child)
        return std::nullopt;
    if (const auto* term = std::get_if<FilterTerm>(&child->node))
        return judge(*term);
    const auto anyOf = [&](const std::vector<FilterChild>& children) -> std::optional<Error> {
        for (const FilterChild& each : children) {
            if (auto refused = firstRefused(each, judge))
                return refused;
        }
        return std::nullopt;
    };
    if (const auto* all = std::get_if<FilterAnd>(&child->node))
        return anyOf(all->children);
    if (const auto* any = std::get_if<FilterOr>(&child->node))
        return anyOf(any->children);
    const auto* inverse = std::get_if<FilterNot>(&child->node);
    return inverse ? firstRefused(inverse->child, judge) : std::nullopt;
}

} // namespace

Result<std::shared_ptr<ServerTable>> ServerTable::open(Session& session, const TableInfo& info) {
    const Result<QString> table = quotedTable(info, SqlDialect::Postgresql);
    PORTOLAN_TRY(table);
    Result<ServerShape> shape =
        session.read(session.token(), [&](Connection& connection) { return readServerShape(connection, info); });
    PORTOLAN_TRY(shape);
    return std::shared_ptr<ServerTable>(new ServerTable(session, info, std::move(*shape), *table));
}

ServerTable::ServerTable(Session& session, TableInfo info, ServerShape shape, QString table)
    : m_session(session)
    , m_info(std::move(info))
    , m_shape(std::move(shape))
    , m_table(std::move(table))
    , m_cells(*this)
    , m_keeper(static_cast<qint64>(QRandomGenerator::global()->generate())) {
    for (const ServerColumn& column : m_shape.columns)
        addColumn(column);
    const bool hasKey =
        std::ranges::any_of(m_shape.columns, [](const ServerColumn& column) { return column.keyPosition > 0; });
    const bool isKeyRead =
        !m_shape.closed.isEmpty() && !m_info.key.isEmpty() ? std::ranges::none_of(
            m_info.key.split(','), [&](const QByteArray& name) { return m_shape.closed.contains(name.trimmed()); })
                                                           : true;
    if (m_shape.hasRows && hasKey && isKeyRead && !m_shape.isInherited)
        m_finding = Finding::Key;
    else
        m_finding = m_shape.hasRows && m_shape.mayPlace ? Finding::Place : Finding::Content;
}

ServerTable::~ServerTable() = default;

void ServerTable::addColumn(const ServerColumn& column) {
    const bool isSearched =
        column.type == ColumnType::Text || column.type == ColumnType::Json || column.type == ColumnType::Native;
    m_schema.columns.push_back({column.name, column.type, isSearched, column.isWall, ColumnSet::Keeps::Typed,
                                column.isNative, column.compares, mayHoldTimes(column)});
    SqlColumn sql(column.expression, column.isBytes ? ColumnEncoding::Bytes : ColumnEncoding::Plain);
    if (column.isNative)
        sql.cast = column.cast;
    if (mayHoldTimes(column))
        sql.type = column.cast;
    if (column.isDocumentText)
        sql.document = asJsonb(column.expression);
    m_sql.push_back(std::move(sql));
}

QString ServerTable::doing() const {
    return QStringLiteral("read the rows of %1 in").arg(QString::fromUtf8(m_info.path()));
}

QString ServerTable::leftOut() const {
    QStringList parts;
    if (!m_shape.closed.isEmpty())
        parts << QStringLiteral("Columns of %1 that the role may not read are left out: %2.")
                     .arg(QString::fromUtf8(m_info.path()), QString::fromUtf8(m_shape.closed.join(", ")));
    if (m_first && m_isCut)
        parts << QStringLiteral(
                     "The server could not sort the rows of %1 in time: its first %2, in no order. Filter it, "
                     "or sort it by a column that has an index.")
                     .arg(QString::fromUtf8(m_info.path()), QString::number(Tables::mostViewRows));
    if (m_isKeptCut)
        parts << QStringLiteral(
                     "The order of %1 goes by values that change from moment to moment, so that its rows were "
                     "read once: the first %2. Filter it, or sort it by a column that stays.")
                     .arg(QString::fromUtf8(m_info.path()), QString::number(keptRows()));
    if (m_hasMoved)
        parts << QStringLiteral(
                     "Rows of %1 changed while its pages were read: some may have come twice, or not at all.")
                     .arg(QString::fromUtf8(m_info.path()));
    return parts.join(u' ');
}

qint64 ServerTable::keptRows() const {
    return m_kept.rows ? m_kept.rows->count() - (m_kept.isCut ? 1 : 0) : 0;
}

QString ServerTable::note() const {
    QStringList parts;
    if (const QString left = leftOut(); !left.isEmpty())
        parts << left;
    if (m_shape.isSqlAscii)
        parts << QStringLiteral("The database has no encoding (SQL_ASCII): bytes that are no UTF-8 are shown as they "
                                "are, and lost in CSV.");
    return parts.join(u' ');
}

QString ServerTable::costOf(const Sort& sort) const {
    const ServerColumn* const column = columnOf(sort);
    if (!column || (m_finding != Finding::Content && column->isIndexed))
        return {};
    return QStringLiteral("No index of %1 begins with %2: the server goes through all of its rows for this order.")
        .arg(QString::fromUtf8(m_info.path()), QString::fromUtf8(column->name));
}

const ServerColumn* ServerTable::columnOf(const Sort& sort) const {
    const auto found = std::ranges::find(m_shape.columns, sort.column, &ServerColumn::name);
    return sort.column.isEmpty() || found == m_shape.columns.end() ? nullptr : &*found;
}

/// Rows of foreign partitions have no place; sorted together with others they go by their content.
ServerTable::Finding ServerTable::findingOf(const ListQuery& query) const {
    const bool hasForeign = std::ranges::any_of(m_shape.parts, &ServerShape::Part::isForeign);
    return m_finding == Finding::Place && hasForeign && !query.sort.column.isEmpty() ? Finding::Content : m_finding;
}

QString ServerTable::hashSql() const {
    const bool hasStaying = !std::ranges::all_of(m_shape.columns, &ServerColumn::isMomentary);
    QStringList columns;
    for (const ServerColumn& column : m_shape.columns) {
        if (!hasStaying || !column.isMomentary)
            columns << column.expression;
    }
    return QStringLiteral("md5(CAST(ROW(%1) AS text))").arg(columns.join(QStringLiteral(", ")));
}

bool ServerTable::isMomentary(const Question& question) const {
    const ServerColumn* const sort = columnOf(question.query.sort);
    const bool hasNoOther =
        !m_shape.columns.empty() && std::ranges::all_of(m_shape.columns, &ServerColumn::isMomentary);
    return question.finding == Finding::Content && (hasNoOther || (sort && sort->isMomentary));
}

/// Without the columns of a view that a later statement gives other values: rows that are equal in all others are
/// counted.
std::vector<ServerKey> ServerTable::contentKeys() const {
    std::vector<ServerKey> keys;
    for (const ServerColumn& column : m_shape.columns) {
        const bool isSorted = column.isSortable && !column.isMomentary && column.type != ColumnType::Native
                              && column.type != ColumnType::Json && std::ssize(keys) < mostSortColumns;
        if (!isSorted)
            continue;
        if (column.isBytes)
            keys.push_back(
                {QStringLiteral("substring(%1, 1, %2)").arg(column.expression, QString::number(sortedCharacters)),
                 column.cast, true});
        else if (column.type == ColumnType::Text)
            keys.push_back({QStringLiteral("left(%1, %2) COLLATE \"C\"")
                                .arg(castToText(column.expression), QString::number(sortedCharacters)),
                            QStringLiteral("text"), true});
        else
            keys.push_back({column.expression, column.cast, true, column.isFloat, column.operators});
    }
    keys.push_back({hashSql(), QStringLiteral("text")});
    return keys;
}

std::vector<ServerKey> ServerTable::keysOf(Finding finding, const ServerColumn* sort) const {
    std::vector<ServerKey> keys;
    std::vector<const ServerColumn*> primary;
    for (const ServerColumn& column : m_shape.columns) {
        if (column.keyPosition > 0)
            primary.push_back(&column);
    }
    std::ranges::sort(primary, {}, &ServerColumn::keyPosition);
    const bool isOwn = finding == Finding::Key && primary.size() == 1 && sort == primary.front();
    if (sort && !isOwn)
        keys.push_back(
            {sort->expression, sort->cast, !sort->notNull || !m_shape.hasRows, sort->isFloat, sort->operators});
    switch (finding) {
    case Finding::Key:
        for (const ServerColumn* key : primary)
            keys.push_back({key->expression, key->cast, false, key->isFloat, key->operators});
        break;
    case Finding::Place:
        keys.push_back({QStringLiteral("t.tableoid"), QStringLiteral("oid")});
        keys.push_back({QStringLiteral("t.ctid"), QStringLiteral("tid")});
        break;
    case Finding::Content:
        std::ranges::move(contentKeys(), std::back_inserter(keys));
        break;
    }
    return keys;
}

/// Asks the server what it makes of the values that are compared in its own types.
Result<void> ServerTable::judge(Connection& connection, const Filter& filter) {
    if (filter.isEmpty() || m_judged.contains(filter.source))
        return {};
    const auto refused = firstRefused(filter.root, [&](const FilterTerm& term) -> std::optional<Error> {
        const ServerColumn& column = m_shape.columns[static_cast<std::size_t>(term.field.column)];
        const auto* text = std::get_if<QByteArray>(&term.value.value);
        const bool isCompared = term.comparison != Comparison::Contains && term.comparison != Comparison::IsSet;
        const bool isWhole = term.field.path.empty(); // a place in a document is compared as its text
        if (!column.isNative || column.isText || !isCompared || !isWhole || !text)
            return std::nullopt;
        const Result<QVariant> taken = connection.value(QStringLiteral("SELECT CAST(? AS %1) IS NULL").arg(column.cast),
                                                        {QString::fromUtf8(*text)});
        if (taken)
            return std::nullopt;
        const PostgresqlFailure& failure = connection.postgresql()->failure();
        const ErrorCode code = taken.error().code;
        const bool isJudgement = code == ErrorCode::Invalid || code == ErrorCode::Unsupported;
        if (failure.cause != PostgresqlFailure::Cause::Refused || !isJudgement)
            return taken.error();
        return filterError(
            filter.source, std::max<qsizetype>(term.position, 0),
            QStringLiteral("%1 is of the type %2, and the server says: %3.")
                .arg(QString::fromUtf8(column.name), column.cast, failure.words.section(u'\n', 0, 0).trimmed()));
    });
    if (refused)
        return *refused;
    m_judged.insert(filter.source);
    return {};
}

Result<ServerTable::Question> ServerTable::ask(Connection& connection, const ListQuery& query, Bring bring) {
    if (query.limit < 1)
        return Error{ErrorCode::Usage, QStringLiteral("A page has at least one row.")};
    const ServerColumn* const sort = columnOf(query.sort);
    if (!sort && !query.sort.column.isEmpty())
        return Error{ErrorCode::Usage,
                     QStringLiteral("There is no column %1 to sort by.").arg(QString::fromUtf8(query.sort.column))};
    if (sort && !sort->isSortable)
        return Error{ErrorCode::Usage,
                     QStringLiteral("Values of %1 have no order in the database; sort by another column.")
                         .arg(QString::fromUtf8(sort->name))};
    const Result<void> isHeld = checkFilterEncoding(connection, query.filter);
    PORTOLAN_TRY(isHeld ? judge(connection, query.filter) : isHeld);
    const Finding finding = findingOf(query);
    const int identity = finding == Finding::Key     ? static_cast<int>(std::ranges::count_if(
                                 m_shape.columns, [](const ServerColumn& column) { return column.keyPosition > 0; }))
                         : finding == Finding::Place ? 2
                                                     : 1;
    return Question{query,
                    bring,
                    compileFilter(query.filter, m_schema, m_sql, SqlDialect::Postgresql),
                    finding,
                    ServerOrder(keysOf(finding, sort), query.sort.descending, m_shape.isSqlAscii),
                    identity,
                    query.sort.column,
                    false,
                    false};
}

/// Nothing of the order is in an index, as far as is known.
bool ServerTable::isSortedByServer(const Question& question) const {
    const ServerColumn* const sort = columnOf(question.query.sort);
    return question.finding == Finding::Content || (sort && !sort->isIndexed);
}

/// The columns as they are read, each of a type whose form is known.
QString ServerTable::cellsSql(Bring bring, bool timesAsText) const {
    QStringList cells;
    for (const ServerColumn& column : m_shape.columns) {
        const bool isTime = column.type == ColumnType::Time || column.type == ColumnType::Date;
        const bool isLong = column.type == ColumnType::Text || column.type == ColumnType::Json
                            || column.type == ColumnType::Native || column.type == ColumnType::Numeric;
        const bool isCast = !column.isHeld || (isTime && timesAsText);
        const bool isCut = bring == Bring::Cells && isLong;
        const bool asBytes = m_shape.isSqlAscii && isLong && !column.isBytes;
        QString cell = (isCast || isCut || asBytes) && !column.isBytes ? shownText(column) : column.expression;
        if (isCut)
            cell = (column.isBytes ? QStringLiteral("substr(%1, 1, %2)") : QStringLiteral("left(%1, %2)"))
                       .arg(cell, QString::number(cellBytes));
        cells << (asBytes ? textAsBytes(cell) : cell);
    }
    return cells.join(QStringLiteral(", "));
}

int ServerTable::cellsOf(Bring bring) const {
    return bring == Bring::Keys ? 0 : static_cast<int>(m_shape.columns.size());
}

/// Without a limit: all rows of the order.
ServerTable::Statement ServerTable::statement(const Question& question, const ServerOrder& order, const From& from,
                                              const ServerOrder::Condition& place, std::optional<qint64> limit) const {
    QStringList brought;
    if (question.bring != Bring::Keys && !m_shape.columns.empty())
        brought << cellsSql(question.bring, question.timesAsText);
    brought << order.columns();
    QStringList conditions;
    Statement made;
    if (!from.condition.isEmpty())
        conditions << from.condition;
    if (!question.query.filter.isEmpty()) {
        conditions << question.filter.condition;
        made.bindings << question.filter.bindings;
    }
    if (!place.sql.isEmpty()) {
        conditions << place.sql;
        made.bindings << place.bindings;
    }
    made.sql = QStringLiteral("SELECT %1 FROM %2 AS t").arg(brought.join(QStringLiteral(", ")), from.table);
    if (!conditions.isEmpty())
        made.sql += QStringLiteral(" WHERE ") + conditions.join(QStringLiteral(" AND "));
    made.sql += QStringLiteral(" ORDER BY ") + order.orderBy();
    if (limit)
        made.sql += QStringLiteral(" LIMIT %1").arg(*limit);
    return made;
}

ServerTable::From ServerTable::of(const ServerShape::Part& part) const {
    if (part.isDirect)
        return {part.table, {}};
    return {m_table, QStringLiteral("t.tableoid = CAST(%1 AS oid)").arg(QString::fromLatin1(part.oid))};
}

Result<TableRow> ServerTable::row(const Value& key, const CancelToken& token) {
    const Error gone{ErrorCode::NotFound,
                     QStringLiteral("The row is not in %1 any more.").arg(QString::fromUtf8(m_info.path()))};
    const auto* text = std::get_if<QByteArray>(&key);
    if (!text)
        return gone;
    std::vector<ServerKey> keys;
    std::optional<ServerPlace> place;
    for (const auto& [name, finding] :
         {std::pair("k", Finding::Key), std::pair("p", Finding::Place), std::pair("c", Finding::Content)}) {
        if ((place = placeOf(*text, name))) {
            keys = keysOf(finding, nullptr);
            break;
        }
    }
    if (!place || place->empty() || place->size() > keys.size())
        return gone;
    if (const auto& kept = m_kept.rows; kept && text->startsWith("1:c")) { // as it was when it was shown
        for (int at = 0; at < kept->count(); ++at) {
            if (keyText(*kept->cell(at, kept->columns() - 1)) != place->back())
                continue;
            Rows rows;
            rows.stretches.push_back({kept, at, 1, 'c', 1});
            rows.count = 1;
            return std::move(pageOf(rows, Bring::Whole).rows.front());
        }
    }
    keys.erase(keys.begin(), keys.end() - std::ssize(*place)); // of a content its hash alone
    return m_session.read(token, [&](Connection& connection) -> Result<TableRow> {
        Question question{{}, Bring::Whole, {},    m_finding, ServerOrder(keys, false, m_shape.isSqlAscii),
                          0,  {},           false, false};
        const auto read = run(connection, question, [&](const Question& of) {
            return statement(of, of.order, whole(), of.order.at(*place), 1);
        });
        PORTOLAN_TRY(read);
        Rows rows;
        take(question, *read, 0, 'k', 0, rows);
        Page<TableRow> page = pageOf(rows, Bring::Whole);
        if (page.rows.empty())
            return gone;
        page.rows.front().key = key;
        return std::move(page.rows.front());
    });
}

} // namespace portolan
