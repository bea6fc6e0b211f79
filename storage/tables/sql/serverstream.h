#pragma once

#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlresultset.h"

#include <memory>

namespace portolan {

/// The rows of one statement that is run once and fetched piece by piece, on a connection of its own, so that nothing
/// is left open on the one that asks other questions. One thread.
class ServerStream {
public:
    static Result<std::unique_ptr<ServerStream>> open(const StoreUrl& url, const QString& sql,
                                                      const QVariantList& bindings, const QString& doing,
                                                      const CancelToken& token);
    /// The next rows, fewer at the end. Errors: those of Connection::run().
    [[nodiscard]] Result<PostgresqlResultSet> next(int rows, const CancelToken& token);

private:
    ServerStream(std::unique_ptr<Connection> connection, ReadSnapshot snapshot, QString doing)
        : m_connection(std::move(connection))
        , m_snapshot(std::move(snapshot))
        , m_doing(std::move(doing)) {}

    std::unique_ptr<Connection> m_connection;
    ReadSnapshot m_snapshot; ///< ended before the connection
    QString m_doing;
};

} // namespace portolan
