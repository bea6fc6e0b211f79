#pragma once

#include "models/overview/overviewday.h"
#include "models/topology/topology.h"
#include "storage/receive/receiver.h"
#include "storage/storeworker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <array>
#include <chrono>
#include <optional>
#include <set>

namespace portolan {

/// A share of all time that may be spent on asking, some of it in advance. In nanoseconds of one clock.
class AskingAccount {
public:
    /// A question is followed by a rest of so many times its length, and of `shortest` at the least.
    AskingAccount(qint64 rests, qint64 ahead, qint64 shortest)
        : m_rests(rests)
        , m_ahead(ahead)
        , m_shortest(shortest)
        , m_spent(-ahead * rests) {}
    void spend(qint64 now, qint64 nanoseconds);
    [[nodiscard]] qint64 freeAt() const { return m_free; }

private:
    qint64 m_rests;
    qint64 m_ahead;
    qint64 m_shortest;
    qint64 m_spent;
    qint64 m_free = 0;
};

/// A store's figures for the window, and who feeds whom in it, kept up to date while they are to be seen, on a thread
/// and a connection of their own: no other question waits for them. At most four times a second, and rarer where that
/// would take more than a hundredth of the time (share()) for longer than a minute; only the first count of everything
/// goes on without a rest. GUI thread.
class OverviewPoller : public QObject {
    Q_OBJECT
public:
    /// `opener` opens the store for reading, on whichever thread asks.
    explicit OverviewPoller(StoreWorker::Opener opener, QObject* parent = nullptr);

    /// Looked at or not; when not, it asks nothing of the figures.
    void setWatched(bool watched);
    /// The same for the topology, which several may show.
    void watchTopology(const QObject* who, bool watched);
    void refresh(); ///< the store may have changed

    /// Its thread and connection, for what looks at the store all the time and counts its own share of that.
    [[nodiscard]] StoreWorker& channel() { return m_channel; }

    /// Takes the status of a receiver of the window; null: none ran. `source` without password.
    void setReceiver(const ReceiverStatus* status, const QString& source, bool running);

    [[nodiscard]] const std::optional<Overview>& overview() const { return m_overview; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    /// The last 24 hours; null: not read yet.
    [[nodiscard]] const OverviewDay* day() const { return m_day ? &*m_day : nullptr; }
    [[nodiscard]] const std::optional<Error>& dayError() const { return m_dayError; } ///< of the last try to read it
    /// The store first, then its tables; empty: not measured yet.
    [[nodiscard]] const std::vector<StoreStats>& sizes() const { return m_sizes; }
    /// Nothing: not asked yet.
    [[nodiscard]] const std::optional<Result<Topology>>& topology() const { return m_topology; }
    [[nodiscard]] const std::optional<ReceiverStatus>& receiver() const { return m_receiver; }
    [[nodiscard]] const QString& source() const { return m_source; }
    [[nodiscard]] bool isReceiving() const { return m_receiving; }
    [[nodiscard]] bool isSettled() const { return m_overview || m_error; }

    /// Returns the share of the time since the first full count in which the database was asked, from 0 to 1: the time
    /// of all answers, as the asking thread sees it, against the clock.
    [[nodiscard]] double share() const;
    [[nodiscard]] std::chrono::nanoseconds asked() const { return std::chrono::nanoseconds(m_asking); } ///< that time

Q_SIGNALS:
    void changed();
    void dayChanged(); ///< day(), dayError()
    void topologyChanged();

private:
    enum class Question { Counts, Day, Sizes, Topology };
    /// The account of one kind of question, and whether its answer is stale.
    struct PollState {
        AskingAccount account;
        bool stale = true;
    };
    [[nodiscard]] PollState& of(Question question) { return m_questions[static_cast<std::size_t>(question)]; }
    [[nodiscard]] bool isWanted(Question question);
    void watch();
    void askNext();
    void ask(Question question);
    /// `adopt` is void(Result<Answer>).
    template <class Answer, class Adopt>
    void put(Question question, Result<Answer> (*reader)(Store&, const CancelToken&), Adopt adopt);
    void adopt(Result<Overview> overview);
    void keepExact(Overview& now) const;

    StoreWorker m_channel;
    RequestScope m_asker;
    QTimer m_rest;  ///< until the next question
    QTimer m_clock; ///< silence comes without a change of the store
    bool m_watched = false;
    std::set<const QObject*> m_topologyWatchers;
    std::array<PollState, 4> m_questions;
    std::optional<Question> m_asked; ///< and not answered
    bool m_counted = false;          ///< everything was counted once
    QElapsedTimer m_time;
    qint64 m_began = 0;  ///< when everything was counted
    qint64 m_asking = 0; ///< nanoseconds since then
    std::optional<Overview> m_overview;
    std::optional<Error> m_error;
    std::optional<OverviewDay> m_day;
    std::optional<Error> m_dayError;
    std::vector<StoreStats> m_sizes;
    std::optional<Result<Topology>> m_topology;
    std::optional<ReceiverStatus> m_receiver;
    QString m_source;
    bool m_receiving = false;
};

} // namespace portolan
