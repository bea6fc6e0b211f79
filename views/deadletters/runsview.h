#pragma once

#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/replaycontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

class QPushButton;

namespace portolan {

class ErrorBar;
class ListFrame;

/// `Replay runs` above `Replay items`, those of the chosen run, and what can be done with one. GUI thread.
class RunsView final : public ListPane {
    Q_OBJECT
public:
    explicit RunsView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void focusList() override;

    /// Chooses a run, as soon as it is in the list.
    void choose(const QByteArray& run);

protected:
    void rowLetGo(const ListFrame* frame) override;
    [[nodiscard]] bool waits(const ListFrame* frame) const override { return frame == m_itemFrame; }

private:
    QWidget* makeButtons();
    void gated(const QString& deed, void (*act)(ReplayController& desk, const QByteArray& run));
    void chooseRun(int row);
    void chooseWanted();
    void inspectItem(int row);
    void showRun();
    void showButtons();
    void resume();
    void recall();
    void exportItems();

    ReplayController* m_desk = nullptr;
    ProductionConfirmation m_gate;
    ReplayRunModel m_runs;
    ReplayItemModel m_items;
    std::optional<ReplayRun> m_run; ///< the chosen one, as last seen
    QByteArray m_wanted;            ///< one to choose when it comes

    ErrorBar* m_error;
    ListFrame* m_runFrame;
    ListFrame* m_itemFrame;
    QPushButton* m_recall;
    QPushButton* m_resume;
    QPushButton* m_cancel;
    QPushButton* m_export;
};

} // namespace portolan
