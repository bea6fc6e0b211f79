#pragma once

#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <memory>

namespace portolan::test {

/// A new database for each test, of SQLite or on a server, and another program that asks it. Closes the store before.
class EitherDatabase {
public:
    /// The rows of initTestCase_data(), by "onServer".
    static void kinds() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void renew(bool onServer) {
        m_store.reset();
        m_folder = std::make_unique<TempFolder>();
        m_url = onServer ? m_server.createStore()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        m_store = need(openStore(m_url, Access::Write));
    }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    [[nodiscard]] Store& store() const { return *m_store; }

    /// As another program.
    void run(const QByteArray& sql) const {
        const QString failed = isServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
        if (!failed.isEmpty())
            qFatal("%s\n%s", qPrintable(failed), sql.left(1000).constData());
    }
    [[nodiscard]] QStringList rows(const QByteArray& sql) const {
        return isServer() ? PostgresScript(m_url).rows(sql) : SqliteScript(m_url.path).rows(sql);
    }
    [[nodiscard]] QString value(const QByteArray& sql) const { return rows(sql).value(0); }

private:
    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

} // namespace portolan::test
