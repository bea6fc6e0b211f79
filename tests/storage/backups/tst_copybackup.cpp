// Backups of a server's database by COPY: the script is read as it was written, and no other; what is loaded is what
// was there; a copy that is given up leaves nothing. The whole, with psql and pg_dump as judges, is
// acceptance/backupcopies.py.

#include "storage/backups/backupretention.h"
#include "storage/backups/sql/copyload.h"
#include "storage/backups/sql/copyscript.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/sql/connection/postgresqlwire.h"
#include "storage/sql/postgresql/copyout.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QFile>
#include <QtTest>
#include <algorithm>
#include <stop_token>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr char oddRows[] = "CREATE TABLE \"odd \"\"name\" (a integer, b text, c bytea);"
                           "INSERT INTO \"odd \"\"name\" SELECT k, CASE WHEN k % 3 > 0 THEN E'a\\tb\\n\\\\.' || k END, "
                           "decode(md5(k::text), 'hex') FROM generate_series(1, 20000) AS k";

void write(const QString& path, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s cannot be written", qPrintable(path));
}

void change(const StoreUrl& url, const char* statements) {
    const auto connection = open(url);
    const QStringList all = QString::fromUtf8(statements).split(u';', Qt::SkipEmptyParts);
    for (const QString& statement : all)
        need(connection->execute(statement));
}

std::vector<CopyStep> someSteps() {
    CopyStep rows{CopyStep::Kind::Rows,
                  QStringLiteral("public"),
                  QStringLiteral("t"),
                  "\\copy public.t FROM 'rows/000001'",
                  {QStringLiteral("a"), QStringLiteral("größe \"\n")},
                  2,
                  QString::fromLatin1(copiedRowsMember(1))};
    CopyStep key{CopyStep::Kind::ForeignKey, QStringLiteral("public"), QStringLiteral("t"), "ALTER TABLE t ADD x"};
    key.onto = QStringLiteral("u");
    key.ontoSchema = QStringLiteral("other");
    return {{CopyStep::Kind::Object, QStringLiteral("public"), QStringLiteral("f"),
             "CREATE FUNCTION f() AS $$\n-- portolan {\"step\":\"object\",\"bytes\":1}\n;$$"},
            rows,
            key,
            {CopyStep::Kind::Withheld, QStringLiteral("public"), QStringLiteral("w"), {}}};
}

Result<std::vector<CopyStep>> readBack(const QByteArray& script) {
    const TempFolder folder;
    write(folder.path(QLatin1String(copyScriptMember)), script);
    return readCopyScript(folder.path());
}

} // namespace

class TestCopyBackup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(qputenv("PORTOLAN_POSTGRESQL_PROGRAMS", m_folder.path(QStringLiteral("none")).toUtf8()));
        QVERIFY(qputenv("XDG_DATA_HOME", m_folder.path().toUtf8()));
    }

    void scriptsAreReadBack() {
        const auto steps = someSteps();
        const auto read = readBack(encodedCopyScript(steps));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().text));
        QCOMPARE(read->size(), steps.size());
        for (std::size_t i = 0; i < steps.size(); ++i) {
            QCOMPARE(read->at(i).kind, steps[i].kind);
            QCOMPARE(read->at(i).schema, steps[i].schema);
            QCOMPARE(read->at(i).name, steps[i].name);
            QCOMPARE(read->at(i).sql, steps[i].sql);
            QCOMPARE(read->at(i).columns, steps[i].columns);
            QCOMPARE(read->at(i).rows, steps[i].rows);
            QCOMPARE(read->at(i).member, steps[i].member);
            QCOMPARE(read->at(i).onto, steps[i].onto);
            QCOMPARE(read->at(i).ontoSchema, steps[i].ontoSchema);
        }
    }

    void otherScriptsAreRefused_data() {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("instead");
        QTest::newRow("another file") << QByteArray("database/rows/000001") << QByteArray("database/../../outside");
        QTest::newRow("an absolute file") << QByteArray("\"database/rows/000001\"") << QByteArray("\"/etc/passwd\"");
        QTest::newRow("fewer than no rows") << QByteArray("\"rows\":2") << QByteArray("\"rows\":-2");
        QTest::newRow("more bytes than there are") << QByteArray("\"bytes\":19") << QByteArray("\"bytes\":190000");
        QTest::newRow("fewer bytes") << QByteArray("\"bytes\":19") << QByteArray("\"bytes\":18");
        QTest::newRow("an unknown step") << QByteArray("foreign key") << QByteArray("shell");
        QTest::newRow("no JSON") << QByteArray("{\"step\":\"rows\"") << QByteArray("{step");
        QTest::newRow("another head") << QByteArray("SET row_security = off;") << QByteArray("DROP SCHEMA public;");
    }
    void otherScriptsAreRefused() {
        QFETCH(const QByteArray, what);
        QFETCH(const QByteArray, instead);
        QByteArray script = encodedCopyScript(someSteps());
        QVERIFY(script.contains(what));
        const auto read = readBack(script.replace(what, instead));
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Corrupt);
        QVERIFY(!readBack(script.chopped(1)));
    }

    void whatIsLoadedIsWhatWasThere() {
        const StoreUrl store = m_server.createDatabase();
        change(store, oddRows);
        const auto session = open(store, Access::Read);
        std::map<BackupStep, qint64> steps;
        const BackupParts parts = postgresqlBackup(*session, store, {}, ServerHold::Snapshot);
        const auto made = makeBackup({m_folder.path(), {}, QStringLiteral("odd")},
                                     newBackup(backupkind::full, "postgresql", store.display(), "test"), parts,
                                     [&](BackupStep step, qint64 bytes) {
                                         QVERIFY(bytes >= steps[step]);
                                         steps[step] = bytes;
                                     },
                                     {});
        QVERIFY2(made, qPrintable(made ? QString() : made.error().text + made.error().details));
        QCOMPARE(made->rows, qint64(20'000));
        QCOMPARE(made->result, QByteArray("ok"));
        QVERIFY(made->shortfalls.isEmpty());
        QVERIFY(steps[BackupStep::Reading] > 1'000'000 && steps[BackupStep::Writing] > steps[BackupStep::Reading]);

        const auto manifest = need(checkBackup(made->file, {}, {}));
        QVERIFY(manifest.isCopied);
        const QString unpacked = m_folder.path(QStringLiteral("unpacked"));
        QVERIFY(QDir().mkpath(unpacked));
        need(unpackBackup(made->file, manifest, unpacked, {}, {}));
        const StoreUrl into = m_server.createDatabase();
        need(loadCopy(unpacked, into, {[](const CopyStep&) { return true; }}, {}));
        const QString sum =
            QStringLiteral("SELECT md5(string_agg(t::text, ',' ORDER BY a)) FROM \"odd \"\"name\" AS t");
        QCOMPARE(need(open(into)->value(sum)).toString(), need(open(store)->value(sum)).toString());

        // A row too few is found by reading alone.
        const QString rows = unpacked + u'/' + QString::fromLatin1(copiedRowsMember(1));
        QFile file(rows);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray bytes = file.readAll();
        bytes.chop(1);
        bytes.truncate(bytes.lastIndexOf('\n') + 1);
        write(rows, bytes);
        const auto proof = proveCopy(unpacked, manifest, {});
        QVERIFY(!proof);
        QCOMPARE(proof.error().code, ErrorCode::Corrupt);
    }

    void whatAServerRefusesIsNotProved() {
        const StoreUrl store = m_server.createDatabase();
        change(store, "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';"
                      "CREATE TABLE t (a integer CHECK (f(a) > 0)); INSERT INTO t VALUES (1);"
                      "CREATE OR REPLACE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT -$1'");
        const auto session = open(store, Access::Read);
        const auto made = makeBackup({m_folder.path(), {}, QStringLiteral("refused")},
                                     newBackup(backupkind::full, "postgresql", store.display(), "test"),
                                     postgresqlBackup(*session, store, {}, ServerHold::Snapshot), {}, {});
        QVERIFY2(made, qPrintable(made ? QString() : made.error().text + made.error().details));
        QVERIFY2(!isProved(*made) && made->result.startsWith("not restorable: "), made->result.constData());
        QVERIFY(!made->shortfalls.isEmpty());
    }

    void definitionsAreThoseThatWereThere() {
        const StoreUrl store = m_server.createDatabase();
        change(store, "CREATE TABLE parent (a integer DEFAULT 1, b text DEFAULT 'p');"
                      "CREATE TABLE child (b text) INHERITS (parent);"
                      "ALTER TABLE child ALTER a DROP DEFAULT, ALTER b DROP DEFAULT;"
                      "CREATE TABLE \"t (a\" (a integer); CREATE SEQUENCE numbers OWNED BY \"t (a\".a");
        const auto session = open(store, Access::Read);
        const StoreUrl into = m_server.createDatabase();
        for (const QStringList& only : {QStringList(), QStringList{QStringLiteral("t (a")}}) {
            const QString name = only.isEmpty() ? QStringLiteral("all") : QStringLiteral("some");
            const auto made = makeBackup({m_folder.path(), {}, name},
                                         newBackup(only.isEmpty() ? backupkind::full : backupkind::selected,
                                                   "postgresql", store.display(), "test"),
                                         postgresqlBackup(*session, store, only, ServerHold::Snapshot), {}, {});
            QVERIFY2(made, qPrintable(made ? QString() : made.error().text + made.error().details));
            QVERIFY2(made->result == "ok", made->result.constData());
            const auto manifest = need(checkBackup(made->file, {}, {}));
            const QString unpacked = m_folder.path(name + QStringLiteral("-unpacked"));
            QVERIFY(QDir().mkpath(unpacked));
            need(unpackBackup(made->file, manifest, unpacked, {}, {}));
            need(loadCopy(unpacked, only.isEmpty() ? into : m_server.createDatabase(),
                          {[](const CopyStep&) { return true; }}, {}));
            QVERIFY(need(withheldTables(unpacked)).isEmpty());
        }
        change(into, "INSERT INTO child DEFAULT VALUES");
        QVERIFY(need(open(into)->value(QStringLiteral("SELECT a IS NULL AND b IS NULL FROM child"))).toBool());
    }

    void rowsThatNobodyTakesAreAnError() {
        const auto connection = open(m_server.createDatabase());
        const auto begun = std::chrono::steady_clock::now();
        QVERIFY(!connection->postgresql()->execute("COPY (SELECT generate_series(1, 1000)) TO STDOUT"));
        QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
    }

    void backupsWithoutRowsLetNoneGo() {
        const auto at = [](int day, const char* id, const QByteArray& result) {
            BackupEntry entry;
            entry.id = id;
            entry.kind = backupkind::full;
            entry.createdAt = Timestamp(std::chrono::hours(24 * day));
            entry.verifiedAt = entry.createdAt;
            entry.result = result;
            return entry;
        };
        const BackupProof proof{};
        BackupPolicy policy;
        policy.daily = 1;
        policy.monthly = 0;
        const auto sorted = sortBackups(
            {at(10, "00000001", provedResult(proof)),
             at(11, "00000002", provedResult(proof, {"the rows of the table t: the role may not read them"}))},
            policy, Timestamp(std::chrono::hours(24 * 100)));
        QVERIFY(std::ranges::any_of(sorted.staying, [](const BackupEntry& each) { return each.id == "00000001"; }));
    }

    void rowsAreCountedByTheServer() {
        const StoreUrl store = m_server.createDatabase();
        change(store, oddRows);
        const auto connection = open(store, Access::Read);
        qint64 lines = 0;
        const auto copied = copyOut(
            *connection, "COPY \"odd \"\"name\" TO STDOUT",
            [&](QByteArrayView piece) -> Result<void> {
                lines += piece.toByteArray().count('\n');
                return {};
            },
            {}, QStringLiteral("copy"));
        QVERIFY2(copied, qPrintable(copied ? QString() : copied.error().text));
        QCOMPARE(*copied, qint64(20'000));
        QCOMPARE(lines, qint64(20'000));
        QVERIFY(connection->isAlive() && need(connection->value(QStringLiteral("SELECT 1"))).toInt() == 1);

        // A refusal leaves the connection as it is.
        const auto refused = copyOut(
            *connection, "COPY nothing TO STDOUT", [](QByteArrayView) { return Result<void>(); }, {},
            QStringLiteral("copy"));
        QVERIFY(!refused);
        QVERIFY2(refused.error().details.contains(QLatin1String("nothing")), qPrintable(refused.error().details));
        QCOMPARE(need(connection->value(QStringLiteral("SELECT 1"))).toInt(), 1);

        // One in the middle of the rows does not pass for their end.
        const auto broken = copyOut(
            *connection, "COPY (SELECT 1 / (15000 - a) FROM \"odd \"\"name\" ORDER BY a) TO STDOUT",
            [](QByteArrayView) { return Result<void>(); }, {}, QStringLiteral("copy"));
        QVERIFY(!broken);
        QCOMPARE(need(connection->value(QStringLiteral("SELECT 1"))).toInt(), 1);
    }

    void copyingEndsWhenItIsCancelled() {
        const StoreUrl store = m_server.createDatabase();
        const auto connection = open(store, Access::Read);
        CancelSource source;
        const auto begun = std::chrono::steady_clock::now();
        const auto stopped = copyOut(
            *connection, "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT",
            [&](QByteArrayView) -> Result<void> {
                source.request_stop();
                return {};
            },
            source.get_token(), QStringLiteral("copy"));
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
    }

    void aServerThatGoesAwayIsAnError() {
        PostgresServer server;
        const StoreUrl store = server.createDatabase();
        const auto connection = open(store, Access::Read);
        bool isStopped = false;
        const auto lost = copyOut(
            *connection, "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT",
            [&](QByteArrayView) -> Result<void> {
                if (!std::exchange(isStopped, true))
                    server.stop(PostgresServer::Stop::Immediate);
                return {};
            },
            {}, QStringLiteral("copy"));
        QVERIFY(!lost);
        QCOMPARE(lost.error().code, ErrorCode::Connection);
    }

private:
    TempFolder m_folder;
    PostgresServer m_server;
};

QTEST_GUILESS_MAIN(TestCopyBackup)
#include "tst_copybackup.moc"
