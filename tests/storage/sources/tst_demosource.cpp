#include "storage/sources/demosource.h"

#include "storage/ingest/decoder.h"
#include "storage/ingest/ingestcounts.h"

#include <QSet>
#include <QtTest>

using namespace portolan;
using namespace std::chrono_literals;

namespace {

SourceUrl demo(int rate, quint64 seed, qint64 count, bool messagesOnly = false) {
    SourceUrl url;
    url.kind = SourceKind::Demo;
    url.rate = rate;
    url.seed = seed;
    url.count = count;
    url.messagesOnly = messagesOnly;
    return url;
}

QByteArrayList story(quint64 seed, int length) {
    DemoPipeline pipeline(seed);
    QByteArrayList all;
    for (int i = 0; i < length; ++i)
        all.append(pipeline.next());
    return all;
}

} // namespace

class TestDemoSource : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsTheSameStoryTwice() {
        QCOMPARE(story(7, 2000), story(7, 2000));
        QVERIFY(story(7, 50) != story(8, 50));
        // Fixed for ever: other compilers and libraries must tell it too.
        QCOMPARE(Random(1).next(), 0x910A2DEC89025CC1ULL);
    }

    void tellsOfFiveComponentsThreePortsAndFailures() {
        const QByteArray all = story(1, 5000).join('\n');
        for (const char* name : {"[order-intake]", "[validator]", "[enricher]", "[billing]", "[ledger-sink]",
                                 " orders: ", " invoices: ", " shipments: ", "timeout after ", "violates", "HTTP 4"})
            QVERIFY2(all.contains(name), name);
        const auto failed = all.count("failed: ");
        QVERIFY2(failed > 100 && failed < 1000, QByteArray::number(failed));
        QVERIFY2(!all.contains('%'), "a placeholder was not filled in");
    }

    void decodesAsMessagesNumberedFromOne() {
        DemoSource source(demo(0, 1, 1000, true));
        const auto batch = source.fetch({}, 10ms, {});
        QVERIFY(batch.ok());
        QCOMPARE(batch->size(), 1000U);
        qint64 number = 0;
        for (const Delivery& delivery : *batch) {
            const Decoded decoded = decode(delivery);
            QVERIFY2(std::holds_alternative<IncomingMessage>(decoded), delivery.payload);
            QCOMPARE(std::get<IncomingMessage>(decoded).number, std::optional<qint64>(++number));
            QVERIFY(!delivery.key.isKeyed());
        }
    }

    void recordsTellTheSameStoryTwice() {
        const auto records = [](quint64 seed) {
            DemoRecords story(seed);
            QByteArrayList all;
            for (int i = 0; i < 2000; ++i)
                all.append(story.next(Timestamp(1s * i)));
            return all;
        };
        QCOMPARE(records(7), records(7));
        QVERIFY(records(7) != records(8));
    }

    /// Somebody shortens billing's timeout, and until that is taken back nothing else changes beside the port invoices.
    void tellsOfATimeoutThatWasShortened_data() {
        QTest::addColumn<quint64>("seed");
        for (const quint64 seed : {1ULL, 7ULL, 20'261'127ULL})
            QTest::addRow("seed %llu", static_cast<unsigned long long>(seed)) << seed;
    }
    void tellsOfATimeoutThatWasShortened() {
        QFETCH(quint64, seed);
        DemoRecords records(seed);
        int shortened = -1;
        int takenBack = -1;
        int slow = 0;
        for (int i = 0; i < 5'000; ++i) {
            const QByteArray record = records.next(Timestamp(1s * i));
            const bool isShort = record.contains("\"deadline_ms\":3000");
            const bool isState = record.contains("\"kind\":\"component_state\"");
            const bool isOfPort = record.contains("\"billing\"") || record.contains("\"ledger-sink\"");
            QVERIFY2(!isShort || (shortened >= 0 && takenBack < 0), record);
            slow += isShort && record.contains("\"region\":\"eu-3\"") ? 1 : 0;
            if (isState && record.contains("\"timeout_ms\":3000")) {
                QVERIFY2(shortened < 0 && record.contains("\"billing\""), record);
                shortened = i;
            } else if (isState && isOfPort && shortened >= 0 && takenBack < 0) {
                QVERIFY2(record.contains("\"billing\"") && record.contains("\"timeout_ms\":5000"), record);
                takenBack = i;
            }
            const bool isVersion = isState || record.contains("\"kind\":\"checkpoint\"");
            QVERIFY2(!isVersion || !isOfPort || i == shortened || i == takenBack || shortened < 0 || takenBack >= 0,
                     record);
        }
        QVERIFY2(shortened > 590 && shortened < 1'400, QByteArray::number(shortened));
        QVERIFY2(takenBack > 3'590, QByteArray::number(takenBack));
        QVERIFY2(slow > 10, QByteArray::number(slow));
    }

    void bringsAllKindsAndNothingToReject() {
        DemoSource source(demo(0, 1, 10'000));
        std::array<int, messageKinds> kinds{};
        QByteArrayList messages;
        QSet<QByteArray> events;
        while (!source.exhausted()) {
            const auto batch = source.fetch({}, 10ms, {});
            QVERIFY(batch.ok());
            for (const Delivery& delivery : *batch) {
                const Decoded decoded = decode(delivery);
                QVERIFY2(!std::holds_alternative<Rejection>(decoded), delivery.payload);
                ++kinds[static_cast<std::size_t>(*kindOf(decoded))];
                if (std::holds_alternative<IncomingMessage>(decoded))
                    messages.append(delivery.payload);
                const auto* record = std::get_if<IncomingRecord>(&decoded);
                if (record && record->kind == MessageKind::SensorEvent)
                    events.insert(std::get<QByteArray>(record->values[0]));
            }
        }
        for (std::size_t i = 0; i < messageKinds; ++i)
            QVERIFY2(kinds[i] >= 50, kindName(static_cast<MessageKind>(i)));
        const int count = kinds[static_cast<std::size_t>(MessageKind::Message)];
        QVERIFY2(count > 3500 && count < 4500, "two of five are messages");
        QCOMPARE(messages, story(1, count));
        QCOMPARE(events.size(), kinds[static_cast<std::size_t>(MessageKind::SensorEvent)]);
    }

    void timesEndNow() {
        DemoSource source(demo(0, 1, 1000));
        const Timestamp before = currentTime();
        const auto batch = source.fetch({}, 10ms, {});
        std::vector<Timestamp> times;
        for (const Delivery& delivery : *batch) {
            const Decoded decoded = decode(delivery);
            const auto* record = std::get_if<IncomingRecord>(&decoded);
            if (record && record->kind == MessageKind::ComponentMetric)
                times.push_back(std::get<Timestamp>(record->values.back()));
        }
        QVERIFY(times.size() > 50);
        QVERIFY(std::ranges::is_sorted(times));
        QVERIFY(times.back() <= currentTime());
        QVERIFY(times.back() > before - 2s);
        QVERIFY(times.front() < before - 15s);
    }

    void endsAfterItsCount() {
        DemoSource source(demo(0, 1, 25));
        QCOMPARE(source.fetch({10, 1 << 20, 0}, 10ms, {}).value().size(), 10U);
        QVERIFY(!source.exhausted());
        QCOMPARE(source.fetch({100, 1 << 20, 0}, 10ms, {}).value().size(), 15U);
        QVERIFY(source.exhausted());
        QCOMPARE(source.fetch({100, 1 << 20, 0}, 0ms, {}).value().size(), 0U);
    }

    void keepsItsPace() {
        DemoSource source(demo(200, 1, 0));
        const auto begin = std::chrono::steady_clock::now();
        std::size_t made = 0;
        while (made < 60)
            made += source.fetch({}, 1s, {}).value().size();
        const auto elapsed = std::chrono::steady_clock::now() - begin;
        QVERIFY2(elapsed >= 290ms, "60 at 200 a second take 0.295 s");
    }

    void keepsBatchesWithinTheirBytes() {
        DemoSource source(demo(0, 1, 0, true));
        QVERIFY(source.fetch({1000, 500, 0}, 10ms, {}).value().size() < 20);
    }

    void endsAWaitWhenStopped() {
        DemoSource source(demo(1, 1, 0));
        QCOMPARE(source.fetch({}, 0ms, {}).value().size(), 1U);
        CancelSource stop;
        stop.request_stop();
        QVERIFY(source.fetch({}, 1h, stop.get_token()).value().empty());
    }
};

QTEST_GUILESS_MAIN(TestDemoSource)
#include "tst_demosource.moc"
