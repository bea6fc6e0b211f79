#include "storage/json/jsoncomparison.h"
#include "storage/json/jsondifference.h"

#include <QByteArrayList>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>
#include <array>

using namespace portolan;

namespace {

constexpr std::size_t plenty = 100'000;

JsonComparison compared(std::initializer_list<QByteArrayView> documents, std::size_t most = plenty) {
    return compareJson(std::span(documents.begin(), documents.size()), most, {});
}

/// "  name: a | b", "-" where there is nothing, "{2}" an object of two; "*" in front of what differs.
QByteArrayList written(const JsonComparison& comparison) {
    QByteArrayList lines;
    for (const JsonComparison::Line& line : comparison.lines) {
        QByteArrayList sides;
        for (const auto& side : line.sides) {
            const QByteArray members = side ? QByteArray::number(static_cast<qulonglong>(side->members)) : QByteArray();
            sides << (!side               ? "-"
                      : side->isContainer ? (side->isObject ? '{' + members + '}' : '[' + members + ']')
                                          : side->text);
        }
        lines << (line.differs() ? '*' : ' ') + QByteArray(line.depth * 2, ' ') + line.name + ": " + sides.join(" | ");
    }
    return lines;
}

QByteArray randomDocument(QRandomGenerator& random, int depth) {
    const int kind = random.bounded(depth > 0 ? 6 : 4);
    if (kind == 4 || kind == 5) {
        QByteArray text(1, kind == 4 ? '{' : '[');
        const int members = random.bounded(5);
        for (int i = 0; i < members; ++i) {
            text += i > 0 ? "," : "";
            if (kind == 4)
                text += '"' + QByteArray(1, static_cast<char>('a' + random.bounded(6))) + "\":";
            text += randomDocument(random, depth - 1);
        }
        return text + (kind == 4 ? '}' : ']');
    }
    const std::array<QByteArray, 6> scalars{"1", "1.0", "\"x\"", "\"\\u0078\"", "null", "true"};
    return scalars[static_cast<std::size_t>(random.bounded(6))];
}

/// A place as a JSON pointer, for names without "~" and "/".
QByteArray pathOf(const JsonComparison& comparison, const JsonComparison::Line& line) {
    return line.parent < 0
               ? QByteArray()
               : pathOf(comparison, comparison.lines[static_cast<std::size_t>(line.parent)]) + '/' + line.name;
}

} // namespace

class TestJsonComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsWhatIsAroundAChange() {
        const JsonComparison comparison =
            compared({R"({"host":"a","limits":{"rate":1,"burst":[1,2]},"old":true})",
                      R"({"host":"a","limits":{"rate":2,"burst":[1,2]},"new":{"x":null}})"});
        QCOMPARE(written(comparison), (QByteArrayList{
                                          "*: {3} | {3}",
                                          "   host: \"a\" | \"a\"",
                                          "*  limits: {2} | {2}",
                                          "*    rate: 1 | 2",
                                          "     burst: [2] | [2]",
                                          "*  old: true | -",
                                          "*  new: - | {1}",
                                          "*    x: - | null",
                                      }));
        QCOMPARE(comparison.differences(), 3U);
        QVERIFY(!comparison.cut);
        QCOMPARE(comparison.lines[3].parent, 2);
        QCOMPARE(comparison.lines[4].row, 1);
        QCOMPARE(comparison.lines[0].children, (std::vector{1, 2, 5, 6}));
    }

    void comparesThree() {
        QCOMPARE(written(compared({R"({"a":1,"b":1,"c":1})", R"({"a":1,"b":2,"c":2})", R"({"a":1,"b":3,"d":0})"})),
                 (QByteArrayList{
                     "*: {3} | {3} | {3}",
                     "   a: 1 | 1 | 1",
                     "*  b: 1 | 2 | 3",
                     "*  c: 1 | 2 | -",
                     "*  d: - | - | 0",
                 }));
        using Step = JsonComparison::Step;
        const JsonComparison steps = compared({R"({"a":1,"b":[1]})", R"({"a":1.0,"b":[1]})", R"({"b":[2],"c":0})"});
        QCOMPARE(steps.lines[0].steps, (std::vector{Step::Same, Step::Same, Step::Changed}));
        QCOMPARE(steps.lines[1].steps, (std::vector{Step::Same, Step::Same, Step::Removed}));
        QCOMPARE(steps.lines[2].steps, (std::vector{Step::Same, Step::Same, Step::Changed}));
        QCOMPARE(steps.lines.back().steps, (std::vector{Step::Same, Step::Same, Step::Added}));
    }

    void meansNotSpelling() {
        QCOMPARE(written(compared({R"({"a":1,"b":{"x":"x","y":2.0}})", R"({ "b": {"y":2, "x":"\u0078"}, "a":1.0 })"})),
                 QByteArrayList{" : {2} | {2}"});
        QCOMPARE(written(compared({R"({"a":1,"a":2})", R"({"a":2})"})), QByteArrayList{" : {2} | {1}"});
    }

    void differentShapesHaveNoInside() {
        QCOMPARE(written(compared({R"({"a":[1]})", R"({"a":{"0":1}})", R"({"a":"[1]"})"})),
                 (QByteArrayList{"*: {1} | {1} | {1}", "*  a: [1] | {1} | \"[1]\""}));
    }

    void anEmptyObjectThatCameIsADifference() {
        QCOMPARE(written(compared({"{}", R"({"a":{}})"})), (QByteArrayList{"*: {0} | {1}", "*  a: - | {0}"}));
    }

    void whatIsNoJsonStandsAsText() {
        QCOMPARE(written(compared({"{\"a\":", "{}"})), QByteArrayList{"*: {\"a\": | {}"});
        QCOMPARE(written(compared({"oops", "oops"})), QByteArrayList{" : oops | oops"});
    }

    void isCut() {
        QByteArray many = "[0";
        for (int i = 1; i < 1000; ++i)
            many += "," + QByteArray::number(i);
        const JsonComparison comparison = compared({"[]", many + ']'}, 100);
        QCOMPARE(comparison.lines.size(), 100U);
        QVERIFY(comparison.cut);
        QVERIFY(comparison.lines[0].differs());
    }

    /// Unchanged places give way to those that differ, however far after them these are.
    void changesAreFoundBehindWhatIsTheSame() {
        const auto numbers = [](int changed) {
            QByteArray text = "[";
            for (int i = 0; i < 10'000; ++i)
                text +=
                    (i > 0 ? "," : "") + (i == 7'000 ? QByteArray::number(changed) : "1.0" + QByteArray(i % 2, '0'));
            return text + ",[2],{\"a\":" + QByteArray::number(changed) + "}]";
        };
        const QByteArray before = numbers(7);
        const QByteArray after = numbers(8).replace("1.00", "1");
        const JsonComparison comparison = compared({before, after}, 100);
        QVERIFY(!comparison.cut);
        QCOMPARE(comparison.differences(), 2U);
        QVERIFY(comparison.lines.size() <= 100);
        std::size_t places = 0;
        for (const int child : comparison.lines[0].children) {
            const JsonComparison::Line& line = comparison.lines[static_cast<std::size_t>(child)];
            QVERIFY(line.skipped == 0 || !line.differs());
            places += std::max<std::size_t>(1, line.skipped);
        }
        QCOMPARE(places, 10'002U);
        for (std::size_t i = 1; i < comparison.lines.size(); ++i) { // each where its parent has it
            const JsonComparison::Line& line = comparison.lines[i];
            const auto& siblings = comparison.lines[static_cast<std::size_t>(line.parent)].children;
            QCOMPARE(siblings.at(static_cast<std::size_t>(line.row)), static_cast<int>(i));
        }
    }

    void depthCostsTime() {
        const int deep = 1990;
        const QByteArray open = QByteArray("{\"a\":").repeated(deep);
        const QByteArray close = QByteArray("}").repeated(deep);
        const QByteArray one = open + '1' + close;
        const QByteArray two = open + '2' + close;
        QElapsedTimer clock;
        clock.start();
        const JsonComparison comparison = compared({one, two});
        QCOMPARE(comparison.lines.size(), static_cast<std::size_t>(deep) + 1);
        QCOMPARE(comparison.lines.back().depth, deep);
        QVERIFY2(clock.elapsed() < 60'000, qPrintable(QString::number(clock.elapsed())));
    }

    void agreesWithTheDifferences() {
        QRandomGenerator random(7);
        int differing = 0;
        for (int round = 0; round < 3000; ++round) {
            const QByteArray before = randomDocument(random, 4);
            const QByteArray after = random.bounded(4) == 0 ? before : randomDocument(random, 4);
            const std::vector<JsonDifference> expected = jsonDifferences(before, after);
            const JsonComparison comparison = compared({before, after});
            QByteArrayList places;
            for (const JsonDifference& difference : expected)
                places << difference.path;
            QByteArrayList found; // what came or went is one difference there, and every place in it here
            for (const JsonComparison::Line& line : comparison.lines) {
                const bool whole = !line.sides[0] || !line.sides[1] || line.children.empty();
                const bool isWithin = line.parent >= 0 && [&] {
                    const auto& above = comparison.lines[static_cast<std::size_t>(line.parent)];
                    return !above.sides[0] || !above.sides[1];
                }();
                if (line.differs() && whole && !isWithin)
                    found << pathOf(comparison, line);
            }
            std::ranges::sort(places);
            std::ranges::sort(found);
            QVERIFY2(places == found, qPrintable(QString::fromUtf8(before + '\n' + after)));
            differing += expected.empty() ? 0 : 1;
        }
        QVERIFY(differing > 1000);
    }
};

QTEST_GUILESS_MAIN(TestJsonComparison)
#include "tst_jsoncomparison.moc"
