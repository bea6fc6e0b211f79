// A file that takes a SQLite database's place: nobody reads a mixture, nobody writes into what is gone.

#include "storage/backups/sql/sqlitetakeover.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QtTest>
#include <optional>
#include <thread>
#include <unistd.h>

using namespace portolan;
using namespace portolan::test;

namespace {

QString madeAt(const TempFolder& folder, const char* name, const char* row) {
    const QString path = folder.path(QLatin1String(name));
    SqliteScript script(path);
    script.rows("PRAGMA journal_mode = WAL");
    if (const QString failed = script.run(QByteArray("CREATE TABLE t (x); INSERT INTO t VALUES ('") + row + "')");
        !failed.isEmpty())
        qFatal("%s", qPrintable(failed));
    return path;
}

bool hasOpen(qint64 process, const QString& path) {
    const QDir files(QStringLiteral("/proc/%1/fd").arg(process));
    const QStringList names = files.entryList(QDir::Files | QDir::System);
    return std::ranges::any_of(
        names, [&](const QString& name) { return QFileInfo(files.filePath(name)).symLinkTarget() == path; });
}

} // namespace

class TestSqliteTakeover : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoWaitsFindsNoDatabase() {
        const TempFolder folder;
        const QString path = madeAt(folder, "store.db", "old");
        const QString aside = madeAt(folder, "aside.db", "new");
        QProcess writer;
        {
            const auto taken = SqliteTakeover::begin(path);
            QVERIFY2(taken, qPrintable(taken ? QString() : taken.error().text));
            QCOMPARE((*taken)->connection().value(QStringLiteral("SELECT x FROM t"))->toString(),
                     QStringLiteral("old"));
            writer.start(QStringLiteral("sqlite3"), {QStringLiteral("-cmd"), QStringLiteral(".timeout 60000"), path,
                                                     QStringLiteral("INSERT INTO t VALUES ('lost?')")});
            QVERIFY(writer.waitForStarted());
            QTRY_VERIFY(hasOpen(writer.processId(), path)); // from here on it waits for the lock
            const Result<void> replaced = (*taken)->replaceBy(aside);
            QVERIFY2(replaced, qPrintable(replaced ? QString() : replaced.error().text));
        }
        QVERIFY(writer.waitForFinished(60'000));
        const QByteArray said = writer.readAllStandardError();
        QVERIFY2(writer.exitCode() != 0 && said.contains("not a database"), said);
        QVERIFY(!QFileInfo::exists(path + QStringLiteral("-wal")));
        SqliteScript now(path);
        QCOMPARE(now.rows("SELECT x FROM t"), QStringList(QStringLiteral("new")));
        QCOMPARE(now.value("PRAGMA integrity_check"), QStringLiteral("ok"));
    }

    void aVisitIsWaitedFor() {
        const TempFolder folder;
        const QString path = madeAt(folder, "store.db", "old");
        std::optional<SqliteScript> visitor(path);
        QCOMPARE(visitor->value("SELECT x FROM t"), QStringLiteral("old"));
        const std::jthread leaving([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            visitor.reset();
        });
        const auto taken = SqliteTakeover::begin(path);
        QVERIFY2(taken, qPrintable(taken ? QString() : taken.error().text + taken.error().details));
    }

    void anotherNameKeepsWhatWasThere() {
        const TempFolder folder;
        const QString path = madeAt(folder, "store.db", "old");
        const QString aside = madeAt(folder, "aside.db", "new");
        const QString other = folder.path(QStringLiteral("other.db"));
        QCOMPARE(::link(QFile::encodeName(path).constData(), QFile::encodeName(other).constData()), 0);
        {
            const auto taken = SqliteTakeover::begin(path);
            QVERIFY2(taken, qPrintable(taken ? QString() : taken.error().text));
            QVERIFY((*taken)->replaceBy(aside));
        }
        SqliteScript now(path);
        QCOMPARE(now.rows("SELECT x FROM t"), QStringList(QStringLiteral("new")));
        SqliteScript theirs(other);
        QCOMPARE(theirs.rows("SELECT x FROM t"), QStringList(QStringLiteral("old")));
        QCOMPARE(theirs.value("PRAGMA integrity_check"), QStringLiteral("ok"));
    }

    void abandonedItIsAsItWas() {
        const TempFolder folder;
        const QString path = madeAt(folder, "store.db", "old");
        QVERIFY(SqliteTakeover::begin(path));
        SqliteScript now(path);
        QCOMPARE(now.value("PRAGMA journal_mode"), QStringLiteral("wal"));
        QCOMPARE(now.run("INSERT INTO t VALUES ('more')"), QString());
        const auto refused = SqliteTakeover::begin(path); // the other one has it open
        QCOMPARE(refused.error().code, ErrorCode::Busy);
        QCOMPARE(now.run("INSERT INTO t VALUES ('and more')"), QString());
        QCOMPARE(now.value("SELECT count(*) FROM t"), QStringLiteral("3"));
    }
};

QTEST_GUILESS_MAIN(TestSqliteTakeover)
#include "tst_sqlitetakeover.moc"
