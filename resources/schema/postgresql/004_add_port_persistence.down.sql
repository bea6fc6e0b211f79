DROP TABLE sink_storage;
DROP VIEW dead_letter_queue;
DROP TABLE port_messages;
