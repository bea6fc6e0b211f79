#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QProcess>
#include <QTest>
#include <algorithm>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

struct Run {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Run run(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
    if (!process.waitForFinished(60'000))
        qFatal("portolan %s: %s", qPrintable(words.join(u' ')), qPrintable(process.errorString()));
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

} // namespace

/// The commands about series, as others run them.
class TestSeriesCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsTables_data();
    void listsTables();
    void pagesAndFilters();
    void chartsToCsv();
    void tellsRowsLeftOut();
    void drawsPictures_data();
    void drawsPictures();
    void rollsUp();
    void tellsFigures();
    void refuses_data();
    void refuses();

private:
    QStringList stored(QStringList words) { return words << QStringLiteral("--store") << m_store; }
    QByteArray chart(const QStringList& more);

    TempFolder m_folder;
    QString m_store = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("a.db"));
    QString m_file = m_folder.path(QStringLiteral("c.csv"));
};

void TestSeriesCommands::initTestCase() {
    const StoreUrl url = *StoreUrl::parse(m_store);
    QVERIFY(openStore(url, Access::Write).ok());
    QCOMPARE(
        SqliteScript(url.path).run(
            "INSERT INTO component_metrics (id, component_name, metric_name, metric_value, metric_unit, timestamp) "
            "VALUES ('i', 'c', 'cpu', 1.5, '%', '2025-03-01T10:00:00.000Z');"
            "INSERT INTO port_metrics (id, port_name, messages_sent, timestamp) "
            "VALUES ('j', 'p', 7, '2025-03-01T10:00:00.000Z');"
            "INSERT INTO processed_events (event_id, sensor_id, processed_at) "
            "VALUES ('e1', 's', '2025-03-01T10:00:00.000Z');"
            "INSERT INTO metrics (sensor_id, event_id, timestamp, value, created_at) VALUES "
            "('s', 'e1', '2025-03-01T10:00:00.000Z', 1, '2025-03-01T10:00:00.000Z'), "
            "('s', 'e2', '2025-03-01T10:00:30.000Z', 4, '2025-03-01T10:00:30.000Z'), "
            "('s', 'e3', '2025-03-01T10:02:00.000Z', 2.5, '2025-03-01T10:02:00.000Z');"),
        QString());
}

void TestSeriesCommands::listsTables_data() {
    QTest::addColumn<QByteArray>("row");
    QTest::newRow("component-metrics") << QByteArray(
        R"({"id":"i","component_name":"c","metric_name":"cpu","metric_value":1.5,"metric_unit":"%","metric_metadata":null,"timestamp":"2025-03-01T10:00:00.000Z"})");
    QTest::newRow("port-metrics") << QByteArray(
        R"({"id":"j","port_name":"p","messages_sent":7,"messages_received":0,"avg_send_duration_ms":null,"avg_receive_duration_ms":null,"avg_message_age_ms":null,"buffer_utilization":null,"timestamp":"2025-03-01T10:00:00.000Z","metadata":null})");
    QTest::newRow("processed-events") << QByteArray(
        R"({"event_id":"e1","sensor_id":"s","processed_at":"2025-03-01T10:00:00.000Z","kafka_partition":null,"kafka_offset":null})");
}

void TestSeriesCommands::listsTables() {
    QFETCH(const QByteArray, row);
    const Run found = run(stored({QStringLiteral("list"), QString::fromLatin1(QTest::currentDataTag())}));
    QCOMPARE(found.code, 0);
    QCOMPARE(found.out, row + '\n');
}

void TestSeriesCommands::pagesAndFilters() {
    const QStringList list{QStringLiteral("list"),     QStringLiteral("metrics"),
                           QStringLiteral("--limit"),  QStringLiteral("1"),
                           QStringLiteral("--sort"),   QStringLiteral("-value"),
                           QStringLiteral("--filter"), QStringLiteral("sensor_id:s value<4")};
    const Run first = run(stored(list));
    QVERIFY(first.out.contains("\"event_id\":\"e3\""));
    const QByteArray cursor = first.err.mid(first.err.indexOf("--after ") + 8).trimmed();
    const Run second = run(stored(list + QStringList{QStringLiteral("--after"), QString::fromLatin1(cursor)}));
    QVERIFY(second.out.contains("\"event_id\":\"e1\""));
    QVERIFY(!second.err.contains("--after"));
}

QByteArray TestSeriesCommands::chart(const QStringList& more) {
    QFile::remove(m_file);
    const Run done = run(stored(
        QStringList{QStringLiteral("chart"), QStringLiteral("sensor/s"), QStringLiteral("--to"), m_file} + more));
    QFile file(m_file);
    return done.code == 0 && file.open(QIODevice::ReadOnly) ? file.readAll() : done.err;
}

void TestSeriesCommands::chartsToCsv() {
    const QByteArray header = "time,min,max,avg,sum,count,first,last\r\n";
    QCOMPARE(
        chart({QStringLiteral("--since"), QStringLiteral("2025-03-01T10:00:00Z"), QStringLiteral("--until"),
               QStringLiteral("2025-03-01T10:05:00Z"), QStringLiteral("--buckets"), QStringLiteral("5")}),
        header + "2025-03-01T10:00:00.000Z,1,4,2.5,5,2,1,4\r\n2025-03-01T10:02:00.000Z,2.5,2.5,2.5,2.5,1,2.5,2.5\r\n");
    QCOMPARE(chart({QStringLiteral("--buckets"), QStringLiteral("1")}),
             header + "2025-03-01T10:00:00.000Z,1,4,2.5,7.5,3,1,2.5\r\n");
    QCOMPARE(chart({QStringLiteral("--since"), QStringLiteral("2026-01-01")}), header);
}

/// Of a file of numbers and of a picture: said with an example, and the exit code is 3; without any it is 0.
void TestSeriesCommands::tellsRowsLeftOut() {
    QCOMPARE(
        SqliteScript(m_folder.path(QStringLiteral("other.db")))
            .run("CREATE TABLE posts (at datetime, likes int); INSERT INTO posts VALUES ('2024-01-01 08:00:00', 5), "
                 "('0000-00-00 00:00:00', 100), ('2024-01-02 08:00:00', 'n/a'), ('2024-01-04 08:00:00', NULL), "
                 "('2024-01-03 08:00:00', 6); CREATE TABLE words (at text, likes text); "
                 "INSERT INTO words VALUES ('2024-01-01', 'n/a')"),
        QString());
    const QStringList store{QStringLiteral("--store"),
                            QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("other.db"))};
    const auto ran = [&](const QString& series, const QString& to, const QStringList& more = {}) {
        return run(QStringList{QStringLiteral("chart"), series, QStringLiteral("--to"), to} + store + more);
    };
    const QString posts = QStringLiteral("table/posts/at/likes");
    for (const QString& to : {m_file, m_folder.path(QStringLiteral("posts.png"))}) {
        const Run done = ran(posts, to);
        QVERIFY2(
            done.err.endsWith("Left out of table/posts/at/likes: 1 row whose time cannot be read, as in \"0000-00-00 "
                              "00:00:00\"; 1 row whose value is no finite number, as in \"n/a\".\n"),
            done.err.constData());
        QCOMPARE(done.code, 3);
        QVERIFY(QFile::exists(to));
    }
    const Run later = ran(posts, m_file, {QStringLiteral("--since"), QStringLiteral("2024-01-03")});
    QVERIFY2(later.err.contains("1 row whose time") && !later.err.contains("value"), later.err.constData());
    const Run none = ran(QStringLiteral("table/words/at/likes"), m_file);
    QCOMPARE(none.code, 1);
    QVERIFY2(none.err.contains("no samples") && none.err.contains("as in \"n/a\""), none.err.constData());
}

void TestSeriesCommands::drawsPictures_data() {
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QStringList>("more");
    QTest::newRow("png") << QStringLiteral("png") << QByteArray("\x89PNG\r\n") << QStringList();
    QTest::newRow("svg") << QStringLiteral("svg") << QByteArray("<?xml") << QStringList();
    QTest::newRow("of one bucket") << QStringLiteral("png") << QByteArray("\x89PNG\r\n")
                                   << QStringList{QStringLiteral("--buckets"), QStringLiteral("1")};
}

/// By the window's program, which the command turns into; no screen is needed.
void TestSeriesCommands::drawsPictures() {
    QFETCH(const QString, ending);
    QFETCH(const QByteArray, begin);
    QFETCH(const QStringList, more);
    const QString path = m_folder.path(QStringLiteral("a.") + ending);
    const Run done =
        run(stored({QStringLiteral("chart"), QStringLiteral("sensor/s"), QStringLiteral("--to"), path}) + more);
    QVERIFY2(done.code == 0, done.err.constData());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.startsWith(begin));
    QVERIFY2(bytes.size() > 2'000, qPrintable(QString::number(bytes.size())));
}

void TestSeriesCommands::rollsUp() {
    const Run first = run(stored({QStringLiteral("roll")}));
    QCOMPARE(first.out,
             QByteArray("{\"samples\":6,\"hours\":0,\"documents\":0}\n")); // a port has two figures by default
    QCOMPARE(first.code, 0);
    QCOMPARE(run(stored({QStringLiteral("roll")})).out, QByteArray("{\"samples\":0,\"hours\":0,\"documents\":0}\n"));
}

void TestSeriesCommands::tellsFigures() {
    const Run told = run(stored({QStringLiteral("stats")}));
    QCOMPARE(told.code, 0);
    const QByteArrayList lines = told.out.trimmed().split('\n');
    QVERIFY2(lines.front().startsWith("{\"name\":\"store\",\"rows\":"), lines.front().constData());
    QCOMPARE(std::ranges::count_if(lines, [](const QByteArray& line) { return line.contains("\"name\":\"metrics\""); }),
             1);
    for (const QByteArray& line : lines) {
        for (const char* field : {"estimate", "bytes", "last_minute", "last_hour", "p50_ms", "p95_ms", "p99_ms"})
            QVERIFY2(line.contains(QByteArray("\"") + field + "\":"), line.constData());
    }
    QCOMPARE(run({QStringLiteral("stats")}).code, 2); // which store?
}

void TestSeriesCommands::refuses_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const QStringList& words, int code, const char* says) {
        QTest::newRow(name) << words << code << QByteArray(says);
    };
    const QString to = QStringLiteral("--to");
    row("picture of nobody", {QStringLiteral("sensor/nobody"), to, m_folder.path(QStringLiteral("a.png"))}, 1,
        "no samples of sensor/nobody");
    row("ending", {QStringLiteral("sensor/s"), to, m_folder.path(QStringLiteral("a.txt"))}, 2, "none of .csv");
    row("name", {QStringLiteral("sensor"), to, m_file}, 2, "names no series");
    row("nobody", {QStringLiteral("sensor/nobody"), to, m_file}, 1, "no samples of sensor/nobody");
    row("figure", {QStringLiteral("port/p/nothing"), to, m_file}, 1, "Figures are messages_sent");
    row("time", {QStringLiteral("sensor/s"), to, m_file, QStringLiteral("--since"), QStringLiteral("now")}, 2,
        "--since");
    row("folder", {QStringLiteral("sensor/s"), to, m_folder.path(QStringLiteral("no/such.csv"))}, 1, "Cannot write");
}

void TestSeriesCommands::refuses() {
    QFETCH(const QStringList, words);
    QFETCH(const int, code);
    QFETCH(const QByteArray, says);
    const Run done = run(stored(QStringList{QStringLiteral("chart")} + words));
    QCOMPARE(done.code, code);
    QVERIFY2(done.err.contains(says), done.err.constData());
}

QTEST_GUILESS_MAIN(TestSeriesCommands)
#include "tst_seriescommands.moc"
