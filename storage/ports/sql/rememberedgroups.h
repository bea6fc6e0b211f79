#pragma once

#include "storage/deadletters/groupscan.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/replay/replay.h"
#include "storage/sql/connection/connection.h"

#include <map>

namespace portolan {

// Groups of dead letters as rows of portolan_fingerprints.

/// Reads the groups, the longest known first, and no more than the miner takes; none where there is no such table.
[[nodiscard]] Result<std::vector<RememberedGroup>> readRememberedGroups(Connection& connection);

/// Adds new ones, and to known ones what is new, in the caller's transaction. Error Unsupported: there is no table.
[[nodiscard]] Result<void> storeRememberedGroups(Connection& connection, std::span<const DeadLetterGroup> groups);

/// Finds the groups of the messages that meet an SQL condition: fingerprints by message id. In the caller's
/// transaction, by what `groups` has read; empty where `groups` is null.
[[nodiscard]] Result<std::map<QByteArray, QByteArray>> fingerprintsOf(Connection& connection, const PortLayout& layout,
                                                                      const QString& condition,
                                                                      const QVariantList& bindings, GroupScan* groups);

/// Adds the items of a run that were just moved to `state` to the figures of their groups: `positions` is a JSON array
/// of theirs. In the caller's transaction; states that are no end of a replay change nothing.
[[nodiscard]] Result<void> countOutcome(Connection& connection, const QByteArray& run, const QString& positions,
                                        ItemState state);

} // namespace portolan
