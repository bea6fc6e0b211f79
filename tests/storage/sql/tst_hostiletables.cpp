#include "storage/base/random.h"
#include "storage/stores/openstore.h"
#include "storage/tables/tables.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QtTest>
#include <thread>

using namespace portolan;
using namespace std::chrono_literals;
using test::SqliteScript;
using test::TempFolder;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void overwrite(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

} // namespace

/// Every table and view of a file that somebody made to do harm, or that is damaged: each is read, or refused in words,
/// in bounded time, and the file stays as it was.
class TestHostileTables : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_path = m_folder->path(QStringLiteral("a.db"));
    }

    void whatIsMadeToDoHarm_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QByteArray>("refused"); // which table cannot be read; empty: all can; "?": it takes too long
        QTest::newRow("endless view") << QByteArray("CREATE VIEW t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                                                    "SELECT i + 1 FROM n) SELECT max(i) AS m FROM n")
                                      << QByteArray("t");
        QTest::newRow("endless rows") << QByteArray(
            "CREATE VIEW t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
                                      << QByteArray("?");
        QTest::newRow("views in a circle")
            << QByteArray("CREATE VIEW t AS SELECT * FROM u; CREATE VIEW u AS SELECT * FROM t") << QByteArray("t");
        QTest::newRow("a view of nothing") << QByteArray("CREATE VIEW t AS SELECT * FROM gone") << QByteArray("t");
        QTest::newRow("a view that loads a library")
            << QByteArray("CREATE VIEW t AS SELECT load_extension('/tmp/evil.so') AS x") << QByteArray("t");
        QTest::newRow("a view with a tokenizer")
            << QByteArray("CREATE VIEW t AS SELECT fts3_tokenizer('simple', x'4141414141414141') AS x")
            << QByteArray("t");
        QTest::newRow("triggers") << QByteArray(
            "CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('a'); CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT "
            "load_extension('/tmp/evil.so'); END")
                                  << QByteArray();
        QTest::newRow("a view in a table's place")
            << QByteArray("CREATE VIEW port_messages AS SELECT 1 AS id; CREATE VIEW messages AS SELECT 2 AS id")
            << QByteArray();
        QTest::newRow("values of other types")
            << QByteArray("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, j JSON); INSERT INTO t VALUES "
                          "(1, 'text', '{'), (2, x'00ff', 5), (3, 1e400, NULL), (4, -9e999, x'7b7d')")
            << QByteArray();
        QTest::newRow("a key of other types")
            << QByteArray("CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO t VALUES ('a', 1), "
                          "(x'00', 2), (3, 3)")
            << QByteArray();
        QTest::newRow("a definition that lies")
            << QByteArray("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2); PRAGMA writable_schema = ON; UPDATE "
                          "sqlite_schema SET sql = 'CREATE TABLE t (a, b, c, d, e, UNIQUE (c))' WHERE name = 't'")
            << QByteArray();
        QTest::newRow("a root page that lies")
            << QByteArray("CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE TABLE u (a, b); PRAGMA writable_schema "
                          "= ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 't'")
            << QByteArray("t");
    }
    void whatIsMadeToDoHarm() {
        QFETCH(const QByteArray, sql);
        QFETCH(const QByteArray, refused);
        QCOMPARE(SqliteScript(m_path).run(sql), QString());
        const QByteArray before = contents(m_path);
        const QByteArrayList failed = readEverything();
        if (refused == "?")
            qInfo("%s", failed.isEmpty() ? "read" : "ended");
        else if (!refused.isEmpty())
            QVERIFY2(failed.contains(refused) || failed.contains("*"), failed.join(' ').constData());
        else
            QVERIFY2(failed.isEmpty(), failed.join(' ').constData());
        QCOMPARE(contents(m_path), before);
    }

    void whatIsDamaged() {
        QVERIFY(openStore(url(), Access::Write)); // and closed
        {
            SqliteScript script(m_path);
            QCOMPARE(
                script.run("CREATE TABLE many (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID; WITH RECURSIVE n(i) AS "
                           "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO many SELECT "
                           "printf('%05d', i), hex(randomblob(20)) FROM n; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA "
                           "journal_mode = DELETE"),
                QString());
        }
        const QByteArray whole = contents(m_path);
        QVERIFY(whole.size() > 200'000);
        Random random(20261123);
        int refusals = 0;
        for (int round = 0; round < 60; ++round) {
            QByteArray damaged = whole;
            switch (round % 4) {
            case 0: // pages that were never written
                damaged.replace(static_cast<qsizetype>(random.below(static_cast<quint64>(whole.size() / 4096))) * 4096,
                                4096, QByteArray(4096, '\0'));
                break;
            case 1:
                damaged.truncate(static_cast<qsizetype>(random.below(static_cast<quint64>(whole.size()))));
                break;
            case 2: // bits
                for (int i = 0; i < 200; ++i)
                    damaged[static_cast<qsizetype>(random.below(static_cast<quint64>(whole.size())))] =
                        static_cast<char>(random.below(256));
                break;
            default: // of the pages that say where everything is
                for (int i = 0; i < 20; ++i)
                    damaged[static_cast<qsizetype>(100 + random.below(8092))] = static_cast<char>(random.below(256));
                break;
            }
            overwrite(m_path, damaged);
            refusals += readEverything().isEmpty() ? 0 : 1;
            QCOMPARE(contents(m_path), damaged);
        }
        QVERIFY(refusals > 15);
    }

private:
    [[nodiscard]] StoreUrl url() const { return *StoreUrl::parse(QStringLiteral("sqlite://") + m_path); }

    /// Which tables were refused, "*" for the store; each in words, and none for longer than a moment.
    QByteArrayList readEverything() const {
        QByteArrayList failed;
        const auto store = openStore(url(), Access::Read);
        const auto refuse = [&](const QByteArray& what, const Error& error) {
            if (error.text.isEmpty())
                qFatal("%s is refused without words", what.constData());
            failed << what;
        };
        if (!store) {
            refuse("*", store.error());
            return failed;
        }
        Tables* const tables = (*store)->tables();
        const auto names = tables->tables().page({}, {});
        if (!names) {
            refuse("*", names.error());
            return failed;
        }
        for (const TableInfo& info : names->rows) {
            if (const auto read =
                    within(500ms, [&](const CancelToken& token) { return readTable(*tables, info, token); });
                !read)
                refuse(info.path(), read.error());
        }
        return failed;
    }

    static Result<void> readTable(Tables& tables, const TableInfo& info, const CancelToken& token) {
        PORTOLAN_TRY(tables.detail(info.path(), token));
        const auto table = tables.open(info.path(), token);
        PORTOLAN_TRY(table);
        ListQuery query;
        query.limit = 500;
        for (bool last = false; !last;) {
            const auto page = (*table)->rows().page(query, token);
            PORTOLAN_TRY(page);
            if (!page->rows.empty() && info.kind == "table") {
                PORTOLAN_TRY((*table)->row(page->rows.front().key, token));
            }
            query.after = page->next;
            last = page->last;
        }
        return {};
    }

    /// As an operator does it who chooses another table.
    template <class Work>
    static Result<void> within(std::chrono::milliseconds patience, Work work) {
        CancelSource source;
        const std::jthread ending([&](const std::stop_token& done) {
            std::mutex mutex;
            std::condition_variable_any waiting;
            std::unique_lock lock(mutex);
            if (!waiting.wait_for(lock, done, patience, [&] { return done.stop_requested(); }))
                source.request_stop();
        });
        const auto begun = std::chrono::steady_clock::now();
        Result<void> result = work(source.get_token());
        if (std::chrono::steady_clock::now() - begun > 20s)
            qFatal("it does not end when it is told to");
        return result;
    }

    std::unique_ptr<TempFolder> m_folder;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestHostileTables)
#include "tst_hostiletables.moc"
