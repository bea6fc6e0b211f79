#include "storage/backups/sql/sqlitetakeover.h"

#include "storage/backups/backupseal.h"
#include "storage/backups/filerights.h"
#include "storage/messages/files/lines/posixfile.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/sqlite/sqlitefile.h"

#include <QFile>
#include <QFileInfo>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::size_t databaseHeader = 100;

/// A program that only looks in, as monitoring does, is gone in a moment. SQLite itself waits for none here.
constexpr std::chrono::milliseconds visit{50};
constexpr int visits = 60;

Error inUse(const QString& path, const Error& error) {
    return {ErrorCode::Busy,
            QStringLiteral("%1 cannot be replaced: another program has it open. End the receivers that "
                           "write to it, close its windows, and try again.")
                .arg(path),
            error.text + u' ' + error.details};
}

/// Makes a file that has lost its name no database, for a program that still waits for its lock. One that somebody has
/// under another name, too, is theirs, and what is written there is not lost.
void spoil(const QString& path) {
    const int file = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    const Fd old(file);
    struct stat info {};
    if (::fstat(file, &info) != 0 || info.st_nlink > 1)
        return;
    const std::array<char, databaseHeader> nothing{};
    const Result<void> done = writeAllAt(old, QByteArrayView(nothing), 0, path);
    Q_UNUSED(done) // the restored file is in its place already
}

} // namespace

Result<std::unique_ptr<SqliteTakeover>> SqliteTakeover::begin(const QString& path) {
    auto opened = openSqliteForWriting(path);
    PORTOLAN_TRY(opened);
    std::unique_ptr<SqliteTakeover> taken(new SqliteTakeover(path, std::move(*opened)));
    Connection& connection = *taken->m_connection;
    const Result<QVariant> before = connection.value(QStringLiteral("PRAGMA journal_mode"));
    PORTOLAN_TRY(before);
    PORTOLAN_TRY(connection.value(QStringLiteral("PRAGMA locking_mode = EXCLUSIVE")));
    // Without a log that could be taken for the other file's. The lock is kept from the first transaction on.
    taken->m_hadLog = before->toString() == QLatin1String("wal");
    const auto withoutLog = [&] { return connection.value(QStringLiteral("PRAGMA journal_mode = DELETE")); };
    Result<QVariant> journal = withoutLog();
    for (int i = 0; i < visits && !journal && journal.error().code == ErrorCode::Busy; ++i) {
        std::this_thread::sleep_for(visit);
        journal = withoutLog();
    }
    const bool isAlone = journal && journal->toString() == QLatin1String("delete");
    const Result<void> locked = isAlone ? connection.execute(QStringLiteral("BEGIN EXCLUSIVE")) : Result<void>();
    if (!isAlone || !locked)
        return inUse(path, !journal ? journal.error() : !locked ? locked.error() : Error{ErrorCode::Busy, QString()});
    PORTOLAN_TRY(connection.execute(QStringLiteral("COMMIT")));
    return taken;
}

SqliteTakeover::~SqliteTakeover() {
    if (m_isReplaced)
        return;
    const Result<QVariant> normal = m_connection->value(QStringLiteral("PRAGMA locking_mode = NORMAL"));
    const Result<void> logged = m_hadLog && normal ? useWriteAheadLog(*m_connection) : Result<void>();
    Q_UNUSED(logged) // opening it for writing does the same
}

Result<void> SqliteTakeover::replaceBy(const QString& aside) {
    const QString old = aside + QStringLiteral(".old");
    const QByteArray now = QFile::encodeName(m_path);
    {
        const auto file = openBackupFile(aside);
        PORTOLAN_TRY(file);
        PORTOLAN_TRY(takeRights(m_path, aside));
        PORTOLAN_TRY(syncFile(*file, aside));
    }
    if (::link(now.constData(), QFile::encodeName(old).constData()) != 0)
        return systemError("Keeping", m_path, errno);
    if (::rename(QFile::encodeName(aside).constData(), now.constData()) != 0)
        return systemError("Replacing", m_path, errno);
    m_isReplaced = true;
    const auto folder = openFolder(QFileInfo(m_path).absolutePath());
    const Result<void> synced = folder ? syncFile(*folder, m_path) : Result<void>(folder.error());
    spoil(old);
    return synced;
}

Result<bool> isEmptyDatabase(const QString& path) {
    const QFileInfo file(path);
    if (!file.exists() || file.size() == 0)
        return true;
    const Result<SqliteReader> reader = openSqliteForReading(path, SchemaTrust::Own);
    PORTOLAN_TRY(reader);
    const Result<SchemaInspector> catalogue = SchemaInspector::read(*reader->connection);
    PORTOLAN_TRY(catalogue);
    return catalogue->entries().empty();
}

} // namespace portolan
