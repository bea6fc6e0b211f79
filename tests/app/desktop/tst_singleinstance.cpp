#include "app/desktop/singleinstance.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QtTest>
#include <sys/stat.h>
#include <thread>

using namespace portolan;
using test::TempFolder;

namespace {

/// On a thread of its own, as another program does it.
bool handedOver(const QString& path, const WindowWish& wish) {
    std::optional<bool> done;
    std::atomic<bool> ended = false;
    std::jthread other([&] {
        done = SingleInstance::handOver(path, wish);
        ended = true;
    });
    if (!QTest::qWaitFor([&] { return ended.load(); }, 10'000))
        return false;
    return *done;
}

} // namespace

class TestSingleInstance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<TempFolder>(); }

    void takesWhatLaterOnesAreAskedFor() {
        SingleInstance first;
        QVERIFY(!SingleInstance::handOver(path(), {})); // nobody is there
        QVERIFY(first.listen(path()));
        std::vector<WindowWish> wishes;
        connect(&first, &SingleInstance::wished, this, [&](const WindowWish& wish) { wishes.push_back(wish); });
        const auto store = StoreUrl::parse(QStringLiteral("postgresql://me:s%20%22cret@host/orders?sslmode=require"));
        QVERIFY(store);
        QVERIFY(handedOver(path(), {*store, QStringLiteral("ports")}));
        QVERIFY(handedOver(path(), {}));
        QTRY_COMPARE(wishes.size(), std::size_t(2));
        QVERIFY(wishes[0].store == *store && wishes[0].pane == QStringLiteral("ports"));
        QCOMPARE(wishes[0].store->password, QStringLiteral("s \"cret"));
        QVERIFY(!wishes[1].store);
        SingleInstance second;
        QVERIFY(!second.listen(path()));
    }

    void isForTheUserAlone() {
        SingleInstance first;
        QVERIFY(first.listen(path()));
        QCOMPARE(
            QFileInfo(path()).permissions()
                & (QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther),
            QFileDevice::Permissions());
        const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
        const QByteArray folder = QFile::encodeName(m_folder->path());
        qputenv("XDG_RUNTIME_DIR", folder);
        QVERIFY(SingleInstance::usualPath().startsWith(m_folder->path()));
        QCOMPARE(::chmod(folder.constData(), 0755), 0);
        QVERIFY(SingleInstance::usualPath().isEmpty());
        qputenv("XDG_RUNTIME_DIR", before);
    }

    /// What one left that was killed keeps nobody out.
    void beginsWhereOneWasKilled() {
        QFile left(path());
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.close();
        SingleInstance first;
        QVERIFY(first.listen(path()));
        QVERIFY(handedOver(path(), {}));
    }

    /// Noise is no wish, and holds nobody up.
    void noiseIsLeftAlone() {
        SingleInstance first;
        QVERIFY(first.listen(path()));
        QSignalSpy wished(&first, &SingleInstance::wished);
        for (const QByteArray& noise : {QByteArray("\n"), QByteArray("[]\n"), QByteArray("{\"store\":\"nope:\"}\n"),
                                        QByteArray(200'000, 'x'), QByteArray(50'000, '[') + '\n', QByteArray("half")}) {
            QLocalSocket socket;
            socket.connectToServer(path());
            QVERIFY(socket.waitForConnected());
            socket.write(noise);
            if (noise == "half")
                socket.abort();
            QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState);
        }
        QVERIFY(wished.isEmpty());
        QVERIFY(handedOver(path(), {}));
        QTRY_COMPARE(wished.size(), 1);
    }

private:
    [[nodiscard]] QString path() const { return m_folder->path(QStringLiteral("socket")); }
    std::unique_ptr<TempFolder> m_folder;
};

QTEST_MAIN(TestSingleInstance)
#include "tst_singleinstance.moc"
