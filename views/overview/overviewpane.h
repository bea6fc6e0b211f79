#pragma once

#include "models/alerts/alertmonitor.h"
#include "models/integrity/checkcontroller.h"
#include "models/overview/overviewpoller.h"
#include "views/list/pane.h"
#include "views/overview/daycard.h"
#include "views/overview/overviewcard.h"
#include "views/overview/statebar.h"
#include "views/topology/topologypanel.h"

#include <QPointer>
#include <QTimer>

class QGridLayout;

namespace portolan {

class ErrorBar;

/// A store in one screen: its state in a sentence, the last day, why and who, what grew, was found and done; and who
/// feeds whom. Every figure leads to its rows. GUI thread.
class OverviewPane final : public Pane {
    Q_OBJECT
public:
    explicit OverviewPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override;
    void refreshAll() override { refresh(); }
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    void setTimes(std::optional<TimeRange> times) override;
    [[nodiscard]] bool hasRows() const override { return false; }
    [[nodiscard]] const ColumnSet* filterSchema() const override { return nullptr; }
    void setFilter(const Filter&) override {}
    void copyRows(bool) override;
    void focusList() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override { return {}; }
    void restoreLayout(const QByteArray&) override {}

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void watch();
    void showFigures();
    void showDay();
    [[nodiscard]] StateFacts facts(Timestamp now) const;
    void open(const StateLink& link);
    void arrangeCards();

    QPointer<OverviewPoller> m_desk;
    QPointer<CheckController> m_checkDesk;
    QPointer<AlertMonitor> m_alertDesk;
    bool m_paused = false;
    TimeDisplay m_times = TimeDisplay::Local;
    int m_columns = 0; ///< of cards, as they are arranged
    QTimer m_clock;    ///< ages grow
    ErrorBar* m_error;
    StateBar* m_state;
    DayCard* m_day;
    QGridLayout* m_grid;
    OverviewCard* m_alerts;
    OverviewCard* m_receiving;
    OverviewCard* m_letters;
    OverviewCard* m_components;
    OverviewCard* m_store;
    OverviewCard* m_checks;
    OverviewCard* m_operations;
    TopologyPanel* m_topology;
};

} // namespace portolan
