#pragma once

#include "storage/backups/backups.h"
#include "storage/config/urls.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

/// Asks for the new or empty place that a backup is restored into, and why. It does nothing itself: restoreWanted()
/// says what was confirmed. Blocks its window alone; shown with open().
class RestoreDialog : public QDialog {
    Q_OBJECT
public:
    /// `store` is the one that the backup is of.
    RestoreDialog(const BackupEntry& backup, const StoreUrl& store, QWidget* parent = nullptr);

Q_SIGNALS:
    void restoreWanted(const portolan::StoreUrl& into, const QByteArray& reason);

private:
    void showButton();

    QLineEdit* m_place;
    QLabel* m_mistake;
    QLineEdit* m_reason;
    QPushButton* m_restore;
};

} // namespace portolan
