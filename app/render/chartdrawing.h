#pragma once

#include "app/console/command.h"
#include "storage/series/series.h"

namespace portolan {

/// Draws a series of a range, in at most so many buckets (nothing: as fine as the picture shows), into a .png or .svg.
using ChartDrawer = Result<void> (*)(SeriesStore& store, const SeriesName& name, TimeRange range,
                                     std::optional<qint64> buckets, const QString& path, const CancelToken& token);

/// The command `chart`. Without a drawer, which needs the libraries of a screen, it writes numbers only.
Exit runChart(const Invocation& invocation, ChartDrawer drawer);

/// Returns true when `arguments` (without the program's name) ask for a series' picture, which portolan-window draws.
bool isDrawing(const QStringList& arguments);

/// The drawer of portolan-window. Needs a QApplication, of whatever platform.
Result<void> drawChart(SeriesStore& store, const SeriesName& name, TimeRange range, std::optional<qint64> buckets,
                       const QString& path, const CancelToken& token);

} // namespace portolan
