#pragma once

#include "storage/operations/auditacts.h"
#include "storage/sql/keyset.h"

namespace portolan {

/// A stretch of the audit: the newest `most` entries with ids after `after`, and before `before` unless that is 0.
struct AuditStretch {
    qint64 after = 0;
    qint64 before = 0;
    int most = 0;
};

/// Adds up the entries of a stretch that a filter takes. Costs what the stretch has, however long the audit is.
[[nodiscard]] Result<AuditParts> readAuditParts(Connection& connection, const SqlListing& audit,
                                                const AuditStretch& stretch, const Filter& filter);

} // namespace portolan
