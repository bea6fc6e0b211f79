#include "views/ports/portspane.h"

#include "storage/ports/messagehistory.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace portolan {

namespace {

const Sort newestMessages{{}, true};
const Sort oldestFirst{{}, false};
const Sort byName{{}, false};

struct StateSwitch {
    PortStatus status;
    const char* name; ///< the accessible one; for tr() in context "portolan::PortsPane"
};
constexpr std::array<StateSwitch, 5> stateSwitches{{
    {PortStatus::Pending, QT_TRANSLATE_NOOP("portolan::PortsPane", "Pending")},
    {PortStatus::Processing, QT_TRANSLATE_NOOP("portolan::PortsPane", "Processing")},
    {PortStatus::Completed, QT_TRANSLATE_NOOP("portolan::PortsPane", "Completed")},
    {PortStatus::Failed, QT_TRANSLATE_NOOP("portolan::PortsPane", "Failed")},
    {PortStatus::DeadLetter, QT_TRANSLATE_NOOP("portolan::PortsPane", "Dead letter")},
}};

} // namespace

PortsPane::PortsPane(QWidget* parent)
    : ListPane(parent)
    , m_ports(portListing())
    , m_messages(portMessageListing())
    , m_portFrame(new ListFrame(
          QT_TRANSLATE_NOOP("Lists", "Ports"), &m_ports,
          {tr("No ports yet."), tr("A port is there as soon as it has a message."), tr("No port matches.")}, this))
    , m_messageFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Port messages"), &m_messages,
                                   {tr("No port messages yet."), tr("Messages between components appear here."),
                                    tr("No message matches."), true},
                                   this))
    , m_order(new QPushButton(this))
    , m_allPorts(new QPushButton(themedIcon(QStringLiteral("clear")), QString(), this)) {
    addPart(m_portFrame, 2);
    addPart(m_messageFrame, 3);
    m_messageFrame->addBar(makeBar());
    m_messageFrame->addToTitle(m_allPorts);
    m_allPorts->setAccessibleName(tr("Show the messages of all ports"));
    m_allPorts->setToolTip(tr("Show the messages of all ports"));
    m_allPorts->hide();
    m_portFrame->table()->setOwnOrder(byName);
    setOldestFirst(false);

    // The order of reading.
    QWidget* before = m_portFrame->table();
    for (QWidget* next :
         {static_cast<QWidget*>(m_allPorts), static_cast<QWidget*>(m_states[0]), static_cast<QWidget*>(m_states[1]),
          static_cast<QWidget*>(m_states[2]), static_cast<QWidget*>(m_states[3]), static_cast<QWidget*>(m_states[4]),
          static_cast<QWidget*>(m_order), static_cast<QWidget*>(m_messageFrame->table())}) {
        setTabOrder(before, next);
        before = next;
    }

    for (ListFrame* frame : {m_messageFrame, m_portFrame})
        wire(frame, [this] { forgetChoices(); });
    connect(m_portFrame->table(), &DataTable::chosen, this, &PortsPane::choosePorts);
    connect(&m_ports, &PagedModel::stateChanged, this, &PortsPane::chooseAgain);
    connect(m_messageFrame->table(), &DataTable::chosen, this, &PortsPane::inspectMessage);
    connect(m_allPorts, &QPushButton::clicked, this, [this] { m_portFrame->table()->chooseNothing(); });
    connect(m_order, &QPushButton::clicked, this, [this] { setOldestFirst(m_messages.newestFirst()); });
    connect(&m_counter, &PortCounter::counts, &m_ports, &PagedModel::refresh);
    connect(&m_counter, &PortCounter::failed, this,
            [this](const Error& error) { Q_EMIT notice(tr("The ports are not counted: %1").arg(error.text)); });
}

QWidget* PortsPane::makeBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    for (std::size_t i = 0; i < stateSwitches.size(); ++i) {
        const auto& [status, name] = stateSwitches[i];
        auto* button = new QPushButton(statusText(portStatusName(status)).first(2) + tr(name), bar);
        button->setCheckable(true);
        button->setAccessibleName(tr(name));
        button->setToolTip(tr("Only messages in the states that are switched on; with none: in all"));
        connect(button, &QPushButton::toggled, this, &PortsPane::askMessages);
        m_states[i] = button;
        layout->addWidget(button);
    }
    layout->addStretch(1);
    layout->addWidget(m_order);
    return bar;
}

void PortsPane::setContext(const PaneContext& context) {
    ListPane::setContext(context);
    m_counter.setChannel(context.channel);
}

void PortsPane::forget() {
    m_filter = {};
    forgetChoices();
}

void PortsPane::refresh() {
    m_counter.wake();
    m_messages.refresh();
}

void PortsPane::refreshAll() {
    m_ports.refreshAll();
    m_counter.wake();
    m_messages.refreshAll();
}

void PortsPane::setFilter(const Filter& filter) {
    m_filter = filter;
    askMessages();
}

void PortsPane::askMessages() {
    std::vector<QByteArray> states;
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        if (m_states[i]->isChecked())
            states.emplace_back(portStatusName(stateSwitches[i].status));
    }
    const ColumnSet& schema = portMessageSchema();
    const Filter chosen = both(anyOf(schema, "port_name", m_chosen), anyOf(schema, "status", states));
    m_messages.setQuery(both(chosen, m_filter), m_messages.sorting());
}

void PortsPane::choosePorts() {
    if (m_ports.state() == PagedModel::State::Loading)
        return; // newly sorted: the same ones are chosen again
    std::vector<QByteArray> chosen;
    for (const auto& [first, last] : m_portFrame->table()->selectedRuns()) {
        for (int row = first; row <= last; ++row) {
            if (const Port* port = m_ports.rowAt(row))
                chosen.push_back(port->portName);
        }
    }
    if (chosen == m_chosen)
        return;
    m_chosen = std::move(chosen);
    m_allPorts->setVisible(!m_chosen.empty());
    m_allPorts->setText(namesInShort(m_chosen));
    askMessages();
}

void PortsPane::chooseAgain() {
    auto* selection = m_portFrame->table()->selectionModel();
    if (m_ports.state() != PagedModel::State::Data || m_chosen.empty() || selection->hasSelection())
        return;
    for (int row = 0; row < m_ports.rowCount(); ++row) {
        const Port* port = m_ports.rowAt(row);
        if (port && std::ranges::find(m_chosen, port->portName) != m_chosen.end())
            selection->select(m_ports.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
}

/// Forgets what narrows the messages besides the filter.
void PortsPane::forgetChoices() {
    for (QPushButton* state : m_states) {
        const QSignalBlocker quiet(state);
        state->setChecked(false);
    }
    m_allPorts->click();
    m_chosen.clear();
    m_allPorts->hide();
    askMessages();
}

void PortsPane::inspectMessage(int row) {
    const PortMessage* message = m_messages.rowAt(row);
    if (!message)
        return;
    askInspection([id = message->id](Store& store, const CancelToken& token) -> Result<MessageHistory> {
        Ports* const ports = store.ports();
        return ports ? ports->history(id, token)
                     : Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Ports).value_or(QString())};
    });
}

void PortsPane::setOldestFirst(bool wanted) {
    m_order->setText(wanted ? tr("Oldest first ▴") : tr("Newest first ▾"));
    m_order->setAccessibleName(wanted ? tr("Oldest first") : tr("Newest first"));
    m_order->setToolTip(tr("Turn the order round"));
    m_messageFrame->table()->setOwnOrder(wanted ? oldestFirst : newestMessages);
}

bool PortsPane::showPart(const QString&) {
    forgetChoices();
    focusList();
    return true;
}

} // namespace portolan
