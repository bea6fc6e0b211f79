#include "storage/operations/audit.h"
#include "storage/stores/openstore.h"
#include "storage/versions/versions.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <mutex>
#include <thread>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

class TestVersions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void findsTheOneThatCounts();
    void findsAComponentsHighest();
    void saysWhatIsNotThere();
    void listsEveryVersion();
    void cutsWhatSinksKeepForAList();
    void movesTheMark();
    void isUndone();
    void leavesANewerVersionItsMark();
    void leavesAnotherExpiryAlone();
    void tellsWhenTheOneBeforeWas();
    void leavesTheLatestAlone();
    void refusesWhatItCannotDo();
    void mendsTwoMarksAndNone();
    void needsAnAudit();
    void saysWhenAVersionMayGo();
    void readersSeeOneAtEveryInstant();

private:
    QString run(const QByteArray& sql) const;
    QString value(const QByteArray& sql) const;
    void addVersion(const QByteArray& name, int version) const;
    void addVersions(const QByteArray& name, int count) const;
    Result<Promotion> promote(const QByteArray& name, qint64 version, const QByteArray& reason = "it was better");
    [[nodiscard]] QString latest(const QByteArray& name) const;

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestVersions::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestVersions::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    auto store = openStore(m_url, Access::Write);
    QVERIFY(store.ok());
    m_store = std::move(*store);
}

void TestVersions::cleanup() {
    m_store.reset();
}

/// As another program.
QString TestVersions::run(const QByteArray& sql) const {
    return m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
}

QString TestVersions::value(const QByteArray& sql) const {
    return m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).value(sql)
                                               : SqliteScript(m_url.path).rows(sql).value(0);
}

void TestVersions::addVersion(const QByteArray& name, int version) const {
    const QByteArray n = QByteArray::number(version);
    QCOMPARE(run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES ('" + name
                 + "', 'reader', " + n + ", '{\"offset\":" + n + "}')"),
             QString());
}

void TestVersions::addVersions(const QByteArray& name, int count) const {
    for (int version = 1; version <= count; ++version)
        addVersion(name, version);
}

Result<Promotion> TestVersions::promote(const QByteArray& name, qint64 version, const QByteArray& reason) {
    return m_store->checkpoints()->promote(name, version, std::nullopt, reason, "ada", {});
}

QString TestVersions::latest(const QByteArray& name) const {
    return value("SELECT count(*) || ':' || max(version) FROM checkpoints WHERE is_latest AND checkpoint_name = '"
                 + name + "'");
}

void TestVersions::findsTheOneThatCounts() {
    addVersions("a b", 3);
    addVersions("other", 5);
    auto found = findVersion(*m_store, Versioned::Checkpoint, "a b", std::nullopt, {});
    QVERIFY2(found, found ? "" : qPrintable(found.error().text));
    QCOMPARE(contentOf(Versioned::Checkpoint, *found).replace(' ', ""), QByteArray("{\"offset\":3}"));
    QVERIFY(promote("a b", 2).ok());
    found = findVersion(*m_store, Versioned::Checkpoint, "a b", std::nullopt, {});
    QCOMPARE(contentOf(Versioned::Checkpoint, *found).replace(' ', ""), QByteArray("{\"offset\":2}"));
    found = findVersion(*m_store, Versioned::Checkpoint, "a b", 1, {});
    QCOMPARE(contentOf(Versioned::Checkpoint, *found).replace(' ', ""), QByteArray("{\"offset\":1}"));
    QCOMPARE(run("UPDATE checkpoints SET is_latest = FALSE"), QString());
    found = findVersion(*m_store, Versioned::Checkpoint, "a b", std::nullopt, {});
    QCOMPARE(contentOf(Versioned::Checkpoint, *found).replace(' ', ""), QByteArray("{\"offset\":3}"));
}

void TestVersions::findsAComponentsHighest() {
    for (const char* version : {"2", "10", "9"})
        QCOMPARE(run(QByteArray("INSERT INTO component_state (component_name, component_type, version, state_data) "
                                "VALUES ('tap', 'Source', ")
                     + version + ", '[" + version + "]')"),
                 QString());
    const auto found = findVersion(*m_store, Versioned::Component, "tap", std::nullopt, {});
    QVERIFY(found.ok());
    QCOMPARE(contentOf(Versioned::Component, *found), QByteArray("[10]"));
}

void TestVersions::saysWhatIsNotThere() {
    addVersions("a", 2);
    const auto version = findVersion(*m_store, Versioned::Checkpoint, "a", 7, {});
    QVERIFY(!version && version.error().code == ErrorCode::NotFound);
    QCOMPARE(version.error().text,
             QStringLiteral("There is no version 7 of the checkpoint \"a\" in %1.").arg(m_url.display()));
    const auto name = findVersion(*m_store, Versioned::Component, "b%1", std::nullopt, {});
    QVERIFY(!name && name.error().code == ErrorCode::NotFound);
    QCOMPARE(name.error().text, QStringLiteral("There is no component \"b%1\" in ") + m_url.display() + u'.');
}

void TestVersions::listsEveryVersion() {
    addVersions("a", 3);
    const auto count = [this](PipelineTable table, const char* filter) {
        ListQuery query;
        query.filter = *parseFilter(QString::fromLatin1(filter), pipelineSchema(table), currentTime());
        const auto page = m_store->pipelineRows(table)->page(query, {});
        if (!page)
            qFatal("%s", qPrintable(page.error().text + page.error().details));
        return page->rows.size();
    };
    QCOMPARE(count(PipelineTable::Checkpoints, ""), std::size_t(3));
    QCOMPARE(count(PipelineTable::Checkpoints, "is_latest:true version:3 data.offset:3 age<1h"), std::size_t(1));
    QCOMPARE(run("INSERT INTO system_health (component_name, health_status, health_details) VALUES "
                 "('tap', 'degraded', '{\"queue\":{\"depth\":7}}'), ('tap', 'healthy', NULL)"),
             QString());
    QCOMPARE(count(PipelineTable::Health, "details.queue.depth>6"), std::size_t(1));
    QCOMPARE(run("INSERT INTO sink_storage (sink_name, data_type, data) VALUES ('s', 't', '{\"a\":[1,\"needle\"]}')"),
             QString());
    QCOMPARE(count(PipelineTable::Sinks, "needle data.a[0]:1"), std::size_t(1));
    QCOMPARE(count(PipelineTable::Components, ""), std::size_t(0));
}

/// A list brings the beginning of a document; its filter looks into all of it.
void TestVersions::cutsWhatSinksKeepForAList() {
    const QByteArray large = '"' + QByteArray(300'000, 'x') + QByteArray("needle\"");
    QCOMPARE(run("INSERT INTO sink_storage (sink_name, data) VALUES ('large', '" + large + "'), ('small', '[1]')"),
             QString());
    ListQuery query;
    query.filter = *parseFilter(QStringLiteral("needle"), pipelineSchema(PipelineTable::SinkCells), currentTime());
    for (const PipelineTable table : {PipelineTable::Sinks, PipelineTable::SinkCells}) {
        const auto page = m_store->pipelineRows(table)->page(query, {});
        QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
        QCOMPARE(page->rows.size(), std::size_t(1));
        const Value cell = pipelineCell(table, page->rows.front(), "data");
        const auto* const text = std::get_if<QByteArray>(&cell);
        QVERIFY(text && large.startsWith(*text));
        if (table == PipelineTable::Sinks)
            QCOMPARE(text->size(), large.size());
        else
            QVERIFY2(text->size() >= cellBytes && text->size() <= 2 * cellBytes,
                     qPrintable(QString::number(text->size())));
    }
}

void TestVersions::movesTheMark() {
    addVersions("a", 4);
    addVersions("b", 2);
    const auto done = promote("a", 2, "  the third was wrong ");
    QVERIFY2(done, done ? "" : qPrintable(done.error().text + done.error().details));
    QCOMPARE(done->version, 2);
    QCOMPARE(done->previous, std::optional<qint64>(4));
    QCOMPARE(latest("a"), QStringLiteral("1:2"));
    QCOMPARE(latest("b"), QStringLiteral("1:2"));
    QCOMPARE(
        value("SELECT actor || ' ' || action || ' ' || subject_kind || ' ' || subject_id || ' ' || reason || ' ' || "
              "before_image || ' ' || after_image FROM portolan_audit"),
        QStringLiteral("ada promote checkpoint a the third was wrong {\"version\":4} {\"version\":2}"));
}

void TestVersions::isUndone() {
    addVersions("a", 3);
    const auto done = promote("a", 1);
    QVERIFY(done.ok() && promote("a", *done->previous).ok());
    QCOMPARE(latest("a"), QStringLiteral("1:3"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), QStringLiteral("2"));
}

/// Undoing names the version that it takes the mark from.
void TestVersions::leavesANewerVersionItsMark() {
    addVersions("a", 3);
    QVERIFY(promote("a", 1).ok());
    addVersion("a", 4);
    const auto back = [this](qint64 version, qint64 expected) {
        return m_store->checkpoints()->promote("a", version, expected, "undone", "ada", {});
    };
    const auto late = back(3, 1);
    QVERIFY(!late && late.error().code == ErrorCode::Changed);
    QCOMPARE(late.error().text, QStringLiteral("It was changed meanwhile: the latest is version 4 of the checkpoint "
                                               "\"a\", not version 1 any more. Nothing was done."));
    QCOMPARE(latest("a"), QStringLiteral("1:4"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), QStringLiteral("1"));
    QVERIFY(back(3, 4).ok());
    QCOMPARE(latest("a"), QStringLiteral("1:3"));
    QCOMPARE(run("UPDATE checkpoints SET is_latest = FALSE"), QString()); // the highest counts
    const auto none = back(1, 3);
    QVERIFY(!none && none.error().code == ErrorCode::Changed);
    QVERIFY(back(1, 4).ok());
    QCOMPARE(latest("a"), QStringLiteral("1:1"));
}

void TestVersions::leavesAnotherExpiryAlone() {
    addVersions("a", 1);
    const Timestamp mine = *parseIsoTime("2031-02-03T04:05:06.789Z");
    const auto set = [this](Expiry expires, const std::optional<Expiry>& expected) {
        return m_store->checkpoints()->setExpiry("a", 1, expires, expected, "why", "ada", {});
    };
    const auto is = [this](const char* condition) {
        return value(QByteArray("SELECT count(*) FROM checkpoints WHERE ") + condition);
    };
    QVERIFY(set(mine, Expiry()).ok()); // never, so far
    const auto back = set(std::nullopt, Expiry(mine));
    QVERIFY2(back.ok(), back ? "" : qPrintable(back.error().text));
    QVERIFY(set(mine, std::nullopt).ok());
    QCOMPARE(run("UPDATE checkpoints SET expires_at = '2040-01-01T00:00:00.000Z'"), QString());
    const auto late = set(std::nullopt, Expiry(mine));
    QVERIFY(!late && late.error().code == ErrorCode::Changed);
    QVERIFY2(late.error().text.startsWith(QStringLiteral("It was changed meanwhile: the expiry of version 1 of the "
                                                         "checkpoint \"a\" is another one now (2040-01-01")),
             qPrintable(late.error().text));
    QCOMPARE(is("expires_at > '2039-01-01'"), QStringLiteral("1"));
    QCOMPARE(run("UPDATE checkpoints SET expires_at = NULL"), QString());
    QVERIFY(!set(mine, Expiry(mine)).ok());
    QCOMPARE(is("expires_at IS NULL"), QStringLiteral("1"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), QStringLiteral("3"));
}

/// Whatever the filter leaves out between them.
void TestVersions::tellsWhenTheOneBeforeWas() {
    QCOMPARE(run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) "
                 "VALUES ('a', 'c', 1, '1', '2026-03-01T00:00:00.000Z'), ('a', 'c', 2, '2', "
                 "'2026-03-01T00:01:30.000Z'), ('b', 'c', 2, '2', '2026-03-01T00:02:00.000Z'), ('a', 'c', 5, '5', "
                 "'2026-03-01T01:01:30.000Z');"
                 "INSERT INTO component_state (component_name, component_type, version, state_data, updated_at) VALUES "
                 "('tap', 'Source', 1, '1', '2026-03-01T00:00:00.000Z'), ('tap', 'Source', 2, '2', "
                 "'2026-03-02T00:00:00.000Z')"),
             QString());
    const auto before = [this](PipelineTable table, const char* filter) {
        ListQuery query;
        query.filter = *parseFilter(QString::fromLatin1(filter), pipelineSchema(table), currentTime());
        QByteArrayList told;
        const auto page = m_store->pipelineRows(table)->page(query, {});
        if (!page)
            return QByteArrayList{page.error().text.toUtf8() + page.error().details.toUtf8()};
        for (const PipelineRow& row : page->rows) {
            const Value time = pipelineCell(table, row, "previous_at");
            const auto* const at = std::get_if<Timestamp>(&time);
            told << (at ? toIsoTime(*at) : QByteArray("none"));
        }
        return told;
    };
    QCOMPARE(before(PipelineTable::CheckpointVersions, ""),
             (QByteArrayList{"none", "2026-03-01T00:00:00.000Z", "none", "2026-03-01T00:01:30.000Z"}));
    QCOMPARE(before(PipelineTable::CheckpointVersions, "version:5"), QByteArrayList{"2026-03-01T00:01:30.000Z"});
    QCOMPARE(before(PipelineTable::CheckpointVersions, "previous_at:*").size(), 2);
    QCOMPARE(before(PipelineTable::ComponentVersions, ""), (QByteArrayList{"none", "2026-03-01T00:00:00.000Z"}));
}

void TestVersions::leavesTheLatestAlone() {
    addVersions("a", 3);
    const auto done = promote("a", 3);
    QVERIFY(done.ok());
    QCOMPARE(done->previous, std::optional<qint64>(3));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), QStringLiteral("0"));
}

void TestVersions::refusesWhatItCannotDo() {
    addVersions("a", 2);
    const auto codeOf = [](const Result<Promotion>& done) {
        return done ? std::nullopt : std::optional(done.error().code);
    };
    QCOMPARE(codeOf(promote("a", 9)), ErrorCode::NotFound);
    QCOMPARE(codeOf(promote("A", 1)), ErrorCode::NotFound);
    QCOMPARE(codeOf(promote("a", 1, " ")), ErrorCode::Usage);
    const auto reading = openStore(m_url, Access::Read);
    QVERIFY(reading.ok());
    QVERIFY(!(*reading)->checkpoints()->promote("a", 1, std::nullopt, "why", "ada", {}));
    QCOMPARE(latest("a"), QStringLiteral("1:2"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), QStringLiteral("0"));
}

/// Another program's table need not have the rule that ours has.
void TestVersions::mendsTwoMarksAndNone() {
    addVersions("a", 3);
    QCOMPARE(run("DROP INDEX idx_checkpoints_one_latest; UPDATE checkpoints SET is_latest = TRUE"), QString());
    auto done = promote("a", 2);
    QVERIFY2(done, done ? "" : qPrintable(done.error().text + done.error().details));
    QCOMPARE(latest("a"), QStringLiteral("1:2"));
    QCOMPARE(run("UPDATE checkpoints SET is_latest = FALSE"), QString());
    done = promote("a", 3);
    QVERIFY(done.ok() && !done->previous);
    QCOMPARE(latest("a"), QStringLiteral("1:3"));
}

void TestVersions::needsAnAudit() {
    addVersions("a", 2);
    QCOMPARE(run("DROP TABLE portolan_audit"), QString());
    const auto done = promote("a", 1);
    QVERIFY(!done && done.error().code == ErrorCode::Unsupported);
    QVERIFY2(done.error().text.contains(QStringLiteral("portolan migrate up")), qPrintable(done.error().text));
    QCOMPARE(latest("a"), QStringLiteral("1:2"));
}

void TestVersions::saysWhenAVersionMayGo() {
    addVersions("a", 2);
    addVersions("b", 2);
    const Timestamp when = *parseIsoTime("2031-02-03T04:05:06Z");
    const auto set = [this](qint64 version, std::optional<Timestamp> expires, const QByteArray& reason = "kept long") {
        return m_store->checkpoints()->setExpiry("a", version, expires, std::nullopt, reason, "ada", {});
    };
    const auto stored = [this](qint64 version) {
        const auto row = findVersion(*m_store, Versioned::Checkpoint, "a", version, {});
        const Value value = row ? pipelineCell(PipelineTable::Checkpoints, *row, "expires_at") : Value();
        const auto* const time = std::get_if<Timestamp>(&value);
        return time ? std::optional(*time) : std::nullopt;
    };
    const auto done = set(1, when);
    QVERIFY2(done, done ? "" : qPrintable(done.error().text + done.error().details));
    QCOMPARE(stored(1), std::optional(when));
    QCOMPARE(stored(2), std::nullopt);
    QCOMPARE(value("SELECT count(*) FROM checkpoints WHERE expires_at IS NOT NULL"), QStringLiteral("1"));
    QVERIFY(set(1, std::nullopt).ok());
    QCOMPARE(stored(1), std::nullopt);
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE action = 'set expiry' AND actor = 'ada' AND reason = "
                   "'kept long' AND subject_id = 'a'"),
             QStringLiteral("2"));
    QVERIFY(value("SELECT before_image FROM portolan_audit ORDER BY id DESC LIMIT 1")
                .contains(QStringLiteral("\"expires_at\":\"2031-02-03")));
    const auto missing = set(7, when);
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
    const auto silent = set(1, when, "  ");
    QVERIFY(!silent && silent.error().code == ErrorCode::Usage);
    QCOMPARE(latest("a"), QStringLiteral("1:2"));
}

void TestVersions::readersSeeOneAtEveryInstant() {
    addVersions("a", 5);
    std::atomic<bool> over = false;
    std::atomic<int> looks = 0;
    std::mutex mutex;
    QStringList wrong; // guarded
    const auto note = [&](const QString& what) {
        const std::lock_guard lock(mutex);
        wrong << what;
    };
    std::vector<std::jthread> others;
    for (int reader = 0; reader < 2; ++reader) {
        others.emplace_back([&] {
            while (!over) {
                if (const QString seen = latest("a"); !seen.startsWith(QLatin1String("1:")))
                    note(seen);
                ++looks;
            }
        });
    }
    for (int writer = 0; writer < 3; ++writer) {
        others.emplace_back([&, writer] {
            for (int version = 100 * (writer + 1); !over; ++version) {
                const QString failed =
                    run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES "
                        "('a', 'writer', "
                        + QByteArray::number(version) + ", '{}')");
                if (!failed.isEmpty() && !failed.contains(QLatin1String("locked"))) // waiting too long is its own risk
                    note(failed);
            }
        });
    }
    for (int i = 0; i < 50; ++i) {
        const auto done = promote("a", 1 + i % 5);
        if (!done)
            QVERIFY2(isTransient(done.error().code), qPrintable(done.error().text + done.error().details));
    }
    over = true;
    others.clear();
    QCOMPARE(wrong, QStringList());
    QVERIFY(looks.load() > 10);
    QVERIFY(latest("a").startsWith(QLatin1String("1:")));
}

QTEST_GUILESS_MAIN(TestVersions)
#include "tst_versions.moc"
