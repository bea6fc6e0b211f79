#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/stores/opencontent.h"
#include "storage/stores/openstore.h"
#include "storage/transfer/following.h"
#include "storage/transfer/switching.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 10> copyOptions{{
    {"from", "URL", "the store or the file of a backup whose rows are copied; it is only read", true},
    {"into", "STORE", "the database or folder that takes them; made where it is missing or empty", true},
    {"only", "TABLE", "this table alone; may be given several times", false, true},
    {"dry-run", nullptr, "into a folder: say what would be copied and what it cannot hold; write nothing"},
    {"of", "STORE", "a store on the server that a backup of a database there is read on, where --into is none"},
    {"follow", nullptr, "go on with what changes, until Ctrl+C"},
    {"empties", nullptr, "with --follow: rows go, too, of a table that has none left in the source"},
    {"offer-after", "TIME", "with --follow: offer the switch once both were alike for so long (30m, 1h, 2d)"},
    {"idle-exit", "SECONDS", "with --follow: end when nothing was copied for so long"},
    {"reason", "TEXT", "why; it goes into the audit"},
}};

/// Says how far it is, on a terminal.
void showProgress(const CopyReport& report) {
    if (!isatty(STDERR_FILENO))
        return;
    std::fprintf(stderr, "\r\033[K%lld copied, %lld unchanged", static_cast<long long>(report.copied),
                 static_cast<long long>(report.unchanged));
    std::fflush(stderr);
}

Result<FollowOptions> followOptions(const Invocation& invocation) {
    FollowOptions options;
    const auto seconds = invocation.number("idle-exit", 0);
    PORTOLAN_TRY(seconds);
    if (*seconds && !invocation.has("follow"))
        return Error{ErrorCode::Usage, QStringLiteral("--idle-exit goes with --follow.")};
    if (*seconds)
        options.idleExit = std::chrono::seconds(**seconds);
    if (!invocation.has("offer-after"))
        return options;
    const auto age = parseAge(invocation.value("offer-after").toUtf8());
    if (!age || !invocation.has("follow"))
        return Error{ErrorCode::Usage,
                     QStringLiteral("--offer-after goes with --follow, and takes a time as 30m, 1h or 2d.")};
    options.offerAfter = std::chrono::duration_cast<std::chrono::milliseconds>(*age);
    options.offer = [from = invocation.value("from"), into = invocation.value("into"),
                     age = invocation.value("offer-after")] {
        say(QStringLiteral("Both were alike for %1. `portolan switch --from %2 --into %3 --reason TEXT` switches.")
                .arg(age, shown(from.toUtf8()), shown(into.toUtf8())));
    };
    return options;
}

/// Makes the ways to open a store, which is kept open for its change mark.
SwitchSide sideOf(const StoreUrl& url, const CancelToken& token) {
    return {url.display(), [url, token] { return openCopySource(url, token); },
            [url, token] { return openCopyDestination(url, token); },
            [url, token, watched = std::shared_ptr<Store>()]() mutable -> Result<ChangeMark> {
                if (!watched) {
                    auto store = openStore(url, Access::Read, token);
                    PORTOLAN_TRY(store);
                    watched = std::move(*store);
                }
                return watched->changeMark();
            },
            url.kind == StoreKind::Files};
}

Result<void> follow(const Invocation& invocation, const CopyOptions& options, const FollowOptions& until,
                    const StoreUrl& from, const StoreUrl& into, CopyReport& report) {
    const CancelToken& interrupted = invocation.interrupted;
    const SwitchSide source = sideOf(from, interrupted);
    const FollowedStores stores{source.content, sideOf(into, interrupted).destination, source.mark};
    return followStore(
        stores, options, until, report, showProgress, [](const QString& text) { say(text); }, interrupted);
}

/// Opens what is copied. A backup of a database on a server is restored aside on one: that of --of, or the target's.
Result<std::unique_ptr<StoreContent>> sourceOf(const Invocation& invocation, const StoreUrl& url) {
    if (url.kind == StoreKind::Bundle && invocation.has("follow"))
        return Error{ErrorCode::Usage, QStringLiteral("A backup does not change: --follow does not go with it.")};
    ContentAid aid;
    const auto server = invocation.has("of") ? storeNamed(invocation.value("of")) : invocation.store("into");
    PORTOLAN_TRY(server);
    if (server->kind == StoreKind::Postgresql)
        aid.server = *server;
    return openCopySource(url, invocation.interrupted, aid);
}

Result<void> copy(const Invocation& invocation, const Door& door, CopyReport& report) {
    const auto until = followOptions(invocation);
    PORTOLAN_TRY(until);
    const bool isDry = invocation.has("dry-run");
    if (isDry && invocation.has("follow"))
        return Error{ErrorCode::Usage, QStringLiteral("--dry-run and --follow do not go together.")};
    const auto source = storeNamed(invocation.value("from"));
    PORTOLAN_TRY(source);
    auto from = sourceOf(invocation, *source); // first: a mistyped one makes no target
    PORTOLAN_TRY(from);
    const auto target = isDry ? invocation.store("into") : door.pass("into");
    PORTOLAN_TRY(target);
    CopyOptions options;
    options.only = invocation.values("only");
    options.from = source->display();
    options.actor = actorName();
    options.reason = invocation.value("reason").trimmed().toUtf8();
    options.empties = invocation.has("empties");
    if (options.empties && !invocation.has("follow"))
        return Error{ErrorCode::Usage, QStringLiteral("--empties goes with --follow.")};
    if (invocation.has("follow")) {
        from->reset();
        return follow(invocation, options, *until, *source, *target, report);
    }
    const auto into = isDry ? lookAtCopyDestination(*target, invocation.interrupted)
                            : openCopyDestination(*target, invocation.interrupted);
    PORTOLAN_TRY(into);
    auto copied = (*into)->take(**from, options, showProgress);
    PORTOLAN_TRY(copied);
    report = std::move(*copied);
    return {};
}

/// Copies and tells what was done, also where Ctrl+C ended a copy that goes on (--follow).
Exit runCopy(const Invocation& invocation, const Door& door) {
    CopyReport report;
    const auto done = copy(invocation, door, report);
    if (isatty(STDERR_FILENO))
        std::fputs("\r\033[K", stderr);
    if (!done && (!invocation.has("follow") || done.error().code != ErrorCode::Cancelled))
        return fail(done.error());
    for (const QString& sentence : report.told)
        say(shown(sentence.toUtf8()));
    const auto written = writeOut("{\"copied\":" + QByteArray::number(report.copied)
                                  + ",\"unchanged\":" + QByteArray::number(report.unchanged)
                                  + ",\"differences\":" + QByteArray::number(report.differences) + "}\n");
    if (!written)
        return fail(written.error());
    if (!done)
        return Exit::Interrupted;
    return report.differences == 0 && report.told.isEmpty() ? Exit::Done : Exit::Found;
}

constexpr std::array<OptionSpec, 4> switchOptions{{
    {"from", "STORE", "the store that is received into now", true},
    {"into", "STORE", "the store that takes its place", false},
    {"reopen", nullptr, "let receivers into --from again, which was switched to a store that is lost; copy nothing"},
    {"reason", "TEXT", "why; it goes into the audit"},
}};

Result<void> checkKinds(const StoreUrl& from, const StoreUrl& into) {
    if (from.kind == StoreKind::Bundle || into.kind == StoreKind::Bundle)
        return Error{ErrorCode::Usage,
                     QStringLiteral("Bundles and backups do not change: there is nothing to switch.")};
    return {};
}

Result<SwitchReport> switchOver(const Invocation& invocation, const Door& door) {
    const CancelToken& interrupted = invocation.interrupted;
    CopyOptions options;
    options.actor = actorName();
    options.reason = invocation.value("reason").trimmed().toUtf8();
    const auto from = invocation.store("from");
    PORTOLAN_TRY(from);
    if (invocation.has("reopen")) {
        if (invocation.has("into"))
            return Error{ErrorCode::Usage, QStringLiteral("--reopen and --into do not go together.")};
        PORTOLAN_TRY(door.pass("from"));
        PORTOLAN_TRY(door.wantReason("from"));
        PORTOLAN_TRY(reopenStore(sideOf(*from, interrupted), options));
        return SwitchReport{true, {}, {}};
    }
    if (!invocation.has("into"))
        return Error{ErrorCode::Usage, QStringLiteral("Say with --into which store takes its place.")};
    const auto into = invocation.store("into");
    PORTOLAN_TRY(into);
    PORTOLAN_TRY(checkKinds(*from, *into));
    const std::array both{*from, *into};
    PORTOLAN_TRY(door.pass(both));
    PORTOLAN_TRY(door.wantReason("from"));
    return switchStores(
        sideOf(*from, interrupted), sideOf(*into, interrupted), options, showProgress,
        [](const QString& text) { say(text); }, interrupted);
}

Exit runSwitch(const Invocation& invocation, const Door& door) {
    const auto report = switchOver(invocation, door);
    if (isatty(STDERR_FILENO))
        std::fputs("\r\033[K", stderr);
    if (!report)
        return fail(report.error());
    for (const QString& sentence : report->forth.told + report->back.told)
        say(shown(sentence.toUtf8()));
    if (!report->isSwitched)
        say(QStringLiteral("Nothing was switched: both have to be alike first."));
    const auto written = writeOut(QByteArray("{\"switched\":") + (report->isSwitched ? "true" : "false")
                                  + ",\"copied\":" + QByteArray::number(report->forth.copied) + ",\"differences\":"
                                  + QByteArray::number(report->forth.differences + report->back.differences) + "}\n");
    if (!written)
        return fail(written.error());
    return report->isSwitched ? Exit::Done : Exit::Found;
}

} // namespace

const CommandSpec switchCommand{
    "switch",
    "Puts a store in the place of another one, with all of its rows; and back.",
    {},
    switchOptions,
    runSwitch,
    "Copies what is new from --from into --into, keeps receivers out of --from, copies what came meanwhile, and looks "
    "that\n"
    "both are alike; then receivers are let into --into. A receiver that was writing into --from ends, and what it did "
    "not\n"
    "store stays with its source: start it into the new store. Nothing is switched while the two differ. The same "
    "command\n"
    "with the two exchanged brings back what came since, and switches back. Programs that are not Portolan's are kept "
    "out\n"
    "by nobody. `copy --follow --offer-after 1h` says when it is time. The last line on standard output is\n"
    "{\"switched\":true,\"copied\":N,\"differences\":N}; the exit code is 3 when nothing was switched."};

const CommandSpec copyCommand{
    "copy",
    "Copies the rows of a store or a backup into another store, as they are.",
    {},
    copyOptions,
    runCopy,
    "Rows keep their keys, states and times; sources, keys, offsets, gaps, rejects and the audit go along, so that a\n"
    "receiver goes on at the new place where it was. The source is read as it is at one moment. A copy that was cut "
    "short\n"
    "goes on when it is started again; a later one brings what is new or changed. A row of the target that somebody "
    "else\n"
    "made or changed stays as it is: it is a difference, and so is a row that the target cannot keep. Rollups, the "
    "index\n"
    "of texts and the production name are each place's own. --follow goes on with what changes, rows that go "
    "included.\n"
    "A folder takes messages, what came beside them, their keys, gaps and rejects; each other table is named with its\n"
    "rows, by --dry-run before anything is written. Its files are never changed but at their ends.\n"
    "The last line on standard output is {\"copied\":N,\"unchanged\":N,\"differences\":N}; the exit code is 3 when "
    "there\n"
    "are differences or something was left out."};

} // namespace portolan
