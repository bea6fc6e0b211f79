#include "storage/listing/filter.h"
#include "storage/listing/listing.h"

#include <QtTest>

using namespace portolan;

namespace {

/// A listing with a column of every type.
const ColumnSet& schema() {
    static const ColumnSet all{{
                                   {"id", ColumnType::Integer},
                                   {"status", ColumnType::Text, true},
                                   {"weight", ColumnType::Real},
                                   {"created_at", ColumnType::Time},
                                   {"is_latest", ColumnType::Boolean},
                                   {"message_data", ColumnType::Json, true},
                                   {"Order Date", ColumnType::Text},
                                   {"2\"x\\", ColumnType::Json},
                                   {"n", ColumnType::Integer, false, false, ColumnSet::Keeps::Numbers},
                                   {"any", ColumnType::Text, false, false, ColumnSet::Keeps::Anything},
                                   {"flag", ColumnType::Boolean, false, false, ColumnSet::Keeps::Numbers},
                               },
                               "created_at",
                               {},
                               {},
                               {{"data", "message_data"}}};
    return all;
}

Timestamp now() {
    return *parseIsoTime("2025-10-16T12:00:00Z");
}

const char* symbol(Comparison comparison) {
    switch (comparison) {
    case Comparison::Equal:
        return "=";
    case Comparison::Less:
        return "<";
    case Comparison::LessOrEqual:
        return "<=";
    case Comparison::Greater:
        return ">";
    case Comparison::GreaterOrEqual:
        return ">=";
    case Comparison::Contains:
        return "~";
    case Comparison::IsSet:
        return "*";
    }
    return "?";
}

struct Speller {
    QByteArray operator()(std::monostate) const { return {}; }
    QByteArray operator()(bool value) const { return value ? "true" : "false"; }
    QByteArray operator()(qint64 value) const { return QByteArray::number(value); }
    QByteArray operator()(double value) const { return QByteArray::number(value) + 'r'; }
    QByteArray operator()(const QByteArray& value) const { return '\'' + value + '\''; }
    QByteArray operator()(Timestamp value) const {
        return toIsoTime(value) + '+' + QByteArray::number(qlonglong(value.time_since_epoch().count() % 1000));
    }
};

/// The tree as a text: what the parser understood.
QByteArray spell(const FilterChild& child);

QByteArray spellAll(const char* name, const std::vector<FilterChild>& children) {
    QByteArrayList parts;
    for (const FilterChild& each : children)
        parts << spell(each);
    return QByteArray(name) + '(' + parts.join(' ') + ')';
}

QByteArray spellTerm(const FilterTerm& term) {
    QByteArray text = schema().columns[std::size_t(term.field.column)].name;
    for (const auto& step : term.field.path) {
        if (const auto* key = std::get_if<QByteArray>(&step))
            text += "/" + *key;
        else
            text += "#" + QByteArray::number(std::get<int>(step));
    }
    return text + symbol(term.comparison) + std::visit(Speller(), term.value.value) + (term.value.number ? "n" : "");
}

QByteArray spell(const FilterChild& child) {
    if (!child)
        return "all";
    if (const auto* term = std::get_if<FilterTerm>(&child->node))
        return spellTerm(*term);
    if (const auto* text = std::get_if<FilterText>(&child->node))
        return '"' + text->text + '"';
    if (const auto* all = std::get_if<FilterAnd>(&child->node))
        return spellAll("and", all->children);
    if (const auto* any = std::get_if<FilterOr>(&child->node))
        return spellAll("or", any->children);
    return "not(" + spell(std::get<FilterNot>(child->node).child) + ")";
}

} // namespace

class TestFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void survivesHostileText_data();
    void survivesHostileText();
    void survivesRandomText();
    void combines();
    void asksForOneValue();
    void namesInAnotherCase();
};

void TestFilter::reads_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("tree");
    const auto row = [](const char* text, const char* tree) {
        QTest::newRow(*text ? text : "empty") << QString::fromUtf8(text) << QByteArray(tree);
    };
    row("", "all");
    row(" \t ", "all");
    // words and phrases
    row("timeout", "\"timeout\"");
    row("\"two words\"", "\"two words\"");
    row("\"say \\\"hi\\\" c:\\\\x\"", "\"say \"hi\" c:\\x\"");
    row("\"a\\nb\\r\\t\"", "\"a\nb\r\t\"");
    row("\"caf\\u00e9 \\ud83d\\ude00\\u0001\"", "\"café \xF0\x9F\x98\x80\x01\"");
    row("12:30", "\"12:30\"");
    row("->b", "\"->b\"");
    row("\"a->b\"", "\"a->b\"");
    row("a,b", "\"a,b\"");
    row("data.a", "\"data.a\"");
    row("\"or\"", "\"or\"");
    row("größe", "\"größe\"");
    row("key=value", "\"key=value\"");
    // and, or, not, parentheses
    row("a b", "and(\"a\" \"b\")");
    row("a AND b", "and(\"a\" \"b\")");
    row("a or b c", "or(\"a\" and(\"b\" \"c\"))");
    row("(a OR b) c", "and(or(\"a\" \"b\") \"c\")");
    row("not a b", "and(not(\"a\") \"b\")");
    row("Not (a b)", "not(and(\"a\" \"b\"))");
    row("not not a", "\"a\"");
    row("a(b)c", "and(\"a\" \"b\" \"c\")");
    row("((a))", "\"a\"");
    // columns
    row("status:failed", "status='failed'");
    row("status:failed,pending", "or(status='failed' status='pending')");
    row("status:\"a b\",\"\",c", "or(status='a b' status='' status='c')");
    row("status:a:b~c<d", "status='a:b~c<d'");
    row("status~a,b", "status~'a,b'");
    row("status:*", "status*");
    row("status:\"*\"", "status='*'");
    row("status:a*", "status='a*'");
    row("not status:*", "not(status*)");
    row("status>=b", "status>='b'");
    row("id:5", "id=5");
    row("id>-5", "id>-5");
    row("id<=9007199254740993", "id<=9007199254740993");
    row("id:-9223372036854775808,9223372036854775807", "or(id=-9223372036854775808 id=9223372036854775807)");
    row("weight<1.5e3", "weight<1500r");
    row("is_latest:TRUE", "is_latest=true");
    // times
    row("created_at:2025-10-16",
        "and(created_at>=2025-10-16T00:00:00.000Z+0 created_at<=2025-10-16T23:59:59.999Z+999)");
    row("created_at>2025-10-16", "created_at>2025-10-16T23:59:59.999Z+999");
    row("created_at>=2025-10-16", "created_at>=2025-10-16T00:00:00.000Z+0");
    row("created_at<2025-10-16", "created_at<2025-10-16T00:00:00.000Z+0");
    row("created_at<=2025-10-16", "created_at<=2025-10-16T23:59:59.999Z+999");
    row("created_at:2025-10-16T14:56",
        "and(created_at>=2025-10-16T14:56:00.000Z+0 created_at<=2025-10-16T14:56:59.999Z+999)");
    row("created_at:\"2025-10-16 14:56:05+02:00\"",
        "and(created_at>=2025-10-16T12:56:05.000Z+0 created_at<=2025-10-16T12:56:05.999Z+999)");
    row("created_at:2025-10-16T14:56:05.12Z",
        "and(created_at>=2025-10-16T14:56:05.120Z+0 created_at<=2025-10-16T14:56:05.129Z+999)");
    row("created_at:2025-10-16T14:56:05.123456", "created_at=2025-10-16T14:56:05.123Z+456");
    row("created_at>9999-12-31", "created_at>9999-12-31T23:59:59.999Z+999");
    row("age>2h", "created_at<2025-10-16T10:00:00.000Z+0");
    row("age>=30s", "created_at<=2025-10-16T11:59:30.000Z+0");
    row("age<1d", "created_at>2025-10-15T12:00:00.000Z+0");
    row("age<=15m", "created_at>=2025-10-16T11:45:00.000Z+0");
    row("created_at>-2h", "created_at>2025-10-16T10:00:00.000Z+0");
    row("created_at>=-30s", "created_at>=2025-10-16T11:59:30.000Z+0");
    row("created_at<-1d", "created_at<2025-10-15T12:00:00.000Z+0");
    row("created_at<=\"-15m\"", "created_at<=2025-10-16T11:45:00.000Z+0");
    row("created_at<+2h", "created_at<2025-10-16T14:00:00.000Z+0");
    row("age>366000d", "created_at<1023-09-20T12:00:00.000Z+0");
    // documents
    row("data.a.b[0]:x", "message_data/a/b#0='x'");
    row("message_data.a:x", "message_data/a='x'");
    row("data[2]>5", "message_data#2>'5'n");
    row("data.\"odd key\".x-y:1,a", "or(message_data/odd key/x-y='1'n message_data/odd key/x-y='a')");
    row("data.0:007", "message_data/0='007'");
    row("data.id:18446744073709551615", "message_data/id='18446744073709551615'n");
    row("data.id:\"5\"", "message_data/id='5'");
    row("data.a:*", "message_data/a*");
    row("data~text", "message_data~'text'");
    row("data:*", "message_data*");
    // columns whose names are no words
    row("\"Order Date\":2026-01-05", "Order Date='2026-01-05'");
    row("\"Order Date\">=x \"Order Date\"", "and(Order Date>='x' \"Order Date\")");
    row("not \"Order Date\":*", "not(Order Date*)");
    row("\"status\":a,b", "or(status='a' status='b')");
    row("\"2\\\"x\\\\\".a[1]:x", "2\"x\\/a#1='x'");
    row("\"a\".", "and(\"a\" \".\")");
    // columns that keep anything
    row("n>1.5", "n>1.5r");
    row("n:\"9\"", "n=9");
    row("n:\"x\"", "n='x'");
    row("n~5", "n~'5'");
    row("n:9223372036854775808", "n=9.22337e+18r");
    row("any:9", "any=9");
    row("any:\"9\"", "any='9'");
    row("any>-.5e1", "any>-5r");
    row("any:0x10", "any='0x10'");
    row("flag:true", "or(flag=1 flag='true')");
    row("flag:0", "flag=0");
    row("flag>0", "flag>0");
    // hostile values are values
    row("status:\"'; drop table messages; --\"", "status=''; drop table messages; --'");
    row("status~%_\\", "status~'%_\\'");
}

void TestFilter::reads() {
    QFETCH(QString, text);
    QFETCH(QByteArray, tree);
    const auto filter = parseFilter(text, schema(), now());
    QVERIFY2(filter.ok(), qPrintable(filter ? QString() : filter.error().text));
    QCOMPARE(spell(filter->root), tree);
    QCOMPARE(filter->source, text);
    QCOMPARE(filter->isEmpty(), tree == "all");
}

void TestFilter::refuses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("error"); // its beginning
    const auto row = [](const char* text, const char* error) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(error);
    };
    row("a stat:x",
        "Filter, position 3: unknown column \"stat\"; columns are id, status, weight, created_at, is_latest, "
        "message_data, \"Order Date\", \"2\\\"x\\\\\", n, any, flag, data., age.");
    row("http://x", "Filter, position 1: unknown column \"http\"");
    row("💡 stat:x", "Filter, position 3: unknown column");
    row("status.a:x", "Filter, position 1: column \"status\" is no document");
    row("status:", "Filter, position 8: expected a value");
    row("status: x", "Filter, position 8: expected a value");
    row("status:a,", "Filter, position 10: expected a value");
    row("status::a", "Filter, position 8: expected a value");
    row("status:>5", "Filter, position 8: expected a value");
    row("status:\"a", "Filter, position 8: this quote is not closed");
    row("status:\"a\"b", "Filter, position 11: expected a blank");
    row("status:a\"b\"", "Filter, position 9: a value with");
    row("status:f(x)", "Filter, position 9: a value with");
    row("status:\"\\q\"", "Filter, position 9: expected \\\"");
    row("status:\"a\\", "Filter, position 10: expected \\\"");
    row("status:\"\\u12\"", "Filter, position 9: expected four hexadecimal digits");
    row("status:\"\\u0000\"", "Filter, position 9: expected four hexadecimal digits");
    row("status:\"ab\\ud83d\"", "Filter, position 11: half a character");
    row("status:\"ab\\ude00\\ud83d\"", "Filter, position 11: half a character");
    row("status=failed", "Filter, position 7: \"=\" compares nothing; expected status:value");
    row("status!=failed", "Filter, position 7: \"=\" compares nothing; expected not status:value");
    row("retry-count>3", "Filter, position 1: expected the name of a column");
    row("data[-1]:x", "Filter, position 1: expected the name of a column");
    row("data.a.:x", "Filter, position 1: expected the name of a column");
    row("data[\"a.b\"]:7", "Filter, position 6: expected an index in brackets");
    row("\"2\\\"x\\\\\"[\"a\"]:7", "Filter, position 10: expected an index in brackets");
    row(":x", "Filter, position 1: expected a column name");
    row("\"\"", "Filter, position 1: expected a text");
    row("or a", "Filter, position 1: expected a condition");
    row("a or", "Filter, position 5: expected a condition");
    row("a and or b", "Filter, position 7: expected a condition");
    row("not", "Filter, position 4: expected a condition");
    row("()", "Filter, position 2: expected a condition");
    row("(a", "Filter, position 1: this \"(\" is not closed");
    row("a)", "Filter, position 2: there is no \"(\"");
    row("id:x", "Filter, position 4: id holds whole numbers of 64 bits: \"x\" is none");
    row("id:1.5", "Filter, position 4: id holds whole numbers");
    row("id:9223372036854775808", "Filter, position 4: id holds whole numbers of 64 bits");
    row("id~5", "Filter, position 3: expected : > >= < or <=");
    row("weight:nan", "Filter, position 8: weight holds numbers");
    row("weight:0x10", "Filter, position 8: weight holds numbers");
    row("weight:1e400", "Filter, position 8: weight holds numbers");
    row("is_latest:1", "Filter, position 11: is_latest holds true or false");
    row("is_latest>false", "Filter, position 11: is_latest is true or false");
    row("created_at:yesterday", "Filter, position 12: created_at is a time");
    row("created_at:2025-13-01", "Filter, position 12: created_at is a time");
    row("status>-2h", "Filter, position 8: status is no time");
    row("created_at:-2h", "Filter, position 12: no row is of the very moment");
    row("created_at<5m", "Filter, position 12: created_at is a time: expected one like 2025-10-16");
    row("created_at:\"44-03-15 BC\"", "Filter, position 12: created_at is a time");
    row("created_at:\"0044-02-30 BC\"", "Filter, position 12: created_at is a time");
    row("created_at:endless", "Filter, position 12: created_at is a time");
    row("created_at>-2w", "Filter, position 12: created_at is a time");
    row("created_at>--2h", "Filter, position 12: created_at is a time");
    row("created_at>-366001d", "Filter, position 12: created_at is a time");
    row("created_at>-", "Filter, position 12: created_at is a time");
    row("age:2h", "Filter, position 1: expected >, >=, < or <=");
    row("age>2", "Filter, position 5: expected an age");
    row("age>2w", "Filter, position 5: expected an age");
    row("age>99999999999999999999d", "Filter, position 5: expected an age");
    row("age>366001d", "Filter, position 5: expected an age");
    row("data:x", "Filter, position 6: message_data is a whole document");
    row("\"Order\":x", "Filter, position 1: unknown column \"Order\"");
    row("n:x", "Filter, position 3: n holds numbers: \"x\" is none");
    row("Order Date:x", "Filter, position 7: unknown column \"Date\"");
    row("data.\"\":x", "Filter, position 1: a key of a document");
    row("data.a\\b:x", "Filter, position 1: a key of a document");
}

void TestFilter::refuses() {
    QFETCH(QString, text);
    QFETCH(QString, error);
    const auto filter = parseFilter(text, schema(), now());
    QVERIFY(!filter.ok());
    QCOMPARE(filter.error().code, ErrorCode::Usage);
    QVERIFY2(filter.error().text.startsWith(error), qPrintable(filter.error().text));
}

void TestFilter::survivesHostileText_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("ok");
    const auto many = [](const char* text, int times) { return QString::fromUtf8(text).repeated(times); };
    QTest::newRow("100,000 (") << many("(", 100'000) << false;
    QTest::newRow("60,000 (") << many("(", 60'000) << false;
    QTest::newRow("100 levels") << many("(", 100) + u'a' + many(")", 100) << true;
    QTest::newRow("101 levels") << many("(", 101) + u'a' + many(")", 101) << false;
    QTest::newRow("100,000 not") << many("not ", 100'000) << false;
    QTest::newRow("16,000 not") << many("not ", 16'000) + u'a' << true;
    QTest::newRow("500 words") << many("a ", 500) << true;
    QTest::newRow("501 words") << many("a ", 501) << false;
    QTest::newRow("list of 501") << QStringLiteral("id:1") + many(",1", 500) << false;
    QTest::newRow("33 steps") << QStringLiteral("data") + many(".a", 33) + QStringLiteral(":1") << false;
    QTest::newRow("long value") << QStringLiteral("status:") + many("x", 60'000) << true;
    QTest::newRow("NUL") << QStringLiteral("status:a") + QChar(0) + u'b' << false;
    QTest::newRow("lone surrogate") << QStringLiteral("status:") + QChar(0xD800) << false;
    QTest::newRow("reversed surrogates") << QString(QChar(0xDC00)) + QChar(0xD800) << false;
    QTest::newRow("array index") << QStringLiteral("data[99999999999]:1") << false;
}

void TestFilter::survivesHostileText() {
    QFETCH(QString, text);
    QFETCH(bool, ok);
    const auto filter = parseFilter(text, schema(), now());
    QCOMPARE(filter.ok(), ok);
    if (!ok)
        QVERIFY2(filter.error().text.startsWith(QStringLiteral("Filter, position ")), qPrintable(filter.error().text));
}

void TestFilter::survivesRandomText() {
    const QStringList pieces = QStringLiteral("( ) \" \\ : ~ < > = <= , * . [ ] 0 1 a or not and status id age data "
                                              "created_at 2025-10-16 2h weight is_latest true \u00e9 %")
                                   .split(u' ')
                               << QStringLiteral(" ");
    quint32 state = 7;
    const auto random = [&](qsizetype below) {
        state = state * 1'664'525 + 1'013'904'223;
        return qsizetype(state >> 8) % below;
    };
    int good = 0;
    for (int i = 0; i < 50'000; ++i) {
        QString text;
        for (qsizetype n = random(12); n >= 0; --n)
            text += pieces[random(pieces.size())];
        const auto filter = parseFilter(text, schema(), now());
        if (filter)
            ++good;
        else
            QVERIFY2(filter.error().text.startsWith(QStringLiteral("Filter, position ")), qPrintable(text));
    }
    QVERIFY(good > 1000);
}

void TestFilter::combines() {
    const Filter a = *parseFilter(QStringLiteral("id:1 or id:2"), schema(), now());
    const Filter b = *parseFilter(QStringLiteral("status:x"), schema(), now());
    QCOMPARE(spell(both(a, b).root), QByteArray("and(or(id=1 id=2) status='x')"));
    QCOMPARE(spell(parseFilter(both(a, b).source, schema(), now())->root), spell(both(a, b).root));
    QCOMPARE(both(a, {}).source, a.source);
    QCOMPARE(both({}, b).root, b.root);
    QVERIFY(both({}, {}).isEmpty());
}

void TestFilter::asksForOneValue() {
    const Filter filter = equals(schema(), "id", -7);
    QCOMPARE(spell(filter.root), QByteArray("id=-7"));
    QCOMPARE(spell(parseFilter(filter.source, schema(), now())->root), spell(filter.root));
}

/// Letters of ASCII alone, and where one column is meant alone; the exact name goes first.
void TestFilter::namesInAnotherCase() {
    const ColumnSet names{{{"Name", ColumnType::Text},
                           {"a", ColumnType::Integer},
                           {"A", ColumnType::Integer},
                           {"bB", ColumnType::Integer},
                           {"Bb", ColumnType::Integer},
                           {"\xc3\x84", ColumnType::Integer},
                           {"1st", ColumnType::Text, true}},
                          {},
                          {},
                          {},
                          {}};
    const auto columnOf = [&](const char* name) {
        const ColumnSet::Column* const found = names.find(name);
        return found ? found - names.columns.data() : -1;
    };
    QCOMPARE(columnOf("NAME"), 0);
    QCOMPARE(columnOf("a"), 1);
    QCOMPARE(columnOf("A"), 2);
    QCOMPARE(columnOf("Bb"), 4);
    QCOMPARE(columnOf("bb"), -1); // two are meant
    QCOMPARE(columnOf("\xc3\xa4"), -1);
    QCOMPARE(columnOf("\xc3\x84"), 5);
    QCOMPARE(parseSort("-name", names)->column, QByteArray("Name"));
    QVERIFY(parseFilter(QStringLiteral("nAME:x"), names, now()).ok());
    for (const char* text : {"1st:f", "1ST>f", "1st~f"}) { // a word that would find nothing
        const auto filter = parseFilter(QString::fromUtf8(text), names, now());
        QVERIFY(!filter);
        QVERIFY2(filter.error().text.startsWith(QStringLiteral("Filter, position 1: a column whose name is no word")),
                 qPrintable(filter.error().text));
    }
    QVERIFY(parseFilter(QStringLiteral("\"1st\":f 12:30 \"1st:f\""), names, now()).ok());
}

QTEST_GUILESS_MAIN(TestFilter)
#include "tst_filter.moc"
