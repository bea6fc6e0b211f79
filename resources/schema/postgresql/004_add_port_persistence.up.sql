CREATE TABLE port_messages (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    port_name VARCHAR(255) NOT NULL,
    source_component VARCHAR(255) NOT NULL,
    target_component VARCHAR(255) NOT NULL,
    message_data JSONB NOT NULL,
    message_metadata JSONB,
    status VARCHAR(20) NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'dead_letter')),
    retry_count INTEGER DEFAULT 0,
    max_retries INTEGER DEFAULT 3,
    created_at TIMESTAMPTZ DEFAULT now(),
    processed_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    error_message TEXT,
    error_details JSONB
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
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sink_name VARCHAR(255) NOT NULL,
    data_type VARCHAR(100),
    data JSONB NOT NULL,
    metadata JSONB,
    created_at TIMESTAMPTZ DEFAULT now(),
    updated_at TIMESTAMPTZ DEFAULT now()
);
CREATE INDEX idx_sink_storage_name ON sink_storage (sink_name);
CREATE INDEX idx_sink_storage_created ON sink_storage (created_at);

CREATE TRIGGER update_sink_storage_updated_at BEFORE UPDATE ON sink_storage
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
