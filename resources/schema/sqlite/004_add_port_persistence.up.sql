CREATE TABLE port_messages (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    port_name TEXT NOT NULL CHECK (length(port_name) <= 255),
    source_component TEXT NOT NULL CHECK (length(source_component) <= 255),
    target_component TEXT NOT NULL CHECK (length(target_component) <= 255),
    message_data TEXT NOT NULL CHECK (json_valid(message_data)),
    message_metadata TEXT CHECK (message_metadata IS NULL OR json_valid(message_metadata)),
    status TEXT NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'dead_letter')),
    retry_count INTEGER DEFAULT 0,
    max_retries INTEGER DEFAULT 3,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    processed_at TEXT,
    completed_at TEXT,
    error_message TEXT,
    error_details TEXT CHECK (error_details IS NULL OR json_valid(error_details))
);
CREATE INDEX idx_port_messages_status ON port_messages (status);
CREATE INDEX idx_port_messages_port ON port_messages (port_name);
CREATE INDEX idx_port_messages_created ON port_messages (created_at);
CREATE INDEX idx_port_messages_pending ON port_messages (status, created_at) WHERE status = 'pending';
CREATE INDEX idx_port_messages_retry ON port_messages (status, retry_count)
    WHERE status = 'failed' AND retry_count < max_retries;

CREATE VIEW dead_letter_queue AS
SELECT * FROM port_messages
WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries);

CREATE TABLE sink_storage (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    sink_name TEXT NOT NULL CHECK (length(sink_name) <= 255),
    data_type TEXT CHECK (length(data_type) <= 100),
    data TEXT NOT NULL CHECK (json_valid(data)),
    metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_sink_storage_name ON sink_storage (sink_name);
CREATE INDEX idx_sink_storage_created ON sink_storage (created_at);

CREATE TRIGGER update_sink_storage_updated_at AFTER UPDATE ON sink_storage
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE sink_storage SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
