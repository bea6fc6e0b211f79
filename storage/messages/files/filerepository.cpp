#include "storage/messages/files/filerepository.h"

#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/indexfile.h"

#include <QFile>
#include <algorithm>

namespace portolan {

namespace {

/// An index made from fewer read files is not worth keeping: making it again is faster.
constexpr qint64 worthKeeping = 500;

/// Mixes a figure into a mark; the constant is the golden ratio, as in Boost's hash_combine.
void mix(quint64& mark, quint64 figure) {
    mark ^= figure + 0x9e3779b97f4a7c15 + (mark << 6) + (mark >> 2);
}

Result<FileStat> statPath(const QString& path) {
    return statAt(Fd(), QFile::encodeName(path)); // absolute: the folder does not count
}

} // namespace

Result<void> RejectRows::freshen() {
    const auto folder = openFolder(m_ownPath + QStringLiteral("/rejects"));
    if (!folder) {
        m_file = RejectFile();
        m_marks = ReinjectedMarks();
        m_outcomes = RejectOutcomes();
        return folder.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(folder.error());
    }
    // The marks come first: a mark whose reject is not known yet does no harm.
    if (const auto marks = m_marks.refresh(*folder); !marks)
        return marks;
    const auto outcomes = m_outcomes.refresh(*folder);
    return outcomes ? m_file.refresh(*folder) : outcomes;
}

Result<Reject> RejectRows::rowAt(qsizetype position) const {
    Result<Reject> reject = m_file.at(position);
    if (!reject)
        return reject;
    reject->reinjectedAt = m_marks.of(reject->id, reject->rejectedAt);
    const auto applied = m_outcomes.apply(*reject);
    return applied ? reject : Result<Reject>(applied.error());
}

Result<void> RejectRows::markReinjected(std::span<const qint64> ids, Timestamp at) {
    if (const auto freshened = freshen(); !freshened)
        return freshened;
    std::vector<ReinjectedMarks::Mark> marks;
    for (const qint64 id : ids) {
        if (id < 1 || id > count())
            continue;
        const Result<Reject> reject = rowAt(id - 1);
        PORTOLAN_TRY(reject);
        if (!reject->reinjectedAt)
            marks.push_back({reject->id, reject->rejectedAt, at});
    }
    if (marks.empty())
        return {};
    const auto folder = openFolder(m_ownPath + QStringLiteral("/rejects"));
    return folder ? ReinjectedMarks::add(*folder, marks) : Result<void>(folder.error());
}

Result<qint64> RejectRows::noteRejects(const RejectActs& acts) {
    PORTOLAN_TRY(freshen());
    std::vector<RejectOutcomes::Noted> noted;
    for (const RejectActs::Outcome& outcome : acts.outcomes) {
        if (outcome.id < 1 || outcome.id > count())
            continue;
        const Result<Reject> reject = rowAt(outcome.id - 1);
        PORTOLAN_TRY(reject);
        if (qstrcmp(reject->state(), "open") == 0)
            noted.push_back({reject->rejectedAt, &outcome});
    }
    if (noted.empty())
        return 0;
    const auto folder = openFolder(m_ownPath + QStringLiteral("/rejects"));
    PORTOLAN_TRY(folder);
    const auto added = RejectOutcomes::add(*folder, acts, noted);
    return added ? Result<qint64>(std::ssize(noted)) : Result<qint64>(added.error());
}

FileRepository::FileRepository(const StorePlaces& places, Fd messages)
    : m_places(places)
    , m_messages(std::move(messages))
    , m_index(m_messages)
    , m_journal(places.own)
    , m_batches(m_index, [this] { return freshen(); })
    , m_messageRows(m_messages, m_index, m_journal, [this] { return freshen(); })
    , m_rejects(places.own)
    , m_gaps(m_journal) {}

Result<std::unique_ptr<FileRepository>> FileRepository::open(const StorePlaces& places) {
    auto messages = openFolder(places.messages);
    if (!messages && messages.error().code == ErrorCode::NotFound)
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no file store at %1: the folder is missing. Check the "
                                    "URL, or start a receiver into it.")
                         .arg(places.messages)};
    PORTOLAN_TRY(messages);
    std::unique_ptr<FileRepository> repository(new FileRepository(places, std::move(*messages)));
    const auto seen = statPath(places.messages);
    const auto folder = statOf(repository->m_messages, places.messages);
    if (!seen || !folder)
        return seen ? folder.error() : seen.error();
    repository->m_pathSeen = *seen;

    const auto own = openFolder(places.own);
    const bool kept = own && IndexFile(*own).load(repository->m_index);
    if (!kept) {
        const Fd cache = openCacheFolder();
        IndexFile(cache, cachedIndexName(*folder, places.messages)).load(repository->m_index);
    }
    PORTOLAN_TRY(repository->m_index.refresh());
    repository->m_costlyReads += repository->m_index.takeFilesRead();
    repository->keepIndex();
    return repository;
}

FileRepository::~FileRepository() {
    keepIndex();
}

void FileRepository::keepIndex() {
    if (m_costlyReads < worthKeeping)
        return;
    const auto folder = statOf(m_messages, m_places.messages);
    if (!folder)
        return;
    const Fd cache = openCacheFolder();
    IndexFile(cache, cachedIndexName(*folder, m_places.messages)).save(m_index);
    m_costlyReads = 0;
}

/// Opens the folder again when another one took its place: a restore may do that.
Result<void> FileRepository::reopenWhenReplaced() {
    const auto seen = statPath(m_places.messages);
    PORTOLAN_TRY(seen);
    if (seen->inode == m_pathSeen.inode && seen->device == m_pathSeen.device)
        return {};
    auto messages = openFolder(m_places.messages);
    PORTOLAN_TRY(messages);
    m_messages = std::move(*messages);
    m_pathSeen = *seen;
    return m_index.refresh();
}

Result<void> FileRepository::freshen() {
    if (const auto same = reopenWhenReplaced(); !same)
        return same;
    if (const auto refreshed = m_index.freshen(); !refreshed)
        return refreshed;
    m_costlyReads += m_index.takeFilesRead();
    return m_journal.refresh();
}

Result<Batch> FileRepository::batch(qint64 id) {
    PORTOLAN_TRY(freshen());
    if (const FileEntry* const entry = m_index.find(id))
        return toBatch(*entry);
    return Error{ErrorCode::NotFound, QStringLiteral("There is no batch %1.").arg(id)};
}

Result<Message> FileRepository::message(MessageId id) {
    PORTOLAN_TRY(freshen());
    QByteArray buffer;
    std::vector<Message> messages;
    if (id.batch > 0) {
        PORTOLAN_TRY(m_journal.loadMetadata(std::span(&id.batch, 1)));
        const MessageReader reader(m_messages, m_journal.book(), m_journal.metadata());
        PORTOLAN_TRY(reader.read(id.batch, buffer, messages));
    }
    if (id.row < 1 || id.row > static_cast<qint64>(messages.size()))
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no message %1.").arg(QString::fromLatin1(id.toText()))};
    return messages[static_cast<std::size_t>(id.row - 1)];
}

Result<Reject> FileRepository::reject(qint64 id) {
    PORTOLAN_TRY(m_rejects.freshen());
    if (id < 1 || id > m_rejects.count())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no reject %1.").arg(id)};
    return m_rejects.rowAt(id - 1);
}

Result<quint64> FileRepository::mark() {
    PORTOLAN_TRY(freshen());
    const auto folder = statOf(m_messages, m_places.messages);
    PORTOLAN_TRY(folder);
    PORTOLAN_TRY(m_rejects.freshen());
    quint64 mark = m_index.generation();
    mix(mark, folder->inode);
    mix(mark, static_cast<quint64>(folder->modifiedNs));
    mix(mark, static_cast<quint64>(m_rejects.bytes()));
    mix(mark, m_journal.gapMark());
    return mark;
}

} // namespace portolan
