#pragma once

#include "models/jobs/joblist.h"

#include <QObject>
#include <chrono>
#include <functional>

namespace portolan {

/// The signals of a desk that carries out jobs.
class JobSignals : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

Q_SIGNALS:
    void jobsChanged();
    void idle(); ///< nothing is being done any more
    void notice(const QString& text);
};

/// A desk that carries out jobs on threads which it joins before it goes: start, progress, end. GUI thread.
template <class Job>
class JobController : public JobSignals {
public:
    using JobSignals::JobSignals;

    [[nodiscard]] const std::vector<Job>& jobs() const { return m_book.jobs(); }
    [[nodiscard]] bool isBusy() const { return m_book.isBusy(); }
    void stop() { m_book.stopAll(); } ///< cancels all
    void cancel(quint64 job) {
        if (m_book.cancel(job))
            Q_EMIT jobsChanged();
    }
    /// Forgets one that has ended.
    void dismiss(quint64 job) {
        if (m_book.dismiss(job))
            Q_EMIT jobsChanged();
    }

protected:
    /// Returns what the job's thread calls with its progress, as often as it likes; five times a second at the most
    /// `adopt` notes it in the job, on the GUI thread, until the job has ended.
    template <class Progress>
    std::function<void(const Progress&)> ticks(quint64 number, void (*adopt)(Job& job, const Progress& progress)) {
        using Clock = std::chrono::steady_clock;
        return [this, number, adopt, last = Clock::time_point{}](const Progress& progress) mutable {
            const auto now = Clock::now();
            if (now - last < std::chrono::milliseconds(200))
                return;
            last = now;
            const auto note = [this, number, adopt, progress] {
                Job* const job = m_book.find(number);
                if (!job || job->ended)
                    return;
                adopt(*job, progress);
                Q_EMIT jobsChanged();
            };
            QMetaObject::invokeMethod(this, note, Qt::QueuedConnection);
        };
    }
    /// Ends the job; `tell` notes in it what came of it, unless it was dismissed.
    template <class Tell>
    void end(quint64 number, const Tell& tell) {
        Job* const job = m_book.end(number);
        if (!job)
            return;
        tell(*job);
        Q_EMIT jobsChanged();
        if (!isBusy())
            Q_EMIT idle();
    }

    JobList<Job> m_book;
};

} // namespace portolan
