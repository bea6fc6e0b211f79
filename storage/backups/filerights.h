#pragma once

#include "storage/base/result.h"

#include <QString>

namespace portolan {

/// Gives a file or folder who may read and write another one: owner, group, mode, and the access lists where the file
/// system has them. A file that gets a folder's is not executable and has no list. Not synced. Errors: Auth – only that
/// owner or root may; Io.
[[nodiscard]] Result<void> takeRights(const QString& from, const QString& to);

/// The same for a folder and all in it: each as what has its name there, else as another file there, else as the
/// folder. Synced.
[[nodiscard]] Result<void> takeRightsOfAll(const QString& from, const QString& to);

} // namespace portolan
