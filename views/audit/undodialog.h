#pragma once

#include "models/audit/undopreview.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace portolan {

/// Says what undoing an act would do, and asks why. It changes nothing itself. Blocks its window alone; shown with
/// open().
class UndoDialog : public QDialog {
    Q_OBJECT
public:
    explicit UndoDialog(const UndoPreview& preview, QWidget* parent = nullptr);

Q_SIGNALS:
    void undoWanted(qint64 entry, const QByteArray& reason);

private:
    void showButton();

    bool m_can;
    QLineEdit* m_reason;
    QPushButton* m_undo;
};

} // namespace portolan
