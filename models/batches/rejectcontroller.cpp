#include "models/batches/rejectcontroller.h"

#include "models/list/format.h"

namespace portolan {

namespace {

/// Says in words what came of the rejected messages.
QString wordsFor(const RejectTally& tally) {
    if (tally.dismissed > 0)
        return RejectController::tr("Rejected messages dismissed: %1").arg(groupedNumber(tally.dismissed));
    if (tally.stored + tally.duplicates + tally.rejected == 0)
        return RejectController::tr("No rejected message was open any more.");
    QStringList parts;
    if (tally.stored > 0)
        parts << RejectController::tr("stored: %1").arg(groupedNumber(tally.stored));
    if (tally.duplicates > 0)
        parts << RejectController::tr("stored before: %1").arg(groupedNumber(tally.duplicates));
    if (tally.rejected > 0)
        parts << RejectController::tr("rejected again: %1, e.g. %2")
                     .arg(groupedNumber(tally.rejected), tally.refusals.front().second);
    return RejectController::tr("Rejected messages tried again: %1").arg(parts.join(QStringLiteral(" · ")));
}

} // namespace

RejectController::RejectController(StoreWorker::Opener writer, QByteArray actor, QObject* parent)
    : QObject(parent)
    , m_opener(std::move(writer))
    , m_actor(std::move(actor)) {}

RejectController::~RejectController() {
    stop();
}

void RejectController::retry(const Filter& filter, const QByteArray& reason) {
    start(filter, reason, [](Store& store, const RejectOrder& order, const CancelToken& token) {
        return retryRejects(
            store, order, [](qint64) {}, token);
    });
}

void RejectController::edit(qint64 id, const QByteArray& payload, const QByteArray& reason) {
    start({}, reason, [id, payload](Store& store, const RejectOrder& order, const CancelToken& token) {
        return editReject(store, id, payload, order, token);
    });
}

void RejectController::dismiss(const Filter& filter, const QByteArray& reason) {
    start(filter, reason, [](Store& store, const RejectOrder& order, const CancelToken& token) {
        return dismissRejects(
            store, order, [](qint64) {}, token);
    });
}

void RejectController::start(const Filter& filter, const QByteArray& reason, Work work) {
    if (!m_working)
        m_working = std::make_unique<StoreWorker>(m_opener);
    ++m_running;
    m_working->ask(
        m_asker,
        [order = RejectOrder{filter, reason, m_actor}, work = std::move(work),
         stopped = m_stopped.get_token()](Store& store, const CancelToken&) { return work(store, order, stopped); },
        this, [this](const Result<RejectTally>& tally) { end(tally); });
    Q_EMIT busyChanged();
}

void RejectController::end(const Result<RejectTally>& tally) {
    --m_running;
    if (tally)
        Q_EMIT notice(wordsFor(*tally));
    else if (tally.error().code == ErrorCode::Cancelled)
        Q_EMIT notice(tr("Stopped; the rejected messages that were dealt with until now stay so."));
    else
        Q_EMIT notice(tally.error().text);
    Q_EMIT busyChanged();
    if (!isBusy())
        Q_EMIT idle();
}

void RejectController::stop() {
    m_stopped.request_stop();
    m_stopped = CancelSource();
}

} // namespace portolan
