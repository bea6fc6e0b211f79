#include "storage/sources/reconnectpacer.h"

#include <QtTest>

using namespace portolan;
using namespace std::chrono_literals;

namespace {

const Error away{ErrorCode::Connection, QStringLiteral("away")};

/// The shortest and the longest wait that some failures in a row are followed by, over many seeds.
std::pair<std::chrono::milliseconds, std::chrono::milliseconds> waitsAfter(int failures, bool worksBetween) {
    std::pair<std::chrono::milliseconds, std::chrono::milliseconds> waits{1h, 0ms};
    for (quint64 seed = 0; seed < 200; ++seed) {
        ReconnectPacer pacer(Backoff(seed, 1000ms, 8000ms));
        for (int i = 0; i < failures; ++i) {
            if (worksBetween)
                pacer.reset();
            pacer.failed(away);
        }
        waits = {std::min(waits.first, pacer.left()), std::max(waits.second, pacer.left())};
    }
    return waits;
}

} // namespace

class TestReconnectPacer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theFirstAttemptIsDueAtOnce() {
        const ReconnectPacer pacer(Backoff(1, 10s, 10s));
        QVERIFY(pacer.await(0ms, {}).ok());
        QVERIFY(!pacer.isPausing() && !pacer.why());
    }

    void saysWhyUntilTheNextIsDue() {
        ReconnectPacer pacer(Backoff(1, 10s, 10s));
        pacer.failed(away);
        QVERIFY2(pacer.left() > 100ms, "this seed's wait is too short for the test");
        QVERIFY(pacer.isPausing());
        const auto tooEarly = pacer.await(1ms, {});
        QVERIFY(!tooEarly.ok());
        QCOMPARE(tooEarly.error().text, away.text);
    }

    void waitsUntilItIsDue() {
        ReconnectPacer pacer(Backoff(1, 200ms, 200ms));
        pacer.failed(away);
        QVERIFY(pacer.isPausing());
        QVERIFY(pacer.await(5s, {}).ok());
        QVERIFY(!pacer.isPausing());
        QVERIFY(pacer.why().has_value()); // trying is not succeeding
    }

    void endsItsWaitWhenStopped() {
        ReconnectPacer pacer(Backoff(1, 10s, 10s));
        pacer.failed(away);
        CancelSource stop;
        stop.request_stop();
        const auto stopped = pacer.await(30s, stop.get_token());
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(pacer.isPausing());
    }

    void aConnectionHasNoPause() {
        ReconnectPacer pacer(Backoff(1, 10s, 10s));
        pacer.failed(away);
        pacer.connected();
        QVERIFY(!pacer.isPausing() && !pacer.why());
        QVERIFY(pacer.await(0ms, {}).ok());
    }

    void waitsGrowUntilItWorks() {
        QVERIFY(waitsAfter(1, false).second <= 1000ms);
        QVERIFY(waitsAfter(3, false).second > 2000ms);
        QVERIFY(waitsAfter(9, false).second > 6000ms);
        QVERIFY(waitsAfter(9, false).second <= 8000ms);
        QVERIFY(waitsAfter(9, false).first < 1000ms); // with full jitter
        QVERIFY(waitsAfter(9, true).second <= 1000ms);
    }
};

QTEST_GUILESS_MAIN(TestReconnectPacer)
#include "tst_reconnectpacer.moc"
