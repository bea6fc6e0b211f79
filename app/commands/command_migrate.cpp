#include "app/commands/commands.h"
#include "app/commands/listings.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "storage/stores/migrate.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> migrateArguments{{
    {"MOVE", "current, history, up [N], down [N] or to VERSION"},
    {"[N]", "how many steps (up: all, down: 1), or the version to go to"},
}};
constexpr std::array<OptionSpec, 2> migrateOptions{{
    {"store", "STORE", "the store whose schema it is", true},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

Result<void> printCurrent(const StoreUrl& url, Format format, const CancelToken& interrupted) {
    const auto found = schemaVersion(url, interrupted);
    PORTOLAN_TRY(found);
    RowPrinter printer(
        format, {{"version", ColumnType::Integer}, {"description", ColumnType::Text}, {"latest", ColumnType::Integer}});
    PORTOLAN_TRY(
        printer.print(std::array<Value, 3>{qint64(found->version), found->name.toUtf8(), qint64(found->latest)}));
    return printer.finish();
}

Result<std::optional<int>> stepsOf(const Invocation& invocation, MigrationMove move) {
    if (invocation.arguments.size() < 2) {
        if (move == MigrationMove::To)
            return Error{ErrorCode::Usage, QStringLiteral("migrate to needs a VERSION.")};
        return std::optional<int>();
    }
    bool ok = false;
    const int steps = invocation.arguments[1].toInt(&ok);
    if (!ok || steps < 0)
        return Error{ErrorCode::Usage,
                     QStringLiteral("\"%1\" is no number of steps and no version.").arg(invocation.arguments[1])};
    return std::optional(steps);
}

Result<void> runMigrate(const Invocation& invocation, const Door& door, MigrationMove move, Format format) {
    const auto steps = stepsOf(invocation, move);
    PORTOLAN_TRY(steps);
    const auto url = door.pass();
    PORTOLAN_TRY(url);
    const auto report =
        migrate(*url, move, *steps, {actorName(), invocation.value("reason").toUtf8()}, invocation.interrupted);
    PORTOLAN_TRY(report);
    if (!report->backup.isEmpty())
        say(QStringLiteral("backup before: ") + report->backup);
    for (const QString& shortfall : report->shortfalls)
        say(shortfall);
    for (const QString& step : report->steps)
        say(step);
    if (report->auditGone)
        say(QStringLiteral(
            "The audit went with its own table: nothing in the store tells of this, until a migration up "
            "brings the audit back and names the version that it began from."));
    for (const QString& table : report->adopted)
        say(QStringLiteral("left as it was: ") + table);
    for (const QString& why : report->unusable)
        say(QStringLiteral("not used: ") + why);
    for (const QString& object : report->leftOut)
        say(QStringLiteral("left out, because the server has no such extension for this user: ") + object);
    if (!report->series.isEmpty() && report->to > report->from)
        say(QStringLiteral("time series are kept by ") + report->series);
    return printCurrent(*url, format, invocation.interrupted);
}

struct Move {
    const char* name;
    MigrationMove move;
};
constexpr std::array<Move, 3> moves{
    {{"up", MigrationMove::Up}, {"down", MigrationMove::Down}, {"to", MigrationMove::To}}};

Exit migrateSchema(const Invocation& invocation, const Door& door) {
    const auto url = invocation.store("store");
    if (!url)
        return fail(url.error());
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const QString what = invocation.arguments.first();
    const auto end = [](const Result<void>& result) { return result ? Exit::Done : fail(result.error()); };
    if (what == QLatin1String("current"))
        return end(printCurrent(*url, *format, invocation.interrupted));
    if (what == QLatin1String("history"))
        return end(printMigrations(*url, *format, invocation.interrupted));
    for (const Move& move : moves) {
        if (what == QLatin1String(move.name))
            return end(runMigrate(invocation, door, move.move, *format));
    }
    return fail({ErrorCode::Usage,
                 QStringLiteral("migrate knows current, history, up, down and to, not \"%1\".").arg(what)
                     + didYouMean(what, {QStringLiteral("current"), QStringLiteral("history"), QStringLiteral("up"),
                                         QStringLiteral("down"), QStringLiteral("to")})});
}

} // namespace

Result<void> printMigrations(const StoreUrl& url, Format format, const CancelToken& interrupted) {
    const auto history = migrationHistory(url, interrupted);
    PORTOLAN_TRY(history);
    RowPrinter printer(format, exportColumns(migrationColumns()));
    std::vector<Value> row;
    for (const MigrationEntry& entry : *history) {
        exportValues(migrationColumns(), entry, row);
        PORTOLAN_TRY(printer.print(row));
    }
    return printer.finish();
}

const CommandSpec migrateCommand{
    "migrate",
    "Tells and changes the version of a store's schema.",
    migrateArguments,
    migrateOptions,
    migrateSchema,
    "Each step is one transaction: a kill leaves the version before or the version after. Before a store with rows is\n"
    "changed, a verified backup is made (`portolan list backups`, kind migration). A missing SQLite file is created. "
    "Each step is in the audit, with who, why, from and to."};

} // namespace portolan
