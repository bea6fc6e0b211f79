#include "views/export/bundledialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QDate>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

namespace portolan {

BundleDialog::BundleDialog(const QString& what, const QString& folder, QWidget* parent)
    : QDialog(parent)
    , m_report(new QCheckBox(tr("With a report of the time around them, and its charts"), this))
    , m_title(new QLineEdit(tr("Incident of %1").arg(QDate::currentDate().toString(Qt::ISODate)), this))
    , m_path(new QLineEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Take an incident home"));
    m_title->setAccessibleName(tr("Report title"));
    m_report->setChecked(true);
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Messages"), paragraph(what, this));
    form->addRow(tr("Report"), m_report);
    form->addRow(tr("Title"), m_title);
    form->addRow(tr("Where to"), makeFileRow(m_path, tr("Write the bundle to"), this));
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Write bundle"));
    m_write = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Write an incident bundle"), this));
    layout->addWidget(paragraph(tr("One archive with the messages byte for byte, what the audit says of them, and "
                                   "checksums. It opens here again for reading, and can be imported into another "
                                   "store. Everything that the messages say is in it: look whom you hand it to."),
                                this));
    layout->addLayout(form);
    layout->addStretch(1);
    addFoot(this, buttons.bar);
    takeWidth(this, 140 * gridUnit);
    m_path->setText(
        QDir(folder).filePath(QStringLiteral("incident-%1.zip").arg(QDate::currentDate().toString(Qt::ISODate))));
    connect(m_path, &QLineEdit::textChanged, this, &BundleDialog::showState);
    connect(m_report, &QCheckBox::toggled, m_title, &QLineEdit::setEnabled);
    connect(m_write, &QPushButton::clicked, this, &BundleDialog::confirm);
    showState();
    m_path->setFocus();
}

QString BundleDialog::path() const {
    return QDir::cleanPath(m_path->text().trimmed());
}

/// A file that is there is replaced only when the button has said so.
void BundleDialog::showState() {
    const QFileInfo file(path());
    QString why;
    if (file.suffix().compare(QLatin1String("zip"), Qt::CaseInsensitive) != 0)
        why = tr("The name ends with .zip.");
    else if (!file.absoluteDir().exists())
        why = tr("There is no folder %1.").arg(file.absolutePath());
    else if (file.isDir())
        why = tr("%1 is a folder.").arg(path());
    m_write->setEnabled(why.isEmpty());
    m_write->setText(file.isFile() ? tr("Replace the file") : tr("Write bundle"));
    m_write->setToolTip(why);
    m_write->setAccessibleDescription(why);
}

void BundleDialog::confirm() {
    Q_EMIT bundleWanted(QFileInfo(path()).absoluteFilePath(), m_report->isChecked(), m_title->text().trimmed());
    accept();
}

} // namespace portolan
