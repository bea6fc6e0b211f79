#include "storage/sql/session.h"

#include <QHashFunctions>
#include <sqlite3.h>

namespace portolan {

Result<std::unique_ptr<Session>> Session::open(const StoreUrl& url, Access access) {
    if (url.kind != StoreKind::Sqlite)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is not a SQLite store; this version opens sqlite: URLs as SQL stores.")
                         .arg(url.display())};
    std::unique_ptr<Session> session(new Session(url, access));
    if (const Result<void> opened = session->reopen(); !opened)
        return opened.error();
    return session;
}

Result<void> Session::reopen() {
    ++m_generation;
    m_connection.reset();
    if (m_access == Access::Write) {
        Result<std::unique_ptr<Connection>> opened = openSqliteForWriting(m_url.path);
        if (!opened)
            return opened.error();
        m_connection = std::move(*opened);
        return {};
    }
    Result<SqliteReader> opened = openSqliteForReading(m_url.path);
    if (!opened)
        return opened.error();
    m_connection = std::move(opened->connection);
    m_reading = opened->reading;
    m_mark = opened->mark;
    return {};
}

bool Session::movedMeanwhile() const {
    if (m_access == Access::Write)
        return false;
    const Result<SqliteFileMark> now = sqliteFileMark(m_url.path);
    if (!now)
        return true;
    if (m_reading == SqliteReading::Live)
        return now->device != m_mark.device || now->inode != m_mark.inode;
    return *now != m_mark;
}

Result<void> Session::freshen() {
    if (m_connection && !movedMeanwhile())
        return {};
    return reopen();
}

Error Session::restless() const {
    return Error{ErrorCode::Busy, QStringLiteral("The database %1 is being rewritten by another program; try again "
                                                 "when that has finished.")
                                      .arg(m_url.path)};
}

Result<ChangeMark> Session::changeMark() {
    if (const Result<void> fresh = freshen(); !fresh)
        return fresh.error();
    const Result<QVariant> version = m_connection->value(QStringLiteral("PRAGMA data_version"));
    if (!version)
        return version.error();
    const auto own = m_connection->sqlite() ? sqlite3_total_changes64(m_connection->sqlite()) : 0;
    const std::size_t seed = qHashMulti(m_generation, version->toULongLong(), own);
    return ChangeMark{seed};
}

} // namespace portolan
