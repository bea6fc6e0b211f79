#include "app/commands/commands.h"
#include "app/commands/listings.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/export/rowtext.h"
#include "storage/retention/retention.h"
#include "storage/store.h"

#include <array>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 4> retainOptions{{
    {"store", "STORE", "the store whose old rows or files go", true},
    {"dry-run", nullptr, "count what would go, and change nothing"},
    {"rule", "NAME", "this rule only; with --dry-run also one that is off"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

constexpr std::array<ArgumentSpec, 2> retentionArguments{{{"DO", "list, set or off"}, {"[RULE]", "its name"}}};
constexpr std::array<OptionSpec, 9> retentionOptions{{
    {"store", "STORE", "the store whose rules are meant", true},
    {"keep", "AGE", "set: how long its rows are kept: 30d, 12h; 0s where the time has only to be over"},
    {"count", "N", "set: how many of the newest are kept: checkpoints of each component, or batch files"},
    {"archive", "FOLDER", "set: of batch files: where they are packed into; '' deletes them"},
    {"table", "TABLE", "set: of a new rule: whose rows; SCHEMA.NAME where it is not the usual schema"},
    {"column", "COLUMN", "set: of a new rule: by which of its times"},
    {"filter", "F", "set: only rows that match; empty: all"},
    {"reason", "TEXT", "why; it goes into the audit"},
    {"format", "table|csv|jsonl", "list: table on a terminal, else jsonl"},
}};
constexpr std::array retentionSetOptions{"keep", "count", "archive", "table", "column", "filter"};

Result<Retention*> retentionOf(Store& store) {
    if (Retention* const retention = store.retention())
        return retention;
    return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Operations).value_or(QString())};
}

void showRetained(const QByteArray& rule, qint64 done, qint64 total) {
    if (!isatty(STDERR_FILENO))
        return;
    const QByteArray text =
        QStringLiteral("\r\x1b[K%1: %2 of %3").arg(QString::fromUtf8(rule)).arg(done).arg(total).toUtf8()
        + (done == total ? "\n" : "");
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stderr);
}

Exit retain(const Invocation& invocation, const Door& door) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    RetainOrder order;
    order.isDryRun = invocation.has("dry-run");
    const auto store = order.isDryRun ? openedStore(invocation) : door.open();
    if (!store)
        return fail(store.error());
    const auto retention = retentionOf(**store);
    if (!retention)
        return fail(retention.error());
    if (invocation.has("rule"))
        order.rule = invocation.value("rule").toUtf8();
    order.now = currentTime();
    order.actor = actorName();
    if (const QByteArray reason = invocation.value("reason").trimmed().toUtf8(); !reason.isEmpty())
        order.reason = reason;
    const auto columns = retentionOutcomeColumns();
    RowPrinter printer(*format, exportColumns(columns));
    std::vector<Value> values;
    bool isAny = false;
    bool isLeftOut = false;
    const auto told = [&](const RetentionOutcome& outcome) -> Result<void> {
        isAny = true;
        if (!outcome.problem.isEmpty()) {
            isLeftOut = true;
            say(outcome.problem);
        }
        exportValues(columns, outcome, values);
        return printer.print(values);
    };
    const auto done = (*retention)->run(order, showRetained, told, invocation.interrupted);
    if (const auto printed = printer.finish(); !printed)
        return fail(printed.error());
    if (!done) {
        if (done.error().code == ErrorCode::Cancelled)
            say(QStringLiteral("Interrupted: what was deleted until now stays so; the audit and the job's row say how "
                               "much."));
        return fail(done.error());
    }
    if (!isAny)
        say(QStringLiteral("No rule is on. `portolan retention list` shows those that are offered, and `portolan "
                           "retention set RULE` switches one on."));
    return isLeftOut ? Exit::Found : Exit::Done;
}

/// Reads the parts of a rule as they were typed. Error Usage.
Result<RetentionChange> retentionChangeOf(const Invocation& invocation) {
    RetentionChange change;
    change.name = invocation.arguments[1].toUtf8();
    const auto textOf = [&](const char* option) {
        return invocation.has(option) ? std::optional(invocation.value(option).trimmed().toUtf8())
                                      : std::optional<QByteArray>();
    };
    change.table = textOf("table");
    change.timeColumn = textOf("column");
    change.filter = textOf("filter");
    change.archive = textOf("archive");
    const auto count = invocation.number("count", 1);
    PORTOLAN_TRY(count);
    change.keepCount = *count;
    if (const auto keep = textOf("keep")) {
        const auto age = parseAge(*keep);
        if (!age)
            return Error{ErrorCode::Usage, QStringLiteral("--keep takes an age as 30d, 12h, 90m or 0s, not \"%1\".")
                                               .arg(QString::fromUtf8(*keep))};
        change.keep = std::chrono::duration_cast<std::chrono::seconds>(*age);
    }
    return change;
}

Exit changeRetention(const Invocation& invocation, const Door& door) {
    const QString& verb = invocation.arguments[0];
    const bool isSet = verb == QLatin1String("set");
    if (invocation.arguments.size() < 2)
        return fail({ErrorCode::Usage,
                     QStringLiteral("retention %1 needs the name of a RULE; `retention list` has them.").arg(verb)});
    for (const char* option : retentionSetOptions) {
        if (!isSet && invocation.has(option))
            return fail(
                {ErrorCode::Usage, QStringLiteral("retention %1 takes no --%2.").arg(verb, QLatin1String(option))});
    }
    const auto change = retentionChangeOf(invocation);
    if (!change)
        return fail(change.error());
    const auto store = door.open();
    if (!store)
        return fail(store.error());
    const auto retention = retentionOf(**store);
    if (!retention)
        return fail(retention.error());
    const QByteArray reason = invocation.value("reason").toUtf8();
    if (!isSet) {
        const auto off = (*retention)->switchOff(change->name, reason, actorName(), invocation.interrupted);
        return off ? Exit::Done : fail(off.error());
    }
    const auto set = (*retention)->set(*change, reason, actorName(), invocation.interrupted);
    return set ? Exit::Done : fail(set.error());
}

Exit retention(const Invocation& invocation, const Door& door) {
    const QString& verb = invocation.arguments[0];
    const auto known =
        checkVerb("retention", verb, {QStringLiteral("list"), QStringLiteral("set"), QStringLiteral("off")});
    if (!known)
        return fail(known.error());
    if (verb != QLatin1String("list"))
        return changeRetention(invocation, door);
    if (invocation.arguments.size() > 1)
        return fail(
            {ErrorCode::Usage, QStringLiteral("retention list prints all rules; `list retention-rules --filter` "
                                              "chooses.")});
    return printListing(invocation, "retention-rules");
}

} // namespace

const CommandSpec retainCommand{
    "retain",
    "Deletes or packs what the retention rules of a store let go of.",
    {},
    retainOptions,
    retain,
    "A row a rule: rule, table, rows, bytes, oldest_kept, state. --dry-run counts what a run would delete at that\n"
    "moment. Rows go in small transactions, the oldest first, so that programs which write need not wait; Ctrl+C "
    "stops\n"
    "between two of them. Whatever a rule says, messages of an unfinished replay, rows that an alert fires about and\n"
    "the latest checkpoint of a name stay. A rule is stopped, and the exit code 3, when the newest row of its table "
    "is\n"
    "of a time that the clock does not know yet, or so old that nothing newer would be left. A row that a foreign key\n"
    "needs is left, and told, with the same exit code.\n"
    "Of a folder of batch files whole files go that the writer is done with. Their messages stay known, so that none\n"
    "is stored twice, and are no gaps."};

const CommandSpec retentionCommand{
    "retention",
    "Shows the retention rules of a store, and switches them on and off.",
    retentionArguments,
    retentionOptions,
    retention,
    "set changes what is given and switches the rule on; off keeps it for later. Rules are offered and off: nothing "
    "is\n"
    "deleted unasked. A new name makes a rule for any table: set NAME --table T --column C --keep 30d. Run\n"
    "`retain --dry-run --rule NAME` before, and `retain` every night after it. On TimescaleDB the rule starts and "
    "stops\n"
    "the table's own policy. The rule backups is about the files of the store's backups: --filter 'daily:30 "
    "monthly:12'\n"
    "keeps the newest of so many days and months. A folder of batch files has the rule batch-files: --keep AGE,\n"
    "--count N, or both, and --archive FOLDER, into which a run packs the files that go (`tar --zstd` and\n"
    "`portolan FILE` read them)."};

} // namespace portolan
