// copy: the rows of a store in another one, as they are; cut short anywhere, and what somebody else wrote stays.

#include "storage/messages/batches.h"
#include "storage/stores/opencontent.h"
#include "storage/transfer/storecomparison.h"
#include "tests/support/copyplaces.h"
#include "tests/support/ingestitems.h"

#include <QProcess>
#include <QtTest>
#include <random>

using namespace portolan;
using namespace portolan::test;

class TestCopying : public CopyPlaces {
    Q_OBJECT
private Q_SLOTS:
    void aCopyIsTheSame_data() { addDirections(); }
    void aCopyIsTheSame() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 11, 300);
        const Place into = place(intoServer);
        const CopyReport first = copied(from.url, into.url);
        QCOMPARE(first.told, QStringList());
        QCOMPARE(first.copied, 300 * 19);
        QCOMPARE(first.differences, 0);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        // Judged by another program, without what the two databases write in their own ways.
        for (const char* sql :
             {"SELECT id, batch_id, message_number, content, timestamp FROM messages ORDER BY id",
              "SELECT id, status, retry_count, port_name, error_message FROM port_messages ORDER BY id"})
            QCOMPARE(into.rows(sql), from.rows(sql));
        if (fromServer == intoServer) {
            for (const QString& table :
                 from.rows(fromServer ? "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                                        "AND tablename NOT LIKE 'portolan%' AND tablename <> "
                                        "'schema_version'"
                                      : "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                        "name NOT LIKE 'portolan%' AND name NOT LIKE 'sqlite%' AND "
                                        "name <> 'schema_version'")) {
                const QByteArray all = "SELECT * FROM " + table.toUtf8();
                QStringList left = from.rows(all);
                QStringList right = into.rows(all);
                left.sort();
                right.sort();
                QCOMPARE(right, left);
            }
        }
        QCOMPARE(into.rows("SELECT id, action FROM portolan_audit WHERE action = 'act' ORDER BY id"),
                 from.rows("SELECT id, action FROM portolan_audit ORDER BY id"));
        QCOMPARE(into.value("SELECT count(*) FROM portolan_audit WHERE action IN ('copy_begin', 'copy')"),
                 QStringLiteral("2"));
        const CopyReport again = copied(from.url, into.url);
        QCOMPARE(again.told, QStringList());
        QCOMPARE(again.copied, 0);
        QCOMPARE(again.differences, 0);
        QCOMPARE(again.unchanged, first.copied);
        QCOMPARE(into.value("SELECT count(*) FROM portolan_audit WHERE action IN ('copy_begin', 'copy')"),
                 QStringLiteral("2"));
    }

    void thereAndBackNothingIsLost() {
        const Place from = filled(false, 12, 200);
        const Place middle = place(true);
        const Place back = place(false);
        QCOMPARE(copied(from.url, middle.url).differences, 0);
        QCOMPARE(copied(middle.url, back.url).differences, 0);
        QCOMPARE(differencesOf(from.url, back.url), QStringList());
        for (const char* sql :
             {"SELECT * FROM messages ORDER BY id", "SELECT * FROM processed_events ORDER BY event_id",
              "SELECT id, hex(payload), source, key FROM portolan_rejects ORDER BY id",
              "SELECT * FROM portolan_sources ORDER BY id", "SELECT * FROM batches ORDER BY id",
              "SELECT id, quote(value), timestamp, sensor_id FROM metrics ORDER BY id"})
            QCOMPARE(back.rows(sql), from.rows(sql));
    }

    void whatChangesGoesAlong_data() { addDirections(); }
    void whatChangesGoesAlong() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 13, 60);
        const Place into = place(intoServer);
        copied(from.url, into.url);
        const QString kept = into.value("SELECT count(*) FROM portolan_metadata");
        change(from, "UPDATE port_messages SET status = 'completed', retry_count = 7 WHERE port_name = 'p1'");
        change(from, "UPDATE component_state SET state_data = '{\"new\": 1}' WHERE version < 20");
        change(from, "UPDATE sink_storage SET data_type = 'changed'");
        change(from, "UPDATE batches SET message_count = 9");
        change(from, "INSERT INTO portolan_metadata (id, record_table, record_key, metadata) SELECT 5000, "
                     "'component_state', CAST(id AS text), '{}' FROM component_state WHERE version = 3");
        // Another version of a checkpoint becomes the latest, without a new row.
        change(from, "UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = 'k2'");
        change(from, "UPDATE checkpoints SET is_latest = TRUE WHERE version = 6");
        change(from, "INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (1, 1, 'new', 1)");
        const CopyReport second = copied(from.url, into.url);
        QCOMPARE(second.told, QStringList());
        QVERIFY(second.copied > 20);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        QCOMPARE(into.value("SELECT count(*) FROM portolan_metadata").toInt(), kept.toInt() + 1);
        // Again, with the metadata of a row that is put in another one's place.
        change(from, "UPDATE component_state SET state_data = '{\"newer\": 1}' WHERE version = 3");
        QCOMPARE(copied(from.url, into.url).told, QStringList());
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        QCOMPARE(copied(from.url, into.url).copied, 0);
    }

    /// More changes than go with a piece: each goes once, and the ledger knows what was left so.
    void manyChangesGoInPieces() {
        const Place from = place(false);
        const Place into = place(false);
        change(from, "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'a', 1, 1)");
        change(from,
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO messages "
               "(id, batch_id, message_number, content, timestamp) SELECT i, 1, i, 'a', 1 FROM n");
        copied(from.url, into.url);
        change(into, "UPDATE messages SET content = 'mine' WHERE id % 10 = 1");
        change(from, "UPDATE messages SET content = 'b' WHERE id % 2 = 0");
        change(from, "DELETE FROM messages WHERE id % 3 = 0");
        const CopyReport first = followed(from.url, into.url);
        QCOMPARE(first.copied, 1000 + 900); // of two thousand that stayed and a thousand that went
        QCOMPARE(first.dropped, 900);
        QCOMPARE(first.differences, 300);
        const char* const asExpected = "SELECT count(*) FROM messages WHERE content = CASE WHEN id % 10 = 1 THEN "
                                       "'mine' WHEN id % 2 = 0 THEN 'b' ELSE "
                                       "'a' END AND (id % 10 = 1 OR id % 3 > 0)";
        QCOMPARE(into.value(asExpected), QStringLiteral("2100"));
        QCOMPARE(into.value("SELECT count(*) FROM messages"), QStringLiteral("2100"));
        const CopyReport second = followed(from.url, into.url);
        QCOMPARE(second.copied, 0);
        QCOMPARE(second.differences, 300);
        change(from, "UPDATE messages SET content = 'c' WHERE id % 10 > 1");
        QCOMPARE(followed(from.url, into.url).copied, 1600); // of two thousand
    }

    void whatSomebodyElseWroteStays_data() { addDirections(); }
    void whatSomebodyElseWroteStays() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 14, 60);
        const Place into = place(intoServer);
        copied(from.url, into.url);
        change(into, "UPDATE messages SET content = 'mine' WHERE id = 100");
        change(into, "DELETE FROM messages WHERE id = 200");
        change(into,
               "INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (7, 1, 1, 'own', 1)");
        change(from, "UPDATE messages SET content = 'theirs' WHERE id IN (100, 300)");
        change(from, "DELETE FROM portolan_metadata WHERE record_key = '400'");
        change(from, "DELETE FROM messages WHERE id = 400");
        const CopyReport second = copied(from.url, into.url);
        QCOMPARE(second.copied, 1);
        QCOMPARE(second.differences, 6); // four messages, and what came beside two
        QCOMPARE(into.rows("SELECT id, content FROM messages WHERE id IN (7, 100, 200, 300) ORDER BY id"),
                 (QStringList{QStringLiteral("7|own"), QStringLiteral("100|mine"), QStringLiteral("300|theirs")}));
        QCOMPARE(into.value("SELECT count(*) FROM messages WHERE id = 400"), QStringLiteral("1"));
        const CopyReport third = copied(from.url, into.url);
        QCOMPARE(third.copied, 0);
        QCOMPARE(third.differences, 6);
    }

    /// Rows that went, parents after their children, and a row that takes the place of one that went.
    void whatGoesGoesToo_data() { addDirections(); }
    void whatGoesGoesToo() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 22, 60);
        const Place into = place(intoServer);
        QCOMPARE(followed(from.url, into.url).differences, 0);
        change(from,
               "DELETE FROM messages WHERE id > 300; DELETE FROM batches WHERE id > 30; DELETE FROM port_messages "
               "WHERE port_name = 'p2'");
        change(from, "DELETE FROM checkpoints WHERE version = 4; INSERT INTO checkpoints (id, checkpoint_name, "
                     "component_name, checkpoint_data, version, is_latest) VALUES "
                     "('00000000-0000-4000-8000-000000000001', 'k1', 'other', '{}', 4, FALSE)");
        change(into, "UPDATE messages SET content = 'mine' WHERE id = 310");
        const CopyReport report = followed(from.url, into.url);
        QVERIFY(report.dropped >= 60);
        QCOMPARE(report.differences, 2); // and its batch, which it needs
        QCOMPARE(into.value("SELECT content FROM messages WHERE id > 300"), QStringLiteral("mine"));
        change(into, "DELETE FROM messages WHERE id = 310");
        QCOMPARE(followed(from.url, into.url).differences, 0);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
    }

    /// A writer at the source, and a copy that follows it and is killed again and again.
    void followingKeepsUp_data() { addDirections(); }
    void followingKeepsUp() {
        if (!QFileInfo::exists(QStringLiteral(PORTOLAN_PROGRAM)))
            QSKIP("only the tests of storage are built, and not the program");
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 23, 300);
        const Place into = place(intoServer);
        const QStringList words{QStringLiteral("copy"),        QStringLiteral("--follow"),
                                QStringLiteral("--idle-exit"), QStringLiteral("2"),
                                QStringLiteral("--from"),      from.text(),
                                QStringLiteral("--into"),      into.text()};
        std::mt19937 random(24);
        QProcess process;
        int kills = 0;
        for (int i = 1; i <= 150; ++i) {
            if (process.state() == QProcess::NotRunning)
                process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
            const QByteArray n = QByteArray::number(1'000 + i);
            const QByteArray old = QByteArray::number(10 * (1 + static_cast<int>(random() % 300)));
            change(
                from,
                "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (" + n
                    + ", 'f', 1, 1); INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES ("
                    + n + "1, " + n + ", 1, 'late', 1)");
            change(from, "DELETE FROM messages WHERE id = " + old);
            change(from, "UPDATE port_messages SET status = 'completed', retry_count = " + n + " WHERE port_name = 'p"
                             + QByteArray::number(i % 4) + "'");
            process.waitForFinished(10);
            if (i % 15 == 0 && process.state() != QProcess::NotRunning) {
                process.kill();
                process.waitForFinished();
                ++kills;
            }
        }
        QVERIFY(kills >= 5);
        process.waitForFinished(120'000);
        process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
        QVERIFY(process.waitForFinished(120'000));
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, said.constData());
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
    }

    /// A folder of batch files in a database: what comes again from the source is known there.
    void filesGoIntoADatabase_data() {
        QTest::addColumn<bool>("intoServer");
        QTest::newRow("SQLite") << false;
        QTest::newRow("server") << true;
    }
    void filesGoIntoADatabase() {
        QFETCH(const bool, intoServer);
        StoreUrl files;
        files.path = path(QStringLiteral("files"));
        files.service = QStringLiteral("example_receiver");
        const Place into = place(intoServer);
        IngestItems items;
        items.range(1, 123).rejection(124, QStringLiteral("bad"));
        items.message(125).last().delivery.metadata = "{\"k\":1}";
        std::get<IncomingMessage>(items.last().decoded).metadata = "{\"k\":1}";
        for (quint64 n = 200; n < 212; ++n) // numbers that rise by one, with a gap
            items.message(n, n < 208 ? 500 + static_cast<qint64>(n) : 510 + static_cast<qint64>(n))
                .last()
                .delivery.series = "localhost:6379/0/orders";
        store(files, items.all());
        const CopyReport first = copied(files, into.url);
        QCOMPARE(first.told, QStringList());
        QCOMPARE(first.differences, 0);
        QCOMPARE(into.value("SELECT count(*) FROM messages"), QStringLiteral("136"));
        QCOMPARE(into.value("SELECT count(*) FROM portolan_rejects WHERE reason = 'bad'"), QStringLiteral("1"));
        QCOMPARE(into.value("SELECT count(*) FROM portolan_metadata"), QStringLiteral("1"));
        {
            const auto opened = need(openStore(files, Access::Read));
            ListQuery query;
            const auto gaps = need(opened->batches().gaps().page(query, {}));
            QCOMPARE(into.value("SELECT count(*) FROM portolan_gaps"), QString::number(gaps.rows.size()));
            QVERIFY(!gaps.rows.empty());
        }
        QCOMPARE(messageDifferences(files, into.url), 0);
        const CopyReport again = copied(files, into.url);
        QCOMPARE(again.copied, 0);
        QCOMPARE(again.unchanged, first.copied);
        IngestItems more;
        more.range(300, 420);
        store(files, more.all());
        QCOMPARE(copied(files, into.url).differences, 0);
        QCOMPARE(messageDifferences(files, into.url), 0);
        // The receiver goes on in the database.
        const IngestCounts known = store(into.url, items.all());
        QCOMPARE(known.stored, 0);
        QCOMPARE(known.duplicates, std::ssize(items.all()));
        IngestItems beyond;
        beyond.range(400, 500);
        QCOMPARE(store(into.url, beyond.all()).stored, 80);
        const Place back = place(!intoServer);
        QCOMPARE(copied(into.url, back.url).differences, 0);
        QCOMPARE(store(back.url, beyond.all()).stored, 0);
    }

    void theAuditGrowsOnBothSides() {
        const Place from = filled(false, 15, 10);
        const Place into = place(true);
        copied(from.url, into.url);
        change(from,
               "INSERT INTO portolan_audit (actor, action, subject_kind) VALUES ('a', 'late', 'thing'), ('b', 'late', "
               "'thing')");
        QCOMPARE(copied(from.url, into.url).differences, 0);
        QCOMPARE(into.rows("SELECT actor FROM portolan_audit WHERE action = 'late' ORDER BY id"),
                 (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        const CopyReport again = copied(from.url, into.url);
        QCOMPARE(again.copied, 0);
        QCOMPARE(again.differences, 0);
    }

    void whatTheTargetCannotKeepIsNamed() {
        const Place from = filled(false, 16, 20);
        const Place into = place(true);
        change(from,
               "INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES "
               "(11, 1, 1, 'a' || char(0) || 'b', 1), (12, 1, 1, CAST(X'ff41' AS TEXT), 1), (13, 1, 1, 'good', 1)");
        change(from, "INSERT INTO component_metrics (id, component_name, metric_name, metric_value, timestamp) VALUES "
                     "('no uuid', 'c', 'm', 1.0, '2025-01-01T00:00:00.000Z'), "
                     "('11111111-1111-4111-8111-111111111111', 'c', 'm', 1.0, 'yesterday')");
        change(from,
               "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
               "retry_count) VALUES ('22222222-2222-4222-8222-222222222222', 'p', 'a', 'b', '{\"nul\":\"\\u0000\"}', "
               "0), ('33333333-3333-4333-8333-333333333333', 'p', 'a', 'b', '{}', 99999999999)");
        const CopyReport report = copied(from.url, into.url);
        QCOMPARE(report.differences, 6);
        QCOMPARE(report.copied, 20 * 19 + 1);
        QCOMPARE(report.told.size(), 6);
        QCOMPARE(into.value("SELECT content FROM messages WHERE id = 13"), QStringLiteral("good"));
        const CopyReport again = copied(from.url, into.url);
        QCOMPARE(again.differences, 6);
        QCOMPARE(again.copied, 0);
        // The other way: what a server keeps and SQLite does not.
        const Place back = place(false);
        change(into, "INSERT INTO metrics (id, sensor_id, event_id, timestamp, value) VALUES "
                     "(901, 's', 'nan', '2025-01-01Z', 'NaN'), (902, 's', 'inf', '2025-01-01Z', 'Infinity'), "
                     "(903, 's', 'bc', '0044-03-15 BC', 1), (904, 's', 'ever', 'infinity', 1)");
        const CopyReport backwards = copied(into.url, back.url);
        QCOMPARE(backwards.differences, 2); // NaN, and the year 44 BC
        QCOMPARE(
            back.rows("SELECT event_id, timestamp, value FROM metrics WHERE id > 900 ORDER BY id"),
            (QStringList{QStringLiteral("inf|2025-01-01T00:00:00.000Z|Inf"), QStringLiteral("ever|infinity|1.0")}));
    }

    void numbersGoOnAfterThose() {
        const Place from = filled(false, 17, 5);
        const Place into = place(true);
        change(from,
               "INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (5000, 1, 1, 'x', 1); "
               "DELETE FROM messages WHERE id = 5000");
        copied(from.url, into.url);
        change(into, "INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (1, 1, 'next', 1)");
        QCOMPARE(into.value("SELECT id FROM messages WHERE content = 'next'"), QStringLiteral("5001"));
        change(into, "INSERT INTO portolan_sources (identity) VALUES ('next')");
        QCOMPARE(into.value("SELECT id FROM portolan_sources WHERE identity = 'next'"), QStringLiteral("6"));
        const Place back = place(false);
        copied(into.url, back.url);
        change(back, "INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (1, 1, 'last', 1)");
        QCOMPARE(back.value("SELECT id FROM messages WHERE content = 'last'"), QStringLiteral("5002"));
    }

    /// What comes again from the source is known at the new place, and its number goes on.
    void aReceiverGoesOn_data() { addDirections(); }
    void aReceiverGoesOn() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = place(fromServer);
        const Place into = place(intoServer);
        IngestItems items;
        items.range(1, 500).rejection(501, QStringLiteral("bad"));
        store(from.url, items.all());
        QCOMPARE(copied(from.url, into.url).differences, 0);
        const IngestCounts again = store(into.url, items.all());
        QCOMPARE(again.stored, 0);
        QCOMPARE(again.duplicates, 501);
        IngestItems more;
        more.range(400, 600);
        QCOMPARE(store(into.url, more.all()).stored, 99);
        QCOMPARE(into.value("SELECT count(*) || ' ' || count(DISTINCT content) FROM messages"),
                 QStringLiteral("599 599"));
    }

    void onlyWhatIsAsked() {
        const Place from = filled(false, 18, 20);
        const Place into = place(false);
        QCOMPARE(copied(from.url, into.url, {QStringLiteral("metrics")}).copied, 20);
        QCOMPARE(into.value("SELECT count(*) FROM port_messages"), QStringLiteral("0"));
        const auto none = tryCopy(from.url, into.url, {QStringLiteral("nothing")});
        QVERIFY(!none && none.error().code == ErrorCode::NotFound);
        // Rows whose batch is not there are refused by the database, and said.
        const CopyReport orphans = copied(from.url, into.url, {QStringLiteral("messages")});
        QCOMPARE(orphans.copied, 0);
        QCOMPARE(orphans.differences, 20);
    }

    void aStoreIsNotCopiedIntoItself() {
        const Place lite = filled(false, 19, 1);
        const Place server = filled(true, 19, 1);
        for (const Place& each : {lite, server}) {
            const auto same = tryCopy(each.url, each.url);
            QVERIFY(!same && same.error().code == ErrorCode::Usage);
        }
    }

    /// Killed at any instant and started again, until it is whole.
    void killsLoseNothing_data() { addDirections(); }
    void killsLoseNothing() {
        if (!QFileInfo::exists(QStringLiteral(PORTOLAN_PROGRAM)))
            QSKIP("only the tests of storage are built, and not the program");
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 20, 3'000);
        const Place into = place(intoServer);
        copied(place(fromServer).url, into.url); // made, so that kills meet the rows
        const QStringList words{QStringLiteral("copy"), QStringLiteral("--from"), from.text(), QStringLiteral("--into"),
                                into.text()};
        std::mt19937 random(21);
        int kills = 0;
        QByteArray out;
        for (int attempt = 0; attempt < 200; ++attempt) {
            QProcess process;
            process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
            QVERIFY(process.waitForStarted());
            const int patience = kills < 12 ? 20 + static_cast<int>(random() % 600) : 120'000;
            if (process.waitForFinished(patience)) {
                QCOMPARE(process.exitCode(), 0);
                out = process.readAllStandardOutput();
                break;
            }
            process.kill();
            QVERIFY(process.waitForFinished());
            ++kills;
        }
        QVERIFY(kills > 1);
        QVERIFY2(out.contains("\"differences\":0"), out.constData());
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        QCOMPARE(copied(from.url, into.url).copied, 0);
    }

private:
    static qint64 messageDifferences(const StoreUrl& files, const StoreUrl& database) {
        const auto left = need(openContent(files));
        const auto right = need(openContent(database));
        return need(compareStores(*left, *right, {}, [](const RowDifference&) { return Result<void>(); })).differences;
    }
};

QTEST_GUILESS_MAIN(TestCopying)
#include "tst_copying.moc"
