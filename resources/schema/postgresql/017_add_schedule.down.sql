DROP TABLE portolan_schedule;
