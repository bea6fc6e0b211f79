#include "storage/transfer/sql/tableselect.h"

#include <algorithm>
#include <span>

namespace portolan {

namespace {

/// Texts whose own order is not by bytes.
bool isServerText(CellMeaning meaning) {
    return meaning == CellMeaning::Plain || meaning == CellMeaning::Json;
}

bool isTextAlready(const QString& type) {
    return type == QLatin1String("text") || type == QLatin1String("character varying");
}

} // namespace

CellMeaning meaningOfServerType(const QString& type) {
    struct Known {
        const char* type;
        CellMeaning meaning;
    };
    static constexpr Known known[] = {
        {"smallint", CellMeaning::Integer},
        {"integer", CellMeaning::Integer},
        {"bigint", CellMeaning::Integer},
        {"boolean", CellMeaning::Boolean},
        {"real", CellMeaning::Real},
        {"double precision", CellMeaning::Real},
        {"numeric", CellMeaning::Decimal},
        {"uuid", CellMeaning::Uuid},
        {"json", CellMeaning::Json},
        {"jsonb", CellMeaning::Json},
        {"bytea", CellMeaning::Bytes},
        {"timestamp with time zone", CellMeaning::Time},
        {"timestamp without time zone", CellMeaning::Time},
    };
    for (const Known& each : known) {
        if (type == QLatin1String(each.type))
            return each.meaning;
    }
    return CellMeaning::Plain;
}

TableSelect::TableSelect(SqlDialect dialect, const SchemaInspector::Entry& entry, const TablePlan& plan, bool isFolding)
    : m_dialect(dialect)
    , m_entry(entry)
    , m_plan(plan)
    , m_isFolding(isFolding) {}

Result<QString> TableSelect::table() const {
    const Result<QString> name = quoteIdentifier(m_entry.spelling);
    PORTOLAN_TRY(name);
    if (m_entry.schema.isEmpty())
        return name;
    const Result<QString> schema = quoteIdentifier(m_entry.schema);
    PORTOLAN_TRY(schema);
    return *schema + u'.' + *name;
}

/// The plan's columns are named as the other store may spell them.
Result<QString> TableSelect::quoted(const ContentColumn& column) const {
    if (const SchemaInspector::Column* const exact = m_entry.column(column.name))
        return quoteIdentifier(exact->name);
    for (const SchemaInspector::Column& each : m_entry.columns) {
        if (each.name.compare(column.name, Qt::CaseInsensitive) == 0)
            return quoteIdentifier(each.name);
    }
    return Error{ErrorCode::Changed,
                 QStringLiteral("The table %1 has no column %2 any more.").arg(m_entry.spelling, column.name)};
}

/// A server's values come in the few forms that contentreader.cpp reads.
Result<QString> TableSelect::selected(const ContentColumn& column) const {
    const Result<QString> name = quoted(column);
    PORTOLAN_TRY(name);
    if (m_dialect == SqlDialect::Sqlite)
        return name;
    const QString type = m_entry.column(column.name) ? m_entry.column(column.name)->type : QString();
    const CellMeaning meaning = meaningOfServerType(type);
    if (type == QLatin1String("real"))
        return QStringLiteral("CAST(CAST(%1 AS text) AS double precision)").arg(*name);
    if (meaning == CellMeaning::Decimal || isServerText(meaning))
        return QStringLiteral("CAST(%1 AS text)").arg(*name);
    return name;
}

Result<QString> TableSelect::ordered(const ContentColumn& column) const {
    const Result<QString> name = quoted(column);
    PORTOLAN_TRY(name);
    if (m_dialect == SqlDialect::Sqlite) {
        if (m_isFolding && column.meaning == CellMeaning::Uuid)
            return m_dialect.isUtf16() ? bytesOf(QStringLiteral("lower(%1)").arg(*name), m_dialect)
                                       : QStringLiteral("lower(%1)").arg(*name);
        if (m_dialect.isUtf16())
            return QStringLiteral("CASE typeof(%1) WHEN 'text' THEN %2 ELSE %1 END")
                .arg(*name, bytesOf(*name, m_dialect));
        return QStringLiteral("%1 COLLATE BINARY").arg(*name);
    }
    const SchemaInspector::Column* const own = m_entry.column(column.name);
    const QString type = own ? own->type : QString();
    if (!isServerText(meaningOfServerType(type)))
        return name;
    return isTextAlready(type) ? QStringLiteral("%1 COLLATE \"C\"").arg(*name)
                               : QStringLiteral("CAST(%1 AS text) COLLATE \"C\"").arg(*name);
}

TableSelect::Compared TableSelect::bound(const ContentCell& cell) const {
    const bool isSqlite = m_dialect == SqlDialect::Sqlite;
    switch (cell.kind) {
    case ContentCell::Kind::Nothing:
        return {QStringLiteral("?"), QVariant()};
    case ContentCell::Kind::Integer:
        return {QStringLiteral("?"), cell.integer};
    case ContentCell::Kind::Real:
        return {QStringLiteral("?"), cell.real};
    case ContentCell::Kind::Bytes:
        return {QStringLiteral("?"), cell.bytes.isNull() ? QByteArray("") : cell.bytes};
    case ContentCell::Kind::Time:
    case ContentCell::Kind::Decimal:
    case ContentCell::Kind::Text:
    case ContentCell::Kind::Json: {
        const bool isWritten = cell.kind == ContentCell::Kind::Time && (!isSqlite || cell.bytes.isEmpty());
        const QByteArray text = isWritten ? contentTime(cell) : cell.bytes;
        if (!isSqlite)
            return {QStringLiteral("?"), QString::fromUtf8(text)};
        if (m_dialect.isUtf16()) // beside its bytes, of which some may be half a character's
            return {QStringLiteral("?"), text.isNull() ? QByteArray("") : text};
        return {QStringLiteral("CAST(? AS TEXT)"), text.isNull() ? QByteArray("") : text};
    }
    }
    Q_UNREACHABLE();
}

/// A comparison of rows; in SQLite, which looks up no index for one, with a plain one of its first column.
Result<void> TableSelect::compare(const ContentRow& key, const char* how, Statement& statement) const {
    QStringList left;
    QStringList right;
    QVariantList values;
    for (std::size_t i = 0; i < m_plan.keys; ++i) {
        const Result<QString> expression = ordered(m_plan.columns[i]);
        PORTOLAN_TRY(expression);
        const Compared compared = bound(key[i]);
        left << *expression;
        right << compared.sql;
        values << compared.value;
    }
    statement.sql += statement.sql.isEmpty() ? QString() : QStringLiteral(" AND ");
    if (left.size() > 1 && m_dialect == SqlDialect::Sqlite) {
        statement.sql += QStringLiteral("%1 %2= %3 AND ").arg(left[0], QLatin1String(how, 1), right[0]);
        statement.bindings << values[0];
    }
    statement.sql += left.size() > 1 ? QStringLiteral("(%1) %2 (%3)")
                                           .arg(left.join(QStringLiteral(", ")), QLatin1String(how),
                                                right.join(QStringLiteral(", ")))
                                     : QStringLiteral("%1 %2 %3").arg(left[0], QLatin1String(how), right[0]);
    statement.bindings << values;
    return {};
}

Result<TableSelect::Statement> TableSelect::isRow(const ContentRow& row) const {
    Statement statement;
    for (std::size_t i = 0; i < m_plan.keys; ++i) {
        const Result<QString> expression = ordered(m_plan.columns[i]);
        PORTOLAN_TRY(expression);
        const Compared compared = bound(row[i]);
        statement.sql +=
            (i > 0 ? QStringLiteral(" AND ") : QString()) + *expression + QStringLiteral(" = ") + compared.sql;
        statement.bindings << compared.value;
    }
    return statement;
}

Result<TableSelect::Statement> TableSelect::statement(const KeyStretch& stretch) const {
    Statement where;
    if (stretch.after) {
        PORTOLAN_TRY(compare(*stretch.after, ">", where));
    }
    if (stretch.until) {
        PORTOLAN_TRY(compare(*stretch.until, "<=", where));
    }
    return selectWhere(where);
}

Result<TableSelect::Statement> TableSelect::one(const ContentRow& key) const {
    const Result<Statement> where = isRow(key);
    return where ? selectWhere(*where) : where;
}

Result<TableSelect::Statement> TableSelect::selectWhere(const Statement& where) const {
    QStringList columns;
    for (const ContentColumn& column : m_plan.columns) {
        const Result<QString> expression = selected(column);
        PORTOLAN_TRY(expression);
        columns << *expression;
    }
    QStringList order;
    for (std::size_t i = 0; i < m_plan.keys; ++i) {
        const Result<QString> expression = ordered(m_plan.columns[i]);
        PORTOLAN_TRY(expression);
        const SchemaInspector::Column* const own = m_entry.column(m_plan.columns[i].name);
        const bool mayBeNull = m_dialect == SqlDialect::Postgresql && own && !own->notNull;
        order << *expression + (mayBeNull ? QStringLiteral(" NULLS FIRST") : QString());
    }
    // Rows that have one key, by that of another kind of store, come in the order of their own.
    for (const SchemaInspector::Column& own : m_entry.columns) {
        const auto isOwn = [&](const ContentColumn& part) {
            return part.name.compare(own.name, Qt::CaseInsensitive) == 0;
        };
        if (own.keyPosition == 0 || std::ranges::any_of(std::span(m_plan.columns).first(m_plan.keys), isOwn))
            continue;
        const Result<QString> expression = ordered({own.name, CellMeaning::Plain, 0});
        PORTOLAN_TRY(expression);
        order << *expression;
    }
    const Result<QString> from = table();
    PORTOLAN_TRY(from);
    return Statement{QStringLiteral("SELECT %1 FROM %2%3 ORDER BY %4")
                         .arg(columns.join(QStringLiteral(", ")), *from,
                              where.sql.isEmpty() ? QString() : QStringLiteral(" WHERE ") + where.sql,
                              order.join(QStringLiteral(", "))),
                     where.bindings};
}

} // namespace portolan
