#include "models/report/reportcourse.h"
#include "models/report/reportstory.h"

#include <QtTest>

using namespace portolan;
using namespace std::chrono;

namespace {

Timestamp at(const char* text) {
    const auto time = parseIsoTime(text);
    if (!time)
        qFatal("%s", text);
    return *time;
}

StoryFacts::Died died(qint64 letters, qint64 causes) {
    StoryFacts::Died facts;
    facts.letters = letters;
    facts.causes = causes;
    facts.first = at("2026-11-27T02:10:00Z");
    facts.last = at("2026-11-27T02:35:00Z");
    facts.largest = {letters / 2, QStringLiteral("timeout after ⟨ms⟩ ms"), QStringLiteral("orders")};
    return facts;
}

} // namespace

Q_DECLARE_METATYPE(StoryFacts)

/// The sentences of a report, and the buckets that people count in.
class TestReportStory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsInSentences_data() {
        QTest::addColumn<StoryFacts>("facts");
        QTest::addColumn<QStringList>("said");
        const auto list = [](std::initializer_list<const char*> texts) {
            QStringList all;
            for (const char* text : texts)
                all << QString::fromUtf8(text);
            return all;
        };
        QTest::newRow("nothing was read") << StoryFacts() << QStringList();
        StoryFacts quiet;
        quiet.came = StoryFacts::Came();
        quiet.died = StoryFacts::Died();
        quiet.putBack = StoryFacts::PutBack();
        quiet.silent = QStringList();
        quiet.openGaps = 0;
        QTest::newRow("a quiet night") << quiet
                                       << list({"Nothing came in.", "No message is dead.", "Nothing is open."});
        StoryFacts one = quiet;
        one.came->messages = 1;
        one.came->first = one.came->last = at("2026-11-27T02:10:00Z");
        one.died = died(1, 1);
        one.died->last = one.died->first;
        QTest::newRow("one of each")
            << one
            << list({"One message came in at 2026-11-27 02:10:00.",
                     "One message died and is still dead, at 2026-11-27 02:10:00. The cause: “timeout after ⟨ms⟩ ms”, "
                     "at the port orders.",
                     "Nothing was put back.", "Open: one dead letter."});
        StoryFacts bad = quiet;
        bad.came->messages = 12'345;
        bad.came->first = at("2026-11-26T20:00:00Z");
        bad.came->last = at("2026-11-27T08:00:00Z");
        bad.came->rejected = 3;
        bad.died = died(1'204, 7);
        bad.putBack = StoryFacts::PutBack{2, 640, 600, 12, 28};
        bad.silent = QStringList{QStringLiteral("ledger"), QStringLiteral("mailer")};
        bad.checked = StoryFacts::Checked{65, 2};
        bad.openGaps = 1;
        QTest::newRow("a bad one")
            << bad
            << list({"12 345 messages came in from 2026-11-26 20:00:00 to 2026-11-27 08:00:00. 3 more were rejected.",
                     "1 204 messages died and are still dead, of 7 causes, from 2026-11-27 02:10:00 to 2026-11-27 "
                     "02:35:00. The most frequent cause: “timeout after ⟨ms⟩ ms”, 602 at the port orders.",
                     "640 messages were put back: 600 completed, 12 died again, 28 are under way.",
                     "Open: 1 204 dead letters; 28 messages that were put back and have not ended; one gap; silence of "
                     "ledger, mailer; 2 checks that found something."});
        StoryFacts mended = quiet;
        mended.putBack = StoryFacts::PutBack{1, 1, 1, 0, 0};
        QTest::newRow("mended") << mended
                                << list({"Nothing came in.", "No message is dead.",
                                         "One message was put back: one completed.", "Nothing is open."});
    }
    void tellsInSentences() {
        QFETCH(StoryFacts, facts);
        QFETCH(QStringList, said);
        QStringList told = storySentences(facts, TimeDisplay::Utc);
        for (QString& sentence : told)
            sentence.replace(QChar(0x2009), u' ');
        QCOMPARE(told.join(u'\n'), said.join(u'\n'));
    }

    void checksAreOneSentence() { QCOMPARE(checksSentence({65, 2}), QStringLiteral("63 of 65 checks found nothing.")); }

    void bucketsAreWhatPeopleCountIn_data() {
        QTest::addColumn<qint64>("span");
        QTest::addColumn<QString>("title");
        const auto row = [](const char* tag, microseconds span, const char* title) {
            QTest::newRow(tag) << qint64(span.count()) << QString::fromLatin1(title);
        };
        row("8 ms", milliseconds(8), "Messages a second");
        row("a minute", seconds(59), "Messages a second");
        row("5 minutes", minutes(4), "Messages every 5 seconds");
        row("an hour", minutes(59), "Messages a minute");
        row("a night", hours(12), "Messages every 15 minutes");
        row("a day", hours(24), "Messages every half hour");
        row("a week", days(7), "Messages every 3 hours");
        row("a month", days(31), "Messages a day");
        row("a year", days(365), "Messages a week");
        row("a thousand years", days(365'000), "Messages every 52 weeks");
    }
    void bucketsAreWhatPeopleCountIn() {
        QFETCH(qint64, span);
        QFETCH(QString, title);
        QCOMPARE(bucketTitle(storyBucket(microseconds(span))), title);
    }

    void theCourseCountsEveryMessageOnce() {
        const Timestamp begin = at("2026-11-27T02:00:30Z");
        std::vector<std::pair<Timestamp, qint64>> came;
        for (int i = 0; i < 100; ++i)
            came.emplace_back(begin + seconds(17 * i), 3);
        const TimeRange span{begin, came.back().first + microseconds(1)};
        const auto chart = courseOf({came, {}}, span, TimeDisplay::Utc);
        QVERIFY(chart);
        QCOMPARE(chart->lines.size(), 1U);
        qint64 sum = 0;
        for (const QPointF& point : chart->lines.front().points)
            sum += qint64(point.y());
        QCOMPARE(sum, 300);
        QCOMPARE(chart->lines.front().samples, 300);
        QCOMPARE(chart->span.begin, begin); // a whole half minute
        QVERIFY(!courseOf({{}, {}}, span, TimeDisplay::Utc));
    }
};

QTEST_GUILESS_MAIN(TestReportStory)
#include "tst_reportstory.moc"
