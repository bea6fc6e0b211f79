#pragma once

#include "storage/base/clock.h"
#include "storage/sql/bulkinsert.h"
#include "storage/sql/columns/storedtimes.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/rowmetadata.h"

#include <QByteArray>
#include <deque>
#include <optional>

namespace portolan {

/// Adds messages at the end of the batches: to the last batch while it has room, then to new ones. Looks again at what
/// is stored with every transaction, so that it is right whatever others write. On the connection's thread.
class OpenBatch {
public:
    /// `batchSize` messages a batch. Another program's tables get times in the form that their rows have.
    OpenBatch(Connection& connection, const SchemaInspector& catalogue, int batchSize);

    /// Begins a group; called first in its transaction. `withMetadata`: an upper bound of its messages, of which some
    /// have metadata; 0: none has.
    [[nodiscard]] Result<void> begin(Timestamp now, qint64 withMetadata);
    /// Returns why metadata of messages cannot be kept, in words; nothing: they can, when begin() was told of them.
    [[nodiscard]] const std::optional<QString>& cannotKeepMetadata() const { return m_cannotKeepMetadata; }
    /// Gives the number for a message that has none; nothing when the last one was the greatest there can be.
    [[nodiscard]] std::optional<qint64> nextNumber() const;
    /// Takes a message in; `content` must live until finish(). Empty metadata: nothing came beside it.
    void add(qint64 number, Timestamp timestamp, QByteArrayView content, const QByteArray& metadata);
    /// Writes batches and messages; in the same transaction.
    [[nodiscard]] Result<void> finish();

private:
    struct Fresh {
        qint64 id;
        QByteArray filename;
        qint64 count;
    };
    /// The forms in which the columns keep times; in tables of others looked up while the newest row is none of ours.
    struct Forms {
        StoredTimeForm created = StoredTimeForm::UnixMilliseconds;
        StoredTimeForm modified = StoredTimeForm::UnixMilliseconds;
        StoredTimeForm message = StoredTimeForm::UnixMilliseconds;
    };
    [[nodiscard]] Result<void> learnForms();
    [[nodiscard]] Result<void> growContinued();
    [[nodiscard]] Result<bool> areThere();
    [[nodiscard]] Result<void> reserveIds(qint64 count);
    [[nodiscard]] Result<std::optional<QString>> idExpression();
    void put(BulkInsert& rows, StoredTimeForm form, Timestamp time);

    Connection& m_connection;
    const SchemaInspector m_catalogue;
    std::optional<Forms> m_forms; ///< nothing: not learned yet
    BulkInsert m_batches;
    BulkInsert m_messages;
    BulkInsert m_numbered; ///< messages of a group of which some have metadata, with ids that are known before
    RowMetadata m_metadata;
    bool m_hasMetadataTable;
    std::optional<QString> m_cannotKeepMetadata;
    std::optional<std::optional<QString>> m_idExpression; ///< a server's, of a new id; nothing: not asked for yet
    std::deque<qint64> m_ids;                             ///< reserved, not given away yet
    qint64 m_batchSize;
    Timestamp m_now;
    std::deque<QByteArray> m_times; ///< the texts that rows look at until they are written
    qint64 m_batch = 0;
    qint64 m_count = 0;      ///< messages in batch m_batch
    qint64 m_continued = 0;  ///< messages added to the batch that was there before
    qint64 m_lastStored = 0; ///< that batch; 0: none
    qint64 m_before = 0;     ///< messages that were in it
    std::optional<qint64> m_lastNumber;
    std::deque<Fresh> m_fresh;
};

} // namespace portolan
