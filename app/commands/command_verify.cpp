#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/checks/checks.h"
#include "storage/listing/listing.h"
#include "storage/operations/verification.h"
#include "storage/store.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 4> verifyOptions{{
    {"store", "STORE", "the store to verify", true},
    {"record", nullptr, "keep the result in the store, where the window shows it; writes to it"},
    {"sql", nullptr, "print the statements that would mend what was found, in place of the rows"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

/// The check that is being made, on a terminal.
class ProgressLine {
public:
    explicit ProgressLine(std::size_t checks) : m_checks(checks) {}
    ~ProgressLine() {
        if (m_isShown)
            std::fputs("\r\033[K", stderr);
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(std::size_t check, const QByteArray& name) {
        if (!isatty(STDERR_FILENO))
            return;
        m_isShown = true;
        std::fprintf(stderr, "\r\033[K%zu of %zu: %s", check + 1, m_checks, name.constData());
        std::fflush(stderr);
    }

private:
    std::size_t m_checks;
    bool m_isShown = false;
};

/// Returns the command that prints the rows of a finding, for a shell.
QByteArray wayTo(const CheckResult& result) {
    if (result.listing.isEmpty())
        return {};
    QByteArray way = "; portolan list " + result.listing;
    if (!result.filter.isEmpty())
        way += " --filter '" + QByteArray(result.filter).replace('\'', "'\\''") + '\'';
    return way;
}

Result<void> print(RowPrinter& printer, CheckResult result) {
    result.detail += wayTo(result);
    std::vector<Value> values;
    for (const Column<CheckResult>& column : checkColumns())
        values.push_back(column.value(result));
    return printer.print(values);
}

/// Makes all checks. One that cannot be made is said on standard error, and the others go on.
Result<Exit> verify(Checks& checks, Format format, bool asSql, Verification& came, const CancelToken& interrupted) {
    const auto names = checks.begin(interrupted);
    PORTOLAN_TRY(names);
    std::vector<ExportColumn> columns;
    for (const Column<CheckResult>& column : checkColumns())
        columns.push_back({column.name, column.type});
    RowPrinter printer(format, columns);
    ProgressLine progress(names->size());
    came.checks = std::ssize(*names);
    Exit exit = Exit::Done;
    QStringList failures;
    for (std::size_t i = 0; i < names->size(); ++i) {
        const QByteArray& name = (*names)[i].name;
        progress.show(i, name);
        const auto result = checks.run(name, interrupted);
        if (!result && (result.error().code == ErrorCode::Cancelled || result.error().code == ErrorCode::Connection))
            return result.error();
        if (!result) {
            ++came.notMade;
            failures << QStringLiteral("%1 could not be checked: %2").arg(QString::fromUtf8(name), result.error().text);
            continue;
        }
        if (result->found) {
            exit = Exit::Found;
            came.findings.push_back({result->name, result->count, result->detail});
        }
        PORTOLAN_TRY(asSql ? writeOut(result->healing) : print(printer, *result));
    }
    PORTOLAN_TRY(asSql ? Result<void>() : printer.finish());
    for (const QString& failure : failures)
        say(QStringLiteral("portolan: ") + failure);
    return failures.isEmpty() ? exit : Exit::Found;
}

/// Records a verification, for which the store is opened for writing. It is there, so that this makes none.
Result<void> record(const Door& door, const Verification& came) {
    const auto store = door.open();
    return store ? recordVerification(**store, came) : store.error();
}

Exit runVerify(const Invocation& invocation, const Door& door) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const auto store = openedStore(invocation);
    if (!store)
        return fail(store.error());
    Checks* const checks = (*store)->checks();
    if (!checks)
        return fail({ErrorCode::Unsupported, (*store)->unavailableReason(Feature::Integrity).value_or(QString())});
    const bool isRecorded = invocation.has("record");
    if (const auto place = lastVerification(**store, invocation.interrupted); isRecorded && !place)
        return fail(place.error());
    Verification came;
    came.startedAt = currentTime();
    came.actor = actorName();
    const auto exit = verify(*checks, *format, invocation.has("sql"), came, invocation.interrupted);
    if (!exit)
        return fail(exit.error());
    came.endedAt = currentTime();
    if (const auto recorded = isRecorded ? record(door, came) : Result<void>(); !recorded)
        return fail(recorded.error());
    return *exit;
}

} // namespace

const CommandSpec verifyCommand{
    "verify",
    "Looks whether everything in a store is as it should be.",
    {},
    verifyOptions,
    runVerify,
    "One row a check: its name, ok or found, how many were found, and what: the first rows by name, and how to list\n"
    "them. A check for which the store lacks the tables is left out. Nothing is changed without --record. Exit code 3\n"
    "when something was found; ingestion-rate, ingestion-lag and default-partitions only tell how things are.\n"
    "With --record the store keeps the result (`list jobs`, kind verify), and the window shows it with its age; for "
    "cron:\n"
    "    17 3 * * * portolan verify --store URL --format jsonl --record\n"
    "With --sql what is printed is a script for psql or sqlite3: read it before you run it. Of damaged rows it knows\n"
    "nothing; it is about tables that are not as the migrations (schema) or object models make them."};

} // namespace portolan
