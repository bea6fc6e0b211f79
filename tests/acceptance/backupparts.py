#!/usr/bin/env python3
"""backupparts.py: what is done with backups beside making and restoring them whole: compared with stores by file and by id, single
tables restored into the rows that are there, found by their id in another store's list, and removed by a rule. Judged by sqlite3,
psql and diff."""
import sqlite3
from backup import back_up, backups, last_line, leftovers, tables_of
from pipeline import *

#: What follows other tables by itself, or tells of the restore.
FOLLOWING = {'portolan_audit', 'portolan_rollup_stale', 'portolan_search_pending', 'portolan_search_state', 'portolan_jobs'}


class Lite:
    kind = 'sqlite'

    def __init__(self, folder, name='orders'):
        self.path = f'{folder}/{name}.db'
        self.url, self.name = f'sqlite://{self.path}', name

    def tables(self):
        return {name: rows for name, rows in tables_of(self.path).items()
                if not name.startswith('portolan_search') or name in FOLLOWING}

    def change(self, statements):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.executescript(statements)

    def value(self, statement):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return str(db.execute(statement).fetchone()[0])

    def objects(self):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return sorted(map(repr, db.execute('SELECT type, name, tbl_name, sql FROM sqlite_schema')))

    def other(self, folder, name):
        return Lite(folder, name)


class OnServer:
    kind = 'postgresql'

    def __init__(self, server, name='orders'):
        self.server, self.name = server, name
        self.url = server.create(name)

    def tables(self):
        names = self.server.psql(self.name, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN "
                                            "('r', 'p') AND NOT relispartition").splitlines()
        return {name: self.server.psql(self.name, f'SELECT CAST(t AS text) FROM "{name}" AS t ORDER BY 1').splitlines() for name in names
                if not name.startswith('portolan_search') or name in FOLLOWING}

    def change(self, statements):
        self.server.psql(self.name, statements)

    def value(self, statement):
        return self.server.psql(self.name, statement)

    def objects(self):
        dump = subprocess.run([self.server.bin / 'pg_dump', '--schema-only', self.url], check=True, text=True, stdout=subprocess.PIPE)
        return [line for line in dump.stdout.splitlines() if 'restrict' not in line]

    def other(self, folder, name):
        return OnServer(self.server, name)


def compared(a, b, *words, check=(3,)):
    run = portolan('compare', a, b, '--format', 'jsonl', *words, check=check)
    return sorted((row['table'], row['difference'], row['columns'])
                  for row in map(json.loads, run.stdout.splitlines()))


def restored(file, store, *tables, check=(0,), words=()):
    only = [word for table in tables for word in ('--only', table)]
    return portolan('restore', file, '--into', store.url, *only, '--replace', '--confirm', store.name, '--reason', 'drill', *words,
                    check=check)


#: k edits of rows that are there.
EDITS = """
UPDATE messages SET content = 'edited' WHERE id = (SELECT min(id) FROM messages);
DELETE FROM metrics WHERE id = (SELECT min(id) FROM metrics);
UPDATE port_messages SET retry_count = retry_count + 40 WHERE id = (SELECT min(CAST(id AS text)) FROM port_messages WHERE true){cast};
UPDATE batches SET filename = 'edited.txt' WHERE id = 1;
INSERT INTO processed_events (event_id, sensor_id) VALUES ('planted', 's');
"""
EDITED = sorted([('messages', 'changed', 'content'), ('metrics', 'missing', None), ('port_messages', 'changed', 'retry_count'),
                 ('batches', 'changed', 'filename'), ('processed_events', 'extra', None)])


def edits(store):
    return EDITS.replace('{cast}', '' if store.kind == 'sqlite' else '::uuid')


def sides(store, folder):
    """A backup by its file and by its id, on both sides; nothing is left, also after Ctrl+C."""
    portolan('demo', '--headless', '--count', '2000', '--store', store.url)
    made = back_up(store.url)
    assert compared(made['file'], store.url, check=(0,)) == []
    store.change(edits(store))
    assert compared(made['file'], store.url) == EDITED
    assert compared(made['backup'], store.url) == EDITED, 'by its id in the list of the other side'
    turned = {'missing': 'extra', 'extra': 'missing'}
    assert compared(store.url, made['backup']) == sorted((t, turned.get(d, d), c) for t, d, c in EDITED)
    assert compared(made['file'], store.url, '--table', 'messages') == [row for row in EDITED if row[0] == 'messages']
    later = back_up(store.url)
    of = ('--of', store.url)
    assert compared(made['backup'], later['backup'], *of) == EDITED
    portolan('compare', made['backup'], '0badf00d', *of, check=(1,))
    if store.kind == 'postgresql':
        assert b'--of' in portolan('compare', made['file'], later['file'], check=(1,)).stderr
    else:
        assert b'name the store' in portolan('compare', made['backup'], later['backup'], check=(2,)).stderr
    stopped = 0
    for delay in (0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8):
        run = subprocess.Popen([PROGRAM, 'compare', made['file'], store.url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        interrupt(run, delay)
        run.communicate()
        assert run.returncode in (3, 130), run.returncode
        stopped += run.returncode == 130
    assert stopped, 'it was never interrupted'
    assert not leftovers(folder) and not leftovers(os.environ['XDG_DATA_HOME'])
    if store.kind == 'postgresql':
        names = store.server.psql('postgres', 'SELECT datname FROM pg_database').split()
        assert not [name for name in names if name.startswith('portolan_restore')], names
    print(f'{store.kind}: a backup is a side of compare, stopped {stopped} times', flush=True)


def tables_in_place(store, folder):
    """Of the tables that are named the rows are the backup's, of the others as they are; or nothing is changed."""
    portolan('demo', '--headless', '--count', '2500', '--store', store.url)
    made = back_up(store.url)
    then, objects = store.tables(), store.objects()
    store.change(edits(store))
    portolan('demo', '--headless', '--count', '300', '--store', store.url)
    before = store.tables()
    chosen = ['messages', 'metrics', 'port_messages', 'checkpoints', 'component_state', 'portolan_rejects']
    for words in ((), ('--confirm', store.name), ('--reason', 'x')):
        portolan('restore', made['file'], '--into', store.url, '--only', 'metrics', '--replace', *words, check=(2,))
    portolan('restore', made['file'], '--into', store.url, '--only', 'metrics', check=(2,))
    assert store.tables() == before
    done = last_line(restored(made['file'], store, *chosen))
    after = store.tables()
    for table in after:
        if table in FOLLOWING:
            continue
        if table in chosen:
            assert after[table] == then[table], table
        elif table == 'portolan_metadata':
            assert set(after[table]) <= set(before[table])
        else:
            assert after[table] == before[table], table
    assert done['restored'] == made['backup'] and done['rows'] == sum(len(then[table]) for table in chosen), done
    assert store.objects() == objects, 'triggers and foreign keys are as they were'
    audit = [json.loads(line) for line in portolan('list', 'audit', '--store', store.url, '--filter', 'action:restore').stdout.splitlines()]
    assert [(row['subject_id'], row['reason']) for row in audit] == [(made['backup'], 'drill')], audit
    assert 'messages,metrics' in json.dumps(audit[0]['after_image']), audit
    verified = {row['name']: row for row in map(json.loads, portolan('verify', '--store', store.url, '--format', 'jsonl', check=(0, 3))
                                                .stdout.splitlines())}
    assert verified['schema']['result'] == 'ok', verified['schema']

    # What was there is a backup.
    kept = [row for row in backups(store.url) if row['kind'] == 'replaced']
    assert [row['file'] for row in kept] == [done['kept']] and kept[0]['result'] == 'ok', kept
    assert compared(done['kept'], store.url, *(('--of', store.url) if store.kind == 'postgresql' else ())) != []
    restored(kept[0]['id'], store, *chosen)
    again = store.tables()
    assert all(again[table] == before[table] for table in chosen)

    # The index of texts and the numbers go on.
    found = portolan('list', 'messages', '--store', store.url, '--filter', 'edited', '--format', 'jsonl').stdout.splitlines()
    assert len(found) == 1, found
    receipts = int(store.value('SELECT max(id) FROM messages'))
    portolan('demo', '--headless', '--count', '60', '--store', store.url)
    assert int(store.value('SELECT min(id) FROM messages WHERE id > %d' % receipts)) > receipts

    # Rows that need each other: named, and nothing is changed.
    now = store.tables()
    run = restored(made['file'], store, 'batches', check=(2,))
    assert b'--only messages' in run.stderr and store.tables() == now, run.stderr
    store.change('DELETE FROM messages WHERE batch_id = 2; DELETE FROM batches WHERE id = 2')
    now = store.tables()
    run = restored(made['file'], store, 'messages', check=(2,))
    assert b'--only batches' in run.stderr and store.tables() == now, run.stderr
    restored(made['file'], store, 'messages', 'batches')
    assert store.tables()['messages'] == then['messages'] and store.tables()['batches'] == then['batches']
    assert store.objects() == objects
    for table in ('portolan_audit', 'schema_version', 'nothing'):
        now = store.tables()
        restored(made['file'], store, table, check=(2,))
        assert store.tables() == now

    # Into a new place.
    fresh = store.other(folder, 'fresh')
    last_line(portolan('restore', made['file'], '--into', fresh.url, '--only', 'messages', '--only', 'batches'))
    there = fresh.tables()
    assert there['messages'] == then['messages'] and there['batches'] == then['batches']
    assert not there.get('port_messages') and not there.get('metrics')
    if store.kind == 'postgresql':
        lonely = store.other(folder, 'lonely')
        run = portolan('restore', made['file'], '--into', lonely.url, '--only', 'messages', check=(2,))
        assert b'--only batches' in run.stderr, run.stderr
        assert lonely.tables() == {}
    print(f'{store.kind}: single tables are restored', flush=True)


def stopped_in_place(store, folder):
    """Ctrl+C: all of the new rows, or all of the old."""
    portolan('demo', '--headless', '--count', '6000', '--store', store.url)
    made = back_up(store.url)
    then = store.tables()['messages']
    ends = collections.Counter()
    for delay in (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2)[::1 if LONG else 2]:
        store.change("UPDATE messages SET content = 'edited'")
        before = store.tables()['messages']
        run = subprocess.Popen([PROGRAM, 'restore', made['file'], '--into', store.url, '--only', 'messages', '--replace', '--confirm',
                                store.name, '--reason', 'x'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        interrupt(run, delay)
        _, err = run.communicate()
        assert run.returncode in (0, 130), (run.returncode, err)
        after = store.tables()['messages']
        assert after == (then if run.returncode == 0 else before), (delay, run.returncode)
        ends[run.returncode] += 1
    assert ends[130], ends
    assert not leftovers(folder) and not leftovers(os.environ['TMPDIR'])
    print(f'{store.kind}: restoring a table was stopped: {dict(ends)}', flush=True)


THEIRS = {
    'sqlite': """
        CREATE TABLE "Odd Name" (id TEXT PRIMARY KEY, v BLOB, twice INTEGER AS (length(v) * 2) STORED) WITHOUT ROWID;
        CREATE TABLE plain (a, b);
        CREATE TABLE kinds (id INTEGER PRIMARY KEY);
        CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER REFERENCES kinds (id) ON DELETE CASCADE, n INTEGER);
        CREATE TABLE log (words TEXT);
        CREATE TRIGGER things_told AFTER INSERT ON things BEGIN INSERT INTO log VALUES ('a thing; came'); END;
        CREATE TRIGGER things_gone AFTER DELETE ON things BEGIN INSERT INTO log VALUES ('a thing went'); END;""",
    'postgresql': """
        CREATE TABLE "Odd Name" (id text PRIMARY KEY, v bytea, twice integer GENERATED ALWAYS AS (length(v) * 2) STORED);
        CREATE TABLE plain (a text, b double precision);
        CREATE TABLE kinds (id integer PRIMARY KEY);
        CREATE TABLE things (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind integer REFERENCES kinds (id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED, n integer UNIQUE DEFERRABLE INITIALLY DEFERRED);
        CREATE TABLE log (words text);
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES ('a thing'); RETURN NULL; END $$;
        CREATE TRIGGER things_told AFTER INSERT OR DELETE ON things FOR EACH ROW EXECUTE FUNCTION tell();
        ALTER TABLE things ENABLE ALWAYS TRIGGER things_told;"""}


def of_other_programs(store, folder):
    """Names, keys, triggers and computed columns as another program has them."""
    store.change(THEIRS[store.kind] + """
        INSERT INTO "Odd Name" (id, v) VALUES ('a', NULL), ('ä', 'x');
        INSERT INTO plain VALUES ('tab\there', 0.1), (NULL, NULL), ('', 1e300), ('back\\slash', -5);
        INSERT INTO kinds VALUES (1), (2);
        INSERT INTO things (kind, n) VALUES (1, 1), (2, 2), (1, 3);""")
    made = back_up(store.url)
    then, objects = store.tables(), store.objects()
    store.change("""DELETE FROM "Odd Name"; UPDATE plain SET b = 7; DELETE FROM things WHERE n = 2;
                    INSERT INTO things (kind, n) VALUES (2, 9);""")
    before = store.tables()
    name = 'Odd Name' if store.kind == 'postgresql' else 'odd name'
    done = last_line(restored(made['file'], store, name, 'plain', 'things'))
    after = store.tables()
    assert all(after[table] == then[table] for table in ('Odd Name', 'plain', 'things')), after
    assert after['kinds'] == before['kinds'] and after['log'] == before['log'], 'triggers were not away'
    assert store.objects() == objects and done['rows'] == 2 + 4 + 3, done
    store.change('INSERT INTO things (kind, n) VALUES (1, 100)')
    assert int(store.value('SELECT id FROM things WHERE n = 100')) == 5
    # A kind that things need, and rows that would refer to none.
    store.change('DELETE FROM things; DELETE FROM kinds WHERE id = 2')
    before = store.tables()
    assert b'--only kinds' in restored(made['file'], store, 'things', check=(2,)).stderr and store.tables() == before
    restored(made['file'], store, 'things', 'kinds')
    assert store.tables()['things'] == then['things'] and store.tables()['kinds'] == then['kinds']
    # Other columns.
    store.change('ALTER TABLE plain ADD COLUMN c integer')
    before = store.tables()
    assert b'other columns' in restored(made['file'], store, 'plain', check=(2,)).stderr and store.tables() == before
    if store.kind == 'sqlite':  # one that is gone is made again
        store.change('DROP TABLE things')
        restored(made['file'], store, 'things')
        assert store.tables()['things'] == then['things']
        store.change('ALTER TABLE plain DROP COLUMN c')
        assert store.objects() == objects
    print(f'{store.kind}: tables of another program', flush=True)


def without_tables(folder):
    store = f'file://{folder}/data'
    portolan('demo', '--headless', '--count', '100', '--store', store)
    made = back_up(store)
    run = portolan('restore', made['file'], '--into', store, '--only', 'messages', '--replace', '--confirm', 'data', '--reason', 'x',
                   check=(2,))
    assert b'new folder' in run.stderr, run.stderr


def a_receiver_waits(folder):
    """Others that write meanwhile lose nothing: theirs is in the rows or in what was kept."""
    store = Lite(folder, 'busy')
    portolan('demo', '--headless', '--count', '3000', '--store', store.url)
    made = back_up(store.url)
    with contextlib.closing(sqlite3.connect(store.path, timeout=60)) as db:
        db.execute("CREATE TABLE mine (id INTEGER PRIMARY KEY)")
        db.commit()
        run = subprocess.Popen([PROGRAM, 'restore', made['file'], '--into', store.url, '--only', 'metrics', '--replace', '--confirm', 'busy',
                                '--reason', 'x'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        written = 0
        while run.poll() is None or written == 0:
            db.execute("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('mine', 'm%d', '2026-01-01T00:00:00.000Z', 1)" % written)
            db.execute('INSERT INTO mine DEFAULT VALUES')
            db.commit()
            written += 1
    assert run.returncode == 0, run.stderr.read()
    kept = f'{folder}/kept.db'
    portolan('restore', json.loads(run.stdout.read().splitlines()[-1])['kept'], '--into', f'sqlite://{kept}')
    here = int(store.value("SELECT count(*) FROM metrics WHERE sensor_id = 'mine'"))
    with contextlib.closing(sqlite3.connect(kept)) as db:
        there = db.execute("SELECT count(*) FROM metrics WHERE sensor_id = 'mine'").fetchone()[0]
    assert here + there == written and int(store.value('SELECT count(*) FROM mine')) == written, (here, there, written)
    print(f'SQLite: a writer beside it: {there} rows were kept, {here} came after', flush=True)


def by_id(store, folder):
    """In the list of the store that it is of; where it is not, the lists are named."""
    portolan('demo', '--headless', '--count', '200', '--store', store.url)
    made = back_up(store.url)
    place = store.other(folder, 'elsewhere')
    if store.kind == 'sqlite':
        run = portolan('restore', made['backup'], '--into', place.url, check=(1,))
        assert b'elsewhere.db.backups' in run.stderr and made['backup'].encode() in run.stderr, run.stderr
        run = portolan('restore', '0badf00d', '--into', place.url, '--of', store.url, check=(1,))
        assert f'{store.path}.backups'.encode() in run.stderr and b'elsewhere.db.backups' in run.stderr, run.stderr
        portolan('restore', made['backup'], '--into', place.url, '--of', store.url)
    else:  # those of servers are all in the user's folder
        portolan('restore', made['backup'], '--into', place.url)
    assert place.tables()['messages'] == store.tables()['messages']
    print(f'{store.kind}: found by its id', flush=True)


def at(day, *words, check=(0,)):
    """Runs the program on another day."""
    run = subprocess.run(['faketime', '-f', f'@{day}', PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                         env={**os.environ, 'FAKETIME_DONT_FAKE_MONOTONIC': '1'})
    assert run.returncode in check, (words, run.returncode, run.stderr)
    return run


def kept_by_rule(store, folder):
    """The newest of each day and month stay; nothing goes unasked, and nothing that is no backup of this store's folder."""
    portolan('demo', '--headless', '--count', '30', '--store', store.url)
    days = ['2026-01-01 08:00:00', '2026-01-20 08:00:00', '2026-01-20 20:00:00', '2026-02-03 08:00:00', '2026-03-01 08:00:00',
            '2026-03-02 08:00:00', '2026-03-02 09:00:00', '2026-03-03 08:00:00', '2026-03-04 07:00:00', '2026-03-04 08:00:00']
    made = [last_line(at(day, 'backup', '--store', store.url)) for day in days]
    elsewhere = last_line(at('2026-01-02 08:00:00', 'backup', '--store', store.url, '--to', f'{folder}/elsewhere.portolan.tar.zst'))
    own = os.path.dirname(made[0]['file'])
    foreign = pathlib.Path(own, 'notes.portolan.tar.zst')
    foreign.write_bytes(b'no backup')
    cut = pathlib.Path(own, 'cut.portolan.tar.zst')
    cut.write_bytes(open(made[0]['file'], 'rb').read()[:-5])
    now = '2026-03-04 12:00:00'
    rule = lambda *words, **more: [json.loads(line) for line in at(now, 'retain', '--store', store.url, *words, **more).stdout.splitlines()]
    offered = [row for row in map(json.loads, portolan('retention', 'list', '--store', store.url, '--format', 'jsonl').stdout.splitlines())
               if row['name'] == 'backups']
    assert len(offered) == 1 and not offered[0]['enabled'] and offered[0]['condition'] == 'daily:30 monthly:12', offered
    assert rule() == [] and rule('--rule', 'backups', '--dry-run')[0]['state'] == 'off'
    for bad in ('weekly:3', 'daily:0', 'daily:x', 'daily'):
        portolan('retention', 'set', 'backups', '--filter', bad, '--store', store.url, check=(2,))
    portolan('retention', 'set', 'backups', '--keep', '3d', '--store', store.url, check=(2,))
    portolan('retention', 'set', 'backups', '--filter', 'daily:3 monthly:2', '--reason', 'disk', '--store', store.url)
    leaving = [made[i]['file'] for i in (0, 1, 2, 4, 5)]
    size = sum(os.path.getsize(path) for path in leaving)
    files = set(os.listdir(own))
    counted = rule('--rule', 'backups', '--dry-run')
    assert (counted[0]['rows'], counted[0]['bytes'], counted[0]['state']) == (5, size, 'counted'), counted
    assert counted[0]['oldest_kept'].startswith('2026-02-03'), counted
    assert set(os.listdir(own)) == files
    assert rule('--rule', 'backups')[0]['rows'] == 5
    gone = {os.path.basename(path) for path in leaving} | {f'{made[i]["backup"]}.json' for i in (0, 1, 2, 4, 5)}
    assert files - set(os.listdir(own)) == gone, files - set(os.listdir(own))
    assert foreign.exists() and cut.exists() and os.path.exists(elsewhere['file'])
    assert rule('--rule', 'backups')[0]['rows'] == 0
    if store.url.startswith('file:'):
        lines = next(pathlib.Path(store.url.removeprefix('file://')).rglob('audit.jsonl')).read_text().splitlines()
    else:
        lines = portolan('list', 'audit', '--store', store.url, '--limit', '0', '--format', 'jsonl').stdout.splitlines()
    audit = [row for row in map(json.loads, lines) if row['action'] == 'retain']
    told = [row['after_image'] for row in audit if row['after_image']['result'] != 'begun']
    assert sorted(name for after in told for name in after['files']) == sorted(map(os.path.basename, leaving)), told
    listed = [row['id'] for row in backups(store.url) if row['result'] == 'ok']
    assert set(listed) == {made[i]['backup'] for i in (3, 6, 7, 8, 9)} | {elsewhere['backup']}, listed
    # A clock that was set back sees backups of the future.
    assert json.loads(at('2026-02-01 12:00:00', 'retain', '--rule', 'backups', '--store', store.url, check=(3,)).stdout)['state'] == 'stopped'
    # The newest that was proved stays, however old, when later ones are not sound.
    portolan('retention', 'set', 'backups', '--filter', 'daily:1 monthly:0', '--store', store.url)
    for i in (3, 6, 7, 8, 9):
        entry = pathlib.Path(own, f'{made[i]["backup"]}.json')
        if i != 3:
            entry.write_text(entry.read_text().replace('"ok"', '"not sound"'))
    at('2027-01-01 12:00:00', 'retain', '--rule', 'backups', '--store', store.url)
    assert os.path.exists(made[3]['file'])
    portolan('retention', 'off', 'backups', '--store', store.url)
    print(f'{store.kind}: {len(leaving)} backups were removed by the rule', flush=True)


class Folder:
    """A folder of batch files."""
    def __init__(self, folder):
        self.kind, self.url = 'files', f'file://{folder}/files'


def each_kind(server, folder, part, name):
    for store in (lambda place: Lite(place, name), lambda place: OnServer(server, name)):
        place = tempfile.mkdtemp(dir=folder)
        part(store(place), place)


if __name__ == '__main__':
    only = sys.argv[1:]  # parts by name
    if not shutil.which('faketime'):
        missing('faketime')
    with tempfile.TemporaryDirectory(prefix='portolan-backupparts-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        os.environ['TMPDIR'] = f'{top}/tmp'  # of its own: other programs' work is not what it left
        os.mkdir(os.environ['TMPDIR'])
        for part in (without_tables, a_receiver_waits):
            if not only or part.__name__ in only:
                part(tempfile.mkdtemp(dir=top))
        if not only or kept_by_rule.__name__ in only:
            place = tempfile.mkdtemp(dir=top)
            kept_by_rule(Folder(place), place)
        server = Postgres(settings=('fsync=off',))
        try:
            for part in (sides, tables_in_place, stopped_in_place, of_other_programs, by_id, kept_by_rule):
                if not only or part.__name__ in only:
                    each_kind(server, top, part, part.__name__)
        finally:
            server.stop()
    print('1 passed, 0 failed')
