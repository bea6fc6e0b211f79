"""The store of a night in which orders died: the sample of `demo`, and beside it what an operator of the morning after looks for."""
import contextlib, json, sqlite3, time
from pipeline import portolan

DEAD, COMPLETED, OTHERS, NEEDLE = 240, 400, 12, 'waybill 7Q4X-rose'
NIGHT = 9 * 3600  # seconds ago that it began
WEEK = 7 * 86400
FIRST_MISSING, MISSING = 500_001, 138


def iso(ago):
    at = time.time() - ago
    return time.strftime('%Y-%m-%dT%H:%M:%S.', time.gmtime(at)) + f'{int(at % 1 * 1000):03}Z'


def rows(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        return [list(row) for row in db.execute(statement, values)]


def value(path, statement, *values):
    found = rows(path, statement, *values)
    return found[0][0] if found else None


def send(db, port, target, count, status, ago, step, error=None):
    db.executemany(
        'INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, created_at, processed_at, '
        'completed_at, error_message, retry_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        [(port, 'order-intake', target, json.dumps({'order': f'o-{n}', 'region': 'north' if error else 'south'}), status,
          iso(ago - n * step), iso(ago - n * step), iso(ago - n * step) if status == 'completed' else None,
          error and error.format(n % 4), 3 if error else 0) for n in range(count)])


def store_of_last_night(path):
    """Returns the URL of a new SQLite store at `path`."""
    store = f'sqlite://{path}'
    portolan('demo', '--headless', '--count', '2000', '--store', store)
    with contextlib.closing(sqlite3.connect(path)) as db:
        for table in ('component_state', 'system_health'):
            db.execute(f'DELETE FROM {table}')
        db.execute("UPDATE port_messages SET status = 'completed', completed_at = created_at")
        send(db, 'orders', 'validator', DEAD, 'dead_letter', NIGHT, 5, 'connection refused by 10.0.0.{}:5432')
        send(db, 'orders', 'archive', COMPLETED, 'completed', NIGHT, 5)
        send(db, 'invoices', 'ledger-sink', OTHERS, 'dead_letter', NIGHT / 2, 60, 'disk full on volume {}')
        for version, timeout, ago in ((16, 5000, NIGHT + 86400), (17, 300, NIGHT + 120)):
            db.execute('INSERT INTO component_state (component_name, component_type, version, state_data, created_at, updated_at) '
                       'VALUES (?, ?, ?, ?, ?, ?)', ('validator', 'Transformer', version, json.dumps({'timeout_ms': timeout}), iso(ago), iso(ago)))
        for version, offset in ((1, 'at the lighthouse'), (2, 'at the pier')):
            db.execute('INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES (?, ?, ?, ?)',
                       ('a-reader-offset', 'reader', version, json.dumps({'offset': offset})))
        # A sensor of a week ago with one spike, and the messages of its minute.
        db.executemany('INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES (?, ?, ?, ?)',
                       [('kiln', 'temperature', 900.0 if n == 60 else 20.0 + n % 3, iso(WEEK - n * 60)) for n in range(120)])
        batch = db.execute('SELECT max(batch_id) FROM messages').fetchone()[0]
        number = db.execute('SELECT max(message_number) FROM messages').fetchone()[0]
        db.execute('INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (?, ?, ?, ?)',
                   (batch, number + 1, f'[order-intake] orders: {NEEDLE} left the yard', int((time.time() - NIGHT) * 1000)))
        db.executemany('INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (?, ?, ?, ?)',
                       [(batch, number + 2 + n, f'[kiln] kiln door {n} opened', int((time.time() - WEEK + 3600 + n) * 1000)) for n in range(5)])
        db.execute("INSERT INTO portolan_gaps (source, kind, first_number, last_number, missing) VALUES ('orders', 'numbers', ?, ?, ?)",
                   (FIRST_MISSING, FIRST_MISSING + MISSING - 1, MISSING))
        db.commit()
    return store
