#pragma once

#include "storage/checks/storestats.h"
#include "storage/messages/batches.h"

namespace portolan {

/// A file store's figures: batches with their files' sizes, messages, rejects and gaps.
class FileMeter : public StoreMeter {
public:
    /// The repository is borrowed.
    explicit FileMeter(Batches& batches) : m_batches(batches) {}

    [[nodiscard]] Result<std::vector<StoreStats>> measure(Extent extent, const CancelToken& token) override;

private:
    Batches& m_batches;
};

} // namespace portolan
