#include "storage/listing/listing.h"
#include "storage/messages/batches.h"

#include <QtTest>
#include <limits>

using namespace portolan;

Q_DECLARE_METATYPE(Value)

class TestListing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsCursorKeys_data();
    void keepsCursorKeys();
    void refusesOtherTexts_data();
    void refusesOtherTexts();
    void readsSorts();
    void keepsMessageIds_data();
    void keepsMessageIds();
    void tablesAndSchemasAgree();
    void readsRows();
};

void TestListing::keepsCursorKeys_data() {
    QTest::addColumn<Value>("key");
    const auto row = [](const char* name, const Value& key) { QTest::newRow(name) << key; };
    row("null", Value());
    row("true", Value(true));
    row("false", Value(false));
    row("least integer", Value(std::numeric_limits<qint64>::min()));
    row("2^53+1", Value(qint64(9'007'199'254'740'993)));
    row("0.1", Value(0.1));
    row("negative zero", Value(-0.0));
    row("least double", Value(std::numeric_limits<double>::denorm_min()));
    row("infinity", Value(-std::numeric_limits<double>::infinity()));
    row("text", Value(QByteArray("größe \"'\\ \n")));
    row("byte order mark", Value(QByteArray("\xEF\xBB\xBFx")));
    row("empty", Value(QByteArray("")));
    row("NUL", Value(QByteArray("a\0b", 3)));
    row("bytes", Value(QByteArray("\xff\xfe\x80")));
    row("time", Value(Timestamp(std::chrono::microseconds(-1))));
}

void TestListing::keepsCursorKeys() {
    QFETCH(Value, key);
    const Cursor cursor{{key, Value(qint64(7))}};
    const QByteArray text = cursor.toText();
    for (const char c : text)
        QVERIFY2(QByteArrayView("-_").contains(c) || std::isalnum(static_cast<unsigned char>(c)), text.constData());
    const auto again = Cursor::fromText(text);
    QVERIFY2(again.ok(), text.constData());
    QCOMPARE(*again == cursor, true);
}

void TestListing::refusesOtherTexts_data() {
    QTest::addColumn<QByteArray>("text");
    const auto json = [](const char* text) { return QByteArray(text).toBase64(QByteArray::Base64UrlEncoding); };
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no base64") << QByteArray("%%%");
    QTest::newRow("no JSON") << QByteArray("abcd");
    QTest::newRow("object") << json("{}");
    QTest::newRow("no pairs") << json("[1]");
    QTest::newRow("unknown tag") << json("[[\"z\",\"1\"]]");
    QTest::newRow("number as number") << json("[[\"i\",1]]");
    QTest::newRow("no number") << json("[[\"i\",\"x\"]]");
    QTest::newRow("too large") << json("[[\"i\",\"9223372036854775808\"]]");
    QTest::newRow("null with value") << json("[[\"n\",\"1\"]]");
    QTest::newRow("bytes") << json("[[\"x\",\"*\"]]");
    QTest::newRow("too many") << json(("[[\"n\"]" + QByteArray(",[\"n\"]").repeated(5000) + "]").constData());
    QTest::newRow("huge") << QByteArray(2'000'000, 'A');
}

void TestListing::refusesOtherTexts() {
    QFETCH(QByteArray, text);
    const auto cursor = Cursor::fromText(text);
    QVERIFY(!cursor.ok());
    QCOMPARE(cursor.error().code, ErrorCode::Usage);
}

void TestListing::readsSorts() {
    QVERIFY(Cursor::fromText(Cursor().toText())->atStart());
    QCOMPARE(*parseSort("timestamp", messageSchema()) == (Sort{"timestamp", false}), true);
    QCOMPARE(*parseSort("-id", messageSchema()) == (Sort{"id", true}), true);
    QCOMPARE(*parseSort("-ID", messageSchema()) == (Sort{"id", true}), true);
    for (const char* text : {"", "-", "--id", "nothing", "id desc"}) {
        const auto sort = parseSort(text, messageSchema());
        QVERIFY2(!sort.ok(), text);
        QVERIFY(sort.error().text.contains(QStringLiteral("id, batch_id, message_number, content, timestamp")));
    }
    const ColumnSet json{{{"data", ColumnType::Json}}, {}, {}, {}, {}};
    QVERIFY(!parseSort("data", json).ok());
    // Quoted, as a filter has them.
    const ColumnSet odd{
        {{"Order Date", ColumnType::Text}, {"a\"b", ColumnType::Text}, {"\"in\"", ColumnType::Text}}, {}, {}, {}, {}};
    QCOMPARE(parseSort("\"Order Date\"", odd)->column, QByteArray("Order Date"));
    QCOMPARE(*parseSort("-\"a\\\"b\"", odd) == (Sort{"a\"b", true}), true);
    QCOMPARE(parseSort("\"in\"", odd)->column, QByteArray("\"in\""));
    QVERIFY(!parseSort("\"Order Date", odd).ok());
}

void TestListing::keepsMessageIds_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("ok");
    for (const char* good : {"0", "120", "9223372036854775807", "12:3", "1:1"})
        QTest::newRow(good) << QByteArray(good) << true;
    for (const char* bad : {"", ":", "1:", ":1", "0:1", "1:0", "-1", "+1", "01", "1:02", "1 ", " 1", "1:2:3", "a",
                            "1:-2", "9223372036854775808"})
        QTest::newRow(*bad ? bad : "empty") << QByteArray(bad) << false;
}

void TestListing::keepsMessageIds() {
    QFETCH(QByteArray, text);
    QFETCH(bool, ok);
    const auto id = MessageId::fromText(text);
    QCOMPARE(id.has_value(), ok);
    if (ok)
        QCOMPARE(id->toText(), text);
}

void TestListing::tablesAndSchemasAgree() {
    const auto check = [](const auto& columns, const ColumnSet& schema, const QByteArray& names) {
        QByteArrayList found;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            found << columns[i].name;
            QCOMPARE(schema.columns[i].name, QByteArray(columns[i].name));
            QCOMPARE(schema.columns[i].type, columns[i].type);
        }
        QCOMPARE(found.join(' '), names);
        QVERIFY(schema.find(schema.timeColumn));
    };
    check(batchColumns(), batchSchema(),
          "id filename message_count file_size_bytes date_created date_modified first_message_number "
          "last_message_number");
    check(messageColumns(), messageSchema(), "id batch_id message_number content timestamp metadata");
    check(rejectColumns(), rejectSchema(),
          "id rejected_at source key reason payload reinjected_at state dismissed_at settled_by settled_reason "
          "mended_payload metadata");
}

void TestListing::readsRows() {
    const Message inFile{{12, 3}, 12, {}, {}, "as it stands"};
    QVERIFY(messageColumns()[0].value(inFile) == Value(QByteArray("12:3")));
    QVERIFY(messageColumns()[2].value(inFile) == Value());
    QVERIFY(messageColumns()[3].value(inFile) == Value(QByteArray("as it stands")));
    const Message inDatabase{{0, 7}, 1, 42, Timestamp(), "x"};
    QVERIFY(messageColumns()[0].value(inDatabase) == Value(qint64(7)));
    QVERIFY(messageColumns()[4].value(inDatabase) == Value(Timestamp()));
}

QTEST_GUILESS_MAIN(TestListing)
#include "tst_listing.moc"
