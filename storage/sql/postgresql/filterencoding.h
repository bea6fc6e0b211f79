#pragma once

#include "storage/listing/filter.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Refuses a filter with a text for which a server that keeps its texts in another encoding than UTF-8 has no
/// characters: it could hold no such row, and would refuse the statement. The server is asked about texts beyond ASCII
/// only; SQLite, and a server in UTF-8, about none. Error Usage: with the text's position.
[[nodiscard]] Result<void> checkFilterEncoding(Connection& connection, const Filter& filter);

} // namespace portolan
