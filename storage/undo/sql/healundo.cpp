#include "storage/undo/sql/healundo.h"

#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/undo/sql/healstatement.h"

namespace portolan {

namespace {

QString healing() {
    return QStringLiteral("undo a healing in");
}

/// The array of texts that an image has under a name, as it stands there; nothing: there is none.
std::optional<QByteArray> arrayIn(const AuditEntry& entry, const char* name) {
    const auto place = entry.after ? findJsonPlace(*entry.after, {QByteArray(name)}) : std::nullopt;
    return place && place->kind == JsonPlace::Kind::Array ? std::optional(place->raw.toByteArray()) : std::nullopt;
}

std::vector<QByteArray> textsIn(const std::optional<QByteArray>& array) {
    std::vector<QByteArray> texts;
    if (!array)
        return texts;
    for (const JsonMember& each : jsonMembersAt(*array, 0).members) {
        const auto place = findJsonPlace(jsonValueAt(*array, each), {});
        texts.push_back(place ? place->text() : QByteArray());
    }
    return texts;
}

/// Returns the statements that take the entry's healing back. Error Unsupported: the entry holds something else.
Result<HealStatements> statementsOf(const AuditEntry& entry) {
    auto statements = HealStatements::from(textsIn(arrayIn(entry, "reverse")), textsIn(arrayIn(entry, "filled")));
    if (!statements)
        return Error{
            ErrorCode::Unsupported,
            undoText(QT_TRANSLATE_NOOP(
                         "Undo", "The audit's %1 holds statements that are not run from an audit: anyone who may write "
                                 "into it could have put them there, and only names, types and plain defaults of "
                                 "user-defined tables are known to be safe. Change the table by hand."))
                .arg(entryName(entry))};
    return *statements;
}

} // namespace

Result<std::unique_ptr<UndoPart>> HealUndo::make(Session& session, const AuditEntry& entry) {
    if (!arrayIn(entry, "reverse") || !entry.runId)
        return Error{
            ErrorCode::Unsupported,
            undoText(QT_TRANSLATE_NOOP(
                         "Undo", "The audit's %1 does not say what takes back what healing did: an older version of "
                                 "Portolan wrote it, or it made a primary key. Change the table by hand."))
                .arg(entryName(entry))};
    PORTOLAN_TRY(statementsOf(entry));
    return std::unique_ptr<UndoPart>(new HealUndo(session, entry));
}

Result<UndoUnit> HealUndo::healedModel(const AuditEntry& entry) {
    UndoUnit unit;
    unit.place = entry.id;
    unit.entry = entry;
    unit.step.table = "portolan_object_models";
    unit.step.key = entry.subjectId.value_or(QByteArray());
    const Result<HealStatements> statements = statementsOf(entry);
    PORTOLAN_TRY(statements);
    for (const QByteArray& statement : statements->statements())
        unit.step.change += (unit.step.change.isEmpty() ? "" : "; ") + statement;
    PreparedStatements once(connection());
    const Result<std::optional<AuditEntry>> undo = standingUndo(once, entry);
    PORTOLAN_TRY(undo);
    if (*undo) {
        unit.step.state = UndoState::Undone;
        unit.step.detail = undoText(QT_TRANSLATE_NOOP("Undo", "undone by %1")).arg(entryName(**undo));
        return unit;
    }
    const Result<bool> filled = isFilled(entry);
    if (!filled && !mayReadOn(filled.error().code))
        return filled.error();
    if (!filled || *filled) {
        unit.step.state = UndoState::Touched;
        unit.step.detail = filled
                               ? undoText(QT_TRANSLATE_NOOP("Undo", "rows were written since, which would lose values"))
                               : undoText(QT_TRANSLATE_NOOP("Undo", "the table is another one by now"));
    }
    return unit;
}

/// Asks whether values would go that healing did not bring.
Result<bool> HealUndo::isFilled(const AuditEntry& entry) {
    const Result<HealStatements> statements = statementsOf(entry);
    PORTOLAN_TRY(statements);
    for (const QByteArray& question : statements->questions()) {
        const Result<QVariant> row = connection().value(QString::fromUtf8(question));
        PORTOLAN_TRY(row);
        if (!row->isNull())
            return true;
    }
    return false;
}

Result<std::vector<UndoUnit>> HealUndo::page(qint64 after, int most) {
    const Result<std::vector<AuditEntry>> entries = SqlAudit::ofAct(connection(), m_act, after, most);
    PORTOLAN_TRY(entries);
    std::vector<UndoUnit> units;
    for (const AuditEntry& entry : *entries) {
        Result<UndoUnit> unit = healedModel(entry);
        PORTOLAN_TRY(unit);
        units.push_back(std::move(*unit));
    }
    return units;
}

Result<void> HealUndo::apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) {
    for (const UndoUnit& unit : ready) {
        const QByteArray reverse = arrayIn(unit.entry, "reverse").value_or("[]");
        const Result<HealStatements> statements = statementsOf(unit.entry);
        PORTOLAN_TRY(statements);
        for (const bool locks : {true, false}) {
            for (const QByteArray& statement : statements->statements()) {
                if (statement.startsWith("LOCK TABLE ") == locks) {
                    PORTOLAN_TRY(connection().execute(QString::fromUtf8(statement), {}, healing()));
                }
            }
            const Result<bool> isFilled = locks ? this->isFilled(unit.entry) : Result<bool>(false);
            PORTOLAN_TRY(isFilled);
            if (*isFilled)
                return Error{ErrorCode::Changed, QStringLiteral("Somebody wrote rows at this moment. Nothing was done; "
                                                                "run the command again.")};
        }
        AuditEntry told = undoEntry(unit.entry, author, "heal");
        told.runId = author.act;
        told.after->chop(1);
        *told.after += ",\"statements\":" + reverse + ",\"reverse\":" + arrayIn(unit.entry, "statements").value_or("[]")
                       + ",\"filled\":[]}";
        PORTOLAN_TRY(write(told));
    }
    return {};
}

} // namespace portolan
