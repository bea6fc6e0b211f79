#pragma once

#include <QByteArray>

namespace portolan {

/// Who is at work, for the audit: "user@host", by the system's own account of the process, not by the environment.
[[nodiscard]] QByteArray actorName();

} // namespace portolan
