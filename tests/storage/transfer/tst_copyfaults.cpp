// copy where something is in the way: rows that the target cannot keep, rules, missing rights, another store at the
// same place, others who write meanwhile.

#include "storage/stores/makereceiver.h"
#include "storage/stores/opencontent.h"
#include "tests/support/copyplaces.h"
#include "tests/support/ingestitems.h"

#include <QDir>
#include <QFile>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

QByteArray uuid(int n) {
    return QByteArray::number(n).rightJustified(8, '0') + "-0000-4000-8000-000000000000";
}

/// A port message as a statement.
QByteArray portMessage(int n, const QByteArray& data) {
    return "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status) VALUES "
           "('"
           + uuid(n) + "', 'p', 'a', 'b', '" + data + "', 'pending');";
}

/// A source whose rows ask, as they come, for something of the target.
class AskingContent final : public StoreContent {
public:
    AskingContent(std::unique_ptr<StoreContent> content, std::function<void()> ask)
        : m_content(std::move(content))
        , m_ask(std::move(ask)) {}
    ContentKeeper keeper() const override { return m_content->keeper(); }
    QString where() const override { return m_content->where(); }
    QStringList tables() const override { return m_content->tables(); }
    Result<std::optional<ContentTable>> table(const QString& name) override { return m_content->table(name); }
    Result<bool> hasRows(const QString& table) override { return m_content->hasRows(table); }
    QByteArray identity() const override { return m_content->identity(); }
    Result<QByteArray> lineage() override { return m_content->lineage(); }
    Result<std::optional<qint64>> lastNumber(const QString& table) override { return m_content->lastNumber(table); }
    Result<void> checkUnmoved() override { return m_content->checkUnmoved(); }
    Result<std::unique_ptr<RowStream>> messagesByBatch() override { return m_content->messagesByBatch(); }
    Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan) override {
        auto rows = m_content->rows(plan);
        PORTOLAN_TRY(rows);
        return std::unique_ptr<RowStream>(std::make_unique<Stream>(std::move(*rows), m_ask));
    }

private:
    class Stream final : public RowStream {
    public:
        Stream(std::unique_ptr<RowStream> rows, std::function<void()> ask)
            : m_rows(std::move(rows))
            , m_ask(std::move(ask)) {}
        Result<bool> next() override {
            if (++m_count % 997 == 0)
                m_ask();
            return m_rows->next();
        }
        const ContentRow& row() const override { return m_rows->row(); }

    private:
        std::unique_ptr<RowStream> m_rows;
        std::function<void()> m_ask;
        int m_count = 0;
    };

    std::unique_ptr<StoreContent> m_content;
    std::function<void()> m_ask;
};

/// Follows with the store opened anew for each pass, and returns how it ended.
Result<CopyReport> tryFollow(const StoreUrl& from, const StoreUrl& into) {
    CopyOptions options;
    options.from = from.display();
    options.actor = "test";
    const auto watched = need(openStore(from, Access::Read));
    const FollowedStores stores{[&] { return openCopySource(from); }, [&] { return openCopyDestination(into); },
                                [&] { return watched->changeMark(); }};
    CopyReport report;
    const auto done = followStore(
        stores, options, {std::chrono::milliseconds(0)}, report, [](const CopyReport&) {}, [](const QString&) {}, {});
    return done ? Result(report) : Result<CopyReport>(done.error());
}

} // namespace

class TestCopyFaults : public CopyPlaces {
    Q_OBJECT
private Q_SLOTS:
    /// A row that was copied becomes one that a server does not keep, and a good one again.
    void whatCannotGoAlongAnyMoreStays() {
        const Place from = place(false);
        const Place into = place(true);
        change(from, portMessage(1, "{}") + portMessage(2, "{}"));
        QCOMPARE(copied(from.url, into.url).differences, 0);
        change(from, "UPDATE port_messages SET error_message = 'a' || char(0), status = 'failed' WHERE id = '" + uuid(1)
                         + "'");
        const CopyReport plain = copied(from.url, into.url);
        QCOMPARE(plain.differences, 1);
        QVERIFY2(plain.told.first().contains(QLatin1String("error_message")), qPrintable(plain.told.first()));
        const CopyReport follows = followed(from.url, into.url);
        QCOMPARE(follows.dropped, 0);
        QCOMPARE(follows.differences, 1);
        QCOMPARE(into.rows("SELECT status FROM port_messages ORDER BY id"),
                 (QStringList{QStringLiteral("pending"), QStringLiteral("pending")}));
        change(from, "UPDATE port_messages SET error_message = 'a'");
        QCOMPARE(followed(from.url, into.url).differences, 0);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
    }

    /// Who writes between two transactions of a copy takes no number that a row to come has.
    void numbersAreAfterTheSourcesFromTheBeginning_data() { addDirections(); }
    void numbersAreAfterTheSourcesFromTheBeginning() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = place(fromServer);
        const Place into = place(intoServer);
        change(from, "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'f', 1, 1)");
        change(from, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) INSERT INTO "
                     "messages (id, batch_id, message_number, content, timestamp) SELECT i, 1, i, 'm', 1 FROM n");
        const auto source = need(openCopySource(from.url));
        const auto target = need(openCopyDestination(into.url));
        CopyOptions options;
        options.from = from.url.display();
        options.actor = "test";
        qint64 middle = 0;
        need(target->take(*source, options, [&](const CopyReport&) {
            const qint64 rows = into.value("SELECT count(*) FROM messages").toLongLong();
            if (middle > 0 || rows == 0)
                return;
            middle = rows;
            change(into,
                   "INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (1, 1, 'mine', 1)");
        }));
        QVERIFY(middle > 0 && middle < 25'000);
        QVERIFY(into.value("SELECT id FROM messages WHERE content = 'mine'").toLongLong() > 25'000);
        QCOMPARE(into.value("SELECT count(*) FROM messages"), QStringLiteral("25001"));
    }

    /// Another program brought rows with numbers of its own: no message is rejected for it.
    void takenNumbersRejectNothing() {
        const Place into = place(true);
        IngestItems items;
        items.range(1, 40).rejection(41, QStringLiteral("bad"));
        store(into.url, items.all());
        for (const char* table : {"messages", "batches", "portolan_rejects", "portolan_sources"})
            change(into, QByteArray("SELECT setval(pg_get_serial_sequence('") + table + "', 'id'), 1, false)");
        IngestItems more;
        more.range(50, 77).rejection(78, QStringLiteral("worse"));
        const IngestCounts counts = store(into.url, more.all());
        QCOMPARE(counts.stored, 28);
        QCOMPARE(counts.rejected, 1);
        IngestItems other;
        other.from("localhost:6379/0/invoices").range(100, 100);
        QCOMPARE(store(into.url, other.all()).stored, 1);
        QCOMPARE(into.value("SELECT count(*) || ' ' || count(DISTINCT content) FROM messages"),
                 QStringLiteral("69 69"));
        QCOMPARE(into.rows("SELECT reason FROM portolan_rejects ORDER BY id"),
                 (QStringList{QStringLiteral("bad"), QStringLiteral("worse")}));
    }

    /// Another store, empty or not, is at the place of the one that was copied.
    void anotherStoreIsNotTakenForTheOld_data() { addDirections(); }
    void anotherStoreIsNotTakenForTheOld() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = filled(fromServer, 31, 30);
        const Place into = place(intoServer);
        QCOMPARE(copied(from.url, into.url).differences, 0);
        const QStringList before = into.rows("SELECT id, content FROM messages ORDER BY id");
        if (fromServer) {
            change(from, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        } else {
            for (const char* end : {"", "-wal", "-shm"})
                QFile::remove(from.url.path + QLatin1String(end));
        }
        need(openStore(from.url, Access::Write));
        for (int pass = 0; pass < 2; ++pass) {
            const auto copy = tryCopy(from.url, into.url);
            QVERIFY(!copy && copy.error().code == ErrorCode::Usage);
            QVERIFY2(copy.error().text.contains(QLatin1String("another store")), qPrintable(copy.error().text));
            const auto follow = tryFollow(from.url, into.url);
            QVERIFY(!follow && follow.error().code == ErrorCode::Usage);
            QCOMPARE(into.rows("SELECT id, content FROM messages ORDER BY id"), before);
            if (pass == 0)
                change(from, ContentRows(32).statements(10, fromServer));
        }
    }

    /// A store that was restored or compacted at its place is the same one; another one of its birth is not.
    void aRestoredStoreIsTheSame() {
        const Place from = place(false);
        const Place into = place(true);
        const QString empty = path(QStringLiteral("empty"));
        QVERIFY(QFile::copy(from.url.path, empty));
        const auto put = [&](const QString& file) {
            return QFile::remove(from.url.path) && QFile::copy(file, from.url.path);
        };
        change(from, ContentRows(35).statements(20, false));
        QCOMPARE(copied(from.url, into.url).differences, 0);
        const QString aside = path(QStringLiteral("aside"));
        change(from, "VACUUM INTO '" + aside.toUtf8() + "'");
        QVERIFY(put(aside));
        change(from, "UPDATE messages SET content = 'new' WHERE id = 100");
        const CopyReport again = copied(from.url, into.url);
        QCOMPARE(again.copied, 1);
        QCOMPARE(again.differences, 0);
        const QString rows = into.value("SELECT count(*) FROM port_messages");
        QVERIFY(put(empty));
        for (const QByteArray& filled : {QByteArray("SELECT 1"), ContentRows(36).statements(20, false)}) {
            change(from, filled);
            const auto follow = tryFollow(from.url, into.url);
            QVERIFY(!follow && follow.error().code == ErrorCode::Usage);
            QCOMPARE(into.value("SELECT count(*) FROM port_messages"), rows);
        }
    }

    /// A folder has no birth of its own: it is confirmed as the words say.
    void aMovedFolderIsConfirmed() {
        StoreUrl files;
        files.path = path(QStringLiteral("files"));
        files.service = QStringLiteral("example_receiver");
        const Place into = place(false);
        IngestItems items;
        items.range(1, 30);
        store(files, items.all());
        QCOMPARE(copied(files, into.url).differences, 0);
        const QString messages = files.path + QStringLiteral("/example_receiver/messages");
        const QString aside = files.path + QStringLiteral("/example_receiver/old");
        QVERIFY(QDir().rename(messages, aside) && QDir().mkpath(messages));
        for (const QString& name : QDir(aside).entryList(QDir::Files))
            QVERIFY(QFile::rename(aside + u'/' + name, messages + u'/' + name));
        const auto copy = tryCopy(files, into.url);
        QVERIFY(!copy && copy.error().code == ErrorCode::Usage);
        const QString row = copy.error().text.section(u'"', 1, 1);
        QVERIFY2(row.startsWith(QLatin1String("copy-source/")), qPrintable(row));
        change(into, "DELETE FROM portolan_settings WHERE key = '" + row.toLatin1() + "'");
        const CopyReport again = copied(files, into.url);
        QCOMPARE(again.copied, 0);
        QCOMPARE(again.differences, 0);
    }

    /// The same store under another name, moved, is the same one.
    void aStoreThatMovedIsTheSame() {
        const Place from = filled(false, 33, 20);
        const Place into = place(true);
        QCOMPARE(copied(from.url, into.url).differences, 0);
        StoreUrl moved = from.url;
        moved.path = path(QStringLiteral("moved"));
        QVERIFY(QFile::rename(from.url.path, moved.path));
        const CopyReport again = copied(moved, into.url);
        QCOMPARE(again.copied, 0);
        QCOMPARE(again.differences, 0);
    }

    void oneStoreHasManyNames() {
        const Place lite = place(false);
        const Place server = place(true);
        StoreUrl link = lite.url;
        link.path = path(QStringLiteral("link"));
        QVERIFY(QFile::link(lite.url.path, link.path));
        StoreUrl other = server.url;
        other.host =
            server.url.host == QLatin1String("localhost") ? QStringLiteral("127.0.0.1") : QStringLiteral("localhost");
        QVERIFY(need(isOneStore(lite.url, link)));
        QVERIFY(need(isOneStore(server.url, other)));
        QVERIFY(!need(isOneStore(lite.url, place(false).url)));
        QVERIFY(!need(isOneStore(server.url, place(true).url)));
        QVERIFY(!need(isOneStore(lite.url, server.url)));
        ReceiverOptions options;
        options.from = need(SourceUrl::parse(QStringLiteral("demo:?count=20")));
        options.into = lite.url;
        options.also = link;
        Receiver receiver = makeReceiver(options, {});
        receiver.start();
        const auto end = receiver.wait();
        QVERIFY(!end && end.error().code == ErrorCode::Usage);
        QCOMPARE(lite.value("SELECT count(*) FROM messages"), QStringLiteral("0"));
    }

    /// A change that cannot be made is tried again, as long as the target's row is as it was.
    void aRefusedChangeIsTriedAgain() {
        const Place from = place(false);
        const Place into = place(true);
        change(from, portMessage(1, "{\"a\":1}"));
        copied(from.url, into.url);
        change(from, "UPDATE port_messages SET message_data = '{\"a\":\"\\u0000\"}'");
        QCOMPARE(copied(from.url, into.url).differences, 1);
        QCOMPARE(copied(from.url, into.url).differences, 1);
        change(from, "UPDATE port_messages SET message_data = '{\"a\":2}', status = 'completed'");
        const CopyReport last = copied(from.url, into.url);
        QCOMPARE(last.told, QStringList());
        QCOMPARE(last.copied, 1);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
    }

    /// A job's states between two copies are none of the target's business.
    void aJobGoesAlongWhateverItsWay_data() { addDirections(); }
    void aJobGoesAlongWhateverItsWay() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = place(fromServer);
        const Place into = place(intoServer);
        change(from, "INSERT INTO portolan_jobs (id, kind, state) VALUES ('" + uuid(1) + "', 'retain', 'queued'), ('"
                         + uuid(2) + "', 'roll', 'running')");
        copied(from.url, into.url);
        change(from, "UPDATE portolan_jobs SET state = 'running' WHERE state = 'queued'");
        change(from, "UPDATE portolan_jobs SET state = 'completed', finished_at = '2026-11-26T10:00:00Z'");
        QCOMPARE(copied(from.url, into.url).differences, 0);
        QCOMPARE(into.value("SELECT count(*) FROM portolan_jobs WHERE state = 'completed'"), QStringLiteral("2"));
        QCOMPARE(copied(from.url, into.url).copied, 0);
    }

    /// Two rows far from each other change names, and one has metadata; then each alone.
    void namesAreExchanged_data() { addDirections(); }
    void namesAreExchanged() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = place(fromServer);
        const Place into = place(intoServer);
        QByteArray rows;
        for (int i = 1; i <= 4'500; ++i)
            rows += (i > 1 ? ", ('" : "('") + uuid(i) + "', 'c" + QByteArray::number(i) + "', 'Sink', '{}', 1)";
        change(from,
               "INSERT INTO component_state (id, component_name, component_type, state_data, version) VALUES " + rows);
        change(from, "INSERT INTO portolan_metadata (record_table, record_key, metadata) VALUES ('component_state', '"
                         + uuid(10) + "', '{}')");
        QCOMPARE(copied(from.url, into.url).differences, 0);
        const auto exchange = [&](const QByteArray& a, const QByteArray& b) {
            for (const auto& [was, is] :
                 {std::pair(a, QByteArray("none")), std::pair(b, a), std::pair(QByteArray("none"), b)})
                change(from,
                       "UPDATE component_state SET component_name = '" + is + "' WHERE component_name = '" + was + "'");
        };
        exchange("c10", "c4490");
        const CopyReport report = copied(from.url, into.url);
        QCOMPARE(report.told, QStringList());
        QCOMPARE(report.copied, 2);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        QCOMPARE(into.value("SELECT count(*) FROM portolan_metadata"), QStringLiteral("1"));
        // Its hash went along: what changes next is a change.
        exchange("c10", "c4490");
        QCOMPARE(copied(from.url, into.url).told, QStringList());
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        QCOMPARE(copied(from.url, into.url).copied, 0);
        // One of those that are exchanged is somebody else's by now: all stay.
        exchange("c20", "c4480");
        change(into, "UPDATE component_state SET state_data = '{\"mine\":1}' WHERE component_name = 'c20'");
        QCOMPARE(copied(from.url, into.url).differences, 2);
        QCOMPARE(into.value("SELECT id FROM component_state WHERE component_name = 'c4480'"),
                 QString::fromLatin1(uuid(4480)));
    }

    /// The right to read tables is all that a copy needs of its source; a table without it is told.
    void tablesAloneMayBeRead() {
        const Place from = filled(true, 34, 20);
        const QByteArray role = "reader" + QByteArray::number(QCoreApplication::applicationPid());
        change(from, "CREATE ROLE " + role + " LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role);
        StoreUrl reader = from.url;
        reader.user = QString::fromLatin1(role);
        const Place into = place(false);
        const CopyReport report = copied(reader, into.url);
        QCOMPARE(report.told, QStringList());
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        change(from, "CREATE TABLE payroll (x int); INSERT INTO payroll VALUES (1); REVOKE SELECT ON sink_storage FROM "
                         + role);
        const Place second = place(false);
        const CopyReport less = copied(reader, second.url);
        QCOMPARE(less.told.size(), 2);
        QVERIFY(less.told.join(u'\n').contains(QLatin1String("sink_storage is left out: the right")));
        QCOMPARE(second.value("SELECT count(*) FROM sink_storage"), QStringLiteral("0"));
        QCOMPARE(second.value("SELECT count(*) FROM messages"), from.value("SELECT count(*) FROM messages"));
        for (const auto& [a, b] : {std::pair(reader, from.url), std::pair(from.url, reader)}) {
            const auto left = need(openContent(a));
            const auto right = need(openContent(b));
            const auto compared =
                need(compareStores(*left, *right, {}, [](const RowDifference&) { return Result<void>(); }));
            QCOMPARE(compared.differences, 0);
            QCOMPARE(compared.leftOut.size(), 1);
        }
        change(from, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + role + "; DROP ROLE " + role);
    }

    /// A table of another program that has no key is read by the other side's.
    void aTableWithoutAKeyIsReadByTheOthers() {
        StoreUrl foreign;
        foreign.kind = StoreKind::Sqlite;
        foreign.path = path(QStringLiteral("foreign"));
        QCOMPARE(
            SqliteScript(foreign.path)
                .run("CREATE TABLE batches (id INTEGER, filename TEXT NOT NULL, message_count INT, date_created INT "
                     "NOT NULL, date_modified INT NOT NULL); INSERT INTO batches VALUES (1, 'f', 1, 1, 1); CREATE "
                     "TABLE sink_storage (id TEXT PRIMARY KEY, sink_name TEXT, data TEXT); INSERT INTO sink_storage "
                     "VALUES ('11111111-1111-4111-8111-111111111111', 's', '{}')"),
            QString());
        const Place into = place(false);
        copied(foreign, into.url);
        QCOMPARE(into.value("SELECT count(*) FROM sink_storage"), QStringLiteral("1"));
        QCOMPARE(into.value("SELECT count(*) FROM batches"), QStringLiteral("1"));
        const CompareOptions batches{{QStringLiteral("batches")}};
        for (const auto& [a, b] : {std::pair(foreign, into.url), std::pair(into.url, foreign)}) {
            const auto left = need(openContent(a));
            const auto right = need(openContent(b));
            const auto report =
                need(compareStores(*left, *right, batches, [](const RowDifference&) { return Result<void>(); }));
            QCOMPARE(report.rows, 1);
            QCOMPARE(report.leftOut, QStringList());
        }
    }

    /// While the source keeps the copy waiting, everybody else may write into the target.
    void aSilentSourceHoldsNobodyUp() {
        const Place from = place(true);
        const Place into = place(false);
        change(from, "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'f', 1, 1)");
        change(from,
               "INSERT INTO messages (id, batch_id, message_number, content, timestamp) SELECT i, 1, i, 'm', 1 FROM "
               "generate_series(1, 25000) AS i");
        int asked = 0;
        QStringList refusals;
        AskingContent source(need(openCopySource(from.url)), [&] {
            ++asked;
            SqliteScript other(into.url.path);
            const QString refused = other.run("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK");
            refusals << (refused.isEmpty() ? QStringList() : QStringList(refused));
        });
        const auto target = need(openCopyDestination(into.url));
        CopyOptions options;
        options.from = from.url.display();
        options.actor = "test";
        QCOMPARE(need(target->take(source, options, [](const CopyReport&) {})).copied, 25'001);
        QVERIFY(asked > 20);
        QCOMPARE(refusals, QStringList());
    }

    void aScheduleGoesAlong_data() { addDirections(); }
    void aScheduleGoesAlong() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = place(fromServer);
        const Place into = place(intoServer);
        change(from, "INSERT INTO portolan_schedule (name, command, spec, runner, lease_until) VALUES ('nightly', "
                     "'[\"verify\"]', 'daily 02:00', 'host 1', '2026-11-26T10:00:00Z')");
        const CopyReport report = copied(from.url, into.url);
        QCOMPARE(report.told, QStringList());
        QCOMPARE(into.value("SELECT name || ' ' || spec FROM portolan_schedule WHERE runner IS NULL AND lease_until IS "
                            "NULL"),
                 QStringLiteral("nightly daily 02:00"));
        change(from, "UPDATE portolan_schedule SET spec = 'daily 03:00'");
        change(into, "UPDATE portolan_schedule SET runner = 'host 2'");
        QCOMPARE(copied(from.url, into.url).told, QStringList());
        QCOMPARE(into.value("SELECT spec || ' ' || runner FROM portolan_schedule"),
                 QStringLiteral("daily 03:00 host 2"));
    }

    /// The target received of the same source itself, before the first copy: the same messages under other numbers.
    void whatTheTargetReceivedIsNotBroughtAgain() {
        const Place from = place(false);
        const Place into = place(true);
        IngestItems old;
        old.range(1, 30);
        store(from.url, old.all());
        IngestItems both;
        both.range(31, 60);
        store(from.url, both.all());
        store(into.url, both.all());
        const auto late = tryCopy(from.url, into.url);
        QVERIFY(!late && late.error().code == ErrorCode::Usage);
        QVERIFY2(late.error().text.contains(QLatin1String("twice")), qPrintable(late.error().text));
        QCOMPARE(into.value("SELECT count(*) FROM messages"), QStringLiteral("30"));
        // The other tables are none of it.
        QVERIFY(tryCopy(from.url, into.url, {QStringLiteral("port_messages")}).ok());
        // First the copy, then both.
        const Place good = place(true);
        QCOMPARE(copied(from.url, good.url).differences, 0);
        IngestItems more;
        more.range(61, 70);
        store(from.url, more.all());
        store(good.url, more.all());
        QVERIFY(tryCopy(from.url, good.url).ok());
        QCOMPARE(good.value("SELECT count(*) || ' ' || count(DISTINCT content) FROM messages"),
                 QStringLiteral("70 70"));
        // And back, where most is the same.
        QVERIFY(tryCopy(good.url, from.url).ok());
    }

    /// Columns are told apart by case where a server has both.
    void columnsThatDifferByCaseAlone() {
        const Place a = place(true);
        const Place b = place(true);
        for (const Place* each : {&a, &b})
            change(*each, "CREATE TABLE t (id int PRIMARY KEY, v text, \"V\" text); INSERT INTO t VALUES (1, 'x', '"
                              + QByteArray(each == &a ? "a" : "b") + "')");
        const auto left = need(openContent(a.url));
        const auto right = need(openContent(b.url));
        QByteArrayList columns;
        const CompareOptions options{{QStringLiteral("t")}};
        need(compareStores(*left, *right, options, [&](const RowDifference& each) -> Result<void> {
            columns << each.columns;
            return {};
        }));
        QCOMPARE(columns, QByteArrayList{"V"});
        const ContentTable both{QStringLiteral("t"),
                                {{QStringLiteral("id"), CellMeaning::Integer, 1},
                                 {QStringLiteral("v"), CellMeaning::Plain, 0},
                                 {QStringLiteral("V"), CellMeaning::Plain, 0}}};
        const ContentTable one{
            QStringLiteral("t"),
            {{QStringLiteral("ID"), CellMeaning::Integer, 1}, {QStringLiteral("V"), CellMeaning::Plain, 0}}};
        const auto plan = need(planTable(one, ContentKeeper::Postgresql, both, ContentKeeper::Postgresql));
        QCOMPARE(plan.onlyInA, QStringList());
        QCOMPARE(plan.onlyInB, QStringList{QStringLiteral("v")});
    }
};

QTEST_GUILESS_MAIN(TestCopyFaults)
#include "tst_copyfaults.moc"
