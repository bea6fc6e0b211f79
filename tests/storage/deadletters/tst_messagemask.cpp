#include "storage/deadletters/messagemask.h"

#include <QtTest>
#include <random>

using namespace portolan;

class TestMessageMask : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void masksWhatVaries_data() {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("masked");
        const auto row = [](const char* message, const char* masked) {
            QTest::newRow(message) << QByteArray(message) << QByteArray(masked);
        };
        row("", "");
        row("restart.", "restart.");
        // numbers
        row("state 6 of -7 and +1.5e3", "state <*> of <*> and <*>");
        row("size 0x1aFF, id deadbeef01, deadbeef", "size <*>, id <*>");
        row("a facade was added", "a facade was added");
        row("took 17 ms, then 3.5 seconds of 12h", "took <*>, then <*> of <*>");
        row("18846 bytes (18.4 KB) received", "<*> received");
        row("451 bytes received, lifetime <1 sec", "<*> received, lifetime <*>");
        row("10 of <5> items", "<*> of <<*>> items");
        row("45% of 12 percent", "<*> of <*> percent");
        row("instruction......0", "instruction...<*>");
        row("uuid b9000564-fe1a-409b-b8cc-1e88b294cd1d!", "uuid <*>!");
        row("at Tue Jul 26 05:47:42 PDT 2005", "at <*>");
        row("on Tue, 5 Jul 2016 10:11:12 +0000", "on <*>");
        row("You may go on Sun or in May", "You may go on Sun or in May");
        row("2016-07-05T10:11:12.123Z done", "<*> done");
        // places
        row("cannot open /var/log/x.log: denied", "cannot open <*>: denied");
        row("cannot open ./x, ../y and ~/z.", "cannot open <*> and <*>.");
        row("copy C:\\Windows\\sqm\\*_all.sqm to \\\\server\\share\\a", "copy <*> to <*>");
        row("GET /v2/54fa/detail?x=1&y=2 HTTP/1.1", "GET <*>");
        row("see https://example.com/a?b=c#d.", "see <*>.");
        row("read and/or write: Input/output error", "read and/or write: Input/output error");
        row("host ns.example.com asks mx.example.co.uk:25", "host <*> asks <*>");
        row("mapred.task.id and android.intent.action.TICK stay", "mapred.task.id and android.intent.action.TICK stay");
        row("from 10.1.2.3:80 to fe80::1:2/64", "from <*> to <*>");
        row("ten 10.1.2.3,10.1.2.4", "ten <*>");
        row("chip FF:F2:9F:16:EA:bc, note: add: be", "chip <*>, note: add: be");
        row("mail to a.b@example.org and root@localhost", "mail to <*> and root@localhost");
        row("at worker.go:55 in Foo.java:12", "at <*> in Foo.java:<*>");
        // quoted
        row("user \"bob\" has no 'role' in `db`", "user \"<*>\" has no '<*>' in `<*>`");
        row("user \"\" is empty", "user \"<*>\" is empty");
        row("\"GET /x HTTP/1.1\" 200", "\"GET <*>\" <*>");
        row("can't find the users' files", "can't find the users' files");
        row("one of 'a','b', 'c'", "one of '<*>'");
        row("{\"user\": \"bob\", \"id\": 5}", "{\"user\": \"<*>\", \"id\": <*>}");
        // names
        row("blk_-123 in blk_45 of part-00017", "blk_-<*> in blk_<*> of part-<*>");
        row("jk2_init() on s3_upload", "jk<*>_init() on s<*>_upload");
        row("java.Foo@1a2b3c and Foo@abcdef", "java.Foo@<*> and Foo@<*>");
        row("delete blk_1 blk_2 blk_3", "delete blk_<*>");
        row("r24=0x00000001 r25=1", "r<*>=<*> r<*>=<*>");
        // truth
        row("force=false, open: true, retry=no, ws=null", "force=<*>, open: <*>, retry=<*>, ws=<*>");
        row("this is true and no lie", "this is true and no lie");
        // text
        row("a\tb  c\r", "a b c");
        row("***** NEW sweep *****", "*** NEW sweep ***");
        row("f() -> g()", "f() -> g()");
        row("IOThunderbolt<0>(0x0)::cb", "IOThunderbolt<<*>>(<*>)::cb");
        row("a <*> stays", "a <*> stays");
        row("Gr\xc3\xb6\xc3\x9f"
            "e f\xc3\xbcr 5",
            "Gr\xc3\xb6\xc3\x9f"
            "e f\xc3\xbcr <*>");
        row("\xef\xbb\xbfstart", "start");
        row("bad \xff\xfe bytes", "bad <*> bytes");
        row("next\xc2\x85line \xe2\x80\xa8", "<*>");
    }
    void masksWhatVaries() {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, masked);
        MessageMask mask;
        QCOMPARE(mask.mask(message), masked);
    }

    void aNulIsABlank() {
        MessageMask mask;
        QCOMPARE(mask.mask(QByteArrayView("a\0b", 3)), QByteArray("a b"));
    }

    void aLongMessageIsCut() {
        MessageMask mask;
        QCOMPARE(mask.mask(QByteArray(100'000, 'x')), QByteArray("<*>"));
        const QByteArray words = mask.mask(QByteArray("word ").repeated(100'000));
        QVERIFY(words.endsWith(" <*>"));
        QCOMPARE(words.count("word"), 128);
        QCOMPARE(mask.mask(QByteArray(1'000'000, ' ') + 'x'), QByteArray("<*>"));
    }

    void anyBytesBecomeOneLineOfText() {
        std::mt19937 random(7);
        MessageMask mask;
        for (int round = 0; round < 20'000; ++round) {
            QByteArray bytes;
            const auto size = random() % 60;
            while (bytes.size() < static_cast<qsizetype>(size)) {
                static constexpr QByteArrayView likely("<*>'\"(){}[]:=,-./ \n\t\r09afxZ");
                bytes += random() % 4 ? likely[random() % static_cast<quint32>(likely.size())]
                                      : static_cast<char>(random() % 256);
            }
            const QByteArray masked = mask.mask(bytes);
            QVERIFY2(masked.isValidUtf8(), bytes.toHex().constData());
            QVERIFY2(std::ranges::none_of(masked, [](char c) { return c >= 0 && c < ' '; }), bytes.toHex().constData());
            QVERIFY2(!masked.contains("  ") && !masked.startsWith(' ') && !masked.endsWith(' '),
                     bytes.toHex().constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestMessageMask)
#include "tst_messagemask.moc"
