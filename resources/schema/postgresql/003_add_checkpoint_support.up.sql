CREATE TABLE checkpoints (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    checkpoint_name VARCHAR(255) NOT NULL,
    component_name VARCHAR(255) NOT NULL,
    checkpoint_data JSONB NOT NULL,
    checkpoint_metadata JSONB,
    version BIGINT NOT NULL,
    is_latest BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMPTZ DEFAULT now(),
    expires_at TIMESTAMPTZ,
    UNIQUE (checkpoint_name, version)
);
CREATE INDEX idx_checkpoints_name ON checkpoints (checkpoint_name);
CREATE INDEX idx_checkpoints_component ON checkpoints (component_name);
CREATE INDEX idx_checkpoints_latest ON checkpoints (is_latest) WHERE is_latest;
CREATE INDEX idx_checkpoints_expires ON checkpoints (expires_at) WHERE expires_at IS NOT NULL;
CREATE UNIQUE INDEX idx_checkpoints_one_latest ON checkpoints (checkpoint_name) WHERE is_latest;

-- BEFORE, because the unique index would refuse the new latest beside the old one. Not for a row that ON CONFLICT DO
-- NOTHING is about to drop: the old latest would be gone and none have come. The lock makes two writers of one name
-- follow each other; without it the second would not see the first one's row, and fail.
CREATE FUNCTION update_checkpoint_latest() RETURNS TRIGGER AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.checkpoint_name, 0));
    IF NOT EXISTS (SELECT FROM checkpoints
                   WHERE id = NEW.id OR (checkpoint_name = NEW.checkpoint_name AND version = NEW.version)) THEN
        UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = NEW.checkpoint_name AND is_latest;
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER checkpoint_latest_trigger BEFORE INSERT ON checkpoints
FOR EACH ROW WHEN (NEW.is_latest) EXECUTE FUNCTION update_checkpoint_latest();
