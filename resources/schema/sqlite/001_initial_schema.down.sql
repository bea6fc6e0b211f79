DROP TABLE component_state;
DROP TABLE schema_version;
