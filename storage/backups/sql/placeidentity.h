#pragma once

#include "storage/sql/connection/connection.h"

#include <QString>
#include <QStringList>
#include <QVariantList>
#include <optional>
#include <vector>

namespace portolan {

/// The rows of a database that say which place it is, not what is in it: the name under which it is marked as
/// production, and who carries out its schedule at this time. No backup brings them into another place.
class PlaceIdentity {
public:
    /// Reads them where there are such tables.
    static Result<PlaceIdentity> read(Connection& connection);

    /// The name of production; nothing where it is not marked.
    [[nodiscard]] const std::optional<QString>& productionName() const { return m_productionName; }

    /// Puts them in the place of a database's, in the caller's transaction; `only`: of these tables, none: of all.
    /// Error Usage: there is a mark, and the database has no table for it.
    [[nodiscard]] Result<void> put(Connection& connection, const QStringList& only) const;

private:
    std::optional<QString> m_productionName;
    QString m_markedAt;
    std::vector<QVariantList> m_leases; ///< runner, until, name of what runs
};

} // namespace portolan
