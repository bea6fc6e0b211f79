#pragma once

#include "storage/config/urls.h"
#include "tests/support/tempfolder.h"

#include <QProcess>
#include <QStringList>

namespace portolan::test {

/// A real redis-server of the test's own, on a free port of 127.0.0.1, in a temporary folder, ended with the object.
class RedisServer {
public:
    enum class Data { Lost, Kept }; ///< what a restart finds: nothing, or everything (append-only file, synced)

    explicit RedisServer(Data data = Data::Lost, QStringList options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    void start(); ///< returns when it takes connections
    void kill();  ///< SIGKILL
    void pause(); ///< SIGSTOP: connections stay open, nothing is answered
    void resume();
    [[nodiscard]] int port() const { return m_port; }
    /// A key or channel of this server as a source, consumer "tester".
    [[nodiscard]] SourceUrl source(SourceKind kind, const QByteArray& name) const;
    [[nodiscard]] SourceUrl stream(const QByteArray& name) const { return source(SourceKind::RedisStream, name); }
    [[nodiscard]] QString folder() const { return m_folder.path(); }

private:
    void signal(int number);

    TempFolder m_folder;
    QProcess m_process;
    QStringList m_options;
    Data m_data;
    int m_port = 0;
};

/// A TCP port of 127.0.0.1 on which nobody listens at the moment.
[[nodiscard]] int freePort();

} // namespace portolan::test
