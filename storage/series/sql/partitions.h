#pragma once

#include "storage/series/sql/serieslayout.h"
#include "storage/sql/session.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace portolan {

/// Keeps the partitions of a PostgreSQL database's series tables: days, of `metrics` months (SCHEMA.md, "PostgreSQL at
/// size"), from midnight to midnight UTC, called component_metrics_2025_10_16 and metrics_2025_10. Each table has a
/// default partition too, so that an insert never fails for a missing one; what stands there costs every question a
/// look. Partitions that somebody else made are left as they are and nothing overlaps them; tables that are partitioned
/// otherwise than ours or belong to somebody else are left alone. Nothing to do in SQLite. On the session's thread.
///
/// https://www.postgresql.org/docs/15/ddl-partitioning.html; locks: sql-altertable.html (ATTACH PARTITION).
class Partitions {
public:
    explicit Partitions(Session& session) : m_session(session) {}

    /// Before a transaction that inserts such a row: its partition is made when there is none. What cannot be made now
    /// (another transaction is in the way, there are too many) is left to the default partition. Errors: of reading
    /// the catalogue, and those after which the connection is of no use.
    [[nodiscard]] Result<void> provide(const char* table, Timestamp at);

    /// Makes those of the days ahead, and moves rows out of the default partitions for about so long. `now` is the
    /// time that ahead is from. Errors as provide().
    [[nodiscard]] Result<void> keep(Timestamp now, std::chrono::milliseconds patience);

    /// Forgets what is known of the tables: it is read again.
    void forget() { m_tables.reset(); }

private:
    struct Table {
        const SeriesTable* series = nullptr;
        qint64 oid = 0;
        QString usual; ///< the default partition
        bool isMonthly = false;
        std::size_t most = 0;          ///< partitions that one question can lock without using up the server's locks
        std::vector<TimeRange> ranges; ///< of the partitions, in order
        std::set<Timestamp> left;      ///< begins of those that were not made, and not tried again for a while
        std::optional<Timestamp> last; ///< begin of the one that was asked for last, which is there or left
    };
    enum class Room { Limited, Any };

    [[nodiscard]] Result<void> learn();
    [[nodiscard]] Result<std::vector<TimeRange>> rangesOf(const Table& table);
    [[nodiscard]] Result<void> make(Table& table, TimeRange range);
    [[nodiscard]] Result<bool> makeOnce(Table& table, TimeRange range);
    [[nodiscard]] Result<void> want(Table& table, TimeRange range, Room room);
    [[nodiscard]] Result<void> emptyDefault(Table& table, std::chrono::steady_clock::time_point end);

    Session& m_session;
    quint64 m_generation = 0;
    std::optional<std::vector<Table>> m_tables; ///< nothing: not known yet
};

} // namespace portolan
