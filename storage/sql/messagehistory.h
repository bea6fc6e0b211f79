#pragma once

#include "storage/messagehistory.h"
#include "storage/sql/connection.h"
#include "storage/sql/portlayout.h"

namespace portolan {

/// What a database knows of a message that was read from it. Each question goes over an index, or is not asked.
[[nodiscard]] Result<MessageHistory> readMessageHistory(Connection& connection, const PortLayout& layout,
                                                        PortMessage message);

} // namespace portolan
