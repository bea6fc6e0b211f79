#!/usr/bin/python3
"""replay_window.py: replays dead letters through the accessibility bus (run by window.sh): choose a group, read its story, `Replay…`, say why, read the
number on the button, confirm, watch `Replay runs` settle, `Recall`; then close the window in the middle of a run, and
resume it. What the window says is held against the database."""
import contextlib, os, re, sqlite3, sys, tempfile
from windowbus import *

TIMEOUTS, REFUSALS = 1200, 804


def sql(path, statement):
    with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        return [list(row) for row in db.execute(statement)]


def add(path, first, last, port, error):
    sql(path, f"""WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})
        INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, error_message,
        error_details) SELECT printf('00000000-0000-4000-8000-%012d', n), '{port}', 'a', 'b', '{{"n": ' || n || '}}', 'dead_letter', 3,
        {error}, '{{"type": "Error"}}' FROM s""")


def states(path):
    """Of all but those that were completed from the beginning."""
    return dict(sql(path, "SELECT status, count(*) FROM port_messages WHERE target_component = 'b' GROUP BY status"))


def settled(what, predicate, seconds=60):
    return a11y.wait(predicate, seconds, what)


def cell(table, row, title):
    return table.cell(row, table.header().index(title))


def figure(text):
    return int(re.sub(r'\D', '', text))


def choose_group(app, template):
    groups = app.table('Dead letter groups')
    groups.wait_rows(lambda n: n >= 1)
    row = settled(f'the group {template}', lambda: 1 + [cell(groups, r, 'Error') for r in range(groups.rows)].index(template)) - 1
    groups.select(row)
    return figure(cell(groups, row, 'Count'))


def number_on_the_button(app):
    """Opens the dialog and says why: nothing is proposed there."""
    app.press('Replay…')
    reason = app.get('Reason', ('text',))
    assert reason.queryText().getText(0, -1) == '', 'a reason was proposed'
    app.type('Reason', 'a test', enter=False)
    return settled('a number on the button', lambda: figure(app.describe('Replay')))


def says(app, words):
    """A label that shows has these words; spaces between thousands are plain ones."""
    stack = [app.node]
    while stack:
        node = stack.pop()
        if node is None or node.getRoleName() in a11y.KEPT_CLOSED:
            continue
        if words in re.sub('[\u2009\u202f\xa0]', ' ', node.name or '') and node.getState().contains(a11y.pyatspi.STATE_SHOWING):
            return True
        stack.extend(node.getChildAtIndex(i) for i in range(node.childCount))
    return False


def open_pane(store):
    app = a11y.App([PROGRAM, store])
    app.choose('Panes', 'Dead letters')
    return app


def show_runs(app):
    """The tab's name carries the number of runs."""
    tabs = app.get('Dead letters and replays')
    settled('the tab of replays', lambda: [tab for tab in tabs_of(tabs) if tab.name.startswith('Replays')])[0].queryAction().doAction(0)


def tabs_of(node):
    found = [node] if node.getRoleName() == 'page tab' else []
    return found + [tab for i in range(min(node.childCount, 20)) for tab in tabs_of(node.getChildAtIndex(i))]


folder = tempfile.mkdtemp(prefix='portolan-replay-')
path = f'{folder}/orders.db'
store = f'sqlite://{path}'
try:
    portolan('migrate', 'up', '--store', store)
    add(path, 1, TIMEOUTS, 'orders', "'timeout after ' || (n * 7) || ' ms'")
    add(path, TIMEOUTS + 1, TIMEOUTS + REFUSALS, 'billing', "'connection refused by 10.0.0.' || (n % 4)")
    sql(path, """WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 500) INSERT INTO port_messages (id, port_name,
        source_component, target_component, message_data, status, retry_count) SELECT printf('00000000-0000-4000-9000-%012d', n),
        'billing', 'a', 'other', '{"n": ' || n || '}', 'completed', 0 FROM s""")
    for version, timeout, minutes in (16, 5000, 900), (17, 3000, 2):
        sql(path, f"""INSERT INTO component_state (id, component_name, component_type, state_data, version, created_at) VALUES
            ('00000000-0000-4000-a000-0000000000{version}', 'b', 'Sink', '{{"timeout_ms": {timeout}}}', {version},
            strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{minutes} minutes'))""")

    app = open_pane(store)
    letters = app.table('Dead letters')
    letters.wait_rows(lambda n: n == TIMEOUTS + REFUSALS)
    picture(app, 'dead-letters')
    count = choose_group(app, 'connection refused by <*>')
    assert count == REFUSALS, count
    letters.wait_rows(lambda n: n == REFUSALS)
    for words in ('never replayed', 'connection refused by ⟨address⟩', '10.0.0.1 25 %',
                  'target_component = b in 804 of 804, in 0 of 500 completed',
                  'Looked at all 804 letters and all 500 completed messages of the port.'):
        settled(words, lambda: says(app, words))
    changes = app.table('Just before')
    settled('what changed just before', lambda: changes.cell(0, 1) == 'b v16 → v17: timeout_ms 5000 → 3000')
    picture(app, 'story')
    number = number_on_the_button(app)
    settled('the first of them', lambda: app.table('The first of them').rows == 5)
    picture(app, 'dialog')
    assert number == REFUSALS, number
    assert states(path) == {'dead_letter': TIMEOUTS + REFUSALS}, 'something was replayed before it was confirmed'
    app.press('Replay')
    settled('the letters put back', lambda: states(path) == {'dead_letter': TIMEOUTS, 'pending': REFUSALS})
    runs = app.table('Replay runs')
    runs.wait_rows(lambda n: n == 1)
    sql(path, "UPDATE port_messages SET status = 'completed' WHERE status = 'pending' AND message_data ->> 'n' % 4 = 0")
    sql(path, "UPDATE port_messages SET status = 'dead_letter', retry_count = 3, error_details = '{\"type\": \"Error\"}', error_message = 'connection refused by 10.1.2.3' "
              "WHERE status = 'pending' AND message_data ->> 'n' % 4 = 1")
    sql(path, "UPDATE port_messages SET status = 'dead_letter', retry_count = 3, error_message = 'disk full' "
              "WHERE status = 'pending' AND message_data ->> 'n' % 12 = 2")
    wanted = {'Frozen': REFUSALS, 'Completed': REFUSALS // 4, 'Failed again': REFUSALS // 4, 'Failed anew': REFUSALS // 12,
              'Pending': REFUSALS // 2 - REFUSALS // 12}
    settled('the run', lambda: {title: figure(cell(runs, 0, title)) for title in wanted} == wanted)
    print('settled:', dict(zip(runs.header(), runs.row(0))))
    assert app.table('Replay items').rows == REFUSALS
    picture(app, 'settled')

    settled('something to recall', lambda: app.get('Recall').getState().contains(a11y.pyatspi.STATE_ENABLED))
    app.press('Recall')
    settled('the run recalled', lambda: (cell(runs, 0, 'State'), figure(cell(runs, 0, 'Recalled'))) == ('recalled', wanted['Pending']))
    assert states(path) == {'dead_letter': TIMEOUTS + REFUSALS - wanted['Completed'], 'completed': wanted['Completed']}, states(path)
    picture(app, 'recalled')
    print('unnamed controls:', app.unnamed())
    assert not app.unnamed(), app.unnamed()
    assert leave(app) == 0

    app = open_pane(store)
    assert choose_group(app, 'timeout after <*>') == TIMEOUTS
    assert number_on_the_button(app) == TIMEOUTS
    rate = app.get('Dead letters a second')
    rate.queryValue().currentValue = 100
    app.press('Replay')
    settled('some put back', lambda: states(path).get('pending', 0) > 30)
    picture(app, 'under-way')
    assert leave(app) == 0, 'closing in the middle of a run'
    left = states(path)
    assert 0 < left['pending'] < TIMEOUTS, left
    assert sum(left.values()) == TIMEOUTS + REFUSALS, left
    replayed = sql(path, "SELECT count(*) FROM portolan_replay_items WHERE state = 'replayed'")[0][0]
    assert replayed == left['pending'], (replayed, left)
    print('closed with', left['pending'], 'of', TIMEOUTS, 'put back')

    app = open_pane(store)
    show_runs(app)
    runs = app.table('Replay runs')
    runs.wait_rows(lambda n: n == 2)
    runs.select(0)
    settled('something to resume', lambda: app.get('Resume').getState().contains(a11y.pyatspi.STATE_ENABLED))
    app.press('Resume')
    settled('all put back', lambda: states(path).get('pending', 0) == TIMEOUTS)
    doubled = sql(path, "SELECT count(*) FROM (SELECT subject_id FROM portolan_audit WHERE action = 'replay' "
                        "GROUP BY run_id, subject_id HAVING count(*) > 1)")[0][0]
    assert doubled == 0, doubled
    assert leave(app) == 0
finally:
    shutil.rmtree(folder, ignore_errors=True)
print('1 passed, 0 failed')
