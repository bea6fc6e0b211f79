#pragma once

namespace portolan::test {

/// A port of 127.0.0.1 behind which nobody answers.
class SilentServer {
public:
    enum class Manner {
        Takes,  ///< connections, and says nothing on them: a hung program
        Ignores ///< whoever knocks: a firewall
    };
    explicit SilentServer(Manner manner = Manner::Takes);
    ~SilentServer();
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    /// How many have connected.
    [[nodiscard]] int visits();

private:
    int m_listener;
    int m_filler = -1;
    int m_port = 0;
    int m_visits = 0;
};

} // namespace portolan::test
