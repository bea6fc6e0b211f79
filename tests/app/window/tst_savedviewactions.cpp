#include "app/commands/listings.h"
#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/operations/savedviews.h"
#include "storage/stores/openstore.h"
#include "tests/support/batchfolder.h"
#include "tests/support/healthystore.h"
#include "tests/support/tempfolder.h"
#include "views/list/datatable.h"
#include "views/list/filterline.h"
#include "views/list/pane.h"
#include "views/style/theme.h"
#include "views/window/savedviewmenu.h"
#include "views/window/saveviewdialog.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStatusBar>
#include <QtTest>

using namespace portolan;
using test::TempFolder;

namespace {

constexpr int patience = 20'000;

/// The visible widget of this kind and accessible name; null when there is none.
template <class Widget>
Widget* visible(const QWidget& in, const QString& name) {
    for (Widget* widget : in.findChildren<Widget*>()) {
        if (widget->isVisible() && widget->accessibleName() == name)
            return widget;
    }
    return nullptr;
}

QAction* entry(const QMenu& menu, const QString& text) {
    for (QAction* action : menu.actions()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

QStringList entries(const QMenu& menu) {
    QStringList texts;
    for (const QAction* action : menu.actions()) {
        if (!action->isSeparator())
            texts << action->text();
    }
    return texts;
}

/// A window with settings of its own.
struct Bench {
    explicit Bench(Settings& settings) : window(settings, theme) { window.show(); }

    void open(const StoreUrl& url, const char* pane) {
        window.openStore(url);
        QTRY_VERIFY_WITH_TIMEOUT(window.pane() && window.pane()->isSettled(), patience);
        window.goTo(QLatin1String(pane));
        QTRY_VERIFY_WITH_TIMEOUT(window.pane()->isSettled(), patience);
    }
    [[nodiscard]] DataTable* table(const char* name) const { return visible<DataTable>(window, QLatin1String(name)); }
    [[nodiscard]] int rows(const char* name) const {
        const DataTable* const found = table(name);
        return found ? found->model()->rowCount() : -1;
    }
    [[nodiscard]] FilterLine* filter() const { return visible<FilterLine>(window, QStringLiteral("Filter")); }
    void type(const QString& text) const {
        filter()->setText(text);
        QTest::keyClick(filter(), Qt::Key_Return);
    }
    /// The menu of the button beside the filter, opened.
    [[nodiscard]] SavedViewMenu& menu() const {
        auto* const menu = window.findChild<SavedViewMenu*>();
        menu->close();
        visible<QPushButton>(window, QStringLiteral("Saved views"))->click();
        if (!menu->isVisible())
            qFatal("the menu of saved views does not open");
        return *menu;
    }
    /// Once the store has said that it is there.
    void waitFor(const QString& text) const { QTRY_VERIFY_WITH_TIMEOUT(entry(menu(), text), patience); }
    void trigger(const QString& text) const {
        SavedViewMenu& shown = menu();
        QAction* const action = entry(shown, text);
        QVERIFY2(action && action->isEnabled(), qPrintable(entries(shown).join(u'|')));
        shown.close();
        action->trigger();
    }
    void remove(const QString& name) const {
        QMenu* const removals = entry(menu(), QStringLiteral("Remove"))->menu();
        entry(*removals, QStringLiteral("Remove “%1”").arg(name))->trigger();
        window.findChild<SavedViewMenu*>()->close();
    }
    [[nodiscard]] SaveViewDialog* ask() const {
        QAction* save = nullptr;
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT((save = entry(menu(), QStringLiteral("Save this view…")))->isEnabled(), patience);
        }();
        window.findChild<SavedViewMenu*>()->close();
        save->trigger();
        SaveViewDialog* shown = nullptr; // one that was answered may still be on its way out
        for (SaveViewDialog* const dialog : window.findChildren<SaveViewDialog*>())
            shown = dialog->isVisible() ? dialog : shown;
        return shown;
    }
    /// What its button says before it is clicked.
    QString save(const QString& name) const {
        SaveViewDialog* const dialog = ask();
        if (!dialog)
            return QStringLiteral("no dialog");
        visible<QLineEdit>(*dialog, QStringLiteral("Name of the view"))->setText(name);
        auto* const button = visible<QPushButton>(*dialog, QStringLiteral("Save view"));
        const QString text = button->text();
        button->click();
        return text;
    }
    void runInPalette(const QString& text) {
        window.activateWindow();
        QTRY_VERIFY(window.isActiveWindow()); // the menu has let go of it
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        auto* const field = visible<QLineEdit>(window, QStringLiteral("Command"));
        QVERIFY(field);
        field->setText(text);
        auto* const list = visible<QListWidget>(window, QStringLiteral("Commands"));
        QVERIFY2(list->count() > 0, qPrintable(text));
        QTest::keyClick(field, Qt::Key_Return);
    }
    [[nodiscard]] QString said() const { return window.statusBar()->currentMessage(); }

    Theme theme;
    MainWindow window;
};

} // namespace

/// Views that are saved and chosen in the whole window.
class TestSavedViewActions : public QObject {
    Q_OBJECT

    TempFolder m_folder;
    StoreUrl m_url;
    std::unique_ptr<TempFolder> m_own;
    std::unique_ptr<Settings> m_settings;

    /// What the store keeps, as somebody else reads it.
    [[nodiscard]] std::vector<SavedView> kept() const {
        const auto store = openStore(m_url, Access::Read);
        const auto views = (*store)->savedViews()->list({});
        return views ? *views : std::vector<SavedView>();
    }
    void keep(const SavedView& view) const {
        const auto store = openStore(m_url, Access::Write);
        QVERIFY((*store)->savedViews()->save(view, std::nullopt, "colleague", {}).ok());
    }

private Q_SLOTS:
    void initTestCase() {
        const auto items = test::demoItems(1'000, false);
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("model.db")));
        test::fillStore(m_url, items);
    }
    void init() {
        m_own = std::make_unique<TempFolder>();
        const QString path = m_own->path(QStringLiteral("orders.db"));
        QVERIFY(QFile::copy(m_folder.path(QStringLiteral("model.db")), path));
        m_url.path = path;
        m_settings = std::make_unique<Settings>(m_own->path(QStringLiteral("portolan.ini")));
    }

    void isSavedChosenRemovedAndPutBack() {
        Bench bench(*m_settings);
        bench.open(m_url, "batches");
        bench.type(QStringLiteral("message_number<=40"));
        QTRY_COMPARE(bench.rows("Messages"), 40);
        DataTable& table = *bench.table("Messages");
        table.setSorting({"message_number", false});
        const int last = table.horizontalHeader()->count() - 1;
        table.horizontalHeader()->moveSection(last, 0);
        table.setColumnWidth(0, 300);
        const int width = table.columnWidth(0);
        QCOMPARE(bench.save(QStringLiteral("forty")), QStringLiteral("Save view"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().size(), std::size_t(1), patience);
        QCOMPARE(kept().front().pane, QByteArray("batches"));
        QCOMPARE(kept().front().filter, QByteArray("message_number<=40"));
        QCOMPARE(kept().front().sort, QByteArray("message_number"));
        bench.waitFor(QStringLiteral("forty"));

        // Everything otherwise, and another pane.
        bench.type({});
        table.setSorting({});
        table.horizontalHeader()->moveSection(0, last);
        table.setColumnWidth(0, 90);
        bench.window.goTo(QStringLiteral("audit"));
        QVERIFY(!bench.table("Messages"));
        QVERIFY(entries(bench.menu()).contains(QStringLiteral("No view of this pane is saved yet")));
        bench.window.findChild<SavedViewMenu*>()->close();
        bench.runInPalette(QStringLiteral("View: forty (Batches)"));
        QTRY_VERIFY(bench.table("Messages"));
        QCOMPARE(bench.filter()->text(), QStringLiteral("message_number<=40"));
        QTRY_COMPARE(bench.rows("Messages"), 40);
        QCOMPARE(table.sorting(), (Sort{"message_number", false}));
        QVERIFY(table.horizontalHeader()->isSortIndicatorShown());
        QCOMPARE(table.horizontalHeader()->logicalIndex(0), last);
        QVERIFY2(std::abs(table.columnWidth(0) - width) <= 1, qPrintable(QString::number(table.columnWidth(0))));

        bench.remove(QStringLiteral("forty"));
        QTRY_VERIFY_WITH_TIMEOUT(kept().empty(), patience);
        bench.waitFor(QStringLiteral("Put “forty” back"));
        QTRY_VERIFY_WITH_TIMEOUT(!entry(bench.menu(), QStringLiteral("forty")), patience);
        bench.trigger(QStringLiteral("Put “forty” back"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().size(), std::size_t(1), patience);
        QCOMPARE(kept().front().filter, QByteArray("message_number<=40"));
        bench.waitFor(QStringLiteral("forty"));
        QTRY_VERIFY_WITH_TIMEOUT(!entry(bench.menu(), QStringLiteral("Put “forty” back")), patience);
    }

    void aNameThatIsThereIsReplacedOnTheButtonsWord() {
        keep({"batches", "a & b", "message_number:1", "", ""});
        Bench bench(*m_settings);
        bench.open(m_url, "batches");
        bench.waitFor(QStringLiteral("a && b"));
        bench.type(QStringLiteral("message_number:2"));
        QCOMPARE(bench.save(QStringLiteral("a & b")), QStringLiteral("Replace “a && b”"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().front().filter, QByteArray("message_number:2"), patience);
        QCOMPARE(kept().size(), std::size_t(1));
        const auto choose = [&bench] { // once the window has read it again
            bench.runInPalette(QStringLiteral("View: a & b (Batches)"));
            return bench.filter()->text();
        };
        QTRY_COMPARE_WITH_TIMEOUT(choose(), QStringLiteral("message_number:2"), patience);
    }

    void whatWasReplacedMeanwhileIsTold() {
        keep({"batches", "mine", "message_number:1", "", ""});
        Bench bench(*m_settings);
        bench.open(m_url, "batches");
        bench.waitFor(QStringLiteral("mine"));
        SaveViewDialog* const dialog = bench.ask();
        visible<QLineEdit>(*dialog, QStringLiteral("Name of the view"))->setText(QStringLiteral("mine"));
        {
            const auto store = openStore(m_url, Access::Write);
            const SavedView other{"batches", "mine", "message_number:7", "", ""};
            QVERIFY((*store)->savedViews()->save(other, kept().front(), "colleague", {}).ok());
        }
        visible<QPushButton>(*dialog, QStringLiteral("Save view"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(bench.said().contains(QLatin1String("changed by somebody else")), patience);
        QCOMPARE(kept().front().filter, QByteArray("message_number:7"));
    }

    /// A filter is of the tab that is shown.
    void leadsToTheListItWasSavedOf() {
        Bench bench(*m_settings);
        bench.open(m_url, "dead-letters");
        auto* const tabs = visible<QTabWidget>(bench.window, QStringLiteral("Dead letters and replays"));
        QVERIFY(tabs);
        tabs->setCurrentIndex(1);
        bench.type(QStringLiteral("state:completed"));
        bench.save(QStringLiteral("done"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().size(), std::size_t(1), patience);
        tabs->setCurrentIndex(0);
        QCOMPARE(bench.filter()->text(), QString());
        bench.waitFor(QStringLiteral("done"));
        bench.trigger(QStringLiteral("done"));
        QCOMPARE(tabs->currentIndex(), 1);
        QCOMPARE(bench.filter()->text(), QStringLiteral("state:completed"));
    }

    void oneFromTheCommandLineFindsItsList() {
        keep({"batches", "missing", "first_number>3", "", ""});
        Bench bench(*m_settings);
        bench.open(m_url, "batches");
        bench.waitFor(QStringLiteral("missing"));
        bench.trigger(QStringLiteral("missing"));
        auto* const tabs = visible<QTabWidget>(bench.window, QStringLiteral("Messages, rejected and gaps"));
        QVERIFY(tabs);
        QCOMPARE(tabs->currentIndex(), 2);
        QCOMPARE(bench.filter()->text(), QStringLiteral("first_number>3"));
        for (const QLabel* label : bench.window.findChildren<QLabel*>()) // no mistake is told
            QVERIFY2(!label->isVisible() || !label->text().contains(QLatin1String("position 1")),
                     qPrintable(label->text()));
    }

    void opensTheTableWhoseRowsItIsOf() {
        Bench bench(*m_settings);
        bench.open(m_url, "tables");
        QTRY_VERIFY(bench.rows("Tables") > 10);
        bench.window.pane()->openSubject("port_messages");
        QTRY_VERIFY_WITH_TIMEOUT(bench.filter()->isEnabled() && bench.rows("Rows") > 0, patience);
        bench.type(QStringLiteral("status:completed"));
        bench.save(QStringLiteral("completed"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().size(), std::size_t(1), patience);
        bench.window.pane()->openSubject("messages");
        QTRY_COMPARE_WITH_TIMEOUT(bench.window.pane()->subject(), QByteArray("messages"), patience);
        bench.waitFor(QStringLiteral("completed"));
        bench.trigger(QStringLiteral("completed"));
        QTRY_COMPARE_WITH_TIMEOUT(bench.window.pane()->subject(), QByteArray("port_messages"), patience);
        QTRY_COMPARE(bench.filter()->text(), QStringLiteral("status:completed"));
    }

    void filesLeaveThemToTheSettings() {
        const auto url = *StoreUrl::parse(QStringLiteral("file://") + m_own->path(QStringLiteral("files")));
        test::fillStore(url, test::demoItems(30, true));
        {
            Bench bench(*m_settings);
            bench.open(url, "batches");
            bench.type(QStringLiteral("message_number:7"));
            SaveViewDialog* const dialog = bench.ask();
            QVERIFY(dialog);
            QStringList says;
            for (const QLabel* label : dialog->findChildren<QLabel*>())
                says << label->text();
            QVERIFY2(says.join(u'|').contains(QLatin1String("on this computer only"))
                         && says.join(u'|').contains(QLatin1String("Batch files have no place for views.")),
                     qPrintable(says.join(u'|')));
            dialog->reject();
            bench.save(QStringLiteral("seven"));
            bench.window.close();
        }
        Bench bench(*m_settings);
        bench.open(m_url, "batches"); // another store has none
        QVERIFY(!entry(bench.menu(), QStringLiteral("seven – on this computer")));
        bench.open(url, "batches");
        QTRY_COMPARE(bench.rows("Messages"), 30);
        bench.trigger(QStringLiteral("seven – on this computer"));
        QTRY_COMPARE(bench.rows("Messages"), 1);
        bench.remove(QStringLiteral("seven – on this computer"));
        QVERIFY(!entry(bench.menu(), QStringLiteral("seven – on this computer")));
        bench.trigger(QStringLiteral("Put “seven – on this computer” back"));
        QVERIFY(entry(bench.menu(), QStringLiteral("seven – on this computer")));
    }

    void aMistakeIsNotSaved() {
        Bench bench(*m_settings);
        bench.open(m_url, "batches");
        bench.filter()->setText(QStringLiteral("nonsense:1"));
        QVERIFY(!bench.ask());
        const auto labels = bench.window.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QLatin1String("position 1"));
        }));
    }

    void aPaneWithoutListsSaysSo() {
        Bench bench(*m_settings);
        bench.open(m_url, "overview");
        QAction* const save = entry(bench.menu(), QStringLiteral("Save this view…"));
        QVERIFY(save && !save->isEnabled());
        QVERIFY(entries(bench.menu()).contains(QStringLiteral("This pane has no list of its own")));
    }

    void theDialogHasNamesAndOneFilter() {
        Bench bench(*m_settings);
        bench.open(m_url, "ports");
        SaveViewDialog* const dialog = bench.ask();
        QVERIFY(dialog);
        auto* const save = visible<QPushButton>(*dialog, QStringLiteral("Save view"));
        QVERIFY(save && !save->isEnabled()); // it has no name yet
        for (const QLineEdit* line : dialog->findChildren<QLineEdit*>())
            QVERIFY(!line->accessibleName().isEmpty() && line->accessibleName() != QLatin1String("Filter"));
        int filters = 0;
        for (const QLineEdit* line : bench.window.findChildren<QLineEdit*>())
            filters += line->isVisible() && line->accessibleName() == QLatin1String("Filter");
        QCOMPARE(filters, 1);
    }

    /// The commands know no panes, which are above them.
    void theCommandsPanesAreTheWindows() {
        QVERIFY(panesWithViews().size() > 5);
        for (const QString& pane : panesWithViews())
            QVERIFY2(paneEntryOf(pane) >= 0, qPrintable(pane));
    }
};

QTEST_MAIN(TestSavedViewActions)
#include "tst_savedviewactions.moc"
