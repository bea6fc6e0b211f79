CREATE TABLE processed_events (
    event_id VARCHAR(255) PRIMARY KEY,
    sensor_id VARCHAR(255) NOT NULL,
    processed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    kafka_partition INTEGER,
    kafka_offset BIGINT
);
CREATE INDEX idx_processed_events_sensor_id ON processed_events (sensor_id);
CREATE INDEX idx_processed_events_processed_at ON processed_events (processed_at);

-- Partitioned by month. A unique key of a partitioned table holds its time: what came twice is told by processed_events.
CREATE TABLE metrics (
    id BIGSERIAL,
    sensor_id VARCHAR(255) NOT NULL,
    event_id VARCHAR(255) NOT NULL,
    timestamp TIMESTAMPTZ NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id, timestamp),
    UNIQUE (event_id, timestamp)
) PARTITION BY RANGE (timestamp);
CREATE TABLE metrics_default PARTITION OF metrics DEFAULT;
CREATE INDEX idx_metrics_sensor_id ON metrics (sensor_id);
CREATE INDEX idx_metrics_timestamp ON metrics (timestamp);
CREATE INDEX idx_metrics_sensor_timestamp ON metrics (sensor_id, timestamp DESC);
