-- Times of these tables are texts of one form, "2025-10-16T14:56:05.123Z", by which they are filtered, sorted, pruned and
-- drawn. Other programs write theirs too: with a blank, a zone, more or fewer digits, as seconds or milliseconds. As a
-- server's timestamptz does, they keep the point in time; what is no time stays as it is written, and so do
-- more digits of a second in that form.

-- Not for its times alone, which the next two set.
DROP TRIGGER IF EXISTS update_component_state_updated_at;
CREATE TRIGGER update_component_state_updated_at AFTER UPDATE OF component_name, component_type, state_data, version ON component_state
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE component_state SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER portolan_component_state_times_insert AFTER INSERT ON component_state
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE component_state SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_component_state_times_update AFTER UPDATE OF created_at, updated_at ON component_state
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.updated_at IS NOT OLD.updated_at
BEGIN
    UPDATE component_state SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE component_state SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
        WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
    WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_component_metrics_times_insert AFTER INSERT ON component_metrics
FOR EACH ROW WHEN NEW.timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE component_metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
            WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
        WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_component_metrics_times_update AFTER UPDATE OF timestamp ON component_metrics
FOR EACH ROW WHEN NEW.timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.timestamp IS NOT OLD.timestamp
BEGIN
    UPDATE component_metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
            WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
        WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp)
    WHERE rowid = NEW.rowid;
END;
UPDATE component_metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
        WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
    WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp)
WHERE timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_port_metrics_times_insert AFTER INSERT ON port_metrics
FOR EACH ROW WHEN NEW.timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE port_metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
            WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
        WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_port_metrics_times_update AFTER UPDATE OF timestamp ON port_metrics
FOR EACH ROW WHEN NEW.timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.timestamp IS NOT OLD.timestamp
BEGIN
    UPDATE port_metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
            WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
        WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp)
    WHERE rowid = NEW.rowid;
END;
UPDATE port_metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
        WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
    WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp)
WHERE timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_system_health_times_insert AFTER INSERT ON system_health
FOR EACH ROW WHEN NEW.last_heartbeat NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE system_health SET last_heartbeat = coalesce(CASE WHEN last_heartbeat GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN last_heartbeat GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(last_heartbeat, 1, length(last_heartbeat) - 2) || ':' || substr(last_heartbeat, -2)
            WHEN last_heartbeat GLOB '*:*[-+][0-9][0-9]' AND last_heartbeat NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN last_heartbeat || ':00' ELSE last_heartbeat END), ',', '.'))
        WHEN last_heartbeat NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', last_heartbeat / CASE length(CAST(last_heartbeat AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, last_heartbeat),
        created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_system_health_times_update AFTER UPDATE OF last_heartbeat, created_at ON system_health
FOR EACH ROW WHEN NEW.last_heartbeat NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.last_heartbeat IS NOT OLD.last_heartbeat
    OR NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
BEGIN
    UPDATE system_health SET last_heartbeat = coalesce(CASE WHEN last_heartbeat GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN last_heartbeat GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(last_heartbeat, 1, length(last_heartbeat) - 2) || ':' || substr(last_heartbeat, -2)
            WHEN last_heartbeat GLOB '*:*[-+][0-9][0-9]' AND last_heartbeat NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN last_heartbeat || ':00' ELSE last_heartbeat END), ',', '.'))
        WHEN last_heartbeat NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', last_heartbeat / CASE length(CAST(last_heartbeat AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, last_heartbeat),
        created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE system_health SET last_heartbeat = coalesce(CASE WHEN last_heartbeat GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN last_heartbeat GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(last_heartbeat, 1, length(last_heartbeat) - 2) || ':' || substr(last_heartbeat, -2)
        WHEN last_heartbeat GLOB '*:*[-+][0-9][0-9]' AND last_heartbeat NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN last_heartbeat || ':00' ELSE last_heartbeat END), ',', '.'))
    WHEN last_heartbeat NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', last_heartbeat / CASE length(CAST(last_heartbeat AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, last_heartbeat),
    created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at)
WHERE last_heartbeat NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_checkpoints_times_insert AFTER INSERT ON checkpoints
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.expires_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE checkpoints SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        expires_at = coalesce(CASE WHEN expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN expires_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(expires_at, 1, length(expires_at) - 2) || ':' || substr(expires_at, -2)
            WHEN expires_at GLOB '*:*[-+][0-9][0-9]' AND expires_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN expires_at || ':00' ELSE expires_at END), ',', '.'))
        WHEN expires_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', expires_at / CASE length(CAST(expires_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, expires_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_checkpoints_times_update AFTER UPDATE OF created_at, expires_at ON checkpoints
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.expires_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.expires_at IS NOT OLD.expires_at
BEGIN
    UPDATE checkpoints SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        expires_at = coalesce(CASE WHEN expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN expires_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(expires_at, 1, length(expires_at) - 2) || ':' || substr(expires_at, -2)
            WHEN expires_at GLOB '*:*[-+][0-9][0-9]' AND expires_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN expires_at || ':00' ELSE expires_at END), ',', '.'))
        WHEN expires_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', expires_at / CASE length(CAST(expires_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, expires_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE checkpoints SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    expires_at = coalesce(CASE WHEN expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN expires_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(expires_at, 1, length(expires_at) - 2) || ':' || substr(expires_at, -2)
        WHEN expires_at GLOB '*:*[-+][0-9][0-9]' AND expires_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN expires_at || ':00' ELSE expires_at END), ',', '.'))
    WHEN expires_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', expires_at / CASE length(CAST(expires_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, expires_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR expires_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_port_messages_times_insert AFTER INSERT ON port_messages
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.completed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.status_changed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE port_messages SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        processed_at = coalesce(CASE WHEN processed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN processed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(processed_at, 1, length(processed_at) - 2) || ':' || substr(processed_at, -2)
            WHEN processed_at GLOB '*:*[-+][0-9][0-9]' AND processed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN processed_at || ':00' ELSE processed_at END), ',', '.'))
        WHEN processed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / CASE length(CAST(processed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, processed_at),
        completed_at = coalesce(CASE WHEN completed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN completed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(completed_at, 1, length(completed_at) - 2) || ':' || substr(completed_at, -2)
            WHEN completed_at GLOB '*:*[-+][0-9][0-9]' AND completed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN completed_at || ':00' ELSE completed_at END), ',', '.'))
        WHEN completed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', completed_at / CASE length(CAST(completed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, completed_at),
        status_changed_at = coalesce(CASE WHEN status_changed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN status_changed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(status_changed_at, 1, length(status_changed_at) - 2) || ':' || substr(status_changed_at, -2)
            WHEN status_changed_at GLOB '*:*[-+][0-9][0-9]' AND status_changed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN status_changed_at || ':00' ELSE status_changed_at END), ',', '.'))
        WHEN status_changed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', status_changed_at / CASE length(CAST(status_changed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, status_changed_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_port_messages_times_update AFTER UPDATE OF created_at, processed_at, completed_at, status_changed_at ON port_messages
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.processed_at IS NOT OLD.processed_at
    OR NEW.completed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.completed_at IS NOT OLD.completed_at
    OR NEW.status_changed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.status_changed_at IS NOT OLD.status_changed_at
BEGIN
    UPDATE port_messages SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        processed_at = coalesce(CASE WHEN processed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN processed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(processed_at, 1, length(processed_at) - 2) || ':' || substr(processed_at, -2)
            WHEN processed_at GLOB '*:*[-+][0-9][0-9]' AND processed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN processed_at || ':00' ELSE processed_at END), ',', '.'))
        WHEN processed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / CASE length(CAST(processed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, processed_at),
        completed_at = coalesce(CASE WHEN completed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN completed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(completed_at, 1, length(completed_at) - 2) || ':' || substr(completed_at, -2)
            WHEN completed_at GLOB '*:*[-+][0-9][0-9]' AND completed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN completed_at || ':00' ELSE completed_at END), ',', '.'))
        WHEN completed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', completed_at / CASE length(CAST(completed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, completed_at),
        status_changed_at = coalesce(CASE WHEN status_changed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN status_changed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(status_changed_at, 1, length(status_changed_at) - 2) || ':' || substr(status_changed_at, -2)
            WHEN status_changed_at GLOB '*:*[-+][0-9][0-9]' AND status_changed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN status_changed_at || ':00' ELSE status_changed_at END), ',', '.'))
        WHEN status_changed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', status_changed_at / CASE length(CAST(status_changed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, status_changed_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE port_messages SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    processed_at = coalesce(CASE WHEN processed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN processed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(processed_at, 1, length(processed_at) - 2) || ':' || substr(processed_at, -2)
        WHEN processed_at GLOB '*:*[-+][0-9][0-9]' AND processed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN processed_at || ':00' ELSE processed_at END), ',', '.'))
    WHEN processed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / CASE length(CAST(processed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, processed_at),
    completed_at = coalesce(CASE WHEN completed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN completed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(completed_at, 1, length(completed_at) - 2) || ':' || substr(completed_at, -2)
        WHEN completed_at GLOB '*:*[-+][0-9][0-9]' AND completed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN completed_at || ':00' ELSE completed_at END), ',', '.'))
    WHEN completed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', completed_at / CASE length(CAST(completed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, completed_at),
    status_changed_at = coalesce(CASE WHEN status_changed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN status_changed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(status_changed_at, 1, length(status_changed_at) - 2) || ':' || substr(status_changed_at, -2)
        WHEN status_changed_at GLOB '*:*[-+][0-9][0-9]' AND status_changed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN status_changed_at || ':00' ELSE status_changed_at END), ',', '.'))
    WHEN status_changed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', status_changed_at / CASE length(CAST(status_changed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, status_changed_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR completed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR status_changed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

-- Not for its times alone, which the next two set.
DROP TRIGGER IF EXISTS update_sink_storage_updated_at;
CREATE TRIGGER update_sink_storage_updated_at AFTER UPDATE OF sink_name, data_type, data, metadata ON sink_storage
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE sink_storage SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER portolan_sink_storage_times_insert AFTER INSERT ON sink_storage
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE sink_storage SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_sink_storage_times_update AFTER UPDATE OF created_at, updated_at ON sink_storage
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.updated_at IS NOT OLD.updated_at
BEGIN
    UPDATE sink_storage SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE sink_storage SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
        WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
    WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_processed_events_times_insert AFTER INSERT ON processed_events
FOR EACH ROW WHEN NEW.processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE processed_events SET processed_at = coalesce(CASE WHEN processed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN processed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(processed_at, 1, length(processed_at) - 2) || ':' || substr(processed_at, -2)
            WHEN processed_at GLOB '*:*[-+][0-9][0-9]' AND processed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN processed_at || ':00' ELSE processed_at END), ',', '.'))
        WHEN processed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / CASE length(CAST(processed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, processed_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_processed_events_times_update AFTER UPDATE OF processed_at ON processed_events
FOR EACH ROW WHEN NEW.processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.processed_at IS NOT OLD.processed_at
BEGIN
    UPDATE processed_events SET processed_at = coalesce(CASE WHEN processed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN processed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(processed_at, 1, length(processed_at) - 2) || ':' || substr(processed_at, -2)
            WHEN processed_at GLOB '*:*[-+][0-9][0-9]' AND processed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN processed_at || ':00' ELSE processed_at END), ',', '.'))
        WHEN processed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / CASE length(CAST(processed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, processed_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE processed_events SET processed_at = coalesce(CASE WHEN processed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN processed_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(processed_at, 1, length(processed_at) - 2) || ':' || substr(processed_at, -2)
        WHEN processed_at GLOB '*:*[-+][0-9][0-9]' AND processed_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN processed_at || ':00' ELSE processed_at END), ',', '.'))
    WHEN processed_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / CASE length(CAST(processed_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, processed_at)
WHERE processed_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_metrics_times_insert AFTER INSERT ON metrics
FOR EACH ROW WHEN NEW.timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
            WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
        WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp),
        created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_metrics_times_update AFTER UPDATE OF timestamp, created_at ON metrics
FOR EACH ROW WHEN NEW.timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.timestamp IS NOT OLD.timestamp
    OR NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
BEGIN
    UPDATE metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
            WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
        WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp),
        created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE metrics SET timestamp = coalesce(CASE WHEN timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN timestamp GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(timestamp, 1, length(timestamp) - 2) || ':' || substr(timestamp, -2)
        WHEN timestamp GLOB '*:*[-+][0-9][0-9]' AND timestamp NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN timestamp || ':00' ELSE timestamp END), ',', '.'))
    WHEN timestamp NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / CASE length(CAST(timestamp AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, timestamp),
    created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at)
WHERE timestamp NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

-- Not for its times alone, which the next two set.
DROP TRIGGER IF EXISTS update_connector_profiles_updated_at;
CREATE TRIGGER update_connector_profiles_updated_at AFTER UPDATE OF profile_data ON connector_profiles
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE connector_profiles SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER portolan_connector_profiles_times_insert AFTER INSERT ON connector_profiles
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE connector_profiles SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_connector_profiles_times_update AFTER UPDATE OF created_at, updated_at ON connector_profiles
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.updated_at IS NOT OLD.updated_at
BEGIN
    UPDATE connector_profiles SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE connector_profiles SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
        WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
    WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

-- Not for its times alone, which the next two set.
DROP TRIGGER IF EXISTS update_client_configs_updated_at;
CREATE TRIGGER update_client_configs_updated_at AFTER UPDATE OF config_data ON client_configs
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE client_configs SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER portolan_client_configs_times_insert AFTER INSERT ON client_configs
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE client_configs SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_client_configs_times_update AFTER UPDATE OF created_at, updated_at ON client_configs
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.updated_at IS NOT OLD.updated_at
BEGIN
    UPDATE client_configs SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE client_configs SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
        WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
    WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

-- Not for its times alone, which the next two set.
DROP TRIGGER IF EXISTS update_service_proposals_updated_at;
CREATE TRIGGER update_service_proposals_updated_at AFTER UPDATE OF client_id, status, proposal_data ON service_proposals
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE service_proposals SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER portolan_service_proposals_times_insert AFTER INSERT ON service_proposals
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE service_proposals SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_service_proposals_times_update AFTER UPDATE OF created_at, updated_at ON service_proposals
FOR EACH ROW WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.updated_at IS NOT OLD.updated_at
BEGIN
    UPDATE service_proposals SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
            WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
        WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
        updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
            WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
        WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
    WHERE rowid = NEW.rowid;
END;
UPDATE service_proposals SET created_at = coalesce(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN created_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(created_at, 1, length(created_at) - 2) || ':' || substr(created_at, -2)
        WHEN created_at GLOB '*:*[-+][0-9][0-9]' AND created_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN created_at || ':00' ELSE created_at END), ',', '.'))
    WHEN created_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at / CASE length(CAST(created_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, created_at),
    updated_at = coalesce(CASE WHEN updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN updated_at GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(updated_at, 1, length(updated_at) - 2) || ':' || substr(updated_at, -2)
        WHEN updated_at GLOB '*:*[-+][0-9][0-9]' AND updated_at NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN updated_at || ':00' ELSE updated_at END), ',', '.'))
    WHEN updated_at NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / CASE length(CAST(updated_at AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, updated_at)
WHERE created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
    OR updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_market_data_times_insert AFTER INSERT ON market_data
FOR EACH ROW WHEN NEW.time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE market_data SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
            WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
        WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_market_data_times_update AFTER UPDATE OF time ON market_data
FOR EACH ROW WHEN NEW.time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.time IS NOT OLD.time
BEGIN
    UPDATE market_data SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
            WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
        WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
    WHERE rowid = NEW.rowid;
END;
UPDATE market_data SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
        WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
    WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
WHERE time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_news_articles_times_insert AFTER INSERT ON news_articles
FOR EACH ROW WHEN NEW.time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE news_articles SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
            WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
        WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_news_articles_times_update AFTER UPDATE OF time ON news_articles
FOR EACH ROW WHEN NEW.time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.time IS NOT OLD.time
BEGIN
    UPDATE news_articles SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
            WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
        WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
    WHERE rowid = NEW.rowid;
END;
UPDATE news_articles SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
        WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
    WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
WHERE time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';

CREATE TRIGGER portolan_telemetry_events_times_insert AFTER INSERT ON telemetry_events
FOR EACH ROW WHEN NEW.time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z'
BEGIN
    UPDATE telemetry_events SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
            WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
        WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
    WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER portolan_telemetry_events_times_update AFTER UPDATE OF time ON telemetry_events
FOR EACH ROW WHEN NEW.time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z' AND NEW.time IS NOT OLD.time
BEGIN
    UPDATE telemetry_events SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
            CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
            WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
        WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
    WHERE rowid = NEW.rowid;
END;
UPDATE telemetry_events SET time = coalesce(CASE WHEN time GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', replace(upper(
        CASE WHEN time GLOB '*:*[-+][0-9][0-9][0-9][0-9]' THEN substr(time, 1, length(time) - 2) || ':' || substr(time, -2)
        WHEN time GLOB '*:*[-+][0-9][0-9]' AND time NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN time || ':00' ELSE time END), ',', '.'))
    WHEN time NOT GLOB '*[^.0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', time / CASE length(CAST(time AS INTEGER)) WHEN 10 THEN 1.0 WHEN 13 THEN 1e3 WHEN 16 THEN 1e6 WHEN 19 THEN 1e9 END, 'unixepoch') END, time)
WHERE time NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]*Z';
