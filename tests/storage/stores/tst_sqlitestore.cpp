#include "storage/stores/sqlitestore.h"

#include "tests/support/ingestitems.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTest>
#include <latch>
#include <thread>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

Result<std::unique_ptr<Store>> open(const QString& path, Access access) {
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    return openSqliteStore(url, access);
}

/// A store with messages in it, closed again.
void makeStore(const QString& path, quint64 messages) {
    const auto store = open(path, Access::Write);
    if (!store || !(*(*store)->ingestWriter())->store(IngestItems().range(1, messages).all()))
        qFatal("the store cannot be made");
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void overwrite(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(bytes) != bytes.size())
        qFatal("cannot write");
}

/// Names, sizes and times of all files of a folder.
QStringList listing(const QString& folder) {
    QStringList lines;
    for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files | QDir::Hidden, QDir::Name))
        lines.append(QStringLiteral("%1 %2 %3")
                         .arg(file.fileName())
                         .arg(file.size())
                         .arg(file.lastModified().toMSecsSinceEpoch()));
    return lines;
}

/// Everything that a store can be asked; the errors' texts.
QStringList askEverything(Store& store) {
    QStringList errors;
    const auto note = [&](const auto& result) {
        if (!result)
            errors.append(result.error().text);
    };
    Batches& batches = store.batches();
    note(batches.batches().page(ListQuery(), {}));
    note(batches.batches().pageIndex(ListQuery(), 10, {}));
    note(batches.messages().page(ListQuery(), {}));
    note(batches.messages().pageIndex(ListQuery(), 10, {}));
    note(batches.rejects().page(ListQuery(), {}));
    note(store.changeMark());
    return errors;
}

} // namespace

class TestSqliteStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void newFileGetsCurrentSchema();
    void emptyFileGetsCurrentSchema();
    void missingFileCannotBeRead();
    void folderIsNoStore();
    void twoMayCreateOneStore();
    void aLockedNewFileIsSaidToBeBusySoon();
    void readingLeavesNothing();
    void readingALiveStoreLeavesNothingOfItsOwn();
    void readsWhatTheWriterHasNotCheckpointed();
    void seesWhatComesAfterASnapshot();
    void noticesAReplacedFile();
    void olderSchemaIsNotMigratedSilently();
    void creationThatWasCutShortIsFinished();
    void newerSchemaIsReadOnly();
    void foreignDatabaseIsReadWithWhatItHas();
    void foreignDatabaseKeepsItsJournalMode();
    void foreignJsonIndexIsNoDamage();
    void damagedFiles_data();
    void damagedFiles();
    void zeroedPagesAreNoLies();
    void viewInATablesPlace();
    void endlessViewIsNotAsked();
    void endlessGeneratedColumnIsCancelled();
    void triggersOfStrangersDoNotRun();
    void changeMarkMovesWithWrites();
};

void TestSqliteStore::newFileGetsCurrentSchema() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const auto store = open(path, Access::Write);
    QVERIFY(store.ok());
    for (const Feature feature : {Feature::Batches, Feature::Rejects, Feature::Receive, Feature::Ports,
                                  Feature::DeadLetters, Feature::Checkpoints, Feature::Components, Feature::Audit,
                                  Feature::Replay, Feature::Tables, Feature::Operations}) {
        const auto missing = (*store)->unavailableReason(feature);
        QVERIFY2(!missing, missing ? qPrintable(*missing) : "");
    }
    QCOMPARE(QFileInfo(path).permissions() & QFile::Permissions(0x0077), QFile::Permissions());
    SqliteScript script(path);
    QCOMPARE(script.value("SELECT max(version) FROM schema_version"), QStringLiteral("20"));
    QCOMPARE(script.value("PRAGMA journal_mode"), QStringLiteral("wal"));
}

void TestSqliteStore::emptyFileGetsCurrentSchema() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    overwrite(path, {});
    const auto reading = open(path, Access::Read);
    QVERIFY(reading.ok());
    QVERIFY((*reading)->unavailableReason(Feature::Batches).has_value());
    const auto store = open(path, Access::Write);
    QVERIFY(store.ok() && !(*store)->unavailableReason(Feature::Receive).has_value());
}

void TestSqliteStore::missingFileCannotBeRead() {
    const TempFolder folder;
    const auto store = open(folder.path(QStringLiteral("a.db")), Access::Read);
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::NotFound);
    QCOMPARE(listing(folder.path()), QStringList());
    const auto nowhere = open(folder.path(QStringLiteral("no/such/a.db")), Access::Write);
    QVERIFY(!nowhere.ok());
    QCOMPARE(nowhere.error().code, ErrorCode::NotFound);
}

void TestSqliteStore::folderIsNoStore() {
    const TempFolder folder;
    for (const Access access : {Access::Read, Access::Write}) {
        const auto store = open(folder.path(), access);
        QVERIFY(!store.ok());
        QCOMPARE(store.error().code, ErrorCode::Invalid);
    }
}

void TestSqliteStore::twoMayCreateOneStore() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    std::latch start(2);
    std::atomic<int> opened = 0;
    const auto create = [&] {
        start.arrive_and_wait();
        const auto store = open(path, Access::Write);
        if (store && !(*store)->unavailableReason(Feature::Receive))
            ++opened;
        else if (!store)
            qWarning("%s %s", qPrintable(store.error().text), qPrintable(store.error().details));
    };
    {
        const std::jthread one(create);
        const std::jthread other(create);
    }
    QCOMPARE(opened.load(), 2);
    QCOMPARE(SqliteScript(path).value("SELECT count(*) FROM schema_version"), QStringLiteral("20"));
}

void TestSqliteStore::aLockedNewFileIsSaidToBeBusySoon() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(QFile(path).open(QIODevice::WriteOnly));
    SqliteScript other(path);
    QCOMPARE(other.run("BEGIN IMMEDIATE"), QString());
    QElapsedTimer time;
    time.start();
    const auto store = open(path, Access::Write);
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::Busy);
    QVERIFY2(time.elapsed() < 9000, qPrintable(QString::number(time.elapsed())));
}

void TestSqliteStore::readingLeavesNothing() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    makeStore(path, 30);
    const QStringList before = listing(folder.path());
    const QByteArray bytes = contents(path);
    QCOMPARE(before.size(), 1);
    {
        const auto store = open(path, Access::Read);
        QVERIFY(store.ok());
        QCOMPARE(askEverything(**store), QStringList());
        QCOMPARE((*store)->batches().messages().page(ListQuery(), {})->rows.size(), std::size_t(30));
        QCOMPARE(listing(folder.path()), before);
    }
    QCOMPARE(listing(folder.path()), before);
    QCOMPARE(contents(path), bytes);
}

void TestSqliteStore::readingALiveStoreLeavesNothingOfItsOwn() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    {
        const auto writing = open(path, Access::Write);
        QVERIFY((*(*writing)->ingestWriter())->store(IngestItems().range(1, 30).all()).ok());
        const auto reading = open(path, Access::Read);
        QCOMPARE(askEverything(**reading), QStringList());
    }
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).filter(QStringLiteral("a.db")).size(), 1);
}

void TestSqliteStore::readsWhatTheWriterHasNotCheckpointed() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const auto writing = open(path, Access::Write);
    const auto writer = (*writing)->ingestWriter();
    const auto reading = open(path, Access::Read);
    QVERIFY(reading.ok());
    QVERIFY((*writer)->store(IngestItems().range(1, 5).all()).ok());
    QCOMPARE((*reading)->batches().messages().page(ListQuery(), {})->rows.size(), std::size_t(5));
}

void TestSqliteStore::seesWhatComesAfterASnapshot() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    makeStore(path, 5);
    const auto reading = open(path, Access::Read);
    QVERIFY(reading.ok());
    const auto count = [&] { return (*reading)->batches().messages().page(ListQuery(), {})->rows.size(); };
    QCOMPARE(count(), std::size_t(5));
    {
        const auto writing = open(path, Access::Write);
        QVERIFY((*(*writing)->ingestWriter())->store(IngestItems().range(6, 8).all()).ok());
        QCOMPARE(count(), std::size_t(8));
    }
    QCOMPARE(count(), std::size_t(8));
    makeStore(path, 10);
    QCOMPARE(count(), std::size_t(10));
}

void TestSqliteStore::noticesAReplacedFile() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const QString other = folder.path(QStringLiteral("b.db"));
    makeStore(path, 5);
    makeStore(other, 9);
    const auto reading = open(path, Access::Read);
    QCOMPARE((*reading)->batches().messages().page(ListQuery(), {})->rows.size(), std::size_t(5));
    const ChangeMark before = *(*reading)->changeMark();
    QVERIFY(QFile::remove(path) && QFile::rename(other, path));
    QVERIFY(!(*(*reading)->changeMark() == before));
    QCOMPARE((*reading)->batches().messages().page(ListQuery(), {})->rows.size(), std::size_t(9));
    QVERIFY(QFile::remove(path));
    QCOMPARE((*reading)->batches().messages().page(ListQuery(), {}).error().code, ErrorCode::NotFound);
}

void TestSqliteStore::olderSchemaIsNotMigratedSilently() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    QVERIFY(openSqliteMigration(url, Access::Write)->migrator().to(6).ok());
    SqliteScript(path).run(
        "INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES ('c', 'm', 1)");
    const auto store = open(path, Access::Write);
    QVERIFY(store.ok());
    QVERIFY(!(*store)->unavailableReason(Feature::Batches).has_value());
    const auto writer = (*store)->ingestWriter();
    QVERIFY(!writer.ok());
    QCOMPARE(writer.error().code, ErrorCode::Unsupported);
    QVERIFY2(writer.error().text.contains(QLatin1String("portolan migrate --store sqlite://")),
             qPrintable(writer.error().text));
    QCOMPARE(SqliteScript(path).value("SELECT max(version) FROM schema_version"), QStringLiteral("6"));
    // Migrated meanwhile, the open store can receive.
    QVERIFY(openSqliteMigration(url, Access::Write)->migrator().up().ok());
    QVERIFY((*store)->ingestWriter().ok());
}

void TestSqliteStore::creationThatWasCutShortIsFinished() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("s.db"));
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    {
        auto half = openSqliteMigration(url, Access::Write);
        QVERIFY(half.ok());
        QVERIFY(half->migrator().up(5).ok());
    }
    const auto store = open(path, Access::Write);
    QVERIFY(store.ok());
    QVERIFY(!(*store)->unavailableReason(Feature::Receive));
    QVERIFY((*store)->ingestWriter().ok());
}

void TestSqliteStore::newerSchemaIsReadOnly() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    makeStore(path, 5);
    QCOMPARE(SqliteScript(path).run("INSERT INTO portolan_migrations (version, name, checksum, applied_at) VALUES "
                                    "(99, 'x', 'x', 'x'); INSERT INTO schema_version (version, description) VALUES "
                                    "(99, 'x')"),
             QString());
    const auto writing = open(path, Access::Write);
    QVERIFY(!writing.ok());
    QCOMPARE(writing.error().code, ErrorCode::Unsupported);
    const auto reading = open(path, Access::Read);
    QVERIFY(reading.ok());
    QCOMPARE((*reading)->batches().messages().page(ListQuery(), {})->rows.size(), std::size_t(5));
}

void TestSqliteStore::foreignDatabaseIsReadWithWhatItHas() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE port_messages (id TEXT PRIMARY KEY)"), QString());
    for (const Access access : {Access::Read, Access::Write}) {
        const auto store = open(path, access);
        QVERIFY(store.ok());
        QCOMPARE((*store)->unavailableReason(Feature::Batches).value_or(QString()),
                 QStringLiteral("The database has no table batches."));
        QVERIFY((*store)->unavailableReason(Feature::Receive).has_value());
        QCOMPARE((*store)->batches().messages().page(ListQuery(), {}).error().code, ErrorCode::Unsupported);
    }
    QCOMPARE(SqliteScript(path).schema().size(), 2);
}

void TestSqliteStore::foreignDatabaseKeepsItsJournalMode() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE t (a)"), QString());
    QVERIFY(open(path, Access::Write).ok());
    QCOMPARE(SqliteScript(path).value("PRAGMA journal_mode"), QStringLiteral("delete"));
}

void TestSqliteStore::foreignJsonIndexIsNoDamage() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE batches (id INTEGER PRIMARY KEY, filename TEXT);"
                                    "CREATE TABLE messages (id INTEGER PRIMARY KEY, batch_id INTEGER, content TEXT);"
                                    "CREATE INDEX j ON messages (json_extract(content, '$.a'));"
                                    "INSERT INTO messages VALUES (1, 1, '{}')"),
             QString());
    const auto store = open(path, Access::Read);
    QVERIFY2(store.ok(), store.ok() ? "" : qPrintable(store.error().details));
    QCOMPARE((*store)->batches().messages().page(ListQuery(), {})->rows.size(), std::size_t(1));
}

void TestSqliteStore::damagedFiles_data() {
    QTest::addColumn<QByteArray>("bytes");
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    makeStore(path, 200);
    const QByteArray whole = contents(path);
    QTest::newRow("no database") << QByteArray("[2025-10-16 14:56:05] Message #1: hello\n").repeated(50);
    QTest::newRow("one byte") << QByteArray("S");
    QTest::newRow("short text") << QByteArray("a note that SQLite would take for an empty database");
    QTest::newRow("header alone") << whole.left(100);
    QTest::newRow("within the first page") << whole.left(3000);
    QTest::newRow("schema cut") << whole.left(4096 * 3);
    QByteArray wild = whole;
    for (qsizetype i = 100; i < wild.size(); i += 37)
        wild[i] = static_cast<char>(~static_cast<unsigned char>(wild[i]));
    QTest::newRow("scattered bytes") << wild;
}

void TestSqliteStore::damagedFiles() {
    QFETCH(const QByteArray, bytes);
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    overwrite(path, bytes);
    const QStringList before = listing(folder.path());
    const auto reading = open(path, Access::Read);
    if (reading)
        QVERIFY2(!askEverything(**reading).isEmpty(), "a damaged file was read as if it were none");
    else
        QCOMPARE(reading.error().code, ErrorCode::Corrupt);
    QCOMPARE(listing(folder.path()), before);
    const auto writing = open(path, Access::Write);
    QVERIFY2(!writing.ok(), "a damaged file was opened for writing");
    QCOMPARE(contents(path), bytes);
}

void TestSqliteStore::zeroedPagesAreNoLies() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    makeStore(path, 500);
    const QByteArray whole = contents(path);
    const int pages = static_cast<int>(whole.size() / 4096);
    QVERIFY(pages > 20);
    int noticed = 0;
    for (int page = 1; page < pages; ++page) {
        QByteArray damaged = whole;
        damaged.replace(page * 4096, 4096, QByteArray(4096, '\0'));
        overwrite(path, damaged);
        const auto reading = open(path, Access::Read);
        if (!reading) {
            ++noticed;
            continue;
        }
        ListQuery all;
        all.limit = 1000;
        const auto messages = (*reading)->batches().messages().page(all, {});
        // A page of another table or index may be gone unseen; messages are all there, or it is said.
        QVERIFY(!messages || messages->rows.size() == 500);
        noticed += messages ? 0 : 1;
    }
    QVERIFY(noticed > 5);
}

void TestSqliteStore::viewInATablesPlace() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE batches (id INTEGER PRIMARY KEY, filename TEXT);"
                                    "CREATE VIEW messages AS SELECT 1 AS id, 1 AS batch_id, 'x' AS content"),
             QString());
    const auto store = open(path, Access::Read);
    QVERIFY(store.ok());
    QVERIFY(
        (*store)->unavailableReason(Feature::Batches).value_or(QString()).contains(QLatin1String("is not a table")));
    QCOMPARE((*store)->batches().messages().page(ListQuery(), {}).error().code, ErrorCode::Unsupported);
}

void TestSqliteStore::endlessViewIsNotAsked() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(
        SqliteScript(path).run("CREATE VIEW batches AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                               "FROM n) SELECT max(i) AS id FROM n; CREATE VIEW messages AS SELECT * FROM batches"),
        QString());
    const auto store = open(path, Access::Read);
    QVERIFY(store.ok());
    QVERIFY(!askEverything(**store).isEmpty());
}

void TestSqliteStore::endlessGeneratedColumnIsCancelled() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    // Rows that cost a lot each: a table's own columns may do that much.
    QCOMPARE(SqliteScript(path).run(
                 "CREATE TABLE batches (id INTEGER PRIMARY KEY, filename TEXT);"
                 "CREATE TABLE messages (id INTEGER PRIMARY KEY, batch_id INTEGER, message_number INTEGER, "
                 "timestamp INTEGER, content TEXT AS (replace(hex(zeroblob(2000000)), '0', 'ab')));"
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                 "INSERT INTO messages (id, batch_id) SELECT i, 1 FROM n"),
             QString());
    const auto store = open(path, Access::Read);
    QVERIFY(store.ok());
    ListQuery asked;
    asked.filter = *parseFilter(QStringLiteral("content~never"), messageSchema(), currentTime());
    CancelSource source;
    std::latch begun(1);
    const std::jthread canceller([&] {
        begun.wait();
        source.request_stop();
    });
    begun.count_down();
    const auto page = (*store)->batches().messages().page(asked, source.get_token());
    QVERIFY(!page.ok());
    QCOMPARE(page.error().code, ErrorCode::Cancelled);
}

void TestSqliteStore::triggersOfStrangersDoNotRun() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE t (a); CREATE TRIGGER x AFTER INSERT ON t BEGIN "
                                    "SELECT abs(1); END"),
             QString());
    const auto reader = openSqliteForReading(path);
    QVERIFY(reader.ok());
    int triggers = -1;
    sqlite3_db_config(reader->connection->sqlite(), SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &triggers);
    QCOMPARE(triggers, 0);
    QVERIFY(!reader->connection->value(QStringLiteral("SELECT fts3_tokenizer('x', x'00')")).ok());
}

void TestSqliteStore::changeMarkMovesWithWrites() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    makeStore(path, 1);
    const auto reading = open(path, Access::Read);
    const ChangeMark first = *(*reading)->changeMark();
    QVERIFY(*(*reading)->changeMark() == first);
    const auto writing = open(path, Access::Write);
    const auto writer = (*writing)->ingestWriter();
    QVERIFY((*writer)->store(IngestItems().message(2).all()).ok());
    const ChangeMark second = *(*reading)->changeMark();
    QVERIFY(!(second == first));
    QVERIFY(*(*reading)->changeMark() == second);
    QVERIFY((*writer)->store(IngestItems().message(3).all()).ok());
    QVERIFY(!(*(*reading)->changeMark() == second));
}

QTEST_GUILESS_MAIN(TestSqliteStore)
#include "tst_sqlitestore.moc"
