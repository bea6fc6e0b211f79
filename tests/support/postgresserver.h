#pragma once

#include "storage/config/urls.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "tests/support/pooler.h"
#include "tests/support/tempfolder.h"

#include <QProcess>
#include <QStringList>
#include <memory>

namespace portolan::test {

/// A real PostgreSQL server of the test's own: a cluster in a temporary folder, a Unix socket there and a free port
/// of 127.0.0.1, ended with the object. Run as root, the server runs as the user postgres, because it refuses root.
///
/// With PORTOLAN_POOLER=session|transaction in the environment its URLs lead through a Pooler of that mode, so that
/// what holds on a server's own sessions can be asked of a pooler's, too.
///
/// Everybody is let in without a password but the role "guarded", whose password is "open: sesame".
class PostgresServer {
public:
    /// `settings` are "name=value" lines of postgresql.conf.
    explicit PostgresServer(QStringList settings = {});
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// How the server goes down: letting transactions end by force but in order, or as in a crash.
    enum class Stop { Fast, Immediate };

    void start(); ///< returns when it takes connections
    void stop(Stop how = Stop::Fast);
    void restart(Stop how = Stop::Fast);
    void pause(); ///< SIGSTOP to all its processes: connections stay open, nothing is answered
    void resume();

    /// What it wrote into its log since the last time, or since it was started.
    [[nodiscard]] QByteArray logged();

    [[nodiscard]] int port() const { return m_port; } ///< its own
    /// A database of this server as a store, as the superuser.
    [[nodiscard]] StoreUrl url(const QString& database) const;
    /// A new, empty database.
    [[nodiscard]] StoreUrl createDatabase();
    /// A new database to write to, with our tables: a copy of one that was migrated, an eighth of the time that
    /// migrating takes. An empty one through a pooler, whose sessions would hold the one to be copied.
    [[nodiscard]] StoreUrl createStore();
    /// The same with the extension TimescaleDB, which is not packaged for Debian: only where it is installed, and with
    /// timescaleSettings().
    [[nodiscard]] StoreUrl createTimescaleDatabase();
    [[nodiscard]] static bool hasTimescale();
    /// What a server needs for the extension; nothing where it is not installed.
    [[nodiscard]] static QStringList timescaleSettings();
    /// What pg_dump --schema-only writes of a database, without what differs from run to run.
    [[nodiscard]] QString schemaOf(const StoreUrl& url) const;

private:
    StoreUrl copyOf(const QString& database);
    void signalAll(int number) const;

    TempFolder m_folder;
    QProcess m_process;
    std::unique_ptr<Pooler> m_pooler;
    QStringList m_settings;
    qint64 m_logRead = 0;
    int m_port = 0;
    int m_databases = 0;
    QString m_migrated; ///< the database that createStore() copies; empty: none yet
};

/// A connection of ours to it; ends the test when there is none.
[[nodiscard]] std::unique_ptr<Connection> open(const StoreUrl& url, Access access = Access::Write);

} // namespace portolan::test
