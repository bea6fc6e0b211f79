#pragma once

#include "views/topology/topologyedges.h"

#include <QWidget>
#include <optional>

namespace portolan {

/// Components and ports as a picture, from left to right: how much goes along each edge and through each port, where
/// letters die, who is silent. The wheel zooms at the cursor, dragging moves, a double click on nothing shows all;
/// arrows go from node to node, with Shift from edge to edge (from an edge, up and down do so without), Enter opens.
/// Accessible name "Topology"; the description says its figures and what is chosen.
class TopologyView final : public QWidget {
    Q_OBJECT
public:
    explicit TopologyView(QWidget* parent = nullptr);

    /// Shows a topology. Where its components and ports are the same as before, the place looked at stays.
    void setTopology(Topology topology);
    [[nodiscard]] const Topology& topology() const { return m_topology; }
    /// Nothing is drawn but this.
    void setNote(const QString& note);
    void chooseEdge(int edge);
    /// The chosen node, if it is one.
    [[nodiscard]] std::optional<int> chosen() const;
    [[nodiscard]] std::optional<int> chosenEdge() const;
    /// Returns the rectangle in which a node is drawn now, in the widget.
    [[nodiscard]] QRectF placeOf(int node) const;
    /// A place on an edge, in the widget.
    [[nodiscard]] QPointF middleOf(int edge) const;
    /// The edge that runs there, or a few pixels beside, or whose figures stand there; none under a node.
    [[nodiscard]] std::optional<int> edgeAt(QPointF place) const;
    void showAll();

    QSize sizeHint() const override { return {640, 280}; }
    QSize minimumSizeHint() const override { return {160, 96}; }

Q_SIGNALS:
    void componentChosen(const QByteArray& name);
    void portChosen(const QByteArray& name);
    /// Enter or a double click: what it leads to is wanted.
    void componentOpened(const QByteArray& name);
    void portOpened(const QByteArray& name, bool deadLetters);
    void edgeChosen(int edge);
    void edgeOpened(int edge);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::optional<int> nodeAt(QPointF place) const;
    [[nodiscard]] std::optional<TopologyPlace> placeAt(QPointF place) const;
    [[nodiscard]] QPointF centerOf(TopologyPlace place) const;
    void choosePlace(std::optional<TopologyPlace> place);
    void placeEdges();
    [[nodiscard]] double largest() const; ///< scale at which texts have their usual size
    void zoom(double factor, QPointF around);
    void keepInside();
    void bringIntoView(TopologyPlace place);
    void goTo(QPointF direction, bool toEdge);
    [[nodiscard]] std::optional<TopologyPlace> nextIn(QPointF direction, bool toEdge, bool onlyNeighbours) const;
    [[nodiscard]] bool areNeighbours(int edge, TopologyPlace place) const;
    void open(TopologyPlace place);
    void describe();
    [[nodiscard]] QString textOf(TopologyPlace place) const;
    [[nodiscard]] static QString textOfEdge(const Topology::Edge& edge);

    Topology m_topology;
    TopologyEdges m_edges;
    QString m_note;
    double m_scale = 1;
    QPointF m_origin; ///< where the picture's corner is drawn
    bool m_showsAll = true;
    std::optional<TopologyPlace> m_chosen;
    std::optional<TopologyPlace> m_hovered;
    std::optional<QPointF> m_pressed; ///< where, while the mouse is down
    bool m_moved = false;
};

} // namespace portolan
