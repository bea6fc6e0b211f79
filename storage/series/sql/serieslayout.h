#pragma once

#include "storage/series/series.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

#include <span>

namespace portolan {

/// A table of the reference schema whose rows are samples of series.
struct SeriesTable {
    SeriesName::Kind kind;
    const char* table;
    const char* time;
    const char* unit; ///< null: it has none
    std::vector<const char*> keys;
    std::vector<const char*> values; ///< the columns of figures: each key has a series for each
};

/// Returns the tables that are rolled up where they are ours (migration 009 makes their triggers).
[[nodiscard]] std::span<const SeriesTable> seriesTables();
/// Returns one of them, or null for another table.
[[nodiscard]] const SeriesTable* seriesTableNamed(const QString& table);

/// The way in which a table's rows, of any program, are read as samples.
struct SeriesLayout {
    QString name;  ///< of the table
    QString table; ///< quoted
    SqlColumn time{""};
    QString storedTime;           ///< the column that it is read from
    bool areMicroseconds = false; ///< the time's expression is whole microseconds since 1970
    QString unit;                 ///< an expression; empty: there is none
    std::vector<QString> keys;
    std::vector<QString> values;
    QString storedValue; ///< the column of a value that is not the column itself
    SqlDialect dialect = SqlDialect::Sqlite;
    bool isIndexed = false;    ///< an index begins with the keys and the time
    bool isRolled = false;     ///< its triggers are there, so rollups may be kept
    bool isAggregated = false; ///< continuous aggregates take the place of the rollups (hypertables.h)

    /// Returns the expression of the time as a cell that timeAt() reads.
    [[nodiscard]] QString timeCell() const;
    /// Returns the condition "time >= ? AND time < ?", and the values to bind to it: whole seconds around the range
    /// where times are texts, since "05Z", "05.1Z" and "05.123456Z" do not compare as times do. So the reader has to
    /// compare the time again.
    [[nodiscard]] QString within() const;
    [[nodiscard]] QVariantList bounds(TimeRange range) const;
    /// Returns the condition that a time, which is not NULL, is none of allTimes(), whose bounds() are bound.
    [[nodiscard]] QString isNoTime() const;
    /// Returns the time in a cell; nothing when it is none.
    [[nodiscard]] std::optional<Timestamp> timeAt(const QVariant& cell) const;
};

/// Returns the condition that a value is a sample, as sampleAt() has it.
[[nodiscard]] QString isSample(const QString& value, SqlDialect dialect);

/// Returns the value of a cell as a sample; nothing when it is none (see SeriesStore).
[[nodiscard]] std::optional<double> sampleAt(const QVariant& cell);

/// Reads the layout of a series' table; by its path of any table, view or foreign table that rows can be listed of.
/// Errors: NotFound, the table or a column is not there; Unsupported, a column is of an unsuitable type.
[[nodiscard]] Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue,
                                                    const SeriesTable& table);
[[nodiscard]] Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue,
                                                    const QString& table, const QString& time, const QString& value);

} // namespace portolan
