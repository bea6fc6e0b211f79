#include "storage/messages/files/lines/fileindex.h"

#include "storage/base/thread.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/checksum.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <sched.h>
#include <sys/syscall.h>
#include <type_traits>
#include <unistd.h>

namespace portolan {

namespace {

using std::chrono::steady_clock;

static_assert(std::is_trivially_copyable_v<FileEntry> && sizeof(FileEntry) == 11 * 8);
static_assert(std::endian::native == std::endian::little, "the index file holds entries as they stand in memory");

/// Head of an index file: what it is, the shape of its entries, how many, and the CRC-32C of the folder and of them.
struct IndexHead {
    std::array<char, 8> magic{'P', 'O', 'R', 'T', 'I', 'D', 'X', '2'};
    quint32 entrySize = sizeof(FileEntry);
    quint32 checksum = 0;
    quint64 count = 0;
    ListedFolder folder;
};

quint32 checksumOf(const ListedFolder& folder, QByteArrayView entries) {
    return crc32c(entries, crc32c(QByteArrayView(reinterpret_cast<const char*>(&folder), sizeof folder)));
}

/// A folder of fewer files is looked at by one thread: starting others would cost more.
constexpr std::size_t manyFiles = 2000;
constexpr unsigned mostHelpers = 8;
constexpr std::size_t filesAtOnce = 256;
/// Full refreshes get one part in so many of the time at most; those of few files always run, however long the last one
/// took: on a busy machine a folder of two files may take as long as one of thousands.
constexpr int refreshShare = 20;
constexpr std::size_t fewFiles = 256;

/// Hands out stretches of 0…count, one a call; any thread.
class Chunks {
public:
    explicit Chunks(std::size_t count) : m_count(count) {}
    std::optional<std::pair<std::size_t, std::size_t>> next() {
        const std::size_t from = m_taken.fetch_add(filesAtOnce);
        if (from >= m_count)
            return std::nullopt;
        return std::pair(from, std::min(from + filesAtOnce, m_count));
    }

private:
    std::size_t m_count;
    std::atomic<std::size_t> m_taken = 0;
};

/// The folder, for one thread among several that look names up in it: the working folder of that thread alone, which
/// saves the kernel counting users of a descriptor (a twentieth of the time; a tenth more where threads share one);
/// where that is forbidden, a descriptor of the thread's own, or the shared one.
class OwnFolder {
public:
    explicit OwnFolder(const Fd& shared) : m_shared(shared) {
        if (::unshare(CLONE_FS) == 0 && ::fchdir(shared.get()) == 0)
            m_own = Fd(AT_FDCWD);
        else if (auto opened = openFolderAt(shared, "."))
            m_own = std::move(*opened);
    }
    [[nodiscard]] const Fd& get() const { return m_own.get() == Fd().get() ? m_shared : m_own; }

private:
    Fd m_own;
    const Fd& m_shared;
};

/// Runs work(folder, i) on threads of their own, which their owner joins; none when there is little to do, fewer where
/// the system starts no more.
template <class Work>
std::vector<std::jthread> helpers(std::size_t files, const Fd& folder, Work work) {
    std::vector<std::jthread> threads;
    if (files < manyFiles)
        return threads;
    const auto count = std::clamp(std::jthread::hardware_concurrency(), 1U, mostHelpers);
    for (unsigned i = 0; i < count; ++i) {
        auto started = startThread([&folder, work, i] { work(OwnFolder(folder).get(), i); });
        if (!started)
            break;
        threads.push_back(std::move(*started));
    }
    return threads;
}

/// Reads the bytes, many of them in halves on two threads: new memory costs most of its time in being cleared by the
/// system, which two threads halve.
bool readHalves(std::span<char> bytes, qint64 at, const FileIndex::ReadBytes& read) {
    constexpr std::size_t large = 2 * 1024 * 1024;
    if (bytes.size() < large)
        return bytes.empty() || read(bytes, at);
    const std::size_t half = bytes.size() / 2;
    bool isRead = false;
    const auto readSecond = [&] { isRead = read(bytes.subspan(half), at + static_cast<qint64>(half)); };
    {
        const auto other = startThread(readSecond);
        if (!read(bytes.first(half), at))
            return false;
        if (!other)
            readSecond();
    }
    return isRead;
}

qint64 nowNs() {
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Returns the tick of the clock of a change time: some milliseconds, or two seconds where the file system keeps
/// whole seconds only.
qint64 clockTickNs(qint64 changedNs) {
    return changedNs % 1'000'000'000 == 0 ? 2'000'000'000 : 10'000'000;
}

/// Returns true when a change after the reading might not show, being in the same tick.
bool wasReadTooSoon(const FileEntry& entry) {
    return entry.readNs < entry.changedNs + clockTickNs(entry.changedNs);
}

Timestamp toTimestamp(qint64 ns) {
    return Timestamp(std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(ns)));
}

bool isUnchanged(const Fd& folder, const FileEntry& known) {
    if (wasReadTooSoon(known))
        return false;
    const auto stat = lookAt(folder, batchFileNameText(known.batch).data());
    return stat && stat->regular && known.isSameFile(*stat);
}

/// The facts of a batch file whose bytes come piece by piece: countInto()'s, in memory that does not grow with it.
class PieceCounter {
public:
    void add(QByteArrayView bytes) {
        while (!bytes.isEmpty()) {
            const qsizetype found = bytes.indexOf('\n');
            const QByteArrayView part = found < 0 ? bytes : bytes.first(found);
            m_head += part.first(std::min(part.size(), longestHead - m_head.size()));
            m_isInLine = found < 0;
            if (found >= 0)
                endLine();
            bytes = found < 0 ? QByteArrayView() : bytes.sliced(found + 1);
        }
    }
    void putInto(FileEntry& entry) {
        if (m_isInLine)
            endLine();
        entry.messageCount = m_lines;
        entry.numbered = m_first ? 1 : 0;
        entry.firstNumber = m_first.value_or(0);
        entry.lastNumber = m_last;
    }

private:
    static constexpr qsizetype longestHead = 64 * 1024; // a line's number is at its beginning

    void endLine() {
        if (const auto number = parseBatchLine(m_head, m_lines == 0).number) {
            m_first = m_first ? m_first : number;
            m_last = *number;
        }
        ++m_lines;
        m_head.clear();
    }

    QByteArray m_head; ///< of the line that was not read to its end
    qint64 m_lines = 0;
    std::optional<qint64> m_first;
    qint64 m_last = 0;
    bool m_isInLine = false;
};

Result<void> countPieces(FileEntry& entry, const Fd& file, const QString& name) {
    constexpr std::size_t pieceSize = 1024 * 1024;
    std::vector<char> piece(pieceSize);
    PieceCounter counter;
    qint64 at = 0;
    for (std::size_t have = pieceSize; have == pieceSize;) {
        const auto read = readInto(file, piece, at, name);
        PORTOLAN_TRY(read);
        have = *read;
        counter.add(QByteArrayView(piece.data(), static_cast<qsizetype>(have)));
        at += static_cast<qint64>(have);
    }
    counter.putInto(entry);
    return {};
}

/// Opens and counts one file; nothing when it is no regular file or is gone.
Result<std::optional<FileEntry>> readEntry(const Fd& folder, qint64 batch, QByteArray& buffer) {
    const QByteArray name = batchFileName(batch);
    const auto file = openAt(folder, name, O_RDONLY);
    if (!file) {
        const auto stat = statAt(folder, name);
        const bool skipped = stat ? !stat->regular : stat.error().code == ErrorCode::NotFound;
        return skipped ? Result(std::optional<FileEntry>()) : Result<std::optional<FileEntry>>(file.error());
    }
    FileEntry entry;
    entry.batch = batch;
    entry.readNs = nowNs();
    const QString shown = QString::fromLatin1(name);
    const auto stat = statOf(*file, shown);
    PORTOLAN_TRY(stat);
    if (!stat->regular)
        return std::optional<FileEntry>();
    statInto(entry, *stat);
    constexpr qint64 large = 8 * 1024 * 1024;
    if (stat->size > large) {
        PORTOLAN_TRY(countPieces(entry, *file, shown));
        return std::optional(entry);
    }
    PORTOLAN_TRY(readAll(*file, buffer, shown));
    countInto(entry, buffer);
    return std::optional(entry);
}

} // namespace

void countInto(FileEntry& entry, QByteArrayView bytes) {
    entry.messageCount = countLines(bytes);
    entry.numbered = 0;
    forEachLine(bytes, [&](qsizetype offset, QByteArrayView line, bool) {
        const auto number = parseBatchLine(line, offset == 0).number;
        entry.firstNumber = number.value_or(0);
        entry.numbered = number ? 1 : 0;
        return !number;
    });
    while (entry.numbered == 1 && !bytes.isEmpty()) {
        const qsizetype end = bytes.size() - (bytes.endsWith('\n') ? 1 : 0);
        const qsizetype begin = end == 0 ? 0 : bytes.first(end).lastIndexOf('\n') + 1;
        if (const auto number = parseBatchLine(bytes.sliced(begin, end - begin), begin == 0).number) {
            entry.lastNumber = *number;
            break;
        }
        bytes = bytes.first(begin);
    }
}

void statInto(FileEntry& entry, const FileStat& stat) {
    entry.size = stat.size;
    entry.modifiedNs = stat.modifiedNs;
    entry.changedNs = stat.changedNs;
    entry.bornNs = stat.bornNs;
    entry.inode = stat.inode;
}

Batch toBatch(const FileEntry& entry) {
    Batch batch;
    batch.id = entry.batch;
    batch.messageCount = entry.messageCount;
    batch.fileSizeBytes = entry.size;
    batch.dateCreated = toTimestamp(entry.bornNs != 0 ? entry.bornNs : std::min(entry.modifiedNs, entry.changedNs));
    batch.dateModified = toTimestamp(entry.modifiedNs);
    if (entry.numbered == 1) {
        batch.firstMessageNumber = entry.firstNumber;
        batch.lastMessageNumber = entry.lastNumber;
    }
    return batch;
}

bool FileIndex::adopt(qint64 size, const ReadBytes& read) {
    IndexHead head;
    const IndexHead expected;
    const auto bodySize = static_cast<quint64>(size) - sizeof head;
    if (size < qint64{sizeof head} || !read({reinterpret_cast<char*>(&head), sizeof head}, 0))
        return false;
    if (head.magic != expected.magic || head.entrySize != sizeof(FileEntry) || bodySize % sizeof(FileEntry) != 0
        || head.count != bodySize / sizeof(FileEntry))
        return false;
    LargeVector<FileEntry> entries(head.count);
    const std::span body(reinterpret_cast<char*>(entries.data()), bodySize);
    if (!readHalves(body, sizeof head, read))
        return false;
    if (checksumOf(head.folder, QByteArrayView(body.data(), static_cast<qsizetype>(bodySize))) != head.checksum)
        return false;
    const auto rises = [](const FileEntry& a, const FileEntry& b) { return a.batch >= b.batch; };
    if (std::ranges::adjacent_find(entries, rises) != entries.end())
        return false;
    m_entries = std::move(entries);
    m_listed = head.folder;
    ++m_generation;
    return true;
}

QByteArray FileIndex::encoded() const {
    const std::size_t size = m_entries.size() * sizeof(FileEntry);
    QByteArray bytes(static_cast<qsizetype>(sizeof(IndexHead) + size), Qt::Uninitialized);
    char* const body = bytes.data() + sizeof(IndexHead);
    if (size > 0)
        std::memcpy(body, m_entries.data(), size);
    IndexHead head;
    head.count = m_entries.size();
    head.folder = m_listed;
    head.checksum = checksumOf(m_listed, QByteArrayView(body, static_cast<qsizetype>(size)));
    std::memcpy(bytes.data(), &head, sizeof head);
    return bytes;
}

quint32 FileIndex::checksum() const {
    return checksumOf(m_listed, QByteArrayView(reinterpret_cast<const char*>(m_entries.data()),
                                               static_cast<qsizetype>(m_entries.size() * sizeof(FileEntry))));
}

std::vector<qint64> FileIndex::knownNumbers() const {
    std::vector<qint64> numbers;
    numbers.reserve(m_entries.size());
    for (const FileEntry& entry : m_entries)
        numbers.push_back(entry.batch);
    return numbers;
}

Result<std::vector<qint64>> FileIndex::listNumbers() const {
    // Straight from the kernel, in large pieces: readdir() takes ten times as many calls.
    struct Entry { // linux_dirent64, getdents64(2)
        quint64 inode;
        qint64 next;
        unsigned short length;
        unsigned char type;
    };
    constexpr std::size_t nameAt = 19; // the offset of d_name
    const auto folder = openFolderAt(m_folder, ".");
    PORTOLAN_TRY(folder);
    std::vector<qint64> numbers;
    numbers.reserve(m_entries.size() + 64);
    std::vector<char> buffer(256 * 1024);
    for (;;) {
        const long count = ::syscall(SYS_getdents64, folder->get(), buffer.data(), buffer.size());
        if (count < 0)
            return systemError("Listing", QStringLiteral("the batch files"), errno);
        if (count == 0)
            break;
        for (long at = 0; at < count;) {
            Entry entry; // NOLINT: copied over
            const char* const record = buffer.data() + at;
            std::memcpy(&entry, record, sizeof entry);
            at += entry.length;
            if (entry.type != DT_REG && entry.type != DT_UNKNOWN)
                continue;
            if (const auto batch = batchOfFileName(QByteArrayView(record + nameAt)))
                numbers.push_back(*batch);
        }
    }
    std::ranges::sort(numbers);
    // A rename during the listing shows a name twice. (std::ranges::unique of g++ 12 is beyond clang 14.)
    const auto firstTwice = std::unique(numbers.begin(), numbers.end());
    numbers.erase(firstTwice, numbers.end());
    return numbers;
}

/// Returns true when the folder holds the names of m_entries and no others, without listing it.
bool FileIndex::isListed(const FileStat& folder) const {
    return m_listed.inode == folder.inode && m_listed.modifiedNs == folder.modifiedNs
           && m_listed.changedNs == folder.changedNs
           && m_listed.listedNs >= folder.changedNs + clockTickNs(folder.changedNs);
}

/// Returns entries in the order of the numbers, without those that are gone.
Result<std::vector<FileEntry>> FileIndex::readEntries(std::span<const qint64> numbers) const {
    std::vector<std::optional<FileEntry>> found(numbers.size());
    Chunks chunks(numbers.size());
    const auto work = [&](const Fd& messages, Result<void>& result) {
        QByteArray buffer;
        for (auto chunk = chunks.next(); chunk && result; chunk = chunks.next()) {
            for (std::size_t i = chunk->first; i < chunk->second && result; ++i) {
                const auto read = readEntry(messages, numbers[i], buffer);
                if (read)
                    found[i] = *read;
                else
                    result = read.error();
            }
        }
    };
    std::array<Result<void>, mostHelpers> results;
    auto threads =
        helpers(numbers.size(), m_folder, [&](const Fd& messages, unsigned i) { work(messages, results[i]); });
    if (threads.empty())
        work(m_folder, results[0]);
    threads.clear(); // joins
    for (const Result<void>& result : results) {
        PORTOLAN_TRY(result);
    }
    std::vector<FileEntry> entries;
    entries.reserve(found.size());
    for (const auto& entry : found) {
        if (entry)
            entries.push_back(*entry);
    }
    return entries;
}

Result<void> FileIndex::refresh() {
    const auto begun = steady_clock::now();
    ListedFolder listed;
    listed.listedNs = nowNs();
    const auto folder = statOf(m_folder, QStringLiteral("the folder of messages"));
    PORTOLAN_TRY(folder);
    listed.inode = folder->inode;
    listed.modifiedNs = folder->modifiedNs;
    listed.changedNs = folder->changedNs;

    // The known files are looked at while the folder is still being listed.
    std::vector<char> unchanged(m_entries.size(), 0);
    Chunks chunks(m_entries.size());
    const auto compare = [&](const Fd& messages) {
        for (auto chunk = chunks.next(); chunk; chunk = chunks.next()) {
            for (std::size_t i = chunk->first; i < chunk->second; ++i)
                unchanged[i] = isUnchanged(messages, m_entries[i]) ? 1 : 0;
        }
    };
    auto threads = helpers(m_entries.size(), m_folder, [&](const Fd& messages, unsigned) { compare(messages); });
    const bool sameNames = isListed(*folder);
    const auto numbers = sameNames ? Result(std::vector<qint64>()) : listNumbers();
    if (threads.empty())
        compare(m_folder);
    threads.clear(); // joins
    PORTOLAN_TRY(numbers);
    const bool same = sameNames && std::ranges::find(unchanged, 0) == unchanged.end();
    if (!same) {
        if (const auto renewed = readChanged(sameNames ? knownNumbers() : *numbers, unchanged); !renewed)
            return renewed;
    }
    m_listed = listed;
    m_refreshed = steady_clock::now();
    m_cost = m_refreshed - begun;
    return {};
}

/// Reads the files of these numbers that are new or, by `unchanged`, have changed; the other entries stay.
Result<void> FileIndex::readChanged(std::span<const qint64> numbers, std::span<const char> unchanged) {
    LargeVector<FileEntry> entries;
    entries.reserve(numbers.size());
    std::vector<qint64> toRead;
    std::size_t known = 0;
    for (const qint64 number : numbers) {
        while (known < m_entries.size() && m_entries[known].batch < number)
            ++known;
        if (known < m_entries.size() && m_entries[known].batch == number && unchanged[known] == 1)
            entries.push_back(m_entries[known]);
        else
            toRead.push_back(number);
    }
    const auto read = readEntries(toRead);
    PORTOLAN_TRY(read);
    const auto middle = static_cast<std::ptrdiff_t>(entries.size());
    entries.insert(entries.end(), read->begin(), read->end());
    std::ranges::inplace_merge(entries, entries.begin() + middle, {}, &FileEntry::batch);

    const auto same = [](const FileEntry& a, const FileEntry& b) {
        return a.batch == b.batch && a.size == b.size && a.changedNs == b.changedNs && a.inode == b.inode
               && a.messageCount == b.messageCount && a.firstNumber == b.firstNumber && a.lastNumber == b.lastNumber;
    };
    if (!std::ranges::equal(entries, m_entries, same))
        ++m_generation;
    m_entries = std::move(entries);
    m_read.insert(m_read.end(), toRead.begin(), toRead.end());
    return {};
}

Result<void> FileIndex::freshen() {
    const auto since = steady_clock::now() - m_refreshed;
    if (m_entries.size() < fewFiles || since >= m_cost * refreshShare)
        return refresh();
    return refreshTail();
}

Result<void> FileIndex::refreshTail() {
    QByteArray buffer;
    qint64 batch = m_entries.empty() ? 1 : m_entries.back().batch;
    for (;; ++batch) {
        const auto stat = statAt(m_folder, batchFileName(batch));
        if (!stat && stat.error().code == ErrorCode::NotFound)
            return {};
        const FileEntry* const known = find(batch);
        if (stat && known && known->isSameFile(*stat) && !wasReadTooSoon(*known))
            continue;
        const auto read = readEntry(m_folder, batch, buffer);
        PORTOLAN_TRY(read);
        if (!*read)
            return {};
        const bool changed = !known || known->size != (*read)->size || known->changedNs != (*read)->changedNs;
        if (known)
            m_entries.back() = **read;
        else
            m_entries.push_back(**read);
        m_listed = {};
        m_generation += changed ? 1 : 0;
    }
}

std::size_t FileIndex::lowerBound(qint64 batch) const {
    const auto found = std::ranges::lower_bound(m_entries, batch, {}, &FileEntry::batch);
    return static_cast<std::size_t>(found - m_entries.begin());
}

const FileEntry* FileIndex::find(qint64 batch) const {
    const std::size_t at = lowerBound(batch);
    return at < m_entries.size() && m_entries[at].batch == batch ? &m_entries[at] : nullptr;
}

void FileIndex::note(FileEntry entry) {
    m_listed = {};
    entry.readNs = entry.changedNs + clockTickNs(entry.changedNs);
    const std::size_t at = lowerBound(entry.batch);
    if (at < m_entries.size() && m_entries[at].batch == entry.batch)
        m_entries[at] = entry;
    else
        m_entries.insert(m_entries.begin() + static_cast<std::ptrdiff_t>(at), entry);
    ++m_generation;
}

void FileIndex::forget(std::size_t position, std::size_t count) {
    const auto begin = m_entries.begin() + static_cast<std::ptrdiff_t>(position);
    m_entries.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    m_listed = {};
    ++m_generation;
}

} // namespace portolan
