#pragma once

#include <QDBusAbstractInterface>
#include <QDBusConnection>

namespace portolan {

/// org.freedesktop.Notifications, with its signals as ours. The names are the protocol's
/// (https://specifications.freedesktop.org/notification-spec/1.2).
class NotificationService : public QDBusAbstractInterface {
    Q_OBJECT
public:
    explicit NotificationService(QObject* parent)
        : QDBusAbstractInterface(QStringLiteral("org.freedesktop.Notifications"),
                                 QStringLiteral("/org/freedesktop/Notifications"), "org.freedesktop.Notifications",
                                 QDBusConnection::sessionBus(), parent) {}
Q_SIGNALS:
    void ActionInvoked(uint id, const QString& action);
    void NotificationClosed(uint id, uint reason);
};

} // namespace portolan
