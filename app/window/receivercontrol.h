#pragma once

#include "storage/receive/receiver.h"

#include <QObject>
#include <memory>
#include <optional>

namespace portolan {

/// A receiver as the window sees it: started, stopped and watched from the GUI thread, which never waits for it. Its
/// ticks come over from its thread, at most four a second.
class ReceiverControl : public QObject {
    Q_OBJECT
public:
    explicit ReceiverControl(QObject* parent = nullptr);
    ~ReceiverControl() override; ///< stops and joins, if stop() and ended() did not come before

    void start(const SourceUrl& from, const StoreUrl& into);
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    void stop(); ///< asks for the end; ended() tells it
    [[nodiscard]] bool isRunning() const { return m_receiver != nullptr; }
    [[nodiscard]] bool isStopping() const { return isRunning() && m_isStopAsked; } ///< its end is to come
    /// Of the receiver that runs or ran last; null when none did.
    [[nodiscard]] const ReceiverStatus* status() const { return m_status ? &*m_status : nullptr; }
    [[nodiscard]] QString source() const { return m_source; } ///< without password

Q_SIGNALS:
    void changed();
    void stored(); ///< there are new rows
    void ended();

private:
    void adopt(const ReceiverStatus& status);

    std::unique_ptr<Receiver> m_receiver;
    std::optional<ReceiverStatus> m_status;
    QString m_source;
    bool m_paused = false;
    bool m_isStopAsked = false;
    quint64 m_run = 0; ///< tells the ticks of this receiver from late ones of an earlier
};

} // namespace portolan
