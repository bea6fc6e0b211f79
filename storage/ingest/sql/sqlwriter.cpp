#include "storage/ingest/sql/sqlwriter.h"

#include "storage/ingest/contenthash.h"
#include "storage/ingest/fence.h"
#include "storage/ingest/kinds.h"
#include "storage/ingest/sql/letgokeys.h"
#include "storage/ingest/sql/sqldedupset.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/sequences.h"
#include "storage/sql/postgresql/serverlock.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace portolan {

namespace {

constexpr QByteArrayView uniqueViolation = "23505"; // SQLSTATE
constexpr int groupsLookedUp = 64;                  // after one that held what was stored already
constexpr int mostRaises = 5;                       // of numbers for one group

/// The keyed items of one source, by key and then as they came.
using KeyedItems = std::vector<std::pair<KeyPair, std::size_t>>;

std::map<QByteArray, KeyedItems> keyedBySource(std::span<const IngestItem> items) {
    std::map<QByteArray, KeyedItems> sources;
    KeyedItems* current = nullptr;
    const QByteArray* currentSource = nullptr;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const SourceKey& key = items[i].delivery.key;
        if (!key.isKeyed())
            continue;
        if (!currentSource || *currentSource != key.source) {
            current = &sources[key.source];
            currentSource = &key.source;
        }
        current->emplace_back(KeyPair{key.major, key.minor}, i);
    }
    for (auto& [source, keyed] : sources)
        std::ranges::sort(keyed);
    return sources;
}

/// Each key once, with the content that came first.
std::vector<DedupProbe> distinctKeys(const KeyedItems& keyed, std::span<const IngestItem> items) {
    std::vector<DedupProbe> keys;
    keys.reserve(keyed.size());
    for (const auto& [key, index] : keyed) {
        if (keys.empty() || keys.back().key != key)
            keys.push_back({key, contentHash(items[index].delivery)});
    }
    return keys;
}

/// Each key once, with the kind of what comes under it first.
std::vector<LetGoKeys::Arrival> arrivalsOf(const KeyedItems& keyed, std::span<const IngestItem> items) {
    std::vector<LetGoKeys::Arrival> arrivals;
    arrivals.reserve(keyed.size());
    for (const auto& [key, index] : keyed) {
        const IngestItem& item = items[index];
        if (!arrivals.empty() && arrivals.back().key == key)
            continue;
        const auto* record = std::get_if<IncomingRecord>(&item.decoded);
        const bool isMessage = std::holds_alternative<IncomingMessage>(item.decoded);
        arrivals.push_back({key, item.delivery.keyText,
                            record      ? std::optional(record->kind)
                            : isMessage ? std::optional(MessageKind::Message)
                                        : std::nullopt});
    }
    return arrivals;
}

QString hexOf(quint64 hash) {
    return QStringLiteral("%1").arg(hash, 16, 16, QLatin1Char('0'));
}

/// Names both sides by what is kept of them.
QString sameKeyOtherContent(const Delivery& delivery, quint64 stored) {
    return QStringLiteral("%1 of %2 is stored already, with other data: content %3, not %4")
        .arg(QString::fromUtf8(delivery.keyText), QString::fromUtf8(delivery.key.source), hexOf(stored),
             hexOf(contentHash(delivery)));
}

/// The time that a record gives itself; nothing for kinds that have none.
std::optional<Timestamp> timeOf(const IncomingRecord& record) {
    const auto fields = kindOf(record.kind).fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (QByteArrayView(fields[i].name) == "timestamp") {
            const auto* time = std::get_if<Timestamp>(&record.values[i]);
            return time ? std::optional(*time) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// Counts the messages, when some of them came with metadata; 0: none did.
qint64 messagesWithMetadata(std::span<const IngestItem> items) {
    qint64 count = 0;
    bool hasAny = false;
    for (const IngestItem& item : items) {
        const auto* message = std::get_if<IncomingMessage>(&item.decoded);
        count += message ? 1 : 0;
        hasAny = hasAny || (message && !message->metadata.isEmpty());
    }
    return hasAny ? count : 0;
}

} // namespace

SqlWriter::Tables::Tables(Connection& connection, const SchemaInspector& catalogue, int batchSize)
    : tail(connection, catalogue, batchSize)
    , records(connection, catalogue)
    , rejects(connection, "portolan_rejects",
              {"rejected_at", "source", "key", "reason", "payload", "deliveries", "received_at", "metadata"})
    , gaps(connection) {}

Result<std::unique_ptr<IngestWriter>> SqlWriter::open(const StoreUrl& url, const CancelToken& token) {
    Result<std::unique_ptr<Session>> session = Session::open(url, Access::Write, token);
    PORTOLAN_TRY(session);
    std::unique_ptr<SqlWriter> writer(new SqlWriter(std::move(*session)));
    PORTOLAN_TRY(writer->makeTables());
    return std::unique_ptr<IngestWriter>(std::move(writer));
}

Result<void> SqlWriter::makeTables() {
    Connection& connection = m_session->connection();
    const Connection::Watch watch(connection, m_session->token());
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    m_tables = std::make_unique<Tables>(connection, *catalogue, m_session->url().batchSize);
    return {};
}

/// Adds the items' keys, and finds which were known, and what is stored under one where the content is another.
Result<SqlWriter::KnownKeys> SqlWriter::findKnown(std::span<const IngestItem> items) {
    KnownKeys known{std::vector<bool>(items.size(), false), {}};
    SqlDedupSet keys(m_session->connection());
    LetGoKeys letGo(m_session->connection());
    for (const auto& [source, keyed] : keyedBySource(items)) {
        const Result<bool> isAnyGone = letGo.hasAny(source);
        PORTOLAN_TRY(isAnyGone);
        PORTOLAN_TRY(*isAnyGone ? letGo.takeBack(source, arrivalsOf(keyed, items)) : Result<void>());
        const std::vector<DedupProbe> distinct = distinctKeys(keyed, items);
        const Result<std::vector<KeyState>> states = keys.add(source, distinct);
        PORTOLAN_TRY(states);
        std::size_t at = 0;
        for (std::size_t i = 0; i < keyed.size(); ++i) {
            const auto& [key, index] = keyed[i];
            const bool isFirst = i == 0 || keyed[i - 1].first != key;
            at += isFirst && i > 0 ? 1 : 0;
            const KeyState& state = (*states)[at];
            if (isFirst && state.isFresh)
                continue;
            known.isKnown[index] = true;
            const Delivery& delivery = items[index].delivery;
            if (!delivery.gap && state.hash != 0 && state.hash != contentHash(delivery))
                known.different.emplace(index, state.hash);
        }
    }
    return known;
}

/// A delivery that was refused for its key, and comes again because nobody acknowledged it, is among the rejects.
Result<void> SqlWriter::putDifferent(const IngestItem& item, quint64 stored, IngestCounts& counts) {
    const Delivery& delivery = item.delivery;
    const bool isServer = m_session->connection().dialect() == SqlDialect::Postgresql;
    const QVariant metadata = delivery.metadata.isEmpty() ? QVariant(QMetaType::fromType<QString>())
                                                          : QVariant(QString::fromUtf8(delivery.metadata));
    const Result<QVariant> rejects = m_session->connection().value(
        QStringLiteral("SELECT count(*) FROM portolan_rejects WHERE source = ? AND key = ? AND payload = ? AND "
                       "metadata IS NOT DISTINCT FROM %1")
            .arg(isServer ? QStringLiteral("CAST(? AS jsonb)") : QStringLiteral("?")),
        {QString::fromUtf8(delivery.key.source), QString::fromUtf8(delivery.keyText), delivery.payload, metadata});
    PORTOLAN_TRY(rejects);
    const bool isAgain = !m_differing.emplace(delivery.key, contentHash(delivery)).second;
    if (isAgain || rejects->toLongLong() > 0)
        counts.countDuplicate(item);
    else
        reject(item, sameKeyOtherContent(delivery, stored), counts);
    return {};
}

void SqlWriter::reject(const IngestItem& item, const QString& reason, IngestCounts& counts) {
    if (item.delivery.keptBySource) {
        m_refused.emplace_back(&item, reason);
        return;
    }
    const auto keep = [this](QByteArray text) { return QByteArrayView(m_texts.emplace_back(std::move(text))); };
    const Delivery& delivery = item.delivery;
    BulkInsert& rejects = m_tables->rejects;
    rejects.text(keep(toIsoTime(currentTime())));
    rejects.text(delivery.key.isKeyed() ? delivery.key.source : delivery.series);
    rejects.text(delivery.keyText);
    rejects.text(keep(reason.toUtf8()));
    rejects.bytes(delivery.payload);
    rejects.integer(delivery.deliveries);
    rejects.text(keep(toIsoTime(delivery.receivedAt)));
    if (delivery.metadata.isEmpty())
        rejects.null();
    else
        rejects.text(delivery.metadata);
    counts.countRejected(item, reason);
}

void SqlWriter::putMessage(const IngestItem& item, const IncomingMessage& message, IngestCounts& counts) {
    const std::optional<qint64> number = message.number ? message.number : m_tables->tail.nextNumber();
    if (!number) {
        reject(item, QStringLiteral("the message has no number, and the last message's is the greatest there can be"),
               counts);
        return;
    }
    if (const auto& cannot = m_tables->tail.cannotKeepMetadata(); cannot && !message.metadata.isEmpty()) {
        reject(item, *cannot, counts);
        return;
    }
    m_tables->tail.add(*number, message.timestamp.value_or(item.delivery.receivedAt), message.content,
                       message.metadata);
    counts.countStored(MessageKind::Message, message.timestamp);
}

Result<void> SqlWriter::putRecord(const IngestItem& item, const IncomingRecord& record, IngestCounts& counts) {
    const Result<RecordVerdict> verdict = m_tables->records.add(item.delivery, record);
    PORTOLAN_TRY(verdict);
    switch (verdict->outcome) {
    case RecordVerdict::Outcome::Stored:
        counts.countStored(record.kind, timeOf(record));
        break;
    case RecordVerdict::Outcome::Duplicate:
        counts.countDuplicate(item);
        break;
    case RecordVerdict::Outcome::Refused:
        reject(item, verdict->reason, counts);
        break;
    }
    return {};
}

Result<void> SqlWriter::put(const IngestItem& item, IngestCounts& counts) {
    if (const auto* message = std::get_if<IncomingMessage>(&item.decoded)) {
        putMessage(item, *message, counts);
        return {};
    }
    if (const auto* record = std::get_if<IncomingRecord>(&item.decoded))
        return putRecord(item, *record, counts);
    if (const auto* rejection = std::get_if<Rejection>(&item.decoded))
        reject(item, rejection->reason, counts);
    return {}; // news of a gap are kept with the numbers
}

/// Of the whole group at once, which costs a few statements.
Result<void> SqlWriter::lookUpRecords(std::span<const IngestItem> items, const std::vector<bool>& known,
                                      KnownLookup when) {
    RecordWriters& records = m_tables->records;
    records.begin();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto* record = std::get_if<IncomingRecord>(&items[i].decoded);
        if (record && !known[i])
            records.announce(*record);
    }
    return records.look(when);
}

Result<IngestCounts> SqlWriter::write(std::span<const IngestItem> items, KnownLookup when) {
    const Result<KnownKeys> found = findKnown(items);
    PORTOLAN_TRY(found);
    const std::vector<bool>* const known = &found->isKnown;
    m_texts.clear();
    m_refused.clear();
    m_differing.clear();
    m_tables->rejects.clear();
    PORTOLAN_TRY(m_tables->tail.begin(currentTime(), messagesWithMetadata(items)));
    PORTOLAN_TRY(lookUpRecords(items, *known, when));
    IngestCounts counts;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if ((*known)[i]) {
            const auto different = found->different.find(i);
            if (different == found->different.end())
                counts.countDuplicate(items[i]);
            else if (const Result<void> done = putDifferent(items[i], different->second, counts); !done)
                return done.error();
            continue;
        }
        PORTOLAN_TRY(put(items[i], counts));
    }
    if (!m_refused.empty())
        return counts; // it will not be committed
    PORTOLAN_TRY(m_tables->tail.finish());
    PORTOLAN_TRY(m_tables->records.finish());
    PORTOLAN_TRY(m_tables->rejects.flush());
    const Result<qint64> gaps = m_tables->gaps.keep(items, *known);
    PORTOLAN_TRY(gaps);
    counts.gaps = *gaps;
    return counts;
}

Result<IngestCounts> SqlWriter::store(std::span<const IngestItem> items) {
    if (m_unsure || !m_tables)
        return Error{ErrorCode::Unknown,
                     QStringLiteral("Whether the last messages are in %1 is not settled yet; it must be opened again "
                                    "before more are stored.")
                         .arg(m_session->url().display())};
    if (items.empty())
        return IngestCounts();
    Result<IngestCounts> counts = storeOnce(items);
    return counts && !m_refused.empty() ? storeTheOthers(items) : counts;
}

/// Before the transaction: who makes a partition waits for those who use its table.
Result<void> SqlWriter::providePartitions(std::span<const IngestItem> items) {
    for (const IngestItem& item : items) {
        const auto* record = std::get_if<IncomingRecord>(&item.decoded);
        const char* table = record ? partitionedTable(record->kind) : nullptr;
        if (!table)
            continue;
        const Timestamp at = timeOf(*record).value_or(item.delivery.receivedAt);
        if (const Result<void> provided = m_partitions.provide(table, at); !provided)
            return provided;
    }
    return {};
}

/// Stores items, new as a rule: looks them up when a primary key says that one is not, and then for a while.
Result<IngestCounts> SqlWriter::storeOnce(std::span<const IngestItem> items) {
    const KnownLookup when = m_lookingFirst > 0 ? KnownLookup::First : KnownLookup::WhenRefused;
    m_lookingFirst = std::max(0, m_lookingFirst - 1);
    Result<IngestCounts> counts = storeLooking(items, when);
    if (!counts && m_metTakenKey && when != KnownLookup::First) {
        m_lookingFirst = groupsLookedUp;
        counts = storeLooking(items, KnownLookup::First);
    }
    bool isMending = true; // another number was given out, or another rule is broken by now
    for (int tries = 0; !counts && m_metTakenKey && isMending && tries < mostRaises; ++tries) {
        const QByteArray rule = m_takenKey;
        const Result<bool> raised = raiseNumbers();
        PORTOLAN_TRY(raised);
        counts = storeLooking(items, KnownLookup::First); // also where they are high enough by now
        isMending = *raised || m_takenKey != rule;
    }
    if (!counts && m_metTakenKey && isMending)
        return Error{ErrorCode::Busy,
                     QStringLiteral("The numbers that %1 gives to new rows are taken, again and again, by another "
                                    "program; it is tried again.")
                         .arg(m_session->url().display()),
                     counts.error().text};
    return counts;
}

/// A key that is not known is a number that the server gave out and that another program's row has: no message is to be
/// rejected for it. Returns true when numbers were raised.
Result<bool> SqlWriter::raiseNumbers() {
    Connection& connection = m_session->connection();
    const Connection::Watch watch(connection, m_session->token());
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    PORTOLAN_TRY(lockUntilCommit(connection, ServerLock::OpenBatch));
    const Result<bool> raised = raiseSequences(connection, m_takenKey);
    PORTOLAN_TRY(raised);
    PORTOLAN_TRY(work->commit());
    return raised;
}

/// Looks under the lock under which the fence is set: no group is stored after it.
Result<void> SqlWriter::checkFence() {
    const Result<QVariant> other = m_session->connection().value(
        QStringLiteral("SELECT max(value) FROM portolan_settings WHERE key = ?"), {QLatin1String(fenceKey)});
    PORTOLAN_TRY(other);
    return other->isNull() ? Result<void>() : fenced(m_session->url().display(), other->toString());
}

/// Nothing is stored when something was refused that its source keeps.
Result<IngestCounts> SqlWriter::storeLooking(std::span<const IngestItem> items, KnownLookup when) {
    m_metTakenKey = false;
    const Connection::Watch watch(m_session->connection(), m_session->token());
    PORTOLAN_TRY(providePartitions(items));
    Result<UnitOfWork> work = UnitOfWork::begin(m_session->connection());
    PORTOLAN_TRY(work);
    PORTOLAN_TRY(lockUntilCommit(m_session->connection(), ServerLock::OpenBatch));
    PORTOLAN_TRY(checkFence());
    Result<IngestCounts> counts = write(items, when);
    if (const PostgresqlWire* wire = m_session->connection().postgresql(); wire && !counts) {
        m_metTakenKey = counts.error().code == ErrorCode::Invalid && wire->failure().state == uniqueViolation;
        m_takenKey = wire->failure().constraint;
    }
    if (!counts || !m_refused.empty())
        return counts;
    const bool isMarked =
        std::ranges::any_of(items, [](const IngestItem& item) { return !item.delivery.key.isKeyed(); });
    PORTOLAN_TRY(isMarked ? m_mark.write(m_session->connection()) : Result<void>());
    const Result<void> committed = work->commit();
    if (committed)
        return counts;
    m_unsure = committed.error().code == ErrorCode::Unknown;
    if (m_unsure && isMarked)
        m_inDoubt = *counts;
    return committed.error();
}

/// Stores a group again without what its source keeps, which leaves nothing in the store, not even its key.
Result<IngestCounts> SqlWriter::storeTheOthers(std::span<const IngestItem> items) {
    IngestCounts counts;
    std::set<const IngestItem*> refused;
    for (const auto& [item, reason] : m_refused) {
        counts.countRejected(*item, reason);
        refused.insert(item);
    }
    std::vector<IngestItem> others;
    for (const IngestItem& item : items) {
        if (!refused.contains(&item))
            others.push_back(item);
    }
    const Result<IngestCounts> stored = store(others);
    if (m_inDoubt)
        *m_inDoubt += counts;
    PORTOLAN_TRY(stored);
    counts += *stored;
    return counts;
}

Result<std::vector<quint64>> SqlWriter::hashesOf(const QByteArray& source, std::span<const KeyPair> keys) {
    if (m_unsure || !m_tables)
        return Error{ErrorCode::Unknown, QStringLiteral("The store has to be verified first.")};
    const Connection::Watch watch(m_session->connection(), m_session->token());
    return SqlDedupSet(m_session->connection()).hashesOf(source, keys);
}

Result<DedupAnswer> SqlWriter::storedKeys(const QByteArray& source, KeyPair from) {
    if (m_unsure || !m_tables)
        return Error{ErrorCode::Unknown, QStringLiteral("The store has to be verified first.")};
    const Connection::Watch watch(m_session->connection(), m_session->token());
    Result<DedupAnswer> answer = SqlDedupSet(m_session->connection()).from(source, from);
    PORTOLAN_TRY(answer);
    PORTOLAN_TRY(LetGoKeys(m_session->connection()).leaveOut(source, from, *answer));
    return answer;
}

/// SQLite: see recover(). A server knows by itself what it has on its disk, and its lock is not given to us before a
/// transaction that was cut off is settled.
Result<void> SqlWriter::settle() {
    Connection& connection = m_session->connection();
    if (connection.dialect() == SqlDialect::Postgresql)
        return {};
    const Result<QVariant> busy = connection.value(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
    PORTOLAN_TRY(busy);
    if (busy->toInt() == 0)
        return {};
    return Error{ErrorCode::Busy, QStringLiteral("%1 is being read or written by others, so that it cannot be "
                                                 "made sure what is stored; it is tried again.")
                                      .arg(m_session->url().display())};
}

/// Waits for the lock that a transaction of unknown fate holds until it is over.
Result<bool> SqlWriter::isLastStored() {
    Connection& connection = m_session->connection();
    const Connection::Watch watch(connection, m_session->token());
    const Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    PORTOLAN_TRY(lockUntilCommit(connection, ServerLock::OpenBatch));
    return m_mark.isStored(connection);
}

Result<std::optional<IngestCounts>> SqlWriter::recover() {
    m_unsure = true;
    m_tables.reset();
    PORTOLAN_TRY(m_session->reopen());
    PORTOLAN_TRY(settle());
    const Result<bool> isStored = m_inDoubt ? isLastStored() : false;
    PORTOLAN_TRY(isStored);
    PORTOLAN_TRY(makeTables());
    m_unsure = false;
    std::optional<IngestCounts> counts = std::exchange(m_inDoubt, std::nullopt);
    return *isStored ? counts : std::nullopt;
}

Result<bool> SqlWriter::tidy(std::chrono::milliseconds patience) {
    if (m_unsure || !m_tables)
        return true; // first it is to be opened again
    const Result<RollProgress> progress = m_rollups.rollHere(patience, m_session->token());
    if (progress)
        return progress->done;
    m_unsure = progress.error().code == ErrorCode::Unknown;
    return progress.error();
}

} // namespace portolan
