#!/usr/bin/python3
"""verify_window.py: Integrity and Events through the accessibility bus (run by window.sh): an empty store and nothing checked;
`Run checks` on a damaged store of the demo; what was found comes first, counts in the badge and leads to its rows; sensor
events by sensor and filter."""
import contextlib, os, sqlite3, sys, tempfile
from windowbus import *

DAMAGE = """UPDATE port_messages SET retry_count = 9 WHERE rowid <= 3;
INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('boiler', 'orphan-1', '2024-01-01T00:00:00.000Z', 7.5);
DELETE FROM messages WHERE message_number IN (5, 6);
UPDATE batches SET message_count = message_count - 2 WHERE id = 1;
INSERT INTO portolan_outbox (message_id, target, payload) VALUES ('m', 't', 'p');
CREATE INDEX my_own ON client_configs (updated_at);
CREATE TABLE analytics_data_kpi (id INTEGER PRIMARY KEY, mine TEXT);
INSERT INTO portolan_object_models (name, table_name, definition) VALUES ('kpi', 'analytics_data.kpi', '{"columns":[{"name":"id",
"type":"INTEGER"},{"name":"value","type":"REAL"}],"primary_key":["id"],"indexes":[{"name":"idx_kpi","columns":["value"]}]}')"""
EXPECTED = {'retries-over-limit', 'metrics-without-event', 'message-number-gaps', 'outbox-without-item', 'schema', 'object-models'}


def rows_of(table):
    header = table.header()
    return [dict(zip(header, table.row(row))) for row in range(table.rows)]


def walk(theme, folder):
    empty = f'sqlite://{folder}/empty-{theme}.db'
    portolan('migrate', 'up', '--store', empty)
    app = a11y.App([PROGRAM, empty, '--theme', theme])
    app.choose('Panes', 'Integrity')
    a11y.wait(lambda: app.get('Run checks'), what='the button')
    picture(app, f'integrity-empty-{theme}')
    app.choose('Panes', 'Events')
    picture(app, f'events-empty-{theme}')
    assert leave(app) == 0

    path = f'{folder}/damaged-{theme}.db'
    portolan('demo', '--headless', '--count', '3000', '--store', f'sqlite://{path}')
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(DAMAGE)
    app = a11y.App([PROGRAM, f'sqlite://{path}', '--theme', theme])
    app.choose('Panes', 'Integrity')
    app.press('Run checks')
    checks = app.table('Checks')
    checks.wait_rows(lambda n: n > 40)
    a11y.wait(lambda: all('ok' in checks.cell(r, 0) or 'found' in checks.cell(r, 0) for r in range(checks.rows)), 60, 'the end')
    rows = rows_of(checks)
    found = {row['Check'] for row in rows if 'found' in row['Result']}
    assert found == EXPECTED, found
    assert [row['Check'] in EXPECTED for row in rows] == [True] * len(EXPECTED) + [False] * (len(rows) - len(EXPECTED)), 'what was found comes first'
    at = next(i for i, row in enumerate(rows) if row['Check'] == 'retries-over-limit')
    checks.select(at)
    a11y.wait(lambda: 'list port-messages' in app.text('Inspector'), what='the finding in the Inspector')
    picture(app, f'integrity-{theme}')
    checks.select(next(i for i, row in enumerate(rows) if row['Check'] == 'schema'))
    a11y.wait(lambda: 'DROP INDEX my_own' in app.text('Inspector'), what='the statement that mends it')
    assert not app.get('Heal…').getState().contains(a11y.pyatspi.STATE_ENABLED), 'tables of the migrations are not for us to mend'
    picture(app, f'integrity-schema-{theme}')
    checks.select(next(i for i, row in enumerate(rows) if row['Check'] == 'object-models'))
    app.press('Heal…')
    a11y.wait(lambda: 'ADD COLUMN "value"' in app.text('Statements'), what='the statements')
    assert 'mine' not in app.text('Statements'), 'what would lose something is not run'
    app.type('Reason', 'the figures need it', enter=False)
    picture(app, f'integrity-heal-{theme}')
    app.press('Heal')

    def columns():
        with contextlib.closing(sqlite3.connect(path)) as db:
            return [row[1] for row in db.execute('PRAGMA table_info(analytics_data_kpi)')]
    a11y.wait(lambda: columns() == ['id', 'mine', 'value'], what='the column')
    a11y.wait(lambda: checks.rows > 40 and all('ok' in checks.cell(r, 0) or 'found' in checks.cell(r, 0) for r in range(checks.rows)), 60, 'the checks again')
    rows = rows_of(checks)
    left = next(row for row in rows if row['Check'] == 'object-models')
    assert 'found' in left['Result'] and left['Count'] == '1' and 'mine' in left['Detail'], left
    at = next(i for i, row in enumerate(rows) if row['Check'] == 'retries-over-limit')
    checks.select(at)
    app.press('Show the rows')
    messages = app.table('Port messages')
    messages.wait_rows(lambda n: n == 3)

    app.choose('Panes', 'Integrity')
    at = next(i for i, row in enumerate(rows) if row['Check'] == 'metrics-without-event')
    checks.select(at)
    app.press('Show the rows')
    events = app.table('Sensor events')
    events.wait_rows(lambda n: n == 1)
    assert 'orphan-1' in events.row(0), events.row(0)
    app.type('Filter', '')
    events.wait_rows(lambda n: n > 100)
    a11y.wait(lambda: '…' not in events.row(0), what='the rows')
    picture(app, f'events-{theme}')
    sensors = app.table('Sensors')
    sensors.wait_rows(lambda n: n == 7)
    sensors.select([sensors.cell(r, 0) for r in range(sensors.rows)].index('boiler'))
    events.wait_rows(lambda n: n == 1)
    events.select(0)
    a11y.wait(lambda: 'orphan-1' in app.text('Inspector'), what='the event in the Inspector')
    picture(app, f'events-sensor-{theme}')
    print('unnamed controls:', app.unnamed())
    assert not app.unnamed(), app.unnamed()
    assert leave(app) == 0


folder = tempfile.mkdtemp(prefix='portolan-verify-')
try:
    for theme in ('light', 'dark') if pictures else ('light',):
        walk(theme, folder)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print('1 passed, 0 failed')
