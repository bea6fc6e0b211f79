#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/batchline.h"

#include <QElapsedTimer>
#include <QtTest>
#include <random>

using namespace portolan;

namespace {

const QByteArray head = "[2025-10-16 14:56:05] Message #";

} // namespace

class TestBatchLine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesFiles_data() {
        QTest::addColumn<qint64>("batch");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("first") << qint64(1) << QByteArray("messages_batch_0001.txt");
        QTest::newRow("last of four") << qint64(9999) << QByteArray("messages_batch_9999.txt");
        QTest::newRow("five digits") << qint64(10000) << QByteArray("messages_batch_10000.txt");
        QTest::newRow("eighteen digits") << qint64(999999999999999999)
                                         << QByteArray("messages_batch_999999999999999999.txt");
    }
    void namesFiles() {
        QFETCH(qint64, batch);
        QFETCH(QByteArray, name);
        QCOMPARE(batchFileName(batch), name);
        QCOMPARE(batchOfFileName(name), std::optional(batch));
    }

    void refusesOtherNames_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char* name :
             {"messages_batch_1.txt", "messages_batch_0000.txt", "messages_batch_01000.txt", "messages_batch_00010.txt",
              "messages_batch_0001.txt.bak", "messages_batch_000a.txt", "messages_batch_-001.txt",
              "messages_batch_.txt", "xmessages_batch_0001.txt", "", "messages_batch_9999999999999999999.txt"})
            QTest::newRow(name) << QByteArray(name);
    }
    void refusesOtherNames() {
        QFETCH(QByteArray, name);
        QCOMPARE(batchOfFileName(name), std::optional<qint64>());
    }

    void readsMessageLines_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<qint64>("number");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("plain") << head + "42: hello" << qint64(42) << QByteArray("hello");
        QTest::newRow("empty content") << head + "1: " << qint64(1) << QByteArray();
        QTest::newRow("negative") << head + "-1: x" << qint64(-1) << QByteArray("x");
        QTest::newRow("leading zeros") << head + "0007: x" << qint64(7) << QByteArray("x");
        QTest::newRow("2^63-1") << head + "9223372036854775807: x" << std::numeric_limits<qint64>::max()
                                << QByteArray("x");
        QTest::newRow("-2^63") << head + "-9223372036854775808: x" << std::numeric_limits<qint64>::min()
                               << QByteArray("x");
        QTest::newRow("blanks stay") << head + "1:   x  " << qint64(1) << QByteArray("  x  ");
        QTest::newRow("carriage return stays") << head + "1: x\r" << qint64(1) << QByteArray("x\r");
        QTest::newRow("NUL") << head + "1: a" + QByteArray(1, '\0') + "b" << qint64(1) << QByteArray("a\0b", 3);
        QTest::newRow("invalid UTF-8") << head + "1: \xff\xc0\xaf\xed\xa0\x80" << qint64(1)
                                       << QByteArray("\xff\xc0\xaf\xed\xa0\x80");
        QTest::newRow("imitation inside") << head + "1: " + head + "2: x" << qint64(1) << head + "2: x";
        QTest::newRow("backslashes stay") << head + "1: a\\nb\\\\" << qint64(1) << QByteArray("a\\nb\\\\");
    }
    void readsMessageLines() {
        QFETCH(QByteArray, line);
        QFETCH(qint64, number);
        QFETCH(QByteArray, content);
        const BatchLine parsed = parseBatchLine(line);
        QCOMPARE(parsed.number, std::optional(number));
        QCOMPARE(parsed.timestamp, parseIsoTime("2025-10-16T14:56:05Z"));
        QCOMPARE(parsed.content.toByteArray(), content);
    }

    void keepsOtherLinesAsTheyStand_data() {
        QTest::addColumn<QByteArray>("line");
        const QByteArrayList lines{"",
                                   "hello",
                                   "[2025-10-16 14:56:05] Message #",
                                   head + "42",
                                   head + "42 hello",
                                   head + "42:hello",
                                   head + "42:",
                                   head + ": x",
                                   head + "-: x",
                                   head + "+1: x",
                                   head + " 1: x",
                                   head + "9223372036854775808: x",
                                   head + "18446744073709551616: x",
                                   "[2025-13-16 14:56:05] Message #1: x",
                                   "[2025-02-29 14:56:05] Message #1: x",
                                   "[2025-10-16T14:56:05] Message #1: x",
                                   "[2025-10-16 14:56+02] Message #1: x",
                                   "[2025-10-16 24:00:00] Message #1: x",
                                   " " + head + "1: x",
                                   QByteArray(300, '\0'),
                                   "\r"};
        for (const QByteArray& line : lines)
            QTest::newRow(line.left(60).toPercentEncoding().constData()) << line;
    }
    void keepsOtherLinesAsTheyStand() {
        QFETCH(QByteArray, line);
        const BatchLine parsed = parseBatchLine(line, true);
        QVERIFY(!parsed.number);
        QVERIFY(!parsed.timestamp);
        QCOMPARE(parsed.content.toByteArray(), line);
    }

    void passesOverAByteOrderMarkInTheFirstLineOnly() {
        const QByteArray marked = "\xef\xbb\xbf" + head + "1: x";
        QCOMPARE(parseBatchLine(marked, true).number, std::optional<qint64>(1));
        QVERIFY(!parseBatchLine(marked, false).number);
        QCOMPARE(parseBatchLine("\xef\xbb\xbfhello", true).content.toByteArray(), QByteArray("\xef\xbb\xbfhello"));
    }

    void writesWhatItReads() {
        const auto time = *parseIsoTime("2025-10-16T14:56:05.999Z");
        const WrittenLine line = writeBatchLine(42, time, "this is Message N\xc2\xb0 42 being posted into Redis");
        QCOMPARE(line.bytes, head + "42: this is Message N\xc2\xb0 42 being posted into Redis\n");
        QVERIFY(!line.escaped);
    }

    void escapesControlCharacters_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("text"); // empty: not escaped
        QTest::newRow("plain") << QByteArray("a\tb \\n") << QByteArray();
        QTest::newRow("line feed") << QByteArray("a\nb") << QByteArray("a\\nb");
        QTest::newRow("carriage return, backslash") << QByteArray("a\r\\") << QByteArray("a\\r\\\\");
        QTest::newRow("escape and delete") << QByteArray("\x1b[0m\x7f") << QByteArray("\\x1B[0m\\x7F");
        QTest::newRow("next line U+0085") << QByteArray("a\xc2\x85") << QByteArray("a\\xC2\\x85");
        QTest::newRow("no-break space") << QByteArray("a\xc2\xa0") << QByteArray();
    }
    void escapesControlCharacters() {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, text);
        QCOMPARE(needsEscape(content), !text.isEmpty());
        if (!text.isEmpty())
            QCOMPARE(escapeContent(content), text);
    }

    void givesEveryContentBack() {
        std::mt19937 random(7);
        for (int round = 0; round < 20'000; ++round) {
            QByteArray content;
            const int length = static_cast<int>(random() % 24);
            for (int i = 0; i < length; ++i)
                content.append(random() % 3 == 0 ? "\\nrx\n\r\x01"[random() % 7] : static_cast<char>(random() % 256));
            const QByteArray text = escapeContent(content);
            QVERIFY(!text.contains('\n') && !text.contains('\r'));
            QCOMPARE(unescapeContent(text), std::optional(content));
        }
    }

    void refusesWhatIsNoEscapedText() {
        for (const char* text : {"\\", "a\\", "\\q", "\\x", "\\x1", "\\x1g", "\\x-1", "\\x 1"})
            QVERIFY2(!unescapeContent(text), text);
    }

    void countsLines() {
        QCOMPARE(countLines(""), qint64(0));
        QCOMPARE(countLines("\n"), qint64(1));
        QCOMPARE(countLines("a"), qint64(1));
        QCOMPARE(countLines("a\nb"), qint64(2));
        QCOMPARE(countLines("a\n\nb\n"), qint64(3));
    }

    void takesAVeryLongLine() {
        const QByteArray content(64 * 1024 * 1024, 'x');
        const QByteArray bytes = head + "1: " + content + "\n";
        int lines = 0;
        forEachLine(bytes, [&](qsizetype, QByteArrayView line, bool ended) {
            ++lines;
            return ended && parseBatchLine(line).content.size() == content.size();
        });
        QCOMPARE(lines, 1);
        QVERIFY(!needsEscape(content));
    }
};

QTEST_GUILESS_MAIN(TestBatchLine)
#include "tst_batchline.moc"
