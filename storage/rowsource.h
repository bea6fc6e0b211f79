#pragma once

#include "storage/base/cancel.h"
#include "storage/base/listing.h"

namespace portolan {

/// Of a text, where a list reads its beginning only: so many bytes at least, more than a cell shows.
constexpr qsizetype cellBytes = 4'000;

/// Rows of one listing. Used on the thread that opened the store. Errors: Io, Corrupt, Busy, Cancelled, and Usage
/// for a cursor of another query. Cost of a page: the rows read, whatever stands before them.
template <class Row>
class RowSource {
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    [[nodiscard]] virtual Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) = 0;

    /// The starts of up to `pages` pages behind `query.after`; see Skeleton.
    [[nodiscard]] virtual Result<Skeleton> skeleton(const ListQuery& query, int pages, const CancelToken& token) = 0;
};

} // namespace portolan
