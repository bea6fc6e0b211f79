#pragma once

#include "storage/base/cancel.h"

#include <chrono>

namespace portolan {

/// The progress of one call of Rollups::roll().
struct RollProgress {
    qint64 samples = 0;   ///< that were read to be rolled up for the first time
    qint64 hours = 0;     ///< hours of a series rolled up again: rows came into the time before the watermark
    qint64 documents = 0; ///< rows that were taken into the search index
    bool done = false;    ///< nothing is left to be rolled up or indexed now
};

/// The upkeep of what makes reads quick: the rollups of a database's series (`portolan_rollups`) up to a watermark,
/// that is the last whole hour, and its search index. Reads are right whether it is called or not: what is not rolled
/// up or indexed is read from the rows, only slower. Used on the store's thread; several programs may do it at once.
class Rollups {
public:
    Rollups() = default;
    Rollups(const Rollups&) = delete;
    Rollups& operator=(const Rollups&) = delete;
    virtual ~Rollups() = default;

    /// Goes on for about so long, in steps of at most some ten thousand rows each; what is begun is gone on with by the
    /// next call. Nothing to do where a database's tables are not ours. Errors: ReadOnly for a store that is open for
    /// reading; Busy, Io, Connection, Cancelled – nothing is lost by calling again.
    [[nodiscard]] virtual Result<RollProgress> roll(std::chrono::milliseconds patience, const CancelToken& token) = 0;
    static constexpr std::chrono::milliseconds untilDone = std::chrono::milliseconds::max();
};

} // namespace portolan
