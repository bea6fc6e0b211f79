#pragma once

#include "models/overview/daytable.h"
#include "views/style/theme.h"

#include <QWidget>
#include <optional>
#include <vector>

namespace portolan {

/// The last 24 hours of a store as a picture: bars of what came, died and waited, and marks of what was changed.
/// Dragging over it, or the arrows with Shift and then Return, chooses times. Its description tells the same in words.
/// GUI thread.
class DayTimeline final : public QWidget {
    Q_OBJECT
public:
    explicit DayTimeline(QWidget* parent = nullptr);

    void setDay(const OverviewDay* day); ///< copied; null: not read yet
    void setTimeDisplay(TimeDisplay times);
    void setChosen(std::optional<TimeRange> chosen); ///< the window's time range
    [[nodiscard]] const std::optional<TimeRange>& chosen() const { return m_chosen; }
    /// Returns the words about the place of the mouse or the keyboard; empty: it is nowhere.
    [[nodiscard]] QString placeText() const;
    [[nodiscard]] std::chrono::minutes sliceWidth() const { return m_width; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void timesWanted(portolan::TimeRange range);
    void allTimesWanted();
    void placeWanted(const QString& place, const QString& filter); ///< a mark was pressed
    void placeChanged();                                           ///< placeText()

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Lane {
        QString name;
        std::optional<qint64> DaySlice::*figure;
        StateTone tone; ///< which its colour is of
        QString value;
    };
    void measure();
    [[nodiscard]] int laneHeight() const;
    [[nodiscard]] double xOf(Timestamp at) const;
    [[nodiscard]] int sliceAt(double x) const; ///< -1: beside
    [[nodiscard]] const DayMark* markAt(QPoint point) const;
    [[nodiscard]] std::optional<TimeRange> drawn() const; ///< what is being chosen
    void slice();
    void moveTo(int slice, bool extends);
    void paintLane(QPainter& painter, const Lane& lane, const QRect& place) const;
    void paintMarks(QPainter& painter) const;
    void paintAxis(QPainter& painter) const;

    std::optional<OverviewDay> m_day;
    std::vector<Lane> m_lanes;
    QRect m_plot; ///< of all lanes
    std::vector<DaySlice> m_slices;
    std::chrono::minutes m_width{10};
    TimeDisplay m_times = TimeDisplay::Local;
    std::optional<TimeRange> m_chosen;
    int m_place = -1;  ///< a slice
    int m_anchor = -1; ///< where choosing began; -1: it did not
    bool m_isDragged = false;
};

} // namespace portolan
