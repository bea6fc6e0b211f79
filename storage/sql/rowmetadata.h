#pragma once

#include "storage/sql/bulkinsert.h"
#include "storage/sql/columns/schemainspector.h"

#include <QByteArray>
#include <QString>
#include <deque>
#include <optional>

namespace portolan {

/// Returns true when the database has a place for what came beside rows whose own table has no column for it
/// (`portolan_metadata`).
[[nodiscard]] bool hasRowMetadata(const SchemaInspector& catalogue);

/// Returns the same for a reader: on a server its role must be allowed to select there, else lists do without.
[[nodiscard]] Result<bool> canReadRowMetadata(Connection& connection, const SchemaInspector& catalogue);

/// Returns the expression of the metadata of the row of `table` whose key is the expression `key`; it is NULL where
/// nothing came beside the row.
[[nodiscard]] QString rowMetadata(const char* table, const QString& key);

/// A table whose rows may have metadata beside them, and the column that is its key there.
struct MetadataKey {
    const char* table;
    const char* column;
};
/// Returns null for tables that have a column of their own for it, and for those of other subjects.
[[nodiscard]] const MetadataKey* metadataKeyOf(QByteArrayView table);

/// Keeps what came beside rows, a group in one transaction. Must be gone before its connection.
class RowMetadata {
public:
    explicit RowMetadata(Connection& connection);

    /// Forgets the metadata added since the last flush().
    void clear();
    void add(const char* table, QByteArrayView key, const QByteArray& metadata);
    /// Inserts it, in the caller's transaction. Errors as BulkInsert::flush().
    [[nodiscard]] Result<void> flush();

private:
    BulkInsert m_rows;
    std::deque<QByteArray> m_texts; ///< borrowed by cells until they are written
};

} // namespace portolan
