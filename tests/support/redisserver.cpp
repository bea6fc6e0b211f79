#include "tests/support/redisserver.h"

#include <QTcpServer>
#include <csignal>
#include <sys/prctl.h>

namespace portolan::test {

int freePort() {
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("no free port: %s", qPrintable(server.errorString()));
    return server.serverPort();
}

RedisServer::RedisServer(Data data, QStringList options) : m_options(std::move(options)), m_data(data) {
    m_port = freePort();
    // A test that is aborted runs no destructors; its server shall not outlive it.
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    start();
}

RedisServer::~RedisServer() {
    kill();
}

void RedisServer::start() {
    const bool keeps = m_data == Data::Kept;
    m_process.start(QStringLiteral("redis-server"),
                    QStringList{QStringLiteral("--port"), QString::number(m_port), QStringLiteral("--bind"),
                                QStringLiteral("127.0.0.1"), QStringLiteral("--save"), QString(),
                                QStringLiteral("--dir"), m_folder.path(), QStringLiteral("--appendonly"),
                                keeps ? QStringLiteral("yes") : QStringLiteral("no"), QStringLiteral("--appendfsync"),
                                QStringLiteral("always")}
                        + m_options);
    QByteArray said;
    while (!said.contains("Ready to accept connections")) {
        if (!m_process.waitForReadyRead(10'000))
            qFatal("redis-server does not start: %s", said.constData());
        said += m_process.readAllStandardOutput();
    }
}

void RedisServer::kill() {
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished();
}

void RedisServer::pause() {
    signal(SIGSTOP);
}

void RedisServer::resume() {
    signal(SIGCONT);
}

void RedisServer::signal(int number) {
    if (::kill(static_cast<pid_t>(m_process.processId()), number) != 0)
        qFatal("redis-server cannot be signalled");
}

SourceUrl RedisServer::source(SourceKind kind, const QByteArray& name) const {
    SourceUrl url;
    url.kind = kind;
    url.host = QStringLiteral("127.0.0.1");
    url.port = m_port;
    url.name = name;
    url.consumer = QStringLiteral("tester");
    return url;
}

} // namespace portolan::test
