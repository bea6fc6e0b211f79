#pragma once

#include "storage/config/urls.h"

namespace portolan {

/// Adds the password of PORTOLAN_FROM_PASSWORD to a source that is on a server and names none, and that of
/// PORTOLAN_FROM_SENTINEL_PASSWORD to one whose sentinels have one.
[[nodiscard]] SourceUrl withSourcePassword(SourceUrl source);

} // namespace portolan
