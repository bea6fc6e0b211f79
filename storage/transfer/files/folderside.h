#pragma once

#include "storage/base/cancel.h"
#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/filerepository.h"
#include "storage/messages/files/filewriter.h"

#include <memory>

namespace portolan {

/// The folder that messages are copied into: written to, or only looked at for a dry run, which makes and changes
/// nothing. On the thread that opened it.
class FolderSide {
public:
    /// Takes the lock of its writer. Errors: those of FileWriter::open().
    static Result<std::unique_ptr<FolderSide>> open(const StorePlaces& places, int batchSize);
    /// Looks at what is there; a missing folder is an empty one. Errors: those of readJournalState() and of reading.
    static Result<std::unique_ptr<FolderSide>> look(const StorePlaces& places, const CancelToken& token);

    [[nodiscard]] const StorePlaces& places() const { return m_places; }
    [[nodiscard]] const JournalState& state() const { return m_writer ? m_writer->state() : m_state; }
    /// Returns the files that are known, by number. A writer forgets some of its own that it made long ago.
    [[nodiscard]] std::span<const FileEntry> files() const { return m_writer ? m_writer->files() : m_index.entries(); }
    [[nodiscard]] WritePlace place() const { return m_writer ? m_writer->place() : WritePlace(); }
    /// Opens a batch file; nothing where it is not there.
    [[nodiscard]] Result<std::optional<Fd>> file(qint64 batch) const;
    /// Says that lines of this batch were here and were taken away.
    [[nodiscard]] bool isAway(qint64 batch) const;
    /// The rejects that are there, with what became of them.
    [[nodiscard]] RejectRows& rejects() { return m_rejects; }

    /// Stores a group, all or nothing, durably. Errors: those of FileWriter::storeCopied().
    [[nodiscard]] Result<void> store(GroupDraft& draft);
    /// Notes what became of a reject that is stored, durably.
    [[nodiscard]] Result<void> noteOutcome(const Reject& reject);

private:
    explicit FolderSide(const StorePlaces& places) : m_places(places), m_index(m_messages), m_rejects(places.own) {}
    Result<void> openMessages();

    StorePlaces m_places;
    std::unique_ptr<FileWriter> m_writer; ///< none: it is only looked at
    Fd m_messages;                        ///< not open: it is missing
    FileIndex m_index;                    ///< without a writer
    JournalState m_state;                 ///< the same
    ArchivedFiles m_archived;
    RejectRows m_rejects;
};

} // namespace portolan
