#include "views/alerts/silencedialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int longestSilence = 366 * 24 * 3600; ///< seconds

} // namespace

SilenceDialog::SilenceDialog(const ComponentHealth& component, QWidget* parent)
    : QDialog(parent)
    , m_usual(new QRadioButton(tr("three times the usual distance of its reports"), this))
    , m_after(new QRadioButton(tr("after"), this))
    , m_seconds(new QSpinBox(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Silence of a component"));
    takeWidth(this, 120 * gridUnit);
    m_usual->setAccessibleName(tr("As is usual for it"));
    m_after->setAccessibleName(tr("After a set time"));
    m_seconds->setAccessibleName(tr("Seconds without a report"));
    m_seconds->setRange(1, longestSilence);
    m_seconds->setSuffix(tr(" s"));
    m_seconds->setValue(static_cast<int>(component.silentAfter.count()));
    m_usual->setChecked(!component.isSet);
    m_after->setChecked(component.isSet);
    auto* after = new QHBoxLayout;
    after->addWidget(m_after);
    after->addWidget(m_seconds, 1);
    auto* choices = new QVBoxLayout;
    choices->addWidget(m_usual);
    choices->addLayout(after);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(3 * gridUnit);
    form->addRow(tr("Silent"), choices);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Set silence"));
    m_set = buttons.act;
    m_set->setText(tr("Set"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("When is “%1” silent?").arg(visibleText(component.name, 60)), this));
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    connect(m_after, &QRadioButton::toggled, this, &SilenceDialog::showButton);
    connect(m_reason, &QLineEdit::textChanged, this, &SilenceDialog::showButton);
    connect(m_set, &QPushButton::clicked, this, [this] {
        Q_EMIT silenceWanted(m_after->isChecked() ? std::optional(std::chrono::seconds(m_seconds->value()))
                                                  : std::nullopt,
                             m_reason->text().trimmed().toUtf8());
        accept();
    });
    showButton();
}

void SilenceDialog::showButton() {
    m_seconds->setEnabled(m_after->isChecked());
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_set->setEnabled(hasReason);
    m_set->setToolTip(hasReason ? QString() : tr("Say why first; it goes into the audit."));
}

} // namespace portolan
