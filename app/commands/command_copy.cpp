#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/stores/opencontent.h"
#include "storage/stores/openstore.h"
#include "storage/transfer/following.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 6> copyOptions{{
    {"from", "URL", "the store whose rows are copied; it is only read", true},
    {"into", "STORE", "the database that takes them; made where it is missing or empty", true},
    {"only", "TABLE", "this table alone; may be given several times", false, true},
    {"follow", nullptr, "go on with what changes, until Ctrl+C"},
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
    return options;
}

Result<void> follow(const Invocation& invocation, const CopyOptions& options, const FollowOptions& until,
                    const StoreUrl& from, const StoreUrl& into, CopyReport& report) {
    const CancelToken& interrupted = invocation.interrupted;
    std::unique_ptr<Store> watched;
    const FollowedStores stores{[&] { return openCopySource(from, interrupted); },
                                [&] { return openCopyTarget(into, interrupted); },
                                [&]() -> Result<ChangeMark> {
                                    if (!watched) {
                                        auto store = openStore(from, Access::Read, interrupted);
                                        PORTOLAN_TRY(store);
                                        watched = std::move(*store);
                                    }
                                    return watched->changeMark();
                                }};
    return followStore(
        stores, options, until, report, showProgress, [](const QString& text) { say(text); }, interrupted);
}

Result<void> copy(const Invocation& invocation, const Door& door, CopyReport& report) {
    const auto until = followOptions(invocation);
    PORTOLAN_TRY(until);
    const auto source = storeNamed(invocation.value("from"));
    PORTOLAN_TRY(source);
    auto from = openCopySource(*source, invocation.interrupted); // first: a mistyped one makes no target
    PORTOLAN_TRY(from);
    const auto target = door.pass("into");
    PORTOLAN_TRY(target);
    CopyOptions options;
    options.only = invocation.values("only");
    options.from = source->display();
    options.actor = actorName();
    options.reason = invocation.value("reason").trimmed().toUtf8();
    if (invocation.has("follow")) {
        from->reset();
        return follow(invocation, options, *until, *source, *target, report);
    }
    const auto into = openCopyTarget(*target, invocation.interrupted);
    PORTOLAN_TRY(into);
    auto copied = copyStore(**from, **into, options, showProgress);
    PORTOLAN_TRY(copied);
    report = std::move(*copied);
    return {};
}

/// Ends a copy that goes on, by Ctrl+C as a rule: it tells what it did.
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

} // namespace

const CommandSpec copyCommand{
    "copy",
    "Copies the rows of a store into a database, as they are.",
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
    "The last line on standard output is {\"copied\":N,\"unchanged\":N,\"differences\":N}; the exit code is 3 when "
    "there\n"
    "are differences or something was left out."};

} // namespace portolan
