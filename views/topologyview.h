#pragma once

#include "models/topology.h"

#include <QWidget>
#include <optional>

namespace portolan {

/// Components and ports as a picture, from left to right: how much goes through each port, where letters die, who is
/// silent. The wheel zooms at the cursor, dragging moves, a double click on nothing shows all; arrows go from one to
/// the next, Enter opens. Accessible name "Topology"; the description says its figures and what is chosen.
class TopologyView final : public QWidget {
    Q_OBJECT
public:
    explicit TopologyView(QWidget* parent = nullptr);

    /// Where it shows the same components and ports as before, the place looked at stays.
    void setTopology(Topology topology);
    [[nodiscard]] const Topology& topology() const { return m_topology; }
    /// Nothing is drawn but this.
    void setNote(const QString& note);
    void choose(std::optional<int> node);
    [[nodiscard]] std::optional<int> chosen() const { return m_chosen; }
    /// Where a node is drawn now, in the widget.
    [[nodiscard]] QRectF placeOf(int node) const;
    void showAll();

    QSize sizeHint() const override { return {640, 280}; }
    QSize minimumSizeHint() const override { return {160, 96}; }

Q_SIGNALS:
    void componentChosen(const QByteArray& name);
    void portChosen(const QByteArray& name);
    /// Enter or a double click: what is behind it is wanted.
    void componentOpened(const QByteArray& name);
    void portOpened(const QByteArray& name, bool deadLetters);

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
    [[nodiscard]] double largest() const; ///< scale at which texts have their usual size
    void zoom(double factor, QPointF around);
    void keepInside();
    void bringIntoView(int node);
    void goTo(QPointF direction);
    void open(int node);
    void describe();
    [[nodiscard]] QString textOf(int node) const;

    Topology m_topology;
    QString m_note;
    double m_scale = 1;
    QPointF m_origin; ///< where the picture's corner is drawn
    bool m_showsAll = true;
    std::optional<int> m_chosen;
    std::optional<int> m_hovered;
    std::optional<QPointF> m_pressed; ///< where, while the mouse is down
    bool m_moved = false;
};

} // namespace portolan
