#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/store.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 7> discardOptions{{
    {"store", "STORE", "the store whose dead letters are discarded", true},
    {"filter", "F", "discard what matches, e.g. 'port_name:orders age>30d'"},
    {"group", "FINGERPRINT", "discard a group of dead letters, as list dead-letter-groups names it"},
    {"ids", "FILE", "discard the messages with these ids, one a line (- is standard input)"},
    {"restore", "FILE", "put discarded messages back: their ids, or the archive's numbers of them, one a line"},
    {"reason", "TEXT", "why; it goes into the audit"},
    {"dry-run", nullptr, "say how many would be discarded, and stop"},
}};

constexpr std::size_t shownRefusals = 20;

Exit summary(const char* done, qint64 count, const char* rest, qint64 others) {
    const QByteArray line = QByteArray("{\"") + done + "\":" + QByteArray::number(count) + ",\"" + rest
                            + "\":" + QByteArray::number(others) + "}\n";
    if (const auto written = writeOut(line); !written)
        return fail(written.error());
    return others == 0 ? Exit::Done : Exit::Found;
}

void tellProgress(qint64 done, qint64 total) {
    if (!isatty(STDERR_FILENO))
        return;
    const QByteArray text =
        QStringLiteral("\r\x1b[K%1 of %2").arg(done).arg(total).toUtf8() + (done == total ? "\n" : "");
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stderr);
}

Exit discardLetters(Store& store, MessageArchive& archive, const Invocation& invocation) {
    auto set = readLetterSet(store, invocation, deadLetterSchema());
    if (!set)
        return fail(set.error());
    const qint64 leftOut = set->leftOut;
    DiscardOrder order;
    order.filter = std::move(set->filter);
    order.words = std::move(set->words);
    order.ids = std::move(set->ids);
    order.reason = invocation.value("reason").trimmed().toUtf8();
    order.actor = actorName();
    if (invocation.has("dry-run")) {
        const auto count = archive.count(order, invocation.interrupted);
        if (!count)
            return fail(count.error());
        say(QStringLiteral("%1 dead letters would be discarded.").arg(*count));
        return summary("discarded", 0, "skipped", leftOut);
    }
    const auto outcome = archive.discard(order, tellProgress, invocation.interrupted);
    if (!outcome && outcome.error().code == ErrorCode::Cancelled)
        say(QStringLiteral("Interrupted: what was discarded until now stays so; the job's row says how many."));
    return outcome ? summary("discarded", outcome->discarded, "skipped", outcome->skipped) : fail(outcome.error());
}

Exit restoreLetters(Store&, MessageArchive& archive, const Invocation& invocation) {
    const auto ids = readIds(invocation.value("restore"));
    if (!ids)
        return fail(ids.error());
    const auto outcome = archive.restore(*ids, invocation.value("reason").trimmed().toUtf8(), actorName(), tellProgress,
                                         invocation.interrupted);
    if (!outcome)
        return fail(outcome.error());
    for (std::size_t i = 0; i < std::min(shownRefusals, outcome->refused.size()); ++i)
        say(shown(outcome->refused[i].first) + QStringLiteral(": ") + outcome->refused[i].second);
    if (outcome->refused.size() > shownRefusals)
        say(QStringLiteral("and %1 more").arg(outcome->refused.size() - shownRefusals));
    return summary("restored", outcome->restored, "refused", std::ssize(outcome->refused));
}

Exit discard(const Invocation& invocation, const Door& door) {
    constexpr const char* ways[] = {"filter", "group", "ids", "restore"};
    if (std::ranges::count_if(ways, [&](const char* way) { return invocation.has(way); }) != 1)
        return fail({ErrorCode::Usage, QStringLiteral("Say what to discard with --filter, --group or --ids, or what to "
                                                      "put back with --restore; one of them.")});
    const bool restores = invocation.has("restore");
    if (restores && invocation.has("dry-run"))
        return fail({ErrorCode::Usage, QStringLiteral("--dry-run goes with --filter, --group or --ids.")});
    const bool isDry = invocation.has("dry-run");
    if (const auto said = isDry ? Result<void>() : door.wantReason(); !said)
        return fail(said.error());
    const auto store = isDry ? openedStore(invocation) : door.open();
    if (!store)
        return fail(store.error());
    Operations* const operations = (*store)->operations();
    if (!operations)
        return fail({ErrorCode::Unsupported, (*store)->unavailableReason(Feature::Replay).value_or(QString())});
    return restores ? restoreLetters(**store, operations->archive(), invocation)
                    : discardLetters(**store, operations->archive(), invocation);
}

} // namespace

const CommandSpec discardCommand{"discard",
                                 "Moves dead letters into the archive, and back.",
                                 {},
                                 discardOptions,
                                 discard,
                                 "The last line on standard output is {\"discarded\":N,\"skipped\":N}, of --restore "
                                 "{\"restored\":N,\"refused\":N}.\n"
                                 "`portolan list archive` shows what was discarded; its message_id and its id both "
                                 "name a message to --restore."};

} // namespace portolan
