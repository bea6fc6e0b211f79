-- SQLite has no inverted index: text and JSON searches narrow by these and read what is left. The last column is
-- always what the rows are paged by.
CREATE INDEX idx_port_messages_port_status ON port_messages (port_name, status, created_at);
CREATE INDEX idx_port_messages_status_created ON port_messages (status, created_at);
CREATE INDEX idx_port_messages_port_created ON port_messages (port_name, created_at);
CREATE INDEX idx_port_messages_port_processed ON port_messages (port_name, processed_at) WHERE processed_at IS NOT NULL;
CREATE INDEX idx_port_messages_port_completed ON port_messages (port_name, completed_at) WHERE completed_at IS NOT NULL;
-- Dead letters. SQLite takes an OR apart and forgets what the index is of; this says the same and cannot be taken apart.
CREATE INDEX idx_port_messages_dead ON port_messages (created_at)
    WHERE CASE status WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN retry_count >= max_retries END;
CREATE INDEX idx_port_messages_port_dead ON port_messages (port_name, created_at)
    WHERE CASE status WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN retry_count >= max_retries END;
CREATE INDEX idx_port_messages_completed ON port_messages (completed_at) WHERE status = 'completed';
CREATE INDEX idx_port_messages_error ON port_messages (error_message) WHERE error_message IS NOT NULL;
CREATE INDEX idx_component_metrics_series ON component_metrics (component_name, metric_name, timestamp);
CREATE INDEX idx_checkpoints_component_created ON checkpoints (component_name, created_at);
CREATE INDEX idx_system_health_component_heartbeat ON system_health (component_name, last_heartbeat);
CREATE INDEX idx_sink_storage_name_created ON sink_storage (sink_name, created_at);

-- PostgreSQL's materialized view of this name; here a table that is emptied and filled in one transaction.
CREATE TABLE component_statistics (
    component_name TEXT NOT NULL,
    total_messages INTEGER NOT NULL,
    avg_throughput REAL,
    last_activity TEXT
);
CREATE UNIQUE INDEX idx_component_statistics_name ON component_statistics (component_name);
