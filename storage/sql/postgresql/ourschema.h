#pragma once

#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

// The schema that a pipeline's tables are in: the URL's, `public` unless it names another. It is first in the path in
// which names are looked up, so that statements name tables alone and ask the catalogue about current_schema.

/// The setting search_path. pg_temp is named, last, because it would otherwise be searched first.
[[nodiscard]] QString searchPathOf(const StoreUrl& url);

/// Error NotFound: there is no such schema, and what is made would be a temporary table; Auth: this role may not use
/// it. Looks nowhere else than in the catalogue, whatever the path is.
[[nodiscard]] Result<void> expectSchema(Connection& connection, const StoreUrl& url);

} // namespace portolan
