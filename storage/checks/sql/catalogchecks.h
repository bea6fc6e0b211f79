#pragma once

#include "storage/checks/sql/checkrunner.h"

#include <span>

namespace portolan {

/// A check that takes more than one statement, or that only tells how things are.
struct DatabaseCheck {
    const char* name;
    const char* promise;
    const char* needs; ///< as SqlCheck::needs
    bool onSqlite;
    bool onServer;
    Result<CheckResult> (*run)(const SqlChecks::CheckContext&);
};

std::span<const DatabaseCheck> databaseChecks();

/// Tells how many messages a batch of this store holds: the size that most of its full batches have, if at least two
/// do, else the URL's.
[[nodiscard]] Result<qint64> usualBatchSize(Connection& connection, const StoreUrl& url);

/// Returns true when message numbers may come again: more than one source numbers its messages, or one began again.
[[nodiscard]] Result<bool> mayNumbersRepeat(Connection& connection, const SchemaInspector& catalogue);

} // namespace portolan
