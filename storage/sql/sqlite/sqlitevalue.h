#pragma once

#include "storage/listing/listing.h"

#include <QString>
#include <QVariant>
#include <optional>
#include <vector>

namespace portolan {

class SqliteQuery;
class SqliteRowBuffer;

/// A value of SQLite's with its storage class: a text and the same bytes as a BLOB are two, and sort apart.
struct SqliteValue {
    Value value;
    bool isText = false;
    bool isWide = false; ///< a text in the bytes of a database that keeps UTF-16: its UTF-8 may be another text's, too

    /// Reads a cell; of a row that is copied only in a database that keeps UTF-8, as a copied text is in UTF-8.
    [[nodiscard]] static SqliteValue of(const SqliteQuery& row, int column);
    [[nodiscard]] static SqliteValue of(const SqliteRowBuffer& rows, int row, int column);

    /// Returns its placeholder in a statement, and the value bound there: it arrives with its storage class and bytes.
    [[nodiscard]] QString placeholder() const;
    [[nodiscard]] QVariant bound() const;
};

/// Writes several as bytes, for cursors and keys, and reads them back. Nothing: they are no such bytes.
[[nodiscard]] QByteArray packed(const std::vector<SqliteValue>& values);
[[nodiscard]] std::optional<std::vector<SqliteValue>> unpackedValues(QByteArrayView bytes);

/// Tells a column's affinity from its declared type, by SQLite's own rules ("Datatypes", 3.1).
enum class SqliteAffinity { Integer, Text, Blob, Real, Numeric };
[[nodiscard]] SqliteAffinity affinityOf(const QByteArray& declared);

} // namespace portolan
