#pragma once

#include "storage/base/result.h"

namespace portolan {

/// The row of `portolan_settings` that keeps receivers out of a store: its value names the store that took its place.
inline constexpr char fenceKey[] = "switched-to";

/// Makes the error of a receiver that wants to write into a store which another one took the place of.
[[nodiscard]] inline Error fenced(const QString& store, const QString& other) {
    return Error{
        ErrorCode::ReadOnly,
        QStringLiteral("%1 was switched to %2: nothing is received into it any more. Receive into %2; `portolan "
                       "switch --from %2 --into %1 --reason TEXT` brings what came since and switches back.")
            .arg(store, other)};
}

} // namespace portolan
