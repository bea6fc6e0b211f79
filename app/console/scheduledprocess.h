#pragma once

#include "storage/schedule/schedule.h"

namespace portolan {

/// Runs a command of this program as a process of its own, which has no input and ends with this one, whatever ends
/// that. It gets this process's passwords and, unless it is empty, `password`; without it none of them. A failing
/// `beat`, and the token, end it. Returns its exit code and the last of what it printed; error of `beat`.
[[nodiscard]] Result<ScheduledEnd> runScheduled(const QStringList& words, const std::optional<QString>& password,
                                                const std::function<Result<void>()>& beat, const CancelToken& token);

} // namespace portolan
