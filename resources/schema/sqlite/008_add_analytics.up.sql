-- The analytics engine's system and time-series tables. User-defined tables are PostgreSQL's schema analytics_data
-- and here bear the prefix analytics_data_.
CREATE TABLE connector_profiles (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) <= 255),
    profile_data TEXT NOT NULL CHECK (json_valid(profile_data)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_connector_profiles_created ON connector_profiles (created_at);

CREATE TABLE client_configs (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) <= 255),
    config_data TEXT NOT NULL CHECK (json_valid(config_data)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_client_configs_created ON client_configs (created_at);

CREATE TABLE service_proposals (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) <= 255),
    client_id TEXT CHECK (length(client_id) <= 255),
    status TEXT CHECK (length(status) <= 50),
    proposal_data TEXT NOT NULL CHECK (json_valid(proposal_data)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_service_proposals_client ON service_proposals (client_id, created_at);
CREATE INDEX idx_service_proposals_created ON service_proposals (created_at);

CREATE TABLE market_data (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    symbol TEXT NOT NULL CHECK (length(symbol) <= 255),
    open REAL,
    high REAL,
    low REAL,
    close REAL,
    volume REAL,
    source TEXT CHECK (length(source) <= 255),
    metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata))
);
CREATE INDEX idx_market_data_time ON market_data (time);
CREATE INDEX idx_market_data_symbol ON market_data (symbol, time);

CREATE TABLE news_articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT,
    source TEXT CHECK (length(source) <= 255),
    url TEXT,
    sentiment REAL,
    metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata))
);
CREATE INDEX idx_news_articles_time ON news_articles (time);
CREATE INDEX idx_news_articles_source ON news_articles (source, time);

CREATE TABLE telemetry_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    service TEXT NOT NULL CHECK (length(service) <= 255),
    event_type TEXT NOT NULL CHECK (length(event_type) <= 255),
    value REAL,
    event_data TEXT CHECK (event_data IS NULL OR json_valid(event_data))
);
CREATE INDEX idx_telemetry_events_time ON telemetry_events (time);
CREATE INDEX idx_telemetry_events_service ON telemetry_events (service, time);
CREATE INDEX idx_telemetry_events_type ON telemetry_events (event_type, time);

CREATE TRIGGER update_connector_profiles_updated_at AFTER UPDATE ON connector_profiles
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE connector_profiles SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER update_client_configs_updated_at AFTER UPDATE ON client_configs
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE client_configs SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER update_service_proposals_updated_at AFTER UPDATE ON service_proposals
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE service_proposals SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
