#pragma once

#include "storage/listing/exportpage.h"
#include "storage/listing/rowsource.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A table of a database, or a view, of any program.
struct TableInfo {
    enum class Zone {
        Core,     ///< what Portolan's migrations make of a pipeline's tables
        Portolan, ///< its own
        User,     ///< user-defined: schema analytics_data, in SQLite the prefix analytics_data_
        Other,    ///< another program's
    };
    QByteArray schema; ///< PostgreSQL; of SQLite "main"
    QByteArray name;
    bool isElsewhere = false; ///< in another schema than the pipeline's
    QByteArray kind; ///< table, partitioned table, hypertable, view, materialized view, virtual table, foreign table
    Zone zone = Zone::Other;
    std::optional<qint64> rows; ///< nothing of a view, and where only a count would tell
    bool isEstimate = true;
    std::optional<qint64> bytes; ///< with indexes and partitions
    qint64 columns = 0;
    qint64 indexes = 0;
    qint64 parts = 0;        ///< partitions or chunks
    QByteArray key;          ///< the columns of its primary key, by ", "
    QByteArray problem = {}; ///< why it cannot be read as others are, in words; empty: nothing is known
    /// Returns what finds it: the name, with its schema before it where that is not the usual one ("analytics_data.x").
    [[nodiscard]] QByteArray path() const;
};

/// table (its path), kind, zone, rows, estimate, bytes, columns, key, indexes, partitions, problem.
std::span<const Column<TableInfo>> tableInfoColumns();
const ColumnSet& tableInfoSchema();

/// The parts that a table is made of.
struct TableDetail {
    struct Part {
        QByteArray name;
        QByteArray definition; ///< SQL, as the database tells it
    };
    struct Column {
        QByteArray name;
        QByteArray type; ///< as declared; may be empty in SQLite
        bool notNull = false;
        int keyPosition = 0; ///< in the primary key, from 1; 0: not in it
        QByteArray usual;    ///< its default, as SQL; empty: none
    };
    /// A partition, or a chunk of a hypertable.
    struct Chunk {
        QByteArray name;   ///< with its schema where that is not its table's
        QByteArray bounds; ///< which rows it holds, as the database tells it
        std::optional<qint64> bytes;
        bool isCompressed = false;
    };
    TableInfo info;
    std::vector<Column> columns;
    std::vector<Part> indexes;
    std::vector<Part> constraints; ///< foreign keys and checks; in SQLite they stand in the definition
    std::vector<Part> triggers;
    std::vector<Chunk> chunks; ///< by their bounds, the newest first; at most mostChunks, of info.parts
    QByteArray definition;     ///< of SQLite's tables and of views
    bool isStrict = false;     ///< SQLite: its types are kept to
    static constexpr int mostChunks = 500;
};

/// A row of any table: a value for each of its columns.
struct TableRow {
    std::vector<Value> cells;
    Value key; ///< tells it apart; see TableRows::row()
};

/// The rows of one table as a listing whose columns are known when it is opened. On the store's thread.
class TableRows {
public:
    TableRows() = default;
    TableRows(const TableRows&) = delete;
    TableRows& operator=(const TableRows&) = delete;
    virtual ~TableRows() = default;

    /// Its columns, and what a filter may name: a JSON column is entered by a path.
    [[nodiscard]] virtual const ColumnSet& schema() const = 0;
    [[nodiscard]] virtual RowSource<TableRow>& rows() = 0;
    /// The same for a list: of texts and bytes only the beginning is read, cellBytes at least, so that a page stays
    /// small whatever stands in it. Filters see all of it.
    [[nodiscard]] virtual RowSource<TableRow>& cells() = 0;
    /// A page of rows() to be written out: its cells are made when they are asked for, which another thread may do.
    [[nodiscard]] virtual Result<std::unique_ptr<ExportPage>> exportPage(const ListQuery& query,
                                                                         const CancelToken& token) = 0;
    /// Lets go of what was held ready for a further page of exportPage().
    virtual void endExport() {}
    /// The row with this key, whole. Errors: NotFound, and a listing's.
    [[nodiscard]] virtual Result<TableRow> row(const Value& key, const CancelToken& token) = 0;
    /// Tells the reader about its rows, in words; empty: nothing is to be known.
    [[nodiscard]] virtual QString note() const = 0;
    /// Names what was left out of the pages read so far, rows or columns, in words; empty: nothing. Part of note().
    [[nodiscard]] virtual QString leftOut() const { return {}; }
    /// Tells the cost of an order in words, before it is asked for; empty: no more than the rows read.
    [[nodiscard]] virtual QString costOf(const Sort&) const { return {}; }
};

/// Every table of a database. Reads only, and by its catalogues: no table is counted. On the store's thread.
class Tables {
public:
    Tables() = default;
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;
    virtual ~Tables() = default;

    virtual RowSource<TableInfo>& tables() = 0;
    /// Error NotFound names no table.
    [[nodiscard]] virtual Result<TableDetail> detail(const QByteArray& path, const CancelToken& token) = 0;
    /// Its rows, by the primary key, else by the rows' place (rowid, ctid); of a view the first ones. Asked again for
    /// every question: what was found out is kept until the table changes. Errors besides NotFound: Unsupported for a
    /// virtual table, whose program would be run.
    [[nodiscard]] virtual Result<std::shared_ptr<TableRows>> open(const QByteArray& path, const CancelToken& token) = 0;

    static constexpr int mostViewRows = 10'000;
};

} // namespace portolan
