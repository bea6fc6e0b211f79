#pragma once

#include "storage/config/urls.h"

namespace portolan {

/// The source with the password of PORTOLAN_FROM_PASSWORD, where it is on a server and names none.
[[nodiscard]] SourceUrl withSourcePassword(SourceUrl source);

} // namespace portolan
