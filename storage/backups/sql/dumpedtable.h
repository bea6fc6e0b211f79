#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringList>
#include <optional>

namespace portolan {

/// The head of a block of rows in what pg_restore writes out.
struct DumpedTable {
    QString schema;
    QString name;
    QStringList columns; ///< as they are called, without quotes
};

/// Reads a line "COPY schema.table (columns) FROM stdin;"; nothing for another one.
[[nodiscard]] std::optional<DumpedTable> dumpedTable(QByteArrayView line);

/// Reads a line that makes a table a partition of another one, of pg_restore --schema-only: the names of the partition
/// and of that table, without their schemas; nothing for another line.
[[nodiscard]] std::optional<std::pair<QString, QString>> dumpedPartition(QByteArrayView line);

} // namespace portolan
