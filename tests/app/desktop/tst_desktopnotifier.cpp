#include "app/desktop/desktopnotifier.h"
#include "tests/support/missing.h"

#include <QDBusConnection>
#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <QVariantMap>
#include <vector>

using namespace portolan;
using namespace std::chrono_literals;

/// A desktop's service, on a bus of the test's own.
class FakeDesktop : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Told {
        QString program;
        QString title;
        QString text;
        QStringList actions;
        QVariantMap hints;
        int expires = 0;
    };
    std::vector<Told> told;

public Q_SLOTS:
    // The names are the protocol's.
    uint Notify(const QString& program, uint, const QString&, const QString& title, const QString& text, // NOLINT
                const QStringList& actions, const QVariantMap& hints, int expires) {
        told.push_back({program, title, text, actions, hints, expires});
        return static_cast<uint>(told.size());
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString& action); // NOLINT
    void NotificationClosed(uint id, uint reason);      // NOLINT
};

/// What the desktop is told, how often, and that nobody waits for it.
class TestDesktopNotifier : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        const QString daemon = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
        if (daemon.isEmpty())
            PORTOLAN_MISSING("dbus-daemon");
        m_bus.start(daemon,
                    {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address=1")});
        QVERIFY(m_bus.waitForReadyRead());
        m_address = QString::fromUtf8(m_bus.readLine().trimmed());
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_address.toUtf8()); // before Qt's first use of it
        QVERIFY(QDBusConnection::sessionBus().isConnected());
    }
    void cleanupTestCase() {
        m_bus.terminate();
        m_bus.waitForFinished();
    }

    void nobodyThereIsFine() {
        DesktopNotifier notifier;
        QElapsedTimer clock;
        clock.start();
        QVERIFY(notifier.tell("a", QStringLiteral("store"), QStringLiteral("text")));
        QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
    }

    void textsArePlain() {
        FakeDesktop desktop;
        const auto there = offer(desktop);
        DesktopNotifier notifier;
        notifier.tell("a", QStringLiteral("orders & <b>co</b>"),
                      QStringLiteral("1 < 2 <img src=\"file:///etc\"> & more"));
        QTRY_COMPARE(desktop.told.size(), std::size_t(1));
        const FakeDesktop::Told& told = desktop.told.front();
        QCOMPARE(told.program, QStringLiteral("Portolan"));
        QCOMPARE(told.title, QStringLiteral("orders & <b>co</b>"));
        QCOMPARE(told.text, QStringLiteral("1 &lt; 2 &lt;img src=&quot;file:///etc&quot;&gt; &amp; more"));
        QCOMPARE(told.hints.value(QStringLiteral("urgency")).metaType(), QMetaType::fromType<uchar>());
        QCOMPARE(told.hints.value(QStringLiteral("desktop-entry")).toString(), QStringLiteral("org.portolan.portolan"));
        QCOMPARE(told.expires, -1);
    }

    void aClickSaysWhatItWasAbout() {
        FakeDesktop desktop;
        const auto there = offer(desktop);
        DesktopNotifier notifier;
        QByteArrayList chosen;
        connect(&notifier, &DesktopNotifier::chosen, this, [&chosen](const QByteArray& key) { chosen << key; });
        for (const char* key : {"a", "b", "c"})
            notifier.tell(key, QStringLiteral("t"), QStringLiteral("text"));
        QTRY_COMPARE(desktop.told.size(), std::size_t(3));
        QCOMPARE(desktop.told[0].actions.value(0), QStringLiteral("default"));
        const auto click = [&desktop](uint id) { Q_EMIT desktop.ActionInvoked(id, QStringLiteral("default")); };
        // Until the desktop's answer has come nobody knows which one it is: the last one's is clicked until it is
        // heard.
        QTRY_VERIFY((click(3), chosen.contains("c")));
        click(2);
        QTRY_VERIFY(chosen.contains("b"));
        chosen.clear();
        Q_EMIT desktop.ActionInvoked(1, QStringLiteral("other"));
        Q_EMIT desktop.NotificationClosed(2, 1);
        click(2);
        click(1);
        QTRY_VERIFY(!chosen.isEmpty());
        QCOMPARE(chosen, QByteArrayList{"a"});
    }

    void onceInTenMinutes() {
        FakeDesktop desktop;
        const auto there = offer(desktop);
        DesktopNotifier::Time now{};
        DesktopNotifier notifier([&now] { return now; });
        const auto tell = [&](const char* key) {
            return notifier.tell(key, QStringLiteral("t"), QString::fromUtf8(key));
        };
        QVERIFY(tell("a"));
        now += 9min;
        QVERIFY(!tell("a"));
        QVERIFY(tell("b"));
        now += 59s;
        QVERIFY(!tell("a"));
        now += 1s;
        QVERIFY(tell("a"));
        QVERIFY(!tell("b"));
        QTRY_COMPARE(desktop.told.size(), std::size_t(3));
        QCOMPARE(desktop.told[1].text, QStringLiteral("b"));
    }

private:
    /// There for as long as what it gives back.
    [[nodiscard]] std::shared_ptr<void> offer(FakeDesktop& desktop) const {
        QDBusConnection bus = QDBusConnection::connectToBus(m_address, QStringLiteral("desktop"));
        const bool offered = bus.registerObject(QStringLiteral("/org/freedesktop/Notifications"), &desktop,
                                                QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals)
                             && bus.registerService(QStringLiteral("org.freedesktop.Notifications"));
        if (!offered)
            qFatal("the desktop's name is taken");
        return {nullptr, [](void*) { QDBusConnection::disconnectFromBus(QStringLiteral("desktop")); }};
    }

    QProcess m_bus;
    QString m_address;
};

QTEST_GUILESS_MAIN(TestDesktopNotifier)
#include "tst_desktopnotifier.moc"
