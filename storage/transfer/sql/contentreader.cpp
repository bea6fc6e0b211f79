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
#include <vector>

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

/// Fetches pieces of a cursor, of which so many bytes are taken from the server at a time: rows beyond wait there.
class ServerRows final : public OrderedStream {
public:
    ServerRows(const TablePlan& plan, Connection& connection) : OrderedStream(plan), m_connection(connection) {}
    ~ServerRows() override {
        while (m_isFlowing && wire().isAlive()) { // ending the statement would end the transaction
            const PostgresqlAnswer row = wire().nextRow();
            m_isFlowing = row && PQntuples(row.get()) > 0;
        }
        if (m_isOpen && m_connection.isAlive())
            static_cast<void>(wire().execute(QByteArray("CLOSE ") + cursorName));
    }

    Result<void> declare(const TableSelect::Statement& statement) {
        const QByteArray sql = withNumberedPlaceholders(
            QStringLiteral("DECLARE %1 NO SCROLL CURSOR FOR ").arg(QLatin1String(cursorName)) + statement.sql);
        if (!wire().execute(sql, postgresqlValues(statement.bindings)))
            return error();
        m_isOpen = true;
        return {};
    }

protected:
    Result<bool> advance() override {
        if (m_connection.stopRequested())
            return cancelled();
        if (++m_at >= m_rows.size()) {
            PORTOLAN_TRY(take());
            if (m_rows.empty())
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
    static constexpr qint64 mostBytes = 8 * 1024 * 1024; // in memory

    [[nodiscard]] PostgresqlWire& wire() const { return *m_connection.postgresql(); }

    /// Fetches as many rows as take a few megabytes, going by those before.
    Result<void> fetch() {
        if (m_fetched > 0)
            m_wanted = static_cast<int>(std::clamp<qint64>(pieceSize * m_fetched / std::max<qint64>(m_bytes, 1), 1,
                                                           std::min<qint64>(mostRows, qint64{m_wanted} * 4)));
        m_fetched = 0;
        m_bytes = 0;
        m_isFlowing = wire().beginRows("FETCH FORWARD " + QByteArray::number(m_wanted) + " FROM " + cursorName);
        return m_isFlowing ? Result<void>() : failed();
    }

    /// Takes the next rows, all of a piece where they are not larger than those before.
    Result<void> take() {
        m_rows.clear();
        m_at = 0;
        if (!m_isFlowing && m_isLast)
            return {};
        if (!m_isFlowing)
            PORTOLAN_TRY(fetch());
        qint64 bytes = 0;
        while (bytes < mostBytes) {
            PostgresqlAnswer row = wire().nextRow();
            m_isFlowing = row && PQntuples(row.get()) > 0;
            if (!row)
                return failed();
            if (!m_isFlowing) {
                m_isLast = m_fetched < m_wanted;
                return {};
            }
            ++m_fetched;
            qint64 size = 0;
            for (int column = 0; column < PQnfields(row.get()); ++column)
                size += PQgetlength(row.get(), 0, column);
            bytes += size;
            m_bytes += size;
            m_rows.push_back(std::move(row));
        }
        return {};
    }

    void read(int column, ContentCell& cell) const {
        const pg_result* const answer = m_rows[m_at].get();
        if (PQgetisnull(answer, 0, column) != 0)
            return cell.setNothing();
        const char* const bytes = PQgetvalue(answer, 0, column);
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
            return cell.setBytes(CellKind::Bytes, {bytes, PQgetlength(answer, 0, column)});
        default:
            return cell.setBytes(CellKind::Text, {bytes, PQgetlength(answer, 0, column)});
        }
    }

    [[nodiscard]] Error error() const { return m_connection.lastPostgresqlError(QStringLiteral("read")); }
    [[nodiscard]] Result<void> failed() const { return m_connection.stopRequested() ? cancelled() : error(); }

    Connection& m_connection;
    std::vector<PostgresqlAnswer> m_rows; ///< one each
    std::size_t m_at = 0;                 ///< in m_rows
    int m_wanted = firstPiece;
    int m_fetched = 0; ///< rows of the piece
    qint64 m_bytes = 0;
    bool m_isFlowing = false; ///< rows of the piece are still at the server; nothing else may be asked
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
