#pragma once

#include <QByteArray>
#include <QString>
#include <chrono>
#include <functional>
#include <map>

namespace portolan {

/// Says something where the desktop shows notifications (org.freedesktop.Notifications). Never waits for it, and is
/// silent where there is none. What it has just said it does not say again. GUI thread.
class DesktopNotifier {
public:
    using Time = std::chrono::steady_clock::time_point;
    explicit DesktopNotifier(std::function<Time()> clock = &std::chrono::steady_clock::now)
        : m_clock(std::move(clock)) {}

    /// `key` is what it is about: of one thing once in ten minutes. Both texts are plain. False: it was said lately.
    bool tell(const QByteArray& key, const QString& title, const QString& text);

private:
    std::function<Time()> m_clock;
    std::map<QByteArray, Time> m_told;
};

} // namespace portolan
