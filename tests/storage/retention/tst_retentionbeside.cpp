#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/journal.h"
#include "storage/retention/files/fileretentionrun.h"
#include "tests/support/foldertree.h"
#include "tests/support/ingestitems.h"
#include "tests/support/need.h"
#include "tests/support/writtenbatches.h"

#include <QScopeGuard>
#include <QTest>
#include <csignal>
#include <random>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace portolan;
using namespace std::chrono;
using test::BatchFolder;
using test::IngestItems;
using test::need;

namespace {

constexpr int batchSize = 10;
constexpr quint64 lastMessage = 185;

/// Work in a process of its own, which can be held at a system call of its first thread.
class HeldProcess {
public:
    template <class Work>
    explicit HeldProcess(Work work) : m_pid(::fork()) {
        if (m_pid == 0) {
            ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
            ::raise(SIGSTOP);
            work();
            ::_exit(0); // without closing
        }
        ::waitpid(m_pid, &m_status, 0);
        constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
        if (::ptrace(PTRACE_SETOPTIONS, m_pid, nullptr, options) != 0)
            qFatal("a process cannot be held here");
    }
    ~HeldProcess() {
        if (!isOver())
            kill();
    }
    Q_DISABLE_COPY_MOVE(HeldProcess)

    /// Goes on to the beginning of the nth call from here, of this number if one is given; false where it ended before.
    bool goTo(int nth, std::optional<quint64> number = {}) {
        int signal = 0;
        while (!isOver()) {
            ::ptrace(PTRACE_SYSCALL, m_pid, nullptr, static_cast<long>(signal));
            ::waitpid(m_pid, &m_status, 0);
            signal = WIFSTOPPED(m_status) ? WSTOPSIG(m_status) : 0;
            if (signal != (SIGTRAP | 0x80))
                continue;
            signal = 0;
            struct __ptrace_syscall_info call {}; // NOLINT: its name
            ::ptrace(PTRACE_GET_SYSCALL_INFO, m_pid, sizeof call, &call);
            const bool isMeant =
                call.op == PTRACE_SYSCALL_INFO_ENTRY && call.entry.nr == number.value_or(call.entry.nr);
            if (isMeant && --nth == 0)
                return true;
        }
        return false;
    }
    /// Lets it go on to its end; returns true when that is a regular one.
    bool finish() {
        while (!isOver()) {
            const int signal = WSTOPSIG(m_status);
            ::ptrace(PTRACE_CONT, m_pid, nullptr, static_cast<long>(signal == (SIGTRAP | 0x80) ? 0 : signal));
            ::waitpid(m_pid, &m_status, 0);
        }
        return WIFEXITED(m_status) && WEXITSTATUS(m_status) == 0;
    }
    void kill() {
        ::kill(m_pid, SIGKILL);
        while (!isOver())
            ::waitpid(m_pid, &m_status, 0);
    }

private:
    [[nodiscard]] bool isOver() const { return WIFEXITED(m_status) || WIFSIGNALED(m_status); }

    pid_t m_pid;
    int m_status = 0;
};

bool isLong() {
    return qEnvironmentVariableIsSet("PORTOLAN_LONG");
}

} // namespace

/// A writer that opens, and a run of retention, each held at its calls while the other does all its work; both find
/// what a killed writer and a killed run have left.
class TestRetentionBeside : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aRunComesBetweenTwoCallsOfAWriter();
    void aWriterComesBetweenTwoCallsOfARun();
    void bothAreHeldInTurn();
    void killedWritersOpenWhileRunsAreKilled();
    void cleanup();

private:
    void putBack() const { test::putTree(m_batches.root(), m_left); }
    void run() const;
    void open(quint64 last) const;
    [[nodiscard]] QByteArray mistake(quint64 last) const;

    const test::TempFolder m_folder;
    const BatchFolder m_batches;
    test::Tree m_left; ///< by a writer that was killed after its third group, and a run that was while it removed
};

/// Keeps three files; packs the others.
void TestRetentionBeside::run() const {
    const auto store = need(openStore(m_batches.url(batchSize), Access::Write));
    need(store->retention()->run(
        {.isDryRun = false, .now = currentTime(), .actor = "tester", .reason = {}},
        [](const QByteArray&, qint64, qint64) {},
        [](const RetentionOutcome& outcome) {
            const bool isDone = outcome.state != RetentionOutcome::State::Failed;
            return isDone ? Result<void>() : Result<void>(Error{ErrorCode::Invalid, outcome.problem});
        },
        {}));
}

/// Stores messages by a writer that does not close.
void TestRetentionBeside::open(quint64 last) const {
    HeldProcess writer([&] {
        const auto opened = need(test::openWriter(m_batches, batchSize));
        need(opened->store(IngestItems().range(1, last).all()));
        ::_exit(0);
    });
    QVERIFY(writer.finish());
}

/// Empty, or the first thing that does not hold.
QByteArray TestRetentionBeside::mistake(quint64 last) const {
    const auto gaps = test::gapsOf(m_batches);
    if (!gaps.empty())
        return "a gap is told: " + gaps.front().details;
    const auto writer = need(test::openWriter(m_batches, batchSize));
    const auto counts = need(writer->store(IngestItems().range(1, last).all()));
    if (counts.stored != 0 || counts.duplicates != static_cast<qint64>(last))
        return QByteArray::number(counts.stored) + " are stored again";
    return test::gapsOf(m_batches).empty() ? QByteArray() : QByteArray("a gap is told at the next opening");
}

void TestRetentionBeside::initTestCase() {
    FileRetentionRun::clearlyBefore = milliseconds(0);
    Journal::soonAfter = hours(10); // the folder is put back, which is no other state
    need(
        need(openStore(m_batches.url(batchSize), Access::Write))
            ->retention()
            ->set({.name = "batch-files", .keepCount = 3, .archive = m_folder.path(QStringLiteral("archive")).toUtf8()},
                  "test", "tester", {}));
    {
        const auto writer = need(test::openWriter(m_batches, batchSize));
        need(writer->store(IngestItems().range(1, 65).all()));
    }
    for (const quint64 last : {quint64(100), quint64(140), lastMessage})
        open(last);
    HeldProcess runner([&] { run(); });
    QVERIFY(runner.goTo(4, SYS_unlinkat));
    runner.kill();
    m_left = test::treeOf(m_batches.root());
    const auto archived = need(ArchivedFiles::read(m_batches.own()));
    QVERIFY(archived.records().size() == 1 && !archived.records().front().isRemoved);
    QVERIFY(archived.contains(5) && QFile::exists(m_batches.file(5)) && !QFile::exists(m_batches.file(1)));
}

void TestRetentionBeside::cleanup() {
    QDir(m_folder.path(QStringLiteral("archive"))).removeRecursively();
}

void TestRetentionBeside::aRunComesBetweenTwoCallsOfAWriter() {
    int calls = 0;
    for (int nth = 1;; nth += isLong() ? 1 : 23) {
        putBack();
        HeldProcess writer([&] { static_cast<void>(need(test::openWriter(m_batches, batchSize))); });
        if (!writer.goTo(nth))
            break;
        run();
        QVERIFY(writer.finish());
        const QByteArray wrong = mistake(lastMessage);
        QVERIFY2(wrong.isEmpty(), ("call " + QByteArray::number(nth) + ": " + wrong).constData());
        ++calls;
    }
    QVERIFY(calls > 5);
}

void TestRetentionBeside::aWriterComesBetweenTwoCallsOfARun() {
    int calls = 0;
    for (int nth = 1;; nth += isLong() ? 1 : 47) {
        putBack();
        HeldProcess runner([&] { run(); });
        if (!runner.goTo(nth))
            break;
        open(lastMessage + 30);
        QVERIFY(runner.finish());
        const QByteArray wrong = mistake(lastMessage + 30);
        QVERIFY2(wrong.isEmpty(), ("call " + QByteArray::number(nth) + ": " + wrong).constData());
        ++calls;
    }
    QVERIFY(calls > 5);
}

void TestRetentionBeside::bothAreHeldInTurn() {
    std::mt19937 random(1); // NOLINT: the same each time
    const auto below = [&](quint32 limit) { return static_cast<int>(random() % limit); };
    for (int round = 0; round < (isLong() ? 2000 : 10); ++round) {
        putBack();
        HeldProcess writer([&] { static_cast<void>(need(test::openWriter(m_batches, batchSize))); });
        HeldProcess runner([&] { run(); });
        const QByteArray place = "round " + QByteArray::number(round) + ": ";
        for (bool isOver = false; !isOver;) {
            isOver = !writer.goTo(below(150) + 1);
            isOver = !runner.goTo(below(150) + 1) || isOver;
        }
        QVERIFY2(writer.finish() && runner.finish(), place.constData());
        const QByteArray wrong = mistake(lastMessage);
        QVERIFY2(wrong.isEmpty(), (place + wrong).constData());
    }
}

/// Writers end without closing, and runs at any instant: the next ones find what both have left.
void TestRetentionBeside::killedWritersOpenWhileRunsAreKilled() {
    putBack();
    std::mt19937 random(1); // NOLINT: the same each time
    const auto below = [&](quint32 limit) { return static_cast<qint64>(random() % limit); };
    const auto begun = [](const auto& work) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            work();
            ::_exit(0);
        }
        return pid;
    };
    int killed = 0;
    quint64 last = lastMessage;
    for (int round = 0; round < (isLong() ? 3000 : 20); ++round) {
        const quint64 next = last + 1;
        last += static_cast<quint64>(below(40)) + 1;
        const auto pause = microseconds(below(3) == 0 ? 0 : below(30'000));
        const pid_t writer = begun([&] {
            const auto opened = need(test::openWriter(m_batches, batchSize));
            need(opened->store(IngestItems().range(next, last).all()));
            ::_exit(0);
        });
        const pid_t runner = begun([&] {
            if (pause.count() > 0) {
                const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = pause.count()}};
                ::setitimer(ITIMER_REAL, &timer, nullptr); // its signal ends the process
            }
            run();
        });
        int ended = 0;
        QCOMPARE(::waitpid(runner, &ended, 0), runner);
        killed += WIFSIGNALED(ended) ? 1 : 0;
        QVERIFY(WIFSIGNALED(ended) || WEXITSTATUS(ended) == 0);
        QVERIFY(::waitpid(writer, &ended, 0) == writer && WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
        const auto gaps = test::gapsOf(m_batches);
        const QByteArray told = gaps.empty() ? QByteArray() : gaps.front().details;
        QVERIFY2(gaps.empty(), ("round " + QByteArray::number(round) + ": " + told).constData());
    }
    QVERIFY(killed > 0);
    QCOMPARE(mistake(last), QByteArray());
}

QTEST_GUILESS_MAIN(TestRetentionBeside)
#include "tst_retentionbeside.moc"
