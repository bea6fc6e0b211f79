#pragma once

#include "storage/base/access.h"
#include "storage/base/cancel.h"
#include "storage/base/changemark.h"
#include "storage/base/readcache.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/sql/writerturns.h"

#include <concepts>
#include <memory>
#include <optional>

namespace portolan {

/// A connection that can open itself again; all SQL of a store runs through one. One thread.
class Session {
public:
    /// Opens a session; the token cancels this opening and every later one. Error Unsupported: the URL is no
    /// database's.
    static Result<std::unique_ptr<Session>> open(const StoreUrl& url, Access access, const CancelToken& token = {});

    [[nodiscard]] SqlDialect dialect() const { return m_connection->dialect(); }
    [[nodiscard]] Access access() const { return m_access; }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] Connection& connection() { return *m_connection; }
    [[nodiscard]] const CancelToken& token() const { return m_token; }

    /// Runs `ask`, a callable from Connection& to a Result, under a token. A SQLite database that is read as a snapshot
    /// is opened again when it has changed before or during the question, one that is read otherwise when another file
    /// has taken its place, and a server's when the connection was lost. No query may leave `ask`. Errors besides its
    /// own: after three tries Busy (a file) or Connection (a server).
    template <std::invocable<Connection&> Ask>
    auto read(const CancelToken& token, Ask ask) -> std::invoke_result_t<Ask, Connection&> {
        for (int attempt = 0; attempt < attempts; ++attempt) {
            PORTOLAN_TRY(freshen());
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

    /// Returns the pooled connection to a server until the next use. Does nothing in SQLite.
    void rest();

    /// Reads the mark that Store::changeMark() returns.
    [[nodiscard]] Result<ChangeMark> changeMark();

    /// Returns the cache of answers read through this session; its marks are those of changeMark().
    [[nodiscard]] ReadCache& cache() { return m_cache; }

    /// Returns the turns of other writers between this session's transactions.
    [[nodiscard]] WriterTurns& turns() { return m_turns; }

    /// Counts the openings: knowledge of the old connection's tables is void after another one.
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
    WriterTurns m_turns;
};

/// Asks for the database program and its version: "PostgreSQL 15.18, TLS", "SQLite 3.40.1".
[[nodiscard]] Result<QString> productOf(Connection& connection);

} // namespace portolan
