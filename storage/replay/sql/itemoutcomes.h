#pragma once

#include "storage/replay/replays.h"
#include "storage/replay/sql/replaysql.h"
#include "storage/sql/connection/connection.h"

#include <vector>

namespace portolan {

/// The outcome of an item that was put back.
struct ItemOutcome {
    qint64 position = 0;
    ItemState was = ItemState::Replayed;
    ItemState is = ItemState::Replayed;
};

/// Looks up what became of open items of a run, by their rows as they are now.
[[nodiscard]] Result<std::vector<ItemOutcome>> outcomesOf(Connection& connection, const ReplaySql& sql,
                                                          const QByteArray& run, const std::vector<qint64>& positions,
                                                          const Replays::SameCause& sameCause);

// Within a transaction of the caller's.

/// Adds to the number of a run's items in a state.
[[nodiscard]] Result<void> countItems(Connection& connection, const QByteArray& run, ItemState state, qint64 change);

/// Keeps outcomes with their items, and counts them.
[[nodiscard]] Result<void> keepOutcomes(Connection& connection, const ReplaySql& sql, const QByteArray& run,
                                        const std::vector<ItemOutcome>& outcomes);

/// Settles the items of runs that have put these messages back, because a later act takes them: what becomes of the
/// rows from now on is the later one's. `ids`: a JSON array.
[[nodiscard]] Result<void> settleEarlier(Connection& connection, const ReplaySql& sql, const QString& ids);

} // namespace portolan
