#pragma once

#include "views/list/tabbedpane.h"

namespace portolan {

class ReplayController;
class RunsView;

/// Dead letters in groups, what became of those that were put back, and those that were put away: three tabs, each with
/// its filter. Links name replays, archive, or a group's fingerprint.
class DeadLettersPane final : public TabbedPane {
    Q_OBJECT
public:
    explicit DeadLettersPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;

private:
    ReplayController* m_desk = nullptr;
    RunsView* m_runs;
};

} // namespace portolan
