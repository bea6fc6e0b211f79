#include "storage/listing/listing.h"
#include "storage/ports/sql/sqlports.h"
#include "storage/stores/openstore.h"
#include "tests/support/portrows.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QRegularExpression>
#include <QTest>
#include <sqlite3.h>

using namespace portolan;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

// Reference port-architecture.md §3.1.
constexpr const char* simplifiedTable =
    "CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT NOT NULL, "
    "target_component TEXT NOT NULL, message_data TEXT NOT NULL, message_metadata TEXT, "
    "status TEXT NOT NULL DEFAULT 'pending', retry_count INTEGER DEFAULT 0, created_at TEXT DEFAULT CURRENT_TIMESTAMP, "
    "processed_at TEXT, completed_at TEXT);"
    "CREATE INDEX idx_port_messages_status ON port_messages (status);"
    "CREATE INDEX idx_port_messages_port ON port_messages (port_name);";

QByteArray row(const char* id, const char* port, const char* status, const char* createdAt) {
    return QByteArray("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                      "status, created_at) VALUES (")
           + id + ", '" + port + "', 's', 't', '{\"a\":1}', '" + status + "', " + createdAt + ");";
}

QByteArrayList idsOf(Store& store, const char* filter, const char* sort = "") {
    ListQuery query;
    query.filter = *parseFilter(QString::fromUtf8(filter), portMessageSchema(), test::portNow());
    query.sort = *sort ? *parseSort(sort, portMessageSchema()) : Sort();
    query.limit = 2;
    QByteArrayList ids;
    while (true) {
        const auto page = store.ports()->messages().page(query, {});
        if (!page)
            return {"error: " + page.error().text.toUtf8() + page.error().details.toUtf8()};
        for (const PortMessage& each : page->rows)
            ids << each.id;
        if (page->last)
            return ids;
        query.after = page->next;
    }
}

QString portsOf(Store& store) {
    const auto counted = store.ports()->countPorts(Ports::untilExact, {});
    const auto page = store.ports()->ports().page({}, {});
    if (!counted || !page)
        return counted ? page.error().text + page.error().details : counted.error().text + counted.error().details;
    QStringList lines;
    for (const Port& port : page->rows) {
        const auto time = [](const auto& when) { return when ? QString::fromLatin1(toIsoTime(*when)) : QString(); };
        lines << QStringLiteral("%1 %2/%3/%4/%5/%6 %7 %8")
                     .arg(QString::fromUtf8(port.portName))
                     .arg(port.pending)
                     .arg(port.processing)
                     .arg(port.completed)
                     .arg(port.failed)
                     .arg(port.deadLetter)
                     .arg(time(port.oldestPending), time(port.lastActivity));
    }
    return lines.join(u'\n');
}

int remember(unsigned, void* lines, void*, void* sql) {
    static_cast<QStringList*>(lines)->append(QString::fromUtf8(static_cast<const char*>(sql)));
    return 0;
}

} // namespace

/// Port messages of databases that other programs made, and what is sent to any.
class TestForeignPorts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void readsTheSimplifiedTable();
    void readsTimesInAnyForm();
    void readsTablesWithoutRowNumbers();
    void readsIntegerIds();
    void saysWhatIsMissing();
    void fileStoresHaveNone();
    void readsOtherTypesOfAServer();
    void countsInChunks_data();
    void countsInChunks();
    void asksWithoutOffsetAndUnboundedCount();
    void usesIndexes_data();
    void usesIndexes();

private:
    std::unique_ptr<Store> sqlite(const QByteArray& sql) {
        if (const QString failed = SqliteScript(m_url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        return std::move(*openStore(m_url, Access::Read));
    }
    std::unique_ptr<Store> server(const QByteArray& sql) {
        m_server = m_postgres.createDatabase();
        if (const QString failed = PostgresScript(m_server).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        return std::move(*openStore(m_server, Access::Read));
    }

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_postgres;
    StoreUrl m_url;
    StoreUrl m_server;
};

void TestForeignPorts::init() {
    m_folder = std::make_unique<TempFolder>();
    m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("foreign.db")));
}

void TestForeignPorts::readsTheSimplifiedTable() {
    const auto store = sqlite(simplifiedTable + row("'b'", "in", "pending", "'2025-10-16 12:00:05'")
                              + row("'a'", "in", "failed", "'2025-10-16 12:00:00'")
                              + row("'c'", "out", "dead_letter", "NULL") + row("'d'", "in", "weird", "'2025-10-15'"));
    QVERIFY(!store->unavailableReason(Feature::Ports));
    QCOMPARE(idsOf(*store, ""), (QByteArrayList{"c", "d", "a", "b"}));
    QCOMPARE(idsOf(*store, "created_at>=2025-10-16T12:00:05Z"), QByteArrayList{"b"});
    QCOMPARE(idsOf(*store, "created_at:2025-10-16"), (QByteArrayList{"a", "b"}));
    QCOMPARE(idsOf(*store, "status:weird data.a:1"), QByteArrayList{"d"});
    QCOMPARE(idsOf(*store, "max_retries:* or error_message:*"), QByteArrayList());
    const auto message = store->ports()->message("d");
    QVERIFY(message.ok());
    QCOMPARE(message->status, PortStatus::Other);
    QCOMPARE(message->statusText(), QByteArray("weird"));
    QVERIFY(!message->maxRetries && !message->errorMessage);
    const auto dead = store->ports()->deadLetters().page({}, {});
    QCOMPARE(int(dead->rows.size()), 1); // without max_retries only the status tells
    QCOMPARE(dead->rows[0].id, QByteArray("c"));
    QCOMPARE(portsOf(*store), QStringLiteral("in 1/0/0/1/0 2025-10-16T12:00:05.000Z 2025-10-16T12:00:05.000Z\n"
                                             "out 0/0/0/0/1  "));
}

void TestForeignPorts::readsTimesInAnyForm() {
    const auto store = sqlite(simplifiedTable + row("'iso'", "p", "failed", "'2025-10-16T12:00:00.250Z'")
                              + row("'blank'", "p", "failed", "'2025-10-16 12:00:00'")
                              + row("'zone'", "p", "failed", "'2025-10-16T14:00:01+02:00'")
                              + row("'nothing'", "p", "failed", "'yesterday'")
                              + "CREATE TABLE other (t); UPDATE port_messages SET created_at = created_at;");
    QCOMPARE(idsOf(*store, ""), (QByteArrayList{"nothing", "blank", "iso", "zone"}));
    QCOMPARE(idsOf(*store, "created_at>2025-10-16T12:00:00Z"), QByteArrayList{"zone"});
    QCOMPARE(idsOf(*store, "not created_at:*"), QByteArrayList{"nothing"});
    init();
    QByteArray numbers(simplifiedTable);
    numbers.replace("created_at TEXT DEFAULT CURRENT_TIMESTAMP", "created_at INTEGER");
    const auto unix =
        sqlite(numbers + row("'seconds'", "p", "failed", "1760616000") + row("'millis'", "p", "failed", "1760616000250")
               + row("'hostile'", "p", "failed", "-9223372036854775808"));
    QCOMPARE(idsOf(*unix, ""), (QByteArrayList{"hostile", "seconds", "millis"}));
    QCOMPARE(idsOf(*unix, "created_at:2025-10-16T12:00"), (QByteArrayList{"seconds", "millis"}));
}

void TestForeignPorts::readsTablesWithoutRowNumbers() {
    QByteArray table(simplifiedTable);
    table.replace("completed_at TEXT)", "completed_at TEXT) WITHOUT ROWID");
    table.replace("id TEXT PRIMARY KEY", "rowid TEXT, id TEXT PRIMARY KEY");
    QByteArray rows;
    for (int i = 0; i < 9; ++i)
        rows += row(("'k" + QByteArray::number(i) + "'").constData(), "p", "failed", "'2025-10-16 12:00:00'");
    const auto store = sqlite(table + rows);
    QCOMPARE(idsOf(*store, "").size(), 9);
    QCOMPARE(idsOf(*store, "", "-id").front(), QByteArray("k8"));
    QCOMPARE(portsOf(*store), QStringLiteral("p 0/0/0/9/0  2025-10-16T12:00:00.000Z"));
}

void TestForeignPorts::readsIntegerIds() {
    QByteArray table(simplifiedTable);
    table.replace("id TEXT PRIMARY KEY", "id INTEGER PRIMARY KEY");
    const auto store = sqlite(table + row("9", "p", "failed", "NULL") + row("10", "p", "failed", "NULL"));
    QCOMPARE(idsOf(*store, "id:10"), QByteArrayList{"10"});
    QCOMPARE(idsOf(*store, "id:010"), QByteArrayList());
    QCOMPARE(idsOf(*store, "", "id"), (QByteArrayList{"9", "10"}));
    QCOMPARE(store->ports()->message("9")->id, QByteArray("9"));
}

void TestForeignPorts::saysWhatIsMissing() {
    const auto none = sqlite("CREATE TABLE batches (id INTEGER PRIMARY KEY)");
    QCOMPARE(*none->unavailableReason(Feature::Ports), QStringLiteral("The database has no table port_messages."));
    const auto page = none->ports()->messages().page({}, {});
    QCOMPARE(page.error().code, ErrorCode::Unsupported);
    QCOMPARE(page.error().text, *none->unavailableReason(Feature::DeadLetters));
    QCOMPARE(none->ports()->countPorts(Ports::untilExact, {}).error().code, ErrorCode::Unsupported);
    QVERIFY(none->unavailableReason(Feature::Audit)->contains(QStringLiteral("portolan migrate up")));
    init();
    const auto view = sqlite("CREATE VIEW port_messages AS SELECT 1 AS id");
    QVERIFY(view->unavailableReason(Feature::Ports)->contains(QStringLiteral("view")));
    init();
    const auto column = sqlite("CREATE TABLE port_messages (id TEXT, port_name TEXT, message_data TEXT, status TEXT)");
    QCOMPARE(*column->unavailableReason(Feature::Ports),
             QStringLiteral("The table port_messages has no column source_component."));
    const auto keyless = server("CREATE TABLE port_messages (id text, port_name text, source_component text, "
                                "target_component text, message_data jsonb, status text)");
    QCOMPARE(*keyless->unavailableReason(Feature::Ports),
             QStringLiteral("The column id of the table port_messages is not its primary key."));
}

void TestForeignPorts::fileStoresHaveNone() {
    const StoreUrl url = *StoreUrl::parse(QStringLiteral("file://") + m_folder->path());
    const auto store = openStore(url, Access::Write);
    QVERIFY(!(*store)->ports());
    QVERIFY((*store)->unavailableReason(Feature::Ports)->contains(QStringLiteral("file store")));
}

void TestForeignPorts::readsOtherTypesOfAServer() {
    const auto store = server(
        "CREATE TYPE state AS ENUM ('pending', 'failed', 'dead_letter');"
        "CREATE TABLE port_messages (id varchar(40) PRIMARY KEY, port_name char(10) NOT NULL, source_component name, "
        "target_component text, message_data json NOT NULL, message_metadata text, status state NOT NULL, "
        "retry_count text, max_retries numeric, created_at text, processed_at bigint, completed_at timestamp);"
        "INSERT INTO port_messages VALUES "
        "('a', 'in', 's', 't', '{\"a\": 1,  \"a\": 2}', '{}', 'failed', '3', 3, '2025-10-16 12:00:00', 1760616000, "
        "'2025-10-16 12:00:00.5'),"
        "('B', 'in', 's', 't', '[]', NULL, 'pending', 'x', 3, '2025-10-16T12:00:00.250Z', 1760616000250, NULL),"
        "('c', 'out', 's', NULL, '{}', NULL, 'dead_letter', NULL, NULL, 'no time', 9223372036854775807, NULL)");
    QVERIFY(!store->unavailableReason(Feature::Ports));
    QCOMPARE(idsOf(*store, ""), (QByteArrayList{"c", "a", "B"}));
    QCOMPARE(idsOf(*store, "", "id"), (QByteArrayList{"B", "a", "c"})); // by bytes
    QCOMPARE(idsOf(*store, "data.a:2"), QByteArrayList{"a"});
    QCOMPARE(idsOf(*store, "status:nonsense"), QByteArrayList());
    QCOMPARE(idsOf(*store, "port_name:in retry_count>=3"), QByteArrayList{"a"});
    QCOMPARE(idsOf(*store, "created_at>2025-10-16T12:00:00Z"), QByteArrayList());
    QCOMPARE(idsOf(*store, "processed_at>=2025-10-16T12:00:00.250Z"), QByteArrayList{"B"});
    QCOMPARE(idsOf(*store, "completed_at:2025-10-16T12:00:00.5"), QByteArrayList{"a"});
    QCOMPARE(store->ports()->message("a")->messageData, QByteArray("{\"a\": 1,  \"a\": 2}"));
    const auto dead = store->ports()->deadLetters().page({}, {});
    QVERIFY2(dead.ok(), dead ? "" : qPrintable(dead.error().details));
    QCOMPARE(int(dead->rows.size()), 2);
    QCOMPARE(portsOf(*store), QStringLiteral("in 1/0/0/1/0 2025-10-16T12:00:00.250Z 2025-10-16T12:00:00.500Z\n"
                                             "out 0/0/0/0/1  "));
    const auto numbered =
        server("CREATE TABLE port_messages (id bigint PRIMARY KEY, port_name text, source_component "
               "text, target_component text, message_data jsonb, status text, created_at timestamptz);"
               "INSERT INTO port_messages SELECT n, 'p', 's', 't', '{}', 'pending', NULL "
               "FROM generate_series(1, 12) AS n");
    QCOMPARE(idsOf(*numbered, "id>9"), (QByteArrayList{"10", "11", "12"}));
    QCOMPARE(idsOf(*numbered, "", "-id").size(), 12);
}

void TestForeignPorts::countsInChunks_data() {
    QTest::addColumn<bool>("onServer");
    QTest::addColumn<bool>("withIndex");
    QTest::newRow("sqlite, by index") << false << true;
    QTest::newRow("sqlite, by table") << false << false;
    QTest::newRow("postgresql, by index") << true << true;
    QTest::newRow("postgresql, by table") << true << false;
}

void TestForeignPorts::countsInChunks() {
    QFETCH(const bool, onServer);
    QFETCH(const bool, withIndex);
    const StoreUrl url = onServer ? m_postgres.createDatabase() : m_url;
    QVERIFY(openStore(url, Access::Write).ok());
    std::vector<PortMessage> messages = test::randomPortMessages(77, 400);
    for (std::size_t i = 0; i < messages.size(); i += 2) // many of one instant
        messages[i].createdAt = parseIsoTime("2025-10-16T12:00:00Z");
    for (std::size_t i = 0; i < messages.size(); i += 3)
        messages[i].portName = "large";
    const QByteArray sql =
        (withIndex ? QByteArray() : QByteArray("DROP INDEX idx_port_messages_port_status;")) + test::insertOf(messages);
    QCOMPARE(onServer ? PostgresScript(url).run(sql) : SqliteScript(url.path).run(sql), QString());
    const auto session = Session::open(url, Access::Read);
    Connection& connection = (*session)->connection();
    const auto layout = readPortLayout(connection);
    QVERIFY(layout.ok() && layout->namesByIndex && layout->countsByIndex == withIndex);
    std::map<QByteArray, std::map<PortStatus, qint64>> expected;
    for (const PortMessage& each : messages)
        ++expected[each.portName][each.status];
    std::vector<QByteArray> names;
    for (const auto& [name, counts] : expected)
        names.push_back(name);
    for (const qint64 chunk : {1, 2, 7, 1000}) {
        PortPass pass(*layout, connection.dialect(), names, chunk);
        qint64 counted = 0;
        Result<bool> ended = false;
        while (ended && !*ended) {
            ended = pass.step(connection);
            QVERIFY2(ended.ok(), ended ? "" : qPrintable(ended.error().details));
            QVERIFY(pass.counted() >= counted && pass.counted() <= counted + chunk);
            counted = pass.counted();
        }
        QCOMPARE(counted, qint64(messages.size()));
        std::map<QByteArray, std::map<PortStatus, qint64>> found;
        for (const auto& [name, tally] : pass.tallies()) {
            for (const auto& [status, count] : tally.counts) {
                if (count > 0)
                    found[name][status] = count;
            }
        }
        QVERIFY(found == expected);
    }
}

void TestForeignPorts::asksWithoutOffsetAndUnboundedCount() {
    QVERIFY(openStore(m_url, Access::Write).ok());
    QCOMPARE(SqliteScript(m_url.path).run(test::insertOf(test::randomPortMessages(5, 100))), QString());
    const auto session = Session::open(m_url, Access::Read);
    QStringList sent;
    sqlite3_trace_v2((*session)->connection().sqlite(), SQLITE_TRACE_STMT, &remember, &sent);
    SqlPorts ports(**session);
    ListQuery query;
    query.limit = 7;
    for (const char* filter : {"", "status:failed", "port_name:orders.in status:pending", "created_at>2025-10-16"}) {
        for (const char* sort : {"", "-created_at", "id", "status"}) {
            query.filter = *parseFilter(QString::fromUtf8(filter), portMessageSchema(), test::portNow());
            query.sort = *sort ? *parseSort(sort, portMessageSchema()) : Sort();
            query.after = {};
            for (bool last = false; !last;) {
                const auto page = ports.messages().page(query, {});
                query.after = page->next;
                last = page->last;
            }
            query.after = {};
            QVERIFY(ports.messages().pageIndex(query, 10, {}).ok());
            QVERIFY(ports.deadLetters().page(query, {}).ok());
        }
    }
    QVERIFY(ports.countPorts(Ports::untilExact, {})->exact);
    QVERIFY(ports.ports().page({}, {}).ok());
    sqlite3_trace_v2((*session)->connection().sqlite(), 0, nullptr, nullptr);
    QVERIFY(sent.size() > 100);
    for (const QString& sql : std::as_const(sent)) {
        QVERIFY2(!sql.contains(QRegularExpression(QStringLiteral("\\bOFFSET\\b"))), qPrintable(sql));
        const bool counts = sql.contains(QStringLiteral("count("), Qt::CaseInsensitive);
        QVERIFY2(!counts || sql.contains(QRegularExpression(QStringLiteral("LIMIT [?:]"))), qPrintable(sql));
        QVERIFY2(!sql.contains(QStringLiteral("orders.in")), qPrintable(sql));
    }
}

void TestForeignPorts::usesIndexes_data() {
    QTest::addColumn<bool>("deadLetters");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("index");
    QTest::addColumn<QByteArray>("sort");
    const auto row = [](bool dead, const char* filter, const char* index, const char* sort = "") {
        QTest::addRow("%s%s%s", dead ? "dead: " : "", filter, sort)
            << dead << QString::fromLatin1(filter) << QString::fromLatin1(index) << QByteArray(sort);
    };
    row(false, "", "idx_port_messages_created");
    row(false, "status:failed", "idx_port_messages_status_created");
    row(false, "port_name:p", "idx_port_messages_port_created");
    row(false, "port_name:p status:failed", "idx_port_messages_port_status");
    row(false, "created_at>=2025-10-16 created_at<2025-10-17", "idx_port_messages_created");
    row(false, "port_name:p created_at>=2025-10-16", "idx_port_messages_port_created");
    row(true, "", "idx_port_messages_died");
    row(true, "port_name:p", "idx_port_messages_port_died");
    row(true, "age<2h", "idx_port_messages_died");
    row(true, "died_at>=-2h died_at<-1h", "idx_port_messages_died");
    row(true, "port_name:p age>2h", "idx_port_messages_port_died");
    row(true, "created_at>=-2h", "idx_port_messages_dead", "created_at");
    row(false, "status:pending age>15m", "idx_port_messages_waiting", "pending_since");
    row(false, "status:dead_letter age<2h", "idx_port_messages_status_created");
    row(false, "age<2h", "idx_port_messages_created");
    row(false, "pending_since:*", "idx_port_messages_waiting", "pending_since");
    row(false, "port_name:p pending_since:*", "idx_port_messages_port_waiting", "pending_since");
}

void TestForeignPorts::usesIndexes() {
    QFETCH(const bool, deadLetters);
    QFETCH(const QString, filter);
    QFETCH(const QString, index);
    QFETCH(const QByteArray, sort);
    QVERIFY(openStore(m_url, Access::Write).ok());
    const auto session = Session::open(m_url, Access::Read);
    Connection& connection = (*session)->connection();
    const auto layout = readPortLayout(connection);
    for (const bool descending : {false, true}) {
        for (const bool further : {false, true}) {
            ListQuery query;
            query.filter =
                *parseFilter(filter, deadLetters ? deadLetterSchema() : portMessageSchema(), test::portNow());
            query.sort = {sort, descending};
            if (further)
                query.after = Cursor{{QByteArray("2025-10-16T12:00:00.000Z"), qint64(5)}};
            const auto keyset =
                KeysetQuery::make(deadLetters ? layout->deadLetters : layout->messages, query, SqlDialect::Sqlite);
            QVERIFY(keyset.ok());
            const auto statement = keyset->page(query.after, 501);
            auto plan = connection.run(QStringLiteral("EXPLAIN QUERY PLAN ") + statement.sql, statement.bindings);
            QStringList lines;
            while (plan->next())
                lines << plan->value(3).toString();
            const QString all = lines.join(u'\n');
            const bool isEntered = all.contains(index + QLatin1Char(' ')) || all.contains(index + QLatin1Char('\n'));
            QVERIFY2(isEntered && !all.contains(QStringLiteral("SCAN m\n")), qPrintable(all));
            // A page's rows are put in order, never those that they are chosen from.
            const QRegularExpression sortsAll(QStringLiteral("INDEX [^\n]*\nUSE TEMP B-TREE"));
            QVERIFY2(!all.contains(sortsAll), qPrintable(all));
        }
    }
}

QTEST_GUILESS_MAIN(TestForeignPorts)
#include "tst_foreignports.moc"
