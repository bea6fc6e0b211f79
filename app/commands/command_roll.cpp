#include "app/commands/commands.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "storage/series/rollups.h"
#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 1> rollOptions{{{"store", "STORE", "the database to work on", true}}};

Exit roll(const Invocation& invocation, const Door& door) {
    const auto store = door.open();
    if (!store)
        return fail(store.error());
    Rollups* const rollups = (*store)->rollups();
    if (const auto missing = (*store)->unavailableReason(Feature::Metrics); missing || !rollups)
        return fail({ErrorCode::Unsupported, missing.value_or(QString())});
    const auto progress = rollups->roll(Rollups::untilDone, invocation.interrupted);
    if (!progress)
        return fail(progress.error());
    const auto written = writeOut(QStringLiteral("{\"samples\":%1,\"hours\":%2,\"documents\":%3}\n")
                                      .arg(progress->samples)
                                      .arg(progress->hours)
                                      .arg(progress->documents)
                                      .toUtf8());
    if (!written)
        return fail(written.error());
    if (progress->done)
        return Exit::Done;
    say(QStringLiteral("Part was left out: another program is rolling up, or its transactions do not end."));
    return Exit::Found;
}

} // namespace

const CommandSpec rollCommand{
    "roll",
    "Rolls up the series of a database and indexes its texts, so that charts and searches are quick.",
    {},
    rollOptions,
    roll,
    "A receiver does it while it receives. Charts and searches are right without it, only slower. Its line on "
    "standard\n"
    "output says how many samples were rolled up, how many hours of series were made again because late\n"
    "samples came in, and how many rows were indexed."};

} // namespace portolan
