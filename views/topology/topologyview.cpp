#include "views/topology/topologyview.h"

#include "models/list/format.h"
#include "views/style/badge.h"
#include "views/style/theme.h"
#include "views/topology/topologypaint.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

constexpr double usualTextHeight = 15; ///< of the face that node sizes are made for
constexpr double smallest = 0.05;
constexpr double margin = 3 * gridUnit;
constexpr double zoomStep = 1.2;
constexpr double reachOfEdges = 5; ///< pixels beside an edge that still mean it

bool isSame(const Topology& a, const Topology& b) {
    return std::ranges::equal(a.nodes, b.nodes,
                              [](const Topology::Node& x, const Topology::Node& y) {
                                  return x.isPort == y.isPort && x.name == y.name;
                              })
           && a.graph.edges == b.graph.edges;
}

/// "120/min", "dead letters: 4": of a port, or of an edge.
template <class Part>
QStringList figureTexts(const Part& told) {
    QStringList parts;
    if (told.perMinute)
        parts << rateText(told.perMinute);
    if (told.deadLetters > 0)
        parts << (told.exact ? TopologyView::tr("dead letters: %1") : TopologyView::tr("dead letters: at least %1"))
                     .arg(groupedNumber(told.deadLetters));
    return parts;
}

} // namespace

TopologyView::TopologyView(QWidget* parent) : QWidget(parent) {
    setAccessibleName(QStringLiteral("Topology"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    describe();
}

void TopologyView::setTopology(Topology topology) {
    m_note.clear();
    const bool same = isSame(m_topology, topology);
    m_topology = std::move(topology);
    if (!same) {
        m_chosen.reset();
        m_hovered.reset();
        showAll();
    }
    placeEdges();
    describe();
    update();
}

void TopologyView::setNote(const QString& note) {
    m_topology = {};
    m_edges = {};
    m_chosen.reset();
    m_hovered.reset();
    m_note = note;
    describe();
    update();
}

void TopologyView::placeEdges() {
    m_edges = edgesOf(m_topology, TopologyPaint::smallFace(font()));
}

std::optional<int> TopologyView::chosen() const {
    return m_chosen && !m_chosen->isEdge ? std::optional(m_chosen->at) : std::nullopt;
}

std::optional<int> TopologyView::chosenEdge() const {
    return m_chosen && m_chosen->isEdge ? std::optional(m_chosen->at) : std::nullopt;
}

double TopologyView::largest() const {
    return std::max(1.0, fontMetrics().height() / usualTextHeight);
}

void TopologyView::showAll() {
    m_showsAll = true;
    const QSizeF all = m_topology.layout.size;
    if (all.isEmpty())
        return;
    const double across = (width() - 2 * margin) / all.width();
    const double down = (height() - 2 * margin) / all.height();
    m_scale = std::clamp(std::min(across, down), smallest, largest());
    m_origin = QPointF((width() - all.width() * m_scale) / 2, (height() - all.height() * m_scale) / 2);
    update();
}

QRectF TopologyView::placeOf(int node) const {
    const QRectF& box = m_topology.layout.nodes[static_cast<std::size_t>(node)];
    return {m_origin + box.topLeft() * m_scale, box.size() * m_scale};
}

std::optional<int> TopologyView::nodeAt(QPointF place) const {
    for (int node = 0; node < static_cast<int>(m_topology.nodes.size()); ++node) {
        if (placeOf(node).contains(place))
            return node;
    }
    return std::nullopt;
}

QPointF TopologyView::middleOf(int edge) const {
    return m_origin + m_edges.middles[static_cast<std::size_t>(edge)] * m_scale;
}

QPointF TopologyView::centerOf(TopologyPlace place) const {
    return place.isEdge ? middleOf(place.at) : placeOf(place.at).center();
}

std::optional<int> TopologyView::edgeAt(QPointF place) const {
    if (nodeAt(place))
        return std::nullopt;
    const QPointF inPicture = (place - m_origin) / m_scale;
    if (TopologyPaint::hasFigures(m_scale)) {
        const auto isThere = [&](const TopologyEdges::Label& label) {
            return label.hasRoom && label.box.contains(inPicture);
        };
        const auto found = std::ranges::find_if(m_edges.labels, isThere);
        if (found != m_edges.labels.end())
            return static_cast<int>(found - m_edges.labels.begin());
    }
    return m_edges.nearest(inPicture, reachOfEdges / m_scale);
}

std::optional<TopologyPlace> TopologyView::placeAt(QPointF place) const {
    if (const auto node = nodeAt(place))
        return TopologyPlace{false, *node};
    const auto edge = edgeAt(place);
    return edge ? std::optional(TopologyPlace{true, *edge}) : std::nullopt;
}

/// At least a corner of the picture stays to be seen.
void TopologyView::keepInside() {
    const QSizeF all = m_topology.layout.size * m_scale;
    const double keep = 4 * margin;
    m_origin.setX(std::clamp(m_origin.x(), keep - all.width(), std::max(keep - all.width(), width() - keep)));
    m_origin.setY(std::clamp(m_origin.y(), keep - all.height(), std::max(keep - all.height(), height() - keep)));
}

void TopologyView::zoom(double factor, QPointF around) {
    const double scale = std::clamp(m_scale * factor, smallest, 2 * largest());
    m_origin = around + (m_origin - around) * (scale / m_scale);
    m_scale = scale;
    m_showsAll = false;
    keepInside();
    update();
}

void TopologyView::chooseEdge(int edge) {
    choosePlace(TopologyPlace{true, edge});
}

void TopologyView::choosePlace(std::optional<TopologyPlace> place) {
    if (place == m_chosen)
        return;
    m_chosen = place;
    describe();
    update();
    if (!place)
        return;
    bringIntoView(*place);
    if (place->isEdge) {
        Q_EMIT edgeChosen(place->at);
        return;
    }
    const Topology::Node& chosen = m_topology.nodes[static_cast<std::size_t>(place->at)];
    if (chosen.isPort)
        Q_EMIT portChosen(chosen.name);
    else
        Q_EMIT componentChosen(chosen.name);
}

void TopologyView::bringIntoView(TopologyPlace wanted) {
    const QRectF inner = QRectF(rect()).adjusted(margin, margin, -margin, -margin);
    const QRectF place = wanted.isEdge ? QRectF(middleOf(wanted.at), QSizeF()) : placeOf(wanted.at);
    const auto shift = [](double low, double high, double first, double last) {
        return low < first ? first - low : high > last ? last - high : 0.0;
    };
    const QPointF by(shift(place.left(), place.right(), inner.left(), inner.right()),
                     shift(place.top(), place.bottom(), inner.top(), inner.bottom()));
    if (by.isNull())
        return;
    m_showsAll = false;
    m_origin += by;
}

/// An edge and a node at one of its ends, or edges of one node.
bool TopologyView::areNeighbours(int edge, TopologyPlace place) const {
    const auto ends = [&](int of) { return m_topology.graph.edges[static_cast<std::size_t>(of)]; };
    const auto [from, to] = ends(edge);
    if (!place.isEdge)
        return from == place.at || to == place.at;
    const auto [otherFrom, otherTo] = ends(place.at);
    return from == otherFrom || from == otherTo || to == otherFrom || to == otherTo;
}

/// The nearest in that direction, of which what lies straight ahead counts as nearer.
std::optional<TopologyPlace> TopologyView::nextIn(QPointF direction, bool toEdge, bool onlyNeighbours) const {
    const QPointF from = centerOf(*m_chosen);
    std::optional<TopologyPlace> nearest;
    double least = 0;
    const std::size_t all = toEdge ? m_topology.edges.size() : m_topology.nodes.size();
    for (int at = 0; at < static_cast<int>(all); ++at) {
        const TopologyPlace place{toEdge, at};
        const QPointF way = centerOf(place) - from;
        const double ahead = QPointF::dotProduct(way, direction);
        if (place == *m_chosen || ahead <= 0.5)
            continue;
        if (onlyNeighbours && !(toEdge ? areNeighbours(at, *m_chosen) : areNeighbours(m_chosen->at, place)))
            continue;
        const double aside = std::abs(way.x() * direction.y() - way.y() * direction.x());
        const double distance = ahead + 2 * aside;
        if (!nearest || distance < least) {
            nearest = place;
            least = distance;
        }
    }
    return nearest;
}

/// To and from edges first along what they belong to.
void TopologyView::goTo(QPointF direction, bool toEdge) {
    if (m_topology.nodes.empty() || (toEdge && m_topology.edges.empty()))
        return;
    if (!m_chosen) {
        choosePlace(TopologyPlace{toEdge, 0});
        return;
    }
    const bool isEdge = m_chosen->isEdge;
    toEdge = toEdge || (isEdge && direction.x() == 0);
    std::optional<TopologyPlace> next;
    if (toEdge || isEdge)
        next = nextIn(direction, toEdge, true);
    if (!next)
        next = nextIn(direction, toEdge, false);
    if (next)
        choosePlace(next);
}

void TopologyView::open(TopologyPlace place) {
    if (place.isEdge) {
        Q_EMIT edgeOpened(place.at);
        return;
    }
    const Topology::Node& chosen = m_topology.nodes[static_cast<std::size_t>(place.at)];
    if (chosen.isPort)
        Q_EMIT portOpened(chosen.name, chosen.deadLetters > 0);
    else
        Q_EMIT componentOpened(chosen.name);
}

QString TopologyView::textOfEdge(const Topology::Edge& edge) {
    const auto named = [](const std::vector<QByteArray>& names) {
        return names.size() == 1 ? visibleText(names.front(), 120) : namesInShort(names);
    };
    const QString way =
        QStringList{named(edge.sources), visibleText(edge.port, 120), named(edge.targets)}.join(QStringLiteral(" → "));
    return (QStringList(way) + figureTexts(edge)).join(QStringLiteral(" · "));
}

QString TopologyView::textOf(TopologyPlace place) const {
    if (place.isEdge)
        return textOfEdge(m_topology.edges[static_cast<std::size_t>(place.at)]);
    const Topology::Node& told = m_topology.nodes[static_cast<std::size_t>(place.at)];
    QStringList parts{visibleText(told.name, 120)};
    if (told.isPort) {
        parts << tr("port") << figureTexts(told);
    } else {
        parts << (told.type.isEmpty() ? tr("component") : visibleText(told.type, 40));
        if (!told.state.isEmpty())
            parts << statusText(told.state);
    }
    return parts.join(QStringLiteral(" · "));
}

void TopologyView::describe() {
    qint64 dead = 0;
    for (const Topology::Node& node : m_topology.nodes)
        dead += node.deadLetters;
    QString text = m_note.isEmpty() ? QStringLiteral("components=%1 ports=%2 silent=%3 dead_letters=%4")
                                          .arg(m_topology.components())
                                          .arg(m_topology.ports())
                                          .arg(m_topology.silent().size())
                                          .arg(dead)
                                    : m_note;
    if (m_chosen)
        text += u'\n' + textOf(*m_chosen);
    setAccessibleDescription(text);
}

void TopologyView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeTokens& tokens = tokensOf(palette());
    painter.fillRect(rect(), tokens.base);
    if (m_topology.nodes.empty()) {
        painter.setPen(tokens.muted);
        painter.drawText(rect().adjusted(4 * gridUnit, 0, -4 * gridUnit, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         m_note);
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.translate(m_origin);
    painter.scale(m_scale, m_scale);
    const TopologyPaint paint(m_topology, m_edges, font(), palette());
    const QRectF visible(-m_origin / m_scale, QSizeF(size()) / m_scale);
    paint.draw(&painter, visible, m_scale, m_hovered ? m_hovered : m_chosen, m_chosen);
    painter.restore();
    if (m_topology.left > 0) {
        painter.setPen(tokens.muted);
        painter.drawText(rect().adjusted(0, 0, -2 * gridUnit, -gridUnit), Qt::AlignRight | Qt::AlignBottom,
                         tr("%1 more are not drawn").arg(groupedNumber(m_topology.left)));
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(tokens.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void TopologyView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_showsAll)
        showAll();
    else
        keepInside();
}

void TopologyView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = event->position();
    m_moved = false;
}

void TopologyView::mouseMoveEvent(QMouseEvent* event) {
    if (m_pressed) {
        const QPointF by = event->position() - *m_pressed;
        if (!m_moved && by.manhattanLength() < QApplication::startDragDistance())
            return;
        m_moved = true;
        m_showsAll = false;
        m_origin += by;
        m_pressed = event->position();
        keepInside();
        setCursor(Qt::ClosedHandCursor);
        update();
        return;
    }
    const std::optional<TopologyPlace> hovered = placeAt(event->position());
    if (hovered == m_hovered)
        return;
    m_hovered = hovered;
    setCursor(hovered ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void TopologyView::mouseReleaseEvent(QMouseEvent* event) {
    if (!m_pressed || event->button() != Qt::LeftButton)
        return;
    m_pressed.reset();
    setCursor(Qt::ArrowCursor);
    if (!m_moved)
        choosePlace(placeAt(event->position()));
}

void TopologyView::mouseDoubleClickEvent(QMouseEvent* event) {
    m_pressed.reset();
    if (const auto place = placeAt(event->position()))
        open(*place);
    else
        showAll();
}

void TopologyView::leaveEvent(QEvent* event) {
    m_hovered.reset();
    update();
    QWidget::leaveEvent(event);
}

void TopologyView::wheelEvent(QWheelEvent* event) {
    if (m_topology.nodes.empty() || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    zoom(std::pow(zoomStep, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void TopologyView::keyPressEvent(QKeyEvent* event) {
    const QPointF middle = QRectF(rect()).center();
    const bool toEdge = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        return goTo({-1, 0}, toEdge);
    case Qt::Key_Right:
        return goTo({1, 0}, toEdge);
    case Qt::Key_Up:
        return goTo({0, -1}, toEdge);
    case Qt::Key_Down:
        return goTo({0, 1}, toEdge);
    case Qt::Key_Plus:
        return zoom(zoomStep, middle);
    case Qt::Key_Minus:
        return zoom(1 / zoomStep, middle);
    case Qt::Key_0:
        return showAll();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_chosen)
            open(*m_chosen);
        return;
    case Qt::Key_Escape:
        if (m_chosen)
            return choosePlace(std::nullopt);
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void TopologyView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void TopologyView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) {
        placeEdges();
        if (m_showsAll)
            showAll();
    }
    QWidget::changeEvent(event);
}

bool TopologyView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        const auto place = placeAt(help->pos());
        QToolTip::showText(help->globalPos(), place ? textOf(*place).toHtmlEscaped() : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace portolan
