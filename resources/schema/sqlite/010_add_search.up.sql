-- Where which text is: the trigrams of the columns that bare words of filters look through. An entry's number is eight
-- times its row's own, and the number of its table (`kind`). It gives candidates, which are looked at in their rows: entries
-- of rows that are gone, or say something else by now, do no harm.
CREATE VIRTUAL TABLE portolan_search USING fts5 (
    document, tokenize = 'trigram', detail = 'none', content = ''
);

-- Rows of a table up to the number `indexed_until` have an entry, but for those below. A table without a line has none
-- yet. Rows may have been numbered anew where neither SQLite's schema_version is still `schema_mark` nor the id of that
-- very row `row_key`.
CREATE TABLE portolan_search_state (
    kind INTEGER PRIMARY KEY,
    source_table TEXT NOT NULL UNIQUE,
    indexed_until INTEGER NOT NULL,
    row_key TEXT,
    schema_mark INTEGER NOT NULL
);

-- Rows behind `indexed_until` that were written since, by whichever program. `kept`: the row has been looked at and is
-- too long for an entry, or no text; it is a candidate for every text.
CREATE TABLE portolan_search_pending (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1))
);
CREATE INDEX idx_portolan_search_pending_row ON portolan_search_pending (kind, row_id);
CREATE INDEX idx_portolan_search_pending_due ON portolan_search_pending (kind, id) WHERE kept = 0;

CREATE TRIGGER portolan_messages_search_insert AFTER INSERT ON messages
FOR EACH ROW WHEN NEW.id <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 1)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (1, NEW.id);
END;
CREATE TRIGGER portolan_messages_search_update AFTER UPDATE ON messages
FOR EACH ROW WHEN NEW.id <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 1)
    AND (NEW.id IS NOT OLD.id OR NEW.content IS NOT OLD.content)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (1, NEW.id);
END;

CREATE TRIGGER portolan_port_messages_search_insert AFTER INSERT ON port_messages
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 2)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (2, NEW.rowid);
END;
CREATE TRIGGER portolan_port_messages_search_update AFTER UPDATE ON port_messages
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 2)
    AND (NEW.rowid IS NOT OLD.rowid OR NEW.port_name IS NOT OLD.port_name
         OR NEW.source_component IS NOT OLD.source_component OR NEW.target_component IS NOT OLD.target_component
         OR NEW.message_data IS NOT OLD.message_data OR NEW.error_message IS NOT OLD.error_message
         OR NEW.error_details IS NOT OLD.error_details)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (2, NEW.rowid);
END;

CREATE TRIGGER portolan_checkpoints_search_insert AFTER INSERT ON checkpoints
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 3)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (3, NEW.rowid);
END;
CREATE TRIGGER portolan_checkpoints_search_update AFTER UPDATE ON checkpoints
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 3)
    AND (NEW.rowid IS NOT OLD.rowid OR NEW.checkpoint_name IS NOT OLD.checkpoint_name
         OR NEW.component_name IS NOT OLD.component_name OR NEW.checkpoint_metadata IS NOT OLD.checkpoint_metadata
         OR NEW.checkpoint_data IS NOT OLD.checkpoint_data)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (3, NEW.rowid);
END;

CREATE TRIGGER portolan_component_state_search_insert AFTER INSERT ON component_state
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 4)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (4, NEW.rowid);
END;
CREATE TRIGGER portolan_component_state_search_update AFTER UPDATE ON component_state
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 4)
    AND (NEW.rowid IS NOT OLD.rowid OR NEW.component_name IS NOT OLD.component_name
         OR NEW.component_type IS NOT OLD.component_type OR NEW.state_data IS NOT OLD.state_data)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (4, NEW.rowid);
END;

CREATE TRIGGER portolan_sink_storage_search_insert AFTER INSERT ON sink_storage
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 5)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (5, NEW.rowid);
END;
CREATE TRIGGER portolan_sink_storage_search_update AFTER UPDATE ON sink_storage
FOR EACH ROW WHEN NEW.rowid <= (SELECT indexed_until FROM portolan_search_state WHERE kind = 5)
    AND (NEW.rowid IS NOT OLD.rowid OR NEW.sink_name IS NOT OLD.sink_name OR NEW.data_type IS NOT OLD.data_type
         OR NEW.metadata IS NOT OLD.metadata OR NEW.data IS NOT OLD.data)
BEGIN
    INSERT INTO portolan_search_pending (kind, row_id) VALUES (5, NEW.rowid);
END;
