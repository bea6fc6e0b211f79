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
        QCOMPARE(set.gapCount(), std::size_t(1));
        QCOMPARE(set.missing(), 3);
    }
    void joinsRuns() {
        NumberSet set;
        for (const qint64 number : {1, 3, 2, 10, 9, 11})
            set.add(number);
        const auto gaps = set.gaps(5);
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
        QCOMPARE(set.gapCount(), std::size_t(1));
        QCOMPARE(set.missing(), qint64(9.2e18));
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
        QCOMPARE(set.missing(), missing);
        for (const NumberSet::Run& gap : set.gaps(100'000)) {
            for (qint64 number = gap.first; number <= gap.last; ++number)
                QVERIFY(!all.contains(number));
            QVERIFY(all.contains(gap.first - 1) && all.contains(gap.last + 1));
        }
    }
};

QTEST_GUILESS_MAIN(TestNumberSet)
#include "tst_numberset.moc"
