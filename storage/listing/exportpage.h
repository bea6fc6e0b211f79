#pragma once

#include "storage/listing/listing.h"

#include <vector>

namespace portolan {

/// A page of rows of any listing, as values. Read on the store's thread, used on any one thread.
class ExportPage {
public:
    ExportPage() = default;
    ExportPage(const ExportPage&) = delete;
    ExportPage& operator=(const ExportPage&) = delete;
    virtual ~ExportPage() = default;

    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Replaces `values` with the cells of a row, and uses its memory again.
    virtual void values(std::size_t row, std::vector<Value>& values) const = 0;

    Cursor next;       ///< the place after the last row
    bool last = false; ///< nothing came after it when it was read
};

} // namespace portolan
