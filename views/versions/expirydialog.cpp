#include "views/versions/expirydialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QDateTimeEdit>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int usualDays = 30; ///< what is proposed where there is no expiry

} // namespace

ExpiryDialog::ExpiryDialog(const QByteArray& name, qint64 version, std::optional<Timestamp> expires,
                           TimeDisplay display, QWidget* parent)
    : QDialog(parent)
    , m_never(new QRadioButton(tr("never"), this))
    , m_at(new QRadioButton(display == TimeDisplay::Utc ? tr("at (UTC)") : tr("at (local time)"), this))
    , m_time(new QDateTimeEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Expiry of a checkpoint"));
    takeWidth(this, 120 * gridUnit);
    m_never->setAccessibleName(tr("It never expires"));
    m_at->setAccessibleName(tr("It expires"));
    m_time->setAccessibleName(tr("When it expires"));
    m_time->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    m_time->setCalendarPopup(true);
    m_time->setTimeSpec(display == TimeDisplay::Utc ? Qt::UTC : Qt::LocalTime);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const auto milliseconds =
        expires ? std::chrono::duration_cast<std::chrono::milliseconds>(expires->time_since_epoch()).count()
                : QDateTime::fromMSecsSinceEpoch(now, Qt::UTC).addDays(usualDays).toMSecsSinceEpoch();
    m_time->setDateTime(
        QDateTime::fromMSecsSinceEpoch(milliseconds, display == TimeDisplay::Utc ? Qt::UTC : Qt::LocalTime));
    m_never->setChecked(!expires);
    m_at->setChecked(expires.has_value());
    auto* at = new QHBoxLayout;
    at->addWidget(m_at);
    at->addWidget(m_time, 1);
    auto* choices = new QVBoxLayout;
    choices->addWidget(m_never);
    choices->addLayout(at);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(3 * gridUnit);
    form->addRow(tr("Expires"), choices);
    m_reason = addReason(form, this);
    QLabel* const advice =
        paragraph(tr("Retention deletes versions that have expired, but never the latest of a name."), this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Set expiry"));
    m_set = buttons.act;
    m_set->setText(tr("Set expiry"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(
        dialogTitle(tr("When may version %1 of “%2” go?").arg(QString::number(version), visibleText(name, 60)), this));
    layout->addWidget(advice);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    connect(m_at, &QRadioButton::toggled, this, &ExpiryDialog::showButton);
    connect(m_reason, &QLineEdit::textChanged, this, &ExpiryDialog::showButton);
    connect(m_set, &QPushButton::clicked, this, &ExpiryDialog::confirm);
    showButton();
}

void ExpiryDialog::showButton() {
    m_time->setEnabled(m_at->isChecked());
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_set->setEnabled(hasReason);
    m_set->setToolTip(hasReason ? QString() : tr("Say why first; it goes into the audit."));
}

void ExpiryDialog::confirm() {
    std::optional<Timestamp> expires;
    if (m_at->isChecked())
        expires = Timestamp(std::chrono::milliseconds(m_time->dateTime().toMSecsSinceEpoch()));
    Q_EMIT expiryWanted(expires, m_reason->text().trimmed().toUtf8());
    accept();
}

} // namespace portolan
