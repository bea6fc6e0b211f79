#include "storage/checks/checks.h"
#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/series/rollups.h"
#include "storage/stores/openstore.h"
#include "tests/support/batchfolder.h"
#include "tests/support/damage.h"
#include "tests/support/healthystore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QRegularExpression>
#include <QTest>
#include <map>

using namespace portolan;
using portolan::test::BatchFolder;
using portolan::test::Damage;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr int demoPayloads = 600; // a fifth of a thousand messages, and some of every kind

/// What a verification says, by check; a check that could not be made reads "error: …".
std::map<QByteArray, CheckResult> verify(const StoreUrl& url) {
    std::map<QByteArray, CheckResult> results;
    const auto store = openStore(url, Access::Read);
    if (!store)
        qFatal("%s", qPrintable(store.error().text));
    Checks* const checks = (*store)->checks();
    const auto names = checks->begin({});
    if (!names)
        qFatal("%s %s", qPrintable(names.error().text), qPrintable(names.error().details));
    for (const CheckName& name : *names) {
        auto result = checks->run(name.name, {});
        if (!result) {
            CheckResult failed;
            failed.found = true;
            failed.detail = "error: " + result.error().text.toUtf8() + ' ' + result.error().details.toUtf8();
            result = failed;
        }
        results[name.name] = *result;
    }
    return results;
}

/// "check: detail" of all that was found.
QString foundIn(const std::map<QByteArray, CheckResult>& results) {
    QByteArrayList found;
    for (const auto& [name, result] : results) {
        if (result.found)
            found << name + ": " + result.detail;
    }
    return QString::fromUtf8(found.join('\n'));
}

/// "$metrics$" → the table anew, without constraints and indexes, as a careless program's.
QByteArray withoutConstraints(QByteArray sql) {
    static const QRegularExpression table(QStringLiteral("\\$(\\w+)\\$"));
    return QString::fromUtf8(sql)
        .replace(table, QStringLiteral("CREATE TABLE plain_copy AS SELECT * FROM \\1; DROP TABLE \\1; "
                                       "ALTER TABLE plain_copy RENAME TO \\1"))
        .toUtf8();
}

} // namespace

class TestChecks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aHealthyDatabaseIsFine_data();
    void aHealthyDatabaseIsFine();
    void findsDamageAndNothingElse_data();
    void findsDamageAndNothingElse();
    void filtersLeadToTheRows();
    void anotherProgramsTablesAreCheckedForWhatTheyHave();
    void wrongRollupsAreFound_data();
    void wrongRollupsAreFound();
    void promotedAndLaterStoredCheckpointsAreRight();
    void numbersOfSeveralSourcesMayRepeat();
    void cancelledChecksAnswerCancelled();
    void aHealthyFolderIsFine();
    void findsDamagedFiles_data();
    void findsDamagedFiles();
    void findsWhatOnlyTheWriterKnows();
    void verifyingLeavesNoTrace();

private:
    [[nodiscard]] StoreUrl copyOf(bool onServer);
    void run(const StoreUrl& url, const QByteArray& sql);

    TempFolder m_folder;
    StoreUrl m_sqlite;
    std::unique_ptr<PostgresServer> m_server;
    int m_copies = 0;
};

void TestChecks::initTestCase() {
    const auto items = test::demoItems(demoPayloads, false);
    m_sqlite = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("healthy.db")));
    test::fillStore(m_sqlite, items);
    QCOMPARE(SqliteScript(m_sqlite.path).run(test::healthyRows()), QString());

    m_server = std::make_unique<PostgresServer>();
    PostgresScript(m_server->url(QStringLiteral("postgres"))).run("CREATE DATABASE healthy");
    test::fillStore(m_server->url(QStringLiteral("healthy")), items);
    QCOMPARE(PostgresScript(m_server->url(QStringLiteral("healthy"))).run(test::healthyRows()), QString());
}

StoreUrl TestChecks::copyOf(bool onServer) {
    const QString name = QStringLiteral("copy%1").arg(++m_copies);
    if (onServer) {
        PostgresScript script(m_server->url(QStringLiteral("postgres")));
        const QString failed = script.run("CREATE DATABASE " + name.toUtf8() + " TEMPLATE healthy");
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        return m_server->url(name);
    }
    StoreUrl url = m_sqlite;
    url.path = m_folder.path(name + QStringLiteral(".db"));
    if (!QFile::copy(m_sqlite.path, url.path))
        qFatal("%s cannot be written", qPrintable(url.path));
    return url;
}

void TestChecks::run(const StoreUrl& url, const QByteArray& sql) {
    QCOMPARE(url.kind == StoreKind::Sqlite ? SqliteScript(url.path).run(sql) : PostgresScript(url).run(sql), QString());
}

void TestChecks::aHealthyDatabaseIsFine_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestChecks::aHealthyDatabaseIsFine() {
    QFETCH(bool, onServer);
    const auto results = verify(copyOf(onServer));
    QCOMPARE(foundIn(results), QString());
    QVERIFY2(results.size() >= 35, qPrintable(QString::number(results.size())));
    for (const auto& [name, result] : results) {
        QCOMPARE(result.name, name);
        QCOMPARE(result.count, 0);
        QVERIFY2(!result.detail.isEmpty(), name.constData());
    }
    QVERIFY2(results.at("ingestion-rate").detail.startsWith("events a minute"),
             results.at("ingestion-rate").detail.constData());
    QVERIFY2(results.at("ingestion-lag").detail.startsWith("the newest event is "),
             results.at("ingestion-lag").detail.constData());
}

void TestChecks::findsDamageAndNothingElse_data() {
    QTest::addColumn<bool>("onServer");
    QTest::addColumn<QByteArray>("check");
    QTest::addColumn<QByteArray>("names");
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QByteArray>("sql");
    for (const Damage& damage : test::sqlDamages()) {
        const QByteArray server = damage.server ? damage.server : damage.sqlite;
        if (damage.sqlite)
            QTest::addRow("%s sqlite", damage.check) << false << QByteArray(damage.check) << QByteArray(damage.names)
                                                     << qint64(damage.count) << withoutConstraints(damage.sqlite);
        if (!server.isEmpty())
            QTest::addRow("%s postgresql", damage.check)
                << true << QByteArray(damage.check) << QByteArray(damage.names) << qint64(damage.count) << server;
    }
}

void TestChecks::findsDamageAndNothingElse() {
    QFETCH(bool, onServer);
    QFETCH(QByteArray, check);
    QFETCH(QByteArray, names);
    QFETCH(qint64, count);
    QFETCH(QByteArray, sql);
    const StoreUrl url = copyOf(onServer);
    QCOMPARE(onServer ? PostgresScript(url).run(sql)
                      : SqliteScript(url.path).run("PRAGMA ignore_check_constraints = ON; " + sql),
             QString());
    const auto results = verify(url);
    const bool isOfSchema = check == "database-file"; // an index that is another
    for (const auto& [name, result] : results)
        QVERIFY2(name == check || (isOfSchema && name == "schema") ? result.found : !result.found,
                 (name + ": " + result.detail).constData());
    QVERIFY2(results.contains(check), check.constData());
    const CheckResult& found = results.at(check);
    QVERIFY2(found.detail.contains(names), found.detail.constData());
    if (count >= 0)
        QCOMPARE(found.count, count);
    else
        QVERIFY(found.count > 0);
}

void TestChecks::filtersLeadToTheRows() {
    const StoreUrl url = copyOf(false);
    SqliteScript(url.path).run("DELETE FROM messages WHERE message_number IN (5, 6, 9);"
                               "UPDATE batches SET message_count = message_count - 3 WHERE id = 1");
    const auto results = verify(url);
    const CheckResult& gaps = results.at("message-number-gaps");
    QCOMPARE(gaps.listing, QByteArray("messages"));
    const auto filter = parseFilter(QString::fromUtf8(gaps.filter), messageSchema(), currentTime());
    QVERIFY2(filter, gaps.filter.constData());
    const auto store = openStore(url, Access::Read);
    ListQuery query;
    query.filter = *filter;
    const auto page = (*store)->batches().messages().page(query, {});
    QVERIFY(page);
    QList<qint64> numbers;
    for (const Message& message : page->rows)
        numbers << *message.messageNumber;
    QCOMPARE(numbers, QList<qint64>({4, 7, 8, 10})); // what stands on both sides of the gaps
}

/// The reference's plain tables, made by another program, with times as it likes and no constraint at all.
void TestChecks::anotherProgramsTablesAreCheckedForWhatTheyHave() {
    StoreUrl url = m_sqlite;
    url.path = m_folder.path(QStringLiteral("foreign.db"));
    QCOMPARE(SqliteScript(url.path).run(
                 "CREATE TABLE processed_events (event_id TEXT, sensor_id TEXT, processed_at TEXT);"
                 "CREATE TABLE metrics (id INTEGER PRIMARY KEY, sensor_id TEXT, event_id TEXT, timestamp, value REAL);"
                 "CREATE TABLE port_messages (id TEXT, port_name TEXT, status TEXT, message_data TEXT);"
                 "INSERT INTO processed_events VALUES ('a', 's', '2024-01-01 00:00:01'), ('b', 's', 1704067201),"
                 "(NULL, 's', 1704067201), (NULL, 's', 1704067201);" // nothing is no name that is borne twice
                 "INSERT INTO metrics VALUES (1, 's', 'a', '2024-01-01 00:00:00', 1), (2, 's', 'b', 1704067201000, 2),"
                 "(3, 's', 'c', '2024-01-01T00:00:00.500Z', NULL);"
                 "INSERT INTO port_messages VALUES ('x', 'p', 'odd', '{'), ('y', 'p', 'pending', '{}'),"
                 "(NULL, 'p', 'pending', '{}'), (NULL, 'p', 'pending', '{}')"),
             QString());
    const auto results = verify(url);
    QCOMPARE(foundIn(results),
             QStringLiteral("json-port_messages.message_data: rows of port_messages whose message_data is no JSON: x\n"
                            "metric-values: readings that are no finite number: c\n"
                            "metrics-without-event: metrics whose event was never processed: c\n"
                            "port-message-states: port messages in states that are not allowed: x\n"
                            "sensor-order: metrics stored after later ones of their sensor: 3"));
    QVERIFY(!results.contains("retries-over-limit")); // there is no such column
    QVERIFY(!results.contains("message-number-gaps"));
    QVERIFY(results.at("migrations").detail.contains("another program's"));
}

void TestChecks::wrongRollupsAreFound_data() {
    aHealthyDatabaseIsFine_data();
}

void TestChecks::wrongRollupsAreFound() {
    QFETCH(bool, onServer);
    const StoreUrl url = copyOf(onServer);
    const auto sample = [](const char* sensor, const char* id, int hour) {
        return QStringLiteral("INSERT INTO processed_events (event_id, sensor_id) VALUES ('%2', '%1'); INSERT INTO "
                              "metrics (sensor_id, event_id, timestamp, value) VALUES ('%1', '%2', "
                              "'2024-05-06T0%3:00:00.000Z', 7);")
            .arg(QLatin1String(sensor), QLatin1String(id))
            .arg(hour)
            .toUtf8();
    };
    const auto at = [](const char* series, int hour) {
        return QStringLiteral(" WHERE series = 'sensor/%1' AND resolution = 3600 AND bucket = %2;")
            .arg(QLatin1String(series), QString::number(1714953600000 + hour * 3'600'000LL))
            .toUtf8();
    };
    run(url, sample("a", "a-0", 0) + sample("a", "a-1", 1) + sample("a", "a-2", 2) + sample("b/1", "b-0", 0));
    {
        const auto store = openStore(url, Access::Write);
        QVERIFY((*store)->rollups()->roll(Rollups::untilDone, {}));
    }
    run(url, sample("a", "a-5", 5)); // noted, and to be rolled up again: not wrong
    QCOMPARE(foundIn(verify(url)), QString());

    run(url, "UPDATE portolan_rollups SET sum = sum + 1" + at("a", 0) + "DELETE FROM portolan_rollups" + at("a", 2)
                 + "UPDATE portolan_rollups SET series = 'sensor/gone'" + at("b%2F1", 0));
    const auto results = verify(url);
    const CheckResult& found = results.at("rollups");
    QCOMPARE(found.rows, (std::vector<QByteArray>{
                             "sensor/a 2024-05-06T00:00:00.000Z 3600 s wrong",
                             "sensor/a 2024-05-06T02:00:00.000Z 3600 s missing",
                             "sensor/b%2F1 2024-05-06T00:00:00.000Z 3600 s missing",
                             "sensor/gone 2024-05-06T00:00:00.000Z 3600 s left over",
                         }));
    QCOMPARE(found.count, 4);
    QCOMPARE(found.listing, QByteArray("metrics"));
    QCOMPARE(found.filter,
             QByteArray("sensor_id:a timestamp>=2024-05-06T00:00:00.000Z timestamp<2024-05-06T01:00:00.000Z"));

    // As its words say: without the mark all are made anew.
    run(url, "DELETE FROM portolan_rollup_watermarks WHERE source_table = 'metrics'");
    const auto store = openStore(url, Access::Write);
    QVERIFY((*store)->rollups()->roll(Rollups::untilDone, {}));
    QCOMPARE(foundIn(verify(url)), QString());
}

void TestChecks::promotedAndLaterStoredCheckpointsAreRight() {
    for (const bool onServer : {false, true}) {
        const StoreUrl url = copyOf(onServer);
        const QByteArray no = onServer ? "false" : "0";
        const QByteArray yes = onServer ? "true" : "1";
        const QByteArray sql =
            "UPDATE checkpoints SET is_latest = " + no
            + " WHERE checkpoint_name = 'cp'; UPDATE checkpoints SET "
              "is_latest = "
            + yes
            + " WHERE checkpoint_name = 'cp' AND version = 1;"
              "INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES ('a', 'promote', "
              "'checkpoint', 'cp');"
              "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES "
              "('late', 'c', '{}', 9, '2024-01-01T00:00:00.000Z');"
              "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES "
              "('late', 'c', '{}', 4, '2024-01-02T00:00:00.000Z')";
        QCOMPARE(onServer ? PostgresScript(url).run(sql) : SqliteScript(url.path).run(sql), QString());
        QCOMPARE(foundIn(verify(url)), QString());
        // One that was not promoted, and whose name the promoted one's begins with.
        const QByteArray other =
            "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, is_latest, "
            "created_at) VALUES ('c', 'c', '{}', 1, "
            + yes + ", '2024-01-01T00:00:00.000Z'), ('c', 'c', '{}', 2, " + no + ", '2024-01-02T00:00:00.000Z')"
            + (onServer ? "; UPDATE checkpoints SET is_latest = (version = 1) WHERE checkpoint_name = 'c'" : "");
        run(url, other);
        QVERIFY2(foundIn(verify(url)).contains(QStringLiteral(": c")), qPrintable(foundIn(verify(url))));
    }
}

void TestChecks::numbersOfSeveralSourcesMayRepeat() {
    const StoreUrl url = copyOf(false);
    SqliteScript script(url.path);
    QCOMPARE(
        script.run("INSERT INTO portolan_sources (identity, last_number) VALUES ('x', 5), ('y', 7);"
                   "INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES "
                   "((SELECT max(id) FROM batches), 4, 'of another source', 1);"
                   "UPDATE batches SET message_count = message_count + 1 WHERE id = (SELECT max(id) FROM batches)"),
        QString());
    QCOMPARE(foundIn(verify(url)), QString());
    QCOMPARE(
        script.run("INSERT INTO messages (batch_id, message_number, content, timestamp) SELECT batch_id, "
                   "message_number, content, timestamp FROM messages WHERE content = 'of another source';"
                   "UPDATE batches SET message_count = message_count + 1 WHERE id = (SELECT max(id) FROM batches)"),
        QString());
    QCOMPARE(foundIn(verify(url)),
             QStringLiteral("duplicate-message-numbers: message numbers stored more than once: 4"));
}

void TestChecks::cancelledChecksAnswerCancelled() {
    const auto store = openStore(copyOf(false), Access::Read);
    QVERIFY((*store)->checks()->begin({}));
    CancelSource source;
    source.request_stop();
    for (const char* name : {"sensor-order", "database-file"}) {
        const auto result = (*store)->checks()->run(name, source.get_token());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }
    const auto unknown = (*store)->checks()->run("no-such-check", {});
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
}

void TestChecks::aHealthyFolderIsFine() {
    const BatchFolder folder;
    test::fillStore(folder.url(), test::demoItems(237, true));
    const auto results = verify(folder.url());
    QCOMPARE(foundIn(results), QString());
    QVERIFY(results.size() >= 12);
}

void TestChecks::findsDamagedFiles_data() {
    QTest::addColumn<QByteArray>("check");
    QTest::addColumn<QByteArray>("names");
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QByteArrayList>("also"); ///< what is damaged by it as well
    QTest::addColumn<std::function<void(const BatchFolder&)>>("damage");
    using Done = std::function<void(const BatchFolder&)>;
    const auto row = [](const char* check, const char* names, qint64 count, const QByteArrayList& also,
                        const Done& damage) {
        QTest::newRow(check) << QByteArray(check) << QByteArray(names) << count << also << damage;
    };
    // Another program's folder: nothing was acknowledged there, so that each damage stands alone.
    row("batch-number-gaps", "missing batches: 3", 1, {"message-number-gaps"},
        [](const BatchFolder& folder) { QFile::remove(folder.file(3)); });
    row("message-number-gaps", "missing message numbers: 12-13", 2, {"batches-not-full"},
        [](const BatchFolder& folder) {
            const QByteArray bytes = folder.read(2);
            const auto lines = bytes.split('\n');
            folder.write(2, (lines.mid(0, 1) + lines.mid(3)).join('\n'));
        });
    row("duplicate-message-numbers", "stored more than once: 12", 1, {"message-number-gaps"},
        [](const BatchFolder& folder) { folder.write(2, folder.read(2).replace("#13:", "#12:")); });
    row("torn-lines", "lines without an end: 5:3", 1, {},
        [](const BatchFolder& folder) { folder.write(5, folder.read(5).chopped(1)); });
    row("unreadable-lines", "lines that are no messages: 2:4", 1, {"message-number-gaps"},
        [](const BatchFolder& folder) { folder.write(2, folder.read(2).replace("Message #14:", "Message #x:")); });
    row("batches-over-size", "more than 10 messages: 2", 1, {}, [](const BatchFolder& folder) {
        const QByteArray last = folder.read(5);
        const qsizetype line = last.lastIndexOf('\n', -2) + 1;
        folder.write(2, folder.read(2) + last.mid(line));
        folder.write(5, last.first(line));
    });
    row("batches-not-full", "fewer than 10 messages: 4", 1, {}, [](const BatchFolder& folder) {
        const QByteArray bytes = folder.read(4);
        const qsizetype line = bytes.lastIndexOf('\n', -2) + 1;
        folder.write(5, bytes.mid(line) + folder.read(5));
        folder.write(4, bytes.first(line));
    });
    row("future-messages", "more than five minutes ahead: 1:1", 1, {}, [](const BatchFolder& folder) {
        folder.write(1, folder.read(1).replace("Message #1:", "Message #1:").replace(0, 5, "[2199"));
    });
    row("stray-files", "messages_batch_7.txt", 1, {}, [](const BatchFolder& folder) {
        BatchFolder::put(folder.messages() + QStringLiteral("/messages_batch_7.txt"), "x");
    });
}

void TestChecks::findsDamagedFiles() {
    QFETCH(QByteArray, check);
    QFETCH(QByteArray, names);
    QFETCH(qint64, count);
    QFETCH(QByteArrayList, also);
    QFETCH(std::function<void(const BatchFolder&)>, damage);
    const BatchFolder folder;
    for (int batch = 1; batch <= 5; ++batch) {
        QByteArray bytes;
        for (int line = 1; line <= (batch < 5 ? 10 : 3); ++line)
            bytes += test::batchLine((batch - 1) * 10 + line, "text");
        folder.write(batch, bytes);
    }
    QCOMPARE(foundIn(verify(folder.url())), QString());
    damage(folder);
    const auto results = verify(folder.url());
    for (const auto& [name, result] : results) {
        const bool isExpected = name == check || also.contains(name);
        QVERIFY2(result.found == isExpected, (name + ": " + result.detail).constData());
    }
    QVERIFY2(results.at(check).detail.contains(names), results.at(check).detail.constData());
    QCOMPARE(results.at(check).count, count);
}

/// What only the writer's own memory can tell.
void TestChecks::findsWhatOnlyTheWriterKnows() {
    const BatchFolder folder;
    auto items = test::demoItems(37, true);
    items.push_back(test::messageItem(9, std::nullopt, "rejected"));
    items.back().decoded = Rejection{QStringLiteral("for the test")};
    const QByteArray intact = [&] {
        const auto store = openStore(folder.url(), Access::Write);
        const auto writer = (*store)->ingestWriter();
        if (!(*writer)->store(items))
            qFatal("nothing is stored");
        const QByteArray third = folder.read(3); // while the writer is there, its log tells every byte
        folder.write(3, QByteArray(third).replace("Message", "massage"));
        const auto results = verify(folder.url());
        if (results.at("acknowledged").detail
            != "files in which acknowledged bytes are missing or changed: messages_batch_0003.txt")
            qFatal("%s", results.at("acknowledged").detail.constData());
        folder.write(3, third);
        return third;
    }();
    QCOMPARE(foundIn(verify(folder.url())), QString());

    const qsizetype line = intact.lastIndexOf('\n', -2) + 1;
    folder.write(3, intact.first(line)); // afterwards the index tells what was there
    const auto results = verify(folder.url());
    QVERIFY2(results.at("acknowledged").detail.endsWith(": messages_batch_0003.txt"),
             results.at("acknowledged").detail.constData());
    QCOMPARE(results.at("acknowledged").filter, QByteArray("id:3"));
    folder.write(3, intact);
    QCOMPARE(foundIn(verify(folder.url())), QString());

    const QString rejects = folder.own() + QStringLiteral("/rejects/rejects.dat");
    const QByteArray kept = BatchFolder::get(rejects);
    QByteArray changed = kept;
    changed[kept.size() - 1] = static_cast<char>(changed.back() ^ 1);
    BatchFolder::put(rejects, changed);
    QVERIFY2(foundIn(verify(folder.url())).contains(QLatin1String("rejects-readable: rejects that cannot be read: 1")),
             qPrintable(foundIn(verify(folder.url()))));
    BatchFolder::put(rejects, kept);

    const QString index = folder.own() + QStringLiteral("/index");
    const QByteArray entries = BatchFolder::get(index);
    QVERIFY2(!entries.isEmpty(), qPrintable(index));
    BatchFolder::put(index, QByteArray(entries).replace(entries.size() - 20, 1, "\x7f"));
    QCOMPARE(foundIn(verify(folder.url())),
             QStringLiteral("index: files of which the index says something else: .portolan/index"));
    BatchFolder::put(index, entries);

    const QString state = folder.own() + QStringLiteral("/state");
    const QByteArray memory = BatchFolder::get(state);
    BatchFolder::put(state, QByteArray(memory).replace(memory.size() - 1, 1, "\x7f"));
    QVERIFY2(foundIn(verify(folder.url()))
                 .contains(QLatin1String("writer-memory: files of the writer that are damaged: state")),
             qPrintable(foundIn(verify(folder.url()))));
}

void TestChecks::verifyingLeavesNoTrace() {
    const BatchFolder folder;
    test::fillStore(folder.url(), test::demoItems(37, true));
    const auto before = folder.batchFiles();
    const QStringList own = QDir(folder.own()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    verify(folder.url());
    QCOMPARE(folder.batchFiles(), before);
    QCOMPARE(QDir(folder.own()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), own);

    const StoreUrl url = copyOf(false);
    const QByteArray bytes = BatchFolder::get(url.path);
    verify(url);
    QVERIFY(BatchFolder::get(url.path) == bytes);
    QVERIFY(!QFile::exists(url.path + QStringLiteral("-wal")));
}

QTEST_GUILESS_MAIN(TestChecks)
#include "tst_checks.moc"
