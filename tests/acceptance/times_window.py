#!/usr/bin/python3
"""times_window.py: lists that move with time, through the accessibility bus (run it inside ../shared/tools/with_display, with
Debian's own python3): dead letters go by when they died, and a filter with a relative time is measured again as time passes,
without a change of the store and without moving what is selected."""
import contextlib, shutil, sqlite3, tempfile
from windowbus import *

LETTERS = 60


def sql(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        return db.execute(statement, values).fetchall()


def at(now, seconds):
    """So long before."""
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now - seconds)) + '.000Z'


def kill(path):
    """Letter n died n seconds ago, and was made hours before, the youngest first."""
    now = time.time()
    sql(path, 'DELETE FROM port_messages')
    for n in range(LETTERS):
        sql(path, "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, "
                  "created_at, processed_at, error_message) VALUES (?, 'orders', 'a', 'b', ?, 'dead_letter', 3, ?, ?, 'timeout')",
            f'00000000-0000-4000-8000-{n:012}', f'{{"n": {n}}}', at(now, 86400 - n * 60), at(now, n))


def ids(table):
    column = table.header().index('Id')
    return [int(table.cell(row, column)[-12:]) for row in range(table.rows)]


folder = tempfile.mkdtemp(prefix='portolan-times-')
path = f'{folder}/orders.db'
store = f'sqlite://{path}'
try:
    portolan('migrate', 'up', '--store', store)
    kill(path)
    app = a11y.App([PROGRAM, '--language', 'en', store])
    app.choose('Panes', 'Dead letters')
    letters = app.table('Dead letters')
    letters.wait_rows(lambda n: n == LETTERS)
    assert 'Died' in letters.header(), letters.header()
    assert ids(letters) == list(range(LETTERS)), 'the letter that died last is not at the top'
    picture(app, 'died')

    # Letters grow old: more of them match, though nobody wrote anything.
    kill(path)
    app.type('Filter', 'age>40s')
    first = a11y.wait(lambda: 0 < letters.rows < LETTERS and letters.rows, what='the old ones')
    letters.wait_rows(lambda n: n > first + 10, 60)
    print(f'{first} rows at first, {letters.rows} later')
    picture(app, 'older')

    # And young no longer: fewer match, the youngest ones longest, of which one stays selected, until none are left.
    kill(path)
    app.type('Filter', 'died_at>=-75s')
    letters.wait_rows(lambda n: n == LETTERS)
    letters.select(3)
    letters.wait_rows(lambda n: 4 < n < LETTERS - 10, 90)
    assert ids(letters)[:4] == [0, 1, 2, 3], ids(letters)
    assert letters.t.isRowSelected(3) and not letters.t.isRowSelected(2), 'the selection has moved'
    letters.wait_rows(lambda n: n == 0, 120)

    # What was empty fills again by itself.
    kill(path)
    app.type('Filter', 'age>62s')
    letters.wait_rows(lambda n: n == 0)
    letters.wait_rows(lambda n: n == LETTERS, 150)

    # What a command takes at this moment is what the window shows.
    took = portolan('list', 'dead-letters', '--store', store, '--filter', 'age>62s', '--limit', '0')
    assert len(took.stdout.splitlines()) == LETTERS, took
    assert leave(app) == 0
finally:
    shutil.rmtree(folder, ignore_errors=True)
print('1 passed, 0 failed')
