-- Commands of ours that a store wants run at their times, by `portolan run-due`. `command` is a list of words; `runner` is who runs
-- an entry now, and nobody else may until `lease_until`.
CREATE TABLE portolan_schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL CHECK (json_valid(command)),
    spec TEXT NOT NULL,
    next_run_at TEXT,
    last_run_at TEXT,
    last_result TEXT,
    last_exit INTEGER,
    last_output TEXT,
    runner TEXT,
    lease_until TEXT,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX idx_portolan_schedule_next ON portolan_schedule (next_run_at);
