#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <chrono>
#include <deque>
#include <mutex>
#include <vector>

namespace portolan {

/// The questions that a window asked of a store, as StoreWorker measured them: how long they took, which were slow,
/// which failed. Those that nobody wanted any more do not count. Of the last ones each time is kept, of the slow and
/// failed ones what they asked; bounded. Any thread.
class QuestionLog {
public:
    static constexpr std::chrono::milliseconds slowFrom{1'000};
    static constexpr std::size_t mostTimes = 4'096; ///< of all questions
    static constexpr std::size_t mostNoted = 200;   ///< of slow and failed ones

    /// A question that was slow or failed.
    struct Noted {
        Timestamp at; ///< when it was answered
        double milliseconds = 0;
        QByteArray list; ///< as `portolan list` names it; empty: it was about something else
        QString filter;  ///< as typed
        QString problem; ///< why it failed; empty: it was slow
    };
    struct Counts {
        qint64 asked = 0;
        qint64 slow = 0;
        qint64 failed = 0;
    };
    struct Figures {
        Counts counts;
        std::vector<double> milliseconds; ///< of the answered ones
        std::vector<Noted> noted;         ///< newest first
    };

    /// Returns the figures of the questions since a moment, of those that are kept.
    [[nodiscard]] Figures since(Timestamp moment) const;

    /// Returns how many there were since the last call, which is for who keeps them in the store.
    [[nodiscard]] Counts takeCounts();
    /// Counts them again: they could not be kept.
    void giveBack(const Counts& counts);

    /// Adds a question; `error`: null where it was answered.
    void add(Timestamp at, double milliseconds, const QByteArray& list, const QString& filter, const Error* error);

    /// Says what the question is about that this thread answers; nothing where none is measured.
    static void describe(const QByteArray& list, const QString& filter);

    /// Measures the question that this thread answers from then on.
    class Measure {
    public:
        /// `log`: null: it is not measured.
        explicit Measure(QuestionLog* log);
        ~Measure();
        Measure(const Measure&) = delete;
        Measure& operator=(const Measure&) = delete;
        void end(const Error* error); ///< null: it was answered

    private:
        friend class QuestionLog;
        QuestionLog* m_log;
        Measure* m_outer;
        std::chrono::steady_clock::time_point m_begin;
        QByteArray m_list;
        QString m_filter;
    };

private:
    struct Timed {
        Timestamp at;
        double milliseconds = 0;
        bool isFailed = false;
    };
    mutable std::mutex m_mutex;
    std::deque<Timed> m_times;
    std::deque<Noted> m_noted;
    Counts m_counts;
};

} // namespace portolan
