#include "storage/sql/postgresql/serverstream.h"

#include "storage/sql/connection/postgresqlresult.h"
#include "storage/sql/postgresql/postgresqlserver.h"

#include <algorithm>
#include <libpq-fe.h>

namespace portolan {

namespace {

/// An export to a slow disk may keep the statement waiting; one that was forgotten ends by itself.
constexpr const char* streamLimits =
    "SELECT pg_catalog.set_config('idle_in_transaction_session_timeout', '600000', true)";

/// Rows wait at the server until they are written, however long that takes.
constexpr const char* noLimit = "SELECT pg_catalog.set_config('statement_timeout', '0', true)";

} // namespace

Result<std::unique_ptr<ServerStream>> ServerStream::open(const StoreUrl& url, const QString& sql,
                                                         const QVariantList& bindings, const QString& doing, Kind kind,
                                                         const CancelToken& token) {
    auto connection = openPostgresql(url, Access::Read, token);
    PORTOLAN_TRY(connection);
    std::unique_ptr<ServerStream> stream(new ServerStream(std::move(*connection), doing, kind));
    PORTOLAN_TRY(stream->begin(sql, bindings, token));
    return stream;
}

ServerStream::~ServerStream() {
    m_connection->postgresql()->endRows();
}

Result<void> ServerStream::begin(const QString& sql, const QVariantList& bindings, const CancelToken& token) {
    const Connection::Watch watch(*m_connection, token);
    Result<ReadSnapshot> snapshot = ReadSnapshot::begin(*m_connection);
    PORTOLAN_TRY(snapshot);
    m_snapshot.emplace(std::move(*snapshot));
    PORTOLAN_TRY(m_connection->execute(QString::fromLatin1(streamLimits), {}, m_doing));
    if (m_kind == Kind::Fetched)
        return m_connection->execute(QStringLiteral("DECLARE portolan_rows NO SCROLL CURSOR FOR ") + sql, bindings,
                                     m_doing);
    PORTOLAN_TRY(m_connection->execute(QString::fromLatin1(noLimit), {}, m_doing));
    m_connection->postgresql()->setPatience(std::chrono::milliseconds(0));
    m_asked = std::numeric_limits<qint64>::max();
    m_isRunning = m_connection->postgresql()->beginRows(withNumberedPlaceholders(sql), postgresqlValues(bindings));
    return m_isRunning ? Result<void>() : Result<void>(failed());
}

Error ServerStream::failed() const {
    return m_connection->stopRequested() ? cancelled() : m_connection->lastPostgresqlError(m_doing);
}

/// Asks for the next rows; at first for one alone, which tells that the server has sorted all of them.
Result<void> ServerStream::fetch(int rows) {
    m_asked = m_hasFirst ? rows : 1;
    m_given = 0;
    m_isRunning = m_connection->postgresql()->beginRows(
        QByteArrayLiteral("FETCH FORWARD ") + QByteArray::number(m_asked) + QByteArrayLiteral(" FROM portolan_rows"));
    return m_isRunning ? Result<void>() : Result<void>(failed());
}

/// Takes the next row, of another FETCH where one has ended; an answer without rows at the end of all.
Result<PostgresqlAnswer> ServerStream::nextRow(int rows) {
    while (true) {
        if (!m_isRunning)
            PORTOLAN_TRY(fetch(rows));
        PostgresqlAnswer answer = m_connection->postgresql()->nextRow();
        m_isRunning = answer && PQntuples(answer.get()) > 0;
        if (!answer)
            return failed();
        if (m_isRunning) {
            ++m_given;
            return answer;
        }
        if (m_given < m_asked)
            return answer;
        if (!m_hasFirst)
            PORTOLAN_TRY(m_connection->execute(QString::fromLatin1(noLimit), {}, m_doing));
        m_hasFirst = true;
    }
}

Result<PostgresqlResultSet> ServerStream::next(int rows, const CancelToken& token) {
    const Connection::Watch watch(*m_connection, token);
    PostgresqlResultSet read;
    while (true) {
        if (!m_ahead) {
            Result<PostgresqlAnswer> row = nextRow(rows + 1 - read.count());
            PORTOLAN_TRY(row);
            m_ahead = std::move(*row);
        }
        m_isAtEnd = PQntuples(m_ahead->get()) == 0;
        if (!m_isAtEnd && (read.count() >= rows || read.bytes() >= PostgresqlResultSet::pageBytes))
            return read;
        read.take(**m_ahead);
        if (m_isAtEnd)
            return read;
        m_ahead.reset();
    }
}

} // namespace portolan
