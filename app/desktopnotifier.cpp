#include "app/desktopnotifier.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QVariantMap>

namespace portolan {

namespace {

constexpr auto silenceAfterTelling = std::chrono::minutes(10);
constexpr uchar usualUrgency = 1;

} // namespace

bool DesktopNotifier::tell(const QByteArray& key, const QString& title, const QString& text) {
    const Time now = m_clock();
    std::erase_if(m_told, [now](const auto& each) { return now - each.second >= silenceAfterTelling; });
    if (!m_told.emplace(key, now).second)
        return false;
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return true;
    const QString service = QStringLiteral("org.freedesktop.Notifications");
    QDBusMessage call = QDBusMessage::createMethodCall(service, QStringLiteral("/org/freedesktop/Notifications"),
                                                       service, QStringLiteral("Notify"));
    const QVariantMap hints{{QStringLiteral("desktop-entry"), QStringLiteral("org.portolan.portolan")},
                            {QStringLiteral("urgency"), QVariant::fromValue(usualUrgency)}};
    // A server may take the text for markup, and the title never.
    call << QStringLiteral("Portolan") << 0U << QStringLiteral("org.portolan.portolan") << title << text.toHtmlEscaped()
         << QStringList() << hints << -1;
    bus.asyncCall(call);
    return true;
}

} // namespace portolan
