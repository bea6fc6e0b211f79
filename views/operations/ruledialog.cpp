#include "views/operations/ruledialog.h"

#include "models/list/format.h"
#include "models/operations/retentionmodels.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int pauseMilliseconds = 300;

std::optional<QByteArray> changedText(const QLineEdit* field, const QByteArray& before) {
    const QByteArray text = field->text().trimmed().toUtf8();
    return text == before ? std::nullopt : std::optional(text);
}

} // namespace

RuleDialog::RuleDialog(const std::optional<RetentionRule>& rule, OperationsController& desk, QWidget* parent)
    : QDialog(parent)
    , m_rule(rule)
    , m_desk(&desk)
    , m_isOfBackups(rule && rule->table == backupRuleTable)
    , m_isOfFiles(desk.url().kind == StoreKind::Files && !m_isOfBackups)
    , m_name(new QLineEdit(this))
    , m_table(new QComboBox(this))
    , m_column(new QLineEdit(this))
    , m_filter(new QLineEdit(this))
    , m_keep(new QLineEdit(this))
    , m_count(new QLineEdit(this))
    , m_archive(new QLineEdit(this))
    , m_dryRun(formParagraph(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(m_rule ? tr("Change a rule") : tr("New rule"));
    takeWidth(this, 170 * gridUnit);
    auto* const advice = paragraph(
        m_isOfBackups
            ? tr("The newest backup of each of so many days and months stays, with all of the last day and the "
                 "newest that was proved. Nothing is deleted before the rule is run, here or by a schedule.")
        : m_isOfFiles ? tr("Whole files go that the writer is done with; their messages stay known, so that none "
                           "is stored twice. Nothing is deleted before the rule is run.")
                      : tr("Rows go that are longer ago than they are kept, in short transactions, the oldest "
                           "first. Nothing is deleted before the rule is run, here or by a schedule."),
        this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    addFields(form);
    m_dryRun->setAccessibleDescription(tr("Dry run"));
    form->addRow(QString(), m_dryRun);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Set the rule"));
    m_act = buttons.act;
    m_act->setText(m_rule && m_rule->enabled ? tr("Change the rule") : tr("Switch the rule on"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(m_rule ? tr("Change what the rule %1 keeps").arg(visibleText(m_rule->name, 60))
                                         : tr("Make a rule that says how long rows stay"),
                                  this));
    layout->addWidget(advice);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    m_soon.setSingleShot(true);
    m_soon.setInterval(pauseMilliseconds);
    connect(&m_soon, &QTimer::timeout, this, &RuleDialog::count);
    for (const QLineEdit* field : {m_name, m_column, m_filter, m_keep, m_count, m_archive})
        connect(field, &QLineEdit::textChanged, this, &RuleDialog::askCount);
    connect(m_table, &QComboBox::currentTextChanged, this, &RuleDialog::askCount);
    connect(m_reason, &QLineEdit::textChanged, this, &RuleDialog::showState);
    connect(m_act, &QPushButton::clicked, this, [this] {
        if (const auto change = typed()) {
            Q_EMIT changeWanted(*change, m_reason->text().trimmed().toUtf8());
            accept();
        }
    });
    count();
    (!m_rule ? m_name : m_isOfBackups ? m_filter : m_keep)->setFocus();
}

/// A rule is about the same rows for as long as it lives: of one that is there only what it keeps is asked.
void RuleDialog::addFields(QFormLayout* form) {
    const bool isNew = !m_rule;
    m_name->setAccessibleName(tr("Name"));
    m_table->setAccessibleName(tr("Table"));
    m_table->setEditable(true);
    m_column->setAccessibleName(tr("Time column"));
    m_column->setPlaceholderText(QStringLiteral("created_at"));
    m_filter->setAccessibleName(tr("Only rows that match"));
    m_filter->setPlaceholderText(m_isOfBackups ? QStringLiteral("daily:30 monthly:12")
                                               : tr("all; or a filter, as status:completed"));
    m_keep->setAccessibleName(tr("Keep"));
    m_keep->setPlaceholderText(tr("30d, 12h, 90m"));
    m_count->setAccessibleName(tr("Keep newest"));
    m_archive->setAccessibleName(tr("Archive"));
    m_archive->setPlaceholderText(tr("a folder; empty: they are deleted"));
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Table"), m_table);
    form->addRow(tr("Time column"), m_column);
    form->addRow(m_isOfBackups ? tr("Days and months") : tr("Only rows"), m_filter);
    form->addRow(tr("Keep for"), m_keep);
    form->addRow(m_isOfFiles ? tr("Keep newest") : tr("Keep newest of each"), m_count);
    form->addRow(tr("Pack into"), m_archive);
    for (QWidget* field : std::initializer_list<QWidget*>{m_name, m_table, m_column})
        form->setRowVisible(field, isNew);
    form->setRowVisible(m_filter, !m_isOfFiles);
    form->setRowVisible(m_keep, !m_isOfBackups);
    form->setRowVisible(m_count, m_isOfFiles || (m_rule && m_rule->table == "checkpoints"));
    form->setRowVisible(m_archive, m_isOfFiles);
    if (m_rule) {
        m_filter->setText(QString::fromUtf8(m_rule->filter));
        m_keep->setText(m_rule->keep ? typedAge(*m_rule->keep) : QString());
        m_count->setText(m_rule->keepCount ? QString::number(*m_rule->keepCount) : QString());
        m_archive->setText(QString::fromUtf8(m_rule->archive));
        return;
    }
    m_desk->readTables(m_asker, this, [this](const Result<std::vector<CountedTable>>& tables) {
        if (!tables)
            return; // it is typed
        const QString typedName = m_table->currentText();
        for (const CountedTable& each : *tables)
            m_table->addItem(each.name);
        m_table->setEditText(typedName);
    });
}

/// Error: what is wrong; without words, something has yet to be typed.
Result<RetentionChange> RuleDialog::typed() const {
    RetentionChange change;
    change.name = m_rule ? m_rule->name : m_name->text().trimmed().toUtf8();
    if (!m_rule) {
        change.table = m_table->currentText().trimmed().toUtf8();
        change.timeColumn = m_column->text().trimmed().toUtf8();
        if (change.name.isEmpty() || change.table->isEmpty() || change.timeColumn->isEmpty())
            return Error{ErrorCode::Usage, {}};
    }
    if (!m_isOfFiles)
        change.filter = changedText(m_filter, m_rule ? m_rule->filter : QByteArray());
    else
        change.archive = changedText(m_archive, m_rule ? m_rule->archive : QByteArray());
    if (const QByteArray keep = m_keep->text().trimmed().toUtf8(); !keep.isEmpty()) {
        const auto age = parseAge(keep);
        if (!age)
            return Error{ErrorCode::Usage,
                         tr("“%1” is no length of time. Write 30d, 12h or 90m.").arg(visibleText(keep, 40))};
        change.keep = std::chrono::duration_cast<std::chrono::seconds>(*age);
    } else if (m_rule && m_rule->keep) {
        return Error{ErrorCode::Usage,
                     tr("How long its rows are kept cannot be taken from a rule. Write 30d, 12h or 90m.")};
    }
    if (const QString count = m_count->text().trimmed(); !count.isEmpty()) {
        bool ok = false;
        change.keepCount = count.toLongLong(&ok);
        if (!ok || *change.keepCount < 1)
            return Error{ErrorCode::Usage, tr("“%1” is no number of rows. Write 1 or more.").arg(count)};
    } else if (m_rule && m_rule->keepCount) {
        return Error{ErrorCode::Usage, tr("How many are kept cannot be taken from a rule. Write 1 or more.")};
    }
    return change;
}

void RuleDialog::askCount() {
    m_counting.cancelPending();
    m_counted.reset();
    m_soon.start();
    showState();
}

void RuleDialog::count() {
    m_counting.cancelPending();
    m_counted.reset();
    if (const auto change = typed(); change && m_desk)
        m_desk->countChanged(m_counting, *change, this, [this](const Result<RetentionOutcome>& outcome) {
            m_counted = outcome;
            showState();
        });
    showState();
}

void RuleDialog::showState() {
    const auto change = typed();
    const bool isCounted = change && m_counted && m_counted->ok();
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_dryRun->setText(!change       ? change.error().text
                      : !m_counted  ? tr("What it would delete now is being counted…")
                      : !*m_counted ? m_counted->error().text
                                    : retentionOutcomeText(**m_counted));
    m_dryRun->setAccessibleName(m_dryRun->text());
    m_dryRun->setVisible(!m_dryRun->text().isEmpty());
    m_act->setEnabled(isCounted && hasReason);
    m_act->setToolTip(isCounted && !hasReason ? tr("Say why first; it goes into the audit.") : QString());
    fitHeight(this);
}

} // namespace portolan
