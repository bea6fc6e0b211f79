// Times as other programs write them: each form reads its own texts, to the microsecond, and nothing else.
#include "storage/base/timeforms.h"

#include <QTest>
#include <vector>

using namespace portolan;

class TestTimeForms : public QObject {
    Q_OBJECT

    /// "2026-01-05T10:11:12.250Z"; empty: it is none.
    static QByteArray read(const QByteArray& text, TimeForm form) {
        const auto time = readTime(text, form);
        return time ? toExactIsoTime(*time) : QByteArray();
    }
    static TimeFormGuess guess(const QByteArray& name, const QList<QByteArray>& texts) {
        const std::vector<QByteArrayView> views(texts.begin(), texts.end());
        return timeFormOf(name, views);
    }

private Q_SLOTS:
    void textsAreTimes_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("form");
        QTest::addColumn<QByteArray>("time");
        const auto add = [](const char* name, const char* text, TimeForm form, const char* time) {
            QTest::addRow("%s of %s", text, name)
                << QByteArray(name) << QByteArray(text) << static_cast<int>(form) << QByteArray(time);
        };
        using enum TimeForm;
        const char* const exact = "2026-01-05T10:11:12.250Z";
        add("t", "2026-01-05 10:11:12.25", Plain, exact);
        add("t", " 2026-01-05T12:11:12.25+02:00 ", Plain, exact);
        add("t", "1767607872.25", Plain, exact);
        add("t", "1767607872250", Plain, exact);
        add("t", "1767607872250000", Microseconds, exact);
        add("t", "1767607872250001", Microseconds, "2026-01-05T10:11:12.250001Z");
        add("t", "1767607872250000999", Nanoseconds, exact);
        add("t_ms", "1500.25", Milliseconds, "1970-01-01T00:00:01.500250Z");
        add("time [ns]", "1500", Nanoseconds, "1970-01-01T00:00:00.000001Z");
        add("t", "13412081472250000", WebKit, exact);
        add("t", "639032046722500000", Ticks, exact);
        add("t", "134120814722500000", FileTime, exact);
        add("last_filetime", "134120814722500000", FileTime, exact);
        add("ZTIMESTAMP", "789300672.25", MacSeconds, exact);
        add("ZTIMESTAMP", "1767607872.25", MacSeconds, "2057-01-05T10:11:12.250Z");
        add("seen_mac", "789300672.25", MacSeconds, exact);
        add("Zeit", "1767607872.25", Plain, exact);
        add("t", "46027.4244473380", ExcelDays, exact);
        add("t", "2015", Year, "2015-01-01T00:00:00.000Z");
        add("t", "2461045.92444734", JulianDays, exact);
        add("t", "2390000.5", JulianDays, "1831-07-02T00:00:00.000Z");
        add("jd", "2415020.5", JulianDays, "1900-01-01T00:00:00.000Z");
        add("t", "20260105T101112.25Z", Compact, exact);
        add("t", "20260105T121112.25+0200", Compact, exact);
        add("t", "20260105101112", Compact, "2026-01-05T10:11:12.000Z");
        add("t", "202601051011", Compact, "2026-01-05T10:11:00.000Z");
        add("t", "20260105", Compact, "2026-01-05T00:00:00.000Z");
        add("Year", "1880", Year, "1880-01-01T00:00:00.000Z");
        add("t", "2026/1/5 10:11:12,25", YearFirst, exact);
        add("t", "2026-01-05 7:05", YearFirst, "2026-01-05T07:05:00.000Z");
        add("t", "2026/01/05 24:00", YearFirst, "2026-01-06T00:00:00.000Z");
        add("t", "31.12.2026 24:00:00.0", DayFirst, "2027-01-01T00:00:00.000Z");
        add("t", "20260105T2400", Compact, "2026-01-06T00:00:00.000Z");
        add("t", "05.01.2026 10:11:12.25", DayFirst, exact);
        add("t", "13/01/2026", DayFirst, "2026-01-13T00:00:00.000Z");
        add("t", "01/13/2026 12:05:00 AM", MonthFirst, "2026-01-13T00:05:00.000Z");
        add("t", "01/13/2026 1:05 pm", MonthFirst, "2026-01-13T13:05:00.000Z");
        add("t", "Jan 5 2026 10:11:12.25", MonthNamed, exact);
        add("t", "5-Jan-2026", MonthNamed, "2026-01-05T00:00:00.000Z");
        add("t", "Mon, 05 Jan 2026 10:11:12 GMT", MonthNamed, "2026-01-05T10:11:12.000Z");
        add("t", "Mon Jan  5 10:11:12 2026", MonthNamed, "2026-01-05T10:11:12.000Z");
        add("t", "2026-01-05 10:11:12.25 +0000 UTC", YearFirst, exact);
    }
    void textsAreTimes() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, text);
        QFETCH(int, form);
        QFETCH(QByteArray, time);
        const TimeFormGuess found = guess(name, {text});
        QVERIFY(found.form && !found.isAmbiguous);
        QCOMPARE(static_cast<int>(*found.form), form);
        QCOMPARE(read(text, *found.form), time);
    }

    void textsAreNoTimes() {
        using enum TimeForm;
        for (const char* text :
             {"", "yesterday", "10:11:12", "2026-13-01", "2026/02/30", "31.02.2026", "20261301", "May", "5 May",
              "2026-01-05 24:01", "2026-01-05 24:00:00.1", "2026-01-05 24:00 AM", "2026-01-05 25:00", "2026-01-05T",
              "2026/01/05x", "1.2.3", "12.345.678", "Marching 5 2026"}) {
            for (const TimeForm form : {Compact, YearFirst, DayFirst, MonthFirst, MonthNamed, Year})
                QVERIFY2(!readTime(text, form), text);
            QVERIFY2(!guess("t", {text}).form || isDecimalNumber(text), text); // a number is Unix time
        }
        for (const TimeForm form : {Seconds, Milliseconds, Microseconds, Nanoseconds, JulianDays})
            QVERIFY(!readTime("1e400", form) && !readTime("1.2.3", form) && !readTime("", form));
        QVERIFY(!readTime("9999999999999999999", Seconds));
        for (const char* tooMany : {"10000000000000000000", "18446744073709551615", "-9223372036854775809"})
            QVERIFY2(!readTime(tooMany, Nanoseconds), tooMany);
    }

    /// Years before 0001 and after 9999, in the only form in which a server has them.
    void farTimesComeBack_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("days"); // since 1970
        const auto row = [](const char* text, qint64 days) { QTest::newRow(text) << QByteArray(text) << days; };
        row("4713-11-24 00:00:00+00 BC", -2440222);
        row("0044-03-15 00:00:00+00 BC", -735160);
        row("0005-02-29 12:00:00.5+00 BC", -720930);
        row("0001-12-31 23:59:59.999999+00 BC", -719163);
        row("10000-01-01 00:00:00+00", 2932897);
        row("99999-12-31 23:59:59+00", 35804721);
        row("148000-02-29 00:00:00.000001+00", 53336421);
    }

    void farTimesComeBack() {
        QFETCH(const QByteArray, text);
        QFETCH(const qint64, days);
        const auto time = parseDatabaseTime(text);
        QVERIFY(time && !hasFourDigitYear(*time));
        QCOMPARE(std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count(), days);
        QCOMPARE(toExactIsoTime(*time), text);
        QVERIFY(!parseIsoTime(text));
    }

    void noFarTimesAreNone() {
        for (const char* text : {"0000-01-01 BC", "44-03-15 BC", "0044-03-15BC", "0044-13-15 BC", "0044-03-15 BC BC",
                                 " BC", "294276-12-31 23:59:59+00", "1000000-01-01", "12026-02-30", "-12026-01-01"})
            QVERIFY2(!parseDatabaseTime(text), text);
    }

    void numbersOfNoUnitAreDoubtful() {
        QVERIFY(guess("t", {"0", "0.1", "0.2"}).isDoubtful); // seconds that have passed
        QVERIFY(guess("t", {"5", "46027.5"}).isDoubtful);    // a day, and none
        QVERIFY(guess("t", {"2015", "2016", "7"}).isDoubtful);
        QVERIFY(guess("t", {"13412081472250000", "7"}).isDoubtful);
        QVERIFY(guess("t", {"99999999999999999999"}).isDoubtful);
        QVERIFY(!guess("t_s", {"0", "0.1", "0.2"}).isDoubtful); // its name tells the unit
        QVERIFY(!guess("t", {"1767607872", "1767607872250"}).isDoubtful);
        // Seconds since 1900 and 1904; one that is of the decades before is not told as they are.
        QVERIFY(guess("t", {"3976596672", "3976596673"}).isDoubtful && guess("t", {"3850452672"}).isDoubtful);
        QVERIFY(!guess("t", {"3976596672", "1767607872"}).isDoubtful && !guess("t_s", {"3976596672"}).isDoubtful);
        QVERIFY(!guess("t", {"-631152000", "-631151999"}).isDoubtful); // 1950
        for (const char* text : {"0", "-1", "2958466", "1e300"})
            QVERIFY2(!readTime(text, TimeForm::ExcelDays), text);
        QVERIFY(!readTime("9e18", TimeForm::WebKit) && !readTime("-10000000", TimeForm::Ticks));
    }

    /// A job that has not ended yet says 0; what the others say is not changed by that, however many there are.
    void numbersForNoTimeDoNotCount() {
        const std::pair<const char*, TimeForm> times[] = {{"1767607872", TimeForm::Plain},
                                                          {"1767607872250", TimeForm::Plain},
                                                          {"1767607872250000", TimeForm::Microseconds},
                                                          {"1767607872250000999", TimeForm::Nanoseconds},
                                                          {"13412081472250000", TimeForm::WebKit},
                                                          {"639032046722500000", TimeForm::Ticks},
                                                          {"134120814722500000", TimeForm::FileTime},
                                                          {"46027.4244473380", TimeForm::ExcelDays},
                                                          {"2461045.92444734", TimeForm::JulianDays},
                                                          {"20260105", TimeForm::Compact},
                                                          {"2015", TimeForm::Year}};
        for (const auto& [time, form] : times) {
            for (const char* none : {"0", "0.0", " 0", "-1", "9223372036854775807", "-9223372036854775808"}) {
                QVERIFY(isNoTime(none) && !isNoTime(time));
                const TimeFormGuess found = guess("t", {none, none, time, none});
                QVERIFY2(found.form == form && !found.isDoubtful, time);
                const bool isCounted = form == TimeForm::Plain || form == TimeForm::Microseconds
                                       || form == TimeForm::Nanoseconds || form == TimeForm::WebKit
                                       || form == TimeForm::Ticks || form == TimeForm::FileTime;
                QCOMPARE(found.areRecent, isCounted);
            }
        }
        QVERIFY(guess("t_s", {"0", "1767607872"}).areRecent);
        QVERIFY(!guess("t_s", {"0", "0.1", "0.2"}).areRecent); // 0 is where it begins
        QVERIFY(guess("t", {"0", "0"}).isDoubtful);
    }

    /// Of numbers of another count among them most tell: as nanoseconds they would be of 1974 or of 1990.
    void countsFromOtherDaysAreFound() {
        for (const auto& [number, form] : {std::pair("13412081472250000%1", TimeForm::FileTime),
                                           std::pair("63903204672250000%1", TimeForm::Ticks)}) {
            QList<QByteArray> texts;
            for (int i = 0; i < 20; ++i)
                texts << QString::fromLatin1(number).arg(i, 1, 10).left(18).toLatin1();
            texts << "1767607872000000000";
            QVERIFY(guess("t", texts).form == form);
        }
        QVERIFY(guess("t", {"1767607872000000000", "134120814722500000"}).form == TimeForm::Nanoseconds);
        for (int year = 1974; year < 2100; year += 5) { // nothing else is taken for one
            const auto day = std::chrono::sys_days(std::chrono::year(year) / std::chrono::July / 1);
            const qint64 seconds = day.time_since_epoch().count() * 86'400LL;
            const bool isDoubted = year >= 2075;
            QCOMPARE(guess("t", {QByteArray::number(seconds)}).isDoubtful, isDoubted);
            QVERIFY(guess("t", {QByteArray::number(seconds * 1'000'000)}).form == TimeForm::Microseconds);
        }
    }

    void columnsAreReadAsOne() {
        // Alone each of these could be the other.
        QVERIFY(guess("d", {"01/02/2026", "03/04/2026"}).isAmbiguous);
        QVERIFY(guess("d", {"01/02/2026", "13/04/2026"}).form == TimeForm::DayFirst);
        QVERIFY(guess("d", {"01/02/2026", "03/14/2026"}).form == TimeForm::MonthFirst);
        QVERIFY(!guess("d", {"01.02.2026", "03.04.2026"}).isAmbiguous);
        // A number that is no date among those that are.
        QVERIFY(guess("t", {"20260105", "20269999"}).form == TimeForm::Plain);
        // One of twenty may be anything.
        QList<QByteArray> texts(19, "2026/01/05");
        texts << "?";
        QVERIFY(guess("d", texts).form == TimeForm::YearFirst);
        texts << "?"
              << "?";
        QVERIFY(!guess("d", texts).form);
    }
};

QTEST_GUILESS_MAIN(TestTimeForms)
#include "tst_timeforms.moc"
