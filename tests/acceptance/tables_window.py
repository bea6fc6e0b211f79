#!/usr/bin/python3
"""tables_window.py: the pane Tables through the accessibility bus (run by window.sh): tables as `list tables` has them, the
rows of one with a hostile name and no key, a filter on them, a row whole with its JSON, a view, and a file that is no store
of ours."""
import contextlib, os, sqlite3, sys, tempfile
from windowbus import *

NAME = 'orders "2026" of it\'s'


def fill(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        quoted = '"' + NAME.replace('"', '""') + '"'
        db.execute(f'CREATE TABLE {quoted} (customer TEXT, amount REAL, document JSON, note TEXT)')
        db.executemany(f'INSERT INTO {quoted} VALUES (?, ?, ?, ?)',
                       [(f'customer {n:04}', n * 1.25, json.dumps({'order': n, 'lines': [n, n + 1]}), None if n % 3 else '')
                        for n in range(5000)])
        db.execute(f'CREATE VIEW large AS SELECT customer, amount FROM {quoted} WHERE amount > 6000')
        db.commit()


def listed(store, *what):
    return [json.loads(line) for line in portolan('list', *what, '--store', store, '--limit', '0').stdout.splitlines()]


def row_of(table, text):
    return next(row for row in range(table.rows) if table.cell(row, 0) == text)


def choose(tables, text):
    for row in range(tables.rows):
        tables.t.removeRowSelection(row)
    tables.select(row_of(tables, text))


def walk(theme, store, known):
    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.choose('Panes', 'Tables')
    tables = app.table('Tables')
    listing = listed(store, 'tables')
    assert len(listing) == known
    others = [row['table'] for row in listing if row['zone'] != 'portolan']
    tables.wait_rows(lambda n: n == len(others))  # Portolan's own are behind a switch
    assert [tables.cell(row, 0) for row in range(len(others))] == others
    app.press("List Portolan's own tables")
    tables.wait_rows(lambda n: n == known)
    assert [tables.cell(row, 0) for row in range(known)] == [row['table'] for row in listing]
    choose(tables, NAME)
    rows = app.table('Rows')
    rows.wait_rows(lambda n: n == 5000)
    assert rows.header() == ['customer', 'amount', 'document', 'note'], rows.header()
    a11y.wait(lambda: app.get('Primary key'), what='the table in the Inspector')
    picture(app, f'tables-{theme}')
    app.type('Filter', 'document.order:4711')
    rows = app.table('Rows')
    rows.wait_rows(lambda n: n == 1)
    assert rows.cell(0, 0) == 'customer 4711', rows.cell(0, 0)
    rows.select(0)
    a11y.wait(lambda: app.get('document'), what='the document of the row')
    picture(app, f'tables-row-{theme}')
    assert not app.unnamed(), app.unnamed()
    choose(tables, 'large')
    rows = app.table('Rows')
    rows.wait_rows(lambda n: n == 199)
    picture(app, f'tables-view-{theme}')
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-tables-') as folder:
    foreign, ours = f'{folder}/foreign.db', f'{folder}/ours.db'
    portolan('demo', '--headless', '--count', '300', '--store', f'sqlite://{ours}')
    for path in (foreign, ours):
        fill(path)
        store = f'sqlite://{path}'
        read = listed(store, 'rows', '--table', NAME)
        assert len(read) == 5000 and read[7] == {'customer': 'customer 0007', 'amount': 8.75, 'document': {'order': 7, 'lines': [7, 8]},
                                                 'note': None}, read[7]
    walk('light', f'sqlite://{foreign}', 2)
    walk('dark', f'sqlite://{ours}', len(listed(f'sqlite://{ours}', 'tables')))
print('1 passed, 0 failed')
