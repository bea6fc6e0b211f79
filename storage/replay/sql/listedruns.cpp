#include "storage/replay/sql/listedruns.h"

#include "storage/deadletters/deathcause.h"
#include "storage/listing/memorylisting.h"
#include "storage/replay/sql/itemoutcomes.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqlreplays.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 mostItems = 20'000;
constexpr std::chrono::seconds longestLook{1};
constexpr int runsAPage = 500;

qint64 openItems(const ReplayRun& run) {
    return run.counts[ItemState::Replayed] + run.counts[ItemState::Pending];
}

/// Returns true when the query goes by outcomes, or may.
bool needsOutcomes(const ListQuery& query) {
    constexpr const char* lookedUp[] = {"state",       "replayed",    "pending", "completed",
                                        "failed_same", "failed_anew", "vanished"};
    return !query.filter.isEmpty()
           || std::ranges::any_of(lookedUp, [&](const char* column) { return query.sort.column == column; });
}

RowOrder<ReplayRun> orderOfRuns() {
    const auto columns = replayRunColumns();
    const auto created = std::ranges::find_if(
        columns, [](const Column<ReplayRun>& column) { return QByteArrayView(column.name) == "created_at"; });
    return {columns, &replayRunSchema(), 0, static_cast<int>(created - columns.begin())};
}

} // namespace

ListedRuns::Budget ListedRuns::newBudget() {
    return {mostItems, std::chrono::steady_clock::now() + longestLook};
}

Result<Page<ReplayRun>> ListedRuns::page(const ListQuery& query, const CancelToken& token) {
    if (needsOutcomes(query)) {
        const auto runs = all(token);
        return runs ? pageOfRows(*runs, orderOfRuns(), query) : Result<Page<ReplayRun>>(runs.error());
    }
    auto page = m_replays.m_runs.page(query, token);
    if (!page)
        return page;
    const auto looked = lookAt(page->rows, token);
    return looked ? std::move(page) : Result<Page<ReplayRun>>(looked.error());
}

Result<PageIndex> ListedRuns::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    if (!needsOutcomes(query))
        return m_replays.m_runs.pageIndex(query, pages, token);
    const auto runs = all(token);
    return runs ? pageIndexOfRows(*runs, orderOfRuns(), query, pages) : Result<PageIndex>(runs.error());
}

Result<std::vector<ReplayRun>> ListedRuns::all(const CancelToken& token) {
    std::vector<ReplayRun> runs;
    ListQuery query;
    query.limit = runsAPage;
    for (bool last = false; !last;) {
        auto page = m_replays.m_runs.page(query, token);
        PORTOLAN_TRY(page);
        if (token.stop_requested())
            return cancelled();
        std::ranges::move(page->rows, std::back_inserter(runs));
        last = page->last;
        query.after = std::move(page->next);
    }
    const auto looked = lookAt(runs, token);
    return looked ? Result<std::vector<ReplayRun>>(std::move(runs)) : Result<std::vector<ReplayRun>>(looked.error());
}

/// Looks at open runs until the budget is spent, the newest first: these are asked about.
Result<void> ListedRuns::lookAt(std::vector<ReplayRun>& runs, const CancelToken& token) {
    struct Open {
        ReplayRun* run;
        ItemCounts settled;
    };
    std::vector<Open> open;
    for (ReplayRun& run : runs) {
        if (run.target == toPorts && openItems(run) > 0)
            open.push_back({&run, run.counts});
    }
    if (open.empty())
        return {};
    std::ranges::sort(open, [](const Open& a, const Open& b) { return a.run->createdAt > b.run->createdAt; });
    Budget budget = newBudget();
    return m_replays.m_session.read(token, [&](Connection& connection) -> Result<void> {
        for (const Open& each : open) // also when the question is asked again
            each.run->counts = each.settled;
        for (const Open& each : open) {
            if (budget.isSpent())
                return {};
            if (const auto looked = lookAtRun(connection, *each.run, budget); !looked)
                return looked;
        }
        return {};
    });
}

Result<void> ListedRuns::lookAtRun(Connection& connection, ReplayRun& run, Budget& budget) {
    const Result<const ReplaySql*> sql = m_replays.sql();
    PORTOLAN_TRY(sql);
    ItemCounts counts = run.counts;
    qint64 past = 0;
    while (!budget.isSpent() && !connection.stopRequested()) {
        const auto page = m_replays.next(**sql, run.id, true, past, replaywork::pageOfItems);
        PORTOLAN_TRY(page);
        if (page->empty())
            break;
        past = page->back();
        budget.items -= std::ssize(*page);
        const auto outcomes = outcomesOf(connection, **sql, run.id, *page, sameCause);
        PORTOLAN_TRY(outcomes);
        for (const ItemOutcome& outcome : *outcomes) {
            --counts[outcome.was];
            ++counts[outcome.is];
        }
    }
    run.counts = counts;
    return {};
}

} // namespace portolan
