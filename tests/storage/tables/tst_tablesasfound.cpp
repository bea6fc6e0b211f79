// Tables with what is odd in other people's databases: names that are empty, documents that jsonb does not hold,
// another encoding.
#include "storage/stores/openstore.h"
#include "storage/tables/tables.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

class TestTablesAsFound : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A column of SQLite's, as data frames write it for the names of their rows.
    void aNameMayBeEmpty() {
        const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("a.db")));
        QCOMPARE(SqliteScript(url.path).run(
                     "CREATE TABLE keyed (\"\" INTEGER, v TEXT, PRIMARY KEY (\"\", v)) WITHOUT ROWID; "
                     "CREATE TABLE loose (\"\" INTEGER, v TEXT); CREATE TABLE \"\" (a INTEGER); "
                     "INSERT INTO keyed VALUES (1, 'v1'), (2, 'v2'); INSERT INTO loose SELECT * FROM keyed"),
                 QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        for (const char* name : {"keyed", "loose"}) {
            const auto table = (*store)->tables()->open(name, {});
            QVERIFY2(table, table ? "" : qPrintable(table.error().text));
            QCOMPARE(firstCells(**table, ""), QByteArray("1 2"));
            QCOMPARE(firstCells(**table, "\"\":2"), QByteArray("2"));
            QCOMPARE(firstCells(**table, "\"\"<2 v:v1"), QByteArray("1"));
            QVERIFY(!parseSort("", (*table)->schema()).ok()); // it would be the table's own order
        }
        const auto infos = (*store)->tables()->tables().page({}, {});
        QVERIFY(infos.ok());
        QVERIFY(std::ranges::all_of(infos->rows, [](const TableInfo& info) { return info.problem.isEmpty(); }));
    }

    /// What jsonb cannot hold, json does: such a document hides no other, and is itself found by the rest of it.
    void documentsOfJsonAreLookedInto() {
        const StoreUrl url = m_server.createDatabase();
        QCOMPARE(PostgresScript(url).run(
                     "CREATE TABLE log (id int PRIMARY KEY, doc json); INSERT INTO log VALUES "
                     "(1, '{\"msg\":\"needle\",\"n\":5}'), (2, '{\"msg\":\"a\\u0000b\",\"n\":6}'), (3, "
                     "'{\"msg\":\"other\",\"n\":5}'), "
                     "(4, '{\"msg\":\"half \\ud83d left\",\"n\":7}'), (5, '{\"msg\":\"right \\uDE00\",\"n\":7.5}'), "
                     "(6, '{\"msg\":\"face \\ud83d\\ude00 \\u0000\",\"n\":8}'), (7, '{\"msg\":\"path C:\\\\u0000 "
                     "\\\\ud83d\",\"n\":9}'), "
                     "(8, '{\"msg\":\"path C:\\\\\\u0000\",\"n\":9}'), (9, NULL)"),
                 QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        const auto table = (*store)->tables()->open("log", {});
        QVERIFY(table.ok());
        const auto ids = [&](const char* filter) { return firstCells(**table, filter); };
        QCOMPARE(ids("doc~needle"), QByteArray("1"));
        QCOMPARE(ids("needle"), QByteArray("1"));
        QCOMPARE(ids("doc.n:5"), QByteArray("1 3"));
        QCOMPARE(ids("doc.n>5"), QByteArray("2 4 5 6 7 8"));
        QCOMPARE(ids("not doc.n:5"), QByteArray("2 4 5 6 7 8 9"));
        QCOMPARE(ids("doc.msg:other"), QByteArray("3"));
        QCOMPARE(ids("doc.msg~half"), QByteArray("4"));
        QCOMPARE(ids("doc.msg~\"left\" doc.n:7"), QByteArray("4"));
        QCOMPARE(ids("doc.msg~\"face \xf0\x9f\x98\x80\""), QByteArray("6"));
        QCOMPARE(ids("doc.msg:\"path C:\\\\u0000 \\\\ud83d\""), QByteArray("7"));
        QCOMPARE(ids("doc.msg~\"path C:\""), QByteArray("7 8"));
        QCOMPARE(ids("doc.msg:*"), QByteArray("1 2 3 4 5 6 7 8"));
    }

    /// A text that the database's encoding does not have is refused with its place, as no row can hold it.
    void aTextBeyondTheEncodingIsRefused() {
        StoreUrl url = m_server.createDatabase();
        QCOMPARE(PostgresScript(url).run(
                     "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"),
                 QString());
        url.database = QStringLiteral("latin");
        QCOMPARE(PostgresScript(url).run("CREATE TABLE t (id int PRIMARY KEY, v text, c varchar(9), doc jsonb); "
                                         "INSERT INTO t VALUES (1, 'x', 'M' || chr(252) || 'll', '{\"k\": \"y\"}')"),
                 QString());
        auto store = openStore(url, Access::Read);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY(table.ok());
        const auto asked = [&](const char* filter) { return firstCells(**table, filter); };
        QCOMPARE(asked("c:M\xc3\xbcll"), QByteArray("1"));
        for (const auto& [filter, place] :
             {std::pair("v:\xe2\x82\xac", 3), std::pair("id:1 not c~\"a \xe2\x82\xac\"", 13),
              std::pair("(v:x or \xe2\x82\xac)", 9), std::pair("doc.k:\xe2\x82\xac", 7)}) {
            const QByteArray answer = asked(filter);
            QVERIFY2(answer.startsWith("Filter, position " + QByteArray::number(place) + ": ")
                         && answer.contains("LATIN1"),
                     answer.constData());
        }
    }

private:
    /// The numbers in the first column of the rows that a filter takes, or why there are none.
    static QByteArray firstCells(TableRows& table, const char* filter) {
        ListQuery query;
        const auto parsed = parseFilter(QString::fromUtf8(filter), table.schema(), currentTime());
        if (!parsed)
            return parsed.error().text.toUtf8();
        query.filter = *parsed;
        const auto page = table.rows().page(query, {});
        if (!page)
            return page.error().text.toUtf8() + page.error().details.toUtf8();
        QByteArrayList found;
        for (const TableRow& row : page->rows)
            found << QByteArray::number(std::get<qint64>(row.cells[0]));
        return found.join(' ');
    }

    TempFolder m_folder;
    PostgresServer m_server;
};

QTEST_GUILESS_MAIN(TestTablesAsFound)
#include "tst_tablesasfound.moc"
