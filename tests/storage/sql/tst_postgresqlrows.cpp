#include "storage/sql/postgresql/postgresqlresultset.h"
#include "storage/stores/openstore.h"

#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/tables.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;

namespace {

/// Of every type that is read as the server holds it, at its limits.
constexpr char columns[] = "id INTEGER PRIMARY KEY, flag BOOLEAN, small SMALLINT, whole INTEGER, large BIGINT, "
                           "number DOUBLE PRECISION, words TEXT, name VARCHAR(20), bytes BYTEA, document JSONB, "
                           "plain JSON, day DATE, at TIMESTAMP, zoned TIMESTAMPTZ, own UUID, several INTEGER[]";
constexpr char rows[] =
    "(1, true, 32767, 2147483647, 9223372036854775807, 1.7976931348623157e308, 'a', 'b', '\\x00ff0a', '{\"a\": 1.0}', "
    "'{ \"a\":1}', '2026-01-02', '2026-01-02 03:04:05.000007', '2026-01-02 03:04:05.123456+02', "
    "'00000000-0000-4000-8000-000000000001', '{1,2}'),"
    "(2, false, -32768, -2147483648, -9223372036854775808, -5e-324, '', '', '', 'null', '[]', '0001-01-01', "
    "'0001-01-01 00:00:00', '9999-12-31 23:59:59.999999+00', NULL, '{}'),"
    "(3, NULL, NULL, NULL, NULL, 'NaN', E'line\\r\\nbreak \\u2028 \\U0001F642', repeat('ü', 20), NULL, NULL, NULL, "
    "'9999-12-31', NULL, '1999-12-31 23:59:59.999999+00', NULL, NULL),"
    "(4, NULL, NULL, NULL, NULL, '-Infinity', repeat('x', 40000), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL)";

constexpr char endlessRow[] =
    "(5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'infinity', NULL, NULL)";

void compare(std::span<const Value> some, std::span<const Value> others, std::size_t row) {
    QCOMPARE(some.size(), others.size());
    for (std::size_t column = 0; column < some.size(); ++column) {
        const auto* a = std::get_if<double>(&some[column]);
        const auto* b = std::get_if<double>(&others[column]);
        const bool bothNaN = a && b && qIsNaN(*a) && qIsNaN(*b);
        QVERIFY2(some[column] == others[column] || bothNaN,
                 qPrintable(QStringLiteral("row %1, column %2").arg(row).arg(column)));
    }
}

} // namespace

/// Rows in the server's own form, against the same rows as it writes them.
class TestPostgresqlRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_url = m_server.createDatabase();
        auto store = openStore(m_url, Access::Write);
        QVERIFY2(store, store ? "" : qPrintable(store.error().text));
        m_store = std::move(*store);
        // Beside a `real`.
        for (const char* table : {"held (", "written (r REAL DEFAULT 1, "})
            QCOMPARE(run(QByteArray("CREATE TABLE ") + table + columns + ")"), QString());
        fill("held", rows);
        fill("written", rows);
    }
    void cleanup() { m_store.reset(); }

    /// Cells take memory, whether they have values or not.
    void manyCellsWithoutValuesAreCut() {
        const auto connection = open();
        const auto read = PostgresqlResultSet::run(
            *connection,
            QStringLiteral("SELECT CAST(NULL AS text), CAST(NULL AS text) FROM generate_series(1, 100000)"), {},
            QStringLiteral("read"), 1 << 20);
        QVERIFY(read);
        QVERIFY(read->isCut());
        QVERIFY(read->count() < 50'000);
    }

    void areReadAsTheServerHoldsThem() {
        auto connection = open();
        const auto held = [&](const QString& sql, const QVariantList& bindings = {}) {
            return PostgresqlResultSet::run(*connection, sql, bindings, QStringLiteral("read"));
        };
        const auto some =
            held(QStringLiteral("SELECT large, number, bytes, zoned, flag, day FROM held WHERE id = ?"), {1});
        QVERIFY(some && some->isReadable());
        QCOMPARE(some->count(), 1);
        const auto cell = [&](int column) { return *some->cell(0, column); };
        QVERIFY(cell(0) == Value(std::numeric_limits<qint64>::max()));
        QVERIFY(cell(1) == Value(std::numeric_limits<double>::max()));
        QVERIFY(cell(2) == Value(QByteArray("\0\xff\n", 3)));
        QVERIFY(cell(3) == Value(*parseIsoTime("2026-01-02T01:04:05.123456Z")));
        QVERIFY(cell(4) == Value(true));
        QVERIFY(cell(5) == Value(*parseIsoTime("2026-01-02")));
        for (const char* other : {"CAST(1 AS money)", "CAST(1 AS numeric)", "several"}) {
            const auto read = held(QStringLiteral("SELECT %1 FROM held").arg(QLatin1String(other)));
            QVERIFY2(read && !read->isReadable(), other);
        }
        // A real is the number that its own text says, and an object's number is one without a sign.
        const auto shown = held(QStringLiteral("SELECT CAST(0.1 AS real), CAST('1e-40' AS real), CAST('-Infinity' AS "
                                               "real), CAST(4294967295 AS oid)"));
        QVERIFY(shown && shown->isReadable());
        QVERIFY(*shown->cell(0, 0) == Value(0.1) && *shown->cell(0, 1) == Value(1e-40));
        QVERIFY(*shown->cell(0, 2) == Value(-std::numeric_limits<double>::infinity()));
        QVERIFY(*shown->cell(0, 3) == Value(qint64{4294967295}));
        const auto never = held(QStringLiteral("SELECT CAST('infinity' AS timestamptz), CAST('0001-01-01 BC' AS date), "
                                               "CAST('10000-01-01' AS timestamp)"));
        QVERIFY(never && never->isReadable());
        QVERIFY(some->isWhole() && !never->isWhole());
        for (int column = 0; column < 3; ++column)
            QVERIFY(!never->cell(0, column));
        QCOMPARE(held(QStringLiteral("SELECT nothing FROM held")).error().code,
                 connection->run(QStringLiteral("SELECT nothing FROM held")).error().code);
        QVERIFY(!held(QStringLiteral("SELECT CAST(? AS text)"), {QString(QChar(0))}));
    }

    /// Whichever way a row comes, its readers find the same in it.
    void areReadAlike() {
        const auto connection = open();
        const QString sql =
            QStringLiteral("SELECT id, flag, small, whole, large, number, words, name, bytes, document, "
                           "plain, day, at, zoned, own FROM held ORDER BY id");
        bool mayHold = true;
        auto held = RowCursor::run(*connection, sql, {}, QStringLiteral("read"), mayHold);
        QVERIFY(held && mayHold);
        bool mayNot = false;
        auto written = RowCursor::run(*connection, sql, {}, QStringLiteral("read"), mayNot);
        QVERIFY(written);
        int rowsRead = 0;
        for (; held->next().value(); ++rowsRead) {
            QVERIFY(written->next().value());
            const RowView a = held->row();
            const RowView b = written->row();
            for (int column = 0; column < 15; ++column) {
                const QByteArray where = QByteArray::number(rowsRead) + ", " + QByteArray::number(column);
                const bool isTime = column >= 11 && column <= 13;
                QVERIFY2(isTime || textAt(a, column) == textAt(b, column), where.constData());
                QVERIFY2(timeAt(a, column) == timeAt(b, column), where.constData());
                QVERIFY2(isTime || integerAt(a, column) == integerAt(b, column), where.constData());
                QVERIFY2(bytesAt(a, column).isNull() == bytesAt(b, column).isNull(), where.constData());
                const auto x = realAt(a, column);
                const auto y = realAt(b, column);
                QVERIFY2(x == y || (qIsNaN(*x) && qIsNaN(*y)), where.constData());
                const QVariant u = a.variant(column);
                const QVariant v = b.variant(column);
                QVERIFY2(u.isNull() == v.isNull() && (u.isNull() || u.typeId() == v.typeId()), where.constData());
                if (isTime && !u.isNull()) // a place to go on from is compared by the server as the time that it says
                    QVERIFY2(parseIsoTime(u.toByteArray()) == parseIsoTime(v.toByteArray()), where.constData());
                else
                    QVERIFY2(u == v || qIsNaN(u.toDouble()), where.constData());
            }
        }
        QCOMPARE(rowsRead, 4);
        QVERIFY(!written->next().value());
        // What cannot be held is read all the same, and not asked for so again.
        auto other = RowCursor::run(*connection, QStringLiteral("SELECT CAST(1.5 AS numeric)"), {},
                                    QStringLiteral("read"), mayHold);
        QVERIFY(other && !mayHold && other->next().value());
        QCOMPARE(realAt(other->row(), 0), std::optional(1.5));
        QCOMPARE(textAt(other->row(), 0), std::optional(QByteArray("1.5")));
    }

    void saySameAsWrittenOnes() {
        const auto held = page("held");
        QCOMPARE(held.size(), std::size_t(4));
        const auto written = page("written");
        QCOMPARE(written.size(), held.size());
        for (std::size_t row = 0; row < held.size(); ++row) {
            QVERIFY(held[row].key == written[row].key);
            compare(held[row].cells, std::span(written[row].cells).subspan(1), row);
        }
    }

    void areWrittenOutAlike() {
        for (const bool hasInfinity : {false, true}) {
            if (hasInfinity) // then its page is read as texts
                fill("held", endlessRow);
            const auto whole = page("held");
            const auto table = m_store->tables()->open("held", {});
            QVERIFY(table);
            ListQuery query;
            query.limit = 3;
            std::size_t row = 0;
            for (bool isLast = false; !isLast;) {
                const auto read = (*table)->exportPage(query, {});
                QVERIFY2(read, read ? "" : qPrintable(read.error().text));
                std::vector<Value> cells{Value(1.0)}; // of a row before
                for (std::size_t at = 0; at < (*read)->size(); ++at, ++row) {
                    (*read)->values(at, cells);
                    compare(cells, whole.at(row).cells, row);
                }
                isLast = (*read)->last;
                query.after = (*read)->next;
            }
            QCOMPARE(row, whole.size());
            QCOMPARE((*table)->exportPage(query, {}).value()->size(), std::size_t(0)); // nothing is after the last
        }
    }

    /// What no time of ours can be is shown in the server's words, and the rest of the page with it.
    void timesWithoutAPlaceAreTexts() {
        fill("held", endlessRow);
        const auto held = page("held");
        QCOMPARE(held.size(), std::size_t(5));
        QVERIFY(held[4].cells[13] == Value(QByteArray("infinity")));
        QVERIFY(held[0].cells[13] == Value(*parseIsoTime("2026-01-02T01:04:05.123456Z")));
    }

private:
    QString run(const QByteArray& sql) const { return PostgresScript(m_url).run(sql); }
    void fill(const QByteArray& table, const QByteArray& values) const {
        QCOMPARE(
            run("INSERT INTO " + table
                + " (id, flag, small, whole, large, number, words, name, bytes, document, plain, day, at, zoned, own, "
                  "several) VALUES "
                + values),
            QString());
    }
    std::unique_ptr<Connection> open() const {
        auto connection = openPostgresql(m_url, Access::Read, {});
        if (!connection)
            qFatal("%s", qPrintable(connection.error().text));
        return std::move(*connection);
    }
    std::vector<TableRow> page(const QByteArray& name) const {
        const auto table = m_store->tables()->open(name, {});
        if (!table)
            qFatal("%s", qPrintable(table.error().text));
        auto page = (*table)->rows().page(ListQuery{}, {});
        if (!page)
            qFatal("%s", qPrintable(page.error().text));
        return std::move(page->rows);
    }

    PostgresServer m_server{{QStringLiteral("fsync=off")}};
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

QTEST_GUILESS_MAIN(TestPostgresqlRows)
#include "tst_postgresqlrows.moc"
