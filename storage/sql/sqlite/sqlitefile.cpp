#include "storage/sql/sqlite/sqlitefile.h"

#include "storage/sql/connection/pinnedfile.h"
#include "storage/sql/connection/sqlerror.h"
#include "storage/sql/sqlite/snapshotvfs.h"
#include "storage/sql/sqlite/sqlitedefinitions.h"

#include <QByteArrayView>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QUrl>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <span>
#include <sqlite3.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace portolan {

namespace {

constexpr int headerSize = 100;    // bytes (section 1.3)
constexpr int smallestPage = 512;  // bytes
constexpr int writeVersionAt = 18; // 1: rollback journal, 2: write-ahead log (SQLite's file format, section 1.3)
constexpr std::chrono::seconds changingPatience{2}; // between two that refuse each other at once
constexpr int changingPause = 20;                   // milliseconds, at most
constexpr int largestValue = 256 * 1024 * 1024;     // bytes

/// Makes the error of a database whose last writer was cut off: only who may write can put it in order.
Error leftJournal(const QString& path, Error error) {
    QString quoted = path;
    quoted.replace(QLatin1Char('\''), QLatin1String("'\\''"));
    error.text = QStringLiteral(
                     "Cannot open the database %1: a program was cut off while it wrote to it, and what it left is to "
                     "be rolled back by one that may write. Run: sqlite3 '%2' 'PRAGMA quick_check'")
                     .arg(path, quoted);
    return error;
}

bool isLeftJournal(const Error& error) {
    return error.details.startsWith(QStringLiteral("SQLite %1:").arg(SQLITE_READONLY_ROLLBACK));
}

struct Switch {
    int option;
    int value;
};
constexpr std::array switchesForAll = {
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},
    Switch{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
};
constexpr std::array switchesForReading = {
    Switch{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
};
// Not for writing: SQLite up to 3.40 counts json_valid(), which our own checks call, among the functions that an
// untrusted schema may not use.
constexpr std::array switchesForStrangers = {
    Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
};

struct Limit {
    int id;
    int value;
};
// Not the length of a statement, its depth and its parts: a definition that is larger makes the whole schema malformed.
constexpr std::array limitsForReading = {
    Limit{SQLITE_LIMIT_LENGTH, largestValue},
    Limit{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50000},
    Limit{SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    Limit{SQLITE_LIMIT_WORKER_THREADS, 0},
};

QString inWords(const QString& path) {
    return QStringLiteral("the database %1").arg(path);
}

qint64 nanoseconds(const timespec& time) {
    return time.tv_sec * Q_INT64_C(1'000'000'000) + time.tv_nsec;
}

bool fileStands(const QString& path, qint64 atLeast) {
    struct stat info {};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 && info.st_size >= atLeast;
}

/// Returns true for a log that holds something, or an empty one that is in use.
bool hasLiveLog(const QString& path) {
    const QString log = path + QLatin1String("-wal");
    return fileStands(log, 1) || (fileStands(log, 0) && fileStands(path + QLatin1String("-shm"), 0));
}

enum class Journal { None, Rollback, WriteAheadLog };

/// Reads the kind of journal from the file's header; None for an empty file. SQLite itself takes a file shorter than a
/// page for an empty database, and would write over whatever it holds.
Result<Journal> journalOf(const PinnedFile& file, const QString& path) {
    struct stat info {};
    std::array<char, headerSize> header{};
    const ssize_t size = ::pread(file.descriptor(), header.data(), header.size(), 0);
    if (size < 0 || ::fstat(file.descriptor(), &info) != 0)
        return fileError(QStringLiteral("read"), path, errno);
    if (size == 0)
        return Journal::None;
    if (size < headerSize || !QByteArrayView(header).startsWith("SQLite format 3") || info.st_size < smallestPage)
        return sqliteError(SQLITE_NOTADB, QStringLiteral("open"), inWords(path), QStringLiteral("header"));
    return header[writeVersionAt] == 2 ? Journal::WriteAheadLog : Journal::Rollback;
}

QString uriOf(const QString& path, const QByteArray& query) {
    const QByteArray escaped = QUrl::toPercentEncoding(path, "/");
    return QLatin1String("file://") + QLatin1String(escaped) + QLatin1Char('?') + QLatin1String(query);
}

Result<void> setSwitches(const Connection& connection, std::span<const Switch> switches) {
    for (const auto [option, value] : switches) {
        int is = -1;
        if (sqlite3_db_config(connection.sqlite(), option, value, &is) != SQLITE_OK || is != value)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("This SQLite library is too old to open %1 safely; install version 3.31 or "
                                        "later.")
                             .arg(connection.where()),
                         QStringLiteral("sqlite3_db_config %1").arg(option)};
    }
    return {};
}

Result<void> execute(Connection& connection, std::initializer_list<const char*> statements) {
    for (const char* statement : statements) {
        const Result<void> done = connection.execute(QString::fromLatin1(statement), {}, QStringLiteral("open"));
        if (!done)
            return done;
    }
    return {};
}

/// Creates an empty file that only we may read, unless there is one. SQLite gives its logs the mode of the database.
Result<void> createPrivately(const QString& path) {
    const int file = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::close(file);
        return {};
    }
    if (errno == EEXIST)
        return {};
    return fileError(QStringLiteral("create"), path, errno);
}

/// The definitions of a schema that count: all, or those that this library understands.
enum class Definitions { All, Understood };

/// Makes the error of a task that needs all of a schema that this library does not understand.
Error misunderstood(const Connection& connection, Error error, const QString& doing, const QString& instead) {
    error.code = ErrorCode::Unsupported;
    error.text = QStringLiteral("Cannot %1 %2: this SQLite library (%3) does not understand all of its schema. A newer "
                                "one may have made it, or a definition is damaged; %4.")
                     .arg(doing, connection.where(), QLatin1String(sqlite3_libversion()), instead);
    return error;
}

/// Leaves definitions out that this library does not understand, for reading.
Result<void> leaveOutMisunderstood(Connection& connection) {
    PORTOLAN_TRY(setSwitches(connection, std::array{Switch{SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1}}));
    const Result<QVariant> read = connection.value(
        QStringLiteral("SELECT sum(length(CAST(type || name || tbl_name || coalesce(sql, '') AS BLOB))) FROM "
                       "sqlite_schema"));
    return read ? Result<void>() : Result<void>(read.error());
}

/// Tells of tables and indexes: nobody knows what their pages hold, and SQLite would read them by the half of the
/// definition that it understands.
bool areViews(const std::vector<SqliteDefinition>& definitions) {
    return std::ranges::all_of(definitions, [](const SqliteDefinition& each) { return each.type == "view"; });
}

Result<SqliteReader> openReader(const QString& path, SchemaTrust trust, Definitions definitions) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    const Result<SqliteFileMark> mark = sqliteFileMark(absolute);
    PORTOLAN_TRY(mark);
    auto held = PinnedFile::of(absolute);
    PORTOLAN_TRY(held);
    const Result<Journal> journal = journalOf(**held, absolute);
    PORTOLAN_TRY(journal);
    const bool snapshot = *journal == Journal::WriteAheadLog && !mark->live;
    Result<std::unique_ptr<Connection>> opened =
        Connection::openSqlite({uriOf(absolute, snapshot ? QByteArray("mode=ro&vfs=") + stillVfs() : "mode=ro"),
                                QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"), inWords(path)});
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    connection.hold(std::move(*held));
    for (const auto [id, value] : limitsForReading)
        sqlite3_limit(connection.sqlite(), id, value);
    PORTOLAN_TRY(setSwitches(connection, switchesForAll));
    PORTOLAN_TRY(setSwitches(connection, switchesForReading));
    if (trust == SchemaTrust::Foreign) {
        PORTOLAN_TRY(setSwitches(connection, switchesForStrangers));
    }
    if (definitions == Definitions::Understood) {
        PORTOLAN_TRY(leaveOutMisunderstood(connection));
    }
    // The last one reads the file for the first time: this is where SQLite says that it is no database.
    const Result<void> tuned =
        execute(connection, {"PRAGMA query_only = ON", "PRAGMA cell_size_check = ON", "PRAGMA mmap_size = 0",
                             "PRAGMA cache_size = -16384", "SELECT count(*) FROM sqlite_schema"});
    if (!tuned)
        return isLeftJournal(tuned.error()) ? leftJournal(absolute, tuned.error()) : tuned.error();
    PORTOLAN_TRY(connection.learnEncoding());
    connection.standInForCollations();
    return SqliteReader{std::move(*opened), snapshot ? SqliteReading::Snapshot : SqliteReading::Live, *mark};
}

} // namespace

Result<SqliteFileMark> sqliteFileMark(const QString& path) {
    struct stat info {};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        return fileError(QStringLiteral("open"), path, errno);
    if (!S_ISREG(info.st_mode))
        return Error{
            ErrorCode::Invalid,
            QStringLiteral("Cannot open %1: it is not a file. Give the path of a SQLite file.").arg(inWords(path))};
    return SqliteFileMark{
        info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim), nanoseconds(info.st_ctim), hasLiveLog(path)};
}

Result<SqliteReader> openSqliteForReading(const QString& path, SchemaTrust trust) {
    Result<SqliteReader> opened = openReader(path, trust, Definitions::All);
    // SQLite calls a schema malformed, as it does damage, that uses a function which it may not, or a form of speech
    // that came after this library. Pages that are damaged let nobody read the schema.
    if (opened || opened.error().code != ErrorCode::Corrupt)
        return opened;
    if (trust == SchemaTrust::Foreign) {
        if (Result<SqliteReader> trusting = openReader(path, SchemaTrust::Own, Definitions::All))
            return trusting;
    }
    Result<SqliteReader> partly = openReader(path, SchemaTrust::Own, Definitions::Understood);
    if (!partly)
        return opened;
    const auto refused = [&] {
        return misunderstood(*partly->connection, opened.error(), QStringLiteral("read all of"),
                             QStringLiteral("copy the file itself, or use that one"));
    };
    const auto definitions = misunderstoodDefinitions(*partly->connection);
    PORTOLAN_TRY(definitions);
    if (definitions->empty()) // it is refused for something else: damage
        return opened;
    partly->isWhole = false;
    return trust == SchemaTrust::Foreign && areViews(*definitions) ? std::move(partly)
                                                                   : Result<SqliteReader>(refused());
}

Result<std::unique_ptr<Connection>> openSqliteForWriting(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    PORTOLAN_TRY(createPrivately(absolute));
    PORTOLAN_TRY(sqliteFileMark(absolute));
    auto held = PinnedFile::of(absolute);
    PORTOLAN_TRY(held);
    const Result<Journal> journal = journalOf(**held, absolute);
    PORTOLAN_TRY(journal);
    // A rollback journal that came back with its folder's entry would undo what was committed: EXTRA syncs the folder,
    // too.
    const char* durable = *journal == Journal::Rollback ? "PRAGMA synchronous = EXTRA" : "PRAGMA synchronous = FULL";
    Result<std::unique_ptr<Connection>> opened =
        Connection::openSqlite({uriOf(absolute, "mode=rw"), QStringLiteral("QSQLITE_OPEN_URI"), inWords(path)});
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    connection.hold(std::move(*held));
    PORTOLAN_TRY(setSwitches(connection, switchesForAll));
    const Result<void> tuned =
        execute(connection, {durable, "PRAGMA foreign_keys = ON", "PRAGMA mmap_size = 0", "PRAGMA cache_size = -16384",
                             "PRAGMA wal_autocheckpoint = 4000", "PRAGMA journal_size_limit = 67108864",
                             "SELECT count(*) FROM sqlite_schema"});
    // An index that is not seen would miss what is written.
    const auto isMisunderstood = [&] {
        const Result<SqliteReader> whole = openSqliteForReading(path, SchemaTrust::Own);
        return !whole && whole.error().code == ErrorCode::Unsupported;
    };
    if (!tuned && tuned.error().code == ErrorCode::Corrupt && isMisunderstood())
        return misunderstood(connection, tuned.error(), QStringLiteral("write to"),
                             QStringLiteral("open it for reading, or write with that one"));
    PORTOLAN_TRY(tuned);
    PORTOLAN_TRY(connection.learnEncoding());
    if (sqlite3_db_readonly(connection.sqlite(), "main") != 0)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("Cannot write to %1: the file may only be read. Check its permissions, or open it "
                                    "for reading.")
                         .arg(connection.where())};
    return std::move(*opened);
}

Result<void> useWriteAheadLog(Connection& connection) {
    const auto begin = std::chrono::steady_clock::now();
    const auto change = [&] { return connection.value(QStringLiteral("PRAGMA journal_mode = WAL")); };
    Result<QVariant> mode = change();
    // Two that change it together each hold what the other waits for. SQLite sees that, refuses without asking the busy
    // handler, and both let go. A wait for a lock in vain has taken longer than this already.
    const auto isPatient = [until = begin + changingPatience] { return std::chrono::steady_clock::now() < until; };
    while (!mode && mode.error().code == ErrorCode::Busy && isPatient()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(QRandomGenerator::global()->bounded(1, changingPause)));
        mode = change();
    }
    PORTOLAN_TRY(mode);
    if (mode->toString() == QLatin1String("wal"))
        return {};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("Cannot use a write-ahead log with %1: its file system does not allow it. Keep the "
                                "store on a local disk.")
                     .arg(connection.where()),
                 QStringLiteral("journal_mode=%1").arg(mode->toString())};
}

} // namespace portolan
