#include "storage/migrations/sql/postgresqlbackup.h"

#include "storage/base/clock.h"
#include "storage/migrations/sql/backupfile.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/tablerows.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace portolan {

namespace {

Error refused(ErrorCode code, const QString& what, const QString& details = {}) {
    return Error{code, what + QStringLiteral(" Nothing was migrated."), details};
}

/// Debian keeps the programs of each version in a folder of their own; the newest dumps every older server.
Result<QString> findProgram(const QString& name) {
    QString found = QStandardPaths::findExecutable(name);
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList folders = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString& folder : folders) {
        if (found.isEmpty())
            found = QStandardPaths::findExecutable(name, {versions.filePath(folder) + QStringLiteral("/bin")});
    }
    if (!found.isEmpty())
        return found;
    return refused(ErrorCode::Unsupported,
                   QStringLiteral("The store holds rows, and %1, which makes the backup before a migration, is not "
                                  "installed; install PostgreSQL's client programs (Debian: postgresql-client).")
                       .arg(name));
}

/// libpq's connection string, without the password: it is seen by everybody who lists processes.
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

/// A program of PostgreSQL's, running, with its end looked at.
class Tool {
public:
    Tool(const QString& program, const StoreUrl& store) : m_program(program) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        const QString password = store.password.isEmpty() ? qEnvironmentVariable("PORTOLAN_PASSWORD") : store.password;
        if (!password.isEmpty())
            environment.insert(QStringLiteral("PGPASSWORD"), password);
        environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
        m_process.setProcessEnvironment(environment);
    }
    void start(const QStringList& words) { m_process.start(m_program, words, QIODevice::ReadOnly); }
    /// The next line without its break; nothing at the end.
    std::optional<QByteArray> line() {
        while (!m_process.canReadLine()) {
            if (m_process.state() == QProcess::NotRunning || !m_process.waitForReadyRead(-1))
                break;
        }
        if (m_process.bytesAvailable() == 0)
            return std::nullopt;
        QByteArray line = m_process.readLine();
        if (line.endsWith('\n'))
            line.chop(1);
        return line;
    }
    Result<void> end() {
        if (m_process.state() != QProcess::NotRunning)
            m_process.waitForFinished(-1);
        if (m_process.error() != QProcess::FailedToStart && m_process.exitStatus() == QProcess::NormalExit
            && m_process.exitCode() == 0)
            return {};
        return refused(ErrorCode::Io, QStringLiteral("The backup could not be made: %1 failed.").arg(m_program),
                       QString::fromUtf8(m_process.readAllStandardError()).trimmed());
    }

private:
    QString m_program;
    QProcess m_process;
};

/// Other programs may read these tables until our transaction ends, and pg_dump does.
Result<void> lockTables(Connection& connection) {
    Result<QSqlQuery> tables = connection.run(QStringLiteral(
        "SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema)) "
        "AND relkind IN ('r', 'p') AND NOT relispartition "
        "AND pg_catalog.has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE') ORDER BY relname"));
    PORTOLAN_TRY(tables);
    QStringList names;
    QueryCursor walk(connection, *tables);
    while (walk.next()) {
        const Result<QString> quoted = quoteIdentifier(tables->value(0).toString());
        PORTOLAN_TRY(quoted);
        names << *quoted;
    }
    if (walk.error())
        return *walk.error();
    if (names.isEmpty())
        return {};
    return connection.execute(QStringLiteral("LOCK TABLE %1 IN SHARE MODE").arg(names.join(QStringLiteral(", "))), {},
                              QStringLiteral("lock the tables of"));
}

/// With the name of its schema, if that is none of ours.
QString tableOfCopy(const QByteArray& line, const StoreUrl& store) {
    static const QRegularExpression copy(
        QStringLiteral("^COPY (?:\"((?:[^\"]|\"\")+)\"|(\\w+))\\.(?:\"((?:[^\"]|\"\")+)\"|(\\w+))[ (].*FROM stdin;$"));
    const QRegularExpressionMatch match = copy.match(QString::fromUtf8(line));
    const auto named = [&](int quoted) {
        return match.captured(quoted).replace(QLatin1String("\"\""), QLatin1String("\"")) + match.captured(quoted + 1);
    };
    const QString schema = named(1);
    const QString usual = store.schema.isEmpty() ? QStringLiteral("public") : store.schema;
    return schema.isEmpty() || schema == usual ? named(3) : schema + QLatin1Char('.') + named(3);
}

/// TimescaleDB: the rows of a hypertable are dumped as those of its chunks, compressed ones as they are kept.
Result<void> countChunks(Connection& connection, std::map<QString, qint64>& counts) {
    std::vector<std::pair<QString, QString>> chunks;
    {
        Result<QSqlQuery> rows = connection.run(QStringLiteral(
            "WITH ours AS (SELECT id, compressed_hypertable_id AS packed, table_name FROM "
            "_timescaledb_catalog.hypertable WHERE schema_name = current_schema) "
            "SELECT NULL, table_name FROM ours UNION ALL SELECT schema_name, table_name "
            "FROM _timescaledb_catalog.chunk WHERE NOT dropped AND hypertable_id IN (SELECT id FROM ours "
            "UNION ALL SELECT packed FROM ours WHERE packed IS NOT NULL)"));
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows);
        while (walk.next()) {
            if (rows->value(0).isNull())
                counts[rows->value(1).toString()] = 0;
            else
                chunks.emplace_back(rows->value(0).toString(), rows->value(1).toString());
        }
        if (walk.error())
            return *walk.error();
    }
    for (const auto& [schema, name] : chunks) {
        const Result<QString> table = quoteIdentifier(name);
        const Result<QString> folder = quoteIdentifier(schema);
        if (!table || !folder)
            return table ? folder.error() : table.error();
        const Result<QVariant> count =
            connection.value(QStringLiteral("SELECT count(*) FROM ONLY %1.%2").arg(*folder, *table));
        PORTOLAN_TRY(count);
        counts[schema + QLatin1Char('.') + name] = count->toLongLong();
    }
    return {};
}

/// The rows of each table in a dump, by reading the whole of it.
Result<std::map<QString, qint64>> rowsIn(const QString& dump, const StoreUrl& store) {
    const Result<QString> program = findProgram(QStringLiteral("pg_restore"));
    PORTOLAN_TRY(program);
    Tool listing(*program, store);
    listing.start({QStringLiteral("--list"), dump});
    while (listing.line()) {
    }
    PORTOLAN_TRY(listing.end());
    Tool restore(*program, store);
    restore.start({QStringLiteral("--data-only"), QStringLiteral("--file=-"), dump});
    std::map<QString, qint64> counts;
    qint64* current = nullptr;
    while (const std::optional<QByteArray> line = restore.line()) {
        if (!current) {
            const QString table = line->startsWith("COPY ") ? tableOfCopy(*line, store) : QString();
            current = table.isEmpty() ? nullptr : &counts[table];
        } else if (*line == "\\.") {
            current = nullptr;
        } else {
            ++*current;
        }
    }
    PORTOLAN_TRY(restore.end());
    return counts;
}

Result<void> verify(const QString& dump, const StoreUrl& store, const std::map<QString, qint64>& expected) {
    Result<std::map<QString, qint64>> found = rowsIn(dump, store);
    PORTOLAN_TRY(found);
    for (const auto& [table, count] : expected) {
        if ((*found)[table] != count)
            return refused(
                ErrorCode::Corrupt,
                QStringLiteral("The backup %1 could not be verified: the table %2 has %3 rows, and %4 in it.")
                    .arg(dump, table)
                    .arg(count)
                    .arg((*found)[table]));
    }
    return {};
}

Result<QString> backupFolder() {
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const QString folder = data + QStringLiteral("/portolan/backups");
    if (!QDir().mkpath(folder))
        return backupError(QStringLiteral("make the folder of"), folder);
    ::chmod(QFile::encodeName(folder).constData(), 0700);
    return folder;
}

QString backupName(const StoreUrl& store, int version) {
    static const QRegularExpression odd(QStringLiteral("[^\\w.-]"));
    QByteArray time = toIsoTime(currentTime());
    time.replace("-", "").replace(":", "").replace(".", "");
    QString name = store.name();
    return QStringLiteral("%1.before-migration-%2-%3.dump")
        .arg(name.replace(odd, QStringLiteral("_")))
        .arg(version, 3, 10, QLatin1Char('0'))
        .arg(QString::fromLatin1(time));
}

Result<void> makeDump(Connection& connection, const StoreUrl& store, const QString& part) {
    const Result<QString> program = findProgram(QStringLiteral("pg_dump"));
    PORTOLAN_TRY(program);
    if (const Result<void> created = createBackup(part); !created)
        return created;
    if (const Result<void> locked = lockTables(connection); !locked)
        return locked;
    Result<std::map<QString, qint64>> counts = rowCounts(connection);
    PORTOLAN_TRY(counts);
    const Result<std::optional<Timescale>> timescale = findTimescale(connection);
    PORTOLAN_TRY(timescale);
    if (const Result<void> counted = *timescale ? countChunks(connection, *counts) : Result<void>(); !counted)
        return counted;
    Tool dump(*program, store);
    // Partitions go by the name of their table, as they are counted.
    dump.start({QStringLiteral("--format=custom"), QStringLiteral("--load-via-partition-root"),
                QStringLiteral("--no-password"), QStringLiteral("--file=") + part,
                QStringLiteral("--dbname=") + conninfoOf(store)});
    if (const Result<void> dumped = dump.end(); !dumped)
        return dumped;
    if (const Result<void> synced = syncBackup(part, O_RDONLY); !synced)
        return synced;
    return verify(part, store, *counts);
}

} // namespace

Result<QString> backUpServerBeforeMigration(Connection& connection, const StoreUrl& store, int version) {
    const Result<bool> worthIt = holdsRows(connection);
    PORTOLAN_TRY(worthIt);
    if (!*worthIt)
        return QString();
    const Result<QString> folder = backupFolder();
    PORTOLAN_TRY(folder);
    const QString backup = *folder + u'/' + backupName(store, version);
    const QString part = backup + QLatin1String(".part");
    const Result<void> made = makeDump(connection, store, part);
    if (!made) {
        QFile::remove(part);
        return made.error();
    }
    if (::rename(QFile::encodeName(part).constData(), QFile::encodeName(backup).constData()) != 0)
        return backupError(QStringLiteral("name"), backup);
    PORTOLAN_TRY(syncBackup(*folder, O_RDONLY | O_DIRECTORY));
    return backup;
}

} // namespace portolan
