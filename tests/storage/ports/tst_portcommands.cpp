#include "storage/stores/openstore.h"
#include "tests/support/portrows.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

struct Run {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Run run(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
    if (!process.waitForFinished(60'000))
        qFatal("portolan %s: %s", qPrintable(words.join(u' ')), qPrintable(process.errorString()));
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

} // namespace

/// The commands about ports, as others run them.
class TestPortCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsMessagesAndGoesOn();
    void listsDeadLettersAndPorts();
    void showsDocumentsByteForByte();
    void groupsAreRememberedAndShown();
    void saysWhatAStoreHasNot();

private:
    Run list(const char* what, const QStringList& more = {}) {
        return run(QStringList{QStringLiteral("list"), QString::fromLatin1(what), QStringLiteral("--store"), m_store}
                   + more);
    }
    Run show(const QByteArray& id) {
        return run({QStringLiteral("show"), QStringLiteral("message"), QString::fromUtf8(id), QStringLiteral("--store"),
                    m_store});
    }

    TempFolder m_folder;
    QString m_store = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("a.db"));
    std::vector<PortMessage> m_messages = test::randomPortMessages(3, 40);
};

void TestPortCommands::initTestCase() {
    const StoreUrl url = *StoreUrl::parse(m_store);
    QVERIFY(openStore(url, Access::Write).ok());
    m_messages[5].messageData = "{\n  \"a\" : 1.50e1,\t\"a\":2,  \"u\": \"\\u00fc\"\n}";
    QCOMPARE(SqliteScript(url.path).run(test::insertOf(m_messages)), QString());
}

void TestPortCommands::listsMessagesAndGoesOn() {
    QByteArrayList ids;
    QStringList after;
    for (int page = 0; page < 10; ++page) {
        const Run listed = list("port-messages", QStringList{QStringLiteral("--limit"), QStringLiteral("15"),
                                                             QStringLiteral("--sort"), QStringLiteral("-created_at")}
                                                     + after);
        QCOMPARE(listed.code, 0);
        for (const QByteArray& line : listed.out.trimmed().split('\n'))
            ids << QJsonDocument::fromJson(line).object().value(QLatin1String("id")).toString().toUtf8();
        const qsizetype more = listed.err.indexOf("--after ");
        if (more < 0)
            break;
        after = {QStringLiteral("--after"), QString::fromLatin1(listed.err.sliced(more + 8).trimmed())};
    }
    QCOMPARE(ids.size(), qsizetype(m_messages.size()));
    QCOMPARE(QSet<QByteArray>(ids.begin(), ids.end()).size(), ids.size());
    QCOMPARE(list("port-messages", {QStringLiteral("--filter"), QStringLiteral("nonsense:1")}).code, 2);
}

void TestPortCommands::listsDeadLettersAndPorts() {
    const auto dead = std::ranges::count_if(m_messages, &PortMessage::isDeadLetter);
    const Run letters = list("dead-letters", {QStringLiteral("--limit"), QStringLiteral("0")});
    QCOMPARE(letters.code, 0);
    QCOMPARE(letters.out.count('\n'), qsizetype(dead));
    const Run ports = list("ports", {QStringLiteral("--sort"), QStringLiteral("-port_name"), QStringLiteral("--format"),
                                     QStringLiteral("csv")});
    QCOMPARE(ports.code, 0);
    QVERIFY(ports.out.startsWith("port_name,pending,processing,completed,failed,dead_letter,oldest_pending,"));
    QSet<QByteArray> names;
    for (const PortMessage& each : m_messages)
        names << each.portName;
    QCOMPARE(ports.out.count('\n'), names.size() + 1);
    QCOMPARE(list("audit").code, 0);
}

void TestPortCommands::showsDocumentsByteForByte() {
    const Run shown = show(m_messages[5].id);
    QCOMPARE(shown.code, 0);
    QVERIFY2(shown.out.contains("\"message_data\":" + m_messages[5].messageData), shown.out.constData());
    QCOMPARE(QJsonDocument::fromJson(shown.out).object().value(QLatin1String("port_name")).toString().toUtf8(),
             m_messages[5].portName);
    const Run none = show("00000000-0000-0000-0000-000000000000");
    QCOMPARE(none.code, 1);
    QVERIFY2(none.err.contains("There is no port message"), none.err.constData());
    QCOMPARE(show("7").code, 1);
}

void TestPortCommands::groupsAreRememberedAndShown() {
    const auto cell = [](const QByteArray& line, const char* name) {
        return QJsonDocument::fromJson(line).object().value(QLatin1String(name));
    };
    const Run listed = list("dead-letter-groups", {QStringLiteral("--limit"), QStringLiteral("1")});
    QCOMPARE(listed.code, 0);
    QVERIFY2(listed.out.startsWith("{\"fingerprint\":"), listed.out.constData());
    QVERIFY(cell(listed.out, "remembered_at").isNull());
    const QString fingerprint = cell(listed.out, "fingerprint").toString();
    const QStringList csv{QStringLiteral("--remember"), QStringLiteral("--format"), QStringLiteral("csv")};
    const Run remembered = list("dead-letter-groups", csv);
    QCOMPARE(remembered.code, 0);
    QVERIFY(
        remembered.out.startsWith("fingerprint,template,port_name,error_type,count,first_seen,last_seen,sample_id,"));
    const QStringList words{QStringLiteral("show"), QStringLiteral("dead-letter-group"), fingerprint,
                            QStringLiteral("--store"), m_store};
    const Run shown = run(words);
    QCOMPARE(shown.code, 0);
    QCOMPARE(cell(shown.out, "fingerprint").toString(), fingerprint);
    QVERIFY(!cell(shown.out, "remembered_at").isNull());
    QCOMPARE(cell(shown.out, "last_hours").toArray().size(), 24);
    QVERIFY(cell(shown.out, "changed_before").isArray());
    QStringList unknown = words;
    unknown[2] = QStringLiteral("0123456789abcdef");
    const Run none = run(unknown);
    QCOMPARE(none.code, 1);
    QVERIFY2(none.err.contains("There is no group 0123456789abcdef"), none.err.constData());
}

void TestPortCommands::saysWhatAStoreHasNot() {
    const QString files = QStringLiteral("file://") + m_folder.path();
    for (const char* what : {"ports", "port-messages", "dead-letters", "audit"}) {
        const Run listed = run({QStringLiteral("list"), QString::fromLatin1(what), QStringLiteral("--store"), files});
        QCOMPARE(listed.code, 1);
        QVERIFY2(listed.err.contains("file store"), listed.err.constData());
    }
    const QString foreign = m_folder.path(QStringLiteral("foreign.db"));
    QCOMPARE(SqliteScript(foreign).run("CREATE TABLE t (x)"), QString());
    const Run listed = run({QStringLiteral("list"), QStringLiteral("dead-letters"), QStringLiteral("--store"),
                            QStringLiteral("sqlite://") + foreign});
    QCOMPARE(listed.code, 1);
    QVERIFY2(listed.err.contains("no table port_messages"), listed.err.constData());
}

QTEST_GUILESS_MAIN(TestPortCommands)
#include "tst_portcommands.moc"
