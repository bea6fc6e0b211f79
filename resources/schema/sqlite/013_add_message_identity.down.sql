DROP INDEX idx_portolan_rejects_key;
ALTER TABLE portolan_source_chunks DROP COLUMN hashes;
