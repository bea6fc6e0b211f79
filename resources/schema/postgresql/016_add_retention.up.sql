-- What the last run of a rule did. The rules that are offered are built into the program, and off until a row here says otherwise.
ALTER TABLE portolan_retention_rules ADD COLUMN last_run_at TIMESTAMPTZ;
ALTER TABLE portolan_retention_rules ADD COLUMN last_rows BIGINT;
ALTER TABLE portolan_retention_rules ADD COLUMN last_result TEXT;

-- The reference's function, for pg_cron: the rules component-metrics, completed-messages and checkpoint-versions with the periods
-- that are set for them, in one transaction and with a row in the audit. Calling it is the word to delete, whether the rules are
-- switched on or not. As `portolan retain`, it leaves alone what a replay run or its outbox still needs, and the checkpoints that
-- are the latest of their names.
CREATE FUNCTION cleanup_old_data() RETURNS void AS $$
DECLARE
    metrics_kept INTERVAL := INTERVAL '30 days';
    messages_kept INTERVAL := INTERVAL '7 days';
    versions_kept BIGINT := 10;
    rule RECORD;
    metrics_gone BIGINT;
    messages_gone BIGINT;
    checkpoints_gone BIGINT;
BEGIN
    FOR rule IN SELECT name, keep_seconds, keep_count FROM portolan_retention_rules WHERE deleted_at IS NULL LOOP
        IF rule.name = 'component-metrics' AND rule.keep_seconds IS NOT NULL THEN
            metrics_kept := rule.keep_seconds * INTERVAL '1 second';
        ELSIF rule.name = 'completed-messages' AND rule.keep_seconds IS NOT NULL THEN
            messages_kept := rule.keep_seconds * INTERVAL '1 second';
        ELSIF rule.name = 'checkpoint-versions' AND rule.keep_count IS NOT NULL THEN
            versions_kept := rule.keep_count;
        END IF;
    END LOOP;

    DELETE FROM component_metrics WHERE timestamp < now() - metrics_kept;
    GET DIAGNOSTICS metrics_gone = ROW_COUNT;

    DELETE FROM port_messages AS t
    WHERE t.status = 'completed' AND t.completed_at < now() - messages_kept
      AND CAST(t.id AS text) NOT IN (SELECT message_id FROM portolan_outbox WHERE state IN ('queued', 'sent'))
      AND NOT EXISTS (SELECT 1 FROM portolan_replay_items AS i JOIN portolan_replay_runs AS r ON r.id = i.run_id
                      WHERE i.message_id = CAST(t.id AS text)
                        AND (r.state IN ('frozen', 'running', 'paused')
                             OR r.state IN ('completed', 'failed') AND i.state IN ('queued', 'replayed', 'pending')));
    GET DIAGNOSTICS messages_gone = ROW_COUNT;

    DELETE FROM checkpoints AS t
    WHERE t.id IN (SELECT n.id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY component_name
                                                                   ORDER BY created_at DESC, id DESC) AS rn
                                     FROM checkpoints WHERE created_at IS NOT NULL) AS n
                   WHERE n.rn > versions_kept)
      AND NOT t.is_latest
      AND EXISTS (SELECT 1 FROM checkpoints AS o
                  WHERE o.checkpoint_name = t.checkpoint_name AND (o.is_latest OR o.version > t.version));
    GET DIAGNOSTICS checkpoints_gone = ROW_COUNT;

    INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, after_image)
    VALUES (current_user, 'retain', 'retention', 'cleanup_old_data',
            jsonb_build_object('component_metrics', metrics_gone, 'port_messages', messages_gone,
                               'checkpoints', checkpoints_gone));
END;
$$ LANGUAGE plpgsql SET search_path = public, pg_temp;
