#pragma once

#include "storage/base/result.h"
#include "storage/tables/objectmodels.h"

#include <QDialog>
#include <vector>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace portolan {

/// Shows the statements that would make user-defined tables what their object models say, and asks why. It changes
/// nothing itself: healWanted() says that the operator has confirmed exactly these. Blocks its window alone; shown with
/// open().
class HealDialog : public QDialog {
    Q_OBJECT
public:
    explicit HealDialog(QWidget* parent = nullptr);

    /// Without it nothing can be confirmed.
    void setDifferences(const Result<std::vector<ModelDifference>>& differences);

Q_SIGNALS:
    void healWanted(const std::vector<QByteArray>& statements, const QByteArray& reason);

private:
    void showButton();

    std::vector<QByteArray> m_statements;
    QLabel* m_advice;
    QPlainTextEdit* m_script;
    QLineEdit* m_reason;
    QPushButton* m_heal;
};

} // namespace portolan
