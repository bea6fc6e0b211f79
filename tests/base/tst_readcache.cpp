#include "storage/base/readcache.h"

#include <QTest>
#include <string>

using namespace portolan;

class TestReadCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesWhatItWasGivenUntilSomethingIsWritten() {
        ReadCache cache(1000);
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
        const ReadCacheFigures before = ReadCache::figures();
        {
            ReadCache cache(100);
            QCOMPARE(ReadCache::figures().most - before.most, 100);
            for (int i = 0; i < 50; ++i) {
                const auto kept = cache.put(QByteArray::number(i), 1, i, 30);
                QCOMPARE(*kept, i);
                QVERIFY(i == 0 || cache.find<int>("0", 1)); // asked for each time, so it stays
                QVERIFY(ReadCache::figures().bytes - before.bytes <= 100);
            }
            QVERIFY(cache.find<int>("49", 1));
            QVERIFY(!cache.find<int>("20", 1));
            QCOMPARE(*cache.put("large", 1, 5, 101), 5); // given, not kept
            QVERIFY(!cache.find<int>("large", 1));
            cache.put("0", 1, 9, 30); // in place of what was there
            QCOMPARE(*cache.find<int>("0", 1), 9);
        }
        const ReadCacheFigures after = ReadCache::figures();
        QCOMPARE(after.bytes, before.bytes);
        QCOMPARE(after.most, before.most);
        QCOMPARE(after.hits - before.hits, 49 + 2);
        QCOMPARE(after.misses - before.misses, 2);
    }
};

QTEST_GUILESS_MAIN(TestReadCache)
#include "tst_readcache.moc"
