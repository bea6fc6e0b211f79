// Tables of SQLite, held against the sqlite3 library: keys in collations of their own, texts that UTF-8 does not lead
// back to, tables beside virtual ones, names in another case.
#include "storage/stores/openstore.h"
#include "storage/tables/tables.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

using Units = std::u16string;

/// The text as SQL that gives a database of this encoding exactly these code units.
QByteArray sqlOf(const Units& text, const QByteArray& encoding) {
    QByteArray bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t unit = text[i];
        if (encoding != "UTF-8") {
            const auto high = static_cast<char>(unit >> 8U);
            const auto low = static_cast<char>(unit & 0xFFU);
            bytes += encoding == "UTF-16be" ? high : low;
            bytes += encoding == "UTF-16be" ? low : high;
        } else if (unit < 0x80U) {
            bytes += static_cast<char>(unit);
        } else { // halves and what is no character as three bytes, too
            bytes += static_cast<char>(0xE0U | unit >> 12U);
            bytes += static_cast<char>(0x80U | (unit >> 6U & 0x3FU));
            bytes += static_cast<char>(0x80U | (unit & 0x3FU));
        }
    }
    return "CAST(x'" + bytes.toHex() + "' AS TEXT)";
}

int backwards(void*, int aSize, const void* a, int bSize, const void* b) {
    return QByteArrayView(static_cast<const char*>(b), bSize).compare({static_cast<const char*>(a), aSize});
}

} // namespace

class TestSqliteTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRowIsPagedThrough_data() {
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<QByteArray>("order"); // of the rows, as SQL
        for (const char* encoding : {"UTF-8", "UTF-16le", "UTF-16be"}) {
            const auto add = [&](const char* create, const char* order) {
                QTest::addRow("%s: %s", encoding, create)
                    << QByteArray(encoding) << QByteArray(create) << QByteArray(order);
            };
            add("(id INTEGER PRIMARY KEY, v TEXT)", "id");
            add("(id INT, v TEXT PRIMARY KEY) WITHOUT ROWID", "v");
            add("(id INT, v TEXT COLLATE NOCASE, PRIMARY KEY (v COLLATE BINARY)) WITHOUT ROWID", "v COLLATE BINARY");
            add("(id INT, v TEXT COLLATE RTRIM, PRIMARY KEY (v COLLATE BINARY DESC)) WITHOUT ROWID",
                "v COLLATE BINARY DESC");
            add("(id INT, v TEXT, PRIMARY KEY (v COLLATE NOCASE, id)) WITHOUT ROWID", "v COLLATE NOCASE, id");
            add("(id INT, v TEXT COLLATE NOCASE, PRIMARY KEY (v COLLATE BINARY, id DESC)) WITHOUT ROWID",
                "v COLLATE BINARY, id DESC");
            add("(id INT, v ANY COLLATE NOCASE, PRIMARY KEY (v COLLATE RTRIM, id, v COLLATE BINARY)) WITHOUT ROWID",
                "v COLLATE RTRIM, id, v COLLATE BINARY");
            add("(id INT, v TEXT, PRIMARY KEY (v COLLATE backwards)) WITHOUT ROWID", "v"); // not known here: by bytes
            add("(id INT, v TEXT COLLATE NOCASE, PRIMARY KEY (v COLLATE backwards, id)) WITHOUT ROWID",
                "v COLLATE BINARY, id");
        }
    }
    void everyRowIsPagedThrough() {
        QFETCH(const QByteArray, encoding);
        QFETCH(const QByteArray, create);
        QFETCH(const QByteArray, order);
        const StoreUrl url = newDatabase();
        SqliteScript script(url.path);
        QCOMPARE(script.run("PRAGMA encoding = '" + encoding + "'"), QString());
        sqlite3_create_collation(script.handle(), "backwards", SQLITE_UTF8, nullptr, &backwards);
        QCOMPARE(script.run("CREATE TABLE t " + create), QString());
        for (std::size_t i = 0; i < texts().size(); ++i)
            QCOMPARE(script.run("INSERT INTO t (id, v) VALUES (" + QByteArray::number(static_cast<qsizetype>(i)) + ", "
                                + sqlOf(texts()[i], encoding) + ")"),
                     QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY2(table, table ? "" : qPrintable(table.error().text));
        for (const QByteArray sort : {"", "-", "v", "-v", "id"}) {
            const QByteArray column = sort.startsWith('-') ? sort.mid(1) : sort;
            const QByteArray first =
                column.isEmpty() ? QByteArray() : column + (sort.startsWith('-') ? " DESC, " : ", ");
            QStringList wanted =
                script.rows("SELECT id FROM t ORDER BY " + first + (sort.startsWith('-') ? turned(order) : order));
            QCOMPARE(wanted.size(), static_cast<qsizetype>(texts().size()));
            for (const int limit : {1, 2, 5}) {
                ListQuery query;
                query.limit = limit;
                query.sort = {column, sort.startsWith('-')};
                for (const auto& read : {readRows, readCells, readExport, readIndexed}) {
                    QStringList found;
                    QVERIFY2(read(**table, query, found), qPrintable(found.join(u'\n')));
                    QCOMPARE(found, wanted);
                }
            }
        }
    }

    /// A value of a cell finds the rows that have it, and no other.
    void aTextFindsItsRow_data() {
        QTest::addColumn<QByteArray>("encoding");
        for (const char* encoding : {"UTF-8", "UTF-16le", "UTF-16be"})
            QTest::newRow(encoding) << QByteArray(encoding);
    }
    void aTextFindsItsRow() {
        QFETCH(const QByteArray, encoding);
        const StoreUrl url = newDatabase();
        QByteArray sql = "PRAGMA encoding = '" + encoding + "'; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)";
        for (const Units& text : texts())
            sql += "; INSERT INTO t (v) VALUES (" + sqlOf(text, encoding) + ')';
        QCOMPARE(SqliteScript(url.path).run(sql), QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY(store.ok());
        const auto table = (*store)->tables()->open("t", {});
        QVERIFY(table.ok());
        const auto all = (*table)->rows().page({}, {});
        QVERIFY(all.ok());
        QCOMPARE(all->rows.size(), texts().size());
        for (const TableRow& row : all->rows) {
            ListQuery query;
            query.filter = equals((*table)->schema(), "v", std::get<QByteArray>(row.cells[1]));
            const auto found = (*table)->rows().page(query, {});
            QVERIFY2(found, found ? "" : qPrintable(found.error().text));
            QCOMPARE(found->rows.size(), std::size_t(1));
            QCOMPARE(found->rows.front().cells[0], row.cells[0]);
        }
    }

    void tablesBesideVirtualOnes_data() {
        QTest::addColumn<QByteArray>("create");
        QTest::addColumn<QByteArray>("own"); // tables that are a user's, beside the virtual one
        QTest::addColumn<int>("columns");
        const auto add = [](const char* name, const char* create, const char* own, int columns) {
            QTest::newRow(name) << QByteArray(create) << QByteArray(own) << columns;
        };
        const char* const content = "docs_content";
        add("fts5", "CREATE VIRTUAL TABLE docs USING fts5(title)", "", 0);
        add("fts5 of a table",
            "CREATE TABLE docs_content (id INTEGER PRIMARY KEY, title); CREATE VIRTUAL TABLE docs USING "
            "fts5(title,\n  Content = 'docs_content', content_rowid='id')",
            content, 0);
        add("fts5 of itself, in capitals",
            "CREATE TABLE DOCS_Content (id INTEGER PRIMARY KEY, content); CREATE VIRTUAL TABLE docs "
            "USING fts5(content, content=\"docs_content\")",
            "DOCS_Content", 0);
        add("fts5 without contents or sizes",
            "CREATE VIRTUAL TABLE docs USING fts5(title, content='', columnsize=0); CREATE TABLE "
            "docs_docsize (a); CREATE TABLE docs_content (a)",
            "docs_content docs_docsize", 0);
        add("fts4", "CREATE VIRTUAL TABLE docs USING fts4(title, body)", "", 2);
        add("fts4 of a table",
            "CREATE TABLE docs_content (docid INTEGER PRIMARY KEY, title, body); CREATE VIRTUAL TABLE docs USING "
            "fts4(content=\"docs_content\", title, body)",
            content, 2);
        add("fts4 without sizes",
            "CREATE VIRTUAL TABLE docs USING fts4(title, matchinfo=fts3); CREATE TABLE docs_docsize (a)",
            "docs_docsize", 1);
        add("rtree", "CREATE VIRTUAL TABLE docs USING rtree(id, low, high)", "", 3);
    }
    void tablesBesideVirtualOnes() {
        QFETCH(const QByteArray, create);
        QFETCH(const QByteArray, own);
        QFETCH(const int, columns);
        const StoreUrl url = newDatabase();
        QCOMPARE(SqliteScript(url.path).run(create), QString());
        for (const QByteArray& table : own.isEmpty() ? QByteArrayList() : own.split(' '))
            QCOMPARE(SqliteScript(url.path).run("INSERT INTO " + table + " DEFAULT VALUES"), QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY(store.ok());
        const auto infos = (*store)->tables()->tables().page({}, {});
        QVERIFY(infos.ok());
        QByteArrayList found;
        for (const TableInfo& info : infos->rows) {
            QCOMPARE(info.problem, QByteArray());
            if (info.name == "docs") {
                QCOMPARE(info.kind, QByteArray("virtual table"));
                QVERIFY(columns == 0 ? info.columns > 0 : info.columns >= columns);
                continue;
            }
            found << info.name;
            QCOMPARE(info.kind, QByteArray("table"));
            QCOMPARE(info.rows, std::optional<qint64>(1));
            const auto table = (*store)->tables()->open(info.name, {});
            QVERIFY2(table, table ? "" : qPrintable(table.error().text));
            const auto rows = (*table)->rows().page({}, {});
            QVERIFY(rows.ok());
            QCOMPARE(rows->rows.size(), std::size_t(1));
        }
        std::ranges::sort(found);
        QCOMPARE(found.join(' '), own);
    }

    /// Letters of ASCII in either case are one to SQLite; others are not.
    void namesInAnotherCase() {
        const StoreUrl url = newDatabase();
        QCOMPARE(SqliteScript(url.path).run("CREATE TABLE \"Orders\" (id INTEGER PRIMARY KEY, \"Name\" TEXT, "
                                            "\"\xc3\x84\" TEXT, \"\xc3\xa4\" TEXT); "
                                            "INSERT INTO orders VALUES (1, 'b', 'x', 'y'), (2, 'a', 'y', 'x'); "
                                            "CREATE TABLE \"\xc3\x96\" (a); CREATE TABLE \"\xc3\xb6\" (b)"),
                 QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY(store.ok());
        for (const char* name : {"Orders", "orders", "ORDERS"}) {
            const auto table = (*store)->tables()->open(name, {});
            QVERIFY2(table, table ? "" : qPrintable(table.error().text));
            QCOMPARE(idsOf(**table, "NAME:a", "id"), QByteArray("2"));
            QCOMPARE(idsOf(**table, "", "name"), QByteArray("2 1"));
            QCOMPARE(idsOf(**table, "", "-NAME"), QByteArray("1 2"));
            QCOMPARE(idsOf(**table, "\xc3\x84:x", "ID"), QByteArray("1"));
            QCOMPARE(idsOf(**table, "\xc3\xa4:x", "ID"), QByteArray("2"));
        }
        for (const char* name : {"\xc3\x96", "\xc3\xb6"}) {
            const auto table = (*store)->tables()->open(name, {});
            QVERIFY(table.ok());
            QCOMPARE((*table)->schema().columns.front().name, QByteArray(name == QByteArray("\xc3\x96") ? "a" : "b"));
        }
        QVERIFY(!(*store)->tables()->open("\xc3\xa4", {}).ok());
    }

    /// A statement brings 2,000 columns, and a page asks for its order beside the rows.
    void rowsOfTwoThousandColumns_data() {
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<int>("columns");
        QTest::addColumn<QByteArray>("kind");
        for (const int columns : {1998, 1999, 2000}) {
            for (const char* kind : {"table", "without rowid", "view"}) {
                for (const char* encoding : {"UTF-8"})
                    QTest::addRow("%d %s %s", columns, kind, encoding)
                        << QByteArray(encoding) << columns << QByteArray(kind);
            }
        }
    }

    void rowsOfTwoThousandColumns() {
        QFETCH(const QByteArray, encoding);
        QFETCH(const int, columns);
        QFETCH(const QByteArray, kind);
        const StoreUrl url = newDatabase();
        SqliteScript script(url.path);
        const bool isWithout = kind == "without rowid";
        QByteArrayList names{"id INTEGER", "v TEXT"};
        for (int i = 2; i < columns; ++i)
            names << "c" + QByteArray::number(i);
        QCOMPARE(script.run("PRAGMA encoding = '" + encoding + "'; CREATE TABLE t (" + names.join(',')
                            + (isWithout ? ", PRIMARY KEY (v, id)) WITHOUT ROWID" : ")")),
                 QString());
        for (int i = 0; i < 7; ++i) {
            const QByteArray number = QByteArray::number(i * 3 % 7);
            QCOMPARE(script.run("INSERT INTO t (id, v, c" + QByteArray::number(columns - 1) + ") VALUES (" + number
                                + ", 'v" + QByteArray::number(i % 3) + "', " + (i % 4 == 0 ? "NULL" : number) + ")"),
                     QString());
        }
        const QByteArray name = kind == "view" ? "w" : "t";
        QCOMPARE(script.run("CREATE VIEW w AS SELECT * FROM t"), QString());
        const auto store = openStore(url, Access::Read);
        QVERIFY(store.ok());
        const auto table = (*store)->tables()->open(name, {});
        QVERIFY2(table.ok(), table.ok() ? "" : qPrintable(table.error().text));
        const QByteArray own = isWithout ? "v, id" : "rowid";
        const QByteArray last = "c" + QByteArray::number(columns - 1);
        for (const QByteArray& sort : {QByteArray(), QByteArray("v"), last}) {
            for (const bool descending : {false, true}) {
                const QByteArray down = descending ? " DESC" : "";
                const QByteArray order = (sort.isEmpty() ? QByteArray() : sort + down + ",")
                                         + (isWithout ? "v" + down + ", id" + down : own + down);
                const QStringList wanted = script.rows("SELECT id FROM t ORDER BY " + order);
                ListQuery query;
                query.sort = {sort, descending};
                query.limit = 3;
                for (const auto read : {readRows, readCells, readExport, readIndexed}) {
                    QStringList ids;
                    const bool isRead = read(**table, query, ids);
                    const bool isTied = kind == "view" && !sort.isEmpty() && sort != "id"; // which it leaves open
                    if (isTied)
                        ids.sort();
                    QVERIFY2(isRead, qPrintable(ids.join(u' ')));
                    QStringList same = wanted;
                    if (isTied)
                        same.sort();
                    QVERIFY2(ids == same, qPrintable(QString::fromUtf8(sort + down + ": ") + ids.join(u' ')
                                                     + QStringLiteral(" not ") + same.join(u' ')));
                }
            }
        }
    }

private:
    /// With halves of surrogate pairs, marks of byte order and what is no character, at ends where SQLite's own
    /// conversion keeps them apart.
    static const std::vector<Units>& texts() {
        static const std::vector<Units> all{u"a",       u"A",         u"b",         u"B",         u"C",
                                            u"b ",      u"hi \xD83D", u"hi \xD83E", u"hi \xDE00", u"hi zz",
                                            u"i",       u"\u00e9",    u"\uFFFD",    u"\uFFFE",    u"\uFFFF",
                                            u"\uFEFFa", u"hi \uFFFD", u"hi \uFFFE", u"\uE000",    u""};
        return all;
    }

    StoreUrl newDatabase() {
        return *StoreUrl::parse(QStringLiteral("sqlite://")
                                + m_folder.path(QStringLiteral("%1.db").arg(++m_databases)));
    }

    /// The terms of an order, the other way round.
    static QByteArray turned(const QByteArray& order) {
        QByteArrayList terms;
        for (const QByteArray& term : order.split(','))
            terms << (term.endsWith(" DESC") ? term.chopped(5) : term + " DESC");
        return terms.join(',');
    }

    static void takeId(const TableRows& table, const TableRow& row, QStringList& ids) {
        const auto at = static_cast<std::size_t>(table.schema().find("id") - table.schema().columns.data());
        ids << QString::number(std::get<qint64>(row.cells[at]));
    }

    /// Reads all pages; false: with the error as the last text. Each row is found again by its key.
    static bool readAll(TableRows& table, RowSource<TableRow>& source, ListQuery query, QStringList& ids) {
        while (ids.size() <= static_cast<qsizetype>(texts().size())) {
            const auto page = source.page(query, {});
            if (!page) {
                ids << page.error().text + page.error().details;
                return false;
            }
            for (const TableRow& row : page->rows) {
                takeId(table, row, ids);
                const auto again = table.row(row.key, {});
                QStringList same;
                if (again)
                    takeId(table, *again, same);
                if (same != QStringList{ids.back()}) {
                    ids << QStringLiteral("the row is not found by its key: ") + same.join(u' ');
                    return false;
                }
            }
            if (page->last)
                return true;
            query.after = page->next;
        }
        return false;
    }
    static bool readRows(TableRows& table, ListQuery query, QStringList& ids) {
        return readAll(table, table.rows(), std::move(query), ids);
    }
    static bool readCells(TableRows& table, ListQuery query, QStringList& ids) {
        return readAll(table, table.cells(), std::move(query), ids);
    }
    static bool readExport(TableRows& table, ListQuery query, QStringList& ids) {
        while (ids.size() <= static_cast<qsizetype>(texts().size())) {
            const auto page = table.exportPage(query, {});
            if (!page) {
                ids << page.error().text + page.error().details;
                return false;
            }
            std::vector<Value> cells;
            for (std::size_t i = 0; i < (*page)->size(); ++i) {
                (*page)->values(i, cells);
                takeId(table, {cells, {}}, ids);
            }
            if ((*page)->last)
                return true;
            query.after = (*page)->next;
        }
        return false;
    }
    static bool readIndexed(TableRows& table, ListQuery query, QStringList& ids) {
        const auto index = table.rows().pageIndex(query, 100, {});
        if (!index) {
            ids << index.error().text + index.error().details;
            return false;
        }
        for (const Cursor& start : index->starts) {
            query.after = start;
            const auto page = table.rows().page(query, {});
            if (!page)
                return false;
            for (const TableRow& row : page->rows)
                takeId(table, row, ids);
        }
        return index->complete;
    }

    /// The numbers of the rows that a filter takes, in an order, or why there are none.
    static QByteArray idsOf(TableRows& table, const char* filter, const char* sort) {
        ListQuery query;
        const auto parsed = parseFilter(QString::fromUtf8(filter), table.schema(), currentTime());
        const auto sorted = parseSort(sort, table.schema());
        if (!parsed || !sorted)
            return (parsed ? sorted.error() : parsed.error()).text.toUtf8();
        query.filter = *parsed;
        query.sort = *sorted;
        QStringList ids;
        readAll(table, table.rows(), query, ids);
        return ids.join(u' ').toUtf8();
    }

    TempFolder m_folder;
    int m_databases = 0;
};

QTEST_GUILESS_MAIN(TestSqliteTables)
#include "tst_sqlitetables.moc"
