#include "app/commands.h"
#include "app/output.h"
#include "storage/ingest/receiver.h"

#include <QTemporaryDir>
#include <array>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

using std::chrono::milliseconds;

constexpr std::array<OptionSpec, 6> receiveOptions{{
    {"from", "SOURCE", "where messages come from, e.g. redis://host:6379/0?stream=NAME&group=G", true},
    {"into", "STORE", "where they are stored, e.g. sqlite:///path.db or file:///folder", true},
    {"max", "N", "end after N messages were received"},
    {"idle-exit", "SECONDS", "end when nothing came for so long and all is stored and acknowledged"},
    {"batch", "N", "messages a commit at most (5000)"},
    {"linger", "MS", "milliseconds that a commit waits for more messages (20)"},
}};

constexpr std::array<OptionSpec, 3> demoOptions{{
    {"headless", nullptr, "without a window: receive, print the counts, end"},
    {"count", "N", "end after N messages (headless: 1000)"},
    {"store", "STORE", "where the sample is stored (a temporary place)"},
}};

QByteArray countsLine(const ReceiverStatus& status) {
    const auto number = [](qint64 n) { return QByteArray::number(n); };
    return "{\"received\":" + number(status.received) + ",\"stored\":" + number(status.stored)
           + ",\"duplicates\":" + number(status.duplicates) + ",\"rejected\":" + number(status.rejected)
           + ",\"gaps\":" + number(status.gaps) + "}\n";
}

/// One line that is written over itself; on a terminal only.
void showProgress(const ReceiverStatus& status) {
    if (!isatty(STDERR_FILENO))
        return;
    QString line = QStringLiteral("\r\x1b[K%1 stored, %2/s").arg(status.stored).arg(status.rate, 0, 'f', 0);
    if (status.behind)
        line += QStringLiteral(", %1 behind").arg(*status.behind);
    if (!status.lastError.isEmpty())
        line += QStringLiteral(" — ") + status.lastError.simplified();
    const QByteArray text = line.toUtf8();
    std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), stderr);
}

/// Where there is no terminal, each new trouble is one line.
class Reporter {
public:
    void operator()(const ReceiverStatus& status) {
        showProgress(status);
        if (isatty(STDERR_FILENO) || status.lastError == m_said)
            return;
        m_said = status.lastError;
        say(m_said.isEmpty() ? QStringLiteral("portolan: receiving again") : QStringLiteral("portolan: ") + m_said);
    }

private:
    QString m_said;
};

Exit runReceiver(const ReceiverOptions& options, const CancelToken& interrupted) {
    Reporter reporter;
    Receiver receiver(options, [&reporter](const ReceiverStatus& status) { reporter(status); });
    const std::stop_callback onInterrupt(interrupted, [&receiver] { receiver.stop(); });
    receiver.start();
    const auto ended = receiver.wait();
    if (isatty(STDERR_FILENO))
        say(QString());
    const ReceiverStatus status = receiver.status();
    const auto written = writeOut(countsLine(status));
    if (!ended)
        return fail(ended.error());
    if (!written)
        return fail(written.error());
    if (interrupted.stop_requested())
        return Exit::Interrupted;
    return status.rejected > 0 || status.gaps > 0 ? Exit::Found : Exit::Done;
}

Result<ReceiverOptions> receiverOptions(const Invocation& invocation) {
    const auto from = SourceUrl::parse(invocation.value("from"));
    if (!from)
        return from.error();
    const auto into = invocation.store("into");
    if (!into)
        return into.error();
    const auto maximum = invocation.number("max", 0);
    if (!maximum)
        return maximum.error();
    const auto batch = invocation.number("batch", 1);
    if (!batch)
        return batch.error();
    const auto linger = invocation.number("linger", 0);
    if (!linger)
        return linger.error();
    ReceiverOptions options;
    options.from = *from;
    options.into = *into;
    options.maximum = *maximum;
    options.batch = static_cast<int>(std::min<qint64>(batch->value_or(options.batch), 100'000));
    options.linger = milliseconds(linger->value_or(options.linger.count()));
    if (invocation.has("idle-exit")) {
        bool ok = false;
        const double seconds = invocation.value("idle-exit").toDouble(&ok);
        if (!ok || !(seconds >= 0) || seconds > 1e9) {
            return Error{
                ErrorCode::Usage,
                QStringLiteral("--idle-exit is a number of seconds, not \"%1\".").arg(invocation.value("idle-exit"))};
        }
        options.idleExit = milliseconds(static_cast<qint64>(seconds * 1000));
    }
    return options;
}

Exit receive(const Invocation& invocation) {
    const auto options = receiverOptions(invocation);
    return options ? runReceiver(*options, invocation.interrupted) : fail(options.error());
}

Exit demo(const Invocation& invocation) {
    constexpr qint64 usualCount = 1000;
    const auto count = invocation.number("count", 1);
    if (!count)
        return fail(count.error());
    QTemporaryDir folder;
    if (!folder.isValid())
        return fail({ErrorCode::Io, QStringLiteral("No temporary folder can be made: %1").arg(folder.errorString())});
    const bool given = invocation.has("store") || invocation.has("env") || invocation.has("config");
    const auto into = given
                          ? invocation.store("store")
                          : StoreUrl::parse(QStringLiteral("sqlite://") + folder.filePath(QStringLiteral("sample.db")));
    if (!into)
        return fail(into.error());
    const auto from = SourceUrl::parse(QStringLiteral("demo:?rate=0&count=%1").arg(count->value_or(usualCount)));
    if (!from)
        return fail(from.error());
    ReceiverOptions options;
    options.from = *from;
    options.into = *into;
    return runReceiver(options, invocation.interrupted);
}

} // namespace

const CommandSpec receiveCommand{
    "receive",
    "Receives messages from a source into a store until stopped.",
    {},
    receiveOptions,
    receive,
    "A message is acknowledged after it is durably stored, and stored once however often it is delivered.\n"
    "The last line on standard output is {\"received\":N,\"stored\":N,\"duplicates\":N,\"rejected\":N,\"gaps\":N};\n"
    "the exit code is 3 when something was rejected or a gap was found. Ctrl+C stores what was received and ends.\n"
    "--from rejects:STORE tries again what another store, or the same, keeps aside: what is stored now is marked "
    "there,\n"
    "what is rejected again stays as it is."};

const CommandSpec demoCommand{
    "demo", "Opens the window on a sample pipeline, with no server.",
    {},     demoOptions,
    demo,   "With --headless it receives the sample without a window and prints the counts as receive does."};

} // namespace portolan
