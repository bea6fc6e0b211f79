#!/usr/bin/env python3
"""search.py [MESSAGES]: rows that another program writes into a SQLite file and a PostgreSQL database of ours, and what
`search` finds of them: exactly the rows whose text has the words, by a plain look at every row here, without an index, with one
(`roll`), and after further writes, changes and deletions that it has not seen. PORTOLAN_LONG=1: a million messages, of which a
rare word is found in a tenth of a second, the start of the program included."""
import random, re, sqlite3
from pipeline import *

WORDS = ['connection', 'timeout', 'Refused', 'upstream', '50%', 'a_b', 'C:\\temp', 'say "no"', "it's", 'Zürich', '日本語', '🙂']
TEXTS = ['zyxwvut', 'TIMEOUT', '0%', '_b c', '\\t', '"no"', 'ZÜR', 'zür', '本', '": "', 'no such text']


def line(chance, n):
    words = [chance.choice(WORDS) for _ in range(chance.randint(4, 12))]
    if n % 9973 == 42:
        words.insert(2, f'zyxwvut{n}')
    return ' '.join(words)


def document(chance, n):
    return json.dumps({'text': line(chance, n)}, ensure_ascii=False)


class InSqlite:
    def __init__(self, path):
        self.store = f'sqlite://{path}'
        portolan('migrate', '--store', self.store, 'up')
        self.db = sqlite3.connect(path, isolation_level=None)

    def run(self, sql, rows):
        self.db.execute('BEGIN')
        self.db.executemany(sql, rows)
        self.db.execute('COMMIT')

    def rows(self, sql):
        return self.db.execute(sql).fetchall()


class InPostgresql:
    def __init__(self, server):
        server.create('search')
        self.server, self.store = server, server.url('search')
        portolan('migrate', '--store', self.store, 'up')

    def run(self, sql, rows):
        literal = lambda value: str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
        script = ['BEGIN;']
        for row in rows:
            values = iter(row)
            script.append(''.join(literal(next(values)) if part == '?' else part for part in re.split(r'(\?)', sql)) + ';')
        self.server.psql_file('search', '\n'.join([*script, 'COMMIT;']))

    def rows(self, sql):
        return [json.loads(text) for text in
                self.server.psql('search', f'SELECT json_build_array({sql[len("SELECT "):].partition(" FROM ")[0]}) FROM '
                                           f'{sql.partition(" FROM ")[2]}').splitlines()]


def fill(place, messages, seed=7):
    """What a pipeline holds, from the number `seed` * 10,000,000 on."""
    chance, at = random.Random(seed), seed * 10_000_000
    uuid = lambda n: f'{n:08x}-0000-4000-8000-000000000000'
    if not place.rows('SELECT id FROM batches'):
        place.run('INSERT INTO batches (id, filename, date_created, date_modified) VALUES (?, ?, 0, 0)', [(1, 'batch_1.txt')])
    place.run('INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (?, 1, ?, ?, 1700000000000)',
              ((at + n, n, line(chance, n)) for n in range(messages)))
    few = range(100)
    place.run('INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, error_message, status) '
              "VALUES (?, 'orders', 'reader', 'writer', ?, ?, 'dead_letter')",
              ((uuid(at + n), document(chance, n), line(chance, n + 42)) for n in few))
    place.run('INSERT INTO checkpoints (id, checkpoint_name, component_name, version, checkpoint_data) VALUES (?, ?, ?, ?, ?)',
              ((uuid(at + n), 'offsets', 'reader', at + n, document(chance, n)) for n in few))
    place.run("INSERT INTO component_state (id, component_name, component_type, version, state_data) VALUES (?, 'reader', 'Source', ?, ?)",
              ((uuid(at + n), at + n, document(chance, n)) for n in few))
    place.run("INSERT INTO sink_storage (id, sink_name, data_type, data) VALUES (?, 'warehouse', 'json', ?)",
              ((uuid(at + n), document(chance, n)) for n in few))


LOOKED_AT = {
    'message': ('messages', 'content'),
    'port-message': ('port_messages', 'port_name', 'source_component', 'target_component', 'message_data', 'error_message'),
    'checkpoint': ('checkpoints', 'checkpoint_name', 'component_name', 'checkpoint_data'),
    'component': ('component_state', 'component_name', 'component_type', 'state_data'),
    'sink': ('sink_storage', 'sink_name', 'data_type', 'data'),
}


def searched(place, text, *words):
    run = portolan('search', text, '--store', place.store, '--limit', '0', '--format', 'jsonl', *words)
    found = [json.loads(row) for row in run.stdout.splitlines()]
    assert all(text.encode().lower() in row['snippet'].encode().lower() for row in found if '\\' not in text and '"' not in text), text
    return found


def said(text):
    """What the strings of a document say, which it may spell with escapes."""
    try:
        document = json.loads(text)
    except ValueError:
        return ''
    return '\0'.join([*document, *document.values()]) if isinstance(document, dict) else ''


def compare(place, texts):
    """Of each kind what a look at every row gives; asked for alone, a kind gives the same."""
    everything = {text: searched(place, text) for text in texts}
    for kind, (table, *columns) in LOOKED_AT.items():
        texts_of = [f"CAST({c} AS text)" for c in columns]
        rows = [(str(row[0]), [cell.encode().lower() for text in row[1:] for cell in (text or '', said(text or ''))])
                for row in place.rows(f'SELECT id, {", ".join(texts_of)} FROM {table}')]
        for text in texts:
            wanted = text.encode().lower()  # a to z alone
            scanned = sorted(key for key, cells in rows if any(wanted in cell for cell in cells))
            found = [row for row in everything[text] if row['kind'] == kind]
            assert sorted(row['id'] for row in found) == scanned, (kind, text, len(found), len(scanned))
            assert text != texts[0] or searched(place, text, '--kind', kind) == found, (kind, text)


def changes(place):
    """By another program, and none of them indexed yet."""
    fill(place, 50, seed=8)
    place.run('UPDATE messages SET content = ? WHERE id = ?', [('now zyxwvut', 70_000_003), ('now nothing', 70_000_042)])
    place.run('DELETE FROM messages WHERE id = ?', [(70_000_004,)])
    place.run('INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (?, 1, 1, ?, 0)',
              [(70_000_004, 'again zyxwvut'), (5, 'before all zyxwvut')])
    place.run('UPDATE port_messages SET error_message = ? WHERE id = ?',
              [('a zyxwvut of late', f'{70_000_007:08x}-0000-4000-8000-000000000000')])
    place.run('DELETE FROM checkpoints WHERE version = ?', [(70_000_042,)])


def timed(*words):
    begin = time.monotonic()
    portolan(*words)
    return time.monotonic() - begin


def check(place, messages):
    fill(place, messages)
    compare(place, TEXTS)
    begin = time.monotonic()
    rolled = json.loads(portolan('roll', '--store', place.store).stdout)
    took = time.monotonic() - begin
    assert rolled['documents'] >= messages, rolled
    compare(place, TEXTS)
    changes(place)
    compare(place, TEXTS)
    portolan('roll', '--store', place.store)
    compare(place, TEXTS)
    best = min(timed('search', 'zyxwvut', '--store', place.store) for _ in range(5))
    print(f'{type(place).__name__}: {messages} messages indexed in {took:.1f} s; a rare word found in {best * 1000:.0f} ms', flush=True)
    assert best < 0.1 or not LONG, best


if __name__ == '__main__':
    LONG = bool(os.environ.get('PORTOLAN_LONG'))
    COUNT = 1_000_000 if LONG else int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    if LONG:
        TEXTS = ['zyxwvut', 'no such text']
    with tempfile.TemporaryDirectory(prefix='portolan-search-') as folder:
        check(InSqlite(f'{folder}/a.db'), COUNT)
    server = Postgres()
    try:
        check(InPostgresql(server), COUNT)
    finally:
        server.stop()
    portolan('search', 'x', '--store', 'sqlite:///nowhere/at/all.db', check=(1,))
    print('1 passed, 0 failed')
