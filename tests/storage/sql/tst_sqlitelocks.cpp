#include "storage/stores/sqlitestore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/sqliteplace.h"

#include <QFileInfo>
#include <QProcess>
#include <QTest>

using namespace portolan;
using test::IngestItems;

namespace {

/// Another program's visit: it opens the database, reads and leaves. The last one to leave a database deletes its
/// write-ahead log, so it must see that this process is still there. Its answer.
QByteArray visit(const QString& path) {
    QProcess sqlite3;
    sqlite3.start(QStringLiteral("sqlite3"), {path, QStringLiteral("SELECT count(*) FROM messages")});
    if (!sqlite3.waitForFinished())
        qFatal("sqlite3 does not run");
    return sqlite3.readAllStandardOutput().trimmed();
}

} // namespace

/// Whatever this process does beside its connections, their locks stay where other programs see them.
class TestSqliteLocks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_place.emplace(); }

    void aWriterKeepsItsLog() {
        const auto store = openSqliteStore(m_place->url(), Access::Write); // one connection
        QVERIFY(store);
        const auto writer = (*store)->ingestWriter(); // and a second one
        QVERIFY(writer);
        staysWhole(**writer);
    }

    void aReaderThatComesAndGoesLeavesItToTheWriter() {
        const auto store = openSqliteStore(m_place->url(), Access::Write);
        QVERIFY(store);
        const auto writer = (*store)->ingestWriter();
        QVERIFY(writer);
        QVERIFY((*writer)->store(IngestItems().range(1, 3).all()));
        {
            const auto reader = openSqliteStore(m_place->url(), Access::Read);
            QVERIFY(reader && (*reader)->batches().messages().page(ListQuery(), {}));
        }
        staysWhole(**writer);
    }

    void aSnapshotThatIsLetGoLeavesItToTheWriter() {
        {
            const auto store = openSqliteStore(m_place->url(), Access::Write);
            QVERIFY(store);
            QVERIFY((*(*store)->ingestWriter())->store(IngestItems().range(1, 3).all()));
        }
        const auto reader = openSqliteStore(m_place->url(), Access::Read); // nobody has it open: read as a snapshot
        QVERIFY(reader && (*reader)->batches().messages().page(ListQuery(), {}));
        QVERIFY(!QFileInfo::exists(m_place->path() + QStringLiteral("-wal")));
        const auto store = openSqliteStore(m_place->url(), Access::Write);
        QVERIFY(store);
        const auto writer = (*store)->ingestWriter();
        QVERIFY(writer);
        QVERIFY((*writer)->store(IngestItems().range(4, 5).all()));
        const auto page = (*reader)->batches().messages().page(ListQuery(), {}); // lets the snapshot go
        QVERIFY(page);
        QCOMPARE(page->rows.size(), 5U);
        staysWhole(**writer);
    }

private:
    void staysWhole(IngestWriter& writer) {
        QVERIFY(writer.store(IngestItems().range(11, 12).all()));
        const QByteArray before = visit(m_place->path());
        QVERIFY2(QFileInfo::exists(m_place->path() + QStringLiteral("-wal")),
                 "the log was deleted under the writer's hands");
        QVERIFY(writer.store(IngestItems().range(13, 15).all()));
        QCOMPARE(visit(m_place->path()).toInt(), before.toInt() + 3);
    }

    std::optional<test::SqlitePlace> m_place;
};

QTEST_GUILESS_MAIN(TestSqliteLocks)
#include "tst_sqlitelocks.moc"
