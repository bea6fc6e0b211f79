#include "storage/messages/files/lines/batchline.h"
#include "tests/support/foldertree.h"
#include "tests/support/writtenbatches.h"

#include <QLoggingCategory>
#include <QtTest>
#include <map>
#include <random>
#include <set>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int batchSize = 4;

/// How often each content stands in whole lines.
std::map<QByteArray, int> contentsOf(const BatchFolder& batches) {
    std::map<QByteArray, int> found;
    for (const auto& [name, bytes] : batches.batchFiles()) {
        forEachLine(bytes, [&](qsizetype, QByteArrayView line, bool) {
            ++found[parseBatchLine(line).content.toByteArray()];
            return true;
        });
    }
    return found;
}

std::map<QByteArray, int> rejectedIn(const BatchFolder& batches) {
    std::map<QByteArray, int> found;
    for (const Reject& reject : rejectsOf(batches))
        ++found[reject.payload];
    return found;
}

/// Sources of each sort, whose messages say little: some give neither number nor time, contents come again, some hold
/// line breaks, some cannot be stored.
class Sender {
public:
    explicit Sender(std::mt19937& random) : m_random(random) {}

    IngestItem next() {
        ++m_sent;
        m_clock += std::chrono::milliseconds(m_random() % 700);
        const QByteArray unique = "text " + QByteArray::number(m_sent);
        IngestItem item;
        item.delivery.receivedAt = m_clock;
        const auto sort = m_random() % 5;
        // Of two sources that say the same, one could be taken for the other.
        const QByteArray again = "ping " + QByteArray::number(sort);
        IncomingMessage message{std::nullopt, std::nullopt, m_random() % 3 == 0 ? again : unique};
        switch (sort) {
        case 0: // a stream whose producer counts messages
            item.delivery.key = {"host/0/numbered", static_cast<quint64>(m_sent), 0};
            message.number = m_sent;
            break;
        case 1: // a stream with the server's ids
            item.delivery.key = {"host/0/plain",
                                 static_cast<quint64>(m_clock.time_since_epoch() / std::chrono::milliseconds(1)),
                                 static_cast<quint64>(m_sent)};
            break;
        case 2: // Kafka
            item.delivery.key = {"kafka:c/topic/0", 0, static_cast<quint64>(m_sent)};
            item.delivery.partition = 0;
            break;
        case 3: // an imported file whose rows have times
            item.delivery.key = {"file", static_cast<quint64>(m_sent), m_random()};
            message.timestamp = m_clock;
            message.content = unique + "\nand more";
            break;
        default:
            item.delivery.key = {"host/0/bad", static_cast<quint64>(m_sent), 0};
            item.delivery.payload = unique;
            item.decoded = Rejection{QStringLiteral("bad")};
            break;
        }
        item.delivery.keyText = QByteArray::number(item.delivery.key.major) + '-' + QByteArray::number(m_sent);
        if (!std::holds_alternative<Rejection>(item.decoded)) {
            item.delivery.payload = message.content;
            item.decoded = std::move(message);
        }
        m_all.push_back(item);
        return item;
    }
    [[nodiscard]] const std::vector<IngestItem>& all() const { return m_all; }

private:
    std::mt19937& m_random;
    qint64 m_sent = 0;
    Timestamp m_clock = *parseIsoTime("2025-10-16T14:56:05Z");
    std::vector<IngestItem> m_all;
};

/// A file store, backups of it, and what was sent. `naive` gives what comes again other keys: it has to be found out.
class World {
public:
    World(unsigned seed, bool naive) : m_random(seed), m_naive(naive), m_sender(m_random) {}

    QString run() {
        for (int round = 0; round < 4; ++round) {
            m_backups.clear();
            m_did.clear();
            for (auto left = 2 + m_random() % 4; left > 0; --left) {
                if (QString mistake = live(); !mistake.isEmpty())
                    return mistake;
                m_backups.push_back(treeOf(m_batches.root()));
            }
            for (auto left = 1 + m_random() % 5; left > 0; --left) {
                disturb();
                if (m_random() % 4 != 0)
                    continue;
                if (QString mistake = live(); !mistake.isEmpty())
                    return mistake;
            }
            if (QString mistake = comesAgain(); !mistake.isEmpty())
                return m_did.join(QStringLiteral(", ")) + QStringLiteral(": ") + mistake;
        }
        return {};
    }

private:
    /// A receiver runs, and ends or is killed.
    QString live() {
        Tree killed;
        {
            const auto writer = openWriter(m_batches, batchSize);
            if (!writer)
                return m_did.join(QStringLiteral(", ")) + QStringLiteral(": ") + writer.error().text;
            for (auto groups = m_random() % 5; groups > 0; --groups) {
                std::vector<IngestItem> items;
                for (auto left = 1 + m_random() % 6; left > 0; --left)
                    items.push_back(m_sender.next());
                if (const auto stored = (*writer)->store(items); !stored)
                    return stored.error().text;
            }
            if (m_random() % 3 == 0)
                killed = treeOf(m_batches.root());
        }
        if (!killed.empty()) {
            putTree(m_batches.root(), killed);
            QDir().mkpath(m_batches.messages());
        }
        m_did << (killed.empty() ? QStringLiteral("received") : QStringLiteral("killed"));
        return {};
    }

    /// Parts are put back as they were at some time, or taken away.
    void disturb() {
        static const std::vector<QString> parts{
            QStringLiteral("example_receiver/messages/"),         QStringLiteral("example_receiver/.portolan/"),
            QStringLiteral("example_receiver/.portolan/state"),   QStringLiteral("example_receiver/.portolan/index"),
            QStringLiteral("example_receiver/.portolan/lines/"),  QStringLiteral("example_receiver/.portolan/log."),
            QStringLiteral("example_receiver/.portolan/rejects/")};
        const bool isTakenAway = m_random() % 4 == 0;
        const QString part = parts[m_random() % parts.size()];
        const Tree& backup = m_backups[m_random() % m_backups.size()];
        const bool isSingle = m_random() % 2 == 0;
        std::set<QString> names;
        for (const auto& [name, bytes] : treeOf(m_batches.root()))
            names.insert(name);
        for (const auto& [name, bytes] : backup)
            names.insert(name);
        std::erase_if(names, [&](const QString& name) { return !name.startsWith(part); });
        if (names.empty())
            return;
        if (isSingle)
            names = {*std::next(names.begin(), static_cast<int>(m_random() % names.size()))};
        for (const QString& name : names) {
            const auto kept = backup.find(name);
            if (!isTakenAway && kept != backup.end())
                putFile(m_batches.root(), name, kept->second);
            else
                QFile::remove(m_batches.root() + QLatin1Char('/') + name);
        }
        m_did << (isTakenAway ? QStringLiteral("took away ") : QStringLiteral("put back "))
                     + (isSingle ? *names.begin() : part);
    }

    QString comesAgain() {
        for (int time = 0; time < 2; ++time) {
            const auto writer = openWriter(m_batches, batchSize);
            if (!writer)
                return writer.error().text;
            std::vector<IngestItem> group;
            for (IngestItem item : m_sender.all()) {
                if (m_naive)
                    item.delivery.key = {"naive", 0, ++m_naiveKey};
                group.push_back(item);
                if (group.size() < 7 && item.delivery.key != m_sender.all().back().delivery.key)
                    continue;
                if (const auto stored = (*writer)->store(group); !stored)
                    return stored.error().text;
                group.clear();
            }
            if (!group.empty() && !(*writer)->store(group))
                return QStringLiteral("the last group is not stored");
            if (m_naive)
                break;
        }
        std::map<QByteArray, int> lines;
        std::map<QByteArray, int> rejects;
        for (const IngestItem& item : m_sender.all()) {
            const auto* message = std::get_if<IncomingMessage>(&item.decoded);
            if (!message)
                ++rejects[item.delivery.payload];
            else
                ++lines[needsEscape(message->content) ? escapeContent(message->content) : message->content];
        }
        if (QString mistake = difference(contentsOf(m_batches), lines); !mistake.isEmpty())
            return mistake;
        if (QString mistake = difference(rejectedIn(m_batches), rejects); !mistake.isEmpty())
            return QStringLiteral("among the rejects ") + mistake;
        const auto results = verify(m_batches, batchSize);
        for (const char* name : {"acknowledged", "writer-memory", "memory-age"}) {
            const CheckResult& result = results.at(name);
            if (result.found || result.detail.contains("not compared"))
                return QString::fromUtf8(result.detail);
        }
        return {};
    }

    static QString difference(const std::map<QByteArray, int>& found, const std::map<QByteArray, int>& sent) {
        for (const auto& [content, count] : sent) {
            const auto there = found.find(content);
            const int times = there == found.end() ? 0 : there->second;
            if (times != count)
                return QStringLiteral("%1 was sent %2 times and stands %3 times")
                    .arg(QString::fromUtf8(content))
                    .arg(count)
                    .arg(times);
        }
        return found.size() == sent.size() ? QString() : QStringLiteral("something stands that nobody sent");
    }

    BatchFolder m_batches;
    std::mt19937 m_random;
    bool m_naive;
    quint64 m_naiveKey = 0;
    Sender m_sender;
    std::vector<Tree> m_backups;
    QStringList m_did;
};

} // namespace

/// RELIABILITY 15, whichever parts of a file store are put back or gone.
class TestPutBack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        useMemoryForFolders();
        QLoggingCategory::setFilterRules(QStringLiteral("portolan.batchfile.*=false"));
    }

    /// Random receiving, kills, and parts that are put back or taken away; then all comes again, and is there once.
    void everyPartMayBeOfAnotherTime() {
        const qsizetype usual = std::exchange(LineBook::segmentBytes, 300);
        const auto usualTime = std::exchange(Journal::soonAfter, std::chrono::milliseconds(0));
        const unsigned rounds = qEnvironmentVariableIntValue("PORTOLAN_LONG") == 1 ? 1'000 : 40;
        QString mistake;
        unsigned seed = qEnvironmentVariableIntValue("PORTOLAN_SEED");
        const unsigned last = seed > 0 ? seed : rounds;
        for (seed = std::max(seed, 1U); seed <= last && mistake.isEmpty(); ++seed) {
            mistake = World(seed, false).run();
            if (!mistake.isEmpty())
                mistake = QStringLiteral("seed %1: %2").arg(seed).arg(mistake);
        }
        int naiveMistakes = 0;
        for (unsigned naive = 1; naive <= 4; ++naive)
            naiveMistakes += World(naive, true).run().isEmpty() ? 0 : 1;
        LineBook::segmentBytes = usual;
        Journal::soonAfter = usualTime;
        QVERIFY2(mistake.isEmpty(), qPrintable(mistake));
        QCOMPARE(naiveMistakes, 4);
    }

    /// Whoever says nothing of itself, and need not have been there, is stored.
    void whatCannotBeALineIsStored() {
        const BatchFolder batches;
        batches.write(1, batchLine(1, "ping") + batchLine(2, "ping") + batchLine(3, "ping"));
        const auto writer = openWriter(batches, batchSize);
        IngestItem item = messageItem(0, std::nullopt, "ping");
        const auto stored = [&](const SourceKey& key, std::optional<qint64> number = {}) {
            item.delivery.key = key;
            item.decoded = IncomingMessage{number, std::nullopt, "ping"};
            return (*writer)->store(std::span(&item, 1))->stored;
        };
        QCOMPARE(stored({"list", 0, 1}), 1);
        QCOMPARE(stored({"list", 0, 2}, 1), 1);                // pushed with the number of another one
        QCOMPARE(stored({"stream", 5, 0}), 1);                 // an id of the producer's, no number
        QCOMPARE(stored({"stream", 1'760'626'566'000, 0}), 1); // a second after the lines
        QCOMPARE(stored({"stream", 6, 0}, 7), 1);              // a number that no line has
        QCOMPARE(stored({}, 1), 1);                            // of no source that delivers again
        QCOMPARE(stored({"stream", 1'760'626'565'500, 0}), 0); // in the lines' second
        QCOMPARE(stored({"stream", 7, 0}, 2), 0);              // the second line
        QCOMPARE(stored({"stream", 8, 0}, 2), 1);              // which is one message
        item.delivery.deliveries = 2;
        QCOMPARE(stored({"list", 0, 3}), 0); // handed out before
        QCOMPARE(stored({"list", 0, 4}), 1); // no line is left
    }

    /// Without the index, the rejects and a part of the memory nothing passes for compared.
    void whatWasNeverComparedIsCompared() {
        const qsizetype usual = std::exchange(LineBook::segmentBytes, 60);
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (quint64 n = 1; n <= 12; ++n) {
            items.push_back(messageItem(n, static_cast<qint64>(n), "text " + QByteArray::number(n)));
            if (n % 2 == 0)
                items.back().decoded = Rejection{QStringLiteral("bad")};
            QVERIFY((*openWriter(batches, batchSize))->store(std::span(&items.back(), 1)));
        }
        const Tree whole = treeOf(batches.root());
        QDir lines(batches.own() + QStringLiteral("/lines"));
        const QStringList segments = lines.entryList(QDir::Files);
        QVERIFY(segments.size() > 2);
        for (const QString& segment : segments) {
            putTree(batches.root(), whole);
            for (const char* name : {"/index", "/rejects/rejects.dat"})
                QVERIFY(QFile::remove(batches.own() + QString::fromLatin1(name)));
            QVERIFY(lines.remove(segment));
            const IngestCounts counts = *(*openWriter(batches, batchSize))->store(items);
            QCOMPARE(counts.rejected, 6);
            QCOMPARE(counts.duplicates, 6);
            QCOMPARE(rejectedIn(batches).size(), std::size_t(6));
        }
        LineBook::segmentBytes = usual;
    }

    /// Files of which every line is another program's, or every line was changed by an editor.
    void aFileOfOthersHasNoneOfOurLines_data() {
        QTest::addColumn<bool>("isTheirs");
        QTest::addColumn<int>("written"); ///< lines of ours
        QTest::addColumn<int>("stored");  ///< when they come again
        QTest::newRow("all lines are theirs") << true << 4 << 4;
        QTest::newRow("two lines are theirs") << true << 2 << 2;
        QTest::newRow("the only line was changed") << true << 1 << 0;
        QTest::newRow("carriage returns") << false << 4 << 0;
    }
    void aFileOfOthersHasNoneOfOurLines() {
        QFETCH(bool, isTheirs);
        QFETCH(int, written);
        QFETCH(int, stored);
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (qint64 number = 1; number <= written; ++number)
            items.push_back(messageItem(static_cast<quint64>(number), number, "ours " + QByteArray::number(number)));
        QVERIFY((*openWriter(batches, batchSize))->store(items));
        QByteArray theirs = BatchFolder::get(batches.file(1));
        if (isTheirs)
            theirs.clear();
        for (qint64 number = 1; isTheirs && number <= written; ++number)
            theirs += batchLine(number, "theirs");
        theirs.replace("\n", isTheirs ? "\n" : "\r\n");
        batches.write(1, theirs);
        const auto results = verify(batches, batchSize);
        QVERIFY(results.at("acknowledged").found);
        QVERIFY(openWriter(batches, batchSize));
        QCOMPARE(declaredMissing(batches), stored);
        const auto again = (*openWriter(batches, batchSize))->store(items);
        QCOMPARE(again->stored, stored);
        QCOMPARE(again->duplicates, written - stored);
        QCOMPARE(again->rejected, 0);
        QCOMPARE(declaredMissing(batches), 0);
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->duplicates, written); // and no more
        QVERIFY(BatchFolder::get(batches.file(1)).startsWith(theirs));
    }

    void verifyTellsOfAnOlderMemory() {
        const BatchFolder batches;
        const auto receive = [&](quint64 from, quint64 to) {
            std::vector<IngestItem> items;
            for (quint64 n = from; n <= to; ++n)
                items.push_back(messageItem(n, static_cast<qint64>(n), "text " + QByteArray::number(n)));
            return *(*openWriter(batches, batchSize))->store(items);
        };
        QCOMPARE(receive(1, 10).stored, 10);
        const Tree older = treeOf(batches.own());
        QCOMPARE(receive(11, 30).stored, 20);
        QVERIFY(!verify(batches, batchSize).at("memory-age").found);
        putTree(batches.own(), older);
        const auto usualTime = std::exchange(Journal::soonAfter, std::chrono::milliseconds(0));
        const CheckResult result = verify(batches, batchSize).at("memory-age");
        Journal::soonAfter = usualTime;
        QVERIFY(result.found);
        QCOMPARE(result.count, 6); // the file that the tenth went to, and five more
        const IngestCounts counts = receive(1, 30);
        QCOMPARE(counts.duplicates, 30);
        QCOMPARE(counts.gaps, 0);
        QCOMPARE(receive(1, 31).stored, 1);
        QVERIFY(!verify(batches, batchSize).at("memory-age").found);
        QVERIFY(!verify(batches, batchSize).at("acknowledged").detail.contains("not compared"));
    }

    /// With the file of rejects taken away or put back from before, their keys go, and come with it.
    void rejectsAndTheirKeysLiveAndDieTogether() {
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (quint64 n = 1; n <= 4; ++n) {
            items.push_back(messageItem(n, std::nullopt, "bad " + QByteArray::number(n)));
            items.back().decoded = Rejection{QStringLiteral("bad")};
        }
        items[3].delivery.metadata = R"({"a":1})";
        const auto store = [&](std::size_t count) {
            const auto counts = *(*openWriter(batches, batchSize))->store(std::span(items).first(count));
            return QStringLiteral("%1 %2 %3").arg(counts.rejected).arg(counts.duplicates).arg(counts.gaps);
        };
        QCOMPARE(store(2), QStringLiteral("2 0 0"));
        const QString name = batches.own() + QStringLiteral("/rejects/rejects.dat");
        const QByteArray older = BatchFolder::get(name);
        QCOMPARE(store(4), QStringLiteral("2 2 0"));
        const QByteArray newer = BatchFolder::get(name);
        BatchFolder::put(name, older);
        QVERIFY(verify(batches, batchSize).at("acknowledged").found);
        QCOMPARE(store(0), QStringLiteral("0 0 1"));
        QVERIFY(verify(batches, batchSize).at("acknowledged").found); // still told
        BatchFolder::put(name, newer);                                // before they came again
        QCOMPARE(store(4), QStringLiteral("0 4 0"));
        QVERIFY(!verify(batches, batchSize).at("acknowledged").found);
        QVERIFY(QFile::remove(name));
        QCOMPARE(store(4), QStringLiteral("4 0 1"));
        QCOMPARE(rejectsOf(batches).size(), std::size_t(4));
        QCOMPARE(store(4), QStringLiteral("0 4 0"));
        QVERIFY(!verify(batches, batchSize).at("acknowledged").found);
        // One of them under a key that a line has, too.
        items.push_back(messageItem(9, std::nullopt, "good"));
        items.push_back(messageItem(9, std::nullopt, "other"));
        QCOMPARE(store(6), QStringLiteral("1 4 0"));
        QVERIFY(QFile::remove(name));
        QCOMPARE(store(6), QStringLiteral("5 1 1"));
        QCOMPARE(contentsOf(batches)["good"], 1);
        QCOMPARE(store(6), QStringLiteral("0 6 0"));
        QVERIFY(QFile::remove(batches.file(1)));
        QCOMPARE(store(6), QStringLiteral("0 5 1"));
        QCOMPARE(contentsOf(batches)["good"], 1);
        QVERIFY(!verify(batches, batchSize).at("acknowledged").found);
    }
};

QTEST_GUILESS_MAIN(TestPutBack)
#include "tst_putback.moc"
