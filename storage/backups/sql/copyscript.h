#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <vector>

namespace portolan {

// The form of a backup of a server's database that was made by COPY: the rows of each table in a file of its own, as
// COPY's text format has them in UTF-8, and database/schema.sql, which makes the tables and loads the rows. `psql -X1
// -v ON_ERROR_STOP=1 -f schema.sql` in that folder does the same by hand.

/// A statement of the script.
struct CopyStep {
    enum class Kind {
        Object,     ///< makes a schema, type, function, table, view, or a property of one
        Rows,       ///< loads the rows of a table
        Index,      ///< and constraints that are one
        Number,     ///< of a sequence, from where it goes on
        ForeignKey, ///< whose table is this, and which refers to `onto`
        Trigger,    ///< and rules
        Refresh,    ///< of a materialized view
        Withheld,   ///< a table whose rows are not in the backup; makes nothing
    };
    Kind kind = Kind::Object;
    QString schema;           ///< of the object, or of the table that it belongs to
    QString name;             ///< likewise
    QByteArray sql;           ///< without a semicolon; of rows psql's own word
    QStringList columns = {}; ///< of rows
    qint64 rows = 0;          ///< likewise
    QString member = {};      ///< likewise: the file in the backup
    QString onto = {};        ///< of a foreign key: the table that it refers to
    QString ontoSchema = {};  ///< likewise: that table's schema
};

inline constexpr char copyScriptMember[] = "database/schema.sql";

/// Returns the name in a backup of the file with the rows of the table of this number.
[[nodiscard]] QByteArray copiedRowsMember(int number);

[[nodiscard]] QByteArray encodedCopyScript(const std::vector<CopyStep>& steps);

/// Reads the script of an unpacked backup. Foreign data: files are those of copiedRowsMember(). Error Corrupt.
[[nodiscard]] Result<std::vector<CopyStep>> readCopyScript(const QString& folder);

/// Returns true when an unpacked backup was made by COPY.
[[nodiscard]] bool isCopied(const QString& folder);

/// Returns "table", or, to be read, "schema.table" where the schema is none of the store's.
[[nodiscard]] QString copiedTableName(const QString& schema, const QString& table, const QString& storeSchema);

} // namespace portolan
