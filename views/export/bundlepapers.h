#pragma once

#include "models/report/report.h"
#include "storage/export/bundle.h"

#include <span>

namespace portolan {

/// Returns what goes into a bundle beside its messages: the report as report.html, and of each chart in it the picture
/// and its points. `pictures` are reportChartSvg() of each of chartsOf(). Any thread.
[[nodiscard]] std::vector<BundlePaper> bundlePapers(const Report& report, std::span<const QByteArray> pictures);

} // namespace portolan
