#pragma once

#include "storage/base/cancel.h"

#include <chrono>

namespace portolan {

/// The progress of one call of Rollups::roll().
struct RollProgress {
    qint64 samples = 0;   ///< samples rolled up for the first time
    qint64 hours = 0;     ///< hours of a series rolled up again, because rows came before the watermark
    qint64 documents = 0; ///< rows taken into the search index
    bool done = false;    ///< nothing is left to be rolled up or indexed now
};

/// Keeps up what makes reads quick: the rollups of a database's series (`portolan_rollups`) up to a watermark, the last
/// whole hour, and its search index. Reads are right without it: what is not rolled up or indexed is read from the
/// rows, only slower. Used on the store's thread; several programs may do it at once.
class Rollups {
public:
    Rollups() = default;
    Rollups(const Rollups&) = delete;
    Rollups& operator=(const Rollups&) = delete;
    virtual ~Rollups() = default;

    /// Rolls up for about `patience`, in steps of at most some ten thousand rows each; the next call resumes. Does
    /// nothing where a database's tables are not ours. Errors: ReadOnly, the store is open for reading; Busy, Io,
    /// Connection, Cancelled, after which the next call goes on without loss.
    [[nodiscard]] virtual Result<RollProgress> roll(std::chrono::milliseconds patience, const CancelToken& token) = 0;
    static constexpr std::chrono::milliseconds untilDone = std::chrono::milliseconds::max();
};

} // namespace portolan
