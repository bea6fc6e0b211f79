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

/// The same for who reads: on a server the role must be let in, else lists do without.
[[nodiscard]] Result<bool> canReadRowMetadata(Connection& connection, const SchemaInspector& catalogue);

/// The expression of what came beside the row of `table` whose key is the expression `key`; NULL: nothing did.
[[nodiscard]] QString rowMetadata(const char* table, const QString& key);

/// The tables that listings tell it of, and the column whose value is its key.
struct MetadataKey {
    const char* table;
    const char* column;
};
/// Null for tables that have a column of their own for it, and for those of other subjects.
[[nodiscard]] const MetadataKey* metadataKeyOf(QByteArrayView table);

/// Keeps what came beside rows, a group in one transaction. Must be gone before its connection.
class RowMetadata {
public:
    explicit RowMetadata(Connection& connection);

    /// Forgets what was taken in since the last flush().
    void clear();
    void add(const char* table, QByteArrayView key, const QByteArray& metadata);
    /// In the caller's transaction. Errors as BulkInsert::flush().
    [[nodiscard]] Result<void> flush();

private:
    BulkInsert m_rows;
    std::deque<QByteArray> m_texts; ///< what cells look at until they are written
};

} // namespace portolan
