#include "models/deadletters/groupletters.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds pageIndexPatience{100};

} // namespace

RowSource<PortMessage>& GroupLetters::within(Store& store, RowSource<PortMessage>& letters) {
    m_store = &store;
    m_letters = &letters;
    return *this;
}

/// Until `query.limit` letters of the group are found, nothing is left, or the time is over.
Result<Page<PortMessage>> GroupLetters::read(ListQuery query, const Deadline& deadline, const CancelToken& token) {
    const auto limit = static_cast<std::size_t>(query.limit);
    Page<PortMessage> found;
    found.next = query.after;
    do {
        query.after = found.next;
        query.limit = lettersAPage;
        auto page = m_letters->page(query, token);
        PORTOLAN_TRY(page);
        for (auto letter = page->rows.begin(); letter != page->rows.end(); ++letter) {
            if (GroupTally::groupOf(*m_store, *letter) != m_fingerprint)
                continue;
            found.rows.push_back(std::move(*letter));
            if (found.rows.size() < limit)
                continue;
            query.limit = static_cast<int>(letter - page->rows.begin()) + 1; // the place after this very letter
            auto until = m_letters->page(query, token);
            PORTOLAN_TRY(until);
            found.next = std::move(until->next);
            found.last = until->last;
            return found;
        }
        found.next = std::move(page->next);
        found.last = page->last;
    } while (!found.last && (!deadline || steady_clock::now() < *deadline));
    return found;
}

Result<Page<PortMessage>> GroupLetters::page(const ListQuery& query, const CancelToken& token) {
    return read(query, {}, token);
}

Result<PageIndex> GroupLetters::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    const Deadline deadline = steady_clock::now() + pageIndexPatience;
    PageIndex pageIndex;
    pageIndex.next = query.after;
    ListQuery next = query;
    do {
        const auto page = read(next, deadline, token);
        PORTOLAN_TRY(page);
        pageIndex.starts.push_back(next.after);
        pageIndex.counts.push_back(static_cast<int>(page->rows.size()));
        pageIndex.next = page->next;
        pageIndex.complete = page->last;
        next.after = page->next;
    } while (!pageIndex.complete && std::ssize(pageIndex.starts) < pages && steady_clock::now() < *deadline);
    return pageIndex;
}

} // namespace portolan
