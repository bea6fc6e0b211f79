#include "storage/checks/sql/builtinchecks.h"

namespace portolan {

namespace {

using Where = SqlCheck::Where;

constexpr SqlCheck checks[] = {
    // Messages and their batches
    {"batch-number-gaps", "batch numbers follow each other", "missing batches", "batches.id#",
     "SELECT CAST(number + 1 AS text) || CASE WHEN next - number = 2 THEN '' ELSE '-' || CAST(next - 1 AS text) END "
     "AS found, CAST(number AS text) || ',' || CAST(next AS text) AS keys, next * 1.0 - number - 1 AS amount FROM "
     "(SELECT id AS number, lead(id) OVER (ORDER BY id) AS next FROM batches) AS b WHERE next - 1 > number",
     "batches", "id", true, true},
    {"duplicate-batch-files", "no two batches bear one name", "names of several batches", "batches.filename",
     "SELECT CAST(filename AS text) AS found FROM batches WHERE filename IS NOT NULL GROUP BY filename HAVING count(*) "
     "> 1",
     "batches", "filename"},
    {"batch-counts", "each batch holds as many messages as it says",
     "batches whose message_count is not their messages", "batches.id batches.message_count# messages.batch_id",
     "SELECT CAST(b.id AS text) AS found FROM batches AS b LEFT JOIN (SELECT batch_id, count(*) AS held FROM messages "
     "GROUP BY batch_id) AS m ON m.batch_id = b.id WHERE coalesce(b.message_count, 0) <> coalesce(m.held, 0)",
     "batches", "id"},
    {"batches-over-size", "no batch holds more messages than a batch may", "batches of more than {size} messages",
     "batches.id# batches.message_count#", "SELECT CAST(id AS text) AS found FROM batches WHERE message_count > {size}",
     "batches", "id"},
    {"messages-without-batch", "each message belongs to a batch", "messages whose batch is not there",
     "messages.id messages.batch_id batches.id",
     "SELECT CAST(m.id AS text) AS found FROM messages AS m WHERE NOT EXISTS (SELECT 1 FROM batches AS b "
     "WHERE b.id = m.batch_id)",
     "messages", "id"},
    // Only among numbers that rise by one as a rule, as numberset.h has it: `lean` is the steps nearby that do, without
    // those that do not.
    {"message-number-gaps", "message numbers follow each other", "missing message numbers", "messages.message_number#",
     "SELECT CAST(number + 1 AS text) || CASE WHEN next - 2 = number THEN '' ELSE '-' || CAST(next - 1 AS text) END "
     "AS found, CAST(number AS text) || ',' || CAST(next AS text) AS keys, next * 1.0 - number - 1 AS amount FROM "
     "(SELECT number, next, sum(CASE WHEN next - 1 = number THEN 1 WHEN next - 1 > number THEN -1 ELSE 0 END) "
     "OVER (ORDER BY number ROWS BETWEEN 10 PRECEDING AND 10 FOLLOWING) AS lean FROM "
     "(SELECT message_number AS number, lead(message_number) OVER (ORDER BY message_number) AS next FROM messages "
     "GROUP BY message_number) AS s) AS m WHERE next - 1 > number AND lean >= 0",
     "messages", "message_number", true, true},
    {"duplicate-message-numbers", "no message number was stored twice", "message numbers stored more than once",
     "messages.message_number messages.content",
     "SELECT CAST(message_number AS text) AS found, count(*) - 1 AS amount FROM messages "
     "WHERE message_number IS NOT NULL GROUP BY message_number{numbers repeat} HAVING count(*) > 1",
     "messages", "message_number", false, true},

    // Sensor events
    {"sensor-order", "each sensor's events were stored in the order of their times",
     "metrics stored after later ones of their sensor", "metrics.id# metrics.sensor_id metrics.timestamp",
     "SELECT CAST(id AS text) AS found FROM (SELECT id, at, lag(id) OVER w AS earlier, lag(at) OVER w AS later "
     "FROM (SELECT id, sensor_id, {time metrics.timestamp t} AS at FROM metrics AS t) AS s "
     "WINDOW w AS (PARTITION BY sensor_id ORDER BY at DESC, id DESC)) AS o WHERE earlier < id AND later > at",
     "metrics", "id"},
    {"duplicate-events", "no event was processed twice", "event ids processed more than once",
     "processed_events.event_id",
     "SELECT CAST(event_id AS text) AS found, count(*) - 1 AS amount FROM processed_events WHERE event_id IS NOT NULL "
     "GROUP BY event_id HAVING count(*) > 1",
     "processed-events", "event_id", false, true},
    {"duplicate-metrics", "no event has two metrics", "event ids with more than one metric", "metrics.event_id",
     "SELECT CAST(event_id AS text) AS found, count(*) - 1 AS amount FROM metrics WHERE event_id IS NOT NULL "
     "GROUP BY event_id HAVING count(*) > 1",
     "metrics", "event_id", false, true},
    {"metrics-without-event", "each metric's event is in processed_events", "metrics whose event was never processed",
     "metrics.event_id processed_events.event_id",
     "SELECT CAST(m.event_id AS text) AS found FROM metrics AS m WHERE m.event_id IS NOT NULL AND NOT EXISTS (SELECT 1 "
     "FROM processed_events AS p "
     "WHERE p.event_id = m.event_id)",
     "metrics", "event_id"},
    {"events-without-metric", "each processed event has its metric", "processed events without a metric",
     "processed_events.event_id metrics.event_id",
     "SELECT CAST(p.event_id AS text) AS found FROM processed_events AS p WHERE p.event_id IS NOT NULL AND NOT EXISTS "
     "(SELECT 1 FROM metrics AS m "
     "WHERE m.event_id = p.event_id)",
     "processed-events", "event_id"},
    {"event-sensors", "events and their metrics name the same sensor", "events whose metric is another sensor's",
     "processed_events.event_id processed_events.sensor_id metrics.event_id metrics.sensor_id",
     "SELECT CAST(p.event_id AS text) AS found FROM processed_events AS p JOIN metrics AS m "
     "ON m.event_id = p.event_id WHERE m.sensor_id <> p.sensor_id",
     "metrics", "event_id"},
    {"metric-values", "every reading is a number", "readings that are no finite number",
     "metrics.event_id metrics.value",
     "SELECT CAST(m.event_id AS text) AS found FROM metrics AS m WHERE {no number m.value}", "metrics", "event_id"},
    {"component-metric-values", "every figure of a component is a number", "figures that are no finite number",
     "component_metrics.id component_metrics.metric_value",
     "SELECT CAST(m.id AS text) AS found FROM component_metrics AS m WHERE {no number m.metric_value}",
     "component-metrics", "id"},

    // Checkpoints and components
    {"checkpoints-no-latest", "each checkpoint has a latest version", "checkpoints of which none is the latest",
     "checkpoints.checkpoint_name checkpoints.is_latest",
     "SELECT CAST(checkpoint_name AS text) AS found FROM checkpoints AS c GROUP BY checkpoint_name "
     "HAVING sum(CASE WHEN {true checkpoints.is_latest c} THEN 1 ELSE 0 END) = 0",
     "checkpoints", "checkpoint_name"},
    {"checkpoints-two-latest", "no checkpoint has two latest versions", "checkpoints with more than one latest",
     "checkpoints.checkpoint_name checkpoints.is_latest",
     "SELECT CAST(checkpoint_name AS text) AS found FROM checkpoints AS c GROUP BY checkpoint_name "
     "HAVING sum(CASE WHEN {true checkpoints.is_latest c} THEN 1 ELSE 0 END) > 1",
     "checkpoints", "checkpoint_name"},
    // A lower version that was stored later is the latest by right, and so is one that was promoted.
    {"checkpoints-old-latest", "the latest checkpoint is the newest, unless another was promoted",
     "checkpoints whose latest is an older version",
     "checkpoints.checkpoint_name checkpoints.is_latest checkpoints.version# checkpoints.created_at",
     "SELECT DISTINCT CAST(l.checkpoint_name AS text) AS found FROM checkpoints AS l JOIN checkpoints AS n "
     "ON n.checkpoint_name = l.checkpoint_name WHERE {true checkpoints.is_latest l} "
     "AND NOT {true checkpoints.is_latest n} AND n.version > l.version "
     "AND {time checkpoints.created_at n} >= {time checkpoints.created_at l}{unless promoted}",
     "checkpoints", "checkpoint_name"},
    {"checkpoints-expired-latest", "no latest checkpoint has expired", "checkpoints whose latest has expired",
     "checkpoints.checkpoint_name checkpoints.is_latest checkpoints.expires_at",
     "SELECT CAST(c.checkpoint_name AS text) AS found FROM checkpoints AS c WHERE {true checkpoints.is_latest c} "
     "AND {time checkpoints.expires_at c} < {now}",
     "checkpoints", "checkpoint_name"},
    {"duplicate-checkpoint-versions", "no checkpoint has a version twice", "checkpoint versions stored more than once",
     "checkpoints.checkpoint_name checkpoints.version",
     "SELECT CAST(checkpoint_name AS text) || ' ' || CAST(version AS text) AS found, "
     "CAST(checkpoint_name AS text) AS keys FROM checkpoints WHERE checkpoint_name IS NOT NULL AND version IS NOT NULL "
     "GROUP BY checkpoint_name, version HAVING count(*) > 1",
     "checkpoints", "checkpoint_name", true},
    {"duplicate-component-versions", "no component state has a version twice",
     "component versions stored more than once", "component_state.component_name component_state.version",
     "SELECT CAST(component_name AS text) || ' ' || CAST(version AS text) AS found, "
     "CAST(component_name AS text) AS keys FROM component_state WHERE component_name IS NOT NULL AND version IS NOT "
     "NULL GROUP BY component_name, version HAVING count(*) > 1",
     "components", "component_name", true},
    {"component-types", "each component is of a known type", "components of an unknown type",
     "component_state.component_name component_state.component_type",
     "SELECT DISTINCT CAST(component_name AS text) AS found FROM component_state WHERE component_type IS NULL OR "
     "component_type NOT IN ('Source', 'Sink', 'Transformer', 'Splitter', 'Merger')",
     "components", "component_name"},
    {"health-states", "each health report is of a known status", "components with an unknown health status",
     "system_health.component_name system_health.health_status",
     "SELECT DISTINCT CAST(component_name AS text) AS found FROM system_health WHERE health_status IS NULL OR "
     "health_status NOT IN ('healthy', 'degraded', 'unhealthy', 'unknown')",
     "health", "component_name"},

    // Port messages
    {"duplicate-port-messages", "no port message was stored twice", "ids of several port messages", "port_messages.id",
     "SELECT CAST(id AS text) AS found, count(*) - 1 AS amount FROM port_messages WHERE id IS NOT NULL GROUP BY id "
     "HAVING count(*) > 1",
     "port-messages", "id", false, true},
    {"port-message-states", "each port message is in an allowed state", "port messages in states that are not allowed",
     "port_messages.id port_messages.status",
     "SELECT CAST(id AS text) AS found FROM port_messages WHERE status IS NULL OR "
     "status NOT IN ('pending', 'processing', 'completed', 'failed', 'dead_letter')",
     "port-messages", "id"},
    {"retries-over-limit", "no port message was tried more often than it may be",
     "port messages whose retry_count is below zero or over max_retries",
     "port_messages.id port_messages.retry_count# port_messages.max_retries#",
     "SELECT CAST(id AS text) AS found FROM port_messages WHERE retry_count > max_retries OR retry_count < 0",
     "port-messages", "id"},
    {"dead-letters-without-cause", "each dead letter says what it died of", "dead letters without an error",
     "port_messages.id port_messages.status port_messages.error_message port_messages.error_details",
     "SELECT CAST(id AS text) AS found FROM port_messages WHERE status = 'dead_letter' "
     "AND coalesce(trim(error_message), '') = '' AND error_details IS NULL",
     "dead-letters", "id"},
    {"completed-without-time", "each completed port message says when", "completed port messages without completed_at",
     "port_messages.id port_messages.status port_messages.completed_at",
     "SELECT CAST(id AS text) AS found FROM port_messages WHERE status = 'completed' AND completed_at IS NULL",
     "port-messages", "id"},
    {"completed-before-created", "no port message was completed before it was made",
     "port messages completed before they were created",
     "port_messages.id port_messages.created_at port_messages.completed_at",
     "SELECT CAST(m.id AS text) AS found FROM port_messages AS m WHERE {time port_messages.completed_at m} < "
     "{time port_messages.created_at m}",
     "port-messages", "id"},
    {"unfinished-with-completion", "nothing that waits or is worked on is completed",
     "pending or processing port messages with a completed_at",
     "port_messages.id port_messages.status port_messages.completed_at",
     "SELECT CAST(id AS text) AS found FROM port_messages WHERE status IN ('pending', 'processing') "
     "AND completed_at IS NOT NULL",
     "port-messages", "id"},

    // Portolan's own tables
    {"replay-counters", "the counts of each replay are those of its items", "replays whose counts are not their items",
     "portolan_replay_runs.id portolan_replay_runs.frozen portolan_replay_items.run_id portolan_replay_items.state",
     "SELECT CAST(r.id AS text) AS found FROM portolan_replay_runs AS r LEFT JOIN (SELECT run_id, count(*) AS items, "
     "sum(CASE state WHEN 'queued' THEN 1 ELSE 0 END) AS queued, "
     "sum(CASE state WHEN 'replayed' THEN 1 ELSE 0 END) AS replayed, "
     "sum(CASE state WHEN 'pending' THEN 1 ELSE 0 END) AS pending, "
     "sum(CASE state WHEN 'completed' THEN 1 ELSE 0 END) AS completed, "
     "sum(CASE state WHEN 'failed_same' THEN 1 ELSE 0 END) AS failed_same, "
     "sum(CASE state WHEN 'failed_anew' THEN 1 ELSE 0 END) AS failed_anew, "
     "sum(CASE state WHEN 'vanished' THEN 1 ELSE 0 END) AS vanished, "
     "sum(CASE state WHEN 'skipped' THEN 1 ELSE 0 END) AS skipped, "
     "sum(CASE state WHEN 'recalled' THEN 1 ELSE 0 END) AS recalled, "
     "sum(CASE state WHEN 'failed' THEN 1 ELSE 0 END) AS failed "
     "FROM portolan_replay_items GROUP BY run_id) AS i ON i.run_id = r.id "
     "WHERE r.frozen <> coalesce(i.items, 0) OR r.queued <> coalesce(i.queued, 0) "
     "OR r.replayed <> coalesce(i.replayed, 0) OR r.pending <> coalesce(i.pending, 0) "
     "OR r.completed <> coalesce(i.completed, 0) OR r.failed_same <> coalesce(i.failed_same, 0) "
     "OR r.failed_anew <> coalesce(i.failed_anew, 0) OR r.vanished <> coalesce(i.vanished, 0) "
     "OR r.skipped <> coalesce(i.skipped, 0) OR r.recalled <> coalesce(i.recalled, 0) "
     "OR r.failed <> coalesce(i.failed, 0)",
     "replays", "id"},
    {"outbox-without-item", "whatever is to be sent belongs to a replay", "outbox rows that no replay knows",
     "portolan_outbox.id portolan_outbox.run_id portolan_outbox.message_id portolan_replay_items.run_id "
     "portolan_replay_items.message_id",
     "SELECT CAST(o.id AS text) AS found FROM portolan_outbox AS o WHERE NOT EXISTS (SELECT 1 FROM "
     "portolan_replay_items AS i WHERE i.run_id = o.run_id AND i.message_id = o.message_id)"},
    // In PostgreSQL a time is when its transaction began, and its number is given later: a minute's fall is none.
    {"audit-order", "the audit's times rise with its numbers",
     "audit entries more than a minute before their predecessor", "portolan_audit.id portolan_audit.at",
     "SELECT CAST(id AS text) AS found FROM (SELECT id, at, lag(at) OVER (ORDER BY id) AS previous FROM "
     "portolan_audit) "
     "AS a WHERE at < {minute before previous}",
     "audit", "id"},
    {"job-states", "each job is in an allowed state", "jobs in states that are not allowed",
     "portolan_jobs.id portolan_jobs.state",
     "SELECT CAST(id AS text) AS found FROM portolan_jobs WHERE state NOT IN "
     "('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')",
     "jobs", "id"},

    // The database itself
    {"invalid-indexes", "every index is whole", "indexes that the server does not trust", "",
     "SELECT c.relname AS found FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid "
     "WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema)) AND NOT (i.indisvalid AND i.indisready)",
     "", "", false, false, Where::Server},
    {"unchecked-constraints", "every constraint was checked against the rows", "constraints that were never checked",
     "",
     "SELECT conname AS found FROM pg_catalog.pg_constraint WHERE connamespace = "
     "to_regnamespace(quote_ident(current_schema)) "
     "AND NOT convalidated",
     "", "", false, false, Where::Server},
};

constexpr CheckedColumn documents[] = {
    {"port_messages", "message_data", "id", "port-messages"},
    {"port_messages", "message_metadata", "id", "port-messages"},
    {"port_messages", "error_details", "id", "port-messages"},
    {"checkpoints", "checkpoint_data", "checkpoint_name", "checkpoints"},
    {"checkpoints", "checkpoint_metadata", "checkpoint_name", "checkpoints"},
    {"component_state", "state_data", "component_name", "components"},
    {"component_metrics", "metric_metadata", "id", "component-metrics"},
    {"system_health", "health_details", "id", "health"},
    {"sink_storage", "data", "id", "sinks"},
    {"sink_storage", "metadata", "id", "sinks"},
    {"connector_profiles", "profile_data", "id"},
    {"client_configs", "config_data", "id"},
    {"service_proposals", "proposal_data", "id"},
    {"portolan_audit", "before_image", "id", "audit"},
    {"portolan_audit", "after_image", "id", "audit"},
};

constexpr CheckedColumn timeColumns[] = {
    {"messages", "timestamp", "message_number", "messages"},
    {"port_messages", "created_at", "id", "port-messages"},
    {"metrics", "timestamp", "event_id", "metrics"},
    {"processed_events", "processed_at", "event_id", "processed-events"},
    {"component_metrics", "timestamp", "id", "component-metrics"},
    {"port_metrics", "timestamp", "id", "port-metrics"},
    {"system_health", "last_heartbeat", "component_name", "health"},
    {"checkpoints", "created_at", "checkpoint_name", "checkpoints"},
};

} // namespace

std::span<const SqlCheck> sqlCheckTable() {
    return checks;
}

std::span<const CheckedColumn> jsonColumns() {
    return documents;
}

std::span<const CheckedColumn> pastColumns() {
    return timeColumns;
}

} // namespace portolan
