#pragma once

#include "storage/stores/sqlstore.h"

namespace portolan {

/// Opens a PostgreSQL database as a store; the database itself must be there.
///
/// For writing, a database whose schema `public` is empty gets the current schema, and so does one with an older
/// schema of Portolan's that holds no rows. Everything else is as with SQLite files: see openSqliteStore(). Only a
/// database in UTF-8 is written to, because no other holds every message.
[[nodiscard]] Result<std::unique_ptr<Store>> openPostgresqlStore(const StoreUrl& url, Access access,
                                                                 const CancelToken& token = {});

/// The same database opened for `portolan migrate`, whatever its schema is.
[[nodiscard]] Result<SqlMigration> openPostgresqlMigration(const StoreUrl& url, Access access,
                                                           const CancelToken& token = {});

} // namespace portolan
