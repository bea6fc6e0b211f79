-- How large the store and its tables were, and how quickly they answered, day by day: what `portolan stats --record` measured, and of
-- the questions of windows (`questions`) how many there were. A row a day (its beginning in UTC) and name, of 400 days.
CREATE TABLE portolan_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    row_count INTEGER,
    estimate INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER,
    p50_ms REAL,
    p95_ms REAL,
    p99_ms REAL,
    asked INTEGER,
    slow INTEGER,
    failed INTEGER,
    UNIQUE (day, name)
);
