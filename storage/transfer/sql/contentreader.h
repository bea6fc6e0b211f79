#pragma once

#include "storage/transfer/sql/tableselect.h"

namespace portolan {

/// Runs a statement of TableSelect's and reads its rows as they come: SQLite steps, a server fetches pieces of some
/// megabytes from a cursor, in the transaction that the caller has open; of larger ones eight are in memory, and the
/// others wait at the server, so that nothing else may be asked of it before the stream has ended or is gone. Error
/// Unsupported from next(): the rows do not come in the order of their keys. Other errors: those of Connection::run().
/// On the connection's thread, gone before it; of a server one at a time.
[[nodiscard]] Result<std::unique_ptr<RowStream>>
readContent(Connection& connection, const TableSelect::Statement& statement, const TablePlan& plan);

} // namespace portolan
