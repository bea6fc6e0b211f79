#include "models/topology/topology.h"

#include "models/list/format.h"
#include "storage/store.h"
#include "storage/versions/componenthealth.h"
#include "storage/versions/pipelinerows.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int componentsAsked = 2000;

QByteArray textOf(const PipelineRow& row, const char* column) {
    const Value value = pipelineCell(PipelineTable::ComponentNames, row, column);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

class TopologyMaker {
public:
    void add(const PortFlow& flow) {
        const int port = nodeOf(true, flow.port);
        Topology::Node& node = m_topology.nodes[static_cast<std::size_t>(port)];
        addFigures(node, flow);
        connect(nodeOf(false, flow.source), port, flow);
        connect(port, nodeOf(false, flow.target), flow);
    }

    Topology take() { return std::move(m_topology); }

private:
    int nodeOf(bool isPort, const QByteArray& name) {
        auto& known = isPort ? m_ports : m_components;
        const auto found = known.constFind(name);
        if (found != known.constEnd())
            return *found;
        const auto made = static_cast<int>(m_topology.nodes.size());
        known.insert(name, made);
        Topology::Node node;
        node.isPort = isPort;
        node.name = name;
        m_topology.nodes.push_back(std::move(node));
        m_topology.graph.nodes.push_back(isPort ? portSize : componentSize);
        return made;
    }
    void connect(int from, int to, const PortFlow& flow) {
        const auto [known, isNew] = m_edges.emplace(std::pair(from, to), m_topology.edges.size());
        if (isNew) {
            m_topology.graph.edges.emplace_back(from, to);
            m_topology.edges.emplace_back().port = flow.port;
        }
        Topology::Edge& edge = m_topology.edges[known->second];
        addName(edge.sources, flow.source);
        addName(edge.targets, flow.target);
        addFigures(edge, flow);
    }
    static void addName(std::vector<QByteArray>& names, const QByteArray& name) {
        if (std::ranges::find(names, name) == names.end())
            names.push_back(name);
    }
    template <class Part>
    static void addFigures(Part& part, const PortFlow& flow) {
        if (flow.perMinute)
            part.perMinute = part.perMinute.value_or(0) + *flow.perMinute;
        part.deadLetters += flow.deadLetters;
        part.exact = part.exact && flow.exact;
    }

    Topology m_topology;
    QHash<QByteArray, int> m_components;
    QHash<QByteArray, int> m_ports;
    std::map<std::pair<int, int>, std::size_t> m_edges;
};

QString wordsOf(const char* source) {
    return QCoreApplication::translate("Topology", source);
}

} // namespace

int Topology::components() const {
    return static_cast<int>(std::ranges::count(nodes, false, &Node::isPort));
}

int Topology::ports() const {
    return static_cast<int>(std::ranges::count(nodes, true, &Node::isPort));
}

std::vector<QByteArray> Topology::silent() const {
    std::vector<QByteArray> names;
    for (const Node& node : nodes) {
        if (!node.isPort && node.state == "silent")
            names.push_back(node.name);
    }
    std::ranges::sort(names);
    return names;
}

std::optional<int> Topology::find(bool isPort, const QByteArray& name) const {
    const auto found =
        std::ranges::find_if(nodes, [&](const Node& node) { return node.isPort == isPort && node.name == name; });
    return found == nodes.end() ? std::nullopt : std::optional(static_cast<int>(found - nodes.begin()));
}

Topology topologyOf(std::span<const PortFlow> flows) {
    TopologyMaker maker;
    const std::size_t drawn = std::min(flows.size(), mostFlowsDrawn);
    for (const PortFlow& flow : flows.first(drawn))
        maker.add(flow);
    Topology topology = maker.take();
    topology.left = static_cast<qsizetype>(flows.size() - drawn);
    topology.graph.betweenLayers = edgeRoom;
    topology.layout = layOut(topology.graph);
    return topology;
}

Result<Topology> readTopology(Store& store, const CancelToken& token) {
    RowSource<PortFlow>* const flows = store.portFlows();
    const auto missing = store.unavailableReason(Feature::Ports);
    if (!flows || missing)
        return Error{ErrorCode::Unsupported, missing.value_or(QString())};
    ListQuery all;
    all.limit = std::numeric_limits<int>::max();
    const auto read = flows->page(all, token);
    PORTOLAN_TRY(read);
    Topology topology = topologyOf(read->rows);
    const auto component = [&](const QByteArray& name) -> Topology::Node* {
        const auto at = topology.find(false, name);
        return at ? &topology.nodes[static_cast<std::size_t>(*at)] : nullptr;
    };
    ListQuery some;
    some.limit = componentsAsked;
    // A store may lack either table; what they say is left out then.
    if (RowSource<PipelineRow>* const names = store.pipelineRows(PipelineTable::ComponentNames);
        names && !store.unavailableReason(Feature::Components)) {
        const auto page = names->page(some, token);
        PORTOLAN_TRY(page);
        for (const PipelineRow& row : page->rows) {
            if (auto* const node = component(textOf(row, "component_name")))
                node->type = textOf(row, "component_type");
        }
    }
    if (RowSource<ComponentHealth>* const health = store.componentHealth()) {
        const auto page = health->page(some, token);
        if (!page && page.error().code != ErrorCode::Unsupported)
            return page.error();
        if (page) {
            for (const ComponentHealth& row : page->rows) {
                if (auto* const node = component(row.name))
                    node->state = row.silent ? QByteArray("silent") : row.status;
            }
        }
    }
    return topology;
}

QString rateText(std::optional<double> perMinute) {
    if (!perMinute)
        return {};
    if (*perMinute <= 0)
        return wordsOf(QT_TRANSLATE_NOOP("Topology", "idle"));
    const QString rate =
        *perMinute < 10 ? measuredFigure(*perMinute, 1) : groupedNumber(static_cast<qint64>(std::llround(*perMinute)));
    return wordsOf(QT_TRANSLATE_NOOP("Topology", "%1/min")).arg(rate);
}

QString shortRateText(std::optional<double> perMinute) {
    constexpr double thousand = 1000;
    if (!perMinute || *perMinute <= 0)
        return {};
    if (*perMinute < 10 * thousand)
        return rateText(perMinute);
    return wordsOf(QT_TRANSLATE_NOOP("Topology", "%1k/min"))
        .arg(groupedNumber(static_cast<qint64>(std::llround(*perMinute / thousand))));
}

QString deadLetterText(qint64 deadLetters, bool exact) {
    return (exact ? QString() : QStringLiteral("≥ ")) + groupedNumber(deadLetters);
}

} // namespace portolan
