#pragma once

#include "models/charts/chartlines.h"
#include "models/list/format.h"

#include <QWidget>
#include <memory>

namespace portolan {

/// Lines as a picture for paper: light, and with its title where there is one. Of that size in pixels. GUI thread.
[[nodiscard]] std::unique_ptr<QWidget> chartPicture(const QString& title, const std::vector<ChartLine>& lines,
                                                    TimeRange span, QSize size,
                                                    const std::vector<ChartMarker>& markers = {},
                                                    TimeDisplay display = TimeDisplay::Utc);

} // namespace portolan
