#pragma once

#include "storage/config/urls.h"
#include "storage/ingest/writer.h"
#include "storage/messages/files/groupdraft.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/fileindex.h"
#include "storage/messages/files/places.h"
#include "storage/messages/files/recovery.h"
#include "storage/messages/files/straylines.h"
#include "storage/messages/files/writerlock.h"

#include <memory>
#include <optional>

namespace portolan {

/// Stores messages in batch files; see IngestWriter for the contract and GroupLog for the order of a commit. Goes on in
/// the last file when it has room and is as this program left it, or was written by another program and ends with a
/// whole line; else in a new one. A full file is never touched again. Lines that are gone when it opens become gaps,
/// and their keys are let go of (LineReconciler); a first store() of nothing counts these gaps. A line that its memory
/// does not know, lost or put back from a backup, counts as the message it says when that is delivered again
/// (StrayLines).
class FileWriter : public IngestWriter {
public:
    /// Takes the lock, settles what a crash left, and looks at the files. Errors: Busy (another writer), Corrupt, Io.
    static Result<std::unique_ptr<FileWriter>> open(const StorePlaces& places, int batchSize);
    ~FileWriter() override;

    [[nodiscard]] Result<IngestCounts> store(std::span<const IngestItem> items) override;
    [[nodiscard]] Result<DedupAnswer> storedKeys(const QByteArray& source, KeyPair from) override;
    [[nodiscard]] Result<std::vector<quint64>> hashesOf(const QByteArray& source,
                                                        std::span<const KeyPair> keys) override;
    /// Removes what is there of the last group, as it was not acknowledged; opens the journal again.
    [[nodiscard]] Result<std::optional<IngestCounts>> recover() override;

    /// Lends a copy into the folder the state and the files. Not to be called after an error Unknown.
    [[nodiscard]] const JournalState& state() const { return m_journal->state(); }
    [[nodiscard]] std::span<const FileEntry> files() const { return m_index.entries(); }
    /// Returns the place after the last record of the rejects. A copy finds that of its next line itself.
    [[nodiscard]] const WritePlace& place() const { return m_place; }
    /// Stores what a copy brings, all or nothing, durably. Errors: those of store(); Busy, nothing is stored, another
    /// program wrote to one of the files.
    [[nodiscard]] Result<void> storeCopied(GroupDraft& draft);

private:
    FileWriter(WriterLock lock, StoreFolders folders, StorePlaces places, int batchSize);
    Result<void> load(LastGroup lastGroup);
    Result<void> reconcile();
    struct Comparison {
        std::vector<qint64> batches; ///< rising; 0: the file of rejects
        bool all = false;            ///< every file is among them
    };
    [[nodiscard]] Comparison comparison();
    void noteStrays(const Comparison& compared, const std::map<qint64, qint64>& standing);
    Result<void> findRejectsEnd();
    Result<void> findPlace();
    Result<void> notice();
    Result<void> lookAgain();
    Result<IngestCounts> storeOnce(std::span<const IngestItem> items);
    [[nodiscard]] std::vector<GapEdit> filledBy(std::span<const IngestItem> items,
                                                const std::vector<bool>& isNew) const;
    [[nodiscard]] Result<void> commit(GroupDraft& draft);
    void remember(const GroupDraft::Finished& finished);
    void forgetOldFiles();

    WriterLock m_lock;
    StoreFolders m_folders;
    StorePlaces m_places;
    int m_batchSize;
    FileIndex m_index;
    quint32 m_indexMark = 0;          ///< of the index that was loaded; 0: none was
    bool m_isUnsure = false;          ///< another program was at the files since they were last compared with the lines
    quint64 m_acknowledged = 0;       ///< sequence of the last group that store() told as stored
    qint64 m_lostGaps = 0;            ///< gaps of lines that were found gone, not yet counted in a store()
    std::size_t m_filesBefore = 0;    ///< in the index when the writer began
    std::optional<Journal> m_journal; ///< nothing: recover() first
    WritePlace m_place;
    qint64 m_lastNumber = 0;   ///< of the last stored line that has one
    quint32 m_rejectsMark = 0; ///< RejectFile::checksum() when the file was last looked at
    qint64 m_rejectsThen = 0;  ///< the number of its records then
    StrayLines m_strays;
    FileStat m_folderSeen; ///< the folder of messages after our last change to it
};

} // namespace portolan
