#include "storage/ingest/sql/sqlwriter.h"

#include "storage/ingest/sql/sqldedupset.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/stores/sqlitestore.h"
#include "tests/support/writtenstore.h"

#include <QRandomGenerator>
#include <QTest>
#include <atomic>
#include <latch>
#include <limits>
#include <map>
#include <set>
#include <thread>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::SqliteScript;

namespace {

using Written = portolan::test::WrittenStore;
using portolan::test::countsText;

constexpr char numbers[] = "SELECT group_concat(message_number) FROM (SELECT * FROM messages ORDER BY id)";
constexpr char batches[] = "SELECT b.id, b.filename, b.message_count, count(m.id) FROM batches b "
                           "LEFT JOIN messages m ON m.batch_id = b.id GROUP BY b.id";

} // namespace

class TestSqlWriter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fillsBatchesOfTen();
    void continuesLastBatchAfterRestart();
    void honoursBatchSize();
    void numbersMessagesThatHaveNone();
    void rejectsWhenNumbersRunOut();
    void keepsMillisecondsAndText();
    void storesWhatComesTwiceOnce();
    void findsOldKeysAmongNewOnes();
    void knowsKeysAfterRestart();
    void keepsSourcesApart();
    void storesUnkeyedAlways();
    void marksCommitsOfUnkeyedOnes();
    void knowsKeysBeyondSignedIntegers();
    void keyChunksAreExact();
    void tricklingMakesFewChunks();
    void keepsRejectsByteForByte();
    void refusedDataLeavesNothing();
    void busyLeavesNothing();
    void damagedKeysAreNotGuessed();
    void recoversAndStoresOnce();
    void writersInTwoThreadsShareAStore();
    void notOnAStoreOpenForReading();
};

void TestSqlWriter::fillsBatchesOfTen() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 25))), QStringLiteral("25 0 0"));
    QCOMPARE(w.rows(batches), QStringList({QStringLiteral("1|messages_batch_0001.txt|10|10"),
                                           QStringLiteral("2|messages_batch_0002.txt|10|10"),
                                           QStringLiteral("3|messages_batch_0003.txt|5|5")}));
}

void TestSqlWriter::continuesLastBatchAfterRestart() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 7))), QStringLiteral("7 0 0"));
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().range(8, 12))), QStringLiteral("5 0 0"));
    QCOMPARE(w.rows(batches), QStringList({QStringLiteral("1|messages_batch_0001.txt|10|10"),
                                           QStringLiteral("2|messages_batch_0002.txt|2|2")}));
    QCOMPARE(w.value("SELECT date_modified >= date_created FROM batches WHERE id = 1"), QStringLiteral("1"));
}

void TestSqlWriter::honoursBatchSize() {
    Written w;
    w.url().batchSize = 3;
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().range(1, 7))), QStringLiteral("7 0 0"));
    QCOMPARE(w.value("SELECT group_concat(message_count) FROM batches"), QStringLiteral("3,3,1"));
}

void TestSqlWriter::numbersMessagesThatHaveNone() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().message(1).message(2, 41).message(3).message(4, 7).message(5))),
             QStringLiteral("5 0 0"));
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().message(6))), QStringLiteral("1 0 0"));
    QCOMPARE(w.value(numbers), QStringLiteral("1,41,42,7,8,9"));
}

void TestSqlWriter::rejectsWhenNumbersRunOut() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().message(1, std::numeric_limits<qint64>::max()).message(2))),
             QStringLiteral("1 0 1"));
    QCOMPARE(w.value(numbers), QStringLiteral("9223372036854775807"));
}

void TestSqlWriter::keepsMillisecondsAndText() {
    Written w;
    IngestItems items;
    items.unkeyed("zeile\nzwei \xc3\xa4\t'\"").unkeyed("");
    std::get<IncomingMessage>(items.last().decoded).timestamp = Timestamp(std::chrono::microseconds(-1));
    QCOMPARE(countsText(w.store(items)), QStringLiteral("2 0 0"));
    QCOMPARE(w.rows("SELECT timestamp, typeof(content), hex(content) FROM messages ORDER BY id"),
             QStringList(
                 {QStringLiteral("1729090565123|text|7A65696C650A7A77656920C3A4092722"), QStringLiteral("-1|text|")}));
}

void TestSqlWriter::storesWhatComesTwiceOnce() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 5))), QStringLiteral("5 0 0"));
    QCOMPARE(countsText(w.store(IngestItems().range(1, 5))), QStringLiteral("0 5 0"));
    QCOMPARE(countsText(w.store(IngestItems().message(6).message(6).message(6))), QStringLiteral("1 2 0"));
    QCOMPARE(w.value("SELECT count(*) FROM messages"), QStringLiteral("6"));
}

void TestSqlWriter::findsOldKeysAmongNewOnes() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().message(10).message(20).message(30))), QStringLiteral("3 0 0"));
    // 15 and 5 lie between and before what is known, and were never stored.
    QCOMPARE(countsText(w.store(IngestItems().message(40).message(20).message(15).message(5).message(10))),
             QStringLiteral("3 2 0"));
    QCOMPARE(countsText(w.store(IngestItems().message(5).message(15).message(25).message(40))),
             QStringLiteral("1 3 0"));
    QCOMPARE(w.value("SELECT sum(count) FROM portolan_source_chunks"), QStringLiteral("7"));
}

void TestSqlWriter::knowsKeysAfterRestart() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 30))), QStringLiteral("30 0 0"));
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().range(25, 35))), QStringLiteral("5 6 0"));
}

void TestSqlWriter::keepsSourcesApart() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().message(1).from("other:1/0/s").message(1).message(2))),
             QStringLiteral("3 0 0"));
    QCOMPARE(countsText(w.store(IngestItems().message(2).from("other:1/0/s").message(2))), QStringLiteral("1 1 0"));
    QCOMPARE(w.value("SELECT count(*) FROM portolan_sources"), QStringLiteral("2"));
}

void TestSqlWriter::storesUnkeyedAlways() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().unkeyed("same").unkeyed("same"))), QStringLiteral("2 0 0"));
    QCOMPARE(w.value("SELECT count(*) FROM portolan_source_chunks"), QStringLiteral("0"));
}

/// One row a writer, which does not stay for ever.
void TestSqlWriter::marksCommitsOfUnkeyedOnes() {
    const QByteArray marks = "SELECT count(*) || ' ' || sum(number) FROM portolan_commits";
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 3))), QStringLiteral("3 0 0"));
    QCOMPARE(w.value("SELECT count(*) FROM portolan_commits"), QStringLiteral("0"));
    QCOMPARE(countsText(w.store(IngestItems().unkeyed("a").unkeyed("b"))), QStringLiteral("2 0 0"));
    QCOMPARE(countsText(w.store(IngestItems().message(4).unkeyed("c"))), QStringLiteral("2 0 0"));
    QCOMPARE(w.value(marks), QStringLiteral("1 2"));
    const auto settled = w.writer().recover();
    QVERIFY(settled.ok());
    QVERIFY(!settled->has_value()); // nothing is in doubt
    QCOMPARE(
        SqliteScript(w.url().path)
            .run("INSERT INTO portolan_commits VALUES ('gone', 9, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-8 days')),"
                 "('waits', 9, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-6 days'))"),
        QString());
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().unkeyed("d"))), QStringLiteral("1 0 0"));
    QCOMPARE(w.value(marks), QStringLiteral("3 12"));
    QCOMPARE(w.value("SELECT group_concat(writer) FROM portolan_commits WHERE number = 9"), QStringLiteral("waits"));
}

void TestSqlWriter::knowsKeysBeyondSignedIntegers() {
    Written w;
    constexpr quint64 greatest = std::numeric_limits<quint64>::max();
    IngestItems items;
    for (const quint64 minor : {quint64(0), greatest / 2, greatest / 2 + 1, greatest}) {
        items.message(0);
        items.last().delivery.key = {"s", greatest, minor};
    }
    QCOMPARE(countsText(w.store(items)), QStringLiteral("4 0 0"));
    QCOMPARE(countsText(w.store(items)), QStringLiteral("0 4 0"));
    IngestItems between;
    between.message(0);
    between.last().delivery.key = {"s", greatest, greatest - 1};
    QCOMPARE(countsText(w.store(between)), QStringLiteral("1 0 0"));
}

/// Against a plain set, with groups that are new, old, in gaps, and large enough to split chunks.
void TestSqlWriter::keyChunksAreExact() {
    Written w;
    const auto connection = openSqliteForWriting(w.url().path);
    QVERIFY(connection.ok());
    SqlDedupSet keys(**connection);
    std::map<KeyPair, quint64> oracle; // the hash that came with a key first
    QRandomGenerator random(4711);
    for (int round = 0; round < 150; ++round) {
        std::set<KeyPair> group;
        const quint64 base = random.bounded(3) == 0 ? random.bounded(20000u) : 100u * static_cast<quint64>(round);
        const quint32 spread = 1 + random.bounded(6000u);
        for (quint32 i = random.bounded(1500u) + 1; i > 0; --i)
            group.insert({base + random.bounded(spread), random.bounded(3u)});
        std::vector<DedupProbe> probes;
        std::map<KeyPair, quint64> after = oracle;
        bool isRight = true;
        for (const KeyPair key : group) {
            probes.push_back({key, random.generate64() | 1});
            after.try_emplace(key, probes.back().hash);
        }
        Result<UnitOfWork> work = UnitOfWork::begin(**connection);
        QVERIFY(work.ok());
        const auto states = keys.add("s", probes);
        QVERIFY2(states.ok(), states.ok() ? "" : qPrintable(states.error().text));
        QCOMPARE(states->size(), probes.size());
        for (std::size_t i = 0; i < probes.size(); ++i) {
            const KeyState& state = (*states)[i];
            isRight =
                isRight && state.isFresh == !oracle.contains(probes[i].key) && state.hash == after.at(probes[i].key);
        }
        QVERIFY2(isRight, qPrintable(QStringLiteral("round %1").arg(round)));
        if (round % 7 == 3)
            continue; // rolled back: nothing of it may be known
        QVERIFY(work->commit().ok());
        oracle = std::move(after);
    }
    SqliteScript script(w.url().path);
    QCOMPARE(script.value("SELECT sum(count) FROM portolan_source_chunks"), QString::number(oracle.size()));
    QCOMPARE(script.value("SELECT count(*) FROM portolan_source_chunks a JOIN portolan_source_chunks b ON a.id <> b.id "
                          "AND (b.first_major, b.first_minor) >= (a.first_major, a.first_minor) "
                          "AND (b.first_major, b.first_minor) <= (a.last_major, a.last_minor)"),
             QStringLiteral("0"));
}

void TestSqlWriter::tricklingMakesFewChunks() {
    Written w;
    const auto connection = openSqliteForWriting(w.url().path);
    QVERIFY(connection.ok());
    Result<UnitOfWork> work = UnitOfWork::begin(**connection);
    QVERIFY(work.ok());
    SqlDedupSet keys(**connection);
    for (quint64 n = 1; n <= 3000; ++n)
        QVERIFY(keys.add("s", std::vector<DedupProbe>{{{n * 7, 0}, n}}).ok());
    QVERIFY(work->commit().ok());
    QCOMPARE(w.value("SELECT count(*) FROM portolan_source_chunks"), QStringLiteral("3"));
}

void TestSqlWriter::keepsRejectsByteForByte() {
    Written w;
    IngestItems items;
    items.rejection(3, QStringLiteral("no UTF-8")).message(4);
    QCOMPARE(countsText(w.store(items)), QStringLiteral("1 0 1"));
    QCOMPARE(countsText(w.store(items)), QStringLiteral("0 2 0"));
    QCOMPARE(w.rows("SELECT source, key, reason, hex(payload), typeof(payload) FROM portolan_rejects"),
             QStringList(QStringLiteral("localhost:6379/0/orders|1003-0|no UTF-8|72617700FF33|blob")));
}

void TestSqlWriter::refusedDataLeavesNothing() {
    Written w;
    QCOMPARE(SqliteScript(w.url().path)
                 .run("CREATE TRIGGER no BEFORE INSERT ON messages WHEN NEW.content = 'text 150' "
                      "BEGIN SELECT RAISE(ABORT, 'poison'); END"),
             QString());
    const Result<IngestCounts> counts = w.store(IngestItems().range(1, 200).rejection(201, QStringLiteral("bad")));
    QVERIFY(!counts.ok());
    QCOMPARE(counts.error().code, ErrorCode::Invalid);
    QCOMPARE(w.value("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM batches) + "
                     "(SELECT count(*) FROM portolan_source_chunks) + (SELECT count(*) FROM portolan_rejects)"),
             QStringLiteral("0"));
    QCOMPARE(countsText(w.store(IngestItems().range(1, 149))), QStringLiteral("149 0 0"));
    QCOMPARE(countsText(w.store(IngestItems().range(140, 149).range(151, 160))), QStringLiteral("10 10 0"));
}

void TestSqlWriter::busyLeavesNothing() {
    Written w;
    SqliteScript other(w.url().path);
    QCOMPARE(other.run("BEGIN IMMEDIATE"), QString());
    const Result<IngestCounts> counts = w.store(IngestItems().message(1));
    QVERIFY(!counts.ok());
    QCOMPARE(counts.error().code, ErrorCode::Busy);
    QCOMPARE(other.run("ROLLBACK"), QString());
    QCOMPARE(countsText(w.store(IngestItems().message(1))), QStringLiteral("1 0 0"));
}

void TestSqlWriter::damagedKeysAreNotGuessed() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 5))), QStringLiteral("5 0 0"));
    QCOMPARE(SqliteScript(w.url().path).run("UPDATE portolan_source_chunks SET keys = x'ff'"), QString());
    const Result<IngestCounts> counts = w.store(IngestItems().message(6));
    QVERIFY(!counts.ok());
    QCOMPARE(counts.error().code, ErrorCode::Corrupt);
    QCOMPARE(w.value("SELECT count(*) FROM messages"), QStringLiteral("5"));
}

void TestSqlWriter::recoversAndStoresOnce() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().range(1, 5))), QStringLiteral("5 0 0"));
    SqliteScript reader(w.url().path);
    QCOMPARE(reader.run("BEGIN; SELECT count(*) FROM messages"), QString());
    QCOMPARE(countsText(w.store(IngestItems().range(6, 8))), QStringLiteral("3 0 0"));
    // A reader holds the log: nothing may be taken for settled, and nothing is stored until it is.
    const auto hindered = w.writer().recover();
    QVERIFY(!hindered.ok());
    QCOMPARE(hindered.error().code, ErrorCode::Busy);
    QCOMPARE(w.store(IngestItems().message(9)).error().code, ErrorCode::Unknown);
    QCOMPARE(reader.run("COMMIT"), QString());
    QVERIFY(w.writer().recover().ok());
    QCOMPARE(countsText(w.store(IngestItems().range(6, 9))), QStringLiteral("1 3 0"));
}

void TestSqlWriter::writersInTwoThreadsShareAStore() {
    Written w;
    constexpr int groups = 40;
    std::atomic<qint64> stored = 0;
    std::atomic<qint64> duplicates = 0;
    std::atomic<int> failures = 0;
    std::latch start(2);
    // Both bring the same keys in overlapping groups, one from the front and one from the back.
    const auto bring = [&](bool forward) {
        const Result<std::unique_ptr<IngestWriter>> writer = SqlWriter::open(w.url());
        start.arrive_and_wait();
        for (int i = 0; writer && i < groups; ++i) {
            const auto at = static_cast<quint64>(forward ? i : groups - 1 - i) * 10;
            const Result<IngestCounts> counts = (*writer)->store(IngestItems().range(at, at + 14).all());
            if (counts) {
                stored += counts->stored;
                duplicates += counts->duplicates;
            } else {
                ++failures;
            }
        }
        failures += writer ? 0 : 1;
    };
    {
        const std::jthread one(bring, true);
        const std::jthread other(bring, false);
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(stored.load(), qint64(groups * 10 + 5));
    QCOMPARE(stored.load() + duplicates.load(), qint64(2 * groups * 15));
    QCOMPARE(w.value("SELECT count(*) || ' ' || count(DISTINCT content) FROM messages"),
             QStringLiteral("%1 %1").arg(stored.load()));
    QCOMPARE(w.value("SELECT count(*) FROM batches b WHERE message_count <> "
                     "(SELECT count(*) FROM messages m WHERE m.batch_id = b.id) OR message_count > 10"),
             QStringLiteral("0"));
}

void TestSqlWriter::notOnAStoreOpenForReading() {
    Written w;
    const auto store = openSqliteStore(w.url(), Access::Read);
    QVERIFY(store.ok());
    QCOMPARE((*store)->ingestWriter().error().code, ErrorCode::ReadOnly);
    QVERIFY2(!(*store)->unavailableReason(Feature::Receive), "opened for writing, it could");
}

QTEST_GUILESS_MAIN(TestSqlWriter)
#include "tst_sqlwriter.moc"
