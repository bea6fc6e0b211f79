#include "storage/stores/makesource.h"

#include "storage/sources/demosource.h"
#ifdef PORTOLAN_KAFKA
#include "storage/sources/kafka/kafkasource.h"
#endif
#include "storage/receive/rejectsource.h"
#include "storage/sources/redis/redischannel.h"
#include "storage/sources/redis/redislist.h"
#include "storage/sources/redis/redisoutboxsink.h"
#include "storage/sources/redis/redisstream.h"
#include "storage/stores/openstore.h"

namespace portolan {

namespace {

#ifdef PORTOLAN_KAFKA
Result<std::unique_ptr<Source>> makeKafka(const SourceUrl& url) {
    return std::unique_ptr<Source>(std::make_unique<KafkaSource>(url));
}
#else
Result<std::unique_ptr<Source>> makeKafka(const SourceUrl& url) {
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("%1 cannot be received from: this Portolan was built without librdkafka. Install its "
                                "development files (Debian: librdkafka-dev) and build it again.")
                     .arg(url.display())};
}
#endif

} // namespace

Result<std::unique_ptr<Source>> makeSource(const SourceUrl& url) {
    switch (url.kind) {
    case SourceKind::RedisStream:
        return std::unique_ptr<Source>(std::make_unique<RedisStreamSource>(url));
    case SourceKind::Demo:
        return std::unique_ptr<Source>(std::make_unique<DemoSource>(url));
    case SourceKind::Rejects:
        return std::unique_ptr<Source>(std::make_unique<RejectSource>(url, &openStore));
    case SourceKind::RedisChannel:
    case SourceKind::RedisPattern:
        return std::unique_ptr<Source>(std::make_unique<RedisChannelSource>(url));
    case SourceKind::RedisList:
        return std::unique_ptr<Source>(std::make_unique<RedisListSource>(url));
    case SourceKind::Kafka:
        return makeKafka(url);
    }
    Q_UNREACHABLE();
}

Result<std::unique_ptr<OutboxSink>> makeOutboxSink(const SourceUrl& to, const QByteArray& run) {
    const Result<QByteArray> target = outboxTarget(to);
    PORTOLAN_TRY(target);
    return std::unique_ptr<OutboxSink>(std::make_unique<RedisOutboxSink>(to, run));
}

QByteArray kafkaSupport() {
#ifdef PORTOLAN_KAFKA
    return kafkaVersion();
#else
    return {};
#endif
}

} // namespace portolan
