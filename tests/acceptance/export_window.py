#!/usr/bin/python3
"""export_window.py: exporting through the accessibility bus (run by window.sh): from every pane with lists, all rows, filtered
and selected ones, equal to what `list` prints; a file that is there is replaced only by a button that says so; a job that
is cancelled leaves nothing."""
import csv, os, sqlite3, sys, tempfile
from windowbus import *


def listed(store, *what):
    return [json.loads(line) for line in portolan('list', *what, '--store', store, '--limit', '0', '--format', 'jsonl').stdout.splitlines()]


def wait_for(path):
    a11y.wait(lambda: os.path.exists(path), what=f'the file {path}')


def export(app, path, scope=None):
    app.press('Export…')
    a11y.wait(lambda: app.get('File'), what='the dialog')
    if scope:
        app.press(scope)
    app.type('File', str(path), enter=False)
    app.press('Export')
    wait_for(path)


def read(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


# Of each pane the list that comes first, what `list` calls it, and what tells its rows apart.
LISTS = [('Batches', 'Messages', 'messages', 'id'), ('Dead letters', 'Dead letters', 'dead-letters', 'id'),
         ('Events', 'Sensor events', 'processed-events', 'event_id'), ('Tables', 'Tables', 'tables', 'table'),
         ('Audit', 'Audit log', 'audit', 'id')]


def every_pane(app, store, folder):
    for pane, table, listing, key in LISTS:
        app.choose('Panes', pane)
        if pane == 'Tables':
            app.press("List Portolan's own tables")
        expected = sorted(str(row[key]) for row in listed(store, listing))
        app.table(table).wait_rows(lambda n: n == len(expected))
        path = folder / f'{listing}.csv'
        export(app, path)
        assert sorted(row[key] for row in read(path)) == expected, (pane, len(expected))
        os.remove(path)
    app.choose('Panes', 'Metrics')
    series = app.table('Series')
    series.wait_rows(lambda n: n > 3)
    export(app, folder / 'series.csv')
    names = [row['series'] for row in read(folder / 'series.csv')]
    assert len(names) == len(set(names)) > 3 and all('/' in name for name in names), names
    os.remove(folder / 'series.csv')
    checks(app, store, folder)
    app.choose('Panes', 'Ports')


def checks(app, store, folder):
    """What was found, as `verify` says it, then the chosen row alone."""
    app.choose('Panes', 'Integrity')
    app.press('Run checks')
    table = app.table('Checks')
    table.wait_rows(lambda n: n > 20)
    a11y.wait(lambda: all(table.cell(row, 0).split()[-1] in ('ok', 'found') for row in range(table.rows)), what='all checks')
    export(app, folder / 'checks.csv')
    told = [json.loads(line) for line in portolan('verify', '--store', store, '--format', 'jsonl', check=(0, 3)).stdout.splitlines()]
    written = read(folder / 'checks.csv')
    assert {(row['name'], row['result'], row['count']) for row in written} == {(row['name'], row['result'], str(row['count'])) for row in told}
    assert len(written) == len(told) == table.rows and all(row['checked_at'].endswith('Z') for row in written), written[:2]
    os.remove(folder / 'checks.csv')
    cell = table.t.getAccessibleAt(0, 1).queryComponent().getExtents(a11y.pyatspi.DESKTOP_COORDS)
    subprocess.run(['xdotool', 'mousemove', str(cell.x + cell.width // 2), str(cell.y + cell.height // 2), 'click', '1'], check=True)
    a11y.wait(lambda: table.t.isRowSelected(0), what='the chosen check')
    export(app, folder / 'checks.csv', 'Selected rows')
    assert read(folder / 'checks.csv') == written[:1]
    os.remove(folder / 'checks.csv')


def walk(theme, store, folder):
    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.choose('Panes', 'Ports')
    messages = app.table('Port messages')
    total = len(listed(store, 'port-messages'))
    messages.wait_rows(lambda n: n == total)
    picture(app, f'export-before-{theme}')
    app.press('Export…')
    a11y.wait(lambda: app.get('File'), what='the dialog')
    assert not app.unnamed(), app.unnamed()
    picture(app, f'export-dialog-{theme}')
    path = folder / f'all-{theme}.csv'
    app.type('File', str(path), enter=False)
    app.press('Export')
    wait_for(path)
    assert sorted(row['id'] for row in read(path)) == sorted(row['id'] for row in listed(store, 'port-messages'))
    picture(app, f'export-done-{theme}')

    app.type('Filter', 'status:dead_letter')
    dead = listed(store, 'port-messages', '--filter', 'status:dead_letter')
    app.table('Port messages').wait_rows(lambda n: n == len(dead))
    export(app, folder / f'filtered-{theme}.csv')
    assert sorted(row['id'] for row in read(folder / f'filtered-{theme}.csv')) == sorted(row['id'] for row in dead)

    table = app.table('Port messages')
    table.select(1, 2, 5)
    export(app, folder / f'selected-{theme}.csv')
    chosen = read(folder / f'selected-{theme}.csv')
    assert len(chosen) == 3 and {row['id'] for row in chosen} < {row['id'] for row in dead}, chosen

    # What is there is replaced, and said so before.
    app.press('Export…')
    a11y.wait(lambda: app.get('File'), what='the dialog')
    app.press('Filtered rows')
    app.type('File', str(folder / f'selected-{theme}.csv'), enter=False)
    picture(app, f'export-replace-{theme}')
    app.press('Export')
    a11y.wait(lambda: len(read(folder / f'selected-{theme}.csv')) == len(dead), what='the file replaced')
    app.type('Filter', '')
    every_pane(app, store, folder)
    picture(app, f'export-many-{theme}')
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-export-') as name:
    folder = pathlib.Path(name)
    store = f'sqlite://{folder}/s.db'
    portolan('demo', '--headless', '--count', '600', '--store', store)
    with contextlib.closing(sqlite3.connect(f'{folder}/s.db')) as db:
        db.execute("UPDATE port_messages SET status = 'dead_letter', error_message = 'refused after ' || (rowid % 3) || ' tries' "
                   "WHERE rowid % 2 = 0")
        db.commit()
    portolan('promote', 'checkpoint', listed(store, 'checkpoints')[0]['checkpoint_name'], '1', '--reason', 'for the audit', '--store', store,
             check=(0, 1))
    for theme in ('light', 'dark'):
        walk(theme, store, folder)
print('1 passed, 0 failed')
