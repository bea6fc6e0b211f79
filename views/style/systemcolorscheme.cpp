#include "views/style/systemcolorscheme.h"

#include "views/style/portalsettings.h"

#include <QDBusConnection>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

namespace portolan {

namespace {

const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colorScheme = QStringLiteral("color-scheme");

/// The portal's answers are variants within variants.
uint innermost(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

} // namespace

SystemColorScheme::SystemColorScheme(QObject* parent) : QObject(parent) {}

void SystemColorScheme::ask() {
    if (!QDBusConnection::sessionBus().isConnected())
        return;
    auto* portal = new PortalSettings(this);
    const auto tell = [this](const QVariant& value) {
        // 0: no preference, 1: dark, 2: light
        if (const uint scheme = innermost(value); scheme != 0)
            Q_EMIT prefersDark(scheme == 1);
    };
    connect(portal, &PortalSettings::SettingChanged, this,
            [tell](const QString& group, const QString& key, const QDBusVariant& value) {
                if (group == appearance && key == colorScheme)
                    tell(value.variant());
            });
    auto* watcher =
        new QDBusPendingCallWatcher(portal->asyncCall(QStringLiteral("Read"), appearance, colorScheme), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [tell](QDBusPendingCallWatcher* call) {
        const QDBusPendingReply<QDBusVariant> reply = *call;
        if (!reply.isError())
            tell(reply.value().variant());
        call->deleteLater();
    });
}

} // namespace portolan
