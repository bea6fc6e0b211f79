#pragma once

#include "storage/base/result.h"

#include <QByteArray>

namespace portolan {

/// Loads the library that reads and writes archives, unless it is loaded. It is not linked, as libpq is not
/// (libpq.h): six compressions and an XML parser come with it. libarchive.cpp holds the functions of archive.h that
/// we use; they may be called once this succeeded. Error Unsupported. Any thread.
[[nodiscard]] Result<void> loadLibarchive();

/// Returns the version of the library that is loaded; empty where it cannot be. Any thread.
[[nodiscard]] QByteArray libarchiveVersion();

} // namespace portolan
