#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <QStringList>
#include <map>
#include <optional>
#include <vector>

namespace portolan {

/// The contents of a database, by its own catalogue: a database may be anybody's.
class SchemaInspector {
public:
    enum class Kind { Table, View, Virtual };
    struct Column {
        QString name;
        QString type; ///< as declared; in PostgreSQL its full name, "timestamp with time zone"
        bool notNull = false;
        int keyPosition = 0; ///< in the primary key, from 1; 0: not in it, or only included in its index
        QString usual = {};  ///< SQLite: the default as declared
    };
    /// Tables whose rows are among another's, by inheritance or as its parts without a key: on this server, or also on
    /// others.
    enum class Heirs { None, Local, Foreign };
    struct Entry {
        Kind kind = Kind::Table;
        std::vector<Column> columns;
        SqlDialect dialect = SqlDialect::Sqlite;
        bool hasRowIds = false; ///< SQLite: its rows have numbers of their own
        QString spelling = {};  ///< its name as it was created
        QString schema = {};    ///< PostgreSQL, of readNamed()
        Heirs heirs = Heirs::None;
        [[nodiscard]] const Column* column(const QString& name) const;
    };

    /// In PostgreSQL of the schema `public`, without partitions and what extensions brought.
    static Result<SchemaInspector> read(Connection& connection);

    /// Reads what `list tables` names so and read() leaves out: on a server a table, view or foreign table of any
    /// schema
    /// ("schema.name"), and a partition; in SQLite a view. With its columns; nothing where there is none.
    static Result<std::optional<Entry>> readNamed(Connection& connection, const QString& path);

    /// A figure that differs when a table was made, dropped or altered since. Costs a look (SQLite) or a millisecond.
    static Result<qint64> mark(Connection& connection);

    /// Returns true when an index that has an order, over all rows of a table, begins with these columns.
    static Result<bool> hasIndex(Connection& connection, const QString& table, const QStringList& columns);

    /// PostgreSQL: its rows are in partitions or chunks, each with indexes of its own.
    static Result<bool> hasParts(Connection& connection, const QString& table);

    /// Names are compared as an unquoted name is found in SQL: without case in SQLite, in lower case in PostgreSQL.
    /// Null when there is none.
    [[nodiscard]] const Entry* find(const QString& name) const;
    /// A real table, not a view or virtual table in its place.
    [[nodiscard]] const Entry* table(const QString& name) const;
    /// The user's tables and views by name (SQLite: in lower case), SQLite's own left out.
    [[nodiscard]] const std::map<QString, Entry>& entries() const { return m_entries; }

    /// Says in words why rows with these columns cannot be had from a table; nothing when they can. A table of another
    /// program that only shares its name with one of the pipeline's (columnsThatTell) has none.
    [[nodiscard]] std::optional<QString> lacks(const QString& name, std::initializer_list<const char*> columns) const;

private:
    std::map<QString, Entry> m_entries;
};

/// PostgreSQL: the place, from 1, of the column `a` (of pg_attribute) in the primary key whose index is `i` (of
/// pg_index). 0: it is not in the key, its index only includes it, or the key does not hold for all rows, as a
/// partitioned table's whose parts have none.
[[nodiscard]] QString serverKeyPosition();

/// PostgreSQL: the names, joined by commas, of the first columns (as many as are bound) that the index `i` is ordered
/// by. Those that it includes are none.
[[nodiscard]] QString serverIndexColumns();

} // namespace portolan
