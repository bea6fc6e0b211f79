#include "storage/export/namedspan.h"

#include <QtTest>

using namespace portolan;

namespace {

Timestamp at(const char* text) {
    const auto time = parseIsoTime(text);
    if (!time)
        qFatal("%s", text);
    return *time;
}

} // namespace

/// Times that people call by a name, in zones whose clocks change and in years with a day more.
class TestNamedSpan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isOfTheZonesDays_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("zone");
        QTest::addColumn<QByteArray>("now");
        QTest::addColumn<QByteArray>("since");
        QTest::addColumn<QByteArray>("until");
        const auto row = [](const char* tag, const char* name, const char* zone, const char* now, const char* since,
                            const char* until) {
            QTest::newRow(tag) << QString::fromLatin1(name) << QByteArray(zone) << QByteArray(now) << QByteArray(since)
                               << QByteArray(until);
        };
        row("yesterday, UTC", "yesterday", "UTC", "2026-11-27T03:12:00Z", "2026-11-26T00:00:00Z",
            "2026-11-27T00:00:00Z");
        row("yesterday of a zone", "yesterday", "Asia/Tokyo", "2026-11-26T16:00:00Z", "2026-11-25T15:00:00Z",
            "2026-11-26T15:00:00Z");
        row("the day of a zone may be behind", "yesterday", "America/Los_Angeles", "2026-11-27T03:00:00Z",
            "2026-11-25T08:00:00Z", "2026-11-26T08:00:00Z");
        row("a zone of half an hour", "today", "Asia/Kolkata", "2026-11-27T12:00:00Z", "2026-11-26T18:30:00Z",
            "2026-11-27T12:00:00Z");
        row("a day of 23 hours", "yesterday", "Europe/Berlin", "2026-03-30T10:00:00Z", "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z");
        row("a day of 25 hours", "yesterday", "Europe/Berlin", "2026-10-26T10:00:00Z", "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z");
        row("a day without a midnight", "yesterday", "Africa/Cairo", "2026-04-25T10:00:00Z", "2026-04-23T22:00:00Z",
            "2026-04-24T21:00:00Z");
        row("the day after a leap day", "yesterday", "UTC", "2028-03-01T06:00:00Z", "2028-02-29T00:00:00Z",
            "2028-03-01T00:00:00Z");
        row("no leap day", "yesterday", "UTC", "2100-03-01T06:00:00Z", "2100-02-28T00:00:00Z", "2100-03-01T00:00:00Z");
        row("the year before", "yesterday", "UTC", "2027-01-01T00:00:00Z", "2026-12-31T00:00:00Z",
            "2027-01-01T00:00:00Z");
        row("in the night", "last-night", "Europe/Berlin", "2026-11-27T02:00:00Z", "2026-11-26T19:00:00Z",
            "2026-11-27T02:00:00Z");
        row("in the morning", "last-night", "Europe/Berlin", "2026-11-27T09:00:00Z", "2026-11-26T19:00:00Z",
            "2026-11-27T07:00:00Z");
        row("in the evening it is still the one before", "last-night", "Europe/Berlin", "2026-11-27T21:00:00Z",
            "2026-11-26T19:00:00Z", "2026-11-27T07:00:00Z");
        row("a night of 11 hours", "last-night", "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T19:00:00Z",
            "2026-03-29T06:00:00Z");
        row("a night of 13 hours", "last-night", "America/New_York", "2026-11-01T18:00:00Z", "2026-11-01T00:00:00Z",
            "2026-11-01T13:00:00Z");
        row("a week begins on Monday", "this-week", "UTC", "2026-11-29T23:59:59Z", "2026-11-23T00:00:00Z",
            "2026-11-29T23:59:59Z");
        row("on Monday", "this-week", "UTC", "2026-11-30T00:00:01Z", "2026-11-30T00:00:00Z", "2026-11-30T00:00:01Z");
        row("a week of 167 hours", "last-week", "Europe/Berlin", "2026-04-01T10:00:00Z", "2026-03-22T23:00:00Z",
            "2026-03-29T22:00:00Z");
        row("a week across a leap day", "last-week", "UTC", "2028-03-07T00:00:00Z", "2028-02-28T00:00:00Z",
            "2028-03-06T00:00:00Z");
    }
    void isOfTheZonesDays() {
        QFETCH(QString, name);
        QFETCH(QByteArray, zone);
        QFETCH(QByteArray, now);
        QFETCH(QByteArray, since);
        QFETCH(QByteArray, until);
        const QTimeZone known(zone);
        QVERIFY(known.isValid());
        const auto span = namedSpan(name);
        QVERIFY(span);
        const NamedTimes times = timesOf(*span, at(now), known);
        QCOMPARE(toIsoTime(times.since), toIsoTime(at(since)));
        QCOMPARE(toIsoTime(times.until), toIsoTime(at(until)));
    }

    void namesGoThereAndBack() {
        for (const QString& name : namedSpanNames())
            QCOMPARE(namedSpanName(*namedSpan(name)), name);
        QVERIFY(!namedSpan(QStringLiteral("tomorrow")));
    }
};

QTEST_GUILESS_MAIN(TestNamedSpan)
#include "tst_namedspan.moc"
