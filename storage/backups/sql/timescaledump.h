#pragma once

#include "storage/base/cancel.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <QStringList>
#include <map>
#include <optional>

namespace portolan {

// Dumps of databases with the extension TimescaleDB, whatever its licence, and how they are loaded:
// https://docs.tigerdata.com/self-hosted/latest/backup-and-restore/logical-backup/. It is made first, in the version
// that the dump is of, and keeps out of the way until the dump is there: from timescaledb_pre_restore() on it makes no
// chunk and lets rows into those that come.

/// The extension of a database.
struct DumpedTimescale {
    QString version; ///< "2.20.3"; empty: that which the server has
    QString schema;  ///< of its functions
};

/// Finds the extension; nothing where it is not installed.
[[nodiscard]] Result<std::optional<DumpedTimescale>> timescaleOf(Connection& connection);

/// Counts the rows of hypertables as a dump has them: each chunk by itself, compressed ones as they are kept.
[[nodiscard]] Result<void> countChunks(Connection& connection, std::map<QString, qint64>& counts);

/// Error Unsupported: one of these tables is a hypertable, whose rows are in no table of its name.
[[nodiscard]] Result<void> refuseHypertables(Connection& connection, const QStringList& tables);

/// Prepares an empty database for the dump. Errors: Unsupported – the server has not that version, the database has
/// another one, or a pooler gives no session of its own; those of the server (it takes a superuser).
[[nodiscard]] Result<void> beginTimescaleLoad(const StoreUrl& into, const DumpedTimescale& of,
                                              const CancelToken& token);

/// Sets the extension to work again, after a dump that was loaded or was not.
[[nodiscard]] Result<void> endTimescaleLoad(const StoreUrl& into);

/// The jobs that the extension runs in a database, each over a connection of its own: stopped while it is renamed.
/// Nothing where there is no extension.
enum class TimescaleJobs { Stop, Start };
[[nodiscard]] Result<void> changeTimescaleJobs(const StoreUrl& database, TimescaleJobs jobs);

} // namespace portolan
