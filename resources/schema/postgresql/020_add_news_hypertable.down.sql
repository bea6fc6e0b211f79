-- A hypertable was made a table again by the migrator, which leaves this out then.
ALTER TABLE news_articles DROP CONSTRAINT news_articles_pkey, ADD CONSTRAINT news_articles_pkey PRIMARY KEY (id);
