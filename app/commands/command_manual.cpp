#include "app/commands/commands.h"
#include "app/commands/manual.h"
#include "app/console/output.h"

#include <QDateTime>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> completionArguments{{{"SHELL", "bash, zsh or fish"}}};

/// Returns the day of the build where its time is set (https://reproducible-builds.org/specs/source-date-epoch/), else
/// today.
QByteArray dateOfManual() {
    bool isSet = false;
    const qint64 epoch = qEnvironmentVariable("SOURCE_DATE_EPOCH").toLongLong(&isSet);
    const QDateTime at = isSet ? QDateTime::fromSecsSinceEpoch(epoch, Qt::UTC) : QDateTime::currentDateTimeUtc();
    return at.date().toString(Qt::ISODate).toLatin1();
}

Exit manual(const Invocation&) {
    const auto written = writeOut(manualPage(dateOfManual()));
    return written ? Exit::Done : fail(written.error());
}

Exit completion(const Invocation& invocation) {
    const auto script = completionFor(invocation.arguments.first());
    if (!script)
        return fail(
            {ErrorCode::Usage, QStringLiteral("There is a completion for bash, zsh and fish, and none for \"%1\".")
                                   .arg(invocation.arguments.first())});
    const auto written = writeOut(*script);
    return written ? Exit::Done : fail(written.error());
}

} // namespace

const CommandSpec manualCommand{
    "manual", "Prints the manual page, as man reads it.", {}, {}, manual, "portolan manual | man -l -"};

const CommandSpec completionCommand{
    "completion", "Prints what completes commands, options and listings in a shell.",  completionArguments, {},
    completion,   "bash: source <(portolan completion bash); the packages install it."};

} // namespace portolan
