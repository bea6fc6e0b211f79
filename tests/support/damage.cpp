#include "tests/support/damage.h"

namespace portolan::test {

namespace {

constexpr Damage damages[] = {
    {"batch-number-gaps", "missing batches", 2,
     "INSERT INTO batches SELECT max(id) + 3, 'later', 0, 1, 1 FROM batches"},
    {"duplicate-batch-files", "messages_batch_0001.txt", 1,
     "UPDATE batches SET filename = 'messages_batch_0001.txt' WHERE id = 2"},
    {"batch-counts", "batches whose message_count is not their messages: 1", 1,
     "UPDATE batches SET message_count = message_count - 1 WHERE id = 1"},
    {"batches-over-size", "batches of more than 10 messages: 2", 1,
     "UPDATE messages SET batch_id = 2 WHERE id = (SELECT min(id) FROM messages WHERE batch_id = 1);"
     "UPDATE batches SET message_count = 11 WHERE id = 2; UPDATE batches SET message_count = 9 WHERE id = 1"},
    {"messages-without-batch", "messages whose batch is not there", 1,
     "INSERT INTO messages (batch_id, message_number, content, timestamp) SELECT 777, max(message_number) + 1, 'x', 1 "
     "FROM messages",
     "ALTER TABLE messages DROP CONSTRAINT messages_batch_id_fkey; INSERT INTO messages (batch_id, message_number, "
     "content, timestamp) SELECT 777, max(message_number) + 1, 'x', 1 FROM messages"},
    {"message-number-gaps", "missing message numbers: 5-6", 2,
     "DELETE FROM messages WHERE message_number IN (5, 6); "
     "UPDATE batches SET message_count = message_count - 2 WHERE id = 1"},
    {"duplicate-message-numbers", "message numbers stored more than once: 4", 1,
     "INSERT INTO messages (batch_id, message_number, content, timestamp) SELECT batch_id, message_number, content, "
     "timestamp FROM messages WHERE message_number = 4; DELETE FROM messages WHERE id = (SELECT id FROM messages WHERE "
     "message_number = 1); UPDATE messages SET batch_id = 1 WHERE message_number = 4"},
    {"sensor-order", "metrics stored after later ones of their sensor", 1,
     "UPDATE metrics SET timestamp = '2019-12-31T00:00:00.000Z' WHERE event_id = 's-2'"},
    {"duplicate-events", "event ids processed more than once: s-1", 1,
     "$processed_events$; INSERT INTO processed_events SELECT * FROM processed_events WHERE event_id = 's-1'",
     "ALTER TABLE processed_events DROP CONSTRAINT processed_events_pkey; INSERT INTO processed_events SELECT * FROM "
     "processed_events WHERE event_id = 's-1'"},
    {"duplicate-metrics", "event ids with more than one metric: s-3", 1,
     "$metrics$; INSERT INTO metrics SELECT id + 100000, sensor_id, event_id, timestamp, value, created_at FROM "
     "metrics "
     "WHERE event_id = 's-3'",
     "INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT sensor_id, event_id, timestamp + interval '1 "
     "s', "
     "value FROM metrics WHERE event_id = 's-3'"},
    {"metrics-without-event", "metrics whose event was never processed: s-2", 1,
     "DELETE FROM processed_events WHERE event_id = 's-2'"},
    {"events-without-metric", "processed events without a metric: s-2", 1,
     "DELETE FROM metrics WHERE event_id = 's-2'"},
    {"event-sensors", "events whose metric is another sensor's: s-2", 1,
     "UPDATE processed_events SET sensor_id = 'other' WHERE event_id = 's-2'"},
    {"metric-values", "readings that are no finite number: s-1, s-2", 2,
     "UPDATE metrics SET value = CASE event_id WHEN 's-1' THEN 9e999 ELSE -9e999 END WHERE event_id IN ('s-1', 's-2')",
     "UPDATE metrics SET value = CASE event_id WHEN 's-1' THEN 'NaN' ELSE '-Infinity' END::float8 WHERE event_id IN "
     "('s-1', 's-2')"},
    {"component-metric-values", "figures that are no finite number", 1,
     "INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES ('c', 'm', 9e999)",
     "INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES ('c', 'm', 'NaN')"},
    {"checkpoints-no-latest", "checkpoints of which none is the latest: cp", 1,
     "UPDATE checkpoints SET is_latest = 0 WHERE checkpoint_name = 'cp'",
     "UPDATE checkpoints SET is_latest = false WHERE checkpoint_name = 'cp'"},
    {"checkpoints-two-latest", "checkpoints with more than one latest: cp", 1,
     "DROP INDEX idx_checkpoints_one_latest; UPDATE checkpoints SET is_latest = 1 WHERE checkpoint_name = 'cp'",
     "DROP INDEX idx_checkpoints_one_latest; UPDATE checkpoints SET is_latest = true WHERE checkpoint_name = 'cp'"},
    {"checkpoints-old-latest", "checkpoints whose latest is an older version: cp", 1,
     "UPDATE checkpoints SET is_latest = 0 WHERE checkpoint_name = 'cp'; "
     "UPDATE checkpoints SET is_latest = 1 WHERE checkpoint_name = 'cp' AND version = 1",
     "UPDATE checkpoints SET is_latest = false WHERE checkpoint_name = 'cp'; "
     "UPDATE checkpoints SET is_latest = true WHERE checkpoint_name = 'cp' AND version = 1"},
    {"checkpoints-expired-latest", "checkpoints whose latest has expired: cp", 1,
     "UPDATE checkpoints SET expires_at = '2020-01-01T00:00:00.000Z' WHERE checkpoint_name = 'cp' AND version = 2"},
    {"duplicate-checkpoint-versions", "checkpoint versions stored more than once: cp 1", 1,
     "$checkpoints$; INSERT INTO checkpoints SELECT * FROM checkpoints WHERE checkpoint_name = 'cp' AND version = 1",
     "ALTER TABLE checkpoints DROP CONSTRAINT checkpoints_checkpoint_name_version_key; INSERT INTO checkpoints "
     "(checkpoint_name, component_name, checkpoint_data, version, is_latest) VALUES ('cp', 'c', '{}', 1, false)"},
    {"duplicate-component-versions", "component versions stored more than once: c 1", 1,
     "$component_state$; INSERT INTO component_state SELECT * FROM component_state WHERE component_name = 'c'",
     "ALTER TABLE component_state DROP CONSTRAINT component_state_component_name_version_key; INSERT INTO "
     "component_state (component_name, component_type, state_data, version) VALUES ('c', 'Sink', '{}', 1)"},
    {"component-types", "components of an unknown type: c", 1,
     "UPDATE component_state SET component_type = 'Pump' WHERE component_name = 'c'",
     "ALTER TABLE component_state DROP CONSTRAINT component_state_component_type_check; "
     "UPDATE component_state SET component_type = 'Pump' WHERE component_name = 'c'"},
    {"health-states", "components with an unknown health status: c", 1,
     "UPDATE system_health SET health_status = 'well' WHERE component_name = 'c'",
     "ALTER TABLE system_health DROP CONSTRAINT system_health_health_status_check; "
     "UPDATE system_health SET health_status = 'well' WHERE component_name = 'c'"},
    {"duplicate-port-messages", "ids of several port messages: 00000000-0000-4000-8000-000000000001", 1,
     "DROP VIEW dead_letter_queue; $port_messages$; INSERT INTO port_messages SELECT * FROM port_messages "
     "WHERE id = '00000000-0000-4000-8000-000000000001'; CREATE VIEW dead_letter_queue AS SELECT * FROM port_messages "
     "WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries)",
     ""},
    {"port-message-states", "states that are not allowed: 00000000-0000-4000-8000-000000000001", 1,
     "UPDATE port_messages SET status = 'lost' WHERE id = '00000000-0000-4000-8000-000000000001'",
     "ALTER TABLE port_messages DROP CONSTRAINT port_messages_status_check; "
     "UPDATE port_messages SET status = 'lost' WHERE id = '00000000-0000-4000-8000-000000000001'"},
    {"retries-over-limit", "over max_retries: 00000000-0000-4000-8000-000000000001", 1,
     "UPDATE port_messages SET retry_count = 4 WHERE id = '00000000-0000-4000-8000-000000000001'"},
    {"dead-letters-without-cause", "dead letters without an error: 00000000-0000-4000-8000-000000000005", 1,
     "UPDATE port_messages SET error_message = ' ' WHERE id = '00000000-0000-4000-8000-000000000005'"},
    {"completed-without-time", "without completed_at: 00000000-0000-4000-8000-000000000003", 1,
     "UPDATE port_messages SET completed_at = NULL WHERE id = '00000000-0000-4000-8000-000000000003'"},
    {"completed-before-created", "before they were created: 00000000-0000-4000-8000-000000000003", 1,
     "UPDATE port_messages SET completed_at = '2020-01-01T00:00:00.000Z' WHERE id = "
     "'00000000-0000-4000-8000-000000000003'"},
    {"unfinished-with-completion", "with a completed_at: 00000000-0000-4000-8000-000000000002", 1,
     "UPDATE port_messages SET completed_at = created_at WHERE id = '00000000-0000-4000-8000-000000000002'"},
    {"replay-counters", "replays whose counts are not their items: 00000000-0000-4000-8000-00000000000a", 1,
     "INSERT INTO portolan_replay_runs (id, filter, reason, actor, frozen) VALUES "
     "('00000000-0000-4000-8000-00000000000a', '', 'r', 'a', 1)"},
    {"outbox-without-item", "outbox rows that no replay knows", 1,
     "INSERT INTO portolan_outbox (message_id, target, payload) VALUES ('m', 't', 'p')"},
    {"audit-order", "more than a minute before their predecessor", 1,
     "INSERT INTO portolan_audit (at, actor, action, subject_kind) VALUES ('2024-01-02T00:00:00.000Z', 'a', 'b', 'c'), "
     "('2024-01-01T00:00:00.000Z', 'a', 'b', 'c')"},
    {"job-states", "jobs in states that are not allowed", 1,
     "INSERT INTO portolan_jobs (kind, state) VALUES ('k', 'dreaming')",
     "ALTER TABLE portolan_jobs DROP CONSTRAINT portolan_jobs_state_check; "
     "INSERT INTO portolan_jobs (kind, state) VALUES ('k', 'dreaming')"},
    {"future-metrics", "rows of metrics whose timestamp is more than five minutes ahead: s-3", 1,
     "UPDATE metrics SET timestamp = '2199-01-01T00:00:00.000Z' WHERE event_id = 's-3'"},
    {"future-messages", "more than five minutes ahead: 1", 1,
     "UPDATE messages SET timestamp = 7258118400000 WHERE message_number = 1"},
    {"future-port_messages", "ahead: 00000000-0000-4000-8000-000000000001", 1,
     "UPDATE port_messages SET created_at = '2199-01-01T00:00:00.000Z' WHERE id = "
     "'00000000-0000-4000-8000-000000000001'"},
    {"json-port_messages.message_data", "no JSON: 00000000-0000-4000-8000-000000000001", 1,
     "UPDATE port_messages SET message_data = '{\"a\":' WHERE id = '00000000-0000-4000-8000-000000000001'", ""},
    {"json-checkpoints.checkpoint_data", "no JSON: cp", 1,
     "UPDATE checkpoints SET checkpoint_data = 'x' WHERE checkpoint_name = 'cp' AND version = 1", ""},
    {"rollups", "sensor/s 2020-01-01T00:00:00.000Z 3600 s missing", 1,
     "INSERT INTO portolan_rollup_watermarks (source_table, watermark, marked_until) VALUES ('metrics', "
     "1577840400000, '2020-01-01T01:00:00.000Z'); DELETE FROM portolan_rollup_stale"},
    {"migrations", "migrations: ", 1, "UPDATE portolan_migrations SET checksum = 'other' WHERE version = 3"},
    {"foreign-keys", "portolan_source_offsets", 1,
     "INSERT INTO portolan_source_offsets (source_id, partition_id, next_offset) VALUES (4711, 0, 1)", ""},
    {"database-file", "idx_portolan_jobs_created", -1,
     "INSERT INTO portolan_jobs (kind) VALUES ('k'), ('l'); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql "
     "= "
     "'CREATE INDEX idx_portolan_jobs_created ON portolan_jobs (kind)' WHERE name = 'idx_portolan_jobs_created'",
     ""},
    {"invalid-indexes", "idx_sink_storage_name", 1, nullptr,
     "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_sink_storage_name'::regclass"},
    {"unchecked-constraints", "never_checked", 1, nullptr,
     "ALTER TABLE sink_storage ADD CONSTRAINT never_checked CHECK (sink_name <> 'x') NOT VALID"},
};

} // namespace

std::span<const Damage> sqlDamages() {
    return damages;
}

const char* healthyRows() {
    return "INSERT INTO processed_events (event_id, sensor_id) VALUES ('s-1', 's'), ('s-2', 's'), ('s-3', 's');"
           "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 's-1', "
           "'2020-01-01T00:00:00.000Z', 1),"
           " ('s', 's-2', '2020-01-01T00:00:01.000Z', 2), ('s', 's-3', '2020-01-01T00:00:01.000Z', 3);"
           "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES "
           "('cp', 'c', '{}', 1, '2024-01-01T00:00:00.000Z');"
           "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES "
           "('cp', 'c', '{}', 2, '2024-01-02T00:00:00.000Z');"
           "INSERT INTO component_state (component_name, component_type, state_data, version) VALUES ('c', 'Sink', "
           "'{}', 1);"
           "INSERT INTO system_health (component_name, health_status) VALUES ('c', 'healthy');"
           "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
           "retry_count, created_at, completed_at, error_message) VALUES "
           "('00000000-0000-4000-8000-000000000001', 'p', 'a', 'b', '{}', 'pending', 0, '2024-01-01T00:00:00.000Z', "
           "NULL, NULL),"
           "('00000000-0000-4000-8000-000000000002', 'p', 'a', 'b', '{}', 'processing', 1, '2024-01-01T00:00:00.000Z', "
           "NULL, NULL),"
           "('00000000-0000-4000-8000-000000000003', 'p', 'a', 'b', '{}', 'completed', 0, '2024-01-01T00:00:00.000Z', "
           "'2024-01-01T00:00:01.000Z', NULL),"
           "('00000000-0000-4000-8000-000000000004', 'p', 'a', 'b', '{}', 'failed', 3, '2024-01-01T00:00:00.000Z', "
           "NULL, 'e'),"
           "('00000000-0000-4000-8000-000000000005', 'p', 'a', 'b', '{}', 'dead_letter', 3, "
           "'2024-01-01T00:00:00.000Z', NULL, 'e')";
}

} // namespace portolan::test
