#pragma once

#include "storage/store.h"

#include <QStringList>
#include <chrono>

namespace portolan {

/// The findings of a try of a store.
struct StoreProbe {
    QString product;                      ///< "PostgreSQL 15.18, TLS", "SQLite 3.40.1", "batch files"
    std::chrono::milliseconds opened{};   ///< how long opening took
    std::chrono::microseconds answered{}; ///< a question and its answer, the best of some
    std::optional<QString> noReceiving;   ///< why nothing can be received here, in words
    std::optional<QString> noPorts;       ///< why it has no port messages
};

/// Asks a store that is open by now; `begun` is when opening it began. On its thread. Errors: of asking.
[[nodiscard]] Result<StoreProbe> probeStore(Store& store, std::chrono::steady_clock::time_point begun);

} // namespace portolan
