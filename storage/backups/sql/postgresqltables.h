#pragma once

#include "storage/backups/sql/sqlitetables.h"

namespace portolan {

/// The same on a server, over a connection that may write and is in no transaction. The role owns the tables. Nobody
/// writes to them from here to the end; while rows are put in, nobody reads them.
[[nodiscard]] Result<void> replaceServerTables(Connection& connection, const QString& folder,
                                               const BackupManifest& manifest, const QStringList& only,
                                               const TableSteps& steps, const CancelToken& token);

} // namespace portolan
