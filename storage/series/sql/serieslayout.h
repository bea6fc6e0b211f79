#pragma once

#include "storage/series/series.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

#include <span>

namespace portolan {

/// A table whose rows are samples of series, as the reference has it.
struct SeriesTable {
    SeriesName::Kind kind;
    const char* table;
    const char* time;
    const char* unit; ///< null: it has none
    std::vector<const char*> keys;
    std::vector<const char*> values; ///< the figures; each is a series of every key
};

/// Those that are rolled up where they are ours (their triggers stand in 009).
[[nodiscard]] std::span<const SeriesTable> seriesTables();
/// Null for tables that are not among them.
[[nodiscard]] const SeriesTable* seriesTableNamed(const QString& table);

/// The way in which a table's rows, of any program, are read as samples.
struct SeriesLayout {
    QString name;  ///< of the table
    QString table; ///< quoted
    SqlColumn time{""};
    bool areMicroseconds = false; ///< the time's expression is whole microseconds since 1970
    QString unit;                 ///< an expression; empty: there is none
    std::vector<QString> keys;
    std::vector<QString> values;
    SqlDialect dialect = SqlDialect::Sqlite;
    bool isIndexed = false;    ///< an index begins with the keys and the time
    bool isRolled = false;     ///< its triggers are there, so that rollups may be kept
    bool isAggregated = false; ///< continuous aggregates take the place of the rollups (hypertables.h)

    /// The time as a cell that timeAt() reads.
    [[nodiscard]] QString timeCell() const;
    /// "time >= ? AND time < ?", with what is bound to it: whole seconds around the range where times are texts, since
    /// "05Z", "05.1Z" and "05.123456Z" do not compare as times do. The reader looks at the time again.
    [[nodiscard]] QString within() const;
    [[nodiscard]] QVariantList bounds(TimeRange range) const;
    /// The time that stands there; nothing when it is none.
    [[nodiscard]] std::optional<Timestamp> timeAt(const QVariant& cell) const;
};

/// All times that there are: 0001 to 9999.
[[nodiscard]] TimeRange allTimes();

/// The number of a cell as a sample, nothing when it is none (see SeriesStore).
[[nodiscard]] std::optional<double> sampleAt(const QVariant& cell);

/// Error NotFound: the table or a column is not there; Unsupported: it is not of a type that will do.
[[nodiscard]] Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue,
                                                    const SeriesTable& table);
[[nodiscard]] Result<SeriesLayout> readSeriesLayout(Connection& connection, const SchemaInspector& catalogue,
                                                    const QString& table, const QString& time, const QString& value);

} // namespace portolan
