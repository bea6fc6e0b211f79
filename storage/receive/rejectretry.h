#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/filter.h"
#include "storage/store.h"

#include <functional>
#include <utility>
#include <vector>

namespace portolan {

/// An order to act on rejects: which, by whom and why. Rejects that are not open are left as they are.
struct RejectOrder {
    Filter filter; ///< of rejectSchema(); a default-made one: all
    QByteArray reason;
    QByteArray actor;
};

/// The outcome of acting on rejects.
struct RejectTally {
    qint64 stored = 0;
    qint64 duplicates = 0; ///< had been stored before; no longer open
    qint64 rejected = 0;   ///< rejected again; open as before, with their new reason
    qint64 dismissed = 0;
    /// Id and new reason of the first ones that were rejected again.
    std::vector<std::pair<qint64, QString>> refusals;
};

/// Called with the number of rejects dealt with so far, on the calling thread.
using RejectTick = std::function<void(qint64 done)>;

/// Decodes open rejects and stores them in the store that keeps them, oldest first, each exactly once: under the keys
/// that `receive --from rejects:STORE` gives them, so that a crash makes no duplicates. Notes the outcome of each, in
/// the audit as well. On the store's thread; the store is open for writing, and a file store has no other writer.
/// Errors: the store's; Cancelled: what was done stays.
[[nodiscard]] Result<RejectTally> retryRejects(Store& store, const RejectOrder& order, const RejectTick& tick,
                                               const CancelToken& token);

/// Stores `payload` in place of one open reject's own, and keeps it beside that. A payload that is rejected as well is
/// not kept; the reject stays open with its new reason. Errors as retryRejects(); NotFound: no such reject; Usage: it
/// is not open.
[[nodiscard]] Result<RejectTally> editReject(Store& store, qint64 id, const QByteArray& payload,
                                             const RejectOrder& order, const CancelToken& token);

/// Marks open rejects as dismissed: they are kept, listed and exported, but no longer count as open.
[[nodiscard]] Result<RejectTally> dismissRejects(Store& store, const RejectOrder& order, const RejectTick& tick,
                                                 const CancelToken& token);

} // namespace portolan
