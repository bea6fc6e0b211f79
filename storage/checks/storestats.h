#pragma once

#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/base/readcache.h"
#include "storage/listing/listing.h"

#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Percentiles of the time that questions took, in milliseconds: half, 95 % and 99 % took no longer (nearest rank).
struct Latency {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
    /// Computes them of the times of single questions, in milliseconds; nothing of none.
    static std::optional<Latency> of(std::vector<double> milliseconds);
};

/// The connections of this program to a server.
struct PoolUse {
    int open = 0;       ///< in use or kept
    int kept = 0;       ///< of these, nobody uses them now
    int most = 0;       ///< max_connections
    qint64 refused = 0; ///< times that none became free in time
};

/// A table of a store, or the store as a whole.
struct StoreStats {
    QByteArray name; ///< of the table; "store" for the whole
    std::optional<qint64> rows = {};
    bool isEstimate = false;          ///< of `rows`: what the server's statistics say
    std::optional<qint64> bytes = {}; ///< on the disk, with indexes; nothing where only a look at everything would tell
    /// Rows whose time lies in the last minute and hour; nothing for a table without a time that an index is on.
    std::optional<qint64> lastMinute = {};
    std::optional<qint64> lastHour = {};
    std::optional<ReadCacheFigures> cache = {}; ///< of the whole: what this program did not have to read again
    std::optional<PoolUse> pool = {};           ///< of the whole, on a server
    std::optional<double> bytesADay = {};       ///< by which it grew, by its history
    std::optional<Timestamp> fullAt = {};       ///< of the whole: when its disk is full, if it goes on so
    std::optional<Latency> latency = {}; ///< of pages of rows, newest and any; of the whole: of all that was asked
    QByteArray problem = {};             ///< why the table could not be measured, in words
};

/// Returns the columns name, rows, estimate, bytes, last_minute, last_hour, p50_ms, p95_ms, p99_ms, cache_hits,
/// cache_misses, cache_bytes, cache_most, pool_open, pool_kept, pool_most, pool_refused, bytes_a_day, full_at, problem.
std::span<const Column<StoreStats>> storeStatsColumns();

/// Sizes, rows, rates and how quickly the store answers. Used on the store's thread; reads only.
class StoreMeter {
public:
    StoreMeter() = default;
    StoreMeter(const StoreMeter&) = delete;
    StoreMeter& operator=(const StoreMeter&) = delete;
    virtual ~StoreMeter() = default;

    enum class Extent {
        Sizes,     ///< rows, sizes and rates
        Latencies, ///< these too: asks each table for some dozens of pages
    };
    /// Measures the store first, then its tables by name; one that cannot be read says why, and the others follow.
    /// Counts the rows of SQLite's tables, which reads their smallest index.
    [[nodiscard]] virtual Result<std::vector<StoreStats>> measure(Extent extent, const CancelToken& token) = 0;
};

} // namespace portolan
