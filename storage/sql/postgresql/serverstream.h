#pragma once

#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlresultset.h"

#include <memory>
#include <optional>

namespace portolan {

/// The rows of one statement that is run once and taken piece by piece, on a connection of its own, so that nothing
/// is left open on the one that asks other questions. One thread.
class ServerStream {
public:
    enum class Kind {
        Fetched, ///< from a cursor: its first row comes within the session's limit for statements
        Parallel ///< as the answer to the statement itself, which the server may work at with several processes; no
                 ///< limit
    };
    static Result<std::unique_ptr<ServerStream>> open(const StoreUrl& url, const QString& sql,
                                                      const QVariantList& bindings, const QString& doing, Kind kind,
                                                      const CancelToken& token);
    ~ServerStream();
    ServerStream(const ServerStream&) = delete;
    ServerStream& operator=(const ServerStream&) = delete;

    /// The next rows, as many as asked for or PostgresqlResultSet::pageBytes hold; the rest waits at the server.
    /// Errors: those of Connection::run().
    [[nodiscard]] Result<PostgresqlResultSet> next(int rows, const CancelToken& token);
    [[nodiscard]] bool isAtEnd() const { return m_isAtEnd; } ///< next() has given the last row

private:
    ServerStream(std::unique_ptr<Connection> connection, QString doing, Kind kind)
        : m_connection(std::move(connection))
        , m_doing(std::move(doing))
        , m_kind(kind) {}
    [[nodiscard]] Result<void> begin(const QString& sql, const QVariantList& bindings, const CancelToken& token);
    [[nodiscard]] Result<void> fetch(int rows);
    [[nodiscard]] Result<PostgresqlAnswer> nextRow(int rows);
    [[nodiscard]] Error failed() const;

    std::unique_ptr<Connection> m_connection;
    std::optional<ReadSnapshot> m_snapshot; ///< ended before the connection
    QString m_doing;
    Kind m_kind;
    bool m_isRunning = false; ///< rows are on their way
    bool m_hasFirst = false;
    bool m_isAtEnd = false;
    qint64 m_asked = 0; ///< of the FETCH that is running
    qint64 m_given = 0;
    std::optional<PostgresqlAnswer> m_ahead; ///< the next row, so that the last page is known as the last
};

} // namespace portolan
