#include "storage/health/diskhealth.h"
#include "storage/health/sql/sqlhealth.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/tempfolder.h"

#include <QScopeGuard>
#include <QTest>
#include <algorithm>
#include <thread>

using namespace portolan;
using portolan::test::need;
using namespace std::chrono;

namespace {

std::vector<HealthFinding> named(const std::vector<HealthFinding>& all, const char* name) {
    std::vector<HealthFinding> found;
    std::ranges::copy_if(all, std::back_inserter(found),
                         [&](const HealthFinding& finding) { return finding.name == name; });
    return found;
}

} // namespace

class TestHealth : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aQuietServerAilsNothing() {
        const StoreUrl url = m_server.createDatabase();
        need(openStore(url, Access::Write)).reset();
        const auto found = look(url, {});
        for (const HealthFinding& finding : found)
            QVERIFY2(finding.urgency == Urgency::Note || finding.name == "disk", finding.name.constData());
        QCOMPARE(named(found, "archiving").size(), std::size_t(1)); // it has none
    }

    void saysWhoHoldsWhomUp() {
        const StoreUrl url = m_server.createDatabase();
        test::PostgresScript holder(url);
        QCOMPARE(holder.run("CREATE TABLE held (n integer)"), QString());
        QCOMPARE(holder.run("BEGIN; LOCK TABLE held"), QString());
        test::PostgresScript waiting(url);
        std::jthread waiter([&waiting] { waiting.run("SELECT n FROM held"); });
        const auto release = qScopeGuard([&holder] { holder.run("ROLLBACK"); });
        std::vector<HealthFinding> blocked;
        QTRY_VERIFY(!(blocked = named(look(url, {0s, 900s}), "blocked-sessions")).empty());
        QCOMPARE(blocked.size(), std::size_t(1));
        const QString holds = QString::number(holder.serverProcess());
        QVERIFY2(blocked[0].subject.english().contains(QString::number(waiting.serverProcess())),
                 qPrintable(blocked[0].subject.english()));
        QVERIFY2(blocked[0].detail.english().contains(QStringLiteral("process ") + holds)
                     && blocked[0].detail.english().contains(QStringLiteral("SELECT n FROM held")),
                 qPrintable(blocked[0].detail.english()));
        QVERIFY2(blocked[0].remedy.english().contains(QStringLiteral("pg_terminate_backend(%1)").arg(holds)),
                 qPrintable(blocked[0].remedy.english()));
        const auto open = named(look(url, {900s, 0s}), "long-transactions");
        QVERIFY(std::ranges::any_of(open, [&](const HealthFinding& finding) {
            return finding.subject.english().contains(holds)
                   && finding.detail.english().contains(QStringLiteral("and idle"));
        }));
        QVERIFY(named(look(url, {}), "blocked-sessions").empty()); // not for so short a time
        QCOMPARE(holder.run("ROLLBACK"), QString());
        waiter.join();
        QVERIFY(named(look(url, {0s, 0s}), "blocked-sessions").empty());
    }

    void aRoleWithoutRightsIsTold() {
        const StoreUrl url = m_server.createDatabase();
        QCOMPARE(test::PostgresScript(url).run("CREATE ROLE little LOGIN"), QString());
        StoreUrl little = url;
        little.user = QStringLiteral("little");
        const auto hidden = named(look(little, {}), "sessions-hidden");
        QCOMPARE(hidden.size(), std::size_t(1));
        QCOMPARE(hidden[0].remedy.english(), QStringLiteral("GRANT pg_monitor TO \"little\";"));
        QVERIFY(named(look(url, {}), "sessions-hidden").empty());
        QCOMPARE(test::PostgresScript(url).run("CREATE ROLE \"l\"\"q\" LOGIN"), QString());
        little.user = QStringLiteral("l\"q");
        QCOMPARE(named(look(little, {}), "sessions-hidden").at(0).remedy.english(),
                 QStringLiteral("GRANT pg_monitor TO \"l\"\"q\";"));
    }

    /// It is no finding that all is well.
    void whatCannotBeLookedAtIsMarked() {
        const StoreUrl url = m_server.createDatabase();
        need(openStore(url, Access::Write)).reset();
        QCOMPARE(test::PostgresScript(url).run("CREATE ROLE blind LOGIN; GRANT USAGE ON SCHEMA public TO blind"),
                 QString());
        QVERIFY(std::ranges::none_of(look(url, {}), &HealthFinding::isUnchecked));
        StoreUrl blind = url;
        blind.user = QStringLiteral("blind");
        const auto schema = named(look(blind, {}), "schema");
        QCOMPARE(schema.size(), std::size_t(1));
        QVERIFY(schema[0].isUnchecked && schema[0].urgency == Urgency::Note);
    }

    /// What another program wrote is no place for a value.
    void aPhraseHoldsItsValuesAsTheyAre() {
        const Phrase phrase{"It waits for %1: %2", {QStringLiteral("%2 %1"), QStringLiteral("SELECT '%1'")}};
        QCOMPARE(phrase.english(), QStringLiteral("It waits for %2 %1: SELECT '%1'"));
        QCOMPARE(phrase.filledInto(QStringLiteral("%2 – auf %1 (%3, 100 %)")),
                 QStringLiteral("SELECT '%1' – auf %2 %1 (%3, 100 %)"));
        QCOMPARE(Phrase::ofWords(QStringLiteral("/a%1b")).english(), QStringLiteral("/a%1b"));
        QCOMPARE(Phrase().english(), QString());
    }

    void aDiskIsToldByItsRoom() {
        const test::TempFolder folder;
        constexpr qint64 more = qint64(1) << 60;
        const auto full = lookAtDisk(folder.path(QString()), more); // no room for another copy of so much
        QCOMPARE(full.size(), std::size_t(1));
        QVERIFY(full[0].urgency != Urgency::Note);
        const auto none = lookAtDisk(folder.path(QStringLiteral("nowhere")), 0);
        QCOMPARE(none.size(), std::size_t(1));
        QCOMPARE(none[0].urgency, Urgency::Note);
    }

private:
    std::vector<HealthFinding> look(const StoreUrl& url, HealthLimits limits) {
        const auto session = need(Session::open(url, Access::Read));
        return need(SqlHealth(*session, limits).look({}));
    }

    test::PostgresServer m_server;
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
