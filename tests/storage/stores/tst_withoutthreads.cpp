// The system starts no more threads: each place that wants one says so, or does its work on the thread it is called on.

#include "storage/base/deadline.h"
#include "storage/export/exportpipeline.h"
#include "storage/listing/filter.h"
#include "storage/messages/batches.h"
#include "storage/ports/sampleworker.h"
#include "storage/receive/receiver.h"
#include "storage/replay/replayjob.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/session.h"
#include "storage/stores/alertrules.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/batchfolder.h"
#include "tests/support/missing.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/scriptedingest.h"
#include "tests/support/threadless.h"
#include "tests/support/writtenstore.h"

#include <QEventLoop>
#include <QtTest>
#include <numeric>
#include <system_error>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

constexpr int manyFiles = 2100; ///< more than one thread looks at

#define WITHOUT_THREADS(...)                                                                                           \
    do {                                                                                                               \
        if (!withoutThreads(__VA_ARGS__))                                                                              \
            PORTOLAN_MISSING("seccomp");                                                                               \
    } while (false)

std::optional<ErrorCode> codeOf(const Result<void>& result) {
    return result ? std::nullopt : std::optional(result.error().code);
}

/// Rows of one number each.
class Numbers final : public ExportPage {
public:
    Numbers(qint64 first, std::size_t count) : m_first(first), m_count(count) {}
    std::size_t size() const override { return m_count; }
    void values(std::size_t row, std::vector<Value>& values) const override {
        values = {Value(m_first + static_cast<qint64>(row))};
    }

private:
    qint64 m_first;
    std::size_t m_count;
};

/// All of a file store, and the messages that a filter leaves of it.
struct Read {
    QList<qint64> batches;
    QByteArrayList messages;
    bool operator==(const Read&) const = default;
};

Read readAll(const StoreUrl& url) {
    Read found;
    const auto store = need(openStore(url, Access::Read));
    ListQuery query;
    query.limit = manyFiles * 2;
    for (const Batch& batch : need(store->batches().batches().page(query, {})).rows)
        found.batches << batch.id;
    query.filter = need(parseFilter(QStringLiteral("content~7"), messageSchema(), currentTime()));
    for (const Message& message : need(store->batches().messages().page(query, {})).rows)
        found.messages << message.content;
    return found;
}

} // namespace

class TestWithoutThreads : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// The limit that the other tests rest on is there: std::thread meets it, too.
    void theSystemStartsNone() {
        bool threw = false;
        bool ran = false;
        std::optional<Error> error;
        WITHOUT_THREADS([&] {
            try {
                std::thread([&] { ran = true; }).join();
            } catch (const std::system_error& met) {
                threw = met.code().value() == EAGAIN;
            }
            if (const auto started = startThread([&] { ran = true; }); !started)
                error = started.error();
        });
        QVERIFY(threw);
        QVERIFY(!ran);
        QVERIFY(error);
        QCOMPARE(error->code, ErrorCode::Io);
        QVERIFY2(error->text.contains(QStringLiteral("ulimit -u")), qPrintable(error->text));
        QVERIFY(!error->details.isEmpty());
    }

    void aThreadIsStarted() {
        bool ran = false;
        {
            const auto started = startThread([&](const CancelToken& token) { ran = token.stop_possible(); });
            QVERIFY(started.ok());
        }
        QVERIFY(ran);
    }

    void aQuestionIsAnsweredWithTheError() {
        bool opened = false;
        std::vector<Result<int>> replies;
        WITHOUT_THREADS([&] {
            QObject context;
            RequestScope asker;
            QEventLoop loop;
            StoreWorker worker([&](const CancelToken&) -> Result<std::unique_ptr<Store>> {
                opened = true;
                return Error{};
            });
            for (int i = 0; i < 2; ++i) { // the second one is tried again
                worker.ask(
                    asker, [](Store&, const CancelToken&) { return Result<int>(1); }, &context,
                    [&](const Result<int>& reply) {
                        replies.push_back(reply);
                        if (replies.size() == 2)
                            loop.quit();
                    });
            }
            if (!replies.empty())
                return; // never while it is asked
            worker.ask(
                asker, [](Store&, const CancelToken&) { return Result<int>(1); }, nullptr,
                [&](const Result<int>& reply) { replies.push_back(reply); }); // for nobody
            loop.exec();
        });
        QCOMPARE(replies.size(), 2U);
        for (const Result<int>& reply : replies) {
            QVERIFY(!reply);
            QCOMPARE(reply.error().code, ErrorCode::Io);
        }
        QVERIFY(!opened);
    }

    void aReceiverReadsNothing() {
        ScriptedStore store;
        ScriptedFeed feed(store);
        feed.addNumbered(100);
        std::vector<ReceiverStatus> ticks;
        std::optional<Error> error;
        WITHOUT_THREADS([&] {
            Receiver receiver(
                {}, [&] { return feed.open(); }, [&](const CancelToken&) { return store.open(); },
                [&](const ReceiverStatus& status) { ticks.push_back(status); });
            receiver.start();
            if (const auto ended = receiver.wait(); !ended)
                error = ended.error();
        });
        QVERIFY(error);
        QCOMPARE(error->code, ErrorCode::Io);
        QCOMPARE(ticks.size(), 1U);
        QCOMPARE(ticks.back().state, ReceiverState::Failed);
        QVERIFY(ticks.back().lastError.contains(QStringLiteral("threads")));
        QCOMPARE(feed.sourcesMade() + feed.fetched() + feed.acknowledged(), 0);
        // Nothing was taken: another receiver gets all of it.
        Receiver later(
            {}, [&] { return feed.open(); }, [&](const CancelToken&) { return store.open(); });
        later.start();
        QCOMPARE(need(later.wait()).stored, 100);
    }

    void aReplayHasEndedWithTheError() {
        bool opened = false;
        std::vector<ReplayProgress> ticks;
        WITHOUT_THREADS([&] {
            ReplayJob job(
                [&](const CancelToken&) -> Result<std::unique_ptr<Store>> {
                    opened = true;
                    return Error{};
                },
                "run", {}, "tester", {}, {}, nullptr,
                [&](const ReplayProgress& progress) { ticks.push_back(progress); });
            job.pause();
            job.cancel();
        });
        QCOMPARE(ticks.size(), 1U);
        QCOMPARE(ticks.back().stage, ReplayProgress::Stage::Ended);
        QCOMPARE(ticks.back().runId, QByteArray("run"));
        QVERIFY(ticks.back().error);
        QCOMPARE(ticks.back().error->code, ErrorCode::Io);
        QVERIFY(!opened);
    }

    void theSamplesWorkerSaysSo() {
        std::optional<ErrorCode> code;
        WITHOUT_THREADS([&] { code = codeOf(SampleWorker().start({})); });
        QCOMPARE(code, std::optional(ErrorCode::Io));
    }

    void anAlertIsAProblem() {
        const WrittenStore written;
        std::optional<ErrorCode> begun;
        std::vector<AlertReading> readings;
        WITHOUT_THREADS([&] {
            if (const auto deadline = Deadline::begin({}, 1s); !deadline)
                begun = deadline.error().code;
            const auto store = need(openStore(written.url(), Access::Read));
            readings = need(checkAlerts(*store, patientAlertCheck, {}));
        });
        QCOMPARE(begun, std::optional(ErrorCode::Io));
        int problems = 0;
        for (const AlertReading& reading : readings) {
            QVERIFY(!reading.value);
            if (reading.problem) {
                ++problems;
                QCOMPARE(reading.problem->code, ErrorCode::Io);
            }
        }
        QVERIFY(problems > 0);
    }

    void pagesAreTakenAsTheyAreMade() {
        QList<qint64> taken;
        std::optional<ErrorCode> ended;
        std::optional<qint64> rowsOfAKilobyte;
        bool tookMore = true;
        std::optional<ErrorCode> refused;
        WITHOUT_THREADS([&] {
            ExportPipeline lane([&](std::span<const Value> row) -> Result<void> {
                taken << std::get<qint64>(row.front());
                return {};
            });
            for (qint64 page = 0; page < 10; ++page)
                (void)lane.push(std::make_unique<Numbers>(page * 3, 3));
            rowsOfAKilobyte = lane.rowsIn(1024);
            ended = codeOf(lane.finish());
            ExportPipeline full([](std::span<const Value>) { return Result<void>(Error{ErrorCode::Io, {}}); });
            tookMore = full.push(std::make_unique<Numbers>(0, 3));
            refused = codeOf(full.finish());
        });
        QList<qint64> all(30);
        std::iota(all.begin(), all.end(), 0);
        QCOMPARE(taken, all);
        QVERIFY(!ended);
        QVERIFY(rowsOfAKilobyte.value_or(0) > 0);
        QVERIFY(!tookMore);
        QCOMPARE(refused, std::optional(ErrorCode::Io));
    }

    /// The index of many files, its adopting from memory, and filtered messages.
    void aFolderIsReadWhole() {
        const BatchFolder folder;
        for (int i = 1; i <= manyFiles; ++i)
            folder.write(i, "[2025-10-16 12:00:00] Message #" + QByteArray::number(i) + ": number "
                                + QByteArray::number(i) + '\n');
        Read alone;
        Read again;
        WITHOUT_THREADS([&] {
            alone = readAll(folder.url());
            again = readAll(folder.url());
        });
        QCOMPARE(alone.batches.size(), manyFiles);
        QVERIFY(alone.messages.size() > 500);
        QVERIFY(alone == again);
        const Read together = readAll(folder.url());
        QVERIFY(together == alone);
    }

    void aServerIsNotReachedAndAStatementIsGivenUp() {
        PostgresServer server;
        const StoreUrl url = server.createDatabase();
        const auto session = need(Session::open(url, Access::Read));
        Connection& connection = session->connection();
        PostgresScript watcher(url);
        CancelSource source;
        // Stopped after the server says that it runs.
        const std::jthread stopper([&] {
            while (
                watcher.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = "
                              "'active'")
                != QLatin1String("1"))
                std::this_thread::yield();
            source.request_stop();
        });
        std::optional<ErrorCode> cancelled;
        qint64 took = 0;
        QString words;
        WITHOUT_THREADS([&] {
            const CancelToken token = source.get_token();
            const Connection::Watch watch(connection, token);
            QElapsedTimer timer;
            timer.start();
            cancelled = codeOf(connection.execute(QStringLiteral("SELECT pg_sleep(60)")));
            took = timer.elapsed();
            if (const auto other = Session::open(url, Access::Read); !other)
                words = other.error().text + other.error().details;
        });
        QCOMPARE(cancelled, std::optional(ErrorCode::Cancelled));
        QVERIFY2(took < 30'000, qPrintable(QString::number(took)));
        QVERIFY(!connection.isAlive()); // no request was sent: the server still sleeps
        QVERIFY2(words.contains(QStringLiteral("starts no more threads")), qPrintable(words));
    }
};

QTEST_GUILESS_MAIN(TestWithoutThreads)
#include "tst_withoutthreads.moc"
