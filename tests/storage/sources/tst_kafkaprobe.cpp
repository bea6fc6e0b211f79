#include "storage/stores/probesource.h"
#include "tests/support/kafkabroker.h"
#include "tests/support/need.h"

#include <QtTest>

using namespace portolan;
using namespace portolan::test;
using Holds = SourceProbe::Holds;

/// A look at a topic tells what is there, joins no group and makes no topic.
class TestKafkaProbe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTopicAndItsGroup() {
        KafkaBroker broker;
        broker.createTopic("orders", 2);
        for (int i = 0; i < 7; ++i)
            broker.send("orders", i % 2, "m");
        broker.flush();
        SourceProbe probe = need(probeSource(broker.source(QStringLiteral("orders"), QStringLiteral("g")), {}));
        QCOMPARE(probe.holds, Holds::Expected);
        QCOMPARE(probe.partitions, std::optional<qint64>(2));
        QCOMPARE(probe.entries, std::optional<qint64>(7));
        QCOMPARE(probe.hasGroup, std::optional(false));
        QCOMPARE(probe.lag, std::optional<qint64>(7));
        QCOMPARE(broker.committed("g", "orders", 0), -1001);
        broker.commit("g", "orders", 0, 3);
        probe = need(probeSource(broker.source(QStringLiteral("orders"), QStringLiteral("g")), {}));
        QCOMPARE(probe.hasGroup, std::optional(true));
        QCOMPARE(probe.lag, std::optional<qint64>(4));
        QCOMPARE(broker.committed("g", "orders", 0), 3);
    }

    void aTopicIsNotMadeByLooking() {
        KafkaBroker broker;
        for (int i = 0; i < 2; ++i) {
            const SourceProbe probe =
                need(probeSource(broker.source(QStringLiteral("nowhere"), QStringLiteral("g")), {}));
            QCOMPARE(probe.holds, Holds::Nothing);
            QVERIFY(!probe.entries);
        }
    }

    void whoDoesNotAnswerIsSaid() {
        const SourceUrl url = need(SourceUrl::parse(QStringLiteral("kafka://127.0.0.1:1/orders")));
        QElapsedTimer time;
        time.start();
        const auto nobody = probeSource(url, {});
        QVERIFY(!nobody);
        QCOMPARE(nobody.error().code, ErrorCode::Connection);
        QVERIFY(time.elapsed() < 8'000);
    }
};

QTEST_GUILESS_MAIN(TestKafkaProbe)
#include "tst_kafkaprobe.moc"
