#include "views/versions/healdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

HealDialog::HealDialog(QWidget* parent)
    : QDialog(parent)
    , m_advice(paragraph(tr("The tables are being compared with their models…"), this))
    , m_script(new QPlainTextEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Heal user-defined tables"));
    m_advice->setForegroundRole(QPalette::PlaceholderText);
    m_script->setReadOnly(true);
    m_script->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_script->setFont(dataFont(font()));
    m_script->setAccessibleName(tr("Statements"));
    m_script->setTabChangesFocus(true);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Heal"));
    m_heal = buttons.act;
    m_heal->setText(tr("Heal"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Make the user-defined tables what their models say"), this));
    layout->addWidget(m_advice);
    layout->addWidget(m_script, 1);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    takeSize(this, QSize(200 * gridUnit, 110 * gridUnit));
    connect(m_reason, &QLineEdit::textChanged, this, &HealDialog::showButton);
    connect(m_heal, &QPushButton::clicked, this, [this] {
        Q_EMIT healWanted(m_statements, m_reason->text().trimmed().toUtf8());
        accept();
    });
    showButton();
    m_reason->setFocus();
}

void HealDialog::setDifferences(const Result<std::vector<ModelDifference>>& differences) {
    m_statements = differences ? harmlessStatements(*differences) : std::vector<QByteArray>();
    QByteArray script;
    if (differences) {
        for (const ModelDifference& each : *differences) {
            if (each.losesNothing)
                script += healingLines(each.what, each.statements);
        }
    }
    m_script->setPlainText(QString::fromUtf8(script.trimmed()));
    m_advice->setText(!differences           ? differences.error().text
                      : m_statements.empty() ? tr("Nothing can be mended without losing something.")
                                             : tr("These statements are run in one transaction. None of them loses a "
                                                  "row or a column."));
    m_heal->setText(m_statements.empty() ? tr("Heal") : tr("Run the statements (%1)").arg(m_statements.size()));
    showButton();
}

void HealDialog::showButton() {
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_heal->setEnabled(!m_statements.empty() && hasReason);
    m_heal->setToolTip(!m_statements.empty() && !hasReason ? tr("Say why first; it goes into the audit.") : QString());
}

} // namespace portolan
