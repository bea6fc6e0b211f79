DROP FUNCTION cleanup_old_data();
ALTER TABLE portolan_retention_rules DROP COLUMN last_result;
ALTER TABLE portolan_retention_rules DROP COLUMN last_rows;
ALTER TABLE portolan_retention_rules DROP COLUMN last_run_at;
