#pragma once

#include "models/topology/topology.h"

#include <QFont>
#include <QPointF>
#include <QRectF>
#include <vector>

namespace portolan {

/// A node or an edge of a topology, as it may be chosen.
struct TopologyPlace {
    bool isEdge = false;
    int at = 0;
    friend bool operator==(const TopologyPlace&, const TopologyPlace&) = default;
};

/// The lines of a topology's edges, and the places of their figures, in its own coordinates. A value.
struct TopologyEdges {
    struct Label {
        QRectF box;           ///< on its edge, and on no node; null: nothing to be said, or nowhere
        bool hasRoom = false; ///< false: it would stand on another edge or label, so only while its edge stands out
        QString rate;
        QString dead; ///< without the shape
    };
    std::vector<std::vector<QPointF>> lines; ///< of each edge, as it is drawn
    std::vector<QPointF> middles;            ///< of each a place on it, on no node
    std::vector<Label> labels;

    /// The edge nearest to a place, no farther away than `reach`.
    [[nodiscard]] std::optional<int> nearest(QPointF place, double reach) const;
};

/// `small`: the face of figures. Those with dead letters are placed first, then the busiest. Some milliseconds for
/// hundreds of edges.
[[nodiscard]] TopologyEdges edgesOf(const Topology& topology, const QFont& small);

} // namespace portolan
