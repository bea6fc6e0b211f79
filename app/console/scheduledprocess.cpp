#include "app/console/scheduledprocess.h"

#include "app/console/process.h"

#include <QProcess>
#include <chrono>
#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr qsizetype keptOutput = 4'000; ///< bytes
constexpr int lookEvery = 200;          ///< milliseconds
constexpr int endsWithin = int(std::chrono::milliseconds(Schedule::endsWithin).count());
constexpr const char* passwordVariables[] = {"PORTOLAN_PASSWORD", "PORTOLAN_FROM_PASSWORD",
                                             "PORTOLAN_FROM_SENTINEL_PASSWORD", "PGPASSWORD"};

void keepEnd(QByteArray& output, const QByteArray& more) {
    output += more;
    if (output.size() > keptOutput)
        output = output.last(keptOutput);
}

/// Has the process end its work, and ends it where it does not.
void endProcess(QProcess& process) {
    process.terminate();
    if (!process.waitForFinished(endsWithin)) {
        process.kill();
        process.waitForFinished(-1);
    }
}

} // namespace

Result<ScheduledEnd> runScheduled(const QStringList& words, const std::optional<QString>& password,
                                  const std::function<Result<void>()>& beat, const CancelToken& token) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : passwordVariables) {
        if (!password)
            environment.remove(QLatin1String(name));
    }
    if (password && !password->isEmpty())
        environment.insert(QStringLiteral("PORTOLAN_PASSWORD"), *password);
    process.setProcessEnvironment(environment);
    const pid_t self = ::getpid();
    process.setChildProcessModifier([self] {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != self)
            ::_exit(1);
    });
    process.start(commandsProgram(), words);
    if (!process.waitForStarted(-1))
        return ScheduledEnd{std::nullopt, process.errorString().toUtf8()};
    ScheduledEnd end;
    while (!process.waitForFinished(lookEvery) && process.state() != QProcess::NotRunning) {
        keepEnd(end.output, process.readAll());
        const Result<void> alive = beat();
        if (alive && !token.stop_requested())
            continue;
        endProcess(process);
        if (!alive)
            return alive.error();
        break;
    }
    keepEnd(end.output, process.readAll());
    if (process.exitStatus() == QProcess::NormalExit)
        end.exit = process.exitCode();
    return end;
}

} // namespace portolan
