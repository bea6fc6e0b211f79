// A role that may not read what came beside rows is told so by every command that would print it, which ends with 3.

#include "storage/stores/openstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QProcess>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr char rows[] =
    "INSERT INTO batches VALUES (1, 'b', 1, 0, 0);"
    "INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (1, 1, 1, 'hello', 0);"
    "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'e-1', '2024-01-01T00:00:00.000Z', 1);"
    "INSERT INTO component_state (component_name, component_type, version, state_data) VALUES "
    "('tap', 'Source', 1, '{}');"
    "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES ('c', 'tap', 1, '{}');"
    "INSERT INTO sink_storage (sink_name, data_type, data) VALUES ('s', 't', '{}');"
    "INSERT INTO portolan_metadata (record_table, record_key, metadata) VALUES "
    "('messages', '1', '{\"of\":\"message\"}'), ('metrics', 'e-1', '{\"of\":\"event\"}'),"
    "('component_state', (SELECT CAST(id AS text) FROM component_state), '{\"of\":\"state\"}')";

struct Command {
    const char* words;
    bool hasBeside; ///< the rows may have metadata beside them
    bool finds;     ///< a row, when the metadata are read
    bool findsWithout;
};
constexpr Command commands[] = {
    {"list messages", true, true, true},
    {"list metrics", true, true, true},
    {"list components", true, true, true},
    {"list messages --filter metadata~message", true, true, false},
    {"list messages --filter content:none", true, false, false},
    {"export messages", true, true, true},
    {"export metrics", true, true, true},
    {"show message 1", true, true, true},
    {"show batch 1", true, true, true},
    {"show component tap", true, true, true},
    {"list health", true, false, false},
    {"list checkpoints", false, true, true},
    {"list sinks", false, true, true},
    {"list batches", false, true, true},
    {"show checkpoint c", false, true, true},
};

} // namespace

class TestHiddenMetadata : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_url = m_server.createDatabase();
        QVERIFY(openStore(m_url, Access::Write).ok());
        PostgresScript script(m_url);
        QCOMPARE(script.run(rows), QString());
        QCOMPARE(script.run("CREATE ROLE reader LOGIN; CREATE ROLE looker LOGIN;"
                            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader, looker;"
                            "REVOKE SELECT ON portolan_metadata FROM looker"),
                 QString());
    }

    void isToldByCommands_data() {
        QTest::addColumn<int>("command");
        QTest::addColumn<bool>("mayRead");
        for (int i = 0; i < int(std::size(commands)); ++i) {
            QTest::addRow("%s", commands[i].words) << i << true;
            QTest::addRow("%s, not let in", commands[i].words) << i << false;
        }
    }
    void isToldByCommands() {
        QFETCH(const int, command);
        QFETCH(const bool, mayRead);
        const Command& one = commands[command];
        StoreUrl url = m_url;
        url.user = mayRead ? QStringLiteral("reader") : QStringLiteral("looker");
        const QString file = m_folder.path(QStringLiteral("rows.jsonl"));
        QFile::remove(file);
        QStringList words = QString::fromLatin1(one.words).split(u' ');
        words << QStringLiteral("--store") << url.display();
        const bool isExport = words.front() == QLatin1String("export");
        if (isExport)
            words << QStringLiteral("--to") << file;
        QProcess process;
        process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
        QVERIFY(process.waitForFinished(60'000));
        const QByteArray told = process.readAllStandardError();
        QByteArray out = process.readAllStandardOutput();
        if (isExport) {
            QFile written(file);
            QVERIFY(written.open(QIODevice::ReadOnly));
            out = written.readAll();
        }
        const bool finds = mayRead ? one.finds : one.findsWithout;
        const bool isHidden = one.hasBeside && !mayRead && (finds || QByteArray(one.words).contains("--filter"));
        QVERIFY2(process.exitCode() == (isHidden ? 3 : 0), told);
        QVERIFY2(told.contains("may not read portolan_metadata") == isHidden, told);
        QCOMPARE(!out.isEmpty(), finds);
        QCOMPARE(out.contains("\"of\":"), mayRead && finds && one.hasBeside);
    }

private:
    PostgresServer m_server;
    TempFolder m_folder;
    StoreUrl m_url;
};

QTEST_GUILESS_MAIN(TestHiddenMetadata)
#include "tst_hiddenmetadata.moc"
