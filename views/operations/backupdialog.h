#pragma once

#include <QDialog>

class QLineEdit;

namespace portolan {

/// Asks where a backup goes. It does nothing itself: backupWanted() says what was confirmed. Blocks its window alone;
/// shown with open().
class BackupDialog : public QDialog {
    Q_OBJECT
public:
    explicit BackupDialog(QWidget* parent = nullptr);

Q_SIGNALS:
    void backupWanted(const QString& to); ///< a file or a folder; empty: the store's own folder of backups

private:
    QLineEdit* m_path;
};

} // namespace portolan
