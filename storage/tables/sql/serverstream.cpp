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
    if (!connection)
        return connection.error();
    const Connection::Watch watch(**connection, token);
    Result<ReadSnapshot> snapshot = ReadSnapshot::begin(**connection);
    if (!snapshot)
        return snapshot.error();
    if (const Result<void> lifted = (*connection)->execute(QString::fromLatin1(streamLimits), {}, doing); !lifted)
        return lifted.error();
    const Result<void> declared =
        (*connection)->execute(QStringLiteral("DECLARE portolan_rows NO SCROLL CURSOR FOR ") + sql, bindings, doing);
    if (!declared)
        return declared.error();
    return std::unique_ptr<ServerStream>(new ServerStream(std::move(*connection), std::move(*snapshot), doing));
}

Result<PostgresqlResultSet> ServerStream::next(int rows, const CancelToken& token) {
    const Connection::Watch watch(*m_connection, token);
    return PostgresqlResultSet::run(*m_connection, QStringLiteral("FETCH FORWARD %1 FROM portolan_rows").arg(rows), {},
                                    m_doing);
}

} // namespace portolan
