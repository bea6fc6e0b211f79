#pragma once

#include "storage/base/result.h"

#include <QString>
#include <optional>

namespace portolan {

/// Returns the store that took the place of a folder, `.portolan/switched`; nothing: none did. `own`: the path of
/// `.portolan`, which need not exist.
[[nodiscard]] Result<std::optional<QString>> fenceOf(const QString& own);

/// Keeps receivers out of a folder, or with nothing lets them in again, durably. Its writer's lock is held meanwhile.
[[nodiscard]] Result<void> setFence(const QString& own, const std::optional<QString>& other);

} // namespace portolan
