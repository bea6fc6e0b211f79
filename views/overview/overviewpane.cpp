#include "views/overview/overviewpane.h"

#include "views/list/errorbar.h"
#include "views/overview/overviewlines.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int overviewClock = 1'000;
constexpr int around = 3 * gridUnit;
constexpr int columnWidth = 75 * gridUnit; ///< of a card, about: so many columns have room
constexpr int mostColumns = 4;
constexpr int leastTopology = 40 * gridUnit;

} // namespace

OverviewPane::OverviewPane(QWidget* parent)
    : Pane(parent)
    , m_error(new ErrorBar(this))
    , m_state(new StateBar(this))
    , m_day(new DayCard(this))
    , m_grid(new QGridLayout)
    , m_alerts(new OverviewCard(tr("Alerts"), this))
    , m_receiving(new OverviewCard(tr("Receiving"), this))
    , m_letters(new OverviewCard(tr("Why: dead letters"), this))
    , m_components(new OverviewCard(tr("Who: components and queues"), this))
    , m_store(new OverviewCard(tr("Store"), this))
    , m_checks(new OverviewCard(tr("Integrity"), this))
    , m_operations(new OverviewCard(tr("Done by people"), this))
    , m_topology(new TopologyPanel(this)) {
    m_grid->setSpacing(2 * gridUnit);
    for (OverviewCard* card : {m_letters, m_components, m_alerts, m_receiving, m_checks, m_store, m_operations}) {
        connect(card, &OverviewCard::paneWanted, this, [this](const QString& id, const QString& filter) {
            if (id == QLatin1String(alertsPlace))
                Q_EMIT alertsWanted();
            else
                Q_EMIT paneWanted(id, filter);
        });
    }
    arrangeCards();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(around, 2 * gridUnit, around, around);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(m_error);
    layout->addWidget(m_state);
    layout->addWidget(m_day);
    layout->addLayout(m_grid);
    layout->addWidget(m_topology, 1);
    m_topology->setMinimumHeight(leastTopology);
    m_topology->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored); // it takes what is left
    m_error->hide();
    connect(m_error, &ErrorBar::retryWanted, this, &OverviewPane::refresh);
    connect(m_topology, &TopologyPanel::paneWanted, this, &Pane::paneWanted);
    connect(m_state, &StateBar::linkOpened, this, &OverviewPane::open);
    connect(m_day, &DayCard::placeWanted, this, &Pane::paneWanted);
    connect(m_day, &DayCard::timesWanted, this, [this](const TimeRange& range) { Q_EMIT timesWanted(range); });
    connect(m_day, &DayCard::allTimesWanted, this, [this] { Q_EMIT timesWanted(std::nullopt); });
    m_clock.setInterval(overviewClock);
    connect(&m_clock, &QTimer::timeout, this, &OverviewPane::showFigures);
}

/// Puts the cards into as many columns as have room; the causes take two of them.
void OverviewPane::arrangeCards() {
    const int columns = std::clamp(width() / columnWidth, 1, mostColumns);
    if (std::exchange(m_columns, columns) == columns)
        return;
    int place = 0;
    const auto put = [&](OverviewCard* card, int span) {
        m_grid->removeWidget(card);
        m_grid->addWidget(card, place / columns, place % columns, 1, span);
        place += span;
    };
    put(m_letters, std::min(2, columns));
    for (OverviewCard* card : {m_components, m_alerts, m_receiving, m_checks, m_store})
        put(card, 1);
    put(m_operations, columns - place % columns);
    for (int column = 0; column < mostColumns; ++column)
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
}

/// The layout counts nothing for the topology, which takes what is left, and would squeeze the cards for its least
/// height.
int OverviewPane::heightForWidth(int width) const {
    return Pane::heightForWidth(width) + leastTopology;
}

void OverviewPane::resizeEvent(QResizeEvent* event) {
    Pane::resizeEvent(event);
    arrangeCards();
}

/// It asks nothing by itself.
void OverviewPane::setContext(const PaneContext& context) {
    for (QObject* desk : std::initializer_list<QObject*>{m_desk, m_checkDesk, m_alertDesk}) {
        if (desk)
            desk->disconnect(this);
    }
    if (m_desk)
        m_desk->setWatched(false);
    m_desk = context.overview;
    m_checkDesk = context.checks;
    m_alertDesk = context.alerts;
    m_topology->setDesk(m_desk);
    if (m_desk)
        connect(m_desk, &OverviewPoller::changed, this, &OverviewPane::showFigures);
    if (m_desk)
        connect(m_desk, &OverviewPoller::dayChanged, this, &OverviewPane::showDay);
    if (m_checkDesk) {
        connect(m_checkDesk, &CheckController::changed, this, &OverviewPane::showFigures);
        connect(m_checkDesk, &CheckController::reset, this, &OverviewPane::showFigures);
    }
    if (m_alertDesk)
        connect(m_alertDesk, &AlertMonitor::changed, this, &OverviewPane::showFigures);
    watch();
    showDay();
}

void OverviewPane::watch() {
    if (m_desk)
        m_desk->setWatched(isVisible() && !m_paused);
}

void OverviewPane::refresh() {
    if (m_desk && !m_paused)
        m_desk->refresh();
}

void OverviewPane::setPaused(bool paused) {
    m_paused = paused;
    m_topology->setPaused(paused);
    watch();
}

void OverviewPane::setTimeDisplay(TimeDisplay display) {
    m_times = display;
    m_day->setTimeDisplay(display);
    if (m_desk) // else the pane is being made, and lines would come before its place in the order of Tab
        showFigures();
}

void OverviewPane::setTimes(std::optional<TimeRange> times) {
    m_day->setChosen(times);
}

/// What a receiver of this window and the checks that it made know better than the store.
StateFacts OverviewPane::facts(Timestamp now) const {
    StateFacts facts = stateFacts(*m_desk->overview(), m_desk->day());
    facts.now = now;
    facts.times = m_times;
    const auto& receiver = m_desk->receiver();
    facts.isReceiving = m_desk->isReceiving();
    if (receiver) {
        facts.isPaused = receiver->state == ReceiverState::Paused;
        facts.trouble = receiver->lastError;
        facts.rate = receiver->rate;
        facts.behind = receiver->behind;
        facts.heldBack = receiver->state == ReceiverState::Retrying ? receiver->queued : 0;
    }
    if (m_checkDesk && m_checkDesk->endedAt() && !m_checkDesk->isRunning())
        facts.findings = m_checkDesk->found();
    return facts;
}

void OverviewPane::open(const StateLink& link) {
    switch (link.kind) {
    case StateLink::Kind::Times:
        Q_EMIT timesWanted(link.range);
        Q_EMIT paneWanted(link.place, link.filter);
        return;
    case StateLink::Kind::Rows:
        Q_EMIT paneWanted(link.place, link.filter);
        return;
    case StateLink::Kind::Replay:
        Q_EMIT replayWanted(link.filter);
        return;
    }
}

void OverviewPane::showDay() {
    const auto& problem = m_desk ? m_desk->dayError() : std::nullopt;
    m_day->setDay(m_desk ? m_desk->day() : nullptr, problem ? problem->text : QString());
    showFigures();
}

void OverviewPane::showFigures() {
    const auto& error = m_desk ? m_desk->error() : std::nullopt;
    m_error->setVisible(error.has_value());
    if (error)
        m_error->show(*error);
    const Timestamp now = currentTime();
    m_state->setVisible(m_desk && m_desk->overview());
    if (m_desk && m_desk->overview())
        m_state->show(stateSentence(facts(now)));
    if (m_desk) {
        m_receiving->show(receivingLines(*m_desk, now));
        m_letters->show(deadLetterLines(*m_desk, now));
        m_components->show(componentLines(*m_desk, now));
        m_store->show(storeLines(*m_desk));
        m_operations->show(operationLines(*m_desk, now));
    }
    m_checks->show(checkLines(m_checkDesk, m_desk, now));
    m_alerts->show(alertLines(m_alertDesk));
}

void OverviewPane::copyRows(bool) {
    QString text = m_state->sentence().text + u'\n';
    for (const OverviewCard* card : {m_letters, m_components, m_alerts, m_receiving, m_checks, m_store, m_operations}) {
        for (const CardLineButton* button : card->buttons()) {
            if (!button->isHidden())
                text += card->accessibleName() + u'\t' + button->line().text + u'\t' + button->line().value + u'\n';
        }
    }
    QApplication::clipboard()->setText(text);
}

void OverviewPane::focusList() {
    if (const auto links = m_state->buttons(); !links.empty())
        return links.front()->setFocus(Qt::OtherFocusReason);
    m_day->focusDay(); // what is lower would be scrolled to, and the sentence out of sight
}

bool OverviewPane::isSettled() const {
    return m_desk && m_desk->isSettled() && m_topology->isSettled();
}

int OverviewPane::rowsShown() const {
    return m_topology->view()->topology().components();
}

void OverviewPane::showEvent(QShowEvent* event) {
    Pane::showEvent(event);
    m_clock.start();
    watch();
    showFigures();
}

void OverviewPane::hideEvent(QHideEvent* event) {
    m_clock.stop();
    watch();
    Pane::hideEvent(event);
}

} // namespace portolan
