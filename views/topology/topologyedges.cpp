#include "views/topology/topologyedges.h"

#include <QFontMetricsF>
#include <QLineF>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace portolan {

namespace {

constexpr int curveSteps = 12;
constexpr double aroundLabel = 3;
/// The places on a curve where figures are tried, in this order.
constexpr std::array labelPlaces{0.5, 0.62, 0.38, 0.72, 0.28};

/// A cubic Bézier curve whose inner points lie level with its ends, in the middle between them.
QPointF onCurve(QPointF from, QPointF to, double t) {
    const double u = 1 - t;
    const double middle = (from.x() + to.x()) / 2;
    return {u * u * u * from.x() + 3 * u * t * middle + t * t * t * to.x(),
            from.y() + (to.y() - from.y()) * t * t * (3 - 2 * t)};
}

/// Between two places of an edge: a curve between two layers, or level over one.
struct EdgePiece {
    std::size_t edge;
    QPointF from;
    QPointF to;
    bool isCurve;
    std::vector<QPointF> line;
    QRectF bounds;
};

EdgePiece pieceOf(std::size_t edge, QPointF from, QPointF to, bool isCurve) {
    EdgePiece piece{edge, from, to, isCurve, {from}, QRectF(from, to).normalized().adjusted(-0.5, -0.5, 0.5, 0.5)};
    if (from.y() != to.y()) {
        for (int step = 1; step < curveSteps; ++step)
            piece.line.push_back(onCurve(from, to, static_cast<double>(step) / curveSteps));
    }
    piece.line.push_back(to);
    return piece;
}

/// Returns true when a line between two places meets a box: not all corners are on one side of it.
bool meets(const QRectF& box, QPointF a, QPointF b) {
    if (std::max(a.x(), b.x()) < box.left() || std::min(a.x(), b.x()) > box.right()
        || std::max(a.y(), b.y()) < box.top() || std::min(a.y(), b.y()) > box.bottom())
        return false;
    const auto side = [&](QPointF c) { return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x()); };
    const std::array sides{side(box.topLeft()), side(box.topRight()), side(box.bottomLeft()), side(box.bottomRight())};
    const auto [least, greatest] = std::ranges::minmax(sides);
    return least <= 0 && greatest >= 0;
}

double distanceTo(QPointF place, QPointF a, QPointF b) {
    const QPointF way = b - a;
    const double length = QPointF::dotProduct(way, way);
    const double t = length > 0 ? std::clamp(QPointF::dotProduct(place - a, way) / length, 0.0, 1.0) : 0;
    return QLineF(place, a + way * t).length();
}

class LabelPlacer {
public:
    LabelPlacer(const Topology& topology, const std::vector<EdgePiece>& pieces, const QFont& small)
        : m_topology(topology)
        , m_pieces(pieces)
        , m_metrics(small)
        , m_columns(columnAt(topology.layout.size.width()) + 2) {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            for (std::size_t at = columnAt(pieces[i].bounds.left()); at <= columnAt(pieces[i].bounds.right()); ++at)
                m_columns[at].push_back(i);
        }
    }

    std::vector<TopologyEdges::Label> place() {
        m_labels.resize(m_topology.edges.size());
        std::vector<std::size_t> order(m_topology.edges.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
        for (const std::size_t edge : order)
            placeOne(edge);
        return std::move(m_labels);
    }

private:
    [[nodiscard]] std::pair<bool, double> weight(std::size_t edge) const {
        const Topology::Edge& told = m_topology.edges[edge];
        return {told.deadLetters > 0, told.perMinute.value_or(0)};
    }

    void placeOne(std::size_t edge) {
        const Topology::Edge& told = m_topology.edges[edge];
        TopologyEdges::Label& label = m_labels[edge];
        label.rate = shortRateText(told.perMinute);
        if (told.deadLetters > 0)
            label.dead = deadLetterText(told.deadLetters, told.exact);
        const int lines = (label.rate.isEmpty() ? 0 : 1) + (label.dead.isEmpty() ? 0 : 1);
        if (lines == 0)
            return;
        const double dead = label.dead.isEmpty() ? 0 : m_metrics.horizontalAdvance(QStringLiteral("✖ ") + label.dead);
        const QSizeF size(std::max(m_metrics.horizontalAdvance(label.rate), dead) + 2 * aroundLabel,
                          std::ceil(m_metrics.height()) * lines);
        for (const EdgePiece& piece : m_pieces) {
            if (piece.edge != edge || !piece.isCurve)
                continue;
            for (const double t : labelPlaces) {
                QRectF box(QPointF(), size);
                box.moveCenter(onCurve(piece.from, piece.to, t));
                if (isOnNode(box))
                    continue;
                label.hasRoom = isFree(box, edge);
                if (label.hasRoom || label.box.isNull())
                    label.box = box;
                if (label.hasRoom)
                    return;
            }
        }
    }

    [[nodiscard]] bool isOnNode(const QRectF& box) const {
        const QRectF wider = box.adjusted(-1, -1, 1, 1);
        return std::ranges::any_of(m_topology.layout.nodes, [&](const QRectF& node) { return node.intersects(wider); });
    }

    [[nodiscard]] bool isFree(const QRectF& box, std::size_t edge) const {
        const auto isLabel = [&](const TopologyEdges::Label& label) {
            return label.hasRoom && label.box.intersects(box.adjusted(-2, -2, 2, 2));
        };
        const auto isCrossed = [&](std::size_t at) {
            const EdgePiece& piece = m_pieces[at];
            if (piece.edge == edge || !piece.bounds.intersects(box))
                return false;
            for (std::size_t i = 1; i < piece.line.size(); ++i) {
                if (meets(box, piece.line[i - 1], piece.line[i]))
                    return true;
            }
            return false;
        };
        if (std::ranges::any_of(m_labels, isLabel))
            return false;
        for (std::size_t at = columnAt(box.left()); at <= columnAt(box.right()); ++at) {
            if (std::ranges::any_of(m_columns[at], isCrossed))
                return false;
        }
        return true;
    }

    /// Pieces are looked for where they are: of hundreds of edges all would take too long.
    static std::size_t columnAt(double x) { return static_cast<std::size_t>(std::max(x, 0.0) / edgeRoom); }

    const Topology& m_topology;
    const std::vector<EdgePiece>& m_pieces;
    QFontMetricsF m_metrics;
    std::vector<std::vector<std::size_t>> m_columns; ///< the pieces in each
    std::vector<TopologyEdges::Label> m_labels;
};

} // namespace

std::optional<int> TopologyEdges::nearest(QPointF place, double reach) const {
    std::optional<int> found;
    for (std::size_t edge = 0; edge < lines.size(); ++edge) {
        const auto& line = lines[edge];
        for (std::size_t i = 1; i < line.size(); ++i) {
            const double away = distanceTo(place, line[i - 1], line[i]);
            if (away > reach || (found && away >= reach))
                continue;
            found = static_cast<int>(edge);
            reach = away;
        }
    }
    return found;
}

TopologyEdges edgesOf(const Topology& topology, const QFont& small) {
    TopologyEdges edges;
    std::vector<EdgePiece> pieces;
    for (std::size_t edge = 0; edge < topology.edges.size(); ++edge) {
        const auto& points = topology.layout.edges[edge];
        std::vector<QPointF>& line = edges.lines.emplace_back();
        edges.middles.push_back(points.size() < 2 ? QPointF() : onCurve(points[0], points[1], 0.5));
        for (std::size_t i = 1; i < points.size(); ++i) {
            EdgePiece piece = pieceOf(edge, points[i - 1], points[i], i % 2 == 1);
            line.insert(line.end(), piece.line.begin() + (line.empty() ? 0 : 1), piece.line.end());
            pieces.push_back(std::move(piece));
        }
    }
    edges.labels = LabelPlacer(topology, pieces, small).place();
    return edges;
}

} // namespace portolan
