#include "app/desktop/singleinstance.h"

#include "storage/config/filelock.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <sys/stat.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr int patience = 2'000;         ///< milliseconds
constexpr qint64 longestWish = 1 << 16; ///< bytes
const QByteArray taken = "taken\n";

/// A folder of the user's own that nobody else may look into.
bool isPrivate(const QString& folder) {
    struct stat info {};
    return ::lstat(QFile::encodeName(folder).constData(), &info) == 0 && S_ISDIR(info.st_mode)
           && info.st_uid == ::geteuid() && (info.st_mode & 0077) == 0;
}

QString runtimeFolder() {
    if (const QString given = qEnvironmentVariable("XDG_RUNTIME_DIR"); !given.isEmpty())
        return given;
    const QString own = QDir::tempPath() + QStringLiteral("/portolan-%1").arg(::geteuid());
    ::mkdir(QFile::encodeName(own).constData(), 0700); // it may be there; what matters is what is there then
    return own;
}

QByteArray textOf(const WindowWish& wish) {
    QJsonObject object{{QStringLiteral("pane"), wish.pane}};
    if (wish.store) {
        object.insert(QStringLiteral("store"), wish.store->display());
        object.insert(QStringLiteral("password"), wish.store->password);
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

std::optional<WindowWish> wishOf(const QByteArray& line) {
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject())
        return std::nullopt;
    const QJsonObject object = document.object();
    WindowWish wish;
    wish.pane = object.value(QStringLiteral("pane")).toString();
    if (const QString text = object.value(QStringLiteral("store")).toString(); !text.isEmpty()) {
        const auto url = StoreUrl::parse(text);
        if (!url)
            return std::nullopt;
        wish.store = *url;
        wish.store->password = object.value(QStringLiteral("password")).toString();
    }
    return wish;
}

} // namespace

SingleInstance::SingleInstance(QObject* parent) : QObject(parent) {
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::take);
}

/// Two screens have two windows: one could not be brought to the other.
QString SingleInstance::usualPath() {
    const QString folder = runtimeFolder();
    if (!isPrivate(folder))
        return {};
    const QByteArray screen = qgetenv("WAYLAND_DISPLAY") + '\n' + qgetenv("DISPLAY");
    const QByteArray hash = QCryptographicHash::hash(screen, QCryptographicHash::Sha256).toHex().first(16);
    return folder + QStringLiteral("/portolan-") + QString::fromLatin1(hash);
}

bool SingleInstance::handOver(const QString& path, const WindowWish& wish) {
    QLocalSocket socket;
    socket.connectToServer(path);
    if (!socket.waitForConnected(patience))
        return false;
    const QByteArray text = textOf(wish);
    if (socket.write(text) != text.size())
        return false;
    QByteArray answer;
    while (answer.size() < taken.size() && socket.waitForReadyRead(patience))
        answer += socket.readAll();
    return answer == taken;
}

/// Takes away what an instance left that was killed; two that begin at once settle it by the lock.
bool SingleInstance::listen(const QString& path) {
    FileLock lock(path);
    if (path.isEmpty() || lock.take(std::chrono::milliseconds(patience)) != FileLock::Taken::Yes)
        return false;
    QLocalSocket probe;
    probe.connectToServer(path);
    if (probe.waitForConnected(patience))
        return false;
    QLocalServer::removeServer(path);
    return m_server.listen(path);
}

void SingleInstance::take() {
    while (QLocalSocket* const socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
        read(socket);
    }
}

void SingleInstance::read(QLocalSocket* socket) {
    if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > longestWish)
            socket->abort();
        return;
    }
    const auto wish = wishOf(socket->readLine(longestWish));
    if (!wish) {
        socket->abort();
        return;
    }
    socket->write(taken);
    socket->flush();
    socket->disconnectFromServer();
    Q_EMIT wished(*wish);
}

} // namespace portolan
