#include "views/style/sparkline.h"

#include "views/style/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace portolan {

namespace {

constexpr double sparkWidth = 1.5;
constexpr int fillAlpha = 46;

qint64 greatest(const Figures& figures) {
    qint64 most = 0;
    for (const auto& figure : figures)
        most = std::max(most, figure.value_or(0));
    return most;
}

} // namespace

void drawSparkline(QPainter* painter, const QRectF& rect, const Figures& figures, const ThemeTokens& tokens) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(tokens.line, 1.0));
    painter->drawLine(QLineF(rect.bottomLeft(), rect.bottomRight()));
    const qint64 most = greatest(figures);
    const double step = figures.size() > 1 ? rect.width() / static_cast<double>(figures.size() - 1) : 0.0;
    const auto place = [&](std::size_t at) {
        const double share = static_cast<double>(*figures[at]) / static_cast<double>(most);
        return QPointF(rect.left() + static_cast<double>(at) * step, rect.bottom() - share * rect.height());
    };
    QColor fill = tokens.accent;
    fill.setAlpha(fillAlpha);
    for (std::size_t first = 0; most > 0 && first < figures.size();) {
        if (!figures[first]) {
            ++first;
            continue;
        }
        QPainterPath line(place(first));
        std::size_t last = first;
        while (last + 1 < figures.size() && figures[last + 1])
            line.lineTo(place(++last));
        QPainterPath area = line;
        area.lineTo(place(last).x(), rect.bottom());
        area.lineTo(place(first).x(), rect.bottom());
        painter->fillPath(area, fill);
        painter->strokePath(line, QPen(tokens.accent, sparkWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        first = last + 1;
    }
    painter->restore();
}

void drawTrend(QPainter* painter, const QRectF& rect, const std::vector<double>& values, const ThemeTokens& tokens) {
    if (values.size() < 2)
        return;
    const auto [least, greatest] = std::ranges::minmax(values);
    // Halves: the difference of two great numbers may be none.
    const double length = greatest / 2 - least / 2;
    QPolygonF line;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double share = length > 0 ? (values[i] / 2 - least / 2) / length : 0.5;
        line << QPointF(rect.left() + rect.width() * static_cast<double>(i) / static_cast<double>(values.size() - 1),
                        rect.bottom() - share * rect.height());
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(tokens.accent, sparkWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(line);
    painter->restore();
}

} // namespace portolan
