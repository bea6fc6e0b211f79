#include "storage/ingest/demorecords.h"

#include <algorithm>

namespace portolan {

namespace {

struct Component {
    const char* name;
    const char* type;
};
constexpr auto components = std::to_array<Component>({
    {"order-intake", "Source"},
    {"validator", "Transformer"},
    {"enricher", "Transformer"},
    {"billing", "Splitter"},
    {"ledger-sink", "Sink"},
});

struct DemoPort {
    const char* name;
    const char* from;
    const char* to;
};
constexpr auto ports = std::to_array<DemoPort>({
    {"orders", "order-intake", "validator"},
    {"invoices", "billing", "ledger-sink"},
    {"shipments", "ledger-sink", "warehouse"},
});

/// A figure that goes its way between two bounds; thousandths.
struct Figure {
    const char* name;
    const char* unit;
    qint64 least;
    qint64 most;
};
constexpr auto demoMetrics = std::to_array<Figure>({
    {"throughput", "messages/s", 20'000, 400'000},
    {"latency", "ms", 800, 90'000},
    {"queue_depth", "messages", 0, 250'000},
    {"error_rate", "percent", 0, 6'000},
    {"memory", "MiB", 60'000, 900'000},
});
constexpr auto demoSensors = std::to_array<Figure>({
    {"warehouse-1/temperature", "", 14'000, 24'000},
    {"warehouse-1/humidity", "", 35'000, 60'000},
    {"warehouse-2/temperature", "", 2'000, 8'000},
    {"warehouse-2/humidity", "", 60'000, 85'000},
    {"dock-1/weight", "", 0, 1'200'000},
    {"dock-2/weight", "", 0, 1'200'000},
});
constexpr auto demoCheckpoints = std::to_array<const char*>({"ledger-offsets", "enricher-cache", "intake-cursor"});

// The story: from so many payloads on billing has a short timeout, until so many.
constexpr qint64 storyEvery = 30'000;
constexpr qint64 storyBegins = 600;
constexpr qint64 storyEnds = 3'600;
constexpr qint64 usualDeadline = 5'000;
constexpr qint64 shortDeadline = 3'000;
constexpr std::size_t billingPlace = 3; ///< among the components
constexpr std::size_t invoicesPlace = 1;
constexpr qint64 demoRegions = 4;

constexpr quint64 degradedOnceIn = 12;
constexpr quint64 unhealthyOnceIn = 5;                 ///< of the degraded
constexpr quint64 recordsSeed = 0x706F72746F6C616EULL; ///< the messages have the plain seed's numbers for themselves

QByteArray decimal(qint64 thousandths) {
    return QByteArray::number(thousandths / 1000) + '.' + QByteArray::number(thousandths % 1000).rightJustified(3, '0');
}

QByteArray number(qint64 value) {
    return QByteArray::number(value);
}

} // namespace

// The records that a pipeline of this kind brings in a minute, roughly.
const std::array<DemoRecords::Share, 9> DemoRecords::shares{{
    {40, nullptr},
    {20, &DemoRecords::portMessage},
    {16, &DemoRecords::componentMetric},
    {11, &DemoRecords::sensorEvent},
    {6, &DemoRecords::portMetric},
    {3, &DemoRecords::health},
    {2, &DemoRecords::sinkRecord},
    {1, &DemoRecords::checkpoint},
    {1, &DemoRecords::componentState},
}};

DemoRecords::DemoRecords(quint64 seed) : m_random(seed ^ recordsSeed) {
    for (std::size_t i = 0; i < m_figures.size(); ++i)
        m_figures[i] = (demoMetrics[i % demoMetrics.size()].least * 3 + demoMetrics[i % demoMetrics.size()].most) / 4;
    for (std::size_t i = 0; i < m_sensors.size(); ++i)
        m_sensors[i] = (demoSensors[i].least + demoSensors[i].most) / 2;
}

QByteArray DemoRecords::next(Timestamp at) {
    if (!m_begun)
        m_begin = at;
    m_begun = true;
    m_at = at;
    ++m_told;
    quint64 drawn = m_random.below(100);
    for (const Share& share : shares) {
        if (drawn < share.ofHundred)
            return share.make ? (this->*share.make)() : QByteArray();
        drawn -= share.ofHundred;
    }
    return {};
}

bool DemoRecords::isInStory() const {
    const qint64 place = m_told % storyEvery;
    return place >= storyBegins && place < storyEnds;
}

QByteArray DemoRecords::time() const {
    return ",\"timestamp\":\"" + toIsoTime(m_at) + "\"}";
}

/// A step of a fiftieth of the way between the bounds at most.
qint64 DemoRecords::walk(qint64& value, qint64 least, qint64 most) {
    const qint64 step = (most - least) / 50;
    value += static_cast<qint64>(m_random.below(static_cast<quint64>(2 * step + 1))) - step;
    value = std::clamp(value, least, most);
    return value;
}

QByteArray DemoRecords::portMessage() {
    const std::size_t which = m_random.below(ports.size());
    const DemoPort& port = ports[which];
    ++m_sent[which];
    ++m_orders;
    const qint64 quantity = 1 + static_cast<qint64>(m_random.below(9));
    return QByteArray("{\"kind\":\"port_message\",\"port_name\":\"") + port.name + "\",\"source_component\":\""
           + port.from + "\",\"target_component\":\"" + port.to + "\",\"message_data\":{\"order_id\":\"" + orderId()
           + "\",\"customer_id\":" + number(100 + static_cast<qint64>(m_random.below(900)))
           + ",\"amount_cents\":" + number(quantity * (499 + static_cast<qint64>(m_random.below(20'000))))
           + ",\"currency\":\"EUR\",\"items\":[{\"sku\":\"S-" + number(static_cast<qint64>(m_random.below(500)))
           + "\",\"quantity\":" + number(quantity) + "}],\"region\":\"eu-" + number(1 + m_orders % demoRegions) + '"'
           + (which == invoicesPlace ? ",\"deadline_ms\":" + number(m_deadline) : QByteArray())
           + "},\"message_metadata\":{\"trace_id\":\"" + QByteArray::number(m_random.next(), 16).rightJustified(16, '0')
           + "\"}}";
}

QByteArray DemoRecords::componentMetric() {
    const std::size_t which = m_random.below(m_figures.size());
    const Figure& metric = demoMetrics[which % demoMetrics.size()];
    return QByteArray("{\"kind\":\"component_metric\",\"component_name\":\"")
           + components[which / demoMetrics.size()].name + "\",\"metric_name\":\"" + metric.name
           + "\",\"metric_value\":" + decimal(walk(m_figures[which], metric.least, metric.most)) + ",\"metric_unit\":\""
           + metric.unit + '"' + time();
}

QByteArray DemoRecords::sensorEvent() {
    const std::size_t which = m_random.below(demoSensors.size());
    const Figure& sensor = demoSensors[which];
    const auto run = std::chrono::floor<std::chrono::milliseconds>(m_begin).time_since_epoch().count();
    return QByteArray("{\"kind\":\"sensor_event\",\"event_id\":\"") + sensor.name + ':' + number(run) + '-'
           + number(++m_events) + "\",\"sensor_id\":\"" + sensor.name
           + "\",\"value\":" + decimal(walk(m_sensors[which], sensor.least, sensor.most)) + time();
}

QByteArray DemoRecords::portMetric() {
    const std::size_t which = m_random.below(ports.size());
    const auto upTo = [this](quint64 most) { return decimal(static_cast<qint64>(m_random.below(most))); };
    return QByteArray("{\"kind\":\"port_metric\",\"port_name\":\"") + ports[which].name
           + "\",\"messages_sent\":" + number(m_sent[which]) + ",\"messages_received\":"
           + number(m_sent[which] - static_cast<qint64>(m_random.below(2)) * (m_sent[which] > 0))
           + ",\"avg_send_duration_ms\":" + upTo(4'000) + ",\"avg_receive_duration_ms\":" + upTo(9'000)
           + ",\"avg_message_age_ms\":" + upTo(250'000) + ",\"buffer_utilization\":" + upTo(1'000) + time();
}

QByteArray DemoRecords::health() {
    const bool degraded = m_random.oneIn(degradedOnceIn);
    const bool unhealthy = degraded && m_random.oneIn(unhealthyOnceIn);
    const qint64 failed = unhealthy ? 6 : degraded ? 1 : 0;
    return QByteArray("{\"kind\":\"health\",\"component_name\":\"") + components[m_random.below(components.size())].name
           + "\",\"health_status\":\""
           + (unhealthy  ? "unhealthy"
              : degraded ? "degraded"
                         : "healthy")
           + "\",\"health_details\":{\"checks\":14,\"failed\":" + number(failed) + "}}";
}

QByteArray DemoRecords::sinkRecord() {
    return "{\"kind\":\"sink_record\",\"sink_name\":\"ledger\",\"data_type\":\"booking\",\"data\":{\"order_id\":\""
           + orderId() + "\",\"account\":" + number(1200 + static_cast<qint64>(m_random.below(40)))
           + ",\"amount_cents\":" + number(static_cast<qint64>(m_random.below(500'000))) + "}}";
}

QByteArray DemoRecords::checkpoint() {
    std::size_t which = m_random.below(demoCheckpoints.size());
    if (which == 0 && m_deadline != usualDeadline)
        which = 1; // while the story lasts nothing else changes beside the port that it is about
    constexpr std::array<std::size_t, demoCheckpoints.size()> writers{4, 2, 0};
    return QByteArray("{\"kind\":\"checkpoint\",\"checkpoint_name\":\"") + demoCheckpoints[which]
           + "\",\"component_name\":\"" + components[writers[which]].name + "\",\"checkpoint_data\":{\"last_order\":\""
           + orderId() + "\",\"offsets\":{\"0\":" + number(m_orders * 3) + ",\"1\":" + number(m_orders * 3 + 1)
           + "},\"events\":" + number(m_events) + "}}";
}

QByteArray DemoRecords::componentState() {
    std::size_t which = m_random.below(components.size());
    const qint64 deadline = isInStory() ? shortDeadline : usualDeadline;
    if (m_deadline != deadline) {
        which = billingPlace;
        m_deadline = deadline;
    } else if (deadline == shortDeadline) {
        which %= billingPlace; // as for checkpoints
    }
    const Component& component = components[which];
    return QByteArray("{\"kind\":\"component_state\",\"component_name\":\"") + component.name
           + "\",\"component_type\":\"" + component.type + "\",\"state_data\":{\"processed\":" + number(m_orders)
           + ",\"in_flight\":" + number(static_cast<qint64>(m_random.below(8)))
           + ",\"config\":{\"batch\":100,\"retries\":3,\"timeout_ms\":"
           + number(which == billingPlace ? m_deadline : usualDeadline) + "}}}";
}

} // namespace portolan
