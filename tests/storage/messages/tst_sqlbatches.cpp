#include "storage/ingest/writer.h"
#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"
#include "storage/messages/sql/sqlbatches.h"
#include "storage/stores/openstore.h"
#include "storage/stores/sqlitestore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <algorithm>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

StoreUrl urlOf(const QString& path) {
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    return url;
}

std::unique_ptr<Store> open(const StoreUrl& url, Access access) {
    auto store = openStore(url, access);
    if (!store)
        qFatal("%s %s", qPrintable(store.error().text), qPrintable(store.error().details));
    return std::move(*store);
}

std::unique_ptr<Store> open(const QString& path, Access access) {
    return open(urlOf(path), access);
}

ListQuery query(const ColumnSet& schema, const char* filter, const char* sort, int limit) {
    ListQuery asked;
    auto parsed = parseFilter(QString::fromUtf8(filter), schema, currentTime());
    auto order = qstrlen(sort) == 0 ? Result<Sort>(Sort()) : parseSort(sort, schema);
    if (!parsed || !order)
        qFatal("%s", qPrintable(parsed ? order.error().text : parsed.error().text));
    asked.filter = *parsed;
    asked.sort = *order;
    asked.limit = limit;
    return asked;
}

std::span<const Column<Message>> columnsOf(const Message&) {
    return messageColumns();
}
std::span<const Column<Batch>> columnsOf(const Batch&) {
    return batchColumns();
}
std::span<const Column<Reject>> columnsOf(const Reject&) {
    return rejectColumns();
}

/// Whether a page is the same where its rows are made later.
template <class Row>
bool isSameDeferred(RowSource<Row>& source, const ListQuery& asked, const Page<Row>& page) {
    const auto deferred = source.deferredPage(asked, {});
    if (!deferred || deferred->count != static_cast<int>(page.rows.size()) || deferred->last != page.last
        || deferred->next.toText() != page.next.toText())
        return false;
    for (int i = 0; i < deferred->count; ++i) {
        const Row& row = page.rows[static_cast<std::size_t>(i)];
        const Row& later = deferred->row(i);
        if (!std::ranges::all_of(columnsOf(row),
                                 [&](const Column<Row>& column) { return column.value(row) == column.value(later); }))
            return false;
    }
    return true;
}

/// All rows, page after page; `ids` of each.
template <class Row, class Id>
QList<qint64> allPages(RowSource<Row>& source, ListQuery asked, Id id) {
    QList<qint64> ids;
    for (int guard = 0; guard < 10'000; ++guard) {
        const auto page = source.page(asked, {});
        if (!page)
            qFatal("%s %s", qPrintable(page.error().text), qPrintable(page.error().details));
        if (!isSameDeferred(source, asked, *page))
            qFatal("a deferred page is another one");
        for (const Row& row : page->rows)
            ids.append(id(row));
        if (page->last)
            return ids;
        asked.after = page->next;
    }
    qFatal("the pages do not end");
}

qint64 messageId(const Message& message) {
    return message.id.row;
}
qint64 batchId(const Batch& batch) {
    return batch.id;
}

/// Sorted as the listing must be: NULL first, then values, texts by bytes, ties by id; all of it turned round.
template <class Row, class Id>
QList<qint64> sortedIds(std::vector<Row> rows, std::span<const Column<Row>> columns, const Sort& sort, Id id) {
    const auto column = std::ranges::find_if(columns, [&](const auto& c) { return sort.column == c.name; });
    std::ranges::sort(rows, [&](const Row& a, const Row& b) {
        const auto key = [&](const Row& row) {
            return std::pair(column == columns.end() || sort.column == "id" ? Value() : column->value(row), id(row));
        };
        return sort.descending ? key(b) < key(a) : key(a) < key(b);
    });
    QList<qint64> ids;
    for (const Row& row : rows)
        ids.append(id(row));
    return ids;
}

template <class Row>
std::vector<Row> everything(RowSource<Row>& source) {
    ListQuery all;
    all.limit = 100'000;
    return source.page(all, {})->rows;
}

} // namespace

class TestSqlBatches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void initTestCase_data();
    void readsWhatWasWritten();
    void describesBatches();
    void fileSizeIsThatOfTheLines();
    void pagesMessages_data();
    void pagesMessages();
    void pagesBatches_data();
    void pagesBatches();
    void pageIndexIsWhereThePagesAre_data();
    void pageIndexIsWhereThePagesAre();
    void pageIndexGoesOn();
    void filtersAsTheMatcherDoes_data();
    void filtersAsTheMatcherDoes();
    void pagesWhileRowsCome();
    void refusesForeignCursor();
    void refusesUnknownSort();
    void findsSingleRows();
    void listsRejects();
    void cancelledAnswersNothing();
    void valuesOfAnotherTypeAreNoEndlessList();
    void columnsThatAreMissingReadAsNothing();
    void largeRowsMakeSmallPages();
    void usesIndexesForPages_data();
    void usesIndexesForPages();

private:
    std::unique_ptr<Store> foreign();
    StoreUrl fresh(const TempFolder& folder);

    TempFolder m_folder;
    PostgresServer m_server;
    QString m_path;
    StoreUrl m_onServer;
};

/// The same rows in a database of each kind, which another program made: columns may be NULL, with many ties.
void TestSqlBatches::initTestCase() {
    QRandomGenerator random(17);
    const QByteArrayList words = {"alpha", "Beta", "\xc3\xa4rger", "100%", "under_score", "back\\slash", "'quoted'"};
    QByteArrayList rows;
    for (int i = 1; i <= 700; ++i) {
        const auto orNull = [&](const QByteArray& text) { return random.bounded(5) == 0 ? QByteArray("NULL") : text; };
        QByteArray content = words[static_cast<qsizetype>(random.bounded(words.size()))];
        content = orNull("'" + content.replace("'", "''") + "'");
        rows << "INSERT INTO messages VALUES (" + QByteArray::number(i * 3) + ", "
                    + QByteArray::number(1 + random.bounded(60)) + ", "
                    + orNull(QByteArray::number(random.bounded(12) - 3)) + ", " + content + ", "
                    + orNull(QByteArray::number(1729090565000 + random.bounded(9) * 1000)) + ")";
    }
    for (int i = 1; i <= 70; ++i)
        rows << "INSERT INTO batches VALUES (" + QByteArray::number(i) + ", 'messages_batch_"
                    + QByteArray::number(i % 7) + "', " + QByteArray::number(i % 4)
                    + ", 1729090565000, 1729090565000 + " + QByteArray::number(i % 5) + ")";
    const auto script = [&](const QByteArray& number) {
        return "CREATE TABLE batches (id " + number
               + " PRIMARY KEY, filename TEXT, message_count INTEGER, date_created " + number + ", date_modified "
               + number + "); CREATE TABLE messages (id " + number
               + " PRIMARY KEY, batch_id INTEGER NOT NULL, message_number INTEGER, content TEXT, timestamp " + number
               + "); CREATE INDEX idx_batch_id ON messages (batch_id);"
                 "CREATE INDEX idx_message_number ON messages (message_number); BEGIN;"
               + rows.join(';') + "; COMMIT";
    };
    m_path = m_folder.path(QStringLiteral("foreign.db"));
    QCOMPARE(SqliteScript(m_path).run(script("INTEGER")), QString());
    m_onServer = m_server.createDatabase();
    QCOMPARE(PostgresScript(m_onServer).run(script("BIGINT")), QString());
}

void TestSqlBatches::initTestCase_data() {
    QTest::addColumn<bool>("server");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

std::unique_ptr<Store> TestSqlBatches::foreign() {
    QFETCH_GLOBAL(const bool, server);
    return server ? open(m_onServer, Access::Read) : open(m_path, Access::Read);
}

StoreUrl TestSqlBatches::fresh(const TempFolder& folder) {
    QFETCH_GLOBAL(const bool, server);
    return server ? m_server.createDatabase() : urlOf(folder.path(QStringLiteral("a.db")));
}

void TestSqlBatches::readsWhatWasWritten() {
    const TempFolder folder;
    const auto store = open(fresh(folder), Access::Write);
    const auto writer = store->ingestWriter();
    QVERIFY((*writer)->store(IngestItems().message(1, 42).unkeyed("a\nb \xc3\xa4").all()).ok());
    const auto page = store->batches().messages().page(ListQuery(), {});
    QVERIFY(page.ok());
    QVERIFY(page->last);
    QCOMPARE(page->rows.size(), std::size_t(2));
    const Message& first = page->rows[0];
    QCOMPARE(first.id, (MessageId{0, 1}));
    QCOMPARE(first.batchId, 1);
    QCOMPARE(first.messageNumber, std::optional<qint64>(42));
    QCOMPARE(first.timestamp, std::optional(Timestamp(std::chrono::milliseconds(1729090565123))));
    QCOMPARE(first.content, QByteArray("text 1"));
    QCOMPARE(page->rows[1].content, QByteArray("a\nb \xc3\xa4"));
    QCOMPARE(page->rows[1].messageNumber, std::optional<qint64>(43));
}

void TestSqlBatches::describesBatches() {
    const TempFolder folder;
    const auto store = open(fresh(folder), Access::Write);
    QVERIFY((*store->ingestWriter())->store(IngestItems().range(1, 12).all()).ok());
    const auto batch = store->batches().batch(2);
    QVERIFY(batch.ok());
    QCOMPARE(batch->filename(), QByteArray("messages_batch_0002.txt"));
    QCOMPARE(batch->messageCount, 2);
    QCOMPARE(batch->firstMessageNumber, std::optional<qint64>(11));
    QCOMPARE(batch->lastMessageNumber, std::optional<qint64>(12));
    QVERIFY(std::chrono::abs(currentTime() - batch->dateCreated) < std::chrono::minutes(1));
}

void TestSqlBatches::fileSizeIsThatOfTheLines() {
    const TempFolder folder;
    const auto store = open(fresh(folder), Access::Write);
    QVERIFY((*store->ingestWriter())->store(IngestItems().message(1, -42).unkeyed("N\xc2\xb0 7").all()).ok());
    const QByteArray lines =
        "[2024-10-16 14:56:05] Message #-42: text 1\n[2024-10-16 14:56:05] Message #-41: N\xc2\xb0 7\n";
    QCOMPARE(store->batches().batch(1)->fileSizeBytes, lines.size());
}

void TestSqlBatches::pagesMessages_data() {
    QTest::addColumn<QByteArray>("sort");
    QTest::addColumn<int>("limit");
    for (const char* column : {"", "id", "batch_id", "message_number", "content", "timestamp"}) {
        for (const int limit : {1, 7, 700, 1000}) {
            for (const char* direction : {"", "-"}) {
                if (qstrlen(column) > 0 || qstrlen(direction) == 0)
                    QTest::addRow("%s%s by %d", direction, column, limit) << direction + QByteArray(column) << limit;
            }
        }
    }
}

void TestSqlBatches::pagesMessages() {
    QFETCH(const QByteArray, sort);
    QFETCH(const int, limit);
    const auto store = foreign();
    RowSource<Message>& messages = store->batches().messages();
    const ListQuery asked = query(messageSchema(), "", sort.constData(), limit);
    QCOMPARE(allPages(messages, asked, messageId),
             sortedIds(everything(messages), messageColumns(), asked.sort, messageId));
}

void TestSqlBatches::pagesBatches_data() {
    QTest::addColumn<QByteArray>("sort");
    for (const Column<Batch>& column : batchColumns()) {
        QTest::addRow("%s", column.name) << QByteArray(column.name);
        QTest::addRow("-%s", column.name) << '-' + QByteArray(column.name);
    }
}

void TestSqlBatches::pagesBatches() {
    QFETCH(const QByteArray, sort);
    const auto store = foreign();
    RowSource<Batch>& batches = store->batches().batches();
    const ListQuery asked = query(batchSchema(), "", sort.constData(), 9);
    QCOMPARE(allPages(batches, asked, batchId), sortedIds(everything(batches), batchColumns(), asked.sort, batchId));
}

void TestSqlBatches::pageIndexIsWhereThePagesAre_data() {
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("sort");
    QTest::addColumn<int>("limit");
    for (const char* filter : {"", "content~a", "batch_id:4", "content:nothing"}) {
        for (const char* sort : {"", "-id", "batch_id", "-batch_id", "message_number", "-timestamp"}) {
            for (const int limit : {7, 50, 700, 900})
                QTest::addRow("'%s' by %s, %d", filter, sort, limit) << QByteArray(filter) << QByteArray(sort) << limit;
        }
    }
}

void TestSqlBatches::pageIndexIsWhereThePagesAre() {
    QFETCH(const QByteArray, filter);
    QFETCH(const QByteArray, sort);
    QFETCH(const int, limit);
    const auto store = foreign();
    RowSource<Message>& messages = store->batches().messages();
    ListQuery asked = query(messageSchema(), filter.constData(), sort.constData(), limit);
    const auto pageIndex = messages.pageIndex(asked, 1000, {});
    QVERIFY(pageIndex.ok());
    QVERIFY(pageIndex->complete);
    const QList<qint64> expected = allPages(messages, asked, messageId);
    QList<qint64> found;
    for (std::size_t i = 0; i < pageIndex->starts.size(); ++i) {
        asked.after = pageIndex->starts[i];
        const auto page = messages.page(asked, {});
        QVERIFY(page.ok());
        QCOMPARE(static_cast<int>(page->rows.size()), pageIndex->counts[i]);
        QVERIFY(pageIndex->counts[i] == limit || i + 1 == pageIndex->starts.size());
        for (const Message& message : page->rows)
            found.append(message.id.row);
    }
    QCOMPARE(found, expected);
    asked.after = pageIndex->next;
    QVERIFY(messages.page(asked, {})->rows.empty());
}

void TestSqlBatches::pageIndexGoesOn() {
    const auto store = foreign();
    RowSource<Message>& messages = store->batches().messages();
    for (const char* sort : {"", "-message_number"}) {
        ListQuery asked = query(messageSchema(), "", sort, 50);
        const auto whole = messages.pageIndex(asked, 1000, {});
        const auto part = messages.pageIndex(asked, 5, {});
        QVERIFY(whole.ok() && part.ok());
        QVERIFY(!part->complete);
        QCOMPARE(part->starts.size(), std::size_t(5));
        asked.after = part->next;
        const auto rest = messages.pageIndex(asked, 1000, {});
        QVERIFY(rest->complete);
        QCOMPARE(rest->starts.front(), whole->starts[5]);
        QCOMPARE(rest->starts.size() + 5, whole->starts.size());
    }
}

void TestSqlBatches::filtersAsTheMatcherDoes_data() {
    QTest::addColumn<QByteArray>("filter");
    for (const char* filter :
         {"id:300", "id:3,6,9", "batch_id:4", "not batch_id:4", "message_number>3", "not message_number>3",
          "message_number:*", "not content:*", "content~A", "content~%", "content~_", "content~\\", "alpha",
          "content:\"'quoted'\"", "timestamp:2024-10-16T14:56:05", "timestamp>2024-10-16T14:56:08", "age>1d",
          "batch_id:1 or (content~beta message_number<2)"})
        QTest::newRow(filter) << QByteArray(filter);
}

void TestSqlBatches::filtersAsTheMatcherDoes() {
    QFETCH(const QByteArray, filter);
    const auto store = foreign();
    RowSource<Message>& messages = store->batches().messages();
    const ListQuery asked = query(messageSchema(), filter.constData(), "", 50);
    QList<qint64> expected;
    for (const Message& message : everything(messages)) {
        // A NULL text is none for a filter, and empty when it is read; no text here is empty otherwise.
        const auto columns = messageColumns();
        std::vector<Column<Message>> nullable(columns.begin(), columns.end());
        if (message.content.isEmpty())
            nullable[3].value = [](const Message&) { return Value(); };
        if (matches(asked.filter, std::span<const Column<Message>>(nullable), messageSchema(), message))
            expected.append(message.id.row);
    }
    QCOMPARE(allPages(messages, asked, messageId), expected);
}

void TestSqlBatches::pagesWhileRowsCome() {
    const TempFolder folder;
    const StoreUrl path = fresh(folder);
    const auto writing = open(path, Access::Write);
    const auto writer = writing->ingestWriter();
    QVERIFY((*writer)->store(IngestItems().range(1, 100).all()).ok());
    const auto reading = open(path, Access::Read);
    for (const char* sort : {"id", "-id", "message_number", "-message_number"}) {
        ListQuery asked = query(messageSchema(), "", sort, 10);
        const auto before = everything(reading->batches().messages());
        QList<qint64> seen;
        for (bool last = false; !last;) {
            const auto page = reading->batches().messages().page(asked, {});
            QVERIFY(page.ok());
            for (const Message& message : page->rows)
                seen.append(message.id.row);
            asked.after = page->next;
            last = page->last;
            if (seen.size() <= 100)
                QVERIFY((*writer)->store(IngestItems().unkeyed("new").unkeyed("newer").all()).ok());
        }
        // What was there is seen once and in order, whatever came meanwhile.
        QCOMPARE(QSet<qint64>(seen.begin(), seen.end()).size(), seen.size());
        QVERIFY(sort[0] == '-' ? std::ranges::is_sorted(seen, std::greater()) : std::ranges::is_sorted(seen));
        for (const Message& message : before)
            QVERIFY(seen.contains(message.id.row));
    }
}

void TestSqlBatches::refusesForeignCursor() {
    const auto store = foreign();
    ListQuery asked = query(messageSchema(), "", "message_number", 5);
    const Cursor cursors[] = {Cursor{{qint64(3)}}, Cursor{{QByteArray("x"), qint64(3)}},
                              Cursor{{qint64(1), QByteArray("x")}}, Cursor{{qint64(1), qint64(1), qint64(1)}}};
    for (const Cursor& cursor : cursors) {
        asked.after = cursor;
        QCOMPARE(store->batches().messages().page(asked, {}).error().code, ErrorCode::Usage);
        QCOMPARE(store->batches().messages().pageIndex(asked, 5, {}).error().code, ErrorCode::Usage);
    }
}

void TestSqlBatches::refusesUnknownSort() {
    const auto store = foreign();
    ListQuery asked;
    asked.sort.column = "1; DROP TABLE messages";
    QCOMPARE(store->batches().messages().page(asked, {}).error().code, ErrorCode::Usage);
}

void TestSqlBatches::findsSingleRows() {
    const auto store = foreign();
    QCOMPARE(store->batches().message({0, 300})->id.row, 300);
    QCOMPARE(store->batches().message({0, 1}).error().code, ErrorCode::NotFound);
    QCOMPARE(store->batches().message({12, 3}).error().code, ErrorCode::NotFound);
    QCOMPARE(store->batches().batch(7)->id, 7);
    QCOMPARE(store->batches().batch(1000).error().code, ErrorCode::NotFound);
}

void TestSqlBatches::listsRejects() {
    const TempFolder folder;
    const auto store = open(fresh(folder), Access::Write);
    IngestItems items;
    for (quint64 n = 1; n <= 5; ++n)
        items.rejection(n, QStringLiteral("reason %1").arg(n % 2));
    QVERIFY((*store->ingestWriter())->store(items.all()).ok());
    RowSource<Reject>& rejects = store->batches().rejects();
    const auto id = [](const Reject& reject) { return reject.id; };
    QCOMPARE(allPages(rejects, query(rejectSchema(), "reason:\"reason 1\"", "-rejected_at", 2), id),
             QList<qint64>({5, 3, 1}));
    const auto reject = store->batches().reject(4);
    QVERIFY(reject.ok());
    QCOMPARE(reject->payload, QByteArray("raw\0\xff"
                                         "4",
                                         6));
    QCOMPARE(reject->key, QByteArray("1004-0"));
    QCOMPARE(reject->source, QByteArray("localhost:6379/0/orders"));
    QVERIFY(std::chrono::abs(currentTime() - reject->rejectedAt) < std::chrono::minutes(1));
}

void TestSqlBatches::cancelledAnswersNothing() {
    const auto store = foreign();
    CancelSource source;
    source.request_stop();
    QCOMPARE(store->batches().messages().page(ListQuery(), source.get_token()).error().code, ErrorCode::Cancelled);
    QCOMPARE(store->batches().messages().pageIndex(ListQuery(), 9, source.get_token()).error().code,
             ErrorCode::Cancelled);
    QVERIFY(store->batches().messages().page(ListQuery(), {}).ok());
}

void TestSqlBatches::valuesOfAnotherTypeAreNoEndlessList() {
    QFETCH_GLOBAL(const bool, server);
    if (server)
        QSKIP("every column there has its type");
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE batches (id INTEGER PRIMARY KEY, filename TEXT);"
                                    "CREATE TABLE messages (id INTEGER PRIMARY KEY, batch_id, content, message_number, "
                                    "timestamp);"
                                    "INSERT INTO messages VALUES (1, 1, x'ff', 'seven', 'noon'), (2, 1, 9, 1, 1), "
                                    "(3, 1, NULL, x'00', 2.5)"),
             QString());
    const auto store = open(path, Access::Read);
    RowSource<Message>& messages = store->batches().messages();
    QCOMPARE(allPages(messages, query(messageSchema(), "", "content", 1), messageId), QList<qint64>({3, 2, 1}));
    QCOMPARE(messages.page(query(messageSchema(), "", "message_number", 1), {}).ok(), true);
    QCOMPARE(messages.page(query(messageSchema(), "", "message_number", 3), {}).error().code, ErrorCode::Corrupt);
    QCOMPARE(allPages(messages, query(messageSchema(), "", "-timestamp", 1), messageId), QList<qint64>({3, 2, 1}));
}

void TestSqlBatches::columnsThatAreMissingReadAsNothing() {
    const TempFolder folder;
    const StoreUrl path = fresh(folder);
    const QByteArray id = path.kind == StoreKind::Sqlite ? "(id INTEGER PRIMARY KEY, " : "(id BIGINT PRIMARY KEY, ";
    const QByteArray tables = "CREATE TABLE batches " + id + "filename TEXT); CREATE TABLE messages " + id
                              + "batch_id INTEGER, content TEXT); INSERT INTO batches VALUES (1, 'a');"
                                "INSERT INTO messages VALUES (5, 1, 'kept')";
    QCOMPARE(path.kind == StoreKind::Sqlite ? SqliteScript(path.path).run(tables) : PostgresScript(path).run(tables),
             QString());
    const auto store = open(path, Access::Read);
    QVERIFY(!store->unavailableReason(Feature::Batches).has_value());
    const auto message = store->batches().message({0, 5});
    QVERIFY(message.ok());
    QCOMPARE(message->content, QByteArray("kept"));
    QVERIFY(!message->messageNumber && !message->timestamp);
    const auto batch = store->batches().batch(1);
    QVERIFY2(batch.ok(), batch.ok() ? "" : qPrintable(batch.error().details));
    QVERIFY(!batch->firstMessageNumber);
    QCOMPARE(
        allPages(store->batches().messages(), query(messageSchema(), "not timestamp:*", "-timestamp", 1), messageId),
        QList<qint64>({5}));
}

/// However many rows are asked for: pages of an export are no larger than some of the largest rows.
void TestSqlBatches::largeRowsMakeSmallPages() {
    QFETCH_GLOBAL(const bool, server);
    if (server)
        QSKIP("a server sends the whole page");
    constexpr int rows = 300;
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    (void)open(path, Access::Write);
    QCOMPARE(
        SqliteScript(path).run("INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'a', 0, 0); "
                               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
                               "INSERT INTO messages (batch_id, message_number, content, timestamp) "
                               "SELECT 1, i / 3, hex(zeroblob(250000)), 0 FROM n"),
        QString());
    const auto store = open(path, Access::Read);
    ListQuery asked = query(messageSchema(), "", "message_number", 1'000);
    QSet<qint64> seen;
    for (bool last = false; !last;) {
        const auto page = store->batches().messages().deferredPage(asked, {});
        QVERIFY(page.ok());
        QVERIFY(page->count > 0 && page->count < rows / 3);
        for (int i = 0; i < page->count; ++i) {
            QCOMPARE(page->row(i).content.size(), qsizetype(500'000));
            QVERIFY(!seen.contains(page->row(i).id.row));
            seen.insert(page->row(i).id.row);
        }
        last = page->last;
        asked.after = page->next;
    }
    QCOMPARE(seen.size(), qsizetype(rows));
}

void TestSqlBatches::usesIndexesForPages_data() {
    QTest::addColumn<QByteArray>("sort");
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QString>("plan");
    QTest::newRow("id") << QByteArray("id") << QByteArray()
                        << QStringLiteral("SEARCH m USING INTEGER PRIMARY KEY (rowid>?)");
    QTest::newRow("number, descending")
        << QByteArray("-message_number") << QByteArray()
        << QStringLiteral("SEARCH m USING INDEX idx_message_number (message_number=? AND rowid<?)");
    QTest::newRow("one batch") << QByteArray("id") << QByteArray("batch_id:4")
                               << QStringLiteral("SEARCH m USING INDEX idx_batch_id (batch_id=? AND rowid>?)");
}

void TestSqlBatches::usesIndexesForPages() {
    QFETCH_GLOBAL(const bool, server);
    if (server)
        QSKIP("the plan is SQLite's own; tst_postgresqlstore looks at the server's");
    QFETCH(const QByteArray, sort);
    QFETCH(const QByteArray, filter);
    QFETCH(const QString, plan);
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    (void)open(path, Access::Write);
    const SqlListing listing{&messageSchema(),
                             QStringLiteral("messages"),
                             QStringLiteral("m"),
                             {{"m.id", ColumnEncoding::Integer},
                              {"m.batch_id"},
                              {"m.message_number"},
                              {"m.content"},
                              {"m.timestamp", ColumnEncoding::UnixMilliseconds},
                              {"CAST(NULL AS text)"}},
                             {false, false, false, false, false, true},
                             {QStringLiteral("m.id")}};
    ListQuery asked = query(messageSchema(), filter.constData(), sort.constData(), 5);
    asked.after = sort == "id" ? Cursor{{qint64(1)}} : Cursor{{qint64(1), qint64(1)}};
    const auto keyset = KeysetQuery::make(listing, asked, SqlDialect::Sqlite);
    QVERIFY(keyset.ok());
    const auto planOf = [&](const KeysetQuery::Statement& statement) {
        return SqliteScript(path).rows("EXPLAIN QUERY PLAN " + statement.sql.toUtf8()).join(QLatin1Char('\n'));
    };
    const QString whole = planOf(keyset->page(asked.after, 6));
    QVERIFY2(whole.contains(plan), qPrintable(whole));
    QString inTurn;
    for (const KeysetQuery::Statement& statement : keyset->pageInTurn(asked.after, 6))
        inTurn += planOf(statement) + QLatin1Char('\n');
    QVERIFY2(inTurn.contains(plan) && !inTurn.contains(QStringLiteral("TEMP B-TREE")), qPrintable(inTurn));
}

QTEST_GUILESS_MAIN(TestSqlBatches)
#include "tst_sqlbatches.moc"
