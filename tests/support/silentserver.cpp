#include "tests/support/silentserver.h"

#include <QtGlobal>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace portolan::test {

namespace {

int newSocket(int flags) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (made < 0)
        qFatal("no socket");
    return made;
}

} // namespace

SilentServer::SilentServer(Manner manner) : m_listener(newSocket(SOCK_NONBLOCK)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    const bool ignores = manner == Manner::Ignores;
    if (::bind(m_listener, any, size) != 0 || ::listen(m_listener, ignores ? 0 : 64) != 0
        || ::getsockname(m_listener, any, &size) != 0)
        qFatal("cannot listen");
    m_port = ntohs(address.sin_port);
    if (!ignores)
        return;
    // One connection that nobody accepts is all that a backlog of none has room for.
    m_filler = newSocket(0);
    if (::connect(m_filler, any, size) != 0)
        qFatal("cannot connect");
}

SilentServer::~SilentServer() {
    ::close(m_listener);
    if (m_filler >= 0)
        ::close(m_filler);
}

int SilentServer::visits() {
    // Left open: a connection that ends is an answer.
    while (::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC) >= 0)
        ++m_visits;
    return m_visits;
}

} // namespace portolan::test
