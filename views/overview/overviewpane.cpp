#include "views/overview/overviewpane.h"

#include "views/list/errorbar.h"
#include "views/overview/overviewlines.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QVBoxLayout>
#include <array>

namespace portolan {

namespace {

constexpr int overviewClock = 1'000;
constexpr int cardsAcross = 3;
constexpr int around = 3 * gridUnit;

} // namespace

OverviewPane::OverviewPane(QWidget* parent)
    : Pane(parent)
    , m_error(new ErrorBar(this))
    , m_alerts(new OverviewCard(tr("Alerts"), this))
    , m_receiving(new OverviewCard(tr("Receiving"), this))
    , m_letters(new OverviewCard(tr("Dead letters"), this))
    , m_components(new OverviewCard(tr("Components and queues"), this))
    , m_store(new OverviewCard(tr("Store"), this))
    , m_checks(new OverviewCard(tr("Integrity"), this))
    , m_operations(new OverviewCard(tr("Recent operations"), this))
    , m_topology(new TopologyPanel(this)) {
    auto* grid = new QGridLayout;
    grid->setSpacing(2 * gridUnit);
    grid->addWidget(m_alerts, 0, 0, 1, cardsAcross);
    connect(m_alerts, &OverviewCard::paneWanted, this, [this](const QString& id, const QString& filter) {
        if (id == QLatin1String(alertsPlace))
            Q_EMIT alertsWanted();
        else
            Q_EMIT paneWanted(id, filter);
    });
    int place = cardsAcross;
    for (OverviewCard* card : {m_receiving, m_letters, m_components, m_store, m_checks, m_operations}) {
        grid->addWidget(card, place / cardsAcross, place % cardsAcross);
        ++place;
        connect(card, &OverviewCard::paneWanted, this, &Pane::paneWanted);
    }
    for (int column = 0; column < cardsAcross; ++column)
        grid->setColumnStretch(column, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(around, 2 * gridUnit, around, around);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(m_error);
    layout->addLayout(grid);
    layout->addWidget(m_topology, 1);
    m_error->hide();
    connect(m_error, &ErrorBar::retryWanted, this, &OverviewPane::refresh);
    connect(m_topology, &TopologyPanel::paneWanted, this, &Pane::paneWanted);
    m_clock.setInterval(overviewClock);
    connect(&m_clock, &QTimer::timeout, this, &OverviewPane::showFigures);
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
    if (m_checkDesk) {
        connect(m_checkDesk, &CheckController::changed, this, &OverviewPane::showFigures);
        connect(m_checkDesk, &CheckController::reset, this, &OverviewPane::showFigures);
    }
    if (m_alertDesk)
        connect(m_alertDesk, &AlertMonitor::changed, this, &OverviewPane::showFigures);
    watch();
    showFigures();
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

void OverviewPane::showFigures() {
    const auto& error = m_desk ? m_desk->error() : std::nullopt;
    m_error->setVisible(error.has_value());
    if (error)
        m_error->show(*error);
    const Timestamp now = currentTime();
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
    QString text;
    for (const OverviewCard* card : {m_alerts, m_receiving, m_letters, m_components, m_store, m_checks, m_operations}) {
        for (const CardLineButton* button : card->buttons()) {
            if (!button->isHidden())
                text += card->accessibleName() + u'\t' + button->line().text + u'\t' + button->line().value + u'\n';
        }
    }
    QApplication::clipboard()->setText(text);
}

void OverviewPane::focusList() {
    for (const OverviewCard* card : {m_receiving, m_letters}) {
        for (CardLineButton* button : card->buttons()) {
            if (button->isVisible() && button->isEnabled()) {
                button->setFocus(Qt::OtherFocusReason);
                return;
            }
        }
    }
    setFocus(Qt::OtherFocusReason); // nothing is known yet
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
