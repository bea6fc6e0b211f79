#include "app/window/mainwindow.h"
#include "storage/messages/batches.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "tests/support/windowdialogs.h"
#include "views/style/theme.h"
#include "views/window/closingdialog.h"
#include "views/window/noticebar.h"

#include <QLabel>
#include <QPushButton>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// Presses the button of this name that is shown below a widget; false: there is none.
bool press(const QWidget* below, const QString& name) {
    for (QPushButton* const each : below ? below->findChildren<QPushButton*>() : QList<QPushButton*>()) {
        if (test::nameOf(each) == name && each->isVisible() && each->isEnabled()) {
            each->click();
            return true;
        }
    }
    return false;
}

QStringList textsIn(const QWidget* widget) {
    QStringList texts;
    for (const QLabel* const label : widget->findChildren<QLabel*>())
        texts << label->text();
    return texts;
}

} // namespace

/// A window that is closed while it receives, or a job runs: one question, and nothing is lost whatever the answer.
class TestClosing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QApplication::setQuitOnLastWindowClosed(false); }

    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_settings = std::make_unique<Settings>(m_folder->path(QStringLiteral("portolan.ini")));
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("orders.db")));
        QVERIFY(openStore(m_url, Access::Write));
        begin();
    }
    void cleanup() {
        m_window.reset();
        m_settings.reset();
        m_folder.reset();
    }

    void asksOnceAndStoresWhatCame() {
        receive(QStringLiteral("demo:?rate=2000&seed=1&kinds=messages"));
        m_window->close();
        QVERIFY(m_window->isVisible());
        QVERIFY(question());
        QVERIFY(textsIn(question()).join(u' ').contains(QLatin1String("Receiving from demo:")));
        m_window->close(); // it is asked already
        QCOMPARE(m_window->findChildren<ClosingDialog*>().size(), 1);
        QVERIFY(press(question(), QStringLiteral("Cancel")));
        QVERIFY(!question());
        const qint64 before = receiver().status()->stored;
        QTRY_VERIFY(receiver().status()->stored > before); // nothing was stopped

        m_window->close();
        QVERIFY(press(question(), QStringLiteral("Stop and close")));
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!question());
        const ReceiverStatus status = *receiver().status();
        QCOMPARE(status.state, ReceiverState::Stopped);
        QCOMPARE(status.stored + status.rejected + status.duplicates, status.received);
        QCOMPARE(rows(), status.stored);
    }

    void theNextStartOffersToGoOn() {
        receive(QStringLiteral("demo:?rate=500&seed=1&kinds=messages"));
        m_window->close();
        QVERIFY(press(question(), QStringLiteral("Stop and close")));
        QTRY_VERIFY(!m_window->isVisible());
        const qint64 stored = rows();

        begin();
        m_window->offerToGoOn();
        const auto* const notice = m_window->findChild<NoticeBar*>();
        QVERIFY(notice && notice->isVisible());
        const QString said = textsIn(notice).join(u' ');
        QVERIFY2(said.contains(QLatin1String("demo:?rate=500")) && said.contains(QLatin1String("orders.db")),
                 qPrintable(said));
        QCOMPARE(m_window->stores().current(), nullptr); // nothing happens by itself
        QVERIFY(press(notice, QStringLiteral("Go on")));
        QTRY_VERIFY(m_window->stores().current() && receiver().isRunning());
        QTRY_VERIFY(rows() > stored);
        QVERIFY(m_settings->stopped().isEmpty());
        m_window->stopAndClose(); // as a signal does: no question
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!question());
        QCOMPARE(m_settings->stopped().size(), 1);

        begin();
        m_window->offerToGoOn();
        QVERIFY(press(m_window->findChild<NoticeBar*>(), QStringLiteral("Not now")));
        QVERIFY(m_settings->stopped().isEmpty());
        m_window->close(); // nothing runs: nothing is asked
        QVERIFY(!m_window->isVisible());
    }

    void noPasswordIsKept() {
        const auto source = SourceUrl::parse(QStringLiteral("redis://:sEcReT@127.0.0.1:1/0?stream=x"));
        m_window->openStore(m_url);
        QTRY_VERIFY(m_window->stores().current() && m_window->stores().current()->isOpen());
        m_window->stores().current()->receive(*source);
        m_window->stopAndClose();
        QTRY_VERIFY(!m_window->isVisible());
        m_settings->flush();
        const QByteArray text = test::bytesOfFile(m_folder->path(QStringLiteral("portolan.ini")));
        QVERIFY(text.contains("stream=x"));
        QVERIFY(!text.contains("sEcReT"));
    }

    /// The same receiver, with its locks and what it knows: there is no moment without one, or with two.
    void goesOnInTheBackground() {
        receive(QStringLiteral("demo:?rate=500&seed=1&kinds=messages"));
        m_window->close();
        QVERIFY(!press(question(), QStringLiteral("Keep running in the background"))); // nobody would find it again
        QVERIFY(press(question(), QStringLiteral("Cancel")));
        m_window->setFound(true);
        m_window->close();
        QVERIFY(press(question(), QStringLiteral("Keep running in the background")));
        QVERIFY(!m_window->isVisible());
        QVERIFY(receiver().isRunning());
        const qint64 before = receiver().status()->stored;
        QTRY_VERIFY(receiver().status()->stored > before + 100);
        QCOMPARE(m_settings->stopped().size(), 1); // should the session end now

        m_window->comeForward();
        QVERIFY(m_window->isVisible());
        QVERIFY(receiver().isRunning());
        QVERIFY(m_settings->stopped().isEmpty());
        m_window->close();
        QVERIFY(question()); // a new closing is a new question
        QVERIFY(press(question(), QStringLiteral("Stop and close")));
        QTRY_VERIFY(!m_window->isVisible());
        QCOMPARE(rows(), receiver().status()->stored);
    }

    void endsInTheBackgroundWhenNothingRuns() {
        m_window->setFound(true);
        receive(QStringLiteral("demo:?rate=1000&seed=1&kinds=messages&count=1500"));
        m_window->close();
        QVERIFY(press(question(), QStringLiteral("Keep running in the background")));
        QTRY_VERIFY(!receiver().isRunning());
        QTRY_COMPARE(m_settings->stopped().size(), 0); // all came
        QCOMPARE(rows(), qint64{1500});
    }

    void aJobIsAskedAboutToo() {
        const QString path = m_folder->path(QStringLiteral("many.jsonl"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 300'000; ++i)
            file.write("{\"type\":\"log\",\"message\":\"line " + QByteArray::number(i) + "\"}\n");
        file.close();
        m_window->openStore(m_url);
        QTRY_VERIFY(m_window->stores().current() && m_window->stores().current()->isOpen());
        ImportOptions options;
        options.file = path;
        m_window->stores().current()->imports().start(options, {});
        m_window->close();
        QVERIFY(question());
        QVERIFY2(textsIn(question()).join(u' ').contains(QLatin1String("Import 1")),
                 qPrintable(textsIn(question()).join(u'\n')));
        QVERIFY(press(question(), QStringLiteral("Stop and close")));
        QTRY_VERIFY(!m_window->isVisible());

        begin();
        m_window->offerToGoOn();
        QVERIFY(textsIn(m_window->findChild<NoticeBar*>()).join(u' ').contains(QLatin1String("Import 1")));
    }

    void closingAStoreAsksToo() {
        receive(QStringLiteral("demo:?rate=500&seed=1&kinds=messages"));
        QAction* const closing = m_window->findChild<QAction*>(QStringLiteral("close-this-store"));
        closing->trigger();
        QVERIFY(question());
        QVERIFY(press(question(), QStringLiteral("Cancel")));
        QVERIFY(receiver().isRunning());
        closing->trigger();
        QVERIFY(press(question(), QStringLiteral("Stop and close")));
        QTRY_VERIFY(!m_window->stores().current());
        QVERIFY(m_window->isVisible());
    }

private:
    void begin() {
        m_window.reset();
        m_window = std::make_unique<MainWindow>(*m_settings, m_theme);
        m_window->show();
    }
    [[nodiscard]] ReceiverControl& receiver() const { return m_window->stores().current()->receiver(); }
    void receive(const QString& source) {
        m_window->openStore(m_url);
        QTRY_VERIFY(m_window->stores().current() && m_window->stores().current()->isOpen());
        m_window->stores().current()->receive(*SourceUrl::parse(source));
        QTRY_VERIFY(receiver().status()->stored > 0);
    }
    [[nodiscard]] ClosingDialog* question() const {
        for (ClosingDialog* const each : m_window->findChildren<ClosingDialog*>()) {
            if (each->isVisible())
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] qint64 rows() const {
        return SqliteScript(m_url.path).value("SELECT count(*) FROM messages").toLongLong();
    }

    Theme m_theme;
    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<Settings> m_settings;
    StoreUrl m_url;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestClosing)
#include "tst_closing.moc"
