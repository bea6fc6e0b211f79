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
/// default partition too, so that no insert fails for a missing one; rows in it cost every question a look. Leaves
/// alone the partitions that somebody else made, which ours never overlap, and tables that belong to somebody else or
/// are partitioned otherwise. Does nothing in SQLite. On the session's thread.
///
/// https://www.postgresql.org/docs/15/ddl-partitioning.html; locks: sql-altertable.html (ATTACH PARTITION).
class Partitions {
public:
    explicit Partitions(Session& session) : m_session(session) {}

    /// Makes the partition of a row's time if there is none; call it before the transaction that inserts the row. A
    /// partition that cannot be made now (another transaction is in the way, there are too many) is left to the default
    /// one. Errors: those of reading the catalogue, and those that leave the connection of no use.
    [[nodiscard]] Result<void> provide(const char* table, Timestamp at);

    /// Makes the partitions of the days (months) after `now`, and moves rows out of the default partitions for about
    /// `patience`. Errors as provide().
    [[nodiscard]] Result<void> keep(Timestamp now, std::chrono::milliseconds patience);

    /// Drops those of a table's partitions of ours that end before a time and have no rows. One that somebody uses is
    /// left for another time. Errors as provide().
    [[nodiscard]] Result<void> dropEmpty(const QByteArray& table, Timestamp before);

    /// Forgets the tables, which the next call reads again.
    void forget() { m_tables.reset(); }

private:
    struct Table {
        const SeriesTable* series = nullptr;
        qint64 oid = 0;
        QString usual; ///< the default partition
        bool isMonthly = false;
        std::size_t most = 0;          ///< the most partitions: more would use up the server's table of locks
        std::vector<TimeRange> ranges; ///< of the partitions, in order
        std::set<Timestamp> left;      ///< begins of those that could not be made, until keep()
        std::optional<Timestamp> last; ///< begin of the one last asked for, which is there or left
    };
    enum class Room { Limited, Any };

    [[nodiscard]] Result<void> learn();
    [[nodiscard]] Result<std::vector<TimeRange>> rangesOf(const Table& table);
    [[nodiscard]] Result<void> make(Table& table, TimeRange range);
    [[nodiscard]] Result<bool> makeOnce(Table& table, TimeRange range);
    [[nodiscard]] Result<void> dropOnce(const Table& table, TimeRange range);
    [[nodiscard]] Result<void> want(Table& table, TimeRange range, Room room);
    [[nodiscard]] Result<void> emptyDefault(Table& table, std::chrono::steady_clock::time_point end);

    Session& m_session;
    quint64 m_generation = 0;
    std::optional<std::vector<Table>> m_tables; ///< nothing: not known yet
};

} // namespace portolan
