#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <utility>
#include <vector>

namespace portolan {

/// A directed graph to be drawn from left to right.
struct LayeredGraph {
    std::vector<QSizeF> nodes;              ///< how large each is drawn
    std::vector<std::pair<int, int>> edges; ///< from and to, as indexes of nodes
    double betweenLayers = 40;              ///< room for curves, and for what stands on them
};

/// The places of nodes and edges of a graph in its drawing. No two nodes overlap, and no edge runs through a node.
struct LayeredLayout {
    std::vector<QRectF> nodes;
    /// Of each edge the places that it goes through, from its node's side to the other's; between two of them it may be
    /// drawn as a curve that leaves and arrives level.
    std::vector<std::vector<QPointF>> edges;
    std::vector<bool> backward; ///< edges that go from right to left, because they close a cycle
    QSizeF size;                ///< of all, which begins at (0, 0)
};

/// Sugiyama's way (K. Sugiyama, S. Tagawa, M. Toda: Methods for visual understanding of hierarchical system structures,
/// 1981): cycles opened by depth-first search, layers by longest paths, long edges by way stations, fewer crossings by
/// medians, and level lines by least squares. The same graph gives the same picture. Milliseconds for some hundred
/// nodes; any thread.
[[nodiscard]] LayeredLayout layOut(const LayeredGraph& graph);

} // namespace portolan
