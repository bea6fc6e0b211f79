#include "storage/receive/receiver.h"

#include "storage/base/thread.h"
#include "storage/receive/receivepipeline.h"

#include <limits>

namespace portolan {

namespace {

using namespace std::chrono;

qint64 steadyMilliseconds() {
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

ReceivePipeline::ReceivePipeline(ReceiverOptions with, ReceiverStats& on)
    : options(std::move(with))
    , board(on)
    , inbox(static_cast<std::size_t>(std::max(options.queueCount, 1)), options.queueBytes)
    , stored(std::numeric_limits<std::size_t>::max(), std::numeric_limits<qint64>::max()) {}

void ReceivePipeline::stop() {
    qint64 never = 0;
    if (!stoppedAt.compare_exchange_strong(never, steadyMilliseconds()))
        return;
    board.noteStopping();
    stopped.request_stop();
    endReading.request_stop();
    if (!isOpen)
        nobodyWaits.request_stop();
}

void ReceivePipeline::setPaused(bool now) {
    paused.store(now);
    board.notePaused(now);
}

milliseconds ReceivePipeline::graceLeft() const {
    const milliseconds since(steadyMilliseconds() - stoppedAt.load());
    return options.stopGrace - since;
}

void ReceivePipeline::watchGrace() {
    if (stopped.stop_requested() && graceLeft().count() <= 0)
        nobodyWaits.request_stop();
}

struct Receiver::Engine {
    Engine(ReceiverOptions options, SourceMaker source, std::vector<StoreMaker> stores, ReceiverStats::OnTick onTick)
        : board(std::move(onTick))
        , pipeline(std::move(options), board)
        , reading(pipeline, std::move(source))
        , storing(pipeline, std::move(stores)) {}

    /// Starts the reading thread first: it waits until the other one has opened the store, and tells the end of both.
    void start() {
        auto started = startThread([this] {
            const auto end = reading.run();
            waitForStoring();
            error = storingError;
            if (!error && !end)
                error = end.error();
            board.finish(error);
        });
        if (!started) {
            error = started.error();
            board.finish(error);
            return;
        }
        readingThread = std::move(*started);
        started = startThread([this] {
            if (const auto end = storing.run(); !end)
                storingError = end.error();
            pipeline.stored.close(); // publishes all that this thread wrote before
        });
        if (started) {
            storingThread = std::move(*started);
            return;
        }
        storingError = started.error();
        pipeline.opened.set_value(false);
        pipeline.stored.close();
    }
    /// Waits for the storing thread, so that the reading thread makes the last tick.
    void waitForStoring() {
        while (!pipeline.stored.isDone()) {
            pipeline.watchGrace();
            (void)pipeline.stored.take(std::numeric_limits<std::size_t>::max(), milliseconds(100), milliseconds(0));
        }
    }
    void join() {
        if (readingThread.joinable())
            readingThread.join();
        if (storingThread.joinable())
            storingThread.join();
    }

    ReceiverStats board;
    ReceivePipeline pipeline;
    ReaderStage reading;
    WriterStage storing;
    std::optional<Error> storingError; ///< written by the storing thread, or for want of it, before `stored` closes
    std::optional<Error> error;        ///< written by the reading thread, or for want of it; read after it was joined
    std::jthread storingThread;
    std::jthread readingThread;
};

Receiver::Receiver(ReceiverOptions options, SourceMaker source, StoreMaker store,
                   std::function<void(const ReceiverStatus&)> onTick)
    : Receiver(std::move(options), std::move(source), std::vector{std::move(store)}, std::move(onTick)) {}

Receiver::Receiver(ReceiverOptions options, SourceMaker source, std::vector<StoreMaker> stores,
                   std::function<void(const ReceiverStatus&)> onTick)
    : m_engine(std::make_unique<Engine>(std::move(options), std::move(source), std::move(stores), std::move(onTick))) {}

Receiver::~Receiver() {
    stop();
    m_engine->join();
}

void Receiver::start() {
    Q_ASSERT_X(!m_engine->readingThread.joinable(), "Receiver::start", "it was started before");
    m_engine->start();
}

void Receiver::stop() {
    m_engine->pipeline.stop();
}

void Receiver::setPaused(bool paused) {
    m_engine->pipeline.setPaused(paused);
}

Result<ReceiverStatus> Receiver::wait() {
    m_engine->join();
    if (m_engine->error)
        return *m_engine->error;
    return m_engine->board.status();
}

ReceiverStatus Receiver::status() const {
    return m_engine->board.status();
}

} // namespace portolan
