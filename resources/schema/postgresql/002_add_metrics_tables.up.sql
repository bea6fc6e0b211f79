-- Partitioned by day. Days are made ahead by a job; until then, and for times nobody expected, rows go to the default
-- partition, so that no insert fails for a missing one.
CREATE TABLE component_metrics (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    component_name VARCHAR(255) NOT NULL,
    metric_name VARCHAR(255) NOT NULL,
    metric_value DOUBLE PRECISION NOT NULL,
    metric_unit VARCHAR(50),
    metric_metadata JSONB,
    timestamp TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);
CREATE TABLE component_metrics_default PARTITION OF component_metrics DEFAULT;
CREATE INDEX idx_component_metrics_time ON component_metrics (timestamp);
CREATE INDEX idx_component_metrics_component ON component_metrics (component_name, timestamp);
CREATE INDEX idx_component_metrics_name ON component_metrics (metric_name, timestamp);

CREATE TABLE port_metrics (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    port_name VARCHAR(255) NOT NULL,
    messages_sent BIGINT DEFAULT 0,
    messages_received BIGINT DEFAULT 0,
    avg_send_duration_ms DOUBLE PRECISION,
    avg_receive_duration_ms DOUBLE PRECISION,
    avg_message_age_ms DOUBLE PRECISION,
    buffer_utilization DOUBLE PRECISION,
    timestamp TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);
CREATE TABLE port_metrics_default PARTITION OF port_metrics DEFAULT;
CREATE INDEX idx_port_metrics_time ON port_metrics (timestamp);
CREATE INDEX idx_port_metrics_port ON port_metrics (port_name, timestamp);

CREATE TABLE system_health (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    component_name VARCHAR(255) NOT NULL,
    health_status VARCHAR(20) NOT NULL CHECK (health_status IN ('healthy', 'degraded', 'unhealthy', 'unknown')),
    health_details JSONB,
    last_heartbeat TIMESTAMPTZ DEFAULT now(),
    created_at TIMESTAMPTZ DEFAULT now()
);
CREATE INDEX idx_system_health_component ON system_health (component_name);
CREATE INDEX idx_system_health_status ON system_health (health_status);
CREATE INDEX idx_system_health_heartbeat ON system_health (last_heartbeat);
