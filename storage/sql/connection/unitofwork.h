#pragma once

#include "storage/sql/connection/connection.h"

namespace portolan {

/// A transaction that writes. Rolled back unless committed. One at a time on a connection; on its thread.
class UnitOfWork {
public:
    /// SQLite: waits up to five seconds for another writer, then Busy.
    static Result<UnitOfWork> begin(Connection& connection);
    ~UnitOfWork();
    UnitOfWork(UnitOfWork&& other) noexcept;
    UnitOfWork& operator=(UnitOfWork&&) = delete;

    /// Durable when it returns a value. Error Unknown: the disk or the connection failed in the middle, so whether the
    /// changes are there must be looked up over a new connection. After every other error they are rolled back.
    [[nodiscard]] Result<void> commit();

    /// Returns the connection that its statements are run with. Only while it lasts.
    [[nodiscard]] Connection& connection() const { return *m_connection; }

private:
    explicit UnitOfWork(Connection& connection) : m_connection(&connection) {}
    void rollBack();

    Connection* m_connection; ///< null once it is over
};

/// A part of the caller's transaction that is undone when this goes, the locks that it took with it on a server, unless
/// it is kept. On the connection's thread, within the transaction.
class Savepoint {
public:
    static Result<Savepoint> begin(Connection& connection);
    ~Savepoint();
    Savepoint(Savepoint&& other) noexcept;
    Savepoint& operator=(Savepoint&&) = delete;

    void keep() { m_connection = nullptr; }

private:
    explicit Savepoint(Connection& connection) : m_connection(&connection) {}

    Connection* m_connection; ///< null once it is kept
};

/// While one is alive, the connection answers from one state of the database, whatever others commit meanwhile. Inside
/// another transaction it does nothing, and that one's rules hold. For questions that are soon answered: it keeps
/// SQLite's log from being put back. On the connection's thread.
class ReadSnapshot {
public:
    static Result<ReadSnapshot> begin(Connection& connection);
    ~ReadSnapshot();
    ReadSnapshot(ReadSnapshot&& other) noexcept;
    ReadSnapshot& operator=(ReadSnapshot&&) = delete;

private:
    explicit ReadSnapshot(Connection* connection) : m_connection(connection) {}

    Connection* m_connection; ///< null when there is nothing to end
};

} // namespace portolan
