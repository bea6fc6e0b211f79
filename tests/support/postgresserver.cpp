#include "tests/support/postgresserver.h"

#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/redisserver.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <csignal>
#include <cstdlib>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace portolan::test {

namespace {

constexpr char accessRules[] = "local all all trust\n"
                               "host all guarded 127.0.0.1/32 scram-sha-256\n"
                               "host all all 127.0.0.1/32 trust\n";

/// The folder with the server's programs: Debian keeps them out of PATH.
QString program(const QString& name) {
    static const QStringList folders = [] {
        QStringList found;
        const QDir versions(QStringLiteral("/usr/lib/postgresql"));
        for (const QString& version :
             versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed))
            found << versions.filePath(version) + QStringLiteral("/bin");
        return found;
    }();
    for (const QString& folder : folders) {
        if (QFile::exists(folder + u'/' + name))
            return folder + u'/' + name;
    }
    return name;
}

const passwd* serverUser() {
    return ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

/// In the child, before the program: the user that may run it, and an end with the test even when that is aborted.
void becomeServerUser(const passwd* user) {
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

void run(const QString& name, const QStringList& words) {
    QProcess process;
    const passwd* user = serverUser();
    process.setChildProcessModifier([user] { becomeServerUser(user); });
    process.setWorkingDirectory(QStringLiteral("/"));
    process.start(program(name), words);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0)
        qFatal("%s: %s", qPrintable(name), process.readAllStandardError().constData());
}

void write(const QString& path, const QByteArray& bytes, QIODevice::OpenMode mode) {
    QFile file(path);
    if (!file.open(mode) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

} // namespace

PostgresServer::PostgresServer(QStringList settings) : m_settings(std::move(settings)), m_port(freePort()) {
    const passwd* user = serverUser();
    if (user && ::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid) != 0)
        qFatal("the server's folder cannot be given to its user");
    const QString data = m_folder.path(QStringLiteral("data"));
    run(QStringLiteral("initdb"),
        {QStringLiteral("-D"), data, QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("-A"),
         QStringLiteral("trust"), QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"),
         QStringLiteral("--no-sync")});
    write(data + QStringLiteral("/pg_hba.conf"), accessRules, QIODevice::WriteOnly | QIODevice::Truncate);
    QByteArray lines = "listen_addresses = '127.0.0.1'\nunix_socket_directories = '"
                       + QFile::encodeName(m_folder.path()) + "'\nport = " + QByteArray::number(m_port)
                       + "\nmax_connections = 50\nlogging_collector = off\n";
    for (const QString& setting : std::as_const(m_settings))
        lines += setting.toUtf8() + '\n';
    write(data + QStringLiteral("/postgresql.conf"), lines, QIODevice::WriteOnly | QIODevice::Append);
    m_process.setChildProcessModifier([user] { becomeServerUser(user); });
    m_process.setWorkingDirectory(QStringLiteral("/"));
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    start();
    constexpr int sessions = 20;
    const QByteArray mode = qgetenv("PORTOLAN_POOLER");
    if (!mode.isEmpty() && !Pooler::isInstalled())
        std::exit(qgetenv("CI") == "true" ? 1 : 77); // as tests from outside say that they lack something
    if (!mode.isEmpty()) // a client waits for a server that is away, and its next try, for seconds in place of minutes
        m_pooler = std::make_unique<Pooler>(m_port, mode, sessions,
                                            QByteArrayList{"server_login_retry = 1", "query_wait_timeout = 5"});
    PostgresScript script(url(QStringLiteral("postgres")));
    const QString failed = script.run("CREATE ROLE guarded LOGIN PASSWORD 'open: sesame'");
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed));
}

PostgresServer::~PostgresServer() {
    if (m_process.state() != QProcess::NotRunning) {
        signalAll(SIGCONT);
        stop(Stop::Immediate);
    }
}

/// The log goes into a file: a pipe that nobody reads would hold the server up when it is full.
void PostgresServer::start() {
    m_process.setStandardOutputFile(m_folder.path(QStringLiteral("log")), QIODevice::Append);
    m_process.start(program(QStringLiteral("postgres")), {QStringLiteral("-D"), m_folder.path(QStringLiteral("data"))});
    QByteArray said;
    const QDeadlineTimer end(60'000);
    while (!said.contains("database system is ready to accept connections")) {
        if (m_process.waitForFinished(10) || end.hasExpired())
            qFatal("postgres does not start: %s", said.constData());
        said += logged();
    }
}

void PostgresServer::stop(Stop how) {
    ::kill(static_cast<pid_t>(m_process.processId()), how == Stop::Fast ? SIGINT : SIGQUIT);
    if (!m_process.waitForFinished(60'000))
        qFatal("postgres does not end");
}

QByteArray PostgresServer::logged() {
    QFile log(m_folder.path(QStringLiteral("log")));
    if (!log.open(QIODevice::ReadOnly) || !log.seek(m_logRead))
        return {};
    const QByteArray said = log.readAll();
    m_logRead += said.size();
    return said;
}

void PostgresServer::restart(Stop how) {
    stop(how);
    start();
}

void PostgresServer::pause() {
    signalAll(SIGSTOP);
}

void PostgresServer::resume() {
    signalAll(SIGCONT);
}

/// The server and its children, which are in process groups of their own.
void PostgresServer::signalAll(int number) const {
    const auto server = static_cast<pid_t>(m_process.processId());
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(server));
    QByteArrayList pids;
    if (children.open(QIODevice::ReadOnly))
        pids = children.readAll().simplified().split(' ');
    ::kill(server, number);
    for (const QByteArray& pid : std::as_const(pids)) {
        if (const int child = pid.toInt(); child > 1)
            ::kill(child, number);
    }
}

StoreUrl PostgresServer::url(const QString& database) const {
    StoreUrl url;
    url.kind = StoreKind::Postgresql;
    url.host = QStringLiteral("127.0.0.1");
    url.port = m_pooler ? m_pooler->port() : m_port;
    url.user = QStringLiteral("postgres");
    url.database = database;
    return url;
}

StoreUrl PostgresServer::createDatabase() {
    return copyOf(QStringLiteral("template0"));
}

StoreUrl PostgresServer::createStore() {
    if (m_pooler)
        return createDatabase();
    if (m_migrated.isEmpty()) {
        const StoreUrl made = createDatabase();
        need(openStore(made, Access::Write));
        m_migrated = made.database;
    }
    return copyOf(m_migrated);
}

StoreUrl PostgresServer::copyOf(const QString& database) {
    const QString name = QStringLiteral("store_%1").arg(++m_databases);
    PostgresScript script(url(QStringLiteral("postgres")));
    const QString failed = script.run("CREATE DATABASE " + name.toLatin1() + " TEMPLATE " + database.toLatin1());
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed));
    return url(name);
}

StoreUrl PostgresServer::createTimescaleDatabase() {
    StoreUrl made = createDatabase();
    PostgresScript script(made);
    const QString failed = script.run("CREATE EXTENSION timescaledb");
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed));
    return made;
}

bool PostgresServer::hasTimescale() {
    QString server = program(QStringLiteral("postgres"));
    server.replace(QStringLiteral("/usr/lib/postgresql/"), QStringLiteral("/usr/share/postgresql/"));
    return QFile::exists(
        server.replace(QStringLiteral("/bin/postgres"), QStringLiteral("/extension/timescaledb.control")));
}

QStringList PostgresServer::timescaleSettings() {
    if (!hasTimescale())
        return {};
    return {QStringLiteral("shared_preload_libraries = 'timescaledb'"),
            QStringLiteral("timescaledb.telemetry_level = off"), QStringLiteral("max_worker_processes = 24")};
}

QString PostgresServer::schemaOf(const StoreUrl& url) const {
    QProcess dump;
    dump.start(program(QStringLiteral("pg_dump")),
               {QStringLiteral("--schema-only"), QStringLiteral("-h"), url.host, QStringLiteral("-p"),
                QString::number(m_port), QStringLiteral("-U"), url.user, QStringLiteral("-d"), url.database});
    if (!dump.waitForFinished(60'000) || dump.exitCode() != 0)
        qFatal("pg_dump: %s", dump.readAllStandardError().constData());
    QStringList lines = QString::fromUtf8(dump.readAllStandardOutput()).split(u'\n');
    // Newer ones guard the script with a random word.
    lines.removeIf([](const QString& line) {
        return line.startsWith(QLatin1String("\\restrict")) || line.startsWith(QLatin1String("\\unrestrict"));
    });
    return lines.join(u'\n');
}

std::unique_ptr<Connection> open(const StoreUrl& url, Access access) {
    auto opened = openPostgresql(url, access);
    if (!opened)
        qFatal("%s %s", qPrintable(opened.error().text), qPrintable(opened.error().details));
    return std::move(*opened);
}

} // namespace portolan::test
