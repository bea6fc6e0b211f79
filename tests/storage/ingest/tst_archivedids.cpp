#include "storage/ingest/writer.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

template <class T>
T need(Result<T> result) {
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
    return std::move(*result);
}
void need(const Result<void>& result) {
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
}

constexpr char id[] = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";

/// The message under `id`; `more` goes over the fields that it names.
QByteArray message(const QByteArray& port = "orders", const QByteArray& data = R"({"n" : 18446744073709551615})",
                   const QByteArray& more = R"(,"message_metadata":{"a":"b"})") {
    return R"({"kind":"port_message","id":")" + QByteArray(id) + R"(","port_name":")" + port
           + R"(","source_component":"a","target_component":"b","message_data":)" + data + more + '}';
}

} // namespace

/// An id stays taken while its message is in the archive, in both databases (RELIABILITY 13).
class TestArchivedIds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void sameIsADuplicateOtherIsRefused_data();
    void sameIsADuplicateOtherIsRefused();
    void comesBackAndIsKnownByItsRow();
    void theOneArchivedLastCounts();
    void withoutTheRightToReadItIsNotLookedAt();

private:
    /// "stored duplicates rejected" of one delivery, by another key each time.
    QString deliver(const QByteArray& payload);
    void discard();
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    void run(const char* sql) { need(m_session->connection().execute(QLatin1String(sql))); }
    QString value(const char* sql) { return need(m_session->connection().value(QLatin1String(sql))).toString(); }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Session> m_session; ///< another program
    quint64 m_delivered = 0;
};

void TestArchivedIds::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestArchivedIds::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_session.reset();
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("orders.db")))
                : m_server.createStore();
    m_store = need(openStore(m_url, Access::Write));
    m_session = need(Session::open(m_url, Access::Write));
    m_delivered = 0;
}

QString TestArchivedIds::deliver(const QByteArray& payload) {
    auto writer = need(m_store->ingestWriter());
    const IngestCounts counts = need(writer->store(IngestItems().payload(++m_delivered, payload).all()));
    return QStringLiteral("%1 %2 %3").arg(counts.stored).arg(counts.duplicates).arg(counts.rejected);
}

void TestArchivedIds::discard() {
    run("UPDATE port_messages SET status = 'dead_letter', error_message = 'x'");
    DiscardOrder order;
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    order.reason = "useless";
    order.actor = "tester";
    QCOMPARE(need(m_store->operations()->archive().discard(order, {}, {})).discarded, 1);
}

void TestArchivedIds::sameIsADuplicateOtherIsRefused_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("counts");
    QTest::addColumn<QString>("words");
    const QString same = QStringLiteral("0 1 0");
    const QString other = QStringLiteral("0 0 1");
    QTest::newRow("the same") << message() << same << QString();
    QTest::newRow("the same document") << message("orders", R"({ "n":18446744073709551615})") << same << QString();
    QTest::newRow("the same retries") << message("orders", R"({"n":18446744073709551615})",
                                                 R"(,"message_metadata":{"a":"b"},"max_retries":3)")
                                      << same << QString();
    QTest::newRow("another port") << message("bills") << other << QStringLiteral("port name orders, not bills");
    QTest::newRow("another document") << message("orders", R"({"n":18446744073709551614})") << other
                                      << QStringLiteral("message data ");
    QTest::newRow("other metadata") << message("orders", R"({"n":18446744073709551615})",
                                               R"(,"message_metadata":{"a":"c"})")
                                    << other << QStringLiteral("message metadata ");
    QTest::newRow("no metadata") << message("orders", R"({"n":18446744073709551615})", {}) << other
                                 << QStringLiteral("message metadata ");
    QTest::newRow("other retries") << message("orders", R"({"n":18446744073709551615})",
                                              R"(,"message_metadata":{"a":"b"},"max_retries":9)")
                                   << other << QStringLiteral("max retries 3, not 9");
}

void TestArchivedIds::sameIsADuplicateOtherIsRefused() {
    QFETCH(const QByteArray, payload);
    QFETCH(const QString, counts);
    QFETCH(const QString, words);
    for (const char* cause : {"discarded", "edited"}) {
        init();
        QCOMPARE(deliver(message()), QStringLiteral("1 0 0"));
        discard();
        need(m_session->connection().execute(QStringLiteral("UPDATE portolan_message_archive SET cause = ?"),
                                             {QLatin1String(cause)}));
        QCOMPARE(deliver(payload), counts);
        QCOMPARE(value("SELECT count(*) FROM port_messages"), QStringLiteral("0"));
        const QString reason = value("SELECT max(reason) FROM portolan_rejects");
        QVERIFY2(reason.contains(words) && reason.isEmpty() == words.isEmpty(), qPrintable(reason));
    }
}

void TestArchivedIds::comesBackAndIsKnownByItsRow() {
    QCOMPARE(deliver(message()), QStringLiteral("1 0 0"));
    discard();
    QCOMPARE(deliver(message("bills")), QStringLiteral("0 0 1"));
    const RestoreOutcome back = need(m_store->operations()->archive().restore({id}, "needed", "tester", {}, {}));
    QCOMPARE(back.restored, 1);
    QCOMPARE(deliver(message()), QStringLiteral("0 1 0"));
    QCOMPARE(deliver(message("bills")), QStringLiteral("0 0 1"));
    run("DELETE FROM port_messages"); // by another program: the archive's row is back, and no longer meant
    QCOMPARE(deliver(message("bills")), QStringLiteral("1 0 0"));
}

void TestArchivedIds::theOneArchivedLastCounts() {
    QCOMPARE(deliver(message()), QStringLiteral("1 0 0"));
    discard();
    run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES "
        "('6f9619ff-8b86-d011-b42d-00cf4fc964ff', 'bills', 'a', 'b', '{}')"); // by another program
    discard();
    QCOMPARE(deliver(message("bills", "{}", {})), QStringLiteral("0 1 0"));
    QCOMPARE(deliver(message()), QStringLiteral("0 0 1"));
}

/// A role for receiving alone goes on.
void TestArchivedIds::withoutTheRightToReadItIsNotLookedAt() {
    if (!isServer())
        return;
    QCOMPARE(deliver(message()), QStringLiteral("1 0 0"));
    discard();
    for (const char* sql :
         {"DROP ROLE IF EXISTS taker", "CREATE ROLE taker LOGIN", "GRANT ALL ON ALL TABLES IN SCHEMA public TO taker",
          "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO taker", "REVOKE ALL ON portolan_message_archive FROM taker"})
        run(sql);
    StoreUrl url = m_url;
    url.user = QStringLiteral("taker");
    m_store = need(openStore(url, Access::Write));
    QCOMPARE(deliver(message("bills")), QStringLiteral("1 0 0"));
    run("DROP OWNED BY taker");
}

QTEST_MAIN(TestArchivedIds)
#include "tst_archivedids.moc"
