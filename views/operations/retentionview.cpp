#include "views/operations/retentionview.h"

#include "models/window/storecontroller.h"
#include "views/ask/dialogparts.h"
#include "views/ask/textprompt.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/operations/ruledialog.h"
#include "views/style/icons.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QLabel>
#include <QLayout>
#include <QPushButton>

namespace portolan {

RetentionView::RetentionView(QWidget* parent)
    : ListPane(parent)
    , m_gate(this)
    , m_rules(retentionListing())
    , m_error(new ErrorBar(this))
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Retention"), &m_rules,
                            {tr("There is no rule."), tr("A database has rules that are offered, and off."),
                             tr("No rule matches the filter.")},
                            this))
    , m_dryRun(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_switch(new QPushButton(tr("Switch on…"), this))
    , m_change(new QPushButton(themedIcon(QStringLiteral("clock")), tr("Change…"), this))
    , m_new(new QPushButton(tr("New rule…"), this))
    , m_delete(new QPushButton(themedIcon(QStringLiteral("clear")), tr("Delete now…"), this)) {
    m_frame->setTitleVisible(false);
    m_frame->addBar(m_error);
    m_error->hide();
    m_dryRun->setAccessibleDescription(tr("Dry run"));
    m_dryRun->setContentsMargins(3 * gridUnit, gridUnit, 3 * gridUnit, 0);
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(m_dryRun);
    layout()->addWidget(makeButtons());
    m_frame->table()->setOwnOrder({QByteArrayLiteral("name"), false});
    wire(m_frame);
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_error, &ErrorBar::retryWanted, this, &RetentionView::refreshAll);
    connect(m_frame, &ListFrame::countChanged, this, &RetentionView::countChanged);
    connect(m_frame->table(), &DataTable::chosen, this, &RetentionView::chooseRule);
    connect(&m_rules, &PagedModel::dataChanged, this, &RetentionView::showCounted);
    connect(&m_gate, &ProductionConfirmation::refused, this, &RetentionView::notice);
    showCounted();
}

QWidget* RetentionView::makeButtons() {
    m_switch->setAccessibleName(QStringLiteral("Switch on…"));
    m_change->setAccessibleName(QStringLiteral("Change…"));
    m_new->setAccessibleName(QStringLiteral("New rule…"));
    m_delete->setAccessibleName(QStringLiteral("Delete now…"));
    connect(m_switch, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("change what is deleted from it"), [this] { askSwitch(); }); });
    connect(m_change, &QPushButton::clicked, this, [this] {
        m_gate.pass(tr("change what is deleted from it"), [this] {
            if (const RetentionRule* const rule = chosen(); rule && m_change->isEnabled())
                askChange(*rule);
        });
    });
    connect(m_new, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("change what is deleted from it"), [this] { askChange({}); }); });
    connect(m_delete, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("delete old rows"), [this] { askDelete(); }); });
    return makeButtonBar(this, {m_switch, m_change, m_new}, {m_delete});
}

void RetentionView::setContext(const PaneContext& context) {
    m_counting.cancelPending();
    m_rule.clear();
    m_error->hide();
    m_gate.setChannel(context.channel);
    m_changes = context.changes;
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.operations;
    ListPane::setContext(context);
    if (m_desk) {
        connect(m_desk, &OperationsController::retentionChanged, this, &RetentionView::refreshAll);
        connect(m_desk, &OperationsController::schemaChanged, this, &RetentionView::refreshAll);
        connect(m_desk, &OperationsController::jobsChanged, this, &RetentionView::showCounted);
        connect(m_desk, &OperationsController::failed, this, [this](OperationJob::Kind kind, const Error& error) {
            if (kind != OperationJob::Kind::Retain)
                return;
            m_error->show(error);
            m_error->setVisible(true);
        });
    }
    showCounted();
}

void RetentionView::refreshAll() {
    ListPane::refreshAll();
    count();
}

bool RetentionView::isSettled() const {
    return ListPane::isSettled() && (m_rule.isEmpty() || m_counted);
}

const RetentionRule* RetentionView::chosen() const {
    const RetentionRule* const rule = m_rules.rowAt(m_frame->table()->currentRow());
    return rule && rule->name == m_rule ? rule : nullptr;
}

void RetentionView::chooseRule(int row) {
    const RetentionRule* const rule = m_rules.rowAt(row);
    const QByteArray name = rule ? rule->name : QByteArray();
    if (rule)
        askInspection([shown = *rule](Store&, const CancelToken&) { return Result<RetentionRule>(shown); });
    if (std::exchange(m_rule, name) != name)
        count();
}

/// Counting costs a pass over the table: it is done for the chosen rule alone.
void RetentionView::count() {
    m_counting.cancelPending();
    m_counted.reset();
    if (m_desk && !m_rule.isEmpty())
        m_desk->countRule(m_counting, m_rule, this, [this](const Result<RetentionOutcome>& outcome) {
            m_counted = outcome;
            showCounted();
        });
    showCounted();
}

QString RetentionView::countedText() const {
    if (m_rule.isEmpty())
        return tr("Choose a rule to see what it would delete now.");
    if (!m_counted)
        return tr("What it would delete now is being counted…");
    if (!*m_counted)
        return (*m_counted).error().text;
    return retentionOutcomeText(**m_counted);
}

void RetentionView::showCounted() {
    const RetentionRule* const rule = chosen();
    const bool isBusy = m_desk && m_desk->isBusy();
    const bool isCounted = m_counted && m_counted->ok();
    const bool can = rule && m_changes && m_desk && !isBusy && isCounted;
    const qint64 rows = isCounted && (**m_counted).problem.isEmpty() ? (**m_counted).rows : 0;
    m_dryRun->setText(countedText());
    m_dryRun->setAccessibleName(m_dryRun->text());
    m_switch->setText(rule && rule->enabled ? tr("Switch off…") : tr("Switch on…"));
    m_switch->setEnabled(can);
    m_switch->setToolTip(can ? tr("With a reason, which goes into the audit")
                             : tr("Choose a rule, and see what it would delete"));
    m_change->setEnabled(rule && m_changes && m_desk && !isBusy);
    m_change->setToolTip(rule ? tr("Says how long its rows are kept, and counts what would go then")
                              : tr("Choose a rule"));
    const bool isOfFiles = m_desk && m_desk->url().kind == StoreKind::Files;
    m_new->setEnabled(m_changes && m_desk && !isBusy && !isOfFiles);
    m_new->setToolTip(isOfFiles ? tr("A folder of batch files has these two rules") : tr("A rule for any table"));
    m_delete->setText(rows > 0 ? tr("Delete %1 rows…").arg(groupedNumber(rows)) : tr("Delete now…"));
    m_delete->setEnabled(can && rule->enabled && rows > 0);
    m_delete->setToolTip(rule && !rule->enabled ? tr("Switch the rule on first")
                                                : tr("Deletes what was counted, in short transactions"));
}

void RetentionView::askSwitch() {
    const RetentionRule* const rule = chosen();
    if (!rule || !m_switch->isEnabled())
        return;
    const bool on = !rule->enabled;
    const QString name = visibleText(rule->name, 60);
    const QString text = on ? tr("Switch the rule %1 on. %2 Why? It goes into the audit.").arg(name, countedText())
                            : tr("Switch the rule %1 off: nothing is deleted by it any more. Why? It goes into the "
                                 "audit.")
                                  .arg(name);
    QInputDialog* const question = makeLineQuestion(tr("Change a rule"), text, tr("Reason"), this);
    question->setOkButtonText(on ? tr("Switch on") : tr("Switch off"));
    connect(question, &QInputDialog::textValueSelected, this, [this, rule = rule->name, on](const QString& reason) {
        if (reason.trimmed().isEmpty())
            Q_EMIT notice(tr("Nothing was changed: it needs a reason."));
        else
            switchTo(rule, on, reason.trimmed().toUtf8());
    });
    question->open();
}

void RetentionView::askChange(const std::optional<RetentionRule>& rule) {
    if (!m_desk)
        return;
    m_error->hide();
    auto* const dialog = new RuleDialog(rule, *m_desk, this);
    connect(dialog, &RuleDialog::changeWanted, this, &RetentionView::change);
    dialog->open();
}

void RetentionView::change(const RetentionChange& change, const QByteArray& reason) {
    if (!m_changes)
        return;
    m_changes->setRetention(change, reason, this, [this, name = change.name](const Result<void>& done) {
        if (done) {
            Q_EMIT notice(tr("The rule %1 is on, as it was counted.").arg(visibleText(name, 60)));
        } else {
            m_error->show(done.error());
            m_error->setVisible(true);
        }
        refreshAll();
    });
}

void RetentionView::switchTo(const QByteArray& rule, bool on, const QByteArray& reason) {
    if (!m_changes)
        return;
    m_error->hide();
    m_changes->switchRetention(rule, on, reason, this, [this, rule, on](const Result<void>& done) {
        if (done) {
            Q_EMIT notice((on ? tr("The rule %1 is on.") : tr("The rule %1 is off.")).arg(visibleText(rule, 60)));
        } else {
            m_error->show(done.error());
            m_error->setVisible(true);
        }
        refreshAll();
    });
}

void RetentionView::askDelete() {
    const RetentionRule* const rule = chosen();
    if (!rule || !m_delete->isEnabled())
        return;
    const qint64 rows = (**m_counted).rows;
    QInputDialog* const question = makeLineQuestion(
        tr("Delete old rows"),
        tr("%1 What is deleted comes back from a backup alone. Why? It goes into the audit.").arg(countedText()),
        tr("Reason"), this);
    question->setOkButtonText(tr("Delete %1 rows").arg(groupedNumber(rows)));
    connect(question, &QInputDialog::textValueSelected, this, [this, rule = rule->name, rows](const QString& reason) {
        if (reason.trimmed().isEmpty())
            Q_EMIT notice(tr("Nothing was deleted: it needs a reason."));
        else if (m_desk)
            m_desk->retain(rule, rows, reason.trimmed().toUtf8());
    });
    question->open();
}

} // namespace portolan
