#include "views/ask/dialogparts.h"

#include "views/style/plainlabel.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int titleBar = 10 * gridUnit; ///< that a window manager adds, about

int wantedHeight(const QWidget& dialog) {
    const QLayout* const layout = dialog.layout();
    const int wanted =
        layout->hasHeightForWidth() ? layout->totalHeightForWidth(dialog.width()) : layout->totalSizeHint().height();
    return std::min(wanted, dialog.screen()->availableSize().height() - titleBar);
}

/// Lets a dialog grow with what is in it.
class HeightKeeper : public QObject {
public:
    explicit HeightKeeper(QDialog* dialog) : QObject(dialog) { dialog->installEventFilter(this); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        auto* const dialog = static_cast<QDialog*>(watched);
        const bool isLaidOut =
            event->type() == QEvent::Show || (event->type() == QEvent::LayoutRequest && dialog->isVisible());
        if (isLaidOut && dialog->height() < wantedHeight(*dialog))
            fitHeight(dialog);
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void fitHeight(QWidget* dialog) {
    dialog->layout()->activate();
    dialog->resize(dialog->width(), wantedHeight(*dialog));
    if (!dialog->isVisible())
        return;
    const QRect room = dialog->screen()->availableGeometry();
    const QRect frame = dialog->frameGeometry();
    if (const int beyond = frame.bottom() - room.bottom(); beyond > 0)
        dialog->move(frame.left(), std::max(room.top(), frame.top() - beyond));
}

QLabel* paragraph(const QString& text, QWidget* parent) {
    auto* label = plainLabel(parent);
    label->setWordWrap(true);
    label->setText(text);
    return label;
}

QLabel* formParagraph(QWidget* parent) {
    QLabel* const label = paragraph({}, parent);
    QSizePolicy policy = label->sizePolicy();
    policy.setVerticalPolicy(QSizePolicy::Ignored); // its height for its width is what counts
    label->setSizePolicy(policy);
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
    new HeightKeeper(dialog);
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

QWidget* makeButtonBar(QWidget* parent, std::initializer_list<QPushButton*> left,
                       std::initializer_list<QPushButton*> right) {
    auto* bar = new QWidget(parent);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    layout->setSpacing(2 * gridUnit);
    for (QPushButton* button : left)
        layout->addWidget(button);
    layout->addStretch(1);
    for (QPushButton* button : right)
        layout->addWidget(button);
    return bar;
}

} // namespace portolan
