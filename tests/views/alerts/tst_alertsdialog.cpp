#include "models/window/storecontroller.h"
#include "storage/listing/filter.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/alerts/alertsdialog.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace portolan;
using namespace std::chrono_literals;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

/// The dialog of a store's alerts, over a store that others write to.
class TestAlertsDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dialog.reset();
        m_desk.reset();
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        QVERIFY(openStore(m_url, Access::Write).ok());
        const StoreUrl url = m_url;
        m_channel = std::make_unique<StoreWorker>(
            [url](const CancelToken& token) { return openStore(url, Access::Read, token); });
        m_writer = std::make_unique<StoreController>(
            [url](const CancelToken& token) { return openStore(url, Access::Write, token); }, "tester");
        m_desk = std::make_unique<AlertMonitor>(*m_channel, *m_writer);
        m_desk->start();
        QTRY_VERIFY(m_desk->isSettled());
        m_dialog = std::make_unique<AlertsDialog>(m_desk.get(), m_channel.get(), QStringLiteral("orders.db"));
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        m_dialog->show();
    }

    void everythingHasAName() {
        for (const QWidget* each : m_dialog->findChildren<QWidget*>()) {
            const bool isControl = qobject_cast<const QAbstractButton*>(each) || qobject_cast<const QComboBox*>(each)
                                   || qobject_cast<const QAbstractSpinBox*>(each)
                                   || qobject_cast<const QTableView*>(each);
            if (isControl && each->isVisible() && each->focusPolicy() != Qt::NoFocus
                && !QByteArray(each->metaObject()->className()).startsWith("QTableCorner"))
                QVERIFY2(!each->accessibleName().isEmpty(), each->metaObject()->className());
        }
        for (const char* name : {"Name of the alert", "Filter of the alert"})
            QVERIFY2(named<QLineEdit>(name), name);
        QVERIFY(named<QTableView>("Alerts"));
    }

    void aMistakeIsShownWhileItIsTyped() {
        choose("dead-letters-rising");
        QVERIFY(!button("Save")->isEnabled());
        auto* const filter = named<QLineEdit>("Filter of the alert");
        filter->setText(QStringLiteral("port_name:orders nowhere:1"));
        QVERIFY2(mistake().contains(QStringLiteral("18")), qPrintable(mistake()));
        QVERIFY(!button("Save")->isEnabled());
        filter->setText(QStringLiteral("port_name:orders"));
        QVERIFY2(!mistake().contains(QStringLiteral("18")), qPrintable(mistake()));
        QVERIFY(button("Save")->isEnabled());
        filter->clear();
        QVERIFY(!button("Save")->isEnabled()); // as it was
    }

    void savesWhatIsChanged() {
        choose("dead-letters-rising");
        named<QDoubleSpinBox>("Threshold")->setValue(3);
        named<QSpinBox>("Window")->setValue(0);
        // A look in between does not take it away.
        const auto before = m_desk->readings().size();
        m_desk->refresh();
        QTRY_VERIFY(m_desk->untilNextLook() > 0ms);
        QCOMPARE(m_desk->readings().size(), before);
        QCOMPARE(named<QDoubleSpinBox>("Threshold")->value(), 3.0);
        button("Save")->click();
        QTRY_COMPARE(value("SELECT name, threshold, window_seconds IS NULL FROM portolan_alerts"),
                     QStringLiteral("dead-letters-rising|3.0|1"));
        QTRY_COMPARE(said(), QStringLiteral("Saved: Dead letters rising"));
        QVERIFY(!button("Save")->isEnabled());
        QTRY_VERIFY(button("As built in")->isEnabled());
        named<QDoubleSpinBox>("Threshold")->setValue(4); // once more, of what stands there now
        button("Save")->click();
        QTRY_COMPARE(value("SELECT threshold FROM portolan_alerts"), QStringLiteral("4.0"));
        button("As built in")->click();
        QTRY_COMPARE(value("SELECT count(*) FROM portolan_alerts WHERE deleted_at IS NULL"), QStringLiteral("0"));
        QTRY_COMPARE(named<QDoubleSpinBox>("Threshold")->value(), 10.0);
    }

    void anotherHandIsNoticed() {
        choose("dead-letters-rising");
        named<QDoubleSpinBox>("Threshold")->setValue(3);
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO portolan_alerts (name, listing) VALUES ('dead-letters-rising', 'rejects')"),
                 QString());
        button("Save")->click();
        QTRY_VERIFY2(said().contains(QStringLiteral("another one by now")), qPrintable(said()));
        QCOMPARE(value("SELECT listing FROM portolan_alerts"), QStringLiteral("rejects"));
    }

    /// Another one removes the rule that is being changed here.
    void whatIsWrittenStays() {
        SqliteScript other(m_url.path);
        QCOMPARE(other.run("INSERT INTO portolan_alerts (name, listing, threshold) VALUES ('slow', 'lag', 5)"),
                 QString());
        m_desk->refresh();
        choose("slow");
        named<QDoubleSpinBox>("Threshold")->setValue(42);
        QCOMPARE(other.run("DELETE FROM portolan_alerts WHERE name = 'slow'"), QString());
        m_desk->refresh();
        QTRY_VERIFY(!m_desk->readingOf("slow"));
        QCOMPARE(named<QDoubleSpinBox>("Threshold")->value(), 42.0);
        QCOMPARE(named<QLineEdit>("Name of the alert")->text(), QStringLiteral("slow"));
        button("Save")->click();
        QTRY_COMPARE(value("SELECT name, listing, threshold FROM portolan_alerts"), QStringLiteral("slow|lag|42.0"));
    }

    void aNewOne() {
        button("New alert")->click();
        QVERIFY(!button("Save")->isEnabled());
        named<QLineEdit>("Name of the alert")->setText(QStringLiteral("slow orders"));
        named<QComboBox>("Rows of")->setCurrentText(QStringLiteral("lag"));
        QVERIFY(!named<QSpinBox>("Window")->isEnabled());
        named<QDoubleSpinBox>("Threshold")->setValue(60);
        QVERIFY(button("Save")->isEnabled());
        button("Save")->click();
        QTRY_COMPARE(value("SELECT name, listing, threshold FROM portolan_alerts"),
                     QStringLiteral("slow orders|lag|60.0"));
        QTRY_VERIFY(m_desk->readingOf("slow orders"));
    }

    void acknowledgesWhatFires() {
        QVERIFY(SqliteScript(m_url.path)
                    .run("INSERT INTO portolan_alerts (name, listing) VALUES ('anything', 'audit'); INSERT INTO "
                         "portolan_audit (actor, action, subject_kind) VALUES ('a', 'b', 'c')")
                    .isEmpty());
        m_desk->refresh();
        QTRY_VERIFY(m_desk->readingOf("anything"));
        choose("anything");
        QVERIFY(button("Acknowledge")->isEnabled());
        button("Acknowledge")->click();
        QTRY_COMPARE(value("SELECT state FROM portolan_alerts"), QStringLiteral("acknowledged"));
        QTRY_VERIFY(!button("Acknowledge")->isEnabled());
        choose("dead-letters-rising");
        QVERIFY(!button("Acknowledge")->isEnabled());
    }

private:
    template <class Widget>
    [[nodiscard]] Widget* named(const char* name) const {
        for (Widget* each : m_dialog->findChildren<Widget*>()) {
            if (each->accessibleName() == QLatin1String(name))
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] QAbstractButton* button(const char* name) const {
        QAbstractButton* const found = named<QAbstractButton>(name);
        if (!found)
            qFatal("there is no button %s", name);
        return found;
    }
    [[nodiscard]] QString mistake() const { return m_dialog->findChild<QLabel*>(QStringLiteral("mistake"))->text(); }
    [[nodiscard]] QString said() const { return m_dialog->findChild<QLabel*>(QStringLiteral("said"))->text(); }
    void choose(const QByteArray& name) const {
        auto* const table = named<QTableView>("Alerts");
        const auto* const model = qobject_cast<AlertModel*>(table->model());
        QTRY_VERIFY(model->rowOf(name) >= 0);
        table->selectRow(model->rowOf(name));
    }
    [[nodiscard]] QString value(const QByteArray& sql) const { return SqliteScript(m_url.path).value(sql); }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<StoreWorker> m_channel;
    std::unique_ptr<StoreController> m_writer;
    std::unique_ptr<AlertMonitor> m_desk;
    std::unique_ptr<AlertsDialog> m_dialog;
};

QTEST_MAIN(TestAlertsDialog)
#include "tst_alertsdialog.moc"
