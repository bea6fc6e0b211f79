#include "storage/backups/files/filemark.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/rejectfile.h"
#include "storage/messages/files/reinjectedmarks.h"
#include "storage/messages/files/rejectoutcomes.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <map>
#include <memory>
#include <unistd.h>

namespace portolan {

namespace {

constexpr int compactionsPassedOver = 20;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Calls each(name) for what is in a folder.
template <class Each>
Result<void> forNames(const Fd& folder, Each each) {
    const int own = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseFolder> listed(own < 0 ? nullptr : ::fdopendir(own));
    if (!listed)
        return systemError("Listing", QStringLiteral("the folder of messages"), errno);
    while (const dirent* const entry = ::readdir(listed.get()))
        each(entry->d_name);
    return {};
}

using Sizes = std::map<qint64, qint64>;

Result<Sizes> batchSizes(const Fd& messages) {
    Sizes sizes;
    PORTOLAN_TRY(forNames(messages, [&](const char* name) {
        const auto batch = batchOfFileName(QByteArrayView(name));
        const auto stat = batch ? lookAt(messages, name) : std::optional<FileStat>();
        if (stat && stat->regular)
            sizes[*batch] = stat->size;
    }));
    return sizes;
}

/// Opens what is there; nothing for what is not.
Result<void> openIfThere(Result<Fd> opened, Fd& into) {
    if (opened)
        into = std::move(*opened);
    else if (opened.error().code != ErrorCode::NotFound)
        return opened.error();
    return {};
}

Result<void> openAll(const StorePlaces& places, StoreFolders& folders) {
    auto messages = openFolder(places.messages);
    PORTOLAN_TRY(messages);
    folders.messages = std::move(*messages);
    PORTOLAN_TRY(openIfThere(openFolder(places.own), folders.own));
    if (!folders.own.isOpen())
        return {};
    PORTOLAN_TRY(openIfThere(openFolderAt(folders.own, RejectFile::folderName), folders.rejects));
    return openIfThere(openFolderAt(folders.own, "torn"), folders.torn);
}

/// The bytes that the groups of a log have put into files.
class LoggedEnds {
public:
    /// Takes the committed ones in. The last one counts when all of its bytes are there: as after a crash.
    Result<void> read(const StoreFolders& folders, const JournalState& state, QByteArray& log) {
        m_ownBatch = state.ownBatch;
        m_ownEnd = state.ownEnd;
        const auto contents = GroupLog::read(log, state.sequence);
        const auto first = GroupLog::firstSequence(log);
        if (first && *first != state.sequence + 1)
            return {}; // it is of another time, and passed over by writers, too
        if (contents.damagedInside)
            return Error{ErrorCode::Corrupt,
                         QStringLiteral("The acknowledgement log in the folder .portolan is damaged. `portolan verify` "
                                        "tells more.")};
        log.truncate(contents.end);
        for (const LoggedGroup& logged : contents.groups) {
            if (logged.fate == GroupFate::Undone)
                continue;
            bool stays = logged.fate == GroupFate::Committed;
            if (logged.fate == GroupFate::Open) {
                const auto intact = isIntact(folders, logged.group);
                stays = intact && *intact;
                if (!stays)
                    log.truncate(contents.lastBegin);
            }
            for (const LogExtent& extent : logged.group.extents)
                take(extent, stays);
        }
        return {};
    }

    /// Returns how many bytes of a file count; nothing: the file does not. `before` and `after`: how large it was
    /// before the log was read, and after.
    [[nodiscard]] std::optional<qint64> sizeOf(qint64 batch, std::optional<qint64> before, qint64 after) const {
        std::optional<qint64> size = after;
        if (batch == m_ownBatch)
            size = std::min(after, std::max(before.value_or(0), m_ownEnd));
        else if (batch > m_ownBatch)
            size = before; // another program's
        const auto unfinished = m_unfinished.find(batch);
        if (unfinished == m_unfinished.end() || !size)
            return size;
        return unfinished->second.created ? std::optional<qint64>() : std::min(*size, unfinished->second.offset);
    }
    [[nodiscard]] qint64 rejectsEnd(qint64 before) const {
        const qint64 end = std::max(before, m_rejectsEnd);
        return m_rejectsUnfinished ? std::min(end, *m_rejectsUnfinished) : end;
    }

private:
    void take(const LogExtent& extent, bool stays) {
        const bool isBatch = extent.target == LogExtent::Target::Batch;
        if (!stays && isBatch) {
            m_unfinished[extent.batch] = extent;
        } else if (!stays) {
            m_rejectsUnfinished = extent.offset;
        } else if (isBatch) {
            m_ownBatch = extent.batch;
            m_ownEnd = extent.offset + extent.length;
            m_unfinished.erase(extent.batch);
        } else {
            m_rejectsEnd = extent.offset + extent.length;
            m_rejectsUnfinished.reset();
        }
    }

    qint64 m_ownBatch = 0;
    qint64 m_ownEnd = 0;
    qint64 m_rejectsEnd = 0;
    std::map<qint64, LogExtent> m_unfinished;
    std::optional<qint64> m_rejectsUnfinished;
};

qint64 sizeIn(const Fd& folder, const char* name) {
    const auto stat = folder.isOpen() ? lookAt(folder, name) : std::optional<FileStat>();
    return stat && stat->regular ? stat->size : 0;
}

/// Holds the segments that a state names open. A writer that puts others in their place removes them.
Result<void> holdLines(const Fd& own, const LineBook& book, FileMark& mark) {
    for (std::size_t i = 0; i < book.count(); ++i) {
        const QByteArray name = book.fileOf(i);
        if (name.isEmpty())
            continue;
        auto file = openAt(own, name, O_RDONLY);
        if (!file && file.error().code == ErrorCode::NotFound)
            continue; // lost before: a writer recognises its lines by what they say
        PORTOLAN_TRY(file);
        mark.lines.emplace_back(name, std::move(*file));
    }
    return {};
}

Result<void> readMemory(FileMark& mark, LoggedEnds& ends) {
    const Fd& own = mark.folders.own;
    auto bytes =
        own.isOpen() ? readAt(own, Journal::stateFile) : Result<QByteArray>(Error{ErrorCode::NotFound, QString()});
    if (!bytes)
        return bytes.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(bytes.error());
    const auto state = decodeState(*bytes, StateParts::WithoutKeys);
    PORTOLAN_TRY(state);
    mark.state = std::move(*bytes);
    const QByteArray name = GroupLog::fileName(state->logNumber);
    auto log = readAt(own, name);
    if (!log && log.error().code != ErrorCode::NotFound)
        return log.error();
    if (log) {
        mark.logName = name;
        mark.log = std::move(*log);
    }
    PORTOLAN_TRY(ends.read(mark.folders, *state, mark.log));
    return holdLines(own, state->lines, mark);
}

/// Nothing: a writer began another log meanwhile.
Result<std::optional<FileMark>> lookOnce(const StorePlaces& places) {
    FileMark mark;
    PORTOLAN_TRY(openAll(places, mark.folders));
    const Fd& own = mark.folders.own;
    const Fd& rejects = mark.folders.rejects;
    const auto stateThen = own.isOpen() ? lookAt(own, Journal::stateFile) : std::optional<FileStat>();
    // Before the log, which has a group before its bytes are anywhere: what is larger by then is told of there.
    const auto before = batchSizes(mark.folders.messages);
    PORTOLAN_TRY(before);
    const qint64 rejectsBefore = sizeIn(rejects, RejectFile::fileName);
    for (const char* name : {ReinjectedMarks::fileName, RejectOutcomes::fileName}) {
        if (const qint64 size = sizeIn(rejects, name); size > 0)
            mark.rejects.push_back({name, size});
    }
    LoggedEnds ends;
    PORTOLAN_TRY(readMemory(mark, ends));
    const auto stateNow = own.isOpen() ? lookAt(own, Journal::stateFile) : std::optional<FileStat>();
    if (stateThen != stateNow)
        return std::optional<FileMark>();
    const auto after = batchSizes(mark.folders.messages);
    PORTOLAN_TRY(after);
    for (const auto& [batch, size] : *after) {
        const auto then = before->find(batch);
        const auto counts =
            ends.sizeOf(batch, then == before->end() ? std::optional<qint64>() : std::optional(then->second), size);
        if (counts)
            mark.batches.emplace_back(batch, *counts);
    }
    if (const qint64 size = ends.rejectsEnd(rejectsBefore); size > 0)
        mark.rejects.push_back({RejectFile::fileName, size});
    if (mark.folders.torn.isOpen()) {
        PORTOLAN_TRY(forNames(mark.folders.torn, [&](const char* name) {
            if (*name >= '0' && *name <= '9' && sizeIn(mark.folders.torn, name) > 0)
                mark.torn.emplace_back(name);
        }));
    }
    std::ranges::sort(mark.torn);
    auto operations = OperationsFolder::copyOf(own);
    PORTOLAN_TRY(operations);
    mark.operations = std::move(*operations);
    auto archived = ArchivedFiles::kept(places.own); // after the batch files were looked at
    PORTOLAN_TRY(archived);
    mark.archived = std::move(*archived);
    return std::optional(std::move(mark));
}

} // namespace

Result<FileMark> markOf(const StorePlaces& places) {
    for (int attempt = 0; attempt < compactionsPassedOver; ++attempt) {
        auto mark = lookOnce(places);
        PORTOLAN_TRY(mark);
        if (*mark)
            return std::move(**mark);
    }
    return Error{ErrorCode::Busy,
                 QStringLiteral("The files of %1 change too quickly to be looked at. Try again.").arg(places.messages)};
}

} // namespace portolan
