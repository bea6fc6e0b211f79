// The part of OperationsController that runs a schedule and measures the store.

#include "models/operations/operationscontroller.h"

#include "models/list/format.h"
#include "models/operations/askworker.h"
#include "storage/health/storehistory.h"
#include "storage/schedule/trustedentries.h"
#include "storage/store.h"
#include "storage/stores/openstore.h"

#include <array>

namespace portolan {

namespace {

/// Returns the last line of what a command printed.
QString lastLineOf(const QByteArray& output) {
    const QByteArray text = output.trimmed();
    return visibleText(text.sliced(text.lastIndexOf('\n') + 1), 200);
}

QString wordsFor(const ScheduledRun& run) {
    const QString name = visibleText(run.entry.name, 60);
    const QByteArray result = scheduleResultOf(run.end);
    const QString text =
        result == "done" ? OperationsController::tr("%1 ran well.").arg(name)
        : result == "found"
            ? OperationsController::tr("%1 found something; its row in the schedule says what.").arg(name)
        : result == "interrupted"
            ? OperationsController::tr("%1 was stopped; it comes again at its next time.").arg(name)
            : OperationsController::tr("%1 failed: %2").arg(name, lastLineOf(run.end.output));
    return run.missed == 0
               ? text
               : text + u' '
                     + OperationsController::tr("Times it was missed before: %1.").arg(groupedNumber(run.missed));
}

bool keepsHistory(const ScheduledRun& run) {
    const auto words = wordsOfEntry(run.entry);
    return words && words->front() == QLatin1String("stats") && words->contains(QStringLiteral("--record"));
}

/// Keeps the counts of a window's questions beside what a command has measured.
Result<void> keepQuestions(Store& store, QuestionLog& questions) {
    StoreHistory* const history = store.history();
    if (!history)
        return {};
    const Timestamp now = currentTime();
    const QuestionLog::Counts counts = questions.takeCounts();
    const Result<void> kept = history->keep(std::array{questionsOfDay(questions, counts, now)}, now);
    if (!kept)
        questions.giveBack(counts);
    return kept;
}

} // namespace

void OperationsController::runDueEntries(const std::vector<QByteArray>& names) {
    OperationJob job;
    job.what = namesInShort(names);
    job.total = std::ssize(names);
    runSchedule(std::move(job), {});
}

void OperationsController::runEntry(const QByteArray& name) {
    OperationJob job;
    job.what = visibleText(name, 60);
    job.total = 1;
    runSchedule(std::move(job), name);
}

/// The commands are processes of their own; what is kept of them is kept by the store that this opens.
void OperationsController::runSchedule(OperationJob job, const QByteArray& only) {
    job.kind = OperationJob::Kind::Schedule;
    start(
        std::move(job),
        [open = m_writer, url = m_url, actor = m_actor, commands = m_commands, questions = m_questions,
         only](const Tick& tick, const CancelToken& token) -> Result<QString> {
            const auto store = open(token);
            PORTOLAN_TRY(store);
            QStringList told;
            bool isAnyFailed = false;
            RunDueOrder order;
            order.actor = actor;
            order.only = only;
            const auto trusted = TrustedEntries::read((*store)->url());
            PORTOLAN_TRY(trusted);
            order.mayRun = [&](const ScheduleEntry& entry) { return trusted->has(entry); };
            order.run = [&](const QStringList& words, const std::function<Result<void>()>& beat) {
                return commands.run(url, words, beat, token);
            };
            order.told = [&](const ScheduledRun& run) -> Result<void> {
                told << wordsFor(run);
                if (questions && keepsHistory(run)) {
                    if (const Result<void> kept = keepQuestions(**store, *questions); !kept)
                        told << kept.error().text;
                }
                isAnyFailed = isAnyFailed || qstrcmp(scheduleResultOf(run.end), "failed") == 0;
                tick(static_cast<quint64>(told.size()));
                return {};
            };
            const Result<void> ran = runDue(**store, order, token);
            if (!ran && ran.error().code != ErrorCode::Cancelled)
                told << ran.error().text;
            const QString text = told.isEmpty() ? tr("Another program has run it.") : told.join(u' ');
            if (token.stop_requested())
                return Error{ErrorCode::Cancelled, text};
            if (!ran)
                return Error{ran.error().code, text, ran.error().details};
            if (isAnyFailed)
                return Error{ErrorCode::Io, text};
            return text;
        },
        [this] { Q_EMIT scheduleChanged(); });
}

void OperationsController::measure(RequestScope& asker, QObject* context, FiguresReply reply) {
    using Measured = std::vector<StoreStats>;
    askWorker<Measured>(
        m_looking, asker, context,
        [url = m_url](const CancelToken& token) -> Result<Measured> {
            const auto store = openStore(url, Access::Read, token);
            PORTOLAN_TRY(store);
            StoreMeter* const meter = (*store)->meter();
            if (!meter)
                return Error{ErrorCode::Unsupported, tr("This kind of store is not measured.")};
            auto measured = meter->measure(StoreMeter::Extent::Latencies, token);
            if (StoreHistory* const history = (*store)->history(); measured && history) {
                PORTOLAN_TRY(addGrowth(*measured, *history, currentTime(), token));
            }
            return measured;
        },
        std::move(reply));
}

} // namespace portolan
