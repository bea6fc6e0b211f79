#include "views/versions/promotedialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"
#include "views/versions/comparisonview.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

PromoteDialog::PromoteDialog(const QByteArray& name, qint64 version, QWidget* parent)
    : QDialog(parent)
    , m_version(version)
    , m_advice(paragraph({}, this))
    , m_comparison(new ComparisonView(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Promote a checkpoint"));
    m_advice->setForegroundRole(QPalette::PlaceholderText);
    m_comparison->setNote(tr("The versions are being compared…"));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Promote"));
    m_promote = buttons.act;
    m_promote->setText(tr("Promote version %1").arg(version));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(
        tr("Make version %1 of “%2” the latest again").arg(QString::number(version), visibleText(name, 60)), this));
    layout->addWidget(m_advice);
    layout->addWidget(m_comparison, 1);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    takeSize(this, QSize(230 * gridUnit, 150 * gridUnit));
    connect(m_reason, &QLineEdit::textChanged, this, &PromoteDialog::showButton);
    connect(m_promote, &QPushButton::clicked, this, [this] {
        Q_EMIT promoteWanted(m_reason->text().trimmed().toUtf8(), m_latest);
        accept();
    });
    showButton();
    m_reason->setFocus();
}

void PromoteDialog::setPreview(const Result<PromotionPreview>& preview) {
    m_may = preview.ok() && preview->latest != m_version;
    if (!preview) {
        m_comparison->setNote(preview.error().text);
    } else {
        m_latest = preview->latest;
        m_comparison->setComparison(preview->comparison);
        m_advice->setText(m_may
                              ? tr("Components go on from it in place of version %1, which stays, as all versions do. "
                                   "One transaction; it can be undone.")
                                    .arg(preview->latest)
                              : tr("It is the latest already; there is nothing to do."));
    }
    showButton();
}

void PromoteDialog::showButton() {
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_promote->setEnabled(m_may && hasReason);
    m_promote->setToolTip(m_may && !hasReason ? tr("Say why first; it goes into the audit.") : QString());
}

} // namespace portolan
