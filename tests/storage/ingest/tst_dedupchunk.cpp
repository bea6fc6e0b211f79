#include "storage/ingest/dedupchunk.h"
#include "storage/ingest/dedupquery.h"
#include "storage/ingest/dedupset.h"

#include <QtTest>
#include <limits>
#include <random>
#include <set>

using namespace portolan;

namespace {

constexpr quint64 maximum = std::numeric_limits<quint64>::max();

DedupChunk chunkOf(const std::vector<KeyPair>& keys) {
    DedupChunk chunk;
    for (const KeyPair key : keys)
        chunk.append(key);
    return chunk;
}

std::vector<KeyPair> keysOf(const DedupChunk& chunk) {
    std::vector<KeyPair> keys;
    chunk.forEach([&](KeyPair key) {
        keys.push_back(key);
        return true;
    });
    return keys;
}

} // namespace

class TestDedupChunk : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void twoStoresKnow_data() {
        QTest::addColumn<DedupAnswer>("a");
        QTest::addColumn<DedupAnswer>("b");
        QTest::addColumn<DedupAnswer>("both");
        const KeyPair from{1, 0};
        const DedupAnswer none{from, {}, "s", 0, 0, 0};
        const DedupAnswer some{{1, 5}, KeyPair{1, 9}, "s", 0, 2, 0};
        const DedupAnswer less{{1, 3}, KeyPair{1, 4}, "s", 0, 1, 1};
        const DedupAnswer later{{1, 7}, KeyPair{1, 7}, "s", 2, 0, 3};
        QTest::newRow("nothing") << none << none << none;
        QTest::newRow("one alone") << some << none << DedupAnswer{from, KeyPair{1, 9}, "s", 0, 2, 0};
        QTest::newRow("one behind") << some << less << DedupAnswer{{1, 3}, KeyPair{1, 9}, "s", 0, 2, 1};
        QTest::newRow("one an epoch behind") << some << later << DedupAnswer{from, KeyPair{1, 7}, "s", 2, 0, 3};
    }
    /// Whatever one of them lacks is asked for again, whichever comes first.
    void twoStoresKnow() {
        QFETCH(const DedupAnswer, a);
        QFETCH(const DedupAnswer, b);
        QFETCH(const DedupAnswer, both);
        QVERIFY(knownToBoth(a, b, {1, 0}) == both);
        QVERIFY(knownToBoth(b, a, {1, 0}) == both);
    }

    void keepsExactlyItsKeys_data() {
        QTest::addColumn<std::vector<KeyPair>>("keys");
        using Keys = std::vector<KeyPair>;
        QTest::newRow("none") << Keys{};
        QTest::newRow("one") << Keys{{7, 3}};
        QTest::newRow("zero") << Keys{{0, 0}};
        QTest::newRow("run") << Keys{{0, 5}, {0, 6}, {0, 7}, {0, 8}};
        QTest::newRow("pair") << Keys{{0, 5}, {0, 6}};
        QTest::newRow("run, gap, run") << Keys{{0, 1}, {0, 2}, {0, 3}, {0, 9}, {0, 10}, {4, 0}, {4, 1}};
        QTest::newRow("stream ids") << Keys{
            {1729090565000, 0}, {1729090565001, 0}, {1729090565001, 1}, {1729090565020, 4}};
        QTest::newRow("extremes") << Keys{{0, 0}, {0, maximum}, {maximum, 0}, {maximum, maximum}};
        QTest::newRow("run to the end") << Keys{{0, maximum - 2}, {0, maximum - 1}, {0, maximum}, {1, 0}};
    }
    void keepsExactlyItsKeys() {
        QFETCH(std::vector<KeyPair>, keys);
        const DedupChunk chunk = chunkOf(keys);
        QCOMPARE(chunk.count(), static_cast<qint64>(keys.size()));
        QVERIFY(keysOf(chunk) == keys);
        const auto again = DedupChunk::decode(chunk.encoded());
        QVERIFY(again);
        QVERIFY(keysOf(*again) == keys);
        QCOMPARE(again->encoded(), chunk.encoded());
        for (const KeyPair key : keys) {
            QVERIFY(again->contains(key));
            for (const KeyPair near : {KeyPair{key.major, key.minor + 1}, KeyPair{key.major, key.minor - 1},
                                       KeyPair{key.major + 1, key.minor}})
                QCOMPARE(chunk.contains(near), std::find(keys.begin(), keys.end(), near) != keys.end());
        }
    }

    void refusesKeysThatDoNotRise() {
        DedupChunk chunk = chunkOf({{1, 1}, {1, 2}});
        const QByteArray before = chunk.encoded();
        QVERIFY(!chunk.append({1, 2}));
        QVERIFY(!chunk.append({0, 9}));
        QCOMPARE(chunk.encoded(), before);
    }

    void goesOnAfterDecoding() {
        auto chunk = DedupChunk::decode(chunkOf({{0, 1}, {0, 2}}).encoded());
        QVERIFY(chunk && chunk->append({0, 3}) && chunk->append({0, 9}));
        QVERIFY(keysOf(*chunk) == (std::vector<KeyPair>{{0, 1}, {0, 2}, {0, 3}, {0, 9}}));
    }

    void refusesDamagedBytes() {
        const QByteArray good = chunkOf({{1, 1}, {1, 2}, {1, 3}, {5, 0}, {9, 9}}).encoded();
        for (qsizetype length = 0; length < good.size(); ++length)
            QVERIFY2(!DedupChunk::decode(good.first(length)), qPrintable(QString::number(length)));
        QVERIFY(!DedupChunk::decode(good + '\0'));
        std::mt19937 random(1);
        for (int round = 0; round < 20'000; ++round) {
            QByteArray bad = good;
            bad[static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size()))] = static_cast<char>(random());
            if (const auto chunk = DedupChunk::decode(bad); chunk && chunk->count() < 1000)
                QCOMPARE(static_cast<qint64>(keysOf(*chunk).size()), chunk->count());
        }
    }

    void costsFewBytes() {
        DedupChunk consecutive;
        for (quint64 i = 0; i < 1'000'000; ++i)
            consecutive.append({0, i + 1});
        QVERIFY(consecutive.encoded().size() < 32);
        DedupChunk stream;
        std::mt19937 random(2);
        quint64 time = 1729090565000;
        for (int i = 0; i < 10'000; ++i)
            stream.append({time += 1 + random() % 50, 0});
        QVERIFY(stream.encoded().size() < 3 * 10'000);
    }

    void knowsExactlyWhatWasStored() {
        std::mt19937 random(3);
        std::set<SourceKey> truth;
        DedupSet known;
        const std::vector<QByteArray> sources{"a/0/s", "b/0/s"};
        for (int round = 0; round < 8000; ++round) {
            const bool late = random() % 4 == 0;
            const quint64 major = late ? random() % 3000 : static_cast<quint64>(round) / 2;
            const SourceKey key{sources[random() % 2], major, random() % 40};
            QCOMPARE(known.insert(key), truth.insert(key).second);
        }
        QCOMPARE(known.count(), static_cast<qint64>(truth.size()));
        DedupSet copy;
        for (const auto& [source, chunks] : known.chunks()) {
            for (const DedupChunk& chunk : chunks)
                copy.insert(source, *DedupChunk::decode(chunk.encoded()));
        }
        for (quint64 major = 0; major < 4100; ++major) {
            for (quint64 minor = 0; minor < 41; minor += 3) {
                const SourceKey key{sources[major % 2], major, minor};
                QCOMPARE(known.contains(key), truth.contains(key));
                QCOMPARE(copy.contains(key), truth.contains(key));
            }
        }
    }

    void takesLongRunsAtOnce() {
        constexpr quint64 many = 1'000'000'000'000;
        DedupChunk chunk = chunkOf({{0, 1}});
        QVERIFY(chunk.append({0, 2}, many));
        QVERIFY(chunk.append({0, many + 10}, 5));
        QVERIFY(!chunk.append({0, maximum}, 2));
        QVERIFY(!chunk.append({1, 1}, 0));
        QCOMPARE(chunk.count(), qint64(many) + 6);
        DedupSet known;
        known.insert("s", *DedupChunk::decode(chunk.encoded()));
        QVERIFY(known.contains({"s", 0, many / 2}));
        QVERIFY(!known.contains({"s", 0, many + 5}));
        QVERIFY(known.insert({"s", 0, many + 5})); // between two runs: their keys are not gone over one by one
        QVERIFY(known.contains({"s", 0, many + 5}));
        QVERIFY(known.contains({"s", 0, many + 14}));
        QVERIFY(!known.contains({"s", 0, many + 15}));
        QCOMPARE(known.count(), qint64(many) + 7);
    }

    void letsGoOfKeys() {
        std::mt19937 random(5);
        for (int round = 0; round < 8; ++round) {
            std::set<SourceKey> truth;
            DedupSet known;
            for (int i = 0; i < 1500; ++i) {
                const SourceKey key{"s", random() % 30, random() % 100};
                QCOMPARE(known.insert(key), truth.insert(key).second);
            }
            std::set<KeyPair> gone;
            for (auto left = random() % 1500; left > 0; --left)
                gone.insert({random() % 31, random() % 101});
            const std::vector<KeyPair> keys(gone.begin(), gone.end());
            known.erase("s", keys);
            known.erase("t", keys);
            for (const KeyPair key : keys)
                truth.erase({"s", key.major, key.minor});
            QCOMPARE(known.count(), static_cast<qint64>(truth.size()));
            for (quint64 major = 0; major < 31; ++major) {
                for (quint64 minor = 0; minor < 101; ++minor)
                    QCOMPARE(known.contains({"s", major, minor}), truth.contains({"s", major, minor}));
            }
        }
        DedupSet known;
        known.insert({"s", 1, maximum});
        const KeyPair last{1, maximum};
        known.erase("s", std::span(&last, 1));
        QVERIFY(known.chunks().empty());
    }

    void neverKnowsUnkeyedOnes() {
        DedupSet known;
        QVERIFY(!known.insert(SourceKey{}));
        QVERIFY(!known.contains(SourceKey{}));
    }
};

QTEST_GUILESS_MAIN(TestDedupChunk)
#include "tst_dedupchunk.moc"
