#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/operations/auditacts.h"

#include <QByteArray>
#include <QString>
#include <functional>
#include <optional>
#include <span>

namespace portolan {

/// The way in which an act is undone.
enum class UndoWay {
    Never,   ///< it is not
    Heal,    ///< tables of the user's lose again what healing gave them
    Rows,    ///< rows of a table of settings get the values that the entry has kept
    Replay,  ///< a replay run: its messages are taken back
    Recall,  ///< a recall: the messages are put back where the run had put them
    Discard, ///< a discard: the messages come back from the archive
    Restore, ///< a restoring: the messages go to the archive again
};

/// An action of the audit, and how it is undone. Every action that storage writes is in the table.
struct UndoRule {
    const char* subjectKind;
    const char* action;
    UndoWay way;
    const char* why; ///< Never: why not, and what to do, for undoText(); else null
};
/// Null: this version does not know such an act.
[[nodiscard]] const UndoRule* undoRuleOf(QByteArrayView subjectKind, QByteArrayView action);

/// Returns a text of the context "Undo" in the language of the program: commands speak English, the window its own.
[[nodiscard]] QString undoText(const char* source);

enum class UndoState {
    Ready,   ///< as the act left it
    Undone,  ///< undone already
    Touched, ///< somebody changed it since
};
[[nodiscard]] const char* undoStateName(UndoState state);

/// A row that an act changed.
struct UndoStep {
    QByteArray table;
    QByteArray key;
    UndoState state = UndoState::Ready;
    QByteArray change; ///< what undoing makes of it
    QString detail;    ///< Touched, Undone: by what
};
[[nodiscard]] std::span<const Column<UndoStep>> undoStepColumns();

struct UndoOutcome {
    AuditEntry act;     ///< the entry that was named
    qint64 steps = 0;   ///< rows of the act
    qint64 undone = 0;  ///< by this undo; of a look: that would be
    qint64 before = 0;  ///< undone before
    qint64 touched = 0; ///< left as they are
    qint64 entry = 0;   ///< in the audit, of this undo; 0: nothing was done
};

/// Undoes what the audit tells, a whole act at a time: a run, a discard, a promotion. Each row is changed only while it
/// is as the act left it. An act of up to 1,000 rows is undone whole or not at all, in one transaction; a larger one is
/// looked through first, and then undone 100 rows a transaction; interrupted, the same undo goes on. An undo is an
/// act, with entries of its own that name what they undid, and can be undone. On the store's thread.
///
/// Errors besides the connection's: NotFound (no such entry), Unsupported (it cannot be undone, or an older version did
/// not keep what that needs), Changed (it is undone already, or somebody was at its rows at the same moment), Usage (no
/// reason).
class Undo {
public:
    /// Called with each row, in the order of the act.
    using Tell = std::function<Result<void>(const UndoStep&)>;

    Undo() = default;
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    virtual ~Undo() = default;

    /// Tells what undoing would do; writes nothing, and a store that is open for reading will do.
    [[nodiscard]] virtual Result<UndoOutcome> look(qint64 entry, const Tell& tell, const CancelToken& token) = 0;

    /// Undoes, and tells of the rows that somebody touched since. With one, nothing is done (`undone` is 0), unless a
    /// part was undone before: that goes on with the others.
    [[nodiscard]] virtual Result<UndoOutcome> undo(qint64 entry, const QByteArray& reason, const QByteArray& actor,
                                                   const Tell& touched, const CancelToken& token) = 0;

    /// Finds the newest entry of an actor, among the actor's last hundred, that can be undone and is no undo itself;
    /// nothing: there is none.
    [[nodiscard]] virtual Result<std::optional<AuditEntry>> newest(const QByteArray& actor,
                                                                   const CancelToken& token) = 0;

    /// Adds up the entries that a filter takes of a stretch of the audit, of which acts are made (AuditActs): the
    /// newest `most` entries with ids after `after`, and before `before` unless that is 0.
    [[nodiscard]] virtual Result<AuditParts> parts(qint64 after, qint64 before, int most, const Filter& filter,
                                                   const CancelToken& token) = 0;
};

} // namespace portolan
