#include "views/topologypanel.h"

#include "storage/upkeep/checks.h"

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
}

void TopologyPanel::setChannel(Channel* channel) {
    m_asker.renew();
    m_asked = false;
    m_settled = false;
    m_channel = channel;
    m_view->setNote({});
    ask();
}

void TopologyPanel::refresh() {
    m_stale = true;
    ask();
}

void TopologyPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_settled || m_stale)
        ask();
}

void TopologyPanel::ask() {
    if (!m_channel || !isVisible() || m_asked)
        return;
    m_asked = true;
    m_stale = false;
    m_channel->ask(
        m_asker, [](Store& store, const CancelToken& token) { return readTopology(store, token); }, this,
        [this](Result<Topology> topology) { adopt(std::move(topology)); });
}

void TopologyPanel::adopt(Result<Topology> topology) {
    m_asked = false;
    m_settled = true;
    if (!topology)
        m_view->setNote(topology.error().text);
    else if (topology->nodes.empty())
        m_view->setNote(tr("No message has gone through a port yet. Components and the ports between them stand here "
                           "as soon as one has."));
    else
        m_view->setTopology(std::move(*topology));
    Q_EMIT answered();
    if (m_stale)
        ask();
}

} // namespace portolan
