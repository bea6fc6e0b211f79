#pragma once

#include "storage/transfer/copytarget.h"

#include <functional>

namespace portolan {

struct CopyOptions {
    QStringList only;       ///< tables; empty: all that a copy takes
    QString from;           ///< the source as its URL shows it: what the ledger and the audit name it by
    QByteArray actor;       ///< for the audit
    QByteArray reason;      ///< for the audit; may be empty
    bool drops = false;     ///< rows that an earlier copy brought and the source has no more go from the target, too
    bool empties = false;   ///< then also all rows of a table that has none left in the source
    bool tellsBegin = true; ///< in the audit, with the first row that is changed
    bool tellsEnd = true;   ///< in the audit, when rows were changed
};

struct CopyReport {
    qint64 copied = 0;    ///< rows that were inserted, changed or removed
    qint64 dropped = 0;   ///< of these the removed ones
    qint64 unchanged = 0; ///< rows that the target had already
    /// Rows that the target has otherwise and that no copy left so, and rows that it does not take.
    qint64 differences = 0;
    QStringList told; ///< what was left out, and the first differences of each table, each a sentence
};

/// Copies the rows of a store into another one: as they are, with their keys, states and times, table after table in an
/// order in which rows find what they depend on. Rows go in transactions of some thousands, each with its part of the
/// ledger, so that a copy that was cut short at any point goes on where it was when it is started again. A row of the
/// target that is neither as the source has it nor as a copy left it is never changed: it is a difference. Memory does
/// not grow with the rows. Derived tables (rollups, the index of texts, statistics), the versions of the schema and the
/// settings of the place itself (its production name) are not copied. `progress` is called after each transaction.
/// Errors: Usage, both are the same store; NotFound, a table that is asked for is not there; those of reading and
/// writing, where what is committed stays.
[[nodiscard]] Result<CopyReport> copyStore(StoreContent& from, CopyTarget& into, const CopyOptions& options,
                                           const std::function<void(const CopyReport&)>& progress);

/// Writes into the target's audit what a copy did.
[[nodiscard]] Result<void> tellCopyEnd(CopyTarget& into, const CopyOptions& options, const CopyReport& report);

} // namespace portolan
