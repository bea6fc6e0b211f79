-- What the last run of a rule did. The rules that are offered are built into the program, and off until a row here says otherwise.
ALTER TABLE portolan_retention_rules ADD COLUMN last_run_at TEXT;
ALTER TABLE portolan_retention_rules ADD COLUMN last_rows INTEGER;
ALTER TABLE portolan_retention_rules ADD COLUMN last_result TEXT;
