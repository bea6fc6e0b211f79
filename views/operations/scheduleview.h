#pragma once

#include "models/operations/schedulemodels.h"
#include "models/operations/schedulewatch.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

#include <QPointer>

class QLabel;
class QPushButton;

namespace portolan {

class ErrorBar;
class StoreController;
struct NewScheduleEntry;

/// `Schedule`: the commands that the store wants run at their times, when they come next and what came of them. Under
/// the list stands who runs them, or why nobody does here. GUI thread.
class ScheduleView final : public ListPane {
    Q_OBJECT
public:
    explicit ScheduleView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;

private:
    QWidget* makeButtons();
    void chooseEntry(int row);
    void showState();
    [[nodiscard]] QByteArray chosen() const; ///< its name; empty: none
    [[nodiscard]] QString watchText() const;
    void askEntry();
    void add(const NewScheduleEntry& entry);
    void askRemoval();
    void askTrust();
    [[nodiscard]] const ScheduleEntry* untrusted() const; ///< the chosen one, where it is not trusted here
    void tell(const Result<void>& done, const QString& text);
    /// Passes the gate for a deed that runs commands; the audit keeps why.
    void enter(const QString& deed, const QByteArray& recorded, std::function<void()> act);

    QPointer<OperationsController> m_desk;
    QPointer<StoreController> m_changes;
    QPointer<ScheduleWatch> m_watch;
    ProductionConfirmation m_gate;
    ScheduleModel m_entries;
    ErrorBar* m_error;
    ListFrame* m_frame;
    QLabel* m_state;
    QPushButton* m_add;
    QPushButton* m_run;
    QPushButton* m_allow;
    QPushButton* m_trust;
    QPushButton* m_remove;
};

} // namespace portolan
