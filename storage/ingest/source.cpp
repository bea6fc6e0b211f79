#include "storage/ingest/source.h"

#include "storage/ingest/demosource.h"
#include "storage/ingest/redischannel.h"
#include "storage/ingest/redislist.h"
#include "storage/ingest/redisstream.h"
#include "storage/ingest/rejectsource.h"

namespace portolan {

namespace {

Error comesLater(const QString& what, const SourceUrl& url) {
    return {ErrorCode::Unsupported, QStringLiteral("Receiving from %1 comes with a later version of Portolan (%2). "
                                                   "This one receives from Redis and demo:.")
                                        .arg(what, url.display())};
}

} // namespace

Result<std::unique_ptr<Source>> makeSource(const SourceUrl& url) {
    switch (url.kind) {
    case SourceKind::RedisStream:
        return std::unique_ptr<Source>(std::make_unique<RedisStreamSource>(url));
    case SourceKind::Demo:
        return std::unique_ptr<Source>(std::make_unique<DemoSource>(url));
    case SourceKind::Rejects:
        return std::unique_ptr<Source>(std::make_unique<RejectSource>(url));
    case SourceKind::RedisChannel:
    case SourceKind::RedisPattern:
        return std::unique_ptr<Source>(std::make_unique<RedisChannelSource>(url));
    case SourceKind::RedisList:
        return std::unique_ptr<Source>(std::make_unique<RedisListSource>(url));
    case SourceKind::Kafka:
        return comesLater(QStringLiteral("Kafka"), url);
    }
    return comesLater(QStringLiteral("this source"), url);
}

} // namespace portolan
