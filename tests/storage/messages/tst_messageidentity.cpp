#include "storage/ingest/contenthash.h"
#include "storage/ingest/dedupquery.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/writtenstore.h"

#include <QTest>
#include <map>
#include <memory>
#include <random>
#include <set>

using namespace portolan;
using portolan::test::countsText;
using portolan::test::IngestItems;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr char source[] = "localhost:6379/0/orders";

QByteArray uuid(int n) {
    return "00000000-0000-0000-0000-" + QByteArray::number(n + 1).rightJustified(12, '0');
}
QByteArray portMessage(int id, const QByteArray& port, const QByteArray& data) {
    return R"({"kind":"port_message","id":")" + uuid(id) + R"(","port_name":")" + port
           + R"(","source_component":"a","target_component":"b","message_data":)" + data + '}';
}
QByteArray sensorEvent(int id, const QByteArray& sensor, int value) {
    return R"({"event_id":"e)" + QByteArray::number(id) + R"(","sensor_id":")" + sensor
           + R"(","timestamp":1729090565,"value":)" + QByteArray::number(value) + '}';
}
QByteArray checkpoint(int version, const QByteArray& component) {
    return R"({"kind":"checkpoint","checkpoint_name":"c","component_name":")" + component + R"(","version":)"
           + QByteArray::number(version) + R"(,"checkpoint_data":{"a":1}})";
}
QByteArray state(int version, int data) {
    return R"({"kind":"component_state","component_name":"s","component_type":"Sink","version":)"
           + QByteArray::number(version) + R"(,"state_data":)" + QByteArray::number(data) + '}';
}
/// Of these nothing but the source's key tells one from another.
QByteArray recordWithoutId(int kind, const QByteArray& number, bool isOther) {
    switch (kind) {
    case 4:
        return R"({"kind":"component_metric","component_name":"c","metric_name":"m","metric_value":)" + number
               + (isOther ? ".5}" : ".25}");
    case 5:
        return R"({"kind":"port_metric","port_name":")" + QByteArray(isOther ? "one" : "two") + R"(","messages_sent":)"
               + number + '}';
    case 6:
        return R"({"kind":"health","component_name":")" + number + R"(","health_status":")"
               + (isOther ? "healthy" : "degraded") + R"("})";
    default:
        return R"({"kind":"sink_record","sink_name":")" + QByteArray(isOther ? "one" : "two") + R"(","data":)" + number
               + '}';
    }
}

/// What has to become of deliveries, by the rule alone: the same key or id with the same content is a duplicate, with
/// other content a reject, and what was rejected once is not rejected again under its key.
class Ledger {
public:
    void take(const SourceKey& key, const QByteArray& payload, const QByteArray& id, bool isMessage) {
        ++received;
        const auto [known, isFresh] = m_keys.try_emplace(key, payload);
        if (!isFresh) {
            if (known->second == payload || !m_rejected.insert({key, payload}).second)
                ++duplicates;
            else
                ++rejected;
            return;
        }
        const auto [record, isNew] =
            m_records.try_emplace(isMessage ? "message" + QByteArray::number(received) : id, payload);
        if (isNew)
            ++stored;
        else if (record->second == payload)
            ++duplicates;
        else
            ++rejected;
    }
    [[nodiscard]] QString text() const { return QStringLiteral("%1 %2 %3").arg(stored).arg(duplicates).arg(rejected); }

    int received = 0;
    int stored = 0;
    int duplicates = 0;
    int rejected = 0;

private:
    std::map<SourceKey, QByteArray> m_keys;
    std::map<QByteArray, QByteArray> m_records; ///< by kind and id
    std::set<std::pair<SourceKey, QByteArray>> m_rejected;
};

} // namespace

/// RELIABILITY 13: the same key is not the same message.
class TestMessageIdentity : public QObject {
    Q_OBJECT

    TempFolder m_folder;
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<IngestWriter> m_writer;

    void make(const QString& kind) {
        static int made = 0;
        const bool isServer = kind == u"postgresql";
        if (isServer && !m_server)
            m_server = std::make_unique<PostgresServer>();
        const Result<StoreUrl> url =
            isServer ? Result<StoreUrl>(m_server->createStore())
                     : StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QString::number(++made)));
        m_writer.reset();
        auto store = openStore(*url, Access::Write);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        m_store = std::move(*store);
        reopen();
    }
    void reopen() {
        m_writer.reset();
        auto writer = m_store->ingestWriter();
        if (!writer)
            qFatal("%s", qPrintable(writer.error().text));
        m_writer = std::move(*writer);
    }
    QString store(const IngestItems& items) { return countsText(m_writer->store(items.all())); }
    QStringList rows(const QByteArray& sql) {
        const bool isServer = m_store->url().kind == StoreKind::Postgresql;
        return isServer ? PostgresScript(m_store->url()).rows(sql) : SqliteScript(m_store->url().path).rows(sql);
    }
    QString run(const QByteArray& sql) {
        const bool isServer = m_store->url().kind == StoreKind::Postgresql;
        return isServer ? PostgresScript(m_store->url()).run(sql) : SqliteScript(m_store->url().path).run(sql);
    }
    static void bothDatabases() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"sqlite", "postgresql"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }

private Q_SLOTS:
    void cleanup() {
        m_writer.reset();
        m_store.reset();
    }

    void everyDeliveryEndsOnce_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<quint32>("seed");
        for (const quint32 seed : {1U, 2U, 3U, 4U, 5U, 6U})
            QTest::addRow("sqlite %u", seed) << QStringLiteral("sqlite") << seed;
        for (const quint32 seed : {7U, 8U, 9U})
            QTest::addRow("postgresql %u", seed) << QStringLiteral("postgresql") << seed;
    }
    /// Keys and ids of a small range with contents of a small choice, in groups of random sizes, the writer opened
    /// again now and then.
    void everyDeliveryEndsOnce() {
        QFETCH(QString, kind);
        QFETCH(quint32, seed);
        make(kind);
        std::mt19937 random(seed);
        const auto below = [&](int n) { return static_cast<int>(random() % static_cast<quint32>(n)); };
        Ledger ledger;
        IngestCounts all;
        for (int group = 0; group < 100; ++group) {
            IngestItems items;
            const int size = 1 + below(below(4) == 0 ? 200 : 20);
            for (int i = 0; i < size; ++i) {
                const int n = below(3) == 0 ? below(40) : group * 20 + below(40);
                const int id = below(200);
                const int content = below(3) == 0 ? 1 : 0;
                const QByteArray number = QByteArray::number(id);
                const QByteArray other = content == 0 ? "one" : "two";
                QByteArray payload = "text " + number + other;
                QByteArray name;
                const int kindOfRow = below(9);
                switch (kindOfRow) {
                case 0:
                    payload = portMessage(id, other, R"({"n":1})");
                    name = "port" + number;
                    break;
                case 1:
                    payload = sensorEvent(id, "s", content);
                    name = "event" + number;
                    break;
                case 2:
                    payload = checkpoint(id + 1, other);
                    name = "checkpoint" + number;
                    break;
                case 3:
                    payload = state(id + 1, content);
                    name = "state" + number;
                    break;
                // Of these nothing but the source's key tells one from another.
                case 4:
                case 5:
                case 6:
                case 7:
                    payload = recordWithoutId(kindOfRow, number, content != 0);
                    break;
                default:
                    break;
                }
                items.from(sourceInEpoch(source, below(2))).payload(static_cast<quint64>(n), payload);
                ledger.take(items.last().delivery.key, payload, name, name.isEmpty());
            }
            const auto counts = m_writer->store(items.all());
            QVERIFY2(counts.ok(), counts ? "" : qPrintable(counts.error().text));
            all += *counts;
            QCOMPARE(rows("SELECT reason FROM portolan_rejects WHERE reason NOT LIKE '%is stored already, with other "
                          "data%'"),
                     QStringList());
            QCOMPARE(QStringLiteral("%1: %2").arg(group).arg(countsText(all)),
                     QStringLiteral("%1: %2").arg(group).arg(ledger.text()));
            if (below(10) == 0)
                reopen();
            if (below(8) == 0)
                QCOMPARE(run("DELETE FROM processed_events WHERE event_id LIKE '%3'"), QString());
        }
        QVERIFY(ledger.rejected > 50 && ledger.duplicates > 50);
        QCOMPARE(ledger.stored + ledger.duplicates + ledger.rejected, ledger.received);
        QCOMPARE(rows("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM port_messages) + "
                      "(SELECT count(*) FROM metrics) + (SELECT count(*) FROM checkpoints) + "
                      "(SELECT count(*) FROM component_state) + (SELECT count(*) FROM component_metrics) + "
                      "(SELECT count(*) FROM port_metrics) + (SELECT count(*) FROM system_health) + "
                      "(SELECT count(*) FROM sink_storage)"),
                 QStringList(QString::number(ledger.stored)));
        QCOMPARE(rows("SELECT count(*) FROM portolan_rejects WHERE reason LIKE '%is stored already, with other data%'"),
                 QStringList(QString::number(ledger.rejected)));
        QCOMPARE(
            rows("SELECT count(*) FROM (SELECT event_id FROM processed_events EXCEPT SELECT event_id FROM metrics) "
                 "AS lost"),
            QStringList(QStringLiteral("0")));
    }

    /// A file store keeps messages; what comes of other kinds is among its rejects, once.
    void everyDeliveryEndsOnceInFiles() {
        for (const quint32 seed : {11U, 12U, 13U, 14U}) {
            std::mt19937 random(seed);
            const auto below = [&](int n) { return static_cast<int>(random() % static_cast<quint32>(n)); };
            auto url = StoreUrl::parse(QStringLiteral("file://") + m_folder.path(QStringLiteral("files%1").arg(seed)));
            std::map<SourceKey, QByteArray> keys;
            std::set<std::pair<SourceKey, QByteArray>> rejected;
            qint64 stored = 0;
            qint64 duplicates = 0;
            IngestCounts all;
            for (int group = 0; group < 40; ++group) {
                IngestItems items;
                for (int size = 1 + below(20); size > 0; --size) {
                    const int n = below(3) == 0 ? below(40) : group * 10 + below(20);
                    const QByteArray number = QByteArray::number(below(100));
                    const bool isRecord = below(4) == 0;
                    const QByteArray payload = isRecord ? sensorEvent(n, "s", below(2)) : "text " + number;
                    items.from(sourceInEpoch(source, below(2))).payload(static_cast<quint64>(n), payload);
                    const SourceKey key = items.last().delivery.key;
                    const auto [known, isFresh] = keys.try_emplace(key, payload);
                    const bool isSame = !isFresh && known->second == payload;
                    if (isFresh && !isRecord)
                        ++stored;
                    else if (isSame || !rejected.insert({key, payload}).second)
                        ++duplicates;
                }
                if (group % 7 == 0) { // opened again
                    m_writer.reset();
                    m_store = std::move(*openStore(*url, Access::Write));
                    reopen();
                }
                const auto counts = m_writer->store(items.all());
                QVERIFY2(counts.ok(), counts ? "" : qPrintable(counts.error().text));
                all += *counts;
                QCOMPARE(countsText(all), QStringLiteral("%1 %2 %3").arg(stored).arg(duplicates).arg(rejected.size()));
            }
        }
    }

    void whatIsComparedOfARecord_data() {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("again");
        QTest::addColumn<QString>("difference"); // empty: the same
        const auto row = [](const char* name, const QByteArray& first, const QByteArray& again,
                            const char* difference) {
            QTest::newRow(name) << first << again << QString::fromLatin1(difference);
        };
        const QByteArray plain = portMessage(1, "billing", R"({"a":1})");
        const auto with = [](QByteArray payload, const char* more) { return payload.chopped(1) + more + '}'; };
        row("another port", plain, portMessage(1, "shipping", R"({"a":1})"), "port name billing, not shipping");
        row("other data", plain, portMessage(1, "billing", R"({"a":2})"), "message data {");
        row("white space", plain, portMessage(1, "billing", "{ \"a\" :\t1 }"), "");
        row("members in another order", portMessage(1, "b", R"({"a":1,"b":{"c":2,"d":[3]}})"),
            portMessage(1, "b", R"({"b":{"d":[3],"c":2},"a":1})"), "");
        row("elements in another order", portMessage(1, "b", "[1,2]"), portMessage(1, "b", "[2,1]"), "message data [1");
        row("a number written otherwise", portMessage(1, "b", "[1.50,100,-0.0]"),
            portMessage(1, "b", "[15e-1,1.0E2,0]"), "");
        row("beyond a double's digits", portMessage(1, "b", "[9007199254740992]"),
            portMessage(1, "b", "[9007199254740993]"), "message data [9007199254740992]");
        row("many decimals", portMessage(1, "b", "[0.10000000000000000001]"),
            portMessage(1, "b", "[0.10000000000000000002]"), "message data [0.1");
        row("equal names", portMessage(1, "b", R"({"a":1,"a":2})"), portMessage(1, "b", R"({"a":2})"), "");
        row("the last of equal names", portMessage(1, "b", R"({"a":1,"a":2})"), portMessage(1, "b", R"({"a":2,"a":1})"),
            "message data {");
        row("escapes", portMessage(1, "b", R"(["\u00e9\/"])"), portMessage(1, "b", "[\"\xc3\xa9/\"]"), "");
        row("null and nothing", portMessage(1, "b", R"({"a":null})"), portMessage(1, "b", "{}"), "message data {");
        row("a number and a text", portMessage(1, "b", "[1]"), portMessage(1, "b", R"(["1"])"), "message data [1]");
        row("members of a checkpoint", checkpoint(1, "x"), checkpoint(1, "x").replace(R"({"a":1})", R"({ "a" : 1.0 })"),
            "");
        row("metadata in another order", with(plain, R"(,"message_metadata":{"x":1,"y":2})"),
            with(plain, R"(,"message_metadata":{"y":2,"x":1})"), "");
        row("metadata where none was", plain, with(plain, R"(,"message_metadata":{"x":1})"),
            "message metadata none, not");
        row("other metadata", with(plain, R"(,"message_metadata":[1])"), with(plain, R"(,"message_metadata":[2])"),
            "message metadata [1], not [2]");
        row("other retries", with(plain, R"(,"max_retries":7)"), with(plain, R"(,"max_retries":8)"),
            "max retries 7, not 8");
        row("retries not given", with(plain, R"(,"max_retries":7)"), plain, "");
        row("another sensor", sensorEvent(1, "s1", 1), sensorEvent(1, "s2", 1), "sensor id s1, not s2");
        row("another value", sensorEvent(1, "s1", 1), sensorEvent(1, "s1", 2), "value 1");
        row("the same event", sensorEvent(1, "s1", 1), sensorEvent(1, "s1", 1), "");
        row("another component", checkpoint(1, "x"), checkpoint(1, "y"), "component name x, not y");
        row("another state", state(1, 1), state(1, 2), "state data 1, not 2");
    }
    /// In two groups and in one, on both databases.
    void whatIsComparedOfARecord() {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, again);
        QFETCH(QString, difference);
        const QString expected = difference.isEmpty() ? QStringLiteral("0 1 0") : QStringLiteral("0 0 1");
        for (const QString& kind : {QStringLiteral("sqlite"), QStringLiteral("postgresql")}) {
            make(kind);
            QCOMPARE(store(IngestItems().payload(1, first)), QStringLiteral("1 0 0"));
            QCOMPARE(store(IngestItems().payload(2, again)), expected);
            QCOMPARE(store(IngestItems().payload(2, again)), QStringLiteral("0 1 0")); // nobody had acknowledged it
            make(kind);
            QCOMPARE(store(IngestItems().payload(1, first).payload(2, again)),
                     difference.isEmpty() ? QStringLiteral("1 1 0") : QStringLiteral("1 0 1"));
            const QStringList reasons = rows("SELECT reason FROM portolan_rejects");
            QCOMPARE(reasons.size(), difference.isEmpty() ? 0 : 1);
            if (!reasons.isEmpty()) {
                QVERIFY2(reasons[0].contains(QStringLiteral("is stored already, with other data: ") + difference),
                         qPrintable(reasons[0]));
            }
        }
    }

    void whatWorkersChangeIsNotCompared_data() { bothDatabases(); }
    void whatWorkersChangeIsNotCompared() {
        QFETCH(QString, kind);
        make(kind);
        const QByteArray message = portMessage(1, "billing", R"({"a":1})");
        QCOMPARE(store(IngestItems().payload(1, message).payload(2, sensorEvent(1, "s", 1))), QStringLiteral("2 0 0"));
        QCOMPARE(run("UPDATE port_messages SET status = 'completed', retry_count = 2; DELETE FROM metrics"), QString());
        QCOMPARE(store(IngestItems().payload(3, message).payload(4, sensorEvent(1, "s", 1))), QStringLiteral("0 2 0"));
        QCOMPARE(store(IngestItems().payload(5, sensorEvent(1, "t", 1))), QStringLiteral("0 0 1"));
    }

    void aMetricWhoseGuardWasPrunedIsCompared_data() { bothDatabases(); }
    /// Whichever of the two rows of an event is left decides.
    void aMetricWhoseGuardWasPrunedIsCompared() {
        QFETCH(QString, kind);
        make(kind);
        QCOMPARE(store(IngestItems().payload(1, sensorEvent(1, "s", 1)).payload(2, sensorEvent(2, "s", 1))),
                 QStringLiteral("2 0 0"));
        QCOMPARE(run("DELETE FROM processed_events WHERE event_id = 'e1'"), QString());
        QCOMPARE(store(IngestItems().payload(3, sensorEvent(1, "s", 1))), QStringLiteral("0 1 0"));
        QCOMPARE(store(IngestItems().payload(4, sensorEvent(1, "s", 2))), QStringLiteral("0 0 1"));
        const QByteArray later = sensorEvent(1, "s", 1).replace("1729090565", "1729090566");
        QCOMPARE(store(IngestItems().payload(5, later)), QStringLiteral("0 0 1"));
        // In one group with others, some of them of the same id.
        QCOMPARE(store(IngestItems()
                           .payload(6, sensorEvent(1, "t", 1))
                           .payload(7, sensorEvent(3, "s", 1))
                           .payload(8, sensorEvent(1, "s", 1))
                           .payload(9, sensorEvent(2, "s", 1))
                           .payload(10, sensorEvent(3, "s", 2))),
                 QStringLiteral("1 2 2"));
        QCOMPARE(
            rows("SELECT event_id, value, count(*) FROM metrics GROUP BY event_id, value ORDER BY event_id").size(), 3);
        QCOMPARE(
            rows("SELECT count(*) FROM portolan_rejects WHERE reason LIKE 'sensor event e1 is stored already, with "
                 "other data%'"),
            QStringList(QStringLiteral("3")));
    }

    void chunksOfOlderVersionsAreTakenForTheSame_data() { bothDatabases(); }
    void chunksOfOlderVersionsAreTakenForTheSame() {
        QFETCH(QString, kind);
        make(kind);
        QCOMPARE(store(IngestItems().payload(1, "one").payload(3, "three")), QStringLiteral("2 0 0"));
        QCOMPARE(run("UPDATE portolan_source_chunks SET hashes = NULL"), QString());
        QCOMPARE(store(IngestItems().payload(1, "other").payload(3, "three")), QStringLiteral("0 2 0"));
        QCOMPARE(store(IngestItems().payload(2, "two").payload(4, "four")), QStringLiteral("2 0 0"));
        // Between them, and beyond them, keys are known with what came.
        QCOMPARE(store(IngestItems().payload(1, "other").payload(2, "other").payload(4, "other")),
                 QStringLiteral("0 1 2"));
    }

    void hashesFollowTheirKeys_data() { bothDatabases(); }
    /// Through chunks that are split, completed between others and extended.
    void hashesFollowTheirKeys() {
        QFETCH(QString, kind);
        make(kind);
        const auto contentOf = [](quint64 n) { return "content " + QByteArray::number(n); };
        const auto group = [&](quint64 first, quint64 last, quint64 step) {
            IngestItems items;
            for (quint64 n = first; n <= last; n += step)
                items.payload(n, contentOf(n));
            return items;
        };
        for (const auto& [first, last, step] :
             {std::tuple(0, 9'000, 2), std::tuple(12'000, 12'100, 1), std::tuple(1, 8'001, 4),
              std::tuple(12'101, 13'500, 1), std::tuple(10'000, 11'000, 3)}) {
            const auto items =
                group(static_cast<quint64>(first), static_cast<quint64>(last), static_cast<quint64>(step));
            QCOMPARE(store(items), QStringLiteral("%1 0 0").arg(items.all().size()));
            QCOMPARE(store(items), QStringLiteral("0 %1 0").arg(items.all().size()));
        }
        std::vector<KeyPair> keys;
        for (quint64 n = 0; n < 13'600; n += 17)
            keys.push_back({1000 + n, 0});
        const auto hashes = m_writer->hashesOf(source, keys);
        QVERIFY(hashes.ok());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const quint64 n = keys[i].major - 1000;
            const bool isStored = n <= 9'000    ? n % 2 == 0 || (n <= 8'001 && n % 4 == 1)
                                  : n >= 12'000 ? n <= 13'500
                                                : n >= 10'000 && n <= 11'000 && (n - 10'000) % 3 == 0;
            QCOMPARE((*hashes)[i], isStored ? contentHash(contentOf(n)) : 0U);
        }
    }

    void answersWithEpochsAndProbes_data() { bothDatabases(); }
    void answersWithEpochsAndProbes() {
        QFETCH(QString, kind);
        make(kind);
        const auto ask = [&](std::vector<QByteArray> names, std::vector<DedupProbe> probes = {}) {
            const auto answer = m_writer->answerTo(DedupQuery(std::move(names), {}, std::move(probes)));
            return answer ? *answer : DedupAnswer{};
        };
        QCOMPARE(ask({"name", "address"}).identity, QByteArray("name"));
        QVERIFY(!ask({"name", "address"}).last);
        QVERIFY(m_writer->store(IngestItems().from("address").payload(1, "one").payload(2, "two").all()).ok());
        // Known by its address, it goes on with that.
        DedupAnswer answer = ask({"name", "address"}, {{{1001, 0}, contentHash(QByteArrayView("one"))},
                                                       {{1002, 0}, contentHash(QByteArrayView("other"))},
                                                       {{1003, 0}, contentHash(QByteArrayView("three"))}});
        QCOMPARE(answer.identity, QByteArray("address"));
        QCOMPARE(answer.epoch, 0);
        QCOMPARE(answer.same, 1);
        QCOMPARE(answer.different, 1);
        QVERIFY(m_writer->store(IngestItems().from(sourceInEpoch("address", 1)).payload(1, "new").all()).ok());
        answer = ask({"name", "address"}, {{{1001, 0}, contentHash(QByteArrayView("new"))}});
        QCOMPARE(answer.epoch, 1);
        QCOMPARE(answer.same, 1);
        QCOMPARE(*answer.last, (KeyPair{1001, 0}));
        QVERIFY(m_writer->store(IngestItems().from("name").payload(9, "named").all()).ok());
        QCOMPARE(ask({"name", "address"}).identity, QByteArray("name"));
    }
};

QTEST_GUILESS_MAIN(TestMessageIdentity)
#include "tst_messageidentity.moc"
