#pragma once

#include "models/operations/backupmodels.h"
#include "models/operations/operationscontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

#include <QPointer>

class QPushButton;

namespace portolan {

class ErrorBar;

/// `Backups`: what there is of the store, and the buttons that make one, prove it, compare it, open it and restore it,
/// elsewhere or, once the store's name was typed, in its place. GUI thread.
class BackupsView final : public ListPane {
    Q_OBJECT
public:
    explicit BackupsView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;

private:
    QWidget* makeButtons();
    void chooseBackup(int row);
    void showButtons();
    [[nodiscard]] const BackupEntry* chosen() const;
    void askBackup();
    void askRestore();
    void restore(const RestoreOrder& order);

    QPointer<OperationsController> m_desk;
    ProductionConfirmation m_gate;
    BackupModel m_backups;
    ErrorBar* m_error;
    ListFrame* m_frame;
    QPushButton* m_backUp;
    QPushButton* m_verify;
    QPushButton* m_compare;
    QPushButton* m_open;
    QPushButton* m_restore;
};

} // namespace portolan
