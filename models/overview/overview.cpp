#include "models/overview/overview.h"

#include "storage/deadletters/groupscan.h"
#include "storage/messages/batches.h"
#include "storage/store.h"
#include "storage/versions/componenthealth.h"

#include <QCoreApplication>
#include <algorithm>
#include <numeric>

namespace portolan {

namespace {

constexpr auto countingPatience = std::chrono::milliseconds(50);
constexpr int overviewPages = 20; ///< of overviewRows: beyond these "≥" is enough
constexpr int overviewRows = 500;
constexpr int overviewComponents = 2000;
constexpr int mostPorts = 10'000;

/// As far as it is cheap.
template <class Row>
Result<OverviewCount> countRows(RowSource<Row>& source, const CancelToken& token, const Filter& filter = {}) {
    ListQuery query;
    query.filter = filter;
    query.limit = overviewRows;
    const Result<PageIndex> rows = source.pageIndex(query, overviewPages, token);
    PORTOLAN_TRY(rows);
    return OverviewCount{std::accumulate(rows->counts.begin(), rows->counts.end(), qint64{0}), rows->complete, {}};
}

Result<void> readMessages(Store& store, Overview& overview, const CancelToken& token) {
    Batches& batches = store.batches();
    overview.noBatches = store.unavailableReason(Feature::Batches).value_or(QString());
    if (overview.noBatches.isEmpty()) {
        ListQuery newest;
        newest.sort.descending = true;
        newest.limit = 1;
        const auto page = batches.messages().page(newest, token);
        PORTOLAN_TRY(page);
        if (!page->rows.empty())
            overview.newestMessage = page->rows.front().timestamp;
        const auto count = countRows(batches.batches(), token);
        PORTOLAN_TRY(count);
        overview.batches = *count;
    }
    if (!store.unavailableReason(Feature::Gaps)) {
        const auto count = countRows(batches.gaps(), token);
        PORTOLAN_TRY(count);
        overview.gaps = *count;
    }
    if (!store.unavailableReason(Feature::Rejects)) {
        const auto open = parseFilter(QStringLiteral("state:open"), rejectSchema(), currentTime());
        PORTOLAN_TRY(open);
        const auto count = countRows(batches.rejects(), token, *open);
        PORTOLAN_TRY(count);
        overview.rejects = *count;
    }
    return {};
}

Result<void> readLetters(Store& store, Overview& overview, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (const auto missing = store.unavailableReason(Feature::DeadLetters); missing || !ports) {
        overview.noDeadLetters = missing.value_or(QString());
        return {};
    }
    GroupScan& scan = ports->groups();
    const auto progress = scan.more(countingPatience, token);
    PORTOLAN_TRY(progress);
    OverviewLetters& dead = overview.deadLetters.emplace();
    const std::vector<DeadLetterGroup>& groups = scan.groups();
    dead.letters = {progress->letters, progress->exact, {}};
    dead.groups = {std::ssize(groups), progress->exact, {}};
    for (const DeadLetterGroup& group : groups) {
        if (std::ssize(dead.worst) < overviewGroups)
            dead.worst.push_back(group);
        if (group.lastSeen)
            dead.newest = std::max(dead.newest.value_or(*group.lastSeen), *group.lastSeen);
        std::ranges::transform(dead.lastHours, group.lastHours, dead.lastHours.begin(), std::plus<>());
    }
    const auto counted = ports->countPorts(countingPatience, token);
    PORTOLAN_TRY(counted);
    overview.complete = progress->exact && (counted->exact || counted->passEnded);
    ListQuery all;
    all.limit = mostPorts;
    const auto page = ports->ports().page(all, token);
    PORTOLAN_TRY(page);
    OverviewQueues& queues = overview.queues.emplace();
    bool areCounted = true;
    for (const Port& port : page->rows) {
        areCounted = areCounted && port.countedAt;
        if (port.countedAt)
            queues.exactAt = std::min(queues.exactAt.value_or(*port.countedAt), *port.countedAt);
        queues.pending += port.pending;
        queues.processing += port.processing;
        queues.failed += port.failed;
        queues.exact = queues.exact && port.exact;
        if (port.oldestPending && (!queues.oldestPending || *port.oldestPending < *queues.oldestPending))
            queues.oldestPending = port.oldestPending;
    }
    if (!areCounted)
        queues.exactAt.reset();
    return {};
}

Result<void> readComponents(Store& store, Overview& overview, const CancelToken& token) {
    RowSource<ComponentHealth>* const components = store.componentHealth();
    if (!components) {
        overview.noComponents = store.unavailableReason(Feature::Components).value_or(QString());
        return {};
    }
    ListQuery all;
    all.limit = overviewComponents;
    const auto page = components->page(all, token);
    if (!page && page.error().code == ErrorCode::Unsupported) {
        overview.noComponents = page.error().text;
        return {};
    }
    PORTOLAN_TRY(page);
    OverviewComponents& told = overview.components.emplace();
    told.all = std::ssize(page->rows);
    for (const ComponentHealth& component : page->rows) {
        if (component.silent)
            told.silent.push_back(component.name);
        else if (component.status == "unhealthy")
            told.unhealthy.push_back(component.name);
        else if (component.status == "degraded")
            told.degraded.push_back(component.name);
    }
    return {};
}

Result<void> readOperations(Store& store, Overview& overview, const CancelToken& token) {
    RowSource<AuditEntry>* const entries = store.audit();
    if (const auto missing = store.unavailableReason(Feature::Audit); missing || !entries) {
        overview.noOperations = missing.value_or(QString());
        return {};
    }
    ListQuery newest;
    newest.sort.descending = true;
    newest.limit = overviewOperations;
    auto page = entries->page(newest, token);
    PORTOLAN_TRY(page);
    overview.operations = std::move(page->rows);
    return {};
}

Result<void> readVerification(Store& store, Overview& overview, const CancelToken& token) {
    auto last = lastVerification(store, token);
    if (!last && last.error().code != ErrorCode::Unsupported)
        return last.error();
    if (last)
        overview.verified = std::move(*last);
    return {};
}

} // namespace

OverviewCount lastExact(const OverviewCount& now, const OverviewCount& before, Timestamp time) {
    if (now.exact)
        return {now.number, true, time};
    if (before.exactAt && now.number <= before.number)
        return {before.number, false, before.exactAt};
    return {now.number, false, std::nullopt};
}

Result<Overview> readOverview(Store& store, const CancelToken& token) {
    // It looks at its tables again where they may have changed: a schema may have arrived, or another gone.
    PORTOLAN_TRY(store.changeMark());
    Overview overview;
    overview.hasTables = !store.unavailableReason(Feature::Tables);
    for (const auto read : {&readMessages, &readLetters, &readComponents, &readOperations, &readVerification}) {
        PORTOLAN_TRY(read(store, overview, token));
    }
    return overview;
}

Result<std::vector<StoreStats>> readSizes(Store& store, const CancelToken& token) {
    StoreMeter* const meter = store.meter();
    if (!meter)
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate("Errors", "This kind of store is not measured.")};
    return meter->measure(StoreMeter::Extent::Sizes, token);
}

} // namespace portolan
