#pragma once

#include "storage/backups/backupjob.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <QStringList>

namespace portolan {

/// The way in which the rows that are counted are those that pg_dump reads.
enum class ServerHold {
    Snapshot, ///< a snapshot that both share: nobody waits
    Tables,   ///< the caller's transaction keeps others from writing until it ends: as before a migration
};

/// Backs a database on a server up by pg_dump -Fc, or by COPY (copybackup.h) where PostgreSQL's programs are not
/// installed, older than the server, or kept from a session of their own by a pooler: all of it, or `only` some tables
/// of the store's schema. The connection is borrowed, with ServerHold::Tables in a transaction. Proved as
/// proveOnServer() does; before a migration, for whose transaction others wait, by reading all of the dump back. Errors
/// besides makeBackup()'s: Unsupported – these programs cannot be used, and TimescaleDB is there; Usage – there is no
/// such table.
[[nodiscard]] BackupParts postgresqlBackup(Connection& connection, const StoreUrl& store, const QStringList& only,
                                           ServerHold hold);

/// The place of the dump in an unpacked backup.
[[nodiscard]] QString unpackedDump(const QString& folder);

/// Reads a dump whole, and compares the rows of each table with what the manifest counts. Error Corrupt.
[[nodiscard]] Result<BackupProof> proveDump(const QString& folder, const BackupManifest& manifest,
                                            const StoreUrl& store, const CancelToken& token);

/// The same by loading it into a database of its own on the store's server. A whole one that cannot be loaded there (no
/// right to make a database or an extension) is read, and the proof says why it was no more than that.
[[nodiscard]] Result<BackupProof> proveOnServer(const QString& folder, const BackupManifest& manifest,
                                                const StoreUrl& store, const CancelToken& token);

} // namespace portolan
