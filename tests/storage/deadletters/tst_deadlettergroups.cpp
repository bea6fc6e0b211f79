#include "storage/deadletters/groupscan.h"
#include "storage/deadletters/payloadshape.h"
#include "storage/ports/ports.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <map>
#include <random>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

DeadLetter letter(int n, const QByteArray& port, const std::optional<QByteArray>& error,
                  const std::optional<QByteArray>& details = {}) {
    DeadLetter message;
    message.id = QByteArray::number(n);
    message.portName = port;
    message.messageData = R"({"n":1,"who":"a"})";
    message.diedAt = Timestamp(std::chrono::seconds(1'700'000'000 + n));
    message.errorMessage = error;
    message.errorDetails = details;
    return message;
}

std::vector<DeadLetter> someLetters() {
    std::vector<DeadLetter> letters;
    for (int n = 1; n <= 90; ++n) {
        const QByteArray number = QByteArray::number(n);
        if (n % 3 == 0)
            letters.push_back(letter(n, "orders", "timeout after " + number + " ms on 10.0.0." + number));
        else if (n % 3 == 1)
            letters.push_back(letter(n, "mail", "timeout after " + number + " ms on 10.0.0." + number));
        else
            letters.push_back(letter(n, "orders", "column \"c" + number + "\" violates not-null",
                                     R"({"type":"IntegrityError","code":23502})"));
    }
    return letters;
}

QByteArrayList textOf(const std::vector<DeadLetterGroup>& groups) {
    QByteArrayList lines;
    for (const DeadLetterGroup& group : groups)
        lines << group.fingerprint + ' ' + group.portName + ' ' + group.errorType + ' '
                     + QByteArray::number(group.count) + ' ' + group.text + ' ' + toIsoTime(*group.firstSeen) + ' '
                     + toIsoTime(*group.lastSeen) + ' ' + group.sampleId;
    return lines;
}

} // namespace

class TestDeadLetterGroups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void groupsByPortTypeAndTemplate();
    void orderTellsNothing();
    void growsWithoutLosingItsName();
    void whatSaysNothingGoesByItsShape();
    void whatIsKnownStaysAsItIs();
    void countsTheLastHours();
    void shapes_data();
    void shapes();
    void lettersOfAGroup();
};

void TestDeadLetterGroups::groupsByPortTypeAndTemplate() {
    DeadLetterGrouping grouping;
    for (const DeadLetter& message : someLetters())
        grouping.add(message);
    const std::vector<DeadLetterGroup> groups = grouping.groups();
    QCOMPARE(groups.size(), 3U);
    for (const DeadLetterGroup& group : groups) {
        QCOMPARE(group.count, 30);
        QCOMPARE(group.fingerprint.size(), 16);
    }
    std::map<QByteArray, DeadLetterGroup> byPort;
    for (const DeadLetterGroup& group : groups)
        byPort[group.portName + ' ' + group.errorType] = group;
    QCOMPARE(byPort.size(), 3U);
    QCOMPARE(byPort["mail "].text, QByteArray("timeout after <*> on <*>"));
    QCOMPARE(byPort["mail "].text, byPort["orders "].text);
    QVERIFY(byPort["mail "].fingerprint != byPort["orders "].fingerprint);
    QCOMPARE(byPort["orders "].firstSeen, letter(3, {}, {}).diedAt);
    QCOMPARE(byPort["orders "].lastSeen, letter(90, {}, {}).diedAt);
    QCOMPARE(byPort["orders "].sampleId, QByteArray("90"));
    QCOMPARE(byPort["orders IntegrityError 23502"].count, 30);
}

void TestDeadLetterGroups::orderTellsNothing() {
    std::vector<DeadLetter> letters = someLetters();
    DeadLetterGrouping once;
    for (const DeadLetter& message : letters)
        once.add(message);
    const QByteArrayList expected = textOf(once.groups());
    std::mt19937 random(1);
    for (int i = 0; i < 20; ++i) {
        std::ranges::shuffle(letters, random);
        DeadLetterGrouping again;
        for (const DeadLetter& message : letters)
            again.add(message);
        QCOMPARE(textOf(again.groups()), expected);
    }
}

void TestDeadLetterGroups::growsWithoutLosingItsName() {
    DeadLetterGrouping grouping;
    std::map<QByteArray, qint64> counts;
    for (const DeadLetter& message : someLetters()) {
        grouping.add(message);
        for (const DeadLetterGroup& group : grouping.groups()) {
            QVERIFY(group.count >= counts[group.fingerprint]);
            counts[group.fingerprint] = group.count;
        }
    }
    QCOMPARE(counts.size(), 3U);
    for (const DeadLetter& message : someLetters())
        QVERIFY(counts.contains(grouping.fingerprintOf(message)));
}

void TestDeadLetterGroups::whatSaysNothingGoesByItsShape() {
    DeadLetterGrouping grouping;
    for (int n = 0; n < 6; ++n) {
        DeadLetter message = letter(n, "orders", {});
        if (n < 2)
            message.messageData = R"({"who":7,"n":2})";
        grouping.add(message);
    }
    grouping.add(letter(9, "orders", QByteArray("")));
    const std::vector<DeadLetterGroup> groups = grouping.groups();
    QCOMPARE(groups.size(), 3U);
    QCOMPARE(groups[0].count, 4);
    QVERIFY2(groups[0].text.contains("who: text"), groups[0].text.constData());
    QVERIFY2(groups[1].text.contains("who: number"), groups[1].text.constData());
}

void TestDeadLetterGroups::whatIsKnownStaysAsItIs() {
    const auto words = [](const char* who) { return QByteArray("worker ") + who + " gave up on the order"; };
    DeadLetterGrouping alone;
    alone.add(letter(1, "orders", words("anna")));
    const std::vector<DeadLetterGroup> before = alone.groups();
    QCOMPARE(before.size(), 1U);

    std::vector<QByteArray> known{before[0].text};
    DeadLetterGrouping seeded(known);
    DeadLetterGrouping unseeded;
    alone.settle();
    int n = 1;
    for (const char* who : {"anna", "berta", "carla", "dora", "emma", "fanny", "gerda"}) {
        for (DeadLetterGrouping* each : {&alone, &seeded, &unseeded}) {
            if (each != &alone || n > 1)
                each->add(letter(n, "orders", words(who)));
        }
        ++n;
    }
    QCOMPARE(unseeded.groups().size(), 1U); // seven names at one place are a value
    QCOMPARE(unseeded.groups()[0].text, QByteArray("worker <*> gave up on the order"));
    for (DeadLetterGrouping* each : {&alone, &seeded}) {
        const std::vector<DeadLetterGroup> groups = each->groups();
        QCOMPARE(groups.size(), 2U);
        QCOMPARE(groups[0].count, 6);
        QCOMPARE(groups[0].text, QByteArray("worker <*> gave up on the order"));
        QCOMPARE(groups[1].fingerprint, before[0].fingerprint);
        QCOMPARE(groups[1].count, 1);
    }
    QCOMPARE(textOf(alone.groups()), textOf(seeded.groups()));
}

void TestDeadLetterGroups::countsTheLastHours() {
    const Timestamp now = *parseIsoTime("2026-03-01T12:30:00Z");
    DeadLetterGrouping grouping({}, now);
    const auto add = [&](const char* time) {
        DeadLetter each = letter(1, "orders", QByteArray("timeout"));
        each.diedAt = parseIsoTime(time);
        grouping.add(each);
    };
    for (const char* time :
         {"2026-03-01T12:00:00Z", "2026-03-01T12:29:59Z", "2026-03-01T12:45:00Z", // ahead of the clock
          "2026-03-01T11:59:59Z", "2026-02-28T13:00:00Z", "2026-02-28T12:59:59Z", ""})
        add(time);
    HourCounts expected{};
    expected[23] = 3;
    expected[22] = 1;
    expected[0] = 1;
    QCOMPARE(grouping.groups(now)[0].count, 7);
    QVERIFY(grouping.groups(now)[0].lastHours == expected);
    HourCounts later{};
    later[21] = 3;
    later[20] = 1;
    QVERIFY(grouping.groups(now + std::chrono::hours(2))[0].lastHours == later);
    QVERIFY(grouping.groups(now + std::chrono::hours(50))[0].lastHours == HourCounts{});
}

void TestDeadLetterGroups::shapes_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("shape");
    QTest::newRow("object") << QByteArray(R"({"b":{"x":[1,{"y":2}]},"a":1.5,"c":[{"z":1}],"d":null,"e":true,"f":"t"})")
                            << QByteArray("{a: number, b: object, c: array, d: null, e: boolean, f: text}");
    QTest::newRow("a key twice") << QByteArray(R"({"a":1,"a":2})") << QByteArray("{a: number}");
    QTest::newRow("breaks and tabs in a key") << QByteArray(R"({"a\n\tb":1})") << QByteArray("{a b: number}");
    QTest::newRow("array") << QByteArray("[1,2]") << QByteArray("[…]");
    QTest::newRow("number") << QByteArray("7") << QByteArray("number");
    QTest::newRow("nothing") << QByteArray() << QByteArray("not JSON");
    QTest::newRow("torn") << QByteArray(R"({"a":)") << QByteArray("not JSON");
    QTest::newRow("deep") << QByteArray(100'000, '[') + QByteArray(100'000, ']') << QByteArray("[…]");
}

void TestDeadLetterGroups::shapes() {
    QFETCH(const QByteArray, document);
    QTEST(payloadShape(document), "shape");
    const QByteArray wide = payloadShape('{' + QByteArray("\"" + QByteArray("ä").repeated(2'000) + "\":1") + '}');
    QVERIFY(wide.size() <= 500 && wide.isValidUtf8());
}

void TestDeadLetterGroups::lettersOfAGroup() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const auto store = openStore(*StoreUrl::parse(QStringLiteral("sqlite://") + path), Access::Write);
    QVERIFY(store.ok());
    QCOMPARE(
        SqliteScript(path).run(
            "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
            "error_message) WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1200) "
            "SELECT 'id' || n, 'orders', 'a', 'b', '{}', CASE WHEN n % 4 = 0 THEN 'pending' ELSE 'dead_letter' END, "
            "CASE WHEN n % 2 = 0 THEN 'timeout after ' || n || ' ms' ELSE 'no route to host' END FROM s"),
        QString());
    GroupScan& scan = (*store)->ports()->groups();
    QVERIFY(scan.more(GroupScan::untilExact, {}).ok());
    const std::vector<DeadLetterGroup> groups = scan.groups();
    QCOMPARE(groups.size(), 2U);
    QCOMPARE(groups[0].count, 600);
    QCOMPARE(groups[1].count, 300);
    const auto ids = scan.lettersOf(groups[1].fingerprint, {});
    QVERIFY(ids.ok());
    QCOMPARE(ids->size(), 300U);
    for (const QByteArray& id : *ids)
        QCOMPARE(id.mid(2).toInt() % 4, 2);
    const auto none = scan.lettersOf("0123456789abcdef", {});
    QVERIFY(!none && none.error().code == ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestDeadLetterGroups)
#include "tst_deadlettergroups.moc"
