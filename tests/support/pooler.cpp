#include "tests/support/pooler.h"

#include "tests/support/redisserver.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QStandardPaths>
#include <QTcpSocket>
#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace portolan::test {

namespace {

QString poolerProgram() {
    const QString found = QStandardPaths::findExecutable(QStringLiteral("pgbouncer"));
    return found.isEmpty() ? QStandardPaths::findExecutable(QStringLiteral("pgbouncer"), {QStringLiteral("/usr/sbin")})
                           : found;
}

void put(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

} // namespace

bool Pooler::isInstalled() {
    return !poolerProgram().isEmpty();
}

Pooler::Pooler(int serverPort, const QByteArray& mode, int sessions, const QByteArrayList& settings)
    : m_port(freePort()) {
    const QByteArray users = QFile::encodeName(m_folder.path(QStringLiteral("users")));
    put(m_folder.path(QStringLiteral("users")), "\"postgres\" \"\"\n");
    put(m_folder.path(QStringLiteral("ini")),
        "[databases]\n* = host=127.0.0.1 port=" + QByteArray::number(serverPort)
            + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + QByteArray::number(m_port)
            + "\nunix_socket_dir =\nauth_type = trust\nauth_file = " + users + "\npool_mode = " + mode
            + "\ndefault_pool_size = " + QByteArray::number(sessions) + '\n' + settings.join('\n') + '\n');
    const passwd* const user = ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;
    if (user && ::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid) != 0)
        qFatal("the pooler's folder cannot be given to its user");
    m_process.setChildProcessModifier([user] {
        if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
            ::_exit(126);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    });
    m_process.setWorkingDirectory(QStringLiteral("/"));
    m_process.setStandardErrorFile(QProcess::nullDevice());
    m_process.start(poolerProgram(), {m_folder.path(QStringLiteral("ini"))});
    const QDeadlineTimer end(60'000);
    for (bool listens = false; !listens;) {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(m_port));
        listens = socket.waitForConnected(1000);
        if (!listens && (m_process.waitForFinished(10) || end.hasExpired()))
            qFatal("pgbouncer does not start");
    }
}

Pooler::~Pooler() {
    m_process.kill();
    m_process.waitForFinished(60'000);
}

StoreUrl Pooler::url(StoreUrl direct) const {
    direct.port = m_port;
    return direct;
}

} // namespace portolan::test
