#pragma once

#include "models/report/report.h"

#include <span>

namespace portolan {

/// A report as one HTML document (WHATWG HTML): nothing in it is loaded from elsewhere or run, whatever its texts hold;
/// light on a screen, and with page breaks between rows on paper. `charts` are pictures as SVG, one for each of
/// chartsOf(). Any thread.
[[nodiscard]] QByteArray reportHtml(const Report& report, std::span<const QByteArray> charts);

} // namespace portolan
