#!/usr/bin/python3
"""versions_window.py: the panes of checkpoints and components through the accessibility bus (run by window.sh): names and
versions as stored, a planted change shown by a chosen version and by Compare, an older version promoted with a reason and
that undone, components with who fell silent first, 200 real documents (or some like them) stepped through by keyboard."""
import os, sys, tempfile
from windowbus import *

COUNT = 200


def documents():
    path = DATA / 'nginx' / 'nginx_plus_status.jsonl'
    if path.exists():
        return [line for line in open(path, encoding='utf-8').read().splitlines() if line][:COUNT]
    return [json.dumps({'timestamp': n, 'zones': {f'zone/{z}': {'requests': n * z} for z in range(9)}}) for n in range(COUNT)]


def fill(path):
    import contextlib, sqlite3
    portolan('migrate', 'up', '--store', f'sqlite://{path}')
    with contextlib.closing(sqlite3.connect(path)) as db:
        for n, text in enumerate(documents(), 1):
            at = f'2026-03-{1 + n // 24:02}T{n % 24:02}:00:00.000Z'
            db.execute('INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) '
                       'VALUES (?, ?, ?, ?, ?)', ('nginx status', 'web', n, text, at))
            db.execute('INSERT INTO component_state (component_name, component_type, version, state_data, created_at, updated_at) '
                       'VALUES (?, ?, ?, ?, ?, ?)', ('web', 'Source', n, text, at, at))
        for version, planted in ((1, 'before'), (2, 'the planted change')):
            db.execute('INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, expires_at) '
                       'VALUES (?, ?, ?, ?, ?)',
                       ('orders offset', 'reader', version, json.dumps({'offset': 7, 'note': planted}), '2030-01-01T00:00:00.000Z'))
        now = time.time()
        for who, status, age in (('web', 'healthy', 0), ('reader', 'healthy', 1), ('splitter', 'degraded', 2), ('writer', 'unhealthy', 1),
                                 ('archiver', 'healthy', 900), ('mailer', 'healthy', 3)):
            for n in range(60):
                at = time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(now - age - 10 * n))
                said = status if n < 8 else 'degraded' if n % 17 == 0 else 'healthy'
                db.execute('INSERT INTO system_health (component_name, health_status, health_details, last_heartbeat) VALUES (?, ?, ?, ?)',
                           (who, said, json.dumps({'queue': n}), at))
        for n in range(30):
            db.execute('INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES (?, ?, 1, ?)',
                       (f'shard {n:02}', 'splitter', json.dumps({'shard': n})))
        db.commit()


def row_of(table, column, text):
    return next(row for row in range(table.rows) if table.cell(row, column) == text)


def shown(app, name, text):
    """A cell of a table of the Inspector."""
    table = app.table(name)
    return any(text in table.cell(row, column) for row in range(table.rows) for column in range(table.t.nColumns))


def latest(store):
    rows = portolan('list', 'checkpoints', '--store', store, '--filter', 'is_latest:true checkpoint_name:"orders offset"').stdout
    return [json.loads(line)['version'] for line in rows.splitlines()]


def promote(app, versions, store, theme):
    app.press('Promote…')
    a11y.wait(lambda: app.get('Promote'), what='the dialog')
    a11y.wait(lambda: app.get('1 changed'), what='what would change')
    button = app.get('Promote')
    assert not button.getState().contains(a11y.pyatspi.STATE_ENABLED), 'it can be promoted without a reason'
    app.type('Reason', 'the newer one is wrong', enter=False)
    a11y.wait(lambda: app.get('Promote').getState().contains(a11y.pyatspi.STATE_ENABLED), what='a reason is enough')
    picture(app, f'promote-{theme}')
    assert latest(store) == [2]
    app.press('Promote')
    a11y.wait(lambda: 'latest' in versions.cell(1, 1) and not versions.cell(0, 1), what='the mark moves')
    assert latest(store) == [1]
    picture(app, f'promoted-{theme}')
    app.press('Undo')
    a11y.wait(lambda: 'latest' in versions.cell(0, 1) and not versions.cell(1, 1), what='the mark comes back')
    assert latest(store) == [2]


def walk(theme, folder):
    store = f'sqlite://{folder}/versions-{theme}.db'
    fill(store.removeprefix('sqlite://'))
    empty = f'sqlite://{folder}/empty-{theme}.db'
    portolan('migrate', 'up', '--store', empty)
    app = a11y.App([PROGRAM, empty, '--theme', theme])
    app.choose('Panes', 'Checkpoints')
    a11y.wait(lambda: app.get('No checkpoints yet.'), what='the empty list')
    picture(app, f'checkpoints-empty-{theme}')
    assert leave(app) == 0

    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.choose('Panes', 'Checkpoints')
    names, versions = app.table('Checkpoints'), app.table('Checkpoint versions')
    names.wait_rows(lambda n: n == 32)
    names.select(row_of(names, 0, 'orders offset'))
    versions.wait_rows(lambda n: n == 2)
    assert [versions.cell(row, 0) for row in range(2)] == ['2', '1']
    assert 'latest' in versions.cell(0, 1) and not versions.cell(1, 1)
    versions.select(1)
    versions.select(0)
    app.press('Changes')
    a11y.wait(lambda: shown(app, 'Changes', 'the planted change'), what='the planted change')
    differences = app.table('Version differences')
    a11y.wait(lambda: differences.rows == 1 and '"before" → "the planted change"' in differences.cell(0, 1), what='the difference')
    picture(app, f'checkpoints-changed-{theme}')
    versions.t.removeRowSelection(0)
    a11y.wait(lambda: app.get('orders offset, version 1'), what='the older version')
    app.press('Compare')
    a11y.wait(lambda: shown(app, 'Changes', 'the planted change'), what='the comparison')
    a11y.wait(lambda: app.get('1 changed'), what='the summary of the comparison')
    picture(app, f'compare-tree-{theme}')
    app.press('Side by side')
    a11y.wait(lambda: shown(app, 'Side by side', 'the planted change'), what='both texts')
    picture(app, f'compare-text-{theme}')
    app.key('Escape')
    promote(app, versions, store, theme)

    names.t.removeRowSelection(row_of(names, 0, 'orders offset'))
    names.select(row_of(names, 0, 'nginx status'))
    versions.wait_rows(lambda n: n == COUNT)
    versions.select(0)
    a11y.wait(lambda: app.get(f'nginx status, version {COUNT}'), what='the newest version')
    picture(app, f'checkpoints-{theme}')
    cell = versions.t.getAccessibleAt(1, 0).queryComponent().getExtents(a11y.pyatspi.DESKTOP_COORDS)
    at = [str(cell.x + cell.width // 2), str(cell.y + cell.height // 2)]
    subprocess.run(['xdotool', 'mousemove', *at, 'click', '1'], check=True)
    a11y.wait(lambda: app.get(f'nginx status, version {COUNT - 1}'), what='the version before it, by mouse')
    started = time.time()
    for _ in range(20):
        app.key('Down')
    a11y.wait(lambda: app.get(f'nginx status, version {COUNT - 21}'), what='twenty versions before that')
    print(f'{theme}: twenty versions back in {time.time() - started:.1f} s', flush=True)
    assert not app.unnamed(), app.unnamed()

    app.choose('Panes', 'Components')
    health = app.table('Health')
    health.wait_rows(lambda n: n == 6)
    assert [health.cell(0, 0), health.cell(0, 1)] == ['archiver', 'silent'], [health.cell(0, column) for column in range(3)]
    components = app.table('Components')
    components.wait_rows(lambda n: n == 7)  # those without a type are in a group of their own
    web = row_of(components, 0, 'web')
    assert [components.cell(web, column) for column in (1, 3)] == ['healthy', str(COUNT)], [components.cell(web, c) for c in range(6)]
    states = app.table('Component versions')
    states.wait_rows(lambda n: n == COUNT)
    states.select(0)
    a11y.wait(lambda: app.get(f'web, version {COUNT}'), what='the newest state')
    picture(app, f'components-{theme}')
    components.select(row_of(components, 0, 'archiver'))
    a11y.wait(lambda: app.get('Newest reports'), what='the reports of one that has stored nothing')
    picture(app, f'components-reports-{theme}')
    assert not app.unnamed(), app.unnamed()
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-versions-') as folder:
    for theme in ('light', 'dark') if pictures else ('light',):  # the other is for the eye
        walk(theme, folder)
print('1 passed, 0 failed')
