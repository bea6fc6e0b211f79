#include "storage/config/filelock.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace portolan;
using namespace std::chrono_literals;

class TestFileLock : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneHasItAtATime() {
        const test::TempFolder folder;
        const QString path = folder.path(QStringLiteral("a.json"));
        {
            FileLock one(path);
            QVERIFY(one.take(0ms) == FileLock::Taken::Yes);
            FileLock other(path);
            QVERIFY(other.take(20ms) == FileLock::Taken::ByAnother);
        }
        FileLock next(path);
        QVERIFY(next.take(0ms) == FileLock::Taken::Yes);
        FileLock nowhere(folder.path(QStringLiteral("none/a.json")));
        QVERIFY(nowhere.take(0ms) == FileLock::Taken::NotMade);
    }

    /// Whatever a program that died left: an empty file, one with words, and one that it had locked.
    void whoDiedHasItNoMore() {
        const test::TempFolder folder;
        const QString path = folder.path(QStringLiteral("a.json"));
        for (const char* left : {"", "4711\nportolan\nhost\n"}) {
            QFile file(path + QStringLiteral(".lock"));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(left) >= 0);
            file.close();
            FileLock lock(path);
            QVERIFY(lock.take(0ms) == FileLock::Taken::Yes);
        }
        std::array<int, 2> told{};
        QCOMPARE(::pipe(told.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            FileLock lock(path);
            const char answer = lock.take(0ms) == FileLock::Taken::Yes ? 'y' : 'n';
            (void)!::write(told[1], &answer, 1);
            ::pause();
            ::_exit(0);
        }
        char answer = 0;
        QCOMPARE(::read(told[0], &answer, 1), ssize_t(1));
        QCOMPARE(answer, 'y');
        FileLock mine(path);
        QVERIFY(mine.take(0ms) == FileLock::Taken::ByAnother);
        QCOMPARE(::kill(child, SIGKILL), 0);
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        FileLock next(path);
        QVERIFY(next.take(0ms) == FileLock::Taken::Yes);
        ::close(told[0]);
        ::close(told[1]);
    }
};

QTEST_GUILESS_MAIN(TestFileLock)
#include "tst_filelock.moc"
