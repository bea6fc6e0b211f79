// A page of a listing that SQLite reads by several statements is a page of one state of the database.

#include "storage/sql/sqlrowsource.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <set>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

struct Row {
    qint64 id = 0;
};

Row rowOf(const RowView& row) {
    return {row.variant(0).toLongLong()};
}

/// Another program that writes as soon as a statement reads its first row.
struct Writer {
    SqliteScript script;
    QByteArray sql;
    QString problem = {};

    static void write(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
        auto& writer = *static_cast<Writer*>(sqlite3_user_data(context));
        if (!writer.sql.isEmpty())
            writer.problem = writer.script.run(std::exchange(writer.sql, {}));
        sqlite3_result_value(context, values[0]);
    }
};

} // namespace

class TestSqlRowSource : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPageIsOfOneState_data() {
        QTest::addColumn<bool>("deferred");
        QTest::addColumn<bool>("descending");
        QTest::addColumn<QByteArray>("sql");
        for (const bool deferred : {false, true}) {
            const char* const how = deferred ? "deferred" : "made";
            // Rows without a time come first, and last where the order is turned round.
            QTest::addRow("%s, a row that was read moves behind", how)
                << deferred << false << QByteArray("UPDATE events SET at = 99 WHERE id = 1");
            QTest::addRow("%s, a row that is still to come moves before", how)
                << deferred << false << QByteArray("UPDATE events SET at = NULL WHERE id = 7");
            QTest::addRow("%s, turned round, a row that was read moves behind", how)
                << deferred << true << QByteArray("UPDATE events SET at = NULL WHERE id = 9");
        }
    }
    void aPageIsOfOneState() {
        QFETCH(const bool, deferred);
        QFETCH(const bool, descending);
        QFETCH(const QByteArray, sql);
        const TempFolder folder;
        const QString path = folder.path(QStringLiteral("events.db"));
        Writer writer{SqliteScript(path), {}};
        QCOMPARE(writer.script.run("PRAGMA journal_mode = wal;"
                                   "CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER);"
                                   "INSERT INTO events VALUES (1, NULL), (2, NULL), (3, NULL);"
                                   "INSERT INTO events VALUES (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9);"),
                 QString());

        StoreUrl url;
        url.kind = StoreKind::Sqlite;
        url.path = path;
        const auto session = Session::open(url, Access::Read);
        QVERIFY(session);
        ColumnSet schema;
        schema.columns = {{"id", ColumnType::Integer}, {"at", ColumnType::Integer}};
        SqlListing listing;
        listing.schema = &schema;
        listing.table = QStringLiteral("events");
        listing.alias = QStringLiteral("e");
        listing.sql = {"while_it_is_read(e.id)", "e.at"};
        listing.nullable = {false, true};
        listing.key.expression = QStringLiteral("e.id");
        const auto find = [&](Connection& connection) -> Result<const SqlListing*> {
            sqlite3_create_function(connection.sqlite(), "while_it_is_read", 1, SQLITE_UTF8, &writer, &Writer::write,
                                    nullptr, nullptr);
            return &listing;
        };
        SqlRowSource<Row> rows(**session, find, &rowOf);

        writer.sql = sql;
        ListQuery query;
        query.sort = {"at", descending};
        std::multiset<qint64> ids;
        if (deferred) {
            const auto page = rows.deferredPage(query, {});
            QVERIFY2(page, qPrintable(page ? QString() : page.error().text));
            for (int i = 0; i < page->count; ++i)
                ids.insert(page->row(i).id);
        } else {
            const auto page = rows.page(query, {});
            QVERIFY2(page, qPrintable(page ? QString() : page.error().text));
            for (const Row& row : page->rows)
                ids.insert(row.id);
        }
        QVERIFY2(writer.sql.isEmpty() && writer.problem.isEmpty(), qPrintable(writer.problem)); // it did write
        QCOMPARE(ids, (std::multiset<qint64>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }
};

QTEST_GUILESS_MAIN(TestSqlRowSource)
#include "tst_sqlrowsource.moc"
