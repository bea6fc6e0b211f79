#include "views/deadletters/deadletterlist.h"

#include "storage/deadletters/groupscan.h"
#include "storage/listing/filter.h"
#include "storage/ports/ports.h"
#include "storage/store.h"
#include "storage/storeworker.h"
#include "views/ask/dialogparts.h"
#include "views/deadletters/discarddialog.h"
#include "views/deadletters/editdialog.h"
#include "views/deadletters/groupstoryview.h"
#include "views/deadletters/replaydialog.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/scrollframe.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QAction>
#include <QDataStream>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono_literals;

const Sort newestLetters{{}, true};
constexpr auto countingPatience = 120ms; ///< the query thread answers others in between
constexpr auto lookAgain = 300ms;        ///< between two looks at a store that changes
constexpr auto storyPatience = 15s;      ///< for all of a group's story
constexpr auto storyRest = 5s;           ///< before a story is looked for again
constexpr int leastLetters = 44 * gridUnit;
constexpr int leastGroups = 24 * gridUnit;
constexpr int besideEachOther = 150 * gridUnit;
constexpr quint32 layoutMark = 0x44'4c'30'32; ///< begins a layout with columns

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
    , m_story(new GroupStoryView(this))
    , m_detail(new ScrollFrame(this))
    , m_allGroups(new QPushButton(themedIcon(QStringLiteral("clear")), tr("All groups"), this))
    , m_columns(new QPushButton(tr("+ Column"), this))
    , m_all(new QPushButton(this))
    , m_canary(new QPushButton(tr("Canary…"), this))
    , m_replay(new QPushButton(themedIcon(QStringLiteral("replay")), tr("Replay…"), this))
    , m_edit(new QPushButton(tr("Edit one…"), this))
    , m_bundle(new QPushButton(tr("Bundle…"), this))
    , m_discard(new QPushButton(tr("Discard…"), this))
    , m_gate(this) {
    m_allGroups->setAccessibleName(tr("Show the dead letters of all groups"));
    m_allGroups->hide();
    m_letterFrame->addToTitle(m_columns);
    m_letterFrame->addToTitle(m_allGroups);
    addPart(m_groupFrame, 2);
    addPart(makeStory(), 3);
    layout()->addWidget(makeButtons());
    arrange();

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

/// The story and the letters under it, which scroll together where the pane is small.
QWidget* DeadLetterList::makeStory() {
    auto* content = new QWidget(this);
    auto* contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->setSpacing(0);
    contentLayout->addWidget(m_story);
    contentLayout->addWidget(m_letterFrame, 1);
    m_letterFrame->setMinimumHeight(leastLetters);
    m_groupFrame->setMinimumHeight(leastGroups);
    m_detail->setContent(content);
    m_story->hide();
    connect(m_story, &GroupStoryView::filterWanted, this, &DeadLetterList::narrow);
    connect(m_story, &GroupStoryView::changeChosen, this, &DeadLetterList::inspectChange);
    connect(m_story, &GroupStoryView::changeOpened, this, &DeadLetterList::openChange);
    m_storyPatience.setSingleShot(true);
    m_storyPatience.setInterval(storyPatience);
    connect(&m_storyPatience, &QTimer::timeout, this, [this] {
        m_storyScope.cancelPending();
        m_reader.reset();
        m_story->setFailed(tr("Looking took too long and was given up."));
    });
    m_storyAgain.setSingleShot(true);
    m_storyAgain.setInterval(storyRest);
    connect(&m_storyAgain, &QTimer::timeout, this, &DeadLetterList::startStory);
    m_columns->setAccessibleName(tr("Add a column"));
    m_columns->setToolTip(tr("Shows a place in the documents as a column"));
    auto* menu = new QMenu(m_columns);
    connect(menu, &QMenu::aboutToShow, this, &DeadLetterList::fillColumnMenu);
    m_columns->setMenu(menu);
    return m_detail;
}

/// Puts the groups beside the story where there is room for both, else above it.
void DeadLetterList::arrange() {
    m_splitter->setOrientation(width() >= besideEachOther ? Qt::Horizontal : Qt::Vertical);
}

void DeadLetterList::resizeEvent(QResizeEvent* event) {
    ListPane::resizeEvent(event);
    arrange();
}

QWidget* DeadLetterList::makeButtons() {
    m_bundle->setAccessibleName(QStringLiteral("Bundle…"));
    connect(m_bundle, &QPushButton::clicked, this, [this] { takeHome(Scope::Chosen); });
    m_edit->setAccessibleName(QStringLiteral("Edit and replay…"));
    connect(m_edit, &QPushButton::clicked, this, &DeadLetterList::edit);
    m_discard->setAccessibleName(QStringLiteral("Discard…"));
    connect(m_discard, &QPushButton::clicked, this, [this] { discard(Scope::Chosen); });
    connect(&m_gate, &ProductionConfirmation::refused, this, &DeadLetterList::notice);
    m_replay->setAccessibleName(QStringLiteral("Replay…"));
    connect(m_replay, &QPushButton::clicked, this, [this] { replay(Scope::Chosen); });
    m_canary->setAccessibleName(QStringLiteral("Canary…"));
    connect(m_canary, &QPushButton::clicked, this, [this] { replay(Scope::Chosen, true); });
    auto* action = new QAction(themedIcon(QStringLiteral("replay")), tr("Replay dead letters…"), this);
    action->setObjectName(QStringLiteral("replay-dead-letters"));
    action->setShortcut(QKeySequence(QStringLiteral("Ctrl+R")));
    connect(action, &QAction::triggered, this, [this] { m_replay->click(); });
    addAction(action);
    auto* all = new QMenu(m_all);
    connect(all->addAction(tr("Replay all…")), &QAction::triggered, this, [this] { replay(Scope::All); });
    connect(all->addAction(tr("Bundle all…")), &QAction::triggered, this, [this] { takeHome(Scope::All); });
    connect(all->addAction(tr("Discard all…")), &QAction::triggered, this, [this] { discard(Scope::All); });
    m_all->setAccessibleName(tr("All dead letters"));
    m_all->setMenu(all);
    auto* frame = new ScrollFrame(this); // the buttons are wider than a small window
    frame->setContent(makeButtonBar(frame, {m_replay, m_canary, m_edit, m_bundle, m_discard}, {m_all}));
    frame->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    frame->setFixedHeight(frame->widget()->sizeHint().height() + frame->horizontalScrollBar()->sizeHint().height() / 2);
    return frame;
}

void DeadLetterList::setContext(const PaneContext& context) {
    m_desk = context.replays;
    m_reading.cancelPending();
    m_gate.setChannel(context.channel);
    m_wantedGroup.clear();
    m_group.reset(); // of another store
    ListPane::setContext(context);
    countOn();
}

void DeadLetterList::forget() {
    m_group.reset();
    startTally({});
}

void DeadLetterList::setTimeDisplay(TimeDisplay display) {
    ListPane::setTimeDisplay(display);
    m_story->setTimeDisplay(display);
}

QByteArray DeadLetterList::saveLayout() const {
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    QByteArrayList places;
    for (const LetterPlace& place : m_places)
        places << place.name;
    stream << layoutMark << m_splitter->saveState() << places;
    return layout;
}

void DeadLetterList::restoreLayout(const QByteArray& layout) {
    QDataStream stream(layout);
    quint32 mark = 0;
    QByteArray sizes;
    QByteArrayList places;
    stream >> mark;
    if (mark != layoutMark) // of a version that had the groups above the letters
        return;
    stream >> sizes >> places;
    m_splitter->restoreState(sizes);
    arrange();
    m_places.clear();
    for (const QByteArray& name : places) {
        if (auto place = letterPlace(QString::fromUtf8(name)))
            m_places.push_back(std::move(*place));
    }
    askLetters();
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
    if (m_group) // it stays chosen as long as it has letters that the filter takes
        m_wantedGroup = m_group->fingerprint;
    m_group.reset();
    startStory();
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
    storyMayBeOld();
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
    askLetters();
    startStory();
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
        m_letters.setListing(lettersOfGroupListing(m_group->fingerprint, m_places),
                             both(m_filter, equals(portMessageSchema(), "port_name", m_group->portName)));
    else
        m_letters.setListing(letterListing(m_places), m_filter);
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

/// A group stays chosen without its letter.
void DeadLetterList::rowLetGo(const ListFrame* frame) {
    if (frame == m_letterFrame && m_group)
        inspectGroup();
    else
        inspectNothing();
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
        storyMayBeOld();
    }
    const int selected = selectedLetters();
    m_letterFrame->setCountNote(selected > 0 ? tr("%1 selected").arg(groupedNumber(selected)) : QString());
    const QString all = m_letterFrame->countText();
    const QString text = selected > 0                ? tr("Replay %1 selected…").arg(groupedNumber(selected))
                         : m_letters.rowCount() == 0 ? tr("Replay…")
                         : m_group                   ? tr("Replay these %1…").arg(groupedNumber(m_group->count))
                         : !m_filter.isEmpty()       ? tr("Replay %1 that match…").arg(all)
                                                     : tr("Replay all %1…").arg(all);
    m_replay->setText(text);
    setPrimary(m_replay, selected > 0 || m_group || !m_filter.isEmpty()); // all of them is never what is done next
    m_all->setText(tr("All %1").arg(groupedNumber(m_progress.letters)));
    m_all->setVisible(m_counted && (selected > 0 || m_group) && m_progress.letters > 0);
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
    show(m_canary, canChange && hasLetters, tr("Puts one back first, then five, and stops when they die again"),
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
void DeadLetterList::choose(Scope scope,
                            const std::function<void(const LetterChoice& choice, const QString& what)>& then) {
    LetterChoice choice;
    choice.filter = m_filter;
    const QByteArray filter = m_filter.source.toUtf8();
    const RowRuns runs = scope == Scope::All ? RowRuns() : m_letterFrame->table()->selectedRuns();
    if (!runs.empty()) {
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
    } else if (m_group && scope == Scope::Chosen) {
        choice.group = m_group->fingerprint;
        choice.words = "group " + m_group->fingerprint + (filter.isEmpty() ? QByteArray() : " of " + filter);
        const QString text = visibleText(m_group->text.isEmpty() ? m_group->errorType : m_group->text, 200);
        then(choice, tr("Group “%1” of port %2").arg(text, visibleText(m_group->portName)));
    } else {
        choice.words = filter;
        then(choice, filter.isEmpty() ? tr("Every dead letter") : tr("What matches %1").arg(m_filter.source));
    }
}

void DeadLetterList::replay(Scope scope, bool canary) {
    if (!m_desk || !m_replay->isEnabled())
        return;
    choose(scope, [this, canary](const LetterChoice& choice, const QString& what) { preview({choice}, what, canary); });
}

void DeadLetterList::discard(Scope scope) {
    if (!m_desk || !m_discard->isEnabled())
        return;
    choose(scope, [this](const LetterChoice& choice, const QString& what) {
        m_gate.pass(tr("discard dead letters"), [this, choice, what] {
            if (!m_desk)
                return;
            auto* dialog = new DiscardDialog(m_desk->archive(), choice, what, this);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->open();
        });
    });
}

void DeadLetterList::takeHome(Scope scope) {
    choose(scope, [this](const LetterChoice& choice, const QString& what) { Q_EMIT bundleWanted(choice, what); });
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
        preview(request, what);
    });
    dialog->open();
}

void DeadLetterList::preview(ReplayRequest request, const QString& what, bool canary) {
    m_gate.pass(tr("replay dead letters"),
                [this, request = std::move(request), what, canary] { openDialog(request, what, canary); });
}

void DeadLetterList::openDialog(const ReplayRequest& request, const QString& what, bool canary) {
    if (!m_desk)
        return;
    auto* dialog = new ReplayDialog(*m_desk, request, what, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setTimeDisplay(m_letters.timeDisplay());
    dialog->setCanary(canary);
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
