#include "storage/ingest/delivery.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/stores/openstore.h"
#include "tests/support/foldertree.h"
#include "tests/support/writtenbatches.h"

#include <QtTest>
#include <map>
#include <random>
#include <set>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int batchSize = 4;

QByteArray contentOf(qint64 number) {
    return "message " + QByteArray::number(number * 7919);
}

/// Beside every third message came something.
QByteArray metadataOf(qint64 number) {
    return number % 3 == 0 ? "{\"n\":\"" + QByteArray::number(number) + "\"}" : QByteArray();
}

IngestItem itemOf(qint64 number) {
    IngestItem item = messageItem(static_cast<quint64>(number), number, contentOf(number));
    item.delivery.metadata = metadataOf(number);
    std::get<IncomingMessage>(item.decoded).metadata = metadataOf(number);
    if (number % 11 == 0)
        item.delivery.key.source = "localhost:6379/0/others";
    return item;
}

/// A pipeline over one file store, and what is to be true of it. `naive` keeps every key for ever, whatever became of
/// the lines: it has to be found out.
class Pipeline {
public:
    Pipeline(unsigned seed, bool naive) : m_random(seed), m_naive(naive) {}

    /// Does something; empty, or what does not hold afterwards.
    QString step() {
        switch (m_random() % 13) {
        case 0:
        case 1:
        case 2:
            return receive(sendMore());
        case 3:
            return receive(someOfTheLedger());
        case 4:
            return receive({});
        case 5:
            return removeFiles();
        case 6:
            return cutAFile();
        case 7:
            m_messages = treeOf(m_batches.messages());
            m_whole = treeOf(m_batches.root());
            m_then = m_stored;
            m_goneThen = m_wereGone;
            return {};
        case 8:
            if (!m_messages)
                return {};
            putTree(m_batches.messages(), *m_messages);
            forgetReplaced();
            m_did = QStringLiteral("messages put back");
            return check(false);
        case 9:
            if (!m_whole)
                return {};
            putTree(m_batches.root(), *m_whole);
            QDir().mkpath(m_batches.messages());
            forgetReplaced();
            m_stored = m_then;
            m_wereGone = m_goneThen;
            m_everKnown = std::set<qint64>(m_stored.begin(), m_stored.end());
            m_did = QStringLiteral("all put back");
            return check(false);
        case 10:
            return changeALine();
        case 11:
            return replaceAFile();
        default:
            return crash();
        }
    }

    /// Everything comes once more: then everything is there, each once.
    QString end() {
        std::vector<qint64> all;
        for (qint64 number = 1; number <= m_sent; ++number)
            all.push_back(number);
        if (QString mistake = receive(all); !mistake.isEmpty())
            return mistake;
        const auto lines = linesByNumber();
        for (const qint64 number : all) {
            if (!lines.contains(number))
                return QStringLiteral("%1 is missing in the end").arg(number);
        }
        for (const qint64 number : m_replaced) {
            if (lines.at(number).same != 1)
                return QStringLiteral("%1 stands %2 times in the end").arg(number).arg(lines.at(number).same);
        }
        if (declaredMissing(m_batches) != 0)
            return QStringLiteral("%1 are said to be missing in the end").arg(declaredMissing(m_batches));
        return {};
    }

    [[nodiscard]] int losses() const { return m_losses; }

private:
    QString file() {
        const auto files = m_batches.batchFiles();
        if (files.empty())
            return {};
        // The last one often: it is what is written to.
        auto at = std::prev(files.end());
        if (m_random() % 3 != 0)
            at = std::next(files.begin(), static_cast<int>(m_random() % files.size()));
        return m_batches.messages() + QLatin1Char('/') + at->first;
    }

    std::vector<qint64> sendMore() {
        std::vector<qint64> numbers;
        for (auto left = 1 + m_random() % 25; left > 0; --left)
            numbers.push_back(++m_sent);
        return numbers;
    }
    std::vector<qint64> someOfTheLedger() {
        std::vector<qint64> numbers;
        const auto share = m_random() % 4;
        for (qint64 number = 1; number <= m_sent; ++number) {
            if (m_random() % 4 <= share)
                numbers.push_back(number);
        }
        return numbers;
    }

    void storeIn(FileWriter& writer, std::span<const qint64> numbers) {
        std::vector<IngestItem> group;
        const auto store = [&] {
            if (!writer.store(group))
                qFatal("nothing is stored");
            group.clear();
        };
        for (const qint64 number : numbers) {
            if (!m_naive || m_everKnown.insert(number).second)
                group.push_back(itemOf(number));
            m_stored.insert(number);
            if (m_random() % 6 == 0)
                store();
        }
        store();
    }

    QString receive(const std::vector<qint64>& numbers) {
        m_did = QStringLiteral("received %1").arg(numbers.size());
        noteGone();
        {
            const auto writer = openWriter(m_batches, batchSize);
            if (!writer)
                return writer.error().text;
            storeIn(**writer, numbers);
        }
        return check(true);
    }

    QString crash() {
        const auto numbers = sendMore();
        noteGone();
        {
            const auto writer = openWriter(m_batches, batchSize);
            if (!writer)
                return writer.error().text;
            storeIn(**writer, numbers);
            m_crashed = treeOf(m_batches.root());
        }
        putTree(m_batches.root(), m_crashed);
        m_did = QStringLiteral("crashed after %1").arg(numbers.size());
        return receive({});
    }

    QString removeFiles() {
        m_did = QStringLiteral("removed files");
        for (auto left = 1 + m_random() % 3; left > 0 && !m_batches.batchFiles().empty(); --left)
            QFile::remove(file());
        return check(false);
    }

    QString cutAFile() {
        const QString name = file();
        if (name.isEmpty())
            return {};
        const QByteArray bytes = BatchFolder::get(name);
        BatchFolder::put(name,
                         bytes.first(static_cast<qsizetype>(m_random() % static_cast<quint64>(bytes.size() + 1))));
        forgetReplaced();
        m_did = QStringLiteral("cut ") + QFileInfo(name).fileName();
        return check(false);
    }

    /// Or writes it anew as it is.
    QString changeALine() {
        const QString name = file();
        QByteArray bytes = name.isEmpty() ? QByteArray() : BatchFolder::get(name);
        const qsizetype at = bytes.indexOf("message ");
        if (at < 0)
            return {};
        if (m_random() % 2 == 0)
            bytes.replace(at, 7, "MESSAGE");
        BatchFolder::put(name, bytes);
        m_did = QStringLiteral("changed ") + QFileInfo(name).fileName();
        return check(false);
    }

    /// Another program's lines under the same numbers, in place of all.
    QString replaceAFile() {
        const QString name = file();
        QByteArray theirs;
        std::vector<qint64> numbers;
        forEachLine(name.isEmpty() ? QByteArray() : BatchFolder::get(name),
                    [&](qsizetype, QByteArrayView line, bool ended) {
                        const BatchLine parsed = parseBatchLine(line);
                        const bool isOurs = ended && parsed.number && line.contains("essage ");
                        if (isOurs) {
                            theirs += batchLine(*parsed.number, "theirs");
                            numbers.push_back(*parsed.number);
                        }
                        return true;
                    });
        if (numbers.size() < 2)
            return {};
        BatchFolder::put(name, theirs);
        m_replaced.insert(numbers.begin(), numbers.end());
        m_did = QStringLiteral("replaced ") + QFileInfo(name).fileName();
        return check(false);
    }

    /// Another program's line that is alone in its file counts as ours, changed; and ours may be there again.
    void forgetReplaced() {
        for (const auto& [name, bytes] : m_batches.batchFiles()) {
            const bool isSingle = bytes.count('\n') < 2;
            forEachLine(bytes, [&](qsizetype, QByteArrayView line, bool) {
                if (isSingle || !line.endsWith("theirs"))
                    m_replaced.erase(parseBatchLine(line).number.value_or(0));
                return true;
            });
        }
    }

    /// The lines that stand of a number.
    struct Standing {
        int same = 0;    ///< as they were written
        int changed = 0; ///< or torn where the line feed alone is missing
        int alone = 0;   ///< of these, in files where none is as it was written: they may count as another program's
    };
    std::map<qint64, Standing> linesByNumber() {
        std::map<qint64, Standing> found;
        for (const auto& [name, bytes] : m_batches.batchFiles()) {
            bool hasSame = false;
            std::vector<qint64> changed;
            forEachLine(bytes, [&](qsizetype, QByteArrayView line, bool ended) {
                const BatchLine parsed = parseBatchLine(line);
                const QByteArray written = parsed.number ? batchLine(*parsed.number, contentOf(*parsed.number)) : "";
                const bool same = line == QByteArrayView(written).chopped(written.isEmpty() ? 0 : 1);
                hasSame = hasSame || same;
                if (parsed.number && (ended || same))
                    ++(same && ended ? found[*parsed.number].same : found[*parsed.number].changed);
                if (parsed.number && ended && !same)
                    changed.push_back(*parsed.number);
                return true;
            });
            for (const qint64 number : changed)
                found[number].alone += hasSame ? 0 : 1;
        }
        return found;
    }

    /// Notes the lines that a writer that opens now finds gone. Of these, a changed one that comes back later may count
    /// for the same message or not.
    void noteGone() {
        const auto lines = linesByNumber();
        for (const qint64 number : m_stored) {
            const auto found = lines.find(number);
            if (found == lines.end() || (found->second.same == 0 && found->second.alone == found->second.changed))
                m_wereGone.insert(number);
        }
    }

    /// A line that was changed is known by its number.
    QString wrongMetadata() {
        const auto store = openStore(m_batches.url(batchSize), Access::Read);
        if (!store)
            return store.error().text;
        const auto page = (*store)->batches().messages().page(ListQuery{{}, {}, {}, 1'000'000}, {});
        if (!page)
            return page.error().text;
        const auto lines = linesByNumber();
        const auto mayBeOthers = [&](qint64 number) {
            const auto found = lines.find(number);
            return m_wereGone.contains(number) || (found != lines.end() && found->second.alone > 0);
        };
        for (const Message& message : page->rows) {
            const bool isWhole = message.messageNumber
                                 && (mayBeOthers(*message.messageNumber) ? message.content : message.content.toLower())
                                        == contentOf(*message.messageNumber);
            if (isWhole && message.metadata != metadataOf(*message.messageNumber))
                return QStringLiteral("%1: beside %2 stands \"%3\"")
                    .arg(m_did)
                    .arg(*message.messageNumber)
                    .arg(QString::fromUtf8(message.metadata));
        }
        return {};
    }

    QString check(bool wasOpened) {
        if (QString wrong = wrongMetadata(); !wrong.isEmpty())
            return wrong;
        const auto lines = linesByNumber();
        qint64 gone = 0;
        qint64 unclear = 0; // gone or changed
        bool isOtherwise = false;
        bool mayBeOtherwise = false;
        for (const qint64 number : m_stored)
            gone += lines.contains(number) ? 0 : 1;
        for (const auto& [number, found] : lines) {
            const bool mayHaveReturned = found.changed > 0 && (m_wereGone.contains(number) || found.alone > 0);
            isOtherwise = isOtherwise || (found.changed > 0 && !mayHaveReturned);
            mayBeOtherwise = mayBeOtherwise || mayHaveReturned;
            unclear += mayHaveReturned && found.same == 0 ? 1 : 0;
            if (found.same + (mayHaveReturned ? 0 : found.changed) > 1)
                return QStringLiteral("%1: %2 stands %3 times, and %4 times changed")
                    .arg(m_did)
                    .arg(number)
                    .arg(found.same)
                    .arg(found.changed);
        }
        m_losses += gone > 0 ? 1 : 0;
        const qint64 declared = declaredMissing(m_batches);
        if (wasOpened && (declared < gone || declared > gone + unclear))
            return QStringLiteral("%1: %2 are gone, %3 are said to be").arg(m_did).arg(gone).arg(declared);
        const auto results = verify(m_batches, batchSize);
        const CheckResult& acknowledged = results.at("acknowledged");
        // Until a writer has looked, a line whose message stands elsewhere again is missing where it was written.
        const bool isAmiss = gone > 0 || isOtherwise;
        const bool mayBeAmiss = isAmiss || mayBeOtherwise || !wasOpened;
        if (acknowledged.found ? !mayBeAmiss : isAmiss)
            return QStringLiteral("%1: %2 are gone, some changed: %3; verify says %4")
                .arg(m_did)
                .arg(gone)
                .arg(isOtherwise)
                .arg(QString::fromUtf8(acknowledged.detail));
        if (results.at("writer-memory").found)
            return m_did + QStringLiteral(": ") + QString::fromUtf8(results.at("writer-memory").detail);
        return {};
    }

    BatchFolder m_batches;
    std::mt19937 m_random;
    bool m_naive;
    qint64 m_sent = 0;
    std::set<qint64> m_stored; ///< acknowledged, as far as the store can know
    std::set<qint64> m_everKnown;
    int m_losses = 0;
    std::optional<Tree> m_messages;
    std::optional<Tree> m_whole;
    std::set<qint64> m_then;
    std::set<qint64> m_wereGone; ///< found gone by a writer at some time
    std::set<qint64> m_goneThen;
    std::set<qint64> m_replaced; ///< by another program's lines at some time
    Tree m_crashed;
    QString m_did;
};

QString run(unsigned seed, bool naive, int& losses) {
    Pipeline pipeline(seed, naive);
    for (int i = 0; i < 40; ++i) {
        if (QString mistake = pipeline.step(); !mistake.isEmpty())
            return QStringLiteral("seed %1, step %2: %3").arg(seed).arg(i).arg(mistake);
    }
    losses += pipeline.losses();
    const QString mistake = pipeline.end();
    return mistake.isEmpty() ? mistake : QStringLiteral("seed %1, at the end: %2").arg(seed).arg(mistake);
}

} // namespace

class TestLostLines : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        useMemoryForFolders();
        QLoggingCategory::setFilterRules(QStringLiteral("portolan.batchfile.*=false"));
    }

    void givesLinesBackAsBlocks() {
        std::mt19937_64 random(3);
        for (int round = 0; round < 200; ++round) {
            std::vector<StoredLine> lines(random() % 40);
            for (StoredLine& line : lines) {
                line.batch = static_cast<qint64>(random() % 3 == 0 ? random() >> 1 : random() % 9);
                line.length = static_cast<quint32>(random());
                line.checksum = static_cast<quint32>(random());
                line.number = static_cast<qint64>(random() % 3 == 0 ? random() : random() % 50);
                line.source = QByteArray::number(random() % 3);
                line.keyed = random() % 4 != 0;
                if (line.keyed)
                    line.key = {random() % 2 == 0 ? random() : 5, random() % 2 == 0 ? random() : random() % 9};
                line.hash = line.keyed ? random() : 0;
                line.gap = random() % 4 == 0 ? static_cast<qint64>(random()) : 0;
                line.metadata =
                    random() % 3 == 0 ? QByteArray(static_cast<qsizetype>(random() % 300), 'x') : QByteArray();
            }
            std::vector<StoredLine> again;
            const QByteArray block = encodeLines(lines);
            QVERIFY(decodeLines(block, again));
            QVERIFY(again == lines);
            for (qsizetype size = 0; size < block.size(); ++size) {
                std::vector<StoredLine> cut;
                QVERIFY(!decodeLines(block.first(size), cut));
            }
        }
    }

    /// Random receiving, crashes, deletions, cuts, folders put back and redeliveries, against a ledger; small segments,
    /// so that what must be found stands in many of them.
    void linesAndKeysLiveAndDieTogether() {
        const qsizetype usual = std::exchange(LineBook::segmentBytes, 600);
        Journal::soonAfter = std::chrono::hours(1); // a backup put back later would not be told by time
        int losses = 0;
        const unsigned rounds = qEnvironmentVariableIntValue("PORTOLAN_LONG") == 1 ? 400 : 25;
        for (unsigned seed = 1; seed <= rounds; ++seed) {
            const QString mistake = run(seed, false, losses);
            if (!mistake.isEmpty())
                LineBook::segmentBytes = usual;
            QVERIFY2(mistake.isEmpty(), qPrintable(mistake));
        }
        int naiveMistakes = 0;
        for (unsigned seed = 1; seed <= 8; ++seed) {
            int ignored = 0;
            naiveMistakes += run(seed, true, ignored).isEmpty() ? 0 : 1;
        }
        LineBook::segmentBytes = usual;
        QVERIFY2(losses > 50, "hardly anything was lost: nothing was tested");
        QVERIFY2(naiveMistakes >= 6, "keys that stay when their lines are gone must be found out");
    }

    void rejectsOtherContentUnderAKnownKey() {
        const BatchFolder batches;
        IngestItem other = itemOf(2);
        other.delivery.payload = "something else";
        const auto storedBy = [&](std::vector<IngestItem> items) {
            return *(*openWriter(batches, batchSize))->store(items);
        };
        IngestCounts counts = storedBy({itemOf(1), itemOf(2), itemOf(2), other}); // twice within one group
        QCOMPARE(counts.stored, 2);
        QCOMPARE(counts.duplicates, 1);
        QCOMPARE(counts.rejected, 1);
        QCOMPARE(rejectsOf(batches).front().reason,
                 QStringLiteral("Key 2-0 of localhost:6379/0/orders is stored already, with other data."));
        QCOMPARE(rejectsOf(batches).front().payload, QByteArray("something else"));
        counts = storedBy({other, itemOf(2), itemOf(1)}); // delivered again, each is known
        QCOMPARE(counts.duplicates, 3);
        other.delivery.metadata = R"({"a":1})";
        counts = storedBy({other});
        QCOMPARE(counts.rejected, 1);
        counts = storedBy({other});
        QCOMPARE(counts.duplicates, 1);
        other.delivery.payload = "a third";
        other.delivery.keptBySource = true;
        counts = storedBy({other});
        QCOMPARE(counts.rejected, 1);
        QCOMPARE(counts.refused, std::vector<SourceKey>{other.delivery.key});
        QCOMPARE(rejectsOf(batches).size(), std::size_t(2));
    }

    /// What was rejected first and comes again otherwise, too.
    void tellsContentOfRejectsApart() {
        const BatchFolder batches;
        IngestItem bad = itemOf(1);
        bad.decoded = Rejection{QStringLiteral("bad")};
        const auto writer = openWriter(batches, batchSize);
        QCOMPARE((*writer)->store(std::span(&bad, 1))->rejected, 1);
        QCOMPARE((*writer)->store(std::span(&bad, 1))->duplicates, 1);
        IngestItem good = itemOf(1);
        good.delivery.payload = "good";
        QCOMPARE((*writer)->store(std::span(&good, 1))->rejected, 1);
        QVERIFY(rejectsOf(batches).back().reason.contains(QStringLiteral("with other data")));
    }

    void tellsOfLinesThatAreGone() {
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (qint64 number = 1; number <= 10; ++number)
            items.push_back(itemOf(number));
        QVERIFY((*openWriter(batches, batchSize))->store(items));
        QFile::remove(batches.file(2));
        {
            const auto writer = openWriter(batches, batchSize);
            QCOMPARE((*writer)->store({})->gaps, 1);
            QCOMPARE((*writer)->store({})->gaps, 0);
        }
        auto gaps = gapsOf(batches);
        QCOMPARE(gaps.size(), std::size_t(1));
        QCOMPARE(gaps[0].source, QByteArray("localhost:6379/0/orders"));
        QCOMPARE(gaps[0].missing, std::optional<qint64>(4));
        QCOMPARE(gaps[0].firstNumber, std::optional<qint64>(5));
        QCOMPARE(gaps[0].lastNumber, std::optional<qint64>(8));
        QVERIFY(gaps[0].details.contains("messages_batch_0002.txt"));
        QVERIFY(verify(batches, batchSize).at("acknowledged").found); // what was lost stays told
        QCOMPARE((*openWriter(batches, batchSize))->store(std::span(items).first(6))->stored, 2);
        QCOMPARE(gapsOf(batches)[0].missing, std::optional<qint64>(2));
        QVERIFY(!gapsOf(batches)[0].closedAt);
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->stored, 2);
        QVERIFY(gapsOf(batches)[0].closedAt);
        QVERIFY(!verify(batches, batchSize).at("acknowledged").found);
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->duplicates, 10);
    }

    /// A file that comes back brings its keys, as long as nothing was stored in its place.
    void takesBackWhatReturns() {
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (qint64 number = 1; number <= 10; ++number)
            items.push_back(itemOf(number));
        QVERIFY((*openWriter(batches, batchSize))->store(items));
        const QByteArray second = batches.read(2);
        QFile::remove(batches.file(2));
        QVERIFY(openWriter(batches, batchSize));
        batches.write(2, second);
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->duplicates, 10);
        QVERIFY(gapsOf(batches)[0].closedAt);
        QFile::remove(batches.file(2));
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->stored, 4); // into the files 3 and 4
        batches.write(2, second);                                             // twice now, by somebody else's doing
        QVERIFY(openWriter(batches, batchSize));
        QFile::remove(batches.file(4)); // 7 and 8 again, which stand in the second file
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->duplicates, 10);
    }

    /// The number of a line that is gone is used by another program: nothing of the two is one.
    void takesNoOtherLineForOneThatIsGone() {
        const BatchFolder batches;
        std::vector<IngestItem> items;
        for (qint64 number = 1; number <= 4; ++number)
            items.push_back(itemOf(number));
        QVERIFY((*openWriter(batches, batchSize))->store(items));
        QFile::remove(batches.file(1));
        QVERIFY(openWriter(batches, batchSize));
        QCOMPARE(declaredMissing(batches), 4);
        batches.write(1, batchLine(1, "theirs") + batchLine(3, "theirs"));
        {
            const auto store = openStore(batches.url(batchSize), Access::Read);
            const auto page = (*store)->batches().messages().page(ListQuery{{}, {}, {}, 10}, {});
            QVERIFY(page && page->rows.size() == 2);
            for (const Message& message : page->rows)
                QCOMPARE(message.metadata, QByteArray()); // what came beside ours is not of theirs
        }
        QVERIFY(openWriter(batches, batchSize));
        QCOMPARE(declaredMissing(batches), 4);
        QCOMPARE((*openWriter(batches, batchSize))->store(items)->stored, 4);
        QVERIFY(gapsOf(batches)[0].closedAt);
    }

    void saysHowManyLinesItCannotCompare() {
        const BatchFolder batches;
        batches.write(1, batchLine(1, "theirs") + batchLine(2, "theirs"));
        QVERIFY(verify(batches, batchSize).at("acknowledged").detail.contains("2 lines were not compared"));
        const auto item = itemOf(3);
        QVERIFY((*openWriter(batches, batchSize))->store(std::span(&item, 1)));
        const CheckResult result = verify(batches, batchSize).at("acknowledged");
        QVERIFY2(!result.found && result.detail.contains("2 lines were not compared"), result.detail.constData());
    }
};

QTEST_GUILESS_MAIN(TestLostLines)
#include "tst_lostlines.moc"
