#include "storage/base/timeforms.h"
#include "storage/export/bundle.h"
#include "storage/export/bundlefile.h"
#include "storage/export/bundlelines.h"
#include "storage/export/zipfile.h"
#include "storage/json/jsontext.h"
#include "storage/stores/openstore.h"
#include "storage/versions/pipelinerows.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QtTest>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int letters = 1'200;

PortMessage oddMessage() {
    PortMessage message;
    message.id = "one";
    message.portName = QByteArray("\xff\x00p", 3);
    message.messageData = "{ \"a\" : 1.0,\n \"a\":18446744073709551615 }";
    message.status = PortStatus::Other;
    message.otherStatus = "odd";
    message.retryCount = -3;
    message.createdAt = parseIsoTime("2026-01-02T03:04:05.000007Z");
    message.errorMessage = QByteArray("");
    message.sourceComponent = QByteArray("");
    return message;
}

/// No file grows beyond so many bytes while this lives, as on a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit small{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_before{};
};

} // namespace

class TestBundle : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = store(QStringLiteral("a.db"));
        const QString failed =
            SqliteScript(m_url.path)
                .run("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
                     + QByteArray::number(letters)
                     + ") INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                       "status, error_message) SELECT printf('%04d', n * 7 % 1201), 'orders', 'a', 'b', '{\"n\":' || n "
                       "|| '}', 'dead_letter', 'no ' || n FROM s");
        QVERIFY2(failed.isEmpty(), qPrintable(failed));
    }

    void linesComeBack() {
        QByteArray text;
        appendMessageLine(text, oddMessage());
        QCOMPARE(text.count('\n'), 1);
        const auto message = parseMessageLine(text);
        QVERIFY(message);
        QVERIFY(saysTheSame(*message, oddMessage()));
        QCOMPARE(message->messageData, oddMessage().messageData);
        QCOMPARE(message->portName, oddMessage().portName);
        QVERIFY(message->targetComponent.isNull() && !message->sourceComponent.isNull());
        QVERIFY(message->errorMessage && message->errorMessage->isEmpty() && !message->errorDetails);
        QByteArray again;
        appendMessageLine(again, *message);
        QCOMPARE(again, text);

        const AuditEntry entry{
            0, *oddMessage().createdAt, "ada", "replay", "port_message", "one", "why \xff", {}, "{ }", {}};
        text.clear();
        appendAuditLine(text, entry);
        const auto line = parseAuditLine(text);
        QVERIFY(line);
        QVERIFY(line->reason == entry.reason && line->before == entry.before && !line->after && line->at == entry.at);
    }

    /// An incident is when letters died, not when they were written.
    void spansTheTimesOfDeath() {
        QCOMPARE(SqliteScript(m_url.path)
                     .run("UPDATE port_messages SET created_at = '2026-01-01T00:00:00.000Z', processed_at = "
                          "strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-10', '+' || rowid || ' seconds')"),
                 QString());
        const auto reader = open(m_url, Access::Read);
        const auto draft = BundleDraft::freeze(*reader, {}, path(), [](qint64) {}, {});
        QVERIFY(draft);
        QCOMPARE((*draft)->span().first, parseIsoTime("2026-01-10T00:00:01Z"));
        QCOMPARE((*draft)->span().last, parseIsoTime("2026-01-10T00:20:00Z"));
    }

    void timesWithoutAnEndComeBack() {
        PortMessage message = oddMessage();
        message.createdAt = beginningOfTime;
        message.processedAt = endOfTime;
        QByteArray text;
        appendMessageLine(text, message);
        const auto read = parseMessageLine(text);
        QVERIFY(read);
        QVERIFY(read->createdAt == message.createdAt && read->processedAt == message.processedAt);
    }

    void otherLinesAreRefused_data() {
        QTest::addColumn<QByteArray>("line");
        QByteArray good;
        appendMessageLine(good, oddMessage());
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("torn") << good.chopped(5);
        QTest::newRow("no id") << QByteArray(good).replace("\"id\":\"one\"", "\"id\":null");
        QTest::newRow("id of a number") << QByteArray(good).replace("\"id\":\"one\"", "\"id\":1");
        QTest::newRow("no time") << QByteArray(good).replace("2026-01-02", "2026-13-02");
        QTest::newRow("real tries") << QByteArray(good).replace("\"retry_count\":-3", "\"retry_count\":-3.5");
        QTest::newRow("many tries") << QByteArray(good).replace("\"retry_count\":-3",
                                                                "\"retry_count\":99999999999999999999");
        QTest::newRow("a member less") << QByteArray(good).replace("\"status\"", "\"stat\"");
        QTest::newRow("no base64") << QByteArray(good).replace("_base64\":\"", "_base64\":\"*");
        QTest::newRow("deep") << QByteArray(100'000, '[');
    }
    void otherLinesAreRefused() {
        QFETCH(const QByteArray, line);
        const auto message = parseMessageLine(line);
        QVERIFY(!message && message.error().code == ErrorCode::Corrupt);
    }

    void nothingIsLeftOfACancelledOne() {
        const auto reader = open(m_url, Access::Read);
        CancelSource stop;
        auto frozen = BundleDraft::freeze(
            *reader, {}, path(), [&](qint64) { stop.request_stop(); }, stop.get_token());
        QVERIFY(!frozen && frozen.error().code == ErrorCode::Cancelled);
        const auto draft = BundleDraft::freeze(*reader, {}, path(), [](qint64) {}, {});
        QVERIFY(draft);
        const auto written = (*draft)->write(*reader, {}, stop.get_token());
        QVERIFY(!written && written.error().code == ErrorCode::Cancelled);
        QCOMPARE(files(), QStringList{QStringLiteral("a.db")});
    }

    void aFullDiskLeavesWhatWasThere() {
        const auto reader = open(m_url, Access::Read);
        QFile before(path());
        QVERIFY(before.open(QIODevice::WriteOnly) && before.write("before") == 6);
        before.close();
        for (const rlim_t room : {1'000, 200'000, 400'000}) {
            const FullDisk disk(room);
            auto draft = BundleDraft::freeze(*reader, {}, path(), [](qint64) {}, {});
            const Error error = draft ? (*draft)->write(*reader, papers(), {}).error() : draft.error();
            QCOMPARE(error.code, ErrorCode::Io);
            QVERIFY(!error.text.isEmpty());
        }
        QVERIFY(before.open(QIODevice::ReadOnly));
        QCOMPARE(before.readAll(), QByteArray("before"));
        QCOMPARE(files(), (QStringList{QStringLiteral("a.db"), QStringLiteral("b.zip")}));
    }

    /// What a rule of the other database refuses keeps nothing else out, and comes when the rule is gone.
    void theOthersAreTaken() {
        const BundleSummary summary = write();
        QCOMPARE(summary.messages, letters);
        const StoreUrl into = store(QStringLiteral("into.db"));
        const auto script = [&](const QByteArray& sql) { return SqliteScript(into.path).run(sql); };
        QCOMPARE(script("CREATE TRIGGER strict BEFORE INSERT ON port_messages WHEN NEW.id IN ('0007', '0700', '0701') "
                        "BEGIN SELECT RAISE(ABORT, 'not this one'); END"),
                 QString());
        const IntakeOutcome outcome = take(into);
        QCOMPARE(outcome.taken, letters - 3);
        QCOMPARE(outcome.refused.size(), std::size_t(3));
        QVERIFY(outcome.refused.front().first == "0007");
        QCOMPARE(SqliteScript(into.path).value("SELECT sum(after_image ->> '$.messages') FROM portolan_audit WHERE "
                                               "subject_kind = 'bundle' AND subject_id = '"
                                               + summary.identity + "'"),
                 QString::number(letters - 3));
        QCOMPARE(script("DROP TRIGGER strict"), QString());
        const IntakeOutcome rest = take(into);
        QCOMPARE(rest.taken, 3);
        QCOMPARE(rest.present, letters - 3);
        QVERIFY(rest.refused.empty());
        const QByteArray all =
            "SELECT group_concat(id || message_data || status || created_at || error_message, ' ') FROM "
            "(SELECT * FROM port_messages ORDER BY id)";
        QCOMPARE(SqliteScript(into.path).value(all), SqliteScript(m_url.path).value(all));
    }

    /// Whoever opens it shares one database, which goes with the last.
    void isUnpackedOnce() {
        write();
        qputenv("TMPDIR", m_folder->path().toUtf8());
        const auto bundle = StoreUrl::parse(path());
        QVERIFY(bundle);
        {
            const auto first = open(*bundle, Access::Read);
            const auto second = open(*bundle, Access::Read);
            QVERIFY(first && second);
            QCOMPARE(QDir(m_folder->path()).entryList({QStringLiteral("*-??????")}, QDir::Dirs).size(), 1);
            QCOMPARE(first->url().display(), bundle->display());
            QVERIFY(first->unavailableReason(Feature::Replay) && first->unavailableReason(Feature::Receive));
            QVERIFY(!first->unavailableReason(Feature::DeadLetters));
            QVERIFY(first->pipelineRows(PipelineTable::Health) && first->audit() && first->objectModels());
            QVERIFY(!first->intake() && !first->alerts() && !first->savedViews()); // they would go with it
            const auto page = second->ports()->deadLetters().page({}, {});
            QVERIFY(page && page->rows.size() == 500);
            QCOMPARE(openStore(*bundle, Access::Write).error().code, ErrorCode::ReadOnly);
        }
        QCOMPARE(QDir(m_folder->path()).entryList({QStringLiteral("*-??????")}, QDir::Dirs), QStringList());
        qunsetenv("TMPDIR");
    }

    /// One whose file does not end, as on a share that hangs, holds up no other, and is waited for no longer than
    /// wanted.
    void noOtherIsWaitedFor() {
        write();
        const QString pipe = m_folder->path(QStringLiteral("hangs.zip"));
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        const StoreUrl hanging = *StoreUrl::parse(pipe);
        ErrorCode ended = ErrorCode::Unknown;
        std::thread waiting([&] {
            const auto opened = openStore(hanging, Access::Read);
            ended = opened ? ErrorCode::Unknown : opened.error().code;
        });
        int writing = -1; // as soon as it is being read
        while (writing < 0)
            writing = ::open(QFile::encodeName(pipe).constData(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        const auto other = openStore(*StoreUrl::parse(path()), Access::Read);
        CancelSource cancel;
        cancel.request_stop();
        const auto same = openStore(hanging, Access::Read, cancel.get_token());
        ::close(writing);
        waiting.join();
        QVERIFY(other.ok());
        QCOMPARE(same.error().code, ErrorCode::Cancelled);
        QVERIFY(ended != ErrorCode::Unknown);
    }

    void isChosenByIdAndFilter() {
        const auto reader = open(m_url, Access::Read);
        const auto filter = parseFilter(QStringLiteral("data.n>600"), portMessageSchema(), currentTime());
        QVERIFY(filter);
        const auto draft = BundleDraft::freeze(*reader, {*filter, {"0007", "0001", "none"}, false, "x", "y"}, path(),
                                               [](qint64) {}, {});
        QVERIFY(draft); // 0007 is n = 1, 0001 is n = 858
        const auto summary = (*draft)->write(*reader, {}, {});
        QVERIFY(summary);
        QCOMPARE(summary->messages, 1);
        QCOMPARE(summary->missing, 2);
        const auto none = BundleDraft::freeze(*reader, {*filter, {"0007"}, false, {}, {}}, path(), [](qint64) {}, {});
        QVERIFY(!none && none.error().code == ErrorCode::Usage);
    }

private:
    StoreUrl store(const QString& name) {
        StoreUrl url;
        url.kind = StoreKind::Sqlite;
        url.path = m_folder->path(name);
        open(url, Access::Write);
        return url;
    }
    static std::unique_ptr<Store> open(const StoreUrl& url, Access access) {
        auto store = openStore(url, access);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        return std::move(*store);
    }
    [[nodiscard]] QString path() const { return m_folder->path(QStringLiteral("b.zip")); }
    [[nodiscard]] QStringList files() const {
        return QDir(m_folder->path())
            .entryList({}, QDir::Files | QDir::Hidden, QDir::Name)
            .filter(QRegularExpression(QStringLiteral("^(?!a\\.db-)")));
    }
    /// What does not shrink.
    static std::vector<BundlePaper> papers() {
        QByteArray noise(1 << 20, '\0');
        QRandomGenerator(7).generate(reinterpret_cast<quint32*>(noise.data()),
                                     reinterpret_cast<quint32*>(noise.data()) + noise.size() / 4);
        return {{bundle::report, noise}};
    }
    BundleSummary write() {
        const auto reader = open(m_url, Access::Read);
        const auto draft = BundleDraft::freeze(*reader, {}, path(), [](qint64) {}, {});
        const auto summary = draft ? (*draft)->write(*reader, {}, {}) : draft.error();
        if (!summary)
            qFatal("%s", qPrintable(summary.error().text));
        return *summary;
    }
    IntakeOutcome take(const StoreUrl& into) {
        const auto file = BundleFile::open(path(), {});
        const auto writer = open(into, Access::Write);
        const auto outcome = file ? takeBundle(**file, *writer, {{}, "test", "ada"}, [](qint64) {}, {}) : file.error();
        if (!outcome)
            qFatal("%s", qPrintable(outcome.error().text));
        return *outcome;
    }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
};

QTEST_GUILESS_MAIN(TestBundle)
#include "tst_bundle.moc"
