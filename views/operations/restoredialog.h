#pragma once

#include "models/operations/operationscontroller.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace portolan {

class TablePicker;

/// Asks where a backup is restored, into a new or empty place or in the place of the store, which tables of it, and
/// why. It does nothing itself: restoreWanted() says what was confirmed. Blocks its window alone; shown with open().
class RestoreDialog : public QDialog {
    Q_OBJECT
public:
    /// `desk` has the store that the backup is of; borrowed.
    RestoreDialog(const BackupEntry& backup, OperationsController& desk, QWidget* parent = nullptr);

Q_SIGNALS:
    void restoreWanted(const portolan::RestoreOrder& order);

private:
    void showState();
    [[nodiscard]] QString consequences() const;

    BackupEntry m_backup;
    StoreUrl m_store;
    RequestScope m_asker;
    QRadioButton* m_elsewhere;
    QRadioButton* m_here;
    QLineEdit* m_place;
    QLabel* m_mistake;
    QLabel* m_consequences; ///< of a restore in the place of the store
    TablePicker* m_tables;
    QLineEdit* m_reason;
    QPushButton* m_restore;
};

} // namespace portolan
