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

/// Components: how they are, silent ones first, or who feeds whom through which ports, above their states in all
/// versions; or what sinks keep, alone. The filter is of the states, of health once it has the focus, or of the sinks
/// that are shown; each keeps its own.
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
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class Filtered { States, Health, Sinks };

    void inspectComponent(int row);
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
    QTimer m_clock;     ///< a component falls silent without a change of the store
    QTabWidget* m_tabs; ///< health, topology, sinks
    ListFrame* m_healthFrame;
    ListFrame* m_sinkFrame;
    TopologyPanel* m_topology;
    QPushButton* m_silence;
    VersionsPane* m_states;
    Filtered m_filtered = Filtered::States;
    std::array<Filter, 3> m_filters; ///< by Filtered
    QPointer<StoreController> m_desk;
    ProductionConfirmation m_gate;
};

} // namespace portolan
