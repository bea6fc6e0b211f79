#pragma once

#include "storage/ports/messagehistory.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Reads what a database knows of a message that was read from it. Each question goes over an index, or is not asked.
[[nodiscard]] Result<MessageHistory> readMessageHistory(Connection& connection, const PortLayout& layout,
                                                        PortMessage message);

} // namespace portolan
