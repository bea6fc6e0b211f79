#!/usr/bin/python3
"""bundle_window.py: `Bundle…` through the accessibility bus (run by window.sh): the group that is chosen is what the archive
holds, what cannot be is said on the button, and the archive opens in a window in which nothing can be changed."""
import sqlite3, tempfile, zipfile
from windowbus import *


def letters_of(store):
    with contextlib.closing(sqlite3.connect(store)) as db:
        return [row[0] for row in db.execute("SELECT id FROM port_messages WHERE error_message = 'disk of the broker is full' ORDER BY id")]


def walk(theme, store, folder):
    app = a11y.App([PROGRAM, f'sqlite://{store}', '--theme', theme, '--pane', 'dead-letters'])
    groups = app.table('Dead letter groups')
    groups.wait_rows(lambda n: n >= 2)
    column = groups.header().index('Error')
    row = a11y.wait(lambda: 1 + [groups.cell(r, column) for r in range(groups.rows)].index('disk of the broker is full')) - 1
    groups.select(row)
    wanted = letters_of(store)
    app.table('Dead letters').wait_rows(lambda n: n == len(wanted))
    app.press('Bundle…')
    a11y.wait(lambda: app.get('File'), what='the dialog')
    assert not app.unnamed(), app.unnamed()
    app.type('File', str(folder / 'no' / 'a.zip'), enter=False)
    assert 'no folder' in app.describe('Write bundle')
    app.type('File', str(folder / 'a.pdf'), enter=False)
    assert '.zip' in app.describe('Write bundle')
    path = folder / f'incident-{theme}.zip'
    app.type('File', str(path), enter=False)
    picture(app, f'bundle-dialog-{theme}')
    app.press('Write bundle')
    a11y.wait(path.exists, what='the bundle')
    picture(app, f'bundle-done-{theme}')
    with zipfile.ZipFile(path) as archive:
        assert archive.read('data/ids.txt').decode().split() == wanted
        assert b'Incident of' in archive.read('report.html')
    assert leave(app) == 0

    app = a11y.App([PROGRAM, str(path), '--theme', theme, '--pane', 'dead-letters'])
    app.table('Dead letters').wait_rows(lambda n: n == len(wanted))
    for name in ('Replay…', 'Discard…', 'Start receiving'):
        assert not app.get(name).getState().contains(a11y.pyatspi.STATE_ENABLED), name
    assert app.get('Bundle…').getState().contains(a11y.pyatspi.STATE_ENABLED)
    assert 'for reading' in app.describe('Start receiving') + app.describe('Replay…'), app.describe('Replay…')
    picture(app, f'bundle-opened-{theme}')
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-bundle-') as name:
    folder = pathlib.Path(name)
    store = f'{folder}/s.db'
    portolan('demo', '--headless', '--count', '1500', '--store', f'sqlite://{store}')
    with contextlib.closing(sqlite3.connect(store)) as db:
        db.execute("UPDATE port_messages SET status = 'dead_letter', error_message = CASE port_name WHEN "
                   "(SELECT max(port_name) FROM port_messages) THEN 'disk of the broker is full' ELSE 'refused after ' || "
                   "rowid || ' tries' END WHERE rowid % 2 = 0")
        db.commit()
    for theme in ('light', 'dark'):
        walk(theme, store, folder)
print('1 passed, 0 failed')
