-- News articles by their time. Where TimescaleDB is, the migrator makes them a hypertable, whose unique keys have to have the time;
-- a plain server keeps a table.
ALTER TABLE news_articles DROP CONSTRAINT news_articles_pkey, ADD CONSTRAINT news_articles_pkey PRIMARY KEY (id, time);
