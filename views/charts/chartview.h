#pragma once

#include "models/charts/chartlines.h"
#include "models/list/format.h"
#include "views/charts/chartscale.h"
#include "views/charts/chartthresholds.h"

#include <QChartView>
#include <QPointer>
#include <memory>
#include <optional>
#include <vector>

class QLineSeries;
class QScatterSeries;
class QValueAxis;

namespace portolan {

/// Lines over time: with their bands, on one axis a unit (two at most), gaps as gaps. Drag to zoom, wheel at the
/// cursor, double click (or Backspace) back, drag with Shift to choose minutes, arrows and + − by keyboard. It draws
/// what it is given and says what is wanted; the span and the lines come from outside. Accessible name "Chart"; the
/// description says each line's figures.
class ChartView final : public QChartView {
    Q_OBJECT
public:
    explicit ChartView(QWidget* parent = nullptr);
    ~ChartView() override;

    /// The lines to draw; one replacement a line. Cost: proportional to their points.
    void setLines(const std::vector<ChartLine>& lines, TimeRange span);
    void setMarkers(std::vector<ChartMarker> markers);
    /// Lines across, each by its series' numbers; those of series that are not drawn are not shown.
    void setThresholds(Thresholds thresholds);
    void setTimeDisplay(TimeDisplay display);
    /// A line at this time, with the values there; another chart's cursor. Nothing: none.
    void setCrosshair(std::optional<double> milliseconds);
    /// The minutes that are chosen.
    void setChosen(std::optional<TimeRange> chosen);
    /// Returns how many pixels a line has: what storage is to answer for.
    [[nodiscard]] int pixels() const;
    [[nodiscard]] TimeRange span() const { return m_span; }

Q_SIGNALS:
    void spanWanted(portolan::TimeRange span);
    void notchWanted(portolan::TimeRange span); ///< by a notch of the wheel or a key: several are one step to go back
    void backWanted();
    void chosenWanted(portolan::TimeRange chosen);
    void pointed(std::optional<double> milliseconds); ///< the cursor stands at this time
    void pixelsChanged();

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Drawn;
    struct Side {
        QString unit;
        ValueScale scale;
        QValueAxis* axis = nullptr;
        bool used = false;
    };
    void layOut();
    void dress();
    void draw(Drawn& drawn, const ChartLine& line);
    void scaleSides();
    void describe();
    [[nodiscard]] double timeAt(double x) const;
    [[nodiscard]] double placeOf(double milliseconds) const;
    [[nodiscard]] const Side& sideOf(const ChartLine& line) const {
        return m_sides[line.unit == m_sides[0].unit ? 0 : 1];
    }
    [[nodiscard]] const std::vector<double>& thresholdsOf(const ChartLine& line) const;
    [[nodiscard]] double heightOf(double value, const Side& side) const;
    [[nodiscard]] TimeRange between(double x1, double x2) const;
    void zoom(double factor, double around);
    void pan(double share);
    void paintGrid(QPainter& painter) const;
    void paintMarkers(QPainter& painter) const;
    void paintThresholds(QPainter& painter) const;
    void paintCrosshair(QPainter& painter) const;
    void paintReadings(QPainter& painter, double x) const;

    QValueAxis* m_time;
    Side m_sides[2]; ///< left, right
    std::vector<ChartLine> m_lines;
    std::vector<std::unique_ptr<Drawn>> m_drawn;
    std::vector<ChartTick> m_ticks;
    std::vector<ChartMarker> m_markers;
    Thresholds m_thresholds;
    TimeRange m_span{};
    TimeDisplay m_display = TimeDisplay::Utc;
    std::optional<double> m_crosshair;
    std::optional<TimeRange> m_chosen;
    std::optional<double> m_pressed; ///< where a drag began, in pixels
    double m_dragged = 0;
    bool m_choosing = false; ///< with Shift
};

} // namespace portolan
