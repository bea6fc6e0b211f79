CREATE TABLE component_metrics (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    component_name TEXT NOT NULL CHECK (length(component_name) <= 255),
    metric_name TEXT NOT NULL CHECK (length(metric_name) <= 255),
    metric_value REAL NOT NULL CHECK (typeof(metric_value) = 'real'),
    metric_unit TEXT CHECK (length(metric_unit) <= 50),
    metric_metadata TEXT CHECK (metric_metadata IS NULL OR json_valid(metric_metadata)),
    timestamp TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_component_metrics_time ON component_metrics (timestamp);
CREATE INDEX idx_component_metrics_component ON component_metrics (component_name, timestamp);
CREATE INDEX idx_component_metrics_name ON component_metrics (metric_name, timestamp);

CREATE TABLE port_metrics (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    port_name TEXT NOT NULL CHECK (length(port_name) <= 255),
    messages_sent INTEGER DEFAULT 0,
    messages_received INTEGER DEFAULT 0,
    avg_send_duration_ms REAL,
    avg_receive_duration_ms REAL,
    avg_message_age_ms REAL,
    buffer_utilization REAL,
    timestamp TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_port_metrics_time ON port_metrics (timestamp);
CREATE INDEX idx_port_metrics_port ON port_metrics (port_name, timestamp);

CREATE TABLE system_health (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    component_name TEXT NOT NULL CHECK (length(component_name) <= 255),
    health_status TEXT NOT NULL CHECK (health_status IN ('healthy', 'degraded', 'unhealthy', 'unknown')),
    health_details TEXT CHECK (health_details IS NULL OR json_valid(health_details)),
    last_heartbeat TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_system_health_component ON system_health (component_name);
CREATE INDEX idx_system_health_status ON system_health (health_status);
CREATE INDEX idx_system_health_heartbeat ON system_health (last_heartbeat);
