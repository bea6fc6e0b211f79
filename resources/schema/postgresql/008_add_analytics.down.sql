DROP TABLE telemetry_events;
DROP TABLE news_articles;
DROP TABLE market_data;
DROP TABLE service_proposals;
DROP TABLE client_configs;
DROP TABLE connector_profiles;
DROP SCHEMA analytics_data;
