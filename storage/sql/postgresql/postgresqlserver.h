#pragma once

#include "storage/base/access.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <memory>

namespace portolan {

/// Opens a connection to a PostgreSQL database. Parts that the URL leaves open are looked up as libpq does it: PG*
/// variables, ~/.pgpass, the service file; a password also in PORTOLAN_PASSWORD.
///
/// On a session of the server's that is our own everything is set once. Where a pooler is in between, nothing is: each
/// transaction says it for itself (PostgresqlWire::share()), and the connection is closed, not kept, when it is given
/// back.
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

/// Names the database as error texts do.
[[nodiscard]] QString postgresqlInWords(const StoreUrl& url);

/// Takes the limits off this connection: a migration takes as long as it takes.
[[nodiscard]] Result<void> liftStatementLimits(Connection& connection);

/// Returns true when the server's session stays this connection's between two transactions, as it does without a
/// pooler, and with one in session mode. Found out by a second connection that would be given the session if it could
/// be, ten times over; false when no second one is to be had. Outside of a transaction. Errors: those of
/// openPostgresql().
[[nodiscard]] Result<bool> keepsItsSession(Connection& connection, const StoreUrl& url, const CancelToken& token);

} // namespace portolan
