#include "storage/schedule/schedulespec.h"

#include <QTest>
#include <ctime>

using namespace portolan;
using namespace std::chrono;

namespace {

void setZone(const char* zone) {
    qputenv("TZ", zone);
    tzset();
}

QByteArray nextOf(const char* spec, const char* after) {
    const auto parsed = ScheduleSpec::parse(spec);
    if (!parsed)
        return "none: " + parsed.error().text.toUtf8();
    const auto next = parsed->next(*parseIsoTime(after));
    return next ? toIsoTime(*next).replace(".000Z", "Z") : QByteArray("never");
}

} // namespace

/// When a schedule's entry comes: intervals, days, cron's fields, and both changes of the clocks.
class TestScheduleSpec : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void comesNext_data() {
        QTest::addColumn<QByteArray>("zone");
        QTest::addColumn<QByteArray>("spec");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QByteArray>("next");
        const auto row = [](const char* zone, const char* spec, const char* after, const char* next) {
            QTest::newRow(qPrintable(
                QStringLiteral("%1 %2 %3").arg(QLatin1String(zone), QLatin1String(spec), QLatin1String(after))))
                << QByteArray(zone) << QByteArray(spec) << QByteArray(after) << QByteArray(next);
        };
        row("UTC", "15m", "2026-11-26T12:00:00Z", "2026-11-26T12:15:00Z");
        row("UTC", "1d", "2026-11-26T12:00:00Z", "2026-11-27T12:00:00Z");
        row("UTC", "daily 02:00", "2026-11-26T01:59:59Z", "2026-11-26T02:00:00Z");
        row("UTC", "daily 02:00", "2026-11-26T02:00:00Z", "2026-11-27T02:00:00Z");
        row("UTC", "weekly sun 03:00", "2026-11-26T12:00:00Z", "2026-11-29T03:00:00Z");
        row("UTC", "weekly 7 03:00", "2026-11-26T12:00:00Z", "2026-11-29T03:00:00Z");
        row("UTC", "*/20 * * * *", "2026-11-26T12:20:00Z", "2026-11-26T12:40:00Z");
        row("UTC", "30 4 1,15 * *", "2026-11-26T12:00:00Z", "2026-12-01T04:30:00Z");
        row("UTC", "0 0 29 2 *", "2026-11-26T12:00:00Z", "2028-02-29T00:00:00Z");
        row("UTC", "0 0 29 feb *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z");
        row("UTC", "0 0 30 2 *", "2026-11-26T12:00:00Z", "never");
        row("UTC", "0 12 * * mon-fri", "2026-11-27T12:00:00Z", "2026-11-30T12:00:00Z");
        row("UTC", "0 9 13 * 5", "2026-11-26T12:00:00Z", "2026-11-27T09:00:00Z"); // either is enough
        row("Europe/Berlin", "daily 02:00", "2026-07-01T12:00:00Z", "2026-07-02T00:00:00Z");
        row("Europe/Berlin", "daily 00:00", "2026-12-31T12:00:00Z", "2026-12-31T23:00:00Z");
        // 2026-03-29: clocks jump from 02:00 to 03:00, 01:00 UTC.
        row("Europe/Berlin", "daily 02:30", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z");
        row("Europe/Berlin", "daily 02:30", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        row("Europe/Berlin", "0,30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
        row("Europe/Berlin", "daily 03:00", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z");
        row("Europe/Berlin", "daily 01:59", "2026-03-28T12:00:00Z", "2026-03-29T00:59:00Z");
        row("Europe/Berlin", "0 * * * *", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z");
        // 2026-10-25: clocks go back from 03:00 to 02:00, 01:00 UTC.
        row("Europe/Berlin", "daily 02:30", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z");
        row("Europe/Berlin", "daily 02:30", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        row("Europe/Berlin", "daily 03:00", "2026-10-24T12:00:00Z", "2026-10-25T02:00:00Z");
        row("Europe/Berlin", "30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"); // every hour is meant
        row("America/New_York", "daily 02:30", "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z");
        row("Australia/Lord_Howe", "daily 02:15", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"); // half an hour
        row("Asia/Kolkata", "daily 00:10", "2026-11-26T12:00:00Z", "2026-11-26T18:40:00Z");
    }
    void comesNext() {
        QFETCH(const QByteArray, zone);
        QFETCH(const QByteArray, spec);
        QFETCH(const QByteArray, after);
        QFETCH(const QByteArray, next);
        setZone(zone.constData());
        QCOMPARE(nextOf(spec.constData(), after.constData()), next);
    }

    /// Against a walk over every minute of two years, through the zone's own clock.
    void isWhatAClockShows_data() {
        QTest::addColumn<QByteArray>("zone");
        for (const char* zone : {"UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"})
            QTest::newRow(zone) << QByteArray(zone);
    }
    void isWhatAClockShows() {
        QFETCH(const QByteArray, zone);
        setZone(zone.constData());
        const auto spec = ScheduleSpec::parse("30 4 * 3,10,11 *"); // no clock of these jumps there
        QVERIFY(spec.ok());
        Timestamp at = *parseIsoTime("2026-01-01T00:00:00Z");
        auto next = spec->next(at);
        for (int i = 0; i < 2 * 365 * 24 * 60; ++i, at += minutes(1)) {
            const std::time_t time = duration_cast<seconds>(at.time_since_epoch()).count();
            std::tm local{};
            localtime_r(&time, &local);
            const bool shows = local.tm_hour == 4 && local.tm_min == 30
                               && (local.tm_mon == 2 || local.tm_mon == 9 || local.tm_mon == 10);
            if (!shows)
                continue;
            QVERIFY(next && *next == at);
            next = spec->next(at);
        }
    }

    void intervalsKeepTheirGrid() {
        const auto spec = ScheduleSpec::parse("15m");
        QVERIFY(spec.ok());
        const Timestamp due = *parseIsoTime("2026-11-26T12:00:00Z");
        QVERIFY(spec->next(due + minutes(47), due) == due + minutes(60));
        QCOMPARE(spec->missedUntil(due, due + minutes(47)), 3);
        QCOMPARE(spec->missedUntil(due, due), 0);
    }

    void saysWhatIsWrong() {
        setZone("UTC");
        for (const char* wrong : {"",
                                  "soon",
                                  "30s",
                                  "0m",
                                  "daily",
                                  "daily 25:00",
                                  "daily 2",
                                  "daily 02:60",
                                  "weekly 03:00",
                                  "weekly someday 03:00",
                                  "* * * *",
                                  "60 * * * *",
                                  "* 24 * * *",
                                  "* * 0 * *",
                                  "* * * 13 *",
                                  "* * * * 8",
                                  "*/0 * * * *",
                                  "5-1 * * * *",
                                  "1, * * * *",
                                  "- * * * *",
                                  "+1 * * * *",
                                  "1/2/3 * * * *"}) {
            const auto parsed = ScheduleSpec::parse(wrong);
            QVERIFY2(!parsed && parsed.error().code == ErrorCode::Usage, wrong);
            QVERIFY2(parsed.error().text.contains(QStringLiteral("daily 02:00")), wrong);
        }
    }
};

QTEST_GUILESS_MAIN(TestScheduleSpec)
#include "tst_schedulespec.moc"
