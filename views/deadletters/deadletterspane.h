#pragma once

#include "views/list/pane.h"

#include <vector>

class QTabWidget;

namespace portolan {

class ListPane;
class ReplayController;
class RunsView;

/// Dead letters in groups, what became of those that were put back, and those that were put away: three tabs, each with
/// its filter.
class DeadLettersPane final : public Pane {
    Q_OBJECT
public:
    explicit DeadLettersPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void setRefusals(const PaneRefusals& refusals) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    void focusList() override;
    bool showPart(const QString& part) override; ///< replays, archive, or a group's fingerprint
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

private:
    void addTab(ListPane* pane, const QString& title);
    [[nodiscard]] Pane& current() const;

    ReplayController* m_desk = nullptr;
    QTabWidget* m_tabs;
    RunsView* m_runs;
    std::vector<ListPane*> m_panes; ///< of the tabs, in their order
};

} // namespace portolan
