#pragma once

#include "models/operations/operationscontroller.h"

#include <QDialog>
#include <QPointer>
#include <QTimer>
#include <optional>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

/// Asks what a rule of retention keeps, a new one or one that there is, and counts what it would delete then. It does
/// nothing itself: changeWanted() says what was confirmed, once it was counted. Blocks its window alone; shown with
/// open().
class RuleDialog : public QDialog {
    Q_OBJECT
public:
    /// `rule`: nothing: a new one. `desk` has the store; borrowed.
    RuleDialog(const std::optional<RetentionRule>& rule, OperationsController& desk, QWidget* parent = nullptr);

Q_SIGNALS:
    void changeWanted(const portolan::RetentionChange& change, const QByteArray& reason);

private:
    void addFields(QFormLayout* form);
    [[nodiscard]] Result<RetentionChange> typed() const;
    void askCount();
    void count();
    void showState();

    std::optional<RetentionRule> m_rule;
    QPointer<OperationsController> m_desk;
    bool m_isOfBackups; ///< those of the store, which stay by days and months
    bool m_isOfFiles;   ///< batch files, which go as a whole
    RequestScope m_asker;
    RequestScope m_counting;
    QTimer m_soon; ///< until the operator has stopped typing
    std::optional<Result<RetentionOutcome>> m_counted;
    QLineEdit* m_name;
    QComboBox* m_table;
    QLineEdit* m_column;
    QLineEdit* m_filter;
    QLineEdit* m_keep;
    QLineEdit* m_count;
    QLineEdit* m_archive;
    QLabel* m_dryRun;
    QLineEdit* m_reason;
    QPushButton* m_act;
};

} // namespace portolan
