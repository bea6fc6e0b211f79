#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/sources/probe/sourceprobe.h"

namespace portolan {

/// Looks at a channel, list or stream. Errors: as of RedisConnection.
[[nodiscard]] Result<SourceProbe> probeRedis(const SourceUrl& url, const CancelToken& token);

} // namespace portolan
