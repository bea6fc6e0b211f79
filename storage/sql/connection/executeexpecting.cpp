#include "storage/sql/connection/executeexpecting.h"

namespace portolan {

Result<void> executeExpecting(Connection& connection, const QString& sql, const QVariantList& bindings,
                              std::size_t rows, const QString& doing) {
    const Result<QSqlQuery> changed = connection.run(sql, bindings, doing);
    PORTOLAN_TRY(changed);
    return expectChanged(connection, *changed, rows);
}

Result<void> expectChanged(Connection& connection, const QSqlQuery& changed, std::size_t rows) {
    if (changed.numRowsAffected() == static_cast<int>(rows))
        return {};
    return Error{
        ErrorCode::Invalid,
        QStringLiteral("%1 did not take the change of %2 rows but of %3; a trigger or rule of its tables is in "
                       "the way. Nothing was changed.")
            .arg(connection.where())
            .arg(rows)
            .arg(changed.numRowsAffected())};
}

} // namespace portolan
