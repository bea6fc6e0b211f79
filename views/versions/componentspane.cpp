#include "views/versions/componentspane.h"

#include "models/list/format.h"
#include "views/alerts/silencedialog.h"
#include "views/list/listframe.h"
#include "views/versions/componentports.h"

#include <QDataStream>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>

namespace portolan {

namespace {

constexpr int clockMilliseconds = 5'000;

} // namespace

ComponentsPane::ComponentsPane(QWidget* parent)
    : ListPane(parent)
    , m_health(healthListing())
    , m_sinks(sinkListing())
    , m_states(new VersionsPane(Versioned::Component, this))
    , m_tabs(m_states->details())
    , m_healthFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Health"), &m_health,
                                  {tr("No component has reported yet."),
                                   tr("Components say here how they are; who falls silent comes first."),
                                   tr("No component matches.")},
                                  this))
    , m_sinkFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Sinks"), &m_sinks,
                                {tr("Sinks keep nothing yet."),
                                 tr("Documents that sinks have stored appear here, by sink and type."),
                                 tr("No row of a sink matches.")},
                                this))
    , m_topology(new TopologyPanel(this))
    , m_ports(new ComponentPorts(this))
    , m_silence(new QPushButton(tr("Silent after…"), this))
    , m_gate(this) {
    m_silence->setAccessibleName(QStringLiteral("Silent after…"));
    m_healthFrame->addToTitle(m_silence);
    m_healthFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tabs->addTab(m_ports, tr("Ports"));
    m_tabs->addTab(m_healthFrame, tr("Health"));
    m_tabs->addTab(m_topology, tr("Graph"));
    m_tabs->addTab(m_sinkFrame, tr("Sinks"));
    m_sinkFrame->table()->setOwnOrder({{}, true});
    addPart(m_states);
    m_clock.setInterval(clockMilliseconds);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_health.refresh();
        m_states->refreshNames();
        m_topology->refresh();
    });
    wire(m_healthFrame, [this] { filterNow(Filtered::Health); });
    wire(m_sinkFrame, [this] { filterNow(Filtered::Sinks); });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        const QWidget* const shown = m_tabs->currentWidget();
        filterNow(shown == m_sinkFrame     ? Filtered::Sinks
                  : shown == m_healthFrame ? Filtered::Health
                                           : Filtered::States);
        readSinks();
    });
    connect(m_states, &VersionsPane::nameChosen, this, [this](const QByteArray& name, bool hasVersions) {
        m_ports->setComponent(name);
        if (!name.isEmpty() && !hasVersions)
            inspectReports(name);
    });
    connect(m_ports, &ComponentPorts::paneWanted, this, &Pane::paneWanted);
    connect(m_topology, &TopologyPanel::componentChosen, this, &ComponentsPane::chooseComponent);
    connect(m_topology, &TopologyPanel::paneWanted, this, &Pane::paneWanted);
    connect(m_healthFrame->table(), &DataTable::chosen, this, &ComponentsPane::inspectComponent);
    connect(m_sinkFrame->table(), &DataTable::chosen, this, &ComponentsPane::inspectSinkRow);
    connect(&m_gate, &ProductionConfirmation::refused, this, &Pane::notice);
    connect(m_silence, &QPushButton::clicked, this,
            [this] { m_gate.pass(tr("set when a component is silent"), [this] { openSilence(); }); });
    connect(m_states, &Pane::inspected, this, [this](const Inspection& inspection) {
        m_chosenIn = nullptr;
        Q_EMIT inspected(inspection);
    });
    connect(m_states, &Pane::inspectionFailed, this, &Pane::inspectionFailed);
    connect(m_states, &Pane::nothingInspected, this, [this] {
        if (!m_chosenIn) // else the Inspector shows a row of another list
            Q_EMIT nothingInspected();
    });
    connect(m_states, &Pane::clearFilterWanted, this, [this] {
        filterNow(Filtered::States);
        Q_EMIT clearFilterWanted();
    });
    connect(m_states, &Pane::pauseWanted, this, &Pane::pauseWanted);
    connect(m_states, &Pane::peekWanted, this, &Pane::peekWanted);
    connect(m_states, &Pane::narrowWanted, this, &Pane::narrowWanted);
    connect(m_states, &Pane::paneWanted, this, &Pane::paneWanted);
    connect(m_states, &Pane::receiveWanted, this, &Pane::receiveWanted);
    connect(m_states, &Pane::notice, this, &Pane::notice);
}

void ComponentsPane::setContext(const PaneContext& context) {
    m_desk = context.changes;
    m_topology->setDesk(context.overview);
    m_ports->setDesk(context.overview);
    m_gate.setChannel(context.channel);
    ListPane::setContext(context);
    m_areSinksRead = false;
    readSinks();
    m_states->setContext(context);
    showButton();
}

void ComponentsPane::forget() {
    m_filters = {};
    for (PagedModel* model : {static_cast<PagedModel*>(&m_health), static_cast<PagedModel*>(&m_sinks)})
        model->setQuery({}, model->sorting());
}

/// For the first time, or what has changed since; sinks may keep much, and most look at it seldom.
void ComponentsPane::readSinks() {
    if (m_tabs->currentWidget() != m_sinkFrame)
        return;
    if (std::exchange(m_areSinksRead, true))
        m_sinks.refresh();
    else
        m_sinks.setChannel(m_channel);
}

void ComponentsPane::refresh() {
    m_health.refresh();
    readSinks();
    m_topology->refresh();
    m_states->refresh();
}

void ComponentsPane::refreshAll() {
    m_health.refreshAll();
    if (m_tabs->currentWidget() == m_sinkFrame)
        m_sinks.refreshAll();
    m_topology->refresh();
    m_states->refreshAll();
}

void ComponentsPane::setPaused(bool paused) {
    ListPane::setPaused(paused);
    m_topology->setPaused(paused);
    m_ports->setPaused(paused);
    m_states->setPaused(paused);
}

void ComponentsPane::setTimeDisplay(TimeDisplay display) {
    ListPane::setTimeDisplay(display);
    m_states->setTimeDisplay(display);
}

const ColumnSet* ComponentsPane::filterSchema() const {
    switch (m_filtered) {
    case Filtered::Health:
        return &componentHealthSchema();
    case Filtered::Sinks:
        return &pipelineSchema(PipelineTable::Sinks);
    case Filtered::States:
        break;
    }
    return m_states->filterSchema();
}

void ComponentsPane::setFilter(const Filter& filter) {
    m_filters[static_cast<std::size_t>(m_filtered)] = filter;
    switch (m_filtered) {
    case Filtered::Health:
        m_health.setQuery(filter, m_health.sorting());
        break;
    case Filtered::Sinks:
        m_sinks.setQuery(filter, m_sinks.sorting());
        break;
    case Filtered::States:
        m_states->setFilter(filter);
    }
}

QString ComponentsPane::filterText() const {
    return m_filters[static_cast<std::size_t>(m_filtered)].source;
}

void ComponentsPane::filterNow(Filtered what) {
    if (what != std::exchange(m_filtered, what))
        Q_EMIT filterSchemaChanged();
}

void ComponentsPane::inspectComponent(int row) {
    showButton();
    const ComponentHealth* const component = m_health.rowAt(row);
    if (!component || !m_channel)
        return;
    m_states->showName(component->name);
    askInspection([component = *component](Store& store, const CancelToken& token) {
        return readHealth(store, component, token);
    });
}

void ComponentsPane::inspectSinkRow(int row) {
    const PipelineRow* const chosen = m_sinks.rowAt(row);
    if (!chosen || !m_channel)
        return;
    askInspection(
        [id = storedId(*chosen)](Store& store, const CancelToken& token) { return readSinkRow(store, id, token); });
}

/// Of one that has stored nothing there are its reports alone.
void ComponentsPane::inspectReports(const QByteArray& name) {
    for (int row = 0; row < m_health.rowCount(); ++row) {
        const ComponentHealth* const component = m_health.rowAt(row);
        if (!component || component->name != name || !m_channel)
            continue;
        askInspection([component = *component](Store& store, const CancelToken& token) {
            return readHealth(store, component, token);
        });
        return;
    }
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

std::vector<ListFrame*> ComponentsPane::lists() const {
    std::vector<ListFrame*> all = m_states->lists();
    const bool isStates = all.front()->holdsFocus();
    for (ListFrame* const frame : {m_sinkFrame, m_healthFrame})
        all.insert(!isStates && m_tabs->currentWidget() == frame ? all.begin() : all.end(), frame);
    return all;
}

void ComponentsPane::focusList() {
    m_states->focusList();
}

bool ComponentsPane::showPart(const QString& part) {
    const bool isHealth = part == QLatin1String("health");
    const bool isSinks = part == QLatin1String("sinks");
    QWidget* const shown = part == QLatin1String("graph") ? static_cast<QWidget*>(m_topology)
                           : isSinks                      ? m_sinkFrame
                           : isHealth                     ? m_healthFrame
                                                          : m_tabs->widget(0);
    m_tabs->setCurrentWidget(shown);
    m_healthFrame->table()->chooseNothing(); // else the versions would be those of its component alone
    m_states->showPart({});
    if (isHealth || isSinks) {
        ListFrame* const frame = isHealth ? m_healthFrame : m_sinkFrame;
        frame->table()->clearSelection();
        frame->focusTable();
    }
    filterNow(isHealth ? Filtered::Health : isSinks ? Filtered::Sinks : Filtered::States);
    return true;
}

bool ComponentsPane::isSettled() const {
    return ListPane::isSettled() && m_states->isSettled();
}

int ComponentsPane::rowsShown() const {
    return m_health.rowCount() + m_sinks.rowCount() + m_states->rowsShown();
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
