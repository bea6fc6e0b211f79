CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    filename TEXT NOT NULL,
    message_count INTEGER DEFAULT 0,
    date_created INTEGER NOT NULL,
    date_modified INTEGER NOT NULL
);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL,
    message_number INTEGER NOT NULL,
    content TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    FOREIGN KEY (batch_id) REFERENCES batches(id)
);

CREATE INDEX idx_batch_id ON messages(batch_id);
CREATE INDEX idx_message_number ON messages(message_number);
