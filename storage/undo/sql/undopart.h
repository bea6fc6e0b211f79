#pragma once

#include "storage/sql/connection/preparedstatements.h"
#include "storage/sql/session.h"
#include "storage/undo/undo.h"

#include <memory>
#include <vector>

namespace portolan {

/// A row of an act: what is told of it, and what undoing it needs.
struct UndoUnit {
    qint64 place = 0; ///< in the order of the act
    UndoStep step;
    QByteArray id;         ///< a message's
    qint64 archived = 0;   ///< the archive's number of it
    AuditEntry entry = {}; ///< Rows: which is undone
    QByteArray hash = {};  ///< of the row as it is, where that is what will be compared
};

/// The actor, and the reason. `act` is new for each undo; entries of an act of many rows have it as their run.
struct UndoAuthor {
    QByteArray reason;
    QByteArray actor;
    QByteArray act;
};

/// An act, row by row, and how it is undone. On the session's thread.
class UndoPart {
public:
    explicit UndoPart(Session& session) : m_session(session) {}
    UndoPart(const UndoPart&) = delete;
    UndoPart& operator=(const UndoPart&) = delete;
    virtual ~UndoPart() = default;

    /// Returns the rows of the act after a place, each in its state by now, `most` at most.
    [[nodiscard]] virtual Result<std::vector<UndoUnit>> page(qint64 after, int most) = 0;
    /// Returns true when an undo of the act was begun before.
    [[nodiscard]] virtual bool isBegun() const { return false; }
    /// Prepares what cannot be done within a transaction.
    [[nodiscard]] virtual Result<void> prepare(const CancelToken& /*token*/) { return {}; }

    // Within a transaction.

    /// Keeps others from the rows, as far as page() is to be relied on.
    [[nodiscard]] virtual Result<void> lock() { return {}; }
    /// Begins. `rows`: that will be undone.
    [[nodiscard]] virtual Result<void> begin(const UndoAuthor& /*author*/, qint64 /*rows*/) { return {}; }
    /// Undoes rows that page() returned as ready. Error Changed: one of them is not.
    [[nodiscard]] virtual Result<void> apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) = 0;
    /// Ends, with the last of them.
    [[nodiscard]] virtual Result<void> end(const UndoAuthor& /*author*/, qint64 /*rows*/) { return {}; }
    /// Ends an undo that was begun and failed, or was cancelled.
    [[nodiscard]] virtual Result<void> fail(const UndoAuthor& /*author*/, const Error& /*error*/) { return {}; }

    /// Returns the last entry that the undo wrote for itself.
    [[nodiscard]] qint64 entry() const { return m_entry; }

protected:
    [[nodiscard]] Connection& connection() const { return m_session.connection(); }
    [[nodiscard]] Result<void> write(const AuditEntry& entry);
    /// The same for entry after entry.
    [[nodiscard]] Result<void> write(PreparedStatements& statements, const AuditEntry& entry);

private:
    Session& m_session;
    qint64 m_entry = 0;
};

/// Makes the entry of an undo: about the subject of what it undoes. `does`: the action that it is the opposite of.
[[nodiscard]] AuditEntry undoEntry(const AuditEntry& undone, const UndoAuthor& author, const char* does);

/// The entry of an undo tells its opposite by a member `does` of its image. Empty: it is none, or has none.
[[nodiscard]] QByteArray doneBy(const AuditEntry& entry);

/// Returns the newest undo of an entry that is not undone itself; nothing: the act stands.
[[nodiscard]] Result<std::optional<AuditEntry>> standingUndo(PreparedStatements& statements, const AuditEntry& entry);

/// Reads the entry's word for a reader: "entry 12 of ada@host".
[[nodiscard]] QString entryName(const AuditEntry& entry);

} // namespace portolan
