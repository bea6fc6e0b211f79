#pragma once

#include "models/topology/topology.h"
#include "views/topology/topologyedges.h"

#include <QFont>
#include <QPalette>
#include <QRectF>
#include <optional>

class QPainter;

namespace portolan {

/// Draws a topology in its own coordinates. Cost: what is visible.
class TopologyPaint {
public:
    /// Topology and edges are borrowed.
    TopologyPaint(const Topology& topology, const TopologyEdges& edges, const QFont& font, const QPalette& palette);

    /// `scale`: how large it is drawn; small pictures leave small print out. An edge that is `around`, or those of a
    /// node that is, stand out; `chosen` has a frame, or is a thicker line.
    void draw(QPainter* painter, const QRectF& visible, double scale, std::optional<TopologyPlace> around,
              std::optional<TopologyPlace> chosen) const;

    /// In which figures are written.
    [[nodiscard]] static QFont smallFace(const QFont& font);
    /// Returns true when figures are written at this scale.
    [[nodiscard]] static bool hasFigures(double scale);

private:
    void drawEdge(QPainter* painter, std::size_t edge, bool standsOut, bool isDimmed, bool isChosen) const;
    void drawFigures(QPainter* painter, const QRectF& visible, double scale, std::optional<TopologyPlace> around) const;
    void drawLabel(QPainter* painter, const TopologyEdges::Label& label, bool standsOut) const;
    void drawCross(QPainter* painter, QPointF middle, double scale) const;
    void drawComponent(QPainter* painter, const QRectF& box, const Topology::Node& node, bool withDetails) const;
    void drawPort(QPainter* painter, const QRectF& box, const Topology::Node& node, bool withDetails) const;
    void drawSpot(QPainter* painter, const QRectF& box, const Topology::Node& node) const;
    void drawName(QPainter* painter, const QRectF& box, const QByteArray& name, bool isAlone, double scale) const;

    const Topology& m_topology;
    const TopologyEdges& m_edges;
    QFont m_font;
    QFont m_small;
    QPalette m_palette;
};

} // namespace portolan
