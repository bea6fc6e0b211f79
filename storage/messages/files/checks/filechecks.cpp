#include "storage/messages/files/checks/filechecks.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/journalreader.h"
#include "storage/messages/files/lines/indexfile.h"
#include "storage/messages/files/lines/lostlines.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <QDirIterator>
#include <QFile>
#include <algorithm>
#include <chrono>

namespace portolan {

struct FileChecks::Check {
    const char* name;
    const char* promise;
    const char* what; ///< %1: how many messages a batch holds
    const char* listing;
    const char* column;
    Result<DamageTally> (FileChecks::*run)(const CancelToken&);
};

namespace {

bool isMissing(const Error& error) {
    return error.code == ErrorCode::NotFound;
}

/// Opens a folder, without making it; nothing where it is not there.
Result<std::optional<Fd>> openIfThere(const QString& path) {
    auto folder = openFolder(path);
    if (folder)
        return std::optional<Fd>(std::move(*folder));
    return isMissing(folder.error()) ? Result<std::optional<Fd>>(std::nullopt) : folder.error();
}

/// Returns true when a file differs from what is known. Files that changed since are no matter: they are read again.
bool differs(const FileEntry& known, const FileEntry& now) {
    return known.messageCount != now.messageCount || known.numbered != now.numbered
           || (now.numbered && (known.firstNumber != now.firstNumber || known.lastNumber != now.lastNumber));
}

/// Returns true for a group that was not taken back and is not under way.
bool isSettled(const GroupLog::Contents& log, const LoggedGroup& logged) {
    return logged.fate == GroupFate::Committed || (logged.fate == GroupFate::Open && &logged != &log.groups.back());
}

/// Returns true when files of lines that the state names are gone: a writer has put others in their place.
bool lacksLines(const Fd& own, const LineBook& lines) {
    for (std::size_t i = 0; i < lines.count(); ++i) {
        if (!lines.fileOf(i).isEmpty() && !statAt(own, lines.fileOf(i)))
            return true;
    }
    return false;
}

/// Returns true when a reject that is gone was stored again under its key.
bool holds(const Fd& own, LineBook& lines, const StoredLine& line) {
    const SourceKey key = line.sourceKey();
    const auto hashes = lines.hashesOf(own, std::span(&key, 1));
    return std::ranges::any_of(hashes, [&](const auto& stored) { return stored.second == line.hash; });
}

bool contains(const LineBook::Runs& runs, qint64 batch) {
    const auto after = std::ranges::upper_bound(runs, batch, {}, [](const auto& run) { return run.first; });
    return after != runs.begin() && std::prev(after)->second >= batch;
}

} // namespace

/// The writer's memory: its state and the log that goes on from it; nothing where there is none.
struct FileChecks::WriterMemory {
    JournalState state;
    GroupLog::Contents log;
};

Result<std::optional<FileChecks::WriterMemory>> FileChecks::memoryOf(const Fd& own) {
    constexpr int attempts = 3; // a writer that begins a new log takes the old one away
    for (int attempt = 0;; ++attempt) {
        WriterMemory memory;
        const auto bytes = readAt(own, Journal::stateFile);
        if (!bytes && !isMissing(bytes.error()))
            return bytes.error();
        if (!bytes)
            return std::optional<WriterMemory>();
        auto state = decodeState(*bytes, StateParts::All);
        PORTOLAN_TRY(state);
        memory.state = std::move(*state);
        const auto log = readAt(own, GroupLog::fileName(memory.state.logNumber));
        if (log)
            memory.log = GroupLog::read(*log, memory.state.sequence);
        else if (!isMissing(log.error()))
            return log.error();
        else if (attempt < attempts)
            continue;
        if (attempt < attempts && lacksLines(own, memory.state.lines))
            continue;
        return std::optional(std::move(memory));
    }
}

std::span<const FileChecks::Check> FileChecks::checks() {
    static constexpr Check table[] = {
        {"batch-number-gaps", "batch files follow each other", "missing batches", "batches", "id",
         &FileChecks::seen<FileDamage::BatchGap>},
        {"message-number-gaps", "message numbers follow each other", "missing message numbers", "messages",
         "message_number", &FileChecks::seen<FileDamage::NumberGap>},
        {"duplicate-message-numbers", "no message number was stored twice", "message numbers stored more than once",
         "messages", "message_number", &FileChecks::seen<FileDamage::NumberTwice>},
        {"torn-lines", "every line is whole", "lines without an end", "messages", "id",
         &FileChecks::seen<FileDamage::TornLine>},
        {"unreadable-lines", "every line is a message", "lines that are no messages", "messages", "id",
         &FileChecks::seen<FileDamage::NoMessage>},
        {"batches-over-size", "no batch holds more messages than a batch may", "batches of more than %1 messages",
         "batches", "id", &FileChecks::seen<FileDamage::OverSize>},
        {"batches-not-full", "every batch but the last is full", "batches before the last of fewer than %1 messages",
         "batches", "id", &FileChecks::seen<FileDamage::NotFull>},
        {"future-messages", "no message is of the future", "messages more than five minutes ahead", "messages", "id",
         &FileChecks::seen<FileDamage::Future>},
        {"stray-files", "only batch files stand among the messages", "files that are no batch files", "", "",
         &FileChecks::strayFiles},
        {"index", "the kept index says of each file what it holds", "files of which the index says something else",
         "batches", "id", &FileChecks::index},
        {"writer-memory", "what the writer keeps can be read", "files of the writer that are damaged", "", "",
         &FileChecks::memory},
        {"acknowledged", "acknowledged lines are in the files as they were written",
         "files in which acknowledged bytes are missing or changed", "batches", "id", &FileChecks::acknowledged},
        {"memory-age", "the writer remembers the newest lines",
         "files with lines that the writer does not remember: .portolan was put back from a backup, or another program "
         "wrote them",
         "batches", "id", &FileChecks::memoryAge},
        {"rejects-readable", "every reject can be read", "rejects that cannot be read", "rejects", "id",
         &FileChecks::rejects},
    };
    return table;
}

Result<std::vector<CheckName>> FileChecks::begin(const CancelToken&) {
    m_scan.reset();
    m_compared.reset();
    JournalReader journal(m_places.own);
    PORTOLAN_TRY(journal.refresh());
    std::vector<CheckName> names;
    for (const Check& check : checks()) {
        const bool isOfTwice = check.run == &FileChecks::seen<FileDamage::NumberTwice>;
        if (!isOfTwice || !journal.gaps().mayNumbersRepeat())
            names.push_back({check.name, QString::fromUtf8(check.promise)});
    }
    return names;
}

Result<CheckResult> FileChecks::run(const QByteArray& name, const CancelToken& token) {
    const auto known = checks();
    const auto check = std::ranges::find_if(known, [&](const Check& each) { return name == each.name; });
    if (check == known.end())
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no check %1 for this store.").arg(QString::fromUtf8(name))};
    const auto began = std::chrono::steady_clock::now();
    Result<DamageTally> tally = (this->*check->run)(token);
    PORTOLAN_TRY(tally);
    CheckResult result;
    result.name = name;
    result.checkedAt = currentTime();
    result.milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
    result.detail = check->promise;
    result.found = tally->places > 0;
    if (!result.found) {
        result.detail += tally->note;
        return result;
    }
    result.count = tally->amount;
    result.detail = detailOf(
        QString::fromUtf8(check->what).replace(QLatin1String("%1"), QString::number(m_scan ? m_scan->batchSize : 0)),
        tally->rows, tally->places);
    result.detail += tally->note;
    result.listing = check->listing;
    if (*check->column != '\0')
        result.filter = filterOf(check->column, tally->keys);
    result.rows = std::move(tally->rows);
    return result;
}

Result<const FileScan*> FileChecks::scan(const CancelToken& token) {
    if (!m_scan) {
        const auto messages = openFolder(m_places.messages);
        PORTOLAN_TRY(messages);
        auto scanned = scanFiles(*messages, m_places.own, m_batches, m_batchSize, token);
        PORTOLAN_TRY(scanned);
        m_scan = std::move(*scanned);
    }
    return &*m_scan;
}

template <FileDamage damage>
Result<DamageTally> FileChecks::seen(const CancelToken& token) {
    const auto scanned = scan(token);
    PORTOLAN_TRY(scanned);
    constexpr bool isOfNumbers = damage == FileDamage::NumberGap || damage == FileDamage::NumberTwice;
    if (isOfNumbers && !(*scanned)->numbersKnown)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The message numbers follow each other so rarely that they cannot be compared in "
                                    "memory: more than a million runs of them.")};
    return (*scanned)->tallies[static_cast<std::size_t>(damage)];
}

Result<DamageTally> FileChecks::strayFiles(const CancelToken& token) {
    DamageTally tally;
    QDirIterator files(m_places.messages, QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::System);
    while (files.hasNext()) {
        if (token.stop_requested())
            return cancelled();
        files.next();
        const QByteArray name = QFile::encodeName(files.fileName());
        if (!batchOfFileName(name))
            tally.add(name);
    }
    return tally;
}

/// Checks the index that the writer keeps, or else the one in this user's cache.
Result<DamageTally> FileChecks::index(const CancelToken& token) {
    DamageTally tally;
    const auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    const auto own = openIfThere(m_places.own);
    PORTOLAN_TRY(own);
    const auto folder = statOf(*messages, m_places.messages);
    PORTOLAN_TRY(folder);
    FileIndex known(*messages);
    if (*own && statAt(**own, "index")) {
        if (!IndexFile(**own).load(known)) {
            tally.add(".portolan/index");
            tally.keys.clear();
            return tally;
        }
    } else {
        const Fd cache = openCacheFolder();
        IndexFile(cache, cachedIndexName(*folder, m_places.messages)).load(known);
    }
    QByteArray buffer;
    for (const FileEntry& entry : known.entries()) {
        if (token.stop_requested())
            return cancelled();
        const QByteArray name = batchFileName(entry.batch);
        const auto stat = statAt(*messages, name);
        if (!stat || !entry.isSameFile(*stat))
            continue;
        if (const auto read = readAt(*messages, name, buffer); !read)
            continue; // gone or changed since
        FileEntry now;
        countInto(now, buffer);
        const auto after = statAt(*messages, name);
        if (after && entry.isSameFile(*after) && differs(entry, now))
            tally.add(QByteArray::number(entry.batch));
    }
    return tally;
}

Result<DamageTally> FileChecks::memory(const CancelToken&) {
    DamageTally tally;
    const auto own = openIfThere(m_places.own);
    PORTOLAN_TRY(own);
    if (!*own)
        return tally;
    const auto kept = memoryOf(**own);
    if (!kept && kept.error().code == ErrorCode::Corrupt)
        tally.add(Journal::stateFile);
    else if (!kept)
        return kept.error();
    else if (*kept && (*kept)->log.damagedInside)
        tally.add(GroupLog::fileName((*kept)->state.logNumber));
    for (std::size_t i = 0; kept && *kept && i < (*kept)->state.lines.count(); ++i) {
        const auto lines = (*kept)->state.lines.linesOf(**own, i);
        if (!lines && lines.error().code != ErrorCode::Corrupt && !isMissing(lines.error()))
            return lines.error();
        if (!lines)
            tally.add((*kept)->state.lines.fileOf(i));
    }
    return tally;
}

/// Files are only ever added to: one that is shorter than the writer's own index says has lost lines.
Result<void> FileChecks::addShortened(const Fd& own, const Fd& messages, const CancelToken& token, Damaged& damaged) {
    FileIndex known(messages);
    if (!IndexFile(own).load(known))
        return {};
    for (const FileEntry& entry : known.entries()) {
        if (token.stop_requested())
            return cancelled();
        const QByteArray name = batchFileName(entry.batch);
        const auto stat = statAt(messages, name);
        if (stat && stat->size < entry.size)
            damaged.emplace(entry.batch, name);
    }
    return {};
}

/// Compares the file written last with its length, and every extent of the log with its checksum: a writer that ended
/// in order leaves no log. The last group may be under way.
Result<void> FileChecks::addUnlike(const StoreFolders& folders, const WriterMemory& memory, const CancelToken& token,
                                   Damaged& damaged) {
    const JournalState& state = memory.state;
    bool isInBook = false; // then each of its lines is compared
    for (std::size_t i = 0; i < state.lines.count(); ++i) {
        isInBook = isInBook || std::ranges::any_of(state.lines.batchesOf(i), [&](const auto& run) {
                       return run.first <= state.ownBatch && state.ownBatch <= run.second;
                   });
    }
    if (state.ownBatch > 0 && !isInBook) {
        const QByteArray name = batchFileName(state.ownBatch);
        const auto stat = statAt(folders.messages, name);
        if (!stat && !isMissing(stat.error()))
            return stat.error();
        if (!stat || stat->size < state.ownEnd)
            damaged.emplace(state.ownBatch, name);
    }
    for (const LoggedGroup& logged : memory.log.groups) {
        if (!isSettled(memory.log, logged))
            continue;
        for (const LogExtent& extent : logged.group.extents) {
            if (token.stop_requested())
                return cancelled();
            LogGroup single;
            single.extents.push_back(extent);
            const auto intact = isIntact(folders, single);
            PORTOLAN_TRY(intact);
            const bool isBatch = extent.target == LogExtent::Target::Batch;
            if (!*intact)
                damaged.emplace(extent.batch, isBatch ? batchFileName(extent.batch) : QByteArray(RejectFile::fileName));
        }
    }
    return {};
}

/// Compares every line that the writer remembers with its checksum. Lines that are gone count as long as nothing was
/// stored in their place. `compared`: how many lines of a file there was a checksum for.
Result<void> FileChecks::compareLines(const StoreFolders& folders, const WriterMemory& memory, const CancelToken& token,
                                      Damaged& damaged, std::map<qint64, qint64>& compared) {
    JournalState state = memory.state;
    for (const LoggedGroup& logged : memory.log.groups) {
        if (isSettled(memory.log, logged))
            state.apply(logged.group);
    }
    LineComparison comparison(folders.own, folders.messages, state.lines);
    const auto visit = [&](const LineComparison::Line& seen) {
        const StoredLine& line = seen.line;
        if (line.gap == 0 || seen.fate != StandingLines::Fate::Gone)
            ++compared[line.batch];
        const bool isElsewhere =
            line.gap != 0 && line.keyed
            && (line.batch > 0 ? state.keys.contains(line.sourceKey()) : holds(folders.own, state.lines, line));
        if (seen.fate != StandingLines::Fate::Same && !isElsewhere && line.gap != StoredLine::noGap)
            damaged.emplace(line.batch, GapState::fileNameOf(line.batch));
    };
    for (std::size_t i = state.lines.count(); i-- > 0;) {
        const auto done = comparison.compare(
            i, [&](qint64) { return !token.stop_requested(); }, visit);
        if (!done)
            return done;
        if (token.stop_requested())
            return cancelled();
    }
    comparison.finish(visit);
    return {};
}

Result<const FileChecks::Compared*> FileChecks::comparedLines(const CancelToken& token) {
    if (!m_compared) {
        Compared compared;
        PORTOLAN_TRY(compareInto(compared, token));
        m_compared = std::move(compared);
    }
    return &*m_compared;
}

Result<void> FileChecks::compareInto(Compared& compared, const CancelToken& token) {
    auto own = openIfThere(m_places.own);
    PORTOLAN_TRY(own);
    auto kept = *own ? memoryOf(**own) : Result(std::optional<WriterMemory>());
    if (!kept && kept.error().code != ErrorCode::Corrupt)
        return kept.error();
    if (!kept || !*kept)
        return {};
    StoreFolders folders;
    auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    folders.messages = std::move(*messages);
    folders.own = std::move(**own);
    auto rejects = openIfThere(m_places.own + QLatin1Char('/') + QLatin1String(RejectFile::folderName));
    PORTOLAN_TRY(rejects);
    if (*rejects)
        folders.rejects = std::move(**rejects);
    if (const auto added = addShortened(folders.own, folders.messages, token, compared.damaged); !added)
        return added;
    if (const auto added = addUnlike(folders, **kept, token, compared.damaged); !added)
        return added;
    if (const auto done = compareLines(folders, **kept, token, compared.damaged, compared.lines); !done)
        return done;
    const auto archived = ArchivedFiles::read(m_places.own); // after its files were looked for
    PORTOLAN_TRY(archived);
    std::erase_if(compared.damaged, [&](const auto& each) {
        return archived->contains(each.first) && !lookAt(folders.messages, each.second.constData());
    });
    const auto stat = statAt(folders.own, Journal::stateFile);
    if (!stat && !isMissing(stat.error()))
        return stat.error();
    const JournalState& state = (*kept)->state;
    const auto changed = Timestamp(std::chrono::microseconds(stat ? stat->changedNs / 1000 : 0));
    if (state.savedAt == Timestamp() || changed <= state.savedAt + Journal::soonAfter)
        return {};
    compared.putBackOf = state.savedAt;
    compared.strays = state.strays;
    return {};
}

Result<DamageTally> FileChecks::acknowledged(const CancelToken& token) {
    const auto scanned = scan(token);
    PORTOLAN_TRY(scanned);
    const auto compared = comparedLines(token);
    PORTOLAN_TRY(compared);
    DamageTally tally;
    for (const auto& [batch, name] : (*compared)->damaged)
        tally.add(name, QByteArray::number(batch));
    qint64 left = 0;
    for (const auto& [batch, lines] : (*scanned)->lines)
        left += std::max<qint64>(0, lines - (*compared)->linesOf(batch));
    if (left > 0)
        tally.note = "; " + QByteArray::number(left)
                     + " lines were not compared: another program wrote them, or a version that kept no checksum";
    const auto archived = ArchivedFiles::read(m_places.own);
    PORTOLAN_TRY(archived);
    const auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    if (const qint64 away = archived->linesAway(*messages); away > 0)
        tally.note += "; " + QByteArray::number(away) + " lines were archived on purpose";
    return tally;
}

/// Finds batch files with lines that a state which was put back from a backup does not know. Its file came to be later
/// than it was written.
Result<DamageTally> FileChecks::memoryAge(const CancelToken& token) {
    const auto scanned = scan(token);
    PORTOLAN_TRY(scanned);
    const auto compared = comparedLines(token);
    PORTOLAN_TRY(compared);
    DamageTally tally;
    if (!(*compared)->putBackOf)
        return tally;
    const auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    for (const auto& [batch, lines] : (*scanned)->lines) {
        if (lines <= (*compared)->linesOf(batch) || contains((*compared)->strays, batch))
            continue;
        const auto stat = statAt(*messages, batchFileName(batch));
        if (stat && Timestamp(std::chrono::microseconds(stat->modifiedNs / 1000)) > *(*compared)->putBackOf)
            tally.add(batchFileName(batch), QByteArray::number(batch));
    }
    return tally;
}

Result<DamageTally> FileChecks::rejects(const CancelToken& token) {
    DamageTally tally;
    const auto folder = openIfThere(m_places.own + QLatin1Char('/') + QLatin1String(RejectFile::folderName));
    PORTOLAN_TRY(folder);
    if (!*folder)
        return tally;
    RejectFile file;
    PORTOLAN_TRY(file.refresh(**folder));
    for (qsizetype i = 0; i < file.count(); ++i) {
        if (token.stop_requested())
            return cancelled();
        const auto reject = file.at(i);
        if (!reject && reject.error().code != ErrorCode::Corrupt)
            return reject.error();
        if (!reject)
            tally.add(QByteArray::number(i + 1));
    }
    const auto stat = statAt(**folder, RejectFile::fileName);
    if (stat && stat->size > file.end()) // unless a record was added since, which makes the file's end a whole one
        if (const auto again = file.refresh(**folder); !again || stat->size > file.end())
            tally.add(QByteArray::number(file.count() + 1));
    return tally;
}

} // namespace portolan
