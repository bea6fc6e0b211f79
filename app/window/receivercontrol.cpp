#include "app/window/receivercontrol.h"

#include "storage/stores/makereceiver.h"

#include <QMetaObject>

namespace portolan {

ReceiverControl::ReceiverControl(QObject* parent) : QObject(parent) {}

ReceiverControl::~ReceiverControl() = default;

void ReceiverControl::start(const SourceUrl& from, const StoreUrl& into) {
    if (m_receiver)
        return;
    m_source = from.display();
    m_status = ReceiverStatus{};
    m_paused = m_isStopAsked = false;
    ReceiverOptions options;
    options.from = from;
    options.into = into;
    const quint64 run = ++m_run;
    // The receiver's destructor joins its threads, and this object outlives it: `this` is there for every tick.
    // NOLINTNEXTLINE(modernize-make-unique): it is built where it is to be, and cannot be moved
    m_receiver.reset(new Receiver(makeReceiver(std::move(options), [this, run](const ReceiverStatus& status) {
        QMetaObject::invokeMethod(
            this,
            [this, run, status] {
                if (run == m_run)
                    adopt(status);
            },
            Qt::QueuedConnection);
    })));
    m_receiver->start();
    Q_EMIT changed();
}

void ReceiverControl::setPaused(bool paused) {
    if (!m_receiver || paused == m_paused)
        return;
    m_paused = paused;
    m_receiver->setPaused(paused);
}

void ReceiverControl::stop() {
    m_isStopAsked = true;
    if (m_receiver)
        m_receiver->stop();
}

void ReceiverControl::adopt(const ReceiverStatus& status) {
    const bool more = !m_status || status.stored != m_status->stored || status.rejected != m_status->rejected;
    m_status = status;
    const bool over = status.state == ReceiverState::Stopped || status.state == ReceiverState::Failed;
    if (over)
        m_receiver.reset(); // its threads are at their end
    if (more)
        Q_EMIT stored();
    Q_EMIT changed();
    if (over)
        Q_EMIT ended();
}

} // namespace portolan
