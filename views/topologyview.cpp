#include "views/topologyview.h"

#include "models/format.h"
#include "views/badge.h"
#include "views/theme.h"
#include "views/topologypaint.h"

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

bool isSame(const Topology& a, const Topology& b) {
    return std::ranges::equal(a.nodes, b.nodes,
                              [](const Topology::Node& x, const Topology::Node& y) {
                                  return x.isPort == y.isPort && x.name == y.name;
                              })
           && a.graph.edges == b.graph.edges;
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
    describe();
    update();
}

void TopologyView::setNote(const QString& note) {
    m_topology = {};
    m_chosen.reset();
    m_hovered.reset();
    m_note = note;
    describe();
    update();
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

void TopologyView::choose(std::optional<int> node) {
    if (node == m_chosen)
        return;
    m_chosen = node;
    describe();
    update();
    if (!node)
        return;
    bringIntoView(*node);
    const Topology::Node& chosen = m_topology.nodes[static_cast<std::size_t>(*node)];
    if (chosen.isPort)
        Q_EMIT portChosen(chosen.name);
    else
        Q_EMIT componentChosen(chosen.name);
}

void TopologyView::bringIntoView(int node) {
    const QRectF inner = QRectF(rect()).adjusted(margin, margin, -margin, -margin);
    const QRectF place = placeOf(node);
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

/// The nearest in that direction, of which what lies straight ahead counts as nearer.
void TopologyView::goTo(QPointF direction) {
    if (m_topology.nodes.empty())
        return;
    if (!m_chosen) {
        choose(0);
        return;
    }
    const QPointF from = placeOf(*m_chosen).center();
    std::optional<int> nearest;
    double least = 0;
    for (int node = 0; node < static_cast<int>(m_topology.nodes.size()); ++node) {
        const QPointF way = placeOf(node).center() - from;
        const double ahead = QPointF::dotProduct(way, direction);
        if (node == *m_chosen || ahead <= 0.5)
            continue;
        const double aside = std::abs(way.x() * direction.y() - way.y() * direction.x());
        const double distance = ahead + 2 * aside;
        if (!nearest || distance < least) {
            nearest = node;
            least = distance;
        }
    }
    if (nearest)
        choose(nearest);
}

void TopologyView::open(int node) {
    const Topology::Node& chosen = m_topology.nodes[static_cast<std::size_t>(node)];
    if (chosen.isPort)
        Q_EMIT portOpened(chosen.name, chosen.deadLetters > 0);
    else
        Q_EMIT componentOpened(chosen.name);
}

QString TopologyView::textOf(int node) const {
    const Topology::Node& told = m_topology.nodes[static_cast<std::size_t>(node)];
    QStringList parts{visibleText(told.name, 120)};
    if (told.isPort) {
        parts << tr("port");
        if (told.perMinute)
            parts << rateText(told.perMinute);
        if (told.deadLetters > 0)
            parts << (told.exact ? tr("dead letters: %1") : tr("dead letters: at least %1"))
                         .arg(groupedNumber(told.deadLetters));
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
    const TopologyPaint paint(m_topology, font(), palette());
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
    const std::optional<int> hovered = nodeAt(event->position());
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
        choose(nodeAt(event->position()));
}

void TopologyView::mouseDoubleClickEvent(QMouseEvent* event) {
    m_pressed.reset();
    if (const auto node = nodeAt(event->position()))
        open(*node);
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
    switch (event->key()) {
    case Qt::Key_Left:
        return goTo({-1, 0});
    case Qt::Key_Right:
        return goTo({1, 0});
    case Qt::Key_Up:
        return goTo({0, -1});
    case Qt::Key_Down:
        return goTo({0, 1});
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
            return choose(std::nullopt);
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
    if (event->type() == QEvent::FontChange && m_showsAll)
        showAll();
    QWidget::changeEvent(event);
}

bool TopologyView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        const auto node = nodeAt(help->pos());
        QToolTip::showText(help->globalPos(), node ? textOf(*node).toHtmlEscaped() : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace portolan
