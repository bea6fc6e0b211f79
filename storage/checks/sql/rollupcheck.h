#pragma once

#include "storage/checks/sql/checkrunner.h"

namespace portolan {

/// Verifies that each rollup that is kept is what the samples of its bucket add up to, and none is missing or left
/// over: the database's own (`portolan_rollups`), as far as they are made and not noted as stale. Reads every sample
/// before a watermark once, some weeks of a series at a time. Sums may differ by what an order of adding makes.
[[nodiscard]] Result<CheckResult> verifyRollups(const SqlChecks::CheckContext& place);

} // namespace portolan
