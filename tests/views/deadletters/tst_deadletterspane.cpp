#include "storage/ports/ports.h"
#include "storage/replay/replays.h"
#include "tests/support/deadlettersbench.h"
#include "views/style/theme.h"
#include "views/window/jobline.h"
#include "views/window/jobsdock.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;
using Bench = DeadLettersBench;

class TestDeadLettersPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    void showsGroupsWithMostLettersFirst() {
        Bench bench;
        QTRY_COMPARE(bench.groups()->model()->rowCount(), 2);
        QTRY_COMPARE(bench.cell("Dead letter groups", 0, "count"), groupedNumber(timeouts));
        QCOMPARE(bench.cell("Dead letter groups", 0, "template"), QStringLiteral("timeout after <*>"));
        QCOMPARE(bench.cell("Dead letter groups", 0, "port_name"), QStringLiteral("orders"));
        QCOMPARE(bench.cell("Dead letter groups", 1, "template"), QStringLiteral("connection refused by <*>"));
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts + refusals);
        QTRY_VERIFY(bench.pane().isSettled());
    }

    void aGroupShowsItsLettersAndNoOthers() {
        Bench bench;
        QTRY_COMPARE(bench.groups()->model()->rowCount(), 2);
        bench.groups()->selectRow(1);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), refusals);
        QTRY_VERIFY(bench.deadLetters()->paged()->isComplete());
        QTRY_COMPARE(bench.cell("Dead letters", refusals - 1, "port_name"), QStringLiteral("billing"));
        for (int row = 0; row < refusals; ++row)
            QVERIFY(bench.cell("Dead letters", row, "error_message").startsWith(QLatin1String("connection refused")));
        bench.find<QPushButton>("Show the dead letters of all groups")->click();
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts + refusals);
    }

    /// Two causes in one port: the port alone does not tell them apart.
    void aGroupWithinAPortStaysApart() {
        Bench bench;
        bench.run(letters(5001, 5040, "orders", "'no such customer'"));
        bench.pane().refreshAll();
        QTRY_COMPARE(bench.groups()->model()->rowCount(), 3);
        bench.groups()->selectRow(2);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), 40);
        QTRY_VERIFY(bench.deadLetters()->paged()->isComplete());
        QCOMPARE(bench.cell("Dead letters", 39, "error_message"), QStringLiteral("no such customer"));
    }

    void filterNarrowsGroupsAndLetters() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        const auto filter = parseFilter(QStringLiteral("data.n<=2 or data.n:1501"), portMessageSchema(), currentTime());
        QVERIFY(filter);
        bench.pane().setFilter(*filter);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), 3);
        QTRY_COMPARE(bench.groups()->model()->rowCount(), 2);
        QTRY_COMPARE(bench.cell("Dead letter groups", 0, "count"), QStringLiteral("2"));
        QCOMPARE(bench.cell("Dead letter groups", 1, "count"), QStringLiteral("1"));
        QCOMPARE(bench.cell("Dead letter groups", 0, "template"), QStringLiteral("timeout after <*>"));
        bench.groups()->selectRow(0);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), 2);
        QPushButton* const button = bench.openDialog();
        QVERIFY(button);
        QCOMPARE(button->text(), QStringLiteral("Replay 2 dead letters"));
        bench.dialog()->reject();
    }

    void aGroupKeepsItsChoiceWhileItIsOvertaken() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        bench.groups()->selectRow(0);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts);
        bench.run(letters(6001, 6001 + timeouts, "billing", "'connection refused by 10.0.0.' || (n % 200)"));
        bench.pane().refreshAll();
        QTRY_COMPARE(bench.cell("Dead letter groups", 0, "template"), QStringLiteral("connection refused by <*>"));
        QTRY_COMPARE(bench.groups()->currentRow(), 1);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts);
    }

    void theButtonSaysWhatItWouldPutBack() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        auto* button = bench.find<QPushButton>("Replay…");
        QTRY_COMPARE(button->text(), QStringLiteral("Replay all %1…").arg(groupedNumber(timeouts + refusals)));
        bench.groups()->selectRow(0);
        QTRY_COMPARE(button->text(), QStringLiteral("Replay these %1…").arg(groupedNumber(timeouts)));
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts);
        bench.deadLetters()->selectRow(3);
        QTRY_COMPARE(button->text(), QStringLiteral("Replay 1 selected…"));
        QCOMPARE(button->accessibleName(), QStringLiteral("Replay…"));
        QCOMPARE(button->accessibleDescription(), button->text());
    }

    void selectedLettersAloneArePutBack() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        bench.deadLetters()->selectionModel()->select(
            {bench.deadLetters()->model()->index(10, 0), bench.deadLetters()->model()->index(39, 0)},
            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        QCOMPARE(replay->text(), QStringLiteral("Replay 30 dead letters"));
        replay->click();
        QTRY_COMPARE(bench.count("status = 'pending'"), 30);
        const int newest = timeouts + refusals;
        QCOMPARE(bench.value("SELECT min(id) || max(id) FROM port_messages WHERE status = 'pending'"),
                 QStringLiteral("00000000-0000-4000-8000-%1").arg(newest - 39, 12, 10, QLatin1Char('0'))
                     + QStringLiteral("00000000-0000-4000-8000-%1").arg(newest - 10, 12, 10, QLatin1Char('0')));
    }

    /// From the group to its recall, as the acceptance says.
    void aGroupIsPutBackAndRecalled() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        bench.groups()->selectRow(1);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), refusals);
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        QCOMPARE(replay->text(), QStringLiteral("Replay %1 dead letters").arg(refusals));
        QCOMPARE(replay->accessibleName(), QStringLiteral("Replay"));
        QCOMPARE(replay->accessibleDescription(), QStringLiteral("Replay %1 dead letters").arg(refusals));
        QCOMPARE(bench.count("status = 'pending'"), 0); // only looked at so far
        bench.find<QLineEdit>("Reason", bench.dialog())->setText(QStringLiteral("the database is back"));
        replay->click();
        QTRY_COMPARE(bench.count("status = 'pending' AND port_name = 'billing'"), refusals);
        QCOMPARE(bench.count("status = 'dead_letter'"), timeouts);
        QCOMPARE(bench.value("SELECT reason FROM portolan_replay_runs"), QStringLiteral("the database is back"));
        QTRY_COMPARE(bench.runs()->model()->rowCount(), 1);
        QTRY_COMPARE(bench.runs()->currentRow(), 0); // it is shown, and chosen
        QVERIFY(bench.runs()->isVisible());

        bench.run("UPDATE port_messages SET status = 'completed' WHERE id IN (SELECT id FROM port_messages WHERE "
                  "status = 'pending' ORDER BY id LIMIT 200)");
        bench.run(
            "UPDATE port_messages SET status = 'dead_letter', retry_count = 3, error_details = '{\"type\":\"E\"}', "
            "error_message = 'connection refused "
            "by 10.0.0.9' WHERE id IN (SELECT id FROM port_messages WHERE status = 'pending' ORDER BY id LIMIT 50)");
        QTRY_COMPARE_WITH_TIMEOUT(bench.cell("Replay runs", 0, "completed"), QStringLiteral("200"), 15'000);
        QTRY_COMPARE(bench.cell("Replay runs", 0, "failed_same"), QStringLiteral("50"));
        QTRY_COMPARE(bench.cell("Replay runs", 0, "pending"), QStringLiteral("450"));
        QTRY_COMPARE(bench.table("Replay items")->model()->rowCount(), refusals);
        QTRY_COMPARE(bench.cell("Replay items", 0, "state"), QStringLiteral("completed"));

        auto* recall = bench.find<QPushButton>("Recall");
        QTRY_VERIFY(recall->isEnabled());
        recall->click();
        QTRY_COMPARE(bench.count("status = 'dead_letter'"), timeouts + refusals - 200);
        QTRY_COMPARE(bench.cell("Replay runs", 0, "recalled"), QStringLiteral("450"));
        QTRY_COMPARE(bench.cell("Replay runs", 0, "state"), QStringLiteral("recalled"));
        QTRY_VERIFY(!recall->isEnabled());
    }

    /// To the byte: looking writes nothing, whatever is looked at.
    void aDismissedDialogLeavesEverythingAsItWas() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        const QByteArray before = bench.bytes();
        QVERIFY(bench.openDialog());
        bench.dialog()->reject();
        delete bench.dialog();
        bench.find<QPushButton>("Replay…")->click(); // and one that goes while it is being looked at
        QTRY_VERIFY(bench.dialog());
        bench.dialog()->reject();
        bench.deadLetters()->selectRow(0);
        auto* edit = bench.find<QPushButton>("Edit and replay…");
        QTRY_VERIFY(edit->isEnabled());
        edit->click();
        QTRY_VERIFY(bench.find<QPlainTextEdit>("Edited document"));
        qobject_cast<QDialog*>(bench.find<QPlainTextEdit>("Edited document")->window())->reject();
        bench.find<QPushButton>("Discard…")->click();
        QTRY_VERIFY(bench.find<QPushButton>("Discard"));
        auto* const discard = bench.find<QPushButton>("Discard");
        QTRY_COMPARE(discard->text(), QStringLiteral("Discard 1 dead letter"));
        qobject_cast<QDialog*>(discard->window())->reject();
        QTRY_VERIFY(!bench.desk().isBusy());
        QVERIFY(bench.bytes() == before);
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_replay_runs"), QStringLiteral("0"));
    }

    /// The original stays byte for byte in the archive; of the edited document only the field differs.
    void anEditedLetterIsPutBackAndItsOriginalKept() {
        Bench bench;
        const QByteArray document = R"({"n" : 9223372036854775807,  "n":18446744073709551615, "total":1.50})";
        bench.run("UPDATE port_messages SET message_data = '" + document
                  + "' WHERE id = '00000000-0000-4000-8000-000000002200'");
        QTRY_VERIFY(bench.pane().isSettled());
        auto* edit = bench.find<QPushButton>("Edit and replay…");
        QVERIFY(!edit->isEnabled());
        bench.deadLetters()->selectRow(0);
        QTRY_VERIFY(edit->isEnabled());
        edit->click();
        QTRY_VERIFY(bench.find<QPlainTextEdit>("Edited document"));
        auto* text = bench.find<QPlainTextEdit>("Edited document");
        auto* go = bench.find<QPushButton>("Preview the replay…");
        QCOMPARE(text->toPlainText(), QString::fromUtf8(document));
        QVERIFY(!go->isEnabled()); // nothing is changed
        text->setPlainText(QStringLiteral("{"));
        QTRY_VERIFY(bench.find<QLabel>("Difference")->text().startsWith(u'▲'));
        QVERIFY(!go->isEnabled());
        QByteArray edited = document;
        edited.replace("1.50", "2.50");
        text->setPlainText(QString::fromUtf8(edited));
        QTRY_COMPARE(bench.find<QLabel>("Difference")->text(), QStringLiteral("/total: 1.50 → 2.50"));
        QVERIFY(go->isEnabled());
        go->click();
        QTRY_VERIFY(bench.dialog() && bench.dialog()->isVisible());
        auto* replay = bench.find<QPushButton>("Replay", bench.dialog());
        QTRY_COMPARE(replay->text(), QStringLiteral("Replay 1 dead letter"));
        QVERIFY(!replay->isEnabled()); // the reason is the operator's own
        bench.find<QLineEdit>("Reason", bench.dialog())->setText(QStringLiteral("a test"));
        replay->click();
        QTRY_COMPARE(bench.count("status = 'pending'"), 1);
        QCOMPARE(bench.value("SELECT message_data FROM port_messages WHERE status = 'pending'"),
                 QString::fromUtf8(edited));
        QCOMPARE(bench.value("SELECT CAST(original AS TEXT) FROM portolan_message_archive WHERE cause = 'edited'"),
                 QString::fromUtf8(document));
    }

    void aProductionStoreAsksForItsName() {
        Bench bench;
        bench.run("INSERT INTO portolan_settings (key, value) VALUES ('production', 'ledger')");
        QTRY_VERIFY(bench.pane().isSettled());
        const auto type = [&](const char* name) {
            bench.find<QPushButton>("Replay…")->click();
            if (!QTest::qWaitFor([&] { return bench.find<QLineEdit>("Name of the store") != nullptr; }, 10'000))
                return false;
            auto* field = bench.find<QLineEdit>("Name of the store");
            field->setText(QString::fromUtf8(name));
            QTest::keyClick(field, Qt::Key_Return);
            return QTest::qWaitFor([&] { return bench.find<QLineEdit>("Name of the store") == nullptr; }, 10'000);
        };
        QSignalSpy notices(&bench.pane(), &Pane::notice);
        QVERIFY(type("orders"));
        QVERIFY(!bench.dialog());
        QCOMPARE(notices.size(), 1);
        QVERIFY(type("ledger"));
        QTRY_VERIFY(bench.dialog() && bench.dialog()->isVisible());
        QVERIFY(bench.find<QLineEdit>("Reason", bench.dialog())->text().isEmpty());
        bench.find<QLineEdit>("Reason", bench.dialog())->setText(QStringLiteral("a test"));
        QTRY_VERIFY(bench.find<QPushButton>("Replay", bench.dialog())->isEnabled());
        bench.dialog()->reject();
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_replay_runs"), QStringLiteral("0"));
    }

    void noReasonNoReplay() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        auto* reason = bench.find<QLineEdit>("Reason", bench.dialog());
        reason->clear();
        QVERIFY(!replay->isEnabled());
        reason->setText(QStringLiteral("   "));
        QVERIFY(!replay->isEnabled());
        QVERIFY(!replay->toolTip().isEmpty());
        reason->setText(QStringLiteral("because"));
        QVERIFY(replay->isEnabled());
        bench.dialog()->reject();
    }

    void whatCannotBeSentThereSaysSo() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        bench.find<QComboBox>("Where to", bench.dialog())->setCurrentIndex(1);
        QVERIFY(!replay->isEnabled()); // nothing is looked at for nowhere
        auto* target = bench.find<QLineEdit>("Target", bench.dialog());
        QVERIFY(target->isVisible());
        target->setText(QStringLiteral("kafka://nowhere:9/x"));
        Q_EMIT target->editingFinished();
        QTRY_VERIFY(std::ranges::any_of(bench.dialog()->findChildren<QLabel*>(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QLatin1String("afka"));
        }));
        QVERIFY(!replay->isEnabled());
        bench.dialog()->reject();
    }

    /// Nothing "is being looked at" that is not, and what was seen of one target is never sent to another.
    void aTargetIsLookedAtOnceItIsNamed() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        const auto says = [&](const char* words) {
            return std::ranges::any_of(bench.dialog()->findChildren<QLabel*>(), [&](const QLabel* label) {
                return label->isVisible() && label->text().contains(QLatin1String(words));
            });
        };
        auto* const place = bench.find<QComboBox>("Where to", bench.dialog());
        auto* const target = bench.find<QLineEdit>("Target", bench.dialog());
        place->setCurrentIndex(1);
        QVERIFY(!says("being looked at") && says("once the target is named"));
        target->setText(QStringLiteral("redis:"));
        QVERIFY(!says("being looked at") && says("once the target is named"));
        target->setText(QStringLiteral("redis://127.0.0.1:1/0?stream=a")); // as a screen reader does: no key, no Enter
        QTRY_VERIFY(replay->isEnabled());
        QVERIFY(!says("being looked at"));
        target->setText(QStringLiteral("redis://127.0.0.1:1/0?stream=b"));
        QVERIFY(!replay->isEnabled()); // what was seen is of the other one
        QTRY_VERIFY(replay->isEnabled());
        target->clear();
        QVERIFY(!replay->isEnabled());
        place->setCurrentIndex(0);
        QTRY_VERIFY(replay->isEnabled());
        bench.dialog()->reject();
    }

    /// Closing the window in the middle loses nothing, and the run can be resumed.
    void aRunThatWasLeftInTheMiddleIsResumed() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        bench.find<QSpinBox>("Dead letters a second", bench.dialog())->setValue(200);
        replay->click();
        QTRY_VERIFY(bench.count("status = 'pending'") > 20);
        bench.close();
        const int putBack = bench.count("status = 'pending'");
        QVERIFY2(putBack < timeouts + refusals, qPrintable(QString::number(putBack)));
        QCOMPARE(putBack + bench.count("status = 'dead_letter'"), timeouts + refusals);
        QCOMPARE(bench.stateOfRun(), QStringLiteral("paused"));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_replay_items WHERE state = 'replayed'").toInt(), putBack);

        bench.open();
        bench.pane().findChild<QTabWidget*>()->setCurrentIndex(1);
        QTRY_COMPARE(bench.runs()->model()->rowCount(), 1);
        bench.runs()->selectRow(0);
        auto* resume = bench.find<QPushButton>("Resume");
        QTRY_VERIFY(resume->isEnabled());
        resume->click();
        QTRY_COMPARE_WITH_TIMEOUT(bench.count("status = 'pending'"), timeouts + refusals, 20'000);
        QTRY_COMPARE(bench.stateOfRun(), QStringLiteral("completed"));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit WHERE action = 'replay'").toInt(),
                 timeouts + refusals);
    }

    void aJobIsPausedResumedAndCancelled() {
        Bench bench;
        JobsDock dock;
        dock.setContext({.channel = &bench.channel(), .replays = &bench.desk()});
        QVERIFY(!dock.isVisible());
        QTRY_VERIFY(bench.pane().isSettled());
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        bench.find<QSpinBox>("Dead letters a second", bench.dialog())->setValue(100);
        replay->click();
        QTRY_VERIFY(bench.count("status = 'pending'") > 5);
        QTRY_VERIFY(dock.isVisible());
        const QString name = QStringLiteral("Replay ") + bench.run().first(4);
        auto* pause = bench.find<QPushButton>(qPrintable(QStringLiteral("Pause ") + name), &dock);
        QVERIFY(pause);
        pause->click();
        QTRY_COMPARE(bench.stateOfRun(), QStringLiteral("paused"));
        const int paused = bench.count("status = 'pending'");
        QTRY_COMPARE(pause->accessibleName(), QStringLiteral("Resume ") + name);
        QCOMPARE(bench.count("status = 'pending'"), paused);
        pause->click();
        QTRY_VERIFY(bench.count("status = 'pending'") > paused);
        bench.find<QPushButton>(qPrintable(QStringLiteral("Cancel ") + name), &dock)->click();
        QTRY_COMPARE(bench.stateOfRun(), QStringLiteral("cancelled"));
        const int left = bench.count("status = 'dead_letter'");
        QVERIFY(left > 0);
        QTRY_VERIFY(!bench.desk().isBusy());
        QCOMPARE(bench.count("status = 'dead_letter'"), left);
        QCOMPARE(bench.value("SELECT skipped FROM portolan_replay_runs").toInt(), left);
        dock.setContext({});
    }

    /// What was seen goes, what came since stays, and it comes back as it was.
    void aGroupIsDiscardedAndRestored() {
        Bench bench;
        JobsDock dock;
        dock.setContext({.replays = &bench.desk()});
        QTRY_VERIFY(bench.pane().isSettled());
        const QString before = bench.dump();
        bench.groups()->selectRow(1);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), refusals);
        bench.find<QPushButton>("Discard…")->click();
        QTRY_VERIFY(bench.find<QPushButton>("Discard"));
        auto* discard = bench.find<QPushButton>("Discard");
        QTRY_COMPARE(discard->text(), QStringLiteral("Discard %1 dead letters").arg(refusals));
        QVERIFY(!discard->isEnabled()); // without a reason
        bench.run(letters(7001, 7010, "billing", "'connection refused by 10.0.0.7'"));
        bench.find<QLineEdit>("Reason", discard->window())->setText(QStringLiteral("useless"));
        QVERIFY(discard->isEnabled());
        discard->click();
        QTRY_COMPARE(bench.count("port_name = 'billing'"), 10);
        QTRY_COMPARE(bench.value("SELECT state || done FROM portolan_jobs"),
                     QStringLiteral("completed%1").arg(refusals));
        QTRY_VERIFY(bench.find<QPushButton>("Dismiss Discard 1", &dock));
        bench.run("DELETE FROM port_messages WHERE id > '00000000-0000-4000-8000-000000007000'");
        bench.pane().refreshAll();
        QTRY_COMPARE(bench.groups()->model()->rowCount(), 1); // it is gone, and no other one is chosen in its place
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts);
        QVERIFY(bench.groups()->selectedRuns().empty());
        QTRY_VERIFY(!bench.desk().isBusy());

        bench.pane().findChild<QTabWidget*>()->setCurrentIndex(2);
        QTRY_COMPARE(bench.table("Archive")->model()->rowCount(), refusals);
        QCOMPARE(bench.cell("Archive", 0, "reason"), QStringLiteral("useless"));
        QSignalSpy inspected(&bench.pane(), &Pane::inspected);
        bench.table("Archive")->selectRow(0);
        QTRY_COMPARE(inspected.size(), 1);
        const auto shown = inspected.front().front().value<Inspection>();
        QVERIFY(shown.documents.front().bytes.contains("connection refused by"));
        bench.table("Archive")->selectAll();
        auto* restore = bench.find<QPushButton>("Restore…");
        QTRY_COMPARE(restore->text(), QStringLiteral("Restore %1 selected…").arg(refusals));
        restore->click();
        QTRY_VERIFY(bench.find<QLineEdit>("Reason"));
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("not so useless"));
        QTest::keyClick(bench.find<QLineEdit>("Reason"), Qt::Key_Return);
        QTRY_COMPARE(bench.count("port_name = 'billing'"), refusals);
        QCOMPARE(bench.dump(), before);
        QTRY_VERIFY(!bench.cell("Archive", 0, "restored_at").isEmpty());
        dock.setContext({});
    }

    void aDiscardThatIsCancelledTakesNoFurtherRows() {
        constexpr int all = 30'000; // that it takes longer than a look at it
        Bench bench;
        bench.run(letters(timeouts + refusals + 1, all, "orders", "'late ' || n"));
        QTRY_VERIFY(bench.pane().isSettled());
        std::optional<DiscardPreview> seen;
        RequestScope asker;
        bench.desk().archive().look(asker, {}, &bench.pane(), [&](const auto& preview) { seen = *preview; });
        QTRY_VERIFY(seen);
        bench.desk().archive().discard(*seen, "useless");
        QTRY_VERIFY(bench.desk().archive().jobs().front().done > 0);
        bench.desk().archive().cancel(1);
        QTRY_VERIFY(!bench.desk().isBusy());
        const int left = bench.count("status = 'dead_letter'");
        QVERIFY2(left > 0 && left < all, qPrintable(bench.value("SELECT state FROM portolan_jobs")));
        QCOMPARE(left + bench.value("SELECT count(*) FROM portolan_message_archive").toInt(), all);
    }

    void theInspectorSaysWhatChangedBeforeAGroup() {
        Bench bench;
        bench.run(
            "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) VALUES "
            "('offsets', 'gateway', 7, '{}', strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 - 60, 'unixepoch'))");
        QTRY_VERIFY(bench.pane().isSettled());
        QSignalSpy inspected(&bench.pane(), &Pane::inspected);
        bench.groups()->selectRow(0);
        QTRY_VERIFY(!inspected.isEmpty() && !inspected.back().front().value<Inspection>().tables.front().rows.empty());
        const auto shown = inspected.back().front().value<Inspection>();
        QCOMPARE(shown.tables.front().rows.size(), 1U);
        QVERIFY(std::get<QString>(shown.tables.front().rows.front().back()).contains(QLatin1String("offsets")));
    }

    void anEmptyStoreSaysWhy() {
        Bench bench(false);
        QTRY_VERIFY(bench.pane().isSettled());
        QCOMPARE(bench.groups()->model()->rowCount(), 0);
        const auto labels = bench.pane().findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(
            labels, [](auto* l) { return l->isVisible() && l->text() == QLatin1String("No dead letters."); }));
        QVERIFY(!bench.find<QPushButton>("Replay…")->isEnabled());
    }

    void itemsAreWrittenIntoAFile() {
        Bench bench;
        QTRY_VERIFY(bench.pane().isSettled());
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        replay->click();
        QTRY_COMPARE(bench.stateOfRun(), QStringLiteral("completed"));
        const QString path = bench.folder().path(QStringLiteral("items.jsonl"));
        QSignalSpy said(&bench.desk(), &ReplayController::notice);
        bench.desk().exportItems(bench.run().toUtf8(), path);
        QTRY_VERIFY(QFile::exists(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArrayList lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), qsizetype{timeouts + refusals});
        QVERIFY(lines.first().contains("\"position\":1,\"message_id\":\"00000000-0000-4000-8000-000000000001\""));
    }

    void everyListKeepsItsPromises() {
        Bench bench;
        for (const char* name : {"Dead letter groups", "Dead letters", "Replay runs", "Replay items", "Archive"})
            new QAbstractItemModelTester(bench.table(name)->model(),
                                         QAbstractItemModelTester::FailureReportingMode::QtTest, &bench.pane());
        QTRY_VERIFY(bench.pane().isSettled());
        bench.groups()->selectRow(0);
        QTRY_COMPARE(bench.deadLetters()->model()->rowCount(), timeouts);
        QPushButton* const replay = bench.openDialog();
        QVERIFY(replay);
        replay->click();
        QTRY_COMPARE(bench.stateOfRun(), QStringLiteral("completed"));
        bench.pane().refreshAll();
        QTRY_COMPARE(bench.groups()->model()->rowCount(), 1);
        QTRY_COMPARE(bench.table("Replay items")->model()->rowCount(), timeouts);
    }

private:
    Theme* m_theme = nullptr;
};

QTEST_MAIN(TestDeadLettersPane)
#include "tst_deadletterspane.moc"
