DROP TABLE portolan_history;
