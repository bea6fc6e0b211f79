#!/usr/bin/python3
"""operations_window.py: Operations through the accessibility bus (run by window.sh): the jobs of the store, one of which leads to
its run; a version of the schema is taken back and brought again, looked at first, as sqlite3 sees it; another program's database
is set up."""
import contextlib, os, sqlite3, tempfile
from windowbus import *


def value(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchone()[0]


def tabs_of(node):
    found = [node] if node.getRoleName() == 'page tab' else []
    return found + [tab for i in range(min(node.childCount, 20)) for tab in tabs_of(node.getChildAtIndex(i))]


def turn_to(app, title):
    """The tab's name carries a number."""
    tabs = app.get('Parts of the operations')
    a11y.wait(lambda: [tab for tab in tabs_of(tabs) if tab.name.startswith(title)], what=title)[0].queryAction().doAction(0)


def enabled(app, button):
    return a11y.wait(lambda: app.get(button).getState().contains(a11y.pyatspi.STATE_ENABLED), what=button)


def migrate(app, button, shows, reason, is_done, name=None):
    enabled(app, button)
    app.press(button)
    a11y.wait(lambda: shows in app.text('Statements'), what='the statements')
    app.type('Reason', reason, enter=False)
    enabled(app, 'Migrate')
    if name:
        picture(app, name)
    app.press('Migrate')
    a11y.wait(is_done, 60, what=reason)


def walk(theme, folder):
    empty = f'sqlite://{folder}/empty-{theme}.db'
    portolan('migrate', 'up', '--store', empty)
    app = a11y.App([PROGRAM, empty, '--theme', theme])
    app.choose('Panes', 'Operations')
    a11y.wait(lambda: app.find('Nothing ran yet.'), what='an empty list')
    picture(app, f'operations-jobs-empty-{theme}')
    assert leave(app) == 0

    path = f'{folder}/orders-{theme}.db'
    store = f'sqlite://{path}'
    portolan('demo', '--headless', '--count', '3000', '--store', store)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE port_messages SET status = 'dead_letter', error_message = 'boom' WHERE id IN "
                   '(SELECT id FROM port_messages ORDER BY id LIMIT 40)')
        db.commit()
    portolan('verify', '--record', '--store', store, check=(0, 3))
    portolan('replay', '--filter', 'error_message:boom', '--reason', 'the database is back', '--store', store)
    newest = value(path, 'SELECT max(version) FROM portolan_migrations')
    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.choose('Panes', 'Operations')
    jobs = app.table('Jobs')
    jobs.wait_rows(lambda n: n == 2)
    a11y.wait(lambda: 'replay' in jobs.row(0) and 'verify' in jobs.row(1), what='the jobs, newest first')
    jobs.select(0)
    picture(app, f'operations-jobs-{theme}')
    enabled(app, 'Show the run')
    app.press('Show the run')
    runs = app.table('Replay runs')
    runs.wait_rows(lambda n: n == 1)
    assert app.text('Filter').startswith('id:'), app.text('Filter')

    app.choose('Panes', 'Operations')
    turn_to(app, 'Migrations')
    versions = app.table('Migrations')
    versions.wait_rows(lambda n: n == newest)
    a11y.wait(lambda: versions.row(0)[0] == str(newest) and 'applied' in versions.row(0)[2], what='the newest version')
    picture(app, f'operations-migrations-{theme}')
    messages = value(path, 'SELECT count(*) FROM messages')
    migrate(app, 'Migrate down…', 'DROP', 'looking back', lambda: value(path, 'SELECT max(version) FROM portolan_migrations') == newest - 1,
            f'operations-down-{theme}')
    a11y.wait(lambda: 'pending' in versions.row(0)[2], what='the version that is gone')
    assert value(path, 'SELECT reason FROM portolan_audit ORDER BY id DESC LIMIT 1') == 'looking back'
    picture(app, f'operations-pending-{theme}')
    migrate(app, 'Migrate up…', 'CREATE', 'and on again', lambda: value(path, 'SELECT max(version) FROM portolan_migrations') == newest,
            f'operations-up-{theme}')
    a11y.wait(lambda: 'applied' in versions.row(0)[2], what='the version that is back')
    assert value(path, 'SELECT count(*) FROM messages') == messages
    assert not app.unnamed(), app.unnamed()
    assert leave(app) == 0

    other = f'{folder}/other-{theme}.db'
    with contextlib.closing(sqlite3.connect(other)) as db:
        db.executescript("CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO messages VALUES (1, 'theirs')")
    app = a11y.App([PROGRAM, f'sqlite://{other}', '--theme', theme])
    app.choose('Panes', 'Operations')
    turn_to(app, 'Migrations')
    picture(app, f'operations-foreign-{theme}')
    migrate(app, 'Migrate up…', 'CREATE TABLE port_messages', 'ours, too', lambda: value(other, 'SELECT max(version) FROM portolan_migrations') == newest,
            f'operations-setup-{theme}')
    assert value(other, 'SELECT text FROM messages') == 'theirs'
    app.choose('Panes', 'Ports')  # what there is now
    app.table('Ports')
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-operations-') as folder:
    for theme in ('light', 'dark') if pictures else ('light',):  # the other is for the eye
        walk(theme, folder)
print('1 passed, 0 failed')
