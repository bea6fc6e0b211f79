#include "storage/export/reportrequest.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QtTest>

using namespace portolan;
using namespace std::chrono;

/// Templates of reports: written and read again, and what is wrong with one in words.
class TestReportRequest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isReadAsItWasWritten_data() {
        QTest::addColumn<ReportRequest>("request");
        QTest::newRow("nothing") << ReportRequest();
        QTest::newRow("all") << ReportRequest{.until = Timestamp(hours(20)),
                                              .last = days(7),
                                              .sections = {QStringLiteral("summary"), QStringLiteral("gaps")},
                                              .series = QStringLiteral("series~\"a b\" or unit:°C"),
                                              .title = QStringLiteral("Wöchentlich: \"<1>\"\n\U0001F642")};
        QTest::newRow("times") << ReportRequest{.since = Timestamp(milliseconds(1'700'000'000'123)),
                                                .until = Timestamp(milliseconds(1'800'000'000'456))};
        QTest::newRow("for a customer") << ReportRequest{
            .span = NamedSpan::LastNight, .reader = ReportReader::Customer, .isLocal = true};
        for (const seconds age : {seconds(1), seconds(90), seconds(3'600), seconds(7'260), seconds(86'400 * 30)})
            QTest::addRow("last %lld s", static_cast<long long>(age.count())) << ReportRequest{.last = age};
    }
    void isReadAsItWasWritten() {
        QFETCH(ReportRequest, request);
        const auto read = parseReportTemplate(reportTemplate(request));
        QVERIFY2(read, read ? "" : qPrintable(read.error().text));
        QCOMPARE(read->since, request.since);
        QCOMPARE(read->until, request.until);
        QCOMPARE(read->last, request.last);
        QCOMPARE(read->sections, request.sections);
        QCOMPARE(read->series, request.series);
        QCOMPARE(read->title, request.title);
        QVERIFY(read->span == request.span && read->reader == request.reader);
        QCOMPARE(read->isLocal, request.isLocal);
    }

    void saysWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("JSON object");
        QTest::newRow("no object") << QByteArray("[1]") << QStringLiteral("JSON object");
        QTest::newRow("cut off") << QByteArray("{\"title\": \"a") << QStringLiteral("JSON object");
        QTest::newRow("no UTF-8") << QByteArray("{\"title\": \"\xff\"}") << QStringLiteral("JSON object");
        QTest::newRow("another member") << QByteArray("{\"sectons\": []}") << QStringLiteral("\"sectons\" is none of");
        QTest::newRow("a number") << QByteArray("{\"title\": 1}") << QStringLiteral("\"title\" is a text");
        QTest::newRow("no names") << QByteArray("{\"sections\": [1]}") << QStringLiteral("array of names");
        QTest::newRow("no age") << QByteArray("{\"last\": \"soon\"}") << QStringLiteral("\"last\" is an age");
        QTest::newRow("no time") << QByteArray("{\"since\": \"soon\"}") << QStringLiteral("\"since\" is a time");
        QTest::newRow("no span") << QByteArray("{\"span\": \"tomorrow\"}")
                                 << QStringLiteral("\"span\" is one of today");
        QTest::newRow("no reader") << QByteArray("{\"for\": \"me\"}") << QStringLiteral("\"for\" is one of anybody");
        QTest::newRow("no zone") << QByteArray("{\"times\": \"CET\"}") << QStringLiteral("is local or utc");
        QTest::newRow("span and last") << QByteArray("{\"span\": \"today\", \"last\": \"1d\"}")
                                       << QStringLiteral("exclude each other");
        QTest::newRow("both") << QByteArray("{\"since\": \"2026-01-01\", \"last\": \"1d\"}")
                              << QStringLiteral("exclude each other");
    }
    void saysWhatIsWrong() {
        QFETCH(QByteArray, text);
        QFETCH(QString, said);
        const auto read = parseReportTemplate(text);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Usage);
        QVERIFY2(read.error().text.contains(said), qPrintable(read.error().text));
    }

    void readsFilesOfAReasonableSize() {
        const test::TempFolder folder;
        const QString path = folder.path(QStringLiteral("t.json"));
        QCOMPARE(readReportTemplate(path).error().code, ErrorCode::Io);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"title\": \"" + QByteArray(2 * 1024 * 1024, 'x') + "\"}");
        file.close();
        QCOMPARE(readReportTemplate(path).error().code, ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TestReportRequest)
#include "tst_reportrequest.moc"
