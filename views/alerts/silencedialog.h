#pragma once

#include "storage/versions/componenthealth.h"

#include <QDialog>
#include <chrono>
#include <optional>

class QLineEdit;
class QPushButton;
class QRadioButton;
class QSpinBox;

namespace portolan {

/// Asks after how long without a report a component counts as silent, and why. It changes nothing itself. Blocks its
/// window alone; shown with open().
class SilenceDialog : public QDialog {
    Q_OBJECT
public:
    explicit SilenceDialog(const ComponentHealth& component, QWidget* parent = nullptr);

Q_SIGNALS:
    /// Nothing: as is usual for the component.
    void silenceWanted(std::optional<std::chrono::seconds> silentAfter, const QByteArray& reason);

private:
    void showButton();

    QRadioButton* m_usual;
    QRadioButton* m_after;
    QSpinBox* m_seconds;
    QLineEdit* m_reason;
    QPushButton* m_set;
};

} // namespace portolan
