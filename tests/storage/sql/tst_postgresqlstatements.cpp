#include "storage/deadletters/groupscan.h"
#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/sql/postgresql/serverstream.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "storage/tables/tables.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>
#include <numeric>
#include <set>

using namespace portolan;
using portolan::test::need;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;

namespace {

constexpr const char* rows = R"(
INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count,
                           max_retries, created_at, error_message)
SELECT CAST(lpad(to_hex((i * 2654435761) & 4294967295), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(i), 12, '0') AS uuid),
       'port.' || lpad(CAST((i * 7919 / 3) % 10 AS text), 3, '0'), 'gateway', 'billing', jsonb_build_object('n', i % 10, 'sku', 's' || i, 'box', jsonb_build_object('kg', i)),
       CASE WHEN s < 5 THEN 'pending' WHEN s < 90 THEN 'completed' WHEN s < 97 THEN 'failed' ELSE 'dead_letter' END,
       CASE WHEN s < 90 THEN 0 ELSE i % 4 END, 3, to_timestamp(1700000000 + i * 0.5),
       CASE WHEN s >= 90 THEN 'timeout after ' || i % 5000 || ' ms' END
FROM (SELECT i, (i * 31 + i / 97) % 100 AS s FROM generate_series(CAST(0 AS bigint), 59999) AS i) AS m;
INSERT INTO batches (id, filename, date_created, date_modified) SELECT n, 'f' || n, 0, 0 FROM generate_series(1, 300) AS n;
INSERT INTO messages (batch_id, message_number, content, timestamp)
SELECT 1 + n / 10, n, 'text', 0 FROM generate_series(0, 2999) AS n;
CREATE TABLE keyed (id integer PRIMARY KEY, n integer, words text);
INSERT INTO keyed SELECT n, n % 7, 'word ' || n FROM generate_series(1, 5000) AS n;
CREATE INDEX keyed_n ON keyed (n);
CREATE TABLE keyless (n integer, words text);
INSERT INTO keyless SELECT n % 9, 'word ' || n FROM generate_series(1, 5000) AS n;
CREATE TABLE parted (n integer, words text) PARTITION BY RANGE (n);
CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (2500);
CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (2500) TO (5001);
INSERT INTO parted SELECT n, 'word ' || n FROM generate_series(1, 5000) AS n;
CREATE TABLE parent (n integer, words text);
CREATE TABLE child () INHERITS (parent);
INSERT INTO child SELECT n, 'word ' || n FROM generate_series(1, 5000) AS n;
CREATE VIEW looked AS SELECT n, words FROM keyed;
ANALYZE;
CREATE TABLE unanalysed (n integer);
INSERT INTO unanalysed SELECT * FROM generate_series(1, 2000);
)";

ListQuery asked(const char* filter, const char* sort) {
    ListQuery query;
    query.filter = need(parseFilter(QString::fromUtf8(filter), portMessageSchema(), currentTime()));
    query.sort = *sort ? need(parseSort(sort, portMessageSchema())) : Sort();
    query.limit = 100;
    return query;
}

/// What is said of port_messages in the plans of a log.
QByteArray plansOf(const QByteArray& log) {
    QByteArrayList lines;
    for (const QByteArray& line : log.split('\n')) {
        if (line.startsWith('\t') && !line.contains("Query Text"))
            if (line.contains("port_messages") || line.contains("Filter") || line.contains("Cond")
                || line.contains("Sort"))
                lines << line.left(200);
    }
    return lines.join('\n');
}

template <class Row>
void readPages(RowSource<Row>& source, ListQuery query, int pages) {
    for (bool last = false; !last && pages-- > 0;) {
        const Page<Row> page = need(source.page(query, {}));
        last = page.last;
        query.after = page.next;
    }
}

} // namespace

/// What a server is really asked, by its own log: statements, and the plans that it carries out.
class TestPostgresqlStatements : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void neverSkipsNorCountsWithoutBound();
    void pagesComeFromAnIndex_data();
    void pagesComeFromAnIndex();
    void deadLettersComeFromTheirIndex();
    void pendingMessagesComeFromTheirIndex();
    void fewRowsByTheirDocumentsAreSwept_data();
    void fewRowsByTheirDocumentsAreSwept();
    void anExportSweepsOnce_data() { fewRowsByTheirDocumentsAreSwept_data(); }
    void anExportSweepsOnce();
    void anExportGoesOnWithoutItsStream_data();
    void anExportGoesOnWithoutItsStream();
    void aStreamThatCannotBeginSaysWhy();
    void aStreamKnowsItsLastPage();
    void aStreamOfAFrozenServerIsLeft();
    void anAnswerWhoseRestDoesNotEndIsTaken();
    void manyRowsByTheirDocumentsAreWalkedTo();
    void sweptPagesAreInOrder_data();
    void sweptPagesAreInOrder();

private:
    /// With costs by which a table of this size is worth several processes, as large ones are.
    PostgresServer m_server{{QStringLiteral("min_parallel_table_scan_size = 0"),
                             QStringLiteral("parallel_setup_cost = 10"), QStringLiteral("log_statement = all"),
                             QStringLiteral("shared_preload_libraries = 'auto_explain'"),
                             QStringLiteral("auto_explain.log_min_duration = 0")}};
    static Result<std::unique_ptr<ServerStream>> stream(const StoreUrl& url, const char* sql, ServerStream::Kind kind,
                                                        const CancelToken& token = {}) {
        return ServerStream::open(url, QString::fromLatin1(sql), {}, QStringLiteral("read"), kind, token);
    }

    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestPostgresqlStatements::initTestCase() {
    m_url = m_server.createDatabase();
    QVERIFY(openStore(m_url, Access::Write).ok());
    QCOMPARE(PostgresScript(m_url).run(rows), QString());
    m_store = need(openStore(m_url, Access::Read));
}

void TestPostgresqlStatements::neverSkipsNorCountsWithoutBound() {
    (void)m_server.logged();
    Ports& ports = *m_store->ports();
    for (const char* filter : {"", "status:failed", "port_name:port.004 status:pending", "created_at>2023-11-15"}) {
        for (const char* sort : {"", "-created_at", "id", "status"}) {
            const ListQuery query = asked(filter, sort);
            readPages(ports.messages(), query, 3);
            QVERIFY(ports.messages().pageIndex(query, 3, {}).ok());
            QVERIFY(ports.deadLetters().page(query, {}).ok());
        }
    }
    QVERIFY(need(ports.countPorts(Ports::untilExact, {})).exact);
    QVERIFY(ports.ports().page({}, {}).ok());
    QVERIFY(need(ports.groups().more(GroupScan::untilExact, {})).exact);
    QVERIFY(ports.groups().precursors(ports.groups().groups().front(), {}).ok());
    ListQuery plain;
    plain.limit = 100;
    readPages(m_store->batches().messages(), plain, 40);
    const PageIndex pageIndex = need(m_store->batches().messages().pageIndex(plain, 100, {}));
    QVERIFY(pageIndex.complete);
    QCOMPARE(pageIndex.counts.size(), 30U);

    for (const char* name : {"keyed", "keyless", "parted", "parted_low", "parent", "looked"}) {
        const auto table = need(m_store->tables()->open(name, {}));
        for (const char* sort : {"", "n", "-words"}) {
            ListQuery any;
            any.limit = 100;
            any.sort = *sort ? need(parseSort(sort, table->schema())) : Sort();
            readPages(table->rows(), any, 4);
            readPages(table->cells(), any, 4);
            QVERIFY2(table->rows().pageIndex(any, 3, {}).ok(), name);
            for (int pages = 0; pages < 3; ++pages)
                any.after = need(table->exportPage(any, {}))->next;
            table->endExport();
        }
    }
    QVERIFY(m_store->tables()->tables().page({}, {}).ok());

    int statements = 0;
    const QByteArrayList lines = m_server.logged().split('\n');
    for (const QByteArray& line : lines) {
        const QString sql = QString::fromUtf8(line);
        // The plans repeat the statements; what the tests do by themselves is sent as one simple query.
        if (!sql.contains(QStringLiteral("LOG:  execute")))
            continue;
        ++statements;
        QVERIFY2(!sql.contains(QRegularExpression(QStringLiteral("\\bOFFSET\\b"))), qPrintable(sql));
        const bool counts = sql.contains(QStringLiteral("count("), Qt::CaseInsensitive);
        QVERIFY2(!counts || sql.contains(QRegularExpression(QStringLiteral("LIMIT [$0-9]|pg_catalog"))),
                 qPrintable(sql));
        QVERIFY2(!sql.contains(QStringLiteral("port.004")), qPrintable(sql));
    }
    QVERIFY2(statements > 100, QByteArray::number(statements).constData());
}

void TestPostgresqlStatements::pagesComeFromAnIndex_data() {
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("sort");
    QTest::addColumn<QByteArray>("index");
    const auto row = [](const char* filter, const char* sort, const char* index) {
        QTest::addRow("%s %s", filter, sort) << QByteArray(filter) << QByteArray(sort) << QByteArray(index);
    };
    row("", "", "idx_port_messages_created_id");
    row("", "-created_at", "idx_port_messages_created_id");
    row("status:failed", "", "idx_port_messages_status_created");
    row("status:pending", "-created_at", "idx_port_messages_status_created");
    row("port_name:port.004", "", "idx_port_messages_port_created");
    row("port_name:port.004", "-created_at", "idx_port_messages_port_created");
    row("port_name:port.004 status:failed", "", "idx_port_messages_port_status");
    row("created_at>=2023-11-15 created_at<2023-11-16", "", "idx_port_messages_created_id");
}

void TestPostgresqlStatements::pagesComeFromAnIndex() {
    QFETCH(const QByteArray, filter);
    QFETCH(const QByteArray, sort);
    QFETCH(const QByteArray, index);
    const ListQuery query = asked(filter.constData(), sort.constData());
    (void)m_server.logged();
    readPages(m_store->ports()->messages(), query, 3);
    const QByteArray log = plansOf(m_server.logged());
    QVERIFY2(log.contains(" using " + index), log.constData());
    for (const char* slow : {"Seq Scan on port_messages", "Bitmap Heap Scan on port_messages"})
        QVERIFY2(!log.contains(slow), log.constData());
}

void TestPostgresqlStatements::pendingMessagesComeFromTheirIndex() {
    (void)m_server.logged();
    ListQuery query = asked("status:pending age>15m", "pending_since");
    readPages(m_store->ports()->messages(), query, 3);
    query.sort.descending = true;
    readPages(m_store->ports()->messages(), query, 3);
    const QByteArray log = plansOf(m_server.logged());
    QVERIFY2(log.contains("using idx_port_messages_waiting"), log.constData());
    QVERIFY2(!log.contains("Seq Scan on port_messages"), log.constData());
}

void TestPostgresqlStatements::deadLettersComeFromTheirIndex() {
    (void)m_server.logged();
    readPages(m_store->ports()->deadLetters(), asked("", ""), 3);
    readPages(m_store->ports()->deadLetters(), asked("died_at>=2023-11-15T00:00 died_at<2023-11-15T03:00", ""), 3);
    const auto read = m_store->ports()->groups().more(std::chrono::milliseconds(0), {});
    QVERIFY(read.ok());
    const QByteArray log = plansOf(m_server.logged());
    QVERIFY2(log.contains("using idx_port_messages_died"), log.constData());
    QVERIFY2(!log.contains("Seq Scan on port_messages"), log.constData());
}

void TestPostgresqlStatements::fewRowsByTheirDocumentsAreSwept_data() {
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("sort");
    for (const char* filter : {"data.sku:s59000", "data.n>41", "data.box.kg:59000", "data.sku~s5900", "data~s59000",
                               "data.sku:s59000 status:completed", "data.sku:s59000 status:completed,pending"}) {
        for (const char* sort : {"", "-created_at", "status"})
            QTest::addRow("%s %s", filter, sort) << QByteArray(filter) << QByteArray(sort);
    }
}

void TestPostgresqlStatements::fewRowsByTheirDocumentsAreSwept() {
    QFETCH(const QByteArray, filter);
    QFETCH(const QByteArray, sort);
    const ListQuery query = asked(filter.constData(), sort.constData());
    const auto isSwept = [&] {
        const QByteArray log = m_server.logged();
        const QByteArray statement = log.mid(log.lastIndexOf("LOG:  execute"));
        return statement.contains("Parallel Seq Scan on port_messages") && !statement.contains("UNION ALL");
    };
    (void)m_server.logged();
    QVERIFY(m_store->ports()->messages().page(query, {}).ok());
    QVERIFY(isSwept());
    QVERIFY(m_store->ports()->messages().pageIndex(query, 3, {}).ok());
    QVERIFY(isSwept());
}

/// All pages of an export are one statement's, which sweeps with several processes, and hold the rows of the pages
/// that are asked for one by one.
void TestPostgresqlStatements::anExportSweepsOnce() {
    QFETCH(const QByteArray, filter);
    QFETCH(const QByteArray, sort);
    RowSource<PortMessage>& source = m_store->ports()->messages();
    ListQuery query = asked(filter.constData(), sort.constData());
    query.limit = 500;
    QByteArrayList wanted;
    for (bool isLast = false; !isLast;) {
        const auto page = need(source.page(query, {}));
        for (const PortMessage& each : page.rows)
            wanted << each.id;
        query.after = page.next;
        isLast = page.last;
    }
    (void)m_server.logged();
    query.after = {};
    QByteArrayList found;
    int pages = 0;
    for (bool isLast = false; !isLast; ++pages) {
        const auto page = need(source.deferredPage(query, {}));
        for (int at = 0; at < page.count; ++at)
            found << page.row(at).id;
        query.after = page.next;
        isLast = page.last;
    }
    source.endExport();
    QCOMPARE(found, wanted);
    const QByteArray log = m_server.logged();
    const auto isWhole = [](const QByteArray& line) {
        return line.contains("DETAIL") && line.contains("'9223372036854775807'"); // rows, as many as there are
    };
    const QByteArrayList lines = log.split('\n');
    QCOMPARE(std::ranges::count_if(lines, isWhole), 1);
    QVERIFY2(plansOf(log).contains("Parallel Seq Scan on port_messages"), log.constData());
    QVERIFY(pages > 1 || found.size() < query.limit);
}

void TestPostgresqlStatements::anExportGoesOnWithoutItsStream_data() {
    QTest::addColumn<bool>("isBroken");
    QTest::newRow("there is no second connection") << false;
    QTest::newRow("it breaks") << true;
}

void TestPostgresqlStatements::anExportGoesOnWithoutItsStream() {
    QFETCH(const bool, isBroken);
    StoreUrl url = m_url;
    PostgresScript script(m_url);
    if (!isBroken) {
        url.user = QStringLiteral("lone");
        QCOMPARE(script.run("CREATE ROLE lone LOGIN CONNECTION LIMIT 1; GRANT pg_read_all_data TO lone"), QString());
    }
    const auto store = need(openStore(url, Access::Read));
    ListQuery query = asked("data.sku~s59", "");
    query.limit = 500;
    (void)m_server.logged();
    QByteArrayList found;
    int pages = 0;
    for (bool isLast = false; !isLast; ++pages) {
        const auto page = store->ports()->messages().deferredPage(query, {});
        QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
        for (int at = 0; at < page->count; ++at)
            found << page->row(at).id;
        query.after = page->next;
        query.limit = 100;
        isLast = page->last;
        if (isBroken && pages == 0)
            QCOMPARE(script.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE xact_start IS NOT NULL "
                                 "AND pid <> pg_backend_pid() AND datname = current_database()"),
                     QStringList{QStringLiteral("t")});
    }
    store->ports()->messages().endExport();
    QVERIFY(pages > 2);
    QCOMPARE(found.size(), 1111);
    QCOMPARE(std::set<QByteArray>(found.begin(), found.end()).size(), 1111U);
    const QByteArray log = m_server.logged();
    QVERIFY2(log.contains(isBroken ? "terminating connection" : "too many connections"), log.constData());
    QVERIFY2(isBroken || log.count("too many connections") < pages, log.constData()); // not once a page
}

/// Its connection is gone then, and nobody goes on with it.
void TestPostgresqlStatements::aStreamThatCannotBeginSaysWhy() {
    std::stop_source stopped;
    stopped.request_stop();
    for (const auto kind : {ServerStream::Kind::Fetched, ServerStream::Kind::Parallel}) {
        auto none = stream(m_url, "SELECT n FROM nowhere", kind);
        if (none)
            QVERIFY(!(*none)->next(10, {}));
        else
            QVERIFY((none.error().text + none.error().details).contains(QStringLiteral("nowhere")));
        none = stream(m_url, "SELECT 1", kind, stopped.get_token());
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::Cancelled);
    }
}

void TestPostgresqlStatements::aStreamKnowsItsLastPage() {
    for (const auto kind : {ServerStream::Kind::Fetched, ServerStream::Kind::Parallel}) {
        for (const int count : {0, 1, 10, 20, 25}) {
            const auto rows =
                need(stream(m_url, qPrintable(QStringLiteral("SELECT generate_series(1, %1)").arg(count)), kind));
            int read = 0;
            for (int pages = 1; !rows->isAtEnd(); ++pages) {
                QVERIFY(pages <= std::max(1, (count + 9) / 10));
                read += need(rows->next(10, {})).count();
            }
            QCOMPARE(read, count);
        }
    }
}

void TestPostgresqlStatements::aStreamOfAFrozenServerIsLeft() {
    auto rows = need(stream(m_url, "SELECT generate_series(1, 100000000)", ServerStream::Kind::Parallel));
    QCOMPARE(need(rows->next(10, {})).count(), 10);
    m_server.pause();
    QElapsedTimer took;
    took.start();
    rows.reset();
    m_server.resume();
    QVERIFY2(took.elapsed() < 5'000, qPrintable(QString::number(took.elapsed())));
}

void TestPostgresqlStatements::anAnswerWhoseRestDoesNotEndIsTaken() {
    const auto session = need(Session::open(m_url, Access::Read));
    int asked = 0;
    const auto rows = session->read({}, [&](Connection& connection) -> Result<int> {
        ++asked;
        PostgresqlWire& wire = *connection.postgresql();
        if (!wire.beginRows("SELECT pg_catalog.generate_series(1, 100000000)") || !wire.nextRow())
            return connection.lastPostgresqlError(QStringLiteral("read"));
        m_server.pause();
        wire.endRows();
        m_server.resume();
        return 1;
    });
    QVERIFY(rows);
    QCOMPARE(asked, 1);
    const auto next =
        session->read({}, [](Connection& connection) { return connection.value(QStringLiteral("SELECT 2")); });
    QVERIFY(next);
    QCOMPARE(next->toInt(), 2);
}

void TestPostgresqlStatements::manyRowsByTheirDocumentsAreWalkedTo() {
    for (const char* filter : {"data.n:3", "data.n>5", "data.sku~s", "not data.sku:s7"}) {
        (void)m_server.logged();
        readPages(m_store->ports()->messages(), asked(filter, ""), 3);
        const QByteArray log = plansOf(m_server.logged());
        QVERIFY2(log.contains("using idx_port_messages_created_id"), log.constData());
        QVERIFY2(!log.contains("Seq Scan on port_messages"), log.constData());
    }
}

void TestPostgresqlStatements::sweptPagesAreInOrder_data() {
    QTest::addColumn<QByteArray>("sort");
    for (const char* sort : {"", "-created_at", "id", "-id", "-status", "error_message", "-error_message"})
        QTest::addRow("%s", *sort ? sort : "own") << QByteArray(sort);
}

void TestPostgresqlStatements::sweptPagesAreInOrder() {
    QFETCH(const QByteArray, sort);
    RowSource<PortMessage>& source = m_store->ports()->messages();
    const auto pagesOf = [&](ListQuery query, auto take) {
        for (bool last = false; !last;) {
            const Page<PortMessage> page = need(source.page(query, {}));
            std::ranges::for_each(page.rows, take);
            last = page.last;
            query.after = page.next;
        }
    };
    constexpr std::array filters{"data.box.kg<11", "data.box.kg>59990", "data.sku~s5900"};
    std::vector<FilterMatcher> matchers;
    for (const char* const filter : filters)
        matchers.emplace_back(asked(filter, "").filter, portMessageSchema());
    std::array<QByteArrayList, filters.size()> expected;
    ListQuery all = asked("", sort.constData());
    all.limit = 20'000;
    pagesOf(all, [&](const PortMessage& message) {
        for (std::size_t i = 0; i < filters.size(); ++i) {
            if (matchers[i].matches(portMessageColumns(), message))
                expected[i] << message.id;
        }
    });
    for (std::size_t i = 0; i < filters.size(); ++i) {
        ListQuery query = asked(filters[i], sort.constData());
        query.limit = 4;
        QByteArrayList found;
        pagesOf(query, [&](const PortMessage& message) { found << message.id; });
        QVERIFY(found.size() > 8);
        QCOMPARE(found, expected[i]);
        const PageIndex index = need(source.pageIndex(query, 100, {}));
        QVERIFY(index.complete);
        QCOMPARE(std::accumulate(index.counts.begin(), index.counts.end(), qsizetype(0)), found.size());
    }
}

QTEST_GUILESS_MAIN(TestPostgresqlStatements)
#include "tst_postgresqlstatements.moc"
