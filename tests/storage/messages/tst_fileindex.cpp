#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/checksum.h"
#include "storage/messages/files/lines/fileindex.h"
#include "tests/support/batchfolder.h"

#include <QtTest>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/stat.h>
#include <unistd.h>

using namespace portolan;
using namespace portolan::test;

namespace {

/// An index of a folder, refreshed.
struct Indexed {
    explicit Indexed(const BatchFolder& batches) : folder(std::move(*openFolder(batches.messages()))), index(folder) {
        refresh();
    }
    void refresh() {
        const auto refreshed = index.refresh();
        QVERIFY2(refreshed, refreshed ? "" : qPrintable(refreshed.error().text));
    }
    [[nodiscard]] std::vector<qint64> batches() const {
        std::vector<qint64> numbers;
        for (const FileEntry& entry : index.entries())
            numbers.push_back(entry.batch);
        return numbers;
    }

    Fd folder;
    FileIndex index;
};

/// Waits until the file system's clock has left the tick of the file's last change, so that what was read is known to
/// be what stands there. Bounded by the clock itself: a few milliseconds.
void waitOutTheTick(const BatchFolder& batches, qint64 batch) {
    const Fd folder = std::move(*openFolder(batches.messages()));
    const qint64 changed = statAt(folder, batchFileName(batch))->changedNs;
    QTRY_VERIFY(QDateTime::currentMSecsSinceEpoch() * 1'000'000 > changed + 20'000'000);
}

bool adopted(FileIndex& index, QByteArrayView encoded) {
    return index.adopt(encoded.size(), [&](std::span<char> bytes, qint64 at) {
        std::memcpy(bytes.data(), encoded.data() + at, bytes.size());
        return true;
    });
}

timespec modifiedTime(const QString& path) {
    struct stat found {};
    ::stat(QFile::encodeName(path).constData(), &found);
    return found.st_mtim;
}

void setModifiedTime(const QString& path, timespec time) {
    const timespec times[2] = {time, time};
    QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0), 0);
}

} // namespace

class TestFileIndex : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsTheChecksumOfTheStandard() {
        QCOMPARE(crc32c("123456789"), 0xE3069283U); // RFC 3720, appendix B.4
        QCOMPARE(crc32c(QByteArray(32, '\0')), 0x8A9136AAU);
        QCOMPARE(crc32c("6789", crc32c("12345")), 0xE3069283U);
        QByteArray bytes;
        for (int size = 0; size < 40; ++size, bytes += static_cast<char>(size * 73))
            QCOMPARE(crc32c(bytes, 5), portableCrc32c(bytes, 5));
    }

    void describesFiles_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<qint64>("count");
        QTest::addColumn<QVariant>("first");
        QTest::addColumn<QVariant>("last");
        const QVariant none;
        QTest::newRow("empty") << QByteArray() << qint64(0) << none << none;
        QTest::newRow("one") << batchLine(7, "x") << qint64(1) << QVariant(7) << QVariant(7);
        QTest::newRow("no final newline")
            << (batchLine(7, "x") + batchLine(8, "y")).chopped(1) << qint64(2) << QVariant(7) << QVariant(8);
        QTest::newRow("torn line") << batchLine(7, "x") + "[2025-10-1" << qint64(2) << QVariant(7) << QVariant(7);
        QTest::newRow("NUL-filled tail") << batchLine(7, "x") + QByteArray(100, '\0') << qint64(2) << QVariant(7)
                                         << QVariant(7);
        QTest::newRow("foreign lines around") << "a\n" + batchLine(7, "x") + batchLine(5, "y") + "b\n\n"
                                              << qint64(5) << QVariant(7) << QVariant(5);
        QTest::newRow("foreign lines only") << QByteArray("a\nb\n") << qint64(2) << none << none;
        QTest::newRow("one empty line") << QByteArray("\n") << qint64(1) << none << none;
        QTest::newRow("CRLF") << batchLine(7, "x\r") + batchLine(8, "x\r") << qint64(2) << QVariant(7) << QVariant(8);
        QTest::newRow("BOM") << "\xef\xbb\xbf" + batchLine(7, "x") << qint64(1) << QVariant(7) << QVariant(7);
        QByteArray eleven;
        for (int i = 1; i <= 11; ++i)
            eleven += batchLine(i, "x");
        QTest::newRow("eleven records") << eleven << qint64(11) << QVariant(1) << QVariant(11);
        QTest::newRow("2^63") << batchLine(7, "x") + "[2025-10-16 14:56:05] Message #9223372036854775808: x\n"
                              << qint64(2) << QVariant(7) << QVariant(7);
    }
    void describesFiles() {
        QFETCH(QByteArray, bytes);
        QFETCH(qint64, count);
        QFETCH(QVariant, first);
        QFETCH(QVariant, last);
        const BatchFolder batches;
        batches.write(3, bytes);
        const Indexed indexed(batches);
        const Batch batch = toBatch(*indexed.index.find(3));
        QCOMPARE(batch.id, qint64(3));
        QCOMPARE(batch.filename(), QByteArray("messages_batch_0003.txt"));
        QCOMPARE(batch.messageCount, count);
        QCOMPARE(batch.fileSizeBytes, bytes.size());
        QCOMPARE(batch.firstMessageNumber.has_value(), first.isValid());
        QCOMPARE(batch.lastMessageNumber.has_value(), last.isValid());
        if (first.isValid()) {
            QCOMPARE(*batch.firstMessageNumber, first.toLongLong());
            QCOMPARE(*batch.lastMessageNumber, last.toLongLong());
        }
        const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1000;
        for (const Timestamp time : {batch.dateCreated, batch.dateModified})
            QVERIFY(qAbs(time.time_since_epoch().count() - now) < 60'000'000);
    }

    void looksAtBatchFilesOnly() {
        const BatchFolder batches;
        batches.write(2, "x\n");
        batches.write(10000, "x\n");
        BatchFolder::put(batches.messages() + QStringLiteral("/messages_batch_1.txt"), "x\n");
        BatchFolder::put(batches.messages() + QStringLiteral("/notes.txt"), "x\n");
        QVERIFY(QDir().mkdir(batches.file(5)));
        QVERIFY(QFile::link(batches.file(2), batches.file(6)));
        QCOMPARE(::mkfifo(QFile::encodeName(batches.file(7)).constData(), 0600), 0);
        QVERIFY((Indexed(batches).batches() == std::vector<qint64>{2, 10000}));
    }

    void readsNothingTwice() {
        const BatchFolder batches;
        for (qint64 i = 1; i <= 5; ++i)
            batches.write(i, batchLine(i, "x"));
        waitOutTheTick(batches, 5);
        Indexed indexed(batches);
        QCOMPARE(indexed.index.takeFilesRead(), qint64(5));
        const quint64 generation = indexed.index.generation();
        indexed.refresh();
        QCOMPARE(indexed.index.takeFilesRead(), qint64(0));
        QCOMPARE(indexed.index.generation(), generation);
        FileIndex again(indexed.folder);
        QVERIFY(adopted(again, indexed.index.encoded()));
        QVERIFY(again.refresh());
        QCOMPARE(again.takeFilesRead(), qint64(0));
        QCOMPARE(again.entries().size(), std::size_t(5));
    }

    void seesWhatOthersDo_data() {
        QTest::addColumn<QString>("what");
        for (const char* what : {"added", "same size", "same size, old time", "truncated", "grown", "deleted",
                                 "restored with old time", "replaced by rename", "everything deleted"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }
    void seesWhatOthersDo() {
        QFETCH(QString, what);
        const BatchFolder batches;
        for (qint64 i = 1; i <= 3; ++i)
            batches.write(i, batchLine(i, "one") + batchLine(i + 10, "two"));
        Indexed indexed(batches);
        const QString file = batches.file(2);
        const timespec before = modifiedTime(file);
        const QByteArray old = batches.read(2);
        const quint64 generation = indexed.index.generation();
        std::vector<qint64> expected{1, 2, 3};
        QByteArray now = old;

        if (what == QLatin1String("added")) {
            batches.write(4, old);
            expected.push_back(4);
        } else if (what.startsWith(QLatin1String("same size"))) {
            now = batchLine(5, "one") + batchLine(66, "two");
            QCOMPARE(now.size(), old.size());
            batches.write(2, now);
            if (what.endsWith(QLatin1String("old time")))
                setModifiedTime(file, before);
        } else if (what == QLatin1String("truncated")) {
            now = batchLine(2, "one");
            batches.write(2, now);
        } else if (what == QLatin1String("grown")) {
            now = old + batchLine(99, "x");
            batches.write(2, now);
        } else if (what == QLatin1String("deleted")) {
            QVERIFY(QFile::remove(file));
            expected = {1, 3};
        } else if (what == QLatin1String("restored with old time")) {
            QVERIFY(QFile::remove(file));
            indexed.refresh();
            QVERIFY((indexed.batches() == std::vector<qint64>{1, 3}));
            now = batchLine(8, "one") + batchLine(13, "two");
            batches.write(2, now);
            setModifiedTime(file, before);
        } else if (what == QLatin1String("replaced by rename")) {
            now = batchLine(4, "one") + batchLine(44, "two");
            const QString aside = batches.messages() + QStringLiteral("/aside");
            BatchFolder::put(aside, now);
            setModifiedTime(aside, before);
            QCOMPARE(::rename(QFile::encodeName(aside).constData(), QFile::encodeName(file).constData()), 0);
        } else {
            for (const qint64 batch : expected)
                QVERIFY(QFile::remove(batches.file(batch)));
            expected.clear();
        }

        indexed.refresh();
        QVERIFY(indexed.batches() == expected);

        QVERIFY(indexed.index.generation() != generation);
        if (const FileEntry* entry = indexed.index.find(2)) {
            FileEntry truth;
            countInto(truth, now);
            QCOMPARE(entry->messageCount, truth.messageCount);
            QCOMPARE(entry->firstNumber, truth.firstNumber);
            QCOMPARE(entry->lastNumber, truth.lastNumber);
            QCOMPARE(entry->size, now.size());
        }
    }

    void refusesADamagedIndex() {
        const BatchFolder batches;
        for (qint64 i = 1; i <= 3; ++i)
            batches.write(i, batchLine(i, "x"));
        const Indexed indexed(batches);
        const QByteArray good = indexed.index.encoded();
        FileIndex other(indexed.folder);
        for (qsizetype at = 0; at < good.size(); ++at) {
            QVERIFY(!adopted(other, good.first(at)));
            QByteArray bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 1);
            QVERIFY2(!adopted(other, bad), qPrintable(QString::number(at)));
        }
        QVERIFY(!adopted(other, good + '\0'));
        QVERIFY(adopted(other, good));
    }

    void isTheSameWithManyThreads() {
        const BatchFolder batches;
        const QString workingFolder = QDir::currentPath();
        for (qint64 i = 1; i <= 2500; ++i)
            batches.write(i, batchLine(i, "x") + batchLine(i * 2, "y"));
        Indexed indexed(batches);
        QCOMPARE(indexed.index.entries().size(), std::size_t(2500));
        qint64 expected = 0;
        for (const FileEntry& entry : indexed.index.entries()) {
            QCOMPARE(entry.batch, ++expected);
            QCOMPARE(entry.lastNumber, 2 * expected);
        }
        waitOutTheTick(batches, 2500);
        indexed.refresh();
        batches.write(1700, batchLine(1, "x"));
        QVERIFY(QFile::remove(batches.file(1800)));
        indexed.refresh();
        QCOMPARE(indexed.index.entries().size(), std::size_t(2499));
        QCOMPARE(indexed.index.find(1700)->messageCount, qint64(1));
        QCOMPARE(QDir::currentPath(), workingFolder); // the threads have one of their own
    }

    void followsTheTailBetweenFullLooks() {
        const BatchFolder batches;
        batches.write(1, batchLine(1, "x"));
        batches.write(2, batchLine(2, "x"));
        Indexed indexed(batches);
        batches.write(1, batchLine(1, "x").repeated(3)); // not at the end: left for the next full look
        batches.write(2, batchLine(2, "x") + batchLine(3, "y"));
        batches.write(3, batchLine(4, "z"));
        batches.write(4, batchLine(5, "z"));
        QVERIFY(indexed.index.refreshTail());
        QVERIFY((indexed.batches() == std::vector<qint64>{1, 2, 3, 4}));
        QCOMPARE(indexed.index.find(1)->messageCount, qint64(1));
        QCOMPARE(indexed.index.find(2)->lastNumber, qint64(3));
        QCOMPARE(indexed.index.find(4)->firstNumber, qint64(5));
        QVERIFY(QFile::remove(batches.file(3)));
        indexed.refresh();
        QVERIFY((indexed.batches() == std::vector<qint64>{1, 2, 4}));
        QCOMPARE(indexed.index.find(1)->messageCount, qint64(3));
    }

    void listsAnUnchangedFolderOnlyOnce() {
        const BatchFolder batches;
        batches.write(1, batchLine(1, "x"));
        waitOutTheTick(batches, 1);
        Indexed indexed(batches);
        indexed.refresh(); // the folder is known to be as it was listed from here on
        batches.write(1, batchLine(1, "x") + batchLine(2, "y")); // changes the file, not the folder
        indexed.refresh();
        QCOMPARE(indexed.index.find(1)->messageCount, qint64(2));
        QVERIFY(QFile::rename(batches.file(1), batches.file(2)));
        indexed.refresh();
        QVERIFY((indexed.batches() == std::vector<qint64>{2}));
    }
};

QTEST_GUILESS_MAIN(TestFileIndex)
#include "tst_fileindex.moc"
