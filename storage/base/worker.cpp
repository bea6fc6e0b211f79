#include "storage/base/worker.h"

#include "storage/base/thread.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPointer>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace portolan {

/// Travels GUI → worker → GUI whole, so that everything in it but the task is touched and destroyed by the GUI alone.
struct Worker::Job {
    CancelToken generation;
    QPointer<QObject> context; ///< GUI thread only
    Worker::Task task;         ///< worker only, once posted
    Worker::Done done;         ///< GUI thread only
    Result<void> ran = {};     ///< Error: there was no thread for it
};

namespace {

QEvent::Type wakeEvent() {
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace

RequestScope::RequestScope() = default;

RequestScope::~RequestScope() {
    m_generation.request_stop();
}

void RequestScope::cancelPending() {
    m_generation.request_stop();
    m_generation = CancelSource();
}

/// Shared by the two threads: what is under `mutex`. The QObject is the GUI's; the worker only posts an event to it.
struct Worker::State : QObject {
    explicit State(Task end) : atEnd(std::move(end)) {}

    bool event(QEvent* event) override {
        if (event->type() != wakeEvent())
            return QObject::event(event);
        handBack();
        return true;
    }

    /// Runs the ends of finished jobs; GUI thread. A `done` may destroy the worker (and this): nothing is touched
    /// after.
    void handBack() {
        std::vector<std::unique_ptr<Job>> jobs;
        {
            const std::lock_guard lock(mutex);
            jobs.swap(finished);
            wakePosted = false;
        }
        for (const std::unique_ptr<Job>& job : jobs) {
            if (!job->generation.stop_requested() && job->context)
                job->done(job->ran);
        }
    }

    void finish(std::unique_ptr<Job> job) {
        bool post = false;
        {
            const std::lock_guard lock(mutex);
            finished.push_back(std::move(job));
            post = !std::exchange(wakePosted, true);
        }
        if (post)
            QCoreApplication::postEvent(this, new QEvent(wakeEvent()));
    }

    /// Starts the worker's thread; GUI thread.
    Result<void> start() {
        if (thread.joinable())
            return {};
        auto started = startThread([this](const CancelToken& stop) { run(stop); });
        PORTOLAN_TRY(started);
        thread = std::move(*started);
        return {};
    }

    std::unique_ptr<Job> next(const CancelToken& stop) {
        std::unique_lock lock(mutex);
        if (!arrived.wait(lock, stop, [this] { return !waiting.empty(); }))
            return {};
        if (stop.stop_requested())
            return {};
        std::unique_ptr<Job> job = std::move(waiting.front());
        waiting.pop_front();
        return job;
    }

    void run(const CancelToken& stop) {
        while (std::unique_ptr<Job> job = next(stop)) {
            if (!job->generation.stop_requested()) {
                CancelSource cancel;
                const auto forward = [&cancel] { cancel.request_stop(); };
                const std::stop_callback superseded(job->generation, forward);
                const std::stop_callback ended(stop, forward);
                job->task(cancel.get_token());
            }
            job->task = {};
            finish(std::move(job));
        }
        if (atEnd)
            atEnd(stop);
    }

    Task atEnd;
    std::mutex mutex;
    std::condition_variable_any arrived;
    std::deque<std::unique_ptr<Job>> waiting;
    std::vector<std::unique_ptr<Job>> finished;
    bool wakePosted = false;
    std::jthread thread; ///< GUI thread only
};

Worker::Worker(Task atEnd) : m_state(std::make_unique<State>(std::move(atEnd))) {}

Worker::~Worker() {
    m_state->thread = std::jthread(); // cancels and joins
}

void Worker::post(RequestScope& asker, QObject* context, Task task, Done done) {
    auto job = std::make_unique<Job>(Job{asker.m_generation.get_token(), context, std::move(task), std::move(done)});
    job->ran = m_state->start();
    if (!job->ran) {
        m_state->finish(std::move(job));
        return;
    }
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->waiting.push_back(std::move(job));
    }
    m_state->arrived.notify_one();
}

} // namespace portolan
