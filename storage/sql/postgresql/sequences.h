#pragma once

#include "storage/sql/connection/connection.h"

namespace portolan {

/// Lets the sequences of a table's columns go on after the greatest number that is there: of the table that a unique
/// rule is of, or of all tables of the schema where that is not known. Returns true when one was raised. Of a server.
[[nodiscard]] Result<bool> raiseSequences(Connection& connection, const QByteArray& rule);

} // namespace portolan
