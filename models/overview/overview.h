#pragma once

#include "storage/base/cancel.h"
#include "storage/checks/storestats.h"
#include "storage/deadletters/deadlettergroups.h"
#include "storage/operations/audit.h"
#include "storage/operations/verification.h"
#include "storage/ports/ports.h"

#include <QString>
#include <optional>
#include <vector>

namespace portolan {

class Store;

/// A figure that may be too small: it is being counted, or only so many are. In place of one that is not exact the
/// last exact one is told, with its age.
struct OverviewCount {
    qint64 number = 0;
    bool exact = true;
    std::optional<Timestamp> exactAt = {}; ///< when `number` was exact; nothing: it never was
};

/// Keeps the last exact figure as long as there is none that tells more.
[[nodiscard]] OverviewCount lastExact(const OverviewCount& now, const OverviewCount& before, Timestamp time);

struct OverviewLetters {
    OverviewCount letters;
    OverviewCount groups;
    std::vector<DeadLetterGroup> worst; ///< most letters first, a few
    HourCounts lastHours{};             ///< of all groups
    std::optional<Timestamp> newest;    ///< when the last of them died
};

struct OverviewQueues {
    qint64 pending = 0;
    qint64 processing = 0;
    qint64 failed = 0;
    bool exact = true;
    std::optional<Timestamp> exactAt; ///< when all of them were; nothing: they are still being counted
    std::optional<Timestamp> oldestPending;
};

struct OverviewComponents {
    qint64 all = 0;
    std::vector<QByteArray> silent;
    std::vector<QByteArray> unhealthy; ///< of those that report
    std::vector<QByteArray> degraded;
};

/// A store at a glance, as its lists have it.
struct Overview {
    std::optional<Timestamp> newestMessage;
    OverviewCount batches;
    OverviewCount gaps;
    OverviewCount rejects;

    std::optional<OverviewLetters> deadLetters;

    std::optional<OverviewQueues> queues;

    std::optional<OverviewComponents> components;

    std::optional<std::vector<AuditEntry>> operations; ///< the newest
    std::optional<Verification> verified;              ///< the newest one that was recorded
    QString noBatches;
    QString noDeadLetters; ///< why there is nothing of them, in words; so the others
    QString noComponents;
    QString noOperations;

    bool hasTables = true; ///< of a database, which the pane Tables shows
    bool complete = true;  ///< false: ask again, there is more to count
};

inline constexpr int overviewGroups = 4;
inline constexpr int overviewOperations = 1; ///< whether there are any

/// On the query thread. Counts for a tenth of a second at most, and goes on where it was left with the next call.
/// Errors: of the listings.
[[nodiscard]] Result<Overview> readOverview(Store& store, const CancelToken& token);

/// Sizes and rows of the store and of its tables. Query thread; seconds for a large store. Error Unsupported where
/// nothing measures it.
[[nodiscard]] Result<std::vector<StoreStats>> readSizes(Store& store, const CancelToken& token);

} // namespace portolan
