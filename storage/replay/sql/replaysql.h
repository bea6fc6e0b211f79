#pragma once

#include "storage/base/result.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/dialect.h"

#include <QString>
#include <QStringList>
#include <vector>

namespace portolan {

/// The statements of the replay protocol for one database, whatever columns its port_messages has. Placeholders are
/// named in the comments, in their order. A set of items goes as one JSON array of their positions.
class ReplaySql {
public:
    /// Makes the statements. Error Unsupported, in words: the database has no port messages, or none that can be put
    /// back.
    static Result<ReplaySql> make(const SchemaInspector& catalogue, SqlDialect dialect);

    /// Inserts the run. id, filter, reason, actor, target, frozen.
    [[nodiscard]] QString insertRun() const;
    /// Reads id, hash and created_at of the rows (m) for which a condition holds, oldest first. The condition's own.
    [[nodiscard]] QString seen(const QString& condition) const;
    /// Inserts items. run, a JSON array of [position, id, hash in hexadecimal digits, fingerprint or null].
    [[nodiscard]] QString insertItems() const;
    /// Returns the condition that the message is one of a JSON array of ids. ids.
    [[nodiscard]] QString isOneOf() const;

    /// Reads the run's state, and keeps others from it until the transaction ends. run.
    [[nodiscard]] QString lockRun() const;
    /// Reads the positions of the next items that are frozen or, if `unsettled`, put back and open. run, after
    /// position, at most.
    [[nodiscard]] QString next(bool unsettled) const;
    /// Keeps others from the rows of these items; empty where the transaction does that by itself. run, positions.
    [[nodiscard]] QString lockRows() const;
    /// Marks frozen items as `released`, where their rows are as they were, and keeps images of these; the others are
    /// skipped. Answers with position and state. run, positions, time, run.
    [[nodiscard]] QString mark(const char* released = "replayed") const;
    /// Puts the rows of items back to pending, or to another status. run, positions.
    [[nodiscard]] QString reset(const char* status = "pending") const;
    /// Notes the hashes of the rows as they are now. run, positions.
    [[nodiscard]] QString noteAfter() const;
    /// Makes an entry in the audit for each item, with its row before and after: once they are put back, and before
    /// they are taken back. actor, action, reason, run, positions.
    [[nodiscard]] QString audit(bool recalled) const;

    /// Counts the items in this state whose rows are as the replay left them. run, positions, state.
    [[nodiscard]] QString untouched() const;
    /// Marks items as recalled whose rows are as the replay left them. Answers with their positions. run, positions,
    /// time, run.
    [[nodiscard]] QString markRecalled() const;
    /// Puts the rows of items back to what they were. run, positions.
    [[nodiscard]] QString restore() const;

    /// Reads the items that were put back: position, message id, state, the row's status (NULL: it is gone), "1" for
    /// one that can be taken back. run, after position, at most.
    [[nodiscard]] QString putBackItems() const;
    /// The same of the items that were taken back; "1": its row is as taking it back left it. run, after position, at
    /// most.
    [[nodiscard]] QString recalledItems() const;
    /// Keeps others from the rows that items were frozen from; empty as lockRows(). run, positions.
    [[nodiscard]] QString lockFrozenRows() const;
    /// Gives the rows of items what they had when they were taken back. run, positions.
    [[nodiscard]] QString resetAgain() const;
    /// Counts the items whose rows are as the replay left them first. run, positions.
    [[nodiscard]] QString countAsLeft() const;
    /// Returns an item's (i) entry of its last recall (a): a JOIN.
    [[nodiscard]] QString joinRecall() const;

    /// Drops the images of items whose rows stay as they are. run, positions.
    [[nodiscard]] QString dropImages() const;

    /// Reads what became of the rows of open items: position, state, the row's status (NULL: it is gone), "1" for a
    /// dead one, its error's text and details, and those of before. run, positions.
    [[nodiscard]] QString outcomes() const;
    /// Reads the open items of runs that have put messages back: run, position. A JSON array of ids, twice.
    [[nodiscard]] QString openOf() const;
    /// Moves items to a state. state, detail, time, run, positions.
    [[nodiscard]] QString move() const;

    /// Counts those rows (m) of a condition that would be taken for duplicates; empty where the database has no
    /// processed_events. The condition's own.
    [[nodiscard]] QString alreadyProcessed(const QString& condition) const;

    /// Returns a placeholder for a time.
    [[nodiscard]] QString time() const;

    // Pieces of which other statements about port messages are made (archivesql.h, outboxsql.h, replayhazards.h).
    [[nodiscard]] bool isServer() const { return m_dialect == SqlDialect::Postgresql; }
    [[nodiscard]] const QStringList& columns() const { return m_columns; }
    [[nodiscard]] const QString& idType() const { return m_idType; }
    [[nodiscard]] bool hasColumn(const char* name) const { return has(name); }
    /// Returns true when members of its documents can be asked for.
    [[nodiscard]] bool isDocument(const char* column) const { return m_documents.contains(QLatin1String(column)); }
    /// Returns the value that a column gets when a message is put back; empty: it stays.
    [[nodiscard]] QString resetValue(const QString& column) const;
    [[nodiscard]] QString image(const QString& alias) const;
    [[nodiscard]] QString hash(const QString& alias) const;
    [[nodiscard]] QString isDead(const QString& alias) const;
    /// Returns the condition that the row is an item's message, or the edited one that has taken its place.
    [[nodiscard]] QString sameMessage(const QString& row, const QString& item) const;
    [[nodiscard]] QString oneOf(const QString& expression) const;
    [[nodiscard]] QString run() const;
    [[nodiscard]] QString imageValue(const char* column) const;
    /// Returns an item's image as an object; NULL where no step has made one.
    [[nodiscard]] QString imageObject() const;

protected: // OutboxSql's too
    explicit ReplaySql(SqlDialect dialect) : m_dialect(dialect) {}
    [[nodiscard]] bool has(const char* column) const { return m_columns.contains(QLatin1String(column)); }

    SqlDialect m_dialect;
    QString m_idType;               ///< of port_messages.id, as the database declares it
    QString m_dataType;             ///< of message_data
    bool m_keepsCompletion = false; ///< completed_at takes a time as we write it

private:
    [[nodiscard]] QString untouchedRow() const;
    [[nodiscard]] QString frozenId(const char* column = "message_id") const;
    [[nodiscard]] QString imageOf(const QStringList& columns, const QString& alias) const;

    QStringList m_columns;   ///< of port_messages, as the catalogue has them
    QStringList m_documents; ///< those of them whose members can be asked for
    QStringList m_reset;     ///< assignments
    QString m_died;          ///< when a letter died, whichever columns there are
    std::vector<const char*> m_resetColumns;
    bool m_hasProcessedEvents = false;
};

} // namespace portolan
