#include "storage/sql/sqlite/sqlitequery.h"

#include <sqlite3.h>

namespace portolan {

namespace {

int bindTo(sqlite3_stmt* statement, int at, const QVariant& value) {
    if (value.isNull())
        return sqlite3_bind_null(statement, at);
    switch (value.typeId()) {
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
        return sqlite3_bind_int64(statement, at, value.toLongLong());
    case QMetaType::Double:
        return sqlite3_bind_double(statement, at, value.toDouble());
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return sqlite3_bind_blob64(statement, at, bytes.constData(), static_cast<sqlite3_uint64>(bytes.size()),
                                   SQLITE_TRANSIENT); // NOLINT(performance-no-int-to-ptr): SQLite's own
    }
    default: {
        const QByteArray text = value.toString().toUtf8();
        return sqlite3_bind_text64(statement, at, text.constData(), static_cast<sqlite3_uint64>(text.size()),
                                   SQLITE_TRANSIENT, SQLITE_UTF8); // NOLINT(performance-no-int-to-ptr)
    }
    }
}

} // namespace

void SqliteQuery::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

SqliteQuery::SqliteQuery(Connection& connection, sqlite3_stmt* statement, QString doing)
    : m_connection(&connection)
    , m_statement(statement)
    , m_doing(std::move(doing)) {}

Result<SqliteQuery> SqliteQuery::run(Connection& connection, const QString& sql, const QVariantList& bindings,
                                     const QString& doing) {
    if (connection.stopRequested())
        return cancelled();
    const QByteArray text = sql.toUtf8();
    sqlite3_stmt* made = nullptr;
    int code = sqlite3_prepare_v2(connection.sqlite(), text.constData(), static_cast<int>(text.size()), &made, nullptr);
    SqliteQuery query(connection, made, doing);
    for (qsizetype i = 0; code == SQLITE_OK && i < bindings.size(); ++i)
        code = bindTo(made, static_cast<int>(i) + 1, bindings[i]);
    if (code != SQLITE_OK)
        return connection.stopRequested() ? cancelled() : connection.lastSqliteError(doing);
    return query;
}

Result<bool> SqliteQuery::next() {
    if (m_connection->stopRequested())
        return cancelled();
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return m_connection->stopRequested() ? cancelled() : m_connection->lastSqliteError(m_doing);
}

bool SqliteQuery::isText(int column) const {
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_TEXT;
}

std::optional<QByteArray> SqliteQuery::wideText(int column) const {
    if (!m_connection->dialect().isUtf16() || !isText(column))
        return std::nullopt;
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
    return bytes ? QByteArray(bytes, sqlite3_column_bytes16(m_statement.get(), column)) : QByteArray("");
}

Value SqliteQuery::cell(int column) const {
    sqlite3_stmt* const statement = m_statement.get();
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
        return {};
    case SQLITE_INTEGER:
        return qint64{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        return QByteArray(text, sqlite3_column_bytes(statement, column));
    }
    default: {
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
        return bytes ? QByteArray(bytes, sqlite3_column_bytes(statement, column)) : QByteArray("");
    }
    }
}

void SqliteQuery::copyTo(SqliteRowBuffer& rows) const {
    sqlite3_stmt* const statement = m_statement.get();
    const int columns = sqlite3_column_count(statement);
    rows.m_columns = static_cast<std::size_t>(columns);
    for (int column = 0; column < columns; ++column) {
        SqliteRowBuffer::Cell cell{{0}, 0, SqliteRowBuffer::Kind::Nothing};
        const int type = sqlite3_column_type(statement, column);
        if (type == SQLITE_INTEGER) {
            cell.kind = SqliteRowBuffer::Kind::Integer;
            cell.integer = sqlite3_column_int64(statement, column);
        } else if (type == SQLITE_FLOAT) {
            cell.kind = SqliteRowBuffer::Kind::Real;
            cell.real = sqlite3_column_double(statement, column);
        } else if (type != SQLITE_NULL) {
            cell.kind = type == SQLITE_TEXT ? SqliteRowBuffer::Kind::Text : SqliteRowBuffer::Kind::Bytes;
            const auto* const bytes = static_cast<const char*>(
                type == SQLITE_TEXT ? static_cast<const void*>(sqlite3_column_text(statement, column))
                                    : sqlite3_column_blob(statement, column));
            cell.size = static_cast<quint32>(sqlite3_column_bytes(statement, column));
            cell.integer = static_cast<qint64>(rows.m_bytes.size());
            if (bytes)
                rows.m_bytes.insert(rows.m_bytes.end(), bytes, bytes + cell.size);
        }
        rows.m_cells.push_back(cell);
    }
}

} // namespace portolan
