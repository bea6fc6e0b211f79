#include "views/window/closingdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int closingWidth = 130 * gridUnit;

} // namespace

ClosingDialog::ClosingDialog(const QString& title, const QStringList& running, Background background, QWidget* parent)
    : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Close"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(title, this));
    QStringList lines;
    for (const QString& each : running)
        lines << QStringLiteral("●  ") + each;
    layout->addWidget(paragraph(lines.join(u'\n'), this));
    if (background == Background::No) {
        layout->addWidget(paragraph(tr("What was received is stored and acknowledged first."), this));
    } else {
        layout->addWidget(paragraph(
            tr("Stop and close: what was received is stored and acknowledged first; the next start offers to go on."),
            this));
        layout->addWidget(
            paragraph(tr("In the background all goes on without the window. Start Portolan again to bring "
                         "it back; the program ends when nothing runs any more."),
                      this));
    }
    DialogButtons buttons = makeDialogButtons(this, tr("Stop and close"));
    buttons.act->setText(tr("Stop and close"));
    connect(buttons.act, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT stopWanted();
    });
    if (background != Background::No) {
        auto* const keep = new QPushButton(tr("Keep running in the background"), buttons.bar);
        keep->setAutoDefault(false);
        keep->setEnabled(background == Background::Offered);
        if (background == Background::NotFound) {
            keep->setToolTip(tr("This window is a program of its own: a later start would not find it again."));
            keep->setAccessibleDescription(keep->toolTip());
        }
        auto* const row = static_cast<QHBoxLayout*>(buttons.bar->layout());
        row->insertWidget(row->indexOf(buttons.act), keep);
        setTabOrder(keep, buttons.act);
        connect(keep, &QPushButton::clicked, this, [this] {
            accept();
            Q_EMIT backgroundWanted();
        });
    }
    addFoot(this, buttons.bar);
    takeWidth(this, closingWidth);
    buttons.act->setFocus();
}

} // namespace portolan
