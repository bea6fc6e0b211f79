#pragma once

#include "models/list/listingadapter.h"

#include <QRectF>

class QPainter;

namespace portolan {

struct ThemeTokens;

/// Draws figures over time as a line on a base line, each on the scale of its own greatest; what is not known is a gap.
void drawSparkline(QPainter* painter, const QRectF& rect, const Figures& figures, const ThemeTokens& tokens);

/// Draws values over time as a line from their least at the foot to their greatest at the top; equal ones in the
/// middle.
void drawTrend(QPainter* painter, const QRectF& rect, const std::vector<double>& values, const ThemeTokens& tokens);

} // namespace portolan
