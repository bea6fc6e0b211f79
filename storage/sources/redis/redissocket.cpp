#include "storage/sources/redis/redissocket.h"

#include "storage/sources/redis/redistls.h"

#include <QFile>
#include <QTcpSocket>
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds socketSlice{100}; ///< how often a wait looks at its token

/// A descriptor that closes itself until it is released.
class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

Error unreachable(const RedisEndpoint& endpoint, const QString& why) {
    return {ErrorCode::Connection,
            QStringLiteral("The Redis server at %1 cannot be reached: %2. Check that it runs and that the address is "
                           "right.")
                .arg(endpoint.display(), why),
            why};
}

QString systemText(int number) {
    return QString::fromLocal8Bit(std::strerror(number));
}

/// Waits for a connection that is under way. 0, or the errno it ended with.
int waitConnected(int fd, steady_clock::time_point deadline, const CancelToken& token) {
    while (!token.stop_requested()) {
        const auto left = duration_cast<milliseconds>(deadline - steady_clock::now());
        if (left.count() <= 0)
            return ETIMEDOUT;
        pollfd wait{fd, POLLOUT, 0};
        const int ready = ::poll(&wait, 1, static_cast<int>(std::min(left, socketSlice).count()));
        if (ready < 0 && errno != EINTR)
            return errno;
        if (ready <= 0)
            continue;
        int error = 0;
        socklen_t size = sizeof error;
        return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
    }
    return ECANCELED;
}

/// 0 and `out` connected, or the errno it ended with.
int connectTo(const sockaddr* address, socklen_t size, steady_clock::time_point deadline, const CancelToken& token,
              int& out) {
    Descriptor fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.get() < 0)
        return errno;
    if (::connect(fd.get(), address, size) != 0) {
        if (errno != EINPROGRESS)
            return errno;
        if (const int error = waitConnected(fd.get(), deadline, token))
            return error;
    }
    const int on = 1;
    if (address->sa_family != AF_UNIX) {
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    out = fd.release();
    return 0;
}

Error failure(const RedisEndpoint& endpoint, int error) {
    if (error == ECANCELED)
        return cancelled();
    if (error == ETIMEDOUT) {
        return {ErrorCode::Timeout,
                QStringLiteral("The Redis server at %1 did not answer in time. Check the address and the network "
                               "between.")
                    .arg(endpoint.display()),
                systemText(error)};
    }
    return unreachable(endpoint, systemText(error));
}

Result<int> connectUnix(const RedisEndpoint& endpoint, steady_clock::time_point deadline, const CancelToken& token) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray path = QFile::encodeName(endpoint.socketPath);
    if (path.size() >= static_cast<qsizetype>(sizeof address.sun_path)) {
        return Error{ErrorCode::Usage, QStringLiteral("The socket path %1 is too long: at most %2 bytes.")
                                           .arg(endpoint.socketPath)
                                           .arg(sizeof address.sun_path - 1)};
    }
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    int fd = -1;
    const int error = connectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline, token, fd);
    return error == 0 ? Result<int>(fd) : Result<int>(failure(endpoint, error));
}

/// Tries each address the name has, within an equal share of the time that is left: one that does not answer leaves
/// some to the others. The last one's failure is told.
Result<int> connectTcp(const RedisEndpoint& endpoint, steady_clock::time_point deadline, const CancelToken& token) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const QByteArray host = endpoint.host.toUtf8();
    const QByteArray port = QByteArray::number(endpoint.port);
    if (const int error = ::getaddrinfo(host.constData(), port.constData(), &wanted, &found); error != 0)
        return unreachable(endpoint, QString::fromLocal8Bit(::gai_strerror(error)));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    int left = 0;
    for (const addrinfo* at = found; at; at = at->ai_next)
        ++left;
    int error = EADDRNOTAVAIL;
    for (const addrinfo* at = found; at; at = at->ai_next, --left) {
        const auto now = steady_clock::now();
        int fd = -1;
        error = connectTo(at->ai_addr, at->ai_addrlen, now + (deadline - now) / left, token, fd);
        if (error == 0)
            return fd;
        if (error == ECANCELED)
            break;
    }
    return failure(endpoint, error);
}

} // namespace

RedisEndpoint RedisEndpoint::of(const SourceUrl& url) {
    RedisEndpoint endpoint;
    endpoint.host = url.host;
    endpoint.port = url.port;
    endpoint.socketPath = url.socketPath;
    endpoint.user = url.user;
    endpoint.password = url.password;
    endpoint.database = url.database;
    endpoint.tls = url.tls;
    endpoint.caFile = url.caFile;
    endpoint.certFile = url.certFile;
    endpoint.keyFile = url.keyFile;
    endpoint.master = url.master;
    endpoint.sentinelPassword = url.sentinelPassword;
    for (const auto& [host, port] : url.sentinels)
        endpoint.sentinels.push_back({host, port});
    if (!endpoint.sentinels.empty())
        endpoint.host.clear();
    return endpoint;
}

QString RedisEndpoint::display() const {
    if (!socketPath.isEmpty())
        return socketPath;
    const QString shown = host.contains(QLatin1Char(':')) ? QStringLiteral("[%1]").arg(host) : host;
    const QString place = QStringLiteral("%1:%2").arg(shown).arg(port);
    if (sentinels.empty())
        return place;
    return host.isEmpty() ? master : QStringLiteral("%1 (%2)").arg(master, place);
}

Result<std::unique_ptr<QTcpSocket>> connectSocket(const RedisEndpoint& endpoint, milliseconds timeout,
                                                  const CancelToken& token) {
    // QTcpSocket::waitForConnected() can neither be interrupted nor be called in slices (a slice that runs out
    // ends the attempt), so the connection is made here and handed over.
    const auto deadline = steady_clock::now() + timeout;
    const Result<int> fd =
        endpoint.socketPath.isEmpty() ? connectTcp(endpoint, deadline, token) : connectUnix(endpoint, deadline, token);
    PORTOLAN_TRY(fd);
    if (endpoint.tls)
        return encryptSocket(*fd, endpoint, deadline, token);
    auto socket = std::make_unique<QTcpSocket>();
    if (!socket->setSocketDescriptor(*fd, QAbstractSocket::ConnectedState)) {
        ::close(*fd);
        return unreachable(endpoint, socket->errorString());
    }
    return socket;
}

} // namespace portolan
