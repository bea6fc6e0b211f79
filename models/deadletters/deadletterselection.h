#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/filter.h"

#include <QByteArray>
#include <vector>

namespace portolan {

class Store;

/// The dead letters that an operator means.
struct LetterChoice {
    Filter filter{};               ///< over port messages
    QByteArray group{};            ///< a fingerprint: those of one group
    std::vector<QByteArray> ids{}; ///< when any: these alone
    QByteArray words{};            ///< all that in words, for what is kept of it
};

/// The ids that a choice names, or those of its group; none only where its filter alone says which. Query thread.
/// Errors: NotFound (the group has no letters any more), Unsupported.
[[nodiscard]] Result<std::vector<QByteArray>> idsOf(const LetterChoice& choice, Store& store, const CancelToken& token);

} // namespace portolan
