#pragma once

#include "storage/config/urls.h"

#include <QString>

namespace portolan {

/// Reads, as a store, the database of an environment of a configuration file (port-architecture.md §4.1, §4.2).
/// `${NAME}` in a value is replaced from the process's environment; one that is not set is an error that names it.
/// Errors: Usage – the file's form, unknown or repeated keys, values out of range, each with its line and column;
/// NotFound – no such file or environment; Unsupported – a kind of database that Portolan does not know; Auth – a file
/// that others may read holds a password; Io.
[[nodiscard]] Result<StoreUrl> storeOfEnvironment(const QString& file, const QString& environment);

} // namespace portolan
