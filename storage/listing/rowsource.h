#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/listing.h"

#include <functional>
#include <memory>
#include <vector>

namespace portolan {

/// Minimum bytes a list reads of a text cell; always more than it displays.
constexpr qsizetype cellBytes = 4'000;

/// A page whose rows are made when they are asked for.
template <class Row>
struct DeferredPage {
    int count = 0;
    std::function<const Row&(int at)> row; ///< on any one thread; the row is there until the next call
    Cursor next;                           ///< the place after the last row
    bool last = true;                      ///< nothing came after it when it was read

    static DeferredPage of(Page<Row> page) {
        const auto rows = std::make_shared<const std::vector<Row>>(std::move(page.rows));
        return {static_cast<int>(rows->size()),
                [rows](int at) -> const Row& { return (*rows)[static_cast<std::size_t>(at)]; }, std::move(page.next),
                page.last};
    }
};

/// Rows of one listing. Used on the thread that opened the store. Errors: Io, Corrupt, Busy, Cancelled, and Usage
/// for a cursor of another query. Cost of a page: the rows read, however many come before them.
template <class Row>
class RowSource {
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    [[nodiscard]] virtual Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) = 0;

    /// Reads a page for a caller that hands it on to another thread, which makes the rows. Large rows may make it
    /// shorter than the limit although more follow: `last` tells.
    [[nodiscard]] virtual Result<DeferredPage<Row>> deferredPage(const ListQuery& query, const CancelToken& token) {
        Result<Page<Row>> read = page(query, token);
        return read ? Result(DeferredPage<Row>::of(std::move(*read))) : Result<DeferredPage<Row>>(read.error());
    }

    /// Ends what deferredPage() keeps ready for the page after its last one.
    virtual void endExport() {}

    /// Finds the starts of up to `pages` pages of `query.limit` rows after `query.after`.
    [[nodiscard]] virtual Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) = 0;
};

} // namespace portolan
