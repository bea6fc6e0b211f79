#pragma once

#include "storage/base/cancel.h"
#include "storage/base/changemark.h"
#include "storage/transfer/copydestination.h"

#include <chrono>
#include <functional>
#include <optional>

namespace portolan {

/// The two stores of a copy that goes on, as they are opened for each pass.
struct FollowedStores {
    std::function<Result<std::unique_ptr<StoreContent>>()> source;
    std::function<Result<std::unique_ptr<CopyDestination>>()> target;
    std::function<Result<ChangeMark>()> mark; ///< of the source
};

struct FollowOptions {
    std::optional<std::chrono::milliseconds> idleExit; ///< the end, once nothing was copied for so long
    /// The time for which both must have been without a difference before a switch is offered, once, until they differ
    /// again or one of them is away.
    std::optional<std::chrono::milliseconds> offerAfter = {};
    std::function<void()> offer = {}; ///< called then, after the target's audit was told
};

/// Copies again and again: whenever the source changes, each time all that differs, rows that went included, until the
/// token stops or nothing came for long enough. While a store is away or locked it waits and tries again; `tell` gets
/// such an error once, in words. `report` is what was copied in all passes, and what was unchanged and different in the
/// last one. Errors: Cancelled, the token stopped; those of copyStore() that no waiting mends.
[[nodiscard]] Result<void> followStore(const FollowedStores& stores, CopyOptions options, const FollowOptions& follow,
                                       CopyReport& report, const std::function<void(const CopyReport&)>& progress,
                                       const std::function<void(const QString&)>& tell, const CancelToken& token);

} // namespace portolan
