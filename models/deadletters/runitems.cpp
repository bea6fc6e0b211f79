#include "models/deadletters/runitems.h"

#include "storage/replay/replays.h"
#include "storage/store.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

qint64 placeOf(const Cursor& after) {
    return after.atStart() ? 0 : std::get<qint64>(after.keys.front());
}

} // namespace

RowSource<ReplayItem>& RunItems::of(Store& store) {
    m_store = &store;
    return *this;
}

Result<Replays*> RunItems::replays(const ListQuery& query) const {
    Replays* const replays = m_store->replays();
    if (!replays)
        return Error{ErrorCode::Unsupported, m_store->unavailableReason(Feature::Replay).value_or(QString())};
    if (!query.filter.isEmpty() || !query.sort.column.isEmpty() || query.sort.descending)
        return Error{ErrorCode::Usage,
                     QCoreApplication::translate("Errors", "The items of a replay are listed in their order alone.")};
    return replays;
}

Result<Page<ReplayItem>> RunItems::page(const ListQuery& query, const CancelToken&) {
    const auto replays = this->replays(query);
    PORTOLAN_TRY(replays);
    auto items = (*replays)->items(m_run, placeOf(query.after), query.limit);
    PORTOLAN_TRY(items);
    Page<ReplayItem> page{std::move(*items), query.after, false};
    page.last = std::ssize(page.rows) < query.limit;
    if (!page.rows.empty())
        page.next.keys = {page.rows.back().position};
    return page;
}

Result<PageIndex> RunItems::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    const auto replays = this->replays(query);
    PORTOLAN_TRY(replays);
    const auto run = (*replays)->run(m_run);
    PORTOLAN_TRY(run);
    PageIndex pageIndex;
    pageIndex.next = query.after;
    qint64 at = placeOf(query.after);
    while (at < run->frozen && static_cast<int>(pageIndex.starts.size()) < pages) {
        const qint64 rows = std::min<qint64>(query.limit, run->frozen - at);
        pageIndex.starts.push_back(pageIndex.next);
        pageIndex.counts.push_back(static_cast<int>(rows));
        at += rows;
        pageIndex.next.keys = {at};
    }
    pageIndex.complete = at >= run->frozen;
    return pageIndex;
}

} // namespace portolan
