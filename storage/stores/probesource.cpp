#include "storage/stores/probesource.h"

#ifdef PORTOLAN_KAFKA
#include "storage/sources/kafka/kafkaprobe.h"
#else
#include "storage/stores/makesource.h"
#endif
#include "storage/sources/probe/redisprobe.h"
#include "storage/store.h"
#include "storage/stores/openstore.h"

namespace portolan {

namespace {

Result<SourceProbe> probeRejects(const StoreUrl& from, const CancelToken& token) {
    const auto begun = std::chrono::steady_clock::now();
    const auto store = openStore(from, Access::Read, token);
    PORTOLAN_TRY(store);
    SourceProbe probe;
    probe.place = from.display();
    probe.opened = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    auto product = (*store)->product();
    PORTOLAN_TRY(product);
    probe.product = *std::move(product);
    const auto lacking = (*store)->unavailableReason(Feature::Rejects);
    probe.holds = lacking ? SourceProbe::Holds::Nothing : SourceProbe::Holds::Expected;
    return probe;
}

} // namespace

Result<SourceProbe> probeSource(const SourceUrl& url, const CancelToken& token) {
    switch (url.kind) {
    case SourceKind::RedisChannel:
    case SourceKind::RedisPattern:
    case SourceKind::RedisList:
    case SourceKind::RedisStream:
        return probeRedis(url, token);
    case SourceKind::Kafka:
#ifdef PORTOLAN_KAFKA
        return probeKafka(url, token);
#else
        return makeSource(url).error();
#endif
    case SourceKind::Rejects:
        return probeRejects(url.store.value_or(StoreUrl()), token);
    case SourceKind::Demo:
        break;
    }
    SourceProbe probe;
    probe.holds = SourceProbe::Holds::Expected;
    return probe;
}

} // namespace portolan
