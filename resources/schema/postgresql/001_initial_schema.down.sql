DROP TABLE component_state;
DROP FUNCTION update_updated_at_column();
DROP TABLE schema_version;
DROP EXTENSION IF EXISTS pg_trgm;
DROP EXTENSION IF EXISTS "uuid-ossp";
