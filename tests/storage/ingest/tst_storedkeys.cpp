#include "storage/ingest/writer.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>
#include <memory>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

/// What a store says of the keys it holds, and the order in which it keeps what came together.
class TestStoredKeys : public QObject {
    Q_OBJECT

    TempFolder m_folder;
    std::unique_ptr<PostgresServer> m_server;

    std::unique_ptr<Store> make(const QString& kind) {
        static int made = 0;
        const auto at = [&](const char* form) {
            return StoreUrl::parse(QLatin1String(form) + m_folder.path(QString::number(++made)));
        };
        if (kind == u"postgresql" && !m_server)
            m_server = std::make_unique<PostgresServer>();
        const Result<StoreUrl> url = kind == u"postgresql" ? Result<StoreUrl>(m_server->createStore())
                                     : kind == u"sqlite"   ? at("sqlite://")
                                                           : at("file://");
        auto store = openStore(*url, Access::Write);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        return std::move(*store);
    }

    static IngestItems offsets(quint64 first, quint64 last) {
        IngestItems items;
        items.from("b:9092/t/3");
        for (quint64 n = first; n <= last; ++n) {
            items.message(n);
            items.last().delivery.key = {"b:9092/t/3", 0, n};
        }
        return items;
    }

private Q_SLOTS:
    void tellsWhatItHoldsOfASource_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"file", "sqlite", "postgresql"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
    void tellsWhatItHoldsOfASource() {
        QFETCH(QString, kind);
        const auto store = make(kind);
        auto writer = store->ingestWriter();
        QVERIFY(writer.ok());
        const auto next = [&](quint64 from) {
            const auto answer = (*writer)->storedKeys("b:9092/t/3", {0, from});
            return answer ? answer->next.minor : ~quint64(0);
        };
        QCOMPARE(next(7), 7U);
        QVERIFY(!(*writer)->storedKeys("b:9092/t/3", {0, 7})->last);
        // More than a chunk's keys, a hole, and more.
        QVERIFY((*writer)->store(offsets(10, 6009).all()).ok());
        QVERIFY((*writer)->store(offsets(6010, 9999).all()).ok());
        QVERIFY((*writer)->store(offsets(20'000, 20'009).all()).ok());
        QCOMPARE(next(0), 0U);
        QCOMPARE(next(10), 10'000U);
        QCOMPARE(next(9'999), 10'000U);
        QCOMPARE(next(10'000), 10'000U);
        QCOMPARE(next(20'005), 20'010U);
        QCOMPARE(next(30'000), 30'000U);
        QCOMPARE((*writer)->storedKeys("b:9092/t/3", {0, 0})->last, (std::optional<KeyPair>({0, 20'009})));
        QVERIFY(!(*writer)->storedKeys("b:9092/t/4", {0, 0})->last);
        QVERIFY((*writer)->store(offsets(10'000, 19'999).all()).ok());
        QCOMPARE(next(10), 20'010U);
    }

    void samplesOfACommitKeepTheirOrder_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"sqlite", "postgresql"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
    /// Commits of many sizes: a table of several pages is not scanned in the order in which it was filled.
    void samplesOfACommitKeepTheirOrder() {
        QFETCH(QString, kind);
        const auto store = make(kind);
        auto writer = store->ingestWriter();
        QVERIFY(writer.ok());
        quint64 n = 0;
        for (const int size : {200, 1700, 1500, 2800, 300, 1100, 1900, 2300, 900, 1600, 5000, 1300}) {
            IngestItems items;
            for (int i = 0; i < size; ++i, ++n) {
                const QByteArray number = QByteArray::number(n);
                items.payload(n, "{\"event_id\":\"e-" + number + "\",\"sensor_id\":\"" + QByteArray(1 + n * 7 % 40, 's')
                                     + "\",\"timestamp\":" + QByteArray::number(1'700'000'000 + n)
                                     + ",\"value\":" + number + '}');
            }
            const auto counts = (*writer)->store(items.all());
            QVERIFY(counts.ok());
            QCOMPARE(counts->stored, qint64(size));
        }
        const QByteArray wrong =
            "SELECT count(*) FROM (SELECT value, lag(value) OVER (ORDER BY id) AS before FROM metrics) "
            "AS pairs WHERE value < before";
        if (kind == u"sqlite") {
            QCOMPARE(portolan::test::SqliteScript(store->url().path).value(wrong), QStringLiteral("0"));
            return;
        }
        const auto count = portolan::test::open(store->url())->value(QString::fromLatin1(wrong));
        QVERIFY(count.ok());
        QCOMPARE(count->toLongLong(), 0);
    }
};

QTEST_GUILESS_MAIN(TestStoredKeys)
#include "tst_storedkeys.moc"
