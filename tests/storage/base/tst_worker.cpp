#include "storage/base/worker.h"

#include <QtTest>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace portolan;

namespace {

/// Holds a task at a known place until the test lets it go.
class Gate {
public:
    void pass() {
        std::unique_lock lock(m_mutex);
        m_reached = true;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_open; });
    }
    void waitReached() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_reached; });
    }
    void open() {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_reached = false;
    bool m_open = false;
};

} // namespace

class TestWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsTasksInOrderOnItsThreadAndAnswersOnOurs() {
        Worker worker;
        RequestScope asker;
        QObject context;
        QList<int> ran; // written by the worker alone, read after the last answer
        int answers = 0;
        bool elsewhere = true;
        bool here = true;
        const auto gui = std::this_thread::get_id();
        for (int i = 0; i < 100; ++i) {
            worker.post(
                asker, &context,
                [&, i](const CancelToken&) {
                    ran.append(i);
                    elsewhere = elsewhere && std::this_thread::get_id() != gui;
                },
                [&](const Result<void>&) {
                    ++answers;
                    here = here && std::this_thread::get_id() == gui;
                });
        }
        QTRY_COMPARE(answers, 100);
        QVERIFY(elsewhere);
        QVERIFY(here);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(ran.at(i), i);
    }

    void cancelsTheRunningAndDropsTheWaitingQuestionOfAnOldGeneration() {
        Worker worker;
        RequestScope asker;
        QObject context;
        Gate gate;
        std::atomic<bool> sawCancel = false;
        std::atomic<bool> ranSuperseded = false;
        bool answeredOld = false;
        bool answeredNew = false;
        worker.post(
            asker, &context,
            [&](const CancelToken& token) {
                gate.pass();
                sawCancel = token.stop_requested();
            },
            [&](const Result<void>&) { answeredOld = true; });
        worker.post(
            asker, &context, [&](const CancelToken&) { ranSuperseded = true; },
            [&](const Result<void>&) { answeredOld = true; });
        gate.waitReached();
        asker.cancelPending();
        gate.open();
        worker.post(
            asker, &context, [](const CancelToken&) {}, [&](const Result<void>&) { answeredNew = true; });
        QTRY_VERIFY(answeredNew);
        QVERIFY(sawCancel);
        QVERIFY(!ranSuperseded);
        QVERIFY(!answeredOld);
    }

    void anotherAskersQuestionsAreLeftAlone() {
        Worker worker;
        RequestScope changing;
        RequestScope steady;
        QObject context;
        Gate gate;
        bool answered = false;
        worker.post(
            changing, &context, [&](const CancelToken&) { gate.pass(); }, [](const Result<void>&) {});
        worker.post(
            steady, &context, [](const CancelToken&) {}, [&](const Result<void>&) { answered = true; });
        gate.waitReached();
        changing.cancelPending();
        gate.open();
        QTRY_VERIFY(answered);
    }

    void doesNotAnswerADeadContextNorADeadAsker() {
        Worker worker;
        RequestScope other;
        QObject context;
        auto dying = std::make_unique<QObject>();
        auto dyingAsker = std::make_unique<RequestScope>();
        Gate gate;
        bool wrong = false;
        bool last = false;
        worker.post(
            other, dying.get(), [&](const CancelToken&) { gate.pass(); }, [&](const Result<void>&) { wrong = true; });
        worker.post(
            *dyingAsker, &context, [](const CancelToken&) {}, [&](const Result<void>&) { wrong = true; });
        worker.post(
            other, &context, [](const CancelToken&) {}, [&](const Result<void>&) { last = true; });
        gate.waitReached();
        dying.reset();
        dyingAsker.reset();
        gate.open();
        QTRY_VERIFY(last);
        QVERIFY(!wrong);
    }

    void endsWhileATaskRunsByCancellingIt() {
        RequestScope asker;
        QObject context;
        std::atomic<bool> atEnd = false;
        Gate started;
        {
            Worker worker([&](const CancelToken&) { atEnd = true; });
            worker.post(
                asker, &context,
                [&](const CancelToken& token) {
                    started.open();
                    std::mutex mutex;
                    std::unique_lock lock(mutex);
                    std::condition_variable_any never;
                    never.wait(lock, token, [] { return false; });
                },
                [](const Result<void>&) {});
            started.pass();
        }
        QVERIFY(atEnd);
    }

    void aReplyMayDestroyTheWorker() {
        auto worker = std::make_unique<Worker>();
        RequestScope asker;
        QObject context;
        worker->post(
            asker, &context, [](const CancelToken&) {}, [&](const Result<void>&) { worker.reset(); });
        QTRY_VERIFY(!worker);
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
