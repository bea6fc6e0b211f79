#include "views/deadletters/deadletterlist.h"

#include "storage/deadletters/groupscan.h"
#include "storage/listing/filter.h"
#include "storage/ports/ports.h"
#include "storage/store.h"
#include "storage/storeworker.h"
#include "views/ask/dialogparts.h"
#include "views/deadletters/discarddialog.h"
#include "views/deadletters/editdialog.h"
#include "views/deadletters/replaydialog.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/style.h"

#include <QAction>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

using namespace std::chrono_literals;

const Sort newestLetters{{}, true};
constexpr auto countingPatience = 120ms; ///< the query thread answers others in between
constexpr auto lookAgain = 300ms;        ///< between two looks at a store that changes

} // namespace

DeadLetterList::DeadLetterList(QWidget* parent)
    : ListPane(parent)
    , m_tally(std::make_shared<GroupTally>(Filter{}))
    , m_groups(deadLetterGroupListing(m_tally))
    , m_letters(letterListing())
    , m_groupFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Dead letter groups"), &m_groups,
                                 {tr("No dead letters."), tr("Dead letters appear here, grouped by what they died of."),
                                  tr("No dead letter matches the filter.")},
                                 this))
    , m_letterFrame(new ListFrame(
          QT_TRANSLATE_NOOP("Lists", "Dead letters"), &m_letters,
          {tr("No dead letters."), tr("Nothing has died in this store."), tr("No dead letter matches.")}, this))
    , m_allGroups(new QPushButton(themedIcon(QStringLiteral("clear")), tr("All groups"), this))
    , m_replay(new QPushButton(themedIcon(QStringLiteral("replay")), tr("Replay…"), this))
    , m_edit(new QPushButton(tr("Edit and replay…"), this))
    , m_bundle(new QPushButton(tr("Bundle…"), this))
    , m_discard(new QPushButton(tr("Discard…"), this))
    , m_gate(this) {
    m_allGroups->setAccessibleName(tr("Show the dead letters of all groups"));
    m_allGroups->hide();
    m_letterFrame->addToTitle(m_allGroups);
    auto* lower = new QWidget(this);
    auto* lowerLayout = new QVBoxLayout(lower);
    lowerLayout->setContentsMargins(0, 0, 0, 0);
    lowerLayout->setSpacing(0);
    lowerLayout->addWidget(m_letterFrame, 1);
    lowerLayout->addWidget(makeButtons());
    addPart(m_groupFrame, 2);
    addPart(lower, 3);

    m_letters.setQuery({}, newestLetters);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &DeadLetterList::countOn);
    const auto clear = [this] {
        if (m_filter.isEmpty())
            m_allGroups->click(); // the choice of a group is a filter, too
    };
    wire(m_letterFrame, clear);
    wire(m_groupFrame, clear);
    m_groupFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_groupFrame->table(), &DataTable::chosen, this, &DeadLetterList::chooseGroup);
    connect(&m_groups, &PagedModel::dataChanged, this, &DeadLetterList::showButtons);
    connect(&m_groups, &PagedModel::dataChanged, this, &DeadLetterList::chooseWantedGroup, Qt::QueuedConnection);
    connect(&m_groups, &PagedModel::rowsInserted, this, &DeadLetterList::chooseWantedGroup, Qt::QueuedConnection);
    connect(m_letterFrame->table(), &DataTable::chosen, this, &DeadLetterList::inspectLetter);
    connect(m_letterFrame->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DeadLetterList::showButtons);
    connect(m_letterFrame, &ListFrame::countChanged, this, [this] {
        showButtons();
        Q_EMIT countChanged(countText());
    });
    connect(m_allGroups, &QPushButton::clicked, this, [this] { m_groupFrame->table()->chooseNothing(); });
    showButtons();
}

QWidget* DeadLetterList::makeButtons() {
    m_bundle->setAccessibleName(QStringLiteral("Bundle…"));
    connect(m_bundle, &QPushButton::clicked, this, &DeadLetterList::takeHome);
    m_edit->setAccessibleName(QStringLiteral("Edit and replay…"));
    connect(m_edit, &QPushButton::clicked, this, &DeadLetterList::edit);
    m_discard->setAccessibleName(QStringLiteral("Discard…"));
    connect(m_discard, &QPushButton::clicked, this, &DeadLetterList::discard);
    connect(&m_gate, &ProductionConfirmation::refused, this, &DeadLetterList::notice);
    m_replay->setAccessibleName(QStringLiteral("Replay…"));
    setPrimary(m_replay);
    connect(m_replay, &QPushButton::clicked, this, &DeadLetterList::replay);
    auto* action = new QAction(themedIcon(QStringLiteral("replay")), tr("Replay dead letters…"), this);
    action->setObjectName(QStringLiteral("replay-dead-letters"));
    action->setShortcut(QKeySequence(QStringLiteral("Ctrl+R")));
    connect(action, &QAction::triggered, this, [this] { m_replay->click(); });
    addAction(action);
    return makeButtonBar(this, {m_replay, m_edit}, {m_bundle, m_discard});
}

void DeadLetterList::setContext(const PaneContext& context) {
    m_desk = context.replays;
    m_reading.cancelPending();
    m_gate.setChannel(context.channel);
    m_wantedGroup.clear();
    ListPane::setContext(context);
    countOn();
}

void DeadLetterList::setRefusals(const PaneRefusals& refusals) {
    m_cannot = refusals.replay;
    showButtons();
}

/// Counts from the beginning, other letters than before.
void DeadLetterList::startTally(const Filter& filter) {
    m_filter = filter;
    m_counter.cancelPending();
    m_counting = false;
    m_again.stop();
    m_counted = false;
    m_progress = {};
    m_group.reset();
    m_tally = std::make_shared<GroupTally>(m_filter);
    m_groups.setListing(deadLetterGroupListing(m_tally), m_filter);
    askLetters();
    showTally();
}

void DeadLetterList::setFilter(const Filter& filter) {
    if (m_filter.isEmpty() && filter.isEmpty())
        return;
    startTally(filter);
    countOn();
}

void DeadLetterList::countOn() {
    if (!m_channel || std::exchange(m_counting, true))
        return;
    m_channel->ask(
        m_counter,
        [tally = m_tally](Store& store, const CancelToken& token) {
            return tally->goOn(store, countingPatience, token);
        },
        this, [this](const Result<TallyProgress>& progress) { adoptTally(progress); });
}

void DeadLetterList::adoptTally(const Result<TallyProgress>& progress) {
    m_counting = false;
    if (!progress) { // the list asks, too, and says why
        m_groupFrame->setCountNote({});
        return;
    }
    m_progress = *progress;
    m_counted |= m_progress.whole;
    m_groups.refresh();
    showTally();
    // Groups that were counted once are counted again in the background, and filters that move with time are looked at
    // again.
    if (!m_progress.exact)
        m_again.start(m_counted ? lookAgain : 0ms);
    else if (leastAge(m_filter))
        m_again.start(lookAgain);
}

void DeadLetterList::showTally() {
    const QString letters = groupedNumber(m_progress.letters);
    m_groupFrame->setCountNote(!m_channel  ? QString()
                               : m_counted ? tr("%1 dead letters").arg(letters)
                                           : tr("≥ %1 dead letters, counting…").arg(letters));
}

void DeadLetterList::refresh() {
    m_letters.refresh();
    if (!m_again.isActive())
        m_again.start(lookAgain);
}

void DeadLetterList::refreshAll() {
    m_letters.refreshAll();
    m_again.start(0ms);
}

void DeadLetterList::chooseGroup(int row) {
    const DeadLetterGroup* group = m_groups.rowAt(row);
    const bool same = group ? m_group && m_group->fingerprint == group->fingerprint : !m_group;
    m_group = group ? std::optional(*group) : std::nullopt;
    if (same)
        return;
    if (m_group)
        m_wantedGroup.clear();
    m_inspecting.cancelPending();
    if (m_group)
        inspectGroup();
    else
        Q_EMIT nothingInspected();
    askLetters();
}

bool DeadLetterList::showPart(const QString& part) {
    m_wantedGroup = part.toLatin1();
    m_allGroups->click();
    chooseWantedGroup();
    focusList();
    return true;
}

void DeadLetterList::chooseWantedGroup() {
    if (m_wantedGroup.isEmpty())
        return;
    for (int row = 0; row < m_groups.rowCount() && m_groups.isLoaded(row); ++row) {
        const DeadLetterGroup* const group = m_groups.rowAt(row);
        if (group && group->fingerprint == m_wantedGroup) {
            m_groupFrame->table()->selectRow(row);
            return;
        }
    }
}

void DeadLetterList::askLetters() {
    m_allGroups->setVisible(m_group.has_value());
    if (m_group)
        m_letters.setListing(lettersOfGroupListing(m_group->fingerprint),
                             both(m_filter, equals(portMessageSchema(), "port_name", m_group->portName)));
    else
        m_letters.setListing(letterListing(), m_filter);
    showButtons();
}

/// The group, one of its letters, and what changed just before it began.
void DeadLetterList::inspectGroup() {
    if (!m_group || !m_channel)
        return;
    Q_EMIT inspected(inspect(*m_group, {}));
    askWhole([group = *m_group](Store& store, const CancelToken& token) -> Result<Inspection> {
        auto before = store.ports()->groups().precursors(group, token);
        PORTOLAN_TRY(before);
        GroupBackground background{std::move(*before), {}};
        if (auto sample = store.ports()->message(group.sampleId))
            background.sample = std::move(*sample);
        else if (sample.error().code != ErrorCode::NotFound) // it may be gone by now
            return sample.error();
        return inspect(group, background);
    });
}

/// The letter whole, and what happened to it.
void DeadLetterList::inspectLetter(int row) {
    if (const PortMessage* letter = m_letters.rowAt(row))
        askInspection(
            [id = letter->id](Store& store, const CancelToken& token) { return store.ports()->history(id, token); });
}

// Putting back

int DeadLetterList::selectedLetters() const {
    int rows = 0;
    for (const auto& [first, last] : m_letterFrame->table()->selectedRuns())
        rows += last - first + 1;
    return rows;
}

/// The button says what it will put back.
void DeadLetterList::showButtons() {
    if (m_group) { // its count may have grown
        for (int row = 0; row < m_groups.rowCount() && m_groups.isLoaded(row); ++row) {
            const DeadLetterGroup* group = m_groups.rowAt(row);
            if (group && group->fingerprint == m_group->fingerprint)
                m_group = *group;
        }
    }
    const int selected = selectedLetters();
    m_letterFrame->setCountNote(selected > 0 ? tr("%1 selected").arg(groupedNumber(selected)) : QString());
    const QString all = m_letterFrame->countText();
    const QString text = selected > 0                ? tr("Replay %1 selected…").arg(groupedNumber(selected))
                         : m_letters.rowCount() == 0 ? tr("Replay…")
                         : m_group                   ? tr("Replay group of %1…").arg(groupedNumber(m_group->count))
                         : !m_filter.isEmpty()       ? tr("Replay %1 that match…").arg(all)
                                                     : tr("Replay all %1…").arg(all);
    m_replay->setText(text);
    const bool hasLetters = m_letters.rowCount() > 0;
    const auto show = [](QPushButton* button, bool isEnabled, const QString& does, const QString& why) {
        button->setEnabled(isEnabled);
        button->setToolTip(isEnabled ? does : why);
        button->setAccessibleDescription(isEnabled ? button->text() : why);
    };
    const bool canChange = m_desk && m_cannot.isEmpty();
    const auto unless = [this](const QString& why) { return m_cannot.isEmpty() ? why : m_cannot; };
    show(m_replay, canChange && hasLetters, tr("Shows what would be put back, and asks (Ctrl+R)"),
         unless(tr("There is no dead letter to put back.")));
    show(m_discard, canChange && hasLetters, tr("Moves the same dead letters into the archive, and asks"),
         unless(tr("There is no dead letter to discard.")));
    show(m_edit, canChange && selected == 1, tr("Edits the document, keeps the original, and puts the edited one back"),
         unless(tr("Select one dead letter to edit its document.")));
    show(m_bundle, m_channel && hasLetters,
         tr("Writes the same dead letters, their audit and a report into one archive"),
         tr("There is no dead letter to take home."));
}

/// Gives `then` what the buttons are about: the selected letters, else the chosen group, else what the filter takes.
/// `what` says it.
void DeadLetterList::choose(const std::function<void(const LetterChoice& choice, const QString& what)>& then) {
    LetterChoice choice;
    choice.filter = m_filter;
    const QByteArray filter = m_filter.source.toUtf8();
    if (const RowRuns runs = m_letterFrame->table()->selectedRuns(); !runs.empty()) {
        m_letters.askIdentities(runs, this, [this, then](const Result<std::vector<QByteArray>>& ids) {
            if (!ids || ids->empty()) { // no ids would mean all there are
                Q_EMIT notice(ids ? tr("The selected dead letters are gone.") : ids.error().text);
                return;
            }
            LetterChoice selected;
            selected.ids = *ids;
            selected.words = QByteArray::number(std::ssize(*ids)) + " selected";
            then(selected, tr("The selected dead letters"));
        });
    } else if (m_group) {
        choice.group = m_group->fingerprint;
        choice.words = "group " + m_group->fingerprint + (filter.isEmpty() ? QByteArray() : " of " + filter);
        const QString text = visibleText(m_group->text.isEmpty() ? m_group->errorType : m_group->text, 200);
        then(choice, tr("Group “%1” of port %2").arg(text, visibleText(m_group->portName)));
    } else {
        choice.words = filter;
        then(choice, filter.isEmpty() ? tr("Every dead letter") : tr("What matches %1").arg(m_filter.source));
    }
}

void DeadLetterList::replay() {
    if (!m_desk || !m_replay->isEnabled())
        return;
    choose([this](const LetterChoice& choice, const QString& what) {
        preview({choice}, what, tr("Replay: %1").arg(what));
    });
}

void DeadLetterList::discard() {
    if (!m_desk || !m_discard->isEnabled())
        return;
    choose([this](const LetterChoice& choice, const QString& what) {
        m_gate.pass(tr("discard dead letters"), [this, choice, what] {
            if (!m_desk)
                return;
            auto* dialog = new DiscardDialog(m_desk->archive(), choice, what, this);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->open();
        });
    });
}

void DeadLetterList::takeHome() {
    choose([this](const LetterChoice& choice, const QString& what) { Q_EMIT bundleWanted(choice, what); });
}

/// The chosen letter's document in an editor, and what comes of that as a replay of its own.
void DeadLetterList::edit() {
    const RowRuns runs = m_letterFrame->table()->selectedRuns();
    if (!m_desk || !m_channel || selectedLetters() != 1)
        return;
    m_letters.askIdentities(runs, this, [this](const Result<std::vector<QByteArray>>& ids) {
        if (!ids || ids->size() != 1 || !m_channel) {
            Q_EMIT notice(ids ? tr("The dead letter is gone.") : ids.error().text);
            return;
        }
        m_reading.cancelPending();
        m_channel->ask(
            m_reading,
            [id = ids->front()](Store& store, const CancelToken&) -> Result<PortMessage> {
                Ports* const ports = store.ports();
                return ports ? ports->message(id)
                             : Result<PortMessage>(Error{ErrorCode::Unsupported, tr("There are no ports here.")});
            },
            this,
            [this](const Result<PortMessage>& letter) {
                if (letter)
                    openEditor(*letter);
                else
                    Q_EMIT notice(letter.error().text);
            });
    });
}

void DeadLetterList::openEditor(const PortMessage& letter) {
    const QString what = tr("Dead letter %1 of port %2").arg(visibleText(letter.id), visibleText(letter.portName));
    auto* dialog = new EditDialog(what, letter.messageData, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &EditDialog::edited, this, [this, id = letter.id, what](const QByteArray& document) {
        ReplayRequest request;
        request.ids = {id};
        request.words = "1 edited";
        request.edit = document;
        preview(request, what, tr("Replay of an edited dead letter"));
    });
    dialog->open();
}

void DeadLetterList::preview(ReplayRequest request, const QString& what, const QString& reason) {
    m_gate.pass(tr("replay dead letters"),
                [this, request = std::move(request), what, reason] { openDialog(request, what, reason); });
}

void DeadLetterList::openDialog(const ReplayRequest& request, const QString& what, const QString& reason) {
    if (!m_desk)
        return;
    auto* dialog = new ReplayDialog(*m_desk, request, what, reason, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setTimeDisplay(m_letters.timeDisplay());
    dialog->open();
}

QString DeadLetterList::countText() const {
    return m_letterFrame->countText();
}

void DeadLetterList::focusList() {
    m_groupFrame->focusTable();
}

bool DeadLetterList::isSettled() const {
    return m_groups.isSettled() && m_letters.isSettled()
           && (m_progress.whole || m_groups.state() == PagedModel::State::Failed);
}

} // namespace portolan
