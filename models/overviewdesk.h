#pragma once

#include "models/overview.h"
#include "storage/channel.h"
#include "storage/ingest/receiver.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <optional>

namespace portolan {

/// A store's figures for the window, kept up to date while they are to be seen, on a thread and a connection of their
/// own: no other question waits for them. At most four times a second, and rarer where that would take more than a
/// hundredth of the time (share()) for longer than a minute; only the first count of everything goes on without a rest.
/// GUI thread.
class OverviewDesk : public QObject {
    Q_OBJECT
public:
    /// How the store is opened for reading, on whichever thread asks.
    explicit OverviewDesk(Channel::Opener opener, QObject* parent = nullptr);

    /// Looked at or not; when not, it asks nothing.
    void setWatched(bool watched);
    void refresh(); ///< the store may have changed

    /// Its thread and connection, for whatever else may take a while and is looked at all the time.
    [[nodiscard]] Channel& channel() { return m_channel; }

    /// What a receiver of the window says; null: none ran. `source` without password.
    void setReceiver(const ReceiverStatus* status, const QString& source, bool running);

    [[nodiscard]] const std::optional<Overview>& overview() const { return m_overview; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    /// The store first, then its tables; empty: not measured yet.
    [[nodiscard]] const std::vector<StoreStats>& sizes() const { return m_sizes; }
    [[nodiscard]] const std::optional<ReceiverStatus>& receiver() const { return m_receiver; }
    [[nodiscard]] const QString& source() const { return m_source; }
    [[nodiscard]] bool isReceiving() const { return m_receiving; }
    [[nodiscard]] bool isSettled() const { return m_overview || m_error; }

    /// How much of the time since the first full count the database was asked, from 0 to 1: the time of its answers,
    /// as the asking thread sees it, against the clock.
    [[nodiscard]] double share() const;

Q_SIGNALS:
    void changed();

private:
    void ask();
    void adopt(Result<Overview> overview, qint64 nanoseconds);
    void adoptSizes(Result<std::vector<StoreStats>> sizes, qint64 nanoseconds);
    void rest(qint64 nanoseconds);

    Channel m_channel;
    Asker m_asker;
    QTimer m_rest;  ///< until the next question
    QTimer m_clock; ///< silence comes without a change of the store
    bool m_watched = false;
    bool m_asked = false;
    bool m_stale = true;
    bool m_counted = false;  ///< everything was counted once
    qint64 m_looked = 0;     ///< nanoseconds of m_time: until then the time for asking is spent
    qint64 m_sizesUntil = 0; ///< nanoseconds of m_time: they count as fresh
    QElapsedTimer m_time;
    qint64 m_began = 0;  ///< when everything was counted
    qint64 m_asking = 0; ///< nanoseconds since then
    std::optional<Overview> m_overview;
    std::optional<Error> m_error;
    std::vector<StoreStats> m_sizes;
    std::optional<ReceiverStatus> m_receiver;
    QString m_source;
    bool m_receiving = false;
};

} // namespace portolan
