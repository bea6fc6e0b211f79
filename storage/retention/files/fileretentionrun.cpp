#include "storage/retention/files/fileretentionrun.h"

#include "storage/backups/backupjob.h"
#include "storage/backups/files/filebackup.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/lostlines.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <sys/file.h>

namespace portolan {

namespace {

using namespace std::chrono;
using State = RetentionOutcome::State;

constexpr int batchesAPage = 500;
constexpr int memoryAttempts = 5; // a writer that compacts its memory puts other files in its place

QString lockName() {
    return QStringLiteral("the lock of retention");
}

Timestamp timeOfNs(qint64 nanoseconds) {
    return Timestamp(microseconds(nanoseconds / 1000));
}

/// Takes the right to run, which goes with the descriptor. Error Busy.
Result<Fd> takeRetainLock(const QString& own) {
    PORTOLAN_TRY(makeFolders(own));
    const auto folder = openFolder(own);
    PORTOLAN_TRY(folder);
    auto lock = openAt(*folder, "retain.lock", O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(lock);
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) == 0)
        return lock;
    if (errno != EWOULDBLOCK)
        return systemError("Taking", lockName(), errno);
    return Error{ErrorCode::Busy, QStringLiteral("Another program runs the retention of this store. Wait for it.")};
}

bool meets(const LineBook::Runs& runs, const auto& files) {
    return std::ranges::any_of(runs, [&](const auto& run) {
        const auto first = std::ranges::lower_bound(files, run.first, {}, [](const auto& file) { return file.batch; });
        return first != files.end() && first->batch <= run.second;
    });
}

/// The files that a writer may touch begin here: its own, those in its log, and the newest.
Result<qint64> firstOfWriter(const Fd& own, const JournalState& state) {
    qint64 first = std::numeric_limits<qint64>::max();
    if (state.ownBatch > 0)
        first = state.ownBatch;
    const auto log = readAt(own, GroupLog::fileName(state.logNumber));
    if (!log)
        return log.error().code == ErrorCode::NotFound ? Result(first) : Result<qint64>(log.error());
    for (const LoggedGroup& logged : GroupLog::read(*log, state.sequence).groups) {
        for (const LogExtent& extent : logged.group.extents) {
            if (extent.target == LogExtent::Target::Batch)
                first = std::min(first, extent.batch);
        }
    }
    return first;
}

} // namespace

FileRetentionRun::FileRetentionRun(const StoreUrl& url, const StorePlaces& places, RowSource<Batch>& batches,
                                   const RetentionRule& rule, const RetainOrder& order)
    : m_url(url)
    , m_places(places)
    , m_batches(batches)
    , m_rule(rule)
    , m_order(order)
    , m_began(currentTime()) {
    m_outcome.rule = rule.name;
    m_outcome.table = rule.table;
}

void FileRetentionRun::fail(const Error& error) {
    const bool isCancelled = error.code == ErrorCode::Cancelled;
    m_outcome.state = isCancelled ? State::Cancelled : State::Failed;
    m_outcome.problem = isCancelled ? QString() : retentionFailure(m_rule, error);
}

bool FileRetentionRun::isUntouched(const FileStat& stat) const {
    return stat.regular && timeOfNs(stat.changedNs) + clearlyBefore < m_began;
}

/// Reads the files that are there: a listing of a large folder may still have those that went a moment ago.
Result<FileRetentionRun::Candidates> FileRetentionRun::allFiles(const CancelToken& token) {
    Candidates files;
    ListQuery query;
    query.limit = batchesAPage;
    for (bool last = false; !last;) {
        if (token.stop_requested())
            return cancelled();
        const auto page = m_batches.page(query, token);
        PORTOLAN_TRY(page);
        last = page->last;
        query.after = page->next;
        for (const Batch& batch : page->rows) {
            if (lookAt(m_folders.messages, batchFileName(batch.id).constData()))
                files.push_back({batch.id, batch.messageCount, batch.fileSizeBytes, batch.dateModified,
                                 batch.lastMessageNumber.has_value()});
        }
    }
    return files;
}

/// Finds the files that go, or says in the outcome why the rule is left out.
Result<void> FileRetentionRun::plan(const CancelToken& token) {
    auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    m_folders.messages = std::move(*messages);
    if (auto own = openFolder(m_places.own); own)
        m_folders.own = std::move(*own);
    else if (own.error().code != ErrorCode::NotFound)
        return own.error();
    auto files = allFiles(token);
    PORTOLAN_TRY(files);
    if (files->empty())
        return {};
    if (m_rule.keep) {
        if (const auto trouble =
                clockTroubleOf(m_rule, m_rule.table, files->back().modified, m_order.now, *m_rule.keep)) {
            m_outcome.state = State::Stopped;
            m_outcome.problem = *trouble;
            return {};
        }
    }
    qint64 limit = files->back().batch;
    // Messages without a number go on from the last one, wherever that is.
    const auto numbered =
        std::find_if(files->rbegin(), files->rend(), [](const auto& file) { return file.isNumbered; });
    if (numbered != files->rend())
        limit = std::min(limit, numbered->batch);
    const Timestamp cutoff = floor<milliseconds>(m_order.now - m_rule.keep.value_or(seconds(0)));
    const std::size_t surplus = m_rule.keepCount && std::size_t(*m_rule.keepCount) < files->size()
                                    ? files->size() - std::size_t(*m_rule.keepCount)
                                    : 0;
    for (std::size_t i = 0; i < files->size(); ++i) {
        const Candidate& file = (*files)[i];
        const bool isDoomed =
            file.batch < limit && ((m_rule.keep && file.modified < cutoff) || (m_rule.keepCount && i < surplus));
        if (isDoomed)
            m_doomed.push_back(file);
    }
    PORTOLAN_TRY(leaveUnsure(token));
    std::size_t doomed = 0;
    for (const Candidate& file : *files) {
        if (doomed < m_doomed.size() && m_doomed[doomed].batch == file.batch)
            ++doomed;
        else if (!m_outcome.oldestKept || file.modified < *m_outcome.oldestKept)
            m_outcome.oldestKept = file.modified;
    }
    return {};
}

/// Leaves the files out that were changed a moment ago, or are not as the writer remembers them: their messages may
/// come again, or are somebody else's.
Result<void> FileRetentionRun::leaveUnsure(const CancelToken& token) {
    for (int attempt = 0;; ++attempt) {
        if (attempt == memoryAttempts)
            return Error{ErrorCode::Busy, QStringLiteral("The writer's memory changes too quickly to be looked at. Try "
                                                         "again.")};
        const auto compared = compare(token);
        PORTOLAN_TRY(compared);
        if (*compared)
            break;
    }
    const std::size_t before = m_doomed.size();
    std::erase_if(m_doomed, [&](const Candidate& file) {
        const auto stat = lookAt(m_folders.messages, batchFileName(file.batch).constData());
        return file.known != file.lines || !stat || stat->size != file.bytes || !isUntouched(*stat);
    });
    if (const std::size_t left = before - m_doomed.size(); left > 0)
        m_outcome.problem =
            QStringLiteral(
                "%1 of the files that rule %2 is about stay: the writer does not remember all of their lines as "
                "they are, or they were changed a moment ago. `portolan verify` tells more.")
                .arg(left)
                .arg(QString::fromUtf8(m_rule.name));
    return {};
}

/// Counts the lines of the files that the writer remembers as they are; all of them where none ever wrote. Returns
/// false when the memory was written again meanwhile.
Result<bool> FileRetentionRun::compare(const CancelToken& token) {
    const auto then = m_folders.own.isOpen() ? lookAt(m_folders.own, Journal::stateFile) : std::optional<FileStat>();
    if (!then) { // lost, where a writer was here: the next one knows its messages again by the files alone
        const bool wasLost = m_folders.own.isOpen() && lookAt(m_folders.own, "lock");
        for (Candidate& file : m_doomed)
            file.known = wasLost ? 0 : file.lines;
        return true;
    }
    const auto bytes = readAt(m_folders.own, Journal::stateFile);
    PORTOLAN_TRY(bytes);
    const auto state = decodeState(*bytes, StateParts::WithoutKeys);
    PORTOLAN_TRY(state);
    const auto first = firstOfWriter(m_folders.own, *state);
    PORTOLAN_TRY(first);
    for (Candidate& file : m_doomed)
        file.known = 0;
    Candidates asked;
    std::ranges::copy_if(m_doomed, std::back_inserter(asked),
                         [&](const Candidate& file) { return file.batch < *first; });
    const auto found = [&](qint64 batch) {
        const auto at = std::ranges::lower_bound(asked, batch, {}, &Candidate::batch);
        return at != asked.end() && at->batch == batch ? &*at : nullptr;
    };
    LineComparison comparison(m_folders.own, m_folders.messages, state->lines, StandingLines::Likeness::Byte);
    const auto visit = [&](const LineComparison::Line& line) {
        const bool isThere = line.fate == StandingLines::Fate::Same;
        if (isThere == (line.line.gap == 0))
            found(line.line.batch)->known += isThere ? 1 : 0;
        else // gone, or back without its key: a writer will look at it
            found(line.line.batch)->known = std::numeric_limits<qint32>::min();
    };
    for (std::size_t i = state->lines.count(); i-- > 0;) {
        if (token.stop_requested())
            return cancelled();
        if (!meets(state->lines.batchesOf(i), asked))
            continue;
        PORTOLAN_TRY(comparison.compare(
            i, [&](qint64 batch) { return found(batch) != nullptr; }, visit));
    }
    comparison.finish(visit);
    if (lookAt(m_folders.own, Journal::stateFile) != then)
        return false;
    m_doomed = std::move(asked);
    return true;
}

RetentionOutcome FileRetentionRun::count(const CancelToken& token) {
    const Result<void> planned = plan(token);
    if (!planned) {
        fail(planned.error());
        return m_outcome;
    }
    for (const Candidate& file : m_doomed) {
        m_outcome.rows += file.lines;
        m_outcome.bytes += file.bytes;
    }
    if (m_outcome.state != State::Stopped)
        m_outcome.state = m_rule.enabled ? State::Counted : State::Off;
    return m_outcome;
}

RetentionOutcome FileRetentionRun::carryOut(const Retention::Progress& progress, const CancelToken& token) {
    const auto lock = takeRetainLock(m_places.own);
    Result<void> done = lock ? finishOthers() : Result<void>(lock.error());
    if (done)
        done = plan(token);
    if (done && m_outcome.state != State::Stopped)
        done = takeAll(progress, token);
    if (!done)
        fail(done.error());
    return m_outcome;
}

/// Removes the files of records whose run was killed before it had removed all of them.
Result<void> FileRetentionRun::finishOthers() {
    auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    m_folders.messages = std::move(*messages);
    const auto archived = ArchivedFiles::read(m_places.own);
    PORTOLAN_TRY(archived);
    for (ArchivedRecord record : archived->records()) {
        if (!record.isRemoved) {
            PORTOLAN_TRY(remove(record, Count::Is));
        }
    }
    return {};
}

/// Removes the files of a record that were not changed since, and says in it that this is done.
Result<void> FileRetentionRun::remove(ArchivedRecord& record, Count removed) {
    for (const ArchivedRecord::Run& run : record.files) {
        for (qint64 batch = run.first; batch <= run.last; ++batch) {
            const QByteArray name = batchFileName(batch);
            const auto stat = lookAt(m_folders.messages, name.constData());
            if (!stat || !stat->regular || timeOfNs(stat->changedNs) + clearlyBefore >= record.at)
                continue;
            PORTOLAN_TRY(removeAt(m_folders.messages, name));
            if (removed == Count::Is) {
                m_outcome.rows += run.lines;
                m_outcome.bytes += stat->size;
            }
        }
    }
    PORTOLAN_TRY(syncFile(m_folders.messages, m_places.messages));
    record.isRemoved = true;
    return ArchivedFiles::put(m_places.own, record);
}

Result<void> FileRetentionRun::takeAll(const Retention::Progress& progress, const CancelToken& token) {
    qint64 total = m_outcome.rows;
    for (const Candidate& file : m_doomed)
        total += file.lines;
    const std::span<const Candidate> all = m_doomed;
    for (std::size_t first = 0; first < all.size(); first += filesAtOnce) {
        if (token.stop_requested())
            return cancelled();
        const auto some = all.subspan(first, std::min(filesAtOnce, all.size() - first));
        PORTOLAN_TRY(takeSome(some, token));
        for (const Candidate& file : some) {
            m_outcome.rows += file.lines;
            m_outcome.bytes += file.bytes;
        }
        progress(m_rule.name, m_outcome.rows, total);
    }
    return {};
}

/// Reads files that are still as they were seen, and notes them in the record.
Result<void> FileRetentionRun::readInto(ArchivedRecord& record, std::span<const Candidate> files,
                                        const std::function<Result<void>(const Candidate&, const QByteArray&)>& each,
                                        const CancelToken& token) {
    QByteArray bytes;
    for (const Candidate& file : files) {
        if (token.stop_requested())
            return cancelled();
        const QByteArray name = batchFileName(file.batch);
        PORTOLAN_TRY(readAt(m_folders.messages, name, bytes));
        const auto stat = lookAt(m_folders.messages, name.constData()); // after: what was read was there before
        if (!stat || !isUntouched(*stat) || stat->size != bytes.size())
            return Error{ErrorCode::Changed,
                         QStringLiteral("%1 was changed by another program meanwhile; it is in its place. Try again.")
                             .arg(QString::fromLatin1(name))};
        record.add(file.batch, file.lines);
        forEachLine(bytes, [&](qsizetype at, QByteArrayView line, bool) {
            if (const auto number = parseBatchLine(line, at == 0).number)
                record.addNumber(*number);
            return true;
        });
        PORTOLAN_TRY(each(file, bytes));
    }
    return {};
}

/// Packs files, or not; then writes the record, which is what counts; then removes them.
Result<void> FileRetentionRun::takeSome(std::span<const Candidate> files, const CancelToken& token) {
    const QString folder = QString::fromUtf8(m_rule.archive);
    BackupManifest manifest = newBackup("archive", "files", m_url.display(), "Portolan");
    ArchivedRecord record;
    record.id = manifest.id;
    record.at = m_began;
    record.actor = m_order.actor;
    record.reason = m_order.reason;
    if (folder.isEmpty()) {
        PORTOLAN_TRY(readInto(
            record, files, [](const Candidate&, const QByteArray&) { return Result<void>(); }, token));
    } else {
        const BackupParts parts{[&](BackupWriter& into, BackupManifest& counted, const BackupWorkplace&,
                                    const CancelToken& stop) -> Result<void> {
                                    qint64& lines = counted.tables["messages"];
                                    return readInto(
                                        record, files,
                                        [&](const Candidate& file, const QByteArray& bytes) {
                                            lines += file.lines;
                                            return into.put("messages/" + batchFileName(file.batch), bytes,
                                                            file.modified);
                                        },
                                        stop);
                                },
                                [](const QString& unpacked, const BackupManifest& counted, const CancelToken&) {
                                    return proveFiles(unpacked, counted);
                                }};
        const auto made = makeBackup({folder, {}, m_url.name()}, std::move(manifest), parts, {}, token);
        PORTOLAN_TRY(made);
        record.file = made->file;
    }
    PORTOLAN_TRY(ArchivedFiles::put(m_places.own, record));
    return remove(record, Count::IsNot);
}

} // namespace portolan
