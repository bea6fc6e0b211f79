#include "storage/messages/files/filewriter.h"

#include "storage/ingest/contenthash.h"
#include "storage/ingest/decoder.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/lines/indexfile.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <QLoggingCategory>
#include <algorithm>
#include <fcntl.h>
#include <limits>
#include <utility>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(writerLog, "portolan.batchfile.writer")

/// The least number of its own files that a writer keeps in its index; the most is twice that.
constexpr std::size_t filesRemembered = 5000;

/// Returns true when the four digits of a line's year can hold the time.
bool fitsInALine(Timestamp time) {
    using namespace std::chrono;
    return time >= sys_days(year(1) / January / 1) && time < sys_days(year(10000) / January / 1);
}

Error mustRecover() {
    return Error{ErrorCode::Unknown, QStringLiteral("An earlier write to the file store failed; it is looked at again "
                                                    "before anything more is stored.")};
}

/// Returns true when an error comes from another program's doings in the folder.
bool isSomebodyElses(const Error& error) {
    return error.code == ErrorCode::Changed || error.code == ErrorCode::NotFound;
}

Reject rejectOf(const Delivery& delivery, const QString& reason) {
    Reject reject;
    reject.rejectedAt = delivery.receivedAt;
    reject.source = delivery.key.isKeyed() ? delivery.key.source : delivery.series;
    reject.key = delivery.keyText;
    reject.reason = reason;
    reject.payload = delivery.payload;
    reject.metadata = delivery.metadata;
    return reject;
}

/// Returns the reason of a reject whose key came again with other content.
QString otherContent(const Delivery& delivery) {
    const QString key = delivery.keyText.isEmpty()
                            ? QStringLiteral("%1-%2").arg(delivery.key.major).arg(delivery.key.minor)
                            : QString::fromUtf8(delivery.keyText);
    return QStringLiteral("Key %1 of %2 is stored already, with other data.")
        .arg(key, QString::fromUtf8(delivery.key.source));
}

/// Lays out one item after the other; counts them.
class ItemSorter {
public:
    ItemSorter(GroupDraft& draft, StrayLines& strays, qint64 lastNumber)
        : m_draft(draft)
        , m_strays(strays)
        , m_lastNumber(lastNumber) {}

    /// The outcome of adding an item.
    struct Added {
        bool wasKnown = false; ///< it was there before, or its key was
        bool isNew = false;    ///< the draft took a part of it in
    };
    /// Adds an item. `known`: the hashes of what is stored under its key, 0 for an unknown one; none for a new key.
    template <class Known>
    Result<Added> add(const IngestItem& item, Known known) {
        const Delivery& delivery = item.delivery;
        std::optional<QString> reason = refusal(item.decoded, delivery);
        if (reason && delivery.keptBySource) {
            m_counts.countRejected(item, *reason);
            return Added{true, false};
        }
        const quint64 hash = delivery.isMessage() ? contentHash(delivery.payload, delivery.metadata) : 0;
        const std::vector<quint64> hashes = known(delivery.key, hash);
        if (std::ranges::any_of(hashes, [&](quint64 stored) { return stored == hash || stored == 0; })) {
            m_counts.countDuplicate(item);
            return Added{true, false};
        }
        const bool isOther = !hashes.empty();
        if (isOther) {
            reason = otherContent(delivery);
            if (delivery.keptBySource) {
                m_counts.countRejected(item, *reason);
                return Added{true, false};
            }
        }
        if (reason) {
            const auto place = m_strays.findReject(delivery, hash);
            PORTOLAN_TRY(place);
            if (*place) {
                m_draft.addFound(delivery, hash, **place);
                m_counts.countDuplicate(item);
            } else {
                m_draft.addReject(delivery, hash, rejectOf(delivery, *reason));
                m_counts.countRejected(item, *reason);
            }
            return Added{isOther, true};
        }
        if (const auto* message = std::get_if<IncomingMessage>(&item.decoded)) {
            const auto found = m_strays.take(delivery, *message);
            PORTOLAN_TRY(found);
            if (*found) {
                StoredLine place = (*found)->place;
                place.metadata = message->metadata;
                m_draft.addFound(delivery, hash, place);
                if ((*found)->escape)
                    m_draft.addEscape(*(*found)->escape);
                m_counts.countDuplicate(item);
                return Added{false, true};
            }
            m_lastNumber = message->number.value_or(m_lastNumber + 1);
            m_draft.addLine(delivery, hash, m_lastNumber, message->timestamp.value_or(delivery.receivedAt),
                            message->content, message->metadata);
            m_counts.countStored(MessageKind::Message, message->timestamp);
        } else {
            m_draft.addNews(delivery.key);
        }
        return Added{false, true};
    }
    void addGaps(qint64 found) { m_counts.gaps += found; }

    [[nodiscard]] const IngestCounts& counts() const { return m_counts; }
    [[nodiscard]] qint64 lastNumber() const { return m_lastNumber; }

private:
    /// Returns why an item cannot be a line, in words; nothing when it can.
    [[nodiscard]] std::optional<QString> refusal(const Decoded& decoded, const Delivery& delivery) const {
        if (const auto* rejection = std::get_if<Rejection>(&decoded))
            return rejection->reason;
        if (const auto* record = std::get_if<IncomingRecord>(&decoded))
            return QStringLiteral("A file store keeps messages only, and this is of kind %1.")
                .arg(QString::fromLatin1(kindName(record->kind)));
        const auto* message = std::get_if<IncomingMessage>(&decoded);
        if (!message)
            return std::nullopt; // news of a gap
        if (!fitsInALine(message->timestamp.value_or(delivery.receivedAt)))
            return QStringLiteral("Its time lies outside of the years 0001 to 9999.");
        if (!message->number && m_lastNumber == std::numeric_limits<qint64>::max())
            return QStringLiteral("It has no number, and the last number used is the largest there is.");
        return std::nullopt;
    }

    GroupDraft& m_draft;
    StrayLines& m_strays;
    qint64 m_lastNumber;
    IngestCounts m_counts;
};

} // namespace

FileWriter::FileWriter(WriterLock lock, StoreFolders folders, StorePlaces places, int batchSize)
    : m_lock(std::move(lock))
    , m_folders(std::move(folders))
    , m_places(std::move(places))
    , m_batchSize(batchSize)
    , m_index(m_folders.messages) {}

Result<std::unique_ptr<FileWriter>> FileWriter::open(const StorePlaces& places, int batchSize) {
    for (const QString& folder : {places.messages, places.own}) {
        PORTOLAN_TRY(makeFolders(folder));
    }
    const auto own = openFolder(places.own);
    PORTOLAN_TRY(own);
    auto lock = WriterLock::take(*own);
    PORTOLAN_TRY(lock);
    auto folders = openFolders(places.messages, places.own);
    PORTOLAN_TRY(folders);
    std::unique_ptr<FileWriter> writer(new FileWriter(std::move(*lock), std::move(*folders), places, batchSize));
    if (IndexFile(writer->m_folders.own).load(writer->m_index))
        writer->m_indexMark = writer->m_index.checksum();
    PORTOLAN_TRY(writer->load(LastGroup::Verify));
    return writer;
}

FileWriter::~FileWriter() {
    if (!m_journal)
        return;
    const quint32 mark = m_index.checksum();
    m_journal->setIndexMark(m_isUnsure ? ~mark : mark);
    const bool haveRejects = m_place.rejects == m_rejectsThen || findRejectsEnd();
    m_journal->setRejectsMark(haveRejects && !m_isUnsure ? m_rejectsMark : 0);
    if (const auto compacted = m_journal->compact(); !compacted)
        qCWarning(writerLog).noquote() << compacted.error().text;
    IndexFile(m_folders.own).save(m_index);
}

Result<void> FileWriter::load(LastGroup lastGroup) {
    auto journal = Journal::open(m_folders, lastGroup, m_acknowledged);
    PORTOLAN_TRY(journal);
    if (const auto refreshed = m_index.refresh(); !refreshed)
        return refreshed;
    m_filesBefore = m_index.entries().size();
    m_journal.emplace(std::move(*journal));
    Result<void> done = findRejectsEnd();
    done = done ? reconcile() : done;
    done = done ? m_journal->compact() : done;
    done = done ? findPlace() : done;
    if (!done)
        m_journal.reset();
    return done;
}

/// Looks whether the stored lines are still there, in the files that may have changed since this was last done. Those
/// that were archived, before or meanwhile, are no loss.
Result<void> FileWriter::reconcile() {
    Comparison asked = comparison();
    const auto before = ArchivedFiles::read(m_places.own);
    PORTOLAN_TRY(before);
    std::erase_if(asked.batches, [&](qint64 batch) { return before->contains(batch) && !m_index.find(batch); });
    std::optional<ArchivedFiles> after;
    const auto reconciled = m_journal->reconcile(asked.batches, [&](qint64 batch) -> Result<bool> {
        if (!after) {
            auto read = ArchivedFiles::read(m_places.own);
            PORTOLAN_TRY(read);
            after = std::move(*read);
        }
        return after->contains(batch) && !lookAt(m_folders.messages, batchFileName(batch).constData());
    });
    PORTOLAN_TRY(reconciled);
    m_lostGaps += reconciled->gaps;
    noteStrays(asked, reconciled->standing);
    m_journal->setRejectsMark(m_rejectsMark);
    m_isUnsure = false;
    return {};
}

/// Chooses the files whose lines are compared: those that are missing, were read again since the index was kept, or
/// took groups of the log; all of them where the index is not the one that was kept last.
FileWriter::Comparison FileWriter::comparison() {
    const JournalState& state = m_journal->state();
    Comparison asked;
    asked.all = m_isUnsure || m_indexMark == 0 || state.indexMark != m_indexMark;
    asked.batches = m_index.takeRead();
    std::ranges::copy(m_journal->replayed(), std::back_inserter(asked.batches));
    const auto entries = m_index.entries();
    if (asked.all)
        std::ranges::transform(entries, std::back_inserter(asked.batches), &FileEntry::batch);
    for (std::size_t i = 0; i < state.lines.count(); ++i) {
        for (const auto& [first, last] : state.lines.batchesOf(i)) {
            std::size_t at = m_index.lowerBound(first);
            for (qint64 batch = std::max<qint64>(1, first); batch <= last; ++batch) {
                const bool isThere = at < entries.size() && entries[at].batch == batch;
                at += isThere ? 1 : 0;
                if (!isThere)
                    asked.batches.push_back(batch);
            }
        }
    }
    if (asked.all || state.rejectsMark == 0 || state.rejectsMark != m_rejectsMark)
        asked.batches.push_back(0);
    std::ranges::sort(asked.batches);
    const auto twice = std::unique(asked.batches.begin(), asked.batches.end());
    asked.batches.erase(twice, asked.batches.end());
    return asked;
}

/// Notes the files with more lines than the book has of them.
void FileWriter::noteStrays(const Comparison& compared, const std::map<qint64, qint64>& standing) {
    const JournalState& state = m_journal->state();
    LineBook::Runs strays;
    Timestamp newest;
    const auto standingIn = [&](qint64 batch) {
        const auto found = standing.find(batch);
        return found == standing.end() ? 0 : found->second;
    };
    auto known = state.strays.begin();
    for (const FileEntry& entry : m_index.entries()) {
        while (known != state.strays.end() && known->second < entry.batch)
            ++known;
        const bool wasAsked = std::ranges::binary_search(compared.batches, entry.batch);
        const bool isStray = wasAsked ? entry.messageCount > standingIn(entry.batch)
                                      : known != state.strays.end() && known->first <= entry.batch;
        if (!isStray)
            continue;
        newest = std::max(newest, Timestamp(std::chrono::microseconds(entry.modifiedNs / 1000)));
        if (!strays.empty() && strays.back().second + 1 == entry.batch)
            strays.back().second = entry.batch;
        else
            strays.emplace_back(entry.batch, entry.batch);
    }
    const bool wereRejects = std::ranges::binary_search(compared.batches, qint64(0));
    const bool inRejects = wereRejects ? m_place.rejects > standingIn(0) : state.hasStrayRejects;
    m_journal->setStrays(strays, inRejects);
    m_strays = StrayLines(m_folders, state.lines, std::move(strays), newest, inRejects);
}

Result<void> FileWriter::findRejectsEnd() {
    RejectFile rejects;
    if (const auto read = rejects.refresh(m_folders.rejects); !read)
        return read;
    const auto stat = statAt(m_folders.rejects, RejectFile::fileName);
    if (!stat && stat.error().code != ErrorCode::NotFound)
        return stat.error();
    m_place.rejectsExist = stat.ok();
    m_place.rejects = rejects.count();
    m_place.rejectsEnd = rejects.end();
    m_rejectsMark = rejects.checksum();
    m_rejectsThen = rejects.count();
    if (stat && stat->size != rejects.end())
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The file of rejects is damaged after record %1. Move it out of the folder "
                                    ".portolan/rejects to go on.")
                         .arg(rejects.count())};
    return {};
}

/// Finds where to go on, from the index and from what this program remembers of its own last file.
Result<void> FileWriter::findPlace() {
    m_place.batch = 1;
    m_place.offset = 0;
    m_place.lines = 0;
    m_place.exists = false;
    m_lastNumber = 0;
    const auto entries = m_index.entries();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        if (entry->numbered == 1) {
            m_lastNumber = entry->lastNumber;
            break;
        }
    }
    const auto folder = statOf(m_folders.messages, QStringLiteral("the folder of messages"));
    PORTOLAN_TRY(folder);
    m_folderSeen = *folder;
    if (entries.empty())
        return {};

    const FileEntry& last = entries.back();
    m_place.batch = last.batch + 1;
    const bool isOurs = last.batch == m_journal->state().ownBatch;
    if (last.messageCount >= m_batchSize || (isOurs && last.size != m_journal->state().ownEnd))
        return {}; // full, or changed by somebody else: it is not touched
    const auto file = openAt(m_folders.messages, batchFileName(last.batch), O_RDONLY);
    PORTOLAN_TRY(file);
    const auto end = readPart(*file, std::max<qint64>(0, last.size - 1), 1, QStringLiteral("the last batch file"));
    PORTOLAN_TRY(end);
    if (last.size > 0 && *end != "\n")
        return {}; // another program's torn line
    m_place.batch = last.batch;
    m_place.offset = last.size;
    m_place.lines = last.messageCount;
    m_place.exists = true;
    return {};
}

/// Looks whether another program has made, removed or changed files since our last write; costs a few system calls.
Result<void> FileWriter::notice() {
    const auto atPath = openFolder(m_places.messages);
    const auto standing = atPath ? statOf(*atPath, m_places.messages) : Result<FileStat>(atPath.error());
    if (!standing && standing.error().code != ErrorCode::NotFound)
        return standing.error();
    if (!standing || standing->inode != m_folderSeen.inode || standing->device != m_folderSeen.device)
        return Error{ErrorCode::Io, QStringLiteral("The folder %1 was moved or replaced while it was being written to. "
                                                   "Put it back, or stop receiving and start again.")
                                        .arg(m_places.messages)};
    const auto folder = statOf(m_folders.messages, QStringLiteral("the folder of messages"));
    PORTOLAN_TRY(folder);
    bool same = *folder == m_folderSeen;
    if (same && m_place.exists) {
        const auto stat = statAt(m_folders.messages, batchFileName(m_place.batch));
        const FileEntry* const known = m_index.find(m_place.batch);
        same = stat && known && known->isSameFile(*stat);
    }
    if (same)
        return {};
    m_isUnsure = true;
    if (const auto refreshed = m_index.freshen(); !refreshed)
        return refreshed;
    m_index.takeRead();
    return findPlace();
}

/// Looks again for the place to go on, after another program made or removed files meanwhile.
Result<void> FileWriter::lookAgain() {
    m_isUnsure = true;
    if (const auto refreshed = m_index.refresh(); !refreshed)
        return refreshed;
    if (const auto found = findRejectsEnd(); !found)
        return found;
    return findPlace();
}

Result<IngestCounts> FileWriter::store(std::span<const IngestItem> items) {
    if (!m_journal)
        return mustRecover();
    auto counts = storeOnce(items);
    if (counts || !isSomebodyElses(counts.error()))
        return counts;
    // Nothing was stored: a file was where ours was to go, or one of ours was gone. Go on after it.
    PORTOLAN_TRY(lookAgain());
    counts = storeOnce(items);
    if (!counts && isSomebodyElses(counts.error()))
        return Error{ErrorCode::Busy, counts.error().text, counts.error().details};
    return counts;
}

Result<IngestCounts> FileWriter::storeOnce(std::span<const IngestItem> items) {
    PORTOLAN_TRY(notice());
    m_strays.settle(false);
    GroupDraft draft(m_place, m_batchSize);
    ItemSorter sorter(draft, m_strays, m_lastNumber);
    const JournalState& state = m_journal->state();
    std::vector<SourceKey> stored;
    for (const IngestItem& item : items) {
        if (state.keys.contains(item.delivery.key) || state.gone.contains(item.delivery.key))
            stored.push_back(item.delivery.key);
    }
    std::ranges::sort(stored);
    const auto twice = std::unique(stored.begin(), stored.end());
    stored.erase(twice, stored.end());
    const LineBook::Hashes storedHashes = m_journal->hashesOf(stored);
    const auto hashesOf = [&](const SourceKey& key, quint64 hash) {
        std::vector<quint64> hashes = key.isKeyed() ? draft.hashesOf(key) : std::vector<quint64>();
        if (!std::ranges::binary_search(stored, key))
            return hashes;
        const bool isKnown = state.keys.contains(key); // else its line is gone: only what was rejected beside it counts
        const auto [first, last] = storedHashes.equal_range(key);
        for (auto found = first; found != last; ++found) {
            if (isKnown || found->second == hash)
                hashes.push_back(found->second);
        }
        if (first == last && isKnown)
            hashes.push_back(0);
        return hashes;
    };
    std::vector<bool> known(items.size(), false);
    std::vector<bool> isNew(items.size(), false);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto added = sorter.add(items[i], hashesOf);
        PORTOLAN_TRY(added);
        known[i] = added->wasKnown;
        isNew[i] = added->isNew;
    }
    qint64 found = 0;
    draft.addGaps(m_journal->state().gaps.changesBy(items, known, found));
    for (GapEdit& edit : filledBy(items, isNew))
        draft.addGapEdit(std::move(edit));
    sorter.addGaps(found + m_lostGaps);
    if (draft.isEmpty()) {
        m_lostGaps = 0;
        return sorter.counts();
    }
    PORTOLAN_TRY(commit(draft));
    m_strays.settle(true);
    m_lostGaps = 0;
    m_lastNumber = sorter.lastNumber();
    return sorter.counts();
}

Result<void> FileWriter::commit(GroupDraft& draft) {
    auto finished = draft.finish();
    if (const auto committed = m_journal->commit(finished.group, finished.pieces); !committed) {
        if (committed.error().code == ErrorCode::Unknown)
            m_journal.reset();
        return committed.error();
    }
    m_acknowledged = finished.group.sequence;
    m_place = finished.next;
    remember(finished);
    if (m_journal->wantsCompaction()) {
        if (const auto compacted = m_journal->compact(); !compacted) {
            qCWarning(writerLog).noquote() << compacted.error().text;
            m_journal.reset(); // what was stored is safe in the log; recover() finds out which log that is
        }
    }
    return {};
}

Result<void> FileWriter::storeCopied(GroupDraft& draft) {
    if (!m_journal)
        return mustRecover();
    PORTOLAN_TRY(notice());
    if (draft.isEmpty())
        return {};
    if (const auto committed = commit(draft); !committed) {
        if (!isSomebodyElses(committed.error()))
            return committed;
        PORTOLAN_TRY(lookAgain());
        return Error{ErrorCode::Busy, committed.error().text, committed.error().details};
    }
    return m_journal ? findPlace() : mustRecover();
}

/// Returns how storing these items changes the gaps of lost lines.
std::vector<GapEdit> FileWriter::filledBy(std::span<const IngestItem> items, const std::vector<bool>& isNew) const {
    const JournalState& state = m_journal->state();
    std::map<qint64, std::pair<qint64, Timestamp>> filled;
    for (std::size_t i = 0; i < items.size() && !state.gone.empty(); ++i) {
        const auto gone = isNew[i] ? state.gone.find(items[i].delivery.key) : state.gone.end();
        if (gone != state.gone.end())
            filled[gone->second] = {filled[gone->second].first + 1, items[i].delivery.receivedAt};
    }
    std::vector<GapEdit> edits;
    for (const auto& [gap, by] : filled) {
        if (auto edit = state.gaps.filledBy(gap, by.first, by.second))
            edits.push_back(std::move(*edit));
    }
    return edits;
}

/// Notes the files of a stored group in the index. The next refresh finds those that cannot be looked at now.
void FileWriter::remember(const GroupDraft::Finished& finished) {
    for (std::size_t i = 0; i < finished.entries.size(); ++i) {
        if (finished.group.extents[i].target != LogExtent::Target::Batch)
            continue;
        FileEntry entry = finished.entries[i];
        const FileEntry* const before = m_index.find(entry.batch);
        if (!before && !finished.group.extents[i].created)
            continue; // forgotten: the next refresh counts its lines
        if (before) {
            entry.messageCount += before->messageCount;
            entry.firstNumber = before->numbered == 1 ? before->firstNumber : entry.firstNumber;
        }
        const auto stat = statAt(m_folders.messages, batchFileName(entry.batch));
        if (!stat)
            continue;
        statInto(entry, *stat);
        m_index.note(entry);
    }
    forgetOldFiles();
    if (const auto folder = statOf(m_folders.messages, QString()))
        m_folderSeen = *folder;
}

/// Forgets old files, so that a receiver that runs for months does not grow with what it has stored.
void FileWriter::forgetOldFiles() {
    const std::size_t files = m_index.entries().size();
    if (files >= m_filesBefore + 2 * filesRemembered)
        m_index.forget(m_filesBefore, files - m_filesBefore - filesRemembered);
}

Result<DedupAnswer> FileWriter::storedKeys(const QByteArray& source, KeyPair from) {
    if (!m_journal)
        return Error{ErrorCode::Unknown, QStringLiteral("The store has to be verified first.")};
    const JournalState& state = m_journal->state();
    DedupAnswer answer = state.keys.from(source, from);
    for (auto at = state.gone.lower_bound({source, 0, 0}); at != state.gone.end() && at->first.source == source; ++at) {
        const KeyPair key{at->first.major, at->first.minor};
        KeyRun* const run = answer.gone.empty() ? nullptr : &answer.gone.back();
        if (run && run->first.major == key.major && run->first.minor + run->count == key.minor)
            ++run->count;
        else
            answer.gone.push_back({key, 1});
    }
    return answer;
}

Result<std::vector<quint64>> FileWriter::hashesOf(const QByteArray& source, std::span<const KeyPair> keys) {
    if (!m_journal)
        return Error{ErrorCode::Unknown, QStringLiteral("The store has to be verified first.")};
    std::vector<SourceKey> wanted;
    for (const KeyPair key : keys)
        wanted.push_back({source, key.major, key.minor});
    std::ranges::sort(wanted);
    const LineBook::Hashes stored = m_journal->hashesOf(wanted);
    std::vector<quint64> hashes;
    for (const KeyPair key : keys) {
        const auto found = stored.find({source, key.major, key.minor});
        hashes.push_back(found == stored.end() ? 0 : found->second);
    }
    return hashes;
}

Result<std::optional<IngestCounts>> FileWriter::recover() {
    m_journal.reset();
    PORTOLAN_TRY(load(LastGroup::Undo));
    return std::optional<IngestCounts>();
}

} // namespace portolan
