#include "storage/config/passwordfile.h"
#include "tests/support/postgresserver.h"
#include "views/connect/openform.h"
#include "views/style/theme.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::PostgresServer;

namespace {

template <class Widget>
Widget* named(const QWidget& window, const QString& name) {
    for (Widget* widget : window.findChildren<Widget*>()) {
        if (widget->accessibleName() == name
            || (widget->accessibleName().isEmpty() && widget->property("text") == name))
            return widget;
    }
    qFatal("there is no %s", qPrintable(name));
}

QLabel* described(const QWidget& form, const char* description) {
    for (QLabel* label : form.findChildren<QLabel*>()) {
        if (label->accessibleDescription() == QLatin1String(description))
            return label;
    }
    qFatal("there is no %s", description);
}

QLineEdit* line(const QWidget& form, const char* name) {
    return named<QLineEdit>(form, QLatin1String(name));
}

void type(QLineEdit* edit, const QString& text) {
    edit->selectAll();
    QTest::keyClicks(edit, text);
    if (text.isEmpty())
        QTest::keyClick(edit, Qt::Key_Backspace);
}

} // namespace

class TestOpenForm : public QObject {
    Q_OBJECT
    test::TempFolder m_folder;

private Q_SLOTS:
    void initTestCase() {
        qRegisterMetaType<StoreUrl>();
        for (const char* variable : {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PORTOLAN_PASSWORD"})
            qunsetenv(variable);
        qputenv("PGPASSFILE", "/nonexistent");
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"); // no keychain
        qputenv("XDG_DATA_HOME", m_folder.path().toUtf8());
    }

    /// Whichever is typed, the other follows; a password stays in its field.
    void lineAndFieldsAreOne() {
        OpenForm form(nullptr);
        form.ask();
        QLineEdit* const url = line(form, "Store");
        QVERIFY(!line(form, "Server host")->isVisible());
        type(url, QStringLiteral("postgresql://me:s3cret@db.example:5433/orders?sslmode=require&connect_timeout=7"));
        QVERIFY(line(form, "Server host")->isVisible());
        QCOMPARE(line(form, "Server host")->text(), QStringLiteral("db.example"));
        QCOMPARE(line(form, "Server port")->text(), QStringLiteral("5433"));
        QCOMPARE(line(form, "Database name")->text(), QStringLiteral("orders"));
        QCOMPARE(line(form, "User name")->text(), QStringLiteral("me"));
        QCOMPARE(line(form, "Server password")->echoMode(), QLineEdit::Password);
        QVERIFY(!url->text().contains(QStringLiteral("s3cret")));
        QCOMPARE(named<QComboBox>(form, QStringLiteral("Encryption of the connection"))->currentText(),
                 QStringLiteral("require"));
        type(line(form, "Server host"), QStringLiteral("other"));
        type(line(form, "Server port"), QString());
        QCOMPARE(url->text(), QStringLiteral("postgresql://me@other/orders?connect_timeout=7&sslmode=require"));
        QSignalSpy given(&form, &OpenForm::storeGiven);
        QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Open")), Qt::LeftButton);
        QCOMPARE(given.size(), 1);
        const auto store = given.front().front().value<StoreUrl>();
        QCOMPARE(store.host, QStringLiteral("other"));
        QVERIFY(store.password.endsWith(QStringLiteral("s3cret")) || store.password == QStringLiteral("s3cret"));
        QVERIFY(line(form, "Server password")->text().isEmpty()); // not for the next store
        type(url, QStringLiteral("sqlite:///a.db"));
        form.show();
        QVERIFY(!line(form, "Server host")->isVisible());
    }

    void saysWhatAnEmptyFieldMeans() {
        qputenv("PGHOST", "from.the.variable");
        OpenForm form(nullptr);
        form.askServer();
        QCOMPARE(line(form, "Store")->text(), QStringLiteral("postgresql://"));
        QCOMPARE(line(form, "Server host")->placeholderText(), QStringLiteral("from.the.variable"));
        QCOMPARE(form.findChild<QLabel*>(QStringLiteral("source-host"))->text(), QStringLiteral("from PGHOST"));
        QCOMPARE(line(form, "Server port")->placeholderText(), QStringLiteral("5432"));
        type(line(form, "Server host"), QStringLiteral("h"));
        QCOMPARE(form.findChild<QLabel*>(QStringLiteral("source-host"))->text(), QString());
        type(line(form, "Server password"), QStringLiteral("x"));
        QVERIFY(form.findChild<QLabel*>(QStringLiteral("source-password"))->text().contains(QStringLiteral("typed")));
        qunsetenv("PGHOST");
    }

    void triesAStore() {
        PostgresServer server;
        StoreUrl url = server.createDatabase();
        OpenForm form(nullptr);
        form.ask();
        QPushButton* const button = named<QPushButton>(form, QStringLiteral("Test"));
        QLabel* const result = described(form, "What the test found");
        const auto tried = [&](const QString& text) {
            type(line(form, "Store"), text);
            QTest::mouseClick(button, Qt::LeftButton);
            const bool hasAnswered = QTest::qWaitFor([&] { return button->isEnabled(); }, 20'000);
            return hasAnswered ? result->text() : QStringLiteral("no answer");
        };
        QString found = tried(url.display());
        QVERIFY2(found.contains(QStringLiteral("It opens: PostgreSQL 1")), qPrintable(found));
        url.user = QStringLiteral("guarded");
        found = tried(url.display());
        QVERIFY2(found.contains(QStringLiteral("password")), qPrintable(found));
        type(line(form, "Server password"), QStringLiteral("open: sesame"));
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(result->text().contains(QStringLiteral("It opens")), 20'000);
        QVERIFY(!line(form, "Store")->text().contains(QStringLiteral("sesame")));
        found = tried(QStringLiteral("sqlite:///nowhere/at/all.db"));
        QVERIFY2(found.contains(QStringLiteral("/nowhere/at/all.db")), qPrintable(found));
        found = tried(QStringLiteral("postgresql://host:99999/"));
        QVERIFY2(found.contains(QStringLiteral("port")), qPrintable(found));
    }

    void keepsAPasswordWhenAsked() {
        OpenForm form(nullptr);
        QSignalSpy given(&form, &OpenForm::storeGiven);
        const QString file = PasswordFile::usualPath();
        auto* const keep = named<QComboBox>(form, QStringLiteral("Keep the password"));
        for (const int place : {0, 2}) { // for the session; in the file
            form.ask();
            type(line(form, "Store"), QStringLiteral("postgresql://me@h/d"));
            type(line(form, "Server password"), QStringLiteral("s3cret"));
            QCOMPARE(keep->currentIndex(), 0);
            keep->setCurrentIndex(place);
            QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Open")), Qt::LeftButton);
            QCOMPARE(QFile::exists(file), place == 2);
        }
        QCOMPARE(given.size(), 2);
        QCOMPARE(given.back().front().value<StoreUrl>().password, QStringLiteral("s3cret"));
        form.ask();
        type(line(form, "Store"), QStringLiteral("postgresql://me@h/d"));
        QVERIFY(form.findChild<QLabel*>(QStringLiteral("source-password"))->text().contains(file));
        QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Open")), Qt::LeftButton);
        QCOMPARE(withKeptPassword(given.back().front().value<StoreUrl>())->password, QStringLiteral("s3cret"));
    }

    /// Without one, the choice says so and cannot be made.
    void noKeychainIsSaid() {
        OpenForm form(nullptr);
        form.askServer();
        auto* const keep = named<QComboBox>(form, QStringLiteral("Keep the password"));
        QVERIFY(keep->itemText(1).contains(QStringLiteral("has none")));
        QVERIFY(!(keep->model()->flags(keep->model()->index(1, 0)) & Qt::ItemIsEnabled));
    }

    /// Whatever it says, no line of it is pressed together, and what it said leaves no hole.
    void isAsHighAsItsText() {
        QWidget window;
        OpenForm form(&window);
        form.ask();
        const int quiet = form.height();
        form.refuse(QStringLiteral("It was refused, for this reason. ").repeated(30));
        QLabel* const said = described(form, "What the test found");
        QTRY_VERIFY(said->height() >= said->heightForWidth(said->width()));
        QVERIFY(form.height() > quiet);
        form.ask();
        QCOMPARE(form.height(), quiet);
    }

    void theListOfABoxHasItsName() {
        const Theme theme;
        QWidget window;
        OpenForm form(&window);
        form.askServer();
        auto* const box = named<QComboBox>(form, QStringLiteral("Keep the password"));
        box->showPopup();
        QTRY_VERIFY(box->view()->isVisible());
        QCOMPARE(box->view()->accessibleName(), QStringLiteral("Keep the password"));
        box->hidePopup();
    }

    void asksForARefusedPassword() {
        OpenForm form(nullptr);
        const StoreUrl url = *StoreUrl::parse(QStringLiteral("postgresql://me:old@h:5433/d?sslmode=require"));
        form.askPassword(url, QStringLiteral("The server says no."));
        QCOMPARE(line(form, "Store")->text(), url.display());
        QCOMPARE(line(form, "Server port")->text(), QStringLiteral("5433"));
        QVERIFY(line(form, "Server password")->text().isEmpty());
        QCOMPARE(described(form, "What the test found")->text(), QStringLiteral("The server says no."));
        QSignalSpy given(&form, &OpenForm::storeGiven);
        type(line(form, "Server password"), QStringLiteral("new"));
        QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Open")), Qt::LeftButton);
        QCOMPARE(given.size(), 1);
        const auto again = given.front().front().value<StoreUrl>();
        QCOMPARE(again.password, QStringLiteral("new"));
        QCOMPARE(again.display(), url.display());
    }

    /// A password that is being typed for one server never goes to another that wants one meanwhile.
    void serversAskOneAfterTheOther() {
        OpenForm form(nullptr);
        const StoreUrl first = *StoreUrl::parse(QStringLiteral("postgresql://me@a/d"));
        const StoreUrl second = *StoreUrl::parse(QStringLiteral("postgresql://me@b/d"));
        form.askPassword(first, QStringLiteral("The first says no."));
        type(line(form, "Server password"), QStringLiteral("of the first"));
        form.askPassword(second, QStringLiteral("The second says no."));
        QCOMPARE(line(form, "Server host")->text(), QStringLiteral("a"));
        QCOMPARE(line(form, "Server password")->text(), QStringLiteral("of the first"));
        QSignalSpy given(&form, &OpenForm::storeGiven);
        QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Open")), Qt::LeftButton);
        QCOMPARE(given.size(), 1);
        QCOMPARE(given.front().front().value<StoreUrl>().host, QStringLiteral("a"));
        QTRY_VERIFY(form.isVisible());
        QCOMPARE(line(form, "Server host")->text(), QStringLiteral("b"));
        QVERIFY(line(form, "Server password")->text().isEmpty());
        QCOMPARE(described(form, "What the test found")->text(), QStringLiteral("The second says no."));
        form.reject();
        QTRY_VERIFY(!form.isVisible());
    }

    /// A screen reader sets a text as a whole, without keys.
    void whatIsSetFromOutsideIsTaken() {
        OpenForm form(nullptr);
        form.askServer();
        line(form, "Server host")->setText(QStringLiteral("db"));
        line(form, "Database name")->setText(QStringLiteral("orders"));
        QCOMPARE(line(form, "Store")->text(), QStringLiteral("postgresql://db/orders"));
        line(form, "Store")->setText(QStringLiteral("postgresql://me:secret@other:5433/x"));
        QCOMPARE(line(form, "Server host")->text(), QStringLiteral("other"));
        QCOMPARE(line(form, "Server password")->text(), QStringLiteral("secret"));
        QVERIFY(!line(form, "Store")->text().contains(QLatin1String("secret")));
    }

    /// A server that does not answer holds nobody up.
    void aTryIsGivenUp() {
        PostgresServer server;
        const StoreUrl url = server.createDatabase();
        server.pause();
        OpenForm form(nullptr);
        form.ask();
        type(line(form, "Store"), url.display());
        QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Test")), Qt::LeftButton);
        QElapsedTimer clock;
        clock.start();
        QTest::mouseClick(named<QPushButton>(form, QStringLiteral("Cancel")), Qt::LeftButton);
        QVERIFY(!form.isVisible());
        QVERIFY2(clock.elapsed() < 5'000, qPrintable(QString::number(clock.elapsed())));
        server.resume();
    }
};

QTEST_MAIN(TestOpenForm)
#include "tst_openform.moc"
