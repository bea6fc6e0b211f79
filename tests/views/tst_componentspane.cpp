#include "storage/channel.h"
#include "storage/store.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/componentspane.h"
#include "views/datatable.h"
#include "views/theme.h"

#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
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
        m_channel = std::make_unique<Channel>(
            [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); });
        m_pane = std::make_unique<ComponentsPane>();
        m_pane->setPalette(paletteOf(lightTokens()));
        m_pane->resize(900, 700);
        m_pane->show();
    }
    void cleanup() {
        m_pane->setChannel(nullptr);
        m_pane.reset();
        m_channel.reset();
    }

    void silentOnesStandFirst() {
        report("tap", "healthy", 10, 1);
        report("mill", "degraded", 10, 1);
        report("gone", "healthy", 10, 1000);
        m_pane->setChannel(m_channel.get());
        QTRY_COMPARE(column(0), (QStringList{QStringLiteral("gone"), QStringLiteral("mill"), QStringLiteral("tap")}));
        QCOMPARE(column(1),
                 (QStringList{QStringLiteral("silent"), QStringLiteral("degraded"), QStringLiteral("healthy")}));
        QCOMPARE(column(4).first(), QStringLiteral("▂").repeated(10));
        QTRY_VERIFY(m_pane->isSettled());
    }

    void oneIsInspected() {
        report("mill", "degraded", 10, 1);
        const QSignalSpy inspected(m_pane.get(), &Pane::inspected);
        m_pane->setChannel(m_channel.get());
        QTRY_COMPARE(column(0).size(), 1);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                          table()->visualRect(table()->model()->index(0, 0)).center());
        QTRY_VERIFY(!inspected.empty());
        const auto inspection = inspected.back().front().value<Inspection>();
        QCOMPARE(inspection.title, QStringLiteral("mill"));
        QCOMPARE(std::get<QString>(inspection.facts.front().value), QStringLiteral("▲ degraded"));
        QCOMPARE(inspection.documents.front().bytes, QByteArray("{\"queue\":7}"));
        QVERIFY(inspection.documents.front().tree);
    }

    void whoReportsAgainIsNotSilent() {
        report("gone", "healthy", 10, 1000);
        m_pane->setChannel(m_channel.get());
        QTRY_COMPARE(column(1), QStringList(QStringLiteral("silent")));
        report("gone", "healthy", 1, 0);
        m_pane->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(column(1), QStringList(QStringLiteral("healthy")), 20'000); // by its own clock
    }

    void anOperatorSaysWhenOneIsSilent() {
        report("nightly", "healthy", 10, 1000);
        StoreDesk desk([this](const CancelToken& token) { return openStore(m_url, Access::Write, token); }, "ada");
        m_pane->setChannel(m_channel.get());
        m_pane->setStoreDesk(&desk);
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
        m_pane->setStoreDesk(nullptr);
    }

    void itsLayoutIsKept() {
        m_pane->setChannel(m_channel.get());
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
    std::unique_ptr<Channel> m_channel;
    std::unique_ptr<ComponentsPane> m_pane;
};

QTEST_MAIN(TestComponentsPane)
#include "tst_componentspane.moc"
