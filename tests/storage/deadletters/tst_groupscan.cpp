#include "storage/deadletters/groupscan.h"
#include "tests/support/memoryports.h"

#include <QTest>

using namespace portolan;
using namespace std::chrono_literals;
using portolan::test::MemoryPorts;

namespace {

PortMessage letter(int n, const QByteArray& port, const QByteArray& error) {
    PortMessage message;
    message.id = QByteArray::number(n).rightJustified(6, '0');
    message.portName = port;
    message.messageData = "{}";
    message.status = PortStatus::DeadLetter;
    message.createdAt = Timestamp(std::chrono::seconds(1'700'000'000 + n));
    message.errorMessage = error;
    return message;
}

/// Ten timeouts of orders, and before them ten refusals of mail.
std::vector<PortMessage> twoGroups() {
    std::vector<PortMessage> letters;
    for (int n = 0; n < 10; ++n) {
        letters.push_back(letter(n, "mail", "mailbox " + QByteArray::number(n) + " is full"));
        letters.push_back(letter(100 + n, "orders", "timeout after " + QByteArray::number(n) + " ms"));
    }
    return letters;
}

GroupProgress more(GroupScan& scan, std::chrono::milliseconds patience) {
    const auto progress = scan.more(patience, {});
    if (!progress)
        qFatal("%s", qPrintable(progress.error().text));
    return *progress;
}

QByteArray textOf(GroupScan& scan) {
    QByteArrayList lines;
    for (const DeadLetterGroup& group : scan.groups())
        lines << group.portName + ' ' + QByteArray::number(group.count);
    return lines.join(", ");
}

} // namespace

class TestGroupScan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheNewestFirst();
    void readsNothingWhileNothingChanges();
    void keepsTheLastResultWhileReadingAgain();
    void aGroupOutlivesItsLetters();
    void whatIsRememberedNeverChanges();
    void cancelledGoesOnLater();
    void listsGroups();
};

void TestGroupScan::showsTheNewestFirst() {
    MemoryPorts ports;
    ports.set(twoGroups());
    GroupScan& scan = ports.groups();
    GroupProgress progress = more(scan, 0ms);
    QVERIFY(!progress.exact);
    QCOMPARE(progress.letters, 3);
    QCOMPARE(textOf(scan), QByteArray("orders 3"));
    int steps = 1;
    for (; !progress.exact; ++steps)
        progress = more(scan, 0ms);
    QCOMPARE(steps, 7); // 20 letters by threes
    QCOMPARE(progress.letters, 20);
    for (const DeadLetterGroup& group : scan.groups())
        QCOMPARE(group.count, 10);
    QCOMPARE(scan.groups().size(), 2U);
}

void TestGroupScan::readsNothingWhileNothingChanges() {
    MemoryPorts ports;
    ports.set(twoGroups());
    GroupScan& scan = ports.groups();
    QVERIFY(more(scan, GroupScan::untilExact).exact);
    const DeadLetterGroup* const groups = scan.groups().data();
    QVERIFY(more(scan, 0ms).exact);
    QCOMPARE(scan.groups().data(), groups); // not even made anew
}

void TestGroupScan::keepsTheLastResultWhileReadingAgain() {
    MemoryPorts ports;
    ports.set(twoGroups());
    GroupScan& scan = ports.groups();
    QVERIFY(more(scan, GroupScan::untilExact).exact);
    for (int n = 200; n < 205; ++n)
        ports.add(letter(n, "orders", "timeout after 9 ms"));
    ports.add(letter(-5, "mail", "mailbox 77 is full")); // older than all that is known
    const GroupProgress progress = more(scan, 0ms);
    QVERIFY(!progress.exact);
    QCOMPARE(progress.letters, 25); // what is newer is there at once
    QCOMPARE(textOf(scan), QByteArray("orders 15, mail 10"));
    GroupProgress later = progress;
    const QDeadlineTimer end(20'000);
    while (!later.exact && !end.hasExpired()) {
        later = more(scan, 0ms);
        QVERIFY(later.letters >= 25); // never less than before
    }
    QCOMPARE(later.letters, 26);
    QCOMPARE(textOf(scan), QByteArray("orders 15, mail 11"));
    ports.set({letter(1, "mail", "mailbox 1 is full")});
    QVERIFY(more(scan, GroupScan::untilExact).exact);
    QCOMPARE(textOf(scan), QByteArray("mail 1"));
}

void TestGroupScan::aGroupOutlivesItsLetters() {
    MemoryPorts ports;
    ports.set(twoGroups());
    GroupScan& scan = ports.groups();
    const auto remembered = scan.remember({});
    QVERIFY(remembered.ok());
    QCOMPARE(*remembered, 2);
    const QByteArray mail = scan.groups()[scan.groups()[0].portName == "mail" ? 0 : 1].fingerprint;
    ports.set({letter(300, "orders", "timeout after 9 ms")});
    const auto gone = scan.group(mail, {});
    QVERIFY(gone.ok());
    QCOMPARE(gone->count, 0);
    QCOMPARE(gone->everSeen, 10);
    QCOMPARE(gone->text, QByteArray("mailbox <*> is full"));
    QCOMPARE(gone->everFirst, letter(0, {}, {}).createdAt);
    QCOMPARE(textOf(scan), QByteArray("orders 1"));
    QCOMPARE(scan.groups()[0].everSeen, 10);
    QCOMPARE(scan.groups()[0].everFirst, letter(100, {}, {}).createdAt);
    const auto none = scan.lettersOf(mail, {});
    QVERIFY(none.ok() && none->empty());
    QVERIFY(!scan.group("0123456789abcdef", {}));
}

void TestGroupScan::whatIsRememberedNeverChanges() {
    const auto words = [](const char* who) { return QByteArray("worker ") + who + " gave up on the order"; };
    const char* const names[] = {"anna", "berta", "carla", "dora", "emma", "fanny", "gerda"};
    MemoryPorts ports;
    ports.add(letter(1, "orders", words(names[0])));
    GroupScan& scan = ports.groups();
    QVERIFY(scan.remember({}).ok());
    const QByteArray first = scan.groups()[0].fingerprint;
    for (int n = 1; n < 7; ++n)
        ports.add(letter(n + 1, "orders", words(names[n])));
    QVERIFY(more(scan, GroupScan::untilExact).exact);
    QCOMPARE(textOf(scan), QByteArray("orders 6, orders 1"));
    QCOMPARE(scan.groups()[1].fingerprint, first);
    const auto ids = scan.lettersOf(first, {});
    QVERIFY(ids.ok());
    QCOMPARE(*ids, std::vector<QByteArray>{"000001"});
}

void TestGroupScan::cancelledGoesOnLater() {
    MemoryPorts ports;
    ports.set(twoGroups());
    GroupScan& scan = ports.groups();
    QCOMPARE(more(scan, 0ms).letters, 3);
    CancelSource stop;
    stop.request_stop();
    const auto cancelled = scan.more(GroupScan::untilExact, stop.get_token());
    QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
    QCOMPARE(textOf(scan), QByteArray("orders 3"));
    QCOMPARE(more(scan, 0ms).letters, 6);
    QCOMPARE(more(scan, GroupScan::untilExact).letters, 20);
}

void TestGroupScan::listsGroups() {
    MemoryPorts ports;
    ports.set(twoGroups());
    GroupScan& scan = ports.groups();
    QVERIFY(more(scan, GroupScan::untilExact).exact);
    ListQuery query;
    query.filter = *parseFilter(QStringLiteral("port_name:mail count>=10"), deadLetterGroupSchema(), currentTime());
    const auto page = scan.rows().page(query, {});
    QVERIFY(page.ok());
    QCOMPARE(page->rows.size(), 1U);
    QCOMPARE(page->rows[0].portName, QByteArray("mail"));
    QVERIFY(!page->rows[0].failedAgainShare());
}

QTEST_GUILESS_MAIN(TestGroupScan)
#include "tst_groupscan.moc"
