#pragma once

#include "storage/base/access.h"
#include "storage/base/cancel.h"
#include "storage/base/changemark.h"
#include "storage/base/readcache.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/sqlite/sqlitefile.h"

#include <concepts>
#include <memory>
#include <optional>

namespace portolan {

/// A connection that knows how it was made: what repositories work with. One thread.
class Session {
public:
    /// The token ends every opening of this session, now and later.
    static Result<std::unique_ptr<Session>> open(const StoreUrl& url, Access access, const CancelToken& token = {});

    [[nodiscard]] SqlDialect dialect() const { return m_connection->dialect(); }
    [[nodiscard]] Access access() const { return m_access; }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] Connection& connection() { return *m_connection; }
    [[nodiscard]] const CancelToken& token() const { return m_token; }

    /// Runs `ask`, a callable from Connection& to a Result, under a token. A SQLite database that is read as a snapshot
    /// is opened again when it has changed before or during the question, one that is read otherwise when another file
    /// has taken its place, and a server's when the connection was lost. No query may leave `ask`.
    template <std::invocable<Connection&> Ask>
    auto read(const CancelToken& token, Ask ask) -> std::invoke_result_t<Ask, Connection&> {
        for (int attempt = 0; attempt < attempts; ++attempt) {
            if (const Result<void> fresh = freshen(); !fresh)
                return fresh.error();
            const Connection::Watch watch(*m_connection, token);
            auto answer = ask(*m_connection);
            if (!movedMeanwhile() || token.stop_requested())
                return answer;
        }
        return restless();
    }

    /// Closes and opens again; what was prepared on the old connection must be gone.
    [[nodiscard]] Result<void> reopen();

    /// Opens again when the connection to a server was lost or is rested, or the SQLite file is another one by now.
    [[nodiscard]] Result<void> freshen();

    /// Returns the pooled connection to a server until the next use. Nothing to do in SQLite.
    void rest();

    /// See Store::changeMark().
    [[nodiscard]] Result<ChangeMark> changeMark();

    /// Returns the cache of what was read through this session and is still so; its marks are those of changeMark().
    [[nodiscard]] ReadCache& cache() { return m_cache; }

    /// Grows by one with every reopening: what was found out about the old connection's tables may be wrong.
    [[nodiscard]] quint64 generation() const { return m_generation; }

private:
    static constexpr int attempts = 3;
    Session(StoreUrl url, Access access, CancelToken token);
    [[nodiscard]] Result<void> reopenSqlite();
    [[nodiscard]] Result<ChangeMark> serverMark();
    [[nodiscard]] bool movedMeanwhile() const;
    [[nodiscard]] Error restless() const;

    StoreUrl m_url;
    Access m_access;
    CancelToken m_token;
    std::optional<PostgresqlUse> m_use; ///< keeps connections ready for as long as the session is open
    std::unique_ptr<Connection> m_connection;
    SqliteReading m_reading = SqliteReading::Live;
    SqliteFileMark m_mark;
    quint64 m_generation = 0;
    ReadCache m_cache;
};

/// Asks what keeps the database, with its version: "PostgreSQL 15.18, TLS", "SQLite 3.40.1".
[[nodiscard]] Result<QString> productOf(Connection& connection);

} // namespace portolan
