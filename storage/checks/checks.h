#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/listing.h"

#include <QString>
#include <span>
#include <vector>

namespace portolan {

/// A check that a store can be verified by. A store has those for which it has what they look at.
struct CheckName {
    QByteArray name; ///< "sensor-order": what `portolan verify` prints
    QString promise; ///< what holds where nothing is found, in words
};

/// The finding of a check.
struct CheckResult {
    QByteArray name;
    bool found = false;
    qint64 count = 0;   ///< of what was found: rows, numbers or files, as `detail` says; 0 when all is well
    QByteArray detail;  ///< UTF-8: what was found and the first rows by name; else what holds, or what was measured
    QByteArray listing; ///< as `portolan list` calls it: where the rows of a finding are; empty: in none
    QByteArray filter;  ///< the first of these rows in that listing, in the filter language; empty: all of it
    std::vector<QByteArray> rows; ///< the first rows by name
    QByteArray healing;           ///< a script that would mend it; empty: none is known
    bool canHeal = false;         ///< ObjectModels::heal() runs some of it
    Timestamp checkedAt;
    qint64 milliseconds = 0; ///< that it took
};

/// Returns the columns name, result, count, detail.
std::span<const Column<CheckResult>> checkColumns();

/// The checks that a store is verified by, one at a time, so that each can be told as soon as it is known. Reads only.
/// Used on the store's thread.
class Checks {
public:
    Checks() = default;
    Checks(const Checks&) = delete;
    Checks& operator=(const Checks&) = delete;
    virtual ~Checks() = default;

    /// Begins a verification: the checks for which the store has what they need, in their order. A check that cannot
    /// be made here (a table that a database lacks) is left out.
    [[nodiscard]] virtual Result<std::vector<CheckName>> begin(const CancelToken& token) = 0;

    /// Carries out one of them. Errors: those of reading; Cancelled; NotFound: begin() did not name it.
    [[nodiscard]] virtual Result<CheckResult> run(const QByteArray& name, const CancelToken& token) = 0;
};

/// The most rows of a finding that are named.
inline constexpr int namedRows = 5;
/// The most of them that its filter leads to.
inline constexpr int filteredRows = 20;

/// Makes a detail that ends with the first of `all` rows: "metrics without their event: e-1, e-2 and 40 more".
[[nodiscard]] QByteArray detailOf(const QString& what, std::span<const QByteArray> rows, qint64 all);

/// Makes a filter of values of a column: "event_id:e-1,e-2", quoted where the filter language needs it.
[[nodiscard]] QByteArray filterOf(QByteArrayView column, std::span<const QByteArray> values);

} // namespace portolan
