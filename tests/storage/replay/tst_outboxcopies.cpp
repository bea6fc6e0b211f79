#include "storage/replay/outboxrelay.h"
#include "storage/sources/redis/redisoutboxsink.h"
#include "storage/stores/makereceiver.h"
#include "storage/stores/openstore.h"
#include "tests/support/outboxbench.h"
#include "tests/support/postgresserver.h"
#include "tests/support/redisserver.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int messages = 200;

/// Random text of letters, quotes, backslashes, control characters and what is beyond ASCII.
QString anyText(QRandomGenerator& random, int least = 0) {
    static const QString letters = QStringLiteral("abc xyz0123\"\\'/{}[]:,\n\t\r\u00e9\u00df\u4e2d\u2028");
    QString text;
    for (int left = least + static_cast<int>(random.bounded(12)); left > 0; --left)
        text += letters[random.bounded(letters.size())];
    return text;
}

QJsonValue anyValue(QRandomGenerator& random, int depth) {
    switch (random.bounded(depth > 0 ? 7 : 5)) {
    case 0:
        return QJsonValue::Null;
    case 1:
        return random.bounded(2) == 0;
    case 2:
        return static_cast<qint64>(random.generate64() >> 12);
    case 3:
        return random.bounded(1000) / 8.0;
    case 4:
        return anyText(random);
    case 5: {
        QJsonArray array;
        for (auto left = random.bounded(4); left > 0; --left)
            array << anyValue(random, depth - 1);
        return array;
    }
    default: {
        QJsonObject object;
        for (auto left = random.bounded(4); left > 0; --left)
            object.insert(anyText(random), anyValue(random, depth - 1));
        return object;
    }
    }
}

QString anyDocument(QRandomGenerator& random) {
    QJsonObject object;
    for (auto left = random.bounded(5); left > 0; --left)
        object.insert(anyText(random), anyValue(random, 3));
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// What stands in a database of that which a message is, but its id and state, in the order of a number in it.
QStringList copiesOf(const StoreUrl& url) {
    const auto session = need(Session::open(url, Access::Read));
    Connection& connection = session->connection();
    QSqlQuery rows = need(connection.run(
        QStringLiteral("SELECT port_name, source_component, target_component, message_data, message_metadata, "
                       "max_retries FROM port_messages ORDER BY max_retries, port_name")));
    QStringList copies;
    while (need(connection.next(rows))) {
        QStringList cells;
        for (int i = 0; i < 6; ++i)
            cells << (rows.value(i).isNull() ? QStringLiteral("NULL") : rows.value(i).toString());
        copies << cells.join(QLatin1Char('|'));
    }
    return copies;
}

} // namespace

/// What a replay sends to another place is the whole message, whichever kind of place it is.
class TestOutboxCopies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTargetGetsTheWholeMessage_data();
    void everyTargetGetsTheWholeMessage();
    void onlyWhatAReplaySentIsReadFromItsFields();

private:
    PostgresServer m_server;
};

void TestOutboxCopies::everyTargetGetsTheWholeMessage_data() {
    QTest::addColumn<StoreKind>("store");
    QTest::addColumn<SourceKind>("kind");
    for (const StoreKind store : {StoreKind::Sqlite, StoreKind::Postgresql}) {
        const QByteArray name = store == StoreKind::Sqlite ? "sqlite" : "postgresql";
        QTest::newRow(name + " stream") << store << SourceKind::RedisStream;
        QTest::newRow(name + " list") << store << SourceKind::RedisList;
        QTest::newRow(name + " channel") << store << SourceKind::RedisChannel;
    }
}

void TestOutboxCopies::everyTargetGetsTheWholeMessage() {
    QFETCH(const StoreKind, store);
    QFETCH(const SourceKind, kind);
    const TempFolder folder;
    const auto make = [&](const char* name) {
        const StoreUrl url = store == StoreKind::Sqlite
                                 ? *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QLatin1String(name)))
                                 : m_server.createStore();
        need(openStore(url, Access::Write)).reset();
        return url;
    };
    const StoreUrl from = make("from.db");
    const StoreUrl into = make("into.db");
    RedisServer redis;
    RedisClient client(redis.port());
    const SourceUrl target = redis.source(kind, "k");
    Bench bench(from);
    QRandomGenerator random(20261126);
    const bool server = store == StoreKind::Postgresql;
    const auto cast = [&](const char* type) {
        return server ? QStringLiteral("CAST(? AS %1)").arg(QLatin1String(type)) : QStringLiteral("?");
    };
    for (int n = 0; n < messages; ++n) {
        const bool bare = random.bounded(5) == 0;
        bench.run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, "
                                 "message_data, message_metadata, max_retries, status, retry_count) VALUES "
                                 "(%1, ?, ?, ?, %2, %2, ?, 'dead_letter', 3)")
                      .arg(cast("uuid"), cast("jsonb")),
                  {Bench::idOf(n), anyText(random, 1), anyText(random, 1), anyText(random, 1), anyDocument(random),
                   bare ? QVariant(QMetaType(QMetaType::QString)) : QVariant(anyDocument(random)), n});
    }
    ReceiverOptions options;
    options.from = target;
    options.into = into;
    options.maximum = messages;
    Receiver receiver = makeReceiver(options);
    if (kind == SourceKind::RedisChannel) {
        receiver.start();
        QTRY_COMPARE_WITH_TIMEOUT(client.run({"PUBSUB", "NUMSUB", "k"}).last(), QByteArray("1"), 30'000);
    }
    const QByteArray run = bench.freeze(target);
    RedisOutboxSink sender(target, run);
    OutboxRelay courier(bench.replays(), sender, run, actor);
    QCOMPARE(need(ReplayRunner(bench.replays(), neverSame, actor, &courier).carryOut(run, {}, {}, {})).state,
             RunState::Completed);
    if (kind != SourceKind::RedisChannel)
        receiver.start();
    const ReceiverStatus done = need(receiver.wait());
    QCOMPARE(done.rejected, 0);
    QCOMPARE(done.stored, messages);
    QCOMPARE(copiesOf(into), copiesOf(from));
}

/// Another program's entry is what its `payload` is, whatever stands beside it.
void TestOutboxCopies::onlyWhatAReplaySentIsReadFromItsFields() {
    const TempFolder folder;
    const StoreUrl into = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("into.db")));
    RedisServer redis;
    RedisClient client(redis.port());
    client.run({"XADD", "k", "*", "kind", "port_message", "payload", "Message #1: one"});
    client.run({"XADD", "k", "*", "kind", "port_message", "id", "x", "port_name", "p", "payload", "Message #2: two"});
    ReceiverOptions options;
    options.from = redis.source(SourceKind::RedisStream, "k");
    options.into = into;
    options.maximum = 2;
    Receiver receiver = makeReceiver(options);
    receiver.start();
    QCOMPARE(need(receiver.wait()).stored, 2);
    const auto session = need(Session::open(into, Access::Read));
    QCOMPARE(need(session->connection().value(QStringLiteral("SELECT count(*) FROM messages"))).toInt(), 2);
    QCOMPARE(need(session->connection().value(QStringLiteral("SELECT count(*) FROM port_messages"))).toInt(), 0);
}

QTEST_GUILESS_MAIN(TestOutboxCopies)
#include "tst_outboxcopies.moc"
