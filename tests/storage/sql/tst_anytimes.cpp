#include "storage/base/numbertext.h"
#include "storage/series/series.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>

using namespace portolan;
using test::need;
using namespace std::chrono;

namespace {

/// 2026-01-05T12:30:00.250Z and the two seconds after it, as one way of writing them.
struct Form {
    const char* name;
    const char* sqliteType;
    const char* serverType;
    QByteArray (*write)(Timestamp);
    microseconds exact; ///< to which times come back
};

qint64 micros(Timestamp time) {
    return time.time_since_epoch().count();
}

QByteArray quoted(const QByteArray& text) {
    return '\'' + text + '\'';
}

QByteArray compact(Timestamp time, bool separated) {
    QByteArray text = toIsoTime(time);
    text.replace("-", "").replace(":", "");
    return separated ? text : text.replace("T", "").replace("Z", "");
}

const std::vector<Form>& forms() {
    static const std::vector<Form> all{
        {"seconds", "INTEGER", "bigint", [](Timestamp t) { return QByteArray::number(micros(t) / 1'000'000); }, 1s},
        {"seconds with fractions", "REAL", "double precision",
         [](Timestamp t) { return numberText(static_cast<double>(micros(t)) / 1e6); }, 1us},
        {"exact seconds", "NUMERIC", "numeric",
         [](Timestamp t) { return numberText(static_cast<double>(micros(t)) / 1e6); }, 1us},
        {"milliseconds", "INTEGER", "bigint", [](Timestamp t) { return QByteArray::number(micros(t) / 1'000); }, 1ms},
        {"microseconds", "INTEGER", "bigint", [](Timestamp t) { return QByteArray::number(micros(t)); }, 1us},
        {"nanoseconds", "INTEGER", "bigint", [](Timestamp t) { return QByteArray::number(micros(t) * 1'000 + 1); },
         1us},
        {"digits of seconds", "TEXT", "text",
         [](Timestamp t) { return quoted(QByteArray::number(micros(t) / 1'000'000)); }, 1s},
        {"digits of milliseconds", "VARCHAR(20)", "character varying",
         [](Timestamp t) { return quoted(QByteArray::number(micros(t) / 1'000)); }, 1ms},
        {"digits of nanoseconds", "TEXT", "text",
         [](Timestamp t) { return quoted(QByteArray::number(micros(t) * 1'000)); }, 1us},
        {"ISO 8601", "TEXT", "text", [](Timestamp t) { return quoted(toIsoTime(t)); }, 1ms},
        {"compact ISO", "TEXT", "text", [](Timestamp t) { return quoted(compact(t, true)); }, 1ms},
        {"compact, without signs", "TEXT", "text", [](Timestamp t) { return quoted(compact(t, false).first(14)); }, 1s},
        {"compact, as a number", "INTEGER", "text", [](Timestamp t) { return quoted(compact(t, false).first(14)); },
         1s},
        {"WebKit's microseconds", "INTEGER", "bigint",
         [](Timestamp t) { return QByteArray::number(micros(t) + 11'644'473'600'000'000); }, 1us},
        {".NET ticks", "INTEGER", "bigint",
         [](Timestamp t) { return QByteArray::number((micros(t) + 62'135'596'800'000'000) * 10 + 7); }, 1us},
        {"digits of ticks", "TEXT", "text",
         [](Timestamp t) { return quoted(QByteArray::number((micros(t) + 62'135'596'800'000'000) * 10)); }, 1us},
        {"Excel's days", "REAL", "double precision",
         [](Timestamp t) { return QByteArray::number(static_cast<double>(micros(t)) / 86'400e6 + 25'569, 'f', 10); },
         1ms},
        {"ISO 8601 with a zone", "TEXT", "text",
         [](Timestamp t) { return quoted(toIsoTime(t + 2h).replace("Z", "+02:00")); }, 1ms},
        {"Julian days", "REAL", "double precision",
         [](Timestamp t) { return numberText(static_cast<double>(micros(t)) / 86'400e6 + 2'440'587.5); }, 1ms},
    };
    return all;
}

const Timestamp first = *parseIsoTime("2026-01-05T12:30:00.250Z");

/// The samples of a series that has few.
std::vector<SeriesPoint> pointsOf(Store& store, const SeriesName& name, TimeRange range) {
    return std::get<0>(need(store.series()->line(name, range, std::chrono::hours(1), 1'000, {})));
}

} // namespace

/// Charts of other programs' tables, whose times are written in each of the ways that there are, in both databases.
class TestAnyTimes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void areUnderstood_data();
    void areUnderstood();
    void areUnderstoodCoarsely_data();
    void areUnderstoodCoarsely();
    void orAreToldNotToBe_data();
    void orAreToldNotToBe();
    void rowsLeftOutAreCounted_data();
    void rowsLeftOutAreCounted();
    void endlessTimesAreLeftOut();
    void tablesAreFoundByTheirPaths();
    void listsSeriesByNames();

private:
    StoreUrl made(const QList<QByteArray>& statements) {
        QFETCH_GLOBAL(const bool, onServer);
        const StoreUrl url =
            onServer
                ? m_server.createDatabase()
                : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("%1.db").arg(++m_count)));
        for (const QByteArray& sql : statements) {
            const QString error = onServer ? test::PostgresScript(url).run(sql) : test::SqliteScript(url.path).run(sql);
            if (!error.isEmpty())
                qFatal("%s: %s", sql.constData(), qPrintable(error));
        }
        return url;
    }

    test::PostgresServer m_server;
    test::TempFolder m_folder;
    int m_count = 0;
};

void TestAnyTimes::areUnderstood_data() {
    QTest::addColumn<int>("form");
    QTest::addColumn<bool>("asDomain");
    for (std::size_t i = 0; i < forms().size(); ++i) {
        QTest::newRow(forms()[i].name) << static_cast<int>(i) << false;
        QTest::addRow("%s, a domain of a domain", forms()[i].name) << static_cast<int>(i) << true;
    }
}

void TestAnyTimes::areUnderstood() {
    QFETCH_GLOBAL(const bool, onServer);
    QFETCH(const int, form);
    QFETCH(const bool, asDomain);
    if (asDomain && !onServer)
        QSKIP("SQLite has no domains");
    const Form& how = forms()[static_cast<std::size_t>(form)];
    const std::vector<Timestamp> times{first, first + 1s, first + 2s};
    QList<QByteArray> statements;
    if (asDomain)
        statements << QByteArray("CREATE DOMAIN theirs AS ") + how.serverType + "; CREATE DOMAIN moment AS theirs; "
                          + "CREATE DOMAIN price AS numeric(12, 2); CREATE DOMAIN level AS price CHECK (VALUE > -1)";
    statements << QByteArray("CREATE TABLE \"Order Book\" (\"Placed At\" ")
                      + (asDomain   ? "moment"
                         : onServer ? how.serverType
                                    : how.sqliteType)
                      + ", \"1st value\" "
                      + (asDomain   ? "level"
                         : onServer ? "double precision"
                                    : "REAL")
                      + ')';
    for (std::size_t i = 0; i < times.size(); ++i)
        statements << "INSERT INTO \"Order Book\" VALUES (" + how.write(times[i]) + ", " + QByteArray::number(qint64(i))
                          + ".5)";
    statements << "INSERT INTO \"Order Book\" VALUES (NULL, 9)";
    const auto store = need(openStore(made(statements), Access::Read));
    const SeriesName name = need(SeriesName::parse("table/Order Book/Placed At/1st value"));
    const auto extent = need(store->series()->extent(name, {}));
    QVERIFY(extent);
    const auto near = [&](Timestamp a, Timestamp b) { return abs(floor<microseconds>(a - b)) < how.exact; };
    QVERIFY2(near(extent->begin, times.front()), toExactIsoTime(extent->begin).constData());
    QVERIFY2(near(extent->end - 1us, times.back()), toExactIsoTime(extent->end).constData());
    const auto whole = need(store->series()->buckets(name, *extent, 24h, {}));
    QCOMPARE(whole.size(), std::size_t(1));
    QCOMPARE(whole.front().count, qint64(3));
    QCOMPARE(whole.front().first, 0.5);
    QCOMPARE(whole.front().last, 2.5);
    // The range is part of the statement: the second in the middle alone.
    const TimeRange middle{floor<seconds>(times[1]), floor<seconds>(times[1]) + 1s};
    const auto one = need(store->series()->buckets(name, middle, 1s, {}));
    QCOMPARE(one.size(), std::size_t(1));
    QCOMPARE(one.front().sum, 1.5);
}

/// Times without seconds, and years, each with the time that its second row is.
void TestAnyTimes::areUnderstoodCoarsely_data() {
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArrayList>("times");
    QTest::addColumn<QByteArray>("second");
    QTest::newRow("dates") << QByteArray("TEXT") << QByteArrayList{"'2024-02-28'", "'2024-02-29'", "'2024-03-01'"}
                           << QByteArray("2024-02-29T00:00:00.000Z");
    QTest::newRow("minutes") << QByteArray("TEXT")
                             << QByteArrayList{"'2024-02-28 23:58'", "'2024-02-28T23:59'", "'2024-02-29 00:00'"}
                             << QByteArray("2024-02-28T23:59:00.000Z");
    QTest::newRow("compact dates") << QByteArray("INTEGER") << QByteArrayList{"20240228", "20240229", "20240301"}
                                   << QByteArray("2024-02-29T00:00:00.000Z");
    QTest::newRow("years") << QByteArray("INTEGER") << QByteArrayList{"2015", "2016", "2017"}
                           << QByteArray("2016-01-01T00:00:00.000Z");
    QTest::newRow("texts of years") << QByteArray("TEXT") << QByteArrayList{"'1899'", "'1900'", "'1901'"}
                                    << QByteArray("1900-01-01T00:00:00.000Z");
    QTest::newRow("seconds, most of them")
        << QByteArray("INTEGER") << QByteArrayList{"1000000000", "1000000060", "1000000120"}
        << QByteArray("2001-09-09T01:47:40.000Z");
}

void TestAnyTimes::areUnderstoodCoarsely() {
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArrayList, times);
    QFETCH(const QByteArray, second);
    QByteArrayList statements{"CREATE TABLE t (at " + type + ", v INTEGER)"};
    for (qsizetype i = 0; i < times.size(); ++i)
        statements << "INSERT INTO t VALUES (" + times[i] + ", " + QByteArray::number(i) + ")";
    const auto store = need(openStore(made(statements), Access::Read));
    const SeriesName name = need(SeriesName::parse("table/t/at/v"));
    const TimeRange all = need(store->series()->extent(name, {})).value();
    const auto points = pointsOf(*store, name, all);
    QCOMPARE(points.size(), std::size_t(3));
    QCOMPARE(toIsoTime(points[1].at), second);
    QCOMPARE(points[1].value, 1.0);
    QCOMPARE(need(store->series()->leftOut(name, allTimes(), {})), LeftOutRows());
}

void TestAnyTimes::orAreToldNotToBe_data() {
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArrayList>("times");
    QTest::addColumn<QString>("example");
    QTest::newRow("words") << QByteArray("TEXT") << QByteArrayList{"'half past nine'"} << "\"half past nine\"";
    QTest::newRow("seconds that passed") << QByteArray("INTEGER") << QByteArrayList{"12", "13"} << "as in 12,";
    QTest::newRow("a year and a number") << QByteArray("INTEGER") << QByteArrayList{"2015", "7"} << "as in 2015,";
    QTest::newRow("two units") << QByteArray("TEXT") << QByteArrayList{"'46027.5'", "'13412081472250000'"}
                               << "as in 46027.5,";
}

void TestAnyTimes::orAreToldNotToBe() {
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArrayList, times);
    QFETCH(const QString, example);
    QByteArrayList statements{"CREATE TABLE odd (begun " + type + ", value INTEGER)"};
    for (const QByteArray& time : times)
        statements << "INSERT INTO odd VALUES (" + time + ", 1)";
    const auto store = need(openStore(made(statements), Access::Read));
    const auto extent = store->series()->extent(need(SeriesName::parse("table/odd/begun/value")), {});
    QVERIFY(!extent);
    QCOMPARE(extent.error().code, ErrorCode::Unsupported);
    QVERIFY2(extent.error().text.contains(example) && extent.error().text.contains(QStringLiteral("column begun")),
             qPrintable(extent.error().text));
}

/// A row with a time and a value is a sample, or is counted with the reason; NULL is neither.
void TestAnyTimes::rowsLeftOutAreCounted_data() {
    QTest::addColumn<QByteArray>("timeType");
    QTest::addColumn<QByteArray>("valueType");
    QTest::addColumn<QByteArrayList>("rows");
    QTest::addColumn<QList<double>>("samples");
    QTest::addColumn<LeftOutRows>("leftOut");
    QTest::addColumn<bool>("onServerToo");
    const auto row = [](const char* name, const char* times, const char* values, const QByteArrayList& rows,
                        const QList<double>& samples, LeftOutRows leftOut, bool onServerToo) {
        QTest::newRow(name) << QByteArray(times) << QByteArray(values) << rows << samples << leftOut << onServerToo;
    };
    row("texts of times", "text", "integer",
        {"'2024-01-01 08:00:00', 5", "'0000-00-00 00:00:00', 100", "'2024-01-02 08:00:00', NULL", "'yesterday', 7",
         "NULL, 8", "'2024-01-03 08:00:00', 6"},
        {5, 6}, {2, "0000-00-00 00:00:00", 0, ""}, true);
    row("no day of a calendar", "text", "integer",
        {"'2024-01-01 08:00:00', 5", "'2024-02-31 08:00:00', 1", "'2024-01-03 08:00:00', 6"}, {5, 6},
        {1, "2024-02-31 08:00:00", 0, ""}, true);
    row("no compact day of a calendar", "text", "integer", {"'20240131T080000Z', 5", "'20240231T080000Z', 1"}, {5},
        {1, "20240231T080000Z", 0, ""}, true);
    row("texts of numbers", "text", "text",
        {"'2024-01-01 08:00:00', '21.5'", "'2024-01-01 08:01:00', ' -3e1 '", "'2024-01-01 08:02:00', 'unavailable'",
         "'2024-01-01 08:03:00', '21 km'", "'2024-01-01 08:04:00', ''", "'2024-01-01 08:05:00', '1e301'",
         "'2024-01-01 08:06:00', NULL", "'2024-01-01 08:07:00', '.25'"},
        {21.5, -30, 0.25}, {0, "", 4, ""}, true);
    row("values before the first sample", "bigint", "text", {"1700000000, 'on'", "1700000001, '1'"}, {1},
        {0, "", 1, "on"}, true);
    row("numbers that are no times", "bigint", "integer",
        {"1700000000000000, 1", "1700000000000001, 2", "1700000000000002, 3", "1700000000000003, 4",
         "1700000000000004, 5", "1700000000000005, 6", "1700000000000006, 7", "1700000000000007, 8",
         "1700000000000008, 9", "9000000000000000000, 10"},
        {1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, "9000000000000000000", 0, ""}, true);
    row("the greatest number, which says \"never\"", "bigint", "integer",
        {"1700000000000000000, 1", "1700000000000001000, 2", "1700000000000002000, 3", "1700000000000003000, 4",
         "1700000000000004000, 5", "1700000000000005000, 6", "1700000000000006000, 7", "1700000000000007000, 8",
         "1700000000000008000, 9", "9223372036854775807, 10"},
        {1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, "9223372036854775807", 0, ""}, true);
    row("no time yet", "bigint", "integer", {"1700000000, 1", "0, 2", "1700000001, 3", "0, 4", "0, 5", "1700000002, 6"},
        {1, 3, 6}, {3, "0", 0, ""}, true);
    row("no time yet, of ticks", "bigint", "integer", {"0, 1", "639032046722500000, 2", "0, 3"}, {2}, {2, "0", 0, ""},
        true);
    row("any value", "text", "",
        {"'2024-01-01', 1", "'2024-01-02', 'n/a'", "'2024-01-03', X'00ff'", "'2024-01-04', 1e999"}, {1},
        {0, "", 3, "Inf"}, false);
}

void TestAnyTimes::rowsLeftOutAreCounted() {
    QFETCH_GLOBAL(const bool, onServer);
    QFETCH(const QByteArray, timeType);
    QFETCH(const QByteArray, valueType);
    QFETCH(const QByteArrayList, rows);
    QFETCH(const QList<double>, samples);
    QFETCH(const LeftOutRows, leftOut);
    QFETCH(const bool, onServerToo);
    if (onServer && !onServerToo)
        QSKIP("a server keeps no other values in such a column");
    QByteArrayList statements{"CREATE TABLE t (at " + timeType + ", v " + valueType + ")"};
    for (const QByteArray& row : rows)
        statements << "INSERT INTO t VALUES (" + row + ")";
    const auto store = need(openStore(made(statements), Access::Read));
    const SeriesName name = need(SeriesName::parse("table/t/at/v"));
    const auto extent = need(store->series()->extent(name, {}));
    QVERIFY(extent);
    QList<double> found;
    for (const SeriesPoint& point : pointsOf(*store, name, *extent))
        found << point.value;
    QCOMPARE(found, samples);
    const auto counted = need(store->series()->leftOut(name, allTimes(), {}));
    QVERIFY2(counted == leftOut, qPrintable(leftOutText(name, counted)));
    // Of another range those alone whose time is none.
    const auto elsewhere = need(store->series()->leftOut(name, {sys_days(1990y / 1 / 1), sys_days(1991y / 1 / 1)}, {}));
    QCOMPARE(elsewhere.times, leftOut.times);
    QCOMPARE(elsewhere.values, qint64(0));
}

/// A server's own types have times and numbers that no chart shows.
void TestAnyTimes::endlessTimesAreLeftOut() {
    QFETCH_GLOBAL(const bool, onServer);
    if (!onServer)
        QSKIP("SQLite has no such types");
    const auto store =
        need(openStore(made({"CREATE TABLE t (at timestamptz, day date, v double precision)",
                             "INSERT INTO t VALUES ('2024-01-01Z', '2024-01-01', 1), ('infinity', 'infinity', 2), "
                             "('-infinity', '-infinity', 3), ('0044-03-15 BC', '0044-03-15 BC', 4), ('2024-01-02Z', "
                             "'2024-01-02', 'NaN'), "
                             "('2024-01-03Z', '2024-01-03', '-Infinity'), ('2024-01-04Z', '2024-01-04', 5)"}),
                       Access::Read));
    for (const char* const text : {"table/t/at/v", "table/t/day/v"}) {
        const SeriesName name = need(SeriesName::parse(text));
        const auto leftOut = need(store->series()->leftOut(name, allTimes(), {}));
        QCOMPARE(leftOut.times, qint64(3));
        QCOMPARE(leftOut.values, qint64(2));
        const QString said = leftOutText(name, leftOut);
        QVERIFY2(said.startsWith(QStringLiteral("Left out of table/t/"))
                     && said.contains(QStringLiteral("3 rows whose time")),
                 qPrintable(said));
    }
}

/// Whatever rows can be listed of, by the names that the list of tables has.
void TestAnyTimes::tablesAreFoundByTheirPaths() {
    QFETCH_GLOBAL(const bool, onServer);
    const QByteArrayList onSqlite{"CREATE TABLE p (t TEXT, v INTEGER)",
                                  "INSERT INTO p VALUES ('2024-01-05', 1), ('2024-01-06', 2)",
                                  "CREATE VIEW vw AS SELECT t, v + 0 AS v FROM p"};
    const QByteArrayList onPostgresql{
        "CREATE TABLE p (t timestamp, v integer) PARTITION BY RANGE (t)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "INSERT INTO p VALUES ('2024-01-05', 1), ('2024-01-06', 2)",
        "CREATE SCHEMA \"Hang.fire\"; CREATE TABLE \"Hang.fire\".\"Job\" (t timestamp, v integer)",
        "INSERT INTO \"Hang.fire\".\"Job\" SELECT * FROM p",
        "CREATE VIEW vw AS SELECT * FROM p; CREATE MATERIALIZED VIEW mv AS SELECT * FROM p",
        "CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM p WITH NO DATA"};
    const auto store = need(openStore(made(onServer ? onPostgresql : onSqlite), Access::Read));
    const QByteArrayList tables =
        onServer ? QByteArrayList{"p", "p1", "Hang.fire.Job", "vw", "mv"} : QByteArrayList{"p", "vw", "VW"};
    for (const QByteArray& table : tables) {
        const auto extent = store->series()->extent(need(SeriesName::parse("table/" + table + "/t/v")), {});
        QVERIFY2(extent, extent ? "" : qPrintable(QString::fromUtf8(table) + extent.error().text));
        QVERIFY2(*extent && toIsoTime((*extent)->begin) == "2024-01-05T00:00:00.000Z", table.constData());
    }
    const auto none = store->series()->extent(need(SeriesName::parse("table/none/t/v")), {});
    QVERIFY(!none && none.error().code == ErrorCode::NotFound);
    if (onServer) {
        QVERIFY(!store->series()->extent(need(SeriesName::parse("table/unfilled/t/v")), {}));
    }
}

/// Any database with such a table has a pane of metrics; "update_count" is no time, and a time is no value.
void TestAnyTimes::listsSeriesByNames() {
    const auto store = need(openStore(made({"CREATE TABLE invoice (id INTEGER PRIMARY KEY, \"InvoiceDate\" INTEGER, "
                                            "total INTEGER, update_count INTEGER)"}),
                                      Access::Read));
    QCOMPARE(store->unavailableReason(Feature::Metrics).value_or(QString()), QString());
    QByteArrayList names;
    for (const SeriesInfo& info : need(store->series()->series().page(ListQuery(), {})).rows)
        names << info.name.toText();
    QCOMPARE(names, (QByteArrayList{"table/invoice/InvoiceDate/total", "table/invoice/InvoiceDate/update_count"}));
    const auto other = need(openStore(made({"CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT)"}), Access::Read));
    QVERIFY(other->unavailableReason(Feature::Metrics));
}

QTEST_GUILESS_MAIN(TestAnyTimes)
#include "tst_anytimes.moc"
