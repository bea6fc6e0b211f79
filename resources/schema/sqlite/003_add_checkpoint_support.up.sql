CREATE TABLE checkpoints (
    id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
                   substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    checkpoint_name TEXT NOT NULL CHECK (length(checkpoint_name) <= 255),
    component_name TEXT NOT NULL CHECK (length(component_name) <= 255),
    checkpoint_data TEXT NOT NULL CHECK (json_valid(checkpoint_data)),
    checkpoint_metadata TEXT CHECK (checkpoint_metadata IS NULL OR json_valid(checkpoint_metadata)),
    version INTEGER NOT NULL CHECK (typeof(version) = 'integer'),
    is_latest INTEGER NOT NULL DEFAULT 1 CHECK (is_latest IN (0, 1)),
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    expires_at TEXT,
    UNIQUE (checkpoint_name, version)
);
CREATE INDEX idx_checkpoints_name ON checkpoints (checkpoint_name);
CREATE INDEX idx_checkpoints_component ON checkpoints (component_name);
CREATE INDEX idx_checkpoints_latest ON checkpoints (is_latest) WHERE is_latest = 1;
CREATE INDEX idx_checkpoints_expires ON checkpoints (expires_at) WHERE expires_at IS NOT NULL;
CREATE UNIQUE INDEX idx_checkpoints_one_latest ON checkpoints (checkpoint_name) WHERE is_latest = 1;

-- BEFORE, because SQLite checks the unique index row by row and would refuse the new latest beside the old one.
-- Not for a row that INSERT OR IGNORE is about to drop: the old latest would be gone and none have come.
CREATE TRIGGER checkpoint_latest_trigger BEFORE INSERT ON checkpoints
FOR EACH ROW WHEN NEW.is_latest
    AND NOT EXISTS (SELECT 1 FROM checkpoints
                    WHERE id = NEW.id OR (checkpoint_name = NEW.checkpoint_name AND version = NEW.version))
BEGIN
    UPDATE checkpoints SET is_latest = 0 WHERE checkpoint_name = NEW.checkpoint_name AND is_latest = 1;
END;
