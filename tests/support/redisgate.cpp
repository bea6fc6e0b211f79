#include "tests/support/redisgate.h"

#include <QtGlobal>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>

namespace portolan::test {

namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<quint16>(port));
    return address;
}

int newSocket() {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0)
        qFatal("no socket");
    return made;
}

/// The end of the value that begins at `at`, in the protocol's form (RESP2); -1 when it is not all there.
qsizetype endOf(const QByteArray& bytes, qsizetype at, QByteArrayList* texts = nullptr) {
    const qsizetype line = bytes.indexOf("\r\n", at);
    if (line < 0)
        return -1;
    const char type = bytes[at];
    const qint64 number = bytes.mid(at + 1, line - at - 1).toLongLong();
    qsizetype end = line + 2;
    if (type == '$' && number >= 0) {
        if (texts)
            texts->append(bytes.mid(end, number));
        end += number + 2;
    }
    for (qint64 i = 0; type == '*' && i < number && end >= 0; ++i)
        end = end < bytes.size() ? endOf(bytes, end, texts) : -1;
    return end <= bytes.size() ? end : -1;
}

/// Nothing: the connection ended.
std::optional<QByteArray> nextValue(int socket, QByteArray& rest, QByteArrayList* texts) {
    while (true) {
        if (texts)
            texts->clear();
        if (const qsizetype end = rest.isEmpty() ? -1 : endOf(rest, 0, texts); end >= 0) {
            const QByteArray value = rest.first(end);
            rest.remove(0, end);
            return value;
        }
        char bytes[16 * 1024];
        const auto got = ::recv(socket, bytes, sizeof bytes, 0);
        if (got <= 0)
            return std::nullopt;
        rest.append(bytes, got);
    }
}

bool sendAll(int socket, const QByteArray& bytes) {
    for (qsizetype sent = 0; sent < bytes.size();) {
        const auto more =
            ::send(socket, bytes.constData() + sent, static_cast<std::size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (more <= 0)
            return false;
        sent += more;
    }
    return true;
}

} // namespace

RedisGate::RedisGate(int serverPort, Watch watch) : m_serverPort(serverPort), m_watch(std::move(watch)) {
    m_listener = keep(newSocket());
    sockaddr_in address = loopback(0);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(m_listener, any, size) != 0 || ::listen(m_listener, 16) != 0
        || ::getsockname(m_listener, any, &size) != 0)
        qFatal("cannot listen");
    m_port = ntohs(address.sin_port);
    m_accepting = std::jthread([this] { accept(); });
}

RedisGate::~RedisGate() {
    {
        const std::scoped_lock lock(m_mutex);
        m_isEnding = true;
        for (const int socket : m_sockets)
            ::shutdown(socket, SHUT_RDWR);
    }
    m_accepting.join();
    m_connections.clear();
    for (const int socket : m_sockets)
        ::close(socket);
}

int RedisGate::keep(int socket) {
    const std::scoped_lock lock(m_mutex);
    m_sockets.push_back(socket);
    if (m_isEnding)
        ::shutdown(socket, SHUT_RDWR);
    return socket;
}

void RedisGate::accept() {
    while (true) {
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0)
            return;
        keep(client);
        const int server = newSocket();
        sockaddr_in address = loopback(m_serverPort);
        if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            qFatal("cannot connect");
        keep(server);
        m_connections.emplace_back([this, client, server] { pass(client, server); });
    }
}

void RedisGate::pass(int client, int server) {
    const auto tell = [this](const QByteArrayList& command, bool isAnswered) {
        const std::scoped_lock lock(m_watching);
        m_watch(command, isAnswered);
    };
    QByteArray asked;
    QByteArray answered;
    QByteArrayList words;
    while (const auto command = nextValue(client, asked, &words)) {
        tell(words, false);
        if (!sendAll(server, *command))
            break;
        const auto reply = nextValue(server, answered, nullptr);
        if (!reply)
            break;
        tell(words, true);
        if (!sendAll(client, *reply))
            break;
    }
    ::shutdown(client, SHUT_RDWR);
    ::shutdown(server, SHUT_RDWR);
}

} // namespace portolan::test
