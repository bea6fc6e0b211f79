#include "storage/transfer/sql/contentreader.h"

#include "storage/sql/connection/postgresqlresult.h"
#include "storage/sql/connection/postgresqltypes.h"
#include "storage/sql/sqlite/sqlitequery.h"

#include <QUuid>
#include <QtEndian>
#include <algorithm>
#include <bit>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <utility>

namespace portolan {

namespace {

using CellKind = ContentCell::Kind;

/// Holds a row and the one before it, whose keys must not be greater.
class OrderedStream : public RowStream {
public:
    explicit OrderedStream(const TablePlan& plan)
        : m_plan(plan)
        , m_row(plan.columns.size())
        , m_last(plan.columns.size()) {}
    const ContentRow& row() const override { return m_row; }

    Result<bool> next() override {
        std::swap(m_row, m_last);
        const Result<bool> more = advance();
        if (!more || !*more)
            return more;
        for (std::size_t i = 0; i < m_plan.columns.size(); ++i)
            m_row[i].giveMeaning(m_plan.columns[i].meaning);
        const bool falls = m_hasLast && compareContentKeys(m_plan.keyOf(m_row), m_plan.keyOf(m_last)) < 0;
        m_hasLast = true;
        if (falls)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("The keys of the table %1 are kept in forms that have no common order; its row "
                                        "%2 comes too late.")
                             .arg(m_plan.table, QString::fromUtf8(contentKeyText(m_plan.keyOf(m_row))))};
        return true;
    }

protected:
    /// Reads the next row into row(), as it is stored.
    [[nodiscard]] virtual Result<bool> advance() = 0;
    [[nodiscard]] ContentRow& cells() { return m_row; }

private:
    TablePlan m_plan;
    ContentRow m_row;
    ContentRow m_last;
    bool m_hasLast = false;
};

class SqliteStream final : public OrderedStream {
public:
    SqliteStream(const TablePlan& plan, SqliteQuery query) : OrderedStream(plan), m_query(std::move(query)) {}

protected:
    Result<bool> advance() override {
        const Result<bool> more = m_query.next();
        if (!more || !*more)
            return more;
        int column = 0;
        for (ContentCell& cell : cells())
            read(column++, cell);
        return true;
    }

private:
    void read(int column, ContentCell& cell) const {
        sqlite3_stmt* const statement = m_query.statement();
        switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL:
            return cell.setNothing();
        case SQLITE_INTEGER:
            return cell.setInteger(sqlite3_column_int64(statement, column));
        case SQLITE_FLOAT:
            return cell.setReal(sqlite3_column_double(statement, column));
        case SQLITE_TEXT: {
            const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
            return cell.setBytes(CellKind::Text, {text, sqlite3_column_bytes(statement, column)});
        }
        default: {
            const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
            return cell.setBytes(CellKind::Bytes, {bytes, bytes ? sqlite3_column_bytes(statement, column) : 0});
        }
        }
    }

    SqliteQuery m_query;
};

constexpr const char* cursorName = "portolan_content";

class ServerRows final : public OrderedStream {
public:
    ServerRows(const TablePlan& plan, Connection& connection)
        : OrderedStream(plan)
        , m_connection(connection)
        , m_answer(nullptr, &PQclear) {}
    ~ServerRows() override {
        if (m_isOpen && m_connection.isAlive())
            static_cast<void>(m_connection.postgresql()->execute(QByteArray("CLOSE ") + cursorName));
    }

    Result<void> declare(const TableSelect::Statement& statement) {
        const QByteArray sql = withNumberedPlaceholders(
            QStringLiteral("DECLARE %1 NO SCROLL CURSOR FOR ").arg(QLatin1String(cursorName)) + statement.sql);
        if (!m_connection.postgresql()->execute(sql, postgresqlValues(statement.bindings)))
            return error();
        m_isOpen = true;
        return {};
    }

protected:
    Result<bool> advance() override {
        if (m_connection.stopRequested())
            return cancelled();
        if (!m_answer || ++m_at == PQntuples(m_answer.get())) {
            if (m_isLast)
                return false;
            PORTOLAN_TRY(fetch());
            if (PQntuples(m_answer.get()) == 0)
                return false;
        }
        int column = 0;
        for (ContentCell& cell : cells())
            read(column++, cell);
        return true;
    }

private:
    static constexpr int firstPiece = 50;
    static constexpr int mostRows = 5'000;
    static constexpr qint64 pieceSize = 2 * 1024 * 1024;

    /// Fetches as many rows as take a few megabytes, going by those before.
    Result<void> fetch() {
        qint64 bytes = 0;
        const int rows = m_answer ? PQntuples(m_answer.get()) : 0;
        for (int row = 0; row < rows; ++row) {
            for (int column = 0; column < PQnfields(m_answer.get()); ++column)
                bytes += PQgetlength(m_answer.get(), row, column);
        }
        if (rows > 0)
            m_wanted = static_cast<int>(std::clamp<qint64>(pieceSize * rows / std::max<qint64>(bytes, 1), 1,
                                                           std::min<qint64>(mostRows, qint64{m_wanted} * 4)));
        m_answer.reset();
        m_answer = m_connection.postgresql()->execute(
            "FETCH FORWARD " + QByteArray::number(m_wanted) + " FROM " + cursorName, {}, PostgresqlForm::Binary);
        if (!m_answer)
            return m_connection.stopRequested() ? cancelled() : error();
        m_isLast = PQntuples(m_answer.get()) < m_wanted;
        m_at = 0;
        return {};
    }

    void read(int column, ContentCell& cell) const {
        const pg_result* const answer = m_answer.get();
        if (PQgetisnull(answer, m_at, column) != 0)
            return cell.setNothing();
        const char* const bytes = PQgetvalue(answer, m_at, column);
        switch (PQftype(answer, column)) {
        case boolType:
            return cell.setInteger(bytes[0] != 0 ? 1 : 0);
        case int2Type:
            return cell.setInteger(qFromBigEndian<qint16>(bytes));
        case int4Type:
            return cell.setInteger(qFromBigEndian<qint32>(bytes));
        case int8Type:
            return cell.setInteger(qFromBigEndian<qint64>(bytes));
        case float8Type:
            return cell.setReal(std::bit_cast<double>(qFromBigEndian<quint64>(bytes)));
        case timestampType:
        case timestamptzType:
            return cell.setTime(qFromBigEndian<qint64>(bytes));
        case uuidType:
            return cell.setBytes(CellKind::Text,
                                 QUuid::fromRfc4122(QByteArrayView(bytes, 16)).toByteArray(QUuid::WithoutBraces));
        case byteaType:
            return cell.setBytes(CellKind::Bytes, {bytes, PQgetlength(answer, m_at, column)});
        default:
            return cell.setBytes(CellKind::Text, {bytes, PQgetlength(answer, m_at, column)});
        }
    }

    [[nodiscard]] Error error() const { return m_connection.lastPostgresqlError(QStringLiteral("read")); }

    Connection& m_connection;
    PostgresqlAnswer m_answer;
    int m_at = 0;
    int m_wanted = firstPiece;
    bool m_isLast = false;
    bool m_isOpen = false;
};

} // namespace

Result<std::unique_ptr<RowStream>> readContent(Connection& connection, const TableSelect::Statement& statement,
                                               const TablePlan& plan) {
    if (connection.dialect() == SqlDialect::Sqlite) {
        Result<SqliteQuery> query =
            SqliteQuery::run(connection, statement.sql, statement.bindings, QStringLiteral("read"));
        PORTOLAN_TRY(query);
        return std::unique_ptr<RowStream>(std::make_unique<SqliteStream>(plan, std::move(*query)));
    }
    auto rows = std::make_unique<ServerRows>(plan, connection);
    PORTOLAN_TRY(rows->declare(statement));
    return std::unique_ptr<RowStream>(std::move(rows));
}

} // namespace portolan
