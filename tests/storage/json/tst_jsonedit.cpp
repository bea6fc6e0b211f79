#include "storage/json/jsondifference.h"
#include "storage/json/jsonedit.h"
#include "storage/json/jsonmeaning.h"
#include "storage/json/jsonmembers.h"

#include <QElapsedTimer>
#include <QTest>

using namespace portolan;

class TestJsonEdit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changesOnlyWhatItIsAbout_data();
    void changesOnlyWhatItIsAbout();
    void saysWhyItDoesNotApply_data();
    void saysWhyItDoesNotApply();
    void tellsPatchesFromDocuments_data();
    void tellsPatchesFromDocuments();
    void refusesWhatIsNoEdit_data();
    void refusesWhatIsNoEdit();
    void applyingIsAllOrNothing();
    void commutesWithMeaning();
    void boundsGrowthAndDepth();
    void findsDifferences_data();
    void findsDifferences();
    void writesPatches();
    void comparesLargeObjects();
    void stopsAtEnoughDifferences();
    void knowsWhatJsonbRefuses_data();
    void knowsWhatJsonbRefuses();
};

namespace {

Result<QByteArray> applied(const QByteArray& patch, const QByteArray& document) {
    const Result<JsonEdit> edit = JsonEdit::parse(patch);
    return edit ? edit->apply(document) : Result<QByteArray>(edit.error());
}

QByteArray textOf(const Result<QByteArray>& result) {
    return result ? *result : "error: " + result.error().text.toUtf8();
}

} // namespace

void TestJsonEdit::changesOnlyWhatItIsAbout_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* document, const char* patch, const char* expected) {
        QTest::newRow(name) << QByteArray(document) << QByteArray(patch) << QByteArray(expected);
    };
    // RFC 6902, appendix A
    row("A1 add a member", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])",
        R"({"foo":"bar","baz":"qux"})");
    row("A2 add an element", R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
        R"({"foo":["bar","qux","baz"]})");
    row("A3 remove a member", R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})");
    row("A4 remove an element", R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])",
        R"({"foo":["bar","baz"]})");
    row("A5 replace", R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])",
        R"({"baz":"boo","foo":"bar"})");
    row("A6 move a value", R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
        R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
        R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");
    row("A7 move an element", R"({"foo":["all","grass","cows","eat"]})",
        R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])", R"({"foo":["all","cows","eat","grass"]})");
    row("A8 test", R"({"baz":"qux","foo":["a",2,"c"]})",
        R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
        R"({"baz":"qux","foo":["a",2,"c"]})");
    row("A10 add a nested object", R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])",
        R"({"foo":"bar","child":{"grandchild":{}}})");
    row("A11 unknown members of operations", R"({"foo":"bar"})",
        R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])", R"({"foo":"bar","baz":"qux"})");
    row("A14 ~ escapes", R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})");
    row("A16 add an array", R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
        R"({"foo":["bar",["abc","def"]]})");
    // What a parsed tree would lose
    row("great numbers", R"({"a":9223372036854775807,"b":18446744073709551615,"c":1.50e+2,"d":-0})",
        R"([{"op":"replace","path":"/c","value":1e400}])",
        R"({"a":9223372036854775807,"b":18446744073709551615,"c":1e400,"d":-0})");
    row("equal names: the last", R"({"a":1,"a":2,"b":3,"a":4})", R"([{"op":"replace","path":"/a","value":5}])",
        R"({"a":1,"a":2,"b":3,"a":5})");
    row("equal names: all go", R"({"a":1, "a":2 , "b":3,  "a":4 })", R"([{"op":"remove","path":"/a"}])", R"({"b":3 })");
    row("equal names: add replaces", R"({"a":1,"a":2})", R"([{"op":"add","path":"/a","value":0}])", R"({"a":1,"a":0})");
    row("equal names: move takes the last", R"({"a":1,"b":0,"a":2})", R"([{"op":"move","from":"/a","path":"/c"}])",
        R"({"b":0,"c":2})");
    row("equal names: spelled otherwise", R"({"a":1,"\u0061":2})", R"([{"op":"replace","path":"/a","value":3}])",
        R"({"a":1,"\u0061":3})");
    row("odd spacing", "\n{ \"z\" :\t1 ,\r\n  \"a\"  : [ 1 ,2,  3 ]\n}\n",
        R"([{"op":"replace","path":"/a/1","value":20}])", "\n{ \"z\" :\t1 ,\r\n  \"a\"  : [ 1 ,20,  3 ]\n}\n");
    row("spaced like the last", "{\n  \"a\": 1,\n  \"b\": 2\n}", R"([{"op":"add","path":"/c","value":3}])",
        "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}");
    row("elements spaced alike", "[1, 2]", R"([{"op":"add","path":"/0","value":0},{"op":"add","path":"/-","value":3}])",
        "[0, 1, 2, 3]");
    row("escapes stay", R"({"t":"\u00e9\/\ud83d\ude00","n":1})", R"([{"op":"replace","path":"/n","value":"\u0041"}])",
        R"({"t":"\u00e9\/\ud83d\ude00","n":"\u0041"})");
    row("bytes that are no UTF-8 stay", "{\"t\":\"\xff\xfe\",\"n\":1}", R"([{"op":"replace","path":"/n","value":2}])",
        "{\"t\":\"\xff\xfe\",\"n\":2}");
    row("empty object", "{ }", R"([{"op":"add","path":"/a","value":1}])", R"({"a":1 })");
    row("empty array", "[ ]", R"([{"op":"add","path":"/-","value":1}])", "[1 ]");
    row("remove the only member", R"({ "a" : 1 })", R"([{"op":"remove","path":"/a"}])", "{  }");
    row("remove the last element", R"([ 1 , 2 ])", R"([{"op":"remove","path":"/1"}])", "[ 1 ]");
    row("remove the first element", R"([ 1 , 2 ])", R"([{"op":"remove","path":"/0"}])", "[ 2 ]");
    row("the empty name", R"({"":{"":1}})", R"([{"op":"replace","path":"//","value":2}])", R"({"":{"":2}})");
    row("a name with quotes", R"({})", R"([{"op":"add","path":"/a\"b\\\n","value":1}])", R"({"a\"b\\\n":1})");
    row("digits are names in objects", R"({"0":1,"01":2})", R"([{"op":"replace","path":"/01","value":3}])",
        R"({"0":1,"01":3})");
    row("the whole", " {\"a\":1}\n", R"([{"op":"replace","path":"","value":[2]}])", " [2]\n");
    row("add the whole", "1", R"([{"op":"add","path":"","value":{"a":1}}])", R"({"a":1})");
    row("copy the whole into itself", R"({"a":1})", R"([{"op":"copy","from":"","path":"/b"}])",
        R"({"a":1,"b":{"a":1}})");
    row("copy as it is written", R"({"a":1.0e1})", R"([{"op":"copy","from":"/a","path":"/b"}])",
        R"({"a":1.0e1,"b":1.0e1})");
    row("move onto itself", R"({"a":1,"b":2})", R"([{"op":"move","from":"/a","path":"/a"}])", R"({"a":1,"b":2})");
    row("move over another", R"({"a":1,"b":2})", R"([{"op":"move","from":"/a","path":"/b"}])", R"({"b":1})");
    row("values as they are written", R"({"a":0})", R"([ { "path":"/a" , "op":"replace", "value" : { "x" : 1.10 } } ])",
        R"({"a":{ "x" : 1.10 }})");
    row("of equal members of an operation the last", R"({"a":0})",
        R"([{"op":"remove","op":"replace","path":"/b","path":"/a","value":1,"value":2}])", R"({"a":2})");
    row("test: numbers by value", R"({"a":100})", R"([{"op":"test","path":"/a","value":1.0e2}])", R"({"a":100})");
    row("test: great numbers", R"({"a":9007199254740993})", R"([{"op":"test","path":"/a","value":9007199254740993}])",
        R"({"a":9007199254740993})");
    row("test: objects in any order", R"({"a":{"x":1,"y":[2]}})",
        R"([{"op":"test","path":"/a","value":{"y":[2],"x":1}}])", R"({"a":{"x":1,"y":[2]}})");
    row("test: strings by characters", R"({"a":"é"})", R"([{"op":"test","path":"/a","value":"\u00e9"}])",
        R"({"a":"é"})");
}

void TestJsonEdit::changesOnlyWhatItIsAbout() {
    QFETCH(const QByteArray, document);
    QFETCH(const QByteArray, patch);
    QFETCH(const QByteArray, expected);
    QCOMPARE(textOf(applied(patch, document)), expected);
    QVERIFY(jsonMeaning(expected));
}

void TestJsonEdit::saysWhyItDoesNotApply_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QString>("why");
    const auto row = [](const char* name, const char* document, const char* patch, const char* why) {
        QTest::newRow(name) << QByteArray(document) << QByteArray(patch) << QString::fromUtf8(why);
    };
    row("A9 test fails", R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])", "/baz is not \"bar\"");
    row("A12 no parent", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])", "there is no /baz");
    row("A15 number and text", R"({"a":10})", R"([{"op":"test","path":"/a","value":"10"}])", "/a is not \"10\"");
    row("2^53+1 is not 2^53", R"({"a":9007199254740993})", R"([{"op":"test","path":"/a","value":9007199254740992}])",
        "/a is not 9007199254740992");
    row("replace nothing", R"({"a":1})", R"([{"op":"replace","path":"/b~1c/~0","value":1}])", "there is no /b~1c/~0");
    row("remove nothing", R"({"a":1})", R"([{"op":"remove","path":"/b"}])", "there is no /b");
    row("remove the whole", R"({"a":1})", R"([{"op":"remove","path":""}])", "a whole document cannot be taken away");
    row("test nothing", R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])", "there is no /b");
    row("copy nothing", R"({"a":1})", R"([{"op":"copy","from":"/b","path":"/a"}])", "there is no /b");
    row("move into itself", R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":"/a/b"}])",
        "/a cannot be moved into itself");
    row("below a number", R"({"a":1})", R"([{"op":"add","path":"/a/b","value":1}])",
        "/a is neither an object nor an array");
    row("behind the end", R"([1])", R"([{"op":"add","path":"/2","value":1}])", "there is no /2");
    row("- is no element", R"([1])", R"([{"op":"replace","path":"/-","value":1}])", "there is no /-");
    row("leading zeros", R"([1,2])", R"([{"op":"replace","path":"/01","value":1}])", "there is no /01");
    row("signs", R"([1,2])", R"([{"op":"replace","path":"/+1","value":1}])", "there is no /+1");
    row("a great index", R"([1,2])", R"([{"op":"replace","path":"/99999999999999999999","value":1}])",
        "there is no /99999999999999999999");
    row("no JSON", "{\"a\":1", R"([{"op":"replace","path":"/a","value":1}])", "the document is no JSON");
    row("half a surrogate pair as a name", "{}", R"([{"op":"add","path":"/\ud800","value":1}])", "is no Unicode text");
}

void TestJsonEdit::saysWhyItDoesNotApply() {
    QFETCH(const QByteArray, document);
    QFETCH(const QByteArray, patch);
    QFETCH(const QString, why);
    const Result<QByteArray> refused = applied(patch, document);
    QVERIFY2(!refused, textOf(refused).constData());
    QCOMPARE(refused.error().code, ErrorCode::Invalid);
    QVERIFY2(refused.error().text.contains(why), qPrintable(refused.error().text));
}

void TestJsonEdit::tellsPatchesFromDocuments_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isPatch");
    const auto row = [](const char* text, bool isPatch) { QTest::newRow(text) << QByteArray(text) << isPatch; };
    row(R"([{"op":"remove","path":"/a"}])", true);
    row(R"( [ {"path":"/a","op":"remove"} ] )", true);
    row(R"({"op":"remove","path":"/a"})", false);
    row(R"([{"op":"remove"}])", false);
    row(R"([{"op":"remove","path":"/a"},{"a":1}])", false);
    row(R"([{"op":"remove","path":"/a"},1])", false);
    row("null", false);
    row(" {\"a\" : 1.0 }\n", false);
}

void TestJsonEdit::tellsPatchesFromDocuments() {
    QFETCH(const QByteArray, text);
    QFETCH(const bool, isPatch);
    const Result<JsonEdit> edit = JsonEdit::parse(text);
    QVERIFY(edit);
    QCOMPARE(edit->isPatch(), isPatch);
    if (!isPatch)
        QCOMPARE(textOf(edit->apply("{}")), text);
}

void TestJsonEdit::refusesWhatIsNoEdit_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("why");
    const auto row = [](const char* text, const char* why) {
        QTest::newRow(text) << QByteArray(text) << QString::fromUtf8(why);
    };
    row("", "neither a JSON Patch nor");
    row("{\"a\":1} x", "neither a JSON Patch nor");
    row("{'a':1}", "neither a JSON Patch nor");
    row("\"\xff\"", "neither a JSON Patch nor");
    row("[]", "nothing would change");
    row(R"([{"op":"rename","path":"/a"}])", "Operation 1");
    row(R"([{"op":1,"path":"/a"}])", "\"op\" should be");
    row(R"([{"op":"remove","path":"/a"},{"op":"add","path":"/a"}])", "Operation 2 of the patch: \"value\"");
    row(R"([{"op":"move","path":"/a"}])", "\"from\" should be");
    row(R"([{"op":"remove","path":"a"}])", "should begin with /");
    row(R"([{"op":"remove","path":3}])", "\"path\" should be");
    row(R"([{"op":"remove","path":"/a~2"}])", "~ should be ~0");
    row(R"([{"op":"remove","path":"/a~"}])", "~ should be ~0");
}

void TestJsonEdit::refusesWhatIsNoEdit() {
    QFETCH(const QByteArray, text);
    QFETCH(const QString, why);
    const Result<JsonEdit> refused = JsonEdit::parse(text);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY2(refused.error().text.contains(why), qPrintable(refused.error().text));
}

void TestJsonEdit::applyingIsAllOrNothing() {
    const auto refused =
        applied(R"([{"op":"replace","path":"/a","value":2},{"op":"test","path":"/a","value":1}])", R"({"a":1})");
    QVERIFY(!refused);
    QCOMPARE(refused.error().text, QStringLiteral("/a is not 1"));
}

/// What is done to the text means what would be done to the meaning.
void TestJsonEdit::commutesWithMeaning() {
    const QByteArrayList documents{R"({"a":1,"b":[1,{"a":2}],"a":{"x":1,"x":2}})",
                                   R"({"b":[], "a":{}, "b":[0,1,2]})",
                                   R"([{"a":1.50,"a":1e1},[],{}])",
                                   "{}",
                                   "[]",
                                   "7"};
    const QByteArrayList paths{"", "/a", "/b", "/a/x", "/b/0", "/b/1/a", "/b/-", "/0/a", "/1/-", "/2", "/0"};
    int compared = 0;
    for (const QByteArray& document : documents) {
        for (const QByteArray& path : paths) {
            for (const char* op : {"add", "remove", "replace", "move", "copy"}) {
                const QByteArray patch = "[{\"op\":\"" + QByteArray(op) + "\",\"path\":\"" + path
                                         + "\",\"from\":\"/a\",\"value\":{\"n\":1.0}}]";
                const auto meaning = jsonMeaning(document);
                QVERIFY(meaning);
                const auto one = applied(patch, document);
                const auto other = applied(patch, *meaning);
                QVERIFY2(bool(one) == bool(other), (patch + " on " + document).constData());
                if (!one)
                    continue;
                QCOMPARE(*jsonMeaning(*one), *jsonMeaning(*other));
                ++compared;
            }
        }
    }
    QVERIFY2(compared > 70, QByteArray::number(compared).constData());
}

void TestJsonEdit::boundsGrowthAndDepth() {
    QByteArray doubling = "[";
    for (int i = 0; i < 40; ++i)
        doubling +=
            QByteArray(i > 0 ? "," : "") + R"({"op":"copy","from":"","path":"/a)" + QByteArray::number(i) + "\"}";
    const auto grown = applied(doubling + ']', "{\"t\":\"" + QByteArray(1000, 'x') + "\"}");
    QVERIFY(!grown);
    QVERIFY2(grown.error().text.contains(QLatin1String("16 MiB")), qPrintable(grown.error().text));
    const QByteArray deep = QByteArray(1999, '[') + QByteArray(1999, ']');
    QVERIFY(applied(R"([{"op":"add","path":"/-","value":1}])", deep));
    const auto deeper = applied(R"([{"op":"add","path":"/-","value":)" + deep + "}]", "[]");
    QVERIFY(!deeper);
    const auto two = applied(R"([{"op":"copy","from":"","path":"/0/0"}])", deep);
    QVERIFY(!two);
    QVERIFY2(two.error().text.contains(QLatin1String("deep")), qPrintable(two.error().text));
}

void TestJsonEdit::findsDifferences_data() {
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* before, const char* after, const char* expected) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after) << QByteArray(expected);
    };
    row("none", R"({"a":1})", R"({ "a" : 1.0 })", "");
    row("changed", R"({"a":1,"b":2})", R"({"a":1,"b":3})", "/b: 2 → 3");
    row("came and went", R"({"a":1,"b":2})", R"({"b":2,"c":"x"})", "/a: − 1; /c: + \"x\"");
    row("deep", R"({"a":{"b":[1,{"c":2}]}})", R"({"a":{"b":[1,{"c":3}]}})", "/a/b/1/c: 2 → 3");
    row("arrays", "[1,2,3]", "[1,4]", "/1: 2 → 4; /2: − 3");
    row("great numbers", R"({"a":18446744073709551615})", R"({"a":18446744073709551614})",
        "/a: 18446744073709551615 → 18446744073709551614");
    row("equal names", R"({"a":1,"a":2})", R"({"a":3,"a":2})", "");
    row("another kind", R"({"a":[1]})", R"({"a":{"0":1}})", "/a: [1] → {\"0\":1}");
    row("the whole", "1", "2", "the document: 1 → 2");
    row("no JSON", "x", "2", "the document: x → 2");
    row("escaped", R"({"a/b":{"~":1}})", R"({"a/b":{"~":2}})", "/a~1b/~0: 1 → 2");
}

void TestJsonEdit::findsDifferences() {
    QFETCH(const QByteArray, before);
    QFETCH(const QByteArray, after);
    QFETCH(const QByteArray, expected);
    QByteArrayList texts;
    for (const JsonDifference& difference : jsonDifferences(before, after, 100))
        texts << differenceText(difference);
    QCOMPARE(texts.join("; "), expected);
    if (before == "x" || expected.isEmpty())
        return;
    const auto patch = JsonEdit::parse(jsonPatch(jsonDifferences(before, after)));
    QVERIFY2(patch, patch ? "" : qPrintable(patch.error().text));
    const auto patched = patch->apply(before);
    QVERIFY2(patched, patched ? "" : qPrintable(patched.error().text));
    QVERIFY2(isSameJson(*patched, after), patched->constData());
}

void TestJsonEdit::writesPatches() {
    QCOMPARE(jsonPatch({}), QByteArray("[]"));
    QCOMPARE(
        jsonPatch(jsonDifferences(R"({"a":1,"b":[1,2,3],"c/~":"x"})", R"({"a":1.50,"b":[1],"d\n":{"e":null}})")),
        QByteArray(R"([{"op":"replace","path":"/a","value":1.50},{"op":"add","path":"/d\n","value":{"e":null}},)"
                   R"({"op":"remove","path":"/c~1~0"},{"op":"remove","path":"/b/2"},{"op":"remove","path":"/b/1"}])"));
}

/// Many members in another order, some of them changed: neither minutes nor gigabytes.
void TestJsonEdit::comparesLargeObjects() {
    QByteArray before = "{";
    QByteArray after = "{";
    constexpr int members = 200'000;
    for (int i = 0; i < members; ++i) {
        before += "\"key " + QByteArray::number(i) + "\":" + QByteArray::number(i) + ',';
        const int other = members - 1 - i;
        after +=
            "\"key " + QByteArray::number(other) + "\":" + QByteArray::number(other % 1000 == 0 ? -1 : other) + ',';
    }
    before.back() = '}';
    after.back() = '}';
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(jsonDifferences(before, after).size(), std::size_t(members / 1000));
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

void TestJsonEdit::stopsAtEnoughDifferences() {
    QCOMPARE(jsonDifferences("[1,2,3,4,5]", "[5,4,2,1,0]", 2).size(), 2U);
    QCOMPARE(differenceText({"/a", "\"" + QByteArray(100, 'x') + "\"", "1"}, 5), QByteArray("/a: \"xxxx… → 1"));
}

void TestJsonEdit::knowsWhatJsonbRefuses_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<bool>("refused");
    const auto row = [](const char* text, bool refused) { QTest::newRow(text) << QByteArray(text) << refused; };
    row(R"({"a":"x","n":[-1.5e3,18446744073709551615]})", false);
    row(R"({"a":"\u0000"})", true);
    row(R"({"\u0000":1})", true);
    row(R"(["\ud800"])", true);
    row(R"(["\ud83d\ude00"])", false);
    row("[1e200000]", true);
    row("[1e400]", false);
}

void TestJsonEdit::knowsWhatJsonbRefuses() {
    QFETCH(const QByteArray, document);
    QFETCH(const bool, refused);
    QCOMPARE(!whyNotJsonb(document).isEmpty(), refused);
}

QTEST_GUILESS_MAIN(TestJsonEdit)
#include "tst_jsonedit.moc"
