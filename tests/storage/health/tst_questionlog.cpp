#include "storage/questionlog.h"

#include <QTest>
#include <thread>

using namespace portolan;
using namespace std::chrono;

namespace {

Timestamp noon() {
    return *parseIsoTime("2026-11-26T12:00:00Z");
}

} // namespace

/// What is counted of a window's questions, and what is kept of them.
class TestQuestionLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsWhatWasAsked_data() {
        QTest::addColumn<double>("milliseconds");
        QTest::addColumn<int>("code"); // -1: answered
        QTest::addColumn<qint64>("asked");
        QTest::addColumn<qint64>("slow");
        QTest::addColumn<qint64>("failed");
        QTest::newRow("quick") << 999.9 << -1 << qint64(1) << qint64(0) << qint64(0);
        QTest::newRow("slow") << 1000.0 << -1 << qint64(1) << qint64(1) << qint64(0);
        QTest::newRow("failed") << 1.0 << int(ErrorCode::Io) << qint64(1) << qint64(0) << qint64(1);
        QTest::newRow("failed late") << 5000.0 << int(ErrorCode::Timeout) << qint64(1) << qint64(0) << qint64(1);
        QTest::newRow("not wanted any more")
            << 5000.0 << int(ErrorCode::Cancelled) << qint64(0) << qint64(0) << qint64(0);
    }
    void countsWhatWasAsked() {
        QFETCH(const double, milliseconds);
        QFETCH(const int, code);
        QFETCH(const qint64, asked);
        QFETCH(const qint64, slow);
        QFETCH(const qint64, failed);
        QuestionLog log;
        const Error error{ErrorCode(std::max(code, 0)), QStringLiteral("why")};
        log.add(noon(), milliseconds, "messages", QStringLiteral("id:1"), code < 0 ? nullptr : &error);
        const auto figures = log.since(noon());
        const QuestionLog::Counts counts = log.takeCounts();
        for (const QuestionLog::Counts& each : {figures.counts, counts}) {
            QCOMPARE(each.asked, asked);
            QCOMPARE(each.slow, slow);
            QCOMPARE(each.failed, failed);
        }
        QCOMPARE(figures.noted.size(), std::size_t(slow + failed));
        QCOMPARE(figures.milliseconds.size(), std::size_t(asked - failed));
        for (const QuestionLog::Noted& noted : figures.noted) {
            QCOMPARE(noted.list, QByteArray("messages"));
            QCOMPARE(noted.filter, QStringLiteral("id:1"));
            QCOMPARE(noted.problem, failed ? QStringLiteral("why") : QString());
        }
        QCOMPARE(log.takeCounts().asked, qint64(0));
        log.giveBack(counts);
        QCOMPARE(log.takeCounts().asked, asked);
    }

    void onlySinceTheMoment() {
        QuestionLog log;
        log.add(noon() - seconds(1), 2000, "old", {}, nullptr);
        log.add(noon(), 3000, "new", {}, nullptr);
        const auto figures = log.since(noon());
        QCOMPARE(figures.counts.asked, qint64(1));
        QCOMPARE(figures.noted.size(), std::size_t(1));
        QCOMPARE(figures.noted.front().list, QByteArray("new"));
    }

    void staysSmall() {
        QuestionLog log;
        const Error error{ErrorCode::Io, QStringLiteral("why")};
        constexpr int many = 2 * int(QuestionLog::mostTimes);
        for (int i = 0; i < many; ++i)
            log.add(noon() + seconds(i), 1, QByteArray::number(i), {}, &error);
        const auto figures = log.since(noon());
        QCOMPARE(figures.counts.asked, qint64(QuestionLog::mostTimes));
        QCOMPARE(figures.noted.size(), QuestionLog::mostNoted);
        QCOMPARE(figures.noted.front().list, QByteArray::number(many - 1));
        QCOMPARE(log.takeCounts().failed, qint64(many));
    }

    /// A question says what it is about on the thread that answers it, and on no other.
    void theThreadsQuestionIsDescribed() {
        QuestionLog log;
        QuestionLog::describe("nobody's", {}); // nothing is measured
        const Error error{ErrorCode::Io, QStringLiteral("why")};
        {
            QuestionLog::Measure outer(&log);
            QuestionLog::describe("messages", QStringLiteral("id:1"));
            {
                QuestionLog::Measure unmeasured(nullptr);
                QuestionLog::describe("inner", {});
                unmeasured.end(&error);
            }
            std::thread([&] {
                QuestionLog::Measure other(&log);
                other.end(&error);
            }).join();
            outer.end(&error);
        }
        const auto noted = log.since(Timestamp()).noted;
        QCOMPARE(noted.size(), std::size_t(2));
        QCOMPARE(noted[0].list, QByteArray("messages"));
        QCOMPARE(noted[0].filter, QStringLiteral("id:1"));
        QCOMPARE(noted[1].list, QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestQuestionLog)
#include "tst_questionlog.moc"
