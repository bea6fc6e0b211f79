#include "storage/json/jsonmeaning.h"
#include "storage/json/jsonnumber.h"

#include <QTest>

using namespace portolan;

/// What PostgreSQL's jsonb makes of documents; tst_portfilters holds it against the server itself.
class TestJsonMeaning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesNumbersPlainly_data();
    void writesNumbersPlainly();
    void writesDocumentsAgain_data();
    void writesDocumentsAgain();
    void searchesWhatIsMeant_data();
    void searchesWhatIsMeant();
};

void TestJsonMeaning::writesNumbersPlainly_data() {
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* number, const QByteArray& text) {
        QTest::newRow(number) << QByteArray(number) << text;
    };
    row("0", "0");
    row("-0", "0");
    row("-0.00", "0.00");
    row("0e5", "0");
    row("0e-3", "0.000");
    row("12", "12");
    row("-12", "-12");
    row("1.50", "1.50");
    row("1e5", "100000");
    row("1.5e3", "1500");
    row("1.50e1", "15.0");
    row("-1E+3", "-1000");
    row("1e-5", "0.00001");
    row("12.5e-1", "1.25");
    row("0.00120", "0.00120");
    row("18446744073709551616", "18446744073709551616");
    row("1e40", '1' + QByteArray(40, '0'));
    row("1e131072", "1e131072");
    row("1e-16384", "1e-16384");
    row("1e99999999999999999999", "1e99999999999999999999");
}

void TestJsonMeaning::writesNumbersPlainly() {
    QFETCH(const QByteArray, number);
    QFETCH(const QByteArray, text);
    QCOMPARE(jsonNumberText(number), text);
}

void TestJsonMeaning::writesDocumentsAgain_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("meaning"); // "-": no JSON
    const auto row = [](const char* document, const char* meaning) {
        QTest::newRow(document) << QByteArray(document) << QByteArray(meaning);
    };
    row(R"( {"b" : 1,"a":[ ],"aa":{ } } )", R"({"a": [], "b": 1, "aa": {}})");
    row(R"({"a":1,"b":2,"a":[true,null,1e1]})", R"({"a": [true, null, 10], "b": 2})");
    row(R"("\u00fc\/\u0001\t\ud83d\udca5\"\\\u007f")", "\"\xC3\xBC/\\u0001\\t\xF0\x9F\x92\xA5\\\"\\\\\x7f\"");
    row(R"({"\u0061":1,"a":2})", R"({"a": 2})");
    row("5", "5");
    row("[1,[2,[3]]]", "[1, [2, [3]]]");
    row("{\"a\":1} x", "-");
    row("", "-");
}

void TestJsonMeaning::writesDocumentsAgain() {
    QFETCH(const QByteArray, document);
    QFETCH(const QByteArray, meaning);
    QCOMPARE(jsonMeaning(document).value_or("-"), meaning);
}

void TestJsonMeaning::searchesWhatIsMeant_data() {
    QTest::addColumn<QByteArray>("needle");
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<bool>("found");
    const auto row = [](const char* needle, const char* document, bool found) {
        QTest::addRow("%s in %s", needle, document) << QByteArray(needle) << QByteArray(document) << found;
    };
    row("gr\xC3\xB6\xC3\x9F", R"({"a":"gr\u00f6\u00dfe"})", true);
    row("u00f6", R"({"a":"gr\u00f6\u00dfe"})", false);
    row("HELLO w", R"({"a":"Hello World"})", true);
    row("\"a\": 1", R"({"a":1})", true);
    row("\"a\":1", R"({"a":1})", false);
    row("gone", R"({"a":"gone","a":1})", false);
    row("000", R"({"a":1e5})", true);
    row("1e5", R"({"a":1e5})", false);
    row("gone", R"({"a":"gone",)", true);
    row("", "{}", true);
    row("true", R"({"a":true})", true);
}

void TestJsonMeaning::searchesWhatIsMeant() {
    QFETCH(const QByteArray, needle);
    QFETCH(const QByteArray, document);
    QFETCH(const bool, found);
    QCOMPARE(DocumentSearch(needle).isIn(document), found);
}

QTEST_GUILESS_MAIN(TestJsonMeaning)
#include "tst_jsonmeaning.moc"
