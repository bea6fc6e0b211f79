#!/usr/bin/env python3
"""times.py: whose time a time is. In SQLite, in PostgreSQL and in a table that another program made with fewer columns: dead
letters go by when they died in every listing, alert, group and discard, also those that were replayed and died again; a recall
gives the time back as it was; pending messages wait since they became pending. A relative time is taken by every column of
times of every listing and says the same as the fixed one. A date and a wall time of PostgreSQL are what psql says, whichever
zones the client, the server and psql are in."""
import contextlib, csv, datetime, random, re, sqlite3, tempfile
from pipeline import *

SIMPLE = """CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT NOT NULL,
    target_component TEXT NOT NULL, message_data TEXT NOT NULL, status TEXT DEFAULT 'pending', retry_count INTEGER DEFAULT 0,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP, processed_at TEXT)"""
ROWS = 40
SPANS = (('-', 90, 's', dict(seconds=90)), ('-', 150, 'm', dict(minutes=150)), ('-', 4, 'h', dict(hours=4)), ('-', 2, 'd', dict(days=2)),
         ('+', 1, 'h', dict(hours=-1)))
passed = 0


def check(what, found, wanted):
    global passed
    if found != wanted:
        sys.exit(f'{what}: {found!r}, expected {wanted!r}')
    passed += 1


def rows_of(what, store, *more):
    run = portolan('list', what, '--store', store, '--limit', '0', '--format', 'jsonl', *more)
    return [json.loads(line) for line in run.stdout.splitlines()]


def iso(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%S.') + f'{moment.microsecond // 1000:03}Z'


def ago(**span):
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**span)


def seconds_since(text):
    then = datetime.datetime.strptime(text[:19], '%Y-%m-%dT%H:%M:%S').replace(tzinfo=datetime.timezone.utc)
    return (datetime.datetime.now(datetime.timezone.utc) - then).total_seconds()


class Sqlite:
    name, simple = 'sqlite', False

    def __init__(self, folder, name='a'):
        self.path = f'{folder}/{name}.db'
        self.url = f'sqlite://{self.path}'

    def run(self, statement):
        with contextlib.closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
            return db.execute(statement).fetchall()


class Server:
    name, simple = 'postgresql', False

    def __init__(self, server, database):
        self.server, self.database = server, database
        server.create(database)
        self.url = server.url(database)

    def run(self, statement):
        return self.server.psql(self.database, statement)


def insert(place, number, status, created, processed):
    times = ', '.join("NULL" if at is None else f"'{iso(at)}'" for at in (created, processed))
    place.run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, "
              f"created_at, processed_at) VALUES ('00000000-0000-4000-8000-{number:012}', 'orders', 'shop', 'billing', '{{}}', "
              f"'{status}', 3, {times})")


def letters(place):
    """What died within these seconds goes by processed_at, else by created_at; made hours before."""
    chance = random.Random(7)
    for number in range(ROWS):
        old, young = ago(hours=3, seconds=number), ago(seconds=20 + number)
        insert(place, number, 'dead_letter', old if chance.random() < 0.8 else young, young if number % 4 else None)
    found = rows_of('dead-letters', place.url, '--sort', 'died_at')
    check(f'{place.name}: dead letters', len(found), ROWS)
    for row in found:
        check(f'{place.name}: died_at', row['died_at'], row['processed_at'] or row.get('status_changed_at') or row['created_at'])
    check(f'{place.name}: the usual order', [row['id'] for row in rows_of('dead-letters', place.url)],
          [row['id'] for row in sorted(found, key=lambda row: (row['died_at'], row['id']))])
    young = sorted(row['id'] for row in found if seconds_since(row['died_at']) < 300)
    for filter in ('age<5m', 'died_at>-5m', f'died_at>={iso(ago(minutes=5))}', 'not age>=5m'):
        check(f'{place.name}: {filter}', sorted(row['id'] for row in rows_of('dead-letters', place.url, '--filter', filter)), young)
    wrong = portolan('list', 'dead-letters', '--store', place.url, '--filter', 'processed_at<5m', check=(2,))
    check(f'{place.name}: a mistake', b'position 14' in wrong.stderr, True)
    group, = rows_of('dead-letter-groups', place.url)
    check(f'{place.name}: first and last seen', (group['first_seen'], group['last_seen']),
          (min(row['died_at'] for row in found), max(row['died_at'] for row in found)))
    shown = json.loads(portolan('show', 'dead-letter-group', group['fingerprint'], '--store', place.url).stdout)
    check(f'{place.name}: the last hours', sum(shown['last_hours'][-2:]), len(young))
    alerts = {row['name']: row['state'] for row in map(json.loads, portolan('alerts', '--store', place.url, check=(0, 3)).stdout.splitlines())}
    check(f'{place.name}: the alert', alerts['dead-letters-rising'], 'firing')


def among_all(place):
    """Dead letters among all port messages go by when they died, too."""
    dead = rows_of('dead-letters', place.url)
    for age, is_asked in (('age<1h', lambda seconds: seconds < 3600), ('age>2h', lambda seconds: seconds > 7200)):
        found = sorted(row['id'] for row in rows_of('port-messages', place.url, '--filter', f'status:dead_letter {age}'))
        check(f'{place.name}: {age} among all port messages', found,
              sorted(row['id'] for row in dead if row['status'] == 'dead_letter' and is_asked(seconds_since(row['died_at']))))


def discard(place):
    run = portolan('discard', '--store', place.url, '--filter', 'age>2h', '--reason', 'old', '--dry-run')
    old = [row for row in rows_of('dead-letters', place.url) if seconds_since(row['died_at']) > 7200]
    said = re.search(rb'(\d+) dead letters? would be discarded', run.stdout + run.stderr)
    check(f'{place.name}: discard by age', said and int(said.group(1)), len(old))
    was = {row['id']: row for row in rows_of('dead-letters', place.url)}
    portolan('discard', '--store', place.url, '--filter', 'age>2h', '--reason', 'old')
    check(f'{place.name}: discarded', len(rows_of('dead-letters', place.url)), len(was) - len(old))
    with tempfile.NamedTemporaryFile('w') as ids:
        ids.write('\n'.join(row['id'] for row in old))
        ids.flush()
        portolan('discard', '--store', place.url, '--restore', ids.name, '--reason', 'a test')
    check(f'{place.name}: restored', {row['id']: row for row in rows_of('dead-letters', place.url)}, was)


def again(place):
    """Put back, dead again, recalled: each is noted, and what is recalled has its old time."""
    was = {row['id']: row for row in rows_of('dead-letters', place.url)}
    run = json.loads(portolan('replay', '--store', place.url, '--filter', 'age<1h', '--reason', 'a test').stdout.splitlines()[-1])
    check(f'{place.name}: put back', run['replayed'], sum(seconds_since(row['died_at']) < 3600 for row in was.values()))
    waiting = rows_of('port-messages', place.url, '--filter', 'status:pending age<5m')
    check(f'{place.name}: waiting since they were put back', len(waiting), run['replayed'])
    for row in waiting:
        check(f'{place.name}: pending_since', (row['pending_since'], row['died_at']), (row['status_changed_at'], None))
    ports, = rows_of('ports', place.url)
    check(f'{place.name}: the port waits as long', seconds_since(ports['oldest_pending']) < 300, True)
    portolan('replay', '--recall', run['run'], '--store', place.url)
    check(f'{place.name}: recalled', {row['id']: row for row in rows_of('dead-letters', place.url)}, was)
    run = json.loads(portolan('replay', '--store', place.url, '--filter', 'age<1h', '--reason', 'a test').stdout.splitlines()[-1])
    place.run("UPDATE port_messages SET status = 'dead_letter', retry_count = 3 WHERE status = 'pending'")
    dead = rows_of('dead-letters', place.url, '--filter', 'status_changed_at>-5m age<5m')
    check(f'{place.name}: dead again, now', len(dead), run['replayed'])
    alerts = {row['name']: row['state'] for row in map(json.loads, portolan('alerts', '--store', place.url, check=(0, 3)).stdout.splitlines())}
    check(f'{place.name}: the alert again', alerts['dead-letters-rising'], 'firing')


def every_listing(place):
    """Each column of times of each listing takes a relative time, and says what the fixed one says: one length for each operator, or
    all of them (PORTOLAN_LONG=1)."""
    asked, rng = 0, random.Random(place.name)
    for what in ('batches', 'messages', 'ports', 'port-messages', 'dead-letters', 'dead-letter-groups', 'checkpoints', 'components', 'health',
                 'component-metrics', 'port-metrics', 'metrics', 'processed-events', 'sinks', 'rejects', 'gaps', 'audit', 'replays',
                 'jobs', 'archive'):
        for column in ('created_at', 'died_at', 'pending_since', 'status_changed_at', 'processed_at', 'completed_at', 'timestamp', 'at',
                       'last_heartbeat', 'rejected_at', 'detected_at', 'first_seen', 'last_seen', 'oldest_pending', 'last_activity',
                       'date_created', 'archived_at', 'started_at'):
            probe = portolan('list', what, '--store', place.url, '--filter', f'{column}:*', check=(0, 1, 2))
            if probe.returncode:
                continue
            asked += 1
            for operator in ('>', '>=', '<', '<='):
                for sign, number, unit, span in SPANS if LONG else (rng.choice(SPANS),):
                    fixed = [len(rows_of(what, place.url, '--filter', f'{column}{operator}{iso(ago(**span))}'))]
                    found = len(rows_of(what, place.url, '--filter', f'{column}{operator}{sign}{number}{unit}'))
                    if found not in fixed:  # rows that cross the moment meanwhile may be there or not
                        fixed.append(len(rows_of(what, place.url, '--filter', f'{column}{operator}{iso(ago(**span))}')))
                    check(f'{place.name}: {what} {column}{operator}{sign}{number}{unit}', found, min(max(fixed), max(min(fixed), found)))
            refused = portolan('list', what, '--store', place.url, '--filter', f'{column}:-2h', check=(2,))
            check(f'{place.name}: {what} {column}:-2h', f'position {len(column) + 2}'.encode() in refused.stderr, True)
    check(f'{place.name}: listings with times', asked > 15, True)


UNITS = {'seconds': 1, 'milliseconds': 10 ** 3, 'microseconds': 10 ** 6, 'nanoseconds': 10 ** 9}


def units(make):
    """Another program's tables, whose times are whole numbers: read, filtered and written in the unit that the rows have."""
    now = int(datetime.datetime.now(datetime.timezone.utc).timestamp())
    for unit, scale in UNITS.items():
        place = make(unit)
        said = f'{place.name}, {unit}'
        at = lambda ago: str((now - ago) * scale)
        for table in ('port_messages (id text PRIMARY KEY, port_name text, source_component text, target_component text, message_data text, '
                      'status text, retry_count bigint, max_retries bigint, created_at bigint, processed_at bigint, completed_at bigint, '
                      'error_message text)',
                      'batches (id bigint PRIMARY KEY, filename text, message_count bigint, date_created bigint, date_modified bigint)',
                      'messages (id bigint PRIMARY KEY, batch_id bigint, message_number bigint, content text, timestamp bigint)',
                      'metrics (id bigint PRIMARY KEY, event_id text, sensor_id text, timestamp bigint, value double precision, created_at bigint)',
                      'processed_events (event_id text PRIMARY KEY, sensor_id text, processed_at bigint)',
                      'component_metrics (id bigint PRIMARY KEY, component_name text, metric_name text, metric_value double precision, '
                      'timestamp bigint)'):
            table = table if place.name == 'sqlite' else table.replace('id bigint PRIMARY KEY', 'id bigserial PRIMARY KEY')
            place.run('CREATE TABLE ' + (table if place.name != 'sqlite' else table.replace('bigint', 'INTEGER')))
        place.run("INSERT INTO port_messages VALUES ('00000000-0000-4000-8000-000000000001', 'p', 'a', 'b', '{}', 'dead_letter', 3, 3, "
                  f"{at(7200)}, {at(60)}, NULL, 'boom')")
        place.run(f"INSERT INTO batches VALUES (1, 'messages_batch_0001.txt', 1, {at(7200)}, {at(60)})")
        place.run(f"INSERT INTO messages VALUES (1, 1, 1, 'c', {at(60)})")
        place.run(f"INSERT INTO processed_events VALUES ('e', 's', {at(60)})")
        place.run(f"INSERT INTO metrics VALUES (1, 'e', 's', {at(60)}, 1.5, {at(60)})")
        place.run(f"INSERT INTO component_metrics VALUES (1, 'c', 'm', 2, {at(60)})")
        wanted = {ago: datetime.datetime.fromtimestamp(now - ago, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z') for ago in (60, 7200)}
        letter, = rows_of('dead-letters', place.url)
        check(f'{said}: a dead letter', [letter[column] for column in ('created_at', 'processed_at', 'died_at')],
              [wanted[7200], wanted[60], wanted[60]])
        batch, = rows_of('batches', place.url)
        check(f'{said}: a batch', [batch[column] for column in ('date_created', 'date_modified')], [wanted[7200], wanted[60]])
        for what, column in (('dead-letters', 'died_at'), ('messages', 'timestamp'), ('metrics', 'timestamp'), ('metrics', 'created_at'),
                             ('processed-events', 'processed_at'), ('component-metrics', 'timestamp')):
            row, = rows_of(what, place.url)
            check(f'{said}: {what} {column}', row[column], wanted[60])
            check(f'{said}: {what} of the last half hour', len(rows_of(what, place.url, '--filter', f'{column}>-30m {column}<=-30s')), 1)
            check(f'{said}: {what} of before', len(rows_of(what, place.url, '--filter', f'{column}<-30m')), 0)
        check(f'{said}: age', [len(rows_of('dead-letters', place.url, '--filter', filter)) for filter in ('age<30m', 'age>30m')], [1, 0])
        group, = rows_of('dead-letter-groups', place.url)
        check(f'{said}: first and last seen', (group['first_seen'], group['last_seen']), (wanted[60], wanted[60]))
        portolan('migrate', 'up', '--store', place.url)
        with tempfile.NamedTemporaryFile('w', suffix='.jsonl') as more:
            more.write('{"kind":"port_message","id":"00000000-0000-4000-8000-000000000002","port_name":"p","source_component":"a",'
                       '"target_component":"b","message_data":{}}\n{"kind":"message","message_number":2,"content":"d"}\n'
                       '{"kind":"sensor_event","event_id":"f","sensor_id":"s","timestamp":"2026-01-05T10:00:00Z","value":1}\n')
            more.flush()
            for stored, duplicates in ((3, 0), (0, 3)):
                run = portolan('import', more.name, '--into', place.url, check=(0, 3))
                counts = json.loads(run.stdout.splitlines()[-1])
                check(f'{said}: stored', (counts['stored'], counts['duplicates'], counts['rejected']), (stored, duplicates, 0))
        event = int(datetime.datetime(2026, 1, 5, 10, tzinfo=datetime.timezone.utc).timestamp()) * scale
        for table, column, key in (('port_messages', 'created_at', "id LIKE '%2'"), ('batches', 'date_modified', 'id = 1'),
                                   ('messages', 'timestamp', 'message_number = 2'), ('metrics', 'timestamp', "event_id = 'f'"),
                                   ('metrics', 'created_at', "event_id = 'f'"), ('processed_events', 'processed_at', "event_id = 'f'")):
            found = place.run(f'SELECT min({column}) FROM {table} WHERE {key}')
            found = found[0][0] if place.name == 'sqlite' else found.strip()
            check(f'{said}: {table}.{column} is a whole number', re.fullmatch(r'\d+', str(found)) is not None, True)
            near = event if (table, column) == ('metrics', 'timestamp') else now * scale
            check(f'{said}: {table}.{column} is as the others', abs(int(found) - near) < 600 * scale, True)


def dates(server):
    database = 'dates'
    server.create(database)
    server.psql(database, 'CREATE TABLE bills (id bigint PRIMARY KEY, due date, wall timestamp, at timestamptz)')
    days = ['0001-01-01', '1582-10-15', '1999-12-31', '2026-01-05', '2026-01-06', '9999-12-31']
    for number, day in enumerate(days):
        server.psql(database, f"SET timezone TO 'UTC'; INSERT INTO bills VALUES ({number}, '{day}', '{day} 23:30:00.123456', '{day} 23:30:00+00')")
    server.psql(database, 'INSERT INTO bills VALUES (99, NULL, NULL, NULL)')
    for zone in ('UTC', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Kolkata'):
        server.psql(database, f"ALTER DATABASE dates SET timezone TO '{zone}'")
        environment = {**os.environ, 'TZ': zone, 'PGTZ': zone}
        rows = [json.loads(line) for line in portolan('list', 'rows', '--table', 'bills', '--store', server.url(database), '--limit', '0',
                                                      '--format', 'jsonl', env=environment).stdout.splitlines()]
        check(f'{zone}: dates', [row['due'] for row in rows], days + [None])
        check(f'{zone}: wall times', [row['wall'] and row['wall'][:19] for row in rows], [f'{day}T23:30:00' for day in days] + [None])
        for condition, filter in (("due = '2026-01-05'", 'due:2026-01-05'), ("due > '2026-01-05'", 'due>2026-01-05'),
                                  ("due <= '2026-01-05'", 'due<=2026-01-05'), ("due < '1999-12-31'", 'due<1999-12-31'),
                                  ('due IS NOT NULL', 'due:*'), ("wall >= '2026-01-05 23:30'", 'wall>=2026-01-05T23:30'),
                                  ("wall < '2026-01-06'", 'wall<2026-01-06')):
            wanted = server.psql(database, f'SELECT id FROM bills WHERE {condition} ORDER BY id')
            found = [json.loads(line)['id'] for line in portolan('list', 'rows', '--table', 'bills', '--store', server.url(database), '--format', 'jsonl',
                                                                 '--limit', '0', '--filter', filter, env=environment).stdout.splitlines()]
            check(f'{zone}: {filter}', found, [int(line) for line in wanted.split()])
        with tempfile.TemporaryDirectory() as folder:
            portolan('export', 'rows', '--table', 'bills', '--store', server.url(database), '--to', f'{folder}/bills.csv', env=environment)
            check(f'{zone}: CSV', [row['due'] for row in csv.DictReader(open(f'{folder}/bills.csv', encoding='utf-8-sig'))], days + [''])
    refused = portolan('list', 'rows', '--table', 'bills', '--store', server.url(database), '--filter', 'due>2026-01-05T10:00', check=(2,))
    check('a time for a date', b'position 5' in refused.stderr, True)


with tempfile.TemporaryDirectory(prefix='portolan-times-') as folder:
    server = Postgres()
    try:
        simple = Sqlite(folder, 'simple')
        simple.name = 'a table of fewer columns'
        simple.run(SIMPLE)
        letters(simple)
        for place in (Sqlite(folder), Server(server, 'times')):
            portolan('migrate', 'up', '--store', place.url)
            letters(place)
            among_all(place)
            discard(place)
            again(place)
            place.run("UPDATE port_messages SET status_changed_at = '2026-01-05T00:00:00.000Z', processed_at = NULL "
                      "WHERE status_changed_at IS NOT NULL")
            discard(place)
            every_listing(place)
        portolan('migrate', 'up', '--store', simple.url)
        check('an adopted table is left alone', [row[1] for row in simple.run('PRAGMA table_info(port_messages)')][-1], 'processed_at')
        units(lambda unit: Sqlite(folder, unit))
        units(lambda unit: Server(server, unit))
        dates(server)
    finally:
        server.stop()
print(f'{passed} passed, 0 failed')
