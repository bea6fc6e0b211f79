// Decodes and stores mixed records, in the sample pipeline's proportions, into a new SQLite store; times both apart.
// Usage: bench_sqlrecords FILE [RECORDS [RECORDS A COMMIT]]

#include "storage/ingest/decoder.h"
#include "storage/ingest/demorecords.h"
#include "storage/sql/sqlitestore.h"

#include <QElapsedTimer>
#include <QFile>
#include <cstdio>
#include <ctime>

using namespace portolan;

namespace {

/// Records only: the messages of the mixture are timed by bench_sqlwriter.
std::vector<Delivery> deliveries(qint64 count) {
    DemoRecords records(1);
    std::vector<Delivery> all;
    for (qint64 i = 0; static_cast<qint64>(all.size()) < count; ++i) {
        const Timestamp at(std::chrono::milliseconds(1729090565000 + i));
        Delivery delivery;
        delivery.payload = records.next(at);
        if (delivery.payload.isEmpty())
            continue;
        delivery.key = {"localhost:6379/0/s", static_cast<quint64>(1729090565000 + i), 0};
        delivery.receivedAt = at;
        all.push_back(std::move(delivery));
    }
    return all;
}

int failed(const Error& error) {
    std::fprintf(stderr, "%s\n%s\n", qPrintable(error.text), qPrintable(error.details));
    return 1;
}

double seconds(std::clock_t ticks) {
    return static_cast<double>(ticks) / CLOCKS_PER_SEC;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2)
        return 2;
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = QFile::decodeName(argv[1]);
    const qint64 total = argc > 2 ? std::atoll(argv[2]) : 200'000;
    const std::size_t group = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1000;
    auto store = openSqliteStore(url, Access::Write);
    if (!store)
        return failed(store.error());
    auto writer = (*store)->ingestWriter();
    if (!writer)
        return failed(writer.error());
    std::vector<Delivery> all = deliveries(total);
    std::clock_t decoding = 0;
    std::clock_t storing = 0;
    QElapsedTimer timer;
    timer.start();
    std::vector<IngestItem> items;
    for (std::size_t at = 0; at < all.size(); at += group) {
        items.clear();
        const std::clock_t begin = std::clock();
        for (std::size_t i = at; i < std::min(at + group, all.size()); ++i) {
            Decoded decoded = decode(all[i]);
            items.push_back({std::move(all[i]), std::move(decoded)});
        }
        const std::clock_t decoded = std::clock();
        const auto counts = (*writer)->store(items);
        if (!counts)
            return failed(counts.error());
        decoding += decoded - begin;
        storing += std::clock() - decoded;
    }
    std::printf("stored %lld records, %zu a commit: %.0f records/s; processor time: decoding %.2f s, storing %.2f s\n",
                static_cast<long long>(total), group,
                static_cast<double>(total) * 1e9 / static_cast<double>(timer.nsecsElapsed()), seconds(decoding),
                seconds(storing));
    return 0;
}
