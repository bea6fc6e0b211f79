#!/usr/bin/python3
"""overview_window.py: the overview, which opens first, through the accessibility bus (run by window.sh): its figures are those
of `list`, each leads to its rows, they follow what another program writes, and the topology tells who feeds whom; an empty
store and a folder of files too."""
import contextlib, os, sqlite3, sys, tempfile
from windowbus import *

FLOWS = [('intake', 'orders', 'check', 240, 0), ('intake', 'returns', 'check', 12, 0), ('check', 'checked', 'price', 230, 9),
         ('check', 'suspicious', 'review', 8, 3), ('price', 'priced', 'ledger', 220, 21), ('price', 'invoices', 'mailer', 200, 0),
         ('review', 'cleared', 'price', 5, 0), ('ledger', 'booked', 'archive', 215, 0)]
ERRORS = ['timeout after {n} ms on db-{k}', 'column "amount" of relation "ledger" violates not-null constraint (row {n})',
          'connection refused by 10.0.0.{k}:5432']


def iso(at):
    return time.strftime('%Y-%m-%dT%H:%M:%S.', time.gmtime(at)) + f'{int(at % 1 * 1000):03}Z'


def send(db, source, port, target, count, status, at, error=None):
    for n in range(count):
        db.execute('INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, created_at, '
                   'error_message, retry_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
                   (port, source, target, json.dumps({'n': n}), status, iso(at - n * 3), error and error.format(n=100 + 7 * n, k=n % 4), 3))


def fill(path):
    portolan('demo', '--headless', '--count', '2000', '--store', f'sqlite://{path}')
    now = time.time()
    with contextlib.closing(sqlite3.connect(path)) as db:
        for table in ('port_messages', 'system_health', 'component_state'):
            db.execute(f'DELETE FROM {table}')
        for k, (source, port, target, count, dead) in enumerate(FLOWS):
            send(db, source, port, target, count, 'completed', now)
            send(db, source, port, target, 4, 'pending', now - 60)
            send(db, source, port, target, dead, 'dead_letter', now - 600 * k, ERRORS[k % 3])
        for name, kind in (('intake', 'Source'), ('check', 'Transformer'), ('price', 'Transformer'), ('review', 'Splitter'),
                           ('ledger', 'Sink'), ('mailer', 'Sink'), ('archive', 'Sink')):
            db.execute('INSERT INTO component_state (component_name, component_type, version, state_data) VALUES (?, ?, 1, ?)',
                       (name, kind, '{}'))
            status, age = {'review': ('degraded', 0), 'mailer': ('healthy', 900)}.get(name, ('healthy', 0))
            for n in range(20):
                db.execute('INSERT INTO system_health (component_name, health_status, last_heartbeat) VALUES (?, ?, ?)',
                           (name, status, iso(now - age - 60 * n)))
        db.commit()


def listed(store, what, *more):
    lines = portolan('list', what, '--store', store, '--limit', '0', *more).stdout.splitlines()
    return [json.loads(line) for line in lines]


def figure(app, what):
    """The value of the overview's line that begins so."""
    found = []

    def look(node):
        for child in node:
            if child is None:
                continue
            if child.name.startswith(what + ': ') and child.getState().contains(a11y.pyatspi.STATE_SHOWING):
                found.append(child.name[len(what) + 2:])
            look(child)
    look(app.node)
    return found[0].replace('\u2009', '').replace('\u202f', '') if found else None


def equals(app, what, count):
    a11y.wait(lambda: figure(app, what) == str(count), 30, what=f'{what}: {count}, it says {figure(app, what)}')


def walk(theme, folder):
    store = f'sqlite://{folder}/overview-{theme}.db'
    fill(store.removeprefix('sqlite://'))
    app = a11y.App([PROGRAM, store, '--theme', theme])
    dead = listed(store, 'dead-letters')
    assert len(dead) == 33
    equals(app, 'Dead letters', len(dead))
    equals(app, 'Batches', len(listed(store, 'batches')))
    pending = listed(store, 'port-messages', '--filter', 'status:pending')
    a11y.wait(lambda: any((figure(app, f'Pending, oldest {age} min') or '') == str(len(pending)) for age in range(1, 9)),
              30, what='what is pending')
    equals(app, 'Components that report', len(listed(store, 'component-health')))
    silent = [row['component_name'] for row in listed(store, 'component-health', '--filter', 'state:silent')]
    assert silent == ['mailer']
    equals(app, 'Silent: mailer', 1)
    flows = listed(store, 'port-flows')
    components = {flow[end] for flow in flows for end in ('source_component', 'target_component')}
    told = f'components={len(components)} ports={len({flow["port_name"] for flow in flows})} silent=1 dead_letters={len(dead)}'
    a11y.wait(lambda: app.describe('Topology').splitlines()[0] == told, what=f'{told}, it says {app.describe("Topology")}')
    a11y.wait(lambda: figure(app, 'Size'), what='how large the store is')
    picture(app, f'overview-{theme}')
    assert not app.unnamed(), app.unnamed()

    # It follows what another program writes.
    with contextlib.closing(sqlite3.connect(store.removeprefix('sqlite://'))) as db:
        send(db, 'price', 'priced', 'ledger', 5, 'dead_letter', time.time(), ERRORS[0])
        db.commit()
    equals(app, 'Dead letters', len(dead) + 5)

    # A figure leads to its rows.
    app.press(f'Dead letters: {len(dead) + 5}')
    app.table('Dead letters').wait_rows(lambda n: n == len(dead) + 5)
    app.choose('Panes', 'Components')
    app.click(app.get('Graph'))
    a11y.wait(lambda: app.describe('Topology').startswith(f'components={len(components)}'), what='the topology of the components')
    picture(app, f'components-topology-{theme}')
    assert leave(app) == 0


def others(theme, folder):
    empty = f'sqlite://{folder}/empty-{theme}.db'
    portolan('migrate', 'up', '--store', empty)
    files = f'file://{folder}/files-{theme}'
    portolan('demo', '--headless', '--count', '500', '--store', files)
    for name, store in (('empty', empty), ('files', files)):
        app = a11y.App([PROGRAM, store, '--theme', theme])
        equals(app, 'Batches', len(listed(store, 'batches')))
        a11y.wait(lambda: figure(app, 'Size'), what='how large the store is')
        picture(app, f'overview-{name}-{theme}')
        assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-overview-') as folder:
    for theme in ('light', 'dark') if pictures else ('light',):  # the other is for the eye
        walk(theme, folder)
        others(theme, folder)
print('1 passed, 0 failed')
