#pragma once

#include "models/healthmodels.h"
#include "models/storedesk.h"
#include "views/productiongate.h"
#include "views/topologypanel.h"
#include "views/versionspane.h"

#include <QPointer>
#include <QTimer>

class QPushButton;
class QSplitter;
class QTabWidget;

namespace portolan {

/// Components: how they are, silent ones first, or who feeds whom through which ports, above their states in all
/// versions. The filter is of the states.
class ComponentsPane final : public ListPane {
    Q_OBJECT
public:
    explicit ComponentsPane(QWidget* parent = nullptr);

    void setChannel(Channel* channel) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setStoreDesk(StoreDesk* desk) override;
    void setOverviewDesk(OverviewDesk* desk) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const FilterSchema* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    void copyRows(bool withHeader) override;
    void focusList() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void inspectComponent(int row);
    void chooseComponent(const QByteArray& name);
    [[nodiscard]] const ComponentHealth* chosenComponent() const;
    void showButton();
    void openSilence();

    HealthModel m_health;
    QTimer m_clock; ///< a component falls silent without a change of the store
    QSplitter* m_splitter;
    QTabWidget* m_tabs; ///< health, topology
    ListFrame* m_healthFrame;
    TopologyPanel* m_topology;
    QPushButton* m_silence;
    VersionsPane* m_states;
    QPointer<StoreDesk> m_desk;
    ProductionGate m_gate;
};

} // namespace portolan
