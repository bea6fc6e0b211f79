#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/datatable.h"
#include "views/list/listframe.h"
#include "views/style/theme.h"
#include "views/versions/componentspane.h"

#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

class TestComponentsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        QVERIFY(openStore(m_url, Access::Write).ok());
        m_channel = std::make_unique<StoreWorker>(
            [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); });
        m_pane = std::make_unique<ComponentsPane>();
        m_pane->setPalette(paletteOf(lightTokens()));
        m_pane->resize(900, 700);
        m_pane->show();
    }
    void cleanup() {
        m_pane->setContext({});
        m_pane.reset();
        m_channel.reset();
    }

    void silentOnesStandFirst() {
        report("tap", "healthy", 10, 1);
        report("mill", "degraded", 10, 1);
        report("gone", "healthy", 10, 1000);
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_COMPARE(column(0), (QStringList{QStringLiteral("gone"), QStringLiteral("mill"), QStringLiteral("tap")}));
        QCOMPARE(column(1),
                 (QStringList{QStringLiteral("silent"), QStringLiteral("degraded"), QStringLiteral("healthy")}));
        // Of ten reports in 90 s, a bar of 15 s each; who has been silent for long shows nothing else.
        QCOMPARE(column(4).last().trimmed(), QStringLiteral("▂").repeated(7));
        QCOMPARE(column(4).at(1).trimmed(), QStringLiteral("▅").repeated(7));
        QCOMPARE(column(4).first(), QStringLiteral("·").repeated(24));
        QTRY_VERIFY(m_pane->isSettled());
    }

    void oneIsInspected() {
        report("mill", "degraded", 10, 1);
        const QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_COMPARE(column(0).size(), 1);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                          table()->visualRect(table()->model()->index(0, 0)).center());
        QTRY_VERIFY(!inspected.empty());
        const auto inspection = inspected.back().front().value<Inspection>();
        QCOMPARE(inspection.title, QStringLiteral("mill"));
        QCOMPARE(std::get<QString>(inspection.facts.front().value), QStringLiteral("▲ degraded"));
        QCOMPARE(inspection.documents.front().bytes, QByteArray("{\"queue\":7}"));
        QVERIFY(inspection.documents.front().tree);
        const Inspection::Table& reports = inspection.tables.front();
        QCOMPARE(reports.rows.size(), std::size_t(10));
        QVERIFY(std::get<Timestamp>(reports.rows[0][0]) > std::get<Timestamp>(reports.rows[1][0]));
        QCOMPARE(std::get<QString>(reports.rows[0][1]), QStringLiteral("▲ degraded"));
        QCOMPARE(std::get<QString>(reports.rows[0][2]), QStringLiteral("{\"queue\":7}"));
    }

    /// One list and one detail: whoever is chosen by health, its versions are what is shown below.
    void aChosenOneShowsItsVersionsAlone() {
        report("mill", "degraded", 10, 1);
        report("tap", "healthy", 10, 1);
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO component_state (id, component_name, component_type, state_data, version, "
                          "created_at) VALUES ('1', 'mill', 'Sink', '{\"n\":5000}', 1, '2026-01-01T00:00:00Z'), "
                          "('2', 'mill', 'Sink', '{\"n\":3000}', 2, '2026-01-02T00:00:00Z'), "
                          "('3', 'tap', 'Source', '{}', 1, '2026-01-01T00:00:00Z')"),
                 QString());
        m_pane->setContext({.channel = m_channel.get()});
        auto* const versions = named<DataTable>(QStringLiteral("Component versions"));
        auto* const names = named<DataTable>(QStringLiteral("Components"));
        QTRY_COMPARE(column(0), (QStringList{QStringLiteral("mill"), QStringLiteral("tap")}));
        QTRY_COMPARE(versions->model()->rowCount(), 3);
        table()->selectRow(0);
        QTRY_COMPARE(versions->model()->rowCount(), 2);
        QTRY_COMPARE(names->model()->index(names->currentRow(), 0).data().toString(), QStringLiteral("mill"));
        const QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        versions->selectRow(0);
        const auto changed = [&] {
            if (inspected.empty())
                return QStringList();
            const auto shown = inspected.back().front().value<Inspection>();
            QStringList cells;
            for (const auto& cell : shown.tables.empty() || shown.tables.front().rows.empty()
                                        ? std::vector<Inspection::FactValue>()
                                        : shown.tables.front().rows.front())
                cells << std::get<QString>(cell);
            return cells;
        };
        QTRY_COMPARE(changed(), (QStringList{QStringLiteral("/n"), QStringLiteral("5000"), QStringLiteral("3000"),
                                             QStringLiteral("−2\u2009000 (−40 %)")}));
        table()->selectRow(1);
        QTRY_COMPARE(versions->model()->rowCount(), 1);
        QTRY_COMPARE(names->model()->index(names->currentRow(), 0).data().toString(), QStringLiteral("tap"));
    }

    void whatSinksKeepIsFilteredAndInspected() {
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO sink_storage (sink_name, data_type, data, metadata, created_at) VALUES "
                          "('archive', 'order', '{\"n\":1}', NULL, '2026-01-01T00:00:00Z'), "
                          "('archive', 'order', '{\"n\":2}', '{\"by\":\"x\"}', '2026-01-02T00:00:00Z'), "
                          "('mail', NULL, '{\"n\":2}', NULL, '2026-01-03T00:00:00Z')"),
                 QString());
        m_pane->setContext({.channel = m_channel.get()});
        QVERIFY(m_pane->showPart(QStringLiteral("sinks")));
        auto* const sinks = named<DataTable>(QStringLiteral("Sinks"));
        QVERIFY(sinks);
        QTRY_COMPARE(sinks->model()->rowCount(), 3);
        QTRY_VERIFY(sinks->isVisible());
        const auto cell = [&](int row, int column) { return sinks->model()->index(row, column).data().toString(); };
        QCOMPARE(cell(0, 1), QStringLiteral("mail")); // the newest first
        QCOMPARE(m_pane->filterSchema(), &pipelineSchema(PipelineTable::Sinks));
        const auto filter = parseFilter(QStringLiteral("sink_name:archive data_type:order data.n:2"),
                                        *m_pane->filterSchema(), currentTime());
        QVERIFY(filter);
        const QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        m_pane->setFilter(*filter);
        QTRY_COMPARE(sinks->model()->rowCount(), 1);
        QCOMPARE(cell(0, 3), QStringLiteral("{\"n\":2}"));
        sinks->selectRow(0);
        QTRY_VERIFY(!inspected.empty());
        const auto inspection = inspected.back().front().value<Inspection>();
        QCOMPARE(inspection.title, QStringLiteral("archive"));
        QCOMPARE(inspection.documents.size(), std::size_t(2));
        QCOMPARE(inspection.documents.back().bytes, QByteArray("{\"by\":\"x\"}"));
        // Another list's filter is another one, and comes back with it.
        m_pane->showPart({});
        QVERIFY(m_pane->filterText().isEmpty());
        m_pane->showPart(QStringLiteral("sinks"));
        QCOMPARE(m_pane->filterText(), filter->source);
    }

    void sinksAreReadOnlyWhileShown() {
        const auto add = [&](const char* data) {
            return SqliteScript(m_url.path)
                .run(QByteArray("INSERT INTO sink_storage (sink_name, data) VALUES ('s', ") + data + ")");
        };
        QCOMPARE(add("json_array(hex(zeroblob(50000)))"), QString());
        m_pane->showPart({});
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_VERIFY(m_pane->isSettled());
        const auto* const model = named<DataTable>(QStringLiteral("Sinks"))->model();
        QCOMPARE(model->rowCount(), 0);
        m_pane->showPart(QStringLiteral("sinks"));
        QTRY_COMPARE(model->rowCount(), 1);
        QVERIFY(model->index(0, 3).data().toString().startsWith(QStringLiteral("[\"0000")));
        m_pane->showPart({});
        QCOMPARE(add("'2'"), QString());
        m_pane->refresh();
        // Questions are answered one after the other: after this one nothing of that refresh is left.
        RequestScope asker;
        bool isAnswered = false;
        m_channel->ask(
            asker, [](Store& store, const CancelToken&) { return store.changeMark(); }, this,
            [&](const Result<ChangeMark>&) { isAnswered = true; });
        QTRY_VERIFY(isAnswered);
        QCOMPARE(model->rowCount(), 1);
        m_pane->showPart(QStringLiteral("sinks"));
        QTRY_COMPARE(model->rowCount(), 2);
    }

    /// The bars of states differ by colour and by height.
    void barsHaveTheToneOfTheirState() {
        report("ill", "unhealthy", 10, 1);
        report("mill", "degraded", 10, 1);
        report("tap", "healthy", 10, 1);
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_COMPARE(column(0).size(), 3);
        m_pane->showPart(QStringLiteral("health"));
        QTRY_VERIFY(table()->isVisible());
        table()->scrollTo(table()->model()->index(0, 4)); // beside the list of names there is room for less
        const QImage picture = table()->viewport()->grab().toImage();
        const ThemeTokens& t = lightTokens();
        const auto tall = [&](int row, const QColor& color) {
            const QRect cell = table()->visualRect(table()->model()->index(row, 4)).adjusted(2, 2, -2, -2);
            int most = 0;
            for (int x = cell.left(); x <= cell.right(); ++x) {
                int pixels = 0;
                for (int y = cell.top(); y <= cell.bottom(); ++y)
                    pixels += picture.pixelColor(x, y).rgb() == color.rgb() ? 1 : 0;
                most = std::max(most, pixels);
            }
            return most;
        };
        QVERIFY(tall(0, t.bad) > tall(1, t.warning) && tall(1, t.warning) > tall(2, t.good) && tall(2, t.good) > 0);
        QCOMPARE(tall(2, t.bad) + tall(2, t.warning) + tall(0, t.good), 0);
    }

    /// One list of all: those with states and those that only report, each with how it is and when it changed.
    void theListSaysHowEachIs() {
        report("mill", "degraded", 10, 1);
        report("gone", "healthy", 10, 1000);
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO component_state (component_name, component_type, state_data, version) VALUES "
                          "('mill', 'Sink', '{}', 41)"),
                 QString());
        m_pane->setContext({.channel = m_channel.get()});
        auto* const names = named<DataTable>(QStringLiteral("Components"));
        QTRY_COMPARE(names->model()->rowCount(), 2);
        const auto cell = [&](int row, int column) { return names->model()->index(row, column).data().toString(); };
        QCOMPARE(cell(0, 0), QStringLiteral("mill"));
        QCOMPARE(cell(0, 1), QStringLiteral("degraded"));
        QCOMPARE(cell(0, 3), QStringLiteral("41"));
        QVERIFY(!cell(0, 2).isEmpty() && !cell(0, 4).isEmpty());
        QCOMPARE(cell(1, 0), QStringLiteral("gone"));
        QCOMPARE(cell(1, 1), QStringLiteral("silent"));
        QCOMPARE(cell(1, 3), QString());
        const QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        names->selectRow(1); // of which there are reports alone
        QTRY_VERIFY(!inspected.empty());
        QCOMPARE(inspected.back().front().value<Inspection>().title, QStringLiteral("gone"));
        auto* const versions = named<DataTable>(QStringLiteral("Component versions"));
        QVERIFY(versions->mapTo(m_pane.get(), QPoint()).x() > names->mapTo(m_pane.get(), QPoint()).x());
    }

    /// The part that is shown is filtered, and each keeps its own filter.
    void theShownPartIsFiltered() {
        report("tap", "healthy", 10, 1);
        report("mill", "degraded", 10, 1);
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_COMPARE(column(0).size(), 2);
        auto* const tabs = named<QTabWidget>(QStringLiteral("About the component"));
        const QSignalSpy changed(m_pane.get(), &Pane::filterSchemaChanged);
        QVERIFY(m_pane->filterSchema() != &componentHealthSchema());
        tabs->setCurrentIndex(2);
        QTRY_COMPARE(m_pane->filterSchema(), &componentHealthSchema());
        QCOMPARE(changed.size(), 1);
        m_pane->setFilter(*parseFilter(QStringLiteral("state:degraded"), componentHealthSchema(), currentTime()));
        QTRY_COMPARE(column(0), QStringList(QStringLiteral("mill")));
        QCOMPARE(m_pane->filterText(), QStringLiteral("state:degraded"));
        tabs->setCurrentIndex(0);
        QTRY_VERIFY(m_pane->filterSchema() != &componentHealthSchema());
        QCOMPARE(m_pane->filterText(), QString());
        QCOMPARE(column(0), QStringList(QStringLiteral("mill")));
    }

    void whoReportsAgainIsNotSilent() {
        report("gone", "healthy", 10, 1000);
        m_pane->setContext({.channel = m_channel.get()});
        QTRY_COMPARE(column(1), QStringList(QStringLiteral("silent")));
        report("gone", "healthy", 1, 0);
        m_pane->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(column(1), QStringList(QStringLiteral("healthy")), 20'000); // by its own clock
    }

    void anOperatorSaysWhenOneIsSilent() {
        report("nightly", "healthy", 10, 1000);
        StoreController desk([this](const CancelToken& token) { return openStore(m_url, Access::Write, token); },
                             "ada");
        m_pane->setContext({.channel = m_channel.get(), .changes = &desk});
        QTRY_COMPARE(column(1), QStringList(QStringLiteral("silent")));
        auto* const button = named<QPushButton>(QStringLiteral("Silent after…"));
        QVERIFY(button && !button->isEnabled());
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                          table()->visualRect(table()->model()->index(0, 0)).center());
        QTRY_VERIFY(button->isEnabled());
        button->click();
        QTRY_VERIFY(named<QSpinBox>(QStringLiteral("Seconds without a report")));
        QCOMPARE(named<QSpinBox>(QStringLiteral("Seconds without a report"))->value(), 30);
        QVERIFY(named<QRadioButton>(QStringLiteral("As is usual for it"))->isChecked());
        named<QRadioButton>(QStringLiteral("After a set time"))->click();
        named<QSpinBox>(QStringLiteral("Seconds without a report"))->setValue(90'000);
        QVERIFY(!named<QPushButton>(QStringLiteral("Set silence"))->isEnabled());
        named<QLineEdit>(QStringLiteral("Reason"))->setText(QStringLiteral("it runs at night"));
        named<QPushButton>(QStringLiteral("Set silence"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(column(1), QStringList(QStringLiteral("healthy")), 20'000);
        QCOMPARE(column(3), QStringList(QStringLiteral("90\u2009000")));
        m_pane->setContext({});
    }

    void itsLayoutIsKept() {
        m_pane->setContext({.channel = m_channel.get()});
        const QByteArray layout = m_pane->saveLayout();
        m_pane->restoreLayout(layout);
        QCOMPARE(m_pane->saveLayout(), layout);
        m_pane->restoreLayout("rubbish");
        QCOMPARE(m_pane->saveLayout(), layout);
    }

private:
    template <class Widget>
    [[nodiscard]] Widget* named(const QString& name) const {
        const auto all = m_pane->findChildren<Widget*>();
        const auto found = std::ranges::find_if(all, [&](auto* each) { return each->accessibleName() == name; });
        return found == all.end() ? nullptr : *found;
    }
    [[nodiscard]] DataTable* table() const { return named<DataTable>(QStringLiteral("Health")); }
    [[nodiscard]] QStringList column(int at) const {
        QStringList cells;
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            cells << table()->model()->index(row, at).data().toString();
        return cells;
    }
    void report(const QByteArray& name, const QByteArray& status, int count, int age) const {
        const Timestamp newest = currentTime() - std::chrono::seconds(age);
        QByteArray rows;
        for (int i = 0; i < count; ++i)
            rows += QByteArray(i > 0 ? "," : "") + "('" + name + "','" + status + "','{\"queue\":7}','"
                    + toIsoTime(newest - std::chrono::seconds(10 * i)) + "')";
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO system_health (component_name, health_status, health_details, last_heartbeat) "
                          "VALUES "
                          + rows),
                 QString());
    }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<StoreWorker> m_channel;
    std::unique_ptr<ComponentsPane> m_pane;
};

QTEST_MAIN(TestComponentsPane)
#include "tst_componentspane.moc"
