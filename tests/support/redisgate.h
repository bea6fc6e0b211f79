#pragma once

#include <QByteArrayList>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace portolan::test {

/// A port of 127.0.0.1 in front of a Redis server through which commands go one by one, each after the reply to the one
/// before it, so that a test can do something between any two of them.
class RedisGate {
public:
    /// Told of a command before the server gets it, and after it has answered, before the client knows. On a thread of
    /// the gate's, one call at a time.
    using Watch = std::function<void(const QByteArrayList& command, bool isAnswered)>;
    RedisGate(int serverPort, Watch watch);
    ~RedisGate();
    RedisGate(const RedisGate&) = delete;
    RedisGate& operator=(const RedisGate&) = delete;

    [[nodiscard]] int port() const { return m_port; }

private:
    void accept();
    void pass(int client, int server);
    int keep(int socket);

    const int m_serverPort;
    const Watch m_watch;
    std::mutex m_mutex; ///< of all below
    bool m_isEnding = false;
    std::mutex m_watching;
    std::vector<int> m_sockets;
    std::vector<std::jthread> m_connections;
    int m_listener = -1;
    int m_port = 0;
    std::jthread m_accepting;
};

} // namespace portolan::test
