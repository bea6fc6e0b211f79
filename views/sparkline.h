#pragma once

#include "models/rowlisting.h"

#include <QRectF>

class QPainter;

namespace portolan {

struct ThemeTokens;

/// Draws figures over time as a line on a base line, each on the scale of its own greatest; what is not known is a gap.
void drawSparkline(QPainter* painter, const QRectF& rect, const Figures& figures, const ThemeTokens& tokens);

} // namespace portolan
