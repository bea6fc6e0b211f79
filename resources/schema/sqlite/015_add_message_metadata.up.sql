-- What a source had beside a message: other fields of a stream's entry, Kafka's key and headers. Of those messages only that
-- came with something, and only where their own table has no column for it. `record_key` is the row's id, of sensor events
-- (`metrics`) the event's.
CREATE TABLE portolan_metadata (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record_table TEXT NOT NULL,
    record_key TEXT NOT NULL,
    metadata TEXT NOT NULL CHECK (json_valid(metadata))
);
CREATE INDEX idx_portolan_metadata_record ON portolan_metadata (record_table, record_key);
ALTER TABLE portolan_rejects ADD COLUMN metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata));

-- It goes with its row.
CREATE TRIGGER portolan_messages_metadata_delete AFTER DELETE ON messages
FOR EACH ROW
BEGIN
    DELETE FROM portolan_metadata WHERE record_table = 'messages' AND record_key = CAST(OLD.id AS TEXT);
END;
CREATE TRIGGER portolan_metrics_metadata_delete AFTER DELETE ON metrics
FOR EACH ROW
BEGIN
    DELETE FROM portolan_metadata WHERE record_table = 'metrics' AND record_key = CAST(OLD.event_id AS TEXT);
END;
CREATE TRIGGER portolan_port_metrics_metadata_delete AFTER DELETE ON port_metrics
FOR EACH ROW
BEGIN
    DELETE FROM portolan_metadata WHERE record_table = 'port_metrics' AND record_key = CAST(OLD.id AS TEXT);
END;
CREATE TRIGGER portolan_system_health_metadata_delete AFTER DELETE ON system_health
FOR EACH ROW
BEGIN
    DELETE FROM portolan_metadata WHERE record_table = 'system_health' AND record_key = CAST(OLD.id AS TEXT);
END;
CREATE TRIGGER portolan_component_state_metadata_delete AFTER DELETE ON component_state
FOR EACH ROW
BEGIN
    DELETE FROM portolan_metadata WHERE record_table = 'component_state' AND record_key = CAST(OLD.id AS TEXT);
END;
