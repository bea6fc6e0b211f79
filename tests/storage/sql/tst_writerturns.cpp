#include "storage/sql/withtransaction.h"
#include "tests/support/need.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <atomic>
#include <sqlite3.h>
#include <thread>

using namespace portolan;
using namespace std::chrono;
using test::need;

/// A job of many transactions, and another program that writes to the same file.
class TestWriterTurns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_url.kind = StoreKind::Sqlite;
        m_url.path = m_folder->path(QStringLiteral("s.db"));
        QCOMPARE(test::SqliteScript(m_url.path).run("PRAGMA journal_mode = wal; CREATE TABLE theirs (x)"), QString());
    }

    void everybodyWritesWhileAJobGoesOn() {
        constexpr int theirs = 4;
        std::atomic<int> written = 0;
        std::atomic<int> failed = SQLITE_OK;
        const auto session = need(Session::open(m_url, Access::Write));
        std::jthread other([&](const std::stop_token& token) {
            sqlite3* database = nullptr;
            failed = sqlite3_open(m_url.path.toUtf8().constData(), &database);
            sqlite3_busy_timeout(database, 5000); // what Python's and most other programs' is
            while (!token.stop_requested() && failed == SQLITE_OK && written < theirs) {
                failed = sqlite3_exec(database, "INSERT INTO theirs VALUES (1)", nullptr, nullptr, nullptr);
                written += failed == SQLITE_OK ? 1 : 0;
            }
            sqlite3_close(database);
        });
        const auto end = steady_clock::now() + minutes(2);
        while (written < theirs && failed == SQLITE_OK && steady_clock::now() < end)
            need(withTransaction(*session, []() -> Result<void> {
                std::this_thread::sleep_for(milliseconds(150)); // the work
                return {};
            }));
        QCOMPARE(failed.load(), SQLITE_OK);
        QCOMPARE(written.load(), theirs);
    }

private:
    std::optional<test::TempFolder> m_folder;
    StoreUrl m_url;
};

QTEST_GUILESS_MAIN(TestWriterTurns)
#include "tst_writerturns.moc"
