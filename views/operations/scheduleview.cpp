#include "views/operations/scheduleview.h"

#include "models/window/storecontroller.h"
#include "views/ask/dialogparts.h"
#include "views/ask/textprompt.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/operations/scheduledialog.h"
#include "views/style/icons.h"
#include "views/style/style.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QLabel>
#include <QLayout>
#include <QPushButton>

namespace portolan {

ScheduleView::ScheduleView(QWidget* parent)
    : ListPane(parent)
    , m_gate(this)
    , m_entries(scheduleListing())
    , m_error(new ErrorBar(this))
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Schedule"), &m_entries,
                            {tr("Nothing is scheduled."),
                             tr("Add… offers a backup every night, retention, verification, summing up, and a weekly "
                                "proof of the newest backup; or any command. Nothing runs before it is added."),
                             tr("No entry matches the filter.")},
                            this))
    , m_state(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_add(new QPushButton(themedIcon(QStringLiteral("clock")), tr("Add…"), this))
    , m_run(new QPushButton(themedIcon(QStringLiteral("play")), tr("Run now"), this))
    , m_allow(new QPushButton(themedIcon(QStringLiteral("lock")), tr("Run it from here…"), this))
    , m_trust(new QPushButton(themedIcon(QStringLiteral("lock")), tr("Trust…"), this))
    , m_remove(new QPushButton(themedIcon(QStringLiteral("clear")), tr("Remove…"), this)) {
    m_frame->setTitleVisible(false);
    m_frame->addBar(m_error);
    m_error->hide();
    m_state->setAccessibleDescription(tr("Who runs it"));
    m_state->setContentsMargins(3 * gridUnit, gridUnit, 3 * gridUnit, 0);
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(m_state);
    layout()->addWidget(makeButtons());
    m_frame->table()->setOwnOrder({QByteArrayLiteral("name"), false});
    wire(m_frame);
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_error, &ErrorBar::retryWanted, this, [this] {
        m_error->hide();
        refreshAll();
    });
    connect(m_frame, &ListFrame::countChanged, this, &ScheduleView::countChanged);
    connect(m_frame, &ListFrame::countChanged, this, &ScheduleView::showState);
    connect(m_frame->table(), &DataTable::chosen, this, &ScheduleView::chooseEntry);
    connect(&m_gate, &ProductionConfirmation::refused, this, &ScheduleView::notice);
    showState();
}

QWidget* ScheduleView::makeButtons() {
    setPrimary(m_add);
    m_add->setAccessibleName(QStringLiteral("Add…"));
    m_run->setAccessibleName(QStringLiteral("Run now"));
    m_allow->setAccessibleName(QStringLiteral("Run it from here…"));
    m_remove->setAccessibleName(QStringLiteral("Remove…"));
    connect(m_add, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("change what runs in it by itself"), [this] { askEntry(); }); });
    connect(m_remove, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("change what runs in it by itself"), [this] { askRemoval(); }); });
    connect(m_run, &QPushButton::clicked, this, [this] {
        m_error->hide();
        enter(tr("run a command of its schedule"), "run scheduled", [this, name = chosen()] {
            if (m_desk && !name.isEmpty())
                m_desk->runEntry(name);
        });
    });
    connect(m_allow, &QPushButton::clicked, this, [this] {
        enter(tr("run its schedule while this window is open"), "run schedule", [this] {
            if (m_watch)
                m_watch->allow();
        });
    });
    m_trust->setAccessibleName(QStringLiteral("Trust…"));
    connect(m_trust, &QPushButton::clicked, this, &ScheduleView::askTrust);
    return makeButtonBar(this, {m_add, m_run, m_allow, m_trust}, {m_remove});
}

void ScheduleView::setContext(const PaneContext& context) {
    m_error->hide();
    m_gate.setChannel(context.channel);
    m_changes = context.changes;
    if (m_desk)
        m_desk->disconnect(this);
    if (m_watch)
        m_watch->disconnect(this);
    m_desk = context.operations;
    m_watch = context.schedule;
    ListPane::setContext(context);
    if (m_desk) {
        connect(m_desk, &OperationsController::scheduleChanged, this, [this] {
            m_entries.refreshAll();
            if (!chosen().isEmpty()) // the Inspector shows what came of it
                chooseEntry(m_frame->table()->currentRow());
        });
        connect(m_desk, &OperationsController::schemaChanged, &m_entries, &PagedModel::refreshAll);
        connect(m_desk, &OperationsController::jobsChanged, this, &ScheduleView::showState);
        connect(m_desk, &OperationsController::failed, this, [this](OperationJob::Kind kind, const Error& error) {
            if (kind == OperationJob::Kind::Schedule)
                tell(error, {});
        });
    }
    if (m_watch)
        connect(m_watch, &ScheduleWatch::changed, this, &ScheduleView::showState);
    showState();
}

QByteArray ScheduleView::chosen() const {
    const ScheduleEntry* const entry = m_entries.rowAt(m_frame->table()->currentRow());
    return entry ? entry->name : QByteArray();
}

void ScheduleView::chooseEntry(int row) {
    showState();
    if (const ScheduleEntry* const entry = m_entries.rowAt(row))
        askInspection([name = entry->name](Store& store, const CancelToken& token) {
            return readWholeEntry(store, name, token);
        });
}

QString ScheduleView::watchText() const {
    if (!m_watch || !m_watch->isKnown())
        return {};
    if (!m_watch->whyNot().isEmpty())
        return tr("Nothing runs here by itself: %1").arg(m_watch->whyNot());
    if (const auto name = m_watch->nameToType())
        return tr("This is the production store “%1”: nothing of its schedule runs from here before its name is typed.")
            .arg(*name);
    if (const auto& waiting = m_watch->untrusted(); !waiting.empty()) {
        std::vector<QByteArray> names;
        for (const ScheduleEntry& entry : waiting)
            names.push_back(entry.name);
        return tr("Does not run here before you trust it: %1. It was added or changed by somebody else or on another "
                  "machine, or this store is a copy.")
            .arg(namesInShort(names));
    }
    return tr("What is due runs while this window is open; what was missed runs once. Without a window `portolan "
              "run-due` does it, by cron or a timer.");
}

void ScheduleView::showState() {
    const bool isBusy = m_desk && m_desk->isBusy();
    const bool canWrite = m_desk && m_changes && m_watch && m_watch->isKnown() && m_watch->whyNot().isEmpty();
    const bool can = canWrite && !isBusy && !chosen().isEmpty();
    m_state->setText(watchText());
    m_state->setAccessibleName(m_state->text());
    m_state->setVisible(!m_state->text().isEmpty());
    const QString whyNot = !canWrite && m_watch ? m_watch->whyNot() : QString();
    m_add->setEnabled(canWrite);
    m_add->setToolTip(whyNot.isEmpty() ? tr("Asks for a command and its times") : whyNot);
    m_run->setEnabled(can);
    m_run->setToolTip(!whyNot.isEmpty()    ? whyNot
                      : isBusy             ? tr("Something is being done to the store.")
                      : chosen().isEmpty() ? tr("Choose an entry")
                                           : tr("Runs it once, now; its next time stays as it is"));
    m_trust->setVisible(canWrite && !m_watch->untrusted().empty());
    m_trust->setEnabled(untrusted() != nullptr);
    m_trust->setToolTip(untrusted() ? tr("Shows what it would run with your rights, and asks")
                                    : tr("Choose an entry that waits for it"));
    m_allow->setVisible(m_watch && m_watch->whyNot().isEmpty() && m_watch->nameToType());
    m_allow->setToolTip(tr("Asks for the name of the production store first"));
    m_remove->setEnabled(canWrite && !chosen().isEmpty());
    m_remove->setToolTip(chosen().isEmpty() ? tr("Choose an entry") : tr("With a reason, which goes into the audit"));
}

void ScheduleView::enter(const QString& deed, const QByteArray& recorded, std::function<void()> act) {
    m_gate.passWithReason(deed, [this, recorded, act = std::move(act)](const QByteArray& reason) {
        if (!reason.isEmpty() && m_changes)
            m_changes->recordConfirmation(recorded, reason);
        act();
    });
}

void ScheduleView::tell(const Result<void>& done, const QString& text) {
    if (!done)
        m_error->show(done.error());
    else
        Q_EMIT notice(text);
    m_error->setVisible(!done);
}

void ScheduleView::askEntry() {
    if (!m_desk || !m_add->isEnabled())
        return;
    m_error->hide();
    auto* const dialog = new ScheduleDialog(scheduleOffers(m_desk->url()), m_desk->commands().kept, this);
    connect(dialog, &ScheduleDialog::entryWanted, this, &ScheduleView::add);
    dialog->open();
}

void ScheduleView::add(const NewScheduleEntry& entry) {
    if (!m_changes)
        return;
    m_changes->addScheduled(entry.name, entry.words, entry.spec, entry.reason, this,
                            [this, name = entry.name](const Result<void>& done) {
                                tell(done, tr("%1 is in the schedule.").arg(visibleText(name, 60)));
                                m_entries.refreshAll();
                            });
}

const ScheduleEntry* ScheduleView::untrusted() const {
    if (!m_watch)
        return nullptr;
    const auto& all = m_watch->untrusted();
    const auto found = std::ranges::find(all, chosen(), &ScheduleEntry::name);
    return found == all.end() ? nullptr : &*found;
}

/// Its name is typed, as that of a production store: what it runs is read first.
void ScheduleView::askTrust() {
    const ScheduleEntry* const waiting = untrusted();
    if (!waiting || !m_trust->isEnabled())
        return;
    m_error->hide();
    const ScheduleEntry entry = *waiting;
    const auto words = wordsOfEntry(entry);
    const QString shown = visibleText(entry.name, 60);
    QInputDialog* const question = makeLineQuestion(
        tr("Trust an entry of the schedule"),
        tr("%1 would run on this machine with your rights (%2):\n\nportolan %3\n\nType its name to have it run.")
            .arg(shown, visibleText(entry.spec, 60),
                 visibleText(words ? commandLineOf(*words).toUtf8() : entry.command, 400)),
        tr("Name"), this);
    question->setOkButtonText(tr("Trust"));
    connect(question, &QInputDialog::textValueSelected, this, [this, entry, shown](const QString& typed) {
        if (typed.trimmed().toUtf8() != entry.name) {
            Q_EMIT notice(tr("Nothing was changed: that is another name."));
            return;
        }
        if (!m_changes)
            return;
        m_changes->trustScheduled(entry, this, [this, shown](const Result<void>& done) {
            tell(done, tr("%1 runs here from now on.").arg(shown));
            if (m_watch)
                m_watch->look();
        });
    });
    question->open();
}

void ScheduleView::askRemoval() {
    const QByteArray name = chosen();
    if (name.isEmpty() || !m_remove->isEnabled())
        return;
    m_error->hide();
    const QString shown = visibleText(name, 60);
    QInputDialog* const question =
        makeLineQuestion(tr("Remove from the schedule"),
                         tr("%1 runs no more by itself. Why? It goes into the audit.").arg(shown), tr("Reason"), this);
    question->setOkButtonText(tr("Remove"));
    connect(question, &QInputDialog::textValueSelected, this, [this, name, shown](const QString& reason) {
        if (reason.trimmed().isEmpty())
            Q_EMIT notice(tr("Nothing was changed: it needs a reason."));
        else if (m_changes)
            m_changes->removeScheduled(name, reason.trimmed().toUtf8(), this, [this, shown](const Result<void>& done) {
                tell(done, tr("%1 is no longer in the schedule.").arg(shown));
                m_entries.refreshAll();
            });
    });
    question->open();
}

} // namespace portolan
