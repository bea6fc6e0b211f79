// Tables of a server whose names read as another one's schema and name.
#include "storage/stores/openstore.h"
#include "storage/tables/tables.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;

class TestTableNames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTableIsTheOneThatIsCalledSo() {
        const StoreUrl url = m_server.createDatabase();
        PostgresScript script(url);
        QCOMPARE(
            script.run("CREATE TABLE plain (v text); INSERT INTO plain VALUES ('plain'); CREATE TABLE "
                       "\"public.plain\" (w text); INSERT INTO \"public.plain\" VALUES ('dotted'); CREATE SCHEMA "
                       "other; CREATE TABLE other.plain (x text); INSERT INTO other.plain VALUES ('other'); CREATE "
                       "TABLE \"other.far\" (y text); INSERT INTO \"other.far\" VALUES ('near'); CREATE TABLE "
                       "other.far (z text); INSERT INTO other.far VALUES ('far')"),
            QString());
        const auto store = openStore(url, Access::Read);
        for (const auto& [path, column, value] :
             std::vector<std::tuple<QByteArray, QByteArray, QString>>{{"plain", "v", QStringLiteral("plain")},
                                                                      {"public.plain", "w", QStringLiteral("dotted")},
                                                                      {"other.plain", "x", QStringLiteral("other")},
                                                                      {"other.far", "y", QStringLiteral("near")}}) {
            const auto detail = (*store)->tables()->detail(path, {});
            QVERIFY2(detail, detail ? "" : qPrintable(detail.error().text));
            QCOMPARE(detail->columns.front().name, column);
            const auto table = (*store)->tables()->open(path, {});
            QVERIFY2(table, table ? "" : qPrintable(table.error().text));
            const auto page = (*table)->rows().page({}, {});
            QVERIFY2(page, page ? "" : qPrintable(page.error().text));
            QCOMPARE(page->rows.size(), 1U);
            QCOMPARE(std::get<QByteArray>(page->rows.front().cells.front()), value.toUtf8());
        }
    }

private:
    PostgresServer m_server;
};

QTEST_GUILESS_MAIN(TestTableNames)
#include "tst_tablenames.moc"
