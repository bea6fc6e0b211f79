#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"
#include "views/connect/sourceform.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;

namespace {

template <class Widget>
Widget* named(const QWidget& window, const char* name) {
    for (Widget* widget : window.findChildren<Widget*>()) {
        if (widget->accessibleName() == QLatin1String(name)
            || (widget->accessibleName().isEmpty() && widget->property("text") == QLatin1String(name)))
            return widget;
    }
    qFatal("there is no %s", name);
}

QLineEdit* line(const QWidget& form, const char* name) {
    return named<QLineEdit>(form, name);
}

void choose(const QWidget& form, const char* box, const QString& text) {
    auto* const choice = named<QComboBox>(form, box);
    const int index = choice->findText(text, Qt::MatchStartsWith);
    if (index < 0)
        qFatal("there is no %s", qPrintable(text));
    choice->setCurrentIndex(index);
}

QString resultOf(const SourceForm& form) {
    for (const QLabel* label : form.findChildren<QLabel*>()) {
        if (label->accessibleDescription() == QLatin1String("What the test found"))
            return label->text();
    }
    qFatal("there is no result");
}

SourceUrl given(const QSignalSpy& spy) {
    return spy.back().front().value<SourceUrl>();
}

} // namespace

class TestSourceForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        qRegisterMetaType<SourceUrl>();
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"); // no keychain
    }

    /// What is in the line comes back from the fields to the letter.
    void fieldsFollowTheLine_data() {
        QTest::addColumn<QString>("url");
        for (const char* url :
             {"redis://h:6379/0?stream=s", "redis://me@h:7000/3?stream=s&group=g&consumer=c",
              "redis://h:6379/0?list=l&side=right", "redis://h:6379/0?channel=c&number=order-(%5Cd%2B)",
              "redis://h:6379/0?pattern=c.%2A", "rediss://h:6379/0?stream=s&cafile=/a&certfile=/b&keyfile=/c",
              "redis+sentinel://a:26379,b:26380/mymaster/1?stream=s", "redis+unix:///run/redis.sock?db=2&list=l",
              "kafka://a:9092,b:9093/t?group=g&security.protocol=ssl&ssl.ca.location=/a&client.id=x",
              "redis://h:6379/0?stream=s&identity=mine", "demo:?rate=7&seed=3&count=20"})
            QTest::newRow(url) << QString::fromUtf8(url);
    }
    void fieldsFollowTheLine() {
        QFETCH(const QString, url);
        SourceForm form(nullptr);
        form.ask({});
        const SourceUrl source = *SourceUrl::parse(url);
        line(form, "Source")->setText(url);
        QCOMPARE(line(form, "Source")->text(), url);
        QLineEdit* const touched =
            source.kind == SourceKind::Demo ? line(form, "Messages a second") : line(form, "Source user");
        const QString before = touched->text();
        touched->setText(source.kind == SourceKind::Demo ? QStringLiteral("8") : QStringLiteral("u"));
        QVERIFY(line(form, "Source")->text() != url);
        touched->setText(before);
        QCOMPARE(SourceUrl::parse(line(form, "Source")->text())->display(), source.display());
    }

    void theLineFollowsTheFields() {
        SourceForm form(nullptr);
        form.ask({});
        QLineEdit* const url = line(form, "Source");
        line(form, "Name to read from")->setText(QStringLiteral("orders"));
        QCOMPARE(url->text(), QStringLiteral("redis://localhost:6379/0?stream=orders"));
        line(form, "Source server")->setText(QStringLiteral("redis.example:7001"));
        line(form, "Group")->setText(QStringLiteral("g"));
        QCOMPARE(url->text(), QStringLiteral("redis://redis.example:7001/0?stream=orders&group=g"));
        choose(form, "Kind of source", QStringLiteral("Redis list"));
        choose(form, "Side of the list", QStringLiteral("from the right"));
        QCOMPARE(url->text(), QStringLiteral("redis://redis.example:7001/0?list=orders&side=right"));
        QVERIFY(!line(form, "Group")->isVisible());
        choose(form, "Way to the server", QStringLiteral("by sentinels"));
        line(form, "Source server")->setText(QStringLiteral("a, b:1"));
        line(form, "Master's name")->setText(QStringLiteral("main"));
        QCOMPARE(url->text(), QStringLiteral("redis+sentinel://a:26379,b:1/main/0?list=orders&side=right"));
        choose(form, "Way to the server", QStringLiteral("by a Unix"));
        QVERIFY(!line(form, "Source server")->isVisible());
        line(form, "Path of the socket")->setText(QStringLiteral("/run/r.sock"));
        QCOMPARE(url->text(), QStringLiteral("redis+unix:///run/r.sock?list=orders&side=right"));
        choose(form, "Way to the server", QStringLiteral("by its address"));
        QCOMPARE(line(form, "Source server")->text(), QStringLiteral("a, b:1")); // what was typed stays
        line(form, "Source server")->clear();
        choose(form, "Encryption of the source", QStringLiteral("TLS"));
        line(form, "File of the authority")->setText(QStringLiteral("/ca.pem"));
        QCOMPARE(url->text(), QStringLiteral("rediss://localhost:6379/0?list=orders&side=right&cafile=/ca.pem"));
        choose(form, "Kind of source", QStringLiteral("Kafka"));
        line(form, "Source server")->setText(QStringLiteral("k1, k2"));
        choose(form, "Encryption of the source", QStringLiteral("ssl"));
        QVERIFY(url->text().startsWith(QStringLiteral("kafka://k1:9092,k2:9092/orders?")));
        QVERIFY(SourceUrl::parse(url->text()).ok());
    }

    /// A password is in its field alone, and goes with the source.
    void passwordsMoveToTheirFields() {
        SourceForm form(nullptr);
        form.ask({});
        QLineEdit* const url = line(form, "Source");
        url->setText(QStringLiteral("redis+sentinel://me:sEcReT@h:26379/m/0?stream=s&sentinel_password=oThEr"));
        QVERIFY2(!url->text().contains(QStringLiteral("sEcReT")) && !url->text().contains(QStringLiteral("oThEr")),
                 qPrintable(url->text()));
        QCOMPARE(line(form, "Source password")->echoMode(), QLineEdit::Password);
        QSignalSpy spy(&form, &SourceForm::sourceGiven);
        QTest::keyClick(url, Qt::Key_Return);
        QCOMPARE(spy.size(), 1);
        QCOMPARE(given(spy).password, QStringLiteral("sEcReT"));
        QCOMPARE(given(spy).sentinelPassword, QStringLiteral("oThEr"));
        form.accepted();
        QVERIFY(!form.isVisible());
        QVERIFY(line(form, "Source password")->text().isEmpty()); // not for the next source
        QVERIFY(line(form, "Password of the sentinels")->text().isEmpty());
    }

    /// The form may be asked for again, also by what was pressed before somebody typed into it.
    void whatIsTypedStays() {
        SourceForm form(nullptr);
        QLineEdit* const source = line(form, "Source");
        const QString last = QStringLiteral("demo:?rate=50");
        const QString typed = QStringLiteral("redis://127.0.0.1:6379/0?stream=s");
        source->setText(typed);
        form.ask(last);
        QCOMPARE(source->text(), typed);
        QVERIFY(form.isTyped());
        form.ask({});
        QCOMPARE(source->text(), typed);
        form.refuse(QStringLiteral("no"));
        QCOMPARE(source->text(), typed);
        QCOMPARE(resultOf(form), QStringLiteral("no"));
        form.accepted();
        form.ask(last); // what was given is no text in progress any more
        QCOMPARE(source->text(), last);
        QVERIFY(!form.isTyped());
        source->setText(typed);
        QTest::mouseClick(named<QPushButton>(form, "Cancel receiving"), Qt::LeftButton);
        QVERIFY(!form.isVisible());
        form.ask(last);
        QCOMPARE(source->text(), last);
        source->setText(QStringLiteral("nonsense"));
        QSignalSpy spy(&form, &SourceForm::sourceGiven);
        QTest::mouseClick(named<QPushButton>(form, "Start"), Qt::LeftButton);
        QVERIFY(spy.isEmpty());
        QVERIFY(form.isVisible() && !resultOf(form).isEmpty());
    }

    void recentSourcesAreOffered() {
        SourceForm form(nullptr);
        auto* const button = named<QPushButton>(form, "Recent sources");
        QVERIFY(!button->isEnabled());
        form.setRecent({QStringLiteral("redis://h:6379/0?list=l"), QStringLiteral("demo:?rate=5&seed=1")});
        form.ask({});
        QVERIFY(button->isEnabled());
        button->menu()->actions().front()->trigger();
        QCOMPARE(line(form, "Source")->text(), QStringLiteral("redis://h:6379/0?list=l"));
        QCOMPARE(line(form, "Name to read from")->text(), QStringLiteral("l"));
    }

    void tellsWhatTheTestFound() {
        test::RedisServer server;
        test::RedisClient client(server.port());
        for (int i = 0; i < 1234; ++i)
            client.add("orders", "x");
        SourceForm form(nullptr);
        form.ask({});
        const auto tried = [&](const QString& url) {
            line(form, "Source")->setText(url);
            auto* const button = named<QPushButton>(form, "Test");
            QTest::mouseClick(button, Qt::LeftButton);
            if (!QTest::qWaitFor([&] { return button->isEnabled(); }, 20'000))
                qFatal("no answer");
            return resultOf(form);
        };
        const QString place = QStringLiteral("redis://127.0.0.1:%1/0?").arg(server.port());
        QString text = tried(place + QStringLiteral("stream=orders"));
        QVERIFY2(text.contains(QStringLiteral("It answers: Redis ")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("“orders” has 1"))
                     && text.contains(QStringLiteral("no group “portolan”")),
                 qPrintable(text));
        text = tried(place + QStringLiteral("list=orders"));
        QVERIFY2(text.contains(QStringLiteral("is not a list but: stream")), qPrintable(text));
        text = tried(place + QStringLiteral("stream=nowhere"));
        QVERIFY2(text.contains(QStringLiteral("There is no stream “nowhere”")), qPrintable(text));
        text = tried(QStringLiteral("redis://127.0.0.1:1/0?stream=s"));
        QVERIFY2(!text.contains(QStringLiteral("It answers")) && !text.isEmpty(), qPrintable(text));
        QCOMPARE(client.run({"DBSIZE"}), QByteArrayList{"1"});
        QCOMPARE(client.run({"XINFO", "GROUPS", "orders"}), QByteArrayList());
    }

    /// The passwords that are kept are used for a test, too.
    void testsWithWhatIsKept() {
        test::RedisServer server(test::RedisServer::Data::Lost,
                                 {QStringLiteral("--requirepass"), QStringLiteral("sEcReT")});
        SourceForm form(nullptr);
        form.setCompletion([](const SourceUrl& url, const auto& reply) {
            SourceUrl whole = url;
            whole.password = QStringLiteral("sEcReT");
            reply(whole, QString());
        });
        form.ask(QStringLiteral("redis://127.0.0.1:%1/0?stream=s").arg(server.port()));
        auto* const button = named<QPushButton>(form, "Test");
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY(button->isEnabled());
        QVERIFY2(resultOf(form).contains(QStringLiteral("It answers")), qPrintable(resultOf(form)));
        QVERIFY(!resultOf(form).contains(QStringLiteral("sEcReT")));
    }
};

QTEST_MAIN(TestSourceForm)
#include "tst_sourceform.moc"
