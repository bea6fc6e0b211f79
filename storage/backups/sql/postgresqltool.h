#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <optional>

namespace portolan {

/// Finds one of PostgreSQL's programs, in the path or in Debian's folders of versions, or only in the folders that
/// PORTOLAN_POSTGRESQL_PROGRAMS names: of the major version that is
/// needed, else of the next later one; 0: the newest, which reads the dumps of all. Error Unsupported says what to
/// install.
[[nodiscard]] Result<QString> postgresqlProgram(const QString& name, int majorVersion);

/// Returns the major version in a server's number ("SHOW server_version_num") or words ("PostgreSQL 15.4"); 0: none.
[[nodiscard]] int postgresqlMajor(int number);
[[nodiscard]] int postgresqlMajor(const QByteArray& words);

/// Writes a store as libpq's connection string, without the password: everybody sees it who lists processes.
[[nodiscard]] QString conninfoOf(const StoreUrl& store);

/// A program of PostgreSQL's, running, with its end looked at. One thread; killed when it is left early.
class PostgresqlTool {
public:
    PostgresqlTool(const QString& program, const StoreUrl& store, CancelToken token);
    ~PostgresqlTool();
    PostgresqlTool(const PostgresqlTool&) = delete;
    PostgresqlTool& operator=(const PostgresqlTool&) = delete;

    void start(const QStringList& words);
    /// The next bytes of its output, whatever they are; nothing at the end, or when the token stopped.
    [[nodiscard]] std::optional<QByteArray> bytes();
    /// The next line without its break, or its first bytes: a row may be of any size, and memory is not. Nothing at
    /// the end, or when the token stopped.
    [[nodiscard]] std::optional<QByteArray> line();
    /// The next bytes of the line whose beginning line() gave; nothing when that was all of it.
    [[nodiscard]] std::optional<QByteArray> restOfLine();
    /// Waits for its end. Errors: Io with its own words, Cancelled.
    [[nodiscard]] Result<void> end();

private:
    [[nodiscard]] bool fill();
    [[nodiscard]] std::optional<QByteArray> piece();

    QString m_program;
    CancelToken m_token;
    QProcess m_process;
    QByteArray m_chunk; ///< of its output
    qsizetype m_at = 0; ///< what was given of it
    bool m_isInLine = false;
};

} // namespace portolan
