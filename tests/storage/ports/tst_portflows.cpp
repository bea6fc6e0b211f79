#include "storage/base/clock.h"
#include "storage/listing/filter.h"
#include "storage/listing/listing.h"
#include "storage/listing/rowsource.h"
#include "storage/ports/portflows.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using namespace std::chrono_literals;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

class TestPortFlows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_folder = std::make_unique<TempFolder>();
        m_url = onServer ? m_server.createStore()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        open();
    }
    void cleanup() { m_store.reset(); }

    void whoFeedsWhom() {
        send("intake", "orders", "check", 120, 1s, "pending");
        send("it's", "orders", "check", 30, 1s, "completed");
        send("check", "trail", "audit", 5, 48h, "completed");
        send("check", "trail", "audit", 7, 49h, "dead_letter");
        const std::vector<PortFlow> flows = read();
        QCOMPARE(named(flows), (QByteArrayList{"check>trail>audit", "intake>orders>check", "it's>orders>check"}));
        QCOMPARE(flows[0].perMinute, std::optional(0.0));
        QCOMPARE(flows[0].deadLetters, 7);
        QVERIFY(flows[0].exact);
        QVERIFY(currentTime() - *flows[0].lastActivity >= 48h);
        QVERIFY(currentTime() - *flows[0].lastActivity < 49h);
        QCOMPARE(flows[1].perMinute, std::optional(2.0)); // 120 in the hour
        QCOMPARE(flows[2].perMinute, std::optional(0.5));
        QCOMPARE(flows[1].deadLetters, 0);
    }

    void aFailedOneWithoutRetriesIsDead() {
        send("a", "p", "b", 3, 1h, "failed");
        run("UPDATE port_messages SET retry_count = 3, max_retries = 3");
        send("a", "p", "b", 2, 1h, "failed");
        QCOMPARE(read().front().deadLetters, 3);
    }

    /// Of a busy port the newest are looked at: their rate is that of the time they took.
    void aBusyPortHasARate() {
        send("a", "p", "b", 5000, 100s, "completed"); // the newest 100 s ago, and all within the same second
        const std::vector<PortFlow> flows = read();
        QCOMPARE(flows.size(), std::size_t(1));
        const double expected = 2000.0 * 60 / 100;
        QVERIFY2(std::abs(*flows.front().perMinute - expected) < expected / 4,
                 qPrintable(QString::number(*flows.front().perMinute)));
    }

    /// What is not among a port's newest has an edge by its dead letters at least.
    void anOldWayIsKnownByItsDead() {
        send("old", "p", "b", 4, 100h, "dead_letter");
        send("a", "p", "b", 2500, 10s, "completed");
        const std::vector<PortFlow> flows = read();
        QCOMPARE(named(flows), (QByteArrayList{"a>p>b", "old>p>b"}));
        QCOMPARE(flows[1].deadLetters, 4);
    }

    void filtersAndSorts() {
        send("a", "p", "b", 3, 1h, "dead_letter");
        send("c", "q", "d", 5, 1h, "dead_letter");
        ListQuery query;
        query.sort = {"dead_letters", true};
        auto page = m_store->portFlows()->page(query, {});
        QVERIFY(page.ok());
        QCOMPARE(named(page->rows), (QByteArrayList{"c>q>d", "a>p>b"}));
        query.filter = *parseFilter(QStringLiteral("source_component:a"), portFlowSchema(), currentTime());
        page = m_store->portFlows()->page(query, {});
        QVERIFY(page.ok());
        QCOMPARE(named(page->rows), QByteArrayList{"a>p>b"});
    }

    /// Another program's table: no index but its key.
    void withoutAnIndexTheNewestAreLookedAt() {
        send("a", "p", "b", 3, 1h, "dead_letter");
        run("DROP VIEW dead_letter_queue");
        run("CREATE TABLE other AS SELECT * FROM port_messages");
        run("DROP TABLE port_messages");
        run("ALTER TABLE other RENAME TO port_messages");
        QFETCH_GLOBAL(const bool, onServer);
        if (onServer)
            run("ALTER TABLE port_messages ADD PRIMARY KEY (id)");
        open();
        const std::vector<PortFlow> flows = read();
        QCOMPARE(named(flows), QByteArrayList{"a>p>b"});
        QVERIFY(!flows.front().perMinute);
        QVERIFY(!flows.front().exact);
        QVERIFY(flows.front().lastActivity);
    }

    void noneAreNone() {
        QVERIFY(read().empty());
        run("DROP VIEW dead_letter_queue");
        run("DROP TABLE port_messages");
        open();
        const auto page = m_store->portFlows()->page({}, {});
        QVERIFY(!page.ok());
        QCOMPARE(page.error().code, ErrorCode::Unsupported);
    }

private:
    void open() {
        m_store.reset();
        auto store = openStore(m_url, Access::Write);
        QVERIFY(store.ok());
        m_store = std::move(*store);
    }
    void run(const QByteArray& sql) const {
        const QString failed =
            m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
        QCOMPARE(failed, QString());
    }
    /// So many messages, a millisecond after another (of the thousands: of one), the newest so long ago.
    void send(const QByteArray& source, const QByteArray& port, const QByteArray& target, int count,
              std::chrono::seconds age, const QByteArray& status) const {
        const auto quoted = [](QByteArray text) { return "'" + text.replace("'", "''") + "'"; };
        const Timestamp newest = currentTime() - age;
        QByteArray rows;
        for (int i = 0; i < count; ++i)
            rows += (i > 0 ? "," : "") + QByteArray("(") + quoted(port) + ',' + quoted(source) + ',' + quoted(target)
                    + ",'{}'," + quoted(status) + ",'"
                    + toIsoTime(newest - std::chrono::milliseconds(count > 1000 ? 0 : i)) + "')";
        run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
            "created_at) VALUES "
            + rows);
    }
    [[nodiscard]] std::vector<PortFlow> read() const {
        const auto page = m_store->portFlows()->page({}, {});
        if (!page)
            qWarning("%s %s", qPrintable(page.error().text), qPrintable(page.error().details));
        return page ? page->rows : std::vector<PortFlow>();
    }
    static QByteArrayList named(const std::vector<PortFlow>& flows) {
        QByteArrayList names;
        for (const PortFlow& flow : flows)
            names << flow.source + '>' + flow.port + '>' + flow.target;
        return names;
    }

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

QTEST_GUILESS_MAIN(TestPortFlows)
#include "tst_portflows.moc"
