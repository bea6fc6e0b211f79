#pragma once

#include "storage/config/urls.h"

#include <QLocalServer>
#include <QObject>
#include <QString>
#include <optional>

class QLocalSocket;

namespace portolan {

/// The store and the pane that a window is asked to show.
struct WindowWish {
    std::optional<StoreUrl> store; ///< with its password, which goes no further than the socket
    QString pane;                  ///< the id of one; empty: the usual
};

/// The window program of a user and a screen: the first listens on a socket in a folder that is the user's alone,
/// and takes what later ones were asked to open. GUI thread.
class SingleInstance : public QObject {
    Q_OBJECT
public:
    explicit SingleInstance(QObject* parent = nullptr);

    /// The socket of this user and screen; empty where there is no folder that others may not look into.
    [[nodiscard]] static QString usualPath();

    /// Gives a wish to the program that listens there. False: nobody took it. Waits two seconds at most in each step.
    [[nodiscard]] static bool handOver(const QString& path, const WindowWish& wish);

    /// Listens from now on. False: somebody else does, or the socket cannot be made.
    bool listen(const QString& path);

Q_SIGNALS:
    void wished(const portolan::WindowWish& wish);

private:
    void take();
    void read(QLocalSocket* socket);

    QLocalServer m_server;
};

} // namespace portolan
