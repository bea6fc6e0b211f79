#include "views/topology/topologypanel.h"

#include "storage/checks/checks.h"

#include <QVBoxLayout>
#include <array>

namespace portolan {

namespace {

QString filterFor(QByteArrayView column, const QByteArray& value) {
    return QString::fromUtf8(filterOf(column, std::array{value}));
}

} // namespace

TopologyPanel::TopologyPanel(QWidget* parent) : QWidget(parent), m_view(new TopologyView(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
    connect(m_view, &TopologyView::componentChosen, this, &TopologyPanel::componentChosen);
    connect(m_view, &TopologyView::componentOpened, this, [this](const QByteArray& name) {
        Q_EMIT paneWanted(QStringLiteral("components"), filterFor("component_name", name));
    });
    connect(m_view, &TopologyView::portOpened, this, [this](const QByteArray& name, bool deadLetters) {
        Q_EMIT paneWanted(deadLetters ? QStringLiteral("dead-letters") : QStringLiteral("ports"),
                          filterFor("port_name", name));
    });
    connect(m_view, &TopologyView::edgeOpened, this,
            [this](int edge) { openEdge(m_view->topology().edges[static_cast<std::size_t>(edge)]); });
}

void TopologyPanel::openEdge(const Topology::Edge& edge) {
    const QByteArrayList terms{filterOf("port_name", std::array{edge.port}), filterOf("source_component", edge.sources),
                               filterOf("target_component", edge.targets)};
    Q_EMIT paneWanted(QStringLiteral("ports"), QString::fromUtf8(terms.join(' ')));
}

void TopologyPanel::setDesk(OverviewPoller* desk) {
    if (m_desk) {
        m_desk->disconnect(this);
        m_desk->watchTopology(this, false);
    }
    m_desk = desk;
    m_view->setNote({});
    if (desk)
        connect(desk, &OverviewPoller::topologyChanged, this, &TopologyPanel::showTopology);
    showTopology();
    watch();
}

void TopologyPanel::refresh() {
    if (m_desk && !m_paused)
        m_desk->refresh();
}

void TopologyPanel::setPaused(bool paused) {
    m_paused = paused;
    watch();
}

void TopologyPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showTopology();
    watch();
}

void TopologyPanel::hideEvent(QHideEvent* event) {
    watch();
    QWidget::hideEvent(event);
}

void TopologyPanel::watch() {
    if (m_desk)
        m_desk->watchTopology(this, isVisible() && !m_paused);
}

void TopologyPanel::showTopology() {
    if (!isVisible() || !m_desk || !m_desk->topology())
        return;
    const Result<Topology>& topology = *m_desk->topology();
    if (!topology)
        m_view->setNote(topology.error().text);
    else if (topology->nodes.empty())
        m_view->setNote(tr("No message has gone through a port yet. Components and the ports between them appear here "
                           "as soon as one has."));
    else
        m_view->setTopology(*topology);
}

} // namespace portolan
