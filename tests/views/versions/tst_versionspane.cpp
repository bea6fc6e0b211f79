#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"
#include "views/versions/versionspane.h"

#include <QDateTimeEdit>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTreeView>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// Two checkpoints, of three versions and one, and a component with two.
constexpr char versions[] =
    "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) VALUES "
    "('orders', 'reader', 1, '{\"offset\":10,\"open\":[1,2]}', '2026-03-01T00:00:00.000Z'),"
    "('orders', 'reader', 2, '{\"offset\":20,\"open\":[1,2]}', '2026-03-01T00:01:00.000Z'),"
    "('orders', 'reader', 3, '{\"offset\":30,\"open\":[1],\"more\":\"x\"}', '2026-03-01T00:02:00.000Z'),"
    "('it''s 100 %', 'writer', 7, '[]', '2026-03-01T00:03:00.000Z');"
    "INSERT INTO component_state (component_name, component_type, version, state_data) VALUES "
    "('tap', 'Source', 1, '{\"a\":1}'), ('tap', 'Source', 2, '{\"a\":2}');";

const QString names = QStringLiteral("Checkpoints");
const QString rows = QStringLiteral("Checkpoint versions");

struct Bench {
    explicit Bench(Versioned kind, const QByteArray& sql = versions)
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); })
        , desk([this](const CancelToken& token) { return openStore(url, Access::Write, token); }, "ada")
        , pane(kind)
        , inspected(&pane, &Pane::inspected) {
        if (const auto made = openStore(url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        run(sql);
        pane.setPalette(paletteOf(lightTokens()));
        pane.resize(900, 600);
        pane.show();
        pane.setContext({.channel = &channel, .changes = &desk});
    }
    ~Bench() { pane.setContext({}); }

    void run(const QByteArray& sql) const {
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    template <class Widget>
    [[nodiscard]] Widget* named(const QString& name) const {
        const auto all = pane.findChildren<Widget*>();
        const auto found = std::ranges::find_if(all, [&](auto* each) { return each->accessibleName() == name; });
        return found == all.end() ? nullptr : *found;
    }
    [[nodiscard]] QStringList column(const QString& table, int at) const {
        const QAbstractItemModel& model = *named<DataTable>(table)->model();
        QStringList cells;
        for (int row = 0; row < model.rowCount(); ++row)
            cells << model.index(row, at).data().toString();
        return cells;
    }
    [[nodiscard]] QPushButton* button(const QString& name) const { return named<QPushButton>(name); }
    [[nodiscard]] bool says(const QString& begin) const {
        return std::ranges::any_of(pane.findChildren<QLabel*>(),
                                   [&](auto* label) { return label->text().startsWith(begin); });
    }
    [[nodiscard]] QString value(const QByteArray& sql) const { return SqliteScript(url.path).rows(sql).value(0); }
    /// Chooses versions of the orders.
    void chooseOrders() const {
        QTRY_COMPARE(column(names, 0).size(), 2);
        choose(names, 1);
        QTRY_COMPARE(column(rows, 0).size(), 3);
    }
    void choose(const QString& table, int row, Qt::KeyboardModifiers modifiers = {}) const {
        auto* const list = named<DataTable>(table);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, modifiers,
                          list->visualRect(list->model()->index(row, 0)).center());
    }
    [[nodiscard]] Inspection last() const {
        return inspected.empty() ? Inspection() : inspected.back().front().value<Inspection>();
    }
    [[nodiscard]] QString fact(const QString& name) const {
        const Inspection inspection = last();
        const auto fact = std::ranges::find(inspection.facts, name, &Inspection::Fact::name);
        return fact == inspection.facts.end() ? QString() : std::get<QString>(fact->value);
    }
    [[nodiscard]] QString since() const { return fact(QStringLiteral("Changes since")); }
    /// "/offset 20 30 +10 (+50 %)": place, before, after, and by how much, a line each.
    [[nodiscard]] QStringList changes() const {
        QStringList lines;
        for (const Inspection::Table& table : last().tables) {
            for (const auto& row : table.rows) {
                QStringList cells;
                for (const auto& cell : row)
                    cells << std::get<QString>(cell);
                lines << cells.join(u' ').trimmed();
            }
        }
        return lines;
    }

    TempFolder folder;
    StoreUrl url;
    StoreWorker channel;
    StoreController desk;
    VersionsPane pane;
    QSignalSpy inspected;
};

} // namespace

class TestVersionsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsNamesAndVersions() {
        const Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(names, 0), (QStringList{QStringLiteral("it's 100 %"), QStringLiteral("orders")}));
        QCOMPARE(bench.column(names, 1), (QStringList{QStringLiteral("7"), QStringLiteral("3")}));
        QCOMPARE(bench.column(names, 3), (QStringList{QStringLiteral("1"), QStringLiteral("3")}));
        QCOMPARE(bench.column(names, 5), (QStringList{QStringLiteral("2"), QStringLiteral("35")}));
        QTRY_COMPARE(bench.column(rows, 0).size(), 4);
        bench.choose(names, 1);
        QTRY_COMPARE(bench.column(rows, 0),
                     (QStringList{QStringLiteral("3"), QStringLiteral("2"), QStringLiteral("1")}));
        QCOMPARE(bench.column(rows, 1), (QStringList{QStringLiteral("● latest"), QString(), QString()}));
        QCOMPARE(bench.column(rows, 3), (QStringList{QStringLiteral("1 min"), QStringLiteral("1 min"), QString()}));
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3")); // the one that counts
        bench.named<QPushButton>(QStringLiteral("Show the versions of all checkpoints"))->click();
        QTRY_COMPARE(bench.column(rows, 0).size(), 4);
    }

    void aVersionShowsWhatChanged() {
        const Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(names, 0).size(), 2);
        bench.choose(names, 1);
        QTRY_COMPARE(bench.column(rows, 0).size(), 3);
        bench.choose(rows, 0);
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        QCOMPARE(bench.last().documents.front().bytes, QByteArray("{\"offset\":30,\"open\":[1],\"more\":\"x\"}"));
        QCOMPARE(bench.since(), QStringLiteral("version 2"));
        QCOMPARE(bench.changes(), (QStringList{QStringLiteral("/offset 20 30 +10 (+50 %)"), QStringLiteral("/open/1 2"),
                                               QStringLiteral("/more  \"x\"")}));
        bench.choose(rows, 2); // the first has none before it
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 1"));
        QVERIFY(bench.last().tables.empty());
    }

    /// Beside the names: the versions, and what changed in the chosen one, numbers with how far.
    void differencesStandUnderTheVersions() {
        Bench bench(Versioned::Checkpoint);
        bench.pane.resize(900, 600);
        bench.chooseOrders();
        auto* const table = bench.named<QTableWidget>(QStringLiteral("Version differences"));
        QVERIFY(table);
        const auto cells = [&] {
            QStringList lines;
            for (int row = 0; row < table->rowCount(); ++row)
                lines << table->item(row, 0)->text() + u'|' + table->item(row, 1)->text() + u'|'
                             + table->item(row, 2)->text();
            return lines;
        };
        QTRY_COMPARE(cells(),
                     (QStringList{QStringLiteral("/offset|20 → 30|+10 (+50 %)"), QStringLiteral("/open/1|2|− removed"),
                                  QStringLiteral("/more|\"x\"|+ added")}));
        QVERIFY(table->isVisible() && bench.says(QStringLiteral("orders, version 3, since version 2")));
        bench.choose(rows, 0);
        bench.choose(rows, 2, Qt::ControlModifier); // a chosen other
        QTRY_VERIFY(bench.says(QStringLiteral("orders, version 3, since version 1")));
        QTRY_COMPARE(cells().front(), QStringLiteral("/offset|10 → 30|+20 (+200 %)"));
        bench.choose(rows, 2);
        QTRY_VERIFY(bench.says(QStringLiteral("There is no version before it.")));
        QVERIFY(!table->isVisible());
        const auto left = [&](const QString& name) {
            return bench.named<DataTable>(name)->mapTo(&bench.pane, QPoint()).x();
        };
        QVERIFY(left(rows) > left(names));
        bench.pane.resize(500, 500); // no room beside
        QTRY_COMPARE(left(rows), left(names));
        QVERIFY(bench.pane.minimumSizeHint().width() <= 400 && bench.pane.minimumSizeHint().height() <= 300);
    }

    void twoAreCompared() {
        const Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(names, 0).size(), 2);
        bench.choose(names, 1);
        QTRY_COMPARE(bench.column(rows, 0).size(), 3);
        auto* const compare = bench.named<QPushButton>(QStringLiteral("Compare"));
        QVERIFY(!compare->isEnabled());
        bench.choose(rows, 0);
        bench.choose(rows, 2, Qt::ControlModifier);
        QTRY_COMPARE(bench.since(), QStringLiteral("version 1"));
        QCOMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        QCOMPARE(bench.changes().front(), QStringLiteral("/offset 10 30 +20 (+200 %)"));
        bench.choose(rows, 1);
        QTRY_COMPARE(bench.changes(), QStringList(QStringLiteral("/offset 10 20 +10 (+100 %)")));
        QVERIFY(compare->isEnabled());
        compare->click(); // with the one that counts
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        QCOMPARE(bench.since(), QStringLiteral("version 2"));
        bench.choose(rows, 0); // which counts: with the one before it
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        compare->click();
        const auto columns = [&] {
            for (QTreeView* each : bench.pane.findChildren<QTreeView*>()) {
                const QString last = each->model()->headerData(3, Qt::Horizontal).toString();
                if (last == QStringLiteral("version 3, the one that counts")
                    && each->model()->headerData(2, Qt::Horizontal).toString() == QStringLiteral("version 2"))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY(columns());
        QTRY_COMPARE(bench.since(), QStringLiteral("version 2"));
    }

    void comparesInAWindow() {
        const Bench bench(Versioned::Checkpoint);
        bench.chooseOrders();
        bench.choose(rows, 0);
        bench.choose(rows, 2, Qt::ControlModifier);
        QTRY_COMPARE(bench.since(), QStringLiteral("version 1"));
        bench.button(QStringLiteral("Compare"))->click();
        const auto tree = [&] { return bench.named<QTreeView>(QStringLiteral("Differences")); };
        QTRY_VERIFY(tree() && tree()->model()->rowCount() == 1);
        const QAbstractItemModel& model = *tree()->model();
        const QModelIndex whole = model.index(0, 0);
        QCOMPARE(model.headerData(2, Qt::Horizontal).toString(), QStringLiteral("version 1"));
        QCOMPARE(model.headerData(3, Qt::Horizontal).toString(), QStringLiteral("version 3"));
        QCOMPARE(model.rowCount(whole), 3);
        QCOMPARE(model.index(0, 0, whole).data().toString(), QStringLiteral("offset"));
        QCOMPARE(model.index(0, 2, whole).data().toString(), QStringLiteral("10"));
        QCOMPARE(model.index(0, 3, whole).data().toString(), QStringLiteral("30"));
        QVERIFY(tree()->isExpanded(whole));
        bench.choose(rows, 1, Qt::ControlModifier); // three at once
        QTRY_VERIFY(bench.button(QStringLiteral("Compare"))->isEnabled());
        bench.button(QStringLiteral("Compare"))->click();
        QTRY_VERIFY(std::ranges::any_of(bench.pane.findChildren<QTreeView*>(),
                                        [](auto* each) { return each->model()->columnCount() == 5; }));
    }

    void anotherVersionIsPromotedAndThatUndone() {
        const Bench bench(Versioned::Checkpoint);
        const QString word = QStringLiteral("Promote…");
        QVERIFY(!bench.button(word)->isEnabled());
        bench.chooseOrders();
        bench.choose(rows, 2);
        QTRY_VERIFY(bench.button(word)->isEnabled());
        bench.button(word)->click();
        QTRY_VERIFY(bench.button(QStringLiteral("Promote")));
        auto* const promote = bench.button(QStringLiteral("Promote"));
        QCOMPARE(promote->text(), QStringLiteral("Promote version 1"));
        const auto tree = [&] { return bench.named<QTreeView>(QStringLiteral("Differences")); };
        QTRY_COMPARE(tree()->model()->columnCount(), 2 + 3); // it, the one before the latest, and the latest
        QCOMPARE(tree()->model()->headerData(2, Qt::Horizontal).toString(),
                 QStringLiteral("version 1, to be promoted"));
        QCOMPARE(tree()->model()->headerData(4, Qt::Horizontal).toString(),
                 QStringLiteral("version 3, the latest now"));
        QVERIFY(!promote->isEnabled()); // it has no reason
        bench.named<QLineEdit>(QStringLiteral("Reason"))->setText(QStringLiteral("the third is wrong"));
        QVERIFY(promote->isEnabled());
        promote->click();
        QTRY_VERIFY(bench.button(QStringLiteral("Undo")) && bench.button(QStringLiteral("Undo"))->isVisible());
        QCOMPARE(bench.value("SELECT group_concat(version) FROM checkpoints WHERE is_latest AND checkpoint_name = "
                             "'orders'"),
                 QStringLiteral("1"));
        QTRY_COMPARE(bench.column(rows, 1), (QStringList{QString(), QString(), QStringLiteral("● latest")}));
        QTRY_COMPARE(bench.fact(QStringLiteral("Latest")), QStringLiteral("yes")); // in the Inspector, too
        bench.button(QStringLiteral("Undo"))->click();
        QTRY_COMPARE(bench.column(rows, 1), (QStringList{QStringLiteral("● latest"), QString(), QString()}));
        QTRY_COMPARE(bench.fact(QStringLiteral("Latest")), QStringLiteral("no"));
        QCOMPARE(bench.value("SELECT group_concat(actor || ' ' || reason, ';') FROM portolan_audit"),
                 QStringLiteral("ada the third is wrong;ada undone: the third is wrong"));
    }

    /// A component stores another version while the line offers to undo.
    void anUndoLeavesANewerVersionAlone() {
        const Bench bench(Versioned::Checkpoint);
        bench.chooseOrders();
        bench.choose(rows, 2);
        QTRY_VERIFY(bench.button(QStringLiteral("Promote…"))->isEnabled());
        bench.button(QStringLiteral("Promote…"))->click();
        QTRY_VERIFY(bench.named<QLineEdit>(QStringLiteral("Reason")));
        bench.named<QLineEdit>(QStringLiteral("Reason"))->setText(QStringLiteral("the third is wrong"));
        QTRY_VERIFY(bench.button(QStringLiteral("Promote"))->isEnabled());
        bench.button(QStringLiteral("Promote"))->click();
        QTRY_VERIFY(bench.button(QStringLiteral("Undo"))->isVisible());
        bench.run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES "
                  "('orders', 'reader', 4, '{\"offset\":40}')");
        bench.button(QStringLiteral("Undo"))->click();
        QTRY_VERIFY(bench.says(QStringLiteral("It was changed meanwhile: the latest is version 4")));
        QVERIFY(!bench.button(QStringLiteral("Undo"))->isVisible());
        QCOMPARE(bench.value("SELECT group_concat(version) FROM checkpoints WHERE is_latest AND checkpoint_name = "
                             "'orders'"),
                 QStringLiteral("4"));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit"), QStringLiteral("1"));
    }

    /// What the dialog shows is what is taken the mark from.
    void aPromotionLeavesAVersionAloneThatItDidNotShow() {
        const Bench bench(Versioned::Checkpoint);
        bench.chooseOrders();
        bench.choose(rows, 2);
        QTRY_VERIFY(bench.button(QStringLiteral("Promote…"))->isEnabled());
        bench.button(QStringLiteral("Promote…"))->click();
        QTRY_VERIFY(bench.named<QLineEdit>(QStringLiteral("Reason")));
        bench.named<QLineEdit>(QStringLiteral("Reason"))->setText(QStringLiteral("the third is wrong"));
        QTRY_VERIFY(bench.button(QStringLiteral("Promote"))->isEnabled());
        bench.run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES "
                  "('orders', 'reader', 4, '{\"offset\":40}')");
        bench.button(QStringLiteral("Promote"))->click();
        QTRY_VERIFY(bench.says(QStringLiteral("It was changed meanwhile: the latest is version 4")));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit"), QStringLiteral("0"));
    }

    void theLatestIsNotPromotedAgain() {
        const Bench bench(Versioned::Checkpoint);
        bench.chooseOrders();
        bench.choose(rows, 0);
        QTRY_VERIFY(bench.button(QStringLiteral("Promote…"))->isEnabled());
        bench.button(QStringLiteral("Promote…"))->click();
        QTRY_VERIFY(bench.named<QLineEdit>(QStringLiteral("Reason")));
        bench.named<QLineEdit>(QStringLiteral("Reason"))->setText(QStringLiteral("why not"));
        QTRY_VERIFY(bench.says(QStringLiteral("It is the latest already; there is nothing to do.")));
        QVERIFY(!bench.button(QStringLiteral("Promote"))->isEnabled());
    }

    void anExpiryIsSetAndUndone() {
        const Bench bench(Versioned::Checkpoint);
        bench.chooseOrders();
        bench.choose(rows, 2);
        QTRY_VERIFY(bench.button(QStringLiteral("Expiry…"))->isEnabled());
        bench.button(QStringLiteral("Expiry…"))->click();
        QTRY_VERIFY(bench.button(QStringLiteral("Set expiry")));
        QVERIFY(bench.named<QRadioButton>(QStringLiteral("It never expires"))->isChecked());
        bench.named<QRadioButton>(QStringLiteral("It expires"))->click();
        bench.named<QDateTimeEdit>(QStringLiteral("When it expires"))
            ->setDateTime(QDateTime(QDate(2031, 2, 3), QTime(4, 5, 6), Qt::UTC));
        QVERIFY(!bench.button(QStringLiteral("Set expiry"))->isEnabled());
        bench.named<QLineEdit>(QStringLiteral("Reason"))->setText(QStringLiteral("old"));
        bench.button(QStringLiteral("Set expiry"))->click();
        QTRY_COMPARE(
            bench.value("SELECT expires_at FROM checkpoints WHERE checkpoint_name = 'orders' AND version = 1").left(19),
            QStringLiteral("2031-02-03T04:05:06"));
        QTRY_VERIFY(bench.button(QStringLiteral("Undo"))->isVisible());
        bench.button(QStringLiteral("Undo"))->click();
        QTRY_COMPARE(bench.value("SELECT count(*) FROM checkpoints WHERE expires_at IS NOT NULL"), QStringLiteral("0"));
        QTRY_VERIFY(bench.says(QStringLiteral("Version 1 of “orders” never expires.")));
        // Somebody else says another time while the line offers to undo.
        bench.run("UPDATE checkpoints SET expires_at = '2040-01-01T00:00:00.000Z' WHERE version = 1");
        QVERIFY(bench.button(QStringLiteral("Undo"))->isVisible());
        bench.button(QStringLiteral("Undo"))->click();
        QTRY_VERIFY(bench.says(QStringLiteral("It was changed meanwhile: the expiry")));
        QCOMPARE(bench.value("SELECT expires_at FROM checkpoints WHERE version = 1"),
                 QStringLiteral("2040-01-01T00:00:00.000Z"));
    }

    void aProductionStoreAsksForItsName() {
        const Bench bench(Versioned::Checkpoint);
        {
            const auto store = openStore(bench.url, Access::Write);
            QVERIFY(store.ok() && (*store)->operations()->markProduction(QStringLiteral("live"), "it is", "ada").ok());
        }
        bench.chooseOrders();
        bench.choose(rows, 2);
        QTRY_VERIFY(bench.button(QStringLiteral("Promote…"))->isEnabled());
        bench.button(QStringLiteral("Promote…"))->click();
        QTRY_VERIFY(bench.named<QLineEdit>(QStringLiteral("Name of the store")));
        QVERIFY(!bench.button(QStringLiteral("Promote")));
        bench.named<QLineEdit>(QStringLiteral("Name of the store"))->setText(QStringLiteral("live"));
        auto* const question = bench.pane.findChild<QInputDialog*>();
        QVERIFY(question);
        question->accept();
        QTRY_VERIFY(bench.button(QStringLiteral("Promote")));
    }

    void filtersLookIntoTheContent() {
        Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(rows, 0).size(), 4);
        bench.pane.setFilter(*parseFilter(QStringLiteral("data.offset>15"), *bench.pane.filterSchema(), currentTime()));
        QTRY_COMPARE(bench.column(rows, 0), (QStringList{QStringLiteral("3"), QStringLiteral("2")}));
        bench.run("UPDATE checkpoints SET checkpoint_metadata = '{\"by\":\"hand\"}' WHERE version = 7");
        bench.pane.setFilter(*parseFilter(QStringLiteral("component_name:writer meta.by:hand"),
                                          *bench.pane.filterSchema(), currentTime()));
        QTRY_COMPARE(bench.column(rows, 0), QStringList(QStringLiteral("7")));
        bench.pane.setFilter(*parseFilter(QStringLiteral("data.offset>15"), *bench.pane.filterSchema(), currentTime()));
        QTRY_COMPARE(bench.column(rows, 0).size(), 2);
        bench.run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES "
                  "('orders', 'reader', 4, '{\"offset\":40}')");
        bench.pane.refreshAll();
        QTRY_COMPARE(bench.column(rows, 0).value(0), QStringLiteral("4"));
        QCOMPARE(bench.column(rows, 1).value(0), QStringLiteral("● latest"));
    }

    void componentsHaveStates() {
        const Bench bench(Versioned::Component);
        QTRY_COMPARE(bench.column(QStringLiteral("Components"), 0), QStringList(QStringLiteral("tap")));
        QCOMPARE(bench.column(QStringLiteral("Components"), 5), QStringList(QStringLiteral("Source")));
        QTRY_COMPARE(bench.column(QStringLiteral("Component versions"), 0).size(), 2);
        QCOMPARE(bench.column(QStringLiteral("Component versions"), 4),
                 (QStringList{QStringLiteral("tap"), QStringLiteral("tap")}));
        bench.choose(QStringLiteral("Component versions"), 0);
        QTRY_COMPARE(bench.changes().size(), 1);
    }

    /// In groups by their type, as messages go through a pipeline; sorted there are none.
    void componentsAreGroupedByType() {
        const Bench bench(
            Versioned::Component,
            "INSERT INTO component_state (component_name, component_type, version, state_data) VALUES "
            "('end', 'Sink', 1, '{}'), ('mill', 'Transformer', 1, '{}'), ('press', 'Transformer', 1, '{}'), "
            "('press', 'Transformer', 2, '{}'), ('tap', 'Source', 1, '{}'), ('well', 'Source', 1, '{}')");
        const QString table = QStringLiteral("Components");
        const auto list = [](const char* names) { return QString::fromLatin1(names).split(QLatin1Char(' ')); };
        QTRY_COMPARE(bench.column(table, 0), list("Source tap well Transformer mill press end"));
        auto* const view = bench.named<DataTable>(table);
        const auto place = [&](int row) {
            return view->model()->index(row, 0).data(PagedModel::OutlineRole).value<OutlinePlace>();
        };
        QVERIFY(place(0).isGroup && place(0).isOpen && place(0).count == 2);
        QVERIFY(place(1).isMember && !place(1).isGroup);
        QVERIFY(!place(6).isMember && !place(6).isGroup);
        QTRY_COMPARE(bench.column(QStringLiteral("Component versions"), 0).size(), 6);
        view->selectRow(5);
        QTRY_COMPARE(bench.column(QStringLiteral("Component versions"), 0).size(), 2);
        view->selectRow(0); // all of them again
        QTRY_COMPARE(bench.column(QStringLiteral("Component versions"), 0).size(), 6);
        QTest::keyClick(view, Qt::Key_Left);
        QTRY_COMPARE(bench.column(table, 0), list("Source Transformer mill press end"));
        QTest::keyClick(view, Qt::Key_Right);
        QTRY_COMPARE(bench.column(table, 0).size(), 7);
        view->horizontalHeader()->sectionClicked(0);
        QTRY_COMPARE(bench.column(table, 0), list("end mill press tap well"));
        view->horizontalHeader()->sectionClicked(0);
        QTRY_COMPARE(bench.column(table, 0), list("well tap press mill end"));
    }

    void anEmptyStoreSaysSo() {
        const Bench bench(Versioned::Checkpoint, "SELECT 1");
        QTRY_VERIFY(bench.pane.isSettled());
        const auto labels = bench.pane.findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](auto* label) {
            return label->isVisible() && label->text() == QStringLiteral("No checkpoints yet.");
        }));
    }
};

QTEST_MAIN(TestVersionsPane)
#include "tst_versionspane.moc"
