#!/usr/bin/env python3
"""undo.py: `portolan undo` on SQLite and PostgreSQL, judged by sqlite3 and psql: a dry run prints every row of the act and writes
nothing, an undo ends with its JSON line and leaves the table as it was, a second one fails, the undo of the undo does it again; a
row that another program touched is named and nothing is changed; what cannot be undone says why; a production store asks for its
name; files have no audit."""
import contextlib, shutil, sqlite3, tempfile
from pipeline import *

LETTERS = 12
NAMED = '00000000-0000-4000-8000-000000000007'


class InSqlite:
    def __init__(self, path):
        self.path, self.store = path, f'sqlite://{path}'

    def run(self, sql):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.executescript(sql)

    def table(self):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return db.execute('SELECT * FROM port_messages ORDER BY id').fetchall()


class InPostgres:
    def __init__(self, server, name):
        self.server, self.name, self.store = server, name, server.create(name)

    def run(self, sql):
        self.server.psql(self.name, sql)

    def table(self):
        return self.server.psql(self.name, 'SELECT * FROM port_messages ORDER BY id')


def undo(place, entry, *words):
    """Exit code, the rows or the last line, and what was said."""
    run = portolan('undo', str(entry), '--store', place.store, *words, check=None)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()], run.stderr.decode() if isinstance(run.stderr, bytes) else run.stderr


def newest(place, action):
    run = portolan('list', 'audit', '--store', place.store, '--filter', f'action:{action}', '--sort', '-id', '--limit', '1')
    return json.loads(run.stdout)['id']


def entries(place):
    return len(portolan('list', 'audit', '--store', place.store, '--limit', '0').stdout.splitlines())


def a_mistake(place):
    portolan('migrate', 'up', '--store', place.store)
    for n in range(1, LETTERS + 1):
        place.run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, error_message) "
                  f"VALUES ('00000000-0000-4000-8000-{n:012}', 'orders', 'a', 'b', '{{\"n\":{n}}}', 'dead_letter', 3, 'timeout')")
    before = place.table()
    portolan('discard', '--store', place.store, '--filter', 'port_name:orders', '--reason', 'the wrong ones')
    entry, told = newest(place, 'discard'), entries(place)
    code, rows, said = undo(place, entry, '--dry-run')
    assert code == 0 and len(rows) == LETTERS and {row['state'] for row in rows} == {'ready'}, (code, rows, said)
    assert set(rows[0]) == {'table', 'key', 'state', 'change', 'detail'} and entries(place) == told, rows[0]
    code, _, said = undo(place, entry)
    assert code == 2 and 'reason' in said, (code, said)
    code, line, said = undo(place, entry, '--reason', 'a mistake')
    assert code == 0 and line == [{'undone': LETTERS, 'touched': 0, 'audit': line[0]['audit']}], (code, line, said)
    assert place.table() == before
    code, _, said = undo(place, entry, '--reason', 'a mistake')
    assert code == 1 and 'undone already' in said, (code, said)
    code, again, said = undo(place, line[0]['audit'], '--reason', 'it was right')
    assert code == 0 and again[0]['undone'] == LETTERS and not place.table(), (code, again, said)
    undo(place, again[0]['audit'], '--reason', 'it was not')
    assert place.table() == before

    portolan('replay', '--store', place.store, '--filter', 'port_name:orders', '--reason', 'too early')
    entry = newest(place, 'replay_completed')
    place.run(f"UPDATE port_messages SET status = 'processing' WHERE id = '{NAMED}'")
    touched, told = place.table(), entries(place)
    code, rows, said = undo(place, entry, '--dry-run')
    assert code == 3 and [row['key'] for row in rows if row['state'] == 'touched'] == [NAMED], (code, rows, said)
    code, rows, said = undo(place, entry, '--reason', 'too early')
    assert code == 1 and [row['key'] for row in rows] == [NAMED] and 'Nothing was undone' in said, (code, rows, said)
    assert place.table() == touched and entries(place) == told
    place.run(f"UPDATE port_messages SET status = 'pending' WHERE id = '{NAMED}'")

    place.run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES ('w', 'complete', 'port_message', 'x')")
    code, _, said = undo(place, newest(place, 'complete'), '--reason', 'x')
    assert code == 1 and 'only what operators do is undone' in said, (code, said)
    for words in (('0',), ('x',)):
        assert undo(place, *words, '--reason', 'x')[0] == 2

    portolan('views', 'save', 'mine', '--pane', 'ports', '--filter', 'status:failed', '--store', place.store)
    portolan('mark', '--production', 'shop', '--store', place.store, '--reason', 'it is live')
    entry = newest(place, 'save')
    code, _, said = undo(place, entry, '--reason', 'x')
    assert code == 2 and 'shop' in said, (code, said)
    code, line, said = undo(place, entry, '--reason', 'x', '--confirm', 'shop')
    assert code == 0 and not portolan('views', '--store', place.store, '--format', 'jsonl').stdout.strip(), (code, line, said)
    print(f'{place.store.split(":")[0]}: dry runs, undone, done again, named and refused', flush=True)


server = Postgres(settings=('fsync=off',))
folder = tempfile.mkdtemp(prefix='portolan-undo-')
try:
    a_mistake(InSqlite(f'{folder}/orders.db'))
    a_mistake(InPostgres(server, 'orders'))
    receive('demo:?rate=0&count=10&kinds=messages', f'file://{folder}/data')
    run = portolan('undo', '1', '--store', f'file://{folder}/data', '--reason', 'x', check=None)
    assert run.returncode == 1 and run.stderr, run
finally:
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
print('3 passed, 0 failed')
