#pragma once

#include "storage/ingest/delivery.h"

#include <array>
#include <vector>

namespace portolan {

/// The outcome of the messages of one kind.
struct KindCounts {
    qint64 stored = 0;
    qint64 duplicates = 0;
    qint64 rejected = 0;
    std::optional<Timestamp> newest; ///< the greatest time that a stored one gives itself
    QString lastRejection;           ///< its reason
};

/// The outcome of a group of messages.
struct IngestCounts {
    qint64 stored = 0;
    qint64 duplicates = 0;                      ///< keys, ids, events or versions that were stored before
    qint64 rejected = 0;                        ///< kept among the rejects, or where they came from
    qint64 gaps = 0;                            ///< new ones that were found
    std::array<KindCounts, messageKinds> kinds; ///< by MessageKind; what tells no kind stands in the sums alone
    std::vector<SourceKey> refused;             ///< rejected ones that stay where they came from (keptBySource)
    std::vector<QString> refusals;              ///< the reason of each of them

    void countStored(MessageKind kind, const std::optional<Timestamp>& time);
    void countDuplicate(const IngestItem& item); ///< news of a gap count as nothing
    void countRejected(const IngestItem& item, const QString& reason);
    IngestCounts& operator+=(const IngestCounts& more);
};

/// Of what kind an item is, or was meant to be.
[[nodiscard]] std::optional<MessageKind> kindOf(const Decoded& decoded);

} // namespace portolan
