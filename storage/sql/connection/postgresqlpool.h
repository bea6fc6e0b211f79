#pragma once

#include "storage/base/databasesettings.h"
#include "storage/base/result.h"
#include "storage/sql/connection/postgresqlconnect.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace portolan {

class PostgresqlPool;

/// A connection that the program may have to a database: there from before it is made until after it is closed. The
/// handle is null while it is yet to be made; kept ones have to be reset (PostgresqlWire::endReset()) before they are
/// used.
struct PostgresqlLoan {
    PostgresqlPool* pool = nullptr;
    int keep = 0; ///< min_connections of its user
    PostgresqlParameters parameters = {};
    std::shared_ptr<const void> place = {}; ///< counts
    PostgresqlHandle handle = {};           ///< closed before its place is free: declared after it
};

/// The connections of this program to one database (host, port, database, user). Never more than max_connections are
/// open, on whatever threads; of those that are given back min_connections stay open while anybody uses the database
/// (PostgresqlUse). There is one for each database for as long as the program runs. Any thread.
class PostgresqlPool {
public:
    static PostgresqlPool& of(const StoreUrl& url); ///< the one of the URL's database
    PostgresqlPool(const PostgresqlPool&) = delete;
    PostgresqlPool& operator=(const PostgresqlPool&) = delete;

    /// A kept connection that was made with the same parameters, or the right to make one. Waits for that as long as
    /// connection_timeout allows. Errors: Cancelled; Busy – all are in use, in words.
    [[nodiscard]] Result<PostgresqlLoan> borrow(const StoreUrl& url, const CancelToken& token);

    /// The use of the connections.
    struct Figures {
        int open = 0;       ///< in use or kept
        int kept = 0;       ///< nobody uses them now
        qint64 refused = 0; ///< times that none became free in time
    };
    [[nodiscard]] Figures figures();

    /// Keeps a connection that has been told to forget what was agreed on it (PostgresqlWire::beginReset()), or
    /// closes it.
    void giveBack(PostgresqlLoan loan);

private:
    friend class PostgresqlUse;
    struct Slot;
    struct Registry;
    PostgresqlPool() = default;
    [[nodiscard]] std::shared_ptr<const void> newSlot();

    std::mutex m_mutex;
    std::condition_variable_any m_freed;
    int m_open = 0; ///< living places
    qint64 m_refused = 0;
    int m_users = 0;
    std::vector<PostgresqlLoan> m_kept; ///< the one given back last is taken first
};

/// Says that somebody works with a database: while one is alive, connections that are given back are kept. The last
/// one closes them. Any thread.
class PostgresqlUse {
public:
    explicit PostgresqlUse(const StoreUrl& url);
    ~PostgresqlUse();
    PostgresqlUse(const PostgresqlUse&) = delete;
    PostgresqlUse& operator=(const PostgresqlUse&) = delete;

private:
    PostgresqlPool& m_pool;
};

} // namespace portolan
