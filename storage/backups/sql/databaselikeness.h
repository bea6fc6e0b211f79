#pragma once

#include "storage/sql/connection/connection.h"

#include <QString>

namespace portolan {

/// Gives a database on the connection's server what belongs to another one itself and is in no dump of it: owner,
/// rights, settings (its own and those of roles in it), limit of connections, comment. In the caller's transaction.
/// Errors: those of the server: the role may not.
[[nodiscard]] Result<void> takeDatabaseLikeness(Connection& connection, const QString& from, const QString& to);

} // namespace portolan
