#pragma once

#include "models/charts/eventmodels.h"
#include "views/list/listpane.h"

#include <QTimer>

class QLabel;
class QPushButton;

namespace portolan {

/// `Sensors` above `Sensor events`: those of the chosen sensors (none: of all) for which the filter holds, newest
/// first, with how they come in at this moment.
class EventsPane final : public ListPane {
    Q_OBJECT
public:
    explicit EventsPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override;
    void refreshAll() override;
    void setFilter(const Filter& filter) override;
    bool showPart(const QString& part) override;

protected:
    void forget() override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeBar();
    void chooseSensors();
    void chooseAgain();
    void showAll();
    void askEvents();
    void askFlow();
    void inspectEvent(int row);

    EventSensorModel m_sensors;
    SensorEventModel m_events;
    Filter m_filter;
    std::vector<QByteArray> m_chosen; ///< sensors, by name
    RequestScope m_flowAsker;
    bool m_flowAsked = false;
    QTimer m_flowRest; ///< until it is asked again: ages grow while nothing comes

    ListFrame* m_sensorFrame;
    ListFrame* m_eventFrame;
    QLabel* m_flow;
    QPushButton* m_allSensors;
};

} // namespace portolan
