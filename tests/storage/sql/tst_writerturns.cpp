#include "storage/series/rollups.h"
#include "storage/sql/withtransaction.h"
#include "tests/support/copyplaces.h"
#include "tests/support/need.h"
#include "tests/support/sqliteplace.h"
#include "tests/support/sqlitescript.h"

#include <QTest>
#include <algorithm>
#include <atomic>
#include <sqlite3.h>
#include <thread>

using namespace portolan;
using namespace std::chrono;
using test::need;

namespace {

/// Nine thousand messages.
constexpr char messages[] =
    "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'a', 1, 1); WITH RECURSIVE n(i) AS "
    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO messages (batch_id, message_number, content, "
    "timestamp) SELECT 1, i, 'word' || i, 1 FROM n";

constexpr milliseconds longPage{300};
constexpr milliseconds longCommit{300};
constexpr milliseconds aTurn{100}; ///< in which everybody who waits asks once

/// The transactions that write, as SQLite hears of them on any connection.
struct Watched {
    bool isWatching = false;
    bool isSlow = false; ///< to commit
    int slowPages = 0;   ///< of a ledger, that take long
    steady_clock::time_point began{};
    steady_clock::time_point ended{};
    steady_clock::duration held{};    ///< since others had a turn, when a transaction begins
    steady_clock::duration longest{}; ///< of these
    int commits = 0;
    int pages = 0; ///< of these, in this transaction
    int mostPages = 0;
};
Watched watched;

int onStatement(unsigned, void*, void*, void* text) {
    const QByteArrayView sql(static_cast<const char*>(text));
    const auto now = steady_clock::now();
    if (!watched.isWatching)
        return 0;
    if (sql.startsWith("BEGIN IMMEDIATE")) {
        if (now - watched.ended >= aTurn)
            watched.held = {};
        watched.longest = std::max(watched.longest, watched.held);
        watched.began = now;
        watched.pages = 0;
    } else if (sql == "COMMIT" && watched.began != steady_clock::time_point()) {
        if (watched.isSlow)
            std::this_thread::sleep_for(longCommit); // as a disk that is slow
        ++watched.commits;
        watched.ended = steady_clock::now();
        watched.held += watched.ended - watched.began;
        watched.began = {};
    } else if (sql.startsWith("INSERT INTO portolan_settings") && watched.slowPages > 0) {
        watched.mostPages = std::max(watched.mostPages, ++watched.pages);
        --watched.slowPages;
        std::this_thread::sleep_for(longPage);
    }
    return 0;
}

int onOpening(sqlite3* database, char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &onStatement, nullptr);
}

} // namespace

/// A job of many transactions, and another program that writes to the same file.
class TestWriterTurns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QCOMPARE(sqlite3_auto_extension(reinterpret_cast<void (*)()>(&onOpening)), SQLITE_OK); }
    void init() {
        m_place.emplace();
        watched = {};
    }
    void cleanupTestCase() { sqlite3_reset_auto_extension(); }

    void everybodyWritesWhileAJobGoesOn() {
        constexpr int theirs = 4;
        std::atomic<int> written = 0;
        std::atomic<int> failed = SQLITE_OK;
        script("PRAGMA journal_mode = wal; CREATE TABLE theirs (x)");
        const auto session = need(Session::open(m_place->url(), Access::Write));
        std::jthread other([&](const std::stop_token& token) {
            sqlite3* database = nullptr;
            failed = sqlite3_open(m_place->path().toUtf8().constData(), &database);
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

    void copiesLeaveTheFileToOthers() {
        const test::SqlitePlace from;
        need(openStore(from.url(), Access::Write));
        need(openStore(m_place->url(), Access::Write));
        watched = {.isWatching = true, .isSlow = true};
        test::copied(from.url(), m_place->url()); // a transaction a table, if nothing else
        leftTheFile();
    }

    void rollLeavesTheFileToOthers() {
        const auto store = need(openStore(m_place->url(), Access::Write));
        script(messages);
        watched = {.isWatching = true, .isSlow = true};
        need(store->rollups()->roll(Rollups::untilDone, {})); // a thousand texts a transaction
        leftTheFile();
    }

    /// Each page of the ledger takes long, so that few go with a transaction, whatever the machine.
    void aPieceOfACopyIsShort() {
        const test::SqlitePlace from;
        need(openStore(from.url(), Access::Write));
        need(openStore(m_place->url(), Access::Write));
        QCOMPARE(test::SqliteScript(from.path()).run(messages), QString());
        watched = {.isWatching = true, .slowPages = 6};
        QCOMPARE(
            test::copied(from.url(), m_place->url(), {QStringLiteral("batches"), QStringLiteral("messages")}).copied,
            9001);
        QCOMPARE(watched.slowPages, 0);
        QCOMPARE(watched.mostPages, 1); // else as many as there are in ten thousand rows
    }

private:
    void script(const QByteArray& sql) { QCOMPARE(test::SqliteScript(m_place->path()).run(sql), QString()); }

    void leftTheFile() const {
        QVERIFY2(watched.commits >= 8, qPrintable(QString::number(watched.commits)));
        const auto longest = duration_cast<milliseconds>(watched.longest).count();
        QVERIFY2(longest < 1200, qPrintable(QString::number(longest)));
    }

    std::optional<test::SqlitePlace> m_place;
};

QTEST_GUILESS_MAIN(TestWriterTurns)
#include "tst_writerturns.moc"
