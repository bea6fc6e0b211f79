#pragma once

#include "storage/sql/connection/connection.h"
#include "storage/tables/sql/serverorder.h"
#include "storage/tables/tables.h"

#include <vector>

namespace portolan {

/// A column of a table on a PostgreSQL server, as its rows are read, filtered and sorted.
struct ServerColumn {
    QByteArray name;
    QString expression; ///< of the table under the alias t
    QString cast;       ///< its type (of a domain the one below it), which values are cast to
    ColumnType type = ColumnType::Text;
    ColumnSet::Column::Compares compares = ColumnSet::Column::Compares::Ordered;
    bool isNative = false; ///< compared by the server in its own type
    bool isText = false;   ///< any text is a value of it
    bool isWall = false;
    bool isHeld = true;   ///< read as the server holds it; else as text
    bool isFloat = false; ///< its text loses digits where extra_float_digits is set
    bool isBytes = false;
    bool isDocumentText = false; ///< json, whose text stands as it was written
    bool notNull = false;
    int keyPosition = 0;    ///< in the primary key, from 1; 0: not in it
    bool isSortable = true; ///< the server has an order for its values; `compares` tells of operators
    bool isAddress = false; ///< inet, whose cast to text says more than is shown
    bool isIndexed = false; ///< an index over all rows begins with it
    ServerOperators operators;
    bool isMomentary = false; ///< of a view: worked out from now(), random() and the like
};

/// The shape of a table, view or foreign table on a server: all that reading its rows needs.
struct ServerShape {
    /// A table that rows lie in.
    struct Part {
        QByteArray oid;
        QString table; ///< quoted
        bool isForeign = false;
        /// Read by its own name; else through the table it belongs to, whose rights and policies hold.
        bool isDirect = true;
    };
    qint64 oid = 0;
    std::vector<ServerColumn> columns;
    QByteArrayList closed;    ///< columns that the role may not read
    bool hasRows = false;     ///< rows with a place of their own: a table or a materialized view
    bool mayPlace = true;     ///< the role may read where a row lies, which takes the right to the whole table
    bool isInherited = false; ///< other tables' rows are among its own, and its keys may come twice
    bool isSqlAscii = false;  ///< the database knows no encoding
    std::vector<Part> parts;  ///< of a table whose rows go by their place
};

/// Asks the catalogues. Error Auth: the role may read no column.
[[nodiscard]] Result<ServerShape> readServerShape(Connection& connection, const TableInfo& info);

} // namespace portolan
