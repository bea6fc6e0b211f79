#pragma once

#include "models/deadletters/grouptally.h"
#include "storage/listing/rowsource.h"
#include "storage/ports/ports.h"

#include <chrono>
#include <optional>

namespace portolan {

/// The dead letters of one group: read in their order and looked at one after the other. A page goes on until it is
/// full; a page index stops when it has taken a while, wherever that is, so that nobody waits for a rare group. Made
/// anywhere, used on the query thread.
class GroupLetters final : public RowSource<PortMessage> {
public:
    explicit GroupLetters(QByteArray fingerprint) : m_fingerprint(std::move(fingerprint)) {}

    /// Itself, reading from these letters of this store.
    RowSource<PortMessage>& within(Store& store, RowSource<PortMessage>& letters);

    Result<Page<PortMessage>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    using Deadline = std::optional<std::chrono::steady_clock::time_point>;
    [[nodiscard]] Result<Page<PortMessage>> read(ListQuery query, const Deadline& deadline, const CancelToken& token);

    QByteArray m_fingerprint;
    Store* m_store = nullptr;
    RowSource<PortMessage>* m_letters = nullptr;
};

} // namespace portolan
