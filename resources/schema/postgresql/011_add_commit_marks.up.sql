-- The last transaction of each writer that stored messages without keys: a writer that lost its connection in COMMIT reads
-- here whether it is stored. Rows of writers that are gone go after days.
CREATE TABLE portolan_commits (
    writer TEXT PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL,
    committed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
