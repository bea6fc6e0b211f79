#include "views/topology/topologypaint.h"

#include "models/list/format.h"
#include "views/style/badge.h"
#include "views/style/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

constexpr double nameHeight = 13; ///< pixels of the faces at a scale of 1
constexpr double smallHeight = 11;
constexpr double readableHeight = 9; ///< pixels on the screen
constexpr double corner = 6;
constexpr double strip = 5;
constexpr double inset = 10;
constexpr double arrow = 6;
constexpr double detailScale = 0.55; ///< below it small print cannot be read
constexpr double nameScale = 0.3;
constexpr double cross = 3.5;      ///< half of it, in pixels on the screen
constexpr double largestCross = 9; ///< in the picture

/// An edge belongs to itself and to the nodes at its ends.
bool isPartOf(const Topology& topology, std::size_t edge, std::optional<TopologyPlace> place) {
    if (!place || place->isEdge)
        return place && place->at == static_cast<int>(edge);
    const auto [from, to] = topology.graph.edges[edge];
    return from == place->at || to == place->at;
}

/// Wider, the more goes through: a step for each power of ten.
double lineWidth(std::optional<double> perMinute) {
    return perMinute && *perMinute > 0 ? 1.2 + 0.7 * std::clamp(std::log10(*perMinute + 1), 0.0, 4.0) : 1.0;
}

} // namespace

TopologyPaint::TopologyPaint(const Topology& topology, const TopologyEdges& edges, const QFont& font,
                             const QPalette& palette)
    : m_topology(topology)
    , m_edges(edges)
    , m_font(font)
    , m_small(smallFace(font))
    , m_palette(palette) {
    m_font.setPixelSize(static_cast<int>(nameHeight));
}

QFont TopologyPaint::smallFace(const QFont& font) {
    QFont face(font);
    face.setPixelSize(static_cast<int>(smallHeight));
    return face;
}

bool TopologyPaint::hasFigures(double scale) {
    return scale >= detailScale;
}

void TopologyPaint::draw(QPainter* painter, const QRectF& visible, double scale, std::optional<TopologyPlace> around,
                         std::optional<TopologyPlace> chosen) const {
    const ThemeTokens& t = tokensOf(m_palette);
    for (const bool standsOut : {false, true}) { // over the others
        for (std::size_t edge = 0; edge < m_topology.graph.edges.size(); ++edge) {
            if (isPartOf(m_topology, edge, around) == standsOut)
                drawEdge(painter, edge, standsOut, !standsOut && (around.has_value() || scale < nameScale),
                         chosen == TopologyPlace{true, static_cast<int>(edge)});
        }
    }
    drawFigures(painter, visible, scale, around);
    for (std::size_t i = 0; i < m_topology.nodes.size(); ++i) {
        const QRectF& box = m_topology.layout.nodes[i];
        if (!box.intersects(visible))
            continue;
        const Topology::Node& node = m_topology.nodes[i];
        const bool withDetails = scale >= detailScale && (node.isPort || !node.type.isEmpty() || !node.state.isEmpty());
        if (scale < nameScale)
            drawSpot(painter, box, node);
        else if (node.isPort)
            drawPort(painter, box, node, withDetails);
        else
            drawComponent(painter, box, node, withDetails);
        if (scale >= nameScale)
            drawName(painter, box, node.name, !withDetails, scale);
        if (chosen == TopologyPlace{false, static_cast<int>(i)}) {
            painter->setPen(QPen(t.accent, 2));
            painter->setBrush(Qt::NoBrush);
            const double radius = node.isPort ? box.height() / 2 + 2 : corner + 2;
            painter->drawRoundedRect(box.adjusted(-2, -2, 2, 2), radius, radius);
        }
    }
}

void TopologyPaint::drawEdge(QPainter* painter, std::size_t edge, bool standsOut, bool isDimmed, bool isChosen) const {
    const auto& points = m_edges.lines[edge];
    if (points.size() < 2)
        return;
    const ThemeTokens& t = tokensOf(m_palette);
    const auto& target = m_topology.nodes[static_cast<std::size_t>(m_topology.graph.edges[edge].second)];
    const Topology::Edge& told = m_topology.edges[edge];
    const bool isIdle = told.perMinute && *told.perMinute <= 0;
    QColor color = standsOut ? t.accent : isIdle ? t.line : t.muted;
    if (isDimmed)
        color.setAlphaF(0.45F);
    QPen pen(color, lineWidth(told.perMinute) + (isChosen ? 1.5 : 0), Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    if (m_topology.layout.backward[edge])
        pen.setDashPattern({4, 3});
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    painter->drawPolyline(points.data(), static_cast<int>(points.size()));
    if (!target.isPort) { // where it arrives
        const double side = m_topology.layout.backward[edge] ? 1 : -1;
        const QPointF tip = points.back();
        painter->setPen(Qt::NoPen);
        painter->setBrush(color);
        painter->drawPolygon(
            QPolygonF({tip, tip + QPointF(side * arrow, -arrow * 0.6), tip + QPointF(side * arrow, arrow * 0.6)}));
    }
}

/// Draws figures where there is room, and those of an edge that stands out in the place of what is in their way.
void TopologyPaint::drawFigures(QPainter* painter, const QRectF& visible, double scale,
                                std::optional<TopologyPlace> around) const {
    const bool isWritten = hasFigures(scale);
    const bool isOne = around && around->isEdge;
    const QRectF inFront = isOne ? m_edges.labels[static_cast<std::size_t>(around->at)].box : QRectF();
    for (std::size_t edge = 0; edge < m_edges.labels.size(); ++edge) {
        const TopologyEdges::Label& label = m_edges.labels[edge];
        const bool isThisOne = isOne && around->at == static_cast<int>(edge);
        const bool isCovered = !isThisOne && label.box.intersects(inFront);
        if (isWritten && !label.box.isNull() && (label.hasRoom || isThisOne) && !isCovered) {
            if (label.box.intersects(visible))
                drawLabel(painter, label, isPartOf(m_topology, edge, around));
        } else if (!label.dead.isEmpty() && !inFront.contains(m_edges.middles[edge])) {
            drawCross(painter, m_edges.middles[edge], scale);
        }
    }
}

void TopologyPaint::drawLabel(QPainter* painter, const TopologyEdges::Label& label, bool standsOut) const {
    const ThemeTokens& t = tokensOf(m_palette);
    painter->fillRect(label.box, t.base);
    painter->setFont(m_small);
    QRectF line = label.box;
    if (!label.rate.isEmpty() && !label.dead.isEmpty())
        line.setHeight(line.height() / 2);
    const auto write = [&](const QString& text, const QColor& color) {
        painter->setPen(color);
        painter->drawText(line, Qt::AlignCenter, text);
        line.translate(0, line.height());
    };
    if (!label.rate.isEmpty())
        write(label.rate, standsOut ? t.accentText : t.muted);
    if (!label.dead.isEmpty())
        write(QStringLiteral("✖ ") + label.dead, t.bad);
}

/// That letters die here, where it cannot be written how many. It is of one size on the screen.
void TopologyPaint::drawCross(QPainter* painter, QPointF middle, double scale) const {
    const ThemeTokens& t = tokensOf(m_palette);
    const double half = std::min(cross / scale, largestCross);
    painter->setPen(Qt::NoPen);
    painter->setBrush(t.base);
    painter->drawEllipse(middle, half * 1.4, half * 1.4);
    painter->setPen(QPen(t.bad, half * 0.5, Qt::SolidLine, Qt::RoundCap));
    painter->drawLine(middle - QPointF(half, half) * 0.8, middle + QPointF(half, half) * 0.8);
    painter->drawLine(middle - QPointF(half, -half) * 0.8, middle + QPointF(half, -half) * 0.8);
}

void TopologyPaint::drawComponent(QPainter* painter, const QRectF& box, const Topology::Node& node,
                                  bool withDetails) const {
    const ThemeTokens& t = tokensOf(m_palette);
    const QString status = node.state.isEmpty() ? QString() : statusText(node.state);
    const StateTone tone = node.state.isEmpty() ? StateTone::Neutral : statusTone(node.state);
    const bool isBad = tone == StateTone::Bad;
    QPainterPath frame;
    frame.addRoundedRect(box, corner, corner);
    painter->fillPath(frame, t.window);
    painter->save();
    painter->setClipPath(frame, Qt::IntersectClip);
    painter->fillRect(QRectF(box.topLeft(), QSizeF(strip, box.height())), toneColor(tone, m_palette));
    painter->restore();
    painter->setPen(QPen(isBad ? t.bad : t.line, isBad ? 1.5 : 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(frame);
    if (!withDetails)
        return;
    painter->setFont(m_small);
    const QRectF line = box.adjusted(inset, box.height() / 2, -inset, -4);
    const QFontMetricsF metrics(m_small);
    const QString type = visibleText(node.type, 40);
    const double statusWidth = status.isEmpty() ? 0 : metrics.horizontalAdvance(status) + 2;
    painter->setPen(tone == StateTone::Neutral ? t.muted : toneColor(tone, m_palette));
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignRight, status);
    painter->setPen(t.muted);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                      metrics.elidedText(type, Qt::ElideRight, line.width() - statusWidth - 6));
}

void TopologyPaint::drawPort(QPainter* painter, const QRectF& box, const Topology::Node& node, bool withDetails) const {
    const ThemeTokens& t = tokensOf(m_palette);
    const bool isDying = node.deadLetters > 0;
    painter->setPen(QPen(isDying ? t.bad : t.line, 1));
    painter->setBrush(t.base);
    painter->drawRoundedRect(box, box.height() / 2, box.height() / 2);
    if (!withDetails)
        return;
    painter->setFont(m_small);
    const QFontMetricsF metrics(m_small);
    const QString rate = rateText(node.perMinute);
    const QString dead =
        isDying ? (node.exact ? QStringLiteral("✖ ") : QStringLiteral("✖ ≥ ")) + groupedNumber(node.deadLetters)
                : QString();
    const double gap = rate.isEmpty() || dead.isEmpty() ? 0 : 8;
    const double width = metrics.horizontalAdvance(rate) + gap + metrics.horizontalAdvance(dead);
    const QRectF line = box.adjusted(0, box.height() / 2 - 1, 0, -3);
    double x = box.center().x() - width / 2;
    const auto write = [&](const QString& text, const QColor& color) {
        painter->setPen(color);
        painter->drawText(QRectF(QPointF(x, line.top()), QSizeF(width + 2, line.height())), Qt::AlignVCenter, text);
        x += metrics.horizontalAdvance(text) + gap;
    };
    write(rate, t.muted);
    write(dead, t.bad);
}

/// Too small for a name: what it is and whether it is well, by its ground.
void TopologyPaint::drawSpot(QPainter* painter, const QRectF& box, const Topology::Node& node) const {
    const ThemeTokens& t = tokensOf(m_palette);
    const StateTone tone = node.deadLetters > 0   ? StateTone::Bad
                           : node.state.isEmpty() ? StateTone::Neutral
                                                  : statusTone(node.state);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tone == StateTone::Neutral && node.isPort ? t.line : toneColor(tone, m_palette));
    const double radius = node.isPort ? box.height() / 2 : corner;
    painter->drawRoundedRect(box, radius, radius);
}

void TopologyPaint::drawName(QPainter* painter, const QRectF& box, const QByteArray& name, bool isAlone,
                             double scale) const {
    QFont face = m_font;
    if (isAlone) // a small picture has room for a name that can be read
        face.setPixelSize(static_cast<int>(std::clamp(readableHeight / scale, nameHeight, 0.6 * box.height())));
    painter->setFont(face);
    painter->setPen(tokensOf(m_palette).text);
    const QRectF line = isAlone
                            ? box.adjusted(inset, 0, -inset, 0)
                            : QRectF(box.left() + inset, box.top() + 3, box.width() - 2 * inset, box.height() / 2 - 2);
    const QString text = QFontMetricsF(face).elidedText(visibleText(name, 120), Qt::ElideMiddle, line.width());
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignHCenter, text);
}

} // namespace portolan
