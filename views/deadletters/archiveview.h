#pragma once

#include "models/deadletters/archivemodels.h"
#include "models/deadletters/replaycontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

class QPushButton;

namespace portolan {

class ListFrame;

/// `Archive`: what was discarded or replaced by an edited message, and the button that brings it back. GUI thread.
class ArchiveView final : public ListPane {
    Q_OBJECT
public:
    explicit ArchiveView(QWidget* parent = nullptr);

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
    [[nodiscard]] int rowsShown() const override { return m_messages.rowCount(); }
    [[nodiscard]] QByteArray saveLayout() const override { return {}; }
    void restoreLayout(const QByteArray&) override {}

private:
    QWidget* makeButtons();
    void inspectMessage(int row);
    void showButtons();
    void restore();
    void askReason(const std::vector<QByteArray>& ids);

    ReplayController* m_desk = nullptr;
    ProductionConfirmation m_gate;
    ArchiveModel m_messages;
    ListFrame* m_frame;
    QPushButton* m_restore;
};

} // namespace portolan
