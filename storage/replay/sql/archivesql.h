#pragma once

#include "storage/replay/sql/replaysql.h"

namespace portolan {

/// The statements that move port messages into portolan_message_archive and back, for one database. Placeholders are
/// named in the comments, in their order.
class ArchiveSql {
public:
    /// Makes the statements. Error Unsupported, in words: the database has no archive.
    static Result<ArchiveSql> make(const SchemaInspector& catalogue, const ReplaySql& replay);

    /// Copies the messages of items of a run that were edited into the archive. reason, actor, run, positions.
    [[nodiscard]] QString archiveEdited() const;
    /// Takes away the messages that items were frozen from. run, positions.
    [[nodiscard]] QString removeOld() const;
    /// Takes away the edited messages of items. run, positions.
    [[nodiscard]] QString removeEdited() const;
    /// Puts the messages of items back as they were frozen, in their places. run, positions.
    [[nodiscard]] QString restoreOld() const;
    /// Counts the messages of items that are as they were frozen. run, positions.
    [[nodiscard]] QString countRestored() const;
    /// Notes in the archive that the messages of items are back. time, run, positions.
    [[nodiscard]] QString noteRestored() const;

    /// Puts the edited messages of items, which were taken back, in the place of the old ones. run, positions.
    [[nodiscard]] QString editAgain() const;
    /// Notes in the archive that the messages of items have left again. run, positions.
    [[nodiscard]] QString noteGone() const;

    /// Reads the documents of items: position, bytes. run, positions.
    [[nodiscard]] QString documents() const;
    /// Reads the documents of messages (m) for which a condition holds: id, bytes. The condition's own.
    [[nodiscard]] QString seenDocuments(const QString& condition) const;
    /// Inserts a new message like that of an item, waiting. id, document, run, position.
    [[nodiscard]] QString insertEdited() const;

    /// Returns true when documents are jsonb, which does not hold all JSON.
    [[nodiscard]] bool keepsJsonb() const { return m_documentType == QLatin1String("jsonb"); }
    /// Says in words why new messages cannot be made here; nothing when they can.
    [[nodiscard]] const std::optional<QString>& missingEdit() const { return m_missingEdit; }

protected:
    explicit ArchiveSql(const ReplaySql& replay) : m_replay(replay) {}
    [[nodiscard]] bool isServer() const { return m_replay.isServer(); }
    [[nodiscard]] QString bytes(const QString& expression) const;
    [[nodiscard]] QString ofItems(const QString& column) const;
    [[nodiscard]] QString rowKey(const QString& alias) const;
    [[nodiscard]] QString insertFromImage(const QString& image, const QString& rest, const QString& key) const;

    ReplaySql m_replay;
    QStringList m_quoted; ///< the columns of port_messages, as SQL names them
    QString m_documentType;
    bool m_keepsRowKeys = false; ///< SQLite: rows have numbers of their own, which they can be given again
    std::optional<QString> m_missingEdit;
};

/// The statements of discarding and restoring. Seen messages go as a JSON array of [id, hash] ("seen").
class DiscardSql : public ArchiveSql {
public:
    static Result<DiscardSql> make(const SchemaInspector& catalogue, SqlDialect dialect);

    /// Reads id and hash of the messages (m) for which `condition` holds. The condition's own.
    [[nodiscard]] QString seen(const QString& condition) const;
    [[nodiscard]] QString count(const QString& condition) const;
    /// Returns the condition that the message is one of a JSON array of ids. ids.
    [[nodiscard]] QString isOneOf() const { return m_replay.isOneOf(); }
    /// Returns the statements of the replays that may have put the messages back.
    [[nodiscard]] const ReplaySql& replay() const { return m_replay; }
    /// Keeps others from messages; empty where the transaction does that by itself. seen.
    [[nodiscard]] QString lock() const;
    /// Copies those that are as they were seen into the archive. Answers with the archive's ids. reason, actor, seen.
    [[nodiscard]] QString archive() const;
    /// Takes away the messages of archived rows. archive ids.
    [[nodiscard]] QString remove() const;
    /// Makes an entry in the audit for each archived row. actor, reason, act, archive ids.
    [[nodiscard]] QString auditDiscarded() const;

    /// Reads id and cause of a message's last archived row that is not back. message id.
    [[nodiscard]] QString archived() const;
    /// Reads the same of a row by its own number. archive id.
    [[nodiscard]] QString archivedRow() const;
    /// Asks whether a message is there. archive id.
    [[nodiscard]] QString isThere() const;
    /// Puts archived rows back. archive ids.
    [[nodiscard]] QString restore() const;
    /// Reads the id of one of the restored messages that is not as it was archived. archive ids.
    [[nodiscard]] QString notSame() const;
    /// Notes in the archive that the messages are back. time, archive ids.
    [[nodiscard]] QString noteBack() const;
    /// Makes the entries of restored messages in the audit. actor, reason, act, archive ids.
    [[nodiscard]] QString auditRestored() const;

    /// Reads the messages of an act, by its entries: entry, message id, the archive's last number of it, the last entry
    /// that tells of its leaving or coming back, who wrote that, "1" when that is an undo of the act, "1" when a
    /// message with the id is there, "1" when it is as the entry has it, and the hash of that, in hex. act (a job),
    /// act, the entries' action, after entry, at most.
    [[nodiscard]] QString actRows() const;

private:
    explicit DiscardSql(const ArchiveSql& archive) : ArchiveSql(archive) {}
    [[nodiscard]] QString hexHash(const QString& alias) const;
    [[nodiscard]] QString seenList() const;
    [[nodiscard]] QString audit(const char* action, const char* before, const char* after, const QString& where) const;
    [[nodiscard]] QString archivedMessage() const;
};

} // namespace portolan
