#include "views/guide/aboutdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFormLayout>
#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

AboutDialog::AboutDialog(const std::vector<std::pair<QString, QString>>& facts, const QString& text, QWidget* parent)
    : QDialog(parent) {
    constexpr int pictureSize = 48;
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("About Portolan"));
    auto* const picture = new QLabel(this);
    picture->setPixmap(QIcon(QStringLiteral(":/icons/portolan.svg")).pixmap(pictureSize, pictureSize));
    picture->setAccessibleName(QStringLiteral("Portolan"));
    auto* const head = new QHBoxLayout;
    head->setSpacing(4 * gridUnit);
    head->addWidget(picture);
    auto* const words = new QVBoxLayout;
    words->addWidget(dialogTitle(tr("Portolan, a console for message pipelines"), this));
    words->addWidget(paragraph(tr("Free software under the GNU General Public License, version 3 or later. It comes "
                                  "without any warranty."),
                               this));
    head->addLayout(words, 1);
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(gridUnit);
    for (const auto& [name, value] : facts) {
        QLabel* const line = paragraph(value, this);
        line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        line->setAccessibleName(name + u' ' + value);
        form->addRow(name, line);
    }
    auto* const copy = new QPushButton(tr("Copy diagnostics"), this);
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this, [text] { QApplication::clipboard()->setText(text); });
    auto* const close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    setPrimary(close);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(2 * gridUnit);
    buttons->addStretch(1);
    buttons->addWidget(copy);
    buttons->addWidget(close);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addLayout(head);
    layout->addLayout(form);
    layout->addWidget(
        paragraph(tr("There is no path, name, store or secret among these: they can be shown to others."), this));
    addFoot(this, buttons);
    close->setFocus();
    takeWidth(this, 130 * gridUnit);
}

} // namespace portolan
