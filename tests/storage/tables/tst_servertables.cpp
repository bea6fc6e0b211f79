// Tables and views of a server, read page by page and written out: each row once, in the order that psql gives them,
// whatever types, rights and parents they have, and with values that are others a moment later.
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/stores/openstore.h"
#include "storage/tables/sql/servermoments.h"
#include "storage/tables/tables.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QFile>
#include <QTest>
#include <algorithm>
#include <map>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;

class TestServerTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_url = m_server.createDatabase();
        m_script = std::make_unique<PostgresScript>(m_url);
    }
    void cleanup() { m_script.reset(); }

    /// With a number `id` in each row, none twice; the order is the server's.
    void rowsComeOnceInTheServersOrder_data() {
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<QByteArray>("sort");
        const auto kinds = [](const QByteArray& value) -> QByteArray {
            return "CREATE TYPE place AS (x int, label text); CREATE DOMAIN spot AS place; CREATE TABLE t (id int "
                   "PRIMARY KEY, v "
                   + value;
        };
        const QByteArray places = "SELECT g, CASE WHEN g % 4 = 0 THEN ROW(g, NULL)::place WHEN g % 4 = 1 THEN ROW(g, "
                                  "'x')::place WHEN g % 4 = 2 THEN ROW(NULL, NULL)::place END FROM generate_series(1, "
                                  "120) AS g";
        QTest::newRow("a row value") << kinds("place); INSERT INTO t ") + places << QByteArray("v");
        QTest::newRow("a domain of row values") << kinds("spot); INSERT INTO t ") + places << QByteArray("v");
        QTest::newRow("an array of row values")
            << kinds("place[]); INSERT INTO t SELECT id, CASE WHEN id % 5 > 0 THEN ARRAY[p, NULL] END FROM (") + places
                   + ") AS s (id, p)"
            << QByteArray("v");
        QTest::newRow("a row value of a view") << kinds("place); INSERT INTO t ") + places
                                                      + "; ALTER TABLE t RENAME TO "
                                                        "under; CREATE VIEW t AS SELECT * FROM under"
                                               << QByteArray("v");
        for (const char* letters : {"public", "elsewhere"}) {
            QTest::addRow("other operators in %s", letters)
                << "CREATE SCHEMA elsewhere; CREATE EXTENSION hstore SCHEMA " + QByteArray(letters)
                       + "; CREATE TABLE t (id int PRIMARY KEY, v " + letters
                       + ".hstore); INSERT INTO t SELECT g, CASE WHEN g % 5 > 0 THEN CAST('k=>' || g % 40 AS " + letters
                       + ".hstore) END FROM generate_series(1, 120) AS g"
                << QByteArray("v");
            QTest::addRow("a key of other operators in %s", letters)
                << "CREATE SCHEMA elsewhere; CREATE EXTENSION hstore SCHEMA " + QByteArray(letters)
                       + "; CREATE TABLE t (v " + letters
                       + ".hstore PRIMARY KEY, id int); INSERT INTO t SELECT CAST('k=>' || g AS " + letters
                       + ".hstore), g FROM generate_series(1, 120) AS g"
                << QByteArray();
            QTest::addRow("letters of any case in %s", letters)
                << "CREATE SCHEMA elsewhere; CREATE EXTENSION citext SCHEMA " + QByteArray(letters)
                       + "; CREATE TABLE t (v " + letters
                       + ".citext, id int, PRIMARY KEY (v, id)); INSERT INTO t SELECT CASE WHEN g % 2 = 0 THEN 'a' "
                         "ELSE "
                         "'B' END || g, g FROM generate_series(1, 120) AS g"
                << QByteArray();
        }
        QTest::newRow("NULL in children alone") << QByteArray(
            "CREATE TABLE t (id int, v int); CREATE TABLE child () INHERITS (t); ALTER TABLE ONLY t ALTER v "
            "SET NOT NULL; INSERT INTO t SELECT g, g FROM generate_series(1, 60) AS g; INSERT INTO child "
            "SELECT g, CASE WHEN g % 2 = 0 THEN g END FROM generate_series(61, 120) AS g")
                                                << QByteArray("v");
        QTest::newRow("json beside the key in its index")
            << QByteArray("CREATE TABLE t (id int, v json, w text, PRIMARY KEY (id) INCLUDE (v)); INSERT INTO t SELECT "
                          "g, '{}', 'w' FROM generate_series(1, 120) AS g")
            << QByteArray("id");
        QTest::newRow("NULL beside the key in its index")
            << QByteArray("CREATE TABLE t (id int, v text, PRIMARY KEY (id) INCLUDE (v)); INSERT INTO t SELECT g, CASE "
                          "WHEN g % 3 = 0 THEN 'v' END FROM generate_series(1, 120) AS g")
            << QByteArray("v");
        QTest::newRow("a key that no part has")
            << QByteArray("CREATE TABLE t (id int, v int NOT NULL) PARTITION BY HASH (v); CREATE TABLE part PARTITION "
                          "OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0); ALTER TABLE ONLY t ADD PRIMARY KEY (v); "
                          "INSERT INTO t SELECT g, g % 3 FROM generate_series(1, 120) AS g")
            << QByteArray("v");
        for (const char* sort : {"", "id", "v"}) {
            QTest::addRow("a view of ages by %s", sort) << QByteArray(
                "CREATE TABLE under (id int PRIMARY KEY, at timestamptz); INSERT INTO under SELECT g, now() "
                "- g * interval '1 ms' FROM generate_series(1, 1300) AS g; CREATE VIEW t AS SELECT "
                "extract(epoch FROM clock_timestamp() - at) AS v, id FROM under")
                                                        << QByteArray(sort);
            QTest::addRow("random numbers by %s", sort)
                << QByteArray("CREATE VIEW t AS SELECT random() AS v, g AS id FROM generate_series(1, 1300) AS g")
                << QByteArray(sort);
        }
    }
    void rowsComeOnceInTheServersOrder() {
        QFETCH(const QByteArray, create);
        QFETCH(const QByteArray, sort);
        QCOMPARE(m_script->run(create), QString());
        const bool isMomentary = QByteArray(QTest::currentDataTag()).endsWith("by v");
        const auto store = openStore(m_url, Access::Read);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        const QStringList all = m_script->rows("SELECT id FROM t ORDER BY id");
        QVERIFY(all.size() >= 120);
        for (const bool descending : {false, true}) {
            const QString way = descending ? QStringLiteral(" DESC") : QString();
            const QStringList wanted =
                sort.isEmpty() || isMomentary
                    ? QStringList()
                    : m_script->rows(QStringLiteral("SELECT CAST(%1 AS text) FROM t ORDER BY t.%1%2")
                                         .arg(QString::fromLatin1(sort), way)
                                         .toUtf8());
            const auto table = (*store)->tables()->open("t", {});
            QVERIFY2(table, table ? "" : qPrintable(table.error().text + table.error().details));
            ListQuery query;
            query.sort = {sort, descending};
            for (const Way& each : {Way{&TestServerTables::pages, 7}, Way{&TestServerTables::pages, 119},
                                    Way{&TestServerTables::cells, 7}, Way{&TestServerTables::written, 7},
                                    Way{&TestServerTables::written, 500}}) {
                query.limit = each.limit;
                QStringList values;
                QStringList ids = (this->*each.read)(**table, query, sort, values);
                std::ranges::sort(ids, {}, [](const QString& id) { return id.toInt(); });
                QCOMPARE(ids, all);
                if (!wanted.isEmpty())
                    QCOMPARE(values, wanted);
            }
            QCOMPARE((*table)->leftOut(), QString());
        }
    }

    void onlyTheKeyIsTheKey_data() {
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("a column is included")
            << QByteArray("CREATE TABLE t (n text, id int, PRIMARY KEY (id) INCLUDE (n))") << QByteArray("id");
        QTest::newRow("two columns, and two included")
            << QByteArray("CREATE TABLE t (a int, b int, c int, d int, PRIMARY KEY (d, b) INCLUDE (a, c))")
            << QByteArray("d, b");
        QTest::newRow("deferrable") << QByteArray("CREATE TABLE t (id int PRIMARY KEY DEFERRABLE)") << QByteArray("id");
        QTest::newRow("unique, with what it includes")
            << QByteArray("CREATE TABLE t (id int NOT NULL, n text, UNIQUE (id) INCLUDE (n))") << QByteArray();
        QTest::newRow("unique in part") << QByteArray(
            "CREATE TABLE t (id int NOT NULL, n text); CREATE UNIQUE INDEX ON t (id) WHERE n IS NULL; "
            "CREATE UNIQUE INDEX ON t ((id + 1)); CREATE UNIQUE INDEX ON t (n) NULLS NOT DISTINCT")
                                        << QByteArray();
        QTest::newRow("of the parent alone")
            << QByteArray("CREATE TABLE t (id int NOT NULL) PARTITION BY HASH (id); CREATE TABLE part PARTITION OF t "
                          "FOR VALUES WITH (MODULUS 1, REMAINDER 0); ALTER TABLE ONLY t ADD PRIMARY KEY (id)")
            << QByteArray();
    }
    void onlyTheKeyIsTheKey() {
        QFETCH(const QByteArray, create);
        QFETCH(const QByteArray, key);
        QCOMPARE(m_script->run(create), QString());
        const auto store = openStore(m_url, Access::Read);
        QVERIFY(store);
        const auto detail = (*store)->tables()->detail("t", {});
        QVERIFY2(detail, detail ? "" : qPrintable(detail.error().text));
        QCOMPARE(detail->info.key, key);
        std::map<int, QByteArray> places;
        for (const TableDetail::Column& column : detail->columns) {
            if (column.keyPosition > 0)
                places[column.keyPosition] = column.name;
        }
        QByteArrayList named;
        for (const auto& [place, name] : places)
            named << name;
        QCOMPARE(named.join(", "), key);
        const Result<std::unique_ptr<Connection>> connection = openPostgresql(m_url, Access::Read);
        const auto catalogue = SchemaInspector::read(**connection);
        for (const SchemaInspector::Column& column : catalogue->table(QStringLiteral("t"))->columns) {
            const auto place = std::ranges::find_if(
                places, [&](const auto& each) { return QString::fromUtf8(each.second) == column.name; });
            QCOMPARE(column.keyPosition, place == places.end() ? 0 : place->first);
        }
    }

    /// An index serves an order by what it is ordered by.
    void anIndexBeginsWithItsOwnColumns_data() {
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<bool>("has");
        const QByteArray table("CREATE TABLE t (a int, b int); CREATE INDEX ON t ");
        QTest::newRow("both") << table + "(a, b)" << true;
        QTest::newRow("more") << table + "(a, b, (a + b))" << true;
        QTest::newRow("included") << table + "(a) INCLUDE (b)" << false;
        QTest::newRow("in part") << table + "(a, b) WHERE a > 0" << false;
        QTest::newRow("an expression before") << table + "((a + b), a, b)" << false;
        QTest::newRow("ranges of blocks") << table + "USING brin (a, b)" << false;
    }
    void anIndexBeginsWithItsOwnColumns() {
        QFETCH(const QByteArray, create);
        QFETCH(const bool, has);
        QCOMPARE(m_script->run(create), QString());
        const Result<std::unique_ptr<Connection>> connection = openPostgresql(m_url, Access::Read);
        const auto found =
            SchemaInspector::hasIndex(**connection, QStringLiteral("t"), {QStringLiteral("a"), QStringLiteral("b")});
        QVERIFY2(found, found ? "" : qPrintable(found.error().details));
        QCOMPARE(*found, has);
    }

    /// A table whose file is gone is not an empty one.
    void aLostFileIsAnError() {
        QCOMPARE(m_script->run("CREATE TABLE t (id int, v text); INSERT INTO t SELECT g, 'v' FROM generate_series(1, "
                               "500) AS g"),
                 QString());
        QCOMPARE(m_script->run("CHECKPOINT"), QString());
        const QString file = m_script->value("SELECT current_setting('data_directory') || '/' || "
                                             "pg_relation_filepath('t')");
        m_script = std::make_unique<PostgresScript>(m_url); // has it open
        QVERIFY(QFile::remove(file));
        const auto store = openStore(m_url, Access::Read);
        QVERIFY(store);
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY2(table, table ? "" : qPrintable(table.error().text));
        for (const bool descending : {false, true}) {
            ListQuery query;
            query.sort.descending = descending;
            QVERIFY(!(*table)->rows().page(query, {}));
            QVERIFY(!(*table)->cells().page(query, {}));
            QVERIFY(!(*table)->exportPage(query, {}));
        }
    }

    /// A page that another program began is gone on with where its order stays, and refused where it does not.
    void aListGoesOnElsewhere() {
        QCOMPARE(m_script->run(
                     "CREATE TABLE under (id int PRIMARY KEY, at timestamptz); INSERT INTO under SELECT g, now() - "
                     "g * interval '1 ms' FROM generate_series(1, 50) AS g; CREATE VIEW t AS SELECT "
                     "clock_timestamp() - at AS age, id FROM under"),
                 QString());
        ListQuery query;
        query.limit = 20;
        QStringList ids;
        for (bool last = false; !last;) {
            const auto store = openStore(m_url, Access::Read);
            const auto table = (*store)->tables()->open("t", {});
            QVERIFY(table);
            const auto page = (*table)->rows().page(query, {});
            QVERIFY2(page, page ? "" : qPrintable(page.error().text));
            for (const TableRow& row : page->rows)
                ids << idOf(**table, row.cells);
            QVERIFY((*table)->row(page->rows.front().key, {}).ok());
            query.after = page->next;
            last = page->last;
        }
        QCOMPARE(ids.size(), 50);
        ids.removeDuplicates();
        QCOMPARE(ids.size(), 50);

        query = {};
        query.limit = 20;
        query.sort.column = "age";
        const auto store = openStore(m_url, Access::Read);
        const auto table = (*store)->tables()->open("t", {});
        query.after = (*table)->rows().page(query, {}).value().next;
        QCOMPARE((*table)->rows().page(query, {}).value().rows.size(), std::size_t(20));
        const auto other = openStore(m_url, Access::Read);
        const auto page = (*(*other)->tables()->open("t", {}))->rows().page(query, {});
        QVERIFY(!page);
        QCOMPARE(page.error().code, ErrorCode::Usage);
        QVERIFY(page.error().text.contains(QStringLiteral("moment to moment")));
    }

    /// A list in an order of the moment has the first rows and says so; a file has all.
    void aListOfTheMomentIsCut() {
        QCOMPARE(m_script->run("CREATE VIEW t AS SELECT random() AS v, g AS id FROM generate_series(1, 10050) AS g"),
                 QString());
        const auto store = openStore(m_url, Access::Read);
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY(table);
        ListQuery query;
        query.limit = 3000;
        query.sort.column = "v";
        QStringList values;
        QStringList ids = pages(**table, query, "v", values);
        ids.removeDuplicates();
        QCOMPARE(ids.size(), 10'000);
        QVERIFY((*table)->leftOut().contains(QStringLiteral("first 10000")));
        ids = written(**table, query, "v", values);
        ids.removeDuplicates();
        QCOMPARE(ids.size(), 10'050);
        QCOMPARE((*table)->leftOut(), QString());
    }

    /// Rows that are found by their content, and are not as they were any more.
    void changedRowsAreTold() {
        QCOMPARE(m_script->run(
                     "CREATE TABLE under (id int, v text); INSERT INTO under SELECT g, 'v' FROM generate_series(1, "
                     "9) AS g; CREATE VIEW t AS SELECT * FROM under"),
                 QString());
        const auto store = openStore(m_url, Access::Read);
        const auto table = (*store)->tables()->open("t", {});
        ListQuery query;
        query.limit = 3;
        query.after = (*table)->rows().page(query, {}).value().next;
        QCOMPARE((*table)->rows().page(query, {}).value().rows.size(), std::size_t(3));
        QCOMPARE((*table)->leftOut(), QString());
        QCOMPARE(m_script->run("UPDATE under SET v = 'w' WHERE id = 3"), QString());
        QVERIFY((*table)->rows().page(query, {}).ok());
        QVERIFY((*table)->leftOut().contains(QStringLiteral("changed while")));
        query.after = {};
        QVERIFY((*table)->rows().page(query, {}).ok());
        QCOMPARE((*table)->leftOut(), QString());
    }

    /// Of rows that their content tells apart, all pages end with their bytes, and those that are equal come once each.
    void largePagesAreCut_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("each is another") << QByteArray("g || repeat('x', 1000000)");
        QTest::newRow("all are equal") << QByteArray("repeat('x', 1000000)");
    }
    void largePagesAreCut() {
        QFETCH(const QByteArray, content);
        QCOMPARE(m_script->run("CREATE VIEW t AS SELECT " + content + " AS v FROM generate_series(1, 24) AS g"),
                 QString());
        const auto store = openStore(m_url, Access::Read);
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY(table);
        ListQuery query;
        query.limit = 100;
        std::size_t rows = 0;
        std::size_t largest = 0;
        int pages = 0;
        for (bool last = false; !last && pages < 30; ++pages) {
            const auto page = (*table)->exportPage(query, {});
            QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
            rows += (*page)->size();
            largest = std::max(largest, (*page)->size());
            last = (*page)->last;
            query.after = (*page)->next;
        }
        QCOMPARE(rows, std::size_t(24));
        QVERIFY(largest <= (content.startsWith('g') ? 9U : 16U));
        QCOMPARE((*table)->leftOut(), QString());
    }

    void anExportGoesOnWithoutItsStream_data() {
        QTest::addColumn<bool>("isView");
        QTest::addColumn<bool>("isBroken");
        for (const bool isView : {false, true}) {
            QTest::addRow("a %s, no second connection", isView ? "view" : "table") << isView << false;
            QTest::addRow("a %s, it breaks", isView ? "view" : "table") << isView << true;
        }
    }
    void anExportGoesOnWithoutItsStream() {
        QFETCH(const bool, isView);
        QFETCH(const bool, isBroken);
        QCOMPARE(
            m_script->run("CREATE TABLE keyed (id int PRIMARY KEY, v text); INSERT INTO keyed SELECT g, (g * 7919) "
                          "% 10007 || repeat('x', 900) FROM generate_series(1, 3000) AS g; CREATE VIEW looked AS "
                          "SELECT * FROM keyed"),
            QString());
        StoreUrl url = m_url;
        if (!isBroken) {
            QCOMPARE(m_script->run("DROP ROLE IF EXISTS lone; CREATE ROLE lone LOGIN CONNECTION LIMIT 1; GRANT "
                                   "pg_read_all_data TO lone"),
                     QString());
            url.user = QStringLiteral("lone");
        }
        const auto store = openStore(url, Access::Read);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        const auto table = (*store)->tables()->open(isView ? "looked" : "keyed", {});
        QVERIFY(table);
        ListQuery query;
        query.limit = 500;
        query.sort.column = "v";
        QStringList ids;
        std::vector<Value> row;
        int pages = 0;
        for (bool last = false; !last; ++pages) {
            const auto page = (*table)->exportPage(query, {});
            QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
            for (std::size_t at = 0; at < (*page)->size(); ++at) {
                (*page)->values(at, row);
                ids << idOf(**table, row);
            }
            last = (*page)->last;
            query.after = (*page)->next;
            if (isBroken && pages == 1)
                QCOMPARE(
                    m_script->rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE xact_start IS NOT "
                                   "NULL AND pid <> pg_backend_pid() AND datname = current_database()"),
                    QStringList{QStringLiteral("t")});
        }
        (*table)->endExport();
        QCOMPARE(ids, m_script->rows("SELECT id FROM keyed ORDER BY v COLLATE \"C\""));
        QCOMPARE((*table)->leftOut(), QString());
    }

    void columnsOfTheMomentAreKnown_data() {
        QTest::addColumn<QByteArray>("view");
        QTest::addColumn<QString>("columns");
        const auto row = [](const char* view, const char* columns) {
            QTest::newRow(view) << QByteArray(view) << QString::fromLatin1(columns);
        };
        row("SELECT id, at, n FROM under", "");
        row("SELECT id, now() - at AS age FROM under", "2");
        row("SELECT age(at) AS a, age(at, at) AS b, to_char(at, 'HH') AS c FROM under", "1");
        row("SELECT id, current_date AS d, current_user AS u, localtimestamp AS l FROM under", "2,4");
        row("SELECT random() AS r, id FROM under", "1");
        row("SELECT id, at FROM under WHERE at > now() - interval '1 day'", "");
        row("SELECT n, count(*) AS c FROM under GROUP BY n", "");
        row("SELECT n, count(*) AS c FROM under WHERE at > now() - interval '1 day' GROUP BY n", "2");
        row("SELECT id, row_number() OVER (ORDER BY id) AS w FROM under", "");
        row("SELECT a.id, a.age, u.at FROM aged AS a JOIN under AS u USING (id)", "2");
        row("SELECT * FROM (SELECT id, age FROM aged WHERE at > now()) AS s", "2");
        row("WITH s AS (SELECT age, id FROM aged) SELECT id, age FROM s", "2");
        row("SELECT id, at FROM under UNION ALL SELECT id, now() FROM under", "2");
        row("SELECT id, (SELECT max(age) FROM aged) AS a, (SELECT max(n) FROM under) AS b FROM under", "2,3");
        row("SELECT x.id, f.f FROM under AS x, LATERAL (SELECT x.at - now() AS f) AS f", "2");
        row("SELECT id, coalesce(a.age, interval '0') AS e FROM under FULL JOIN aged AS a USING (id)", "2");
        row("SELECT g, random() AS r FROM generate_series(1, 3) AS g", "2");
        row("SELECT id, latest(n) AS l, twice(n) AS t, looked(n) AS k FROM under", "2,4");
        row("SELECT id AS \"a } b ( \\ : {\", now() AS \"{\" FROM under", "2");
        row("SELECT pid, query FROM pg_stat_activity", "1,2");
    }
    void columnsOfTheMomentAreKnown() {
        QFETCH(const QByteArray, view);
        QFETCH(const QString, columns);
        QCOMPARE(m_script->run(
                     "CREATE TABLE under (id int, at timestamptz, n int); CREATE VIEW aged AS SELECT id, at, now() - "
                     "at AS age FROM under; CREATE FUNCTION latest(n int) RETURNS timestamptz STABLE LANGUAGE sql "
                     "AS 'SELECT now()'; CREATE FUNCTION twice(n int) RETURNS int STABLE LANGUAGE sql AS 'SELECT "
                     "2 * n'; CREATE FUNCTION looked(n int) RETURNS int LANGUAGE sql AS 'SELECT n'; CREATE VIEW t "
                     "AS "
                     + view),
                 QString());
        const auto connection = openPostgresql(m_url, Access::Read, {});
        QVERIFY(connection);
        const auto found =
            readMomentColumns(**connection, m_script->value("SELECT CAST('t' AS regclass)::oid::bigint").toLongLong());
        QVERIFY2(found, found ? "" : qPrintable(found.error().text + found.error().details));
        QStringList numbers;
        for (const int number : *found)
            numbers << QString::number(number);
        QCOMPARE(numbers.join(u','), columns);
    }

    /// Of a table whose key, and whose rows' places, the role may not read.
    void whatMayBeReadIsRead() {
        QCOMPARE(m_script->run(
                     "DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN; CREATE TABLE keyed (id int PRIMARY KEY, "
                     "pay int, v text, room int); CREATE TABLE paired (a int, b int, v text, PRIMARY KEY (a, b)); "
                     "CREATE TABLE log (secret text, v text); CREATE TABLE parted (secret int, v text) PARTITION "
                     "BY RANGE (secret); CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (10); CREATE "
                     "TABLE parent (secret int, v text); CREATE TABLE child () INHERITS (parent); CREATE TABLE "
                     "allowed (a int, v text); INSERT INTO keyed SELECT g, g, 'v' || g, 7 FROM generate_series(1, 9) "
                     "AS g; INSERT INTO paired SELECT g, g, 'v' || g FROM generate_series(1, 9) AS g; INSERT INTO "
                     "log SELECT 's', 'v' || g FROM generate_series(1, 9) AS g; INSERT INTO parted SELECT g, 'v' "
                     "|| g FROM generate_series(1, 9) AS g; INSERT INTO child SELECT g, 'v' || g FROM "
                     "generate_series(1, 9) AS g; INSERT INTO allowed SELECT 1, 'v' || g FROM generate_series(1, "
                     "9) AS g; GRANT SELECT (v, room) ON keyed TO clerk; GRANT SELECT (a, v) ON paired TO clerk; "
                     "GRANT SELECT (v) ON log, parted, parent TO clerk; GRANT SELECT (a, v) ON allowed TO clerk"),
                 QString());
        StoreUrl url = m_url;
        url.user = QStringLiteral("clerk");
        {
            const auto store = openStore(url, Access::Read);
            QVERIFY2(store, store ? "" : qPrintable(store.error().text));
            for (const char* name : {"keyed", "paired", "log", "parted", "parent", "allowed"}) {
                const auto table = (*store)->tables()->open(name, {});
                QVERIFY2(table, table ? "" : qPrintable(table.error().text));
                ListQuery query;
                query.limit = 4;
                for (const char* sort : {"", "v"}) {
                    query.sort.column = sort;
                    for (const Way& each : {Way{&TestServerTables::pages, 4}, Way{&TestServerTables::written, 4},
                                            Way{&TestServerTables::written, 500}}) {
                        query.limit = each.limit;
                        QStringList values;
                        (this->*each.read)(**table, query, "v", values);
                        std::ranges::sort(values);
                        QCOMPARE(values.join(u' '), QStringLiteral("v1 v2 v3 v4 v5 v6 v7 v8 v9"));
                    }
                }
                const auto page = (*table)->rows().page(query, {});
                QVERIFY((*table)->row(page->rows.front().key, {}).ok());
            }
        }
        QCOMPARE(m_script->run("DROP OWNED BY clerk; DROP ROLE clerk"), QString());
    }

    void filtersAreTakenAsTheServerDoes_data() {
        QTest::addColumn<QByteArray>("filter");
        QTest::addColumn<QByteArray>("condition");
        const auto row = [](const QByteArray& filter, const QByteArray& condition) {
            QTest::newRow(filter.constData()) << filter << condition;
        };
        for (const QByteArray& column : {QByteArray("d"), QByteArray("e")}) {
            row(column + ".status:failed", column + "->>'status' = 'failed'");
            row(column + ".status:failed,done", column + "->>'status' IN ('failed', 'done')");
            row(column + ".status>a " + column + ".n:1", column + "->>'status' > 'a' AND " + column + "->>'n' = '1'");
            row(column + ".status:\"\"", column + "->>'status' = ''");
            row("not " + column + ".status:failed", "(" + column + "->>'status' = 'failed') IS NOT TRUE");
            row(column + ".deep.a[0]:x", column + "->'deep'->'a'->>0 = 'x'");
        }
        row("v:*", "v IS DISTINCT FROM NULL");
        row("not v:*", "v IS NOT DISTINCT FROM NULL");
        row("s:*", "s IS DISTINCT FROM NULL");
        row("not s:*", "s IS NOT DISTINCT FROM NULL");
    }
    void filtersAreTakenAsTheServerDoes() {
        QFETCH(const QByteArray, filter);
        QFETCH(const QByteArray, condition);
        QCOMPARE(m_script->run(
                     "CREATE TYPE place AS (x int, label text); CREATE DOMAIN spot AS place; CREATE TABLE t (id int "
                     "PRIMARY KEY, d jsonb, e json, v place, s spot); INSERT INTO t SELECT id, d::jsonb, d::json, "
                     "v::place, v::place FROM (VALUES (1, '{\"status\":\"failed\",\"n\":1}', '(1,)'), (2, "
                     "'{\"status\":\"ok\",\"n\":2}', NULL), (3, NULL, '(1,a)'), (4, '{\"status\":\"\",\"deep\":"
                     "{\"a\":[\"x\"]}}', '(,)')) AS r (id, d, v)"),
                 QString());
        const auto store = openStore(m_url, Access::Read);
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY(table);
        ListQuery query;
        query.filter = *parseFilter(QString::fromUtf8(filter), (*table)->schema(), currentTime());
        query.limit = 3;
        QStringList values;
        QCOMPARE(pages(**table, query, "id", values),
                 m_script->rows("SELECT id FROM t WHERE " + condition + " ORDER BY id"));
    }

private:
    using Reading = QStringList (TestServerTables::*)(TableRows&, ListQuery, const QByteArray&, QStringList&) const;
    struct Way {
        Reading read;
        int limit;
    };

    static QString textOf(const Value& value) {
        if (const auto* number = std::get_if<qint64>(&value))
            return QString::number(*number);
        const auto* text = std::get_if<QByteArray>(&value);
        return text ? QString::fromUtf8(*text) : QString();
    }
    static QString cellOf(const TableRows& table, const QByteArray& column, const std::vector<Value>& cells) {
        const auto* const found = table.schema().find(column);
        return found ? textOf(cells[static_cast<std::size_t>(found - table.schema().columns.data())]) : QString();
    }
    static QString idOf(const TableRows& table, const std::vector<Value>& cells) { return cellOf(table, "id", cells); }

    static QStringList listed(RowSource<TableRow>& source, const TableRows& table, ListQuery query,
                              const QByteArray& column, QStringList& values) {
        QStringList ids;
        for (bool last = false; !last;) {
            const auto page = source.page(query, {});
            if (!page)
                return {page.error().text + page.error().details};
            for (const TableRow& row : page->rows) {
                ids << idOf(table, row.cells);
                values << cellOf(table, column, row.cells);
            }
            last = page->last;
            query.after = page->next;
        }
        return ids;
    }
    /// The numbers of all rows as lists have them, and the values of a column.
    QStringList pages(TableRows& table, ListQuery query, const QByteArray& column, QStringList& values) const {
        return listed(table.rows(), table, std::move(query), column, values);
    }
    QStringList cells(TableRows& table, ListQuery query, const QByteArray& column, QStringList& values) const {
        return listed(table.cells(), table, std::move(query), column, values);
    }
    /// As files have them.
    QStringList written(TableRows& table, ListQuery query, const QByteArray& column, QStringList& values) const {
        QStringList ids;
        std::vector<Value> row;
        for (bool last = false; !last;) {
            const auto page = table.exportPage(query, {});
            if (!page)
                return {page.error().text + page.error().details};
            for (std::size_t at = 0; at < (*page)->size(); ++at) {
                (*page)->values(at, row);
                ids << idOf(table, row);
                values << cellOf(table, column, row);
            }
            last = (*page)->last;
            query.after = (*page)->next;
            query.limit = std::max(5, query.limit / 10); // further pages may be smaller
        }
        table.endExport();
        return ids;
    }

    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<PostgresScript> m_script;
};

QTEST_GUILESS_MAIN(TestServerTables)
#include "tst_servertables.moc"
