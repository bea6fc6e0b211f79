#pragma once

#include "models/versions/healthmodels.h"
#include "models/versions/sinkmodels.h"
#include "models/window/storecontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/topology/topologypanel.h"
#include "views/versions/versionspane.h"

#include <QPointer>
#include <QTimer>
#include <array>

class QPushButton;
class QTabWidget;

namespace portolan {

class ComponentPorts;

/// Components with how they are, beside what is known of the chosen one: its versions and what changed in them, its
/// ports; and of all, how they are by their reports, who feeds whom, and what sinks keep. The filter is of the part
/// that is shown, each of which keeps its own.
class ComponentsPane final : public ListPane {
    Q_OBJECT
public:
    explicit ComponentsPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] QString filterText() const override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    void focusList() override;
    bool showPart(const QString& part) override; ///< health, graph, sinks; else the states
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

protected:
    void forget() override;
    [[nodiscard]] bool waits(const ListFrame* frame) const override { return frame == m_sinkFrame; }
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    enum class Filtered { States, Health, Sinks };

    void inspectComponent(int row);
    void inspectReports(const QByteArray& name);
    void inspectSinkRow(int row);
    void filterNow(Filtered what);
    void readSinks();
    void chooseComponent(const QByteArray& name);
    [[nodiscard]] const ComponentHealth* chosenComponent() const;
    void showButton();
    void openSilence();

    HealthModel m_health;
    SinkModel m_sinks; ///< reads only while it is shown
    bool m_areSinksRead = false;
    QTimer m_clock; ///< a component falls silent without a change of the store
    VersionsPane* m_states;
    QTabWidget* m_tabs; ///< versions, ports, health, topology, sinks
    ListFrame* m_healthFrame;
    ListFrame* m_sinkFrame;
    TopologyPanel* m_topology;
    ComponentPorts* m_ports;
    QPushButton* m_silence;
    Filtered m_filtered = Filtered::States;
    std::array<Filter, 3> m_filters; ///< by Filtered
    QPointer<StoreController> m_desk;
    ProductionConfirmation m_gate;
};

} // namespace portolan
