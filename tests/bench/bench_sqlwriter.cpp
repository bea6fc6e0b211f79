// Receives a million messages into a new SQL store, as fast as its writer takes them, and times the listing's
// skeleton and pages. Usage: bench_sqlwriter STORE [MESSAGES [MESSAGES A COMMIT]], a file or a URL
//
// The other program, run in turn over the rows that this one leaves (CSV of `batches` and `messages`):
//   sqlite3 new.db < schema; sqlite3 new.db "PRAGMA synchronous=FULL" ".mode csv" ".import b.csv batches" …
//   psql -c "\copy batches from b.csv csv" -c "\copy messages (…) from m.csv csv" of an empty store's database

#include "storage/store.h"

#include <QElapsedTimer>
#include <QFile>
#include <cstdio>
#include <ctime>

using namespace portolan;

namespace {

std::vector<IngestItem> itemsFrom(qint64 first, qint64 count) {
    std::vector<IngestItem> items;
    for (qint64 i = first; i < first + count; ++i) {
        IngestItem item;
        item.delivery.key = {"localhost:6379/0/s", static_cast<quint64>(1729090565000 + i), 0};
        item.delivery.keyText = QByteArray::number(1729090565000 + i) + "-0";
        item.delivery.receivedAt = Timestamp(std::chrono::milliseconds(1729090565000 + i));
        item.decoded = IncomingMessage{
            i, std::nullopt, "this is Message N\xc2\xb0 " + QByteArray::number(i) + " being posted into Redis"};
        items.push_back(std::move(item));
    }
    return items;
}

int failed(const Error& error) {
    std::fprintf(stderr, "%s\n%s\n", qPrintable(error.text), qPrintable(error.details));
    return 1;
}

void timeReading(BatchRepository& batches, const char* what, const ListQuery& query) {
    QElapsedTimer timer;
    timer.start();
    const auto skeleton = batches.messages().skeleton(query, 100'000, {});
    const double skeletonTime = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    timer.restart();
    const auto page = batches.messages().page(query, {});
    const double pageTime = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    std::printf("%s: skeleton of %zu pages %.1f ms, first page of %zu %.1f ms\n", what,
                skeleton ? skeleton->starts.size() : 0, skeletonTime, page ? page->rows.size() : 0, pageTime);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2)
        return 2;
    const auto parsed = StoreUrl::parse(QFile::decodeName(argv[1]));
    if (!parsed)
        return failed(parsed.error());
    const StoreUrl& url = *parsed;
    const qint64 total = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
    const qint64 group = argc > 3 ? std::atoll(argv[3]) : 1000;
    auto store = openStore(url, Access::Write);
    if (!store)
        return failed(store.error());
    auto writer = (*store)->ingestWriter();
    if (!writer)
        return failed(writer.error());
    qint64 spent = 0;
    std::clock_t worked = 0;
    for (qint64 at = 1; at <= total; at += group) {
        const std::vector<IngestItem> items = itemsFrom(at, std::min(group, total - at + 1));
        QElapsedTimer timer;
        timer.start();
        const std::clock_t before = std::clock();
        const auto counts = (*writer)->store(items);
        worked += std::clock() - before;
        spent += timer.nsecsElapsed();
        if (!counts)
            return failed(counts.error());
    }
    std::printf("stored %lld messages, %lld a commit: %.0f messages/s, %.2f s of processor time\n",
                static_cast<long long>(total), static_cast<long long>(group),
                static_cast<double>(total) * 1e9 / static_cast<double>(spent),
                static_cast<double>(worked) / CLOCKS_PER_SEC);
    writer->reset();
    store->reset();
    store = openStore(url, Access::Read);
    if (!store)
        return failed(store.error());
    BatchRepository& batches = (*store)->batches();
    ListQuery query;
    timeReading(batches, "by id", query);
    timeReading(batches, "by id, again", query);
    query.sort = {"message_number", true};
    timeReading(batches, "by number, descending", query);
    query.sort = {"timestamp", false};
    timeReading(batches, "by time", query);
    query.sort = {};
    query.filter = *parseFilter(QStringLiteral("content~7777"), messageSchema(), currentTime());
    timeReading(batches, "content~7777", query);
    query.filter = *parseFilter(QStringLiteral("batch_id:4711"), messageSchema(), currentTime());
    timeReading(batches, "batch_id:4711", query);
    return 0;
}
