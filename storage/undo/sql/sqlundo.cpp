#include "storage/undo/sql/sqlundo.h"

#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/postgresql/serverlock.h"
#include "storage/sql/withtransaction.h"
#include "storage/undo/sql/archiveundo.h"
#include "storage/undo/sql/healundo.h"
#include "storage/undo/sql/rowundo.h"
#include "storage/undo/sql/runundo.h"

#include <QUuid>
#include <algorithm>
#include <set>

namespace portolan {

namespace {

constexpr int rowsAtOnce = 1000; ///< an act of so many is undone whole or not at all
constexpr int rowsAStep = 100;   ///< a transaction of a larger one, for which SQLite's other writers wait

Error cannotUndo(const AuditEntry& entry, const QString& why) {
    return {ErrorCode::Unsupported, undoText(QT_TRANSLATE_NOOP("Undo", "The audit's %1 (%2) cannot be undone. %3"))
                                        .arg(entryName(entry), QString::fromUtf8(entry.action), why)};
}

Error undoneAlready(const AuditEntry& entry) {
    return {ErrorCode::Changed,
            undoText(QT_TRANSLATE_NOOP("Undo", "What the audit's %1 tells of was undone already. Nothing was done."))
                .arg(entryName(entry))};
}

/// Returns the way of undoing what an entry tells of; of an undo, of what that did.
const UndoRule* ruleOf(const AuditEntry& entry) {
    const QByteArray does = doneBy(entry);
    if (does.isEmpty())
        return undoRuleOf(entry.subjectKind, entry.action);
    const bool isOfMessages = entry.subjectKind == "job" || entry.subjectKind == "replay_run";
    return undoRuleOf(isOfMessages ? QByteArrayView("port_message") : QByteArrayView(entry.subjectKind), does);
}

void count(const UndoUnit& unit, UndoOutcome& outcome) {
    ++outcome.steps;
    outcome.undone += unit.step.state == UndoState::Ready;
    outcome.before += unit.step.state == UndoState::Undone;
    outcome.touched += unit.step.state == UndoState::Touched;
}

} // namespace

int SqlUndo::Step::most() const {
    return isWhole ? rowsAtOnce : rowsAStep;
}

/// The entry itself, or, for a job's, the first of a change that the job made.
Result<AuditEntry> SqlUndo::entryOf(qint64 entry) {
    Connection& connection = m_session.connection();
    Result<std::optional<AuditEntry>> found = SqlAudit::entry(connection, entry);
    PORTOLAN_TRY(found);
    if (!*found)
        return Error{ErrorCode::NotFound,
                     undoText(QT_TRANSLATE_NOOP("Undo", "There is no entry %1 in the audit of %2; `portolan list "
                                                        "audit` shows those there are."))
                         .arg(QString::number(entry), connection.where())};
    if ((*found)->subjectKind != "job" || (*found)->action == "undo")
        return **found;
    const Result<QVariant> first = connection.value(
        QStringLiteral("SELECT min(id) FROM portolan_audit WHERE run_id = ? AND subject_kind = 'port_message' AND "
                       "action IN ('discard', 'restore_discarded', 'replay', 'replay_edited')"),
        {wholeText((*found)->subjectId.value_or(QByteArray()))});
    PORTOLAN_TRY(first);
    if (first->isNull())
        return **found;
    Result<std::optional<AuditEntry>> change = SqlAudit::entry(connection, first->toLongLong());
    PORTOLAN_TRY(change);
    return *change ? **change : **found;
}

Result<std::unique_ptr<UndoPart>> SqlUndo::partOf(const AuditEntry& entry) {
    const UndoRule* const rule = ruleOf(entry);
    if (!rule)
        return cannotUndo(entry,
                          undoText(QT_TRANSLATE_NOOP("Undo", "This version of Portolan does not know what it did.")));
    switch (rule->way) {
    case UndoWay::Never:
        break;
    case UndoWay::Heal:
        return HealUndo::make(m_session, entry);
    case UndoWay::Rows:
        return RowUndo::make(m_session, entry);
    case UndoWay::Replay:
    case UndoWay::Recall:
        return RunUndo::make(m_session, m_replays, entry, rule->way);
    case UndoWay::Discard:
    case UndoWay::Restore:
        return ArchiveUndo::make(m_session, m_archive, entry, rule->way);
    }
    return cannotUndo(entry, undoText(rule->why));
}

Result<SqlUndo::Act> SqlUndo::actOf(qint64 entry, const CancelToken& token) {
    Act act;
    Result<AuditEntry> found = m_session.read(token, [&](Connection& connection) -> Result<AuditEntry> {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (const auto lacking = SqlAudit::unavailableReason(*catalogue))
            return Error{ErrorCode::Unsupported, *lacking};
        return entryOf(entry);
    });
    PORTOLAN_TRY(found);
    act.entry = std::move(*found);
    Result<std::unique_ptr<UndoPart>> part = m_session.read(token, [&](Connection&) { return partOf(act.entry); });
    PORTOLAN_TRY(part);
    act.part = std::move(*part);
    return act;
}

Result<UndoOutcome> SqlUndo::walk(const Act& act, bool tellsAll, const Tell& tell, const CancelToken& token) {
    UndoOutcome outcome;
    outcome.act = act.entry;
    qint64 after = 0;
    while (true) {
        if (token.stop_requested())
            return cancelled();
        const auto page = m_session.read(token, [&](Connection&) { return act.part->page(after, rowsAtOnce); });
        PORTOLAN_TRY(page);
        for (const UndoUnit& unit : *page) {
            count(unit, outcome);
            if (tellsAll || unit.step.state == UndoState::Touched) {
                PORTOLAN_TRY(tell(unit.step));
            }
        }
        if (std::ssize(*page) < rowsAtOnce)
            return outcome;
        after = page->back().place;
    }
}

Result<UndoOutcome> SqlUndo::look(qint64 entry, const Tell& tell, const CancelToken& token) {
    const Result<Act> act = actOf(entry, token);
    return act ? walk(*act, true, tell, token) : Result<UndoOutcome>(act.error());
}

Result<std::optional<AuditEntry>> SqlUndo::newest(const QByteArray& actor, const CancelToken& token) {
    constexpr int mostEntries = 100;
    const auto entries = m_session.read(
        token, [&](Connection& connection) { return SqlAudit::newestOf(connection, actor, mostEntries); });
    PORTOLAN_TRY(entries);
    std::set<QByteArray> seen; // acts of many entries
    for (const AuditEntry& entry : *entries) {
        const UndoRule* const rule = undoRuleOf(entry.subjectKind, entry.action);
        if (!rule || rule->way == UndoWay::Never || (entry.runId && !seen.insert(*entry.runId).second))
            continue;
        const auto first = m_session.read(token, [&](Connection&) -> Result<std::vector<UndoUnit>> {
            const auto part = partOf(entry);
            PORTOLAN_TRY(part);
            return (*part)->page(0, rowsAtOnce);
        });
        if (!first && first.error().code != ErrorCode::Unsupported)
            return first.error();
        const auto isReady = [](const UndoUnit& unit) { return unit.step.state == UndoState::Ready; };
        if (first && std::ranges::any_of(*first, isReady))
            return std::optional(entry);
    }
    return std::optional<AuditEntry>();
}

Result<UndoOutcome> SqlUndo::undo(qint64 entry, const QByteArray& reason, const QByteArray& actor, const Tell& touched,
                                  const CancelToken& token) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
    const Result<Act> act = actOf(entry, token);
    PORTOLAN_TRY(act);
    Result<UndoOutcome> seen = walk(*act, false, touched, token);
    PORTOLAN_TRY(seen);
    const bool isBegun = seen->before > 0 || act->part->isBegun();
    if (seen->undone == 0 && seen->touched == 0)
        return isBegun ? undoneAlready(act->entry)
                       : Error{ErrorCode::Changed,
                               undoText(QT_TRANSLATE_NOOP(
                                            "Undo", "What the audit's %1 tells of changed no row. Nothing was done."))
                                   .arg(entryName(act->entry))};
    if (seen->undone == 0 || (seen->touched > 0 && !isBegun)) {
        seen->undone = 0;
        return seen;
    }
    PORTOLAN_TRY(act->part->prepare(token));
    const UndoAuthor author{reason.trimmed(), actor, QUuid::createUuid().toByteArray(QUuid::WithoutBraces)};
    return carryOut(*act, *seen, author, touched, token);
}

/// Undoes the rows of a page in one transaction; returns the page. `outcome` has what was counted before, and counts
/// on.
Result<std::vector<UndoUnit>> SqlUndo::step(UndoPart& part, const Step& next, const UndoAuthor& author,
                                            UndoOutcome& outcome) {
    UndoOutcome sum = outcome;
    auto page = withTransaction(m_session, [&]() -> Result<std::vector<UndoUnit>> {
        PORTOLAN_TRY(lockUntilCommit(m_session.connection(), ServerLock::Undo));
        PORTOLAN_TRY(part.lock());
        Result<std::vector<UndoUnit>> units = part.page(next.after, next.most());
        PORTOLAN_TRY(units);
        std::vector<UndoUnit> ready;
        for (const UndoUnit& unit : *units) {
            count(unit, sum);
            if (unit.step.state == UndoState::Ready)
                ready.push_back(unit);
        }
        if (next.isWhole && sum.touched > 0)
            return Error{ErrorCode::Changed,
                         QStringLiteral("Somebody changed one of the rows at this moment. Nothing was done; run the "
                                        "command again, and it names the row.")};
        const bool begins = next.isFirst && !ready.empty(); // else another undo was quicker
        if (begins) {
            PORTOLAN_TRY(part.begin(author, next.rows));
        }
        if (!ready.empty()) {
            PORTOLAN_TRY(part.apply(ready, author));
        }
        if (std::ssize(*units) < next.most() && (begins || !next.isFirst)) {
            PORTOLAN_TRY(part.end(author, sum.undone));
        }
        return units;
    });
    if (page)
        outcome = std::move(sum);
    return page;
}

Result<UndoOutcome> SqlUndo::carryOut(const Act& act, const UndoOutcome& seen, const UndoAuthor& author,
                                      const Tell& touched, const CancelToken& token) {
    UndoOutcome outcome;
    outcome.act = act.entry;
    Step next{0, true, seen.steps <= rowsAtOnce && seen.touched == 0, seen.undone};
    while (true) {
        const auto page = token.stop_requested() ? Result<std::vector<UndoUnit>>(cancelled())
                                                 : step(*act.part, next, author, outcome);
        if (!page && !next.isFirst) {
            // When this fails, too, the job says running, with an old heartbeat.
            const auto ended = withTransaction(m_session, [&] { return act.part->fail(author, page.error()); });
            Error error = page.error();
            if (!ended)
                error.details += ended.error().text;
            return error;
        }
        PORTOLAN_TRY(page);
        for (const UndoUnit& unit : *page) {
            if (seen.touched == 0 && unit.step.state == UndoState::Touched) { // else it was told before
                PORTOLAN_TRY(touched(unit.step));
            }
        }
        if (std::ssize(*page) < next.most())
            break;
        next.after = page->back().place;
        next.isFirst = next.isFirst && outcome.undone == 0;
    }
    if (outcome.undone == 0)
        return outcome.touched > 0 ? Result<UndoOutcome>(outcome) : undoneAlready(act.entry);
    outcome.entry = act.part->entry();
    return outcome;
}

} // namespace portolan
