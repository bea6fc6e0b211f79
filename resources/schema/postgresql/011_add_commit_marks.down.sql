DROP TABLE portolan_commits;
