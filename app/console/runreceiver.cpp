#include "app/console/runreceiver.h"

#include "app/console/output.h"
#include "storage/base/numbertext.h"
#include "storage/stores/makereceiver.h"
#include "storage/stores/openstore.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace portolan {

namespace {

QByteArray countsLine(const ReceiverStatus& status) {
    const auto number = [](qint64 n) { return QByteArray::number(n); };
    return "{\"received\":" + number(status.received) + ",\"stored\":" + number(status.stored)
           + ",\"duplicates\":" + number(status.duplicates) + ",\"rejected\":" + number(status.rejected)
           + ",\"gaps\":" + number(status.gaps) + "}\n";
}

/// Writes the progress as a line over the one before; on a terminal only.
void showProgress(const ReceiverStatus& status) {
    if (!isatty(STDERR_FILENO))
        return;
    QString line =
        QStringLiteral("\r\x1b[K%1 stored, %2/s").arg(QString::number(status.stored), measuredText(status.rate, 0));
    if (status.behind)
        line += QStringLiteral(", %1 behind").arg(*status.behind);
    if (!status.lastError.isEmpty() && status.state != ReceiverState::Failed)
        line += QStringLiteral(" — ") + status.lastError.simplified();
    const QByteArray text = line.toUtf8();
    std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), stderr);
}

/// Writes each loss as a line at once and, without a terminal, each new trouble; the command tells the error that ends
/// it.
class Reporter {
public:
    void operator()(const ReceiverStatus& status) {
        sayNotes(status);
        showProgress(status);
        if (isatty(STDERR_FILENO) || status.lastError == m_said || status.state == ReceiverState::Failed)
            return;
        m_said = status.lastError;
        say(m_said.isEmpty() ? QStringLiteral("portolan: receiving again") : QStringLiteral("portolan: ") + m_said);
    }

private:
    void sayNotes(const ReceiverStatus& status) {
        const qsizetype fresh = std::min<qsizetype>(status.noted - m_noted, status.notes.size());
        if (fresh > 0 && isatty(STDERR_FILENO))
            say(QString()); // below the progress
        for (const QString& note : status.notes.last(std::max<qsizetype>(fresh, 0)))
            say(QStringLiteral("portolan: ") + note);
        m_noted = status.noted;
    }

    QString m_said;
    qint64 m_noted = 0;
};

Exit finish(Receiver& receiver, const std::optional<StoreUrl>& alsoInto, const CancelToken& interrupted) {
    const std::stop_callback onInterrupt(interrupted, [&receiver] { receiver.stop(); });
    receiver.start();
    const auto ended = receiver.wait();
    if (isatty(STDERR_FILENO))
        say(QString());
    const ReceiverStatus status = receiver.status();
    if (alsoInto)
        say(QStringLiteral("portolan: also into %1: %2 stored, %3 duplicates, %4 rejected, %5 gaps")
                .arg(alsoInto->display())
                .arg(status.also.stored)
                .arg(status.also.duplicates)
                .arg(status.also.rejected)
                .arg(status.also.gaps));
    const auto written = writeOut(countsLine(status));
    if (!ended)
        return fail(ended.error());
    if (!written)
        return fail(written.error());
    if (interrupted.stop_requested())
        return Exit::Interrupted;
    const bool isFound = status.rejected > 0 || status.gaps > 0 || status.also.rejected > 0 || status.also.gaps > 0;
    return isFound ? Exit::Found : Exit::Done;
}

} // namespace

Exit runReceiver(const ReceiverOptions& options, const CancelToken& interrupted) {
    Reporter reporter;
    Receiver receiver = makeReceiver(options, [&reporter](const ReceiverStatus& status) { reporter(status); });
    return finish(receiver, options.also, interrupted);
}

Exit runReceiver(const ReceiverOptions& options, Receiver::SourceMaker source, const CancelToken& interrupted) {
    Reporter reporter;
    const auto store = [into = options.into](const CancelToken& token) {
        return openStore(into, Access::Write, token);
    };
    Receiver receiver(options, std::move(source), store,
                      [&reporter](const ReceiverStatus& status) { reporter(status); });
    return finish(receiver, options.also, interrupted);
}

} // namespace portolan
