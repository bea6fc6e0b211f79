#pragma once

#include "storage/health/health.h"

namespace portolan {

/// Looks at the space that is left on the disk of a folder, for data of so many bytes: now, less than 2 % or 256 MiB;
/// soon, less than 10 % or 1 GiB, or no room for another copy of the data. A disk that cannot be asked is a note. Any
/// thread.
[[nodiscard]] std::vector<HealthFinding> lookAtDisk(const QString& folder, qint64 dataBytes);

} // namespace portolan
