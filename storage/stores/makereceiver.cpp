#include "storage/stores/makereceiver.h"

#include "storage/config/urls.h"
#include "storage/operations/operations.h"
#include "storage/stores/makesource.h"
#include "storage/stores/openstore.h"

#include <algorithm>

namespace portolan {

namespace {

/// The sample's messages have no keys that would tell of it later.
Result<std::unique_ptr<Store>> openReceivingStore(const StoreUrl& into, bool isSample, const CancelToken& token) {
    auto store = openStore(into, Access::Write, token);
    Operations* const operations = store && isSample ? (*store)->operations() : nullptr;
    if (operations) {
        PORTOLAN_TRY(operations->noteSample());
    }
    return store;
}

} // namespace

Receiver makeReceiver(ReceiverOptions options, std::function<void(const ReceiverStatus&)> onTick) {
    // A file store keeps messages only: the sample does not fill it with rejects.
    std::vector<StoreUrl> into{options.into};
    if (options.also)
        into.push_back(*options.also);
    options.from.messagesOnly = options.from.messagesOnly || std::ranges::any_of(into, [](const StoreUrl& each) {
                                    return each.kind == StoreKind::Files;
                                });
    const SourceUrl from = withConsumer(options.from, options.into);
    const bool isSample = from.kind == SourceKind::Demo;
    std::vector<Receiver::StoreMaker> stores;
    for (const StoreUrl& each : into)
        stores.emplace_back(
            [each, isSample](const CancelToken& token) { return openReceivingStore(each, isSample, token); });
    return {std::move(options), [from] { return makeSource(from); }, std::move(stores), std::move(onTick)};
}

} // namespace portolan
