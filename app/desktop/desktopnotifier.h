#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <chrono>
#include <functional>
#include <map>

namespace portolan {

class NotificationService;

/// Says something where the desktop shows notifications (org.freedesktop.Notifications). Never waits for it, and is
/// silent where there is none. Does not say the same twice in a row. GUI thread.
class DesktopNotifier : public QObject {
    Q_OBJECT
public:
    using Time = std::chrono::steady_clock::time_point;
    explicit DesktopNotifier(std::function<Time()> clock = &std::chrono::steady_clock::now, QObject* parent = nullptr)
        : QObject(parent)
        , m_clock(std::move(clock)) {}

    /// `key` is what it is about: of one thing once in ten minutes. Both texts are plain. False: it was said lately.
    bool tell(const QByteArray& key, const QString& title, const QString& text);

Q_SIGNALS:
    void chosen(const QByteArray& key); ///< the operator clicked on what was said of it

private:
    void listen();

    std::function<Time()> m_clock;
    std::map<QByteArray, Time> m_told;
    std::map<uint, QByteArray> m_shown;       ///< the desktop's number → key
    NotificationService* m_service = nullptr; ///< null until something was said, or without a bus
};

} // namespace portolan
