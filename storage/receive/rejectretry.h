#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/filter.h"
#include "storage/store.h"

#include <functional>
#include <utility>
#include <vector>

namespace portolan {

/// Who acts on which of a store's rejects, and why. Those that are not open are left as they are.
struct RejectOrder {
    Filter filter; ///< of rejectSchema(); a default-made one: all
    QByteArray reason;
    QByteArray actor;
};

/// The outcome of acting on rejects.
struct RejectTally {
    qint64 stored = 0;
    qint64 duplicates = 0; ///< were stored before; not open any more either
    qint64 rejected = 0;   ///< again: they stay, with their new reason
    qint64 dismissed = 0;
    /// Id and new reason of the first ones that were rejected again.
    std::vector<std::pair<qint64, QString>> refusals;
};

/// Told how many were dealt with, on the calling thread.
using RejectTick = std::function<void(qint64 done)>;

/// Decodes open rejects and stores them in the store they were kept by, oldest first, each exactly once: under the keys
/// that `receive --from rejects:STORE` gives them, so that what was stored before a crash is not stored again. Notes
/// what became of each, in the audit as well. On the store's thread; the store must be open for writing, and no other
/// writer in a file store. Errors: the store's; Cancelled: what was done stays.
[[nodiscard]] Result<RejectTally> retryRejects(Store& store, const RejectOrder& order, const RejectTick& tick,
                                               const CancelToken& token);

/// Stores `payload` in place of one open reject's own, which is kept beside it. Rejected again, neither is stored.
/// Errors besides: NotFound; Usage, it is not open.
[[nodiscard]] Result<RejectTally> editReject(Store& store, qint64 id, const QByteArray& payload,
                                             const RejectOrder& order, const CancelToken& token);

/// Marks open rejects as dismissed. They are kept, listed and exported, and count as open no more.
[[nodiscard]] Result<RejectTally> dismissRejects(Store& store, const RejectOrder& order, const RejectTick& tick,
                                                 const CancelToken& token);

} // namespace portolan
