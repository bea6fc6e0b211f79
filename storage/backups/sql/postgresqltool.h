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

/// Finds one of PostgreSQL's programs, of this version of the server or a later one. Error Unsupported says what to
/// install.
[[nodiscard]] Result<QString> postgresqlProgram(const QString& name, int serverVersion);

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
    /// The next line without its break; nothing at the end, or when the token stopped.
    [[nodiscard]] std::optional<QByteArray> line();
    /// Waits for its end. Errors: Io with its own words, Cancelled.
    [[nodiscard]] Result<void> end();

private:
    QString m_program;
    CancelToken m_token;
    QProcess m_process;
};

} // namespace portolan
