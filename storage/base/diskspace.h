#pragma once

#include "storage/base/result.h"

#include <QString>

namespace portolan {

/// The room on a file system, in bytes.
struct DiskSpace {
    qint64 available = 0; ///< for this user
    qint64 capacity = 0;
};

/// Asks the file system of a folder. Error Io. Any thread.
[[nodiscard]] Result<DiskSpace> diskSpaceOf(const QString& folder);

} // namespace portolan
