#include "storage/sql/connection/sqlerror.h"

#include <QSqlError>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sqlite3.h>

namespace portolan {

namespace {

struct Meaning {
    int primary; ///< SQLite's primary result code
    ErrorCode code;
    const char* advice;
};

constexpr std::array meanings = {
    Meaning{SQLITE_BUSY, ErrorCode::Busy, "another program is writing to it; try again when that has finished"},
    Meaning{SQLITE_LOCKED, ErrorCode::Busy, "it is locked; try again when the other work has finished"},
    Meaning{SQLITE_FULL, ErrorCode::Io, "the disk is full; make room and try again"},
    Meaning{SQLITE_IOERR, ErrorCode::Io, "the disk or file system reported an error; check it and try again"},
    Meaning{SQLITE_NOMEM, ErrorCode::Io, "there is not enough memory; close something and try again"},
    Meaning{SQLITE_CANTOPEN, ErrorCode::Io,
            "the file or its folder cannot be opened; check that they exist and may be accessed"},
    Meaning{SQLITE_PERM, ErrorCode::Io, "access is not permitted; check the file's owner and permissions"},
    Meaning{SQLITE_AUTH, ErrorCode::Invalid, "the statement is not permitted here"},
    Meaning{SQLITE_CORRUPT, ErrorCode::Corrupt, "the file is damaged; restore it from a backup"},
    Meaning{SQLITE_NOTADB, ErrorCode::Corrupt, "the file is not a SQLite database; check the path"},
    Meaning{SQLITE_READONLY, ErrorCode::ReadOnly, "it is open for reading only"},
    Meaning{SQLITE_CONSTRAINT, ErrorCode::Invalid, "a rule of the database refuses the data"},
    Meaning{SQLITE_TOOBIG, ErrorCode::Invalid, "a value is larger than the database allows"},
    Meaning{SQLITE_MISMATCH, ErrorCode::Invalid, "a value is of the wrong type"},
    Meaning{SQLITE_RANGE, ErrorCode::Invalid, "a statement and its values do not fit together"},
    Meaning{SQLITE_INTERRUPT, ErrorCode::Cancelled, "it was cancelled"},
    Meaning{SQLITE_SCHEMA, ErrorCode::Busy, "another program has changed its tables; try again"},
};

/// Says what an extended result code means where that is more than its primary one.
const char* specialAdvice(int code) {
    switch (code) {
    case SQLITE_CORRUPT_VTAB:
        return "a virtual table of it does not agree with what it keeps or indexes; rebuild that table";
    case SQLITE_CORRUPT_INDEX:
        return "an index of it is damaged; rebuild it (REINDEX)";
    case SQLITE_READONLY_ROLLBACK:
    case SQLITE_READONLY_RECOVERY:
        return "a program died while writing to it; open it for writing once, so that it is put in order";
    case SQLITE_READONLY_DIRECTORY:
        return "its folder may not be written to; check the folder's permissions";
    case SQLITE_READONLY_DBMOVED:
        return "the file was moved or replaced while it was open; open it again";
    default:
        return nullptr;
    }
}

} // namespace

Error sqliteError(int code, const QString& doing, const QString& where, const QString& details) {
    const auto meaning =
        std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) { return m.primary == (code & 0xff); });
    const bool known = meaning != meanings.end();
    const char* special = specialAdvice(code);
    const char* advice = special ? special : known ? meaning->advice : "the database refused the statement";
    const ErrorCode kind = known ? meaning->code : ErrorCode::Invalid;
    if (kind == ErrorCode::Cancelled)
        return Error{ErrorCode::Cancelled, QStringLiteral("Cancelled."), details};
    return Error{kind, QStringLiteral("Cannot %1 %2: %3.").arg(doing, where, QLatin1StringView(advice)),
                 QStringLiteral("SQLite %1: %2").arg(code).arg(details)};
}

Error sqliteError(const QSqlError& error, const QString& doing, const QString& where) {
    bool isNumber = false;
    const int code = error.nativeErrorCode().toInt(&isNumber);
    return sqliteError(isNumber ? code : SQLITE_ERROR, doing, where,
                       error.driverText() + QLatin1StringView(" / ") + error.databaseText());
}

Error fileError(const QString& doing, const QString& path, int code) {
    return Error{
        code == ENOENT || code == ENOTDIR ? ErrorCode::NotFound : ErrorCode::Io,
        QStringLiteral("Cannot %1 the database %2: %3.").arg(doing, path, QString::fromLocal8Bit(std::strerror(code)))};
}

} // namespace portolan
