#include "storage/stores/makereceiver.h"

#include "storage/config/urls.h"
#include "storage/operations/operations.h"
#include "storage/stores/makesource.h"
#include "storage/stores/opencontent.h"
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

/// Of a second store, which is the first one under another name, every message would be stored twice.
Result<std::unique_ptr<Store>> openSecondStore(const StoreUrl& also, const StoreUrl& into, bool isSample,
                                               const CancelToken& token) {
    auto store = openReceivingStore(also, isSample, token);
    PORTOLAN_TRY(store);
    const Result<bool> isSame = isOneStore(into, also, token);
    PORTOLAN_TRY(isSame);
    if (*isSame)
        return Error{ErrorCode::Usage, QStringLiteral("%1 and %2 are one store; name another one with --also.")
                                           .arg(into.display(), also.display())};
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
    const Receiver::StoreMaker first = [url = into.front(), isSample](const CancelToken& token) {
        return openReceivingStore(url, isSample, token);
    };
    const Receiver::StoreMaker second = [into, isSample](const CancelToken& token) {
        return openSecondStore(into.back(), into.front(), isSample, token);
    };
    stores.push_back(first);
    if (options.also)
        stores.push_back(second);
    return {std::move(options), [from] { return makeSource(from); }, std::move(stores), std::move(onTick)};
}

} // namespace portolan
