#!/usr/bin/env python3
"""alerts.py: `portolan alerts` as cron runs it, on SQLite, PostgreSQL and files: quiet, exit 3 when dead letters are planted,
0 when they are acknowledged, quiet when they are gone, and 3 when they come again; rules are set, refused with the place of the
mistake, switched off, removed; the audit tells who did what; looking leaves a SQLite store and its folder as they were."""
import contextlib, hashlib, sqlite3, tempfile
from pipeline import *


class InSqlite:
    def __init__(self, path):
        self.path, self.store = path, f'sqlite://{path}'

    def run(self, sql):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.executescript(sql)


class InPostgres:
    def __init__(self, server, name):
        self.server, self.name, self.store = server, name, server.create(name)

    def run(self, sql):
        self.server.psql(self.name, sql)


def look(store, *more):
    """The exit code, and the alerts by name."""
    run = portolan('alerts', '--store', store, '--format', 'jsonl', *more, check=None)
    return run.returncode, {row['name']: row for row in map(json.loads, run.stdout.splitlines())}


def do(store, *words):
    run = portolan('alerts', *words, '--store', store, check=None)
    assert run.returncode == 0 and not run.stdout, (words, run.returncode, run.stderr)


def letters(count, status='dead_letter'):
    return ''.join("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status) VALUES "
                   f"('orders', 'a', 'b', '{{}}', '{status}');" for _ in range(count))


def traces(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in pathlib.Path(folder).iterdir() if path.is_file()}


def a_night(place):
    store = place.store
    portolan('migrate', 'up', '--store', store)
    # The disk of the machine is its own concern.
    if store.startswith('sqlite'):
        do(store, 'set', 'disk-low', '--threshold', '1', '--reason', 'a small machine')
    code, alerts = look(store)
    assert code == 0 and all(row['state'] == 'ok' for row in alerts.values()), (code, alerts)
    assert alerts['dead-letters-rising'] == {
        'name': 'dead-letters-rising', 'state': 'ok', 'value': 0, 'threshold': 10, 'listing': 'dead-letters', 'filter': '',
        'window': 600, 'enabled': True, 'exact': True, 'changed_at': None}, alerts['dead-letters-rising']
    assert ('disk-low' in alerts) == store.startswith('sqlite')

    place.run(letters(12))
    code, alerts = look(store)
    assert code == 3 and alerts['dead-letters-rising']['state'] == 'firing' and alerts['dead-letters-rising']['value'] == 12
    assert sum(row['state'] == 'firing' for row in alerts.values()) == 1
    do(store, 'acknowledge', 'dead-letters-rising', '--reason', 'on it')
    code, alerts = look(store)
    assert code == 0 and alerts['dead-letters-rising']['state'] == 'acknowledged', (code, alerts)
    assert alerts['dead-letters-rising']['changed_at']
    place.run('DELETE FROM port_messages')
    code, alerts = look(store)
    assert code == 0 and alerts['dead-letters-rising']['state'] == 'ok'
    # Only who records lets the store forget that it was acknowledged.
    place.run(letters(12))
    assert look(store)[0] == 0
    place.run('DELETE FROM port_messages')
    assert look(store, '--record')[0] == 0
    place.run(letters(12))
    code, alerts = look(store, '--record')
    assert code == 3 and alerts['dead-letters-rising']['state'] == 'firing'

    # Rules of one's own.
    do(store, 'set', 'dead-letters-rising', '--off')
    assert look(store)[0] == 0
    do(store, 'set', 'dead-letters-rising', '--on', '--threshold', '13', '--window', '0')
    code, alerts = look(store)
    assert code == 0 and alerts['dead-letters-rising']['window'] is None and alerts['dead-letters-rising']['threshold'] == 13
    do(store, 'set', 'orders stuck', '--listing', 'port-messages', '--filter', 'port_name:orders status:pending', '--threshold', '3')
    do(store, 'set', 'orders late', '--listing', 'lag', '--filter', 'port_name:orders', '--threshold', '3600')
    place.run(letters(3, 'pending'))
    code, alerts = look(store)
    assert code == 3 and alerts['orders stuck']['state'] == 'firing' and alerts['orders late']['state'] == 'ok', alerts
    do(store, 'set', 'orders stuck', '--threshold', '4')
    assert look(store)[0] == 0
    do(store, 'remove', 'dead-letters-rising')
    assert look(store)[0] == 3
    do(store, 'remove', 'orders stuck')
    assert 'orders stuck' not in look(store)[1]

    audit = [json.loads(line) for line in
             portolan('list', 'audit', '--store', store, '--filter', 'subject_kind:alert', '--limit', '0').stdout.splitlines()]
    told = [(row['action'], row['subject_id']) for row in audit if row['subject_id'] != 'disk-low']
    assert told == [('acknowledge', 'dead-letters-rising'), ('set', 'dead-letters-rising'),
                    ('set', 'dead-letters-rising'), ('set', 'orders stuck'), ('set', 'orders late'),
                    ('set', 'orders stuck'), ('remove', 'dead-letters-rising'), ('remove', 'orders stuck')], told
    assert '@' in audit[-1]['actor'] and audit[-1]['before_image']['threshold'] == 4, audit[-1]


def mistakes(store):
    for code, said, words in (
            (2, 'knows set, remove and acknowledge', ('forget', 'x')),
            (2, 'needs the NAME', ('set',)),
            (2, 'needs --listing', ('set', 'nowhere', '--threshold', '1')),
            (2, 'there are batches', ('set', 'x', '--listing', 'letters')),
            (2, 'position 11', ('set', 'x', '--listing', 'dead-letters', '--filter', 'port_name:', '--threshold', '1')),
            (2, 'position 13', ('set', 'dead-letters-rising', '--filter', 'port_name:a nothing:b')),
            (2, 'whole number', ('set', 'dead-letters-rising', '--threshold', '0')),
            (2, 'not "many"', ('set', 'dead-letters-rising', '--threshold', 'many')),
            (2, 'either --on or --off', ('set', 'dead-letters-rising', '--on', '--off')),
            (2, 'no time', ('set', 'disk-low', '--window', '60')),
            (2, 'takes no --filter', ('remove', 'x', '--filter', 'a')),
            (1, 'no rule of its own', ('remove', 'component-silent')),
            (1, 'no alert "nobody"', ('acknowledge', 'nobody')),
            (2, 'does not fire', ('acknowledge', 'component-silent'))):
        run = portolan('alerts', *words, '--store', store, check=None)
        assert run.returncode == code and said in run.stderr.decode() and not run.stdout, (words, run.returncode, run.stderr)


def no_trace(folder, store):
    before = traces(folder)
    for _ in range(2):
        assert look(store)[0] == 3
    assert traces(folder) == before, 'looking left something'


def files(folder):
    store = f'file://{folder}/files'
    portolan('demo', '--headless', '--count', '50', '--store', store)
    code, alerts = look(store)
    assert set(alerts) == {'rejects-rising', 'disk-low', 'receiver-stopped', 'store-ails', 'backup-unproved', 'disk-filling',
                          'questions-slow', 'questions-failed'}, alerts
    assert code == (3 if alerts['disk-low']['state'] == 'firing' else 0)
    run = portolan('alerts', 'set', 'disk-low', '--off', '--store', store, check=None)
    assert run.returncode == 1 and b'Only databases keep rules' in run.stderr, run.stderr


server = Postgres()
try:
    with tempfile.TemporaryDirectory(prefix='portolan-alerts-') as folder:
        for place in (InSqlite(f'{folder}/a.db'), InPostgres(server, 'alerts')):
            a_night(place)
            mistakes(place.store)
            if isinstance(place, InSqlite):
                no_trace(folder, place.store)
            print(f'{place.store.split(":")[0]}: quiet, firing, acknowledged, quiet', flush=True)
        files(folder)
finally:
    server.stop()
print('1 passed, 0 failed')
