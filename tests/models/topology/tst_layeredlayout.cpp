#include "models/topology/topology.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QtTest>

using namespace portolan;

namespace {

LayeredGraph randomGraph(quint32 seed, int nodes, int edges) {
    QRandomGenerator random(seed);
    LayeredGraph graph;
    for (int i = 0; i < nodes; ++i)
        graph.nodes.emplace_back(60 + random.bounded(80), 20 + random.bounded(40));
    for (int i = 0; i < edges && nodes > 0; ++i)
        graph.edges.emplace_back(random.bounded(nodes), random.bounded(nodes));
    return graph;
}

/// What is wrong with a layout, in words; empty: nothing.
QString wrongWith(const LayeredGraph& graph, const LayeredLayout& layout) {
    if (layout.nodes.size() != graph.nodes.size() || layout.edges.size() != graph.edges.size())
        return QStringLiteral("something is missing");
    const QRectF all = QRectF(QPointF(), layout.size).adjusted(-0.01, -0.01, 0.01, 0.01);
    for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
        if (layout.nodes[i].size() != graph.nodes[i] || !all.contains(layout.nodes[i]))
            return QStringLiteral("node %1 is not as large as it is, or outside").arg(i);
        for (std::size_t j = 0; j < i; ++j) {
            if (layout.nodes[i].intersects(layout.nodes[j]))
                return QStringLiteral("nodes %1 and %2 overlap").arg(i).arg(j);
        }
    }
    for (std::size_t e = 0; e < layout.edges.size(); ++e) {
        const auto& points = layout.edges[e];
        const auto [from, to] = graph.edges[e];
        if (from == to)
            continue;
        const QRectF& source = layout.nodes[static_cast<std::size_t>(from)];
        const QRectF& target = layout.nodes[static_cast<std::size_t>(to)];
        const bool back = layout.backward[e];
        if (points.size() < 2 || points.size() % 2 != 0
            || points.front() != QPointF(back ? source.left() : source.right(), source.center().y())
            || points.back() != QPointF(back ? target.right() : target.left(), target.center().y()))
            return QStringLiteral("edge %1 does not lead from its source to its target").arg(e);
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            const double step = back ? points[i].x() - points[i + 1].x() : points[i + 1].x() - points[i].x();
            if (step < 0)
                return QStringLiteral("edge %1 turns round").arg(e);
            if (i % 2 == 0)
                continue; // between two layers, where there are no nodes
            const QRectF level = QRectF(points[i], points[i + 1]).normalized();
            for (const QRectF& node : layout.nodes) {
                if (level.top() > node.top() && level.top() < node.bottom() && level.left() < node.right()
                    && level.right() > node.left())
                    return QStringLiteral("edge %1 runs through a node").arg(e);
            }
        }
    }
    return {};
}

/// A pipeline as there are: components in a row of stages, each fed through several ports by those before it.
std::vector<PortFlow> pipeline(int components, int ports, quint32 seed) {
    QRandomGenerator random(seed);
    std::vector<PortFlow> flows;
    const auto name = [](const char* word, int i) { return QByteArray(word) + QByteArray::number(i); };
    for (int i = 0; i < ports; ++i) {
        const int target = 1 + (i % (components - 1));
        const int source = std::max(0, target - 1 - random.bounded(4));
        PortFlow flow;
        flow.source = name("component-", source);
        flow.port = name("port-", i);
        flow.target = name("component-", target);
        flow.perMinute = random.bounded(1000);
        flow.deadLetters = random.bounded(3);
        flows.push_back(flow);
    }
    return flows;
}

} // namespace

class TestLayeredLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsNothing() {
        const LayeredLayout layout = layOut({});
        QVERIFY(layout.nodes.empty());
        QVERIFY(layout.size.isEmpty());
    }

    void aChainIsALine() {
        LayeredGraph graph;
        graph.nodes.assign(4, QSizeF(100, 30));
        graph.edges = {{2, 0}, {0, 3}, {3, 1}};
        const LayeredLayout layout = layOut(graph);
        QCOMPARE(wrongWith(graph, layout), QString());
        QCOMPARE(layout.size.height(), 30.0);
        QVERIFY(layout.nodes[2].right() < layout.nodes[0].left());
        QVERIFY(layout.nodes[0].right() < layout.nodes[3].left());
        QVERIFY(layout.nodes[3].right() < layout.nodes[1].left());
    }

    void aCycleIsOpened() {
        LayeredGraph graph;
        graph.nodes.assign(3, QSizeF(100, 30));
        graph.edges = {{0, 1}, {1, 2}, {2, 0}, {1, 1}};
        const LayeredLayout layout = layOut(graph);
        QCOMPARE(wrongWith(graph, layout), QString());
        QCOMPARE(layout.backward, (std::vector<bool>{false, false, true, true}));
    }

    void whatNeedNotCrossDoesNot() {
        // Two strands, whose nodes come mixed.
        LayeredGraph graph;
        graph.nodes.assign(8, QSizeF(100, 30));
        graph.edges = {{0, 5}, {1, 4}, {5, 2}, {4, 3}, {2, 7}, {3, 6}};
        const LayeredLayout layout = layOut(graph);
        QCOMPARE(wrongWith(graph, layout), QString());
        const auto y = [&](std::size_t node) { return layout.nodes[node].center().y(); };
        const bool above = y(0) < y(1);
        QCOMPARE(y(5) < y(4), above);
        QCOMPARE(y(2) < y(3), above);
        QCOMPARE(y(7) < y(6), above);
        QCOMPARE(y(0), y(7)); // and each is level
    }

    void randomGraphs() {
        for (quint32 seed = 1; seed <= 300; ++seed) {
            const LayeredGraph graph = randomGraph(seed, static_cast<int>(seed % 40), static_cast<int>(seed % 70));
            const LayeredLayout layout = layOut(graph);
            const QString wrong = wrongWith(graph, layout);
            QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("%1: %2").arg(seed).arg(wrong)));
            const LayeredLayout again = layOut(graph);
            QCOMPARE(again.nodes, layout.nodes);
        }
    }

    void aPipelineAtSize() {
        const std::vector<PortFlow> flows = pipeline(50, 200, 3);
        QElapsedTimer clock;
        clock.start();
        const Topology topology = topologyOf(flows);
        qInfo("50 components and 200 ports: laid out in %lld ms, %.0f x %.0f", clock.elapsed(),
              topology.layout.size.width(), topology.layout.size.height());
        QCOMPARE(topology.components(), 50);
        QCOMPARE(topology.ports(), 200);
        QCOMPARE(wrongWith(topology.graph, topology.layout), QString());
        QCOMPARE(topology.left, 0);
    }

    void aPortStandsOnceAndAddsUp() {
        std::vector<PortFlow> flows(2);
        flows[0] = {.source = "a", .port = "p", .target = "b", .perMinute = 2.0, .deadLetters = 3};
        flows[1] = {.source = "c", .port = "p", .target = "b", .perMinute = 5.0, .deadLetters = 1, .exact = false};
        const Topology topology = topologyOf(flows);
        QCOMPARE(topology.nodes.size(), std::size_t(4));
        QCOMPARE(topology.graph.edges.size(), std::size_t(3));
        const Topology::Node& port = topology.nodes[static_cast<std::size_t>(*topology.find(true, "p"))];
        QCOMPARE(port.perMinute, std::optional(7.0));
        QCOMPARE(port.deadLetters, 4);
        QVERIFY(!port.exact);
        QCOMPARE(rateText(port.perMinute), QStringLiteral("7.0/min"));
    }

    /// What is one way between a component and a port, and nothing of the port's other ways.
    void anEdgeHasItsOwnFigures() {
        std::vector<PortFlow> flows(3);
        flows[0] = {.source = "a", .port = "p", .target = "x", .perMinute = 2.0, .deadLetters = 3};
        flows[1] = {.source = "a", .port = "p", .target = "y", .perMinute = 5.0, .deadLetters = 1, .exact = false};
        flows[2] = {.source = "b", .port = "p", .target = "x"};
        const Topology topology = topologyOf(flows);
        QCOMPARE(topology.edges.size(), topology.graph.edges.size());
        const auto edge = [&](const char* from, const char* to, bool toPort) -> const Topology::Edge& {
            const std::pair wanted(*topology.find(!toPort, from), *topology.find(toPort, to));
            const auto found = std::ranges::find(topology.graph.edges, wanted);
            return topology.edges[static_cast<std::size_t>(found - topology.graph.edges.begin())];
        };
        QCOMPARE(edge("a", "p", true).perMinute, std::optional(7.0));
        QCOMPARE(edge("a", "p", true).deadLetters, 4);
        QVERIFY(!edge("a", "p", true).exact);
        QCOMPARE(edge("a", "p", true).targets, (std::vector<QByteArray>{"x", "y"}));
        QCOMPARE(edge("p", "x", false).perMinute, std::optional(2.0));
        QCOMPARE(edge("p", "x", false).deadLetters, 3);
        QVERIFY(edge("p", "x", false).exact);
        QCOMPARE(edge("p", "x", false).sources, (std::vector<QByteArray>{"a", "b"}));
        QCOMPARE(edge("p", "y", false).deadLetters, 1);
        QVERIFY(!edge("b", "p", true).perMinute);
        QCOMPARE(shortRateText(0.0), QString());
        QCOMPARE(shortRateText(1204.0), QStringLiteral("1\u2009204/min"));
        QCOMPARE(shortRateText(12'400.0), QStringLiteral("12k/min"));
        QCOMPARE(deadLetterText(7, false), QStringLiteral("≥ 7"));
    }

    /// Two ways to the same place, of which one is longer.
    void waysOfSeveralLengths() {
        const std::vector<std::array<const char*, 3>> ways{
            {"intake", "orders", "check"},     {"intake", "returns", "check"}, {"check", "checked", "price"},
            {"check", "suspicious", "review"}, {"price", "priced", "ledger"},  {"price", "invoices", "mailer"},
            {"review", "cleared", "price"},    {"ledger", "booked", "archive"}};
        std::vector<PortFlow> flows;
        for (const auto& [source, port, target] : ways) {
            PortFlow flow;
            flow.source = source;
            flow.port = port;
            flow.target = target;
            flows.push_back(flow);
        }
        std::ranges::sort(flows, {}, &PortFlow::source); // as a listing has them
        const Topology topology = topologyOf(flows);
        QCOMPARE(wrongWith(topology.graph, topology.layout), QString());
        QVERIFY(topology.layout.size.width() > 1000 && topology.layout.size.width() < 3000);
        QVERIFY(topology.layout.size.height() > 100 && topology.layout.size.height() < 300);
    }

    void tooManyAreCut() {
        const Topology topology = topologyOf(pipeline(40, 1200, 5));
        QCOMPARE(topology.ports(), 1000);
        QCOMPARE(topology.left, 200);
    }
};

QTEST_GUILESS_MAIN(TestLayeredLayout)
#include "tst_layeredlayout.moc"
