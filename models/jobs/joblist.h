#pragma once

#include "storage/base/cancel.h"

#include <QString>
#include <algorithm>
#include <vector>

namespace portolan {

/// A job of a desk, from the operator's word to its end.
struct DeskJob {
    quint64 number = 0; ///< from 1; no two of a desk have the same
    qint64 done = 0;
    qint64 total = 0;
    bool ended = false;
    bool stopping = false; ///< it was cancelled, and says so soon
    bool failed = false;
    QString outcome{}; ///< once it has ended
};

/// The jobs of a desk, in the order in which they were asked for, and what stops them. One thread.
template <class Job>
class JobList {
public:
    [[nodiscard]] const std::vector<Job>& jobs() const { return m_jobs; }
    /// A job takes its number. Its token is asked for a stop by cancel() and stopAll().
    std::pair<quint64, CancelToken> add(Job job) {
        job.number = ++m_numbers;
        m_jobs.push_back(std::move(job));
        const CancelSource own;
        m_stops.emplace_back(m_numbers, own);
        return {m_numbers, own.get_token()};
    }
    /// Null: it was dismissed.
    [[nodiscard]] Job* find(quint64 number) {
        const auto found = std::ranges::find(m_jobs, number, &Job::number);
        return found == m_jobs.end() ? nullptr : &*found;
    }
    /// It has ended, and is to be told how; null as find().
    [[nodiscard]] Job* end(quint64 number) {
        std::erase_if(m_stops, [number](const auto& stop) { return stop.first == number; });
        Job* const job = find(number);
        if (job)
            job->ended = true;
        return job;
    }
    /// False: there was nothing to cancel.
    bool cancel(quint64 number) {
        Job* const job = find(number);
        if (!job || job->ended)
            return false;
        job->stopping = true;
        for (auto& [each, source] : m_stops) {
            if (each == number)
                source.request_stop();
        }
        return true;
    }
    /// Forgets one that has ended; false: there is none.
    bool dismiss(quint64 number) {
        return std::erase_if(m_jobs, [number](const Job& job) { return job.number == number && job.ended; }) > 0;
    }
    [[nodiscard]] bool isBusy() const {
        return std::ranges::any_of(m_jobs, [](const Job& job) { return !job.ended; });
    }
    void stopAll() {
        for (auto& [each, source] : m_stops)
            source.request_stop();
    }

private:
    std::vector<Job> m_jobs;
    std::vector<std::pair<quint64, CancelSource>> m_stops; ///< of those that have not ended
    quint64 m_numbers = 0;
};

} // namespace portolan
