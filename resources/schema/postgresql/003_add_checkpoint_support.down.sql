DROP TABLE checkpoints;
DROP FUNCTION update_checkpoint_latest();
