#pragma once

#include "models/list/format.h"

#include <QDialog>
#include <optional>

class QDateTimeEdit;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace portolan {

/// Asks when a version of a checkpoint may go, and why. It changes nothing itself. Blocks its window alone; shown with
/// open().
class ExpiryDialog : public QDialog {
    Q_OBJECT
public:
    /// `expires` is what holds now; times are asked for in the zone of `display`.
    ExpiryDialog(const QByteArray& name, qint64 version, std::optional<Timestamp> expires, TimeDisplay display,
                 QWidget* parent = nullptr);

Q_SIGNALS:
    void expiryWanted(std::optional<portolan::Timestamp> expires, const QByteArray& reason);

private:
    void showButton();
    void confirm();

    QRadioButton* m_never;
    QRadioButton* m_at;
    QDateTimeEdit* m_time;
    QLineEdit* m_reason;
    QPushButton* m_set;
};

} // namespace portolan
