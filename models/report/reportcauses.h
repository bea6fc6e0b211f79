#pragma once

#include "storage/deadletters/contrasts.h"
#include "storage/deadletters/precursors.h"
#include "storage/deadletters/templateslots.h"

#include <QString>

namespace portolan {

// The sentences of a cause in a report, of what storage/deadletters has found. Pure; any thread.

/// "db-1 26 %, db-2 25 % and 3 other values"; of many numbers "1 000 to 3 900, half of them up to 2 400".
[[nodiscard]] QString slotSentence(const TemplateSlot& slot);
/// "data.region = eu-3 in 1 790 of 1 800 dead, in 0 of 2 000 completed".
[[nodiscard]] QString contrastSentence(const Contrast& contrast);
/// "billing, version 2: config.timeout_ms: 5000 → 3000"; the words of what is no version. Empty for a version that
/// changed nothing that tells.
[[nodiscard]] QString changeSentence(const Precursor& change);

} // namespace portolan
