#pragma once

#include "storage/messages/batches.h"
#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/places.h"
#include "storage/messages/files/recovery.h"
#include "storage/retention/retention.h"

namespace portolan {

/// The rule of batch files that is carried out, or counted. Beside a writer that goes on: only files are taken that it
/// is done with, whose every line it remembers as it is. Borrows all; used once.
class FileRetentionRun {
public:
    /// So many files make one archive, and one record.
    inline static std::size_t filesAtOnce = 50'000; // tests take fewer
    /// A file counts as unchanged when it was changed last by so much before: the kernel's clock of files is a coarse
    /// one.
    inline static std::chrono::milliseconds clearlyBefore{100}; // tests take more

    FileRetentionRun(const StoreUrl& url, const StorePlaces& places, RowSource<Batch>& batches,
                     const RetentionRule& rule, const RetainOrder& order);

    /// Counts what would go at this moment.
    [[nodiscard]] RetentionOutcome count(const CancelToken& token);
    /// Packs or deletes. First it finishes what a run that was killed had begun.
    [[nodiscard]] RetentionOutcome carryOut(const Retention::Progress& progress, const CancelToken& token);

private:
    /// A file that the rule is about.
    struct Candidate {
        qint64 batch = 0;
        qint64 lines = 0;
        qint64 bytes = 0;
        Timestamp modified;
        bool isNumbered = false;
        qint64 known = 0; ///< lines of it that the writer remembers as they are
    };
    using Candidates = std::vector<Candidate>;
    [[nodiscard]] Result<void> plan(const CancelToken& token);
    [[nodiscard]] Result<Candidates> allFiles(const CancelToken& token);
    [[nodiscard]] Result<void> leaveUnsure(const CancelToken& token);
    [[nodiscard]] Result<bool> compare(const CancelToken& token);
    [[nodiscard]] Result<void> finishOthers();
    [[nodiscard]] Result<void> takeAll(const Retention::Progress& progress, const CancelToken& token);
    [[nodiscard]] Result<void> takeSome(std::span<const Candidate> files, const CancelToken& token);
    [[nodiscard]] Result<void> readInto(ArchivedRecord& record, std::span<const Candidate> files,
                                        const std::function<Result<void>(const Candidate&, const QByteArray&)>& each,
                                        const CancelToken& token);
    enum class Count { Is, IsNot };
    [[nodiscard]] Result<void> remove(ArchivedRecord& record, Count removed);
    [[nodiscard]] bool isUntouched(const FileStat& stat) const;
    void fail(const Error& error);

    const StoreUrl& m_url;
    const StorePlaces& m_places;
    RowSource<Batch>& m_batches;
    const RetentionRule& m_rule;
    const RetainOrder& m_order;
    StoreFolders m_folders; ///< those that are there
    Timestamp m_began;      ///< before anything was looked at
    Candidates m_doomed;    ///< rising
    RetentionOutcome m_outcome;
};

} // namespace portolan
