#pragma once

#include "storage/base/result.h"

class QWidget;

namespace portolan {

/// Saves what a widget shows: as a drawing where `path` ends with .svg, else as a PNG. Error Io. GUI thread.
[[nodiscard]] Result<void> savePicture(QWidget& widget, const QString& path);

/// Returns what a widget shows as a drawing in SVG. GUI thread.
[[nodiscard]] QByteArray svgOf(QWidget& widget);

} // namespace portolan
