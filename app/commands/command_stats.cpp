#include "app/commands/commands.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/checks/storestats.h"
#include "storage/health/storehistory.h"
#include "storage/listing/listing.h"
#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 3> statsOptions{{
    {"store", "STORE", "the store to measure", true},
    {"record", nullptr, "keep the figures in the store's history, a row a day and table"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

Result<void> printStats(std::span<const StoreStats> all, Format format) {
    std::vector<ExportColumn> columns;
    for (const Column<StoreStats>& column : storeStatsColumns())
        columns.push_back({column.name, column.type});
    RowPrinter printer(format, columns);
    for (const StoreStats& stats : all) {
        std::vector<Value> values;
        for (const Column<StoreStats>& column : storeStatsColumns())
            values.push_back(column.value(stats));
        if (const auto printed = printer.print(values); !printed)
            return printed;
    }
    return printer.finish();
}

/// Keeps what was measured; figures that cannot be kept are printed all the same.
Result<void> recordStats(Store& store, std::span<const StoreStats> all) {
    StoreHistory* const history = store.history();
    if (!history)
        return Error{ErrorCode::Unsupported, QStringLiteral("%1 keeps no history.").arg(store.url().display())};
    const Timestamp now = currentTime();
    return history->keep(historyOf(all, now), now);
}

Exit runStats(const Invocation& invocation, const Door& door) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const bool records = invocation.has("record");
    const auto store = records ? door.open() : openedStore(invocation);
    if (!store)
        return fail(store.error());
    StoreMeter* const meter = (*store)->meter();
    if (!meter)
        return fail({ErrorCode::Unsupported, QStringLiteral("This kind of store has no figures.")});
    auto all = meter->measure(StoreMeter::Extent::Latencies, invocation.interrupted);
    if (!all)
        return fail(all.error());
    const auto recorded = records ? recordStats(**store, *all) : Result<void>();
    if (StoreHistory* const history = (*store)->history()) {
        if (const auto added = addGrowth(*all, *history, currentTime(), invocation.interrupted); !added)
            return fail(added.error());
    }
    const auto printed = printStats(*all, *format);
    if (!printed)
        return fail(printed.error());
    if (!recorded)
        return fail(recorded.error());
    Exit exit = Exit::Done;
    for (const StoreStats& stats : *all) {
        if (stats.problem.isEmpty())
            continue;
        say(QStringLiteral("%1 could not be measured: %2")
                .arg(QString::fromUtf8(stats.name), QString::fromUtf8(stats.problem)));
        exit = Exit::Found;
    }
    return exit;
}

} // namespace

const CommandSpec statsCommand{
    "stats",
    "Measures a store: sizes, rows, rates, and how quickly it answers.",
    {},
    statsOptions,
    runStats,
    "A row for the store and one for each table: rows (estimate: the server's own, of large tables), bytes with "
    "indexes,\n"
    "rows of the last minute and hour by an indexed time, and the milliseconds that 50, 95 and 99 of a hundred pages\n"
    "of 100 rows took at most, newest ones and any. cache_…: answers that this very command gave again without "
    "reading,\n"
    "those it had to read, the bytes that it keeps for it, and may keep; the window's own stand in its Overview. "
    "pool_…:\n"
    "this program's connections to the server. bytes_a_day, full_at: by the history, which --record keeps: a row a "
    "day\n"
    "and table, of 400 days; three days at least tell a growth (`list history`). Without --record nothing is changed. "
    "A table that could not be measured says why (problem), and the exit code is 3."};

} // namespace portolan
