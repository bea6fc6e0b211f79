#include "storage/deadletters/templateminer.h"
#include "storage/deadletters/templateslots.h"

#include <QtTest>
#include <random>

using namespace portolan;

class TestTemplateSlots : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesPlacesByTheirValues_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("messages");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("unit and host") << QByteArray("timeout after <*> on <*>")
                                       << QByteArrayList{"timeout after 3000 ms on db-1", "timeout after 12ms on db-2"}
                                       << QByteArray("timeout after ⟨ms⟩ on ⟨host⟩");
        QTest::newRow("a host in part") << QByteArray("timeout after <*> on db-<*>")
                                        << QByteArrayList{"timeout after 3 ms on db-1"}
                                        << QByteArray("timeout after ⟨ms⟩ on ⟨host⟩");
        QTest::newRow("named") << QByteArray("retry=<*> user: <*>") << QByteArrayList{"retry=3 user: 17"}
                               << QByteArray("retry=⟨retry⟩ user: ⟨user⟩");
        QTest::newRow("part of a word") << QByteArray("block blk_<*> is lost") << QByteArrayList{"block blk_17 is lost"}
                                        << QByteArray("block ⟨block⟩ is lost");
        QTest::newRow("two of a name") << QByteArray("from <*> to <*>")
                                       << QByteArrayList{"from 10.0.0.1 to 10.0.0.2:80"}
                                       << QByteArray("from ⟨address⟩ to ⟨address 2⟩");
        QTest::newRow("id") << QByteArray("no row <*>") << QByteArrayList{"no row 00000000-0000-4000-8000-000000000001"}
                            << QByteArray("no row ⟨id⟩");
        QTest::newRow("path") << QByteArray("cannot open <*>") << QByteArrayList{"cannot open /var/x"}
                              << QByteArray("cannot open ⟨path⟩");
        QTest::newRow("number after a word") << QByteArray("line <*> is wrong") << QByteArrayList{"line 17 is wrong"}
                                             << QByteArray("line ⟨line⟩ is wrong");
        QTest::newRow("number after a small word")
            << QByteArray("part <*> of <*>") << QByteArrayList{"part 1 of 3"} << QByteArray("part ⟨part⟩ of ⟨number⟩");
        QTest::newRow("nothing varies") << QByteArray("no such customer") << QByteArrayList{"no such customer"}
                                        << QByteArray("no such customer");
        QTest::newRow("all varies") << QByteArray("<*>") << QByteArrayList{"17", "x y"} << QByteArray("⟨value⟩");
        QTest::newRow("nothing at all") << QByteArray() << QByteArrayList{""} << QByteArray();
    }
    void namesPlacesByTheirValues() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArrayList, messages);
        SlotCounter counter(text);
        for (const QByteArray& message : messages)
            QVERIFY2(counter.add(message), message.constData());
        QTEST(counter.namedText(), "named");
    }

    void countsTheValuesOfEachPlace() {
        SlotCounter counter("timeout after <*> on <*>");
        for (int n = 0; n < 100; ++n)
            QVERIFY(counter.add("timeout  after " + QByteArray::number(n) + " ms on db-"
                                + QByteArray::number(1 + n % 4 / 3)));
        QVERIFY(!counter.add("connection refused"));
        QVERIFY(!counter.add("timeout after 3 ms"));
        const auto places = counter.places();
        QCOMPARE(places.size(), 2U);
        QCOMPARE(places[0].distinct, 100);
        QCOMPARE(places[0].commonest.size(), SlotCounter::mostShown);
        QCOMPARE(places[0].before, QByteArray("after "));
        QCOMPARE(places[0].after, QByteArray(" on"));
        QCOMPARE(places[1].before, QByteArray("on "));
        QCOMPARE(places[1].after, QByteArray());
        QCOMPARE(places[1].of, 100);
        QCOMPARE(places[1].commonest, (std::vector<TemplateSlot::Share>{{"db-1", 75}, {"db-2", 25}}));
    }

    /// Whatever the miner makes one template of, every message of it fits, and its values put back make the message.
    void everyMessageOfATemplateFits() {
        std::mt19937 random(7);
        const QByteArrayList forms{"timeout after %n ms on db-%n",
                                   "user %w from %a (%n B) is gone",
                                   "GET /a/%n/b?x=%n failed: status=%n",
                                   "[%n] lost \"%w\" at 12:00:%n",
                                   "Connection to %a:%n refused; retry = %n",
                                   "size %n bytes (%n KB) of queue-%n"};
        TemplateMiner miner;
        std::vector<std::pair<TemplateId, QByteArray>> added;
        for (int i = 0; i < 3'000; ++i) {
            QByteArray message = forms[static_cast<qsizetype>(random() % 6)];
            for (qsizetype at = message.indexOf('%'); at >= 0; at = message.indexOf('%')) {
                const QByteArray number = QByteArray::number(random() % 5'000);
                message.replace(at, 2,
                                message[at + 1] == 'n'   ? number
                                : message[at + 1] == 'w' ? "name" + number
                                                         : "10.1." + QByteArray::number(random() % 200) + ".7");
            }
            added.emplace_back(miner.add(message), message);
        }
        miner.settle();
        std::map<QByteArray, SlotCounter> counters;
        for (const auto& [id, message] : added) {
            const QByteArray text = miner.text(miner.settled(id));
            SlotCounter& counter = counters.try_emplace(text, text).first->second;
            QVERIFY2(counter.add(message), (text + " | " + message).constData());
        }
        QVERIFY(counters.size() >= 6);
        for (const auto& [text, counter] : counters) {
            for (const TemplateSlot& place : counter.places()) {
                qint64 sum = 0;
                for (const auto& share : place.commonest)
                    sum += share.count;
                QVERIFY(sum <= place.of && (place.distinct > 8 || sum == place.of));
            }
        }
    }

    void memoryIsBounded() {
        SlotCounter counter("n <*>");
        for (int n = 0; n < 3'000; ++n)
            QVERIFY(counter.add("n " + QByteArray::number(n) + QByteArray(1'000, 'x')));
        QCOMPARE(counter.places()[0].distinct, static_cast<qint64>(SlotCounter::mostDistinct));
        QVERIFY(counter.places()[0].isAtLeast);
        QCOMPARE(counter.places()[0].commonest[0].value.size(), SlotCounter::longestValue);
    }
};

QTEST_GUILESS_MAIN(TestTemplateSlots)
#include "tst_templateslots.moc"
