#include "storage/ingest/decoder.h"
#include "storage/sources/files/filesource.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QProcess>
#include <QStringEncoder>
#include <QtTest>
#include <algorithm>

using namespace portolan;
using namespace Qt::Literals::StringLiterals;
using namespace portolan::test;

namespace {

std::vector<CsvRow> rowsOf(const QByteArray& text, qsizetype piece) {
    CsvRows reader;
    std::vector<CsvRow> rows;
    for (qsizetype at = 0; at < text.size(); at += piece) {
        reader.add(QByteArrayView(text).sliced(at, std::min(piece, text.size() - at)));
        while (auto row = reader.next(false))
            rows.push_back(std::move(*row));
    }
    while (auto row = reader.next(true))
        rows.push_back(std::move(*row));
    return rows;
}

/// Writes "2: a|b|c"; a mistake after "!".
QStringList shown(const std::vector<CsvRow>& rows) {
    QStringList all;
    for (const CsvRow& row : rows) {
        QStringList cells;
        for (const QByteArray& cell : row.cells)
            cells << QString::fromUtf8(cell);
        all << QStringLiteral("%1: %2%3")
                   .arg(row.line)
                   .arg(cells.join(u'|'), row.mistake.isEmpty() ? QString() : u'!' + row.mistake);
    }
    return all;
}

} // namespace

class TestImport : public QObject {
    Q_OBJECT

    TempFolder m_folder;

    QString write(const QString& name, const QByteArray& text) {
        QFile file(m_folder.path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write");
        return file.fileName();
    }

    static Result<std::vector<Delivery>> readAll(const ImportOptions& options, int atOnce = 1000) {
        FileSource source(options);
        std::vector<Delivery> all;
        while (!source.exhausted()) {
            auto batch = source.fetch({atOnce, 1 << 20, 0}, {}, {});
            PORTOLAN_TRY(batch);
            std::ranges::move(*batch, std::back_inserter(all));
        }
        return all;
    }

    /// "sensor event time value" of each row, or what is wrong with it.
    static QStringList samples(const Result<std::vector<Delivery>>& deliveries) {
        if (!deliveries)
            return {deliveries.error().text};
        QStringList all;
        for (const Delivery& delivery : *deliveries) {
            if (!delivery.mistake.isEmpty()) {
                all << delivery.mistake;
                continue;
            }
            const Decoded decoded = decode(delivery);
            const auto* record = std::get_if<IncomingRecord>(&decoded);
            if (!record || record->kind != MessageKind::SensorEvent) {
                const auto* rejection = std::get_if<Rejection>(&decoded);
                all << (rejection ? rejection->reason : QString::fromUtf8(delivery.payload));
                continue;
            }
            all << QStringLiteral("%1 %2 %3 %4")
                       .arg(QString::fromUtf8(std::get<QByteArray>(record->values[1])),
                            QString::fromUtf8(std::get<QByteArray>(record->values[0])),
                            QString::fromLatin1(toIsoTime(std::get<Timestamp>(record->values[2]))))
                       .arg(std::get<double>(record->values[3]));
        }
        return all;
    }

private Q_SLOTS:
    void readsCsvInAnyPieces_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("rows");
        QTest::newRow("plain") << QByteArray("a,b\n1,2\n") << QStringList{u"1: a|b"_s, u"2: 1|2"_s};
        QTest::newRow("no last line feed, CRLF, empty lines")
            << QByteArray("a,b\r\n\r\n1,\n\n,") << QStringList{u"1: a|b"_s, u"3: 1|"_s, u"5: |"_s};
        QTest::newRow("quotes") << QByteArray("\"a,\"\"x\"\"\",\"two\nlines\"\n\"\",c\n")
                                << QStringList{u"1: a,\"x\"|two\nlines"_s, u"3: |c"_s};
        QTest::newRow("quotes gone wrong")
            << QByteArray("a\"b,c\n\"x\"y,z\nok\n")
            << QStringList{u"1: !column 1: there is a quote inside a value that does not begin with one"_s,
                           u"2: !column 1: there is text after the closing quote"_s, u"3: ok"_s};
        QTest::newRow("doubled quotes in a plain value swallow nothing")
            << QByteArray("a\"\"b\nok\n")
            << QStringList{u"1: !column 1: there is a quote inside a value that does not begin with one"_s, u"2: ok"_s};
        QTest::newRow("blanks beside quotes")
            << QByteArray("\"a\", \"b, c\" ,d \n  \"x\ny\"\t, z\n") << QStringList{u"1: a|b, c|d "_s, u"2: x\ny| z"_s};
        QTest::newRow("blanks and quotes gone wrong")
            << QByteArray("a, \"b\" c\nd, e \"f\nok\n")
            << QStringList{u"1: a!column 2: there is text after the closing quote"_s,
                           u"2: d!column 2: there is a quote inside a value that does not begin with one"_s,
                           u"3: ok"_s};
        QTest::newRow("not closed") << QByteArray("ok,1\nx,\"y\nz")
                                    << QStringList{u"1: ok|1"_s, u"2: x!column 2: a quote is not closed"_s};
    }
    void readsCsvInAnyPieces() {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, rows);
        for (const qsizetype piece : {1, 2, 3, 7, 1000})
            QCOMPARE(shown(rowsOf(text, piece)), rows);
    }

    void recognisesSamples_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("sensor");
        QTest::addColumn<QStringList>("expected");
        const auto t = QStringLiteral("2014-02-14T14:30:00.000Z");
        const QStringList one{u"m m:1 "_s + t + u" 0.5"_s};
        QTest::newRow("names") << QByteArray("timestamp,value\n2014-02-14 14:30:00,0.5\n") << ""
                               << "" << one;
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBFtimestamp,value\n2014-02-14 14:30:00,0.5\n") << ""
                                         << "" << one;
        QTest::newRow("other names") << QByteArray("Value,Time\n0.5,2014-02-14T14:30:00Z\n") << ""
                                     << "" << one;
        QTest::newRow("seconds") << QByteArray("time,value\n1392388200,0.5\n") << ""
                                 << "" << one;
        QTest::newRow("milliseconds") << QByteArray("time,value\n1392388200000,0.5\n") << ""
                                      << "" << one;
        QTest::newRow("no names") << QByteArray("2014-02-14 14:30:00,0.5\n") << ""
                                  << "" << one;
        QTest::newRow("no names, number first") << QByteArray("0.5,2014-02-14 14:30:00\n") << ""
                                                << "" << one;
        QTest::newRow("named") << QByteArray("when,what,who\n2014-02-14 14:30:00,0.5,x\n") << "time=when,value=what"
                               << "" << one;
        QTest::newRow("numbered") << QByteArray("when,what,who\n2014-02-14 14:30:00,0.5,x\n") << "time=1,value=2"
                                  << "" << one;
        QTest::newRow("sensor named") << QByteArray("time,value\n2014-02-14 14:30:00,0.5\n") << ""
                                      << "boiler" << QStringList{u"boiler boiler:1 "_s + t + u" 0.5"_s};
        QTest::newRow("sensor in a column") << QByteArray("time,value,sensor_id\n2014-02-14 14:30:00,0.5,x\n") << ""
                                            << "" << QStringList{u"x m:1 "_s + t + u" 0.5"_s};
        QTest::newRow("whole events") << QByteArray("event_id,sensor_id,timestamp,value\ne,s,2014-02-14 14:30:00,0.5\n")
                                      << ""
                                      << "" << QStringList{u"s e "_s + t + u" 0.5"_s};
        QTest::newRow("wrong rows")
            << QByteArray("time,value\n2014-02-14 14:30:00,0.5\nnever,1\n2014-02-14 14:30:00,abc\n1,2,3\n2014-02-14 "
                          "14:30:00,\n")
            << ""
            << ""
            << QStringList{
                   one[0],
                   u"m.csv, line 3, column \"time\": it must be a time (ISO 8601, YYYY-MM-DD HH:MM:SS, Unix seconds or "
                   u"milliseconds), and it is the text \"never\"."_s,
                   u"m.csv, line 4, column \"value\": it must be a number, and it is the text \"abc\"."_s,
                   u"m.csv, line 5, column 3: the row has 3 columns, and the first one has 2."_s,
                   u"A sensor_event needs the field \"value\" (a number), and it is missing."_s};
        QTest::newRow("not told")
            << QByteArray("a,b,c\n1,2,3\n") << ""
            << ""
            << QStringList{u"The columns of m.csv do not tell what its rows are. Name the kind and the columns, as in "
                           u"--as sensor_event --columns time=COLUMN,value=COLUMN."_s};
        QTest::newRow("no such column") << QByteArray("a,b\n1,2\n") << "time=x,value=b"
                                        << "" << QStringList{u"m.csv has no column \"x\"; it has a, b."_s};
        QTest::newRow("one is missing")
            << QByteArray("a,b\n1,2\n") << "time=a"
            << ""
            << QStringList{u"The columns of m.csv do not tell what its rows are. Name the kind and the columns, as in "
                           u"--as sensor_event --columns time=COLUMN,value=COLUMN."_s};
        QTest::newRow("nothing") << QByteArray() << ""
                                 << "" << QStringList{};
    }
    void recognisesSamples() {
        QFETCH(QByteArray, text);
        QFETCH(QString, columns);
        QFETCH(QString, sensor);
        QFETCH(QStringList, expected);
        ImportOptions options;
        options.file = write(QStringLiteral("m.csv"), text);
        options.sensor = sensor.toUtf8();
        if (!columns.isEmpty())
            options.columns = *parseImportColumns(columns);
        QCOMPARE(samples(readAll(options)), expected);
    }

    void dialectsAreFound_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QStringList>("expected");
        const auto t = QStringLiteral("2014-02-14T14:30:00.000Z");
        const QStringList two{u"m.a m.a:1 "_s + t + u" 0.5"_s, u"m.b m.b:1 "_s + t + u" 1234.5"_s};
        QTest::newRow("semicolons, decimal comma")
            << QByteArray("time;a;b\n2014-02-14 14:30:00;0,5;1.234,5\n") << "" << two;
        QTest::newRow("sep=, CR alone") << QByteArray("sep=;\rtime;a;b\r2014-02-14 14:30:00;0.5;\"1,234.5\"\r") << ""
                                        << two;
        QTest::newRow("tabs, comments, quoted breaks")
            << QByteArray("# \"one\n#two\ntime\ta\tb\tnote\n2014/02/14 14:30\t0.5\t1234.5\t\"x\ny\"\n") << "" << two;
        QTest::newRow("names in a comment") << QByteArray("# time|a|b\n2014/02/14 14:30|0.5|1234.5\n") << "" << two;
        QTest::newRow("date and time apart") << QByteArray("date,time,a,b\n14.02.2014,14:30,0.5,1234.5\n") << "" << two;
        QTest::newRow("named apart") << QByteArray("d,h,a,b\n14.02.2014,14:30,0.5,1234.5\n") << "date=d,time=h,value=*"
                                     << two;
        QTest::newRow("some of the columns")
            << QByteArray("x,when,a,b\n7,1392388200,0.5,1234.5\n") << "time=when,value=a,value=4" << two;
        QTest::newRow("values that are not there")
            << QByteArray("time,a,b\n2014-02-14 14:30:00,0.5, \n2014-02-14 14:30:00,NA,1234.5\n2014-02-14 14:30:00,,\n")
            << "" << QStringList{two[0], u"m.b m.b:2 "_s + t + u" 1234.5"_s};
        QTest::newRow("cells that are no numbers, rows that are too long")
            << QByteArray("time,a,b\n") + QByteArray("2014-02-14 14:30:00,0.5,1234.5\n").repeated(20)
                   + "2014-02-14 14:30:00,x,1\n2014-02-14 14:30:00,1,2,\n2014-02-14 14:30:00,1,2,3\n"
            << "" << [&] {
                   QStringList all;
                   for (int i = 1; i <= 20; ++i)
                       all << u"m.a m.a:%1 "_s.arg(i) + t + u" 0.5"_s << u"m.b m.b:%1 "_s.arg(i) + t + u" 1234.5"_s;
                   return all << u"m.csv, line 22, column \"a\": it must be a number, and it is the text \"x\"."_s
                              << u"m.b m.b:21 "_s + t + u" 1"_s << u"m.a m.a:22 "_s + t + u" 1"_s
                              << u"m.b m.b:22 "_s + t + u" 2"_s
                              << u"m.csv, line 24, column 4: the row has 4 columns, and the first one has 3."_s;
               }();
        QTest::newRow("a comma file whose texts have hashes")
            << QByteArray("message_number,content\n1,#one\n2,a;b\n") << ""
            << QStringList{u"{\"kind\":\"message\",\"message_number\":\"1\",\"content\":\"#one\"}"_s,
                           u"{\"kind\":\"message\",\"message_number\":\"2\",\"content\":\"a;b\"}"_s};
        QTest::newRow("days and months that could be either")
            << QByteArray("date,a\n01/02/2014,1\n") << ""
            << QStringList{u"The dates of the column \"date\" can be read in two ways, as in 01/02/2014. Say which: "
                           u"--times dmy "
                           u"(day first) or --times mdy (month first)."_s};
        const auto asked = [](const QString& number, const QString& comma, const QString& point) {
            return QStringList{u"The numbers of the column \"a\" can be read in two ways, as in %1. Say which: "
                               u"--decimal comma (it is %2) or --decimal point (%3)."_s.arg(number, comma, point)};
        };
        const auto pair = [&](const char* a, const char* b) {
            return QStringList{u"m.a m.a:1 "_s + t + u' ' + QLatin1String(a),
                               u"m.b m.b:1 "_s + t + u' ' + QLatin1String(b)};
        };
        QTest::newRow("thousands or a fraction")
            << QByteArray("time\ta\tb\n2014-02-14\t1,234\t1\n") << "" << asked(u"1,234"_s, u"1.234"_s, u"1234"_s);
        QTest::newRow("points between semicolons")
            << QByteArray("time;a;b\n13.01.2014 10:00;7;7\n14.02.2014 14:30;12.345;1\n") << ""
            << asked(u"12.345"_s, u"12345"_s, u"12.345"_s);
        QTest::newRow("one value alone between semicolons")
            << QByteArray("time;a\n2014-02-14 14:30:00;-1.234\n") << "" << asked(u"-1.234"_s, u"-1234"_s, u"-1.234"_s);
        QTest::newRow("points between tabs")
            << QByteArray("time\ta\tb\n2014-02-14\t1.234\t1\n") << "" << asked(u"1.234"_s, u"1234"_s, u"1.234"_s);
        QTest::newRow("commas in quotes between commas") << QByteArray("time,a,b\n2014-02-14 14:30:00,\"1,234\",1\n")
                                                         << "" << asked(u"1,234"_s, u"1.234"_s, u"1234"_s);
        QTest::newRow("commas between semicolons")
            << QByteArray("time;a;b\n2014-02-14 14:30:00;1,234;1\n") << "" << asked(u"1,234"_s, u"1.234"_s, u"1234"_s);
        QTest::newRow("of a kind that tells")
            << QByteArray("timestamp;value;a\n2014-02-14 14:30:00;1.234;x\n") << "time=timestamp,value=value"
            << QStringList{u"The numbers of the column \"value\" can be read in two "
                           u"ways, as in 1.234. Say which: --decimal comma (it is "
                           u"1234) or --decimal point (1.234)."_s};
        QTest::newRow("another column tells of points")
            << QByteArray("time;a;b\n2014-02-14 14:30:00;1.234;0.5\n") << "" << pair("1.234", "0.5");
        QTest::newRow("another column tells of a comma")
            << QByteArray("time;a;b\n2014-02-14 14:30:00;1.234;0,5\n") << "" << pair("1234", "0.5");
        QTest::newRow("another value of the column tells of a comma")
            << QByteArray("time;a;b\n2014-02-14 14:30:00;1,5;\n2014-02-14 14:30:00;1.234;1\n") << ""
            << QStringList{u"m.a m.a:1 "_s + t + u" 1.5"_s, u"m.a m.a:2 "_s + t + u" 1234"_s,
                           u"m.b m.b:2 "_s + t + u" 1"_s};
        QTest::newRow("points between commas are decimal")
            << QByteArray("time,a,b\n2014-02-14 14:30:00,1.234,21.375\n") << "" << pair("1.234", "21.375");
    }
    void dialectsAreFound() {
        QFETCH(QByteArray, text);
        QFETCH(QString, columns);
        QFETCH(QStringList, expected);
        ImportOptions options;
        if (!columns.isEmpty())
            options.columns = *parseImportColumns(columns);
        options.file = write(QStringLiteral("m.csv"), text);
        QCOMPARE(samples(readAll(options)), expected);
        // UTF-16 of both orders, with its mark.
        const QString wide = QString::fromUtf8(text);
        for (const auto encoding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE}) {
            QStringEncoder encoder(encoding, QStringConverter::Flag::WriteBom);
            options.file = write(QStringLiteral("m.csv"), encoder(wide));
            QCOMPARE(samples(readAll(options)), expected);
        }
    }

    /// With --decimal, and where another value tells, it is said which number was meant.
    void theNumberThatWasMeantIsTold() {
        const auto told = [&](const QByteArray& text, std::optional<char> decimal) {
            ImportOptions options;
            options.file = write(QStringLiteral("m.csv"), text);
            options.wishes.decimal = decimal;
            options.tally = std::make_shared<ImportTally>();
            const auto read = readAll(options);
            return read ? readingText(options.tally->reading) : read.error().text;
        };
        const QByteArray alone("time;a\n2014-02-14 14:30:00;1.234\n");
        QVERIFY(told(alone, {}).contains(QLatin1String("two ways")));
        QVERIFY2(told(alone, ',').contains(QLatin1String("1.234 is the number 1234;")), qPrintable(told(alone, ',')));
        QVERIFY2(told(alone, '.').contains(QLatin1String("1.234 is the number 1.234;")), qPrintable(told(alone, '.')));
        const QByteArray beside("time;a\n2014-02-14 14:30:00;1.234\n2014-02-14 14:31:00;1,5\n");
        QVERIFY2(told(beside, {}).contains(QLatin1String("decimal comma; 1.234 is the number 1234;")),
                 qPrintable(told(beside, {})));
        QVERIFY(!told("time,a\n2014-02-14 14:30:00,1.234\n", {}).contains(QLatin1String("number")));
    }

    void readsJsonLines() {
        ImportOptions options;
        options.file =
            write(QStringLiteral("j.jsonl"),
                  "{\"event_id\":\"e\",\"sensor_id\":\"s\",\"timestamp\":1392388200,\"value\":1}\r\n"
                  "\n"
                  "{\"time\":\"2014-02-14 14:30:00\",\"value\":2.5}\n"
                  "{\"broken\n"
                  "{\"port_name\":\"p\",\"source_component\":\"a\",\"target_component\":\"b\",\"message_data\":{}}");
        const auto t = QStringLiteral("2014-02-14T14:30:00.000Z");
        QCOMPARE(
            samples(readAll(options, 1)),
            (QStringList{
                u"s e "_s + t + u" 1"_s, u"j j:2 "_s + t + u" 2.5"_s,
                u"j.jsonl, line 4, column 1: it is not one whole JSON object."_s,
                u"{\"port_name\":\"p\",\"source_component\":\"a\",\"target_component\":\"b\",\"message_data\":{}}"_s}));
        options.kind = MessageKind::SensorEvent;
        options.columns = *parseImportColumns(QStringLiteral("time=at,value=v"));
        options.file = write(QStringLiteral("k.jsonl"), "{\"at\":1392388200,\"v\":3,\"kind\":\"x\"}\n");
        QCOMPARE(samples(readAll(options)), QStringList{u"k k:1 "_s + t + u" 3"_s});
    }

    void otherKindsAreToldOrNamed() {
        ImportOptions options;
        options.file = write(QStringLiteral("c.csv"), "component_name,metric_name,metric_value\nc,m,1.5\n");
        auto rows = readAll(options);
        QVERIFY(rows.ok());
        auto decoded = decode(rows->at(0));
        QCOMPARE(std::get<IncomingRecord>(decoded).kind, MessageKind::ComponentMetric);
        options.file = write(QStringLiteral("n.csv"), "n,text\n7,seven\n");
        options.kind = MessageKind::Message;
        options.columns = *parseImportColumns(QStringLiteral("message_number=n,content=text"));
        rows = readAll(options);
        QVERIFY(rows.ok());
        decoded = decode(rows->at(0));
        QCOMPARE(std::get<IncomingMessage>(decoded).number, std::optional<qint64>(7));
        QCOMPARE(std::get<IncomingMessage>(decoded).content, QByteArray("seven"));
    }

    void keysTellTheSameRowFromAnother() {
        ImportOptions options;
        options.file = write(QStringLiteral("k.csv"), "time,value\n1392388200,1\n1392388201,2\n");
        const auto first = readAll(options);
        const auto again = readAll(options, 1);
        QCOMPARE(first->at(0).key, again->at(0).key);
        QVERIFY(first->at(0).key < first->at(1).key);
        QCOMPARE(first->at(1).keyText, QByteArray("k.csv:3"));
        write(QStringLiteral("k.csv"), "time,value\n1392388200,9\n1392388201,2\n");
        const auto changed = readAll(options);
        QVERIFY(changed->at(0).key != first->at(0).key);
        QCOMPARE(changed->at(1).key, first->at(1).key);
    }

    /// What is whole before a file's fault is given, whichever form the file and the fault have; then the fault is
    /// told.
    void givesTheRowsBeforeAFault_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("atOnce");
        for (const int rows : {1, 5, 3'000, 30'000}) {
            for (const int atOnce : {1, 7, 1'000, 100'000})
                QTest::addRow("%d rows, %d at once", rows, atOnce) << rows << atOnce;
        }
    }
    void givesTheRowsBeforeAFault() {
        QFETCH(const int, rows);
        QFETCH(const int, atOnce);
        QByteArray csv("time,value\n");
        QByteArray list("[\n");
        for (int i = 0; i < rows; ++i) {
            csv += QByteArray::number(1'392'388'200 + i) + ",0.5\n";
            list += "{\"n\":" + QByteArray::number(i) + "},\n";
        }
        const auto given = [&](const QString& file) {
            ImportOptions options;
            options.file = file;
            FileSource source(options);
            std::size_t count = 0;
            while (!source.exhausted()) {
                const auto batch = source.fetch({atOnce, 1 << 20, 0}, {}, {});
                if (!batch) {
                    const auto again = source.fetch({atOnce, 1 << 20, 0}, {}, {});
                    return !again && again.error().text == batch.error().text ? count : std::size_t(0);
                }
                count += batch->size();
            }
            qWarning("%s has no fault", qPrintable(file));
            return std::size_t(0);
        };
        const auto whole = static_cast<std::size_t>(rows);
        QCOMPARE(given(write(u"cut.json"_s, list + "{\"n\":")), whole);
        QCOMPARE(given(write(u"broken.json"_s, list + "{\"n\":1}}, 7")), whole);
        if (atOnce == 7) // 64 MiB
            QCOMPARE(given(write(u"endless.csv"_s, csv + "1392388200,\"\xff\"\n" + QByteArray(70 << 20, 'x'))),
                     whole + 1);
        // Stored blocks, so that it is known what stands before the cut.
        QProcess gzip;
        gzip.start(u"gzip"_s, {u"-c"_s});
        gzip.write(csv + QByteArray("# not read\n").repeated(1'000));
        gzip.closeWriteChannel();
        QVERIFY(gzip.waitForFinished());
        const QByteArray packed = gzip.readAllStandardOutput();
        QVERIFY(packed.size() > 20);
        const auto ofCut = given(write(u"cut.csv.gz"_s, packed.chopped(8))); // the sum and the length alone
        QVERIFY2(ofCut >= whole, QByteArray::number(qulonglong(ofCut)));
    }

    void refusesWhatIsNoFile() {
        ImportOptions options;
        options.file = m_folder.path(QStringLiteral("none.csv"));
        QCOMPARE(readAll(options).error().code, ErrorCode::NotFound);
        options.file = write(QStringLiteral("wide.csv"), QByteArray("\xFF\xFE\0\0t\0\0\0", 8));
        QCOMPARE(readAll(options).error().code, ErrorCode::Unsupported);
        for (const char* wrong : {"", "time", "=x", "time=", "time=a,timestamp=b"})
            QVERIFY2(!parseImportColumns(QString::fromLatin1(wrong)).ok(), wrong);
    }
};

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
