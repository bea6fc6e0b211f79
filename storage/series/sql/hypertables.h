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
    QString schema;  ///< of its functions, quoted
};

/// Finds the extension; nothing in SQLite, where it is not installed, or where its licence leaves out compression and
/// aggregates.
[[nodiscard]] Result<std::optional<Timescale>> findTimescale(Connection& connection);

/// Returns true for a hypertable of the current schema. An error where findTimescale() finds nothing.
[[nodiscard]] Result<bool> isHypertable(Connection& connection, const QString& table);

/// Returns the bytes that a hypertable takes up beside the table itself, compressed or not; zero for other tables and
/// databases.
[[nodiscard]] Result<qint64> chunkBytes(Connection& connection, const QString& table);

/// Returns a CREATE TABLE statement without its PARTITION BY clause.
[[nodiscard]] QByteArray withoutPartitions(const QByteArray& statement);

/// Returns the statements that make an empty table of seriesTables() a hypertable with all that belongs to it, in
/// order; each may run in a transaction. The retention policy is made but does not run: nothing is deleted unasked.
[[nodiscard]] QStringList hypertableStatements(const SeriesTable& table, const Timescale& timescale);
/// Returns the statements that make a table with its rows, which a migration gave a key with the time, a hypertable;
/// empty: the table is no such one. They may run in a transaction; the retention policy does not run.
[[nodiscard]] QStringList laterHypertableStatements(const QString& table, const Timescale& timescale);
/// Returns the statements that make of that hypertable with its rows the table that it was; empty: it is no such one.
/// Rights that others had are gone.
[[nodiscard]] QStringList plainTableStatements(const QString& table);

/// Returns the statements that take its continuous aggregates away, so that it can be dropped.
[[nodiscard]] QStringList aggregateDrops(const SeriesTable& table);

/// Returns the name of an aggregate, such as "portolan_metrics_10m". Its columns are the keys, bucket, and for each
/// figure f those of a SampleSum: f_min, f_max, f_sum, f_count, f_first, f_last, f_min_at, f_max_at, f_first_at and
/// f_last_at.
[[nodiscard]] QString aggregateName(const QString& table, std::chrono::seconds width);
/// Returns true when all aggregates of a table are there.
[[nodiscard]] Result<bool> hasAggregates(Connection& connection, const QString& table);

/// Reads which hours of a range the aggregates show wrongly, because somebody wrote there after the refresh. Call it in
/// one snapshot with the reads that use it. Hours not yet refreshed the views themselves read from the rows.
[[nodiscard]] Result<RolledState> readAggregatedState(Connection& connection, const QString& table, TimeRange range);

/// Brings everything before a time into the aggregates of a table. Not in a transaction.
[[nodiscard]] Result<void> refreshAggregates(Connection& connection, const Timescale& timescale, const QString& table,
                                             Timestamp until);

} // namespace portolan
