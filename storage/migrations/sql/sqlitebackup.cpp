#include "storage/migrations/sql/sqlitebackup.h"

#include "storage/base/clock.h"
#include "storage/migrations/sql/backupfile.h"
#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/sql/tablerows.h"

#include <QFile>
#include <QFileInfo>
#include <fcntl.h>
#include <map>
#include <unistd.h>

namespace portolan {

namespace {

Error unverified(const QString& path, const QString& why) {
    return Error{ErrorCode::Corrupt, QStringLiteral("The backup %1 could not be verified: %2. Nothing was migrated; "
                                                    "check the database with its integrity check first.")
                                         .arg(path, why)};
}

Result<void> copyInto(const QString& path, const QString& copy, std::map<QString, qint64>& counts) {
    const Result<SqliteReader> source = openSqliteForReading(path, SchemaTrust::Own);
    PORTOLAN_TRY(source);
    Connection& connection = *source->connection;
    Result<std::map<QString, qint64>> counted = rowCounts(connection);
    PORTOLAN_TRY(counted);
    counts = std::move(*counted);
    // query_only would forbid the copy too; the connection stays read-only as SQLite opened it.
    if (const Result<void> allowed = connection.execute(QStringLiteral("PRAGMA query_only = OFF")); !allowed)
        return allowed;
    return connection.execute(QStringLiteral("VACUUM INTO ?"), {copy}, QStringLiteral("back up"));
}

Result<void> verify(const QString& copy, const std::map<QString, qint64>& counts) {
    const Result<SqliteReader> opened = openSqliteForReading(copy, SchemaTrust::Own);
    PORTOLAN_TRY(opened);
    const Result<QVariant> sound = opened->connection->value(QStringLiteral("PRAGMA integrity_check(1)"));
    PORTOLAN_TRY(sound);
    if (sound->toString() != QLatin1String("ok"))
        return unverified(copy, sound->toString());
    const Result<std::map<QString, qint64>> copied = rowCounts(*opened->connection);
    PORTOLAN_TRY(copied);
    return *copied == counts ? Result<void>() : Result<void>(unverified(copy, QStringLiteral("its row counts differ")));
}

QString backupName(const QString& path, int version) {
    QByteArray time = toIsoTime(currentTime());
    time.replace("-", "").replace(":", "").replace(".", "");
    return QStringLiteral("%1.before-migration-%2-%3.bak")
        .arg(path)
        .arg(version, 3, 10, QLatin1Char('0'))
        .arg(QString::fromLatin1(time));
}

Result<void> make(const QString& path, const QString& part) {
    if (const Result<void> created = createBackup(part); !created)
        return created;
    std::map<QString, qint64> counts;
    if (const Result<void> copied = copyInto(path, part, counts); !copied)
        return copied;
    if (const Result<void> synced = syncBackup(part, O_RDONLY); !synced)
        return synced;
    return verify(part, counts);
}

} // namespace

Result<QString> backUpBeforeMigration(Connection& connection, const QString& path, int version) {
    const Result<bool> worthIt = holdsRows(connection);
    PORTOLAN_TRY(worthIt);
    if (!*worthIt)
        return QString();
    const QString backup = backupName(QFileInfo(path).absoluteFilePath(), version);
    const QString part = backup + QLatin1String(".part");
    const Result<void> made = make(path, part);
    if (!made) {
        QFile::remove(part);
        return made.error();
    }
    if (::rename(QFile::encodeName(part).constData(), QFile::encodeName(backup).constData()) != 0)
        return backupError(QStringLiteral("name"), backup);
    PORTOLAN_TRY(syncBackup(QFileInfo(backup).absolutePath(), O_RDONLY | O_DIRECTORY));
    return backup;
}

} // namespace portolan
