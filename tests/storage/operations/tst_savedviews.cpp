#include "storage/messages/batches.h"
#include "storage/migrations/migrations.h"
#include "storage/operations/audit.h"
#include "storage/operations/savedviews.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QJsonDocument>
#include <QTest>
#include <thread>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

SavedView failedToday() {
    return {"ports", "failed today", "status:failed age<1d", "-created_at", R"({"list":"Port messages"})"};
}

QString textOf(const Result<void>& done) {
    return done ? QString() : done.error().text;
}

} // namespace

/// Views that a store keeps, on both databases.
class TestSavedViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void comesBackAsItWasSaved();
    void replacesOnlyWhatWasSeen();
    void twoThatAddOneAtOnce();
    void removingLeavesTheRowAndFreesTheName();
    void renames();
    void everyChangeIsInTheAudit();
    void aFailureLeavesEverythingAsItWas();
    void refusesNames_data();
    void refusesNames();
    void saysWhyThereIsNoPlace();
    void saysThatItMayOnlyRead();
    void filesKeepNone();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    /// As another program.
    [[nodiscard]] QString run(const QByteArray& sql) const;
    [[nodiscard]] QString value(const QByteArray& sql) const;
    [[nodiscard]] SavedViews& views() const { return *m_store->savedViews(); }
    [[nodiscard]] std::vector<SavedView> all() const;
    void save(const SavedView& view) const;

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestSavedViews::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestSavedViews::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    auto store = openStore(m_url, Access::Write);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    m_store = std::move(*store);
}

QString TestSavedViews::run(const QByteArray& sql) const {
    return isServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
}

QString TestSavedViews::value(const QByteArray& sql) const {
    return isServer() ? PostgresScript(m_url).value(sql) : SqliteScript(m_url.path).value(sql);
}

std::vector<SavedView> TestSavedViews::all() const {
    auto found = views().list({});
    if (!found)
        qFatal("%s %s", qPrintable(found.error().text), qPrintable(found.error().details));
    return std::move(*found);
}

void TestSavedViews::save(const SavedView& view) const {
    const auto saved = views().save(view, std::nullopt, "tester", {});
    QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().text + saved.error().details));
}

void TestSavedViews::comesBackAsItWasSaved() {
    QVERIFY(all().empty());
    const SavedView odd{"audit", "it's \"odd\" & % ß 😀", "~\"a b\" or not (x:'1')", "", ""};
    save(failedToday());
    save(odd);
    save({"ports", "Another", "", "", ""});
    const auto found = all();
    QCOMPARE(found.size(), std::size_t(3)); // by pane, then by the bytes of their names
    QCOMPARE(found[0].name, odd.name);
    QCOMPARE(found[0].filter, odd.filter);
    QCOMPARE(found[0].columns, QByteArray());
    QCOMPARE(found[1].name, QByteArray("Another"));
    QCOMPARE(found[2].filter, failedToday().filter);
    QCOMPARE(found[2].sort, failedToday().sort);
    QCOMPARE(QJsonDocument::fromJson(found[2].columns), QJsonDocument::fromJson(failedToday().columns));
    QVERIFY(found[2].updated && currentTime() - *found[2].updated < std::chrono::minutes(1));

    auto reading = openStore(m_url, Access::Read); // as a window
    QVERIFY(reading.ok());
    const auto seen = (*reading)->savedViews()->list({});
    QVERIFY(seen.ok());
    QVERIFY(*seen == found);
    QVERIFY(!*views().cannotSave({}));
}

void TestSavedViews::replacesOnlyWhatWasSeen() {
    save(failedToday());
    const SavedView seen = all().front();
    SavedView mine = failedToday();
    mine.filter = "status:dead_letter";
    QCOMPARE(textOf(views().save(mine, seen, "tester", {})), QString());
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(all().front().filter, mine.filter);

    SavedView late = failedToday();
    late.filter = "status:pending"; // by somebody who still sees the first one
    for (const auto& done : {views().save(late, seen, "tester", {}), views().save(late, std::nullopt, "tester", {}),
                             views().remove(seen, "tester", {}), views().rename(seen, "x", "tester", {})}) {
        QVERIFY(!done.ok());
        QCOMPARE(done.error().code, ErrorCode::Changed);
    }
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(all().front().filter, mine.filter);
}

/// Of two stores that save a new view of one name at once, one is told.
void TestSavedViews::twoThatAddOneAtOnce() {
    std::array<std::optional<ErrorCode>, 2> said;
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < said.size(); ++i) {
            threads.emplace_back([&, i] {
                const auto store = openStore(m_url, Access::Write);
                SavedView mine = failedToday();
                mine.filter = "retry_count:" + QByteArray::number(static_cast<int>(i));
                const auto saved = (*store)->savedViews()->save(mine, std::nullopt, "tester", {});
                said[i] = saved ? std::nullopt : std::optional(saved.error().code);
            });
        }
    }
    QCOMPARE(std::ranges::count(said, std::optional<ErrorCode>()), 1);
    QCOMPARE(std::ranges::count(said, std::optional(ErrorCode::Changed)), 1);
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE subject_kind = 'view'"), QStringLiteral("1"));
}

void TestSavedViews::removingLeavesTheRowAndFreesTheName() {
    save(failedToday());
    const SavedView gone = all().front();
    QCOMPARE(textOf(views().remove(gone, "tester", {})), QString());
    QVERIFY(all().empty());
    QCOMPARE(value("SELECT count(*) FROM portolan_saved_views WHERE deleted_at IS NOT NULL"), QStringLiteral("1"));
    QCOMPARE(views().remove(gone, "tester", {}).error().code, ErrorCode::Changed);
    save(gone); // put back
    QCOMPARE(all().front().filter, gone.filter);
    QCOMPARE(value("SELECT count(*) FROM portolan_saved_views"), QStringLiteral("2"));
}

void TestSavedViews::renames() {
    save(failedToday());
    save({"ports", "other", "status:failed", "", ""});
    const auto before = all();
    QCOMPARE(views().rename(before[0], "other", "tester", {}).error().code, ErrorCode::Changed);
    QCOMPARE(textOf(views().rename(before[0], "today", "tester", {})), QString());
    const auto after = all();
    QCOMPARE(after.size(), std::size_t(2));
    QCOMPARE(after[0].name, QByteArray("other"));
    QCOMPARE(after[1].name, QByteArray("today"));
    QCOMPARE(after[1].filter, before[0].filter);
}

void TestSavedViews::everyChangeIsInTheAudit() {
    save(failedToday());
    SavedView mine = failedToday();
    mine.filter = "status:pending";
    mine.columns.clear();
    QVERIFY(views().save(mine, all().front(), "second", {}).ok());
    QVERIFY(views().rename(all().front(), "renamed", "third", {}).ok());
    QVERIFY(views().remove(all().front(), "fourth", {}).ok());
    const auto entries = m_store->audit()->page({}, {});
    QVERIFY(entries.ok());
    QByteArrayList told;
    for (const AuditEntry& each : entries->rows)
        told << each.actor + ' ' + each.action + ' ' + each.subjectKind + ' ' + each.subjectId.value_or("?")
                    + (each.before ? " before" : "") + (each.after ? " after" : "");
    QCOMPARE(told.join('\n'), QByteArray("tester save view ports/failed today after\n"
                                         "second save view ports/failed today before after\n"
                                         "third rename view ports/failed today before after\n"
                                         "fourth remove view ports/renamed before after"));
    QVERIFY(entries->rows[1].before->contains("status:failed age<1d"));
    QVERIFY(entries->rows[1].after->contains("status:pending"));
}

/// What the audit does not take does not happen.
void TestSavedViews::aFailureLeavesEverythingAsItWas() {
    save(failedToday());
    const SavedView seen = all().front();
    QCOMPARE(run(isServer()
                     ? "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no audit'; END $$; "
                       "CREATE TRIGGER no BEFORE INSERT ON portolan_audit FOR EACH ROW EXECUTE FUNCTION no()"
                     : "CREATE TRIGGER no BEFORE INSERT ON portolan_audit BEGIN SELECT raise(ABORT, 'no audit'); "
                       "END"),
             QString());
    SavedView mine = failedToday();
    mine.filter = "status:pending";
    for (const auto& done : {views().save(mine, seen, "tester", {}), views().remove(seen, "tester", {}),
                             views().rename(seen, "x", "tester", {})}) {
        QVERIFY(!done.ok());
        QVERIFY2((done.error().text + done.error().details).contains(QLatin1String("no audit")),
                 qPrintable(done.error().text));
    }
    QVERIFY(all() == std::vector{seen});
}

void TestSavedViews::refusesNames_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("blanks around it") << QByteArray(" a");
    QTest::newRow("two lines") << QByteArray("a\nb");
    QTest::newRow("long") << QByteArray(101, 'x');
}

void TestSavedViews::refusesNames() {
    QFETCH(const QByteArray, name);
    SavedView view = failedToday();
    view.name = name;
    QCOMPARE(views().save(view, std::nullopt, "tester", {}).error().code, ErrorCode::Usage);
    QVERIFY(all().empty());
    save(failedToday());
    QCOMPARE(views().rename(all().front(), name, "tester", {}).error().code, ErrorCode::Usage);
}

void TestSavedViews::saysWhyThereIsNoPlace() {
    QCOMPARE(run("DROP TABLE portolan_saved_views"), QString());
    const auto listed = views().list({});
    QVERIFY(!listed.ok());
    QCOMPARE(listed.error().code, ErrorCode::Unsupported);
    QVERIFY2(listed.error().text.contains(QLatin1String("migrate up")), qPrintable(listed.error().text));
    QCOMPARE(views().save(failedToday(), std::nullopt, "tester", {}).error().code, ErrorCode::Unsupported);
    const auto why = views().cannotSave({});
    QVERIFY(why.ok() && *why);
    QVERIFY2((*why)->contains(QLatin1String("portolan_saved_views")), qPrintable(**why));
}

/// Of SQLite the file decides, and tests run as root, who may write to all.
void TestSavedViews::saysThatItMayOnlyRead() {
    if (!isServer())
        QSKIP("There is no file that root may not write to.");
    save(failedToday());
    QCOMPARE(run("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"), QString());
    StoreUrl url = m_url;
    url.user = QStringLiteral("reader");
    const auto store = openStore(url, Access::Read);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    const auto why = (*store)->savedViews()->cannotSave({});
    QVERIFY(why.ok() && *why);
    QVERIFY2((*why)->contains(QLatin1String("role")), qPrintable(**why));
    QCOMPARE((*store)->savedViews()->list({})->size(), std::size_t(1)); // read they are
}

void TestSavedViews::filesKeepNone() {
    const auto url = StoreUrl::parse(QStringLiteral("file://") + m_folder->path(QStringLiteral("files")));
    const auto store = openStore(*url, Access::Write);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    const auto none = savedViewsOf(**store);
    QVERIFY(!none.ok());
    QCOMPARE(none.error().code, ErrorCode::Unsupported);
    QVERIFY(none.error().text.contains(QLatin1String("Batch files")));
}

QTEST_GUILESS_MAIN(TestSavedViews)
#include "tst_savedviews.moc"
