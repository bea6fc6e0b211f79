#pragma once

#include "storage/base/mailbox.h"
#include "storage/export/storelisting.h"

#include <functional>
#include <mutex>
#include <thread>

namespace portolan {

/// Hands the rows of pages on, in their order, on a thread of its own, while the next pages are being read. Used by one
/// thread; a few pages at most wait.
class PageLane {
public:
    /// Called on the lane's thread for each row; with an error it is not called again.
    using Take = std::function<Result<void>(std::span<const Value>)>;

    explicit PageLane(Take take);
    PageLane(const PageLane&) = delete;
    PageLane& operator=(const PageLane&) = delete;
    ~PageLane();

    /// False when nothing is taken any more; finish() says why.
    [[nodiscard]] bool push(std::unique_ptr<ExportPage> page);

    /// Waits until every row was taken.
    [[nodiscard]] Result<void> finish();

private:
    using PagePointer = std::unique_ptr<ExportPage>;
    struct Nothing {
        qint64 operator()(const PagePointer&) const { return 0; }
    };

    void takeAll();
    void freeTaken();

    static constexpr std::size_t pagesAhead = 8;

    Take m_take;
    Result<void> m_taken; ///< of m_thread, until it has ended
    std::mutex m_mutex;
    /// Guarded: pages go where they were made, else the two threads wait for each other's memory.
    std::vector<PagePointer> m_empty;
    Mailbox<PagePointer, Nothing> m_pages{pagesAhead, 1};
    std::jthread m_thread; // last: it uses the others
};

} // namespace portolan
