#include "storage/tables/sql/serverstream.h"

#include "storage/sql/postgresql/postgresqlserver.h"

namespace portolan {

namespace {

/// An export to a slow disk may keep the statement waiting; one that was forgotten ends by itself.
constexpr const char* streamLimits =
    "SELECT pg_catalog.set_config('idle_in_transaction_session_timeout', '600000', true)";

} // namespace

Result<std::unique_ptr<ServerStream>> ServerStream::open(const StoreUrl& url, const QString& sql,
                                                         const QVariantList& bindings, const QString& doing,
                                                         const CancelToken& token) {
    auto connection = openPostgresql(url, Access::Read, token);
    PORTOLAN_TRY(connection);
    const Connection::Watch watch(**connection, token);
    Result<ReadSnapshot> snapshot = ReadSnapshot::begin(**connection);
    PORTOLAN_TRY(snapshot);
    PORTOLAN_TRY((*connection)->execute(QString::fromLatin1(streamLimits), {}, doing));
    PORTOLAN_TRY(
        (*connection)->execute(QStringLiteral("DECLARE portolan_rows NO SCROLL CURSOR FOR ") + sql, bindings, doing));
    return std::unique_ptr<ServerStream>(new ServerStream(std::move(*connection), std::move(*snapshot), doing));
}

Result<PostgresqlResultSet> ServerStream::next(int rows, const CancelToken& token) {
    const Connection::Watch watch(*m_connection, token);
    return PostgresqlResultSet::run(*m_connection, QStringLiteral("FETCH FORWARD %1 FROM portolan_rows").arg(rows), {},
                                    m_doing);
}

} // namespace portolan
