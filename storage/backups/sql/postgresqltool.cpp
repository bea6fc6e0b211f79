#include "storage/backups/sql/postgresqltool.h"

#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>
#include <csignal>
#include <sys/prctl.h>

namespace portolan {

namespace {

constexpr int toolSlice = 50; // ms between two looks at the token
constexpr int versionsAMajor = 10'000;

/// Returns the major version that a program says it has; 0 when it says none.
int majorOf(const QString& program) {
    QProcess process;
    process.start(program, {QStringLiteral("--version")}, QIODevice::ReadOnly);
    if (!process.waitForFinished())
        return 0;
    static const QRegularExpression number(QStringLiteral("\\) (\\d+)"));
    return number.match(QString::fromUtf8(process.readAllStandardOutput())).captured(1).toInt();
}

} // namespace

Result<QString> postgresqlProgram(const QString& name, int serverVersion) {
    const int needed = serverVersion / versionsAMajor;
    QStringList places{QString()}; // the path's own first
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    // Debian keeps the programs of each version in a folder of their own.
    for (const QString& folder : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed))
        places << versions.filePath(folder) + QStringLiteral("/bin");
    int newest = 0;
    for (const QString& place : std::as_const(places)) {
        const QString found =
            place.isEmpty() ? QStandardPaths::findExecutable(name) : QStandardPaths::findExecutable(name, {place});
        const int version = found.isEmpty() ? 0 : majorOf(found);
        newest = std::max(newest, version);
        if (version > 0 && version >= needed)
            return found;
    }
    const QString why = newest == 0 ? QStringLiteral("is not installed")
                                    : QStringLiteral("is of version %1, and the server of %2").arg(newest).arg(needed);
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("%1, which backs a database on a server up, %2; install PostgreSQL's client programs "
                                "(Debian: postgresql-client-%3).")
                     .arg(name, why)
                     .arg(needed)};
}

QString conninfoOf(const StoreUrl& store) {
    QStringList parts;
    const auto add = [&](const QString& name, QString value) {
        if (!value.isEmpty())
            parts << QStringLiteral("%1='%2'").arg(
                name, value.replace(u'\\', QLatin1String("\\\\")).replace(u'\'', QLatin1String("\\'")));
    };
    add(QStringLiteral("host"), store.host);
    add(QStringLiteral("port"), store.port > 0 ? QString::number(store.port) : QString());
    add(QStringLiteral("user"), store.user);
    add(QStringLiteral("dbname"), store.database);
    for (const auto& [name, value] : store.options)
        add(name, value);
    return parts.join(u' ');
}

PostgresqlTool::PostgresqlTool(const QString& program, const StoreUrl& store, CancelToken token)
    : m_program(program)
    , m_token(std::move(token)) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString password = store.password.isEmpty() ? qEnvironmentVariable("PORTOLAN_PASSWORD") : store.password;
    if (!password.isEmpty())
        environment.insert(QStringLiteral("PGPASSWORD"), password);
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    m_process.setProcessEnvironment(environment);
    // It ends with this program, also with one that is killed: else it would go on for nobody.
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

PostgresqlTool::~PostgresqlTool() {
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(-1);
}

void PostgresqlTool::start(const QStringList& words) {
    m_process.start(m_program, words, QIODevice::ReadOnly);
}

std::optional<QByteArray> PostgresqlTool::line() {
    while (!m_process.canReadLine() && !m_token.stop_requested()) {
        if (m_process.state() == QProcess::NotRunning)
            break;
        m_process.waitForReadyRead(toolSlice);
    }
    if (m_process.bytesAvailable() == 0 || m_token.stop_requested())
        return std::nullopt;
    QByteArray line = m_process.readLine();
    if (line.endsWith('\n'))
        line.chop(1);
    return line;
}

Result<void> PostgresqlTool::end() {
    while (m_process.state() != QProcess::NotRunning && !m_token.stop_requested())
        m_process.waitForFinished(toolSlice);
    if (m_token.stop_requested())
        return cancelled();
    if (m_process.error() != QProcess::FailedToStart && m_process.exitStatus() == QProcess::NormalExit
        && m_process.exitCode() == 0)
        return {};
    return Error{ErrorCode::Io, QStringLiteral("%1 failed.").arg(m_program),
                 QString::fromUtf8(m_process.readAllStandardError()).trimmed()};
}

} // namespace portolan
