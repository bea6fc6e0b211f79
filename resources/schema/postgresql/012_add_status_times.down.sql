DROP INDEX idx_port_messages_port_waiting;
DROP INDEX idx_port_messages_waiting;
DROP INDEX idx_port_messages_port_died;
DROP INDEX idx_port_messages_died;
DROP TRIGGER portolan_port_messages_status_change ON port_messages;
DROP FUNCTION portolan_note_status_change();
ALTER TABLE port_messages DROP COLUMN status_changed_at;
