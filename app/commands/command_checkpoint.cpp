#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "storage/store.h"
#include "storage/versions/versions.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 3> promoteArguments{
    {{"WHAT", "checkpoint"}, {"NAME", "as list prints it"}, {"VERSION", "the one that is to be the latest"}}};
constexpr std::array<ArgumentSpec, 4> expireArguments{{{"WHAT", "checkpoint"},
                                                       {"NAME", "as list prints it"},
                                                       {"VERSION", "the one that is meant"},
                                                       {"TIME", "when it may go, as 2025-10-16T14:56:05Z, or never"}}};
constexpr std::array<OptionSpec, 2> changeOptions{{
    {"store", "STORE", "the store whose checkpoint is meant", true},
    {"reason", "TEXT", "why; it goes into the audit", true},
}};

/// A version of a checkpoint that the operator has named and may change.
struct Chosen {
    std::unique_ptr<Store> store;
    Checkpoints* checkpoints = nullptr;
    QByteArray name;
    qint64 version = 0;
};

/// Finds the checkpoint that the arguments name; `done` completes "Only a checkpoint can be …".
Result<Chosen> chosen(const Invocation& invocation, const Door& door, const char* done) {
    const QString& what = invocation.arguments[0];
    if (what != QLatin1String("checkpoint"))
        return Error{ErrorCode::Usage,
                     QStringLiteral("Only a checkpoint can be %1, not \"%2\".").arg(QLatin1String(done), what)
                         + didYouMean(what, {QStringLiteral("checkpoint")})};
    bool ok = false;
    const qint64 version = invocation.arguments[2].toLongLong(&ok);
    if (!ok)
        return Error{ErrorCode::Usage,
                     QStringLiteral("A version is a number, not \"%1\".").arg(invocation.arguments[2])};
    auto store = door.open();
    PORTOLAN_TRY(store);
    Checkpoints* const checkpoints = (*store)->checkpoints();
    if (!checkpoints)
        return Error{ErrorCode::Unsupported, (*store)->unavailableReason(Feature::Checkpoints).value_or(QString())};
    return Chosen{std::move(*store), checkpoints, invocation.arguments[1].toUtf8(), version};
}

Exit promote(const Invocation& invocation, const Door& door) {
    const auto version = chosen(invocation, door, "promoted");
    if (!version)
        return fail(version.error());
    const auto done =
        version->checkpoints->promote(version->name, version->version, std::nullopt,
                                      invocation.value("reason").toUtf8(), actorName(), invocation.interrupted);
    if (!done)
        return fail(done.error());
    if (done->previous == done->version)
        say(QStringLiteral("Version %1 is the latest already; nothing was changed.").arg(done->version));
    const auto written =
        writeOut("{\"version\":" + QByteArray::number(done->version) + ",\"previous\":"
                 + (done->previous ? QByteArray::number(*done->previous) : QByteArray("null")) + "}\n");
    return written ? Exit::Done : fail(written.error());
}

Exit expire(const Invocation& invocation, const Door& door) {
    const QString& time = invocation.arguments[3];
    std::optional<Timestamp> expires;
    if (time != QLatin1String("never")) {
        expires = parseIsoTime(time.toUtf8());
        if (!expires)
            return fail({ErrorCode::Usage,
                         QStringLiteral("TIME is a time as 2025-10-16T14:56:05Z, or never, not \"%1\".").arg(time)});
    }
    const auto version = chosen(invocation, door, "given an expiry");
    if (!version)
        return fail(version.error());
    const auto done =
        version->checkpoints->setExpiry(version->name, version->version, expires, std::nullopt,
                                        invocation.value("reason").toUtf8(), actorName(), invocation.interrupted);
    if (!done)
        return fail(done.error());
    const auto written = writeOut("{\"version\":" + QByteArray::number(version->version) + ",\"expires_at\":"
                                  + (expires ? '"' + toIsoTime(*expires) + '"' : QByteArray("null")) + "}\n");
    return written ? Exit::Done : fail(written.error());
}

} // namespace

const CommandSpec promoteCommand{
    "promote",
    "Makes another version of a checkpoint its latest.",
    promoteArguments,
    changeOptions,
    promote,
    "One transaction with its entry in the audit; promoting the previous version undoes it. The line on standard\n"
    "output is {\"version\":N,\"previous\":N}."};

const CommandSpec expireCommand{
    "expire",
    "Says when a version of a checkpoint may be deleted by retention.",
    expireArguments,
    changeOptions,
    expire,
    "One transaction with its entry in the audit, which keeps the time before. The line on standard output is\n"
    "{\"version\":N,\"expires_at\":TIME}; without an expiry null."};

} // namespace portolan
