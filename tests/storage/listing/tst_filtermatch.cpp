#include "storage/json/jsonnumber.h"
#include "storage/json/jsonplace.h"
#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"
#include "tests/support/filtercases.h"

#include <QtTest>
#include <algorithm>

using namespace portolan;

/// What the filters mean is tested together with their SQL, in tst_filtersql; here is what the matcher is made of.
class TestFilterMatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTexts_data();
    void findsTexts();
    void findsAsTheNaiveSearchDoes();
    void findsAcrossWindows();
    void findsPlacesInDocuments_data();
    void findsPlacesInDocuments();
    void refusesWhatIsNoDocument_data();
    void refusesWhatIsNoDocument();
    void comparesEveryKindOfPlace();
    void comparesNumbers_data();
    void comparesNumbers();
    void matchesMessages();
    void tellsNeededTexts_data();
    void tellsNeededTexts();
};

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

qsizetype naiveFind(const QByteArray& text, const QByteArray& needle, qsizetype from) {
    if (from > text.size())
        return -1;
    const auto found = std::search(text.begin() + from, text.end(), needle.begin(), needle.end(),
                                   [](char a, char b) { return lower(a) == lower(b); });
    return found == text.end() && !needle.isEmpty() ? -1 : found - text.begin();
}

Filter parsed(const QString& text) {
    const auto filter = parseFilter(text, messageSchema(), test::filterNow());
    return filter ? *filter : Filter();
}

} // namespace

void TestFilterMatch::findsTexts_data() {
    QTest::addColumn<QByteArray>("needle");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qsizetype>("place");
    const auto row = [](const char* name, const QByteArray& needle, const QByteArray& text, qsizetype place) {
        QTest::newRow(name) << needle << text << place;
    };
    row("whole", "abc", "abc", 0);
    row("other case", "aBc", "xAbCx", 1);
    row("not there", "abd", "abcabc", -1);
    row("longer than the text", "abcd", "abc", -1);
    row("last", "z", "aaaz", 3);
    row("repeated", "aab", "aaaaab", 3);
    row("empty needle", "", "abc", 0);
    row("empty both", "", "", 0);
    row("@ is not `", "@", "`", -1);
    row("[ is not {", "[x", "{x", -1);
    row("umlauts have their case", "ö", "Ö", -1);
    row("utf-8", "größe", "die GRößE hier", 4);
    row("NUL", QByteArray("\0b", 2), QByteArray("a\0b\0B", 5), 1);
    row("high bytes", "\xff\xfe", "\xfe\xff\xfe", 1);
}

void TestFilterMatch::findsTexts() {
    QFETCH(QByteArray, needle);
    QFETCH(QByteArray, text);
    QFETCH(qsizetype, place);
    QCOMPARE(TextSearch(needle).find(text), place);
}

void TestFilterMatch::findsAsTheNaiveSearchDoes() {
    quint32 state = 3;
    const auto random = [&](quint32 below) {
        state = state * 1'664'525 + 1'013'904'223;
        return (state >> 8) % below;
    };
    const QByteArrayView letters("aAbBe\n\xc3");
    const auto text = [&](quint32 longest) {
        QByteArray made;
        for (quint32 n = random(longest + 1); n > 0; --n)
            made += letters[random(quint32(letters.size()))];
        return made;
    };
    for (int i = 0; i < 20'000; ++i) {
        const QByteArray needle = text(4);
        const QByteArray hay = text(40);
        const auto from = qsizetype(random(42));
        QCOMPARE(TextSearch(needle).find(hay, from), naiveFind(hay, needle, from));
    }
}

void TestFilterMatch::findsAcrossWindows() {
    for (qsizetype place = 4'080; place < 4'112; ++place) {
        const QByteArray text = QByteArray(place, 'x') + "NeedLe" + QByteArray(20'000 - place, 'e');
        QCOMPARE(TextSearch("needle").find(text), place);
        QCOMPARE(TextSearch("needle").find(text, place + 1), -1);
    }
}

void TestFilterMatch::findsPlacesInDocuments_data() {
    using Path = std::vector<std::variant<QByteArray, int>>;
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<Path>("path");
    QTest::addColumn<QByteArray>("text"); // "-": no such place
    const auto row = [](const char* document, const Path& path, const QByteArray& text) {
        QTest::newRow(document) << QByteArray(document) << path << text;
    };
    row(R"( {"a" : 5 } )", {"a"}, "5");
    row(R"({"b":{"a":[1,[2,3]]}})", {"b", "a", 1, 0}, "2");
    row(R"({"a":"x\ty\u00e9\ud83d\udca5\/\\"})", {"a"}, "x\tyé💥/\\");
    row(R"({"a":"\ud83d!"})", {"a"}, "\xED\xA0\xBD!");
    row(R"({"\u0061":1})", {"a"}, "1");
    row(R"({"a":1,"a":2})", {"a"}, "2");
    row(R"({"a":{"b":1},"a":{"c":2}})", {"a", "b"}, "-");
    row(R"({"a":1.50e1})", {"a"}, "15.0");
    row(R"({"a":18446744073709551615})", {"a"}, "18446744073709551615");
    row(R"({"a":[]})", {"a", 0}, "-");
    row(R"({"a":{}})", {"a", "b"}, "-");
    row(R"({"a":{}, "b":1})", {"a", 0}, "-");
    row(R"([1])", {"0"}, "-");
    row(R"([1,2])", {2}, "-");
    row(R"("a")", {"a"}, "-");
    row(R"({"":1})", {""}, "1");
}

void TestFilterMatch::findsPlacesInDocuments() {
    using Path = std::vector<std::variant<QByteArray, int>>;
    QFETCH(QByteArray, document);
    QFETCH(Path, path);
    QFETCH(QByteArray, text);
    const auto place = findJsonPlace(document, path);
    QCOMPARE(place ? place->text() : QByteArray("-"), text);
}

void TestFilterMatch::refusesWhatIsNoDocument_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<bool>("ok");
    const auto row = [](const QByteArray& document, bool ok) {
        QTest::addRow("%s", document.isEmpty() ? "empty" : document.left(30).constData()) << document << ok;
    };
    for (const char* good : {"1", "-0", "1.5E+3", "\"\"", "[]", "{}", " null ", "[1 , 2]", "1e400"})
        row(good, true);
    for (const char* bad : {"",    " ",       "01",    "1.",         ".5",          "+1",        "-",      "1e",
                            "nan", "tru",     "\"",    "\"\\x\"",    "\"\\u12g4\"", "\"\\u12\"", "\"\n\"", "[1,]",
                            "[",   "{\"a\"}", "{a:1}", "{\"a\":1,}", "1 2",         "{}x",       "'a'"})
        row(bad, false);
    row(QByteArray(1'100, '[') + QByteArray(1'100, ']'), true);
    row(QByteArray(2'001, '[') + QByteArray(2'001, ']'), false);
    row(QByteArray(1'000'000, '['), false);
}

void TestFilterMatch::refusesWhatIsNoDocument() {
    QFETCH(QByteArray, document);
    QFETCH(bool, ok);
    QCOMPARE(findJsonPlace(document, {}).has_value(), ok);
}

/// Every kind of JSON value beside every operator and wanted word, by the rule in its plainest words: null is no value,
/// a number is compared with a number, true and false are no numbers, all else goes by its text.
void TestFilterMatch::comparesEveryKindOfPlace() {
    const QByteArrayList places{"null",   "true",  "false",  "0",        "5",         "500",
                                "-1.5",   R"("")", R"("5")", R"("500")", R"("true")", R"("null")",
                                R"("x")", "[1]",   "[]",     "{}",       R"({"b":1})"};
    const QByteArrayList wanted{"0", "100", "-2", "true", "false", "null", "x", "\"5\""};
    for (const QByteArray& place : places) {
        const char first = place.front();
        const bool isText = first == '"';
        const bool isTruth = place == "true" || place == "false";
        const bool isNumber = !isText && !isTruth && place != "null" && first != '[' && first != '{';
        const QByteArray text = isText ? place.sliced(1, place.size() - 2) : place;
        for (const QByteArray& word : wanted) {
            const QByteArray bare = word.startsWith('"') ? word.sliced(1, word.size() - 2) : word;
            bool isWantedNumber = false;
            const double number = word.toDouble(&isWantedNumber);
            for (const char* sign : {":", "<", "<=", ">", ">="}) {
                const int order = isNumber && isWantedNumber ? (text.toDouble() > number) - (text.toDouble() < number)
                                                             : (text > bare) - (text < bare);
                const QByteArray by(sign);
                const bool inOrder = by == ":"            ? order == 0
                                     : by.startsWith('<') ? order < 0 || (by == "<=" && order == 0)
                                                          : order > 0 || (by == ">=" && order == 0);
                const bool isScalar = isText || isTruth || isNumber;
                const bool holds =
                    place == "null" ? by == ":" && word == "null" : isScalar && inOrder && !(isTruth && isWantedNumber);
                const auto filter =
                    parseFilter(QStringLiteral("data.a%1%2").arg(QLatin1String(sign), QLatin1String(word)),
                                test::filterSchema(), test::filterNow());
                QVERIFY(filter.ok());
                const FilterMatcher matcher(*filter, test::filterSchema());
                test::FilterRow row{1};
                row.messageData = "{\"a\":" + place + '}';
                QVERIFY2(matcher.matches(test::filterColumns(), row) == holds, place + sign + word);
            }
        }
    }
}

void TestFilterMatch::comparesNumbers_data() {
    QTest::addColumn<QByteArray>("less");
    QTest::addColumn<QByteArray>("greater"); // empty: equal to the first
    QTest::addColumn<bool>("equal");
    const auto row = [](const char* a, const char* b, bool equal) {
        QTest::addRow("%s %s", a, b) << QByteArray(a) << QByteArray(b) << equal;
    };
    row("9007199254740992", "9007199254740993", false);
    row("-9007199254740993", "-9007199254740992", false);
    row("18446744073709551614", "18446744073709551615", false);
    row("9999999999999999999999", "10000000000000000000000", false);
    row("-1", "1", false);
    row("-10", "-9", false);
    row("1e308", "1e400", false);
    row("-1e400", "1", false);
    row("1", "1.0", true);
    row("0", "-0", true);
    row("10", "1e1", true);
    row("0", "1e-400", false);
    row("0.1", "0.10000000000000000001", false);
    row("-1e99999999999999999999", "-1e9", false);
    row("0e99999999999999999999", "0.000", true);
    row("1.50e1", "15", true);
}

void TestFilterMatch::comparesNumbers() {
    QFETCH(QByteArray, less);
    QFETCH(QByteArray, greater);
    QFETCH(bool, equal);
    QCOMPARE(compareJsonNumbers(less, greater) < 0, !equal);
    QCOMPARE(compareJsonNumbers(greater, less) > 0, !equal);
    QCOMPARE(compareJsonNumbers(less, greater) == 0, equal);
}

void TestFilterMatch::matchesMessages() {
    const Message first{{12, 3}, 12, 42, parseIsoTime("2025-10-16T14:56:05Z"), "Timeout on host-1"};
    const Message second{{12, 4}, 12, {}, {}, "no message line"};
    const auto holds = [&](const char* text, const Message& message) {
        return matches(parsed(QString::fromLatin1(text)), messageColumns(), messageSchema(), message);
    };
    QVERIFY(holds("", first) && holds("", second));
    QVERIFY(holds("timeout", first) && !holds("timeout", second));
    QVERIFY(holds("id:12:3", first) && !holds("id:12:3", second));
    QVERIFY(holds("batch_id:12 message_number:42", first) && !holds("message_number:42", second));
    QVERIFY(!holds("timestamp:*", second) && holds("not timestamp>2020-01-01", second));
    QVERIFY(matches(equals(messageSchema(), "batch_id", 12), messageColumns(), messageSchema(), second));
}

void TestFilterMatch::tellsNeededTexts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("needed");
    const auto row = [](const char* text, const char* needed) {
        QTest::newRow(*text ? text : "empty") << QString::fromLatin1(text) << QByteArray(needed);
    };
    row("", "");
    row("timeout", "timeout");
    row("content~timeout", "timeout");
    row("content:\"a b\"", "a b");
    row("a timeout batch_id:1", "timeout");
    row("not timeout", "");
    row("timeout or host", "");
    row("(a or b) host", "host");
    row("content>timeout", "");
    row("batch_id:1", "");
}

void TestFilterMatch::tellsNeededTexts() {
    QFETCH(QString, text);
    QFETCH(QByteArray, needed);
    QCOMPARE(neededText(parsed(text), messageSchema(), "content"), needed);
}

QTEST_GUILESS_MAIN(TestFilterMatch)
#include "tst_filtermatch.moc"
