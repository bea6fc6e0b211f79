#include "models/deadletters/letterplaces.h"
#include "models/deadletters/storytexts.h"
#include "models/list/rowsteps.h"

#include <QtTest>

using namespace portolan;
using namespace std::chrono_literals;

namespace {

Timestamp at(const char* text) {
    return *parseIsoTime(text);
}

const Timestamp now = at("2026-11-27T20:30:00Z");

TemplateSlot slotOf(std::vector<TemplateSlot::Share> values, qint64 distinct, qint64 of) {
    return {"host", std::move(values), distinct, false, of};
}

QString spaced(QString text) {
    return text.replace(QChar(0x2009), u' ').replace(QChar(0x202f), u' ').replace(QChar(0xa0), u' ');
}

} // namespace

class TestStoryTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsWhenTheyDied_data() {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("last");
        QTest::addColumn<QString>("text");
        QTest::newRow("today") << QByteArray("2026-11-27T02:10:03Z") << QByteArray("2026-11-27T02:35:59Z")
                               << QStringLiteral("02:10–02:35");
        QTest::newRow("one minute") << QByteArray("2026-11-27T02:10:03Z") << QByteArray("2026-11-27T02:10:59Z")
                                    << QStringLiteral("02:10");
        QTest::newRow("another day") << QByteArray("2026-11-26T02:10:03Z") << QByteArray("2026-11-26T02:35:59Z")
                                     << QStringLiteral("2026-11-26 02:10–02:35");
        QTest::newRow("over midnight") << QByteArray("2026-11-26T23:50:03Z") << QByteArray("2026-11-27T00:10:59Z")
                                       << QStringLiteral("2026-11-26 23:50 – 2026-11-27 00:10");
    }
    void tellsWhenTheyDied() {
        QFETCH(const QByteArray, first);
        QFETCH(const QByteArray, last);
        QTEST(spanOfTimes(at(first), at(last), now, TimeDisplay::Utc), "text");
    }

    void tellsTheFigures() {
        DeadLetterGroup group;
        group.count = 1800;
        group.firstSeen = at("2026-11-27T02:10:03Z");
        group.lastSeen = at("2026-11-27T02:35:59Z");
        GroupStory story;
        QCOMPARE(spaced(groupFigures(group, story, now, TimeDisplay::Utc)),
                 QStringLiteral("1 800 · 02:10–02:35 · none for 17 h"));
        story.areReplaysKnown = true;
        QCOMPARE(spaced(groupFigures(group, story, now, TimeDisplay::Utc)),
                 QStringLiteral("1 800 · 02:10–02:35 · none for 17 h · never replayed"));
        group.replayEnded = 12;
        group.failedAgain = 3;
        QVERIFY(spaced(groupFigures(group, story, now, TimeDisplay::Utc))
                    .endsWith(QStringLiteral("12 replayed before, 3 died again")));
        ReplayRun run;
        run.frozen = 300;
        run.createdAt = now - 2h;
        run.counts[ItemState::Completed] = 300;
        story.lastReplay = run;
        QVERIFY(spaced(groupFigures(group, story, now, TimeDisplay::Utc))
                    .endsWith(QStringLiteral("last replay 2 h ago: 300 of 300 completed")));
        run.counts[ItemState::Completed] = 200;
        run.counts[ItemState::Pending] = 40;
        run.counts[ItemState::Replayed] = 5;
        run.counts[ItemState::FailedSame] = 50;
        run.counts[ItemState::FailedAnew] = 5;
        QCOMPARE(spaced(replayText(run, now)),
                 QStringLiteral("last replay 2 h ago: 200 of 300 completed, 45 still pending, 55 died again"));
        group.lastSeen = now - 5min;
        QVERIFY(
            groupFigures(group, {}, now, TimeDisplay::Utc).contains(QStringLiteral("still dying: the last 5 min ago")));
        QVERIFY(groupFigures(group, {}, *group.lastSeen, TimeDisplay::Utc)
                    .contains(QStringLiteral("still dying: the last just now · ")));
    }

    void tellsTheValuesOfAPlace() {
        const TemplateSlot few = slotOf({{"db-1", 26}, {"db-2", 25}, {"db-3", 25}, {"db-10", 24}}, 4, 100);
        QCOMPARE(spaced(placeText(few)), QStringLiteral("db-1 26 % ▇▇   db-2 25 % ▇▇   db-3 25 % ▇▇   db-10 24 % ▇▇"));
        QVERIFY(canSplit(few));
        const TemplateSlot many = slotOf({{"17", 1}, {"18", 1}}, 990, 1000);
        QCOMPARE(spaced(placeText(many)), QStringLiteral("990 different values"));
        QVERIFY(!canSplit(many));
        QVERIFY(!canSplit(slotOf({{"db-1", 100}}, 1, 100)));
        const TemplateSlot more = slotOf({{"a", 90}, {"b", 3}, {"c", 2}, {"d", 1}, {"e", 1}}, 8, 100);
        QVERIFY(spaced(placeText(more)).endsWith(QStringLiteral("4 more")));
    }

    void splittingTakesOneValueAlone() {
        const TemplateSlot place = slotOf({{"db-1", 50}, {"db-10", 30}, {"x \"y\"", 20}}, 3, 100);
        QCOMPARE(placeFilter(place, "db-10"), QStringLiteral("error_message~\"db-10\""));
        QCOMPARE(placeFilter(place, "db-1"), QStringLiteral("error_message~\"db-1\" not error_message~\"db-10\""));
        TemplateSlot within = slotOf({{"1", 50}, {"11", 30}}, 2, 80);
        within.before = "after ";
        within.after = " tries";
        QCOMPARE(placeFilter(within, "1"), QStringLiteral("error_message~\"after 1 tries\""));
        for (const auto& [value, count] : place.commonest)
            QVERIFY(
                parseFilter(narrowed(QStringLiteral("a or b"), placeFilter(place, value)), deadLetterSchema(), now));
    }

    /// A setting is told without the counters beside it; of counters alone, and of what changes all the time, so much.
    void tellsAChange() {
        Precursor change{{}, PrecursorKind::ComponentState, "router", "Version 17 was stored.", true, 17, 16};
        QCOMPARE(changeText(change), QStringLiteral("Version 17 was stored."));
        change.members = {{QStringLiteral("n"), QStringLiteral("1"), QStringLiteral("2"), MemberHabit::Doubtful}};
        QCOMPARE(changeText(change), QStringLiteral("router v16 → v17: n 1 → 2"));
        change.members.push_back({QStringLiteral("timeout_ms"), QStringLiteral("5000"), {}});
        QCOMPARE(changeText(change), QStringLiteral("router v16 → v17: timeout_ms 5000 → –"));
        change.members = {{QStringLiteral("n"), QStringLiteral("1"), QStringLiteral("2"), MemberHabit::Constant}};
        change.isRoutine = true;
        QCOMPARE(changeText(change), QStringLiteral("Version 17 was stored. It changes all the time."));
    }

    void tellsAContrast() {
        Contrast contrast{"data.region", QByteArray("eu-3"), "data.region:\"eu-3\"", 1790, 1800, 0, 2000};
        QCOMPARE(spaced(contrastText(contrast)),
                 QStringLiteral("data.region = eu-3 in 1 790 of 1 800, in 0 of 2 000 completed"));
        contrast.value.reset();
        QCOMPARE(spaced(contrastText(contrast)),
                 QStringLiteral("no data.region in 1 790 of 1 800, in 0 of 2 000 completed"));
    }

    void tellsWhatWasLookedAt() {
        GroupStory story;
        story.letters = 1000;
        QCOMPARE(spaced(lookedAtText(story)), QStringLiteral("Looked at the newest 1 000 letters so far…"));
        story.completed = 2000;
        story.isWhole = true;
        QCOMPARE(
            spaced(lookedAtText(story)),
            QStringLiteral("Looked at the newest 1 000 letters and the newest 2 000 completed messages of the port."));
        story.areAllLetters = story.areAllCompleted = true;
        QCOMPARE(spaced(lookedAtText(story)),
                 QStringLiteral("Looked at all 1 000 letters and all 2 000 completed messages of the port."));
    }

    void aPlaceIsReadAsItIsTyped_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("isPlace");
        QTest::newRow("short") << QStringLiteral("data.order.id") << true;
        QTest::newRow("column") << QStringLiteral("message_data.order.id") << true;
        QTest::newRow("array") << QStringLiteral("data.items[0].price") << true;
        QTest::newRow("odd key") << QStringLiteral("data.\"odd key\"") << true;
        QTest::newRow("a column") << QStringLiteral("port_name") << false;
        QTest::newRow("the document") << QStringLiteral("data") << false;
        QTest::newRow("a filter") << QStringLiteral("data.a:1 or data.b") << false;
        QTest::newRow("nothing") << QString() << false;
    }
    void aPlaceIsReadAsItIsTyped() {
        QFETCH(const QString, typed);
        QTEST(letterPlace(typed).has_value(), "isPlace");
    }

    void findsTheValueAtAPlace() {
        PortMessage letter;
        letter.messageData = "{\"order\":{\"id\":4711,\"name\":\"x\\ny\",\"none\":null},\"items\":[{\"price\":1.50}]}";
        letter.errorDetails = "{\"type\":\"E\"}";
        const auto text = [&](const char* typed) {
            const Value value = valueAt(letter, *letterPlace(QLatin1String(typed)));
            return std::holds_alternative<QByteArray>(value) ? std::get<QByteArray>(value) : QByteArray("nothing");
        };
        QCOMPARE(text("data.order.id"), QByteArray("4711"));
        QCOMPARE(text("data.order.name"), QByteArray("x\ny"));
        QCOMPARE(text("data.order.none"), QByteArray("nothing"));
        QCOMPARE(text("data.order.other"), QByteArray("nothing"));
        QCOMPARE(text("data.items[0].price"), QByteArray("1.50"));
        QCOMPARE(text("data.items[0]"), QByteArray("{\"price\":1.50}"));
        QCOMPARE(text("meta.order"), QByteArray("nothing"));
        QCOMPARE(text("details.type"), QByteArray("E"));
    }
};

QTEST_GUILESS_MAIN(TestStoryTexts)
#include "tst_storytexts.moc"
