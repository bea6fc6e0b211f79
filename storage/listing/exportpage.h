#pragma once

#include "storage/listing/listing.h"

#include <vector>

namespace portolan {

/// Rows of a page, whatever they are. Read on the store's thread, looked at on any.
class ExportPage {
public:
    ExportPage() = default;
    ExportPage(const ExportPage&) = delete;
    ExportPage& operator=(const ExportPage&) = delete;
    virtual ~ExportPage() = default;

    [[nodiscard]] virtual std::size_t size() const = 0;
    /// The cells of a row into `values`, whose memory is used again.
    virtual void values(std::size_t row, std::vector<Value>& values) const = 0;

    Cursor next;       ///< the place after the last row
    bool last = false; ///< nothing came after it when it was read
};

} // namespace portolan
