#pragma once

#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/sources/outbox.h"
#include "storage/sources/source.h"

#include <QByteArray>
#include <memory>

namespace portolan {

/// The source of a URL, not yet connected. Error Unsupported names what this build lacks.
[[nodiscard]] Result<std::unique_ptr<Source>> makeSource(const SourceUrl& url);

/// Makes what sends a run's messages to a place, not yet connected. Error Unsupported as outboxTarget().
[[nodiscard]] Result<std::unique_ptr<OutboxSink>> makeOutboxSink(const SourceUrl& to, const QByteArray& run);

/// The version of librdkafka by which kafka:// is received, "2.0.2"; nothing: this build, or this machine, has none.
[[nodiscard]] QByteArray kafkaSupport();

} // namespace portolan
