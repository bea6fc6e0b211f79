#include "app/console/sourcepassword.h"

namespace portolan {

SourceUrl withSourcePassword(SourceUrl source) {
    const bool isOnServer = source.kind != SourceKind::Demo && source.kind != SourceKind::Rejects;
    if (isOnServer && source.password.isEmpty())
        source.password = qEnvironmentVariable("PORTOLAN_FROM_PASSWORD");
    if (!source.sentinels.empty() && source.sentinelPassword.isEmpty())
        source.sentinelPassword = qEnvironmentVariable("PORTOLAN_FROM_SENTINEL_PASSWORD");
    return source;
}

} // namespace portolan
