#include "app/commands/commands.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "storage/base/numbertext.h"
#include "storage/ports/sampleworker.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

using std::chrono::milliseconds;

constexpr std::array<OptionSpec, 7> workOptions{{
    {"store", "STORE", "the database whose pending port messages are worked on", true},
    {"fail", "PERCENT", "so many of the tries fail by chance (0)"},
    {"no-story", nullptr, "nothing fails but by --fail: no bad documents, no outages"},
    {"rate", "N", "messages a second at most"},
    {"max", "N", "end after N tries"},
    {"idle-exit", "SECONDS", "end when there was nothing to do for so long"},
    {"retry-after", "SECONDS", "how long a failed message waits before it is tried again (2)"},
}};

Result<double> decimal(const Invocation& invocation, const char* option, double otherwise, double most) {
    if (!invocation.has(option))
        return otherwise;
    bool ok = false;
    const double number = invocation.value(option).toDouble(&ok);
    if (!ok || !(number >= 0) || number > most)
        return Error{ErrorCode::Usage,
                     QStringLiteral("--%1 is a number from 0 to %2, not \"%3\".")
                         .arg(QLatin1String(option), QString::fromLatin1(numberText(most)), invocation.value(option))};
    return number;
}

milliseconds toMilliseconds(double seconds) {
    return milliseconds(static_cast<qint64>(seconds * 1000));
}

Result<SampleWork> readWork(const Invocation& invocation) {
    constexpr double longest = 1e9;
    SampleWork work;
    const auto rate = invocation.number("rate", 1);
    const auto maximum = invocation.number("max", 1);
    const auto failing = decimal(invocation, "fail", 0, 100);
    const auto idle = decimal(invocation, "idle-exit", 0, longest);
    const auto pause = decimal(invocation, "retry-after", 2, longest);
    PORTOLAN_TRY(rate);
    PORTOLAN_TRY(maximum);
    for (const auto* number : {&failing, &idle, &pause}) {
        if (!*number)
            return number->error();
    }
    work.perSecond = static_cast<double>(rate->value_or(0));
    work.maximum = maximum->value_or(0);
    work.failing = *failing / 100;
    work.story = !invocation.has("no-story");
    work.pause = toMilliseconds(*pause);
    if (invocation.has("idle-exit"))
        work.idleExit = toMilliseconds(*idle);
    return work;
}

QByteArray countsLine(const SampleCounts& counts) {
    const auto number = [](qint64 n) { return QByteArray::number(n); };
    return "{\"taken\":" + number(counts.taken) + ",\"completed\":" + number(counts.ended.completed)
           + ",\"failed\":" + number(counts.ended.failed) + ",\"dead\":" + number(counts.ended.dead)
           + ",\"late\":" + number(counts.ended.late) + "}\n";
}

Exit work(const Invocation& invocation, const Door& door) {
    auto work = readWork(invocation);
    if (!work)
        return fail(work.error());
    const auto store = door.passAsSample();
    if (!store)
        return fail(store.error());
    work->store = *store;
    QString said;
    const auto done = workOnSample(*work, invocation.interrupted, [&](const SampleCounts&, const QString& lastError) {
        if (lastError != said && !lastError.isEmpty())
            say(QStringLiteral("portolan: ") + lastError);
        said = lastError;
    });
    if (!done)
        return fail(done.error());
    const auto written = writeOut(countsLine(*done));
    if (!written)
        return fail(written.error());
    return invocation.interrupted.stop_requested() ? Exit::Interrupted : Exit::Done;
}

} // namespace

const CommandSpec workCommand{
    "work",
    "A sample worker: takes pending port messages, completes most, lets some fail and die.",
    {},
    workOptions,
    work,
    "It is what the sample pipeline's components do, and meant for trying replays: a store that `demo` did not fill "
    "is\n"
    "worked on only when --confirm names it: its database, or its file without the ending. Several may work at once; "
    "each message is held by a lease and taken once. The last line on\n"
    "standard output is {\"taken\":N,\"completed\":N,\"failed\":N,\"dead\":N,\"late\":N}, counted in tries."};

} // namespace portolan
