-- Beside each chunk of keys the hashes of what came under them, 8 bytes a key, big-endian, in the keys' order: a key that
-- comes again with other content is no duplicate. 0, and NULL for a whole chunk: not known, as older versions left it.
ALTER TABLE portolan_source_chunks ADD COLUMN hashes BLOB;

-- What was refused once is not refused twice when it is delivered again. The key first: a source has more rejects than are to be
-- put in order for a list by time.
CREATE INDEX idx_portolan_rejects_key ON portolan_rejects (key, source);
