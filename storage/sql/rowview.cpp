#include "storage/sql/rowview.h"

namespace portolan {

namespace {

Value valueOfVariant(const QVariant& cell) {
    if (cell.isNull())
        return {};
    switch (cell.typeId()) {
    case QMetaType::Bool:
        return cell.toBool();
    case QMetaType::Int:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
        return cell.toLongLong();
    case QMetaType::Double:
        return cell.toDouble();
    default: {
        QByteArray text = cell.typeId() == QMetaType::QByteArray ? cell.toByteArray() : cell.toString().toUtf8();
        return text.isNull() ? QByteArray("") : text;
    }
    }
}

} // namespace

Value RowView::cell(int column) const {
    if (m_sqlite)
        return m_sqlite->cell(column);
    if (m_held)
        return *m_held->cell(m_at, column);
    if (m_copied)
        return m_copied->cell(m_at, column);
    return valueOfVariant(m_query->value(column));
}

QVariant RowView::variant(int column) const {
    if (m_query)
        return m_query->value(column);
    const Value value = cell(column);
    if (const auto* number = std::get_if<qint64>(&value))
        return *number;
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag;
    if (const auto* time = std::get_if<Timestamp>(&value))
        return QString::fromLatin1(toExactIsoTime(*time));
    const auto* bytes = std::get_if<QByteArray>(&value);
    if (!bytes)
        return {};
    return isText(column) ? QVariant(QString::fromUtf8(*bytes)) : QVariant(*bytes);
}

bool RowView::isText(int column) const {
    if (m_sqlite)
        return m_sqlite->isText(column);
    return m_held ? m_held->isText(column) : m_copied->isText(m_at, column);
}

Result<RowCursor> RowCursor::run(Connection& connection, const QString& sql, const QVariantList& bindings,
                                 const QString& doing, bool& mayHold) {
    if (connection.dialect() == SqlDialect::Sqlite) {
        Result<SqliteQuery> query = SqliteQuery::run(connection, sql, bindings, doing);
        return query ? Result<RowCursor>(RowCursor(connection, std::move(*query), doing)) : query.error();
    }
    if (mayHold) {
        Result<PostgresqlResultSet> rows = PostgresqlResultSet::run(connection, sql, bindings, doing);
        PORTOLAN_TRY(rows);
        mayHold = rows->isReadable();
        if (mayHold && rows->isWhole())
            return RowCursor(connection, ServerRows{std::move(*rows)}, doing);
    }
    Result<QSqlQuery> query = connection.run(sql, bindings, doing);
    return query ? Result<RowCursor>(RowCursor(connection, std::move(*query), doing)) : query.error();
}

Result<bool> RowCursor::next() {
    if (auto* const query = std::get_if<QSqlQuery>(&m_results))
        return m_connection->next(*query, m_doing);
    if (auto* const query = std::get_if<SqliteQuery>(&m_results))
        return query->next();
    if (m_connection->stopRequested())
        return cancelled();
    ServerRows& held = std::get<ServerRows>(m_results);
    return ++held.at < held.rows.count();
}

RowView RowCursor::row() const {
    if (const auto* const query = std::get_if<QSqlQuery>(&m_results))
        return RowView(*query);
    if (const auto* const query = std::get_if<SqliteQuery>(&m_results))
        return RowView(*query);
    const ServerRows& held = std::get<ServerRows>(m_results);
    return RowView(held.rows, held.at);
}

} // namespace portolan
