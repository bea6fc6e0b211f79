#include "views/charts/eventspane.h"

#include "models/ports/portmodels.h"
#include "storage/listing/listing.h"
#include "storage/store.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace portolan {

namespace {

constexpr int flowMilliseconds = 1'000;

/// An event, and why what came beside it is not shown, if it is kept.
struct SeenEvent {
    SensorEvent event;
    std::optional<QString> noMetadata;
};

Inspection inspect(const SeenEvent& seen) {
    Inspection inspection = portolan::inspect(seen.event);
    addHiddenMetadata(inspection, seen.noMetadata);
    return inspection;
}

Result<SeenEvent> eventOf(Store& store, qint64 id, const CancelToken& token) {
    SensorEvents* const events = store.sensorEvents();
    if (!events)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Events).value_or(QString())};
    ListQuery query;
    query.filter = equals(sensorEventSchema(), "id", id);
    query.sort.column = "id";
    query.limit = 1;
    auto page = events->events().page(query, token);
    PORTOLAN_TRY(page);
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, EventsPane::tr("The event is no longer there.")};
    return SeenEvent{std::move(page->rows.front()), store.hiddenMetadata()};
}

} // namespace

EventsPane::EventsPane(QWidget* parent)
    : ListPane(parent)
    , m_sensors(eventSensorListing())
    , m_events(sensorEventListing())
    , m_sensorFrame(new ListFrame(
          QT_TRANSLATE_NOOP("Lists", "Sensors"), &m_sensors,
          {tr("No sensors yet."), tr("A sensor is there as soon as it has an event."), tr("No sensor matches.")}, this))
    , m_eventFrame(
          new ListFrame(QT_TRANSLATE_NOOP("Lists", "Sensor events"), &m_events,
                        {tr("No sensor events yet."), tr("Sensor readings appear here, with how they were processed."),
                         tr("No event matches."), true},
                        this))
    , m_flow(new QLabel(this))
    , m_allSensors(new QPushButton(themedIcon(QStringLiteral("clear")), QString(), this)) {
    addPart(m_sensorFrame, 1);
    addPart(m_eventFrame, 2);
    m_eventFrame->addBar(makeBar());
    m_eventFrame->addToTitle(m_allSensors);
    m_allSensors->setAccessibleName(tr("Show the events of all sensors"));
    m_allSensors->setToolTip(tr("Show the events of all sensors"));
    m_allSensors->hide();
    m_sensorFrame->table()->setOwnOrder({{}, false});
    m_eventFrame->table()->setOwnOrder({{}, true});
    setTabOrder(m_sensorFrame->table(), m_allSensors);
    setTabOrder(m_allSensors, m_eventFrame->table());

    for (ListFrame* frame : {m_eventFrame, m_sensorFrame})
        wire(frame, [this] { showAll(); });
    m_flowRest.setInterval(flowMilliseconds);
    m_flowRest.start();
    connect(&m_flowRest, &QTimer::timeout, this, &EventsPane::askFlow);
    connect(m_sensorFrame->table(), &DataTable::chosen, this, &EventsPane::chooseSensors);
    connect(&m_sensors, &PagedModel::stateChanged, this, &EventsPane::chooseAgain);
    connect(m_eventFrame->table(), &DataTable::chosen, this, &EventsPane::inspectEvent);
    connect(m_allSensors, &QPushButton::clicked, this, &EventsPane::showAll);
}

QWidget* EventsPane::makeBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, 2 * gridUnit);
    m_flow->setTextFormat(Qt::PlainText);
    m_flow->setForegroundRole(QPalette::PlaceholderText);
    m_flow->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_flow, 1);
    return bar;
}

void EventsPane::setContext(const PaneContext& context) {
    m_flowAsker.cancelPending();
    m_flowAsked = false;
    m_flow->clear();
    ListPane::setContext(context);
    askFlow();
}

void EventsPane::forget() {
    m_filter = {};
    showAll();
}

void EventsPane::refresh() {
    ListPane::refresh();
    askFlow();
}

void EventsPane::refreshAll() {
    ListPane::refreshAll();
    askFlow();
}

void EventsPane::setFilter(const Filter& filter) {
    m_filter = filter;
    askEvents();
}

void EventsPane::askEvents() {
    m_events.setQuery(both(anyOf(sensorEventSchema(), "sensor_id", m_chosen), m_filter), m_events.sorting());
}

void EventsPane::showEvent(QShowEvent* event) {
    ListPane::showEvent(event);
    askFlow();
}

/// Asks for the flow, one question at a time, and none for a pane that nobody sees.
void EventsPane::askFlow() {
    if (!m_channel || !isVisible() || std::exchange(m_flowAsked, true))
        return;
    m_channel->ask(
        m_flowAsker,
        [](Store& store, const CancelToken& token) -> Result<EventFlow> {
            SensorEvents* const events = store.sensorEvents();
            return events && !store.unavailableReason(Feature::Events) ? events->flow(token) : EventFlow();
        },
        this,
        [this](const Result<EventFlow>& flow) {
            m_flowAsked = false;
            m_flow->setText(flow ? flowText(*flow, currentTime()) : flow.error().text);
        });
}

void EventsPane::chooseSensors() {
    if (m_sensors.state() == PagedModel::State::Loading)
        return; // newly sorted: the same ones are chosen again
    std::vector<QByteArray> chosen;
    for (const auto& [first, last] : m_sensorFrame->table()->selectedRuns()) {
        for (int row = first; row <= last; ++row) {
            if (const EventSensor* sensor = m_sensors.rowAt(row))
                chosen.push_back(sensor->sensorId);
        }
    }
    if (chosen == m_chosen)
        return;
    m_chosen = std::move(chosen);
    m_allSensors->setVisible(!m_chosen.empty());
    m_allSensors->setText(namesInShort(m_chosen));
    askEvents();
}

void EventsPane::chooseAgain() {
    auto* selection = m_sensorFrame->table()->selectionModel();
    if (m_sensors.state() != PagedModel::State::Data || m_chosen.empty() || selection->hasSelection())
        return;
    for (int row = 0; row < m_sensors.rowCount(); ++row) {
        const EventSensor* sensor = m_sensors.rowAt(row);
        if (sensor && std::ranges::find(m_chosen, sensor->sensorId) != m_chosen.end())
            selection->select(m_sensors.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
}

void EventsPane::showAll() {
    m_sensorFrame->table()->chooseNothing();
    m_chosen.clear();
    m_allSensors->hide();
    askEvents();
}

void EventsPane::inspectEvent(int row) {
    if (const SensorEvent* event = m_events.rowAt(row))
        askInspection([id = event->id](Store& store, const CancelToken& token) { return eventOf(store, id, token); });
}

bool EventsPane::showPart(const QString&) {
    showAll();
    focusList();
    return true;
}

} // namespace portolan
