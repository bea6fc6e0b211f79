#include "app/window/mainwindow.h"
#include "storage/stores/openstore.h"
#include "tests/support/eventturn.h"
#include "tests/support/residentbytes.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/inspector/inspector.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"
#include "views/versions/comparisonview.h"

#include <QDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTabWidget>
#include <QTreeView>
#include <QtTest>

using namespace portolan;
using test::residentBytes;
using test::SqliteScript;
using test::StallMeter;
using test::TempFolder;
using test::turnEventLoop;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longestStall = 500.0;
constexpr int largeRows = 20'000;
constexpr int keys = 50'000;
#elif !defined(NDEBUG) // without optimisation
constexpr double longestStall = 150.0;
constexpr int largeRows = 50'000;
constexpr int keys = 100'000;
#else
constexpr double longestStall = 50.0;
constexpr int largeRows = 500'000; ///< of some 200 bytes: a document of 100 MB
constexpr int keys = 1'000'000;
#endif
constexpr int patience = 20'000;
/// A stall of the program's own comes in every round, one of a busy machine does not: the best round counts.
constexpr int rounds = 3;

/// A checkpoint of two versions, whose document is an SQL expression over `n` (1 … count) and `v`, the version.
QByteArray versionsOf(const char* name, const QByteArray& document) {
    QByteArray sql;
    for (const char* version : {"1", "2"})
        sql +=
            "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) SELECT '"
            + QByteArray(name) + "', 'c', " + version + ", " + QByteArray(document).replace("$V", version)
            + ", '2026-03-01T00:0" + version + ":00.000Z';";
    return sql;
}

/// An object with so many members, of which the middle one is the version.
QByteArray objectOf(int count, const QByteArray& value) {
    return "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < " + QByteArray::number(count)
           + ") SELECT '{' || group_concat('\"key' || n || '\":' || CASE WHEN n = " + QByteArray::number(count / 2)
           + " THEN '$V' ELSE " + value + " END, ',') || '}' FROM s)";
}

} // namespace

/// The whole window over documents as nobody should write them: of 100 MB, of a million keys, a thousand levels deep,
/// and none at all. Each is shown as text, tree and bytes, and two versions of it are compared.
class TestLargeDocuments : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("large.db")));
        const auto made = openStore(m_url, Access::Write);
        QVERIFY2(made.ok(), qPrintable(made ? QString() : made.error().text));
        const QByteArray deep = "'" + QByteArray("[").repeated(999) + "$V" + QByteArray("]").repeated(999) + "'";
        const QByteArray large = "'{\"text\":\"' || printf('%0180d', n) || '\",\"n\":' || n || '}'";
        for (const QByteArray& sql :
             {versionsOf("broken", "'{\"a\": tru$V'"), versionsOf("deep", deep),
              versionsOf("large", objectOf(largeRows, large)), versionsOf("wide", objectOf(keys, "n"))})
            QCOMPARE(SqliteScript(m_url.path).run("PRAGMA ignore_check_constraints = ON;" + sql), QString());
        // Another program's, with a short row before the one in question.
        const QByteArray foreign = QByteArray(objectOf(largeRows, large)).replace("$V", "0");
        for (const auto& [name, document] :
             {std::pair<const char*, QByteArray>{"their large", foreign}, {"their broken", "'{\"a\": tru'"}})
            QCOMPARE(SqliteScript(m_url.path)
                         .run("CREATE TABLE \"" + QByteArray(name) + "\" (id INTEGER PRIMARY KEY, doc TEXT, note TEXT);"
                              + "INSERT INTO \"" + name + "\" VALUES (1, '{}', 'short'), (2, " + document
                              + ", 'behind')"),
                     QString());
    }
    void areShownAndCompared_data() {
        QTest::addColumn<int>("size");
        QTest::newRow("broken") << 8;
        QTest::newRow("deep") << 1'999;
        QTest::newRow("large") << largeRows * 200;
        QTest::newRow("wide") << keys * 10;
    }
    void areShownAndCompared();
    void areShownAsRowsOfATable_data() {
        QTest::addColumn<bool>("isJson");
        QTest::newRow("their large") << true;
        QTest::newRow("their broken") << false;
    }
    void areShownAsRowsOfATable();

private:
    TempFolder m_folder;
    StoreUrl m_url;
};

void TestLargeDocuments::areShownAndCompared() {
    QFETCH(const int, size);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    Settings settings(m_folder.path(QStringLiteral("portolan.ini")));
    Theme theme;
    MainWindow window(settings, theme);
    const auto named = [&](const char* text, QWidget* in, auto* type) {
        using Widget = std::remove_pointer_t<decltype(type)>;
        const auto all = in->findChildren<Widget*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* each) { return each->accessibleName() == QLatin1String(text) && each->isVisible(); });
        return found == all.end() ? nullptr : *found;
    };
    const auto table = [&](const char* text) { return named(text, &window, static_cast<DataTable*>(nullptr)); };
    const auto choose = [](DataTable* list, int at, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(list->viewport(), Qt::LeftButton, modifiers,
                          list->visualRect(list->model()->index(at, 0)).center());
    };
    window.resize(1280, 720);
    window.show();
    window.openStore(m_url);
    window.goTo(QStringLiteral("checkpoints"));
    QTRY_VERIFY_WITH_TIMEOUT(table("Checkpoints") && table("Checkpoints")->model()->rowCount() == 4, patience);
    auto* const inspector = window.findChild<Inspector*>();
    QVERIFY(inspector);
    const auto shows = [&](int version) {
        const QString title = QStringLiteral("%1, version %2").arg(name).arg(version);
        const auto labels = inspector->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](QLabel* label) { return label->text() == title && label->isVisible(); });
    };
    std::map<QByteArray, double> longest;
    StallMeter stalls;
    const auto note = [&](const char* step) {
        QVERIFY(turnEventLoop());
        const double stall = stalls.takeLongest();
        const auto [at, isNew] = longest.emplace(step, stall);
        at->second = isNew ? stall : std::min(at->second, stall);
    };

    QAbstractItemModel* const names = table("Checkpoints")->model();
    QModelIndexList itsRow;
    QTRY_VERIFY(!(itsRow = names->match(names->index(0, 0), Qt::DisplayRole, name)).empty());
    choose(table("Checkpoints"), itsRow.front().row());
    QTRY_VERIFY_WITH_TIMEOUT(table("Checkpoint versions") && table("Checkpoint versions")->model()->rowCount() == 2,
                             patience);
    QElapsedTimer clock;
    qint64 opened = 0;
    qint64 compared = 0;
    for (int round = 0; round < rounds; ++round) {
        stalls.takeLongest();
        for (const int at : {1, 0}) {
            clock.start();
            choose(table("Checkpoint versions"), at);
            QTRY_VERIFY_WITH_TIMEOUT(shows(2 - at), patience);
            opened = round == 0 && at == 1 ? clock.elapsed() : opened;
        }
        auto* const whole = inspector->findChild<QTreeView*>();
        if (name != QLatin1String("broken"))
            QTRY_VERIFY_WITH_TIMEOUT(whole->model()->rowCount() > 0, patience);
        note("chosen");
        auto* const tabs = inspector->findChild<QTabWidget*>();
        QVERIFY(tabs);
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QVERIFY(turnEventLoop());
            for (auto* view : tabs->currentWidget()->findChildren<QAbstractScrollArea*>()) {
                if (auto* const tree = qobject_cast<QTreeView*>(view); tree && tree->isVisible())
                    tree->expand(tree->model()->index(0, 0));
                view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum());
                QVERIFY(turnEventLoop());
                view->verticalScrollBar()->setValue(0);
            }
            note(tab == 0 ? "text" : tab == 1 ? "tree" : "bytes");
        }
        tabs->setCurrentIndex(0);

        choose(table("Checkpoint versions"), 1, Qt::ControlModifier);
        auto* const compare = named("Compare", &window, static_cast<QPushButton*>(nullptr));
        QVERIFY(compare);
        QTRY_VERIFY(compare->isEnabled());
        clock.start();
        compare->click();
        QTRY_VERIFY(window.findChild<ComparisonView*>() && window.findChild<ComparisonView*>()->isVisible());
        auto* const view = window.findChild<ComparisonView*>();
        const auto summary = [&] {
            QStringList texts;
            for (const QLabel* label : view->findChildren<QLabel*>())
                texts << label->text();
            return texts.join(u'\n');
        };
        QTRY_VERIFY2_WITH_TIMEOUT(summary().contains(QStringLiteral("1 changed")), qPrintable(summary()), patience);
        compared = round == 0 ? clock.elapsed() : compared;
        note("compared");
        auto* const sides = view->findChild<QTabWidget*>();
        for (int tab = 0; sides->isVisible() && tab < sides->count(); ++tab) {
            sides->setCurrentIndex(tab);
            QVERIFY(turnEventLoop());
            for (auto* area : sides->currentWidget()->findChildren<QAbstractScrollArea*>())
                area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
            QVERIFY(turnEventLoop());
        }
        note("comparison looked through");
        auto* const dialog = qobject_cast<QDialog*>(view->window());
        QVERIFY(dialog);
        dialog->close();
        QTRY_VERIFY(!window.findChild<ComparisonView*>());
        note("comparison closed");
    }
    QStringList told;
    for (const auto& [step, stall] : longest)
        told << QStringLiteral("%1 %2 ms").arg(QString::fromLatin1(step)).arg(stall, 0, 'f', 1);
    qInfo("%s (%d bytes): shown in %lld ms, compared in %lld ms, %lld MiB; GUI thread away for: %s", qPrintable(name),
          size, static_cast<long long>(opened), static_cast<long long>(compared),
          static_cast<long long>(residentBytes() >> 20), qPrintable(told.join(QLatin1String(", "))));
    for (const auto& [step, stall] : longest)
        QVERIFY2(stall <= longestStall, (step + ' ' + QByteArray::number(stall)).constData());
}

/// Through the Tables pane: the list has its cells, the Inspector the whole of it.
void TestLargeDocuments::areShownAsRowsOfATable() {
    QFETCH(const bool, isJson);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    Settings settings(m_folder.path(QStringLiteral("portolan.ini")));
    Theme theme;
    MainWindow window(settings, theme);
    const auto table = [&](const char* text) {
        const auto all = window.findChildren<DataTable*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* each) { return each->accessibleName() == QLatin1String(text) && each->isVisible(); });
        return found == all.end() ? nullptr : *found;
    };
    const auto choose = [](DataTable* list, const QModelIndex& at) {
        list->scrollTo(at);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(at).center());
    };
    window.resize(1280, 720);
    window.show();
    window.openStore(m_url);
    window.goTo(QStringLiteral("tables"));
    QTRY_VERIFY_WITH_TIMEOUT(table("Tables") && table("Tables")->model()->rowCount() > 10, patience);
    QAbstractItemModel* const tables = table("Tables")->model();
    const QModelIndexList found = tables->match(tables->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly);
    QCOMPARE(found.size(), 1);
    StallMeter stalls;
    std::map<QByteArray, double> longest;
    const auto note = [&](const char* step) {
        QVERIFY(turnEventLoop());
        const double stall = stalls.takeLongest();
        const auto [at, isNew] = longest.emplace(step, stall);
        at->second = isNew ? stall : std::min(at->second, stall);
    };
    const qint64 before = residentBytes();
    stalls.takeLongest();
    choose(table("Tables"), found.front());
    QTRY_VERIFY_WITH_TIMEOUT(table("Rows") && table("Rows")->model()->rowCount() == 2, patience);
    const QAbstractItemModel* const rows = table("Rows")->model();
    QTRY_COMPARE_WITH_TIMEOUT(rows->index(1, 2).data().toString(), QStringLiteral("behind"), patience);
    QVERIFY(rows->index(1, 1).data().toString().startsWith(isJson ? QStringLiteral("{\"key1\"")
                                                                  : QStringLiteral("{\"a\"")));
    const qint64 listed = residentBytes() - before;
    auto* const inspector = window.findChild<Inspector*>();
    auto* const text = inspector->findChild<QPlainTextEdit*>();
    auto* const tabs = inspector->findChild<QTabWidget*>();
    for (int round = 0; round < rounds; ++round) {
        stalls.takeLongest();
        for (const int row : {0, 1}) {
            choose(table("Rows"), rows->index(row, 0));
            const QString begin = row == 0 ? QStringLiteral("{}") : rows->index(row, 1).data().toString().left(8);
            QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().startsWith(begin), patience);
        }
        note("chosen");
        auto* const tree = inspector->findChild<QTreeView*>();
        QCOMPARE(tree->model()->rowCount() > 0, isJson);
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QVERIFY(turnEventLoop());
            for (auto* view : tabs->currentWidget()->findChildren<QAbstractScrollArea*>()) {
                view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum());
                QVERIFY(turnEventLoop());
                view->verticalScrollBar()->setValue(0);
            }
            note(tab == 0 ? "text" : tab == 1 ? "tree" : "bytes");
        }
        tabs->setCurrentIndex(0);
    }
    QStringList told;
    for (const auto& [step, stall] : longest)
        told << QStringLiteral("%1 %2 ms").arg(QString::fromLatin1(step)).arg(stall, 0, 'f', 1);
    qInfo("%s: the list took %lld MiB; GUI thread away for: %s", qPrintable(name), static_cast<long long>(listed >> 20),
          qPrintable(told.join(QLatin1String(", "))));
    for (const auto& [step, stall] : longest)
        QVERIFY2(stall <= longestStall, (step + ' ' + QByteArray::number(stall)).constData());
}

QTEST_MAIN(TestLargeDocuments)
#include "tst_largedocuments.moc"
