-- What receivers know of their sources. `identity` is what the keys of its messages are unique within.
CREATE TABLE portolan_sources (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    url TEXT,
    server_run TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER,
    first_seen TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    last_seen TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- Offsets that are stored in the data's own transaction (Kafka).
CREATE TABLE portolan_source_offsets (
    source_id INTEGER NOT NULL REFERENCES portolan_sources (id) ON DELETE CASCADE,
    partition_id INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    PRIMARY KEY (source_id, partition_id)
) WITHOUT ROWID;

-- The keys of all that was ever stored, in disjoint chunks. Majors and minors are unsigned 64-bit numbers, kept as
-- 8 bytes big-endian, so that they compare as numbers do. `keys` is the encoding of storage/ingest/keychunk.h.
CREATE TABLE portolan_source_chunks (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES portolan_sources (id) ON DELETE CASCADE,
    first_major BLOB NOT NULL CHECK (length(first_major) = 8),
    first_minor BLOB NOT NULL CHECK (length(first_minor) = 8),
    last_major BLOB NOT NULL CHECK (length(last_major) = 8),
    last_minor BLOB NOT NULL CHECK (length(last_minor) = 8),
    count INTEGER NOT NULL CHECK (count > 0),
    keys BLOB NOT NULL
);
CREATE UNIQUE INDEX idx_portolan_source_chunks_first
    ON portolan_source_chunks (source_id, first_major, first_minor);

CREATE TABLE portolan_gaps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER REFERENCES portolan_sources (id) ON DELETE SET NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('numbers', 'disconnect', 'overrun', 'trimmed')),
    epoch INTEGER NOT NULL DEFAULT 0,
    first_number INTEGER,
    last_number INTEGER,
    missing INTEGER CHECK (missing >= 0),
    detected_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    closed_at TEXT,
    details TEXT CHECK (details IS NULL OR json_valid(details)),
    CHECK (first_number IS NULL OR last_number >= first_number)
);
CREATE INDEX idx_portolan_gaps_open ON portolan_gaps (source_id, epoch, first_number) WHERE closed_at IS NULL;
CREATE INDEX idx_portolan_gaps_detected ON portolan_gaps (detected_at);

-- Kept byte for byte: `payload` is what came, whatever it was.
CREATE TABLE portolan_rejects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rejected_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 1,
    received_at TEXT,
    reinjected_at TEXT,
    deleted_at TEXT
);
CREATE INDEX idx_portolan_rejects_time ON portolan_rejects (rejected_at);

-- `bucket` is its start in Unix milliseconds, a whole multiple of the resolution; resolutions are seconds; the times of
-- samples are Unix microseconds. An hour with samples has its row. A finer resolution is kept in hours where it says the
-- same in at most half as many rows: those with more than two samples a bucket, by the hour's own count.
CREATE TABLE portolan_rollups (
    series TEXT NOT NULL,
    resolution INTEGER NOT NULL CHECK (resolution IN (10, 60, 600, 3600, 86400)),
    bucket INTEGER NOT NULL CHECK (bucket % (resolution * 1000) = 0),
    min REAL NOT NULL,
    max REAL NOT NULL,
    sum REAL NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    first REAL NOT NULL,
    last REAL NOT NULL,
    min_at INTEGER NOT NULL,
    max_at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (series, resolution, bucket)
) WITHOUT ROWID;

-- Rows of a table before `watermark` (Unix milliseconds, a whole hour) are rolled up. Whoever writes a row before
-- `marked_until`, Portolan or not, notes its hour below by the triggers; `watermark` follows when no transaction is left
-- that may not have seen it (those before `marked_by`). `roller` is who is at it.
CREATE TABLE portolan_rollup_watermarks (
    source_table TEXT PRIMARY KEY NOT NULL,
    watermark INTEGER NOT NULL CHECK (watermark % 3600000 = 0),
    marked_until TEXT NOT NULL,
    marked_by INTEGER,
    roller TEXT,
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) WITHOUT ROWID;

-- Hours of series that were written behind the watermark. What stands here is read from the raw rows until it is rolled
-- up again. `hour` is a text as 2025-10-16T14.
CREATE TABLE portolan_rollup_stale (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_table TEXT NOT NULL,
    name TEXT NOT NULL,
    part TEXT NOT NULL,
    hour TEXT NOT NULL
);
CREATE INDEX idx_portolan_rollup_stale_hour ON portolan_rollup_stale (source_table, name, part, hour);

-- `frozen` is how many items a run has; what is in none of the states behind it has not been touched yet.
CREATE TABLE portolan_replay_runs (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    state TEXT NOT NULL DEFAULT 'frozen'
        CHECK (state IN ('frozen', 'running', 'paused', 'completed', 'cancelled', 'failed', 'recalled')),
    filter TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    actor TEXT NOT NULL,
    target TEXT NOT NULL DEFAULT 'port',
    options TEXT CHECK (options IS NULL OR json_valid(options)),
    preflight TEXT CHECK (preflight IS NULL OR json_valid(preflight)),
    frozen INTEGER NOT NULL CHECK (frozen >= 0),
    queued INTEGER NOT NULL DEFAULT 0,
    replayed INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    failed_same INTEGER NOT NULL DEFAULT 0,
    failed_anew INTEGER NOT NULL DEFAULT 0,
    vanished INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    recalled INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    started_at TEXT,
    finished_at TEXT,
    error_message TEXT
);
CREATE INDEX idx_portolan_replay_runs_created ON portolan_replay_runs (created_at);
CREATE INDEX idx_portolan_replay_runs_open ON portolan_replay_runs (state)
    WHERE state IN ('running', 'paused');

-- `position` is the order of execution. `row_hash` is of the row when it was frozen, `after_hash` of the row as it was
-- put back.
CREATE TABLE portolan_replay_items (
    run_id TEXT NOT NULL REFERENCES portolan_replay_runs (id),
    position INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'frozen'
        CHECK (state IN ('frozen', 'queued', 'replayed', 'pending', 'completed', 'failed_same', 'failed_anew',
                         'vanished', 'skipped', 'recalled', 'failed')),
    row_hash BLOB NOT NULL,
    after_hash BLOB,
    before_image TEXT NOT NULL CHECK (json_valid(before_image)),
    fingerprint TEXT,
    detail TEXT,
    replaced_by TEXT,
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX idx_portolan_replay_items_message ON portolan_replay_items (message_id, run_id);
CREATE INDEX idx_portolan_replay_items_state ON portolan_replay_items (run_id, state, position);

-- Groups of dead letters, which keep their template and their history whatever becomes of their letters. `letters` is how
-- many there ever were, at least; the counts of replays are of letters whose end is known.
CREATE TABLE portolan_fingerprints (
    fingerprint TEXT PRIMARY KEY NOT NULL,
    port_name TEXT NOT NULL,
    error_type TEXT NOT NULL,
    template TEXT NOT NULL,
    sample_id TEXT NOT NULL,
    first_seen TEXT,
    last_seen TEXT,
    letters INTEGER NOT NULL CHECK (letters >= 0),
    replay_completed INTEGER NOT NULL DEFAULT 0,
    replay_failed_same INTEGER NOT NULL DEFAULT 0,
    replay_failed_anew INTEGER NOT NULL DEFAULT 0,
    first_stored_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) WITHOUT ROWID;
CREATE INDEX idx_portolan_fingerprints_stored ON portolan_fingerprints (first_stored_at, fingerprint);

-- What is to be sent elsewhere. `epoch` fences off an old connection, `entry` is where the target put it.
CREATE TABLE portolan_outbox (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    run_id TEXT REFERENCES portolan_replay_runs (id),
    message_id TEXT NOT NULL,
    target TEXT NOT NULL,
    payload BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'confirmed', 'cancelled', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    server_run TEXT,
    entry TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    sent_at TEXT,
    confirmed_at TEXT,
    error_message TEXT,
    UNIQUE (run_id, message_id)
);
CREATE INDEX idx_portolan_outbox_open ON portolan_outbox (target, created_at) WHERE state IN ('queued', 'sent');

-- Dead letters that were discarded, or replaced by an edited message, whole and with their original bytes. `row_key` is
-- where the row stood in a SQLite table.
CREATE TABLE portolan_message_archive (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    row_image TEXT NOT NULL CHECK (json_valid(row_image)),
    original BLOB,
    row_key INTEGER,
    cause TEXT NOT NULL CHECK (cause IN ('discarded', 'edited')),
    replaced_by TEXT,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    archived_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    restored_at TEXT
);
CREATE INDEX idx_portolan_message_archive_message ON portolan_message_archive (message_id);
CREATE INDEX idx_portolan_message_archive_time ON portolan_message_archive (archived_at);

CREATE TABLE portolan_audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT,
    reason TEXT,
    run_id TEXT,
    before_image TEXT CHECK (before_image IS NULL OR json_valid(before_image)),
    after_image TEXT CHECK (after_image IS NULL OR json_valid(after_image))
);
CREATE INDEX idx_portolan_audit_at ON portolan_audit (at);
CREATE INDEX idx_portolan_audit_subject ON portolan_audit (subject_kind, subject_id);
CREATE INDEX idx_portolan_audit_run ON portolan_audit (run_id) WHERE run_id IS NOT NULL;

CREATE TRIGGER portolan_audit_keeps_rows BEFORE UPDATE ON portolan_audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER portolan_audit_keeps_all BEFORE DELETE ON portolan_audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

-- Who works on a port message, by the token of this try, and until when nobody else may.
CREATE TABLE portolan_leases (
    message_id TEXT PRIMARY KEY NOT NULL,
    token TEXT NOT NULL,
    worker TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX idx_portolan_leases_expires ON portolan_leases (expires_at);

-- What is set for the whole store, as `production`: its name, which is asked for before anything is changed.
CREATE TABLE portolan_settings (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- `heartbeat_at` is when whoever runs a job last said so: one that runs and has been silent for long has no program.
CREATE TABLE portolan_jobs (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    kind TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    parameters TEXT CHECK (parameters IS NULL OR json_valid(parameters)),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    actor TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    started_at TEXT,
    heartbeat_at TEXT,
    finished_at TEXT,
    error_message TEXT,
    result TEXT CHECK (result IS NULL OR json_valid(result))
);
CREATE INDEX idx_portolan_jobs_state ON portolan_jobs (state, created_at);
CREATE INDEX idx_portolan_jobs_created ON portolan_jobs (created_at);

CREATE TRIGGER portolan_jobs_transitions BEFORE UPDATE OF state ON portolan_jobs
FOR EACH ROW WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
    'queued>running', 'queued>cancelled',
    'running>completed', 'running>failed', 'running>paused', 'running>cancelled',
    'failed>queued', 'failed>cancelled',
    'paused>running', 'paused>cancelled')
BEGIN
    SELECT RAISE(ABORT, 'a job cannot go from this state to that one');
END;

CREATE TABLE portolan_retention_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    table_name TEXT NOT NULL,
    time_column TEXT,
    condition TEXT,
    keep_seconds INTEGER CHECK (keep_seconds > 0),
    keep_count INTEGER CHECK (keep_count > 0),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    deleted_at TEXT
);

CREATE TABLE portolan_object_models (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    table_name TEXT NOT NULL,
    definition TEXT NOT NULL CHECK (json_valid(definition)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    deleted_at TEXT,
    UNIQUE (name, version)
);

CREATE TABLE portolan_saved_views (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    name TEXT NOT NULL,
    pane TEXT NOT NULL,
    filter TEXT NOT NULL DEFAULT '',
    sort TEXT NOT NULL DEFAULT '',
    columns TEXT CHECK (columns IS NULL OR json_valid(columns)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    deleted_at TEXT
);
CREATE UNIQUE INDEX idx_portolan_saved_views_name ON portolan_saved_views (pane, name) WHERE deleted_at IS NULL;

CREATE TABLE portolan_alerts (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    name TEXT NOT NULL,
    listing TEXT NOT NULL,
    filter TEXT NOT NULL DEFAULT '',
    threshold REAL NOT NULL DEFAULT 1,
    window_seconds INTEGER CHECK (window_seconds > 0),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'firing', 'acknowledged')),
    last_value REAL,
    changed_at TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    deleted_at TEXT
);
CREATE UNIQUE INDEX idx_portolan_alerts_name ON portolan_alerts (name) WHERE deleted_at IS NULL;

-- Who writes behind a watermark says so; see portolan_rollup_watermarks. NOT EXISTS and not OR IGNORE: a statement's own
-- ON CONFLICT would take its place.
CREATE TRIGGER portolan_component_metrics_late_insert AFTER INSERT ON component_metrics
FOR EACH ROW WHEN NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'component_metrics', NEW.component_name, NEW.metric_name, substr(NEW.timestamp, 1, 13)
    WHERE NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'component_metrics' AND name = NEW.component_name AND part = NEW.metric_name AND hour = substr(NEW.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_component_metrics_late_delete AFTER DELETE ON component_metrics
FOR EACH ROW WHEN OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'component_metrics', OLD.component_name, OLD.metric_name, substr(OLD.timestamp, 1, 13)
    WHERE OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'component_metrics' AND name = OLD.component_name AND part = OLD.metric_name AND hour = substr(OLD.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_component_metrics_late_update AFTER UPDATE ON component_metrics
FOR EACH ROW WHEN OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
    OR NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'component_metrics', OLD.component_name, OLD.metric_name, substr(OLD.timestamp, 1, 13)
    WHERE OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'component_metrics' AND name = OLD.component_name AND part = OLD.metric_name AND hour = substr(OLD.timestamp, 1, 13));
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'component_metrics', NEW.component_name, NEW.metric_name, substr(NEW.timestamp, 1, 13)
    WHERE NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'component_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'component_metrics' AND name = NEW.component_name AND part = NEW.metric_name AND hour = substr(NEW.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_port_metrics_late_insert AFTER INSERT ON port_metrics
FOR EACH ROW WHEN NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'port_metrics', NEW.port_name, '', substr(NEW.timestamp, 1, 13)
    WHERE NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'port_metrics' AND name = NEW.port_name AND part = '' AND hour = substr(NEW.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_port_metrics_late_delete AFTER DELETE ON port_metrics
FOR EACH ROW WHEN OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'port_metrics', OLD.port_name, '', substr(OLD.timestamp, 1, 13)
    WHERE OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'port_metrics' AND name = OLD.port_name AND part = '' AND hour = substr(OLD.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_port_metrics_late_update AFTER UPDATE ON port_metrics
FOR EACH ROW WHEN OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
    OR NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'port_metrics', OLD.port_name, '', substr(OLD.timestamp, 1, 13)
    WHERE OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'port_metrics' AND name = OLD.port_name AND part = '' AND hour = substr(OLD.timestamp, 1, 13));
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'port_metrics', NEW.port_name, '', substr(NEW.timestamp, 1, 13)
    WHERE NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'port_metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'port_metrics' AND name = NEW.port_name AND part = '' AND hour = substr(NEW.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_metrics_late_insert AFTER INSERT ON metrics
FOR EACH ROW WHEN NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'metrics', NEW.sensor_id, '', substr(NEW.timestamp, 1, 13)
    WHERE NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'metrics' AND name = NEW.sensor_id AND part = '' AND hour = substr(NEW.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_metrics_late_delete AFTER DELETE ON metrics
FOR EACH ROW WHEN OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'metrics', OLD.sensor_id, '', substr(OLD.timestamp, 1, 13)
    WHERE OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'metrics' AND name = OLD.sensor_id AND part = '' AND hour = substr(OLD.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_metrics_late_update AFTER UPDATE ON metrics
FOR EACH ROW WHEN OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
    OR NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'metrics', OLD.sensor_id, '', substr(OLD.timestamp, 1, 13)
    WHERE OLD.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'metrics' AND name = OLD.sensor_id AND part = '' AND hour = substr(OLD.timestamp, 1, 13));
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'metrics', NEW.sensor_id, '', substr(NEW.timestamp, 1, 13)
    WHERE NEW.timestamp < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'metrics')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'metrics' AND name = NEW.sensor_id AND part = '' AND hour = substr(NEW.timestamp, 1, 13));
END;
CREATE TRIGGER portolan_telemetry_events_late_insert AFTER INSERT ON telemetry_events
FOR EACH ROW WHEN NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'telemetry_events', '', '', substr(NEW.time, 1, 13)
    WHERE NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'telemetry_events' AND name = '' AND part = '' AND hour = substr(NEW.time, 1, 13));
END;
CREATE TRIGGER portolan_telemetry_events_late_delete AFTER DELETE ON telemetry_events
FOR EACH ROW WHEN OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'telemetry_events', '', '', substr(OLD.time, 1, 13)
    WHERE OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'telemetry_events' AND name = '' AND part = '' AND hour = substr(OLD.time, 1, 13));
END;
CREATE TRIGGER portolan_telemetry_events_late_update AFTER UPDATE ON telemetry_events
FOR EACH ROW WHEN OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
    OR NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'telemetry_events', '', '', substr(OLD.time, 1, 13)
    WHERE OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'telemetry_events' AND name = '' AND part = '' AND hour = substr(OLD.time, 1, 13));
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'telemetry_events', '', '', substr(NEW.time, 1, 13)
    WHERE NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'telemetry_events')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'telemetry_events' AND name = '' AND part = '' AND hour = substr(NEW.time, 1, 13));
END;
CREATE TRIGGER portolan_market_data_late_insert AFTER INSERT ON market_data
FOR EACH ROW WHEN NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'market_data', '', '', substr(NEW.time, 1, 13)
    WHERE NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'market_data' AND name = '' AND part = '' AND hour = substr(NEW.time, 1, 13));
END;
CREATE TRIGGER portolan_market_data_late_delete AFTER DELETE ON market_data
FOR EACH ROW WHEN OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'market_data', '', '', substr(OLD.time, 1, 13)
    WHERE OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'market_data' AND name = '' AND part = '' AND hour = substr(OLD.time, 1, 13));
END;
CREATE TRIGGER portolan_market_data_late_update AFTER UPDATE ON market_data
FOR EACH ROW WHEN OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
    OR NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
BEGIN
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'market_data', '', '', substr(OLD.time, 1, 13)
    WHERE OLD.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'market_data' AND name = '' AND part = '' AND hour = substr(OLD.time, 1, 13));
    INSERT INTO portolan_rollup_stale (source_table, name, part, hour)
    SELECT 'market_data', '', '', substr(NEW.time, 1, 13)
    WHERE NEW.time < (SELECT marked_until FROM portolan_rollup_watermarks WHERE source_table = 'market_data')
      AND NOT EXISTS (SELECT 1 FROM portolan_rollup_stale
                      WHERE source_table = 'market_data' AND name = '' AND part = '' AND hour = substr(NEW.time, 1, 13));
END;
