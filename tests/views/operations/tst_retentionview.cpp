#include "tests/support/postgresserver.h"
#include "tests/views/operations/operationsbench.h"
#include "views/operations/ruledialog.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QDir>
#include <QSignalSpy>

using namespace portolan;
using test::need;
using test::OperationsBench;

namespace {

/// Three completed messages: of 2020, of three days ago, of now.
constexpr char aged[] =
    "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
    "status, created_at, processed_at, completed_at) VALUES "
    "('00000000-0000-4000-8000-00000000000a', 'orders', 'a', 'b', '{}', 'completed', {old}, {old}, {old}), "
    "('00000000-0000-4000-8000-00000000000b', 'orders', 'a', 'b', '{}', 'completed', {days}, {days}, {days}), "
    "('00000000-0000-4000-8000-00000000000c', 'orders', 'a', 'b', '{}', 'completed', {now}, {now}, {now})";

} // namespace

class TestRetentionView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }

    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_bench = std::make_unique<OperationsBench>();
        m_bench->make(onServer ? std::optional(m_server.createDatabase()) : std::nullopt);
        QByteArray sql = aged;
        sql.replace("{old}", "'2020-01-01T00:00:00.000Z'");
        sql.replace("{days}",
                    onServer ? "now() - interval '3 days'" : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-3 days')");
        sql.replace("{now}", onServer ? "now()" : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
        m_bench->run(sql);
        m_bench->pane.showPart(QStringLiteral("retention"));
    }
    void cleanup() { m_bench.reset(); }

    /// Counted first; then switched on, and run, with reasons in the audit.
    void aRuleIsCountedSwitchedOnAndRun() {
        OperationsBench& bench = *m_bench;
        const int row = rowOf("completed-messages");
        QCOMPARE(bench.cell("Retention", row, "enabled"), QStringLiteral("no"));
        QCOMPARE(bench.cell("Retention", row, "keep_seconds"), QStringLiteral("7 days"));
        QVERIFY(!bench.find<QPushButton>("Switch on…")->isEnabled());
        QSignalSpy inspected(&bench.pane, &Pane::inspected);
        bench.table("Retention")->selectRow(row);
        QTRY_VERIFY(bench.shows(QStringLiteral("It would delete 1 rows of port_messages now")));
        QTRY_VERIFY(!inspected.isEmpty());
        const auto shown = inspected.last().first().value<Inspection>();
        QCOMPARE(shown.title, QStringLiteral("Retention: completed-messages"));
        QCOMPARE(shown.documents.back().bytes, QByteArray("status:completed"));
        QVERIFY(!bench.find<QPushButton>("Delete now…")->isEnabled()); // it is off
        QVERIFY(bench.press("Switch on…"));
        QVERIFY(bench.answer({})); // no reason: nothing is changed
        QCOMPARE(on(), QString());
        QVERIFY(bench.press("Switch on…"));
        QVERIFY(bench.answer(QStringLiteral("a week is enough")));
        QTRY_COMPARE(on(), QStringLiteral("completed-messages"));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit WHERE reason = 'a week is enough'"),
                 QStringLiteral("1"));
        QCOMPARE(left(), QStringLiteral("abc")); // nothing has gone yet
        QTRY_COMPARE(bench.find<QPushButton>("Delete now…")->text(), QStringLiteral("Delete 1 rows…"));
        QVERIFY(bench.press("Delete now…"));
        QVERIFY(bench.answer(QStringLiteral("cleaning")));
        const OperationJob job = bench.ended(1);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(left(), QStringLiteral("bc"));
        QTRY_VERIFY(bench.shows(QStringLiteral("It would delete 0 rows")));
    }

    /// The change is counted before it is made, and made as it was counted.
    void whatARuleKeepsIsChanged() {
        OperationsBench& bench = *m_bench;
        QVERIFY(!bench.find<QPushButton>("Change…")->isEnabled());
        bench.table("Retention")->selectRow(rowOf("completed-messages"));
        QVERIFY(bench.press("Change…"));
        QTRY_VERIFY(bench.find<QLineEdit>("Keep"));
        auto* const keep = bench.find<QLineEdit>("Keep");
        auto* const act = bench.find<QPushButton>("Set the rule");
        QCOMPARE(keep->text(), QStringLiteral("7d"));
        QVERIFY(!bench.find<QLineEdit>("Name")); // which rows it is about stays
        QVERIFY(!bench.find<QLineEdit>("Keep newest"));
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("two days are enough"));
        for (const char* wrong : {"soon", "-3d"}) {
            keep->setText(QLatin1String(wrong));
            QTRY_VERIFY(bench.shows(QStringLiteral("is no length of time")));
            QVERIFY(!act->isEnabled());
        }
        keep->clear(); // it would stay as it is, unseen
        QTRY_VERIFY(bench.shows(QStringLiteral("cannot be taken from a rule")));
        QVERIFY(!act->isEnabled());
        keep->setText(QStringLiteral("2d"));
        QVERIFY(!act->isEnabled()); // it is not counted yet
        QTRY_VERIFY(act->isEnabled());
        QVERIFY(dryRun().contains(QStringLiteral("It would delete 2 rows of port_messages now")));
        QCOMPARE(on(), QString());
        act->click();
        QTRY_COMPARE(on(), QStringLiteral("completed-messages"));
        QCOMPARE(bench.value("SELECT keep_seconds FROM portolan_retention_rules WHERE name = 'completed-messages'"),
                 QStringLiteral("172800"));
        QCOMPARE(bench.value("SELECT condition FROM portolan_retention_rules WHERE name = 'completed-messages'"),
                 QStringLiteral("status:completed")); // what was not changed stays
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit WHERE reason = 'two days are enough'"),
                 QStringLiteral("1"));
        QCOMPARE(left(), QStringLiteral("abc"));
        QTRY_COMPARE(bench.cell("Retention", rowOf("completed-messages"), "keep_seconds"), QStringLiteral("2 days"));
    }

    void aRuleOfOnesOwnIsMade() {
        OperationsBench& bench = *m_bench;
        bench.run("CREATE TABLE visits (id INTEGER PRIMARY KEY, seen_at TIMESTAMP, who TEXT)");
        bench.run("INSERT INTO visits VALUES (1, '2020-01-01 00:00:00', 'ada'), (2, '2020-01-01 00:00:00', 'eve')");
        bench.run(bench.isServer() ? "INSERT INTO visits VALUES (3, now() at time zone 'UTC', 'ada')"
                                   : "INSERT INTO visits VALUES (3, strftime('%Y-%m-%d %H:%M:%S', 'now'), 'ada')");
        QVERIFY(bench.press("New rule…"));
        QTRY_VERIFY(bench.find<QLineEdit>("Name"));
        auto* const act = bench.find<QPushButton>("Set the rule");
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("ours"));
        bench.find<QLineEdit>("Name")->setText(QStringLiteral("old-visits"));
        auto* const tables = bench.find<QComboBox>("Table");
        QTRY_VERIFY(tables->findText(QStringLiteral("visits")) >= 0);
        tables->setEditText(QStringLiteral("visits"));
        bench.find<QLineEdit>("Time column")->setText(QStringLiteral("seen_at"));
        bench.find<QLineEdit>("Keep")->setText(QStringLiteral("30d"));
        bench.find<QLineEdit>("Only rows that match")->setText(QStringLiteral("who:ada"));
        QTRY_VERIFY(act->isEnabled());
        QVERIFY2(dryRun().contains(QStringLiteral("It would delete 1 rows of visits now")), qPrintable(dryRun()));
        // A rule that cannot be is said before it is made.
        bench.find<QLineEdit>("Only rows that match")->setText(QStringLiteral("nobody:ada"));
        QTRY_VERIFY(dryRun().contains(QStringLiteral("nobody")));
        QVERIFY(!act->isEnabled());
        tables->setEditText(QStringLiteral("messages"));
        bench.find<QLineEdit>("Only rows that match")->clear();
        QTRY_VERIFY2(dryRun().contains(QStringLiteral("cannot be about messages")), qPrintable(dryRun()));
        QVERIFY(!act->isEnabled());
        QCOMPARE(on(), QString());

        tables->setEditText(QStringLiteral("visits"));
        bench.find<QLineEdit>("Only rows that match")->setText(QStringLiteral("who:ada"));
        QTRY_VERIFY(act->isEnabled());
        act->click();
        QTRY_COMPARE(on(), QStringLiteral("old-visits"));
        bench.table("Retention")->selectRow(rowOf("old-visits"));
        QVERIFY(bench.press("Delete now…"));
        QVERIFY(bench.answer(QStringLiteral("cleaning")));
        const OperationJob job = bench.ended(1);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(bench.value("SELECT count(*) FROM visits"), QStringLiteral("2"));
    }

    void aProductionStoreAsksForItsName() {
        OperationsBench& bench = *m_bench;
        bench.run("INSERT INTO portolan_settings (key, value) VALUES ('production', 'ledger')");
        QSignalSpy notices(&bench.pane, &Pane::notice);
        for (const auto* const name : {"orders", "ledger"}) {
            QVERIFY(bench.press("New rule…"));
            QVERIFY(bench.answer(QLatin1String(name)));
        }
        QTRY_VERIFY(bench.pane.findChild<RuleDialog*>());
        QCOMPARE(bench.pane.findChildren<RuleDialog*>().size(), 1);
        QCOMPARE(notices.size(), 1);
    }

    /// A folder of batch files has a rule of whole files, and one of its backups.
    void batchFilesHaveTwoRules() {
        OperationsBench& bench = *m_bench;
        if (bench.isServer())
            return; // it would be the same again
        QDir().mkpath(bench.folder.path(QStringLiteral("files/example_receiver/messages")));
        bench.show(need(StoreUrl::parse(QStringLiteral("file://") + bench.folder.path(QStringLiteral("files")))));
        bench.pane.showPart(QStringLiteral("retention"));
        const int files = rowOf("batch-files");
        const int backups = rowOf("backups");
        QVERIFY(files >= 0 && backups >= 0);
        QVERIFY(!bench.find<QPushButton>("New rule…")->isEnabled());
        bench.table("Retention")->selectRow(files);
        QVERIFY(bench.press("Change…"));
        QTRY_VERIFY(bench.find<QLineEdit>("Keep newest"));
        QVERIFY(bench.find<QLineEdit>("Archive") && !bench.find<QLineEdit>("Only rows that match"));
        bench.find<QLineEdit>("Keep newest")->setText(QStringLiteral("100"));
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("a hundred are enough"));
        QVERIFY(bench.press("Set the rule"));
        QTRY_COMPARE(bench.cell("Retention", files, "keep_count"), QStringLiteral("100"));
        QCOMPARE(bench.cell("Retention", files, "enabled"), QStringLiteral("yes"));

        QTRY_VERIFY(!bench.pane.findChild<RuleDialog*>());
        bench.table("Retention")->selectRow(backups);
        QVERIFY(bench.press("Change…"));
        QTRY_VERIFY(bench.find<QLineEdit>("Only rows that match"));
        QVERIFY(!bench.find<QLineEdit>("Keep") && !bench.find<QLineEdit>("Keep newest")
                && !bench.find<QLineEdit>("Archive"));
        QCOMPARE(bench.find<QLineEdit>("Only rows that match")->text(), QStringLiteral("daily:30 monthly:12"));
        bench.find<QLineEdit>("Only rows that match")->setText(QStringLiteral("daily:14 monthly:6"));
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("two weeks are enough"));
        QVERIFY(bench.press("Set the rule"));
        QTRY_COMPARE(bench.cell("Retention", backups, "condition"), QStringLiteral("daily:14 monthly:6"));
        QCOMPARE(bench.cell("Retention", backups, "enabled"), QStringLiteral("yes"));
    }

private:
    [[nodiscard]] int rowOf(const char* rule) const {
        const QString name = QLatin1String(rule);
        if (!QTest::qWaitFor([&] { return m_bench->rowOf("Retention", "name", name) >= 0; }, OperationsBench::patience))
            return -1;
        return m_bench->rowOf("Retention", "name", name);
    }
    /// The rules that are on.
    [[nodiscard]] QString on() const {
        return m_bench->value(
            m_bench->isServer()
                ? "SELECT coalesce(string_agg(name, ' '), '') FROM portolan_retention_rules WHERE enabled"
                : "SELECT coalesce(group_concat(name, ' '), '') FROM portolan_retention_rules WHERE "
                  "enabled");
    }
    /// The last letters of the messages' ids.
    [[nodiscard]] QString left() const {
        return m_bench->value(
            m_bench->isServer()
                ? "SELECT string_agg(right(CAST(id AS text), 1), '' ORDER BY id) FROM port_messages"
                : "SELECT group_concat(substr(id, -1), '') FROM (SELECT id FROM port_messages ORDER BY id)");
    }
    [[nodiscard]] QString dryRun() const {
        const auto* const dialog = m_bench->pane.findChild<RuleDialog*>();
        const auto labels = dialog ? dialog->findChildren<QLabel*>() : QList<QLabel*>();
        const auto found = std::ranges::find(labels, QStringLiteral("Dry run"), &QLabel::accessibleDescription);
        return found == labels.end() ? QString() : (*found)->text();
    }

    Theme* m_theme = nullptr;
    test::PostgresServer m_server;
    std::unique_ptr<OperationsBench> m_bench;
};

QTEST_MAIN(TestRetentionView)
#include "tst_retentionview.moc"
