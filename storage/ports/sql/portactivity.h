#pragma once

#include "storage/ports/ports.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/sql/session.h"

#include <span>

namespace portolan {

/// Counts the messages of these ports that were made in the hour before `now`, minute by minute, over the index (port,
/// status, time): about 200,000 of them, or 1,000 of each port and status where that is more. Nothing where there is no
/// such index.
[[nodiscard]] Result<PortActivity> readPortActivity(Connection& connection, const PortLayout& layout,
                                                    std::span<const Port> ports, Timestamp now);

} // namespace portolan
