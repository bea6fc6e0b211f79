#pragma once

#include "models/topology.h"

#include <QFont>
#include <QPalette>
#include <QRectF>
#include <optional>

class QPainter;

namespace portolan {

/// Draws a topology in its own coordinates. Cost: what is visible.
class TopologyPaint {
public:
    /// The topology is borrowed.
    TopologyPaint(const Topology& topology, const QFont& font, const QPalette& palette);

    /// `scale`: how large it is drawn; small pictures leave small print out. The edges of `around` stand out; `chosen`
    /// has a frame.
    void draw(QPainter* painter, const QRectF& visible, double scale, std::optional<int> around,
              std::optional<int> chosen) const;

private:
    void drawEdge(QPainter* painter, std::size_t edge, bool standsOut, bool isDimmed) const;
    void drawComponent(QPainter* painter, const QRectF& box, const Topology::Node& node, bool withDetails) const;
    void drawPort(QPainter* painter, const QRectF& box, const Topology::Node& node, bool withDetails) const;
    void drawSpot(QPainter* painter, const QRectF& box, const Topology::Node& node) const;
    void drawName(QPainter* painter, const QRectF& box, const QByteArray& name, bool isAlone, double scale) const;

    const Topology& m_topology;
    QFont m_font;
    QFont m_small;
    QPalette m_palette;
};

} // namespace portolan
