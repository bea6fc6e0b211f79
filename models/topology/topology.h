#pragma once

#include "models/topology/layeredlayout.h"
#include "storage/base/cancel.h"
#include "storage/ports/portflows.h"

#include <QByteArray>
#include <QString>
#include <optional>
#include <vector>

namespace portolan {

class Store;

/// The components of a pipeline and the ports between them, laid out from left to right. A value.
struct Topology {
    struct Node {
        bool isPort = false;
        QByteArray name;
        QByteArray type;  ///< of a component: Source, Sink, Transformer, …; empty: not known
        QByteArray state; ///< of a component: "silent", or what it said last; empty: it never reported
        std::optional<double> perMinute = {}; ///< of a port
        qint64 deadLetters = 0;               ///< of a port
        bool exact = true;                    ///< false: at least so many
    };
    /// The way between a component and a port in one direction: a flow, or several that have this way in common.
    struct Edge {
        QByteArray port;
        std::vector<QByteArray> sources; ///< on the way to a port: one
        std::vector<QByteArray> targets; ///< on the way from a port: one
        std::optional<double> perMinute = {};
        qint64 deadLetters = 0;
        bool exact = true; ///< false: at least so many
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges; ///< as those of the graph
    LayeredGraph graph;      ///< its edges lead from a component to a port, or from a port to a component
    LayeredLayout layout;
    qsizetype left = 0; ///< flows that are not drawn: there are too many

    [[nodiscard]] int components() const;
    [[nodiscard]] int ports() const;
    /// Components that have not reported for too long, by name.
    [[nodiscard]] std::vector<QByteArray> silent() const;
    /// Of the component, or the port, with this name.
    [[nodiscard]] std::optional<int> find(bool isPort, const QByteArray& name) const;
};

inline constexpr std::size_t mostFlowsDrawn = 1000;
inline constexpr QSizeF componentSize{168, 44};
inline constexpr QSizeF portSize{136, 36};
inline constexpr double edgeRoom = 68; ///< between components and ports: "1 204/min" stands there

/// The picture of flows: a component stands once, a port once. Components that nothing flows through are not in it.
[[nodiscard]] Topology topologyOf(std::span<const PortFlow> flows);

/// The same with the types and states of components. Query thread. Errors: of the listings; Unsupported where there
/// are no port messages.
[[nodiscard]] Result<Topology> readTopology(Store& store, const CancelToken& token);

/// "3.2/min", "1 204/min"; "idle" where there were none in the last hour; empty where it is not known.
[[nodiscard]] QString rateText(std::optional<double> perMinute);
/// The same where there is little room: "12k/min"; empty for "idle", too.
[[nodiscard]] QString shortRateText(std::optional<double> perMinute);
/// "1 204", "≥ 1 204"
[[nodiscard]] QString deadLetterText(qint64 deadLetters, bool exact);

} // namespace portolan
