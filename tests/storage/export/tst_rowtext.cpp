#include "storage/export/rowtext.h"

#include <QtTest>
#include <limits>
#include <nlohmann/json.hpp>

using namespace portolan;

namespace {

QByteArray json(const Value& value, ColumnType type = ColumnType::Text) {
    QByteArray out;
    appendJsonLine(out, std::array{ExportColumn{"column", type}}, std::array{value});
    return out.sliced(qstrlen("{\"column\":")).chopped(2);
}

QByteArray csv(const Value& value, ColumnType type = ColumnType::Text) {
    QByteArray out;
    appendCsvLine(out, std::array{ExportColumn{"column", type}}, std::array{value});
    return out.chopped(2);
}

} // namespace

class TestRowText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesJsonValues_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("plain") << QByteArray("abc") << QByteArray("\"abc\"");
        QTest::newRow("quotes") << QByteArray("a\"b\\c") << QByteArray("\"a\\\"b\\\\c\"");
        QTest::newRow("controls") << QByteArray("\n\r\t\x1b\x7f") << QByteArray("\"\\n\\r\\t\\u001b\\u007f\"");
        QTest::newRow("C1 control") << QByteArray("\xc2\x9b") << QByteArray("\"\\u009b\"");
        QTest::newRow("umlaut") << QByteArray("\xc3\xa4") << QByteArray("\"\xc3\xa4\"");
        QTest::newRow("emoji") << QByteArray("\xf0\x9f\x98\x80") << QByteArray("\"\xf0\x9f\x98\x80\"");
        QTest::newRow("not UTF-8, with its bytes beside it")
            << QByteArray("a\xff") << QByteArray("\"a\xef\xbf\xbd\",\"column_base64\":\"Yf8=\"");
    }
    void writesJsonValues() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(json(text), expected);
    }

    void writesNumbersAndTimes() {
        QCOMPARE(json(qint64(9007199254740993)), QByteArray("9007199254740993"));
        QCOMPARE(json(0.1), QByteArray("0.1"));
        // What has no digits is one of three words, in either form; never nothing.
        for (const auto& [number, word] : {std::pair(std::numeric_limits<double>::infinity(), "Infinity"),
                                           std::pair(-std::numeric_limits<double>::infinity(), "-Infinity"),
                                           std::pair(std::numeric_limits<double>::quiet_NaN(), "NaN")}) {
            QCOMPARE(json(number), '"' + QByteArray(word) + '"');
            QCOMPARE(csv(number, ColumnType::Real), QByteArray(word));
            QCOMPARE(terminalText(number), QByteArray(word));
        }
        // Digits of an exact number stand as they are, and so do money and intervals.
        for (const char* digits : {"18446744073709551615", "-1.50", "0.00000000000000000001"}) {
            QCOMPARE(json(QByteArray(digits), ColumnType::Numeric), QByteArray(digits));
            QCOMPARE(csv(QByteArray(digits), ColumnType::Numeric), QByteArray(digits));
        }
        QCOMPARE(json(QByteArray("NaN"), ColumnType::Numeric), QByteArray("\"NaN\""));
        QCOMPARE(csv(QByteArray("-$1.00"), ColumnType::Native), QByteArray("-$1.00"));
        QCOMPARE(csv(QByteArray("-infinity"), ColumnType::Time), QByteArray("-infinity"));
        QCOMPARE(csv(QByteArray("=1+1"), ColumnType::Time), QByteArray("\"'=1+1\""));
        QCOMPARE(json(std::monostate()), QByteArray("null"));
        QCOMPARE(json(true), QByteArray("true"));
        QCOMPARE(json(*parseIsoTime("2025-10-16T14:56:05Z")), QByteArray("\"2025-10-16T14:56:05.000Z\""));
        QCOMPARE(json(*parseIsoTime("2025-10-16T14:56:05.123456Z")), QByteArray("\"2025-10-16T14:56:05.123456Z\""));
        QCOMPARE(csv(*parseIsoTime("2025-10-16T14:56:05.1Z"), ColumnType::Time),
                 QByteArray("2025-10-16T14:56:05.100Z"));
    }

    void aJsonColumnStaysADocumentWhenItIsOne() {
        QCOMPARE(json(QByteArray("{\"a\":18446744073709551615}"), ColumnType::Json),
                 QByteArray("{\"a\":18446744073709551615}"));
        QCOMPARE(json(QByteArray("{broken"), ColumnType::Json), QByteArray("\"{broken\""));
    }

    void everyLineIsAnObjectThatGivesTheBytesBack() {
        const std::vector<ExportColumn> columns{{"id", ColumnType::Integer}, {"content", ColumnType::Text}};
        const QByteArray bytes("\x00\xff\xfe line\n", 9);
        QByteArray out;
        appendJsonLine(out, columns, std::array<Value, 2>{qint64(7), bytes});
        const auto object = nlohmann::json::parse(out.toStdString());
        QCOMPARE(object["id"].get<int>(), 7);
        QCOMPARE(QByteArray::fromBase64(QByteArray::fromStdString(object["content_base64"].get<std::string>())), bytes);
        QCOMPARE(out.count('\n'), 1);
    }

    void aKeyOfBytesIsAColumnsNameNever() {
        const std::vector<ExportColumn> columns{
            {"data", ColumnType::Text}, {"data_base64", ColumnType::Text}, {"data_base64_2", ColumnType::Text}};
        QByteArray out;
        appendJsonLine(out, columns, std::array<Value, 3>{QByteArray("\xff"), QByteArray("\xfe"), QByteArray("c")});
        QCOMPARE(out,
                 QByteArray("{\"data\":\"\xef\xbf\xbd\",\"data_base64_3\":\"/w==\",\"data_base64\":\"\xef\xbf\xbd\","
                            "\"data_base64_base64\":\"/g==\",\"data_base64_2\":\"c\"}\n"));
    }

    void aRowWithoutColumnsIsAnObject() {
        QByteArray out;
        appendJsonLine(out, {}, {});
        appendJsonObject(out, {}, {});
        QCOMPARE(out, QByteArray("{}\n{}"));
    }

    void namesMayHoldAnything() {
        const std::vector<ExportColumn> columns{{"a \"b\"\n", ColumnType::Text}};
        for (const QByteArray& value : {QByteArray("x"), QByteArray("\xff")}) {
            QByteArray out;
            appendJsonLine(out, columns, std::array<Value, 1>{value});
            const auto object = nlohmann::json::parse(out.toStdString());
            QVERIFY(object.contains("a \"b\"\n"));
            QCOMPARE(object.contains("a \"b\"\n_base64"), value != "x");
        }
    }

    void guardsFormulasInTextCellsOnly() {
        QCOMPARE(csv(QByteArray("=1+1")), QByteArray("\"'=1+1\""));
        QCOMPARE(csv(QByteArray("-5")), QByteArray("\"'-5\""));
        QCOMPARE(csv(qint64(-5)), QByteArray("-5"));
        QCOMPARE(csv(QByteArray("a,b")), QByteArray("\"a,b\""));
        QCOMPARE(csv(QByteArray("say \"hi\"\nnow")), QByteArray("\"say \"\"hi\"\"\nnow\""));
        QCOMPARE(csv(QByteArray("")), QByteArray("\"\""));
        QCOMPARE(csv(std::monostate()), QByteArray());
        QCOMPARE(csv(QByteArray("-5"), ColumnType::Json), QByteArray("-5"));
        QCOMPARE(csv(QByteArray("-x"), ColumnType::Json), QByteArray("\"'-x\""));
        QCOMPARE(csv(QByteArray("a\xff")), QByteArray("a\xef\xbf\xbd"));
    }

    void showsWhatWouldHideOnATerminal() {
        QCOMPARE(terminalText(QByteArray("a\x1b[31m\n")), QByteArray("a␛[31m␊"));
        QCOMPARE(terminalText(QByteArray("x\u202ey")), QByteArray("x⟨U+202E⟩y"));
    }
};

QTEST_GUILESS_MAIN(TestRowText)
#include "tst_rowtext.moc"
