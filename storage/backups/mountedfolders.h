#pragma once

#include <QString>

namespace portolan {

/// Returns true when another file system, or a folder of another place, is mounted there.
[[nodiscard]] bool isMountPoint(const QString& folder);

/// Removes a folder with all that is in it, but nothing of what is mounted in it. Returns true when all of it is gone.
bool removeFolder(const QString& folder);

} // namespace portolan
