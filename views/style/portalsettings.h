#pragma once

#include <QDBusAbstractInterface>
#include <QDBusConnection>
#include <QDBusVariant>

namespace portolan {

/// org.freedesktop.portal.Settings, with its signal as one of ours.
class PortalSettings : public QDBusAbstractInterface {
    Q_OBJECT
public:
    explicit PortalSettings(QObject* parent)
        : QDBusAbstractInterface(QStringLiteral("org.freedesktop.portal.Desktop"),
                                 QStringLiteral("/org/freedesktop/portal/desktop"), "org.freedesktop.portal.Settings",
                                 QDBusConnection::sessionBus(), parent) {}
Q_SIGNALS:
    void SettingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

} // namespace portolan
