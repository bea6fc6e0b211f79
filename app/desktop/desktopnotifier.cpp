#include "app/desktop/desktopnotifier.h"

#include "app/desktop/notificationservice.h"

#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>

namespace portolan {

namespace {

constexpr auto silenceAfterTelling = std::chrono::minutes(10);
constexpr uchar usualUrgency = 1;

/// The protocol's name of a click on the notification itself.
constexpr QLatin1String clicked("default");

} // namespace

void DesktopNotifier::listen() {
    if (m_service)
        return;
    m_service = new NotificationService(this);
    connect(m_service, &NotificationService::ActionInvoked, this, [this](uint id, const QString& action) {
        const auto shown = m_shown.find(id);
        if (shown != m_shown.end() && action == clicked)
            Q_EMIT chosen(shown->second);
    });
    connect(m_service, &NotificationService::NotificationClosed, this, [this](uint id) { m_shown.erase(id); });
}

bool DesktopNotifier::tell(const QByteArray& key, const QString& title, const QString& text) {
    const Time now = m_clock();
    std::erase_if(m_told, [now](const auto& each) { return now - each.second >= silenceAfterTelling; });
    if (!m_told.emplace(key, now).second)
        return false;
    if (!QDBusConnection::sessionBus().isConnected())
        return true;
    listen();
    const QVariantMap hints{{QStringLiteral("desktop-entry"), QStringLiteral("org.portolan.portolan")},
                            {QStringLiteral("urgency"), QVariant::fromValue(usualUrgency)}};
    // A server may take the text for markup, and the title never.
    auto* const call = new QDBusPendingCallWatcher(
        m_service->asyncCall(QStringLiteral("Notify"), QStringLiteral("Portolan"), 0U,
                             QStringLiteral("org.portolan.portolan"), title, text.toHtmlEscaped(),
                             QStringList{QString(clicked), tr("Show")}, hints, -1),
        this);
    connect(call, &QDBusPendingCallWatcher::finished, this, [this, call, key] {
        if (const QDBusPendingReply<uint> id = *call; id.isValid())
            m_shown[id.value()] = key;
        call->deleteLater();
    });
    return true;
}

} // namespace portolan
