#include "views/operations/migrationdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

QString nameOf(int version, const QString& name) {
    return QStringLiteral("%1 %2").arg(version, 3, 10, QLatin1Char('0')).arg(name);
}

QString scriptOf(const MigrationPlan& plan) {
    QStringList parts;
    for (const MigrationStep& step : plan.steps) {
        QStringList lines{QStringLiteral("-- ") + nameOf(step.version, step.name)};
        for (const QByteArray& statement : step.statements)
            lines << QString::fromUtf8(statement.trimmed());
        parts << lines.join(u'\n');
    }
    return parts.join(QStringLiteral("\n\n"));
}

QString adviceOf(const MigrationPlan& plan) {
    const bool isDown = plan.to < plan.from;
    QStringList parts;
    if (isDown)
        parts << MigrationDialog::tr("What these versions brought goes, with the rows in it.");
    parts << (plan.holdsRows
                  ? MigrationDialog::tr("A backup is made and verified before; without it nothing is changed.")
                  : MigrationDialog::tr("The store has no rows: no backup is made."));
    parts << MigrationDialog::tr("Each version is one transaction. A program that writes meanwhile waits.");
    if (!plan.adopted.isEmpty())
        parts << MigrationDialog::tr("Another program's stay as they are: %1.")
                     .arg(plan.adopted.join(QStringLiteral(", ")));
    if (plan.series.startsWith(QLatin1String("TimescaleDB")))
        parts << MigrationDialog::tr("%1 keeps the time series: its own statements take the place of those about "
                                     "partitions and triggers.")
                     .arg(plan.series);
    return parts.join(u' ');
}

} // namespace

MigrationDialog::MigrationDialog(const QString& title, const std::vector<MigrationEntry>& versions, QWidget* parent)
    : QDialog(parent)
    , m_version(new QComboBox(this))
    , m_advice(paragraph(tr("The database is being looked at…"), this))
    , m_script(new QPlainTextEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Migrate the schema"));
    m_version->setAccessibleName(tr("To version"));
    for (const MigrationEntry& each : versions)
        m_version->addItem(each.version == 0 ? tr("0 (nothing of Portolan's)") : nameOf(each.version, each.name),
                           each.version);
    m_advice->setForegroundRole(QPalette::PlaceholderText);
    m_script->setReadOnly(true);
    m_script->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_script->setFont(dataFont(font()));
    m_script->setAccessibleName(tr("Statements"));
    m_script->setTabChangesFocus(true);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("To version"), m_version);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Migrate"));
    m_migrate = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(title, this));
    layout->addWidget(m_advice);
    layout->addWidget(m_script, 1);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    takeSize(this, QSize(200 * gridUnit, 130 * gridUnit));
    connect(m_version, &QComboBox::currentIndexChanged, this, [this] {
        m_plan.reset();
        m_script->clear();
        m_advice->setText(tr("The database is being looked at…"));
        showButton();
        Q_EMIT planWanted(version());
    });
    connect(m_reason, &QLineEdit::textChanged, this, &MigrationDialog::showButton);
    connect(m_migrate, &QPushButton::clicked, this, [this] {
        Q_EMIT migrateWanted(*m_plan, m_reason->text().trimmed().toUtf8());
        accept();
    });
    showButton();
    m_reason->setFocus();
}

int MigrationDialog::version() const {
    return m_version->currentData().toInt();
}

void MigrationDialog::setPlan(const Result<MigrationPlan>& plan) {
    m_plan.reset();
    if (plan)
        m_plan = *plan;
    m_advice->setText(plan ? adviceOf(*plan) : plan.error().text);
    m_script->setPlainText(plan ? scriptOf(*plan) : QString());
    showButton();
}

void MigrationDialog::showButton() {
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    const bool isDown = m_plan && m_plan->to < m_plan->from;
    const QString act = !isDown             ? tr("Migrate to version %1")
                        : m_plan->holdsRows ? tr("Back up, and go back to version %1")
                                            : tr("Go back to version %1");
    m_migrate->setText(act.arg(version()));
    m_migrate->setAccessibleDescription(m_migrate->text());
    m_migrate->setEnabled(m_plan && !m_plan->steps.empty() && hasReason);
    m_migrate->setToolTip(m_plan && !hasReason ? tr("Say why first; it goes into the audit.") : QString());
}

} // namespace portolan
