#pragma once

#include "models/versions/versionmodels.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

class ComparisonView;

/// Shows what promoting a version of a checkpoint would change, and asks why. It changes nothing itself:
/// promoteWanted() says that the operator has confirmed. Blocks its window alone; shown with open().
class PromoteDialog : public QDialog {
    Q_OBJECT
public:
    PromoteDialog(const QByteArray& name, qint64 version, QWidget* parent = nullptr);

    /// Without it nothing can be confirmed.
    void setPreview(const Result<PromotionPreview>& preview);

Q_SIGNALS:
    /// `latest`: the version that it takes the mark from, as it was shown.
    void promoteWanted(const QByteArray& reason, qint64 latest);

private:
    void showButton();

    const qint64 m_version;
    bool m_may = false; ///< there is something to do
    qint64 m_latest = 0;
    QLabel* m_advice;
    ComparisonView* m_comparison;
    QLineEdit* m_reason;
    QPushButton* m_promote;
};

} // namespace portolan
