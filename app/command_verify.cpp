#include "app/commands.h"
#include "app/output.h"
#include "app/storeaccess.h"
#include "storage/store.h"
#include "storage/upkeep/checks.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 2> verifyOptions{{
    {"store", "STORE", "the store to verify", true},
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

/// What prints the rows behind a finding, for a shell.
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
Result<Exit> verify(Checks& checks, Format format, const CancelToken& interrupted) {
    const auto names = checks.begin(interrupted);
    if (!names)
        return names.error();
    std::vector<ExportColumn> columns;
    for (const Column<CheckResult>& column : checkColumns())
        columns.push_back({column.name, column.type});
    RowPrinter printer(format, columns);
    ProgressLine progress(names->size());
    Exit exit = Exit::Done;
    QStringList failures;
    for (std::size_t i = 0; i < names->size(); ++i) {
        const QByteArray& name = (*names)[i].name;
        progress.show(i, name);
        const auto result = checks.run(name, interrupted);
        if (!result && (result.error().code == ErrorCode::Cancelled || result.error().code == ErrorCode::Connection))
            return result.error();
        if (!result) {
            failures << QStringLiteral("%1 could not be checked: %2").arg(QString::fromUtf8(name), result.error().text);
            continue;
        }
        exit = result->found ? Exit::Found : exit;
        if (const auto printed = print(printer, *result); !printed)
            return printed.error();
    }
    if (const auto printed = printer.finish(); !printed)
        return printed.error();
    for (const QString& failure : failures)
        say(QStringLiteral("portolan: ") + failure);
    return failures.isEmpty() ? exit : Exit::Failed;
}

Exit runVerify(const Invocation& invocation) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const auto store = openedStore(invocation, Access::Read);
    if (!store)
        return fail(store.error());
    Checks* const checks = (*store)->checks();
    if (!checks)
        return fail({ErrorCode::Unsupported, (*store)->missing(Feature::Integrity).value_or(QString())});
    const auto exit = verify(*checks, *format, invocation.interrupted);
    return exit ? *exit : fail(exit.error());
}

} // namespace

const CommandSpec verifyCommand{
    "verify",
    "Looks whether everything in a store is as it should be.",
    {},
    verifyOptions,
    runVerify,
    "One row a check: its name, ok or found, how many were found, and what: the first rows by name, and how to list\n"
    "them. A check for which the store lacks the tables is left out. Nothing is changed. Exit code 3 when something "
    "was\n"
    "found; ingestion-rate, ingestion-lag and default-partitions only tell how things are."};

} // namespace portolan
