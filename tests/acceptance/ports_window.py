#!/usr/bin/python3
"""ports_window.py: the Ports and Audit panes through the accessibility bus (run by window.sh): what another program wrote is
counted and listed, chosen, filtered and shown with its way."""
import os, sqlite3, sys, tempfile
from windowbus import *

PORTS = ['billing', 'mail', 'orders', 'shipping']
STATES = ['pending', 'processing', 'completed', 'failed', 'dead_letter']
COUNT = 2000


def fill(path, first, count):
    """A second apart, the last one now; ports and states in turn."""
    with sqlite3.connect(path) as db:
        db.executemany(
            "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
            "retry_count, created_at, error_message) VALUES (?, ?, 'gateway', 'worker', ?, ?, ?, "
            "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?), ?)",
            [(f'm-{n:06}', PORTS[n % 4], json.dumps({'n': n}), STATES[n % 5], 3 if n % 5 > 2 else 0,
              f'-{first + count - 1 - n} seconds', f'timeout after {n} ms' if n % 5 > 2 else None)
             for n in range(first, first + count)])


def cells(table, row):
    return dict(zip(table.header(), table.row(row)))


folder = tempfile.mkdtemp(prefix='portolan-ports-')
try:
    path = f'{folder}/orders.db'
    store = f'sqlite://{path}'
    subprocess.run([PROGRAM, 'migrate', '--store', store, 'up'], check=True, capture_output=True)
    fill(path, 0, COUNT)
    subprocess.run([PROGRAM, 'replay', '--store', store, '--filter', 'id:m-001999', '--reason', 'the worker is back'],
                   check=True, capture_output=True)

    app = a11y.App([PROGRAM, store])
    app.choose('Panes', 'Ports')
    ports, messages = app.table('Ports'), app.table('Port messages')
    ports.wait_rows(lambda n: n == len(PORTS))
    messages.wait_rows(lambda n: n == COUNT)
    print('header:', ports.header(), messages.header())
    # 500 of each port, 100 of each state; the newest was a dead letter of shipping, and was put back.
    a11y.wait(lambda: cells(ports, 3)['✖ Dead letters'] == '99', what='exact counts')
    for row, name in enumerate(PORTS):
        port = cells(ports, row)
        assert port['Port'] == name, port
        assert port['○ Pending'] == ('101' if name == 'shipping' else '100'), port
        assert port['◐ Processing'] == port['● Completed'] == port['▲ Failed'] == '100', port
        assert '500' in port['Last 60 min'], port  # the line, in words
        assert port['Oldest pending'] and port['Last activity'], port
    newest = cells(messages, 0)
    assert newest['Id'] == 'm-001999' and newest['Status'] == 'pending' and newest['Port'] == 'shipping', newest
    picture(app, 'ports')

    ports.select(2)
    messages.wait_rows(lambda n: n == 500)
    app.press('Failed')
    messages.wait_rows(lambda n: n == 100)
    app.press('Dead letter')
    messages.wait_rows(lambda n: n == 200)
    app.type('Filter', 'error_message~"after 19"')
    messages.wait_rows(lambda n: 0 < n < 200)
    print('orders, dead or failed, after 19…:', messages.rows)
    app.press('Failed')
    app.press('Dead letter')
    app.type('Filter', '')
    app.press('Show the messages of all ports')
    messages.wait_rows(lambda n: n == COUNT)

    messages.select(0)
    a11y.wait(lambda: '1999' in app.text('Inspector'), what='the message in the Inspector')
    app.press('History')
    history = app.table('History')
    history.wait_rows(lambda n: n >= 3)
    way = ' / '.join(history.cell(row, 1) for row in range(history.rows))
    assert 'Created' in way and 'replay by' in way and 'the worker is back' in way, way
    picture(app, 'port-message-history')
    shown = json.loads(subprocess.run([PROGRAM, 'show', 'message', 'm-001999', '--store', store], check=True,
                                      capture_output=True).stdout)
    assert [entry['action'] for entry in shown['audit']] == ['replay'], shown
    assert [replay['state'] for replay in shown['replays']] in (['replayed'], ['pending']), shown

    app.press('Newest first')
    a11y.wait(lambda: cells(messages, 0)['Id'] == 'm-000000', what='the oldest message')
    fill(path, COUNT, 8)  # live, by another program, some with times before those that are there
    messages.wait_rows(lambda n: n == COUNT + 8)
    a11y.wait(lambda: cells(ports, 0)['○ Pending'] != '100', what='the counts that follow')

    app.choose('Panes', 'Audit')
    audit = app.table('Audit log')
    audit.wait_rows(lambda n: n >= 3)
    print('header:', audit.header())
    row = next(r for r in range(audit.rows) if audit.cell(r, 2) == 'replay')
    audit.select(row)
    app.press('Changed')
    changed = app.table('Changed')
    fields = {changed.cell(r, 0): (changed.cell(r, 1), changed.cell(r, 2)) for r in range(changed.rows)}
    assert fields['status'] == ('"dead_letter"', '"pending"'), fields
    app.type('Filter', 'action:replay')
    audit.wait_rows(lambda n: n == 1)
    picture(app, 'audit')

    app.choose('Panes', 'Ports')  # each pane keeps its filter
    a11y.wait(lambda: app.text('Filter') == '', what='the filter of the Ports pane')
    print('unnamed controls:', app.unnamed())
    assert not app.unnamed(), app.unnamed()
    code = leave(app)
    assert code == 0, f'Ctrl+Q ended with {code}'
finally:
    shutil.rmtree(folder, ignore_errors=True)
print('1 passed, 0 failed')
