#include "storage/transfer/copying.h"

#include "storage/transfer/copiedtables.h"
#include "storage/transfer/copyorigin.h"
#include "storage/transfer/tablecopy.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 leastOfATable = 100; // rows of one that does not become empty from one look to the next

/// Brings the rows of a table; once more where a new one waited for a value that another one gave up in the same copy.
/// Returns how many rows are to go.
Result<qint64> bring(StoreContent& from, CopyTarget& into, const TablePlan& plan, const CopyOptions& options,
                     CopyReport& report, const std::function<void(const CopyReport&)>& progress) {
    const CopyReport before = report;
    TableCopy copy(from, into, plan, options, report, Pass::Bring);
    PORTOLAN_TRY(copy.run(progress));
    if (!copy.mayGoOn())
        return copy.gone();
    const qint64 copied = report.copied;
    report = before;
    report.copied = copied;
    report.unchanged -= copied - before.copied; // they are there by now
    TableCopy again(from, into, plan, options, report, Pass::Bring);
    PORTOLAN_TRY(again.run(progress));
    return again.gone();
}

/// A table that lost all of its rows at once was truncated: that empties no target, unless somebody says so.
Result<bool> mayEmpty(StoreContent& from, const TablePlan& plan, qint64 leaving, const CopyOptions& options,
                      CopyReport& report) {
    const Result<bool> has = leaving < leastOfATable || options.empties ? true : from.hasRows(plan.table);
    if (!has || *has)
        return has;
    report.differences += leaving;
    report.told << QStringLiteral("%1: %2 has no row of it any more, as after a TRUNCATE. The %3 rows that were copied "
                                  "stay; with --empties they go, too.")
                       .arg(plan.table, from.where())
                       .arg(leaving);
    return false;
}

} // namespace

Result<CopyReport> copyStore(StoreContent& from, CopyTarget& into, const CopyOptions& options,
                             const std::function<void(const CopyReport&)>& progress) {
    if (from.identity() == into.identity())
        return Error{
            ErrorCode::Usage,
            QStringLiteral("%1 and %2 are one store; name another one to copy into.").arg(from.where(), into.where())};
    const QStringList known = copiedTables();
    QStringList only; // as they are spelled here
    for (const QString& name : options.only) {
        const auto named = std::ranges::find_if(
            known, [&](const QString& each) { return each.compare(name, Qt::CaseInsensitive) == 0; });
        if (named == known.end())
            return Error{ErrorCode::NotFound, QStringLiteral("There is no table %1 that a copy takes. There are: %2.")
                                                  .arg(name, known.join(QStringLiteral(", ")))};
        only << *named;
    }
    PORTOLAN_TRY(checkOrigin(from, into, options.from, only.isEmpty() || only.contains(QLatin1String("messages"))));
    CopyReport report;
    if (only.isEmpty()) {
        PORTOLAN_TRY(noteOthers(from, report.told));
    }
    std::vector<TablePlan> gone; // of tables with rows that go
    for (const QString& name : known) {
        if (!only.isEmpty() && !only.contains(name))
            continue;
        auto plan = planCopied(from, into, name, report.told);
        PORTOLAN_TRY(plan);
        if (!*plan)
            continue;
        const Result<qint64> leaving = bring(from, into, **plan, options, report, progress);
        PORTOLAN_TRY(leaving);
        if (!options.drops || *leaving == 0)
            continue;
        const Result<bool> may = mayEmpty(from, **plan, *leaving, options, report);
        PORTOLAN_TRY(may);
        if (*may)
            gone.push_back(std::move(**plan));
    }
    for (auto plan = gone.rbegin(); plan != gone.rend(); ++plan) {
        PORTOLAN_TRY(TableCopy(from, into, *plan, options, report, Pass::Drop).run(progress));
    }
    if (report.copied > 0 && options.tellsEnd) {
        PORTOLAN_TRY(tellCopyEnd(into, options, report));
    }
    return report;
}

Result<void> tellCopyEnd(CopyTarget& into, const CopyOptions& options, const CopyReport& report) {
    PORTOLAN_TRY(into.begin());
    PORTOLAN_TRY(into.appendAudit(copyEntry(options, "copy", report)));
    return into.commit();
}

} // namespace portolan
