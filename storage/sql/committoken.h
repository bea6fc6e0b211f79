#pragma once

#include "storage/sql/connection/connection.h"

#include <QString>

namespace portolan {

/// Tells whether a transaction whose COMMIT was never answered is stored, by a row that it wrote (migration 011). A
/// server's own number of a transaction (pg_xact_status) cannot: after a crash it may be given again, to another. One
/// for each writer; it outlives its connections.
class CommitToken {
public:
    /// Writes the row, in the caller's transaction. Errors: the database's.
    [[nodiscard]] Result<void> write(Connection& connection);

    /// Returns true when the transaction that wrote last is stored. It must be over: the caller holds the lock that it
    /// held (serverlock.h). Errors: the database's.
    [[nodiscard]] Result<bool> isStored(Connection& connection) const;

private:
    QString m_writer = {}; ///< none until it writes
    qint64 m_number = 0;
};

} // namespace portolan
