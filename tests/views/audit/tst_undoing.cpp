#include "app/desktop/language.h"
#include "storage/operations/operations.h"
#include "storage/operations/savedviews.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/audit/auditpane.h"
#include "views/audit/undodialog.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::need;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr char operatorName[] = "ada";

/// A store in which a view was saved and a component's silence set.
struct Bench {
    Bench()
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); })
        , changes([this](const CancelToken& token) { return openStore(url, Access::Write, token); }, operatorName) {
        const auto store = need(openStore(url, Access::Write));
        need(store->savedViews()->save({"ports", "mine", "status:failed", {}, {}}, std::nullopt, operatorName, {}));
        need(store->operations()->setSilentAfter("ledger", std::chrono::seconds(60), "quiet", "somebody"));
        pane.setPalette(paletteOf(lightTokens()));
        pane.resize(900, 600);
        pane.show();
        pane.setContext({.channel = &channel, .changes = &changes});
    }
    ~Bench() { pane.setContext({}); }

    [[nodiscard]] QString value(const QByteArray& sql) const { return SqliteScript(url.path).value(sql); }
    [[nodiscard]] QPushButton* button() const {
        for (QPushButton* each : pane.findChildren<QPushButton*>()) {
            if (each->accessibleName() == QStringLiteral("Undo…"))
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] DataTable* table() const {
        for (DataTable* each : pane.findChildren<DataTable*>()) {
            if (each->accessibleName() == QStringLiteral("Audit log"))
                return each;
        }
        return nullptr;
    }
    void choose(int row) const {
        QTRY_VERIFY(table()->model()->rowCount() > row);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                          table()->visualRect(table()->model()->index(row, 0)).center());
    }
    [[nodiscard]] UndoDialog* dialog() const { return pane.findChild<UndoDialog*>(); }

    TempFolder folder;
    StoreUrl url;
    StoreWorker channel;
    StoreController changes;
    AuditPane pane;
};

QPushButton* act(const UndoDialog* dialog) {
    for (QPushButton* each : dialog->findChildren<QPushButton*>()) {
        if (each->accessibleName() == QLatin1String("Undo it"))
            return each;
    }
    return nullptr;
}

bool says(const UndoDialog* dialog, const QString& part) {
    return std::ranges::any_of(dialog->findChildren<QLabel*>(),
                               [&](const QLabel* label) { return label->text().contains(part); });
}

} // namespace

class TestUndoing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void undoesTheChosenEntry();
    void saysWhoTouchedIt();
    void offersOnlyWhatCanBeUndone();
    void saysWhyInTheLanguageOfTheWindow();
    void undoesTheNewestOfTheOperator();
};

void TestUndoing::undoesTheChosenEntry() {
    Bench bench;
    QVERIFY(!bench.button()->isEnabled()); // nothing is chosen
    bench.choose(0);                       // the newest: the silence
    QTRY_VERIFY(bench.button()->isEnabled());
    QSignalSpy told(&bench.pane, &Pane::notice);
    bench.button()->click();
    QTRY_VERIFY(bench.dialog());
    UndoDialog* const dialog = bench.dialog();
    QVERIFY(says(dialog, QStringLiteral("set silent_after")) && says(dialog, QStringLiteral("somebody")));
    QVERIFY(!act(dialog)->isEnabled());
    QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit"), QStringLiteral("2"));
    dialog->findChild<QLineEdit*>()->setText(QStringLiteral("a mistake"));
    act(dialog)->click();
    QTRY_COMPARE(bench.value("SELECT count(*) FROM portolan_settings WHERE key LIKE 'silent_after%'"),
                 QStringLiteral("0"));
    QTRY_VERIFY(!told.empty());
    QCOMPARE(bench.value("SELECT actor || ' ' || reason FROM portolan_audit WHERE action = 'undo'"),
             QStringLiteral("ada a mistake"));
}

void TestUndoing::saysWhoTouchedIt() {
    Bench bench;
    QCOMPARE(SqliteScript(bench.url.path).run("UPDATE portolan_settings SET value = '61' WHERE key LIKE 'silent%'"),
             QString());
    bench.choose(0);
    QTRY_VERIFY(bench.button()->isEnabled());
    bench.button()->click();
    QTRY_VERIFY(bench.dialog());
    QVERIFY(says(bench.dialog(), QStringLiteral("it was changed since")));
    bench.dialog()->findChild<QLineEdit*>()->setText(QStringLiteral("a mistake"));
    QVERIFY(!act(bench.dialog())->isEnabled());
    bench.dialog()->reject();
}

void TestUndoing::offersOnlyWhatCanBeUndone() {
    Bench bench;
    QCOMPARE(SqliteScript(bench.url.path)
                 .run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES ('w', 'complete', "
                      "'port_message', 'x')"),
             QString());
    bench.pane.refreshAll();
    QTRY_COMPARE(bench.table()->model()->rowCount(), 3);
    bench.choose(0);
    QTRY_VERIFY(bench.button()->toolTip().contains(QStringLiteral("A worker did it")));
    QVERIFY(!bench.button()->isEnabled());
}

void TestUndoing::saysWhyInTheLanguageOfTheWindow() {
    const Translation german(Language::German);
    Bench bench;
    QCOMPARE(SqliteScript(bench.url.path)
                 .run("UPDATE portolan_settings SET value = '61' WHERE key LIKE 'silent%'; INSERT INTO portolan_audit "
                      "(actor, action, subject_kind, subject_id) VALUES ('w', 'complete', 'port_message', 'x')"),
             QString());
    bench.pane.refreshAll();
    QTRY_COMPARE(bench.table()->model()->rowCount(), 3);
    bench.choose(0);
    QTRY_VERIFY(bench.button()->toolTip().startsWith(QStringLiteral("Ein Worker hat es")));
    bench.choose(1);
    QTRY_VERIFY(bench.button()->isEnabled());
    bench.button()->click();
    QTRY_VERIFY(bench.dialog());
    QVERIFY(says(bench.dialog(), QStringLiteral("seither geändert")));
    bench.dialog()->reject();
}

void TestUndoing::undoesTheNewestOfTheOperator() {
    Bench bench;
    QWidget window;
    UndoAsk asking(&window);
    asking.setContext({.channel = &bench.channel, .changes = &bench.changes});
    QSignalSpy told(&asking, &UndoAsk::notice);
    asking.askNewest();
    QTRY_VERIFY(window.findChild<UndoDialog*>());
    auto* const dialog = window.findChild<UndoDialog*>();
    QVERIFY(says(dialog, QStringLiteral("save"))); // not somebody's silence, which is newer
    dialog->findChild<QLineEdit*>()->setText(QStringLiteral("a mistake"));
    act(dialog)->click();
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(bench.value("SELECT count(*) FROM portolan_saved_views"), QStringLiteral("0"));
    asking.askNewest();
    QTRY_COMPARE(told.size(), 2);
    QVERIFY(told[1][0].toString().contains(QStringLiteral("nothing of yours")));
    asking.setContext({});
}

QTEST_MAIN(TestUndoing)
#include "tst_undoing.moc"
