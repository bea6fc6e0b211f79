-- When a message's status changed last; NULL: not since it was stored, or before this column was there. Whoever changes a
-- status may say when (what is put back as it was gets its old time back); of the others it is noted here, and never the
-- time that stood there before, which would be taken for said.
ALTER TABLE port_messages ADD COLUMN status_changed_at TEXT;
CREATE TRIGGER portolan_port_messages_status_change AFTER UPDATE OF status ON port_messages
FOR EACH ROW WHEN NEW.status IS NOT OLD.status AND NEW.status_changed_at IS OLD.status_changed_at
BEGIN
    UPDATE port_messages
    SET status_changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now',
            CASE WHEN OLD.status_changed_at IS strftime('%Y-%m-%dT%H:%M:%fZ', 'now') THEN '+0.001 seconds'
                 ELSE '+0 seconds' END)
    WHERE rowid = NEW.rowid;
END;

-- Dead letters by when they died. The expressions are those of storage/sql/portlayout.cpp; no other spelling is served.
CREATE INDEX idx_port_messages_died ON port_messages (COALESCE(processed_at, status_changed_at, created_at))
    WHERE CASE status WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN retry_count >= max_retries END;
CREATE INDEX idx_port_messages_port_died ON port_messages (port_name, COALESCE(processed_at, status_changed_at, created_at))
    WHERE CASE status WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN retry_count >= max_retries END;
-- Pending messages by how long they have been that.
CREATE INDEX idx_port_messages_waiting
    ON port_messages (CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END)
    WHERE CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END IS NOT NULL;
CREATE INDEX idx_port_messages_port_waiting
    ON port_messages (port_name, CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END)
    WHERE CASE status WHEN 'pending' THEN COALESCE(status_changed_at, created_at) END IS NOT NULL;
