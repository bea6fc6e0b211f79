// Connections to a real server: how many there are, which are used again, and that nobody has to wait for them.

#include "storage/base/backoff.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/stores/makereceiver.h"
#include "storage/stores/postgresqlstore.h"
#include "storage/storeworker.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/silentserver.h"

#include <QElapsedTimer>
#include <QTest>
#include <atomic>
#include <dlfcn.h>
#include <functional>
#include <netdb.h>
#include <thread>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::open;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SilentServer;
using namespace std::chrono_literals;

namespace {

constexpr char slowName[] = "slow.invalid";
constexpr qint64 second = 1000;
std::atomic<bool> nameServerAnswers{true};

} // namespace

/// In libc's place: a name server that does not answer.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
    if (node && qstrcmp(node, slowName) == 0) {
        nameServerAnswers.wait(false);
        return EAI_NONAME;
    }
    using Original = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto original = reinterpret_cast<Original>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return original(node, service, hints, found);
}

namespace {

QString ask(Connection& connection, const char* sql) {
    const Result<QVariant> value = connection.value(QString::fromLatin1(sql));
    return value ? value->toString() : value.error().text + value.error().details;
}

QString processOf(Connection& connection) {
    return ask(connection, "SELECT pg_backend_pid()");
}

/// Stops once somebody had the time to begin waiting.
std::jthread stopSoon(CancelSource source) {
    return std::jthread([source]() mutable {
        pauseFor(100ms, {});
        source.request_stop();
    });
}

/// Whether `open`, a callable from a token to a Result, ends as cancelled within a second when that is stopped.
template <class Open>
bool isCancelledSoon(Open open) {
    CancelSource source;
    const auto stopper = stopSoon(source);
    QElapsedTimer timer;
    timer.start();
    const auto opened = open(source.get_token());
    const qint64 took = timer.elapsed();
    if (!opened.ok() && opened.error().code == ErrorCode::Cancelled && took < second)
        return true;
    qWarning("after %lld ms: %s", took, opened.ok() ? "it opened" : qPrintable(opened.error().text));
    return false;
}

} // namespace

class TestPostgresqlPool : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void neverMoreThanTheMaximum_data();
    void neverMoreThanTheMaximum();
    void countsOneDatabaseUnderTwoSpellings();
    void waitsForTheOneThatIsGivenBack();
    void saysWhyThereIsNone();
    void waitingCanBeCancelled();
    void keepsTheMinimumWhileUsed();
    void makesRoomForOtherParameters();
    void keptOneHasForgotten();
    void keptOneHoldsNoLock();
    void usesNoneThatWasLost();
    void usesNoneInATransaction();
    void usesNoneThatWasGivenUp();
    void goesOnAfterARestart();
    void leavesAKeptOneThatIsSilent();
    void receivingNeedsOneConnection();
    void lostSessionHoldsNoPlace();
    void connectingCanBeCancelled_data();
    void connectingCanBeCancelled();
    void frozenServerCanBeCancelled();
    void waitingForARetryCanBeCancelled();
    void lookingUpANameCanBeCancelled();
    void silentServerTimesOut_data();
    void silentServerTimesOut();
    void passesOverAnAddressThatIsDead();
    void stopEndsAReceiverThatOpens();
    void channelEndsWhileTheServerHangs();

private:
    [[nodiscard]] int openOnServer();
    [[nodiscard]] StoreUrl silent(const SilentServer& server) const;

    PostgresServer m_server;
    std::unique_ptr<PostgresScript> m_watcher;
    StoreUrl m_url;
    const std::function<Result<std::unique_ptr<Connection>>(const CancelToken&)> m_opening =
        [this](const CancelToken& token) { return openPostgresql(m_url, Access::Read, token); };
};

void TestPostgresqlPool::init() {
    m_url = m_server.createDatabase();
    m_watcher = std::make_unique<PostgresScript>(m_server.url(QStringLiteral("postgres")));
}

/// Of the program to the test's database, as the server counts.
int TestPostgresqlPool::openOnServer() {
    return m_watcher
        ->value("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = '"
                + m_url.database.toLatin1() + "'")
        .toInt();
}

StoreUrl TestPostgresqlPool::silent(const SilentServer& server) const {
    StoreUrl url = m_url;
    url.port = server.port();
    return url;
}

void TestPostgresqlPool::neverMoreThanTheMaximum_data() {
    QTest::addColumn<int>("most");
    QTest::newRow("three") << 3;
    QTest::newRow("as many as there are threads") << 8;
}

/// Eight threads that want connections all the time. With room for all of them there are more than three, so that the
/// limit of three is what keeps them back.
void TestPostgresqlPool::neverMoreThanTheMaximum() {
    QFETCH(const int, most);
    m_url.settings.maxConnections = most;
    m_url.settings.minConnections = most; // none is closed meanwhile: the server takes a moment to notice that
    const PostgresqlUse use(m_url);
    std::atomic<int> running{8};
    std::atomic<int> failures{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 15; ++round) {
                const auto opened = openPostgresql(m_url, round % 2 == 0 ? Access::Read : Access::Write);
                if (!opened || ask(**opened, "SELECT 7 FROM pg_sleep(0.01)") != QLatin1String("7"))
                    ++failures;
            }
            --running;
        });
    }
    int peak = 0;
    while (running > 0)
        peak = std::max(peak, openOnServer());
    threads.clear();
    QCOMPARE(failures, 0);
    QVERIFY2(most == 3 ? peak == 3 : peak > 3 && peak <= 8, qPrintable(QString::number(peak)));
    QVERIFY(openOnServer() <= most);
}

void TestPostgresqlPool::countsOneDatabaseUnderTwoSpellings() {
    m_url.settings.maxConnections = 1;
    m_url.settings.connectionTimeout = 1s;
    const auto held = open(m_url);
    StoreUrl other = m_url;
    other.host.clear();
    other.port = 0;
    qputenv("PGHOST", m_url.host.toLatin1());
    qputenv("PGPORT", QByteArray::number(m_url.port));
    const auto refused = openPostgresql(other, Access::Read);
    qunsetenv("PGHOST");
    qunsetenv("PGPORT");
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::Busy);
}

void TestPostgresqlPool::waitsForTheOneThatIsGivenBack() {
    m_url.settings.maxConnections = 1;
    const PostgresqlUse use(m_url);
    auto held = open(m_url);
    const QString process = processOf(*held);
    QString others;
    std::jthread waiting([&] { others = processOf(*open(m_url, Access::Read)); });
    held.reset();
    waiting.join();
    QCOMPARE(others, process);
    QCOMPARE(openOnServer(), 1);
}

void TestPostgresqlPool::saysWhyThereIsNone() {
    m_url.settings.maxConnections = 2;
    m_url.settings.connectionTimeout = 1s;
    const auto first = open(m_url);
    const auto other = open(m_url);
    QElapsedTimer timer;
    timer.start();
    const auto third = openPostgresql(m_url, Access::Read);
    QVERIFY2(timer.elapsed() >= second, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!third.ok());
    QCOMPARE(third.error().code, ErrorCode::Busy);
    for (const char* words : {"has 2 connections", "max_connections allows 2", "within 1 seconds", "Close a store"})
        QVERIFY2(third.error().text.contains(QLatin1String(words)), qPrintable(third.error().text));
}

void TestPostgresqlPool::waitingCanBeCancelled() {
    m_url.settings.maxConnections = 1;
    const auto held = open(m_url);
    QVERIFY(isCancelledSoon(m_opening));
}

void TestPostgresqlPool::keepsTheMinimumWhileUsed() {
    m_url.settings.minConnections = 2;
    {
        const PostgresqlUse use(m_url);
        {
            const auto one = open(m_url);
            const auto two = open(m_url);
            const auto three = open(m_url);
            QCOMPARE(openOnServer(), 3);
        }
        QTRY_COMPARE(openOnServer(), 2);
    }
    QTRY_COMPARE(openOnServer(), 0);
    open(m_url).reset(); // nobody uses the database
    QTRY_COMPARE(openOnServer(), 0);
}

void TestPostgresqlPool::makesRoomForOtherParameters() {
    m_url.settings.maxConnections = 1;
    const PostgresqlUse use(m_url);
    const QString process = processOf(*open(m_url));
    StoreUrl other = m_url;
    other.options = {{QStringLiteral("application_name"), QStringLiteral("other")}};
    const auto opened = open(other);
    QVERIFY(processOf(*opened) != process);
    QCOMPARE(ask(*opened, "SHOW application_name"), QStringLiteral("other"));
    QTRY_COMPARE(openOnServer(), 1);
}

void TestPostgresqlPool::keptOneHasForgotten() {
    const PostgresqlUse use(m_url);
    QString process;
    {
        const auto left = open(m_url, Access::Write);
        process = processOf(*left);
        for (const char* statement :
             {"CREATE TEMP TABLE left_behind (a integer)", "SET work_mem = '1234kB'", "SET search_path = pg_temp",
              "LISTEN left_behind", "PREPARE left_behind AS SELECT 1", "SET statement_timeout = 0"})
            QVERIFY2(left->execute(QString::fromLatin1(statement)).ok(), statement);
    }
    const auto again = open(m_url, Access::Read);
    QCOMPARE(processOf(*again), process);
    QVERIFY(ask(*again, "SHOW work_mem") != QLatin1String("1234kB"));
    QCOMPARE(ask(*again, "SELECT count(*) FROM pg_class WHERE relname = 'left_behind'"), QStringLiteral("0"));
    QCOMPARE(ask(*again, "SELECT count(*) FROM pg_listening_channels()"), QStringLiteral("0"));
    QCOMPARE(ask(*again, "SELECT count(*) FROM pg_prepared_statements"), QStringLiteral("0"));
    QCOMPARE(ask(*again, "SHOW search_path"), QStringLiteral("public, pg_temp"));
    QCOMPARE(ask(*again, "SHOW statement_timeout"), QStringLiteral("30s"));
    QCOMPARE(ask(*again, "SHOW application_name"), QStringLiteral("portolan"));
    QCOMPARE(again->execute(QStringLiteral("CREATE TABLE t (a integer)")).error().code, ErrorCode::ReadOnly);
}

/// Not even until somebody takes it again.
void TestPostgresqlPool::keptOneHoldsNoLock() {
    const PostgresqlUse use(m_url);
    PostgresScript other(m_url);
    {
        const auto left = open(m_url);
        QVERIFY(left->execute(QStringLiteral("SELECT pg_advisory_lock(42)")).ok());
        QCOMPARE(other.value("SELECT pg_try_advisory_lock(42)"), QStringLiteral("f"));
    }
    QTRY_COMPARE(other.value("SELECT pg_try_advisory_lock(42)"), QStringLiteral("t"));
    QCOMPARE(openOnServer(), 2);
}

void TestPostgresqlPool::usesNoneThatWasLost() {
    const PostgresqlUse use(m_url);
    const QString process = processOf(*open(m_url));
    QCOMPARE(m_watcher->value("SELECT pg_terminate_backend(" + process.toLatin1() + ", 5000)"), QStringLiteral("t"));
    const auto next = open(m_url);
    QVERIFY(processOf(*next) != process);
    QCOMPARE(openOnServer(), 1);
}

void TestPostgresqlPool::usesNoneInATransaction() {
    const PostgresqlUse use(m_url);
    QString process;
    {
        const auto left = open(m_url);
        process = processOf(*left);
        QVERIFY(left->execute(QStringLiteral("BEGIN")).ok());
    }
    QTRY_COMPARE(openOnServer(), 0);
    QVERIFY(processOf(*open(m_url)) != process);
}

void TestPostgresqlPool::usesNoneThatWasGivenUp() {
    const PostgresqlUse use(m_url);
    QString process;
    {
        const auto left = open(m_url);
        process = processOf(*left);
        left->postgresql()->setPatience(50ms);
        QCOMPARE(left->execute(QStringLiteral("SELECT pg_sleep(1)")).error().code, ErrorCode::Connection);
    }
    QVERIFY(processOf(*open(m_url)) != process);
}

void TestPostgresqlPool::goesOnAfterARestart() {
    m_url.settings.minConnections = 3;
    const PostgresqlUse use(m_url);
    {
        const auto one = open(m_url);
        const auto two = open(m_url);
        const auto three = open(m_url);
    }
    m_watcher.reset();
    m_server.restart(PostgresServer::Stop::Immediate);
    m_watcher = std::make_unique<PostgresScript>(m_server.url(QStringLiteral("postgres")));
    const auto next = open(m_url);
    QCOMPARE(ask(*next, "SELECT 7"), QStringLiteral("7"));
    QCOMPARE(openOnServer(), 1);
}

/// It does not answer in time, and neither does the server to a new one; the token ends both.
void TestPostgresqlPool::leavesAKeptOneThatIsSilent() {
    const PostgresqlUse use(m_url);
    const QString process = processOf(*open(m_url));
    m_server.pause();
    const bool ended = isCancelledSoon(m_opening);
    m_server.resume();
    QVERIFY(ended);
    QCOMPARE(ask(*open(m_url), "SELECT 7"), QStringLiteral("7"));
}

/// Opening the store, bringing up its schema and writing to it take turns on one.
void TestPostgresqlPool::receivingNeedsOneConnection() {
    m_url.settings.maxConnections = 1;
    m_url.settings.connectionTimeout = 1s;
    const auto store = openPostgresqlStore(m_url, Access::Write);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    const auto writer = (*store)->ingestWriter();
    QVERIFY2(writer.ok(), writer ? "" : qPrintable(writer.error().text));
    const auto stored = (*writer)->store(IngestItems().range(1, 20).all());
    QVERIFY2(stored.ok(), stored ? "" : qPrintable(stored.error().text));
    QVERIFY((*writer)->recover().ok());
    QCOMPARE((*writer)->store(IngestItems().range(11, 30).all())->stored, 10);
    QCOMPARE(openOnServer(), 1);
}

/// It could not be opened anew otherwise.
void TestPostgresqlPool::lostSessionHoldsNoPlace() {
    m_url.settings.maxConnections = 1;
    QVERIFY(openPostgresqlStore(m_url, Access::Write).ok());
    const auto store = openPostgresqlStore(m_url, Access::Read);
    QVERIFY(store.ok());
    m_server.stop();
    QCOMPARE((*store)->changeMark().error().code, ErrorCode::Connection);
    m_server.start();
    QVERIFY((*store)->changeMark().ok());
    QVERIFY((*store)->batches().messages().page({}, {}).ok());
}

void TestPostgresqlPool::connectingCanBeCancelled_data() {
    QTest::addColumn<bool>("takes");
    QTest::newRow("takes connections and says nothing") << true;
    QTest::newRow("takes no connection") << false;
}

void TestPostgresqlPool::connectingCanBeCancelled() {
    QFETCH(const bool, takes);
    const SilentServer server(takes ? SilentServer::Manner::Takes : SilentServer::Manner::Ignores);
    m_url.settings.maxConnections = 1;
    for (const Access access : {Access::Read, Access::Write}) {
        QVERIFY(isCancelledSoon(
            [&](const CancelToken& token) { return openPostgresqlStore(silent(server), access, token); }));
    }
    CancelSource stopped;
    stopped.request_stop();
    QCOMPARE(openPostgresql(silent(server), Access::Read, stopped.get_token()).error().code, ErrorCode::Cancelled);
}

void TestPostgresqlPool::frozenServerCanBeCancelled() {
    m_server.pause();
    const bool ended = isCancelledSoon(m_opening);
    m_server.resume();
    QVERIFY(ended);
}

void TestPostgresqlPool::waitingForARetryCanBeCancelled() {
    QCOMPARE(m_watcher->run("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0"), QString());
    m_url.user = QStringLiteral("crowded");
    m_url.settings.retryDelay = 30s;
    QVERIFY(isCancelledSoon(m_opening));
    m_url.settings.maxRetries = 0;
    QCOMPARE(openPostgresql(m_url, Access::Read).error().code, ErrorCode::Connection);
}

/// A connection that was given up counts until it has ended.
void TestPostgresqlPool::lookingUpANameCanBeCancelled() {
    m_url.host = QString::fromLatin1(slowName);
    m_url.settings.maxConnections = 1;
    m_url.settings.connectionTimeout = 1s;
    nameServerAnswers = false;
    QVERIFY(isCancelledSoon(m_opening));
    QCOMPARE(openPostgresql(m_url, Access::Read).error().code, ErrorCode::Busy);
    nameServerAnswers = true;
    nameServerAnswers.notify_all();
    m_url.settings.connectionTimeout = 30s;
    const auto unknown = openPostgresql(m_url, Access::Read);
    QCOMPARE(unknown.error().code, ErrorCode::Connection);
    QVERIFY2(unknown.error().text.contains(QLatin1String("no such host")), qPrintable(unknown.error().text));
}

void TestPostgresqlPool::silentServerTimesOut_data() {
    connectingCanBeCancelled_data();
}

void TestPostgresqlPool::silentServerTimesOut() {
    QFETCH(const bool, takes);
    const SilentServer server(takes ? SilentServer::Manner::Takes : SilentServer::Manner::Ignores);
    m_url.settings.connectionTimeout = 1s;
    QElapsedTimer timer;
    timer.start();
    const auto opened = openPostgresql(silent(server), Access::Read);
    QVERIFY2(timer.elapsed() >= second && timer.elapsed() < 10 * second, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(opened.error().code, ErrorCode::Connection);
    QVERIFY2(opened.error().text.contains(QLatin1String("does not answer")), qPrintable(opened.error().text));
}

void TestPostgresqlPool::passesOverAnAddressThatIsDead() {
    const SilentServer dead(SilentServer::Manner::Ignores);
    m_url.settings.connectionTimeout = 1s;
    StoreUrl url = m_url;
    url.host.clear();
    url.port = 0;
    qputenv("PGHOST", "127.0.0.1,127.0.0.1");
    qputenv("PGPORT", QByteArray::number(dead.port()) + ',' + QByteArray::number(m_url.port));
    QElapsedTimer timer;
    timer.start();
    const auto opened = openPostgresql(url, Access::Read);
    qunsetenv("PGHOST");
    qunsetenv("PGPORT");
    QVERIFY2(opened.ok(), opened ? "" : qPrintable(opened.error().text + opened.error().details));
    QVERIFY(timer.elapsed() >= second);
    QCOMPARE(ask(**opened, "SELECT 7"), QStringLiteral("7"));
}

void TestPostgresqlPool::stopEndsAReceiverThatOpens() {
    SilentServer server;
    ReceiverOptions options;
    options.from = *SourceUrl::parse(QStringLiteral("demo:?rate=0&count=10"));
    options.into = silent(server);
    Receiver receiver = makeReceiver(options);
    receiver.start();
    QTRY_COMPARE(server.visits(), 1);
    QElapsedTimer timer;
    timer.start();
    receiver.stop();
    const auto ended = receiver.wait();
    QVERIFY2(timer.elapsed() < 5 * second, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(ended.ok(), ended ? "" : qPrintable(ended.error().text));
    QCOMPARE(ended->state, ReceiverState::Stopped);
    QCOMPARE(ended->received, 0);
}

/// A window that watches a store asks for its change mark all the time; it may also still be opening it.
void TestPostgresqlPool::channelEndsWhileTheServerHangs() {
    QVERIFY(openPostgresqlStore(m_url, Access::Write).ok());
    for (const bool isOpen : {true, false}) {
        std::atomic<bool> begun{false};
        RequestScope asker;
        auto channel = std::make_unique<StoreWorker>([&](const CancelToken& token) {
            begun = true;
            return openPostgresqlStore(m_url, Access::Read, token);
        });
        std::optional<Result<ChangeMark>> answer;
        const auto look = [&] {
            channel->ask(
                asker,
                [&](Store& store, const CancelToken&) {
                    begun = true;
                    return store.changeMark();
                },
                this, [&](const Result<ChangeMark>& mark) { answer = mark; });
        };
        if (isOpen) {
            look();
            QTRY_VERIFY(answer.has_value());
            QVERIFY(answer->ok());
        }
        begun = false;
        m_server.pause();
        look();
        QTRY_VERIFY(begun);
        QElapsedTimer timer;
        timer.start();
        channel.reset();
        const qint64 took = timer.elapsed();
        m_server.resume();
        QVERIFY2(took < second, qPrintable(QString::number(took)));
    }
}

QTEST_GUILESS_MAIN(TestPostgresqlPool)
#include "tst_postgresqlpool.moc"
