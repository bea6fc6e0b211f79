#pragma once

#include "storage/base/clock.h"
#include "storage/checks/checks.h"
#include "storage/messages/files/checks/filescan.h"
#include "storage/messages/files/lines/linebook.h"
#include "storage/messages/files/places.h"
#include "storage/messages/files/recovery.h"

#include <map>
#include <optional>
#include <set>

namespace portolan {

/// The checks of a file store. The batch files are read once for all that is to be seen in them, with the first check
/// that needs it.
class FileChecks : public Checks {
public:
    /// The batches are borrowed. `batchSize` is the URL's.
    FileChecks(StorePlaces places, RowSource<Batch>& batches, int batchSize)
        : m_places(std::move(places))
        , m_batches(batches)
        , m_batchSize(batchSize) {}

    [[nodiscard]] Result<std::vector<CheckName>> begin(const CancelToken& token) override;
    [[nodiscard]] Result<CheckResult> run(const QByteArray& name, const CancelToken& token) override;

private:
    struct Check;
    static std::span<const Check> checks();
    [[nodiscard]] Result<const FileScan*> scan(const CancelToken& token);
    template <FileDamage damage>
    [[nodiscard]] Result<DamageTally> seen(const CancelToken& token);
    [[nodiscard]] Result<DamageTally> strayFiles(const CancelToken& token);
    [[nodiscard]] Result<DamageTally> index(const CancelToken& token);
    [[nodiscard]] Result<DamageTally> memory(const CancelToken& token);
    [[nodiscard]] Result<DamageTally> acknowledged(const CancelToken& token);
    [[nodiscard]] Result<DamageTally> memoryAge(const CancelToken& token);
    /// Files by their batch; 0: the rejects.
    using Damaged = std::set<std::pair<qint64, QByteArray>>;
    /// The files beside what the writer remembers.
    struct Compared {
        Damaged damaged;
        std::map<qint64, qint64> lines;     ///< how many of a file there was a checksum for
        std::optional<Timestamp> putBackOf; ///< the state was put back, and written then
        LineBook::Runs strays;              ///< files whose lines a writer does not remember, and knows it
        [[nodiscard]] qint64 linesOf(qint64 batch) const {
            const auto found = lines.find(batch);
            return found == lines.end() ? 0 : found->second;
        }
    };
    [[nodiscard]] Result<const Compared*> comparedLines(const CancelToken& token);
    [[nodiscard]] Result<void> compareInto(Compared& compared, const CancelToken& token);
    struct WriterMemory;
    [[nodiscard]] static Result<std::optional<WriterMemory>> memoryOf(const Fd& own);
    [[nodiscard]] static Result<void> addShortened(const Fd& own, const Fd& messages, const CancelToken& token,
                                                   Damaged& damaged);
    [[nodiscard]] static Result<void> addUnlike(const StoreFolders& folders, const WriterMemory& memory,
                                                const CancelToken& token, Damaged& damaged);
    [[nodiscard]] static Result<void> compareLines(const StoreFolders& folders, const WriterMemory& memory,
                                                   const CancelToken& token, Damaged& damaged,
                                                   std::map<qint64, qint64>& compared);
    [[nodiscard]] Result<DamageTally> rejects(const CancelToken& token);

    StorePlaces m_places;
    RowSource<Batch>& m_batches;
    int m_batchSize;
    std::optional<FileScan> m_scan;
    std::optional<Compared> m_compared;
};

} // namespace portolan
