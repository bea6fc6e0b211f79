#include "views/ask/dialogparts.h"

#include "views/style/scrollframe.h"
#include "views/style/style.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

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
#include <utility>

namespace portolan {

namespace {

constexpr int margin = 5 * gridUnit;
constexpr int titleBar = 10 * gridUnit; ///< that a window manager adds, about

int wantedHeight(const QWidget& dialog) {
    const QLayout* const layout = dialog.layout();
    const int wanted =
        layout->hasHeightForWidth() ? layout->totalHeightForWidth(dialog.width()) : layout->totalSizeHint().height();
    return std::min(wanted, dialog.screen()->availableSize().height() - titleBar);
}

/// Lets a dialog grow when what is in it grows; one that the operator made smaller stays so.
class HeightKeeper : public QObject {
public:
    explicit HeightKeeper(QDialog* dialog) : QObject(dialog) { dialog->installEventFilter(this); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        auto* const dialog = static_cast<QDialog*>(watched);
        const bool isShown = event->type() == QEvent::Show;
        if (isShown || (event->type() == QEvent::LayoutRequest && dialog->isVisible())) {
            const int before = std::exchange(m_wanted, wantedHeight(*dialog));
            if (dialog->height() < m_wanted && (isShown || m_wanted > before))
                fitHeight(dialog);
        }
        return QObject::eventFilter(watched, event);
    }

private:
    int m_wanted = 0;
};

} // namespace

void fitHeight(QWidget* dialog) {
    for (ScrollFrame* const frame : dialog->findChildren<ScrollFrame*>())
        frame->updateGeometry(); // at once, where the content's own request is still to come
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
    auto* label = new WrappedLabel(parent);
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
    auto* frame = new ScrollFrame(dialog);
    auto* content = new QWidget(frame);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(margin, margin, margin, 3 * gridUnit);
    layout->setSpacing(4 * gridUnit);
    frame->setContent(content);
    auto* whole = new QVBoxLayout(dialog);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(frame, 1);
    new HeightKeeper(dialog);
    return layout;
}

void addFoot(QDialog* dialog, QLayout* foot) {
    foot->setContentsMargins(margin, gridUnit, margin, 4 * gridUnit);
    auto* bar = new QWidget(dialog);
    bar->setLayout(foot);
    dialog->layout()->addWidget(bar);
}

void addFoot(QDialog* dialog, QWidget* bar) {
    bar->layout()->setContentsMargins(margin, gridUnit, margin, 4 * gridUnit);
    dialog->layout()->addWidget(bar);
}

void takeWidth(QWidget* dialog, int width) {
    dialog->resize(std::min(width, dialog->screen()->availableSize().width()),
                   1); // as high as it wants once it is shown
}

void takeSize(QWidget* dialog, const QSize& size) {
    dialog->resize(size.boundedTo(dialog->screen()->availableSize() - QSize(0, titleBar)));
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
