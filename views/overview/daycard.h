#pragma once

#include "models/overview/daytable.h"
#include "models/overview/statesentence.h"

#include <QFrame>

class QPushButton;
class QStackedWidget;

namespace portolan {

class DayTimeline;
class ElidedLabel;
class StateTable;

/// The last 24 hours under a line that says what is pointed at, as a picture or, by a button, as a table.
class DayCard final : public QFrame {
    Q_OBJECT
public:
    explicit DayCard(QWidget* parent = nullptr);

    void focusDay();                                             ///< the timeline, or its table
    void setDay(const OverviewDay* day, const QString& problem); ///< null: not read yet
    void setTimeDisplay(TimeDisplay times);
    void setChosen(std::optional<TimeRange> chosen);
    [[nodiscard]] DayTimeline* timeline() const { return m_timeline; }
    [[nodiscard]] StateTable* table() const { return m_table; }

Q_SIGNALS:
    void timesWanted(portolan::TimeRange range);
    void allTimesWanted();
    void placeWanted(const QString& place, const QString& filter);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showLine();

    DayTable m_model;
    QString m_problem;
    TimeDisplay m_times = TimeDisplay::Local;
    std::optional<OverviewDay> m_day;
    ElidedLabel* m_line;
    QPushButton* m_all;
    QPushButton* m_asTable;
    DayTimeline* m_timeline;
    StateTable* m_table;
    QStackedWidget* m_pages;
};

} // namespace portolan
