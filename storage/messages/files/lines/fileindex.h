#pragma once

#include "storage/base/result.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/lines/largepages.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace portolan {

/// The facts known of one batch file. Times in nanoseconds since 1970. Kept in the index file as it is in memory.
struct FileEntry {
    qint64 batch = 0;
    qint64 size = 0;
    qint64 modifiedNs = 0;
    qint64 changedNs = 0;
    qint64 bornNs = 0; ///< 0: the file system does not keep it
    quint64 inode = 0;
    qint64 readNs = 0; ///< when its lines were counted
    qint64 messageCount = 0;
    qint64 firstNumber = 0; ///< if numbered
    qint64 lastNumber = 0;  ///< if numbered
    quint64 numbered = 0;   ///< 1: at least one line has a message number

    [[nodiscard]] bool isSameFile(const FileStat& stat) const {
        return size == stat.size && modifiedNs == stat.modifiedNs && changedNs == stat.changedNs && inode == stat.inode;
    }
};

/// The folder of messages when its files were listed. Every file that comes, goes or is renamed changes its times.
struct ListedFolder {
    quint64 inode = 0;
    qint64 modifiedNs = 0;
    qint64 changedNs = 0;
    qint64 listedNs = 0; ///< before the listing began; 0: never
};

/// Counts the lines of a batch file and notes its first and last message number.
void countInto(FileEntry& entry, QByteArrayView bytes);
/// Takes over what the file system says.
void statInto(FileEntry& entry, const FileStat& stat);
[[nodiscard]] Batch toBatch(const FileEntry& entry);

/// The batch files of a folder, in order of their number, without reading those that have not changed since they were
/// read last. A file counts as unchanged when size, modification time, change time and inode are what they were, and
/// its change time lies clearly before the moment it was read (git calls the others "racily clean" and reads them
/// again too). Restored and touched-up files show by their change time, which no program can set. One thread; adopt(),
/// refresh() and freshen() use further ones while they last.
class FileIndex {
public:
    /// Borrows the folder.
    explicit FileIndex(const Fd& folder) : m_folder(folder) {}

    /// Fills `bytes` with those from `at` on; returns false when it cannot.
    using ReadBytes = std::function<bool(std::span<char> bytes, qint64 at)>;
    /// Takes over what encoded() gave, as a first guess for refresh(); its bytes are fetched piece by piece. Returns
    /// false, and changes nothing, when it is damaged or of another version.
    bool adopt(qint64 size, const ReadBytes& read);
    [[nodiscard]] QByteArray encoded() const;

    /// Compares every file with what is known and reads those that differ. Costs about a microsecond a file, and ten
    /// for each that is read. A file that vanishes meanwhile counts as deleted.
    [[nodiscard]] Result<void> refresh();
    /// Refreshes in full at most a twentieth of the time: in between, only the end of the listing (the last file and
    /// new ones after it) is brought up to date. A folder of fewer than 256 files is always refreshed in full.
    [[nodiscard]] Result<void> freshen();
    /// Refreshes only the last file and new ones after it; costs a few system calls.
    [[nodiscard]] Result<void> refreshTail();

    [[nodiscard]] std::span<const FileEntry> entries() const { return m_entries; }
    [[nodiscard]] const FileEntry* find(qint64 batch) const;
    /// Returns the position of the first entry whose number is not below `batch`.
    [[nodiscard]] std::size_t lowerBound(qint64 batch) const;
    /// Returns a number that changes whenever the entries do.
    [[nodiscard]] quint64 generation() const { return m_generation; }
    /// Returns how many files were read since this or takeRead() was last called.
    qint64 takeFilesRead() { return std::ssize(takeRead()); }
    /// Returns the numbers of those files, rising within one refresh().
    std::vector<qint64> takeRead() { return std::exchange(m_read, {}); }
    /// Returns the CRC-32C of what encoded() writes, which tells this index from others.
    [[nodiscard]] quint32 checksum() const;

    /// Notes a file that the writer has just written; trusted, since nobody else writes there.
    void note(FileEntry entry);
    /// Forgets `count` entries from `position` on: a later refresh(), of this index or of one that adopts it, reads
    /// those files again.
    void forget(std::size_t position, std::size_t count);

private:
    Result<std::vector<qint64>> listNumbers() const;
    [[nodiscard]] std::vector<qint64> knownNumbers() const;
    [[nodiscard]] bool isListed(const FileStat& folder) const;
    Result<void> readChanged(std::span<const qint64> numbers, std::span<const char> unchanged);
    Result<std::vector<FileEntry>> readEntries(std::span<const qint64> numbers) const;

    const Fd& m_folder;
    LargeVector<FileEntry> m_entries;
    ListedFolder m_listed; ///< what m_entries was listed from
    quint64 m_generation = 1;
    std::vector<qint64> m_read;
    std::chrono::steady_clock::time_point m_refreshed;
    std::chrono::steady_clock::duration m_cost{};
};

} // namespace portolan
