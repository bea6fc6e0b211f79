#include "storage/base/readcache.h"
#include "storage/stores/openstore.h"
#include "storage/versions/versions.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

/// Large versions are read once as long as nothing is written, and anew as soon as anything is, by whomever.
class TestVersionCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_store.reset();
        m_missed = 0;
        m_folder = std::make_unique<TempFolder>();
        m_url = onServer ? m_server.createStore()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        auto store = openStore(m_url, Access::Write);
        QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
        m_store = std::move(*store);
        for (const char* version : {"1", "2", "3"})
            QCOMPARE(
                run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) "
                    "VALUES ('big', 'c', "
                    + QByteArray(version) + ", '" + document(version) + "', '2026-01-01T00:00:0" + version + "Z')"),
                QString());
    }

    void readsOnceWhatItGoesThrough() {
        for (const qint64 version : {1, 2, 3}) { // as the pane does: each, and the one before
            QCOMPARE(contentAt(version), document(QByteArray::number(version)));
            const auto before = findVersionBefore(*m_store, Versioned::Checkpoint, "big", version, {});
            QVERIFY(before.ok());
            QCOMPARE(before->has_value(), version > 1);
            if (*before)
                QCOMPARE(contentOf(Versioned::Checkpoint, **before), document(QByteArray::number(version - 1)));
        }
        QCOMPARE(m_missed, 3);
        for (const qint64 version : {3, 2, 1})
            QCOMPARE(contentAt(version), document(QByteArray::number(version)));
        QCOMPARE(m_missed, 3);
    }

    void readsAgainWhatWasWritten() {
        QCOMPARE(contentAt(2), document("2"));
        QCOMPARE(run("UPDATE checkpoints SET checkpoint_data = '" + document("9") + "' WHERE version = 2"), QString());
        QCOMPARE(contentAt(2), document("9"));
        QCOMPARE(run("DELETE FROM checkpoints WHERE version = 2"), QString());
        QCOMPARE(findVersion(*m_store, Versioned::Checkpoint, "big", 2, {}).error().code, ErrorCode::NotFound);
    }

    /// Through the very store that has it in its cache.
    void readsAgainWhatItWroteItself() {
        QCOMPARE(latest(), 3);
        QVERIFY(m_store->checkpoints()->promote("big", 1, std::nullopt, "because", "tester", {}).ok());
        QCOMPARE(latest(), 1);
        QVERIFY(m_store->checkpoints()->promote("big", 3, std::nullopt, "because", "tester", {}).ok());
        QCOMPARE(latest(), 3);
    }

private:
    /// Of some 300 KB, as PostgreSQL writes it.
    static QByteArray document(const QByteArray& value) {
        return "{\"text\": \"" + QByteArray(300'000, 'x') + "\", \"value\": " + value + '}';
    }
    QString run(const QByteArray& sql) const {
        return m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
    }
    QByteArray contentAt(qint64 version) {
        const qint64 missed = ReadCacheBudget::common().figures().misses;
        const auto row = findVersion(*m_store, Versioned::Checkpoint, "big", version, {});
        m_missed += ReadCacheBudget::common().figures().misses - missed;
        return row ? contentOf(Versioned::Checkpoint, *row) : row.error().text.toUtf8();
    }
    qint64 latest() const {
        const auto row = findVersion(*m_store, Versioned::Checkpoint, "big", std::nullopt, {});
        const Value version = row ? pipelineCell(PipelineTable::Checkpoints, *row, "version") : Value();
        const auto* const number = std::get_if<qint64>(&version);
        return number ? *number : -1;
    }

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    qint64 m_missed = 0;
};

QTEST_GUILESS_MAIN(TestVersionCache)
#include "tst_versioncache.moc"
