#include "views/dialogparts.h"

#include "views/plainlabel.h"
#include "views/style.h"
#include "views/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

QLabel* paragraph(const QString& text, QWidget* parent) {
    auto* label = plainLabel(parent);
    label->setWordWrap(true);
    label->setText(text);
    return label;
}

QLabel* dialogTitle(const QString& text, QWidget* parent) {
    QLabel* const title = paragraph(text, parent);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    return title;
}

QVBoxLayout* makeDialogLayout(QDialog* dialog) {
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(5 * gridUnit, 5 * gridUnit, 5 * gridUnit, 4 * gridUnit);
    layout->setSpacing(4 * gridUnit);
    return layout;
}

/// The label is another word, so that the name leads to the field alone.
QLineEdit* addReason(QFormLayout* form, QWidget* parent) {
    auto* reason = new QLineEdit(parent);
    reason->setAccessibleName(QCoreApplication::translate("Dialogs", "Reason"));
    reason->setPlaceholderText(QCoreApplication::translate("Dialogs", "It goes into the audit"));
    form->addRow(QCoreApplication::translate("Dialogs", "Why"), reason);
    return reason;
}

QWidget* makeFileRow(QLineEdit* path, const QString& title, QWidget* parent, FileUse use) {
    auto* const place = new QWidget(parent);
    auto* const line = new QHBoxLayout(place);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(2 * gridUnit);
    path->setAccessibleName(QCoreApplication::translate("Dialogs", "File"));
    auto* const choose = new QPushButton(QCoreApplication::translate("Dialogs", "Browse…"), place);
    choose->setAutoDefault(false);
    line->addWidget(path, 1);
    line->addWidget(choose);
    QObject::connect(choose, &QPushButton::clicked, path, [path, title, use] {
        auto* const dialog = new QFileDialog(path->window(), title, QDir::cleanPath(path->text().trimmed()));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(use == FileUse::Write ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
        if (use == FileUse::Read)
            dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setOption(QFileDialog::DontConfirmOverwrite);
        QObject::connect(dialog, &QFileDialog::fileSelected, path, &QLineEdit::setText);
        dialog->open();
    });
    return place;
}

DialogButtons makeDialogButtons(QDialog* dialog, const QString& actName) {
    auto* bar = new QWidget(dialog);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * gridUnit);
    auto* cancel = new QPushButton(QCoreApplication::translate("Dialogs", "Cancel"), bar);
    cancel->setAutoDefault(false);
    auto* act = new QPushButton(bar);
    act->setAccessibleName(actName);
    act->setDefault(true);
    setPrimary(act);
    layout->addStretch(1);
    layout->addWidget(cancel);
    layout->addWidget(act);
    QObject::connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    return {bar, act};
}

} // namespace portolan
