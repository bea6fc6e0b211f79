-- What became of a reject by somebody's act. It is open while it has neither reinjected_at nor dismissed_at. `last_reason`
-- is why it was rejected when it was tried again; `mended_payload` was stored in place of its payload, which stays.
ALTER TABLE portolan_rejects ADD COLUMN dismissed_at TEXT;
ALTER TABLE portolan_rejects ADD COLUMN settled_by TEXT;
ALTER TABLE portolan_rejects ADD COLUMN settled_reason TEXT;
ALTER TABLE portolan_rejects ADD COLUMN last_reason TEXT;
ALTER TABLE portolan_rejects ADD COLUMN mended_payload BLOB;
