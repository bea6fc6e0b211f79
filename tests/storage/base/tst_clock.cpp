#include "storage/base/clock.h"

#include <QtTest>

using namespace portolan;

class TestClock : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsIsoTimes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("utc"); // empty: refused
        QTest::newRow("zulu") << QByteArray("2025-10-16T14:56:05Z") << QByteArray("2025-10-16T14:56:05.000Z");
        QTest::newRow("blank") << QByteArray("2025-10-16 14:56:05") << QByteArray("2025-10-16T14:56:05.000Z");
        QTest::newRow("nanoseconds") << QByteArray("2025-10-16T14:56:05.123456789Z")
                                     << QByteArray("2025-10-16T14:56:05.123Z");
        QTest::newRow("east") << QByteArray("2025-10-16T14:56:05+02:00") << QByteArray("2025-10-16T12:56:05.000Z");
        QTest::newRow("west short") << QByteArray("2025-10-16T14:56:05-05") << QByteArray("2025-10-16T19:56:05.000Z");
        QTest::newRow("date") << QByteArray("2024-02-29") << QByteArray("2024-02-29T00:00:00.000Z");
        QTest::newRow("before 1970") << QByteArray("1969-12-31T23:59:59.5Z") << QByteArray("1969-12-31T23:59:59.500Z");
        QTest::newRow("month 13") << QByteArray("2025-13-01T00:00:00Z") << QByteArray();
        QTest::newRow("no leap day") << QByteArray("2025-02-29") << QByteArray();
        QTest::newRow("hour 24") << QByteArray("2025-01-01T24:00:00Z") << QByteArray();
        QTest::newRow("first") << QByteArray("0001-01-01T01:00:00+01:00") << QByteArray("0001-01-01T00:00:00.000Z");
        QTest::newRow("before the first") << QByteArray("0001-01-01T00:00:00+01:00") << QByteArray();
        QTest::newRow("last") << QByteArray("9999-12-31T22:59:59-01:00") << QByteArray("9999-12-31T23:59:59.000Z");
        QTest::newRow("after the last") << QByteArray("9999-12-31T23:59:59-01:00") << QByteArray();
        QTest::newRow("tail") << QByteArray("2025-01-01T00:00:00Zx") << QByteArray();
        QTest::newRow("empty") << QByteArray("") << QByteArray();
        QTest::newRow("empty fraction") << QByteArray("2025-01-01T00:00:00.Z") << QByteArray();
    }
    void readsIsoTimes() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, utc);
        const auto time = parseIsoTime(text);
        QCOMPARE(time ? toIsoTime(*time) : QByteArray(), utc);
    }
    void keepsMicroseconds() {
        for (const char* text : {"2025-10-16T14:56:05.123456Z", "2025-10-16T14:56:05.000007Z",
                                 "1969-12-31T23:59:59.999999Z", "2025-10-16T14:56:05.120Z"})
            QCOMPARE(toExactIsoTime(*parseIsoTime(text)), QByteArray(text));
    }
    void writesBatchFileTimes() {
        QCOMPARE(toBatchFileTime(*parseIsoTime("2025-10-16T14:56:05.999Z")), QByteArray("2025-10-16 14:56:05"));
        QCOMPARE(toBatchFileTime(*parseIsoTime("0001-01-01")), QByteArray("0001-01-01 00:00:00"));
    }
    void tellsSecondsFromMilliseconds() {
        QCOMPARE(toIsoTime(*fromUnixNumber(1760626565)), QByteArray("2025-10-16T14:56:05.000Z"));
        QCOMPARE(toIsoTime(*fromUnixNumber(1760626565123)), QByteArray("2025-10-16T14:56:05.123Z"));
        QVERIFY(!fromUnixNumber(1e18));
        QVERIFY(!fromUnixNumber(std::numeric_limits<double>::quiet_NaN()));
    }
};

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
