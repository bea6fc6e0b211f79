#include "storage/ingest/writer.h"
#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresserver.h"

#include <QTest>
#include <atomic>
#include <latch>
#include <thread>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

std::unique_ptr<Store> open(const StoreUrl& url, Access access) {
    auto store = openStore(url, access);
    if (!store)
        qFatal("%s %s", qPrintable(store.error().text), qPrintable(store.error().details));
    return std::move(*store);
}

QString text(const Result<IngestCounts>& counts) {
    if (!counts)
        return counts.error().text + counts.error().details;
    return QStringLiteral("%1 %2 %3").arg(counts->stored).arg(counts->duplicates).arg(counts->rejected);
}

template <class Row>
std::vector<Row> all(RowSource<Row>& source, ListQuery query = {}) {
    std::vector<Row> rows;
    while (true) {
        auto page = source.page(query, {});
        if (!page)
            qFatal("%s %s", qPrintable(page.error().text), qPrintable(page.error().details));
        rows.insert(rows.end(), page->rows.begin(), page->rows.end());
        if (page->last)
            return rows;
        query.after = page->next;
    }
}

QByteArrayList contents(Store& store, const ListQuery& query = {}) {
    QByteArrayList texts;
    for (const Message& message : all(store.batches().messages(), query))
        texts << message.content;
    return texts;
}

} // namespace

/// What every kind of store promises its users, whichever it is.
class TestStoreContract : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void storesAndListsInOrder();
    void fillsBatchesAndContinuesTheLast();
    void numbersMessagesThatHaveNone();
    void storesWhatComesTwiceOnce();
    void keepsTextByteForByte();
    void keepsRejectsByteForByte();
    void pagesFiltersAndSorts_data();
    void pagesFiltersAndSorts();
    void pageIndexIsWhereThePagesAre();
    void findsSingleRows();
    void markChangesWithContents();
    void readingRefusesToWrite();
    void cancelledAnswersNothing();
    void writersInTurnShareAStore();

private:
    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<TempFolder> m_listedFolder;
    PostgresServer m_server{{QStringLiteral("autovacuum=off")}}; // whose transactions move the mark of changes
    std::map<StoreKind, std::unique_ptr<Store>> m_listed;
    StoreUrl m_url;
};

void TestStoreContract::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("files") << StoreKind::Files;
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestStoreContract::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_folder = std::make_unique<TempFolder>();
    switch (kind) {
    case StoreKind::Files:
        m_url = *StoreUrl::parse(QStringLiteral("file://") + m_folder->path());
        return;
    case StoreKind::Sqlite:
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        return;
    case StoreKind::Postgresql:
        if (!m_listed.contains(kind) || qstrcmp(QTest::currentTestFunction(), "pagesFiltersAndSorts") != 0)
            m_url = m_server.createStore();
        return;
    case StoreKind::Bundle: // is not written to; tst_bundle
        break;
    }
    QFAIL("there is no such store to write to");
}

void TestStoreContract::storesAndListsInOrder() {
    const auto store = open(m_url, Access::Write);
    const auto writer = store->ingestWriter();
    QVERIFY2(writer.ok(), writer ? "" : qPrintable(writer.error().text));
    QCOMPARE(text((*writer)->store(IngestItems().range(1, 25).all())), QStringLiteral("25 0 0"));
    const auto reading = open(m_url, Access::Read);
    const auto messages = all(reading->batches().messages());
    QCOMPARE(messages.size(), std::size_t(25));
    for (std::size_t i = 0; i < messages.size(); ++i) {
        QCOMPARE(messages[i].content, "text " + QByteArray::number(i + 1));
        QCOMPARE(messages[i].batchId, qint64(i / 10 + 1));
        QCOMPARE(std::chrono::floor<std::chrono::seconds>(*messages[i].timestamp),
                 std::chrono::sys_time<std::chrono::seconds>(std::chrono::seconds(1729090565)));
    }
}

void TestStoreContract::fillsBatchesAndContinuesTheLast() {
    for (const auto& items : {IngestItems().range(1, 7), IngestItems().range(8, 25)})
        QVERIFY((*open(m_url, Access::Write)->ingestWriter())->store(items.all()).ok());
    const auto store = open(m_url, Access::Read);
    const auto batches = all(store->batches().batches());
    QCOMPARE(batches.size(), std::size_t(3));
    QCOMPARE(batches[0].filename(), QByteArray("messages_batch_0001.txt"));
    QCOMPARE(batches[0].messageCount, 10);
    QCOMPARE(batches[2].messageCount, 5);
    QCOMPARE(batches[1].firstMessageNumber, std::optional<qint64>(11));
    QCOMPARE(batches[1].lastMessageNumber, std::optional<qint64>(20));
    qint64 size = 0;
    for (int i = 1; i <= 10; ++i)
        size += QStringLiteral("[2024-10-16 14:56:05] Message #%1: text %1\n").arg(i).size();
    QCOMPARE(batches[0].fileSizeBytes, size);
}

void TestStoreContract::numbersMessagesThatHaveNone() {
    const auto store = open(m_url, Access::Write);
    const auto writer = store->ingestWriter();
    QCOMPARE(text((*writer)->store(IngestItems().message(1).message(2, 41).message(3).message(4, -7).message(5).all())),
             QStringLiteral("5 0 0"));
    QList<qint64> numbers;
    for (const Message& message : all(store->batches().messages()))
        numbers << *message.messageNumber;
    QCOMPARE(numbers, QList<qint64>({1, 41, 42, -7, -6}));
}

void TestStoreContract::storesWhatComesTwiceOnce() {
    {
        const auto store = open(m_url, Access::Write);
        const auto writer = store->ingestWriter();
        QCOMPARE(text((*writer)->store(IngestItems().message(10).message(20).message(20).all())),
                 QStringLiteral("2 1 0"));
        QCOMPARE(text((*writer)->store(IngestItems().message(15).message(10).message(30).all())),
                 QStringLiteral("2 1 0"));
        QCOMPARE(text((*writer)->store(IngestItems().from("other:1/0/s").message(10).all())), QStringLiteral("1 0 0"));
    }
    const auto store = open(m_url, Access::Write);
    const auto writer = store->ingestWriter();
    QVERIFY((*writer)->recover().ok());
    QCOMPARE(text((*writer)->store(IngestItems().message(10).message(15).message(20).message(30).message(31).all())),
             QStringLiteral("1 4 0"));
}

void TestStoreContract::keepsTextByteForByte() {
    const QByteArrayList texts = {"",
                                  " ",
                                  "tab\there",
                                  "line\nbreak",
                                  "cr\rhere",
                                  "back\\slash",
                                  "\\N",
                                  "\\.",
                                  "\\\\",
                                  "it's \"so\"",
                                  "\xc3\xa4\xf0\x9f\x98\x80",
                                  "esc\x1b[31m",
                                  "\xef\xbb\xbf"
                                  "bom",
                                  "?$1:x::y",
                                  "\x01\x7f",
                                  QByteArray(100'000, 'x')};
    IngestItems items;
    for (const QByteArray& each : texts)
        items.unkeyed(each);
    const auto store = open(m_url, Access::Write);
    const auto writer = store->ingestWriter();
    QCOMPARE(text((*writer)->store(items.all())), QStringLiteral("%1 0 0").arg(texts.size()));
    QCOMPARE(contents(*store), texts);
}

void TestStoreContract::keepsRejectsByteForByte() {
    const auto store = open(m_url, Access::Write);
    const auto writer = store->ingestWriter();
    IngestItems items;
    items.rejection(3, QStringLiteral("no UTF-8 \u00e4")).message(4);
    QCOMPARE(text((*writer)->store(items.all())), QStringLiteral("1 0 1"));
    QCOMPARE(text((*writer)->store(items.all())), QStringLiteral("0 2 0"));
    const auto rejects = all(store->batches().rejects());
    QCOMPARE(rejects.size(), std::size_t(1));
    QCOMPARE(rejects[0].payload, QByteArray("raw\0\xff"
                                            "3",
                                            6));
    QCOMPARE(rejects[0].reason, QStringLiteral("no UTF-8 \u00e4"));
    QCOMPARE(rejects[0].key, QByteArray("1003-0"));
    QCOMPARE(rejects[0].source, QByteArray("localhost:6379/0/orders"));
    QFETCH_GLOBAL(const StoreKind, kind);
    const Timestamp expected = kind == StoreKind::Files ? items.all().front().delivery.receivedAt : currentTime();
    QVERIFY(std::chrono::abs(expected - rejects[0].rejectedAt) < std::chrono::minutes(1));
    QCOMPARE(store->batches().reject(rejects[0].id)->payload, rejects[0].payload);
}

void TestStoreContract::pagesFiltersAndSorts_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QByteArray>("sort");
    for (const char* filter : {"", "message_number>50 message_number<=60", "content~7", "\"text 3\"", "batch_id:4",
                               "not batch_id:4,5", "age>1d", "timestamp>2025-10-16", "content:\"text 12\""}) {
        for (const char* sort : {"", "-message_number", "content", "-timestamp", "batch_id"})
            QTest::addRow("'%s' by '%s'", filter, sort) << QString::fromLatin1(filter) << QByteArray(sort);
    }
}

void TestStoreContract::pagesFiltersAndSorts() {
    QFETCH(const QString, filter);
    QFETCH(const QByteArray, sort);
    QFETCH_GLOBAL(const StoreKind, kind);
    if (kind == StoreKind::Files && !sort.isEmpty())
        QSKIP("a file store has its own order");
    // Made with the kind's first question and kept for the others.
    std::unique_ptr<Store>& store = m_listed[kind];
    if (!store) {
        m_listedFolder.swap(m_folder);
        store = open(m_url, Access::Write);
        QVERIFY((*store->ingestWriter())->store(IngestItems().range(1, 120).all()).ok());
    }
    ListQuery query;
    query.filter = *parseFilter(filter, messageSchema(), currentTime());
    query.sort = sort.isEmpty() ? Sort() : *parseSort(sort, messageSchema());
    query.limit = 7;
    const std::vector<Message> everything = all(store->batches().messages());
    QSet<QByteArray> expected;
    for (const Message& message : everything) {
        if (matches(query.filter, messageColumns(), messageSchema(), message))
            expected << message.content;
    }
    const QByteArrayList found = contents(*store, query);
    QCOMPARE(QSet<QByteArray>(found.begin(), found.end()), expected);
    QCOMPARE(found.size(), expected.size());
    if (sort == "content")
        QVERIFY(std::is_sorted(found.begin(), found.end()));
}

void TestStoreContract::pageIndexIsWhereThePagesAre() {
    const auto store = open(m_url, Access::Write);
    QVERIFY((*store->ingestWriter())->store(IngestItems().range(1, 120).all()).ok());
    for (const char* sort : {"", "-id"}) {
        ListQuery query;
        query.sort = *sort ? *parseSort(sort, messageSchema()) : Sort();
        query.limit = 50;
        const auto pageIndex = store->batches().messages().pageIndex(query, 100, {});
        QVERIFY(pageIndex.ok() && pageIndex->complete);
        QCOMPARE(pageIndex->counts, std::vector<int>({50, 50, 20}));
        query.after = pageIndex->starts[2];
        QCOMPARE(store->batches().messages().page(query, {})->rows.size(), std::size_t(20));
    }
}

void TestStoreContract::findsSingleRows() {
    const auto store = open(m_url, Access::Write);
    QVERIFY((*store->ingestWriter())->store(IngestItems().range(1, 12).all()).ok());
    const auto messages = all(store->batches().messages());
    QCOMPARE(store->batches().message(messages[11].id)->content, QByteArray("text 12"));
    QCOMPARE(store->batches().batch(2)->messageCount, 2);
    QCOMPARE(store->batches().batch(3).error().code, ErrorCode::NotFound);
    QCOMPARE(store->batches().reject(1).error().code, ErrorCode::NotFound);
}

void TestStoreContract::markChangesWithContents() {
    const auto writing = open(m_url, Access::Write);
    const auto writer = writing->ingestWriter();
    QVERIFY((*writer)->store(IngestItems().message(1).all()).ok());
    const auto reading = open(m_url, Access::Read);
    for (quint64 n = 2; n < 12; ++n) {
        const auto before = reading->changeMark();
        QVERIFY(before.ok());
        (void)contents(*reading);
        QCOMPARE(*reading->changeMark(), *before);
        QVERIFY((*writer)->store(IngestItems().message(n).all()).ok());
        const auto after = reading->changeMark();
        QVERIFY(after.ok() && !(*after == *before));
    }
}

void TestStoreContract::readingRefusesToWrite() {
    (void)open(m_url, Access::Write);
    const auto store = open(m_url, Access::Read);
    QCOMPARE(store->ingestWriter().error().code, ErrorCode::ReadOnly);
    QVERIFY(!store->unavailableReason(Feature::Receive).has_value());
    QVERIFY(!store->unavailableReason(Feature::Batches).has_value());
    QVERIFY(!store->unavailableReason(Feature::Rejects).has_value());
}

void TestStoreContract::cancelledAnswersNothing() {
    const auto store = open(m_url, Access::Write);
    QVERIFY((*store->ingestWriter())->store(IngestItems().range(1, 12).all()).ok());
    CancelSource source;
    source.request_stop();
    QCOMPARE(store->batches().messages().page({}, source.get_token()).error().code, ErrorCode::Cancelled);
    QVERIFY(store->batches().messages().page({}, {}).ok());
}

void TestStoreContract::writersInTurnShareAStore() {
    QFETCH_GLOBAL(const StoreKind, kind);
    if (kind == StoreKind::Files)
        QSKIP("a file store has one writer");
    (void)open(m_url, Access::Write);
    constexpr int groups = 40;
    std::atomic<qint64> stored = 0;
    std::atomic<int> failures = 0;
    std::latch start(3);
    const auto bring = [&](int from, int step) {
        const auto store = openStore(m_url, Access::Write);
        const auto writer = (*store)->ingestWriter();
        start.arrive_and_wait();
        for (int i = 0, at = from; i < groups; ++i, at = (at + step) % groups) {
            const auto first = static_cast<quint64>(at) * 10;
            const auto counts = (*writer)->store(IngestItems().range(first, first + 14).all());
            stored += counts ? counts->stored : 0;
            failures += counts ? 0 : 1;
        }
    };
    {
        const std::jthread one(bring, 0, 1);
        const std::jthread two(bring, groups - 1, groups - 1);
        const std::jthread three(bring, 7, 3);
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(stored.load(), qint64(groups * 10 + 5));
    const auto store = open(m_url, Access::Read);
    const QByteArrayList texts = contents(*store);
    QCOMPARE(texts.size(), stored.load());
    QCOMPARE(QSet<QByteArray>(texts.begin(), texts.end()).size(), texts.size());
    const auto batches = all(store->batches().batches());
    for (std::size_t i = 0; i + 1 < batches.size(); ++i)
        QCOMPARE(batches[i].messageCount, 10);
}

QTEST_GUILESS_MAIN(TestStoreContract)
#include "tst_storecontract.moc"
