#!/usr/bin/env python3
"""owners.py: databases that other programs made and go on using. What is written to their tables is what their owners write:
times in the unit and form of their rows, one latest checkpoint under the reference's own trigger, the journal that was chosen.
What their tables have no place for is told. sqlite3 and psql read what is there; a naive way of telling the unit fails here."""
import re, signal, sqlite3, sys, tempfile
from pipeline import *

CHECKPOINTS = '''
CREATE TABLE checkpoints (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), checkpoint_name VARCHAR(255) NOT NULL,
    component_name VARCHAR(255) NOT NULL, checkpoint_data JSONB NOT NULL, checkpoint_metadata JSONB, version BIGINT NOT NULL,
    is_latest BOOLEAN DEFAULT TRUE, created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(), expires_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT unique_checkpoint_version UNIQUE (checkpoint_name, version));
CREATE FUNCTION update_checkpoint_latest() RETURNS TRIGGER AS $$ BEGIN IF NEW.is_latest THEN UPDATE checkpoints
    SET is_latest = FALSE WHERE checkpoint_name = NEW.checkpoint_name AND id != NEW.id AND is_latest = TRUE; END IF;
    RETURN NEW; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER checkpoint_latest_trigger AFTER INSERT ON checkpoints FOR EACH ROW EXECUTE FUNCTION update_checkpoint_latest();
'''  # reference/port-architecture.md, 2.3
SIMPLIFIED = '''
CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT NOT NULL,
    target_component TEXT NOT NULL, message_data TEXT NOT NULL, message_metadata TEXT, status TEXT NOT NULL DEFAULT 'pending',
    retry_count INTEGER DEFAULT 0, created_at TEXT DEFAULT CURRENT_TIMESTAMP, processed_at TEXT, completed_at TEXT);
CREATE TABLE component_metrics (id TEXT PRIMARY KEY, component_name TEXT NOT NULL, metric_name TEXT NOT NULL,
    metric_value REAL NOT NULL, timestamp TEXT DEFAULT CURRENT_TIMESTAMP);
'''  # 3.1
BATCHES = '''
CREATE TABLE batches (id INTEGER PRIMARY KEY, filename TEXT NOT NULL, message_count INTEGER DEFAULT 0,
    date_created {time} NOT NULL, date_modified {time} NOT NULL);
CREATE TABLE messages (id {serial}, batch_id INTEGER NOT NULL, message_number INTEGER NOT NULL, content TEXT NOT NULL,
    timestamp {time} NOT NULL);
'''
MOMENT = 1_760_626_565  # 2025-10-16T14:56:05Z


class Lite:
    """A SQLite file, which Python's own library reads and writes as its owner does."""
    kind = 'sqlite'

    def __init__(self, folder, name, script):
        self.path = f'{folder}/{name}.db'
        self.url = f'sqlite://{self.path}'
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.executescript(script)

    def rows(self, statement):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return db.execute(statement).fetchall()

    def run(self, statement):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute(statement)


class Server:
    kind = 'postgresql'

    def __init__(self, server, name, script):
        self.server, self.name, self.url = server, name, server.create(name)
        server.psql_file(name, script)

    def rows(self, statement):
        return [tuple(line.split('|')) for line in self.server.psql(self.name, statement).splitlines()]

    def run(self, statement):
        self.server.psql(self.name, statement)


def listed(store, what, *more):
    return [json.loads(line) for line in portolan('list', what, '--store', store.url, '--limit', '0', '--format', 'jsonl', *more).stdout.splitlines()]


def migrated(store):
    portolan('migrate', 'up', '--store', store.url)
    return store


def one_latest(server, redis):
    """Several versions of a name in one commit, others' names beside them, and again over what is there."""
    store = migrated(Server(server, 'latest', CHECKPOINTS))
    version = 0
    for round_ in range(3):
        entries = []
        for _ in range(4):
            version += 1
            entries += [json.dumps({'kind': 'checkpoint', 'checkpoint_name': name, 'component_name': 'c', 'version': version,
                                    'checkpoint_data': {'v': version}}).encode() for name in ('a', 'b', f'only{round_}')]
        redis.add('latest', entries)
        receive(redis.url('latest'), store.url, '--idle-exit', '1')
        latest = dict(store.rows('SELECT checkpoint_name, version FROM checkpoints WHERE is_latest'))
        assert latest['a'] == latest['b'] == latest[f'only{round_}'] == str(version), (round_, latest)
        assert len(latest) == len(store.rows('SELECT 1 FROM checkpoints WHERE is_latest')) == 3 + round_, latest
    print('one latest under the reference\'s trigger', flush=True)


SCALES = {'seconds': 1, 'milliseconds': 10 ** 3, 'microseconds': 10 ** 6, 'nanoseconds': 10 ** 9}
UNITS = {unit: lambda second, scale=scale: second * scale for unit, scale in SCALES.items()}


def times_of_batches(make, redis, name, time_type, serial, write, is_right):
    """The owner's rows are read as what they are, ours are written alike, and both are filtered alike."""
    store = make(name, BATCHES.format(time=time_type, serial=serial))
    store.run(f"INSERT INTO batches VALUES (1, 'messages_batch_0001.txt', 2, {write(MOMENT)}, {write(MOMENT + 1)})")
    for i in range(2):
        store.run(f"INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES ({i + 1}, 1, {i + 1}, 'theirs {i}', {write(MOMENT + i)})")
    if store.kind == 'postgresql':
        store.run("SELECT setval(pg_get_serial_sequence('messages', 'id'), 2)")
    before = [row['timestamp'][:19] for row in sorted(listed(store, 'messages'), key=lambda row: int(row['id']))]
    assert before == ['2025-10-16T14:56:05', '2025-10-16T14:56:06'], (name, before)
    migrated(store)
    redis.add(name, [json.dumps({'kind': 'message', 'message_number': 3 + i, 'content': f'ours {i}', 'timestamp': '2026-03-04T05:06:07Z'}).encode()
                     for i in range(12)])
    counts = receive(redis.url(name), store.url, '--idle-exit', '1')
    assert counts['stored'] == 12, counts
    ours = store.rows("SELECT timestamp FROM messages WHERE content LIKE 'ours%'") + store.rows(
        'SELECT date_created FROM batches WHERE id > 1') + store.rows('SELECT date_modified FROM batches')
    assert all(is_right(value) for value, in ours), (name, ours[:3], ours[-3:])
    after = listed(store, 'messages', '--filter', 'timestamp>=2026-01-01')
    assert [row['timestamp'][:19] for row in after] == ['2026-03-04T05:06:07'] * 12, (name, after[:2])
    assert len(listed(store, 'messages', '--filter', 'timestamp<2026-01-01')) == 2, name
    assert sum(row['message_count'] for row in listed(store, 'batches')) == 14
    print(f'{store.kind}, {name}: read and written alike', flush=True)


def is_unit(unit):
    return lambda value: 10 ** 9 < float(value) / SCALES[unit] < 10 ** 10


def texts_of_current_timestamp(folder, redis):
    store = Lite(folder, 'simplified', SIMPLIFIED)
    store.run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES ('x', 'p', 'a', 'b', '{}')")
    migrated(store)
    mode = store.rows('PRAGMA journal_mode')
    assert mode == [('delete',)], mode
    redis.add('texts', [json.dumps(each).encode() for each in (
        {'kind': 'port_message', 'port_name': 'p', 'source_component': 'a', 'target_component': 'b', 'message_data': {'n': 1}},
        {'kind': 'component_metric', 'component_name': 'c', 'metric_name': 'm', 'metric_value': 1.5, 'timestamp': '2026-01-02T03:04:05Z'},
        {'kind': 'component_metric', 'component_name': 'c', 'metric_name': 'm', 'metric_value': 2.5})])
    counts = receive(redis.url('texts'), store.url, '--idle-exit', '1')
    assert counts['stored'] == 3, counts
    form = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?\Z')
    values = store.rows('SELECT created_at FROM port_messages') + store.rows('SELECT timestamp FROM component_metrics')
    assert len(values) == 4 and all(form.match(value) for value, in values), values
    # The owner's worker looks for what came since yesterday, in the order of its texts.
    found = store.rows("SELECT count(*) FROM port_messages WHERE created_at >= datetime('now', '-1 day')")
    assert found == [(2,)], found
    assert [row['timestamp'][:19] for row in listed(store, 'component-metrics', '--filter', 'metric_value:1.5')] == ['2026-01-02T03:04:05']
    assert store.rows('PRAGMA journal_mode') == mode, 'another journal than its owner chose'
    print('texts as CURRENT_TIMESTAMP writes them, the journal as it was', flush=True)


def without_partition(server, redis):
    """Rows whose day has no partition, in a table without a default one."""
    store = Server(server, 'days', '''
        CREATE TABLE component_metrics (id UUID NOT NULL DEFAULT gen_random_uuid(), component_name VARCHAR(255) NOT NULL,
            metric_name VARCHAR(255) NOT NULL, metric_value DOUBLE PRECISION NOT NULL, metric_unit VARCHAR(50), metric_metadata JSONB,
            timestamp TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (id, timestamp)) PARTITION BY RANGE (timestamp);
        CREATE TABLE component_metrics_2026 PARTITION OF component_metrics FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');''')
    migrated(store)
    redis.add('days', [json.dumps({'kind': 'component_metric', 'component_name': 'c', 'metric_name': 'm', 'metric_value': i,
                                   'timestamp': f'{2024 + i % 4}-05-06T07:08:09Z'}).encode() for i in range(40)])
    counts = receive(redis.url('days'), store.url, '--idle-exit', '1', check=(3,), timeout=300)
    assert (counts['stored'], counts['rejected']) == (10, 30), counts
    assert store.rows('SELECT count(*), min(extract(year FROM timestamp)) FROM component_metrics') == [('10', '2026')]
    reasons = [row['reason'] for row in listed(store, 'rejects')]
    assert len(reasons) == 30 and all('no partition' in reason for reason in reasons), reasons[:2]
    assert redis.pending('days') == 0
    print('rows without a partition are rejected', flush=True)


def left_journal(folder):
    """A writer dies with half of its transaction in the file."""
    store = Lite(folder, 'left', SIMPLIFIED)
    with contextlib.closing(sqlite3.connect(store.path)) as db:
        db.executemany("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES (?, 'p', 'a', 'b', ?)",
                       [(str(i), json.dumps('x' * 500)) for i in range(2000)])
        db.commit()
    writer = subprocess.Popen([sys.executable, '-c', f'''
import sqlite3, time
db = sqlite3.connect({store.path!r}, isolation_level=None)
db.execute('PRAGMA cache_size = 5'); db.execute('BEGIN'); db.execute("UPDATE port_messages SET message_data = '9', status = 'failed'")
print('half', flush=True); time.sleep(600)'''], stdout=subprocess.PIPE)
    assert writer.stdout.readline() == b'half\n'
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert os.path.getsize(store.path + '-journal') > 0
    before = pathlib.Path(store.path).read_bytes()
    refused = portolan('list', 'port-messages', '--store', store.url, check=(1,))
    words = refused.stderr.decode()
    command = re.search(r'Run: (sqlite3 .*)', words)
    assert command, words
    assert pathlib.Path(store.path).read_bytes() == before, 'who reads has written'
    shutil.copytree(folder, f'{folder}-copy', ignore=lambda _, names: [name for name in names if not name.startswith('left')])
    # Who may write recovers by opening; and so does the command that was named.
    writing = Lite.__new__(Lite)
    writing.path, writing.url = f'{folder}-copy/left.db', f'sqlite://{folder}-copy/left.db'
    migrated(writing)
    subprocess.run(command.group(1), shell=True, check=True, stdout=subprocess.DEVNULL)
    for each in (writing, store):
        states = collections.Counter(row['status'] for row in listed(each, 'port-messages'))
        assert states == {'pending': 2000}, (each.path, states)
    shutil.rmtree(f'{folder}-copy')
    print('a journal that was left is rolled back by who may write, and told to who may not', flush=True)


redis, server = Redis(), Postgres(settings=('fsync=off',))
folder = tempfile.mkdtemp(prefix='portolan-owners-')
try:
    one_latest(server, redis)
    lite = lambda name, script: Lite(folder, name, script)
    pg = lambda name, script: Server(server, name.replace('-', '_'), script)
    for unit, scaled in UNITS.items():
        times_of_batches(lite, redis, f'lite-{unit}', 'INTEGER', 'INTEGER PRIMARY KEY AUTOINCREMENT', scaled, is_unit(unit))
        times_of_batches(pg, redis, f'pg-{unit}', 'BIGINT', 'SERIAL PRIMARY KEY', scaled, is_unit(unit))
    text = lambda second: time.strftime("'%Y-%m-%d %H:%M:%S'", time.gmtime(second))
    times_of_batches(lite, redis, 'lite-texts', 'TEXT', 'INTEGER PRIMARY KEY AUTOINCREMENT', text,
                     lambda value: re.match(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d', value))
    times_of_batches(pg, redis, 'pg-times', 'TIMESTAMPTZ', 'SERIAL PRIMARY KEY', lambda second: f'to_timestamp({second})', lambda value: value[:2] == '20')
    texts_of_current_timestamp(folder, redis)
    without_partition(server, redis)
    left_journal(folder)
finally:
    redis.stop()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
print('1 passed, 0 failed')
