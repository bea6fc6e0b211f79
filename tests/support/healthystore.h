#pragma once

#include "storage/ingest/decoder.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/sources/demosource.h"
#include "storage/stores/openstore.h"

#include <vector>

namespace portolan::test {

/// The sample pipeline's first payloads, of all kinds or only its messages, as a receiver hands them on.
inline std::vector<IngestItem> demoItems(int count, bool messagesOnly) {
    const auto url = SourceUrl::parse(QStringLiteral("demo:?rate=0&seed=7&count=%1%2")
                                          .arg(count)
                                          .arg(messagesOnly ? QStringLiteral("&kinds=messages") : QString()));
    if (!url)
        qFatal("%s", qPrintable(url.error().text));
    DemoSource source(*url);
    std::vector<IngestItem> items;
    while (!source.exhausted()) {
        auto fetched = source.fetch({}, std::chrono::milliseconds(1000), {});
        if (!fetched)
            qFatal("%s", qPrintable(fetched.error().text));
        for (Delivery& delivery : *fetched) {
            IngestItem item;
            item.decoded = decode(delivery);
            item.delivery = std::move(delivery);
            items.push_back(std::move(item));
        }
    }
    return items;
}

/// A store that a receiver filled.
inline void fillStore(const StoreUrl& url, const std::vector<IngestItem>& items) {
    auto store = openStore(url, Access::Write);
    if (!store)
        qFatal("%s", qPrintable(store.error().text));
    auto writer = (*store)->ingestWriter();
    if (!writer)
        qFatal("%s", qPrintable(writer.error().text));
    if (const auto stored = (*writer)->store(items); !stored)
        qFatal("%s %s", qPrintable(stored.error().text), qPrintable(stored.error().details));
}

} // namespace portolan::test
