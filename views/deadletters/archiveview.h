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

    void setContext(const PaneContext& context) override;

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
