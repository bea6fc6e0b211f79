#pragma once

#include <QByteArray>

namespace portolan {

/// Returns who is at work, for the audit: "user@host", from the process's system account, not from the environment.
[[nodiscard]] QByteArray actorName();

} // namespace portolan
