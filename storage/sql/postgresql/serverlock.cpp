#include "storage/sql/postgresql/serverlock.h"

namespace portolan {

namespace {

constexpr int ourNamespace = 0x506f7274; // "Port"

}

Result<void> lockUntilCommit(Connection& connection, ServerLock lock) {
    if (connection.dialect() == SqlDialect::Sqlite)
        return {};
    return connection.execute(
        QStringLiteral("SELECT pg_catalog.pg_advisory_xact_lock(CAST(? AS integer), CAST(? AS integer))"),
        {ourNamespace, static_cast<int>(lock)}, QStringLiteral("begin to write to"));
}

} // namespace portolan
