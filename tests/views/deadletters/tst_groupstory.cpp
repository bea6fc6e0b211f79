// A group's story beside the list, in a file of SQLite and on a server.

#include "models/deadletters/replaycontroller.h"
#include "storage/storeworker.h"
#include "tests/support/eitherdatabase.h"
#include "tests/support/eventturn.h"
#include "views/deadletters/deadletterlist.h"
#include "views/deadletters/deadletterspane.h"
#include "views/deadletters/replaydialog.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int timeouts = 400;
constexpr int completed = 600;

QByteArray timeOf(int second) {
    return toIsoTime(*parseIsoTime("2026-03-01T12:00:00Z") + std::chrono::seconds(second));
}

QByteArray idOf(int number) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(number, 12, 10, QLatin1Char('0')).toLatin1();
}

/// One statement for many messages: `from` to `to`, each a second after the one before.
QByteArray messages(int from, int to, const QByteArray& status, const QByteArray& error, const QByteArray& data) {
    QByteArrayList rows;
    for (int n = from; n < to; ++n) {
        QByteArray text = error;
        QByteArray document = data;
        text.replace("%n", QByteArray::number(n * 7)).replace("%h", QByteArray::number(1 + n % 4));
        document.replace("%n", QByteArray::number(n)).replace("%r", n % 40 == 0 ? "us-1" : "eu-3");
        rows << "('" + idOf(n) + "', 'orders', 'router', 'sink', '" + document + "', '" + status + "', 3, '"
                    + timeOf(n - from) + "', " + (text.isEmpty() ? QByteArray("NULL") : '\'' + text + '\'') + ')';
    }
    return "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
           "retry_count, created_at, error_message) VALUES "
           + rows.join(", ");
}

} // namespace

class TestGroupStory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { EitherDatabase::kinds(); }
    void initTestCase() { m_theme = new Theme(this); }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_database.renew(onServer);
        m_database.run(messages(0, timeouts, "dead_letter", "timeout after %n ms on db-%h",
                                "{\"region\":\"%r\",\"order\":{\"id\":%n}}"));
        m_database.run(
            messages(5'000, 5'000 + completed, "completed", {}, "{\"region\":\"us-1\",\"order\":{\"id\":%n}}"));
        m_database.run(messages(9'000, 9'030, "dead_letter", "no such customer", "{\"region\":\"us-1\"}"));
        const auto state = [](int id, int version, const char* json, int second) {
            return QByteArray("INSERT INTO component_state (id, component_name, component_type, state_data, version, "
                              "created_at) VALUES ('")
                   + idOf(id) + "', 'router', 'Transformer', '" + json + "', " + QByteArray::number(version) + ", '"
                   + timeOf(second) + "')";
        };
        m_database.run(state(1, 16, "{\"timeout_ms\": 5000}", -90'000));
        m_database.run(state(2, 17, "{\"timeout_ms\": 3000}", -19));
        open();
    }
    void cleanup() {
        m_pane->setContext({});
        m_pane.reset();
        m_desk.reset();
        m_channel.reset();
    }

    void tellsTheStoryOfTheChosenGroup() {
        QTRY_COMPARE(groups()->model()->rowCount(), 2);
        QVERIFY(!changes()->isVisible());
        choose("timeout after <*> on db-<*>");
        QTRY_VERIFY(says("400 · 2026-03-01 12:00–12:06 · none for"));
        QTRY_VERIFY(says("never replayed"));
        QTRY_VERIFY(says("timeout after ⟨ms⟩ on ⟨host⟩"));
        QTRY_VERIFY(says("db-1 25 %"));
        QTRY_VERIFY(says("data.region = eu-3 in 390 of 400, in 0 of 600 completed"));
        QTRY_VERIFY(says("Looked at all 400 letters and all 600 completed messages of the port."));
        QTRY_COMPARE(changes()->rowCount(), 1);
        QCOMPARE(changes()->item(0, 1)->text(), QStringLiteral("router v16 → v17: timeout_ms 5000 → 3000"));
    }

    void aChangeOpensItsDifference() {
        choose("timeout after <*> on db-<*>");
        QTRY_COMPARE(changes()->rowCount(), 1);
        QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        changes()->setCurrentCell(0, 1);
        const auto isThere = [&] {
            return std::ranges::any_of(inspected, [](const QList<QVariant>& each) {
                const auto shown = each.front().value<Inspection>();
                return shown.title.contains(QLatin1String("version 17")) && !shown.tables.empty()
                       && shown.tables.front().rows.size() == 1;
            });
        };
        QTRY_VERIFY(isThere());
        QSignalSpy wanted(m_pane.get(), &Pane::paneWanted);
        QTest::keyClick(changes(), Qt::Key_Return);
        QTRY_COMPARE(wanted.size(), 1);
        QCOMPARE(wanted.front().at(0).toString(), QStringLiteral("components"));
        QCOMPARE(wanted.front().at(1).toString(), QStringLiteral("component_name:\"router\""));
    }

    void whatItOffersAsAFilterTakesTheseLetters() {
        choose("timeout after <*> on db-<*>");
        QTRY_VERIFY(button("Filter by data.region:\"eu-3\""));
        QSignalSpy wanted(m_pane.get(), &Pane::paneWanted);
        button("Filter by data.region:\"eu-3\"")->click();
        QTRY_COMPARE(wanted.size(), 1);
        applyFilter(wanted.front().at(1).toString());
        QTRY_COMPARE(letters()->model()->rowCount(), 390);
        QTRY_COMPARE(groups()->currentRow(), 0); // the group stays chosen
        QTRY_COMPARE(replayText(), QStringLiteral("Replay these 390…"));

        QTRY_VERIFY(button("Split by host"));
        const auto actions = button("Split by host")->menu()->actions();
        QCOMPARE(actions.size(), 4);
        actions.front()->trigger();
        QTRY_COMPARE(wanted.size(), 2);
        applyFilter(wanted.back().at(1).toString());
        QTRY_VERIFY(letters()->model()->rowCount() == 90 || letters()->model()->rowCount() == 100);
    }

    void aPlaceBecomesAColumnThatTheLayoutKeeps() {
        choose("timeout after <*> on db-<*>");
        QTRY_VERIFY(says("Looked at all"));
        QMenu* const menu = button("Add a column")->menu();
        Q_EMIT menu->aboutToShow();
        const QList<QAction*> actions = menu->actions();
        const auto found = std::ranges::find(actions, QStringLiteral("data.order.id"), &QAction::text);
        QVERIFY(found != actions.end());
        (*found)->setChecked(true);
        QTRY_COMPARE(letters()->model()->columnCount(), 7);
        QCOMPARE(letters()->model()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("data.order.id"));
        QTRY_COMPARE(letters()->model()->index(0, 1).data().toString(), QString::number(timeouts - 1));
        const QByteArray layout = m_pane->saveLayout();
        cleanup();
        open();
        m_pane->restoreLayout(layout);
        QTRY_COMPARE(letters()->model()->columnCount(), 7);
        QTRY_COMPARE(letters()->model()->rowCount(), timeouts + 30);
        QTRY_COMPARE(letters()->model()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("data.order.id"));
    }

    void aReplayIsToldInTheStory() {
        choose("timeout after <*> on db-<*>");
        QTRY_VERIFY(says("never replayed"));
        QTRY_COMPARE(letters()->model()->rowCount(), timeouts);
        button("Replay…")->click();
        QTRY_VERIFY(m_pane->findChild<ReplayDialog*>() && m_pane->findChild<ReplayDialog*>()->isVisible());
        auto* const dialog = m_pane->findChild<ReplayDialog*>();
        auto* const sample = dialog->findChild<QTableWidget*>();
        QTRY_COMPARE(sample->rowCount(), ReplayController::sampleRows);
        QCOMPARE(sample->item(0, 1)->text(), QStringLiteral("orders"));
        QVERIFY(sample->item(0, 3)->text().contains(QLatin1String("region")));
        auto* const reason = within<QLineEdit>(dialog, "Reason");
        QVERIFY(reason->text().isEmpty());
        reason->setText(QStringLiteral("the timeout is back at 5 s"));
        auto* const replay = within<QPushButton>(dialog, "Replay");
        QTRY_VERIFY(replay->isEnabled());
        QCOMPARE(replay->text(), QStringLiteral("Replay 400 dead letters"));
        replay->click();
        const QByteArray pending = "SELECT count(*) FROM port_messages WHERE status = 'pending'";
        QTRY_COMPARE(m_database.value(pending).toInt(), timeouts);
        m_database.run(
            messages(20'000, 20'010, "dead_letter", "timeout after %n ms on db-%h", "{\"region\":\"eu-3\"}"));
        m_pane->refreshAll();
        m_pane->showPart({});
        choose("timeout after <*> on db-<*>");
        QTRY_VERIFY(says("last replay") && says("0 of 400 completed, 400 still pending"));
        m_database.run("UPDATE port_messages SET status = 'completed' WHERE status = 'pending'");
        const auto isTold = [&] { // while nothing is told of it but that the store has changed
            m_pane->refresh();
            return says("400 of 400 completed");
        };
        QTRY_VERIFY_WITH_TIMEOUT(isTold(), 60'000);
    }

    void allIsAButtonOfItsOwn() {
        QTRY_COMPARE(letters()->model()->rowCount(), timeouts + 30);
        QVERIFY(!button("All dead letters")->isVisible());
        choose("no such customer");
        QTRY_VERIFY(button("All dead letters")->isVisible());
        QCOMPARE(button("All dead letters")->text(), QStringLiteral("All 430"));
        QTRY_COMPARE(replayText(), QStringLiteral("Replay these 30…"));
        QTRY_VERIFY(says("No message of this port has completed") || says("data.order"));
    }

    /// Every size that a window may have: nothing is cut that cannot be scrolled to.
    void itScrollsWhereThereIsLittleRoom() {
        choose("timeout after <*> on db-<*>");
        QTRY_VERIFY(says("Looked at all"));
        for (const QSize& size : {QSize(500, 340), QSize(760, 560), QSize(1000, 620)}) {
            m_pane->resize(size);
            QVERIFY(test::turnEventLoop());
            QCOMPARE(m_pane->size(), size);
            QVERIFY2(m_pane->minimumSizeHint().width() <= 640 && m_pane->minimumSizeHint().height() <= 400,
                     qPrintable(QStringLiteral("%1x%2")
                                    .arg(m_pane->minimumSizeHint().width())
                                    .arg(m_pane->minimumSizeHint().height())));
            QVERIFY(letters()->height() >= 60);
            QVERIFY(groups()->height() >= 40);
        }
    }

private:
    void open() {
        const StoreUrl url = m_database.url();
        m_channel = std::make_unique<StoreWorker>(
            [url](const CancelToken& token) { return openStore(url, Access::Read, token); });
        m_desk = std::make_unique<ReplayController>(
            [url](const CancelToken& token) { return openStore(url, Access::Read, token); },
            [url](const CancelToken& token) { return openStore(url, Access::Write, token); }, "tester");
        m_pane = std::make_unique<DeadLettersPane>();
        m_pane->resize(1100, 800);
        m_pane->show();
        m_pane->setContext({.channel = m_channel.get(), .replays = m_desk.get()});
    }
    template <class Widget>
    static Widget* within(const QWidget* parent, const char* name) {
        const auto all = parent->findChildren<Widget*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* w) { return w->accessibleName() == QString::fromUtf8(name) && !w->isHidden(); });
        const auto any =
            std::ranges::find_if(all, [&](auto* w) { return w->accessibleName() == QString::fromUtf8(name); });
        return found != all.end() ? *found : any != all.end() ? *any : nullptr;
    }
    QPushButton* button(const char* name) const { return within<QPushButton>(m_pane.get(), name); }
    DataTable* groups() const { return within<DataTable>(m_pane.get(), "Dead letter groups"); }
    DataTable* letters() const { return within<DataTable>(m_pane.get(), "Dead letters"); }
    QTableWidget* changes() const { return within<QTableWidget>(m_pane.get(), "Just before"); }
    QString replayText() const { return button("Replay…")->text(); }
    bool says(const char* words) const {
        const auto labels = m_pane->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](const QLabel* label) {
            QString text = label->text();
            text.replace(QChar(0x2009), u' ').replace(QChar(0x202f), u' ').replace(QChar(0xa0), u' ');
            return !label->isHidden() && text.contains(QString::fromUtf8(words));
        });
    }
    void choose(const char* text) {
        const auto row = [&] {
            for (int i = 0; i < groups()->model()->rowCount(); ++i) {
                for (int column = 0; column < groups()->model()->columnCount(); ++column) {
                    if (groups()->model()->index(i, column).data().toString() == QLatin1String(text))
                        return i;
                }
            }
            return -1;
        };
        QTRY_VERIFY(row() >= 0);
        groups()->selectRow(row());
    }
    void applyFilter(const QString& text) {
        const auto filter = parseFilter(text, *m_pane->filterSchema(), currentTime());
        QVERIFY2(filter, filter ? "" : qPrintable(filter.error().text));
        m_pane->setFilter(*filter);
    }

    EitherDatabase m_database;
    Theme* m_theme = nullptr;
    std::unique_ptr<StoreWorker> m_channel;
    std::unique_ptr<ReplayController> m_desk;
    std::unique_ptr<DeadLettersPane> m_pane;
};

QTEST_MAIN(TestGroupStory)
#include "tst_groupstory.moc"
