#include "app/actor.h"
#include "app/commands.h"
#include "app/confirmation.h"
#include "app/output.h"
#include "storage/store.h"
#include "storage/versions.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 3> promoteArguments{
    {{"WHAT", "checkpoint"}, {"NAME", "as list prints it"}, {"VERSION", "the one that is to be the latest"}}};
constexpr std::array<OptionSpec, 3> promoteOptions{{
    {"store", "STORE", "the store whose checkpoint is meant", true},
    {"reason", "TEXT", "why; it goes into the audit", true},
    {"confirm", "NAME", "the name of a store that is marked as production"},
}};

Exit promote(const Invocation& invocation) {
    const QString& what = invocation.arguments[0];
    const QString& name = invocation.arguments[1];
    if (what != QLatin1String("checkpoint"))
        return fail({ErrorCode::Usage, QStringLiteral("Only a checkpoint can be promoted, not \"%1\".").arg(what)});
    bool ok = false;
    const qint64 version = invocation.arguments[2].toLongLong(&ok);
    if (!ok)
        return fail(
            {ErrorCode::Usage, QStringLiteral("A version is a number, not \"%1\".").arg(invocation.arguments[2])});
    const auto url = invocation.store("store");
    if (!url)
        return fail(url.error());
    const auto store = openStore(*url, Access::Write, invocation.interrupted);
    if (!store)
        return fail(store.error());
    Checkpoints* const checkpoints = (*store)->checkpoints();
    if (!checkpoints)
        return fail({ErrorCode::Unsupported, (*store)->missing(Feature::Checkpoints).value_or(QString())});
    if (const auto sure = confirmed(**store, invocation); !sure)
        return fail(sure.error());
    const auto done = checkpoints->promote(name.toUtf8(), version, invocation.value("reason").toUtf8(), actorName(),
                                           invocation.interrupted);
    if (!done)
        return fail(done.error());
    if (done->previous == done->version)
        say(QStringLiteral("Version %1 is the latest already; nothing was changed.").arg(version));
    const auto written =
        writeOut("{\"version\":" + QByteArray::number(done->version) + ",\"previous\":"
                 + (done->previous ? QByteArray::number(*done->previous) : QByteArray("null")) + "}\n");
    return written ? Exit::Done : fail(written.error());
}

} // namespace

const CommandSpec promoteCommand{
    "promote",
    "Makes another version of a checkpoint its latest.",
    promoteArguments,
    promoteOptions,
    promote,
    "One transaction with its entry in the audit; promoting the previous version undoes it. The line on standard\n"
    "output is {\"version\":N,\"previous\":N}."};

} // namespace portolan
