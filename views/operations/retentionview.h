#pragma once

#include "models/operations/operationscontroller.h"
#include "models/operations/retentionmodels.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

#include <QPointer>
#include <optional>

class QLabel;
class QPushButton;

namespace portolan {

class ErrorBar;
class StoreController;

/// `Retention`: the rules that say how long rows stay. The rows that the chosen one would delete now are counted before
/// it can be switched on or run. GUI thread.
class RetentionView final : public ListPane {
    Q_OBJECT
public:
    explicit RetentionView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refreshAll() override;
    [[nodiscard]] bool isSettled() const override; ///< the chosen rule was counted, too

private:
    QWidget* makeButtons();
    void chooseRule(int row);
    void count();
    void showCounted();
    [[nodiscard]] const RetentionRule* chosen() const;
    [[nodiscard]] QString countedText() const;
    void askSwitch();
    void askChange(const std::optional<RetentionRule>& rule);
    void change(const RetentionChange& change, const QByteArray& reason);
    void switchTo(const QByteArray& rule, bool on, const QByteArray& reason);
    void askDelete();

    QPointer<OperationsController> m_desk;
    QPointer<StoreController> m_changes;
    RequestScope m_counting;
    QByteArray m_rule;                                 ///< the chosen one's name; empty: none
    std::optional<Result<RetentionOutcome>> m_counted; ///< of that; nothing: it is being counted
    ProductionConfirmation m_gate;
    RetentionModel m_rules;
    ErrorBar* m_error;
    ListFrame* m_frame;
    QLabel* m_dryRun;
    QPushButton* m_switch;
    QPushButton* m_change;
    QPushButton* m_new;
    QPushButton* m_delete;
};

} // namespace portolan
