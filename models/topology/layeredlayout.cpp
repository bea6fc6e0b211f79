#include "models/topology/layeredlayout.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>

namespace portolan {

namespace {

constexpr int sweeps = 16;
constexpr int levelings = 12;
constexpr double betweenNodes = 14;
constexpr double betweenLines = 10;   ///< where long edges pass
constexpr double stationWeight = 6.0; ///< long edges are drawn straight before anything else is

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// A node, or a station of a long edge on its way.
struct Stop {
    int node = -1; ///< a station: none
    double height = 0;
    int layer = 0;
    double y = 0; ///< of its middle
    std::vector<int> left;
    std::vector<int> right;
};

class Drawing {
public:
    explicit Drawing(const LayeredGraph& graph) : m_graph(graph) {}

    LayeredLayout draw() {
        openCycles();
        chooseLayers();
        makePlaces();
        order();
        level();
        return result();
    }

private:
    /// Depth first, without recursion: an edge back to a node that is being looked at closes a cycle.
    void openCycles() {
        enum class State : std::uint8_t { New, Open, Done };
        m_reversed.assign(m_graph.edges.size(), false);
        std::vector<std::vector<int>> leaving(m_graph.nodes.size());
        std::vector<int> arriving(m_graph.nodes.size(), 0);
        for (std::size_t edge = 0; edge < m_graph.edges.size(); ++edge) {
            leaving[at(m_graph.edges[edge].first)].push_back(static_cast<int>(edge));
            ++arriving[at(m_graph.edges[edge].second)];
        }
        std::vector<State> states(m_graph.nodes.size(), State::New);
        std::vector<std::pair<int, std::size_t>> open; // node, and its next edge
        const auto search = [&](int start) {
            if (states[at(start)] != State::New)
                return;
            states[at(start)] = State::Open;
            open.emplace_back(start, 0);
            while (!open.empty()) {
                auto& [node, next] = open.back();
                if (next == leaving[at(node)].size()) {
                    states[at(node)] = State::Done;
                    open.pop_back();
                    continue;
                }
                const int edge = leaving[at(node)][next++];
                const int to = m_graph.edges[at(edge)].second;
                if (states[at(to)] == State::Open) {
                    m_reversed[at(edge)] = true;
                } else if (states[at(to)] == State::New) {
                    states[at(to)] = State::Open;
                    open.emplace_back(to, 0);
                }
            }
        };
        for (std::size_t node = 0; node < arriving.size(); ++node) { // where a pipeline begins, first
            if (arriving[node] == 0)
                search(static_cast<int>(node));
        }
        for (std::size_t node = 0; node < arriving.size(); ++node)
            search(static_cast<int>(node));
    }

    [[nodiscard]] std::pair<int, int> directed(std::size_t edge) const {
        const auto [from, to] = m_graph.edges[edge];
        return m_reversed[edge] ? std::pair(to, from) : std::pair(from, to);
    }

    /// By the longest path to each node; then what feeds only nodes far to the right moves next to them.
    void chooseLayers() {
        m_layers.assign(m_graph.nodes.size(), 0);
        std::vector<std::vector<int>> leaving(m_graph.nodes.size());
        std::vector<int> waiting(m_graph.nodes.size(), 0);
        for (std::size_t edge = 0; edge < m_graph.edges.size(); ++edge) {
            const auto [from, to] = directed(edge);
            if (from == to)
                continue;
            leaving[at(from)].push_back(to);
            ++waiting[at(to)];
        }
        std::vector<bool> isFirst(m_graph.nodes.size(), false);
        std::vector<int> ready;
        for (std::size_t node = 0; node < waiting.size(); ++node) {
            if (waiting[node] == 0) {
                isFirst[node] = true;
                ready.push_back(static_cast<int>(node));
            }
        }
        for (std::size_t next = 0; next < ready.size(); ++next) {
            const int node = ready[next];
            for (const int to : leaving[at(node)]) {
                m_layers[at(to)] = std::max(m_layers[at(to)], m_layers[at(node)] + 1);
                if (--waiting[at(to)] == 0)
                    ready.push_back(to);
            }
        }
        for (std::size_t node = 0; node < leaving.size(); ++node) {
            if (!isFirst[node] || leaving[node].empty())
                continue;
            int nearest = std::numeric_limits<int>::max();
            for (const int to : leaving[node])
                nearest = std::min(nearest, m_layers[at(to)]);
            m_layers[node] = nearest - 1;
        }
    }

    void makePlaces() {
        int last = 0;
        for (std::size_t node = 0; node < m_graph.nodes.size(); ++node) {
            Stop place;
            place.node = static_cast<int>(node);
            place.height = m_graph.nodes[node].height();
            place.layer = m_layers[node];
            last = std::max(last, place.layer);
            m_places.push_back(std::move(place));
        }
        m_ways.resize(m_graph.edges.size());
        for (std::size_t edge = 0; edge < m_graph.edges.size(); ++edge) {
            const auto [from, to] = directed(edge);
            if (from == to)
                continue;
            auto& way = m_ways[edge];
            way.push_back(from);
            for (int layer = m_layers[at(from)] + 1; layer < m_layers[at(to)]; ++layer) {
                way.push_back(static_cast<int>(m_places.size()));
                Stop station;
                station.layer = layer;
                m_places.push_back(std::move(station));
            }
            way.push_back(to);
            for (std::size_t i = 1; i < way.size(); ++i) {
                m_places[at(way[i - 1])].right.push_back(way[i]);
                m_places[at(way[i])].left.push_back(way[i - 1]);
            }
        }
        m_order.resize(m_graph.nodes.empty() ? 0 : at(last) + 1);
        placeInTurn();
        m_rank.resize(m_places.size());
        setRanks();
    }

    /// Along the edges from the left, so that what belongs together begins together.
    void placeInTurn() {
        std::vector<bool> placed(m_places.size(), false);
        std::vector<int> open;
        const auto walk = [&](int start) {
            open.push_back(start);
            while (!open.empty()) {
                const int place = open.back();
                open.pop_back();
                if (placed[at(place)])
                    continue;
                placed[at(place)] = true;
                m_order[at(m_places[at(place)].layer)].push_back(place);
                const auto& next = m_places[at(place)].right;
                open.insert(open.end(), next.rbegin(), next.rend());
            }
        };
        for (std::size_t place = 0; place < m_places.size(); ++place) {
            if (m_places[place].left.empty())
                walk(static_cast<int>(place));
        }
    }

    void setRanks() {
        for (const auto& layer : m_order) {
            for (std::size_t i = 0; i < layer.size(); ++i)
                m_rank[at(layer[i])] = static_cast<int>(i);
        }
    }

    [[nodiscard]] qint64 crossingsAfter(std::size_t layer) const {
        std::vector<std::pair<int, int>> lines;
        for (const int place : m_order[layer]) {
            for (const int to : m_places[at(place)].right)
                lines.emplace_back(m_rank[at(place)], m_rank[at(to)]);
        }
        std::ranges::sort(lines);
        // Lines that begin above and end below: inversions, counted by a Fenwick tree.
        std::vector<int> tree(m_order[layer + 1].size() + 1, 0);
        qint64 crossing = 0;
        qint64 before = 0;
        for (const auto& [from, to] : lines) {
            qint64 notBelow = 0;
            for (int i = to + 1; i > 0; i -= i & -i)
                notBelow += tree[at(i)];
            crossing += before - notBelow;
            ++before;
            for (int i = to + 1; i < std::ssize(tree); i += i & -i)
                ++tree[at(i)];
        }
        return crossing;
    }

    [[nodiscard]] qint64 crossingsOfAll() const {
        qint64 all = 0;
        for (std::size_t layer = 0; layer + 1 < m_order.size(); ++layer)
            all += crossingsAfter(layer);
        return all;
    }

    [[nodiscard]] std::optional<double> median(const std::vector<int>& neighbours) const {
        if (neighbours.empty())
            return std::nullopt;
        std::vector<int> ranks;
        for (const int neighbour : neighbours)
            ranks.push_back(m_rank[at(neighbour)]);
        std::ranges::sort(ranks);
        const std::size_t middle = ranks.size() / 2;
        return ranks.size() % 2 == 1 ? ranks[middle] : (ranks[middle - 1] + ranks[middle]) / 2.0;
    }

    void sortLayer(std::size_t layer, std::vector<int> Stop::*neighbours) {
        std::vector<std::pair<double, int>> wanted;
        for (const int place : m_order[layer]) // one without neighbours stays where it is
            wanted.emplace_back(median(m_places[at(place)].*neighbours).value_or(m_rank[at(place)]), place);
        std::ranges::stable_sort(wanted, {}, &std::pair<double, int>::first);
        for (std::size_t i = 0; i < wanted.size(); ++i)
            m_order[layer][i] = wanted[i].second;
        setRanks();
    }

    /// Neighbours change places where fewer lines cross then.
    void exchange() {
        bool better = true;
        for (int round = 0; round < 4 && better; ++round) {
            better = false;
            for (auto& layer : m_order) {
                for (std::size_t i = 0; i + 1 < layer.size(); ++i) {
                    if (between(layer[i], layer[i + 1]) <= between(layer[i + 1], layer[i]))
                        continue;
                    std::swap(layer[i], layer[i + 1]);
                    std::swap(m_rank[at(layer[i])], m_rank[at(layer[i + 1])]);
                    better = true;
                }
            }
        }
    }

    /// Crossings of two neighbours' lines with one above the other.
    [[nodiscard]] int between(int above, int below) const {
        int crossing = 0;
        for (const auto neighbours : {&Stop::left, &Stop::right}) {
            for (const int a : m_places[at(above)].*neighbours) {
                for (const int b : m_places[at(below)].*neighbours)
                    crossing += m_rank[at(a)] > m_rank[at(b)] ? 1 : 0;
            }
        }
        return crossing;
    }

    void order() {
        auto best = m_order;
        qint64 fewest = crossingsOfAll();
        for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
            if (sweep % 2 == 0) {
                for (std::size_t layer = 1; layer < m_order.size(); ++layer)
                    sortLayer(layer, &Stop::left);
            } else {
                for (std::size_t layer = m_order.size() - 1; layer-- > 0;)
                    sortLayer(layer, &Stop::right);
            }
            exchange();
            const qint64 now = crossingsOfAll();
            if (now < fewest) {
                fewest = now;
                best = m_order;
            }
        }
        m_order = best;
        setRanks();
    }

    [[nodiscard]] double distance(int above, int below) const {
        const Stop& a = m_places[at(above)];
        const Stop& b = m_places[at(below)];
        const double gap = a.node < 0 || b.node < 0 ? betweenLines : betweenNodes;
        return (a.height + b.height) / 2 + gap;
    }

    /// Everything as near as it can be to where it would be, in order and with its distances: least squares by pooling
    /// those that meet (isotonic regression).
    void spread(const std::vector<int>& layer, const std::vector<double>& wanted) {
        struct Pool {
            double sum = 0;
            double weight = 0;
            std::size_t first = 0;
            [[nodiscard]] double mean() const { return sum / weight; }
        };
        std::vector<double> offsets(layer.size(), 0);
        for (std::size_t i = 1; i < layer.size(); ++i)
            offsets[i] = offsets[i - 1] + distance(layer[i - 1], layer[i]);
        std::vector<Pool> pools;
        for (std::size_t i = 0; i < layer.size(); ++i) {
            const double weight = m_places[at(layer[i])].node < 0 ? stationWeight : 1.0;
            pools.push_back({(wanted[i] - offsets[i]) * weight, weight, i});
            while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
                const Pool last = pools.back();
                pools.pop_back();
                pools.back().sum += last.sum;
                pools.back().weight += last.weight;
            }
        }
        for (std::size_t pool = 0; pool < pools.size(); ++pool) {
            const std::size_t end = pool + 1 < pools.size() ? pools[pool + 1].first : layer.size();
            for (std::size_t i = pools[pool].first; i < end; ++i)
                m_places[at(layer[i])].y = pools[pool].mean() + offsets[i];
        }
    }

    [[nodiscard]] double meanOf(const std::vector<int>& places, double otherwise) const {
        if (places.empty())
            return otherwise;
        double sum = 0;
        for (const int place : places)
            sum += m_places[at(place)].y;
        return sum / static_cast<double>(places.size());
    }

    void level() {
        for (const auto& layer : m_order)
            spread(layer, std::vector<double>(layer.size(), 0));
        const auto pull = [&](const std::vector<int>& layer, auto wantedOf) {
            std::vector<double> wanted;
            for (const int place : layer)
                wanted.push_back(wantedOf(m_places[at(place)]));
            spread(layer, wanted);
        };
        for (int round = 0; round < levelings; ++round) {
            for (const auto& layer : m_order)
                pull(layer, [&](const Stop& place) { return meanOf(place.left, meanOf(place.right, place.y)); });
            for (auto layer = m_order.rbegin(); layer != m_order.rend(); ++layer)
                pull(*layer, [&](const Stop& place) { return meanOf(place.right, meanOf(place.left, place.y)); });
        }
        for (const auto& layer : m_order) { // at last between both
            pull(layer, [&](const Stop& place) {
                const double left = meanOf(place.left, place.y);
                return (left + meanOf(place.right, left)) / 2;
            });
        }
    }

    [[nodiscard]] LayeredLayout result() {
        LayeredLayout layout;
        layout.backward = m_reversed;
        double top = std::numeric_limits<double>::max();
        double bottom = std::numeric_limits<double>::lowest();
        for (const Stop& place : m_places) {
            top = std::min(top, place.y - place.height / 2);
            bottom = std::max(bottom, place.y + place.height / 2);
        }
        std::vector<double> begins(m_order.size(), 0);
        std::vector<double> widths(m_order.size(), 0);
        double x = 0;
        for (std::size_t layer = 0; layer < m_order.size(); ++layer) {
            for (const int place : m_order[layer]) {
                if (m_places[at(place)].node >= 0)
                    widths[layer] = std::max(widths[layer], m_graph.nodes[at(place)].width());
            }
            begins[layer] = x;
            x += widths[layer] + m_graph.betweenLayers;
        }
        layout.size = m_places.empty() ? QSizeF() : QSizeF(x - m_graph.betweenLayers, bottom - top);
        for (std::size_t node = 0; node < m_graph.nodes.size(); ++node) {
            const Stop& place = m_places[node];
            const QSizeF size = m_graph.nodes[node];
            const double left = begins[at(place.layer)] + (widths[at(place.layer)] - size.width()) / 2;
            layout.nodes.emplace_back(QPointF(left, place.y - top - size.height() / 2), size);
        }
        layout.edges.resize(m_graph.edges.size());
        for (std::size_t edge = 0; edge < m_graph.edges.size(); ++edge) {
            auto& points = layout.edges[edge];
            for (const int stop : m_ways[edge]) {
                const Stop& place = m_places[at(stop)];
                const double y = place.y - top;
                if (place.node < 0) { // level over the whole layer, so that it meets no node of it
                    points.emplace_back(begins[at(place.layer)], y);
                    points.emplace_back(begins[at(place.layer)] + widths[at(place.layer)], y);
                } else {
                    const QRectF& box = layout.nodes[at(place.node)];
                    points.emplace_back(points.empty() ? box.right() : box.left(), y);
                }
            }
            if (m_reversed[edge])
                std::ranges::reverse(points);
        }
        return layout;
    }

    const LayeredGraph& m_graph;
    std::vector<bool> m_reversed;
    std::vector<int> m_layers;
    std::vector<Stop> m_places; ///< the nodes first
    std::vector<std::vector<int>> m_ways;
    std::vector<std::vector<int>> m_order; ///< of each layer, from the top
    std::vector<int> m_rank;               ///< of each place in its layer
};

} // namespace

LayeredLayout layOut(const LayeredGraph& graph) {
    return Drawing(graph).draw();
}

} // namespace portolan
