#include "storage/health/health.h"
#include "storage/health/storehistory.h"
#include "storage/listing/rowsource.h"
#include "tests/support/eitherdatabase.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>

using namespace portolan;
using namespace std::chrono;
using test::need;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

Timestamp noon() {
    return *parseIsoTime("2026-11-26T12:00:00Z");
}

HistoryDay measuredOn(int day, qint64 bytes, const QByteArray& name = wholeStoreName) {
    return {.day = dayOf(noon()) + days(day), .name = name, .rows = bytes / 100, .bytes = bytes};
}

} // namespace

/// The figures of a store day by day, in every kind of store; growth and a full disk from them.
class TestStoreHistory : public QObject, private test::EitherDatabase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<StoreKind>("kind");
        QTest::newRow("files") << StoreKind::Files;
        QTest::newRow("sqlite") << StoreKind::Sqlite;
        QTest::newRow("postgresql") << StoreKind::Postgresql;
    }
    void init() {
        QFETCH_GLOBAL(const StoreKind, kind);
        m_open.reset();
        m_files = std::make_unique<test::TempFolder>();
        if (kind == StoreKind::Files) {
            m_place = *StoreUrl::parse(QStringLiteral("file://") + m_files->path());
        } else {
            renew(kind == StoreKind::Postgresql);
            m_place = url();
        }
        m_open = need(openStore(m_place, Access::Write));
    }

    void aDayIsKeptOnce() {
        HistoryDay day = measuredOn(0, 5'000);
        day.isEstimate = true;
        day.latency = Latency{1.5, 2.5, 3.5};
        need(history().keep(std::array{day, measuredOn(0, 700, "messages")}, noon()));
        day.rows = 60;
        day.bytes = 6'000;
        need(history().keep(std::array{day}, noon() + hours(3)));
        const auto all = need(history().days().page({}, {})).rows;
        QCOMPARE(all.size(), std::size_t(2));
        const auto kept = need(readHistory(history(), wholeStoreName, {}));
        QCOMPARE(kept.size(), std::size_t(1));
        QVERIFY(kept[0].day == dayOf(noon()) && kept[0].isEstimate);
        QVERIFY(kept[0].rows == 60 && kept[0].bytes == 6'000 && !kept[0].asked);
        QVERIFY(kept[0].latency && kept[0].latency->p50 == 1.5 && kept[0].latency->p95 == 2.5
                && kept[0].latency->p99 == 3.5);
    }

    /// Windows and runs of one day add up.
    void countsOfQuestionsAreAdded() {
        QuestionLog log;
        log.add(noon(), 1'500, "messages", {}, nullptr);
        log.add(noon(), 10, "messages", {}, nullptr);
        need(history().keep(std::array{questionsOfDay(log, log.takeCounts(), noon())}, noon()));
        const Error error{ErrorCode::Io, QStringLiteral("why")};
        log.add(noon(), 10, "messages", {}, &error);
        need(history().keep(std::array{questionsOfDay(log, log.takeCounts(), noon())}, noon()));
        const auto kept = need(readHistory(history(), questionsName, {}));
        QCOMPARE(kept.size(), std::size_t(1));
        QVERIFY(kept[0].asked == 3 && kept[0].slow == 1 && kept[0].failed == 1);
        QVERIFY(kept[0].latency && kept[0].latency->p99 == 1'500);
    }

    void itStaysBounded() {
        for (int day = 0; day <= StoreHistory::mostDays + 2; day += 67)
            need(history().keep(std::array{measuredOn(day, 1)}, noon() + days(day)));
        need(history().keep(std::array{measuredOn(StoreHistory::mostDays, 1)}, noon() + days(StoreHistory::mostDays)));
        const auto kept = need(readHistory(history(), wholeStoreName, {}));
        QVERIFY(kept.front().day == dayOf(noon()) + days(67));
        QVERIFY(kept.back().day == dayOf(noon()) + days(StoreHistory::mostDays + 2));
        std::vector<StoreStats> measured(1, StoreStats{.name = wholeStoreName, .bytes = 1});
        for (int i = 0; i < 500; ++i)
            measured.push_back({.name = QByteArray::number(i), .bytes = i});
        measured.push_back({.name = "broken", .bytes = mebibyte, .problem = "locked"});
        const auto rows = historyOf(measured, noon());
        QCOMPARE(rows.size(), StoreHistory::mostTables);
        QCOMPARE(rows[0].name, QByteArray(wholeStoreName));
        QCOMPARE(rows[1].name, QByteArray("499"));
    }

    void readingLeavesNothing() {
        m_open = need(openStore(m_place, Access::Read));
        QVERIFY(need(history().days().page({}, {})).rows.empty());
        const auto refused = history().keep(std::array{measuredOn(0, 1)}, noon());
        QVERIFY(!refused && refused.error().code == ErrorCode::ReadOnly);
        QVERIFY(m_place.kind != StoreKind::Files || !QFileInfo::exists(historyFile()));
    }

    void aDamagedHistoryIsToldAndHidesNothing() {
        if (m_place.kind != StoreKind::Files)
            QSKIP("It is a file of file stores.");
        need(history().keep(std::array{measuredOn(0, 1)}, noon()));
        QFile file(historyFile());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write("[{\"day") == 6);
        file.close();
        const auto damaged = history().keep(std::array{measuredOn(1, 1)}, noon());
        QVERIFY(!damaged && damaged.error().code == ErrorCode::Corrupt);
        bool isTold = false;
        for (const HealthFinding& each : findings())
            isTold = isTold || (each.name == "disk-filling" && each.isUnchecked);
        QVERIFY(isTold);
    }

    /// The store that fills its disk within a month is a finding; by how much it grows is a figure.
    void aDiskThatFillsIsFound_data() {
        QTest::addColumn<double>("daysLeft");
        QTest::addColumn<QByteArray>("urgency"); // empty: nothing is found
        QTest::newRow("in five days") << 5.0 << QByteArray("now");
        QTest::newRow("in twenty days") << 20.0 << QByteArray("soon");
        QTest::newRow("in two months") << 60.0 << QByteArray();
        QTest::newRow("never") << -20.0 << QByteArray();
    }
    void aDiskThatFillsIsFound() {
        QFETCH(const double, daysLeft);
        QFETCH(const QByteArray, urgency);
        const auto free = need(history().freeBytes({}));
        if (!free)
            QSKIP("The server's disk is not seen from here.");
        const auto growth = static_cast<qint64>(static_cast<double>(*free) / daysLeft);
        const Timestamp today = currentTime();
        for (int ago = 4; ago >= 0; --ago) {
            HistoryDay day = measuredOn(0, 1'000 * mebibyte - ago * growth);
            day.day = dayOf(today) - days(ago);
            need(history().keep(std::array{day}, today));
        }
        QByteArray found;
        for (const HealthFinding& each : findings()) {
            if (each.name == "disk-filling")
                found += urgencyName(each.urgency);
        }
        QCOMPARE(found, urgency);
        std::vector<StoreStats> measured(1, StoreStats{.name = wholeStoreName});
        need(addGrowth(measured, history(), today, {}));
        QVERIFY(measured[0].bytesADay
                && std::abs(*measured[0].bytesADay - double(growth)) < 1e-6 * std::abs(double(growth)) + 1);
        QCOMPARE(measured[0].fullAt.has_value(), daysLeft > 0);
    }

    void growthNeedsDays_data() {
        QTest::addColumn<QList<int>>("at");
        QTest::addColumn<bool>("isTold");
        QTest::newRow("none") << QList<int>{} << false;
        QTest::newRow("one") << QList<int>{0} << false;
        QTest::newRow("two far apart") << QList<int>{0, 9} << false;
        QTest::newRow("three") << QList<int>{0, 1, 2} << true;
        QTest::newRow("with holes") << QList<int>{0, 7, 29} << true;
        QTest::newRow("but one are long ago") << QList<int>{0, 1, 2, 60} << false;
        QTest::newRow("long ago and lately") << QList<int>{0, 60, 61, 62} << true;
    }
    void growthNeedsDays() {
        QFETCH(const QList<int>, at);
        QFETCH(const bool, isTold);
        std::vector<HistoryDay> rows;
        for (const int day : at)
            rows.push_back(measuredOn(day, 1'000 + 10 * (day >= 60 ? 5 * day : day)));
        const auto growth = growthOf(rows);
        QCOMPARE(growth.has_value(), isTold);
        if (isTold)
            QVERIFY(std::abs(*growth - (at.back() >= 60 ? 50 : 10)) < 1e-6);
    }

    /// Of the window's questions; who has none finds nothing.
    void questionsAreFound() {
        const auto log = std::make_shared<QuestionLog>();
        m_open->setQuestions(log);
        const Error error{ErrorCode::Timeout, QStringLiteral("no answer")};
        for (int i = 0; i < 3; ++i) {
            log->add(currentTime(), 2'300, "dead-letters", QStringLiteral("error_message~x"), nullptr);
            log->add(currentTime(), 1, "messages", {}, &error);
        }
        QByteArrayList names;
        for (const HealthFinding& each : findings()) {
            if (each.name == "questions-slow")
                QVERIFY2(each.detail.english().contains(QStringLiteral("3 of 6"))
                             && each.detail.english().contains(QStringLiteral("dead-letters (error_message~x) 2.3 s")),
                         qPrintable(each.detail.english()));
            if (each.name == "questions-failed")
                QVERIFY2(each.detail.english().contains(QStringLiteral("messages: no answer")),
                         qPrintable(each.detail.english()));
            if (each.name.startsWith("questions"))
                names << each.name;
        }
        QCOMPARE(names, (QByteArrayList{"questions-slow", "questions-failed"}));
        for (int i = 0; i < 60; ++i) // of 66, three are one of twenty at the most
            log->add(currentTime(), 1, "messages", {}, nullptr);
        for (const HealthFinding& each : findings())
            QVERIFY2(!each.name.startsWith("questions"), qPrintable(each.detail.english()));
    }

private:
    [[nodiscard]] StoreHistory& history() const { return *m_open->history(); }
    [[nodiscard]] std::vector<HealthFinding> findings() const {
        ListQuery query;
        query.limit = 1'000;
        return need(m_open->findings()->page(query, {})).rows;
    }
    [[nodiscard]] QString historyFile() const {
        return m_files->path(QStringLiteral("example_receiver/.portolan/history.json"));
    }

    std::unique_ptr<test::TempFolder> m_files;
    StoreUrl m_place;
    std::unique_ptr<Store> m_open;
};

QTEST_GUILESS_MAIN(TestStoreHistory)
#include "tst_storehistory.moc"
