#!/usr/bin/env python3
"""seeds.py: the databases of the five systems as their own documents make them (seeds/*.sql, word for word), filled as their
services would, and never migrated. Each list says what sqlite3 and psql say, row by row and value by value, or names the table
that is not there; statistics, checks, search, report, exports and each pane go on; a file that is read is the same file
afterwards. Then tables that only share their names with ours: they are told by their columns, and nothing is made of them."""
import datetime, hashlib, re, sqlite3, tempfile
from pipeline import *

SEEDS = pathlib.Path(__file__).with_name('seeds')
LISTS = {'batches': 'batches', 'messages': 'messages', 'port-messages': 'port_messages', 'component-metrics': 'component_metrics',
         'port-metrics': 'port_metrics', 'metrics': 'metrics', 'processed-events': 'processed_events', 'sinks': 'sink_storage',
         'health': 'system_health'}
OF_PORTS = ['ports', 'port-flows', 'dead-letters', 'dead-letter-groups']
OWN = ['rejects', 'gaps', 'audit', 'replays', 'jobs', 'archive']
PANES = 'overview batches ports dead-letters checkpoints components metrics events tables integrity audit'.split()
TIMES = {'created_at', 'updated_at', 'processed_at', 'completed_at', 'timestamp', 'last_heartbeat', 'date_created', 'date_modified'}
DOCUMENTS = {'message_data', 'message_metadata', 'error_details', 'data', 'metadata', 'metric_metadata', 'health_details'}

PORTS = '''
INSERT INTO component_state (component_name, component_type, state_data) SELECT 'c' || i, 'Source', jsonb_build_object('n', i) FROM generate_series(1, 5) AS i;
INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, retry_count, created_at, processed_at, error_message)
    SELECT 'orders', 'a', 'b', jsonb_build_object('n', i), (ARRAY['pending', 'processing', 'completed', 'failed', 'dead_letter'])[1 + i % 5],
    CASE WHEN i % 5 > 2 THEN 3 ELSE 0 END, now() - interval '3 hours' + i * interval '1 second',
    CASE WHEN i % 5 > 0 THEN now() - interval '1 minute' END, CASE WHEN i % 5 > 2 THEN 'timeout after ' || i || ' ms' END FROM generate_series(1, 100) AS i;
INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) VALUES ('cp', 'c1', '{"o": 1}', 1);
INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) VALUES ('cp', 'c1', '{"o": 2}', 2);
INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) SELECT 'c1', 'throughput', i * 1.1, now() - i * interval '1 minute' FROM generate_series(1, 50) AS i;
INSERT INTO port_metrics (port_name, messages_sent, messages_received, buffer_utilization, timestamp) SELECT 'orders', i, i - 1, i / 7.0, now() - i * interval '1 minute' FROM generate_series(1, 50) AS i;
INSERT INTO system_health (component_name, health_status, health_details) VALUES ('c1', 'healthy', NULL), ('c2', 'degraded', '{"why": "late"}');
INSERT INTO sink_storage (sink_name, data) VALUES ('s', '{"a": 1}'), ('t', '[]');
'''
PORTS_LITE = '''
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 100)
    INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, processed_at)
    SELECT 'id' || i, 'orders', 'a', 'b', '{"n":' || i || '}', CASE i % 5 WHEN 0 THEN 'pending' WHEN 1 THEN 'processing' WHEN 2 THEN 'completed'
    WHEN 3 THEN 'failed' ELSE 'dead_letter' END, CASE WHEN i % 5 > 2 THEN 3 ELSE 0 END, CASE WHEN i % 5 > 0 THEN datetime('now', '-1 minute') END FROM s;
INSERT INTO component_state (id, component_name, component_type, state_data) VALUES ('x', 'c1', 'Source', '{"a": 1}'), ('y', 'c2', 'Sink', '{}');
INSERT INTO checkpoints (id, checkpoint_name, component_name, checkpoint_data, version, is_latest) VALUES ('a', 'cp', 'c1', '{"o": 1}', 1, 0), ('b', 'cp', 'c1', '{"o": 2}', 2, 1);
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 50)
    INSERT INTO component_metrics (id, component_name, metric_name, metric_value, timestamp) SELECT 'm' || i, 'c1', 'throughput', i * 1.1, datetime('now', '-' || i || ' minutes') FROM s;
'''
BATCHES = '''
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5)
    INSERT INTO batches SELECT i, printf('messages_batch_%04d.txt', i), 10, CAST(strftime('%s', 'now') AS INTEGER) - 600, CAST(strftime('%s', 'now') AS INTEGER) - 300 FROM s;
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 50)
    INSERT INTO messages SELECT i, (i - 1) / 10 + 1, i, 'timeout ' || i, CAST(strftime('%s', 'now') AS INTEGER) - 600 + i FROM s;
'''
SENSORS = '''
INSERT INTO processed_events SELECT 'e' || i, 's' || i % 3, now(), 0, i FROM generate_series(1, 60) AS i;
INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 's' || i % 3, 'e' || i, now() - (60 - i) * interval '1 minute', i * 1.1 FROM generate_series(1, 60) AS i;
'''
ANALYTICS = '''
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE SCHEMA analytics_data;
CREATE TABLE analytics_data.sales ("Order Date" date, amount numeric(10, 2));
INSERT INTO sensor_data SELECT now() - i * interval '1 minute', i % 3, i, i / 2.0 FROM generate_series(1, 60) AS i;
INSERT INTO analytics_data.sales SELECT date '2026-01-01' + i, i * 1.25 FROM generate_series(1, 9) AS i;
'''
# Tables of other trades that bear our names.
NAMESAKES = '''
CREATE TABLE messages (id INTEGER PRIMARY KEY, sender TEXT, body TEXT);
CREATE TABLE batches (id INTEGER PRIMARY KEY, recipe TEXT, started TEXT);
CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT, value REAL);
CREATE TABLE checkpoints (id INTEGER PRIMARY KEY, path TEXT, sha TEXT);
CREATE TABLE port_messages (id INTEGER PRIMARY KEY, ship TEXT, eta TEXT);
CREATE TABLE component_metrics (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE processed_events (id INTEGER PRIMARY KEY, x INTEGER);
CREATE TABLE system_health (id INTEGER PRIMARY KEY, cpu REAL);
CREATE TABLE component_state (id INTEGER PRIMARY KEY, s TEXT);
CREATE TABLE sink_storage (id INTEGER PRIMARY KEY, litres REAL);
CREATE TABLE port_metrics (id INTEGER PRIMARY KEY, q REAL);
INSERT INTO messages VALUES (1, 'ann', 'hello');
INSERT INTO batches VALUES (1, 'bread', '2026-01-01');
INSERT INTO metrics VALUES (1, 'x', 1.5);
INSERT INTO checkpoints VALUES (1, 'p', 's');
INSERT INTO port_messages VALUES (1, 'Ever', 'soon');
INSERT INTO processed_events VALUES (1, 1);
'''


class Lite:
    def __init__(self, folder, name, script):
        self.name, self.path = name, f'{folder}/{name}.db'
        self.url = f'sqlite://{self.path}'
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.executescript(script)

    def rows(self, statement):
        with contextlib.closing(sqlite3.connect(f'file:{self.path}?mode=ro', uri=True)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(statement)]

    def tables(self):
        return {row['name'] for row in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}

    def state(self):
        return hashlib.sha256(pathlib.Path(self.path).read_bytes()).hexdigest(), sorted(os.listdir(os.path.dirname(self.path)))


class Server:
    def __init__(self, server, name, script):
        self.server, self.name, self.url = server, name, server.create(name)
        server.psql_file(name, script)

    def rows(self, statement):
        return [json.loads(line) for line in self.server.psql(self.name, f'SELECT row_to_json(q) FROM ({statement}) AS q').splitlines()]

    def tables(self):
        return {row['name'] for row in self.rows("SELECT c.relname AS name FROM pg_class AS c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")}

    def state(self):
        return self.server.psql(self.name, "SELECT relname, relkind FROM pg_class WHERE relnamespace NOT IN ('pg_toast'::regnamespace) ORDER BY 1, 2")


def moment(value):
    """Whole milliseconds, of what either side writes."""
    if value is None:
        return None
    if isinstance(value, int):
        return value * 1000 if value < 10**11 else value
    text = str(value).replace(' ', 'T').replace('Z', '+00:00')
    read = datetime.datetime.fromisoformat(re.sub(r'(\.\d{1,6})\d*', lambda m: m[1].ljust(7, '0'), text))
    read = read.replace(tzinfo=datetime.timezone.utc) if read.tzinfo is None else read
    return int(read.timestamp() * 1000 + 1e-3)


def comparable(column, value):
    if column in TIMES:
        return moment(value)
    if column in DOCUMENTS and isinstance(value, str):
        return json.loads(value)
    return value


def ask(*words, check=(0,)):
    done = portolan(*words, check=check)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def printed(words):
    return [json.loads(line) for line in words.stdout.splitlines()]


def listing(store, what):
    return ask('list', what, '--store', store.url, '--limit', '0', '--format', 'jsonl', check=None)


def as_their_owner_has_it(store, what, table):
    """Each column that both know, of each row."""
    done = listing(store, what)
    assert done.returncode == 0, (store.name, what, done.stderr)
    ours, theirs = printed(done), store.rows(f'SELECT * FROM {table}')
    key = 'event_id' if what == 'processed-events' else 'id'
    assert len(ours) == len(theirs) > 0, (store.name, what, len(ours), len(theirs))
    mine = {str(row[key]): row for row in ours}
    for row in theirs:
        found = mine[str(row[key])]
        known = [column for column in row if column in found]
        assert len(known) >= 4, (what, row, found)
        for column in known:
            assert comparable(column, found[column]) == comparable(column, row[column]), (store.name, what, column, found, row)
    return len(ours)


def says_why_not(store, what):
    done = listing(store, what)
    assert done.returncode == 1 and done.stdout == '' and re.search(r'has no (table|column) \w+', done.stderr), (store.name, what, done)
    if 'portolan_' in done.stderr:  # what would bring a table of Portolan's own
        assert '`portolan migrate up`' in done.stderr, (store.name, what, done.stderr)


def panes(store, folder):
    environment = {**os.environ, 'QT_QPA_PLATFORM': 'offscreen', 'HOME': folder, 'XDG_RUNTIME_DIR': folder}
    for pane in PANES:
        picture = f'{folder}/{store.name}-{pane}.png'
        subprocess.run([PROGRAM, store.url, '--pane', pane, '--picture', picture], check=True, env=environment, timeout=120, capture_output=True)
        assert os.path.getsize(picture) > 5000, picture


def is_served(store, folder, also):
    """All that can be asked of a database which no migration has touched."""
    before, tables, values = store.state(), store.tables(), 0
    for what, table in LISTS.items():
        if table in tables:
            values += as_their_owner_has_it(store, what, table)
        else:
            says_why_not(store, what)
    for what in OF_PORTS:
        done = listing(store, what)
        if 'port_messages' in tables:
            assert done.returncode == 0 and printed(done), (store.name, what, done)
        else:
            says_why_not(store, what)
    for what, table, names in (('checkpoints', 'checkpoints', 'checkpoint_name'), ('components', 'component_state', 'component_name')):
        if table in tables:
            assert {row[names] for row in printed(listing(store, what))} == {row[names] for row in store.rows(f'SELECT {names} FROM {table}')}
        else:
            says_why_not(store, what)
    for what in OWN:
        says_why_not(store, what)
    assert {row['table'].split('.')[-1] for row in printed(listing(store, 'tables'))} >= tables
    if 'port_messages' in tables:
        dead = store.rows("SELECT id FROM port_messages WHERE status = 'dead_letter' OR (status = 'failed' AND retry_count >= 3)")
        wanted = {row['id'] for row in dead if 'max_retries' in store.rows('SELECT * FROM port_messages LIMIT 1')[0]} or {
            row['id'] for row in store.rows("SELECT id FROM port_messages WHERE status = 'dead_letter'")}
        assert {row['id'] for row in printed(listing(store, 'dead-letters'))} == wanted, store.name
    sizes = {row['name'].split('.')[-1]: row['rows'] for row in printed(ask('stats', '--store', store.url, '--format', 'jsonl'))}
    assert tables <= set(sizes), (tables, sizes)
    checks = printed(ask('verify', '--store', store.url, '--format', 'jsonl', check=(0, 3)))
    assert checks and not [row for row in checks if row['result'] not in ('ok', 'found')], checks
    ask('search', 'timeout', '--store', store.url)
    ask('report', '--store', store.url, '--to', f'{folder}/{store.name}.html')
    assert os.path.getsize(f'{folder}/{store.name}.html') > 2000
    for table in sorted(tables):
        done = ask('export', 'rows', '--table', table, '--store', store.url, '--to', f'{folder}/{store.name}-{table}.csv')
        assert json.loads(done.stdout)['rows'] == len(store.rows(f'SELECT * FROM {table}')), (table, done)
    for what in also:
        assert printed(ask(*what, '--store', store.url)) is not None
    panes(store, folder)
    return before, values


def is_untouched(store, before):
    after = store.state()
    assert after == before, (store.name, before, after)


def namesakes(store, folder):
    """Nobody's rows are taken for ours, before migrating and after, and what is there stays."""
    before = store.state()
    for migrated in (False, True):
        for what in [*LISTS, *OF_PORTS, 'checkpoints', 'components']:
            done = listing(store, what)
            assert done.returncode == 1 and 'has no column' in done.stderr and not done.stdout, (store.name, what, migrated, done)
        checks = printed(ask('verify', '--store', store.url, '--format', 'jsonl', check=(0, 3)))
        odd = [row for row in checks if re.match('batch|message|duplicate|checkpoint|port-|sensor|metric|event|completed', row['name'])]
        assert not odd, odd
        ask('report', '--store', store.url, '--to', f'{folder}/{store.name}-names.html')
        ask('export', 'rows', '--table', 'messages', '--store', store.url, '--to', f'{folder}/{store.name}-names.csv')
        if not migrated:
            assert store.state() == before
            panes(store, folder)
            told = ask('migrate', 'up', '--store', store.url).stderr
            for table in LISTS.values():
                assert f'not used: The table {table} has no column' in told, (table, told)
    done = ask('receive', '--from', 'demo:?count=20&rate=1000', '--into', store.url, check=None)
    assert done.returncode == 1 and 'has no column' in done.stderr, done
    assert store.rows('SELECT * FROM messages') == [{'id': 1, 'sender': 'ann', 'body': 'hello'}]


def seed(name):
    return (SEEDS / f'{name}.sql').read_text()


if __name__ == '__main__':
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='portolan-seeds-'))
        server = Postgres()
        stack.callback(server.stop)
        for name, script in (('port_lite', seed('port-architecture-sqlite') + PORTS_LITE), ('receiver', seed('receiver-service-sqlite') + BATCHES)):
            os.mkdir(f'{folder}/{name}')
            store = Lite(f'{folder}/{name}', name, script)
            chart = [('chart', 'component/c1/throughput', '--to', f'{folder}/c.csv')] if name == 'port_lite' else []
            before, rows = is_served(store, folder, chart)
            is_untouched(store, before)
            print(f'{name}: {rows} rows as their owner has them, and the file is the same', flush=True)
        for name, script, also in (
                ('port', seed('port-architecture') + PORTS, [('chart', 'port/orders/messages_sent', '--to', f'{folder}/p.csv')]),
                ('sensor', seed('sensor-ingest') + SENSORS, [('chart', 'sensor/s1', '--to', f'{folder}/s.csv')]),
                ('analytics', seed('analytics-engine') + ANALYTICS, [('chart', 'table/sensor_data/time/temperature', '--to', f'{folder}/t.csv')])):
            store = Server(server, name, script)
            before, rows = is_served(store, folder, also)
            is_untouched(store, before)
            print(f'{name}: {rows} rows as their owner has them', flush=True)
        os.mkdir(f'{folder}/names')
        for store in (Lite(f'{folder}/names', 'namesakes', NAMESAKES), Server(server, 'namesakes', NAMESAKES)):
            namesakes(store, folder)
        print('namesakes are told by their columns', flush=True)
