-- When a message's status changed last; NULL: not since it was stored, or before this column was there. Whoever changes a
-- status may say when (what is put back as it was gets its old time back); of the others it is noted here, and never the
-- time that stood there before, which would be taken for said.
ALTER TABLE port_messages ADD COLUMN status_changed_at TIMESTAMPTZ;
CREATE FUNCTION portolan_note_status_change() RETURNS TRIGGER AS $$
BEGIN
    NEW.status_changed_at := clock_timestamp();
    IF NEW.status_changed_at = OLD.status_changed_at THEN
        NEW.status_changed_at := OLD.status_changed_at + interval '1 microsecond';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER portolan_port_messages_status_change BEFORE UPDATE OF status ON port_messages
FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status
    AND NEW.status_changed_at IS NOT DISTINCT FROM OLD.status_changed_at)
EXECUTE FUNCTION portolan_note_status_change();

-- Dead letters by when they died. The expressions are those of storage/sql/portlayout.cpp; no other spelling is served.
CREATE INDEX idx_port_messages_died ON port_messages ((COALESCE(processed_at, status_changed_at, created_at)), id)
    WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries);
CREATE INDEX idx_port_messages_port_died
    ON port_messages (port_name, (COALESCE(processed_at, status_changed_at, created_at)), id)
    WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries);
-- Pending messages by how long they have been that.
CREATE INDEX idx_port_messages_waiting
    ON port_messages ((CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END), id)
    WHERE CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END IS NOT NULL;
CREATE INDEX idx_port_messages_port_waiting
    ON port_messages (port_name, (CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END))
    WHERE CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END IS NOT NULL;
