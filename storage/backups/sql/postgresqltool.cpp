#include "storage/backups/sql/postgresqltool.h"

#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>
#include <csignal>
#include <sys/prctl.h>
#include <utility>

namespace portolan {

namespace {

constexpr int toolSlice = 50; // ms between two looks at the token
constexpr int versionsAMajor = 10'000;
constexpr qint64 chunkSize = 64 * 1024;
constexpr qsizetype longestPiece =
    1024 * 1024; // the head of a table's rows, with the names of 1,600 columns, is shorter

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

int postgresqlMajor(int number) {
    return number / versionsAMajor;
}

int postgresqlMajor(const QByteArray& words) {
    static const QRegularExpression number(QStringLiteral("^PostgreSQL (\\d+)"));
    return number.match(QString::fromUtf8(words)).captured(1).toInt();
}

Result<QString> postgresqlProgram(const QString& name, int needed) {
    const QString only = qEnvironmentVariable("PORTOLAN_POSTGRESQL_PROGRAMS");
    QStringList places = (only.isEmpty() ? qEnvironmentVariable("PATH") : only).split(u':', Qt::SkipEmptyParts);
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    // Debian keeps the programs of each version in a folder of their own. The first is taken among equals.
    const QStringList known = only.isEmpty() ? versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot) : QStringList();
    for (const QString& folder : known)
        places << versions.filePath(folder) + QStringLiteral("/bin");
    places.removeDuplicates();
    int newest = 0;
    int best = 0;
    QString chosen;
    for (const QString& place : std::as_const(places)) {
        const QString found = QStandardPaths::findExecutable(name, {place});
        const int version = found.isEmpty() ? 0 : majorOf(found);
        newest = std::max(newest, version);
        const bool isBetter = best == 0 || (needed == 0 ? version > best : version < best);
        if (version > 0 && version >= needed && isBetter) {
            best = version;
            chosen = found;
        }
    }
    if (best > 0)
        return chosen;
    const QString why = newest == 0 ? QStringLiteral("is not installed")
                                    : QStringLiteral("is of version %1, and the server of %2").arg(newest).arg(needed);
    const QString package =
        needed == 0 ? QStringLiteral("postgresql-client") : QStringLiteral("postgresql-client-%1").arg(needed);
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("%1, which this takes, %2; install PostgreSQL's client programs (Debian: %3).")
                     .arg(name, why, package)};
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

/// Returns true when there are bytes that were not given yet.
bool PostgresqlTool::fill() {
    while (m_at == m_chunk.size() && !m_token.stop_requested()) {
        if (m_process.bytesAvailable() > 0) {
            m_chunk = m_process.read(chunkSize);
            m_at = 0;
        } else if (m_process.state() == QProcess::NotRunning) {
            return false;
        } else {
            m_process.waitForReadyRead(toolSlice);
        }
    }
    return !m_token.stop_requested();
}

std::optional<QByteArray> PostgresqlTool::bytes() {
    if (!fill())
        return std::nullopt;
    return m_chunk.sliced(std::exchange(m_at, m_chunk.size()));
}

/// Reads to the end of the line, or so many bytes of it as are held at once.
std::optional<QByteArray> PostgresqlTool::piece() {
    QByteArray bytes;
    while (fill()) {
        const qsizetype found = m_chunk.indexOf('\n', m_at);
        const qsizetype end = found < 0 ? m_chunk.size() : found;
        bytes += QByteArrayView(m_chunk).sliced(m_at, end - m_at);
        m_at = found < 0 ? end : end + 1;
        m_isInLine = found < 0;
        if (found >= 0 || bytes.size() >= longestPiece)
            return bytes;
    }
    m_isInLine = false;
    const bool isLast = !bytes.isEmpty() && !m_token.stop_requested(); // without a break
    return isLast ? std::optional(bytes) : std::nullopt;
}

std::optional<QByteArray> PostgresqlTool::line() {
    while (restOfLine()) // nobody wanted it
        ;
    return piece();
}

std::optional<QByteArray> PostgresqlTool::restOfLine() {
    return m_isInLine ? piece() : std::nullopt;
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
