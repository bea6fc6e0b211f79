#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/sources/probe/sourceprobe.h"

namespace portolan {

/// Looks at a topic and its group as one who is no member of it: no rebalance, no commit, no topic made. Errors:
/// Unsupported, Usage as of KafkaClient; Connection, Auth, Timeout; Cancelled.
[[nodiscard]] Result<SourceProbe> probeKafka(const SourceUrl& url, const CancelToken& token);

} // namespace portolan
