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
        {"Julian days", "REAL", "double precision",
         [](Timestamp t) { return numberText(static_cast<double>(micros(t)) / 86'400e6 + 2'440'587.5); }, 1ms},
    };
    return all;
}

const Timestamp first = *parseIsoTime("2026-01-05T12:30:00.250Z");

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
    void orAreToldNotToBe();
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

void TestAnyTimes::orAreToldNotToBe() {
    const auto store = need(
        openStore(made({"CREATE TABLE odd (at TEXT, value INTEGER)", "INSERT INTO odd VALUES ('half past nine', 1)"}),
                  Access::Read));
    const auto extent = store->series()->extent(need(SeriesName::parse("table/odd/at/value")), {});
    QVERIFY(!extent);
    QCOMPARE(extent.error().code, ErrorCode::Unsupported);
    QVERIFY2(extent.error().text.contains(QStringLiteral("\"half past nine\"")), qPrintable(extent.error().text));
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
