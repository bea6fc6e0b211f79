-- What was put into the one form stays in it: the points in time are those that were written.
DROP TRIGGER portolan_component_state_times_update;
DROP TRIGGER portolan_component_state_times_insert;
DROP TRIGGER IF EXISTS update_component_state_updated_at;
CREATE TRIGGER update_component_state_updated_at AFTER UPDATE ON component_state
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE component_state SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
DROP TRIGGER portolan_component_metrics_times_update;
DROP TRIGGER portolan_component_metrics_times_insert;
DROP TRIGGER portolan_port_metrics_times_update;
DROP TRIGGER portolan_port_metrics_times_insert;
DROP TRIGGER portolan_system_health_times_update;
DROP TRIGGER portolan_system_health_times_insert;
DROP TRIGGER portolan_checkpoints_times_update;
DROP TRIGGER portolan_checkpoints_times_insert;
DROP TRIGGER portolan_port_messages_times_update;
DROP TRIGGER portolan_port_messages_times_insert;
DROP TRIGGER portolan_sink_storage_times_update;
DROP TRIGGER portolan_sink_storage_times_insert;
DROP TRIGGER IF EXISTS update_sink_storage_updated_at;
CREATE TRIGGER update_sink_storage_updated_at AFTER UPDATE ON sink_storage
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE sink_storage SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
DROP TRIGGER portolan_processed_events_times_update;
DROP TRIGGER portolan_processed_events_times_insert;
DROP TRIGGER portolan_metrics_times_update;
DROP TRIGGER portolan_metrics_times_insert;
DROP TRIGGER portolan_connector_profiles_times_update;
DROP TRIGGER portolan_connector_profiles_times_insert;
DROP TRIGGER IF EXISTS update_connector_profiles_updated_at;
CREATE TRIGGER update_connector_profiles_updated_at AFTER UPDATE ON connector_profiles
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE connector_profiles SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
DROP TRIGGER portolan_client_configs_times_update;
DROP TRIGGER portolan_client_configs_times_insert;
DROP TRIGGER IF EXISTS update_client_configs_updated_at;
CREATE TRIGGER update_client_configs_updated_at AFTER UPDATE ON client_configs
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE client_configs SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
DROP TRIGGER portolan_service_proposals_times_update;
DROP TRIGGER portolan_service_proposals_times_insert;
DROP TRIGGER IF EXISTS update_service_proposals_updated_at;
CREATE TRIGGER update_service_proposals_updated_at AFTER UPDATE ON service_proposals
FOR EACH ROW WHEN NEW.updated_at IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE service_proposals SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE rowid = NEW.rowid;
END;
DROP TRIGGER portolan_market_data_times_update;
DROP TRIGGER portolan_market_data_times_insert;
DROP TRIGGER portolan_news_articles_times_update;
DROP TRIGGER portolan_news_articles_times_insert;
DROP TRIGGER portolan_telemetry_events_times_update;
DROP TRIGGER portolan_telemetry_events_times_insert;
