#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QByteArrayView>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace portolan {

/// UTF-8, as it goes into a column of text. Borrowed.
struct SqlText {
    QByteArrayView utf8;
};

/// A cell on its way into a table: nothing, a number, a text, or bytes.
using SqlCell = std::variant<std::monostate, qint64, double, SqlText, QByteArrayView>;

/// The end of a row that breaks a unique key: the whole write fails, or the row is left out.
enum class InsertConflict { Fail, Skip };

struct InsertTarget {
    QByteArray table;
    std::vector<QByteArray> columns;
    InsertConflict conflict = InsertConflict::Fail;
};

/// The writer of one table's rows, in the way that is a database's fastest. Must be gone before its connection.
class BulkRowEncoder {
public:
    BulkRowEncoder() = default;
    BulkRowEncoder(const BulkRowEncoder&) = delete;
    BulkRowEncoder& operator=(const BulkRowEncoder&) = delete;
    virtual ~BulkRowEncoder() = default;

    /// Writes whole rows, cell after cell, in the caller's transaction; after an error some may be in it. Returns how
    /// many of them the table says that it took: a trigger, rule or policy of its owner may leave rows out without an
    /// error.
    [[nodiscard]] virtual Result<qint64> write(std::span<const SqlCell> cells) = 0;
};

/// Statements of a hundred rows through SQLite's own interface, which takes UTF-8 as it is.
[[nodiscard]] std::unique_ptr<BulkRowEncoder> makeSqliteInsert(Connection& connection, InsertTarget target);

/// COPY … FROM STDIN, and INSERT where policies decide about rows, for which there is no COPY; with
/// InsertConflict::Skip once more, when a unique key refuses it, into a temporary table, and from there INSERT … ON
/// CONFLICT DO NOTHING; where the session is not ours, that without the table. In a transaction.
[[nodiscard]] std::unique_ptr<BulkRowEncoder> makePostgresqlCopy(Connection& connection, InsertTarget target);

} // namespace portolan
