#include "storage/stores/openstore.h"
#include "storage/tables/tables.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <map>
#include <numeric>
#include <set>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

/// Tables of every shape, as another program makes them: with each kind of key and none, with names that SQL would
/// misread, in schemas, with partitions; views; read by pages of a few rows in both directions.
class TestTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_folder = std::make_unique<TempFolder>();
        m_url = onServer ? m_server.createDatabase()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        auto store = openStore(m_url, Access::Write);
        QVERIFY(store.ok());
        m_store = std::move(*store);
    }
    void cleanup() { m_store.reset(); }

    void countsFewRowsAndGuessesMany() {
        run("CREATE TABLE many (id INTEGER PRIMARY KEY)");
        run("CREATE TABLE keyed (a INTEGER, b INTEGER, PRIMARY KEY (a, b))");
        for (const char* into : {"many SELECT i", "keyed SELECT i, i"})
            run(QByteArray("INSERT INTO ") + into
                + " FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) SELECT i "
                  "FROM n) "
                  "AS n");
        const auto all = infos();
        for (const char* name : {"many", "keyed"}) {
            const TableInfo& found = all.at(name);
            // Of a server what it last looked at; of a small file its pages tell.
            QVERIFY(isServer() || (found.rows && *found.rows == 12'000 && !found.isEstimate));
            const auto table = m_store->tables()->open(name, {});
            QVERIFY2(table, table ? "" : qPrintable(table.error().text));
        }
    }

    /// Among another program's values, in whatever form it keeps times; what is none is neither before nor after.
    void aRelativeTimeIsCompared() {
        run(isServer() ? "CREATE TABLE times (v TEXT, a TIMESTAMPTZ, b TEXT, c BIGINT, d NUMERIC)"
                       : "CREATE TABLE times (v TEXT, a DATETIME, b TEXT, c INTEGER, d)");
        for (const auto& [name, age] : {std::pair("new", "1 hours"), std::pair("old", "72 hours")})
            run(isServer() ? QByteArray("INSERT INTO times SELECT '") + name + "', t, to_char(t AT TIME ZONE 'UTC', "
                                 + "'YYYY-MM-DD HH24:MI:SS'), extract(epoch FROM t), extract(epoch FROM t) * 1000 FROM "
                                 + "(SELECT now() - interval '" + age + "' AS t) AS s"
                           : QByteArray("INSERT INTO times SELECT '") + name + "', datetime(t), "
                                 + "strftime('%Y-%m-%dT%H:%M:%SZ', t), unixepoch(t), unixepoch(t) * 1000 FROM "
                                 + "(SELECT datetime('now', '-" + age + "') AS t)");
        run(isServer() ? "INSERT INTO times VALUES ('none', NULL, 'words', NULL, NULL)"
                       : "INSERT INTO times VALUES ('none', 'words', 'words', NULL, x'00')");
        for (const char* column : {"a", "b", "c", "d"}) {
            QCOMPARE(readAll("times", (column + QByteArray(">-2h")).constData(), 5, false), QByteArrayList{"new"});
            QCOMPARE(readAll("times", (column + QByteArray("<=-2h")).constData(), 5, false), QByteArrayList{"old"});
        }
        QCOMPARE(readAll("times", "b>\"-2h\"", 5, false).size(), 3); // in quotes a text
    }

    void saysWhatThereIs() {
        run("CREATE TABLE \"it's \"\"odd\"\"\" (a INTEGER PRIMARY KEY, b TEXT)");
        run("CREATE VIEW seen AS SELECT b FROM \"it's \"\"odd\"\"\"");
        run("INSERT INTO \"it's \"\"odd\"\"\" VALUES (1, 'x'), (2, 'y')");
        run(isServer() ? "CREATE TABLE analytics_data.mine (k TEXT)" : "CREATE TABLE analytics_data_mine (k TEXT)");
        const auto all = infos();
        QVERIFY(all.count("port_messages"));
        QCOMPARE(all.at("port_messages").zone, TableInfo::Zone::Core);
        QCOMPARE(all.at("port_messages").key, QByteArray("id"));
        QCOMPARE(all.at("port_messages").columns, 15);
        QVERIFY(all.at("port_messages").indexes > 5);
        QCOMPARE(all.at("portolan_audit").zone, TableInfo::Zone::Portolan);
        QCOMPARE(all.at("it's \"odd\"").zone, TableInfo::Zone::Other);
        QCOMPARE(all.at("it's \"odd\"").rows, std::optional<qint64>(2));
        QVERIFY(!all.at("it's \"odd\"").isEstimate);
        QVERIFY(all.at("it's \"odd\"").bytes.value_or(0) > 0);
        QCOMPARE(all.at("seen").kind, QByteArray("view"));
        QVERIFY(!all.at("seen").rows);
        const QByteArray mine = isServer() ? "analytics_data.mine" : "analytics_data_mine";
        QCOMPARE(all.at(mine).zone, TableInfo::Zone::User);
        if (isServer()) {
            QCOMPARE(all.at("component_metrics").kind, QByteArray("partitioned table"));
            QVERIFY(all.at("component_metrics").parts > 0);
        }
    }

    void saysWhatATableIsMadeOf() {
        run("CREATE TABLE parents (id INTEGER PRIMARY KEY)");
        run("CREATE TABLE things (b TEXT NOT NULL DEFAULT 'none', a INTEGER, parent INTEGER REFERENCES parents (id), "
            "PRIMARY KEY (b, a))");
        run("CREATE INDEX things_by_a ON things (a) WHERE a > 3");
        const auto detail = m_store->tables()->detail("things", {});
        QVERIFY(detail.ok());
        QCOMPARE(detail->columns.size(), std::size_t(3));
        QCOMPARE(detail->columns[0].name, QByteArray("b"));
        QVERIFY(detail->columns[0].notNull);
        QCOMPARE(detail->columns[0].keyPosition, 1);
        QCOMPARE(detail->columns[1].keyPosition, 2);
        QVERIFY(detail->columns[0].usual.contains("none"));
        const auto index = std::ranges::find(detail->indexes, QByteArray("things_by_a"), &TableDetail::Part::name);
        QVERIFY(index != detail->indexes.end());
        QVERIFY(index->definition.contains("3"));
        if (isServer())
            QVERIFY(detail->constraints.front().definition.contains("REFERENCES parents"));
        else
            QVERIFY(detail->definition.contains("REFERENCES parents"));
        const auto none = m_store->tables()->detail("nothing", {});
        QCOMPARE(none.error().code, ErrorCode::NotFound);
    }

    void partitionsAreListed() {
        if (!isServer())
            QSKIP("SQLite has no partitions");
        run("CREATE SCHEMA \"cold store\"; CREATE TABLE parts (at TIMESTAMPTZ, n INTEGER) PARTITION BY RANGE (at);"
            "CREATE TABLE parts_b PARTITION OF parts FOR VALUES FROM ('2026-02-01Z') TO ('2026-03-01Z');"
            "CREATE TABLE \"cold store\".\"a \"\"1\"\"\" PARTITION OF parts FOR VALUES FROM ('2026-01-01Z') TO "
            "('2026-02-01Z');"
            "CREATE TABLE parts_c PARTITION OF parts FOR VALUES FROM ('2026-03-01Z') TO ('2026-04-01Z') PARTITION BY "
            "LIST (n);"
            "CREATE TABLE parts_c1 PARTITION OF parts_c FOR VALUES IN (1, 2);"
            "CREATE TABLE parts_rest PARTITION OF parts DEFAULT;"
            "INSERT INTO parts SELECT '2026-02-02', i FROM generate_series(1, 2000) AS i");
        const auto detail = m_store->tables()->detail("parts", {});
        QVERIFY2(detail.ok(), detail ? "" : qPrintable(detail.error().text + detail.error().details));
        QByteArrayList names;
        for (const TableDetail::Chunk& chunk : detail->chunks)
            names << chunk.name;
        // That which holds no rows itself is left out, what it is made of is not.
        QCOMPARE(names, (QByteArrayList{"parts_c1", "parts_b", "cold store.a \"1\"", "parts_rest"}));
        QCOMPARE(detail->chunks[0].bounds, QByteArray("FOR VALUES IN (1, 2)"));
        QVERIFY2(detail->chunks[1].bounds.startsWith("FOR VALUES FROM ('2026-02-01"),
                 detail->chunks[1].bounds.constData());
        QVERIFY(*detail->chunks[1].bytes > 50'000);
        QCOMPARE(*detail->chunks[2].bytes, 0);
        QCOMPARE(detail->chunks[3].bounds, QByteArray("DEFAULT"));
        QVERIFY(m_store->tables()->detail("schema_version", {})->chunks.empty());
        run("CREATE TABLE many (n INTEGER) PARTITION BY LIST (n); DO $$ BEGIN FOR i IN 1000 .. 1509 LOOP EXECUTE "
            "format('CREATE TABLE many_%s PARTITION OF many FOR VALUES IN (%s)', i, i); END LOOP; END $$");
        const auto many = m_store->tables()->detail("many", {});
        QVERIFY(many.ok());
        QCOMPARE(many->info.parts, 510);
        QCOMPARE(many->chunks.size(), std::size_t(TableDetail::mostChunks));
        QCOMPARE(many->chunks.front().name, QByteArray("many_1509"));
        QCOMPARE(many->chunks.back().name, QByteArray("many_1010"));
    }

    /// A list's page holds the beginnings of long texts; filters, the whole row and files see all of them.
    void cellsAreCut_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("number") << QByteArray("k INTEGER PRIMARY KEY");
        QTest::newRow("text") << QByteArray("k TEXT PRIMARY KEY");
        QTest::newRow("none") << QByteArray("k INTEGER");
    }
    void cellsAreCut() {
        QFETCH(const QByteArray, key);
        const QByteArray umlauts = QByteArray("ä").repeated(20'000);
        run("CREATE TABLE t (" + key
            + (isServer() ? ", v TEXT, j JSON, b BYTEA, n NUMERIC, x TIMESTAMPTZ)"
                          : ", v TEXT, j TEXT CHECK (json_valid(j)), b BLOB, n INTEGER, x)"));
        run("INSERT INTO t VALUES (1, '" + umlauts + "needle', '[\"" + QByteArray(50'000, 'x') + "\", 7]', "
            + (isServer()
                   ? "decode('ff00' || repeat('61', 50000), 'hex'), 12.5, '2026-03-01T10:00:00Z')"
                   : "x'ff00" + QByteArray("61").repeated(50'000) + "', '" + QByteArray(9'000, 'z') + "', 12.5)"));
        run("INSERT INTO t VALUES (2, 'short', '{}', NULL, NULL, NULL)");
        const auto table = m_store->tables()->open("t", {});
        QVERIFY(table.ok());
        for (const char* filter : {"", "v~needle j[1]:7"}) {
            ListQuery query;
            query.filter = *parseFilter(QString::fromLatin1(filter), (*table)->schema(), currentTime());
            const auto whole = (*table)->rows().page(query, {});
            const auto cells = (*table)->cells().page(query, {});
            QVERIFY2(cells.ok(), cells ? "" : qPrintable(cells.error().text + cells.error().details));
            QVERIFY(whole.ok() && whole->rows.size() == cells->rows.size());
            QCOMPARE(cells->rows.size(), std::size_t(*filter ? 1 : 2));
            QVERIFY(cells->next == whole->next);
            for (std::size_t row = 0; row < cells->rows.size(); ++row) {
                QVERIFY(cells->rows[row].key == whole->rows[row].key);
                for (std::size_t i = 0; i < cells->rows[row].cells.size(); ++i) {
                    const auto* const all = std::get_if<QByteArray>(&whole->rows[row].cells[i]);
                    const auto* const some = std::get_if<QByteArray>(&cells->rows[row].cells[i]);
                    if (!all || all->size() <= cellBytes) {
                        QVERIFY(whole->rows[row].cells[i] == cells->rows[row].cells[i]);
                        continue;
                    }
                    QVERIFY2(some && all->startsWith(*some) && some->size() >= cellBytes
                                 && some->size() <= 2 * cellBytes,
                             QByteArray::number(qsizetype(i)).constData());
                }
            }
        }
        ListQuery sorted;
        sorted.sort = {"v", true};
        if (const auto cells = (*table)->cells().page(sorted, {}); cells.ok()) { // SQLite's, in any order
            QCOMPARE(cells->rows.size(), std::size_t(2));
            QVERIFY(valueOf(**table, cells->rows[0]).startsWith(umlauts.first(cellBytes)));
        }
        QCOMPARE(valueOf(**table, *(*table)->row((*table)->cells().page({}, {})->rows[0].key, {})), umlauts + "needle");
    }

    void everyKeyIsPagedThrough_data() {
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<QByteArray>("insert");
        QTest::newRow("number") << QByteArray("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
                                << QByteArray("(%1, 'v%1')");
        QTest::newRow("text") << QByteArray("CREATE TABLE t (id TEXT PRIMARY KEY, v TEXT)")
                              << QByteArray("('key %1', 'v%1')");
        QTest::newRow("two") << QByteArray("CREATE TABLE t (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b))")
                             << QByteArray("('it''s', %1, 'v%1')");
        QTest::newRow("none") << QByteArray("CREATE TABLE t (a TEXT, v TEXT)") << QByteArray("('same', 'v%1')");
        QTest::newRow("rowid taken") << QByteArray(
            "CREATE TABLE t (rowid TEXT, oid TEXT, _rowid_ TEXT, v TEXT, k INTEGER "
            "PRIMARY KEY)") << QByteArray("('x', 'y', 'z', 'v%1', %1)");
        QTest::newRow("server: uuid") << QByteArray("CREATE TABLE t (id UUID PRIMARY KEY, v TEXT)")
                                      << QByteArray("(gen_random_uuid(), 'v%1')");
        QTest::newRow("server: time and number")
            << QByteArray("CREATE TABLE t (at TIMESTAMPTZ, n NUMERIC(9, 2), v TEXT, PRIMARY KEY (at, n))")
            << QByteArray("('2026-01-01T00:00:00Z', %1.25, 'v%1')");
        QTest::newRow("server: parts without a key") << QByteArray(
            "CREATE TABLE t (n INTEGER, v TEXT) PARTITION BY RANGE (n); CREATE TABLE t_low PARTITION OF t "
            "FOR VALUES FROM (0) TO (300); CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (300) TO "
            "(1000)") << QByteArray("(%1, 'v%1')");
        QTest::newRow("file: no row numbers")
            << QByteArray("CREATE TABLE t (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID")
            << QByteArray("('a', %1, 'v%1')");
    }
    void everyKeyIsPagedThrough() {
        QFETCH(const QByteArray, create);
        QFETCH(const QByteArray, insert);
        if (QByteArray(QTest::currentDataTag()).contains(isServer() ? "file:" : "server:"))
            QSKIP("the other database has such a table");
        run(create);
        constexpr int count = 700;
        QByteArray rows;
        QByteArrayList expected;
        for (int i = 0; i < count; ++i) {
            rows += (i > 0 ? "," : "") + QByteArray(insert).replace("%1", QByteArray::number(i));
            expected << "v" + QByteArray::number(i);
        }
        run("INSERT INTO t VALUES " + rows);
        run("DELETE FROM t WHERE v = 'v13'");
        expected.removeAll("v13");
        std::ranges::sort(expected);
        for (const bool descending : {false, true}) {
            std::vector<Value> keys;
            QByteArrayList found = readAll("t", {}, 37, descending, &keys);
            QByteArrayList inOrder = found;
            std::ranges::sort(found);
            QCOMPARE(found, expected);
            QCOMPARE(keys.size(), static_cast<std::size_t>(expected.size()));
            const auto table = m_store->tables()->open("t", {});
            QVERIFY(table.ok());
            for (const std::size_t at : {std::size_t(0), std::size_t(50), keys.size() - 1}) {
                const auto row = (*table)->row(keys[at], {});
                QVERIFY2(row.ok(), row ? "" : qPrintable(row.error().text + row.error().details));
                QCOMPARE(valueOf(**table, *row), inOrder[static_cast<qsizetype>(at)]);
            }
            ListQuery query;
            query.limit = 100;
            query.sort.descending = descending;
            const auto pageIndex = (*table)->rows().pageIndex(query, 50, {});
            QVERIFY(pageIndex.ok());
            QCOMPARE(std::accumulate(pageIndex->counts.begin(), pageIndex->counts.end(), 0), count - 1);
            QVERIFY(pageIndex->complete);
            query.after = pageIndex->starts[3];
            const auto page = (*table)->rows().page(query, {});
            QVERIFY(page.ok());
            QCOMPARE(valueOf(**table, page->rows.front()), inOrder[300]);
        }
        QByteArrayList filtered = readAll("t", "v~v69", 5, false);
        std::ranges::sort(filtered);
        QByteArrayList wanted;
        for (const QByteArray& value : expected) {
            if (value.contains("v69"))
                wanted << value;
        }
        QCOMPARE(filtered, wanted);
    }

    void namesOfAllKinds() {
        for (const QByteArray& name : {QByteArray("a b"), QByteArray("Select"), QByteArray("we\"ird"),
                                       QByteArray("trailing\""), QByteArray("\"both\""), QByteArray("per%cent?")}) {
            QByteArray quoted = name;
            quoted.replace("\"", "\"\"");
            run("CREATE TABLE \"" + quoted + "\" (\"" + quoted + "\" TEXT PRIMARY KEY, v TEXT)");
            run("INSERT INTO \"" + quoted + "\" VALUES ('one', 'v1'), ('two', 'v2')");
            QByteArrayList found = readAll(name, {}, 1, false);
            QCOMPARE(found, (QByteArrayList{"v1", "v2"}));
            QVERIFY(m_store->tables()->detail(name, {}).ok());
        }
    }

    void columnsThatWereDroppedAreNotCounted() {
        run("CREATE TABLE a (x INTEGER, y INTEGER, z INTEGER)");
        run("ALTER TABLE a DROP COLUMN y");
        QCOMPARE(infos().at("a").columns, 2);
    }

    void valuesStayWhatTheyAre() {
        if (isServer())
            run("CREATE TABLE v (k INTEGER PRIMARY KEY, t TEXT, n NUMERIC, b BYTEA, j JSONB, x TIMESTAMPTZ, y "
                "BOOLEAN); "
                "INSERT INTO v VALUES (1, '', 12345678901234567890.125, '\\x00ff', '{\"a\": [1, 2]}', "
                "'2026-03-01T10:00:00Z', true), (2, NULL, NULL, NULL, NULL, NULL, NULL)");
        else
            run("CREATE TABLE v (k INTEGER PRIMARY KEY, t TEXT, n, b BLOB, j TEXT CHECK (j IS NULL OR json_valid(j)), "
                "x TEXT, y "
                "BOOLEAN); INSERT INTO v VALUES (1, '', '12345678901234567890.125', x'00ff', '{\"a\": [1, 2]}', "
                "'2026-03-01T10:00:00Z', 1), (2, NULL, NULL, NULL, NULL, NULL, NULL)");
        const auto table = m_store->tables()->open("v", {});
        QVERIFY(table.ok());
        const auto page = (*table)->rows().page({}, {});
        QVERIFY(page.ok());
        QCOMPARE(page->rows.size(), std::size_t(2));
        const auto& cells = page->rows[0].cells;
        QCOMPARE(std::get<qint64>(cells[0]), 1);
        QCOMPARE(std::get<QByteArray>(cells[1]), QByteArray(""));
        QCOMPARE(std::get<QByteArray>(cells[4]), QByteArray("{\"a\": [1, 2]}"));
        for (std::size_t i = 1; i < page->rows[1].cells.size(); ++i)
            QVERIFY(std::holds_alternative<std::monostate>(page->rows[1].cells[i]));
        ListQuery query;
        query.filter = *parseFilter(QStringLiteral("j.a[1]:2"), (*table)->schema(), currentTime());
        const auto found = (*table)->rows().page(query, {});
        QVERIFY(found.ok());
        QCOMPARE(found->rows.size(), std::size_t(1));
    }

    void whatMayNotBeReadIsListed() {
        if (!isServer())
            QSKIP("SQLite has no rights");
        run("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; CREATE TABLE closed (a INTEGER); INSERT INTO closed "
            "VALUES (1); "
            "GRANT USAGE ON SCHEMA public TO reader");
        StoreUrl url = m_url;
        url.user = QStringLiteral("reader");
        auto store = openStore(url, Access::Read);
        QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
        const auto page = (*store)->tables()->tables().page({}, {});
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().text + page.error().details));
        const auto closed = std::ranges::find(page->rows, QByteArray("closed"), &TableInfo::path);
        QVERIFY(closed != page->rows.end());
        QVERIFY(!closed->rows);
        const auto table = (*store)->tables()->open("closed", {});
        QVERIFY(!table.ok());
        QCOMPARE(table.error().code, ErrorCode::Auth);
        store = Error{ErrorCode::NotFound, QString()};
        run("DROP TABLE closed; REVOKE USAGE ON SCHEMA public FROM reader; DROP ROLE reader");
    }

    void aViewOfHostileNames() {
        run("CREATE TABLE t (\"%1 %3\" TEXT, v TEXT)");
        run("INSERT INTO t VALUES ('x', 'v1')");
        run("CREATE VIEW \"%2\" AS SELECT \"%1 %3\", v FROM t");
        QCOMPARE(readAll("%2", {}, 2, false), QByteArrayList{"v1"});
    }

    void aViewShowsItsFirstRows() {
        run("CREATE TABLE t (v TEXT)");
        run("INSERT INTO t VALUES ('v1'), ('v2'), ('v3')");
        run("CREATE VIEW w AS SELECT v FROM t");
        QByteArrayList found = readAll("w", {}, 2, false);
        std::ranges::sort(found);
        QCOMPARE(found, (QByteArrayList{"v1", "v2", "v3"}));
        QCOMPARE(readAll("w", "v:v2", 2, false), QByteArrayList{"v2"});
        run("INSERT INTO t VALUES ('v4')");
        QCOMPARE(readAll("w", {}, 2, false).size(), 4);
        const auto table = m_store->tables()->open("w", {});
        QVERIFY((*table)->note().isEmpty()); // it is read whole
    }

    void whatChangedIsReadAgain() {
        run("CREATE TABLE t (v TEXT)");
        run("INSERT INTO t VALUES ('v1')");
        QCOMPARE(readAll("t", {}, 9, false), QByteArrayList{"v1"});
        run("ALTER TABLE t ADD COLUMN w TEXT DEFAULT 'new'");
        const auto table = m_store->tables()->open("t", {});
        QVERIFY(table.ok());
        QCOMPARE((*table)->schema().columns.size(), std::size_t(2));
        run("DROP TABLE t");
        QCOMPARE(m_store->tables()->open("t", {}).error().code, ErrorCode::NotFound);
    }

    /// What is written to a file is what is shown, whichever way the rows are found and kept.
    void pagesThatAreWrittenOutAreThose() {
        run("CREATE TABLE numbered (id INTEGER PRIMARY KEY, v TEXT, r REAL, b BOOLEAN, at TIMESTAMP)");
        run("CREATE TABLE keyed (v TEXT PRIMARY KEY, r REAL)");
        run("CREATE TABLE without (v TEXT, r REAL)");
        for (int i = 0; i < 23; ++i) {
            const QByteArray n = QByteArray::number(i);
            const QByteArray text = i % 5 == 0 ? "NULL" : i % 5 == 1 ? "''" : "'v" + n + "\n\"'";
            run("INSERT INTO numbered VALUES (" + n + ", " + text + ", " + (i % 3 ? n + ".5" : "NULL") + ", "
                + (i % 4 == 0   ? "NULL"
                   : isServer() ? (i % 2 ? "true" : "false")
                                : (i % 2 ? "1" : "0"))
                + ", '2026-01-02T03:04:" + n.rightJustified(2, '0') + "Z')");
            run("INSERT INTO keyed VALUES ('k" + n + "', " + n + ")");
            run("INSERT INTO without VALUES (" + text + ", " + n + ")");
        }
        if (!isServer())
            run("UPDATE numbered SET v = x'00ff' WHERE id = 7");
        for (const char* name : {"numbered", "keyed", "without"}) {
            for (const bool descending : {false, true}) {
                for (const char* filter : {"", "r>4"})
                    QCOMPARE(writtenOut(name, filter, 4, descending), 4);
            }
        }
    }

    void aPageThatIsWrittenOutIsNoLargerThanMemory_data() {
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<QByteArray>("sort");
        QTest::addColumn<bool>("isJump");
        for (const bool isJump : {false, true}) {
            const char* then = isJump ? ", small rows before" : "";
            const auto add = [&](const char* name, const char* create, const char* sort) {
                QTest::addRow("%s%s", name, then) << QByteArray(create) << QByteArray(sort) << isJump;
            };
            add("key", "large (id INTEGER PRIMARY KEY, v TEXT)", "");
            add("no key", "large (id INTEGER, v TEXT)", "");
            add("sorted", "large (id INTEGER PRIMARY KEY, v TEXT)", "v");
            add("sorted backwards", "large (id INTEGER, v TEXT)", "-id");
            add("texts alone", "large (id INTEGER PRIMARY KEY, r REAL, v TEXT)", "r");
        }
    }

    void aPageThatIsWrittenOutIsNoLargerThanMemory() {
        QFETCH(const QByteArray, create);
        QFETCH(const QByteArray, sort);
        QFETCH(const bool, isJump);
        run("CREATE TABLE " + create);
        const QByteArray text = isServer() ? "CAST(repeat('0', 1000000) AS text)" : "hex(zeroblob(500000))";
        if (isJump)
            run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) "
                "INSERT INTO large (id, v) SELECT i, '0' FROM n");
        run("WITH RECURSIVE n(i) AS (SELECT 2001 UNION ALL SELECT i + 1 FROM n WHERE i < 2045) "
            "INSERT INTO large (id, v) SELECT i, "
            + text + " || i FROM n");
        const auto table = m_store->tables()->open("large", {});
        QVERIFY(table.ok());
        ListQuery query;
        if (!sort.isEmpty())
            query.sort = test::need(parseSort(sort, (*table)->schema()));
        query.limit = 1000;
        const auto vAt = (*table)->schema().find("v") - (*table)->schema().columns.data();
        std::set<qint64> ids;
        std::vector<Value> cells;
        for (bool isLast = false; !isLast;) {
            const auto page = (*table)->exportPage(query, {});
            QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
            qint64 bytes = 0;
            for (std::size_t row = 0; row < (*page)->size(); ++row) {
                (*page)->values(row, cells);
                QVERIFY(ids.insert(std::get<qint64>(cells.front())).second);
                bytes += std::get<QByteArray>(cells[static_cast<std::size_t>(vAt)]).size();
            }
            QVERIFY2(bytes < 10'000'000, qPrintable(QString::number(bytes)));
            QVERIFY((*page)->size() > 0 || (*page)->last);
            isLast = (*page)->last;
            query.after = (*page)->next;
        }
        QCOMPARE(ids.size(), std::size_t(isJump ? 1545 : 45));
    }

    void aForeignPlaceIsRefused() {
        run("CREATE TABLE t (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b))");
        run("INSERT INTO t VALUES ('a', 1, 'v1')");
        const auto table = m_store->tables()->open("t", {});
        QVERIFY(table.ok());
        ListQuery query;
        query.after.keys = {QByteArray("nonsense")};
        const auto page = (*table)->rows().page(query, {});
        QVERIFY(!page.ok());
        QCOMPARE(page.error().code, ErrorCode::Usage);
        QCOMPARE((*table)->row(QByteArray("nonsense"), {}).error().code, ErrorCode::NotFound);
    }

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    void run(const QByteArray& sql) const {
        const QString failed = isServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
        QCOMPARE(failed, QString());
    }
    [[nodiscard]] std::map<QByteArray, TableInfo> infos() const {
        std::map<QByteArray, TableInfo> all;
        const auto page = m_store->tables()->tables().page({}, {});
        if (!page) {
            qWarning("%s %s", qPrintable(page.error().text), qPrintable(page.error().details));
            return all;
        }
        for (const TableInfo& info : page->rows)
            all[info.path()] = info;
        return all;
    }
    /// Of its column v.
    static QByteArray valueOf(const TableRows& table, const TableRow& row) {
        const auto* column = table.schema().find("v");
        const auto* text =
            std::get_if<QByteArray>(&row.cells[static_cast<std::size_t>(column - table.schema().columns.data())]);
        return text ? *text : QByteArray();
    }
    [[nodiscard]] QByteArrayList readAll(const QByteArray& name, const char* filter, int limit, bool descending,
                                         std::vector<Value>* keys = nullptr) const {
        const auto table = m_store->tables()->open(name, {});
        if (!table)
            return {"error: " + table.error().text.toUtf8() + table.error().details.toUtf8()};
        ListQuery query;
        if (filter)
            query.filter = *parseFilter(QString::fromUtf8(filter), (*table)->schema(), currentTime());
        query.limit = limit;
        query.sort.descending = descending;
        QByteArrayList found;
        for (bool last = false; !last;) {
            auto page = (*table)->rows().page(query, {});
            if (!page)
                return {"error: " + page.error().text.toUtf8() + page.error().details.toUtf8()};
            for (const TableRow& row : page->rows) {
                found << valueOf(**table, row);
                if (keys)
                    keys->push_back(row.key);
            }
            last = page->last;
            query.after = page->next;
        }
        return found;
    }

    /// Compares both ways of reading all rows; the most that a page that is written out had, or -1.
    [[nodiscard]] int writtenOut(const QByteArray& name, const char* filter, int limit, bool descending) const {
        const auto table = m_store->tables()->open(name, {});
        if (!table)
            return -1;
        ListQuery query;
        query.filter = *parseFilter(QString::fromUtf8(filter), (*table)->schema(), currentTime());
        query.limit = limit;
        query.sort.descending = descending;
        std::vector<std::vector<Value>> written;
        std::size_t most = 0;
        ListQuery next = query;
        for (bool last = false; !last;) {
            const auto page = (*table)->exportPage(next, {});
            if (!page)
                return -1;
            most = std::max(most, (*page)->size());
            for (std::size_t row = 0; row < (*page)->size(); ++row) {
                written.emplace_back(std::vector<Value>{Value(1.0)}); // of a row before
                (*page)->values(row, written.back());
            }
            last = (*page)->last;
            next.after = (*page)->next;
        }
        std::size_t at = 0;
        for (bool last = false; !last;) {
            const auto page = (*table)->rows().page(query, {});
            if (!page)
                return -1;
            for (const TableRow& row : page->rows) {
                if (at == written.size() || row.cells != written[at++])
                    return -1;
            }
            last = page->last;
            query.after = page->next;
        }
        return at == written.size() ? static_cast<int>(most) : -1;
    }

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

QTEST_GUILESS_MAIN(TestTables)
#include "tst_tables.moc"
