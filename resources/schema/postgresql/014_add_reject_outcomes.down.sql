ALTER TABLE portolan_rejects DROP COLUMN mended_payload;
ALTER TABLE portolan_rejects DROP COLUMN last_reason;
ALTER TABLE portolan_rejects DROP COLUMN settled_reason;
ALTER TABLE portolan_rejects DROP COLUMN settled_by;
ALTER TABLE portolan_rejects DROP COLUMN dismissed_at;
