#pragma once

#include "models/audit/undopreview.h"
#include "models/window/storecontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/panecontext.h"

#include <QPointer>

namespace portolan {

/// Shows what undoing an act would do, asks why, and has it done. GUI thread; waits for nothing.
class UndoAsk : public QObject {
    Q_OBJECT
public:
    explicit UndoAsk(QWidget* parent);
    void setContext(const PaneContext& context);
    [[nodiscard]] bool isPossible() const { return m_channel && m_changes; }

    void ask(qint64 entry); ///< of the audit
    void askNewest();       ///< the newest act of this window's operator that can be undone

Q_SIGNALS:
    void notice(const QString& text);

private:
    void open(const UndoPreview& preview);
    void tell(const Result<UndoOutcome>& outcome);

    QWidget* m_parent;
    StoreWorker* m_channel = nullptr;
    QPointer<StoreController> m_changes;
    RequestScope m_asker;
    ProductionConfirmation m_gate;
};

} // namespace portolan
