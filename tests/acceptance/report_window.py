#!/usr/bin/python3
"""report_window.py: `Report…` through the accessibility bus (run by window.sh): the sections that are chosen are those of the
file, HTML and PDF; what cannot be is said on the button; a file that is there is replaced only by a button that says so."""
import os, sqlite3, tempfile
from windowbus import *


def ask(app):
    app.press('Report…')
    a11y.wait(lambda: app.get('File'), what='the dialog')


def written(app, path, begins):
    app.press('Write report')
    a11y.wait(lambda: os.path.exists(path) and path.read_bytes().startswith(begins), what=f'the report {path}')


def walk(theme, store, folder):
    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.table('Panes').wait_rows(lambda n: n > 3)
    ask(app)
    assert not app.unnamed(), app.unnamed()
    picture(app, f'report-dialog-{theme}')
    whole = folder / f'whole-{theme}.html'
    app.type('File', str(whole), enter=False)
    app.type('Report title', 'For <the> customer', enter=False)
    assert app.get('Written for') and app.get('Open it when it is made')
    written(app, whole, b'<!DOCTYPE html>')
    text = whole.read_text(encoding='utf-8')
    assert '<h1>For &lt;the&gt; customer</h1>' in text and text.count('<section ') == 8, text.count('<section ')
    assert 'refused after' in text and '<img ' in text
    picture(app, f'report-done-{theme}')

    ask(app)
    app.type('File', str(folder / 'no' / 'a.html'), enter=False)
    assert 'no folder' in app.describe('Write report')
    app.type('File', str(whole), enter=False)
    app.type('Series filter', 'sensr:x', enter=False)
    assert 'Series' in app.describe('Write report')
    app.type('Series filter', '', enter=False)
    for section in ('Summary', 'Receiving', 'Series', 'Replays', 'Component health', 'Checks'):
        app.press(section)
    picture(app, f'report-replace-{theme}')
    app.press('Write report')
    a11y.wait(lambda: whole.read_text(encoding='utf-8').count('<section ') == 2, what='the file replaced')

    ask(app)
    until(app, 'Escape', lambda: is_gone(app, 'Write report'), 'the dialog to close')
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-report-') as name:
    folder = pathlib.Path(name)
    store = f'sqlite://{folder}/s.db'
    portolan('demo', '--headless', '--count', '600', '--store', store)
    with contextlib.closing(sqlite3.connect(f'{folder}/s.db')) as db:
        db.execute("UPDATE port_messages SET status = 'dead_letter', error_message = 'refused after ' || (rowid % 3) || ' tries' "
                   "WHERE rowid % 2 = 0")
        db.commit()
    for theme in ('light', 'dark'):
        walk(theme, store, folder)
print('1 passed, 0 failed')
