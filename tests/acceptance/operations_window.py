#!/usr/bin/python3
"""operations_window.py: Operations through the accessibility bus (run by window.sh): the jobs of the store, one of which leads to
its run; a backup is made, proved and restored; an edited row is what a comparison with it shows, side by side and with a way to the
row, and a restore in the place of the store, which has it open, puts it back; a rule of retention is counted and switched on, another
changed after it was counted; an entry of the schedule is added,
run by hand and, when it is due, by itself, by the window alone; what ails the store leads to where it is mended; a version of the
schema is taken back and brought again, looked at first, as sqlite3 sees it; another program's database is set up. A window that is
killed takes what it runs with it."""
import contextlib, os, re, sqlite3, tempfile
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


def names(app):
    """Of all that is there."""
    found, left = [], [app.node]
    while left:
        node = left.pop()
        found.append(node.name or '')
        left += [child for child in node if child is not None and child.getRoleName() not in a11y.KEPT_CLOSED]
    return found


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


def typed(app, name):
    """Of a field; a column may have the same name."""
    return app.find(name, roles=('text',)).queryText().getText(0, -1)


def compared(app, path, theme):
    """One row is edited: it is the one that the comparison shows, and its link leads to it."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        key = db.execute('SELECT id FROM port_messages ORDER BY id LIMIT 1').fetchone()[0]
        db.execute("UPDATE port_messages SET message_data = '{\"edited\": true}' WHERE id = ?", (key,))
        db.commit()
    turn_to(app, 'Differences')
    a11y.wait(lambda: app.find('No backup was compared yet, or nothing differs.'), what='no comparison')
    picture(app, f'operations-differences-empty-{theme}')
    turn_to(app, 'Backups')
    app.table('Backups').select(0)
    enabled(app, 'Compare')
    app.press('Compare')
    differences = app.table('Differences', timeout=90)
    differences.wait_rows(lambda n: n == 1, 90)
    assert differences.row(0)[:2] == ['port_messages', key], differences.row(0)
    assert 'changed' in differences.row(0)[2] and 'message_data' in differences.row(0)[3], differences.row(0)
    differences.select(0)
    enabled(app, 'Go to the row')
    a11y.wait(lambda: any(re.match('[0-9]+ (changed|added|removed)', name) for name in names(app)), what='the row side by side')
    picture(app, f'operations-differences-{theme}')
    assert not app.unnamed(), app.unnamed()
    app.press('Go to the row')
    a11y.wait(lambda: app.text('Filter') == f'id:{key}', what='its filter')  # the table is another widget once it is opened
    rows = app.table('Rows')
    rows.wait_rows(lambda n: n == 1)
    assert any('edited' in cell for cell in rows.row(0)), rows.row(0)
    return key


def replaced(app, path, theme, key):
    """The store is closed, restored and opened again by the window that has it open."""
    app.choose('Panes', 'Operations')
    turn_to(app, 'Backups')
    app.table('Backups').select(0)
    enabled(app, 'Restore…')
    app.press('Restore…')
    app.type('Reason', 'an edit by mistake', enter=False)
    app.press('The place of this store')
    a11y.wait(lambda: 'made a backup first' in described(app, 'What becomes of the store'), what='what becomes of the store')
    picture(app, f'operations-replace-{theme}')
    enabled(app, 'Only some tables')
    app.press('Only some tables')
    a11y.wait(lambda: 'The chosen tables' in described(app, 'What becomes of the store'), what='what becomes of some tables')
    assert not app.get('Restore').getState().contains(a11y.pyatspi.STATE_ENABLED), 'no table was chosen'
    picture(app, f'operations-replace-tables-{theme}')
    app.press('Only some tables')
    enabled(app, 'Restore')
    app.press('Restore')
    name = os.path.basename(path)
    a11y.wait(lambda: app.find('Name of the store', roles=('text',)).getState().contains(a11y.pyatspi.STATE_SHOWING), what='its name')
    picture(app, f'operations-replace-name-{theme}')
    app.type('Name of the store', name)
    # Nobody asks the file meanwhile: it is replaced while no other program has it open.
    a11y.wait(lambda: any('Restored in the place of' in each for each in names(app)), 120, 'what came of it')
    assert 'edited' not in value(path, f"SELECT message_data FROM port_messages WHERE id = '{key}'"), 'the row as it was'
    backups = app.table('Backups', timeout=60)
    backups.wait_rows(lambda n: n == 2)
    a11y.wait(lambda: any('replaced' in cell for r in range(2) for cell in backups.row(r)), what='what was there')
    assert value(path, "SELECT reason FROM portolan_audit WHERE action = 'restore'") == 'an edit by mistake'
    picture(app, f'operations-replaced-{theme}')


def rule_changed(app, path, theme):
    """What a rule keeps is changed after it was counted, and a new one begun."""
    rules = app.table('Retention')
    rules.select([rules.cell(r, 0) for r in range(rules.rows)].index('component-metrics'))
    enabled(app, 'Change…')
    app.press('Change…')
    a11y.wait(lambda: typed(app, 'Keep') == '30d', what='what it keeps')
    app.type('Keep', '60d', enter=False)
    app.type('Reason', 'two months', enter=False)
    a11y.wait(lambda: 'rows of component_metrics' in described(app, 'Dry run'), what='the dry run of the change')
    enabled(app, 'Set the rule')
    picture(app, f'operations-rule-{theme}')
    app.press('Set the rule')
    a11y.wait(lambda: value(path, "SELECT max(keep_seconds) FROM portolan_retention_rules WHERE name = 'component-metrics' AND enabled")
              == 60 * 86400, what='the changed rule')
    enabled(app, 'New rule…')
    app.press('New rule…')
    a11y.wait(lambda: app.find('Time column', roles=('text',)), what='a new rule')
    picture(app, f'operations-rule-new-{theme}')
    app.press('Cancel')


def scheduled(app, store, path, theme):
    turn_to(app, 'Schedule')
    a11y.wait(lambda: app.find('Nothing is scheduled.'), what='an empty schedule')
    enabled(app, 'Add…')
    picture(app, f'operations-schedule-empty-{theme}')
    app.press('Add…')
    a11y.wait(lambda: typed(app, 'Command') == 'backup' and typed(app, 'When') == 'daily 02:00', what='what is offered')
    picture(app, f'operations-schedule-offer-{theme}')
    for name, command, when in (('look', 'verify --record', '1d'), ('figures', 'stats', 'weekly sun 03:00')):
        app.type('Name', name, enter=False)
        app.type('Command', command, enter=False)
        app.type('When', when, enter=False)
        app.type('Reason', 'every day', enter=False)
        enabled(app, 'Add')
        picture(app, f'operations-schedule-add-{theme}')
        app.press('Add')
        a11y.wait(lambda: value(path, f"SELECT count(*) FROM portolan_schedule WHERE name = '{name}'") == 1, what=name)
        if name == 'look':
            enabled(app, 'Add…')
            app.press('Add…')
            a11y.wait(lambda: typed(app, 'Command') == 'backup', what='another entry')
    entries = app.table('Schedule')
    entries.wait_rows(lambda n: n == 2)
    picture(app, f'operations-schedule-added-{theme}')
    verified = value(path, "SELECT count(*) FROM portolan_jobs WHERE kind = 'verify'")
    entries.select([entries.cell(r, 0) for r in range(2)].index('look'))
    enabled(app, 'Run now')
    app.press('Run now')
    a11y.wait(lambda: value(path, "SELECT last_result FROM portolan_schedule WHERE name = 'look'") in ('done', 'found'), 120, 'its end')
    assert value(path, "SELECT count(*) FROM portolan_jobs WHERE kind = 'verify'") == verified + 1
    a11y.wait(lambda: any('look ran well' in name or 'look found something' in name for name in names(app)), what='what came of it')
    picture(app, f'operations-schedule-{theme}')
    assert value(path, "SELECT last_result FROM portolan_schedule WHERE name = 'figures'") is None
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as db:
        db.execute("UPDATE portolan_schedule SET next_run_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 seconds') WHERE name = 'figures'")
        db.commit()
    a11y.wait(lambda: value(path, "SELECT last_result FROM portolan_schedule WHERE name = 'figures'") == 'done', 120, 'what is due')
    assert not portolan('run-due', '--store', store).stdout
    assert value(path, "SELECT count(*) FROM portolan_audit WHERE action = 'run' AND subject_id = 'figures'") == 1
    assert not app.unnamed(), app.unnamed()


def healthy(app, path, theme):
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as db:
        db.execute("INSERT INTO portolan_rejects (source, key, reason, payload) VALUES ('elsewhere', '1', 'broken', 'x')")
        db.commit()
    turn_to(app, 'Health')
    findings = app.table('Health')
    findings.wait_rows(lambda n: n > 0)
    subjects = [findings.cell(r, 1) for r in range(findings.rows)]
    picture(app, f'operations-health-{theme}')
    app.press('Measure')
    a11y.wait(lambda: any('Questions took' in name for name in names(app)), 60, 'the figures')
    findings.select(subjects.index('open rejects'))
    picture(app, f'operations-health-measured-{theme}')
    enabled(app, 'Go to it')
    app.press('Go to it')
    app.table('Rejected').wait_rows(lambda n: n == 1)
    assert app.text('Filter') == 'state:open', app.text('Filter')
    app.choose('Panes', 'Operations')


def killed(folder):
    """The command that a window runs ends with it, and another runner has the entry after the lease."""
    path = f'{folder}/killed.db'
    store = f'sqlite://{path}'
    portolan('migrate', 'up', '--store', store)
    portolan('schedule', 'add', 'long', '--every', '1h', '--store', store, '--', 'receive', '--from', 'demo:?rate=5', '--max', '100000')
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE portolan_schedule SET next_run_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-2 hours', '-1 minutes')")
        db.commit()
    app = a11y.App([PROGRAM, store])
    a11y.wait(lambda: value(path, 'SELECT count(*) FROM messages') > 0, 60, 'the command that was due')
    children = subprocess.run(['pgrep', '-P', str(app.process.pid), '-f', 'receive'], stdout=subprocess.PIPE, text=True).stdout.split()
    assert len(children) == 1, children
    assert not portolan('run-due', '--store', store).stdout, 'it was run twice'
    app.process.kill()
    app.process.wait()
    a11y.wait(lambda: not os.path.exists(f'/proc/{children[0]}') or 'Z' in open(f'/proc/{children[0]}/stat').read().rsplit(')')[1][:3],
              what='the end of the command')
    assert not portolan('run-due', '--store', store).stdout, 'the lease was not kept'
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE portolan_schedule SET lease_until = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 seconds'), command = '[\"stats\"]'")
        db.commit()
    portolan('schedule', 'trust', 'long', '--store', store)
    again = [json.loads(line) for line in portolan('run-due', '--store', store, '--format', 'jsonl').stdout.splitlines()]
    assert [(row['name'], row['result']) for row in again] == [('long', 'done')], again
    app = a11y.App([PROGRAM, store, '--language', 'en'])
    app.choose('Panes', 'Operations')
    turn_to(app, 'Schedule')
    assert app.table('Schedule').rows == 1
    assert leave(app) == 0


def walk(theme, folder):
    empty = f'sqlite://{folder}/empty-{theme}.db'
    portolan('migrate', 'up', '--store', empty)
    app = a11y.App([PROGRAM, empty, '--theme', theme])
    app.choose('Panes', 'Operations')
    a11y.wait(lambda: app.find('Nothing ran yet.'), what='an empty list')
    picture(app, f'operations-jobs-empty-{theme}')
    for part in ('Retention', 'Schedule', 'Migrations', 'Health'):
        turn_to(app, part)
        if part == 'Health':  # there is no backup yet
            app.table('Health').wait_rows(lambda n: n == 1)
        picture(app, f'operations-{part.lower()}-new-{theme}')
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
    turn_to(app, 'Backups')
    picture(app, f'operations-backups-empty-{theme}')
    enabled(app, 'Back up…')
    app.press('Back up…')
    a11y.wait(lambda: app.find('Back up').getState().contains(a11y.pyatspi.STATE_SHOWING), what='the dialog')
    picture(app, f'operations-backup-{theme}')
    app.press('Back up')
    backups = app.table('Backups')
    backups.wait_rows(lambda n: n == 1)
    a11y.wait(lambda: 'ok' in backups.row(0), what='the backup')
    made = [json.loads(line) for line in portolan('list', 'backups', '--store', store).stdout.splitlines()]
    assert len(made) == 1 and made[0]['result'] == 'ok' and os.path.exists(made[0]['file']), made
    backups.select(0)
    enabled(app, 'Verify')
    app.press('Verify')
    a11y.wait(lambda: any('is sound' in name for name in names(app)), 60, 'the proof')
    picture(app, f'operations-backups-{theme}')
    enabled(app, 'Restore…')
    app.press('Restore…')
    app.type('Place', f'sqlite://{folder}/restored-{theme}.db', enter=False)
    app.type('Reason', 'to look at it', enter=False)
    enabled(app, 'Restore')
    picture(app, f'operations-restore-{theme}')
    app.press('Restore')
    a11y.wait(lambda: os.path.exists(f'{folder}/restored-{theme}.db'), 60, 'the restored database')
    assert value(f'{folder}/restored-{theme}.db', 'SELECT count(*) FROM messages') == value(path, 'SELECT count(*) FROM messages')

    key = compared(app, path, theme)
    replaced(app, path, theme, key)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, created_at, "
                   "processed_at, completed_at) SELECT 'orders', 'a', 'b', '{}', 'completed', t, t, t FROM (SELECT '2020-01-01T00:00:00.000Z' "
                   "AS t FROM port_messages LIMIT 9)")
        db.execute("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, processed_at, "
                   "completed_at) VALUES ('orders', 'a', 'b', '{}', 'completed', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), "
                   "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")
        db.commit()
    old = value(path, "SELECT count(*) FROM port_messages WHERE status = 'completed' AND completed_at < '2021'")
    assert old == 9, old
    turn_to(app, 'Retention')
    rules = app.table('Retention')
    rules.wait_rows(lambda n: n > 10)
    a11y.wait(lambda: 'completed-messages' in [rules.cell(r, 0) for r in range(rules.rows)], what='the rules')
    rules.select([rules.cell(r, 0) for r in range(rules.rows)].index('completed-messages'))
    a11y.wait(lambda: any(f'It would delete {old} rows of port_messages' in name for name in names(app)), 60, 'the dry run')
    picture(app, f'operations-retention-{theme}')
    enabled(app, 'Switch on…')
    app.press('Switch on…')
    a11y.wait(lambda: app.find('Reason', roles=('text',)).getState().contains(a11y.pyatspi.STATE_SHOWING), what='the question')
    app.type('Reason', 'a week is enough')
    a11y.wait(lambda: value(path, "SELECT count(*) FROM portolan_retention_rules WHERE enabled AND name = 'completed-messages'") == 1,
              what='the rule that is on')
    assert value(path, "SELECT count(*) FROM port_messages WHERE completed_at < '2021'") == old
    a11y.wait(lambda: 'yes' in rules.row([rules.cell(r, 0) for r in range(rules.rows)].index('completed-messages')), what='on')
    picture(app, f'operations-retention-on-{theme}')
    assert not app.unnamed(), app.unnamed()

    rule_changed(app, path, theme)
    scheduled(app, store, path, theme)
    healthy(app, path, theme)

    turn_to(app, 'Migrations')
    versions = app.table('Migrations')
    versions.wait_rows(lambda n: n == newest)
    a11y.wait(lambda: versions.row(0)[0] == str(newest) and 'applied' in versions.row(0)[2], what='the newest version')
    picture(app, f'operations-migrations-{theme}')
    messages = value(path, 'SELECT count(*) FROM messages')
    migrate(app, 'Migrate down…', f'-- {newest:03d}', 'looking back', lambda: value(path, 'SELECT max(version) FROM portolan_migrations') == newest - 1,
            f'operations-down-{theme}')
    a11y.wait(lambda: 'pending' in versions.row(0)[2], what='the version that is gone')
    assert value(path, 'SELECT reason FROM portolan_audit ORDER BY id DESC LIMIT 1') == 'looking back'
    picture(app, f'operations-pending-{theme}')
    migrate(app, 'Migrate up…', f'-- {newest:03d}', 'and on again', lambda: value(path, 'SELECT max(version) FROM portolan_migrations') == newest,
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
    killed(folder)
print('1 passed, 0 failed')
