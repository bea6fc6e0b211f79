#pragma once

#include "models/operations/backupcomparison.h"
#include "models/operations/operationscontroller.h"
#include "views/list/listpane.h"

#include <QPointer>

class QLabel;
class QPushButton;

namespace portolan {

class ComparisonView;
class ErrorBar;

/// `Differences`: the rows by which a backup and its store differ, and the chosen one as it is in both, side by side.
/// Each leads to the row, in the store or, where it is missing there, in the backup. GUI thread.
class DifferencesView final : public ListPane {
    Q_OBJECT
public:
    explicit DifferencesView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;

private:
    void showComparison();
    void chooseDifference(int row);
    void showButtons();
    void goToRow();
    void openInBackup();
    [[nodiscard]] const ListedDifference* chosen() const; ///< whole; null: none
    [[nodiscard]] bool isOpenedElsewhere() const;         ///< the backup can be opened as a store

    QPointer<OperationsController> m_desk;
    std::shared_ptr<const BackupComparison> m_comparison;
    RequestScope m_comparing;
    DifferenceModel m_differences;
    ErrorBar* m_error;
    ListFrame* m_frame;
    QLabel* m_summary;
    ComparisonView* m_rows;
    QPushButton* m_go;
    QPushButton* m_inBackup;
    QPushButton* m_again;
};

} // namespace portolan
