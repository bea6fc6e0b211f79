#include "storage/stores/filestore.h"
#include "tests/support/batchfolder.h"

#include <QDirIterator>
#include <QtTest>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace portolan;
using namespace portolan::test;

namespace {

std::unique_ptr<Store> opened(const StoreUrl& url, Access access = Access::Read) {
    auto store = openFileStore(url, access);
    if (!store)
        qFatal("the store does not open: %s", qPrintable(store.error().text));
    return std::move(*store);
}

/// Ten files of ten messages, numbered 1…100, the number's last digit as content.
void fill(const BatchFolder& batches) {
    for (qint64 batch = 1; batch <= 10; ++batch) {
        QByteArray bytes;
        for (qint64 i = 1; i <= 10; ++i)
            bytes += batchLine((batch - 1) * 10 + i, "digit " + QByteArray::number(i % 10));
        batches.write(batch, bytes);
    }
}

template <class Row>
Filter filterOf(const char* text, const ColumnSet& schema) {
    auto filter = parseFilter(QString::fromUtf8(text), schema, currentTime());
    if (!filter)
        qFatal("%s", qPrintable(filter.error().text));
    return *filter;
}

/// All rows of a listing, page after page; checks that the page index says the same.
template <class Row>
std::vector<Row> allRows(RowSource<Row>& source, ListQuery query) {
    std::vector<Row> rows;
    const auto pageIndex = source.pageIndex(query, 1'000'000, {});
    if (!pageIndex || !pageIndex->complete)
        qFatal("no whole skeleton");
    std::size_t pages = 0;
    for (bool last = false; !last; ++pages) {
        auto page = source.page(query, {});
        if (!page)
            qFatal("%s", qPrintable(page.error().text));
        if (!page->rows.empty()
            && (pages >= pageIndex->starts.size() || !(pageIndex->starts[pages] == query.after)
                || pageIndex->counts[pages] != static_cast<int>(page->rows.size())))
            qFatal("page %d is not what the skeleton says", static_cast<int>(pages));
        std::move(page->rows.begin(), page->rows.end(), std::back_inserter(rows));
        query.after = page->next;
        last = page->last;
    }
    return rows;
}

/// Everything that can be seen of a folder from outside: names, contents, modes and times.
QStringList pictureOf(const QString& root) {
    QStringList picture;
    QDirIterator entries(root, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                         QDirIterator::Subdirectories);
    QStringList paths{root};
    while (entries.hasNext())
        paths << entries.next();
    for (const QString& path : paths) {
        struct stat found {};
        ::lstat(QFile::encodeName(path).constData(), &found);
        picture << QStringLiteral("%1 %2 %3 %4.%5 %6.%7 %8")
                       .arg(path)
                       .arg(found.st_mode)
                       .arg(found.st_size)
                       .arg(found.st_mtim.tv_sec)
                       .arg(found.st_mtim.tv_nsec)
                       .arg(found.st_ctim.tv_sec)
                       .arg(found.st_ctim.tv_nsec)
                       .arg(QString::fromLatin1(BatchFolder::get(path).toHex()));
    }
    picture.sort();
    return picture;
}

std::vector<qint64> numbersOf(const std::vector<Message>& messages) {
    std::vector<qint64> numbers;
    for (const Message& message : messages)
        numbers.push_back(message.messageNumber.value_or(-1));
    return numbers;
}

/// What this process has read from files so far.
qint64 bytesRead() {
    const QByteArray line = BatchFolder::get(QStringLiteral("/proc/self/io")).split('\n').front(); // "rchar: N"
    return line.sliced(line.indexOf(' ') + 1).toLongLong();
}

} // namespace

class TestFileStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void leavesNothingBehindWhenReading() {
        const BatchFolder batches;
        fill(batches);
        const QStringList before = pictureOf(batches.root());
        for (const QString& path : {batches.root(), batches.messages()}) {
            StoreUrl url = batches.url();
            url.path = path;
            const auto store = opened(url);
            QCOMPARE(allRows(store->batches().batches(), {}).size(), std::size_t(10));
            QCOMPARE(allRows(store->batches().messages(), {}).size(), std::size_t(100));
            QCOMPARE(allRows(store->batches().rejects(), {}).size(), std::size_t(0));
            QVERIFY(store->changeMark());
            const auto writer = store->ingestWriter();
            QVERIFY(!writer);
            QCOMPARE(writer.error().code, ErrorCode::ReadOnly);
        }
        QCOMPARE(pictureOf(batches.root()), before);
    }

    void saysThatAStoreIsMissing() {
        const BatchFolder batches;
        StoreUrl url = batches.url();
        url.service = QStringLiteral("other");
        const auto store = openFileStore(url, Access::Read);
        QVERIFY(!store);
        QCOMPARE(store.error().code, ErrorCode::NotFound);
        QVERIFY(!QFileInfo::exists(batches.root() + QStringLiteral("/other")));
    }

    void makesAStoreForWriting() {
        const BatchFolder batches;
        StoreUrl url = batches.url();
        url.path = batches.root() + QStringLiteral("/new/place");
        const auto store = opened(url, Access::Write);
        const auto writer = store->ingestWriter();
        QVERIFY(writer);
        QVERIFY((*writer)->store(std::vector{messageItem(1, 1, "x")}));
        QCOMPARE(allRows(store->batches().messages(), {}).size(), std::size_t(1));
        struct stat found {};
        ::stat(QFile::encodeName(url.path).constData(), &found);
        QCOMPARE(found.st_mode & 0777U, 0700U);
    }

    void keepsItsThingsBesideAFolderOpenedInPlace_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("own");
        QTest::newRow("a service's") << QStringLiteral("svc/messages") << QStringLiteral("svc/.portolan");
        QTest::newRow("any other") << QStringLiteral("svc/stuff") << QStringLiteral("svc/.portolan-stuff");
    }
    void keepsItsThingsBesideAFolderOpenedInPlace() {
        QFETCH(QString, name);
        QFETCH(QString, own);
        const TempFolder folder;
        QVERIFY(QDir().mkpath(folder.path(name)));
        BatchFolder::put(folder.path(name) + QStringLiteral("/messages_batch_0001.txt"), batchLine(1, "x"));
        StoreUrl url;
        url.path = folder.path(name);
        url.service = QStringLiteral("example_receiver");
        {
            const auto store = opened(url, Access::Write);
            const auto writer = store->ingestWriter();
            QVERIFY(writer);
            QVERIFY((*writer)->store(std::vector{messageItem(1, 2, "y")}));
        }
        QCOMPARE(BatchFolder::get(folder.path(name) + QStringLiteral("/messages_batch_0001.txt")),
                 batchLine(1, "x") + batchLine(2, "y"));
        QCOMPARE(QDir(folder.path(name)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
        QVERIFY(QFileInfo(folder.path(own) + QStringLiteral("/state")).isFile());
    }

    void aLinkedFolderHasOneWriterWhicheverWayItIsReached_data() {
        QTest::addColumn<QString>("link");
        QTest::addColumn<QString>("target");
        QTest::newRow("the batch files") << QStringLiteral("link") << QStringLiteral("svc/messages");
        QTest::newRow("a service's messages")
            << QStringLiteral("other/example_receiver/messages") << QStringLiteral("svc/messages");
        QTest::newRow("the store") << QStringLiteral("link") << QString();
    }
    void aLinkedFolderHasOneWriterWhicheverWayItIsReached() {
        QFETCH(QString, link);
        QFETCH(QString, target);
        const TempFolder folder;
        const QString real = folder.path(QStringLiteral("real/")) + target;
        const QString linked = folder.path(link);
        QVERIFY(QDir().mkpath(real) && QDir().mkpath(QFileInfo(linked).path()));
        QVERIFY(QFile::link(real, linked));
        if (!target.isEmpty())
            BatchFolder::put(real + QStringLiteral("/messages_batch_0001.txt"), batchLine(1, "x"));
        StoreUrl direct;
        direct.path = real;
        direct.service = QStringLiteral("example_receiver");
        StoreUrl through = direct;
        through.path = link.startsWith(QLatin1String("other")) ? folder.path(QStringLiteral("other")) : linked;
        const auto store = opened(direct, Access::Write);
        auto writer = store->ingestWriter();
        QVERIFY(writer);
        QVERIFY((*writer)->store(std::vector{messageItem(1, 2, "y")}));
        const auto second = opened(through, Access::Write)->ingestWriter();
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::Busy);
        writer->reset();
        const auto again = opened(through, Access::Write);
        const auto next = again->ingestWriter();
        QVERIFY(next);
        QCOMPARE((*next)->store(std::vector{messageItem(1, 2, "y")})->duplicates, 1);
    }

    void listsBatchesByAnyColumn_data() {
        QTest::addColumn<QByteArray>("column");
        for (const Column<Batch>& column : batchColumns())
            QTest::newRow(column.name) << QByteArray(column.name);
    }
    void listsBatchesByAnyColumn() {
        QFETCH(QByteArray, column);
        const BatchFolder batches;
        fill(batches);
        batches.write(3, "no number\n");
        batches.write(7, "");
        const auto store = opened(batches.url());
        for (const int limit : {1, 3, 10, 500}) {
            for (const bool descending : {false, true}) {
                ListQuery query;
                query.sort = Sort{column, descending};
                query.limit = limit;
                const auto rows = allRows(store->batches().batches(), query);
                QCOMPARE(rows.size(), std::size_t(10));
                const auto found =
                    std::ranges::find_if(batchColumns(), [&](const Column<Batch>& one) { return column == one.name; });
                for (std::size_t i = 1; i < rows.size(); ++i) {
                    const auto before = std::pair(found->value(rows[i - 1]), rows[i - 1].id);
                    const auto after = std::pair(found->value(rows[i]), rows[i].id);
                    QVERIFY(descending ? after < before : before < after);
                }
            }
        }
    }

    void filtersBatches() {
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        ListQuery query;
        query.filter = filterOf<Batch>("first_message_number>40 id<9", batchSchema());
        query.limit = 2;
        const auto rows = allRows(store->batches().batches(), query);
        QCOMPARE(rows.size(), std::size_t(4));
        QCOMPARE(rows.front().id, qint64(5));
    }

    void listsMessages_data() {
        QTest::addColumn<QByteArray>("filter");
        QTest::addColumn<int>("expected");
        QTest::newRow("all") << QByteArray() << 100;
        QTest::newRow("word") << QByteArray("\"Digit 3\"") << 10;
        QTest::newRow("contains") << QByteArray("content~3") << 10;
        QTest::newRow("batch") << QByteArray("batch_id:4") << 10;
        QTest::newRow("batches") << QByteArray("batch_id:4,8") << 20;
        QTest::newRow("range") << QByteArray("batch_id>=4 batch_id<6") << 20;
        QTest::newRow("batch and word") << QByteArray("batch_id:4 \"digit 3\"") << 1;
        QTest::newRow("not a batch") << QByteArray("not batch_id:4") << 90;
        QTest::newRow("or") << QByteArray("batch_id:4 or message_number:1") << 11;
        QTest::newRow("number") << QByteArray("message_number>95") << 5;
        QTest::newRow("time") << QByteArray("timestamp:2025-10-16") << 100;
        QTest::newRow("none") << QByteArray("nothing") << 0;
    }
    void listsMessages() {
        QFETCH(QByteArray, filter);
        QFETCH(int, expected);
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        for (const int limit : {1, 7, 10, 500}) {
            ListQuery query;
            query.filter = filterOf<Message>(filter.constData(), messageSchema());
            query.limit = limit;
            const auto up = numbersOf(allRows(store->batches().messages(), query));
            QCOMPARE(static_cast<int>(up.size()), expected);
            QVERIFY(std::ranges::is_sorted(up));
            query.sort = Sort{"id", true};
            auto down = numbersOf(allRows(store->batches().messages(), query));
            std::ranges::reverse(down);
            QVERIFY(down == up);
        }
    }

    void readsOnlyTheFilesOfAFilterOnBatches() {
        const BatchFolder batches;
        for (qint64 i = 1; i <= 5; ++i)
            batches.write(i, batchLine(i, QByteArray(1'000'000, 'x')));
        // Files that changed a moment ago are read again by the index; not these, once their tick is over.
        const qint64 written = QDateTime::currentMSecsSinceEpoch();
        QTRY_VERIFY(QDateTime::currentMSecsSinceEpoch() > written + 30);
        const auto store = opened(batches.url());
        ListQuery query;
        query.filter = filterOf<Message>("batch_id:4", messageSchema());
        const qint64 before = bytesRead();
        QCOMPARE(allRows(store->batches().messages(), query).size(), std::size_t(1));
        const qint64 filtered = bytesRead() - before;
        QVERIFY2(filtered >= 1'000'000 && filtered < 3'000'000,
                 qPrintable(QString::number(filtered))); // page, page index
        const qint64 between = bytesRead();
        const auto pageIndex = store->batches().messages().pageIndex({}, 100, {});
        QVERIFY(pageIndex && pageIndex->counts == std::vector<int>{5});
        QVERIFY(bytesRead() - between < 100'000);
    }

    void sortsMessagesByIdOnly() {
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        ListQuery query;
        query.sort = Sort{"content", false};
        const auto page = store->batches().messages().page(query, {});
        QVERIFY(!page);
        QCOMPARE(page.error().code, ErrorCode::Usage);
    }

    void refusesAnotherListingsCursor() {
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        ListQuery query;
        query.after = Cursor{{Value(QByteArray("x"))}};
        QCOMPARE(store->batches().messages().page(query, {}).error().code, ErrorCode::Usage);
        QCOMPARE(store->batches().batches().page(query, {}).error().code, ErrorCode::Usage);
    }

    void stopsWhenCancelled() {
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        CancelSource source;
        source.request_stop();
        ListQuery query;
        query.filter = filterOf<Message>("nothing", messageSchema());
        QCOMPARE(store->batches().messages().page(query, source.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(store->batches().batches().page({}, source.get_token()).error().code, ErrorCode::Cancelled);
    }

    void findsSingleRows() {
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        QCOMPARE(store->batches().batch(4)->firstMessageNumber, std::optional<qint64>(31));
        QCOMPARE(store->batches().batch(44).error().code, ErrorCode::NotFound);
        QCOMPARE(store->batches().message({4, 10})->messageNumber, std::optional<qint64>(40));
        for (const MessageId id : {MessageId{4, 11}, MessageId{4, 0}, MessageId{44, 1}, MessageId{0, 1}})
            QCOMPARE(store->batches().message(id).error().code, ErrorCode::NotFound);
        QCOMPARE(store->batches().reject(1).error().code, ErrorCode::NotFound);
    }

    void givesForeignBytesAsTheyStand() {
        const BatchFolder batches;
        const QByteArray strange("a\0\xff\x1b[0m\r", 8);
        batches.write(1, "\xef\xbb\xbf" + batchLine(1, strange) + strange + "\n" + batchLine(2, "a\\nb").chopped(1));
        const auto rows = allRows(opened(batches.url())->batches().messages(), {});
        QCOMPARE(rows.size(), std::size_t(3));
        QCOMPARE(rows[0].content, strange);
        QCOMPARE(rows[1].content, strange);
        QVERIFY(!rows[1].messageNumber && !rows[1].timestamp);
        QCOMPARE(rows[2].content, QByteArray("a\\nb"));
    }

    void followsAWriter() {
        const BatchFolder batches;
        const auto store = opened(batches.url(), Access::Write);
        auto writer = store->ingestWriter();
        QVERIFY(writer);
        const auto reader = opened(batches.url());
        auto mark = reader->changeMark();
        QVERIFY(*mark == *reader->changeMark());
        IngestItem bad = messageItem(1000, 1, "bad one");
        bad.decoded = Rejection{QStringLiteral("bad")};
        for (const std::vector<IngestItem>& group :
             {std::vector{messageItem(1, 1, "a\nb")}, std::vector{bad}, std::vector{messageItem(2, 2, "c\rd")}}) {
            QVERIFY((*writer)->store(group));
            const auto now = reader->changeMark();
            QVERIFY(now && !(*now == *mark));
            mark = now;
        }
        const auto messages = allRows(reader->batches().messages(), {});
        QCOMPARE(messages.size(), std::size_t(2));
        QCOMPARE(messages[0].content, QByteArray("a\nb"));
        QCOMPARE(messages[1].content, QByteArray("c\rd"));
        ListQuery query;
        query.filter = filterOf<Message>("\"a\nb\"", messageSchema());
        QCOMPARE(allRows(reader->batches().messages(), query).size(), std::size_t(1));
        QCOMPARE(reader->batches().reject(1)->payload, QByteArray("bad one"));
        query.filter = filterOf<Reject>("reason:bad", rejectSchema());
        query.sort = Sort{"rejected_at", true};
        QCOMPARE(allRows(reader->batches().rejects(), query).size(), std::size_t(1));
        writer->reset();
        QCOMPARE(allRows(reader->batches().messages(), {}).size(), std::size_t(2));
        QCOMPARE(allRows(reader->batches().messages(), {})[0].content, QByteArray("a\nb"));
    }

    void seesWhatOthersDo() {
        const BatchFolder batches;
        fill(batches);
        const auto store = opened(batches.url());
        auto mark = store->changeMark();
        const auto hasChanged = [&] {
            const auto now = store->changeMark();
            const bool changed = now && !(*now == *mark);
            mark = now;
            return changed;
        };
        // On a slow machine it may take a moment: looking at all files has a share of the time only.
        const auto changes = [&] { return QTest::qWaitFor(hasChanged, 5000); };
        QVERIFY(!hasChanged());
        batches.write(11, batchLine(101, "x"));
        QVERIFY(changes());
        QVERIFY(QFile::remove(batches.file(4)));
        QVERIFY(changes());
        batches.write(5, batchLine(999, "x"));
        QVERIFY(changes());
        const auto rows = allRows(store->batches().messages(), {});
        QCOMPARE(rows.size(), std::size_t(82));
        QVERIFY(QDir().rename(batches.messages(), batches.messages() + QStringLiteral(".old")));
        QVERIFY(QDir().mkdir(batches.messages()));
        batches.write(1, batchLine(1, "restored"));
        QVERIFY(changes());
        QCOMPARE(allRows(store->batches().messages(), {}).size(), std::size_t(1));
    }

    void takesAVeryLongLine() {
        const BatchFolder batches;
        batches.write(1, batchLine(1, QByteArray(64 * 1024 * 1024, 'x')) + batchLine(2, "needle"));
        const auto store = opened(batches.url());
        ListQuery query;
        query.filter = filterOf<Message>("needle", messageSchema());
        QCOMPARE(allRows(store->batches().messages(), query).size(), std::size_t(1));
        QCOMPARE(store->batches().message({1, 1})->content.size(), qsizetype(64 * 1024 * 1024));
    }

    void keepsTheIndexOfALargeFolderInTheCache() {
        const BatchFolder batches;
        for (qint64 i = 1; i <= 2100; ++i)
            batches.write(i, batchLine(i, i % 700 == 0 ? "needle" : "hay"));
        ListQuery query;
        query.filter = filterOf<Message>("needle", messageSchema());
        for (int round = 0; round < 2; ++round) {
            const auto store = opened(batches.url());
            QCOMPARE(allRows(store->batches().batches(), {}).size(), std::size_t(2100));
            QVERIFY((numbersOf(allRows(store->batches().messages(), query)) == std::vector<qint64>{700, 1400, 2100}));
        }
        const QDir cache(qEnvironmentVariable("XDG_CACHE_HOME") + QStringLiteral("/portolan"));
        const QStringList kept = cache.entryList({QStringLiteral("index-*")}, QDir::Files);
        QCOMPARE(kept.size(), 1);
        BatchFolder::put(cache.filePath(kept.front()), "damaged");
        QCOMPARE(allRows(opened(batches.url())->batches().batches(), {}).size(), std::size_t(2100));
    }

    void saysWhatItCannotShow() {
        const BatchFolder batches;
        const auto store = opened(batches.url());
        QVERIFY(!store->unavailableReason(Feature::Batches));
        QVERIFY(store->unavailableReason(Feature::DeadLetters));
    }
};

QTEST_GUILESS_MAIN(TestFileStore)
#include "tst_filestore.moc"
