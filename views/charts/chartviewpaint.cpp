#include "views/charts/chartview.h"
#include "views/style/elidedlabel.h"
#include "views/style/theme.h"

#include <QChart>
#include <QPainter>

namespace portolan {

namespace {

constexpr int labelHeight = 4 * gridUnit;
constexpr int markerHeight = 4 * gridUnit;
constexpr double markerReach = 6; ///< pixels
constexpr double dotRadius = 3.5;
constexpr double reachPixels = 24; ///< how far from the cursor a point is still read

} // namespace

void ChartView::drawBackground(QPainter* painter, const QRectF& rect) {
    QChartView::drawBackground(painter, rect);
    paintGrid(*painter);
}

void ChartView::drawForeground(QPainter* painter, const QRectF&) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF area = chart()->plotArea();
    const auto stripe = [&](double from, double to, QColor color) {
        color.setAlpha(40);
        painter->fillRect(QRectF(QPointF(from, area.top()), QPointF(to, area.bottom())).intersected(area), color);
    };
    if (m_chosen)
        stripe(placeOf(chartTime(m_chosen->begin)), placeOf(chartTime(m_chosen->end)), tokens.warning);
    if (m_pressed)
        stripe(std::min(*m_pressed, m_dragged), std::max(*m_pressed, m_dragged),
               m_choosing ? tokens.warning : tokens.accent);
    paintThresholds(*painter);
    paintMarkers(*painter);
    if (m_crosshair)
        paintCrosshair(*painter);
    painter->restore();
}

void ChartView::paintGrid(QPainter& painter) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF area = chart()->plotArea();
    painter.fillRect(QRectF(rect()), tokens.base);
    painter.setFont(smallFont(font()));
    const QFontMetrics metrics(painter.font());
    const Side& graded = m_sides[0].used ? m_sides[0] : m_sides[1];
    for (const ChartTick& tick : graded.scale.ticks) {
        painter.setPen(QPen(tokens.line, 1));
        const double y = heightOf(tick.at, graded);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
    for (int at = 0; at < 2; ++at) {
        const Side& side = m_sides[at];
        if (!side.used)
            continue;
        painter.setPen(tokens.muted);
        const double left = at == 0 ? 0 : area.right() + 2 * gridUnit;
        const double right = at == 0 ? area.left() - 2 * gridUnit : width();
        const int align =
            static_cast<int>(at == 0 ? Qt::AlignRight : Qt::AlignLeft) | static_cast<int>(Qt::AlignVCenter);
        for (const ChartTick& tick : side.scale.ticks) {
            const double y = heightOf(tick.at, side);
            painter.drawText(QRectF(left, y - labelHeight / 2.0, right - left, labelHeight), align, tick.label);
        }
        const QRectF above(at == 0 ? area.left() : area.right() - area.width() / 2, gridUnit, area.width() / 2,
                           metrics.height());
        painter.drawText(above, at == 0 ? Qt::AlignLeft : Qt::AlignRight, side.unit);
    }
    for (const ChartTick& tick : m_ticks) {
        const double x = placeOf(tick.at);
        painter.setPen(QPen(tick.strong ? tokens.muted : tokens.line, 1, tick.strong ? Qt::DotLine : Qt::SolidLine));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + gridUnit));
        const double half = metrics.horizontalAdvance(tick.label) / 2.0 + 1;
        const double middle = std::clamp(x, half, std::max(half, width() - half));
        painter.setPen(tick.strong ? tokens.text : tokens.muted);
        painter.drawText(QRectF(middle - half, area.bottom() + gridUnit, 2 * half, labelHeight), Qt::AlignCenter,
                         tick.label);
    }
    painter.restore();
}

/// Dashed, in the colour of their series, the value at their end.
void ChartView::paintThresholds(QPainter& painter) const {
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF area = chart()->plotArea();
    painter.setFont(smallFont(font()));
    const QFontMetrics metrics(painter.font());
    for (const ChartLine& line : m_lines) {
        if (line.points.empty())
            continue;
        const Side& side = sideOf(line);
        for (const double threshold : thresholdsOf(line)) {
            const double y = heightOf(threshold, side);
            painter.setPen(QPen(tokens.series[line.color % tokens.series.size()], 1, Qt::DashLine));
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
            const QString text = realText(threshold);
            const bool isAbove = y - metrics.height() > area.top();
            painter.setPen(tokens.text);
            painter.drawText(QPointF(area.right() - metrics.horizontalAdvance(text) - gridUnit,
                                     isAbove ? y - metrics.descent() : y + metrics.ascent()),
                             text);
        }
    }
}

void ChartView::paintMarkers(QPainter& painter) const {
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF area = chart()->plotArea();
    painter.setFont(smallFont(font()));
    for (const ChartMarker& marker : m_markers) {
        const double x = placeOf(marker.at);
        if (x < area.left() || x > area.right())
            continue;
        painter.setPen(QPen(marker.bad ? tokens.bad : tokens.muted, 1, Qt::DashLine));
        // Only what is bad crosses the lines: checkpoints come all the time.
        if (marker.bad)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        const QRectF foot(x - 2 * gridUnit, area.bottom() - markerHeight, 4 * gridUnit, markerHeight);
        painter.drawText(foot, Qt::AlignHCenter | Qt::AlignBottom, QString(marker.symbol));
    }
}

void ChartView::paintCrosshair(QPainter& painter) const {
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF area = chart()->plotArea();
    const double x = placeOf(*m_crosshair);
    if (x < area.left() || x > area.right())
        return;
    painter.setPen(QPen(tokens.muted, 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    paintReadings(painter, x);
}

/// The values under the cursor, in a small box on the side where there is room.
void ChartView::paintReadings(QPainter& painter, double x) const {
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF area = chart()->plotArea();
    const double reach = reachPixels / area.width() * (chartTime(m_span.end) - chartTime(m_span.begin));
    painter.setFont(smallFont(font()));
    const QFontMetrics metrics(painter.font());
    struct Reading {
        QColor color;
        QString text;
    };
    std::vector<Reading> readings{{tokens.muted, timeText(chartTime(*m_crosshair), m_display)}};
    for (const ChartLine& line : m_lines) {
        const auto point = nearestPoint(line, *m_crosshair, reach);
        if (!point)
            continue;
        const Side& side = sideOf(line);
        const QColor color = tokens.series[line.color % tokens.series.size()];
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QPointF(placeOf(point->x()), heightOf(point->y(), side)), dotRadius, dotRadius);
        const QString unit = line.unit.isEmpty() ? QString() : QStringLiteral(" ") + line.unit;
        const QString value = realText(point->y()) + unit + QStringLiteral("  ");
        const int room =
            std::max(static_cast<int>(area.width()) - metrics.horizontalAdvance(value) - 8 * gridUnit, 20 * gridUnit);
        readings.push_back(
            {color, value + elidedParent(metrics, line.title, line.leaf, std::min(60 * gridUnit, room), room)});
    }
    for (const ChartMarker& marker : m_markers) {
        if (std::abs(placeOf(marker.at) - x) <= markerReach)
            readings.push_back({marker.bad ? tokens.bad : tokens.muted,
                                QString(marker.symbol) + QStringLiteral("  ")
                                    + metrics.elidedText(marker.text, Qt::ElideRight, 80 * gridUnit)});
    }
    int widest = 0;
    for (const Reading& reading : readings)
        widest = std::max(widest, metrics.horizontalAdvance(reading.text));
    const double wide = widest + 6 * gridUnit;
    const double high = static_cast<double>(readings.size()) * metrics.height() + 2 * gridUnit;
    const double left = x + 2 * gridUnit + wide < area.right() ? x + 2 * gridUnit : x - 2 * gridUnit - wide;
    const QRectF box(std::max(0.0, left), area.top() + gridUnit, wide, high);
    painter.setPen(QPen(tokens.line, 1));
    painter.setBrush(tokens.window);
    painter.drawRoundedRect(box, gridUnit, gridUnit);
    double y = box.top() + gridUnit;
    for (const Reading& reading : readings) {
        if (&reading != &readings.front())
            painter.fillRect(QRectF(box.left() + 2 * gridUnit, y + metrics.height() / 2.0 - 2, 4, 4), reading.color);
        painter.setPen(&reading == &readings.front() ? tokens.muted : tokens.text);
        painter.drawText(QPointF(box.left() + 4 * gridUnit, y + metrics.ascent()), reading.text);
        y += metrics.height();
    }
}

} // namespace portolan
