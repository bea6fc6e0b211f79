#pragma once

#include "storage/deadletters/groupscan.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/replay/replay.h"
#include "storage/sql/connection/connection.h"

#include <map>

namespace portolan {

// Groups of dead letters as rows of portolan_fingerprints.

/// Every one, the longest known first; none where there is no such table. Of more than the miner takes the oldest.
[[nodiscard]] Result<std::vector<RememberedGroup>> readRememberedGroups(Connection& connection);

/// Adds new ones, and to known ones what is new, in the caller's transaction. Error Unsupported: there is no table.
[[nodiscard]] Result<void> storeRememberedGroups(Connection& connection, std::span<const DeadLetterGroup> groups);

/// Of which groups the messages are for which a condition holds: fingerprints by message id. In the caller's
/// transaction, by what `groups` has read; empty without them.
[[nodiscard]] Result<std::map<QByteArray, QByteArray>> fingerprintsOf(Connection& connection, const PortLayout& layout,
                                                                      const QString& condition,
                                                                      const QVariantList& bindings, GroupScan* groups);

/// Counts for their groups what became of items of a run that were just moved to `state`: `positions` is a JSON array.
/// In the caller's transaction; states that are no end of a replay change nothing.
[[nodiscard]] Result<void> countOutcome(Connection& connection, const QByteArray& run, const QString& positions,
                                        ItemState state);

} // namespace portolan
