#include "storage/messages/files/filewriter.h"
#include "storage/messages/files/journalreader.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/rejectfile.h"
#include "storage/messages/files/messagerows.h"
#include "tests/support/writtenbatches.h"

#include <QtTest>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

using namespace portolan;
using namespace portolan::test;

namespace {

std::unique_ptr<FileWriter> writerOf(const BatchFolder& batches, int batchSize = 10) {
    auto writer = openWriter(batches, batchSize);
    if (!writer)
        qFatal("the writer does not open: %s", qPrintable(writer.error().text));
    return std::move(*writer);
}

IngestCounts stored(FileWriter& writer, const std::vector<IngestItem>& items) {
    const auto counts = writer.store(items);
    if (!counts)
        qFatal("not stored: %s", qPrintable(counts.error().text));
    return *counts;
}

/// Every message, read as a reader reads it.
std::vector<Message> messagesOf(const BatchFolder& batches) {
    const Fd folder = std::move(*openFolder(batches.messages()));
    FileIndex index(folder);
    JournalReader escapes(batches.own());
    if (!index.refresh() || !escapes.refresh())
        qFatal("the store cannot be read");
    const MessageReader reader(folder, escapes.book(), escapes.metadata());
    std::vector<Message> messages;
    QByteArray buffer;
    for (const FileEntry& entry : index.entries()) {
        if (!reader.read(entry.batch, buffer, messages))
            qFatal("a batch file cannot be read");
    }
    return messages;
}

std::vector<IngestItem> items(quint64 firstKey, int count) {
    std::vector<IngestItem> made;
    for (int i = 0; i < count; ++i)
        made.push_back(messageItem(firstKey + static_cast<quint64>(i), qint64(firstKey) + i, "text"));
    return made;
}

unsigned modeOf(const QString& path) {
    struct stat found {};
    ::stat(QFile::encodeName(path).constData(), &found);
    return found.st_mode & 0777;
}

} // namespace

class TestFileWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fillsFilesInOrder() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        const IngestCounts counts = stored(*writer, items(1, 25));
        QCOMPARE(counts.stored, qint64(25));
        const auto files = batches.batchFiles();
        QCOMPARE(files.size(), std::size_t(3));
        QByteArray first;
        for (int i = 1; i <= 10; ++i)
            first += batchLine(i, "text");
        QCOMPARE(batches.read(1), first);
        QCOMPARE(countLines(batches.read(2)), qint64(10));
        QCOMPARE(countLines(batches.read(3)), qint64(5));
    }

    void goesOnAfterARestart() {
        const BatchFolder batches;
        for (quint64 key = 1; key <= 23; ++key)
            stored(*writerOf(batches), items(key, 1));
        QCOMPARE(batches.batchFiles().size(), std::size_t(3));
        QCOMPARE(countLines(batches.read(3)), qint64(3));
        const auto messages = messagesOf(batches);
        for (std::size_t i = 0; i < messages.size(); ++i)
            QCOMPARE(messages[i].messageNumber, std::optional(qint64(i) + 1));
    }

    void writesFiveDigitsAfter9999() {
        const BatchFolder batches;
        batches.write(9999, batchLine(1, "x").repeated(10));
        stored(*writerOf(batches), items(2, 11));
        QVERIFY(batches.batchFiles().contains(QStringLiteral("messages_batch_10000.txt")));
        QVERIFY(batches.batchFiles().contains(QStringLiteral("messages_batch_10001.txt")));
    }

    void numbersWhatHasNoNumber() {
        const BatchFolder batches;
        batches.write(1, batchLine(41, "x") + "no message line\n");
        auto writer = writerOf(batches);
        stored(*writer, {messageItem(1, std::nullopt, "a"), messageItem(2, 7, "b"), messageItem(3, std::nullopt, "c")});
        const auto messages = messagesOf(batches);
        QCOMPARE(messages[2].messageNumber, std::optional<qint64>(42));
        QCOMPARE(messages[3].messageNumber, std::optional<qint64>(7));
        QCOMPARE(messages[4].messageNumber, std::optional<qint64>(8));
    }

    void startsAtOne() {
        const BatchFolder batches;
        stored(*writerOf(batches), {messageItem(1, std::nullopt, "a")});
        QCOMPARE(batches.read(1), batchLine(1, "a"));
    }

    void goesOnInAnotherProgramsFile_data() {
        QTest::addColumn<QByteArray>("last");
        QTest::addColumn<bool>("goesOn");
        QTest::newRow("room") << batchLine(1, "x") << true;
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("full") << batchLine(1, "x").repeated(10) << false;
        QTest::newRow("too full") << batchLine(1, "x").repeated(11) << false;
        QTest::newRow("torn line") << batchLine(1, "x") + "[2025-10" << false;
    }
    void goesOnInAnotherProgramsFile() {
        QFETCH(QByteArray, last);
        QFETCH(bool, goesOn);
        const BatchFolder batches;
        batches.write(4, last);
        stored(*writerOf(batches), items(5, 1));
        QCOMPARE(batches.read(4), goesOn ? last + batchLine(5, "text") : last);
        QCOMPARE(batches.read(5), goesOn ? QByteArray() : batchLine(5, "text"));
    }

    void leavesOurFileWhenSomebodyElseWroteToIt() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        stored(*writer, items(1, 2));
        const QByteArray touched = batches.read(1) + batchLine(77, "theirs");
        batches.write(1, touched);
        stored(*writer, {messageItem(3, std::nullopt, "ours")});
        QCOMPARE(batches.read(1), touched);
        QCOMPARE(batches.read(2), batchLine(78, "ours"));
        writer.reset();
        batches.write(2, batches.read(2) + batchLine(90, "theirs"));
        stored(*writerOf(batches), items(4, 1));
        QCOMPARE(countLines(batches.read(2)), qint64(2));
        QCOMPARE(countLines(batches.read(3)), qint64(1));
    }

    void goesBehindFilesThatAppear() {
        const BatchFolder batches;
        auto writer = writerOf(batches, 2);
        stored(*writer, items(1, 2));
        batches.write(2, batchLine(50, "theirs").repeated(2));
        batches.write(9, batchLine(51, "theirs").repeated(2));
        stored(*writer, items(3, 3));
        QCOMPARE(batches.read(2), batchLine(50, "theirs").repeated(2));
        QCOMPARE(countLines(batches.read(10)), qint64(2));
        QCOMPARE(countLines(batches.read(11)), qint64(1));
    }

    void refusesAFolderThatWasReplaced() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        stored(*writer, items(1, 1));
        const QString aside = batches.messages() + QStringLiteral(".old");
        QVERIFY(QDir().rename(batches.messages(), aside));
        QVERIFY(QDir().mkdir(batches.messages()));
        const auto refused = writer->store(items(2, 1));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Io);
        QVERIFY(batches.batchFiles().empty());
        QVERIFY(QDir().rmdir(batches.messages()));
        QVERIFY(QDir().rename(aside, batches.messages()));
        QCOMPARE(stored(*writer, items(2, 1)).stored, qint64(1));
    }

    void goesOnWhenItsFilesAreTakenAway() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        IngestItem bad = messageItem(1, 1, "x");
        bad.decoded = Rejection{QStringLiteral("bad")};
        stored(*writer, {bad, messageItem(2, 7, "y")});
        QVERIFY(QFile::remove(batches.file(1)));
        QVERIFY(QFile::remove(batches.own() + QStringLiteral("/rejects/rejects.dat")));
        bad.delivery.key.major = 3;
        const IngestCounts counts = stored(*writer, {bad, messageItem(4, 8, "z")});
        QCOMPARE(counts.rejected, qint64(1));
        QCOMPARE(batches.read(1), batchLine(8, "z"));
        QCOMPARE(rejectsOf(batches).size(), std::size_t(1));
    }

    void storesEachKeyOnce() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        auto twice = items(1, 3);
        twice.push_back(twice[1]);
        IngestCounts counts = stored(*writer, twice);
        QCOMPARE(counts.stored, qint64(3));
        QCOMPARE(counts.duplicates, qint64(1));
        counts = stored(*writer, items(1, 5));
        QCOMPARE(counts.stored, qint64(2));
        QCOMPARE(counts.duplicates, qint64(3));
        writer.reset();
        counts = stored(*writerOf(batches), items(0, 1)); // unkeyed
        QCOMPARE(counts.stored, qint64(1));
        counts = stored(*writerOf(batches), items(1, 6));
        QCOMPARE(counts.stored, qint64(1));
        QCOMPARE(counts.duplicates, qint64(5));
        QCOMPARE(messagesOf(batches).size(), std::size_t(7));
    }

    void keepsRejectsByteForByte() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        IngestItem bad = messageItem(1, 1, QByteArray("\xff\0\n", 3));
        bad.decoded = Rejection{QStringLiteral("not valid UTF-8 – «x»")};
        IngestItem record = messageItem(2, 1, "{}");
        record.decoded = IncomingRecord{MessageKind::PortMessage, "{}"};
        const IngestCounts counts = stored(*writer, {bad, messageItem(3, 1, "good"), record, bad});
        QCOMPARE(counts.rejected, qint64(2));
        QCOMPARE(counts.stored, qint64(1));
        QCOMPARE(counts.duplicates, qint64(1));
        writer.reset();
        IngestItem late = messageItem(4, 1, "late");
        late.decoded = Rejection{QStringLiteral("too late")};
        stored(*writerOf(batches), {late});
        const auto rejects = rejectsOf(batches);
        QCOMPARE(rejects.size(), std::size_t(3));
        QCOMPARE(rejects[0].payload, QByteArray("\xff\0\n", 3));
        QCOMPARE(rejects[0].reason, QStringLiteral("not valid UTF-8 – «x»"));
        QCOMPARE(rejects[0].source, QByteArray("localhost:6379/0/orders"));
        QCOMPARE(rejects[0].key, QByteArray("1-0"));
        QCOMPARE(rejects[0].rejectedAt, *parseIsoTime("2025-10-16T14:56:05Z"));
        QCOMPARE(rejects[1].reason,
                 QStringLiteral("A file store keeps messages only, and this is of kind port_message."));
        QCOMPARE(rejects[2].id, qint64(3));
    }

    void rejectsTimesThatALineCannotHold() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        IngestItem item = messageItem(1, 1, "x");
        item.decoded = IncomingMessage{1, *parseIsoTime("9999-12-31T23:59:59Z") + std::chrono::seconds(1), "x"};
        QCOMPARE(stored(*writer, {item}).rejected, qint64(1));
    }

    void givesEveryTextBack() {
        const BatchFolder batches;
        std::mt19937 random(11);
        std::vector<QByteArray> truth;
        for (int run = 0; run < 3; ++run) {
            auto writer = writerOf(batches, 7);
            for (int group = 0; group < 10; ++group) {
                std::vector<IngestItem> made;
                for (int i = 0; i < 20; ++i) {
                    QByteArray content;
                    for (auto length = random() % 30; length > 0; --length)
                        content.append(random() % 3 == 0 ? "\\nrx\n\r\x01\t"[random() % 8]
                                                         : static_cast<char>(1 + random() % 255));
                    truth.push_back(content);
                    made.push_back(
                        messageItem(truth.size(), 1, content)); // one number: lines may be byte for byte alike
                }
                truth.push_back("a\nb");
                made.push_back(messageItem(truth.size(), 1, truth.back()));
                truth.push_back("a\\nb");
                made.push_back(messageItem(truth.size(), 1, truth.back()));
                stored(*writer, made);
            }
        }
        const auto messages = messagesOf(batches);
        QCOMPARE(messages.size(), truth.size());
        for (std::size_t i = 0; i < truth.size(); ++i)
            QCOMPARE(messages[i].content, truth[i]);
        for (const auto& [name, bytes] : batches.batchFiles())
            QVERIFY(countLines(bytes) <= 7);
    }

    void readsChangedLinesAsTheyStand() {
        const BatchFolder batches;
        stored(*writerOf(batches), {messageItem(1, 1, "a\nb"), messageItem(2, 2, "c")});
        QCOMPARE(messagesOf(batches)[0].content, QByteArray("a\nb"));
        batches.write(1, batchLine(1, "A\\nb") + batchLine(2, "c"));
        QCOMPARE(messagesOf(batches)[0].content, QByteArray("A\\nb"));
        batches.write(1, batchLine(2, "c") + batchLine(1, "a\\nb"));
        QCOMPARE(messagesOf(batches)[1].content, QByteArray("a\\nb"));
    }

    void doesNotGrowWithWhatItHasWritten() {
        const BatchFolder batches;
        constexpr int files = 10'500;
        {
            const auto writer = writerOf(batches, 1);
            for (int first = 1; first <= files; first += 500)
                QCOMPARE(stored(*writer, items(static_cast<quint64>(first), 500)).stored, 500);
        }
        const qint64 kept = QFileInfo(batches.own() + QStringLiteral("/index")).size();
        QVERIFY2(kept > 0 && kept < 10'000 * qint64{sizeof(FileEntry)}, qPrintable(QString::number(kept)));
        const auto writer = writerOf(batches, 1); // reads the forgotten ones again, and goes on after the last
        QCOMPARE(stored(*writer, items(1, 500)).duplicates, 500);
        QCOMPARE(stored(*writer, items(files + 1, 1)).stored, 1);
        QCOMPARE(messagesOf(batches).size(), std::size_t{files + 1});
        QVERIFY(QFile::exists(batches.file(files + 1)));
    }

    void refusesASecondWriter() {
        const BatchFolder batches;
        auto first = writerOf(batches);
        const auto second = FileWriter::open(*placesOf(batches.url()), 10);
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Busy);
        QVERIFY2(second.error().text.contains(QStringLiteral("process %1 ").arg(::getpid()))
                     || second.error().text.contains(QStringLiteral("process %1.").arg(::getpid())),
                 qPrintable(second.error().text));
        first.reset();
        QVERIFY(FileWriter::open(*placesOf(batches.url()), 10));
    }

    void passesOverAStaleLockFile() {
        const BatchFolder batches;
        QVERIFY(QDir().mkpath(batches.own()));
        BatchFolder::put(batches.own() + QStringLiteral("/lock"), "1 since 2025-10-16T14:56:05.000Z\n");
        QVERIFY(writerOf(batches));
    }

    void keepsItsOwnThingsPrivateAndApart() {
        const BatchFolder batches;
        {
            auto writer = writerOf(batches);
            IngestItem bad = messageItem(9, 1, "x");
            bad.decoded = Rejection{QStringLiteral("bad")};
            stored(*writer, {messageItem(1, 1, "x"), bad});
        }
        QCOMPARE(batches.batchFiles().size(), std::size_t(1));
        QCOMPARE(modeOf(batches.own()), 0700U);
        for (const char* name : {"lock", "state", "index", "rejects/rejects.dat"})
            QCOMPARE(modeOf(batches.own() + QLatin1Char('/') + QString::fromLatin1(name)), 0600U);
    }

    void writesNothingForNothing() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        QCOMPARE(stored(*writer, {}).stored, qint64(0));
        QVERIFY(batches.batchFiles().empty());
    }

    void recoversWhenNothingIsWrong() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        stored(*writer, items(1, 12));
        QVERIFY(writer->recover());
        QCOMPARE(stored(*writer, items(1, 13)).stored, qint64(1));
        QCOMPARE(messagesOf(batches).size(), std::size_t(13));
    }

    /// The mark of an acknowledged group was not written, and its record is the last one when the log is read again.
    void keepsAnAcknowledgedGroupWithoutItsMark() {
        const BatchFolder batches;
        auto writer = writerOf(batches);
        stored(*writer, items(1, 12));
        stored(*writer, items(13, 3));
        const QStringList logs = QDir(batches.own()).entryList({QStringLiteral("log.*")}, QDir::Files);
        QCOMPARE(logs.size(), 1);
        const QString log = batches.own() + u'/' + logs.front();
        const QByteArray marked = BatchFolder::get(log);
        BatchFolder::put(log, marked.chopped(8) + QByteArray(8, '\0'));
        QVERIFY(writer->recover());
        QCOMPARE(messagesOf(batches).size(), std::size_t(15));
        QCOMPARE(stored(*writer, items(1, 16)).stored, qint64(1));
        QCOMPARE(messagesOf(batches).size(), std::size_t(16));
    }

    void compactsItsLog() {
        const BatchFolder batches;
        auto writer = writerOf(batches, 1000);
        // Scattered keys of many sources make long records: the log passes its limit several times.
        std::mt19937_64 random(5);
        std::vector<IngestItem> all;
        for (int group = 0; group < 6; ++group) {
            std::vector<IngestItem> made;
            for (int i = 0; i < 2000; ++i) {
                IngestItem item = messageItem(random() | 1, i, "x");
                item.delivery.key.source = QByteArray(4000, 'a') + QByteArray::number(random() % 1000);
                made.push_back(item);
            }
            stored(*writer, made);
            all.insert(all.end(), made.begin(), made.end());
        }
        const QStringList logs = QDir(batches.own()).entryList({QStringLiteral("log.*")});
        QCOMPARE(logs.size(), 1);
        QVERIFY2(logs.front() != QStringLiteral("log.1"), qPrintable(logs.front()));
        writer.reset();
        QCOMPARE(stored(*writerOf(batches, 1000), all).duplicates, qint64(all.size()));
    }
};

QTEST_GUILESS_MAIN(TestFileWriter)
#include "tst_filewriter.moc"
