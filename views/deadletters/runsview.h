#pragma once

#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/replaycontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

class QPushButton;
class QSplitter;

namespace portolan {

class ErrorBar;
class ListFrame;

/// `Replay runs` above `Replay items`, those of the chosen run, and what can be done with one. GUI thread.
class RunsView final : public ListPane {
    Q_OBJECT
public:
    explicit RunsView(QWidget* parent = nullptr);

    void setChannel(StoreWorker* channel) override;
    void setReplayDesk(ReplayController* desk) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    void focusList() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override { return m_runs.rowCount(); }
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

    /// Chooses a run, as soon as it is in the list.
    void choose(const QByteArray& run);

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
    QSplitter* m_splitter;
    ListFrame* m_runFrame;
    ListFrame* m_itemFrame;
    QPushButton* m_recall;
    QPushButton* m_resume;
    QPushButton* m_cancel;
    QPushButton* m_export;
};

} // namespace portolan
