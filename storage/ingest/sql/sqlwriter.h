#pragma once

#include "storage/ingest/sql/recordwriters.h"
#include "storage/ingest/writer.h"
#include "storage/messages/sql/openbatch.h"
#include "storage/messages/sql/sqlgaps.h"
#include "storage/series/sql/sqlrollups.h"
#include "storage/sql/committoken.h"
#include "storage/sql/session.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace portolan {

/// Stores what a receiver brings in a SQL store: messages into batches, records into the tables of their kinds, the
/// rest among the rejects, the source keys of all of it beside them, in one transaction. Several writers, in one
/// process or many, may work on one store: each waits for the other's transaction (SQLite: BEGIN IMMEDIATE; PostgreSQL:
/// an advisory lock, see serverlock.h).
class SqlWriter : public IngestWriter {
public:
    /// Opens a connection of its own; the store's schema must be current. The token ends every opening, and every
    /// statement but the end of a transaction.
    static Result<std::unique_ptr<IngestWriter>> open(const StoreUrl& url, const CancelToken& token = {});

    Result<IngestCounts> store(std::span<const IngestItem> items) override;

    Result<DedupAnswer> storedKeys(const QByteArray& source, KeyPair from) override;
    Result<std::vector<quint64>> hashesOf(const QByteArray& source, std::span<const KeyPair> keys) override;

    /// Opens again. A group without keys is looked for by its CommitToken. SQLite: moves the whole write-ahead log into
    /// the database, synced: what a failed sync may have left in the system's memory only is written again, before it
    /// can be taken for stored. Busy while a reader stands in the way.
    Result<std::optional<IngestCounts>> recover() override;

    /// Rolls up series, and keeps what partitions and statistics go with them.
    Result<bool> tidy(std::chrono::milliseconds patience) override;

private:
    /// The parts that write on one connection, and go with it.
    struct Tables {
        Tables(Connection& connection, const SchemaInspector& catalogue, int batchSize);
        OpenBatch tail;
        RecordWriters records;
        BulkInsert rejects;
        SqlGaps gaps;
    };
    explicit SqlWriter(std::unique_ptr<Session> session)
        : m_session(std::move(session))
        , m_partitions(*m_session)
        , m_rollups(*m_session) {}
    [[nodiscard]] Result<void> makeTables();
    [[nodiscard]] Result<void> providePartitions(std::span<const IngestItem> items);
    [[nodiscard]] Result<IngestCounts> storeOnce(std::span<const IngestItem> items);
    [[nodiscard]] Result<IngestCounts> storeTheOthers(std::span<const IngestItem> items);
    /// The items of a group whose keys were stored before, and those of them that came with other content: the hash of
    /// what is stored.
    struct KnownKeys {
        std::vector<bool> isKnown;
        std::map<std::size_t, quint64> different;
    };
    [[nodiscard]] Result<KnownKeys> findKnown(std::span<const IngestItem> items);
    [[nodiscard]] Result<void> putDifferent(const IngestItem& item, quint64 stored, IngestCounts& counts);
    [[nodiscard]] Result<void> lookUpRecords(std::span<const IngestItem> items, const std::vector<bool>& known,
                                             KnownLookup when);
    [[nodiscard]] Result<void> put(const IngestItem& item, IngestCounts& counts);
    [[nodiscard]] Result<void> putRecord(const IngestItem& item, const IncomingRecord& record, IngestCounts& counts);
    void putMessage(const IngestItem& item, const IncomingMessage& message, IngestCounts& counts);
    void reject(const IngestItem& item, const QString& reason, IngestCounts& counts);
    [[nodiscard]] Result<void> checkFence();
    [[nodiscard]] Result<void> settle();
    [[nodiscard]] Result<bool> isLastStored();
    [[nodiscard]] Result<IngestCounts> write(std::span<const IngestItem> items, KnownLookup when);

    [[nodiscard]] Result<bool> raiseNumbers();
    [[nodiscard]] Result<IngestCounts> storeLooking(std::span<const IngestItem> items, KnownLookup when);

    std::unique_ptr<Session> m_session;
    int m_lookingFirst = 0;     ///< so many groups more are looked up before they are written
    bool m_metTakenKey = false; ///< the last group broke a unique key of a server's
    QByteArray m_takenKey;      ///< the rule of that key
    Partitions m_partitions;
    SqlRollups m_rollups;
    std::unique_ptr<Tables> m_tables;
    std::deque<QByteArray> m_texts; ///< what the rejects' cells look at until they are written
    std::vector<std::pair<const IngestItem*, QString>> m_refused; ///< rejected ones that their source keeps, and why
    std::set<std::pair<SourceKey, quint64>> m_differing; ///< keys with other content of this group, by their hashes
    CommitToken m_mark;
    std::optional<IngestCounts> m_inDoubt; ///< of a group with a mark whose commit ended as Unknown
    bool m_unsure = false;                 ///< a commit ended as Unknown, and recover() has not settled it
};

} // namespace portolan
