#include "storage/messages/files/checks/numberset.h"

#include <QTest>
#include <limits>
#include <random>
#include <set>

using namespace portolan;

class TestNumberSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatComesTwice() {
        NumberSet set;
        for (const qint64 number : {5, 7, 6, 1})
            QVERIFY(set.add(number));
        for (const qint64 number : {5, 6, 7, 1})
            QVERIFY(!set.add(number));
        QCOMPARE(set.missing(5).gaps, std::size_t(1));
        QCOMPARE(set.missing(5).numbers, 3);
    }
    void joinsRuns() {
        NumberSet set;
        for (const qint64 number : {1, 3, 2, 10, 9, 11})
            set.add(number);
        const auto gaps = set.missing(5).first;
        QCOMPARE(gaps.size(), std::size_t(1));
        QCOMPARE(gaps[0].first, 4);
        QCOMPARE(gaps[0].last, 8);
    }
    void holdsTheEndsOfTheRange() {
        NumberSet set;
        QVERIFY(set.add(std::numeric_limits<qint64>::max()));
        QVERIFY(set.add(std::numeric_limits<qint64>::min()));
        QVERIFY(!set.add(std::numeric_limits<qint64>::max()));
        QVERIFY(set.add(std::numeric_limits<qint64>::max() - 1));
        QVERIFY(set.add(std::numeric_limits<qint64>::min() + 1));
        QCOMPARE(set.missing(5).gaps, std::size_t(1));
        QCOMPARE(set.missing(5).numbers, qint64(9.2e18));
    }
    void numbersThatAreNoSequenceLackNothing_data() {
        QTest::addColumn<QList<qint64>>("numbers");
        QTest::addColumn<qint64>("missing");
        QList<qint64> orders;
        QList<qint64> lossy;
        for (qint64 i = 0; i < 40; ++i) {
            orders << 5'000 + i * 7;
            if (i % 5 != 4)
                lossy << i;
        }
        QList<qint64> both = orders;
        for (qint64 i = 0; i < 100; ++i) {
            if (i != 50 && i != 51)
                both << i;
        }
        QTest::newRow("orders") << orders << qint64(0);
        QTest::newRow("a sequence of many losses") << lossy << qint64(7);
        QTest::newRow("a sequence before orders") << both << qint64(2);
        QTest::newRow("two numbers") << QList<qint64>{1, 9} << qint64(0);
        QTest::newRow("a short sequence") << QList<qint64>{1, 2, 3, 5} << qint64(1);
    }
    void numbersThatAreNoSequenceLackNothing() {
        QFETCH(QList<qint64>, numbers);
        NumberSet set;
        for (const qint64 number : std::as_const(numbers))
            set.add(number);
        QTEST(set.missing(5).numbers, "missing");
    }
    /// Against a plain set of all numbers.
    void isRightForAnyOrder() {
        std::mt19937 random(7);
        NumberSet set;
        std::set<qint64> all;
        for (int i = 0; i < 20'000; ++i) {
            const qint64 number = static_cast<qint64>(random() % 9'000);
            QCOMPARE(set.add(number), all.insert(number).second);
        }
        const qint64 missing = *all.rbegin() - *all.begin() + 1 - static_cast<qint64>(all.size());
        QCOMPARE(set.missing(0).numbers, missing);
        for (const NumberSet::Run& gap : set.missing(100'000).first) {
            for (qint64 number = gap.first; number <= gap.last; ++number)
                QVERIFY(!all.contains(number));
            QVERIFY(all.contains(gap.first - 1) && all.contains(gap.last + 1));
        }
    }
};

QTEST_GUILESS_MAIN(TestNumberSet)
#include "tst_numberset.moc"
