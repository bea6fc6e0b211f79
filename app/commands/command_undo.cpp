#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/store.h"
#include "storage/undo/undo.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> undoArguments{
    {{"AUDIT_ID", "the number of an entry, as `portolan list audit` shows it"}}};
constexpr std::array<OptionSpec, 4> undoOptions{{
    {"store", "STORE", "the store in which it was done", true},
    {"reason", "TEXT", "why it is undone; it goes into the audit"},
    {"dry-run", nullptr, "print what would be done with each row, and stop"},
    {"format", "table|csv|jsonl", "of the rows: table on a terminal, else jsonl"},
}};

/// Prints rows of an act as they are told.
class StepPrinter {
public:
    explicit StepPrinter(Format format) : m_printer(format, exportColumns(undoStepColumns())) {}
    Result<void> print(const UndoStep& step) {
        std::vector<Value> row;
        for (const auto& column : undoStepColumns())
            row.push_back(column.value(step));
        return m_printer.print(row);
    }
    Result<void> finish() { return m_printer.finish(); }

private:
    RowPrinter m_printer;
};

QString ofAct(const UndoOutcome& outcome) {
    return QStringLiteral("entry %1 of the audit (%2 by %3)")
        .arg(QString::number(outcome.act.id), QString::fromUtf8(outcome.act.action), shown(outcome.act.actor));
}

Exit tellLook(const UndoOutcome& outcome) {
    say(QStringLiteral("Undoing %1 would change %2 of %3 rows; %4 were touched since, %5 are undone already.")
            .arg(ofAct(outcome), QString::number(outcome.undone), QString::number(outcome.steps),
                 QString::number(outcome.touched), QString::number(outcome.before)));
    return outcome.touched == 0 ? Exit::Done : Exit::Found;
}

Exit tellUndone(const UndoOutcome& outcome) {
    if (outcome.entry == 0)
        return fail(
            {ErrorCode::Changed,
             QStringLiteral("Nothing was undone: of the %1 rows of %2, %3 were touched since, as standard output "
                            "says for each. What they are now would be lost; change them by hand.")
                 .arg(QString::number(outcome.steps), ofAct(outcome), QString::number(outcome.touched))});
    const QByteArray line = "{\"undone\":" + QByteArray::number(outcome.undone)
                            + ",\"touched\":" + QByteArray::number(outcome.touched)
                            + ",\"audit\":" + QByteArray::number(outcome.entry) + "}\n";
    if (const auto written = writeOut(line); !written)
        return fail(written.error());
    if (outcome.touched == 0)
        return Exit::Done;
    say(QStringLiteral("%1 rows were touched since and stay as they are.").arg(outcome.touched));
    return Exit::Found;
}

Exit undo(const Invocation& invocation, const Door& door) {
    bool isNumber = false;
    const qint64 entry = invocation.arguments.first().toLongLong(&isNumber);
    if (!isNumber || entry < 1)
        return fail({ErrorCode::Usage, QStringLiteral("AUDIT_ID is the number of an entry of the audit, not \"%1\".")
                                           .arg(invocation.arguments.first())});
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const bool isDry = invocation.has("dry-run");
    if (const auto said = isDry ? Result<void>() : door.wantReason(); !said)
        return fail(said.error());
    const auto store = isDry ? openedStore(invocation) : door.open();
    if (!store)
        return fail(store.error());
    Undo* const undoing = (*store)->undo();
    if (!undoing)
        return fail({ErrorCode::Unsupported,
                     (*store)
                         ->unavailableReason(Feature::Audit)
                         .value_or(QStringLiteral("%1 is for reading.").arg((*store)->url().display()))});
    StepPrinter printer(*format);
    const auto tell = [&](const UndoStep& step) { return printer.print(step); };
    const auto outcome = isDry ? undoing->look(entry, tell, invocation.interrupted)
                               : undoing->undo(entry, invocation.value("reason").trimmed().toUtf8(), actorName(), tell,
                                               invocation.interrupted);
    if (outcome && (isDry || outcome->touched > 0)) {
        if (const auto finished = printer.finish(); !finished)
            return fail(finished.error());
    }
    if (!outcome && outcome.error().code == ErrorCode::Cancelled && !isDry)
        say(QStringLiteral("Interrupted: what was undone until now stays so. The same command goes on with the rest."));
    if (!outcome)
        return fail(outcome.error());
    return isDry ? tellLook(*outcome) : tellUndone(*outcome);
}

} // namespace

const CommandSpec undoCommand{"undo",
                              "Undoes what an entry of the audit tells of, the whole act.",
                              undoArguments,
                              undoOptions,
                              undo,
                              "An act is a replay run, a recall, a discard, a promotion, a change of a view, an alert, "
                              "a model or a setting.\n"
                              "Each row goes back only while it is as the act left it. With a row that somebody "
                              "touched since, nothing is\n"
                              "undone and the rows are printed (exit code 1); --dry-run prints all of them, and ends "
                              "with 3 then.\n"
                              "More than 1,000 rows are undone in steps: what is touched meanwhile stays (3), and "
                              "after an interruption the\n"
                              "same command goes on. The last line on standard output is "
                              "{\"undone\":N,\"touched\":N,\"audit\":ID}; `portolan undo ID`\n"
                              "does it again."};

} // namespace portolan
