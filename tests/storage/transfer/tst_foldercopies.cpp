// copy into a folder of batch files: the same bytes where the source was one, what it cannot hold is named, and what
// somebody else wrote stays.

#include "storage/messages/batches.h"
#include "storage/stores/opencontent.h"
#include "tests/support/copyplaces.h"
#include "tests/support/foldertree.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QtTest>
#include <random>

using namespace portolan;
using namespace portolan::test;

namespace {

template <class Row>
std::vector<Row> allOf(RowSource<Row>& rows) {
    ListQuery query;
    query.limit = 1'000'000;
    return need(rows.page(query, {})).rows;
}

/// A document as a folder has it: a server puts blanks in.
QByteArray written(QByteArray document) {
    return document.replace("\": ", "\":");
}

/// What a folder's rejects, gaps and messages say, a line each.
QStringList listed(const StoreUrl& url) {
    const auto store = need(openStore(url, Access::Read));
    const auto time = [](const std::optional<Timestamp>& at) { return at ? toExactIsoTime(*at) : QByteArray("-"); };
    QStringList lines;
    for (const Message& each : allOf(store->batches().messages()))
        lines << QString::fromUtf8(each.id.toText() + '|' + each.content + '|' + written(each.metadata));
    for (const Reject& each : allOf(store->batches().rejects()))
        lines << QString::fromUtf8(QByteArray::number(each.id) + '|' + time(each.rejectedAt) + '|' + each.source + '|'
                                   + each.key + '|' + each.reason.toUtf8() + '|' + each.payload.toHex() + '|'
                                   + written(each.metadata) + '|' + each.state() + '|' + each.settledBy.value_or("-")
                                   + '|' + each.settledReason.value_or("-") + '|' + each.mendedPayload.value_or("-")
                                   + '|' + time(each.reinjectedAt) + '|' + time(each.dismissedAt));
    for (const Gap& each : allOf(store->batches().gaps()))
        lines << QString::fromUtf8(QByteArray::number(each.id) + '|' + each.source + '|' + gapKindName(each.kind) + '|'
                                   + QByteArray::number(each.firstNumber.value_or(-1)) + '|'
                                   + QByteArray::number(each.lastNumber.value_or(-1)) + '|'
                                   + QByteArray::number(each.missing.value_or(-1)) + '|' + time(each.detectedAt) + '|'
                                   + time(each.closedAt));
    return lines;
}

Tree filesOf(const StoreUrl& url) {
    return treeOf(url.path + QStringLiteral("/example_receiver/messages"));
}

QString fileOf(const StoreUrl& url, int batch) {
    return url.path
           + QStringLiteral("/example_receiver/messages/messages_batch_%1.txt").arg(batch, 4, 10, QLatin1Char('0'));
}

/// What a source delivers, at random: numbers that jump, texts that are escaped, rejects, metadata, news of gaps.
class RandomItems {
public:
    explicit RandomItems(quint32 seed) : m_random(seed) {}

    std::vector<IngestItem> next(int count) {
        IngestItems items;
        for (int i = 0; i < count; ++i) {
            ++m_key;
            const auto what = m_random() % 20;
            if (what == 0) {
                items.rejection(m_key, QStringLiteral("reason %1").arg(m_key));
            } else if (what == 1) {
                items.unkeyed("text " + QByteArray::number(m_key));
            } else if (what == 2) {
                items.message(m_key);
                std::get<IncomingMessage>(items.last().decoded).metadata = "{\"k\":" + QByteArray::number(m_key) + '}';
                items.last().delivery.metadata = std::get<IncomingMessage>(items.last().decoded).metadata;
            } else {
                m_number += what == 3 ? 3 : 1;
                items.message(m_key, m_number);
                static const std::array<QByteArray, 5> texts{"plain", "two\nlines", "back\\slash \x01", "t\xc3\xa4xt\r",
                                                             ""};
                std::get<IncomingMessage>(items.last().decoded).content = texts[m_random() % texts.size()];
                items.last().delivery.series = "localhost:6379/0/orders";
            }
            if (what == 4) { // the connection was lost, and is there again
                items.message(++m_key);
                auto news = std::make_shared<GapNews>();
                news->isOver = m_random() % 2 == 0;
                items.last().delivery.gap = news;
                items.last().delivery.key = {};
                items.last().delivery.series = "localhost:6379/0/orders";
                items.last().decoded = *news;
            }
        }
        return items.all();
    }

private:
    std::mt19937 m_random;
    quint64 m_key = 0;
    qint64 m_number = 0;
};

} // namespace

class TestFolderCopies : public CopyPlaces {
    Q_OBJECT
private Q_SLOTS:
    void thereAndBackAreTheSameBytes_data() {
        QTest::addColumn<int>("through");
        QTest::newRow("SQLite") << 0;
        QTest::newRow("server") << 1;
        QTest::newRow("folder") << 2;
    }
    void thereAndBackAreTheSameBytes() {
        QFETCH(const int, through);
        for (quint32 seed = 1; seed <= 6; ++seed) {
            std::mt19937 random(seed);
            const StoreUrl from = folder(1 + static_cast<int>(random() % 12));
            const StoreUrl middle = through == 2 ? folder() : place(through == 1).url;
            const StoreUrl back = folder();
            RandomItems made(seed);
            std::vector<IngestItem> all;
            for (int run = 0; run < 3; ++run) { // each copy brings what is new
                const auto items = made.next(1 + static_cast<int>(random() % 60));
                all.insert(all.end(), items.begin(), items.end());
                store(from, items);
                const CopyReport there = copied(from, middle);
                QCOMPARE(there.told, QStringList());
                const CopyReport home = copied(middle, back);
                QCOMPARE(home.differences, 0);
                // A database has an audit of what was copied into it.
                QCOMPARE(home.told.filter(QStringLiteral("portolan_audit")).size(), home.told.size());
                QCOMPARE(filesOf(back), filesOf(from));
                QCOMPARE(listed(back), listed(from));
                QCOMPARE(compared(from, back), 0);
                QCOMPARE(compared(middle, back), 0);
                const CopyReport again = copied(middle, back);
                QCOMPARE(again.copied, 0);
                QCOMPARE(again.differences, 0);
            }
            // The receiver goes on there: what comes again is known, whether it was a message or a reject.
            std::erase_if(all, [](const IngestItem& item) { return !item.delivery.key.isKeyed(); });
            const IngestCounts known = store(back, all);
            QCOMPARE(known.stored, 0);
            QCOMPARE(known.duplicates, std::ssize(all));
            QCOMPARE(filesOf(back), filesOf(from));
            for (IngestItem& item : all)
                item.delivery.payload += " other";
            const IngestCounts others = store(back, all);
            QCOMPARE(others.stored, 0);
            QCOMPARE(others.rejected, std::ssize(all));
            QCOMPARE(store(back, made.next(20)).duplicates, 0);
        }
    }

    /// Lines that another program wrote come along byte for byte from folder to folder.
    void othersFilesAreTheSameBytes() {
        const StoreUrl from = folder();
        QDir().mkpath(QFileInfo(fileOf(from, 1)).path());
        BatchFolder::put(fileOf(from, 1),
                         "\xef\xbb\xbf" + batchLine(1, "bom") + batchLine(2, "carriage\r") + "no message\n\n");
        BatchFolder::put(fileOf(from, 3), batchLine(7, "literal \\n") + batchLine(8, "last"));
        const StoreUrl into = folder();
        const CopyReport report = copied(from, into);
        QCOMPARE(report.told, QStringList());
        QCOMPARE(report.copied, 6 + 2);
        QCOMPARE(filesOf(into), filesOf(from));
        QCOMPARE(listed(into), listed(from));
        // A line without an end is being written.
        BatchFolder::put(fileOf(from, 4), batchLine(9, "whole") + "[2025-10-16 14:5");
        const CopyReport torn = copied(from, into);
        QCOMPARE(torn.copied, 2);
        QCOMPARE(torn.differences, 1);
        QVERIFY2(torn.told.value(0).contains(QStringLiteral("4:2")), qPrintable(torn.told.join(u'\n')));
        BatchFolder::put(fileOf(from, 4), batchLine(9, "whole") + batchLine(10, "whole, too"));
        QCOMPARE(copied(from, into).copied, 1);
        QCOMPARE(filesOf(into), filesOf(from));
    }

    void whatAFolderCannotHoldIsNamed_data() {
        QTest::addColumn<bool>("fromServer");
        QTest::newRow("SQLite") << false;
        QTest::newRow("server") << true;
    }
    void whatAFolderCannotHoldIsNamed() {
        QFETCH(const bool, fromServer);
        const Place from = filled(fromServer, 31, 40);
        const StoreUrl into = folder();
        const auto source = need(openCopySource(from.url));
        CopyOptions options;
        options.from = from.url.display();
        const CopyReport dry =
            need(need(lookAtCopyDestination(into))->take(*source, options, [](const CopyReport&) {}));
        QVERIFY(!QFileInfo::exists(into.path)); // a dry run makes nothing
        const CopyReport report = copied(from.url, into);
        QCOMPARE(report.told, dry.told);
        QCOMPARE(report.copied, dry.copied);
        QCOMPARE(report.differences, dry.differences);
        for (const char* table : {"port_messages", "checkpoints", "component_metrics", "portolan_audit"}) {
            const QString count = from.value(QByteArray("SELECT count(*) FROM ") + table);
            const QString wanted = QStringLiteral("%1 is left out (rows: %2)").arg(QLatin1String(table), count);
            QVERIFY2(report.told.filter(wanted).size() == 1, qPrintable(wanted + u'\n' + report.told.join(u'\n')));
        }
        QVERIFY(report.differences > 0); // times beyond the years that a line can have
        QCOMPARE(compared(from.url, into), report.differences);
        QCOMPARE(need(openStore(into, Access::Read))->batches().rejects().page({}, {})->rows.size(), 40U);
        const auto bundle = lookAtCopyDestination(from.url);
        QVERIFY(!bundle && bundle.error().code == ErrorCode::Unsupported);
    }

    /// What became of a reject comes along, at once or later.
    void outcomesOfRejectsComeAlong() {
        const StoreUrl files = folder();
        const Place from = place(false);
        IngestItems items;
        for (quint64 n = 1; n <= 5; ++n)
            items.rejection(n, QStringLiteral("bad"));
        store(from.url, items.all());
        const auto act = [&](qint64 id, RejectActs::Act what) {
            RejectActs acts;
            acts.outcomes.push_back({id, what, QStringLiteral("still bad"), std::nullopt});
            if (what == RejectActs::Act::Stored)
                acts.outcomes.back().mended = "mended";
            acts.at = *parseIsoTime("2025-11-01T10:00:00Z");
            acts.actor = "somebody";
            acts.reason = "why";
            const auto opened = need(openStore(from.url, Access::Write));
            QCOMPARE(need(opened->batches().noteRejects(acts)), 1);
        };
        act(1, RejectActs::Act::Dismissed);
        act(2, RejectActs::Act::Refused);
        QCOMPARE(copied(from.url, files).differences, 0);
        act(3, RejectActs::Act::Stored);
        act(4, RejectActs::Act::Dismissed);
        const CopyReport later = copied(from.url, files);
        QCOMPARE(later.copied, 2);
        QCOMPARE(later.differences, 0);
        QCOMPARE(copied(from.url, files).copied, 0);
        const auto of = [](const StoreUrl& url) {
            QStringList states;
            for (const Reject& each : allOf(need(openStore(url, Access::Read))->batches().rejects()))
                states << QStringLiteral("%1 %2 %3 %4")
                              .arg(QString::fromLatin1(each.state()), each.reason,
                                   QString::fromUtf8(each.settledBy.value_or("-")),
                                   QString::fromUtf8(each.mendedPayload.value_or("-")));
            return states;
        };
        QCOMPARE(of(files), of(from.url));
    }

    void aFolderOfAnotherStoreIsRefused() {
        const StoreUrl from = folder();
        const StoreUrl into = folder();
        store(from, IngestItems().range(1, 30).all());
        store(into, IngestItems().range(101, 105).all());
        const Tree before = filesOf(into);
        const auto refused = tryCopy(from, into);
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
        QCOMPARE(filesOf(into), before);
        const auto itself = tryCopy(from, from);
        QVERIFY(!itself && itself.error().code == ErrorCode::Usage);
        // What the folder has of this store is known by the lines.
        const StoreUrl part = folder();
        QDir().mkpath(QFileInfo(fileOf(part, 1)).path());
        const QByteArray first = BatchFolder::get(fileOf(from, 1));
        BatchFolder::put(fileOf(part, 1), first.left(first.indexOf('\n') + 1));
        QCOMPARE(copied(from, part).differences, 0);
        QCOMPARE(filesOf(part), filesOf(from));
    }

    void whatSomebodyElseWroteStays() {
        const StoreUrl from = folder();
        const StoreUrl into = folder();
        store(from, IngestItems().range(1, 45).all());
        copied(from, into);
        const QByteArray edited = BatchFolder::get(fileOf(into, 2)).replace("text 13", "mine 13");
        BatchFolder::put(fileOf(into, 2), edited);
        QFile::remove(fileOf(into, 3));
        BatchFolder::put(fileOf(into, 4), BatchFolder::get(fileOf(into, 4)) + batchLine(900, "own"));
        BatchFolder::put(fileOf(into, 9), batchLine(901, "own"));
        store(from, IngestItems().range(46, 52).all());
        const Tree before = filesOf(into);
        const CopyReport report = copied(from, into);
        QCOMPARE(report.differences, 1 + 10 + 1 + 2 + 1); // the folder tells of the lost lines by a gap
        QCOMPARE(report.told.size(), 5 + 1 + 1 + 1);
        Tree after = filesOf(into);
        QCOMPARE(after.at(QStringLiteral("messages_batch_0005.txt")),
                 filesOf(from).at(QStringLiteral("messages_batch_0005.txt")));
        after[QStringLiteral("messages_batch_0005.txt")] = before.at(QStringLiteral("messages_batch_0005.txt"));
        after.erase(QStringLiteral("messages_batch_0006.txt"));
        QCOMPARE(after, before);
        QCOMPARE(copied(from, into).copied, 0);
    }

    /// Followed: lines come as they are received, and a second writer waits.
    void aFolderFollows() {
        const Place from = place(false);
        const StoreUrl into = folder();
        store(from.url, IngestItems().range(1, 25).all());
        QCOMPARE(followed(from.url, into).differences, 0);
        store(from.url, IngestItems().range(26, 60).all());
        const CopyReport report = followed(from.url, into);
        QCOMPARE(report.differences, 0);
        QCOMPARE(compared(from.url, into), 0);
        const auto held = need(openCopyDestination(into));
        const auto second = openCopyDestination(into);
        QVERIFY(!second && second.error().code == ErrorCode::Busy);
    }

    /// Killed at any instant and started again, until it is whole.
    void killsLoseNothing_data() { whatAFolderCannotHoldIsNamed_data(); }
    void killsLoseNothing() {
        if (!QFileInfo::exists(QStringLiteral(PORTOLAN_PROGRAM)))
            QSKIP("only the tests of storage are built, and not the program");
        QFETCH(const bool, fromServer);
        const Place from = place(fromServer);
        const StoreUrl into = folder();
        RandomItems made(41);
        const auto items = made.next(20'000);
        store(from.url, items);
        const auto begin = [&](QProcess& process, const StoreUrl& folder) {
            process.start(QStringLiteral(PORTOLAN_PROGRAM),
                          {QStringLiteral("copy"), QStringLiteral("--from"), from.text(), QStringLiteral("--into"),
                           QStringLiteral("file://") + folder.path});
        };
        QElapsedTimer whole; // one that nobody kills, so that some are killed on a fast machine, too
        whole.start();
        QProcess unharmed;
        begin(unharmed, folder());
        QVERIFY(unharmed.waitForFinished(120'000));
        const auto longest = static_cast<unsigned>(whole.elapsed() / 4 + 1);
        std::mt19937 random(42);
        int kills = 0;
        QByteArray out;
        for (int attempt = 0; attempt < 200; ++attempt) {
            QProcess process;
            begin(process, into);
            QVERIFY(process.waitForStarted());
            const int patience = kills < 12 ? static_cast<int>(random() % longest) : 120'000;
            if (process.waitForFinished(patience)) {
                QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
                out = process.readAllStandardOutput();
                break;
            }
            process.kill();
            QVERIFY(process.waitForFinished());
            ++kills;
        }
        QVERIFY(kills > 1);
        QVERIFY2(out.contains("\"differences\":0"), out.constData());
        QCOMPARE(compared(from.url, into), 0);
        QCOMPARE(copied(from.url, into).copied, 0);
        std::vector<IngestItem> keyed = items;
        std::erase_if(keyed, [](const IngestItem& item) { return !item.delivery.key.isKeyed(); });
        QCOMPARE(store(into, keyed).duplicates, std::ssize(keyed));
    }

private:
    StoreUrl folder(int batchSize = 10) {
        StoreUrl url;
        url.path = path(QStringLiteral("files"));
        url.service = QStringLiteral("example_receiver");
        url.batchSize = batchSize;
        return url;
    }
    static qint64 compared(const StoreUrl& a, const StoreUrl& b) {
        const auto left = need(openContent(a));
        const auto right = need(openContent(b));
        const CompareOptions messages{{QStringLiteral("messages")}};
        return need(compareStores(*left, *right, messages,
                                  [](const RowDifference& each) -> Result<void> {
                                      qWarning("%s %s", each.key.constData(), rowDifferenceName(each.kind));
                                      return {};
                                  }))
            .differences;
    }
};

QTEST_GUILESS_MAIN(TestFolderCopies)
#include "tst_foldercopies.moc"
