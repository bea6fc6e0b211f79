#include "storage/checks/checks.h"
#include "storage/listing/rowsource.h"
#include "storage/operations/audit.h"
#include "storage/stores/openstore.h"
#include "storage/tables/objectmodels.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// JSON with ` in place of its quotes.
QByteArray json(QByteArray text) {
    return text.replace('`', '"');
}

QByteArray kpiFile() {
    return json("{`name`:`kpi`,`table`:`analytics_data.kpi`,`definition`:{`columns`:["
                "{`name`:`id`,`type`:`bigint`,`not_null`:true},"
                "{`name`:`name`,`type`:`varchar(40)`,`not_null`:true,`default`:`it's? $1`},"
                "{`name`:`score`,`type`:`double precision`,`default`:-1.5},"
                "{`name`:`good`,`type`:`boolean`,`default`:true},"
                "{`name`:`At`,`type`:`timestamp with time zone`,`default`:{`call`:`now`}}],"
                "`primary_key`:[`id`],"
                "`indexes`:[{`name`:`idx_kpi_name`,`columns`:[`name`,`At`]},"
                "{`name`:`idx \\`kpi\\` good`,`columns`:[`score`],`unique`:true}]}}");
}

} // namespace

/// User-defined tables and what they are to look like, on both databases: made from nothing, damaged by another
/// program, mended where nothing is lost, and only told where something would be.
class TestObjectModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void makesAMissingTable();
    void mendsWhatIsMissing_data();
    void mendsWhatIsMissing();
    void losesNothing();
    void runsOnlyWhatWasConfirmed();
    void aFailureLeavesEverythingAsItWas();
    void versionsAndForgetting();
    void refusesWhatIsNoModel_data();
    void refusesWhatIsNoModel();
    void tellsOfModelsThatCannotBeRead();
    void touchesNoOtherTable();
    void everyTypeIsMadeOnce();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    [[nodiscard]] QByteArray table() const { return isServer() ? "analytics_data.kpi" : "analytics_data_kpi"; }
    [[nodiscard]] QString run(const QByteArray& sql) const;
    [[nodiscard]] ObjectModels& models() const { return *m_store->objectModels(); }
    /// The differences, and the check, which has to say the same.
    [[nodiscard]] std::vector<ModelDifference> differences() const;
    [[nodiscard]] Result<void> heal() const;
    void registerKpi() const;

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestObjectModels::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestObjectModels::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    auto store = openStore(m_url, Access::Write);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    m_store = std::move(*store);
}

/// As another program.
QString TestObjectModels::run(const QByteArray& sql) const {
    return isServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
}

std::vector<ModelDifference> TestObjectModels::differences() const {
    auto found = models().differences({});
    if (!found)
        qFatal("%s %s", qPrintable(found.error().text), qPrintable(found.error().details));
    Checks& checks = *m_store->checks();
    const auto names = checks.begin({});
    if (!names)
        qFatal("%s", qPrintable(names.error().text));
    const auto result = checks.run("object-models", {});
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
    if (result->count != std::ssize(*found) || result->found == found->empty()
        || result->canHeal == harmlessStatements(*found).empty())
        qFatal("the check tells something else: %s", result->detail.constData());
    return std::move(*found);
}

Result<void> TestObjectModels::heal() const {
    const auto found = models().differences({});
    return found ? models().heal(harmlessStatements(*found), "because", "tester", {}) : Result<void>(found.error());
}

void TestObjectModels::registerKpi() const {
    const auto model = parseModelFile(kpiFile());
    QVERIFY2(model.ok(), model ? "" : qPrintable(model.error().text));
    const auto version = models().add(*model, "it is needed", "tester", {});
    QVERIFY2(version.ok(), version ? "" : qPrintable(version.error().text + version.error().details));
    QCOMPARE(*version, 1);
}

void TestObjectModels::makesAMissingTable() {
    registerKpi();
    if (isServer())
        QCOMPARE(run("DROP SCHEMA analytics_data"), QString());
    const auto missing = differences();
    QCOMPARE(missing.size(), std::size_t(1));
    QCOMPARE(missing.front().what, QByteArray("table " + table() + " is missing"));
    QCOMPARE(missing.front().statements.size(), std::size_t(isServer() ? 4 : 3));
    const auto healed = heal();
    QVERIFY2(healed.ok(), healed ? "" : qPrintable(healed.error().text + healed.error().details));
    const auto left = differences();
    QVERIFY2(left.empty(), left.empty() ? "" : left.front().what.constData());
    QCOMPARE(run("INSERT INTO " + table() + " (id) VALUES (1)"), QString());
    const QByteArray sameAsModel = "INSERT INTO " + table() + " (id, name, score, good) SELECT 2, 'x', NULL, NULL FROM "
                                   + table()
                                   + " WHERE name = 'it''s? $1' AND score = -1.5 AND good AND \"At\" IS NOT "
                                     "NULL";
    QCOMPARE(run(sameAsModel), QString());
    QVERIFY(
        !run("INSERT INTO " + table() + " (id, name) SELECT 2, 'twice' FROM " + table() + " WHERE id = 2").isEmpty());

    const auto entries = m_store->audit()->page({}, {});
    QVERIFY(entries.ok());
    QByteArrayList told;
    for (const AuditEntry& entry : entries->rows)
        told << entry.action + ' ' + entry.subjectId.value_or(QByteArray()) + ' ' + entry.reason.value_or(QByteArray());
    std::ranges::sort(told);
    QCOMPARE(told, (QByteArrayList{"heal kpi because", "register kpi it is needed"}));
}

void TestObjectModels::mendsWhatIsMissing_data() {
    QTest::addColumn<QByteArray>("damage"); ///< T stands for the table
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<bool>("onSqlite");
    QTest::newRow("column") << QByteArray("DROP INDEX X; ALTER TABLE T DROP COLUMN score")
                            << QByteArray("column score of T is missing") << true;
    QTest::newRow("index") << QByteArray("DROP INDEX X") << QByteArray("index idx \"kpi\" good of T is missing")
                           << true;
    QTest::newRow("index of other columns")
        << QByteArray("DROP INDEX X; CREATE UNIQUE INDEX \"idx \"\"kpi\"\" good\" ON T (id, score)")
        << QByteArray("index idx \"kpi\" good of T is another") << true;
    QTest::newRow("index no longer unique")
        << QByteArray("DROP INDEX X; CREATE INDEX \"idx \"\"kpi\"\" good\" ON T (score)")
        << QByteArray("index idx \"kpi\" good of T is another") << true;
    QTest::newRow("default") << QByteArray("ALTER TABLE T ALTER COLUMN score SET DEFAULT 7")
                             << QByteArray("column score of T has the default 7, not -1.5") << false;
    QTest::newRow("empty") << QByteArray("ALTER TABLE T ALTER COLUMN name DROP NOT NULL")
                           << QByteArray("column name of T may be empty") << false;
    QTest::newRow("key") << QByteArray("ALTER TABLE T DROP CONSTRAINT kpi_pkey")
                         << QByteArray("the primary key of T is missing") << false;
}

void TestObjectModels::mendsWhatIsMissing() {
    QFETCH(QByteArray, damage);
    QFETCH(QByteArray, what);
    QFETCH(const bool, onSqlite);
    if (!isServer() && !onSqlite)
        QSKIP("SQLite cannot do this damage, nor undo it.");
    registerKpi();
    QVERIFY(heal().ok());
    const QByteArray index =
        isServer() ? QByteArray("analytics_data.\"idx \"\"kpi\"\" good\"") : QByteArray("\"idx \"\"kpi\"\" good\"");
    const QByteArray statements = damage.replace("INDEX X", "INDEX " + index).replace(" T ", ' ' + table() + ' ');
    QCOMPARE(run(statements), QString());
    QCOMPARE(run("INSERT INTO " + table() + " (id, name) VALUES (1, 'kept')"), QString());
    const auto found = differences();
    QVERIFY(!found.empty());
    QCOMPARE(found.front().what.left(200), what.replace(" T ", ' ' + table() + ' '));
    const auto healed = heal();
    QVERIFY2(healed.ok(), healed ? "" : qPrintable(healed.error().text + healed.error().details));
    QVERIFY(differences().empty());
    QCOMPARE(run("INSERT INTO " + table() + " (id, name) SELECT 2, name FROM " + table()
                 + " WHERE name = 'kept' AND id = 1 AND score IS NULL"),
             QString());
}

/// What would take rows or columns away is told with its statement, and not run.
void TestObjectModels::losesNothing() {
    registerKpi();
    QVERIFY(heal().ok());
    QCOMPARE(run("ALTER TABLE " + table() + " ADD COLUMN mine TEXT DEFAULT 'precious'"), QString());
    QCOMPARE(run("INSERT INTO " + table() + " (id) VALUES (1)"), QString());
    if (isServer())
        QCOMPARE(run("ALTER TABLE " + table() + " ALTER COLUMN score TYPE text"), QString());
    const auto found = differences();
    QVERIFY(!found.empty());
    for (const ModelDifference& each : found)
        QVERIFY2(!each.losesNothing || each.what.contains("default"), each.what.constData());
    const auto extra = std::ranges::find(found, "column mine of " + table() + " is too much", &ModelDifference::what);
    QVERIFY(extra != found.end());
    QCOMPARE(extra->statements.size(), std::size_t(1));
    QVERIFY(extra->statements.front().endsWith("DROP COLUMN \"mine\""));
    const auto healed = heal();
    QVERIFY2(healed.ok() || isServer(), healed ? "" : qPrintable(healed.error().text));
    QCOMPARE(run("INSERT INTO " + table() + " (id, score) SELECT 2, 7 FROM " + table() + " WHERE mine = 'precious'"),
             QString());
    // As the operator who has read the statement.
    QCOMPARE(run(extra->statements.front()), QString());
    QVERIFY(std::ranges::none_of(differences(), [&](const ModelDifference& each) { return each.what == extra->what; }));
}

void TestObjectModels::runsOnlyWhatWasConfirmed() {
    registerKpi();
    const auto shown = models().differences({});
    QVERIFY(shown.ok());
    QCOMPARE(run("CREATE TABLE " + table() + " (id BIGINT PRIMARY KEY)"), QString()); // by somebody else, meanwhile
    const auto healed = models().heal(harmlessStatements(*shown), "because", "tester", {});
    QVERIFY(!healed.ok());
    QCOMPARE(healed.error().code, ErrorCode::Changed);
    QCOMPARE(models().heal(std::vector<QByteArray>{"DROP TABLE messages"}, "because", "tester", {}).error().code,
             ErrorCode::Changed);
    QCOMPARE(models().heal(harmlessStatements(differences()), "  ", "tester", {}).error().code, ErrorCode::Usage);
    QVERIFY(!run("SELECT name FROM " + table()).isEmpty());
}

/// A unique index that the rows do not allow: the column before it goes back as well.
void TestObjectModels::aFailureLeavesEverythingAsItWas() {
    registerKpi();
    QCOMPARE(run("CREATE TABLE " + table() + " (id BIGINT NOT NULL PRIMARY KEY, score DOUBLE PRECISION DEFAULT -1.5)"),
             QString());
    QCOMPARE(run("INSERT INTO " + table() + " VALUES (1, 5), (2, 5)"), QString());
    const auto before = differences();
    const auto healed = heal();
    QVERIFY(!healed.ok());
    QVERIFY2(!healed.error().details.isEmpty(), qPrintable(healed.error().text));
    const auto after = differences();
    QCOMPARE(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i)
        QCOMPARE(after[i].what, before[i].what);
    const auto entries = m_store->audit()->page({}, {});
    QVERIFY(entries.ok());
    QCOMPARE(entries->rows.size(), std::size_t(1)); // registered, and nothing else
}

void TestObjectModels::versionsAndForgetting() {
    registerKpi();
    const auto smaller = parseModelFile(
        json("{`name`:`kpi`,`table`:`analytics_data.kpi`,`definition`:{`columns`:[{`name`:`only`,`type`:`text`}]}}"));
    QVERIFY(smaller.ok());
    const auto second = models().add(*smaller, "smaller", "tester", {});
    QVERIFY2(second.ok(), second ? "" : qPrintable(second.error().text));
    QCOMPARE(*second, 2);
    QCOMPARE(differences().front().statements.back(),
             isServer() ? QByteArray("CREATE TABLE \"analytics_data\".\"kpi\" (\"only\" text)")
                        : QByteArray("CREATE TABLE \"analytics_data_kpi\" (\"only\" text)"));
    QVERIFY(models().forget("kpi", "no longer", "tester", {}).ok());
    QVERIFY(differences().empty());
    QCOMPARE(models().forget("kpi", "no longer", "tester", {}).error().code, ErrorCode::NotFound);
    QCOMPARE(*models().add(*smaller, "again", "tester", {}), 3);
}

void TestObjectModels::refusesWhatIsNoModel_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("words");
    const auto columns = [](const QByteArray& text) {
        return json("{`name`:`a`,`table`:`analytics_data.a`,`definition`:{`columns`:[") + text + "]}}";
    };
    QTest::newRow("no JSON") << QByteArray("{") << QStringLiteral("no JSON object");
    QTest::newRow("deep") << QByteArray(400'000, '[') << QStringLiteral("no JSON object");
    QTest::newRow("large") << QByteArray(2'000'000, ' ') << QStringLiteral("larger than 1 MiB");
    QTest::newRow("no columns") << columns("") << QStringLiteral("no list of columns");
    QTest::newRow("misspelt") << columns(json("{`name`:`x`,`type`:`text`,`notnull`:true}"))
                              << QStringLiteral("notnull");
    QTest::newRow("statement as type") << columns(json("{`name`:`x`,`type`:`text); DROP TABLE messages; --`}"))
                                       << QStringLiteral("type that is none");
    QTest::newRow("default of another kind")
        << columns(json("{`name`:`x`,`type`:`text`,`default`:{`call`:`pg_sleep`}}")) << QStringLiteral("default");
    QTest::newRow("call of another kind")
        << columns(json("{`name`:`x`,`type`:`text`,`default`:{`call`:7}}")) << QStringLiteral("default");
    QTest::newRow("twice") << columns(json("{`name`:`x`,`type`:`text`},{`name`:`X`,`type`:`text`}"))
                           << QStringLiteral("twice");
    QTest::newRow("long name") << columns("{\"name\":\"" + QByteArray(64, 'x') + "\",\"type\":\"text\"}")
                               << QStringLiteral("63 bytes");
    QTest::newRow("key of no column") << QByteArray(json("{`name`:`a`,`table`:`analytics_data.a`,`definition`:{`"
                                                         "columns`:[{`name`:`x`,`type`:`text`}],`primary_key`:[`y`]}}"))
                                      << QStringLiteral("primary_key");
}

void TestObjectModels::refusesWhatIsNoModel() {
    QFETCH(const QByteArray, file);
    QFETCH(const QString, words);
    const auto model = parseModelFile(file);
    QVERIFY(!model.ok());
    QCOMPARE(model.error().code, ErrorCode::Invalid);
    QVERIFY2(model.error().text.contains(words), qPrintable(model.error().text));
}

/// Another program registers as it likes.
void TestObjectModels::tellsOfModelsThatCannotBeRead() {
    QCOMPARE(run("INSERT INTO portolan_object_models (name, table_name, definition) VALUES ('odd', 'analytics_data.x', "
                 "'[1]'), ('core', 'messages', '{\"columns\":[{\"name\":\"x\",\"type\":\"text\"}]}')"),
             QString());
    const auto found = differences();
    QCOMPARE(found.size(), std::size_t(2));
    QVERIFY(found[0].what.startsWith("model core: \"messages\" is no user-defined table"));
    QVERIFY(found[1].what.startsWith("model odd: The object model cannot be read"));
    if (isServer()) {
        QCOMPARE(
            run("DELETE FROM portolan_object_models; INSERT INTO portolan_object_models (name, table_name, "
                "definition) VALUES ('t', 'analytics_data.x', '{\"columns\":[{\"name\":\"x\",\"type\":\"tetx\"}]}')"),
            QString());
        QVERIFY(differences().front().what.contains("no type tetx"));
        // What no server can read names itself, and the models beside it are compared all the same.
        QCOMPARE(
            run("DELETE FROM portolan_object_models; INSERT INTO portolan_object_models (name, table_name, "
                "definition) VALUES ('a', 'analytics_data.a', '{\"columns\":[{\"name\":\"x\",\"type\":\"select from "
                "where\"}]}'), ('b', 'analytics_data.b', '{\"columns\":[{\"name\":\"x\",\"type\":\"text\"}]}')"),
            QString());
        const auto both = differences();
        QCOMPARE(both.size(), std::size_t(2));
        QVERIFY(both[0].what.startsWith("model a:") && both[0].what.contains("no type select from where"));
        QVERIFY2(both[1].what.contains("analytics_data.b"), both[1].what.constData());
    }
    QCOMPARE(run(isServer() ? "DELETE FROM portolan_object_models; CREATE VIEW analytics_data.x AS SELECT 1 AS x"
                            : "DELETE FROM portolan_object_models; CREATE VIEW analytics_data_x AS SELECT 1 AS x"),
             QString());
    QCOMPARE(run("INSERT INTO portolan_object_models (name, table_name, definition) VALUES ('v', 'analytics_data.x', "
                 "'{\"columns\":[{\"name\":\"x\",\"type\":\"text\"}]}')"),
             QString());
    QVERIFY2(differences().front().what.endsWith("is a view, not a table"), differences().front().what.constData());
}

/// However a type is written, its column is made once and is then as the model has it.
void TestObjectModels::everyTypeIsMadeOnce() {
    if (!isServer())
        QSKIP("SQLite keeps a type as it was written");
    QCOMPARE(run("CREATE DOMAIN positive AS numeric(8,2) NOT NULL CHECK (VALUE > 0); CREATE TYPE mood AS ENUM ('a')"),
             QString());
    const QByteArrayList types{"int4",
                               "int8",
                               "int",
                               "float4",
                               "float8",
                               "float(20)",
                               "real",
                               "bool",
                               "numeric",
                               "numeric(10)",
                               "numeric(10,2)",
                               "numeric(5, -2)",
                               "decimal(7,3)",
                               "char",
                               "char(4)",
                               "character varying",
                               "varchar(9)",
                               "bpchar",
                               "text",
                               "name",
                               "bit",
                               "bit(3)",
                               "bit varying",
                               "varbit(5)",
                               "date",
                               "time",
                               "time(3)",
                               "timetz",
                               "time(2) with time zone",
                               "timestamp",
                               "timestamp(3)",
                               "timestamptz(3)",
                               "timestamp(0) with time zone",
                               "timestamp without time zone",
                               "interval",
                               "interval(3)",
                               "interval day to second(3)",
                               "uuid",
                               "json",
                               "jsonb",
                               "bytea",
                               "inet",
                               "money",
                               "oid",
                               "int4[]",
                               "numeric(10)[]",
                               "varchar(9)[]",
                               "timestamp(3)[]",
                               "int4range",
                               "positive",
                               "positive[]",
                               "mood",
                               "mood[]"};
    QByteArray columns;
    for (int i = 0; i < types.size(); ++i)
        columns += (i > 0 ? "," : "") + json("{`name`:`c" + QByteArray::number(i) + "`,`type`:`" + types[i] + "`}");
    const ModelText model{"types", "analytics_data.types", "{\"columns\":[" + columns + "]}"};
    const auto added = models().add(model, "because", "tester", {});
    QVERIFY2(added.ok(), added ? "" : qPrintable(added.error().text));
    const auto missing = differences();
    QCOMPARE(missing.size(), std::size_t(1));
    QVERIFY2(missing.front().losesNothing, missing.front().what.constData());
    const auto healed = heal();
    QVERIFY2(healed.ok(), healed ? "" : qPrintable(healed.error().text + healed.error().details));
    const auto left = differences();
    for (const ModelDifference& each : left)
        qWarning("%s", each.what.constData());
    QVERIFY(left.empty());
}

void TestObjectModels::touchesNoOtherTable() {
    const ModelText model{"m", "messages", json("{`columns`:[{`name`:`x`,`type`:`text`}]}")};
    const auto added = models().add(model, "because", "tester", {});
    QVERIFY(!added.ok());
    QCOMPARE(added.error().code, ErrorCode::Invalid);
    QVERIFY(added.error().text.contains(QStringLiteral("user-defined")));
}

QTEST_GUILESS_MAIN(TestObjectModels)
#include "tst_objectmodels.moc"
