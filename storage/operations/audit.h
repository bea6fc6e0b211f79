#pragma once

#include "storage/base/clock.h"
#include "storage/listing/listing.h"

#include <optional>
#include <span>

namespace portolan {

/// A line of the audit: who did what to what, why, and what it was before and after. Written in the transaction
/// that does it, and never changed afterwards.
struct AuditEntry {
    qint64 id = 0;    ///< given by the database
    Timestamp at;     ///< given by the database when it is appended
    QByteArray actor; ///< UTF-8, as all texts here
    QByteArray action;
    QByteArray subjectKind;
    std::optional<QByteArray> subjectId = {};
    std::optional<QByteArray> reason = {};
    std::optional<QByteArray> runId = {};
    std::optional<QByteArray> before = {}; ///< JSON
    std::optional<QByteArray> after = {};  ///< JSON
};

/// Makes the entry of an act; a reason of blanks is none.
[[nodiscard]] AuditEntry auditEntry(const char* action, const char* subjectKind, const QByteArray& subjectId,
                                    const QByteArray& reason, const QByteArray& actor);

std::span<const Column<AuditEntry>> auditColumns();
const ColumnSet& auditSchema();

} // namespace portolan
