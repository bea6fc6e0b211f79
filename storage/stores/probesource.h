#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/sources/probe/sourceprobe.h"

namespace portolan {

/// Looks at a source as makeSource() would read it, and takes nothing from it. On any thread, which waits. Errors: of
/// connecting, Cancelled; Unsupported names what this build lacks.
[[nodiscard]] Result<SourceProbe> probeSource(const SourceUrl& url, const CancelToken& token);

} // namespace portolan
