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
#include <functional>
#include <set>
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
    PORTOLAN_TRY(parsed);
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
             PORTOLAN_TRY(progress);
             if (progress->whole)
                 return progress->letters == letters / 3
                            ? Result<void>()
                            : Result<void>(
                                Error{ErrorCode::Invalid, QStringLiteral("%1 letters").arg(progress->letters)});
         }
     }},
};

/// Another program that writes without a pause, a statement after the other.
class Writer {
public:
    using Statement = std::function<QByteArray(int)>;
    Writer(const StoreUrl& url, bool server, const Statement& statement)
        : m_thread([this, url, server, statement](const std::stop_token& stop) {
            const auto write = [&](auto& script) {
                for (int i = 0; !stop.stop_requested(); ++i, ++m_written)
                    script.run(statement(i));
            };
            if (server) {
                PostgresScript script(url);
                write(script);
            } else {
                SqliteScript script(url.path);
                write(script);
            }
        }) {}
    [[nodiscard]] int written() const { return m_written; }

private:
    std::atomic<int> m_written = 0;
    std::jthread m_thread;
};

/// Cuts a reading short that never ends: each takes seconds.
class Guard {
public:
    Guard()
        : m_thread([this](const std::stop_token& stop) {
            const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
            while (!stop.stop_requested() && std::chrono::steady_clock::now() < until)
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (!stop.stop_requested())
                m_source.request_stop();
        }) {}
    [[nodiscard]] CancelToken token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::jthread m_thread;
};

constexpr int freshLetters = 8; ///< that are there at a time

/// A letter of a group that never was before, now or in the middle of the others; one of before goes.
QByteArray freshLetter(int i) {
    const auto id = [](int n) { return QString::asprintf("00000000-0000-4000-8000-%012x", n).toLatin1(); };
    const QByteArray time =
        i % 2 ? QString::asprintf("2026-01-01 00:30:%02d", i / 2 % 60).toLatin1() : toIsoTime(currentTime());
    return "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
           "error_message, created_at) VALUES ('"
           + id(i) + "', 'fresh" + QByteArray::number(i) + "', 'a', 'b', '{}', 'dead_letter', 'disk is full', '" + time
           + "'); DELETE FROM port_messages WHERE id = '" + id(i - freshLetters) + "'";
}

QString notSum(qint64 sum, qint64 total) {
    return sum == total ? QString() : QStringLiteral("the groups have %1 letters of %2").arg(sum).arg(total);
}

/// A way to read groups and their sum; an empty text when they add up.
using Adding = std::function<QString(Store&, const CancelToken&)>;

QString shownGroupsAddUp(GroupTally& tally, Store& store, const TallyProgress& progress, const CancelToken& token,
                         std::set<QByteArray>* seen = nullptr) {
    ListQuery query;
    query.limit = 100'000;
    const auto page = tally.rows(store).page(query, token);
    if (!page)
        return page.error().text;
    qint64 sum = 0;
    for (const DeadLetterGroup& group : page->rows) {
        sum += group.count;
        if (group.count == 0 || group.text.isEmpty() || group.portName.isEmpty() || group.sampleId.isEmpty())
            return QStringLiteral("group %1 says nothing").arg(QString::fromUtf8(group.fingerprint));
        if (seen)
            seen->insert(group.fingerprint);
    }
    if (std::ssize(page->rows) != progress.groups)
        return QStringLiteral("%1 groups of %2").arg(page->rows.size()).arg(progress.groups);
    return notSum(sum, progress.letters);
}

QString exportAddsUp(Store& store, const CancelToken& token, const char* filter) {
    GroupTally tally(*parseFilter(QString::fromLatin1(filter), deadLetterSchema(), currentTime()));
    const auto read = tally.readAll(store, token);
    return read ? shownGroupsAddUp(tally, store, *read, token) : read.error().text;
}

/// As a window counts, until it has shown other groups.
QString paneAddsUp(Store& store, const CancelToken& token, const char* filter) {
    GroupTally tally(*parseFilter(QString::fromLatin1(filter), deadLetterSchema(), currentTime()));
    std::set<QByteArray> seen;
    for (int others = 0; others < 2;) {
        const auto progress = tally.goOn(store, std::chrono::milliseconds(5), token);
        if (!progress)
            return progress.error().text;
        if (!progress->whole)
            continue;
        const std::size_t before = seen.size();
        if (const QString wrong = shownGroupsAddUp(tally, store, *progress, token, &seen); !wrong.isEmpty())
            return wrong;
        others += seen.size() > before ? 1 : 0;
    }
    return {};
}

/// Of what died lately, which are the fresh letters alone: few enough for a report to show all their groups.
QString reportAddsUp(Store& store, const CancelToken& token) {
    const ReportRequest request{.since = parseIsoTime("2026-06-01T00:00:00Z"),
                                .sections = {QStringLiteral("dead-letters")}};
    const auto report = makeReport(store, request, {}, token);
    if (!report)
        return report.error().text;
    qint64 total = 0;
    qint64 sum = 0;
    for (const ReportPart& part : report->parts) {
        for (const ReportBlock& block : part.blocks) {
            if (part.name != QLatin1String("dead-letters"))
                continue;
            if (const auto* const figures = std::get_if<ReportFigures>(&block))
                total = figures->front().value.toLongLong();
            const auto* const table = std::get_if<ReportTable>(&block);
            if (!table || table->columns.front().title != QLatin1String("Count"))
                continue;
            if (!table->note.isEmpty())
                return table->note;
            for (const QStringList& row : table->rows)
                sum += row.front().toLongLong();
        }
    }
    return notSum(sum, total);
}

struct AddingRow {
    const char* name;
    Adding read;
    int times; ///< a single reading may meet no new letter
};

const AddingRow addings[] = {
    {"report", reportAddsUp, 20},
    {"export", [](Store& store, const CancelToken& token) { return exportAddsUp(store, token, ""); }, 5},
    {"filtered export",
     [](Store& store, const CancelToken& token) { return exportAddsUp(store, token, "source_component:a"); }, 5},
    {"pane", [](Store& store, const CancelToken& token) { return paneAddsUp(store, token, ""); }, 1},
    {"filtered pane",
     [](Store& store, const CancelToken& token) { return paneAddsUp(store, token, "source_component:a"); }, 1},
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
    void groupsAddUp_data() {
        QTest::addColumn<int>("reading");
        for (int i = 0; const AddingRow& row : addings)
            QTest::newRow(row.name) << i++;
    }
    void groupsAddUp();

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
    const Writer writer(url, server, [](int) { return QByteArray("UPDATE neighbour SET n = n + 1"); });
    QTRY_VERIFY(writer.written() > 0);
    const auto store = openStore(url, Access::Read);
    QVERIFY(store.ok());
    const Guard guard;
    const int before = writer.written();
    const Result<void> read = readings[reading].read(**store, guard.token());
    QVERIFY2(read, read ? "" : qPrintable(read.error().text));
    QTRY_VERIFY(writer.written() > before); // it did go on meanwhile
}

/// Letters of groups that nobody knew when all letters were read are in the sum and in a group.
void TestWrittenMeanwhile::groupsAddUp() {
    QFETCH_GLOBAL(const bool, server);
    QFETCH(const int, reading);
    const StoreUrl url = made(server);
    {
        const Writer writer(url, server, freshLetter);
        QTRY_VERIFY(writer.written() > freshLetters);
        const auto store = openStore(url, Access::Read);
        QVERIFY(store.ok());
        const Guard guard;
        for (int i = 0; i < addings[reading].times; ++i) {
            const int before = writer.written();
            const QString wrong = addings[reading].read(**store, guard.token());
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            QTRY_VERIFY(writer.written() > before);
        }
    }
    const QByteArray clear = "DELETE FROM port_messages WHERE port_name LIKE 'fresh%'";
    QCOMPARE(server ? PostgresScript(url).run(clear) : SqliteScript(url.path).run(clear), QString());
}

QTEST_GUILESS_MAIN(TestWrittenMeanwhile)
#include "tst_writtenmeanwhile.moc"
