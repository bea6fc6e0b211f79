-- The last transaction of each writer that stored messages without keys: a writer that lost its connection in COMMIT reads
-- here whether it is stored. Rows of writers that are gone go after days.
CREATE TABLE portolan_commits (
    writer TEXT PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL,
    committed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
