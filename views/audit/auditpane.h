#pragma once

#include "models/audit/auditmodels.h"
#include "views/audit/undoask.h"
#include "views/list/listpane.h"

class QAction;
class QPushButton;

namespace portolan {

/// `Audit log`: what was done to the store, newest first, and `Undo…`.
class AuditPane final : public ListPane {
    Q_OBJECT
public:
    explicit AuditPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;

private:
    void inspectEntry(int row);
    void showButton();

    AuditModel m_entries;
    ListFrame* m_frame;
    UndoAsk m_undoing;
    QPushButton* m_undo;
    QAction* m_inMenu; ///< the same, of the row
    std::optional<AuditEntry> m_chosen;
};

} // namespace portolan
