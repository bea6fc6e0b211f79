#pragma once

#include "storage/base/textarena.h"
#include "storage/base/uuidmaker.h"
#include "storage/ingest/sql/archivedmessages.h"
#include "storage/ingest/sql/latestmark.h"
#include "storage/ingest/sql/recordschema.h"
#include "storage/ingest/sql/versionguard.h"
#include "storage/sql/bulkinsert.h"
#include "storage/sql/columns/storedtimes.h"
#include "storage/sql/rowmetadata.h"

#include <QHash>
#include <deque>
#include <memory>

namespace portolan {

/// The verdict on one record: stored (with the end of the group), there already, or refused, in words.
struct RecordVerdict {
    enum class Outcome { Stored, Duplicate, Refused };
    Outcome outcome = Outcome::Stored;
    QString reason; ///< Refused
};

/// Texts that rows are made of and that no message holds: ids and times. One thread.
class RowTexts {
public:
    void beginGroup();
    QByteArrayView newId();
    QByteArrayView isoTime(Timestamp time);
    /// "2025-10-16 14:56:05", as CURRENT_TIMESTAMP writes it; with milliseconds where there are any.
    QByteArrayView sqlTime(Timestamp time);
    /// With microseconds where the time has them.
    QByteArrayView exactIsoTime(Timestamp time);

private:
    QByteArrayView word(Timestamp far);

    TextArena m_arena;
    UuidMaker m_ids;
    Timestamp m_lastTime; ///< messages that were fetched together share it
    QByteArrayView m_lastText;
};

/// When it is looked up which records are stored already. WhenRefused: not before a primary key has refused a group, on
/// a server whose table has one; of other tables first.
enum class KnownLookup { First, WhenRefused };

/// Keeps the records of one kind as its plan says, a group in one transaction. Must be gone before its connection.
class RecordKeeper {
public:
    /// `isListed`: of rows of a listing (listedPlans()).
    RecordKeeper(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan, bool isListed,
                 RowTexts& texts, RowMetadata& metadata);

    [[nodiscard]] MessageKind kind() const { return m_plan.kind; }
    [[nodiscard]] bool isListed() const { return m_isListed; }
    /// To be called first in a transaction.
    void begin();
    /// Before any add(): all the records of the group are announced, so that what is stored is looked up at once.
    void announce(const IncomingRecord& record);
    [[nodiscard]] Result<void> look(KnownLookup when);
    /// Takes a record in; it must live until finish().
    [[nodiscard]] Result<RecordVerdict> add(const Delivery& delivery, const IncomingRecord& record);
    /// Writes what was taken in; in the same transaction. Errors as BulkInsert::flush().
    [[nodiscard]] Result<void> finish();

private:
    struct Column {
        CellSource source;
        std::optional<std::size_t> field;
        std::optional<qint64> fallback;
        bool isRowKey = false;                     ///< what came beside the row is kept by its value
        std::optional<StoredTimeForm> number = {}; ///< a time of another program's table that is a number
        bool isExact = false;                      ///< it holds microseconds
    };
    struct Table {
        std::vector<Column> columns;
        std::unique_ptr<BulkInsert> rows;
        bool writesSqlTimes = false; ///< its owner's times are texts of CURRENT_TIMESTAMP
    };
    void learn(const SchemaInspector& catalogue, Connection& connection);
    void learnNumbers(const SchemaInspector& catalogue, Connection& connection, const QString& tableName, Table& table,
                      const std::vector<QByteArray>& names);
    [[nodiscard]] std::optional<QString> refusal(const IncomingRecord& record) const;
    [[nodiscard]] Result<RecordVerdict> checkKey(const IncomingRecord& record, const QByteArray& key);
    [[nodiscard]] Result<RecordVerdict> checkVersion(const IncomingRecord& record, qint64& version);
    void put(Table& table, const Delivery& delivery, const IncomingRecord& record, qint64 version);
    void put(Table& table, const Column& column, const FieldValue& value);
    void putTime(Table& table, const Column& column, Timestamp time);
    void putKept(Table& table, const Column& column, const FieldValue& value);

    const RecordPlan& m_plan;
    bool m_isListed;
    RowTexts& m_texts;
    RowMetadata& m_metadata;
    bool m_keepsMetadata;
    std::optional<Error> m_failure;                               ///< while the tables were looked at
    std::optional<QString> m_lacking;                             ///< why the database has no room for such records
    std::vector<std::pair<std::size_t, QString>> m_lackingFields; ///< optional ones, and why
    std::vector<Table> m_tables;
    std::optional<std::size_t> m_key; ///< the field
    struct Lookup {
        std::unique_ptr<KeyLookup> keys;
        bool waits = false; ///< until a server has refused a row for its key, which it does
    };
    std::vector<Lookup> m_lookups; ///< in the tables that have the key; rows may be pruned from each of them
    std::vector<QByteArray> m_announced;
    QSet<QByteArray> m_known;                         ///< keys that are stored
    QHash<QByteArray, const IncomingRecord*> m_taken; ///< by their keys: of this group
    std::deque<RecordCompare> m_compares;             ///< one a table
    Result<std::unique_ptr<ArchivedMessages>> m_archive = std::unique_ptr<ArchivedMessages>(); ///< of port messages
    std::unique_ptr<VersionGuard> m_versions;
    std::unique_ptr<LatestMark> m_latest; ///< of a listing's rows, which say it themselves
};

/// The keepers of all kinds on one connection.
class RecordWriters {
public:
    RecordWriters(Connection& connection, const SchemaInspector& catalogue);

    void begin();
    void announce(const IncomingRecord& record) { keeper(record).announce(record); }
    [[nodiscard]] Result<void> look(KnownLookup when);
    [[nodiscard]] Result<RecordVerdict> add(const Delivery& delivery, const IncomingRecord& record) {
        return keeper(record).add(delivery, record);
    }
    [[nodiscard]] Result<void> finish();

private:
    [[nodiscard]] RecordKeeper& keeper(const IncomingRecord& record);

    RowTexts m_texts;
    RowMetadata m_metadata;
    std::deque<RecordKeeper> m_keepers;
};

} // namespace portolan
