#include "views/alerts/alertsdialog.h"

#include "models/alerts/alerttexts.h"
#include "models/list/format.h"
#include "views/alerts/alertform.h"
#include "views/alerts/alerttable.h"
#include "views/ask/dialogparts.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr QSize alertsDialogSize{270 * gridUnit, 145 * gridUnit};

QPushButton* dialogButton(const QString& text, QWidget* parent) {
    auto* const button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    button->setAccessibleName(text);
    return button;
}

} // namespace

AlertsDialog::AlertsDialog(AlertMonitor* desk, StoreWorker* channel, const QString& store, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_gate(this)
    , m_table(new AlertTable(&m_model, this))
    , m_form(new AlertForm(this))
    , m_acknowledge(dialogButton(tr("Acknowledge"), this))
    , m_new(dialogButton(tr("New alert"), this))
    , m_remove(dialogButton(tr("Remove"), this))
    , m_save(dialogButton(tr("Save"), this))
    , m_said(paragraph({}, this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Alerts"));
    setPrimary(m_save);
    m_said->setObjectName(QStringLiteral("said"));
    auto* const close = dialogButton(tr("Close"), this);
    auto* const deeds = new QHBoxLayout;
    deeds->setSpacing(2 * gridUnit);
    for (QWidget* each :
         {static_cast<QWidget*>(m_acknowledge), static_cast<QWidget*>(m_new), static_cast<QWidget*>(m_remove)})
        deeds->addWidget(each);
    deeds->addStretch(1);
    auto* const ends = new QHBoxLayout;
    ends->setSpacing(2 * gridUnit);
    ends->addWidget(m_said, 1);
    ends->addWidget(close);
    ends->addWidget(m_save);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Alerts of %1").arg(visibleText(store.toUtf8(), 60)), this));
    layout->addWidget(m_table, 1);
    layout->addLayout(deeds);
    layout->addWidget(m_form);
    addFoot(this, ends);
    takeSize(this, alertsDialogSize);

    m_gate.setChannel(channel);
    connect(&m_gate, &ProductionConfirmation::refused, m_said, &QLabel::setText);
    m_model.setDesk(desk);
    connect(m_table, &AlertTable::chosen, this, &AlertsDialog::choose);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &AlertsDialog::chooseAgain);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &AlertsDialog::follow);
    connect(m_form, &AlertForm::edited, this, &AlertsDialog::showButtons);
    connect(m_acknowledge, &QPushButton::clicked, this, &AlertsDialog::acknowledge);
    connect(m_new, &QPushButton::clicked, this, &AlertsDialog::begin);
    connect(m_remove, &QPushButton::clicked, this, &AlertsDialog::remove);
    connect(m_save, &QPushButton::clicked, this, &AlertsDialog::save);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    if (desk)
        desk->refresh();
    if (m_model.rowCount() > 0)
        m_table->selectRow(0);
    m_table->setFocus();
    showButtons();
}

const AlertReading* AlertsDialog::chosenReading() const {
    return m_chosen.isEmpty() ? nullptr : m_model.readingAt(m_model.rowOf(m_chosen));
}

/// Shows the chosen rule. The text in writing stays when a look only changes the figures.
void AlertsDialog::choose() {
    const AlertReading* const reading = m_model.readingAt(m_table->chosenRow());
    if (!reading)
        return;
    const AlertRule& rule = reading->alert.rule;
    if (rule.name == m_chosen && m_form->isChanged())
        return;
    m_chosen = rule.name;
    m_seen = reading->alert.isStored ? std::optional(rule) : std::nullopt;
    m_form->show(rule);
    showButtons();
}

void AlertsDialog::chooseAgain() {
    if (const int row = m_model.rowOf(m_chosen); row >= 0)
        m_table->selectRow(row);
    else if (!m_form->isChanged())
        m_table->selectRow(0);
    else
        m_seen.reset(); // the rule went while it was being changed: what is written would make it again
    follow();
}

/// Somebody else may have set the rule, or acknowledging has put a built-in one into the store.
void AlertsDialog::follow() {
    if (const AlertReading* const reading = chosenReading()) {
        const AlertRule& rule = reading->alert.rule;
        if (!m_form->isChanged() && m_form->shown() != rule)
            m_form->show(rule);
        if (m_form->shown() == rule)
            m_seen = reading->alert.isStored ? std::optional(rule) : std::nullopt;
    }
    showButtons();
}

void AlertsDialog::begin() {
    m_chosen.clear();
    m_seen.reset();
    m_table->clearSelection();
    m_form->show(std::nullopt);
    m_form->focusName();
    m_said->clear();
    showButtons();
}

void AlertsDialog::save() {
    if (!m_desk)
        return;
    m_gate.passWithReason(tr("change an alert"),
                          [this, rule = m_form->rule(), seen = m_seen](const QByteArray& reason) {
                              if (!m_desk)
                                  return;
                              m_desk->save(rule, seen, reason, this, [this, rule](const Result<void>& done) {
                                  // A text that is written meanwhile stays.
                                  if (done && m_form->rule() == rule) {
                                      m_chosen = rule.name;
                                      m_seen = rule;
                                      m_form->show(rule);
                                  }
                                  say(done, tr("Saved: %1").arg(alertTitle(rule)));
                              });
                          });
}

void AlertsDialog::remove() {
    const AlertReading* const reading = chosenReading();
    if (!m_desk || !reading)
        return;
    m_gate.passWithReason(tr("remove an alert"), [this, rule = reading->alert.rule](const QByteArray& reason) {
        if (!m_desk)
            return;
        m_desk->remove(rule.name, reason, this, [this, rule, written = m_form->rule()](const Result<void>& done) {
            const AlertRule* const usual = builtInAlert(rule.name);
            if (done && usual) {
                m_seen.reset();
                if (m_form->rule() == written)
                    m_form->show(*usual);
            } else if (done) {
                m_chosen.clear();
            }
            say(done, usual ? tr("As usual again: %1").arg(alertTitle(rule)) : tr("Removed: %1").arg(alertTitle(rule)));
        });
    });
}

void AlertsDialog::acknowledge() {
    if (!m_desk || m_chosen.isEmpty())
        return;
    const QString title = chosenReading() ? alertTitle(chosenReading()->alert.rule) : QString();
    m_gate.passWithReason(tr("acknowledge an alert"), [this, title, name = m_chosen](const QByteArray& reason) {
        if (m_desk)
            m_desk->acknowledge(name, reason, this, [this, title](const Result<void>& done) {
                say(done, tr("Acknowledged: %1").arg(title));
            });
    });
}

void AlertsDialog::say(const Result<void>& done, const QString& text) {
    m_said->setText(done ? text : done.error().text);
    showButtons();
}

void AlertsDialog::showButtons() {
    const AlertReading* const reading = chosenReading();
    const bool isBuiltIn = reading && builtInAlert(reading->alert.rule.name);
    m_acknowledge->setEnabled(reading && reading->state == AlertState::Firing);
    m_acknowledge->setToolTip(reading && reading->state != AlertState::Firing ? tr("It does not fire.") : QString());
    m_remove->setText(isBuiltIn ? tr("As built in") : tr("Remove"));
    m_remove->setAccessibleName(m_remove->text());
    m_remove->setEnabled(reading && reading->alert.isStored);
    m_remove->setToolTip(isBuiltIn ? tr("Takes away what this store says of it: it is as it is built in again.")
                                   : QString());
    m_save->setEnabled(m_desk && m_form->canBeSaved());
}

} // namespace portolan
