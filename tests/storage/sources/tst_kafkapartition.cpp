#include "storage/sources/kafka/kafkapartition.h"

#include <QtTest>
#include <algorithm>

using namespace portolan;

namespace {

KafkaEvent message(qint64 offset) {
    return {KafkaEvent::What::Message, {3, offset}, QByteArray::number(offset)};
}

std::vector<Delivery> take(KafkaPartition& partition, std::initializer_list<qint64> offsets) {
    std::vector<Delivery> out;
    for (const qint64 offset : offsets)
        partition.take(message(offset), out);
    return out;
}

std::vector<Delivery> begin(KafkaPartition& partition, qint64 next, std::optional<qint64> last = {}) {
    std::vector<Delivery> out;
    DedupAnswer answer{{0, static_cast<quint64>(next)}, {}};
    if (last)
        answer.last = KeyPair{0, static_cast<quint64>(*last)};
    partition.begin(answer, out);
    return out;
}

/// One that handed out these, beginning with the first.
KafkaPartition running(std::initializer_list<qint64> offsets) {
    KafkaPartition partition({"t/3"}, 3);
    take(partition, offsets);
    begin(partition, *offsets.begin());
    return partition;
}

QList<qint64> offsets(const std::vector<Delivery>& deliveries) {
    QList<qint64> all;
    for (const Delivery& delivery : deliveries)
        all << static_cast<qint64>(delivery.key.minor);
    return all;
}

} // namespace

class TestKafkaPartition : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksTheStoreOnceAndHoldsWhatCame() {
        KafkaPartition partition({"t/3"}, 3);
        const auto out = take(partition, {10, 11, 12});
        QCOMPARE(out.size(), 1U);
        QVERIFY(out[0].question && !out[0].isMessage());
        QCOMPARE(out[0].question->identities(), std::vector<QByteArray>{"t/3"});
        QCOMPARE(out[0].question->from(), (KeyPair{0, 10}));
        QVERIFY(!partition.answered() && !partition.isQuiet());
        QCOMPARE(partition.heldCount(), 3U);
        out[0].question->answer(DedupAnswer{{0, 10}, {}});
        QVERIFY(partition.answered() && *partition.answered());
        const auto held = begin(partition, 10);
        QCOMPARE(offsets(held), (QList<qint64>{10, 11, 12}));
        QCOMPARE(held[1].payload, QByteArray("11"));
        QCOMPARE(held[1].keyText, QByteArray("3:11"));
        QCOMPARE(held[1].partition, std::optional<qint32>(3));
        QCOMPARE(partition.heldBytes(), 0);
    }

    void passesOverWhatIsStoredAndCommitsIt() {
        KafkaPartition partition({"t/3"}, 3);
        take(partition, {10, 11, 12});
        QCOMPARE(offsets(begin(partition, 12, 11)), QList<qint64>{12});
        QCOMPARE(partition.toCommit()->offset, 12);
        QCOMPARE(offsets(take(partition, {13, 14})), (QList<qint64>{13, 14}));
    }

    void asksAgainWhenOffsetsFallBack() {
        KafkaPartition partition = running({10, 11});
        auto out = take(partition, {3, 4});
        QCOMPARE(out.size(), 1U);
        QVERIFY(out[0].question && out[0].question->from() == (KeyPair{0, 3}));
        QCOMPARE(out[0].question->probes().size(), 1U);
        // The same topic: what is stored is passed over.
        QCOMPARE(offsets(begin(partition, 4, 11)), QList<qint64>{4});
    }

    void asksAgainWhenInDoubt() {
        KafkaPartition partition = running({10, 11});
        partition.doubt();
        QVERIFY(take(partition, {12})[0].question);
        QVERIFY(!partition.hasBegun());
        QCOMPARE(offsets(begin(partition, 12, 11)), QList<qint64>{12});
    }

    void doubtsAfterAPauseAndNowAndThen() {
        using std::chrono::seconds;
        const auto start = KafkaPartition::Clock::now();
        const auto isDue = [&](KafkaPartition& partition, int second) {
            return partition.isToBeLookedAt(start + seconds(second), seconds(1), seconds(5), seconds(60));
        };
        KafkaPartition partition({"t/3"}, 3);
        QVERIFY(!isDue(partition, 0));
        take(partition, {10});
        begin(partition, 10);
        QVERIFY(!isDue(partition, 7)); // nothing was handed out that could tell
        take(partition, {11});
        QVERIFY(isDue(partition, 8));
        QVERIFY(!isDue(partition, 9)); // too soon
        for (int second = 9; second < 68; ++second)
            QVERIFY(!partition.isToBeLookedAt(start + seconds(second), seconds(2), seconds(5), seconds(60)));
        QVERIFY(partition.isToBeLookedAt(start + seconds(68), seconds(2), seconds(5), seconds(60))); // busy
    }

    /// Longer than before by now, with a group that goes on: what was read tells.
    void knowsATopicThatWasMadeAgainWhileItRuns() {
        KafkaPartition partition = running({10, 11});
        std::vector<Delivery> out;
        const auto event = [](qint64 offset, const QByteArray& payload, qint64 sentAt) {
            return KafkaEvent{KafkaEvent::What::Message, {3, offset}, payload, {}, false, sentAt};
        };
        partition.take(event(12, "12", 1'000), out);
        QCOMPARE(partition.witness(), std::optional<qint64>(12));
        QVERIFY(!partition.isAnother(event(12, "12", 1'000)));
        QVERIFY(!partition.isAnother(event(12, "12", -1))); // a broker that tells no times
        QVERIFY(partition.isAnother(event(12, "other", 1'000)));
        QVERIFY(partition.isAnother(event(12, "12", 2'000)));  // says the same, and was sent later
        QVERIFY(!partition.isAnother(event(13, "13", 2'000))); // the witness is gone: nothing is known
        QVERIFY(!partition.isAnother(KafkaEvent{KafkaEvent::What::End, {3, 12}, {}, {}}));
        partition.take(event(13, "13", 1'001), out);
        QCOMPARE(partition.witness(), std::optional<qint64>(12));
        partition.doubt();
        out.clear();
        partition.take(event(14, "14", 1'002), out);
        QVERIFY(out.size() == 1 && out[0].question);
        QCOMPARE(offsets(begin(partition, 14, 13)), QList<qint64>{14});
        QCOMPARE(partition.witness(), std::optional<qint64>(13)); // it was looked at
        partition.doubt();
        partition.take(event(15, "15", 1'003), out);
        partition.knowAnother();
        DedupAnswer answer{{0, 15}, KeyPair{0, 14}};
        answer.identity = "t/3";
        out.clear();
        QVERIFY(!partition.beginAgain(answer, 0, out));
        QVERIFY(out.empty() && !partition.isKnownAnother() && !partition.witness());
        partition.take(event(0, "0", 1'002), out);
        QCOMPARE(out[0].key.source, sourceInEpoch("t/3", 1));
    }

    void beginsAnEpoch() {
        KafkaPartition partition({"named/3", "t/3"}, 3);
        take(partition, {0, 1});
        DedupAnswer answer{{0, 0}, KeyPair{0, 99}};
        answer.identity = "t/3";
        std::vector<Delivery> out;
        QVERIFY(partition.beginAgain(answer, 0, out));
        QCOMPARE(offsets(out), (QList<qint64>{0, 1}));
        QCOMPARE(out[0].key.source, sourceInEpoch("t/3", 1));
        // The group's own beginning is sought where it is after the topic's.
        KafkaPartition far({"t/3"}, 3);
        take(far, {50, 51});
        out.clear();
        QVERIFY(!far.beginAgain(answer, 2, out));
        QVERIFY(out.empty());
        QCOMPARE(offsets(take(far, {2, 3})), (QList<qint64>{2, 3}));
        far.acknowledge(3);
        QCOMPARE(far.toCommit()->offset, 4);
    }

    void commitsNoFurtherThanIsStored() {
        KafkaPartition partition = running({10, 11, 12});
        QVERIFY(!partition.toCommit() && !partition.isStored());
        partition.acknowledge(11);
        QCOMPARE(partition.toCommit()->offset, 12);
        partition.committing();
        QVERIFY(!partition.toCommit() && !partition.isSettled());
        partition.committed(false);
        QCOMPARE(partition.toCommit()->offset, 12); // tried again
        partition.committing();
        partition.committed(true);
        QVERIFY(partition.isSettled() && !partition.isStored());
        partition.acknowledge(12);
        QVERIFY(partition.isStored());
    }

    void ignoresAcknowledgementsOfAnotherTime() {
        KafkaPartition fresh({"t/3"}, 3);
        fresh.acknowledge(5);
        QVERIFY(!fresh.toCommit());
        KafkaPartition partition = running({10, 11});
        partition.acknowledge(9);  // before it began
        partition.acknowledge(12); // was not handed out
        QVERIFY(!partition.toCommit());
    }

    void tellsOfWhatWasCutOff_data() {
        QTest::addColumn<qint64>("first");
        QTest::addColumn<QList<qint64>>("missing");
        QTest::newRow("compaction") << qint64(0) << QList<qint64>{};
        QTest::newRow("up to the jump's end") << qint64(20) << QList<qint64>{8};
        QTest::newRow("beyond: the rest came") << qint64(25) << QList<qint64>{8};
        QTest::newRow("a part of it") << qint64(15) << QList<qint64>{3};
    }
    void tellsOfWhatWasCutOff() {
        QFETCH(qint64, first);
        QFETCH(QList<qint64>, missing);
        KafkaPartition partition = running({10, 11});
        take(partition, {20, 21});
        QVERIFY(partition.hasJumped());
        std::vector<Delivery> news;
        partition.tellOfCut(first, news);
        QVERIFY(!partition.hasJumped());
        QList<qint64> told;
        for (const Delivery& each : news) {
            QVERIFY(each.gap && each.gap->kind == GapKind::Trimmed);
            told << *each.gap->missing;
        }
        QCOMPARE(told, missing);
    }

    void looksForAGapBehindWhatIsStored() {
        KafkaPartition partition({"t/3"}, 3);
        take(partition, {50});
        begin(partition, 50, 19);
        std::vector<Delivery> news;
        partition.tellOfCut(50, news);
        QCOMPARE(news.size(), 1U);
        QCOMPARE(*news[0].gap->missing, 30);
        QCOMPARE(news[0].key.minor, 49U);
    }

    // What the store had and lost it tells itself: only the rest of a cut is told here, under a key of that.
    void tellsOfACutWithoutWhatTheStoreLost_data() {
        QTest::addColumn<qint64>("first"); ///< of the lost ones, up to 39
        QTest::addColumn<QList<qint64>>("told");
        QTest::newRow("all of it") << qint64(20) << QList<qint64>{};
        QTest::newRow("the end of it") << qint64(30) << QList<qint64>{10, 29};
    }
    void tellsOfACutWithoutWhatTheStoreLost() {
        QFETCH(qint64, first);
        QFETCH(QList<qint64>, told);
        KafkaPartition partition({"t/3"}, 3);
        take(partition, {40});
        DedupAnswer answer{{0, 40}, KeyPair{0, 19}};
        answer.stores.push_back(
            {{0, 0}, {0, 19}, 0, {{{0, static_cast<quint64>(first)}, static_cast<quint64>(40 - first)}}});
        std::vector<Delivery> news;
        partition.begin(answer, news);
        news.clear();
        partition.tellOfCut(40, news);
        QList<qint64> found;
        for (const Delivery& each : news)
            found << *each.gap->missing << static_cast<qint64>(each.key.minor);
        QCOMPARE(found, told);
    }

    void isQuietAtItsEndOnly() {
        KafkaPartition partition({"t/3"}, 3);
        QVERIFY(!partition.isQuiet());
        partition.reachedEnd();
        QVERIFY(partition.isQuiet());
        take(partition, {1});
        QVERIFY(!partition.isQuiet());
    }
};

QTEST_GUILESS_MAIN(TestKafkaPartition)
#include "tst_kafkapartition.moc"
