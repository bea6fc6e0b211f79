// A row that was let go leaves the Inspector, in every list of every pane that shows its rows there.

#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "tests/support/eventturn.h"
#include "tests/support/filledstores.h"
#include "views/integrity/checkresultsview.h"
#include "views/list/datatable.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/style/theme.h"
#include "views/window/panestack.h"

#include <QTabBar>
#include <QTabWidget>
#include <QtTest>
#include <functional>
#include <memory>
#include <set>

using namespace portolan;
using namespace portolan::test;

namespace {

/// Lists whose rows go with these statements.
const std::map<QString, QByteArray> goneBy{
    {QStringLiteral("Rejected"), "DELETE FROM portolan_rejects"},
    {QStringLiteral("Messages"), "DELETE FROM messages"},
    {QStringLiteral("Port messages"), "DELETE FROM port_messages WHERE status <> 'dead_letter'"},
    {QStringLiteral("Dead letters"), "DELETE FROM port_messages"},
    {QStringLiteral("Replay runs"), "DELETE FROM portolan_replay_items; DELETE FROM portolan_replay_runs"},
    {QStringLiteral("Archive"), "DELETE FROM portolan_message_archive"},
    {QStringLiteral("Checkpoint versions"), "DELETE FROM checkpoints"},
    {QStringLiteral("Component versions"), "DELETE FROM component_state"},
    {QStringLiteral("Sinks"), "DELETE FROM sink_storage"},
    {QStringLiteral("Sensor events"), "DELETE FROM metrics; DELETE FROM processed_events"},
};

QString wordsOf(const Inspection& inspection) {
    QString words = inspection.title;
    for (const Inspection::Fact& fact : inspection.facts) {
        if (const auto* const text = std::get_if<QString>(&fact.value))
            words += u'\n' + fact.name + u'=' + *text;
        else if (const auto* const number = std::get_if<qint64>(&fact.value))
            words += u'\n' + fact.name + u'=' + QString::number(*number);
    }
    return words;
}

} // namespace

class TestLetGo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_window.reset(); }
    void aRowThatIsDroppedLeaves();
    void aRowThatIsFilteredOutLeaves();
    void aRowThatIsGoneLeaves();

private:
    using LetGo = std::function<bool(QTableView*, const QString& name)>;
    /// Has a row of every list inspected, lets it go by `letGo` (false: not this list), and returns the lists that had
    /// one.
    std::set<QString> walk(const LetGo& letGo);
    void tryList(QTableView* list, const LetGo& letGo);
    /// All that was asked of the store before is answered.
    void await();
    [[nodiscard]] std::vector<QTableView*> shownLists() const;

    TempFolder m_folder;
    FilledSqlite m_store;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    QString m_inspected; ///< of the row in the Inspector; empty: there is none
    std::set<QString> m_tried;
    QStringList m_kept; ///< lists whose rows stayed
};

void TestLetGo::initTestCase() {
    m_store.fill(m_folder);
    m_store.change("INSERT INTO portolan_gaps (source, kind, first_number, last_number, missing) VALUES "
                   "('redis://h/s', 'numbers', 3, 4, 2)");
    m_store.change("INSERT INTO portolan_jobs (id, kind, state, done, total, actor) VALUES "
                   "('j1', 'export', 'completed', 1, 1, 'ada')");
    m_theme = std::make_unique<Theme>();
    m_settings = std::make_unique<Settings>(m_folder.path(QStringLiteral("portolan.ini")));
    m_window = std::make_unique<MainWindow>(*m_settings, *m_theme);
    m_window->resize(1400, 900);
    m_window->show();
    m_window->openStore(*StoreUrl::parse(m_store.url()));
    QTRY_VERIFY(m_window->pane() && m_window->pane()->isSettled());
    QTRY_VERIFY(m_window->stores().current() && m_window->stores().current()->isOpen());
    auto* const stack = m_window->findChild<PaneStack*>();
    QVERIFY(stack);
    connect(stack, &PaneStack::inspected, this, [this](const Inspection& shown) { m_inspected = wordsOf(shown); });
    connect(stack, &PaneStack::inspectionFailed, this, [this](const Error& error) { m_inspected = error.text; });
    connect(stack, &PaneStack::nothingInspected, this, [this] { m_inspected.clear(); });
}

std::vector<QTableView*> TestLetGo::shownLists() const {
    std::vector<QTableView*> lists;
    for (QTableView* const each : m_window->pane()->findChildren<QTableView*>()) {
        // A list that is being read does not show its table yet.
        const bool isShown = qobject_cast<DataTable*>(each)    ? each->parentWidget()->isVisible()
                             : qobject_cast<CheckTable*>(each) ? each->isVisible()
                                                               : false;
        if (isShown)
            lists.push_back(each);
    }
    return lists;
}

void TestLetGo::await() {
    for (int round = 0; round < 2; ++round) { // an answer may ask again
        test::turnEventLoop();                // a choice is told a moment later
        RequestScope asker;
        bool isAnswered = false;
        m_window->stores().current()->channel().ask(
            asker, [](Store&, const CancelToken&) -> Result<bool> { return true; }, this,
            [&](const Result<bool>&) { isAnswered = true; });
        QTRY_VERIFY(isAnswered);
    }
}

std::set<QString> TestLetGo::walk(const LetGo& letGo) {
    m_tried.clear();
    m_kept.clear();
    for (const PaneEntry& entry : paneEntries()) {
        m_window->goTo(QLatin1String(entry.id));
        Pane* const pane = m_window->pane();
        if (const auto buttons = pane->findChildren<QPushButton*>(); QLatin1String(entry.id) == u"integrity") {
            for (QPushButton* const each : buttons) {
                if (each->accessibleName() == u"Run checks" && each->isEnabled())
                    each->click();
            }
        }
        auto* const tabs = pane->findChild<QTabWidget*>();
        for (int tab = 0; tab < (tabs ? tabs->count() : 1); ++tab) {
            if (tabs)
                tabs->setCurrentIndex(tab);
            const bool isSettled = QTest::qWaitFor([&] { return pane->isSettled(); }, 10'000);
            if (!isSettled)
                m_kept << QLatin1String(entry.id) + QStringLiteral(" was not read");
            for (std::size_t i = 0; i < shownLists().size(); ++i) { // a chosen row of one may fill the next one
                tryList(shownLists()[i], letGo);
                await();
                static_cast<void>(QTest::qWaitFor([&] { return pane->isSettled(); }, 2'000));
            }
        }
    }
    return m_tried;
}

void TestLetGo::tryList(QTableView* list, const LetGo& letGo) {
    const QPointer<QTableView> there(list);
    const QString name = list->accessibleName();
    auto* const rows = qobject_cast<DataTable*>(list);
    const auto isFilled = [&] {
        return there && list->model()->rowCount() > 0 && (!rows || rows->paged()->isLoaded(0));
    };
    int row = 0;
    bool isInspected = false;
    for (int tries = 0; tries < 3 && !isInspected; ++tries) { // a list may be read anew just then
        if (!QTest::qWaitFor(isFilled, 1'500))
            return;
        list->clearSelection(); // of an earlier walk
        await();
        m_inspected.clear(); // the same row may be there already, chosen in another list
        if (!isFilled())
            continue;
        row = 0; // groups are not inspected
        while (rows && row + 1 < list->model()->rowCount()
               && list->model()->index(row, 0).data(PagedModel::OutlineRole).value<OutlinePlace>().isGroup)
            ++row;
        list->selectRow(row);
        isInspected = QTest::qWaitFor([&] { return !m_inspected.isEmpty(); }, 2'000);
    }
    if (!isInspected || !there)
        return;
    await(); // what is asked whole comes after what is known at once
    const QString words = m_inspected;
    if (!letGo(list, name))
        return;
    m_tried.insert(name);
    if (!QTest::qWaitFor([&] { return m_inspected != words; }, 60'000))
        m_kept << name;
    if (rows && there && !rows->paged()->filter().isEmpty())
        m_window->pane()->setFilter({});
    if (there && list->model()->rowCount() > row)
        list->selectRow(row); // it may lead to the rows of another list
}

void TestLetGo::aRowThatIsDroppedLeaves() {
    const std::set<QString> tried = walk([](QTableView* list, const QString&) {
        list->clearSelection();
        list->setCurrentIndex({});
        return true;
    });
    QCOMPARE(m_kept.join(QStringLiteral(", ")), QString());
    for (const char* name : {"Archive",
                             "Audit log",
                             "Batch files",
                             "Checkpoint versions",
                             "Checkpoints",
                             "Checks",
                             "Component versions",
                             "Components",
                             "Dead letter groups",
                             "Dead letters",
                             "Gaps",
                             "Health",
                             "Jobs",
                             "Messages",
                             "Migrations",
                             "Port messages",
                             "Rejected",
                             "Replay runs",
                             "Sensor events",
                             "Sinks",
                             "Tables"})
        QVERIFY2(tried.contains(QLatin1String(name)),
                 qPrintable(QLatin1String(name) + u' ' + QStringList(tried.begin(), tried.end()).join(u',')));
}

void TestLetGo::aRowThatIsFilteredOutLeaves() {
    const std::set<QString> tried = walk([this](QTableView* list, const QString&) {
        Pane* const pane = m_window->pane();
        if (!pane->filteredList() || pane->filteredList()->table() != list)
            return false;
        const ColumnSet* const columns = pane->filterSchema();
        const auto text = std::ranges::find(columns->columns, ColumnType::Text, &ColumnSet::Column::type);
        if (text == columns->columns.end())
            return false;
        pane->setFilter(equals(*columns, text->name, QByteArray("no such text anywhere")));
        return true;
    });
    QCOMPARE(m_kept.join(QStringLiteral(", ")), QString());
    for (const char* name : {"Archive", "Audit log", "Checkpoint versions", "Component versions", "Dead letters",
                             "Gaps", "Jobs", "Messages", "Port messages", "Rejected", "Replay runs", "Sensor events"})
        QVERIFY2(tried.contains(QLatin1String(name)),
                 qPrintable(QLatin1String(name) + u' ' + QStringList(tried.begin(), tried.end()).join(u',')));
}

void TestLetGo::aRowThatIsGoneLeaves() {
    const std::set<QString> tried = walk([this](QTableView*, const QString& name) {
        const auto gone = goneBy.find(name);
        if (gone == goneBy.end())
            return false;
        m_store.change(gone->second);
        m_window->pane()->refreshAll();
        return true;
    });
    QCOMPARE(m_kept.join(QStringLiteral(", ")), QString());
    for (const auto& [name, sql] : goneBy)
        QVERIFY2(tried.contains(name), qPrintable(name));
}

QTEST_MAIN(TestLetGo)
#include "tst_letgo.moc"
