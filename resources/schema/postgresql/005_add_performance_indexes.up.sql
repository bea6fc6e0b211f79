-- The last columns are always what the rows are paged by. A million messages may be of one instant (now() is the
-- transaction's), so the id goes along; in SQLite every index ends with the row's number by itself.
CREATE INDEX idx_port_messages_port_status ON port_messages (port_name, status, created_at, id);
CREATE INDEX idx_port_messages_status_created ON port_messages (status, created_at, id);
CREATE INDEX idx_port_messages_port_created ON port_messages (port_name, created_at, id);
CREATE INDEX idx_port_messages_created_id ON port_messages (created_at, id);
CREATE INDEX idx_port_messages_port_processed ON port_messages (port_name, processed_at) WHERE processed_at IS NOT NULL;
CREATE INDEX idx_port_messages_port_completed ON port_messages (port_name, completed_at) WHERE completed_at IS NOT NULL;
-- Dead letters, by the very condition of the view dead_letter_queue.
CREATE INDEX idx_port_messages_dead ON port_messages (created_at, id)
    WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries);
CREATE INDEX idx_port_messages_port_dead ON port_messages (port_name, created_at, id)
    WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries);
CREATE INDEX idx_port_messages_completed ON port_messages (completed_at) WHERE status = 'completed';
CREATE INDEX idx_component_metrics_series ON component_metrics (component_name, metric_name, timestamp);
CREATE INDEX idx_checkpoints_component_created ON checkpoints (component_name, created_at);
CREATE INDEX idx_system_health_component_heartbeat ON system_health (component_name, last_heartbeat);
CREATE INDEX idx_sink_storage_name_created ON sink_storage (sink_name, created_at);

CREATE INDEX idx_component_state_data_gin ON component_state USING gin (state_data);
CREATE INDEX idx_sink_storage_data_gin ON sink_storage USING gin (data);
-- The expression is the one that filters search texts by (storage/sql/filtersqltext.cpp).
-- requires operator class gin_trgm_ops
CREATE INDEX idx_port_messages_error_trgm
    ON port_messages USING gin (lower(error_message COLLATE "C") gin_trgm_ops);

CREATE MATERIALIZED VIEW component_statistics AS
SELECT
    component_name,
    count(*) AS total_messages,
    avg(metric_value) AS avg_throughput,
    max(timestamp) AS last_activity
FROM component_metrics
WHERE metric_name = 'throughput'
GROUP BY component_name;
-- Unique, so that it can be refreshed without locking readers out.
CREATE UNIQUE INDEX idx_component_statistics_name ON component_statistics (component_name);
