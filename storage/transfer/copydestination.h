#pragma once

#include "storage/transfer/copying.h"

#include <chrono>
#include <memory>

namespace portolan {

/// A place that takes the rows of a store: a database, or a folder of batch files. On the thread that opened it.
class CopyDestination {
public:
    CopyDestination() = default;
    CopyDestination(const CopyDestination&) = delete;
    CopyDestination& operator=(const CopyDestination&) = delete;
    virtual ~CopyDestination() = default;

    /// Brings the rows; see copyStore() for what holds of them.
    [[nodiscard]] virtual Result<CopyReport> take(StoreContent& from, const CopyOptions& options,
                                                  const std::function<void(const CopyReport&)>& progress) = 0;
    /// Writes into its audit, where it has one, what a copy did that goes on.
    [[nodiscard]] virtual Result<void> tellEnd(const CopyOptions& options, const CopyReport& report) = 0;
    /// Writes into its audit, where it has one, that both stores were alike for so long that a switch was offered.
    [[nodiscard]] virtual Result<void> tellOffer(const CopyOptions& options, std::chrono::seconds alike) = 0;
    /// Keeps receivers out of this store, whose place another one takes, or with nothing lets them in again; in the
    /// audit, where there is one.
    [[nodiscard]] virtual Result<void> setFence(const std::optional<QString>& other, const CopyOptions& options) = 0;
};

/// Makes a database that rows are copied into a destination.
[[nodiscard]] std::unique_ptr<CopyDestination> databaseDestination(std::unique_ptr<CopyTarget> target);

} // namespace portolan
