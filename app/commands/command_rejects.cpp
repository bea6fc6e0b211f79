#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/output.h"
#include "storage/messages/batches.h"
#include "storage/receive/rejectretry.h"

#include <QFile>
#include <algorithm>
#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> rejectsArguments{
    {{"DO", "retry, edit or dismiss"}, {"[ID]", "edit: of the reject, as list rejects has it"}}};
constexpr std::array<OptionSpec, 4> rejectsOptions{{
    {"store", "STORE", "the store whose rejects they are", true},
    {"filter", "F", "retry, dismiss: which open ones, e.g. 'reason~max_retries' or id:3,4; all without it"},
    {"payload", "FILE", "edit: what is stored in place of its payload (- is standard input)"},
    {"reason", "TEXT", "why; it goes into the audit", true},
}};

constexpr std::size_t namedRefusals = 10;
constexpr qint64 largestMended = 64 << 20; ///< more is no payload: at most 8 MiB are stored

void tellDone(qint64 done) {
    if (!isatty(STDERR_FILENO))
        return;
    const QByteArray text = QStringLiteral("\r\x1b[K%1 done").arg(done).toUtf8();
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stderr);
}

/// Reads a file as it is, but for a text file's last line break.
Result<QByteArray> payloadIn(const QString& path) {
    QFile file(path);
    const bool isOpen =
        path == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return Error{ErrorCode::NotFound, QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString())};
    QByteArray payload = file.read(largestMended);
    if (file.error() != QFileDevice::NoError)
        return Error{ErrorCode::Io, QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString())};
    if (payload.size() == largestMended)
        return Error{ErrorCode::Usage, QStringLiteral("%1 is larger than any payload that is stored.").arg(path)};
    if (payload.endsWith('\n'))
        payload.chop(payload.endsWith("\r\n") ? 2 : 1);
    return payload;
}

/// Checks the words that need no store to be checked.
Result<void> checkWords(const Invocation& invocation) {
    const QString& verb = invocation.arguments.first();
    const bool isEdit = verb == QLatin1String("edit");
    if (!isEdit && verb != QLatin1String("retry") && verb != QLatin1String("dismiss"))
        return Error{ErrorCode::Usage, QStringLiteral("rejects knows retry, edit and dismiss, not \"%1\".").arg(verb)};
    if (isEdit != (invocation.arguments.size() > 1))
        return Error{ErrorCode::Usage, isEdit ? QStringLiteral("rejects edit needs the ID of a reject.")
                                              : QStringLiteral("rejects %1 takes no ID; --filter id:%2 names it.")
                                                    .arg(verb, invocation.arguments.value(1))};
    if (isEdit != invocation.has("payload"))
        return Error{ErrorCode::Usage,
                     isEdit ? QStringLiteral("rejects edit needs --payload FILE.")
                            : QStringLiteral("--payload goes with rejects edit, not with %1.").arg(verb)};
    if (isEdit && invocation.has("filter"))
        return Error{ErrorCode::Usage, QStringLiteral("rejects edit takes the one of its ID, and no --filter.")};
    return {};
}

Result<RejectTally> act(const Invocation& invocation, const Door& door) {
    const QString& verb = invocation.arguments.first();
    RejectOrder order{{}, invocation.value("reason").trimmed().toUtf8(), actorName()};
    auto filter = parseFilter(invocation.value("filter"), rejectSchema(), currentTime());
    PORTOLAN_TRY(filter);
    order.filter = std::move(*filter);
    const bool isEdit = verb == QLatin1String("edit");
    bool isNumber = true;
    const qint64 id = isEdit ? invocation.arguments[1].toLongLong(&isNumber) : 0;
    if (!isNumber)
        return Error{ErrorCode::Usage,
                     QStringLiteral("The ID of a reject is a number, not \"%1\".").arg(invocation.arguments[1])};
    const auto payload = isEdit ? payloadIn(invocation.value("payload")) : QByteArray();
    PORTOLAN_TRY(payload);
    const auto store = door.open();
    PORTOLAN_TRY(store);
    if (isEdit)
        return editReject(**store, id, *payload, order, invocation.interrupted);
    return verb == QLatin1String("retry") ? retryRejects(**store, order, tellDone, invocation.interrupted)
                                          : dismissRejects(**store, order, tellDone, invocation.interrupted);
}

Exit rejects(const Invocation& invocation, const Door& door) {
    if (const auto usable = checkWords(invocation); !usable)
        return fail(usable.error());
    const auto tally = act(invocation, door);
    if (!tally)
        return fail(tally.error());
    if (isatty(STDERR_FILENO))
        say(QString());
    for (std::size_t i = 0; i < std::min(namedRefusals, tally->refusals.size()); ++i)
        say(QStringLiteral("reject %1 stays: %2")
                .arg(QString::number(tally->refusals[i].first), shown(tally->refusals[i].second.toUtf8())));
    if (tally->rejected > static_cast<qint64>(namedRefusals))
        say(QStringLiteral("… and %1 more").arg(tally->rejected - static_cast<qint64>(namedRefusals)));
    const auto number = [](qint64 n) { return QByteArray::number(n); };
    const bool isDismissal = invocation.arguments.first() == QLatin1String("dismiss");
    const QByteArray line = isDismissal ? "{\"dismissed\":" + number(tally->dismissed) + "}\n"
                                        : "{\"stored\":" + number(tally->stored)
                                              + ",\"duplicates\":" + number(tally->duplicates)
                                              + ",\"rejected\":" + number(tally->rejected) + "}\n";
    if (const auto written = writeOut(line); !written)
        return fail(written.error());
    return tally->rejected > 0 ? Exit::Found : Exit::Done;
}

} // namespace

const CommandSpec rejectsCommand{
    "rejects",
    "Stores rejected messages again, as they are or mended, or dismisses them.",
    rejectsArguments,
    rejectsOptions,
    rejects,
    "retry decodes open rejects and stores them in the same store, each once; what is rejected again stays, with its\n"
    "new reason. edit stores another payload in place of one reject's own, which is kept beside it. dismiss marks "
    "them:\n"
    "they are kept and listed, and count as open no more. `portolan list rejects` shows the state of each.\n"
    "The last line on standard output is {\"stored\":N,\"duplicates\":N,\"rejected\":N}, of dismiss "
    "{\"dismissed\":N};\n"
    "the exit code is 3 when some were rejected again."};

} // namespace portolan
