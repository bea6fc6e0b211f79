#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "storage/deadletters/deathcause.h"
#include "storage/deadletters/groupscan.h"
#include "storage/export/rowtext.h"
#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/replayrunner.h"
#include "storage/sources/outbox.h"
#include "storage/store.h"
#include "storage/stores/makesource.h"

#include <array>
#include <unistd.h>

namespace portolan {

namespace {

constexpr auto replayOptions = std::to_array<OptionSpec>({
    {"store", "STORE", "the store whose dead letters are put back", true},
    {"filter", "F", "put back what matches, e.g. 'port_name:orders age<2h'"},
    {"group", "FINGERPRINT", "put back a group of dead letters, as list dead-letter-groups names it"},
    {"ids", "FILE", "put back the messages with these ids, one a line (- is standard input)"},
    {"reason", "TEXT", "why; it goes into the audit"},
    {"dry-run", nullptr, "freeze the set for seven days, say what would be put back, and stop"},
    {"to", "SOURCE", "send them there in place of back to their ports: redis://host/0?stream=NAME, list= or channel="},
    {"rate", "N", "messages a second at most"},
    {"edit", "FILE", "a JSON Patch for their documents, or the new document of one (- is standard input)"},
    {"canary", nullptr, "1, 5, 25, … at a time; paused when more than a tenth of them dies again"},
    {"resume", "RUN", "carry out a dry run, go on with one that was interrupted, or look what became of one"},
    {"cancel", "RUN", "end a run; what it has not touched stays as it is. A dry run is gone with it"},
    {"recall", "RUN", "take back what is pending still"},
});

QByteArray summaryLine(const ReplayRun& run) {
    const auto number = [](qint64 n) { return QByteArray::number(n); };
    const QByteArray id = run.id.isEmpty() ? QByteArray("null") : '"' + run.id + '"';
    return R"({"run":)" + id + R"(,"frozen":)" + number(run.frozen) + ",\"replayed\":" + number(run.counts.released())
           + ",\"skipped\":" + number(run.counts[ItemState::Skipped])
           + ",\"failed\":" + number(run.counts[ItemState::Failed]) + "}\n";
}

/// The order that was asked for, and how many of its ids name no dead letter.
struct Wanted {
    ReplayOrder order;
    qint64 leftOut = 0;
};

Result<Wanted> readOrder(Store& store, const Invocation& invocation) {
    ReplayOrder order;
    order.reason = invocation.value("reason").trimmed().toUtf8();
    order.actor = actorName();
    if (order.reason.isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why with --reason TEXT; it goes into the audit.")};
    if (invocation.has("to")) {
        const auto to = SourceUrl::parse(invocation.value("to"));
        PORTOLAN_TRY(to);
        PORTOLAN_TRY(outboxTarget(*to));
        order.to = *to;
    }
    if (invocation.has("edit")) {
        Result<QByteArray> edit = readWhole(invocation.value("edit"), "edit");
        PORTOLAN_TRY(edit);
        order.edit = std::move(*edit);
    }
    Result<LetterSet> set = readLetterSet(store, invocation, deadLetterSchema());
    PORTOLAN_TRY(set);
    order.filter = std::move(set->filter);
    order.words = std::move(set->words);
    order.ids = std::move(set->ids);
    return Wanted{std::move(order), set->leftOut};
}

Result<ReplayPace> readPace(const Invocation& invocation) {
    const auto rate = invocation.number("rate", 1);
    PORTOLAN_TRY(rate);
    ReplayPace pace;
    pace.perSecond = static_cast<double>(rate->value_or(0));
    pace.canary = invocation.has("canary");
    return pace;
}

QString timeText(const std::optional<Timestamp>& time) {
    return time ? QString::fromLatin1(toIsoTime(*time)) : QStringLiteral("?");
}

/// Tells the preview; `asked`: the number of ids that named a dead letter a moment before.
void sayPreview(const ReplayPreview& preview, qint64 asked) {
    const ReplayRun& run = preview.run;
    if (run.frozen == 0)
        say(QStringLiteral("No dead letter is in the set."));
    else
        say(QStringLiteral("%1 dead letters, the oldest of %2, the newest of %3.")
                .arg(run.frozen)
                .arg(timeText(preview.oldest), timeText(preview.newest)));
    if (asked > run.frozen)
        say(QStringLiteral("%1 of them died no longer when the set was frozen.").arg(asked - run.frozen));
    if (preview.alreadyProcessed > 0)
        say(QStringLiteral("%1 of them stand in processed_events already and would be taken for duplicates.")
                .arg(preview.alreadyProcessed));
}

void sayHazards(const ReplayPreview& preview) {
    if (preview.overtaken == 0)
        return;
    QStringList keys;
    for (const QByteArray& key : preview.overtakenKeys)
        keys << shown(key);
    say(QStringLiteral("%1%2 of them come too late: later messages of the same correlation key have completed already "
                       "(%3%4).")
            .arg(preview.overtakenAtLeast ? QStringLiteral("At least ") : QString())
            .arg(preview.overtaken)
            .arg(keys.join(QStringLiteral(", ")), preview.overtaken > keys.size() ? QStringLiteral(", …") : QString()));
}

void sayEdit(const ReplayPreview& preview) {
    if (preview.notEditable > 0)
        say(QStringLiteral("The edit does not apply to %1 of them, which would stay as they are: %2.")
                .arg(preview.notEditable)
                .arg(shown(preview.whyNotEditable.toUtf8())));
    for (const ReplayPreview::Edited& edited : preview.edits) {
        say(shown(edited.messageId)
            + (edited.changes.empty() ? QStringLiteral(": nothing changes") : QStringLiteral(":")));
        for (const JsonDifference& change : edited.changes)
            say(QStringLiteral("  ") + shown(differenceText(change)));
    }
}

/// A run's progress as a line that is written over itself; on a terminal only. Elsewhere each new trouble is a line.
class Reporter {
public:
    void operator()(const ReplayRun& run, const QString& lastError) {
        if (isatty(STDERR_FILENO)) {
            const QString what = run.target == toPorts ? QStringLiteral("put back") : QStringLiteral("sent");
            QString line = QStringLiteral("\r\x1b[K%1 of %2 %3, %4 skipped")
                               .arg(run.counts.released())
                               .arg(run.frozen)
                               .arg(what)
                               .arg(run.counts[ItemState::Skipped]);
            if (!lastError.isEmpty())
                line += QStringLiteral(" — ") + lastError.simplified();
            const QByteArray text = line.toUtf8();
            std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stderr);
            return;
        }
        if (lastError != m_said && !lastError.isEmpty())
            say(QStringLiteral("portolan: ") + lastError);
        m_said = lastError;
    }
    static void end() {
        if (isatty(STDERR_FILENO))
            say(QString());
    }

private:
    QString m_said;
};

Exit ending(const ReplayRun& run) {
    if (const auto written = writeOut(summaryLine(run)); !written)
        return fail(written.error());
    if (run.state == RunState::Running)
        say(QStringLiteral("Another program carries the run out now."));
    if (run.state == RunState::Paused)
        say(QStringLiteral("The run is paused%1. Go on with `portolan replay --resume %2`, or %3.")
                .arg(run.errorMessage ? QStringLiteral(" (") + QString::fromUtf8(*run.errorMessage) + QLatin1Char(')')
                                      : QString(),
                     QString::fromLatin1(run.id),
                     run.target == toPorts ? QStringLiteral("take back what is pending with --recall")
                                           : QStringLiteral("end it with --cancel")));
    const qint64 open = run.counts[ItemState::Replayed] + run.counts[ItemState::Pending];
    if (run.target == toPorts && run.state == RunState::Completed && open > 0)
        say(QStringLiteral("%1 handed back, %2 still pending; `portolan show replay %3` says what becomes of them.")
                .arg(run.counts.released())
                .arg(open)
                .arg(QString::fromLatin1(run.id)));
    const bool whole = run.counts.released() == run.frozen;
    return whole ? Exit::Done : Exit::Found;
}

Exit endingOf(Replays& replays, const QByteArray& run) {
    const auto known = replays.run(run);
    return known ? ending(*known) : fail(known.error());
}

/// The parts that send the messages of a run elsewhere; null: it puts them back to their ports.
struct Delivering {
    std::unique_ptr<OutboxSink> target;
    std::unique_ptr<OutboxRelay> relay;
};

/// Reads the run's target as it is noted, with the password of --to or of the environment, because none is ever stored.
Result<SourceUrl> targetOf(const ReplayRun& run, const Invocation& invocation) {
    const QString noted = QString::fromUtf8(run.target);
    Result<SourceUrl> to = SourceUrl::parse(invocation.has("to") ? invocation.value("to") : noted);
    if (!to)
        return to;
    const auto target = outboxTarget(*to);
    PORTOLAN_TRY(target);
    if (*target != run.target)
        return Error{
            ErrorCode::Usage,
            QStringLiteral("The run sends to %1. --to may name that with its password, and nothing else.").arg(noted)};
    if (to->password.isEmpty())
        to->password = qEnvironmentVariable("PORTOLAN_TO_PASSWORD");
    return to;
}

/// Makes the parts that send a run's messages; null where it puts them back. Errors: Usage; those of the target.
Result<Delivering> deliveringOf(Replays& replays, const QByteArray& id, const Invocation& invocation) {
    const auto run = replays.run(id);
    PORTOLAN_TRY(run);
    if (run->target == toPorts)
        return invocation.has("to") ? Result<Delivering>(Error{
                   ErrorCode::Usage, QStringLiteral("The run puts dead letters back to their ports, and not to what "
                                                    "--to names.")})
                                    : Result<Delivering>(Delivering());
    const auto to = targetOf(*run, invocation);
    PORTOLAN_TRY(to);
    Delivering delivering;
    auto target = makeOutboxSink(*to, id);
    PORTOLAN_TRY(target);
    delivering.target = std::move(*target);
    delivering.relay = std::make_unique<OutboxRelay>(replays, *delivering.target, id, actorName());
    return delivering;
}

/// Tells an error of the target's server, with what to do.
Exit failSending(const Error& error) {
    if (error.code == ErrorCode::Auth)
        say(QStringLiteral("A password is not stored with a run; give it in PORTOLAN_TO_PASSWORD, or name the target "
                           "with it in --to beside --resume or --cancel."));
    return fail(error);
}

Exit carryOut(Replays& replays, const QByteArray& run, const Invocation& invocation) {
    const auto pace = readPace(invocation);
    if (!pace)
        return fail(pace.error());
    const auto delivering = deliveringOf(replays, run, invocation);
    if (!delivering)
        return fail(delivering.error());
    Reporter reporter;
    ReplayRunner runner(replays, sameCause, actorName(), delivering->relay.get());
    const auto done =
        runner.carryOut(run, *pace, invocation.interrupted,
                        [&](const ReplayRun& known, const QString& lastError) { reporter(known, lastError); });
    Reporter::end();
    if (delivering->relay && !delivering->relay->caution().isEmpty())
        say(delivering->relay->caution());
    if (done) {
        const auto settled = replays.settle(run, sameCause, invocation.interrupted);
        return settled ? endingOf(replays, run) : fail(settled.error());
    }
    if (done.error().code == ErrorCode::Cancelled) {
        const Exit ended = endingOf(replays, run);
        return ended == Exit::Failed ? ended : Exit::Interrupted;
    }
    say(QStringLiteral("Go on with `portolan replay --resume %1`.").arg(QString::fromLatin1(run)));
    return failSending(done.error());
}

/// Returns true where the set cannot be kept for lack of rights or a place; looking needs neither.
bool cannotKeep(ErrorCode code) {
    return code == ErrorCode::ReadOnly || code == ErrorCode::Auth;
}

/// Ends a dry run in a store that may only be read: what was seen was said, and there is nothing to be resumed.
Result<void> tellNotKept(const ReplayPreview& preview, const QString& why) {
    say(QStringLiteral("The set is not kept, so there is no run to be resumed: %1").arg(why));
    return writeOut(summaryLine(preview.run));
}

Exit start(Store& store, Replays& replays, const Invocation& invocation) {
    const auto wanted = readOrder(store, invocation);
    if (!wanted)
        return fail(wanted.error());
    const auto preview = replays.look(wanted->order, invocation.interrupted);
    if (!preview)
        return fail(preview.error());
    const qint64 asked = std::ssize(wanted->order.ids) - wanted->leftOut;
    const bool isPart = wanted->leftOut > 0 || asked > preview->run.frozen;
    const auto whenAll = [isPart](Exit exit) { return exit == Exit::Done && isPart ? Exit::Found : exit; };
    sayPreview(*preview, asked);
    sayHazards(*preview);
    sayEdit(*preview);
    const bool isPromise = invocation.has("dry-run");
    if (isPromise && store.access() == Access::Read) {
        const auto told =
            tellNotKept(*preview, QStringLiteral("%1 can only be read from here.").arg(store.url().display()));
        return told ? whenAll(Exit::Done) : fail(told.error());
    }
    const QByteArray run = Replays::newRunId();
    const auto frozen =
        replays.freeze(wanted->order, *preview->seen, run, isPromise ? Replays::Begins::Later : Replays::Begins::Now,
                       invocation.interrupted);
    if (!frozen && isPromise && cannotKeep(frozen.error().code)) {
        const auto told = tellNotKept(*preview, frozen.error().text);
        return told ? whenAll(Exit::Done) : fail(told.error());
    }
    if (!frozen)
        return fail(frozen.error());
    if (!isPromise)
        return whenAll(carryOut(replays, run, invocation));
    const auto known = replays.run(run);
    if (!known)
        return fail(known.error());
    const auto written = writeOut(summaryLine(*known));
    return written ? whenAll(Exit::Done) : fail(written.error());
}

Exit resume(Store&, Replays& replays, const Invocation& invocation) {
    return carryOut(replays, invocation.value("resume").toUtf8(), invocation);
}

/// Cancels a run and gives back what is queued and was not sent. One cancelled and not cleared up is gone on with.
Exit cancel(Store&, Replays& replays, const Invocation& invocation) {
    const QByteArray run = invocation.value("cancel").toUtf8();
    const auto known = replays.run(run);
    if (!known)
        return fail(known.error());
    const auto delivering = deliveringOf(replays, run, invocation);
    if (!delivering)
        return fail(delivering.error());
    const bool wasCancelled = delivering->relay && known->state == RunState::Cancelled;
    if (!wasCancelled) {
        const auto cancelled =
            replays.change(run, RunState::Cancelled, actorName(), invocation.value("reason").trimmed().toUtf8());
        if (!cancelled)
            return fail(cancelled.error());
    }
    if (!known->startedAt) { // nothing of it was ever touched: it is gone
        ReplayRun gone = *known;
        gone.counts[ItemState::Skipped] = gone.frozen;
        const auto written = writeOut(summaryLine(gone));
        return written ? Exit::Done : fail(written.error());
    }
    const auto left = replays.run(run);
    if (!left)
        return fail(left.error());
    if (delivering->relay && left->startedAt) { // else nobody ever sent anything of it
        const auto returned = delivering->relay->giveBack(invocation.interrupted);
        if (!returned) {
            say(QStringLiteral("The run is cancelled, but whether its last messages were sent is not known yet: they "
                               "stay in processing until `portolan replay --cancel %1` reaches the server.")
                    .arg(QString::fromLatin1(run)));
            return failSending(returned.error());
        }
    }
    const Exit ended = endingOf(replays, run);
    return ended == Exit::Found ? Exit::Done : ended; // what was left out was meant to be
}

Exit recall(Store&, Replays& replays, const Invocation& invocation) {
    const QByteArray run = invocation.value("recall").toUtf8();
    const auto recalled =
        replays.recall(run, actorName(), invocation.value("reason").trimmed().toUtf8(), invocation.interrupted);
    if (!recalled)
        return fail(recalled.error());
    const auto known = replays.run(run);
    if (!known)
        return fail(known.error());
    const qint64 all = known->counts[ItemState::Recalled];
    say(QStringLiteral("%1 of %2 that were put back are taken back; the others were taken by a worker before.")
            .arg(all)
            .arg(known->counts.released()));
    if (const auto written = writeOut(summaryLine(*known)); !written)
        return fail(written.error());
    return all == known->counts.released() ? Exit::Done : Exit::Found;
}

struct ReplayStep {
    const char* option;
    Exit (*run)(Store& store, Replays& replays, const Invocation& invocation);
};
constexpr std::array<ReplayStep, 6> replaySteps{
    {{"filter", start}, {"group", start}, {"ids", start}, {"resume", resume}, {"cancel", cancel}, {"recall", recall}}};

Exit replay(const Invocation& invocation, const Door& door) {
    const auto given =
        std::ranges::count_if(replaySteps, [&](const ReplayStep& each) { return invocation.has(each.option); });
    if (given != 1)
        return fail(
            {ErrorCode::Usage,
             QStringLiteral("Say what to put back with --filter, --group or --ids, or what to do with a run: --resume, "
                            "--cancel or --recall; one of them.")});
    if (invocation.has("edit") && (invocation.has("resume") || invocation.has("cancel") || invocation.has("recall")))
        return fail({ErrorCode::Usage, QStringLiteral("A run keeps the edit that it was frozen with; --edit goes with "
                                                      "--filter, --group or --ids.")});
    const bool isDry = invocation.has("dry-run");
    const bool freezes = !invocation.has("resume") && !invocation.has("cancel") && !invocation.has("recall");
    if (isDry && !freezes)
        return fail({ErrorCode::Usage, QStringLiteral("--dry-run goes with --filter, --group or --ids.")});
    if (const auto said = isDry || !freezes ? Result<void>() : door.wantReason(); !said)
        return fail(said.error());
    const auto store = isDry ? door.openForDryRun() : door.open();
    if (!store)
        return fail(store.error());
    Replays* const replays = (*store)->replays();
    const auto missing = (*store)->unavailableReason(Feature::Replay);
    if (missing || !replays)
        return fail({ErrorCode::Unsupported, missing.value_or(QString())});
    const auto step =
        std::ranges::find_if(replaySteps, [&](const ReplayStep& each) { return invocation.has(each.option); });
    return step->run(**store, *replays, invocation);
}

constexpr std::array<ArgumentSpec, 2> jobsArguments{{{"DO", "requeue"}, {"ID", "of the job, as list jobs has it"}}};
constexpr std::array<OptionSpec, 2> jobsOptions{{
    {"store", "STORE", "the store whose job it is", true},
    {"reason", "TEXT", "why; it goes into the audit"},
}};

Exit jobs(const Invocation& invocation, const Door& door) {
    if (invocation.arguments[0] != QLatin1String("requeue"))
        return fail(
            {ErrorCode::Usage,
             QStringLiteral("jobs knows requeue, not \"%1\"; `list jobs` prints them.").arg(invocation.arguments[0])});
    if (const auto said = door.wantReason(); !said)
        return fail(said.error());
    const auto store = door.open();
    if (!store)
        return fail(store.error());
    Operations* const operations = (*store)->operations();
    if (!operations)
        return fail({ErrorCode::Unsupported, (*store)->unavailableReason(Feature::Operations).value_or(QString())});
    const QByteArray id = invocation.arguments[1].trimmed().toUtf8();
    const auto queued = operations->jobs().requeue(id, invocation.value("reason").toUtf8(), actorName());
    if (!queued)
        return fail(queued.error());
    say(QStringLiteral("The job is queued. Carry it out with `portolan replay --resume %1`.")
            .arg(QString::fromUtf8(id)));
    return Exit::Done;
}

} // namespace

const CommandSpec replayCommand{
    "replay",
    "Puts dead letters back.",
    {},
    replayOptions,
    replay,
    "The set is frozen first: what changes or dies afterwards is not touched. The last line on standard output is\n"
    "{\"run\":ID,\"frozen\":N,\"replayed\":N,\"skipped\":N,\"failed\":N}. Interrupted or killed, a run is gone on with "
    "by --resume.\n"
    "A store that may only be read can be looked at with --dry-run: nothing is kept, and \"run\" is null.\n"
    "--to sends in place of putting back: each message once, under an id of its own, the same however often it is "
    "sent.\n"
    "The whole message goes: an element of a list, and what is published, is an object with kind, id,\n"
    "message_id, port_name, the components, message_metadata, max_retries and message_data. An entry of a stream has "
    "the\n"
    "same as fields, the document in its field payload. A receiver makes the message of either. The rows become\n"
    "processing, then completed. What was sent cannot be recalled. --canary waits for each step until it is safe in\n"
    "the server, whatever consumers make of it. With --edit what goes is the edited document; the row keeps its own.\n"
    "The password goes in --to (also beside --resume and --cancel) or in PORTOLAN_TO_PASSWORD."};

const CommandSpec jobsCommand{
    "jobs",
    "Puts a job that failed back into the queue.",
    jobsArguments,
    jobsOptions,
    jobs,
    "requeue ID: a replay that failed, whose run `replay --resume` then carries out. Jobs of other kinds are refused,\n"
    "with the command that goes on with what is left. `list jobs` prints all."};

} // namespace portolan
