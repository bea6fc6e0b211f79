#include "storage/messages/files/lines/batchline.h"
#include "tests/support/foldertree.h"
#include "tests/support/writtenbatches.h"

#include <QtTest>
#include <map>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr int batchSize = 3;

/// A store's folder as it stood at one moment: what a crash leaves.
void putStore(const BatchFolder& batches, const Tree& tree) {
    putTree(batches.root(), tree);
    for (const char* folder : {"messages", ".portolan/rejects", ".portolan/torn"})
        QDir().mkpath(batches.root() + QStringLiteral("/example_receiver/") + QString::fromLatin1(folder));
}

QString logOf(const Tree& tree) {
    for (const auto& [name, bytes] : tree) {
        if (name.contains(QStringLiteral("/.portolan/log.")))
            return name;
    }
    return {};
}

bool isData(const QString& name) {
    return name.contains(QStringLiteral("/messages/")) || name.endsWith(QStringLiteral("/rejects.dat"));
}

IngestItem rejectItem(quint64 key) {
    IngestItem item = messageItem(key, 1, "rejected " + QByteArray::number(key));
    item.decoded = Rejection{QStringLiteral("bad")};
    return item;
}

/// Three groups: the first two are acknowledged, the third is the one in flight. It goes on in a file, makes two new
/// ones, has an escaped line and a reject.
const std::vector<std::vector<IngestItem>>& groups() {
    static const std::vector<std::vector<IngestItem>> made{
        {messageItem(1, 1, "one"), messageItem(2, 2, "two")},
        {messageItem(3, 3, "three\n"), messageItem(4, 4, "four"), rejectItem(5)},
        {messageItem(6, 6, "six"), messageItem(7, 7, "se\nven"), rejectItem(8), messageItem(9, 9, "nine"),
         messageItem(10, 10, "ten"), messageItem(11, 11, "eleven"), messageItem(12, 12, "twelve")}};
    return made;
}

/// Lines of all batch files as a multiset; a line without its line feed keeps a mark of that.
std::map<QByteArray, int> linesOf(const BatchFolder& batches) {
    std::map<QByteArray, int> lines;
    for (const auto& [name, bytes] : batches.batchFiles()) {
        forEachLine(bytes, [&](qsizetype, QByteArrayView line, bool ended) {
            ++lines[line.toByteArray() + (ended ? "" : " (torn)")];
            return true;
        });
    }
    return lines;
}

std::map<QByteArray, int> expectedLines(int count) {
    std::map<QByteArray, int> lines;
    for (int group = 0; group < count; ++group) {
        for (const IngestItem& item : groups()[static_cast<std::size_t>(group)]) {
            if (const auto* message = std::get_if<IncomingMessage>(&item.decoded)) {
                const auto written = writeBatchLine(*message->number, item.delivery.receivedAt, message->content);
                ++lines[written.bytes.chopped(1)];
            }
        }
    }
    return lines;
}

int rejectsIn(const BatchFolder& batches) {
    const auto folder = openFolder(batches.own() + QStringLiteral("/rejects"));
    RejectFile file;
    if (!folder || !file.refresh(*folder))
        return -1;
    for (qsizetype i = 0; i < file.count(); ++i) {
        if (!file.at(i))
            return -1;
    }
    const auto stat = statAt(*folder, RejectFile::fileName);
    return stat && stat->size != file.end() ? -1 : static_cast<int>(file.count());
}

/// What must hold after a crash in the third group. Empty, or what does not.
QString mistakeIn(const BatchFolder& batches, bool thirdMustBeThere) {
    {
        const auto writer = openWriter(batches, batchSize);
        if (!writer)
            return QStringLiteral("does not open: ") + writer.error().text;
        const bool two = linesOf(batches) == expectedLines(2) && rejectsIn(batches) == 1;
        const bool three = linesOf(batches) == expectedLines(3) && rejectsIn(batches) == 2;
        if (!three && (thirdMustBeThere || !two))
            return QStringLiteral("after opening: neither two nor three whole groups");
        const auto third = (*writer)->store(groups()[2]);
        if (!third || third->duplicates != (three ? 7 : 0))
            return QStringLiteral("the third group was taken for something else");
        const auto first = (*writer)->store(groups()[0]);
        if (!first || first->duplicates != 2)
            return QStringLiteral("the first group is not known");
    }
    if (linesOf(batches) != expectedLines(3) || rejectsIn(batches) != 2)
        return QStringLiteral("in the end not each once");
    for (const auto& [name, bytes] : batches.batchFiles()) {
        if (countLines(bytes) > batchSize)
            return name + QStringLiteral(" is too full");
    }
    return {};
}

} // namespace

class TestFileRecovery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        // Thousands of crashes are put together here from files, none needs a disk: memory is a hundred times faster.
        useMemoryForFolders();
        QLoggingCategory::setFilterRules(QStringLiteral("portolan.batchfile.*=false"));
        const BatchFolder batches;
        const auto writer = openWriter(batches, batchSize);
        QVERIFY(writer);
        QVERIFY((*writer)->store(groups()[0]));
        QVERIFY((*writer)->store(groups()[1]));
        m_before = treeOf(batches.root());
        QVERIFY((*writer)->store(groups()[2]));
        m_after = treeOf(batches.root());
        m_log = logOf(m_after);
        QCOMPARE(logOf(m_before), m_log);
        QVERIFY(m_after.size() == m_before.size() + 2);
    }

    /// The record is being appended; no data yet.
    void survivesATornRecord() {
        const BatchFolder batches;
        for (qsizetype size = m_before[m_log].size(); size < m_after[m_log].size(); ++size) {
            Tree tree = m_before;
            tree[m_log] = m_after[m_log].first(size);
            putStore(batches, tree);
            const QString mistake = mistakeIn(batches, false);
            QVERIFY2(mistake.isEmpty(), qPrintable(QStringLiteral("record cut at %1: %2").arg(size).arg(mistake)));
        }
    }

    /// The record may have reached the disk as zeros, or with zeros after it.
    void survivesZerosInTheLog() {
        const BatchFolder batches;
        const QByteArray record = m_after[m_log].sliced(m_before[m_log].size());
        for (qsizetype whole = 0; whole < record.size(); whole += 5) {
            Tree tree = m_before;
            tree[m_log] = m_before[m_log] + record.first(whole) + QByteArray(record.size() - whole, '\0');
            putStore(batches, tree);
            const QString mistake = mistakeIn(batches, false);
            QVERIFY2(mistake.isEmpty(), qPrintable(QStringLiteral("zeros from %1: %2").arg(whole).arg(mistake)));
        }
    }

    /// The record is there, the data come byte by byte, in order.
    void survivesTornData() {
        const BatchFolder batches;
        int naiveMistakes = 0;
        for (const Order order : {Order::First, Order::Last}) {
            const qsizetype total = addedBytes();
            for (qsizetype bytes = 0; bytes <= total; ++bytes) {
                const Tree tree = inFlight(bytes, order, false);
                putStore(batches, tree);
                naiveMistakes += linesOf(batches) != expectedLines(2) && linesOf(batches) != expectedLines(3) ? 1 : 0;
                const QString mistake = mistakeIn(batches, bytes == total);
                QVERIFY2(mistake.isEmpty(), qPrintable(QStringLiteral("%1 bytes: %2").arg(bytes).arg(mistake)));
            }
        }
        QVERIFY2(naiveMistakes > 100,
                 "without a repair most of these states must be wrong, or the test proves nothing");
    }

    /// The files have their length, but part of the data are zeros (a power cut with delayed allocation).
    void survivesZerosInTheData() {
        const BatchFolder batches;
        for (qsizetype bytes = 0; bytes < addedBytes(); bytes += 3) {
            putStore(batches, inFlight(bytes, Order::First, true));
            const QString mistake = mistakeIn(batches, false);
            QVERIFY2(mistake.isEmpty(), qPrintable(QStringLiteral("zeros behind %1: %2").arg(bytes).arg(mistake)));
        }
    }

    /// A second crash in the middle of the repair: half of the files are cut already.
    void survivesACrashInTheRepair() {
        const BatchFolder batches;
        for (const auto& [name, bytes] : m_after) {
            Tree tree = inFlight(addedBytes(), Order::First, false);
            if (!isData(name) || m_before.contains(name))
                continue;
            tree.erase(name);
            putStore(batches, tree);
            const QString mistake = mistakeIn(batches, false);
            QVERIFY2(mistake.isEmpty(), qPrintable(name + QStringLiteral(": ") + mistake));
        }
    }

    void keepsTornBytesAside() {
        const BatchFolder batches;
        putStore(batches, inFlight(40, Order::First, false));
        QVERIFY(openWriter(batches, batchSize));
        QByteArray kept;
        const QDir torn(batches.own() + QStringLiteral("/torn"));
        for (const QString& name : torn.entryList(QDir::Files))
            kept += BatchFolder::get(torn.filePath(name));
        QCOMPARE(kept.size(), qsizetype(40));
    }

    /// Whatever becomes of the log, what stands in the files stays: nothing is cut that no record claims.
    void leavesTheFilesAloneWhenTheLogIsLost() {
        const BatchFolder batches;
        for (qsizetype size = 0; size < m_after[m_log].size() - 8; size += 3) {
            Tree tree = m_after;
            tree[m_log] = m_after[m_log].first(size);
            putStore(batches, tree);
            QVERIFY(openWriter(batches, batchSize));
            QCOMPARE(linesOf(batches), expectedLines(3));
        }
        for (const QString& lost : {m_log, QStringLiteral("example_receiver/.portolan/state")}) {
            Tree tree = m_after;
            tree.erase(lost);
            putStore(batches, tree);
            QVERIFY(openWriter(batches, batchSize));
            QCOMPARE(linesOf(batches), expectedLines(3));
        }
    }

    /// Acknowledged data that somebody else cuts or removes later are not touched any further.
    void neverAltersAcknowledgedData() {
        const BatchFolder batches;
        for (const auto& [name, bytes] : m_after) {
            if (!name.contains(QStringLiteral("/messages/")))
                continue;
            for (qsizetype size = 0; size < bytes.size(); size += 7) {
                Tree tree = m_after;
                tree[name] = bytes.first(size);
                putStore(batches, tree);
                const auto files = batches.batchFiles();
                QVERIFY(openWriter(batches, batchSize));
                QVERIFY(batches.batchFiles() == files);
            }
        }
    }

    void keepsOtherProgramsFilesAfterACrash() {
        const BatchFolder batches;
        Tree tree = m_before;
        tree[QStringLiteral("example_receiver/messages/messages_batch_0003.txt")] = batchLine(99, "theirs") + "torn";
        putStore(batches, tree);
        {
            const auto writer = openWriter(batches, batchSize);
            QVERIFY(writer);
            QVERIFY((*writer)->store(groups()[2]));
        }
        QCOMPARE(batches.read(3), batchLine(99, "theirs") + "torn");
    }

    void refusesADamagedLog() {
        const BatchFolder batches;
        for (qsizetype at = 0; at < m_before[m_log].size() - 60; ++at) {
            Tree tree = m_after;
            tree[m_log][at] = static_cast<char>(tree[m_log][at] ^ 0x10);
            putStore(batches, tree);
            const auto files = batches.batchFiles();
            const auto writer = openWriter(batches, batchSize);
            QVERIFY(batches.batchFiles() == files);
            if (!writer)
                QCOMPARE(writer.error().code, ErrorCode::Corrupt);
        }
    }

    void refusesADamagedState() {
        const BatchFolder batches;
        const QString state = QStringLiteral("example_receiver/.portolan/state");
        for (qsizetype at = 0; at < m_after[state].size(); ++at) {
            Tree tree = m_after;
            tree[state][at] = static_cast<char>(tree[state][at] ^ 1);
            putStore(batches, tree);
            const auto writer = openWriter(batches, batchSize);
            const bool saysNewer = tree[state].startsWith("PORTSTA5"); // with what follows as it should be
            QVERIFY2(!writer && writer.error().code == (saysNewer ? ErrorCode::Unsupported : ErrorCode::Corrupt),
                     qPrintable(QString::number(at)));
        }
    }

private:
    enum class Order { First, Last };

    qsizetype addedBytes() const {
        qsizetype total = 0;
        for (const auto& [name, bytes] : m_after)
            total += isData(name) ? bytes.size() - sizeBefore(name) : 0;
        return total;
    }
    qsizetype sizeBefore(const QString& name) const {
        const auto found = m_before.find(name);
        return found == m_before.end() ? 0 : found->second.size();
    }

    /// The third group's record without its end, and so many bytes of its data, file after file in name order or the
    /// other way round; the rest of them missing, or zeros.
    Tree inFlight(qsizetype bytes, Order order, bool zeros) const {
        Tree tree = m_before;
        QByteArray log = m_after.at(m_log);
        tree[m_log] = log.chopped(8) + QByteArray(8, '\0');
        std::vector<QString> names;
        for (const auto& [name, whole] : m_after) {
            if (isData(name))
                names.push_back(name);
        }
        if (order == Order::Last)
            std::reverse(names.begin(), names.end());
        for (const QString& name : names) {
            const QByteArray& whole = m_after.at(name);
            const qsizetype added = whole.size() - sizeBefore(name);
            const qsizetype taken = std::min(bytes, added);
            bytes -= taken;
            if (added == 0 || (taken == 0 && !zeros && !m_before.contains(name) && bytes == 0))
                continue;
            tree[name] = whole.first(sizeBefore(name) + taken) + QByteArray(zeros ? added - taken : 0, '\0');
        }
        return tree;
    }

    Tree m_before;
    Tree m_after;
    QString m_log;
};

QTEST_GUILESS_MAIN(TestFileRecovery)
#include "tst_filerecovery.moc"
