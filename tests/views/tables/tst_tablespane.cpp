#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"
#include "views/tables/tablespane.h"

#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>
#include <QtTest>
#include <algorithm>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

class TestTablesPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        SqliteScript script(m_url.path);
        QCOMPARE(script.run("CREATE TABLE a (id INTEGER PRIMARY KEY, doc TEXT CHECK (json_valid(doc)), note TEXT);"
                            "INSERT INTO a VALUES (1, '{\"x\": 7}', 'first'), (2, '{\"x\": 8}', NULL);"
                            "CREATE TABLE \"b \"\"c\"\"\" (k TEXT, v REAL);"
                            "INSERT INTO \"b \"\"c\"\"\" VALUES ('only', 0.5);"
                            "CREATE INDEX a_note ON a (note);"),
                 QString());
        m_channel = std::make_unique<StoreWorker>(
            [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); });
        m_pane = std::make_unique<TablesPane>();
        m_pane->setPalette(paletteOf(lightTokens()));
        m_pane->resize(900, 700);
        m_pane->show();
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_COMPARE(table("Tables")->model()->rowCount(), 2);
    }
    void cleanup() {
        m_pane->setContext({});
        m_pane.reset();
        m_channel.reset();
    }

    /// What Portolan keeps for itself is listed only when it is wanted, or when a link leads to it.
    void portolansOwnAreListedWithASwitch() {
        m_pane->setContext({});
        QCOMPARE(SqliteScript(m_url.path).run("CREATE TABLE portolan_audit (id INTEGER PRIMARY KEY)"), QString());
        m_channel = std::make_unique<StoreWorker>(
            [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); });
        m_pane->setContext({.channel = m_channel.get()});
        const auto lists = [&](const QString& name) {
            for (int row = 0; row < table("Tables")->model()->rowCount(); ++row) {
                if (table("Tables")->model()->index(row, 0).data().toString() == name)
                    return true;
            }
            return false;
        };
        QTRY_VERIFY(lists(QStringLiteral("a")));
        QVERIFY(!lists(QStringLiteral("portolan_audit")));
        QCheckBox* own = nullptr;
        for (QCheckBox* each : m_pane->findChildren<QCheckBox*>())
            own = each->accessibleName() == QStringLiteral("List Portolan's own tables") ? each : own;
        QVERIFY(own && !own->isChecked());
        own->click();
        QTRY_VERIFY(lists(QStringLiteral("portolan_audit")) && lists(QStringLiteral("a")));
        own->click();
        QTRY_VERIFY(lists(QStringLiteral("a")) && !lists(QStringLiteral("portolan_audit")));
        m_pane->showPart(QStringLiteral("portolan_audit"));
        QTRY_VERIFY(own->isChecked());
        QTRY_VERIFY(lists(QStringLiteral("portolan_audit")));
    }

    /// One that cannot be read says why, and is not called empty; nor has it a number of rows.
    void aTableThatCannotBeReadIsNotCalledEmpty() {
        QCOMPARE(SqliteScript(m_url.path).run("CREATE VIEW gone AS SELECT * FROM never_made"), QString());
        QVERIFY(!shows(QStringLiteral("The table cannot be read.")));
        m_pane->showPart(QStringLiteral("gone"));
        QTRY_VERIFY(shows(QStringLiteral("The table cannot be read.")));
        QVERIFY(shows(QStringLiteral("never_made")));
        QVERIFY(!shows(QStringLiteral("is empty")));
    }

    void aTableShowsItsRowsAndWhatItIsMadeOf() {
        const QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        QVERIFY(!m_pane->filterSchema());
        choose("Tables", 0);
        QTRY_COMPARE(table("Rows")->model()->rowCount(), 2);
        QTRY_VERIFY(!inspected.empty());
        auto inspection = inspected.back().front().value<Inspection>();
        QCOMPARE(inspection.title, QStringLiteral("a"));
        QCOMPARE(inspection.tables[0].rows.size(), std::size_t(3));
        QCOMPARE(std::get<QString>(inspection.tables[1].rows[0][0]), QStringLiteral("a_note"));
        QVERIFY(inspection.documents.front().bytes.startsWith("CREATE TABLE a"));
        QVERIFY(m_pane->filterSchema()->find("doc"));

        choose("Rows", 0);
        QTRY_COMPARE(inspected.back().front().value<Inspection>().documents.size(), std::size_t(2));
        inspection = inspected.back().front().value<Inspection>();
        QCOMPARE(inspection.documents[0].name, QStringLiteral("doc"));
        QVERIFY(inspection.documents[0].tree);
        QCOMPARE(inspection.documents[1].bytes, QByteArray("{\"id\":1,\"doc\":{\"x\": 7},\"note\":\"first\"}"));
    }

    void partitionsStandInTheInspector() {
        TableDetail detail;
        detail.info.kind = "partitioned table";
        detail.info.parts = 2;
        detail.chunks = {{"t_2", "FOR VALUES FROM (1) TO (2)", 8192, false}, {"t_rest", "DEFAULT", {}, false}};
        Inspection::Table table = inspect(detail).tables.back();
        QCOMPARE(table.name, QStringLiteral("Partitions"));
        QCOMPARE(table.headers.size(), 3);
        QCOMPARE(table.rows.size(), std::size_t(2));
        QCOMPARE(std::get<QString>(table.rows[0][2]), QStringLiteral("8 KiB"));
        detail.info.kind = "hypertable";
        detail.info.parts = 1'000;
        detail.chunks.assign(TableDetail::mostChunks, {"_hyper_1_1_chunk", "2026 … 2027", 8192, true});
        table = inspect(detail).tables.back();
        QCOMPARE(table.name, QStringLiteral("Chunks"));
        QCOMPARE(table.rows.size(), std::size_t(TableDetail::mostChunks + 1));
        QCOMPARE(std::get<QString>(table.rows[0][3]), QStringLiteral("yes"));
        QCOMPARE(std::get<QString>(table.rows.back()[0]), QStringLiteral("… and more"));
        detail.info.parts = 0;
        QCOMPARE(inspect(detail).tables.back().name, QStringLiteral("Triggers"));
    }

    void theFilterIsOfTheRows() {
        choose("Tables", 0);
        QTRY_COMPARE(table("Rows")->model()->rowCount(), 2);
        m_pane->setFilter(*parseFilter(QStringLiteral("doc.x:8"), *m_pane->filterSchema(), currentTime()));
        QTRY_COMPARE(table("Rows")->model()->rowCount(), 1);
        QCOMPARE(table("Rows")->model()->index(0, 0).data().toString(), QStringLiteral("2"));
    }

    void anotherTableHasOtherColumns() {
        choose("Tables", 0);
        QTRY_COMPARE(table("Rows")->model()->columnCount(), 3);
        choose("Tables", 1);
        QTRY_COMPARE(table("Rows")->model()->columnCount(), 2);
        QTRY_COMPARE(table("Rows")->model()->index(0, 0).data().toString(), QStringLiteral("only"));
        QCOMPARE(table("Rows")->model()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("v"));
        m_pane->setContext({});
        QCOMPARE(table("Rows")->model()->rowCount(), 0);
        QVERIFY(!m_pane->filterSchema());
    }

    void whatChangedIsSaid() {
        choose("Tables", 0);
        QTRY_COMPARE(table("Rows")->model()->rowCount(), 2);
        QCOMPARE(SqliteScript(m_url.path).run("ALTER TABLE a ADD COLUMN w TEXT"), QString());
        m_pane->refreshAll();
        QTRY_VERIFY(table("Rows")->paged()->error());
        QVERIFY(table("Rows")->paged()->error()->text.contains(QStringLiteral("have changed")));
    }

private:
    /// Whether a label that is seen says so.
    [[nodiscard]] bool shows(const QString& text) const {
        const auto labels = m_pane->findChildren<QLabel*>();
        return std::ranges::any_of(
            labels, [&](const QLabel* label) { return label->isVisible() && label->text().contains(text); });
    }
    [[nodiscard]] DataTable* table(const char* name) const {
        for (DataTable* each : m_pane->findChildren<DataTable*>()) {
            if (each->accessibleName() == QLatin1String(name))
                return each;
        }
        return nullptr;
    }
    void choose(const char* name, int row) const {
        DataTable* const list = table(name);
        QTRY_VERIFY(list->isVisible() && list->visualRect(list->model()->index(row, 0)).isValid());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(row, 0)).center());
    }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<StoreWorker> m_channel;
    std::unique_ptr<TablesPane> m_pane;
};

QTEST_MAIN(TestTablesPane)
#include "tst_tablespane.moc"
