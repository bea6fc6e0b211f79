#include "storage/base/readcache.h"

#include <QTest>
#include <string>

using namespace portolan;

class TestReadCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesWhatItWasGivenUntilSomethingIsWritten() {
        ReadCacheBudget budget(1000);
        ReadCache cache(budget);
        QVERIFY(!cache.find<int>("a", 1));
        cache.put("a", 1, 7, 10);
        QVERIFY(cache.find<int>("a", 1));
        QCOMPARE(*cache.find<int>("a", 1), 7);
        QVERIFY(!cache.find<int>("b", 1));
        QVERIFY(!cache.find<std::string>("a", 1)); // another kind of answer
        QVERIFY(!cache.find<int>("a", 2));         // written by somebody
        QVERIFY(!cache.find<int>("a", 1));         // what it was before is not known any more
        cache.put("a", 1, 8, 10);
        cache.invalidate();
        QVERIFY(!cache.find<int>("a", 1));
    }

    void isBoundedAndKeepsWhatIsAskedFor() {
        ReadCacheBudget budget(100);
        QCOMPARE(budget.figures().most, 100);
        {
            ReadCache cache(budget);
            for (int i = 0; i < 50; ++i) {
                const auto kept = cache.put(QByteArray::number(i), 1, i, 30);
                QCOMPARE(*kept, i);
                QVERIFY(i == 0 || cache.find<int>("0", 1)); // asked for each time, so it stays
                QVERIFY(budget.figures().bytes <= 100);
            }
            QVERIFY(cache.find<int>("49", 1));
            QVERIFY(!cache.find<int>("20", 1));
            QCOMPARE(*cache.put("large", 1, 5, 101), 5); // given, not kept
            QVERIFY(!cache.find<int>("large", 1));
            cache.put("0", 1, 9, 30); // in place of what was there
            QCOMPARE(*cache.find<int>("0", 1), 9);
        }
        QCOMPARE(budget.figures().bytes, 0);
        QCOMPARE(budget.figures().hits, 49 + 2);
        QCOMPARE(budget.figures().misses, 2);
    }

    void severalHoldNoMoreThanTheirBudget() {
        ReadCacheBudget budget(100);
        ReadCache first(budget);
        ReadCache second(budget);
        for (int i = 0; i < 3; ++i)
            first.put(QByteArray::number(i), 1, i, 30);
        second.put("a", 1, 7, 60);
        QVERIFY(!second.find<int>("a", 1)); // no room
        QCOMPARE(budget.figures().bytes, 90);
        for (int round = 0; round < 2; ++round) { // the first gives way as it is asked, the oldest answer first
            QVERIFY(first.find<int>("2", 1));
            second.put("a", 1, 7, 60);
            QVERIFY(budget.figures().bytes <= 100);
        }
        QVERIFY(second.find<int>("a", 1));
        QVERIFY(!first.find<int>("0", 1));
        QVERIFY(first.find<int>("2", 1));
    }
};

QTEST_GUILESS_MAIN(TestReadCache)
#include "tst_readcache.moc"
