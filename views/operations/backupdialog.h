#pragma once

#include "models/operations/operationscontroller.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace portolan {

class TablePicker;

/// Asks where a backup goes, and whether it is of everything. It does nothing itself: backupWanted() says what was
/// confirmed. Blocks its window alone; shown with open().
class BackupDialog : public QDialog {
    Q_OBJECT
public:
    /// `desk` has the store that is backed up; borrowed.
    explicit BackupDialog(OperationsController& desk, QWidget* parent = nullptr);

Q_SIGNALS:
    /// To a file or a folder; empty: the store's own folder of backups. `only`: these tables; none: all.
    void backupWanted(const QString& to, const QStringList& only);

private:
    void showButton();

    RequestScope m_asker;
    QLineEdit* m_path;
    TablePicker* m_tables;
    QPushButton* m_act;
};

} // namespace portolan
