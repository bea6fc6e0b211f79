#pragma once

#include "storage/sql/connection/connection.h"

#include <QString>

namespace portolan {

/// Tells whether a transaction is stored whose COMMIT was never answered: a row that it writes itself (migration 011).
/// A server's own number of a transaction (pg_xact_status) does not: what a crash takes from the log is given again, to
/// others. One for each writer; it outlives its connections.
class CommitToken {
public:
    /// In the transaction. Errors: the database's.
    [[nodiscard]] Result<void> write(Connection& connection);

    /// Returns true when the transaction that wrote last is stored. It must be over: the caller holds the lock that it
    /// held (serverlock.h). Errors: the database's.
    [[nodiscard]] Result<bool> isStored(Connection& connection) const;

private:
    QString m_writer = {}; ///< none until it writes
    qint64 m_number = 0;
};

} // namespace portolan
