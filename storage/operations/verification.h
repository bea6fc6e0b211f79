#pragma once

#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <optional>
#include <vector>

namespace portolan {

class Store;

/// The outcome of a verification, as far as a store keeps it: a job of the kind "verify", on the operator's word alone
/// (`portolan verify --record`), since who only looks leaves no trace.
struct Verification {
    struct Finding {
        QByteArray check;
        qint64 count = 0;
        QByteArray detail;
    };
    Timestamp startedAt;
    Timestamp endedAt;
    QByteArray actor;
    qint64 checks = 0;  ///< that were to be made
    qint64 notMade = 0; ///< of them: they failed
    std::vector<Finding> findings;
};

/// In one transaction, with its line in the audit. Errors: ReadOnly; Unsupported where the store has no table of jobs.
[[nodiscard]] Result<void> recordVerification(Store& store, const Verification& verification);

/// The newest one that was recorded; nothing where none was. Error Unsupported where the store cannot keep one.
[[nodiscard]] Result<std::optional<Verification>> lastVerification(Store& store, const CancelToken& token);

} // namespace portolan
