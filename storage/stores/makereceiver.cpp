#include "storage/stores/makereceiver.h"

#include "storage/config/urls.h"
#include "storage/operations/operations.h"
#include "storage/stores/makesource.h"
#include "storage/stores/openstore.h"

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
    options.from.messagesOnly = options.from.messagesOnly || options.into.kind == StoreKind::Files;
    const StoreUrl into = options.into;
    const SourceUrl from = withConsumer(options.from, into);
    const bool isSample = from.kind == SourceKind::Demo;
    return {std::move(options), [from] { return makeSource(from); },
            [into, isSample](const CancelToken& token) { return openReceivingStore(into, isSample, token); },
            std::move(onTick)};
}

} // namespace portolan
