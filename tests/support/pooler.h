#pragma once

#include "storage/config/urls.h"
#include "tests/support/tempfolder.h"

#include <QByteArrayList>
#include <QProcess>

namespace portolan::test {

/// A PgBouncer of the test's own in front of a server: a temporary folder, a free port of 127.0.0.1, everybody let in,
/// ended with the object. Run as root, it runs as the server's user, because it refuses root.
class Pooler {
public:
    static bool isInstalled();

    /// `mode`: session, transaction or statement. `sessions`: of the server, for each database and user. `settings` are
    /// "name=value" lines of pgbouncer.ini.
    Pooler(int serverPort, const QByteArray& mode, int sessions, const QByteArrayList& settings = {});
    ~Pooler();
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    /// The same database through it.
    [[nodiscard]] StoreUrl url(StoreUrl direct) const;

private:
    TempFolder m_folder;
    QProcess m_process;
    int m_port;
};

} // namespace portolan::test
