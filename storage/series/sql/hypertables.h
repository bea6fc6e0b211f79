#pragma once

#include "storage/series/seriesspans.h"
#include "storage/series/sql/serieslayout.h"

#include <QByteArray>
#include <QStringList>
#include <optional>

namespace portolan {

/// The extension TimescaleDB of a PostgreSQL database (SCHEMA.md, "PostgreSQL at size"): series tables are hypertables,
/// compressed after seven days, and continuous aggregates keep their rollups, refreshed by the server's own jobs.
/// https://docs.tigerdata.com/api/latest/ (hypertable, compression, continuous-aggregates, data-retention).
struct Timescale {
    QString version; ///< "2.20.3"
    QString schema;  ///< quoted; where its functions are
};

/// Nothing in SQLite, where the extension is not there, or where its licence leaves out compression and aggregates.
[[nodiscard]] Result<std::optional<Timescale>> findTimescale(Connection& connection);

[[nodiscard]] Result<bool> isHypertable(Connection& connection, const QString& table);

/// Returns the bytes that a hypertable takes up beside the table itself, compressed or not; zero for other tables and
/// databases.
[[nodiscard]] Result<qint64> chunkBytes(Connection& connection, const QString& table);

/// A statement that makes a partitioned table, without its partitions.
[[nodiscard]] QByteArray withoutPartitions(const QByteArray& statement);

/// Returns the statements that make an empty table of seriesTables() a hypertable with all that belongs to it, in
/// order; each may run in a transaction. Its retention policy is there and does not run: nothing is deleted that nobody
/// was asked about.
[[nodiscard]] QStringList hypertableStatements(const SeriesTable& table, const Timescale& timescale);
/// Returns the statements that take its continuous aggregates away, so that it can be dropped.
[[nodiscard]] QStringList aggregateDrops(const SeriesTable& table);

/// "portolan_metrics_10m". Its columns are the keys, bucket, and of each figure f_min, f_max, f_sum, f_count, f_first,
/// f_last, f_min_at, f_max_at, f_first_at and f_last_at, which are a SampleSum.
[[nodiscard]] QString aggregateName(const QString& table, std::chrono::seconds width);
/// Returns true when all aggregates of a table are there.
[[nodiscard]] Result<bool> hasAggregates(Connection& connection, const QString& table);

/// Tells which hours of a range the aggregates do not show as they are, because somebody wrote to what was refreshed
/// already. In one snapshot with what is read by it. What is not refreshed yet, the views themselves read from the
/// rows.
[[nodiscard]] Result<RolledState> readAggregatedState(Connection& connection, const QString& table, TimeRange range);

/// Has everything before a time in the aggregates of a table. Not in a transaction.
[[nodiscard]] Result<void> refreshAggregates(Connection& connection, const Timescale& timescale, const QString& table,
                                             Timestamp until);

} // namespace portolan
