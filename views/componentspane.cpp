#include "views/componentspane.h"

#include "models/format.h"
#include "models/overviewdesk.h"
#include "views/listframe.h"
#include "views/silencedialog.h"

#include <QDataStream>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int clockMilliseconds = 5'000;

} // namespace

ComponentsPane::ComponentsPane(QWidget* parent)
    : ListPane(parent)
    , m_health(healthListing())
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_tabs(new QTabWidget(this))
    , m_healthFrame(new ListFrame(QStringLiteral("Health"), &m_health,
                                  {tr("No component has reported yet."),
                                   tr("Components say here how they are; who falls silent comes first."),
                                   tr("No component matches.")},
                                  this))
    , m_topology(new TopologyPanel(this))
    , m_silence(new QPushButton(tr("Silent after…"), this))
    , m_states(new VersionsPane(Versioned::Component, this))
    , m_gate(this) {
    m_silence->setAccessibleName(QStringLiteral("Silent after…"));
    m_healthFrame->addToTitle(m_silence);
    m_healthFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_splitter->setChildrenCollapsible(false);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_healthFrame, tr("Health"));
    m_tabs->addTab(m_topology, tr("Graph"));
    m_splitter->addWidget(m_tabs);
    m_splitter->addWidget(m_states);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 5);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_clock.setInterval(clockMilliseconds);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_health.refresh();
        m_topology->refresh();
    });
    wire(m_healthFrame);
    connect(m_topology, &TopologyPanel::componentChosen, this, &ComponentsPane::chooseComponent);
    connect(m_topology, &TopologyPanel::paneWanted, this, &Pane::paneWanted);
    connect(m_healthFrame->table(), &DataTable::chosen, this, &ComponentsPane::inspectComponent);
    connect(&m_gate, &ProductionGate::refused, this, &Pane::notice);
    connect(m_silence, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("set when a component is silent"), [this] { openSilence(); }); });
    connect(m_states, &Pane::inspected, this, &Pane::inspected);
    connect(m_states, &Pane::inspectionFailed, this, &Pane::inspectionFailed);
    connect(m_states, &Pane::nothingInspected, this, &Pane::nothingInspected);
    connect(m_states, &Pane::clearFilterWanted, this, &Pane::clearFilterWanted);
    connect(m_states, &Pane::pauseWanted, this, &Pane::pauseWanted);
    connect(m_states, &Pane::notice, this, &Pane::notice);
}

void ComponentsPane::setChannel(Channel* channel) {
    m_channel = channel;
    m_gate.setChannel(channel);
    m_health.setChannel(channel);
    m_states->setChannel(channel);
    showButton();
}

void ComponentsPane::setStoreDesk(StoreDesk* desk) {
    m_desk = desk;
    m_states->setStoreDesk(desk);
    showButton();
}

void ComponentsPane::setOverviewDesk(OverviewDesk* desk) {
    m_topology->setChannel(desk ? &desk->channel() : nullptr);
}

void ComponentsPane::refresh() {
    m_health.refresh();
    m_topology->refresh();
    m_states->refresh();
}

void ComponentsPane::refreshAll() {
    m_health.refreshAll();
    m_topology->refresh();
    m_states->refreshAll();
}

void ComponentsPane::setPaused(bool paused) {
    m_healthFrame->table()->setPaused(paused);
    m_states->setPaused(paused);
}

void ComponentsPane::setTimeDisplay(TimeDisplay display) {
    m_health.setTimeDisplay(display);
    m_states->setTimeDisplay(display);
}

const FilterSchema* ComponentsPane::filterSchema() const {
    return m_states->filterSchema();
}

void ComponentsPane::setFilter(const Filter& filter) {
    m_states->setFilter(filter);
}

void ComponentsPane::inspectComponent(int row) {
    showButton();
    if (const ComponentHealth* const component = m_health.rowAt(row))
        Q_EMIT inspected(inspect(*component));
}

/// In the picture: the same as its row.
void ComponentsPane::chooseComponent(const QByteArray& name) {
    for (int row = 0; row < m_health.rowCount(); ++row) {
        if (const ComponentHealth* const component = m_health.rowAt(row); component && component->name == name) {
            m_healthFrame->table()->selectRow(row);
            return;
        }
    }
    m_healthFrame->table()->clearSelection();
    Q_EMIT nothingInspected();
}

const ComponentHealth* ComponentsPane::chosenComponent() const {
    const auto runs = m_healthFrame->table()->selectedRuns();
    return runs.empty() ? nullptr : m_health.rowAt(runs.front().first);
}

void ComponentsPane::showButton() {
    const bool can = m_desk && chosenComponent();
    m_silence->setEnabled(can);
    m_silence->setToolTip(can      ? tr("Say after how long without a report the chosen component is silent")
                          : m_desk ? tr("Choose a component.")
                                   : QString());
}

void ComponentsPane::openSilence() {
    const ComponentHealth* const component = chosenComponent();
    if (!component || !m_desk)
        return;
    auto* dialog = new SilenceDialog(*component, this);
    connect(dialog, &SilenceDialog::silenceWanted, this,
            [this, name = component->name](std::optional<std::chrono::seconds> silentAfter, const QByteArray& reason) {
                if (!m_desk)
                    return;
                m_desk->setSilentAfter(name, silentAfter, reason, this, [this, name](const Result<void>& done) {
                    Q_EMIT notice(done ? tr("When “%1” is silent was set.").arg(visibleText(name, 60))
                                       : done.error().text);
                    m_health.refreshAll();
                });
            });
    dialog->open();
}

void ComponentsPane::copyRows(bool withHeader) {
    if (m_healthFrame->table()->hasFocus())
        m_healthFrame->table()->copyRows(withHeader ? RowsTextFormat::LinesWithHeader : RowsTextFormat::Lines);
    else
        m_states->copyRows(withHeader);
}

void ComponentsPane::focusList() {
    m_healthFrame->focusTable();
}

bool ComponentsPane::isSettled() const {
    return m_health.isSettled() && m_states->isSettled();
}

int ComponentsPane::rowsShown() const {
    return m_health.rowCount() + m_states->rowsShown();
}

QByteArray ComponentsPane::saveLayout() const {
    QByteArray layout;
    QDataStream out(&layout, QIODevice::WriteOnly);
    out << m_splitter->saveState() << m_states->saveLayout();
    return layout;
}

void ComponentsPane::restoreLayout(const QByteArray& layout) {
    QDataStream in(layout);
    QByteArray own;
    QByteArray states;
    in >> own >> states;
    if (in.status() != QDataStream::Ok)
        return;
    m_splitter->restoreState(own);
    m_states->restoreLayout(states);
}

void ComponentsPane::showEvent(QShowEvent* event) {
    m_clock.start();
    ListPane::showEvent(event);
}

void ComponentsPane::hideEvent(QHideEvent* event) {
    m_clock.stop();
    ListPane::hideEvent(event);
}

} // namespace portolan
