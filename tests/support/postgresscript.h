#pragma once

#include "storage/config/urls.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

struct pg_conn;

namespace portolan::test {

/// A PostgreSQL database as another program uses it: through libpq, without ours. The connection stays open.
class PostgresScript {
public:
    explicit PostgresScript(const StoreUrl& url);
    ~PostgresScript();
    PostgresScript(const PostgresScript&) = delete;
    PostgresScript& operator=(const PostgresScript&) = delete;

    /// Runs statements; an empty text when all went well, else the server's words.
    QString run(const QByteArray& sql);

    /// All cells of all rows of the last statement, a row a line, cells with '|' between them, as `psql -At` prints.
    QStringList rows(const QByteArray& sql);
    QString value(const QByteArray& sql);

    /// The process id of this connection's server process.
    [[nodiscard]] int serverProcess() const;

private:
    pg_conn* m_connection;
};

} // namespace portolan::test
