#pragma once

#include "storage/base/urls.h"
#include "storage/sql/connection.h"
#include "storage/store.h"

#include <memory>

namespace portolan {

/// Opens a connection to a PostgreSQL database. What the URL leaves open is looked up as libpq does it: PG*
/// variables, ~/.pgpass, the service file; a password also in PORTOLAN_PASSWORD.
///
/// For reading, the server itself refuses every write on this connection. For writing, a commit is on the server's
/// disk when it returns (synchronous_commit). In both, tables are those of the URL's schema, `public` unless
/// it names another, and no statement lasts
/// longer than the URL's settings allow. While the server says that it is starting or full, it is tried again as often
/// as these say. Of the connections that are kept (PostgresqlPool) one is taken that still answers.
///
/// The token ends all of this within a second; it does not end statements on the connection that is returned.
///
/// Errors: Auth; NotFound – no such database or schema; Connection; Busy – the program has max_connections open
/// already; Usage – a value cannot be passed on; Unsupported – the server is too old to be written to; Cancelled.
[[nodiscard]] Result<std::unique_ptr<Connection>> openPostgresql(const StoreUrl& url, Access access,
                                                                 const CancelToken& token = {});

/// How error texts name the database.
[[nodiscard]] QString postgresqlInWords(const StoreUrl& url);

/// Takes the limits off this connection: a migration takes as long as it takes.
[[nodiscard]] Result<void> liftStatementLimits(Connection& connection);

} // namespace portolan
