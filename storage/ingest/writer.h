#pragma once

#include "storage/base/result.h"
#include "storage/ingest/dedupquery.h"
#include "storage/ingest/ingestcounts.h"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Stores what a receiver brings, durably and once. Made, used and destroyed on the receiver's storing thread.
class IngestWriter {
public:
    IngestWriter() = default;
    IngestWriter(const IngestWriter&) = delete;
    IngestWriter& operator=(const IngestWriter&) = delete;
    virtual ~IngestWriter() = default;

    /// Stores the items in their order, all of them or none, with their keys, in one durable step: when it returns a
    /// value, a power cut loses none of them and their keys are known for ever. Items that are Rejections, or records
    /// that this store does not keep, go to the rejects in the same step. Items whose key was stored before (or stands
    /// twice in `items`) with the same content are counted as duplicates; so are records whose id, event or version
    /// was, with the same data. Those that are stored with other content are rejected, in words. A rejected item that
    /// is keptBySource goes nowhere, nor does its key: it stands in the counts' `refused`. Errors: Invalid – the data
    /// is refused, nothing was stored, the caller bisects; Busy, Io (disk full, …), Connection – nothing was stored,
    /// the caller waits and tries again; Unknown – it may or may not be stored: the caller calls recover(), which
    /// tells, or stores the same items again (then their keys tell).
    [[nodiscard]] virtual Result<IngestCounts> store(std::span<const IngestItem> items) = 0;

    /// Returns what is stored of a source's keys from `from` on (of the same major). A store that does not tell knows
    /// of none: what comes again is then found by store(). Errors: the store's.
    [[nodiscard]] virtual Result<DedupAnswer> storedKeys(const QByteArray& source, KeyPair from) {
        Q_UNUSED(source)
        return DedupAnswer{from, {}};
    }

    /// The hashes (contentHash) of what is stored under keys of a source; 0: nothing is, or it is not known. A store
    /// that does not tell knows of none. Errors: the store's.
    [[nodiscard]] virtual Result<std::vector<quint64>> hashesOf(const QByteArray& source,
                                                                std::span<const KeyPair> keys) {
        Q_UNUSED(source)
        return std::vector<quint64>(keys.size(), 0);
    }

    /// Answers a source's question from the two above.
    [[nodiscard]] Result<DedupAnswer> answerTo(const DedupQuery& question);

    /// After Unknown or Connection: opens again and verifies what is there. Counts: the items of the last store(),
    /// which had ended as Unknown, are stored; they must not come again where they have no keys. None: they are not
    /// stored, or their keys tell. Same errors as opening the store; then it is to be called again.
    [[nodiscard]] virtual Result<std::optional<IngestCounts>> recover() = 0;

    /// Does what is owed to those who read, for about so long between two groups. True: nothing is left to do now.
    /// Errors as store(); no message is the worse for them.
    [[nodiscard]] virtual Result<bool> tidy(std::chrono::milliseconds) { return true; }
};

} // namespace portolan
