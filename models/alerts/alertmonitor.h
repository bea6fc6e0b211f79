#pragma once

#include "storage/stores/alertrules.h"
#include "storage/storeworker.h"

#include <QObject>
#include <QTimer>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace portolan {

class StoreController;

/// Returns a reading's place among others: 0 fires, 1 is acknowledged, 2 could not be looked at, 3 is ok, 4 is off.
[[nodiscard]] int alertRank(const AlertReading& reading);

/// Looks at a store's alerts for as long as it is open, by questions of a tenth of a second on a thread that others use
/// too, every fifteen seconds at the most, and rarer where that would take more than a two-hundredth of the time. Tells
/// each transition once. The state of rules of the store is kept in it (through the StoreController), unless it is
/// marked as production, which is written to by nobody who was not asked for its name; the state of built-in rules is
/// kept by the desk, and the store is not written to unless an operator acknowledges one. GUI thread.
class AlertMonitor : public QObject {
    Q_OBJECT
public:
    /// Both are borrowed. `channel` is one that may take a while.
    AlertMonitor(StoreWorker& channel, StoreController& writer, QObject* parent = nullptr);

    void start();   ///< the store is open
    void refresh(); ///< looks at once
    /// Sets whether a receiver of this window ended by a failure, and runs no more.
    void setReceiverFailed(bool failed);

    /// As they stand, those that fire first. Empty: not looked yet.
    [[nodiscard]] const std::vector<AlertReading>& readings() const { return m_readings; }
    [[nodiscard]] const AlertReading* readingOf(const QByteArray& name) const; ///< or null
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] bool isSettled() const { return m_settled; }
    [[nodiscard]] int firing() const; ///< that nobody has acknowledged

    /// Zero while it looks.
    [[nodiscard]] std::chrono::milliseconds untilNextLook() const;

    using Reply = std::function<void(Result<void>)>;
    /// Does as StoreController, then looks again. The reply comes unless `context` has gone.
    void save(const AlertRule& rule, const std::optional<AlertRule>& expected, const QByteArray& reason,
              QObject* context, Reply reply);
    void remove(const QByteArray& name, const QByteArray& reason, QObject* context, Reply reply);
    /// Acknowledges an alert. For a receiver, and where the store keeps none or is read only, the desk alone knows.
    void acknowledge(const QByteArray& name, const QByteArray& reason, QObject* context, Reply reply);

Q_SIGNALS:
    void changed();
    void fired(const portolan::AlertReading& alert);
    void cleared(const portolan::AlertReading& alert);

private:
    void look();
    void begin(const Result<std::vector<Alert>>& rules);
    void lookAtNext();
    void finish();
    void rest();
    void judge();
    void judgeOne(AlertReading& reading);
    void remember();
    [[nodiscard]] Reply andLook(QObject* context, Reply reply);

    StoreWorker& m_channel;
    StoreController& m_writer;
    RequestScope m_asker;
    RequestScope m_recording;
    QTimer m_rest; ///< until the next look
    bool m_started = false;
    bool m_looking = false;
    bool m_again = false; ///< it was asked for a look while one was under way
    bool m_settled = false;
    bool m_receiverFailed = false;
    bool m_cannotRecord = false; ///< the store takes nothing, and is not asked again
    std::vector<Alert> m_rules;  ///< of the look that is under way
    std::size_t m_next = 0;
    std::vector<AlertReading> m_found;  ///< by that look so far
    std::vector<AlertReading> m_looked; ///< by the last one that came to its end
    qint64 m_spent = 0;                 ///< nanoseconds of that look
    std::vector<AlertReading> m_readings;
    std::optional<Error> m_error;
    std::map<QByteArray, AlertState> m_states;                  ///< as was told last
    std::set<QByteArray> m_known;                               ///< acknowledged, and the store does not say so
    std::map<QByteArray, std::chrono::milliseconds> m_patience; ///< of those that need more than is usual
};

} // namespace portolan
