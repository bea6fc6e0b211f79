// What reads a store once comes to its end while another program writes to it without a pause, so that there is never a
// moment in which nothing has changed since it began.

#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/grouptally.h"
#include "models/report/report.h"
#include "storage/base/clock.h"
#include "storage/deadletters/groupscan.h"
#include "storage/export/reportrequest.h"
#include "storage/ports/ports.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <atomic>
#include <thread>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int letters = 6'000;

using Reading = Result<void> (*)(Store&, const CancelToken&);

template <class T>
Result<void> onlyError(const Result<T>& result) {
    return result ? Result<void>() : Result<void>(result.error());
}

Result<void> exportGroups(Store& store, const CancelToken& token, const char* filter) {
    auto parsed = parseFilter(QString::fromLatin1(filter), deadLetterSchema(), currentTime());
    if (!parsed)
        return parsed.error();
    const auto listing = deadLetterGroupListing(std::make_shared<GroupTally>(std::move(*parsed)));
    return listing->forExport()->prepareExport(store, token);
}

struct Row {
    const char* name;
    Reading read;
};

constexpr Row readings[] = {
    {"report", [](Store& store, const CancelToken& token) { return onlyError(makeReport(store, {}, {}, token)); }},
    {"report of a time",
     [](Store& store, const CancelToken& token) {
         const ReportRequest request{.since = parseIsoTime("2026-01-01T00:00:00Z"),
                                     .until = parseIsoTime("2026-01-01T01:00:00Z")};
         return onlyError(makeReport(store, request, {}, token));
     }},
    {"export of groups", [](Store& store, const CancelToken& token) { return exportGroups(store, token, ""); }},
    {"export of filtered groups",
     [](Store& store, const CancelToken& token) { return exportGroups(store, token, "port_name:p1"); }},
    {"export of a group's letters",
     [](Store& store, const CancelToken& token) {
         return lettersOfGroupListing("unknown")->forExport()->prepareExport(store, token);
     }},
    {"groups of a command",
     [](Store& store, const CancelToken& token) {
         return onlyError(store.ports()->groups().more(GroupScan::untilExact, token));
     }},
    {"ports of a command",
     [](Store& store, const CancelToken& token) {
         return onlyError(store.ports()->countPorts(Ports::untilExact, token));
     }},
    // As a window does, in steps, until it has something whole to show.
    {"groups of a pane",
     [](Store& store, const CancelToken& token) -> Result<void> {
         GroupTally tally(*parseFilter(QStringLiteral("port_name:p1"), deadLetterSchema(), currentTime()));
         while (true) {
             const auto progress = tally.goOn(store, std::chrono::milliseconds(5), token);
             if (!progress)
                 return progress.error();
             if (progress->whole)
                 return progress->letters == letters / 3
                            ? Result<void>()
                            : Result<void>(
                                Error{ErrorCode::Invalid, QStringLiteral("%1 letters").arg(progress->letters)});
         }
     }},
};

} // namespace

class TestWrittenMeanwhile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("server");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void comesToAnEnd_data() {
        QTest::addColumn<int>("reading");
        for (int i = 0; const Row& row : readings)
            QTest::newRow(row.name) << i++;
    }
    void comesToAnEnd();

private:
    StoreUrl made(bool server);

    TempFolder m_folder;
    PostgresServer m_server;
    std::optional<StoreUrl> m_urls[2];
};

/// A store with dead letters, and a table of another program's in it.
StoreUrl TestWrittenMeanwhile::made(bool server) {
    if (m_urls[server])
        return *m_urls[server];
    const StoreUrl url = server ? m_server.createDatabase()
                                : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("s.db")));
    if (!openStore(url, Access::Write))
        qFatal("the store cannot be made");
    const QByteArray sql =
        "CREATE TABLE neighbour (id integer PRIMARY KEY, n integer); INSERT INTO neighbour VALUES (1, 0); "
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
        + QByteArray::number(letters)
        + ") INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
          "error_message, created_at) SELECT "
        + (server ? "gen_random_uuid()" : "'m' || n")
        + ", 'p' || (n % 3), 'a', 'b', '{}', 'dead_letter', 'cannot reach host ' || (n % 7), '2026-01-01 00:30:00' "
          "FROM s";
    const QString failed = server ? PostgresScript(url).run(sql) : SqliteScript(url.path).run(sql);
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed));
    m_urls[server] = url;
    return url;
}

void TestWrittenMeanwhile::comesToAnEnd() {
    QFETCH_GLOBAL(const bool, server);
    QFETCH(const int, reading);
    const StoreUrl url = made(server);
    std::atomic<int> written = 0;
    std::jthread writer([&](const std::stop_token& stop) {
        const QByteArray write = "UPDATE neighbour SET n = n + 1";
        if (server) {
            for (PostgresScript script(url); !stop.stop_requested(); ++written)
                script.run(write);
        } else {
            for (SqliteScript script(url.path); !stop.stop_requested(); ++written)
                script.run(write);
        }
    });
    QTRY_VERIFY(written > 0);
    const auto store = openStore(url, Access::Read);
    QVERIFY(store.ok());
    // Only what never ends is cut short: it takes seconds.
    std::stop_source source;
    std::atomic<bool> ended = false;
    std::jthread guard([&](const std::stop_token& stop) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        while (!ended && !stop.stop_requested() && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (!ended)
            source.request_stop();
    });
    const int before = written;
    const Result<void> read = readings[reading].read(**store, source.get_token());
    ended = true;
    QVERIFY2(read, read ? "" : qPrintable(read.error().text));
    QTRY_VERIFY(written > before); // it did go on meanwhile
}

QTEST_GUILESS_MAIN(TestWrittenMeanwhile)
#include "tst_writtenmeanwhile.moc"
