#!/usr/bin/python3
"""search_window.py: Ctrl+Shift+F through the accessibility bus (run by window.sh): what it finds is what `search` finds, kind
by kind, while it is typed; Enter leads to the row in its pane, a heading to all of its kind; nothing found is said."""
from windowbus import *
from search import InSqlite, fill



def found(store, text, kind):
    return [json.loads(row) for row in portolan('search', text, '--store', store, '--kind', kind, '--limit', '20', '--format',
                                                 'jsonl').stdout.splitlines()]


def entries(app):
    table = app.table('Search results')
    return [table.cell(row, 0) for row in range(table.rows)]


def shows(app, text):
    a11y.wait(lambda: app.find(text), what=text)


def walk(theme, store):
    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.get('Overview')
    app.key('ctrl+shift+f')
    shows(app, 'Looks through messages, port messages, every version of checkpoints and components, sinks and what was rejected.')
    picture(app, f'search-empty-{theme}')
    app.type('Search everything', 'TIMEOUT', enter=False)
    a11y.wait(lambda: len(entries(app)) == 105, what='twenty of each kind and their headings')
    rows = entries(app)
    kinds = (('message', 'Messages'), ('port-message', 'Port messages'), ('checkpoint', 'Checkpoints'), ('component', 'Components'),
             ('sink', 'Sinks'))
    for number, (kind, title) in enumerate(kinds):
        assert rows[21 * number] == f'{title}: 20 and more', rows[21 * number]
        wanted = found(store, 'TIMEOUT', kind)
        assert len(wanted) == 20
        for row, hit in zip(rows[21 * number + 1:], wanted):
            assert hit['snippet'][1:20] in row, (row, hit)
    shows(app, 'The newest of each kind; a heading leads to all.')
    picture(app, f'search-{theme}')
    app.type('Search everything', 'no such text', enter=False)
    shows(app, 'Nothing has this text.')
    picture(app, f'search-nothing-{theme}')

    # The row itself, in its pane.
    app.type('Search everything', 'zyxwvut42', enter=False)
    a11y.wait(lambda: len(entries(app)) > 1 and entries(app)[0] == 'Messages: 1', what='the one message')
    app.key('Return')
    messages = app.table('Messages')
    messages.wait_rows(lambda n: n == 1)
    wanted = found(store, 'zyxwvut42', 'message')[0]
    assert app.text('Filter') == f'id:"{wanted["id"]}"', app.text('Filter')
    picture(app, f'search-led-{theme}')

    # All of a kind: its heading is one above.
    app.key('ctrl+shift+f')
    app.type('Search everything', 'refused', enter=False)
    a11y.wait(lambda: len(entries(app)) == 105, what='all kinds')
    app.key('Up')
    app.key('Return')
    a11y.wait(lambda: app.text('Filter') == '"refused"', what='the filter for all')
    count = len(portolan('list', 'messages', '--store', store, '--filter', 'refused', '--limit', '0', '--format', 'jsonl')
                .stdout.splitlines())
    app.table('Messages').wait_rows(lambda n: n == count)
    assert not app.unnamed(), app.unnamed()
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-search-') as folder:
    place = InSqlite(f'{folder}/a.db')
    fill(place, 2000)
    walk('light', place.store)
    portolan('roll', '--store', place.store)
    if pictures:
        walk('dark', place.store)
print('1 passed, 0 failed')
