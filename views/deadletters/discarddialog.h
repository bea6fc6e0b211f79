#pragma once

#include "models/deadletters/archivecontroller.h"

#include <QDialog>
#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

class ErrorBar;

/// Looks which dead letters are meant as soon as it is shown, says how many, and has them discarded into the archive
/// when the operator confirms. Blocks its window alone; shown with open().
class DiscardDialog : public QDialog {
    Q_OBJECT
public:
    /// `what` says in words what is to be discarded. The desk is borrowed.
    DiscardDialog(ArchiveController& desk, LetterChoice choice, const QString& what, QWidget* parent = nullptr);

public Q_SLOTS:
    void open() override;

private:
    void look();
    void showPreview();
    void confirm();

    ArchiveController& m_desk;
    const LetterChoice m_choice;
    RequestScope m_looking;
    std::optional<DiscardPreview> m_preview;

    QLabel* m_count;
    ErrorBar* m_error;
    QLineEdit* m_reason;
    QPushButton* m_discard;
};

} // namespace portolan
