#pragma once

#include "storage/operations/operations.h"
#include "storage/sql/connection/connection.h"

#include <span>
#include <vector>

namespace portolan {

/// Looks messages up, as Operations::findMessages() has them. On the connection's thread.
[[nodiscard]] Result<std::vector<std::optional<FoundMessage>>> lookUpMessages(Connection& connection,
                                                                              std::span<const QByteArray> ids);

} // namespace portolan
