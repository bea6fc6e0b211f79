#pragma once

#include "storage/base/mailbox.h"
#include "storage/export/namedlistings.h"

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

namespace portolan {

/// Hands the rows of pages on, in their order, on a thread of its own, while the next pages are being read; on the
/// caller's where the system starts none. Used by one thread; a few pages at most wait.
class ExportPipeline {
public:
    /// Called on the lane's thread for each row; with an error it is not called again.
    using Take = std::function<Result<void>(std::span<const Value>)>;

    explicit ExportPipeline(Take take);
    ExportPipeline(const ExportPipeline&) = delete;
    ExportPipeline& operator=(const ExportPipeline&) = delete;
    ~ExportPipeline();

    /// False when nothing is taken any more; finish() says why.
    [[nodiscard]] bool push(std::unique_ptr<ExportPage> page);

    /// So many rows as take up about so many bytes, going by those taken so far; nothing before there were any. On any
    /// thread.
    [[nodiscard]] std::optional<qint64> rowsIn(qint64 bytes) const;

    /// Waits until every row was taken.
    [[nodiscard]] Result<void> finish();

private:
    using PagePointer = std::unique_ptr<ExportPage>;
    struct Nothing {
        qint64 operator()(const PagePointer&) const { return 0; }
    };

    void takeAll();
    void takeRows(const ExportPage& page, std::vector<Value>& values);

    static constexpr std::size_t pagesAhead = 4;

    Take m_take;
    std::atomic<qint64> m_rowBytes = 0; ///< of a row, on the average of the last page; 0: none was taken
    Result<void> m_taken;               ///< of m_thread, until it has ended
    Mailbox<PagePointer, Nothing> m_pages{pagesAhead, 1};
    std::jthread m_thread; // last: it uses the others; none: pages are taken as they are pushed
};

} // namespace portolan
